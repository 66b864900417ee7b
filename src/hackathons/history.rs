//! What happened in a hackathon, and how it is told. Pure: `store_history.rs` reads it from the
//! event log.

use super::domain::TeamId;
use crate::ideas::domain::IdeaId;
use crate::ideas::history::ActivityKind;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use serde_json::Value;
use uuid::Uuid;

/// The kinds of events of a hackathon that are told; all others are for the chain alone.
pub const TOLD: [ActivityKind; 8] = [
    ActivityKind::HackathonCreated,
    ActivityKind::Edited,
    ActivityKind::PhaseChanged,
    ActivityKind::Nominated,
    ActivityKind::CandidateChanged,
    ActivityKind::TeamChanged,
    ActivityKind::EntrySubmitted,
    ActivityKind::ResultsPublished,
];

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    /// The event's own id; it follows no order.
    pub id: Uuid,
    pub kind: ActivityKind,
    pub at: Micros,
    /// Who did it, whoever may know that.
    pub actor: Option<MemberId>,
    pub data: Value,
    /// The idea it is about, where there is one.
    pub idea: Option<IdeaId>,
    /// What was said with it.
    pub reason: Option<String>,
}

/// The names a sentence needs, as far as the reader may know them.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    pub actor: &'a str,
    /// `#12 “Badge printer”`.
    pub idea: &'a str,
    pub team: &'a str,
}

impl Happening {
    /// The team it is about, where there is one.
    pub fn team(&self) -> Option<TeamId> {
        let id = self.data["team"].as_str()?;
        Uuid::try_parse(id).ok().map(TeamId)
    }

    /// Whether who did it could tell who wrote the idea: in a team everybody stands by name.
    pub fn is_about_authors(&self) -> bool {
        matches!(
            self.kind,
            ActivityKind::Nominated | ActivityKind::CandidateChanged
        )
    }

    /// What happened, for a person.
    pub fn sentence(&self, names: Names<'_>) -> String {
        let Names { actor, idea, team } = names;
        let word = |key: &str| self.data[key].as_str().unwrap_or_default();
        match self.kind {
            ActivityKind::HackathonCreated => format!("{actor} created the hackathon."),
            ActivityKind::Edited => {
                let fields = self.data["changed"].as_array();
                let fields: Vec<&str> = fields
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                let revision = self.data["revision"].as_i64().unwrap_or_default();
                format!(
                    "{actor} changed {}: revision {revision}.",
                    fields.join(", ")
                )
            }
            ActivityKind::PhaseChanged => match word("to") {
                "NOMINATION" => format!("{actor} opened the nominations."),
                "RUNNING" => format!("{actor} started the hackathon."),
                "JUDGING" => format!("{actor} opened the judging."),
                _ => format!("{actor} cancelled the hackathon."),
            },
            ActivityKind::Nominated => format!("{actor} nominated {idea}."),
            ActivityKind::CandidateChanged => match word("to") {
                "SHORTLISTED" => format!("{actor} shortlisted {idea}."),
                "CONFIRMED" => format!("{actor} confirmed {idea}."),
                "IN_EVENT" => format!("The hackathon took {idea} in."),
                "DROPPED" => format!("{actor} dropped {idea}."),
                _ => format!("The hackathon gave {idea} back."),
            },
            ActivityKind::TeamChanged => match word("change") {
                "FORMED" => format!("{actor} formed the team {team}."),
                "JOINED" => format!("{actor} joined the team {team}."),
                "LEFT" if self.data["isLeaving"] == true => {
                    format!("Somebody who was in the team {team} left.")
                }
                "LEFT" => format!("{actor} left the team {team}."),
                "DISSOLVED" => format!("The team {team} was dissolved."),
                _ => format!("{actor} changed the team {team}."),
            },
            ActivityKind::EntrySubmitted => format!("The team {team} handed in its entry."),
            _ => format!("{actor} published the results."),
        }
    }
}
