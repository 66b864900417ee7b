//! A hackathon and all that takes part in it, as values; and why something cannot be done to
//! one. Pure.

use super::phases::{Phase, Shortfall};
use crate::ideas::domain::IdeaId;
use crate::ideas::lifecycle::words;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::Error;
use crate::platform::ids::id;
use crate::platform::outbox::Subject;
use std::collections::BTreeMap;
use uuid::Uuid;

id! {
    /// Names a hackathon.
    HackathonId, "hackathon"
}
id! {
    /// Names a candidate: an idea in a hackathon.
    CandidateId, "candidate"
}
id! {
    /// Names a registration for a hackathon.
    RegistrationId, "registration"
}
id! {
    /// Names a team.
    TeamId, "team"
}
id! {
    /// Names what a team hands in.
    EntryId, "entry"
}

impl HackathonId {
    /// The hackathon as the subject of events.
    pub fn subject(self) -> Subject {
        Subject::Hackathon(self.0)
    }
}

words! {
    /// How entries are judged.
    JudgingMode {
        /// Judges rate each entry under a rubric, as ideas are assessed.
        Rubric = "RUBRIC",
        /// Judges say which of two entries is better.
        Pairwise = "PAIRWISE",
    }
}

words! {
    /// Where an idea stands in a hackathon.
    CandidateState {
        /// Somebody nominated it; it stays where it is.
        Nominated = "NOMINATED",
        /// The organizer has an eye on it.
        Shortlisted = "SHORTLISTED",
        /// The organizer confirmed it: it waits for the hackathon to start.
        Confirmed = "CONFIRMED",
        /// It was taken in.
        InEvent = "IN_EVENT",
        /// The hackathon did not need it, or is over: it is back where it was, or validated.
        Returned = "RETURNED",
        /// The organizer or an author took it out.
        Dropped = "DROPPED",
    }
}

words! {
    /// What a hackathon is measured by.
    #[graphql(name = "HackathonMetricKey")]
    MetricKey {
        /// People who registered or are in a team.
        Registrations = "REGISTRATIONS",
        /// Teams that were formed, those dissolved since included.
        Teams = "TEAMS",
        /// Teams that handed something in.
        Entries = "ENTRIES",
        /// Ideas that were nominated, those dropped since included.
        IdeasNominated = "IDEAS_NOMINATED",
        /// Ideas that it showed to work.
        IdeasValidated = "IDEAS_VALIDATED",
        /// Ideas it took in that were adopted or delivered since.
        IdeasAdopted = "IDEAS_ADOPTED",
    }
}

impl MetricKey {
    /// The same for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registrations => "People registered",
            Self::Teams => "Teams formed",
            Self::Entries => "Entries handed in",
            Self::IdeasNominated => "Ideas nominated",
            Self::IdeasValidated => "Ideas validated",
            Self::IdeasAdopted => "Ideas adopted",
        }
    }
}

words! {
    /// Which of two entries a judge finds better.
    ComparisonOutcome {
        /// The left one.
        Left = "LEFT",
        /// The right one.
        Right = "RIGHT",
        /// Neither.
        Tie = "TIE",
    }
}

/// A hackathon as it is now.
#[derive(Clone, Debug)]
pub struct Hackathon {
    pub id: HackathonId,
    /// How addresses name it: unique, and it never changes.
    pub slug: String,
    pub name: String,
    pub theme: String,
    pub brief: String,
    pub phase: Phase,
    pub judging: JudgingMode,
    /// What entries are judged under; none under `PAIRWISE`.
    pub rubric_version: Option<Uuid>,
    pub starts_at: Micros,
    pub ends_at: Micros,
    pub submission_deadline: Micros,
    pub team_size_min: i32,
    pub team_size_max: i32,
    pub targets: BTreeMap<MetricKey, f64>,
    /// Grows with every edit.
    pub revision: i32,
    /// Who created it; nobody in person once they left: then any organizer sees to it.
    pub organizer: Option<MemberId>,
    pub created_at: Micros,
    /// When the results were published.
    pub published_at: Option<Micros>,
}

impl Hackathon {
    /// Whether entries can no longer be changed.
    pub fn is_frozen(&self, now: Micros) -> bool {
        self.phase != Phase::Running || now > self.submission_deadline
    }

    /// Refuses what cannot be done in the present phase.
    pub fn expect(&self, phases: &[Phase]) -> Result<(), Refusal> {
        if phases.contains(&self.phase) {
            return Ok(());
        }
        Err(Refusal::WrongPhase { phase: self.phase })
    }
}

/// Who registered.
#[derive(Clone, Debug)]
pub struct Registration {
    pub id: RegistrationId,
    pub hackathon: HackathonId,
    pub member: MemberId,
    pub skills: Vec<String>,
    pub seeks_team: bool,
    pub at: Micros,
}

/// An idea in a hackathon.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: CandidateId,
    pub hackathon: HackathonId,
    pub idea: IdeaId,
    pub state: CandidateState,
    pub nominated_by: Option<MemberId>,
    pub nominated_at: Micros,
    /// The note that says why it was nominated.
    pub note: Uuid,
    /// The decision that says why it was dropped.
    pub decision: Option<Uuid>,
    /// When it was taken in.
    pub entered_at: Option<Micros>,
    /// Whether the hackathon showed that it works.
    pub is_validated: bool,
}

/// A team of a hackathon.
#[derive(Clone, Debug)]
pub struct Team {
    pub id: TeamId,
    pub hackathon: HackathonId,
    pub name: String,
    pub candidate: Option<CandidateId>,
    /// Whether others may join by themselves.
    pub is_open: bool,
    pub looking_for: Vec<String>,
    /// Whether it was taken in when the hackathon started.
    pub takes_part: bool,
    pub formed_at: Micros,
    /// When the last one left it.
    pub dissolved_at: Option<Micros>,
}

/// What a team hands in.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: EntryId,
    pub hackathon: HackathonId,
    pub team: TeamId,
    /// Grows with every edit.
    pub revision: i32,
    pub title: String,
    pub summary: String,
    pub demo_url: Option<String>,
    pub repository_url: Option<String>,
    pub video_url: Option<String>,
    pub learned: Option<String>,
    pub submitted_at: Micros,
    pub updated_at: Micros,
    /// Its place among the judged, from 1; none before the results, and when nobody judged it.
    pub place: Option<i32>,
    /// Its score in hundredths, as `place`.
    pub score: Option<i64>,
}

impl CandidateState {
    /// What can be done with a candidate, by the names of mutations.
    pub fn legal_steps(self) -> Vec<String> {
        let steps: &[&str] = match self {
            Self::Nominated => &["shortlistCandidate", "confirmCandidate", "dropCandidate"],
            Self::Shortlisted => &["confirmCandidate", "dropCandidate"],
            Self::Confirmed => &["dropCandidate"],
            Self::InEvent | Self::Returned | Self::Dropped => &[],
        };
        steps.iter().map(|step| (*step).to_owned()).collect()
    }

    /// Whether it may still be taken in, or is.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Returned | Self::Dropped)
    }
}

impl Candidate {
    /// Refuses what cannot be done where the candidate stands.
    pub fn expect(&self, states: &[CandidateState]) -> Result<(), Refusal> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(Refusal::WrongCandidateState { state: self.state })
    }
}

/// Why something cannot be done to a hackathon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This is not done with a candidate that stands there.
    WrongCandidateState { state: CandidateState },
    /// The idea was nominated already, or another hackathon has it.
    AlreadyCandidate,
    /// Whoever registered is in a team.
    InTeam,
    /// They are in a team of this hackathon.
    AlreadyInTeam,
    /// The team takes in nobody who comes by themselves.
    TeamClosed,
    /// As many are in the team as may be.
    TeamFull,
    /// Nobody would be left in the team.
    LastMember,
    /// What a team works on stays, once the hackathon runs.
    CandidateFixed { phase: Phase },
    /// Another one has this slug.
    SlugTaken,
    /// Somebody edited it since.
    StaleRevision { current: i32 },
    /// This is done in another phase.
    WrongPhase { phase: Phase },
    /// The phase asked for does not come next.
    PhaseOrder { phase: Phase, to: Phase },
    /// The next phase lacks something.
    PhaseIncomplete {
        phase: Phase,
        missing: Vec<Shortfall>,
    },
    /// People rely on these by now.
    Fixed {
        phase: Phase,
        fixed: Vec<&'static str>,
    },
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let illegal = |reason, phase: Phase, message: String| Self::IllegalStep {
            reason,
            message,
            legal_steps: phase.legal_steps(),
        };
        let conflict = |reason, message: &str| Self::Conflict {
            reason,
            message: message.to_owned(),
            current_revision: None,
        };
        match refusal {
            Refusal::WrongCandidateState { state } => Self::IllegalStep {
                reason: "WRONG_STATE",
                message: format!(
                    "The candidate is {}: this cannot be done now.",
                    state.as_str()
                ),
                legal_steps: state.legal_steps(),
            },
            Refusal::AlreadyCandidate => conflict(
                "ALREADY_CANDIDATE",
                "The idea was nominated for this hackathon before, or another one has it.",
            ),
            Refusal::InTeam => conflict("IN_TEAM", "You are in a team: leave it first."),
            Refusal::AlreadyInTeam => conflict(
                "ALREADY_IN_TEAM",
                "You are in a team of this hackathon already: leave it first.",
            ),
            Refusal::TeamClosed => conflict(
                "TEAM_CLOSED",
                "This team is not open: ask somebody in it to open it.",
            ),
            Refusal::TeamFull => conflict("TEAM_FULL", "As many are in this team as may be."),
            Refusal::LastMember => conflict("LAST_MEMBER", "Somebody stays in the team."),
            Refusal::CandidateFixed { phase } => illegal(
                "WRONG_STATE",
                phase,
                format!("In {phase} the candidate of a team can no longer be changed."),
            ),
            Refusal::SlugTaken => conflict(
                "SLUG_TAKEN",
                "Another hackathon has this slug; choose another one.",
            ),
            Refusal::StaleRevision { current } => Self::Conflict {
                reason: "STALE_REVISION",
                message: format!(
                    "The hackathon was edited since: it is at revision {current} now. Read it again and repeat."
                ),
                current_revision: Some(current),
            },
            Refusal::WrongPhase { phase } => illegal(
                "WRONG_STATE",
                phase,
                format!("The hackathon is in {phase}: this cannot be done now."),
            ),
            Refusal::PhaseOrder { phase, to } => illegal(
                "PHASE_ORDER",
                phase,
                format!("From {phase} a hackathon does not go to {to}."),
            ),
            Refusal::PhaseIncomplete { phase, missing } => {
                let told: Vec<&str> = missing.iter().map(|one| one.sentence()).collect();
                illegal(
                    "PHASE_INCOMPLETE",
                    phase,
                    format!("The next phase cannot begin yet. {}", told.join(" ")),
                )
            }
            Refusal::Fixed { phase, fixed } => illegal(
                "WRONG_STATE",
                phase,
                format!(
                    "In {phase} people rely on {}: that can no longer be changed.",
                    fixed.join(", ")
                ),
            ),
        }
    }
}
