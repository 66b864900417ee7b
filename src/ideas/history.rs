//! What can happen to an idea, and how it is told. Pure: `store_history.rs` reads it from the
//! event log.

use super::domain::IdeaId;
use super::lifecycle::words;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use serde_json::Value;
use uuid::Uuid;

words! {
    /// What happened to an idea.
    ActivityKind {
        /// It was handed in.
        Submitted = "SUBMITTED",
        /// Its text, tags, links, authors or visibility were changed.
        Edited = "EDITED",
        /// Somebody said something about it, as far as the caller hears it.
        Commented = "COMMENTED",
        /// Somebody said that they want it.
        Supported = "SUPPORTED",
        /// A lead accepted it, asked something or declined it.
        Screened = "SCREENED",
        /// An author answered the lead's question.
        QuestionAnswered = "QUESTION_ANSWERED",
        /// Assessors were asked to assess it.
        AssessorsAssigned = "ASSESSORS_ASSIGNED",
        /// An assessor is asked no more.
        Unassigned = "UNASSIGNED",
        /// Somebody said that they must not judge it.
        ConflictDeclared = "CONFLICT_DECLARED",
        /// They may judge it again.
        ConflictWithdrawn = "CONFLICT_WITHDRAWN",
        /// An assessment was handed in, replaced, or said to stand for a new text.
        Assessed = "ASSESSED",
        /// An assessment was taken back.
        AssessmentWithdrawn = "ASSESSMENT_WITHDRAWN",
        /// Its published score changed.
        ScoreChanged = "SCORE_CHANGED",
        /// It came into another state.
        StateChanged = "STATE_CHANGED",
        /// A lead put it on hold, declined, reopened or adopted it, or waived the quorum.
        Decided = "DECIDED",
        /// It was told what became of it.
        OutcomeRecorded = "OUTCOME_RECORDED",
        /// It came into the queue for a prototype.
        PrototypeQueued = "PROTOTYPE_QUEUED",
        /// It has another place in that queue.
        PrototypeMoved = "PROTOTYPE_MOVED",
        /// The experiment was planned, or planned anew.
        ExperimentPlanned = "EXPERIMENT_PLANNED",
        /// It is being tried.
        PrototypeStarted = "PROTOTYPE_STARTED",
        /// The trial may take longer.
        PrototypeExtended = "PROTOTYPE_EXTENDED",
        /// Somebody else tries it.
        PrototypeHandedOver = "PROTOTYPE_HANDED_OVER",
        /// The trial was given up.
        PrototypeAborted = "PROTOTYPE_ABORTED",
        /// It was told what came of the trial.
        PrototypeConcluded = "PROTOTYPE_CONCLUDED",
        /// An author appealed a decision.
        Appealed = "APPEALED",
        /// A lead answered an appeal.
        AppealResolved = "APPEAL_RESOLVED",
        /// Somebody looked whether a decision held.
        DecisionReviewed = "DECISION_REVIEWED",
        /// It was merged into another idea, or another one into it.
        Merged = "MERGED",
        /// It was set free again, or another one was from it.
        Unmerged = "UNMERGED",
        /// Another lead looks after it.
        StewardChanged = "STEWARD_CHANGED",
        /// An admin took a text away for good: its own, or one of a comment on it, of a
        /// decision, of an appeal or of an assessment.
        Redacted = "REDACTED",
        /// Its author, who was hidden, is shown.
        AuthorshipRevealed = "AUTHORSHIP_REVEALED",
        /// The hackathon was created.
        HackathonCreated = "HACKATHON_CREATED",
        /// The hackathon came into another phase.
        PhaseChanged = "PHASE_CHANGED",
        /// An idea was nominated for a hackathon.
        Nominated = "NOMINATED",
        /// A candidate was shortlisted, confirmed, taken in, dropped or given back.
        CandidateChanged = "CANDIDATE_CHANGED",
        /// A team was formed, changed or dissolved, or somebody joined or left it.
        TeamChanged = "TEAM_CHANGED",
        /// A team handed something in.
        EntrySubmitted = "ENTRY_SUBMITTED",
        /// The results of a hackathon were published.
        ResultsPublished = "RESULTS_PUBLISHED",
    }
}

/// What is told of an idea when a confidential one was merged into it or set free from it,
/// and how it is shown to those who see that one: to leads.
pub const IN_CONFIDENCE: [(&str, ActivityKind); 2] = [
    ("MERGED_IN_CONFIDENCE", ActivityKind::Merged),
    ("UNMERGED_IN_CONFIDENCE", ActivityKind::Unmerged),
];

/// Why the calendar moved an idea, as its event says.
pub const CAME_BACK: &str = "CAME_BACK";
pub const UNANSWERED: &str = "UNANSWERED";

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The event's own id; it follows no order.
    pub id: Uuid,
    pub idea: IdeaId,
    pub kind: ActivityKind,
    pub at: Micros,
    /// Who did it, whoever may know that.
    pub actor: Option<MemberId>,
    pub data: Value,
    /// What they said with it.
    pub reason: Option<String>,
}

/// A text an idea once had.
#[derive(Clone, Debug)]
pub struct Revision {
    pub number: i32,
    pub title: String,
    pub problem: String,
    pub changed: Vec<String>,
    pub at: Micros,
    pub by: Option<MemberId>,
}

impl Activity {
    /// The other idea that took part in a merge.
    pub fn other(&self) -> Option<IdeaId> {
        let id = self.data["into"].as_str().or(self.data["idea"].as_str())?;
        Uuid::try_parse(id).ok().map(IdeaId)
    }

    /// What happened, for a person. `actor` is the name to use, `other` that of the other idea
    /// in a merge.
    pub fn sentence(&self, actor: &str, other: &str) -> String {
        let word = |key: &str| self.data[key].as_str().unwrap_or_default();
        match self.kind {
            ActivityKind::Submitted => match word("channel") {
                "IMPORT" => "Brought in from a file.".to_owned(),
                _ => format!("{actor} submitted the idea."),
            },
            ActivityKind::Edited => {
                let fields: Vec<&str> = self.data["changed"]
                    .as_array()
                    .map(|fields| fields.iter().filter_map(Value::as_str).collect())
                    .unwrap_or_default();
                let revision = self.data["revision"].as_i64().unwrap_or_default();
                format!(
                    "{actor} changed {}: revision {revision}.",
                    fields.join(", ")
                )
            }
            ActivityKind::Commented => match word("audience") {
                "REVIEWERS" => format!("{actor} commented to the reviewers."),
                _ => format!("{actor} commented."),
            },
            ActivityKind::Supported => "One more person wants it.".to_owned(),
            ActivityKind::Screened => match word("to") {
                "IN_ASSESSMENT" => format!("{actor} accepted it for assessment."),
                "NEEDS_INFO" => format!("{actor} asked the author a question."),
                _ => format!("{actor} declined it."),
            },
            ActivityKind::QuestionAnswered => format!("{actor} answered the question."),
            ActivityKind::Assessed if self.data["isReaffirmed"] == true => {
                format!("{actor} said that an assessment stands for the new text.")
            }
            ActivityKind::Assessed => format!("{actor} assessed it."),
            ActivityKind::AssessorsAssigned => {
                match self.data["assignments"].as_array().map_or(0, Vec::len) {
                    1 => format!("{actor} asked one assessor to assess it."),
                    count => format!("{actor} asked {count} assessors to assess it."),
                }
            }
            ActivityKind::Unassigned => format!("{actor} took an assignment away."),
            ActivityKind::ConflictDeclared => {
                format!("{actor} declared a conflict of interest.")
            }
            ActivityKind::ConflictWithdrawn => {
                format!("{actor} took a conflict of interest back.")
            }
            ActivityKind::AssessmentWithdrawn => format!("{actor} took an assessment back."),
            ActivityKind::ScoreChanged => {
                let shown = |key: &str| self.data[key].as_i64().map(hundredths);
                let rubric = self.data["rubricVersion"].as_i64();
                match (shown("from"), shown("to")) {
                    (Some(from), Some(to)) if rubric.is_some() => format!(
                        "Version {} of its rubric was published: the score went from {from} to {to}.",
                        rubric.unwrap_or_default()
                    ),
                    (Some(from), Some(to)) => format!("The score went from {from} to {to}."),
                    (None, Some(to)) => format!("The score was published: {to}."),
                    _ => "The score fell away: no assessment counts any more.".to_owned(),
                }
            }
            ActivityKind::Decided => match word("kind") {
                "HELD" => format!("{actor} put it on hold."),
                "REOPENED" => format!("{actor} took it up again."),
                "ADOPTED" => format!("{actor} adopted it."),
                "QUORUM_WAIVED" => format!(
                    "{actor} published its score with fewer assessments than the rubric asks for."
                ),
                _ => format!("{actor} declined it."),
            },
            ActivityKind::OutcomeRecorded => match word("outcome") {
                "SHIPPED" => format!("{actor} told that it shipped."),
                "PARTLY" => format!("{actor} told that a part of it shipped."),
                _ => format!("{actor} told that it was dropped."),
            },
            ActivityKind::PrototypeQueued if self.data["again"].is_string() => {
                "It waits for another trial, with the same plan.".to_owned()
            }
            ActivityKind::PrototypeQueued => format!("{actor} queued it for a prototype."),
            ActivityKind::PrototypeMoved => {
                format!("{actor} gave its prototype another place in the queue.")
            }
            ActivityKind::ExperimentPlanned => format!("{actor} planned the experiment."),
            ActivityKind::PrototypeStarted => format!("{actor} started the prototype."),
            ActivityKind::PrototypeExtended => {
                match self.data["days"].as_i64().unwrap_or_default() {
                    1 => format!("{actor} gave the prototype one day more."),
                    days => format!("{actor} gave the prototype {days} days more."),
                }
            }
            ActivityKind::PrototypeHandedOver if self.data["isLeaving"] == true => {
                match self.data["to"].is_null() {
                    true => "Who tried it left; the leads see to it.".to_owned(),
                    false => "Who tried it left; a lead took it over.".to_owned(),
                }
            }
            ActivityKind::PrototypeHandedOver => {
                format!("{actor} gave the prototype to another owner.")
            }
            ActivityKind::PrototypeAborted => format!("{actor} gave the prototype up."),
            ActivityKind::PrototypeConcluded => {
                let shown = match word("outcome") {
                    "VALIDATED" => "it works",
                    "INVALIDATED" => "it does not work",
                    _ => "nobody can tell",
                };
                let goes_on = match word("goesOn") {
                    "PIVOT" => "it goes another way",
                    "STOP" => "it goes no further",
                    _ => "it goes on",
                };
                format!("{actor} concluded the prototype: {shown}, {goes_on}.")
            }
            ActivityKind::Appealed => format!("{actor} appealed a decision."),
            ActivityKind::AppealResolved => match (word("outcome"), word("to")) {
                ("UPHELD", "") => {
                    format!("{actor} upheld the appeal; the idea had gone on already.")
                }
                ("UPHELD", _) => format!("{actor} upheld the appeal and took the idea up again."),
                _ => format!("{actor} dismissed the appeal."),
            },
            ActivityKind::DecisionReviewed => match word("held") {
                "YES" => format!("{actor} looked at a decision again: it held."),
                "NO" => format!("{actor} looked at a decision again: it did not hold."),
                _ => {
                    format!("{actor} looked at a decision again: nobody can tell whether it held.")
                }
            },
            ActivityKind::Merged => match word("into") {
                "" => format!("{actor} merged {other} into it."),
                _ => format!("{actor} merged it into {other}."),
            },
            ActivityKind::Unmerged => match word("into") {
                "" => format!("{actor} set {other} free from it again."),
                _ => format!("{actor} set it free from {other} again."),
            },
            ActivityKind::StewardChanged if self.data["isLeaving"] == true => {
                match self.data["to"].is_null() {
                    true => "Who looked after it left; the leads see to it.".to_owned(),
                    false => "Who looked after it left; another lead does.".to_owned(),
                }
            }
            ActivityKind::StewardChanged => {
                format!("{actor} handed it to another lead to look after.")
            }
            ActivityKind::Redacted => {
                let of = match word("redacted") {
                    "idea" => "of the idea".to_owned(),
                    of @ ("assessment" | "appeal" | "entry") => format!("of an {of}"),
                    of => format!("of a {of}"),
                };
                match self.data["field"].as_str() {
                    Some(field) => format!("{actor} redacted the {field} {of}."),
                    None => format!("{actor} redacted the text {of}."),
                }
            }
            ActivityKind::AuthorshipRevealed => {
                format!("{actor} showed who wrote it.")
            }
            ActivityKind::Nominated => format!("{actor} nominated it for a hackathon."),
            ActivityKind::CandidateChanged => match word("to") {
                "SHORTLISTED" => format!("{actor} shortlisted it for a hackathon."),
                "CONFIRMED" => format!("{actor} confirmed it for a hackathon."),
                "IN_EVENT" => "The hackathon started, and took it in.".to_owned(),
                "DROPPED" => format!("{actor} dropped it from a hackathon."),
                _ => "The hackathon gave it back.".to_owned(),
            },
            ActivityKind::ResultsPublished => match word("to") {
                "VALIDATED" => format!("{actor} published the results: it works."),
                _ => format!("{actor} published the results of its hackathon."),
            },
            ActivityKind::EntrySubmitted => "A team handed in what it made of it.".to_owned(),
            ActivityKind::TeamChanged => "A team that works on it changed.".to_owned(),
            // Told of a hackathon alone.
            ActivityKind::HackathonCreated | ActivityKind::PhaseChanged => {
                format!("{actor} moved its hackathon on.")
            }
            ActivityKind::StateChanged if word("why") == CAME_BACK => format!(
                "The day it was put off to has come: it is in {} again.",
                word("to")
            ),
            ActivityKind::StateChanged if word("why") == UNANSWERED => {
                "The question stayed unanswered: it is with the leads again.".to_owned()
            }
            ActivityKind::StateChanged => match word("to") {
                "WITHDRAWN" => format!("{actor} took the idea back."),
                "BACKLOG" => "Enough assessments are in: it joined the ranked backlog.".to_owned(),
                "IN_ASSESSMENT" if word("from") == "BACKLOG" => {
                    "No assessment counts any more: it went back into assessment.".to_owned()
                }
                "IN_ASSESSMENT" => "Its assessments were brought in from a file.".to_owned(),
                to => format!("It went from {} to {to}.", word("from")),
            },
        }
    }
}

fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}
