//! What people are told about ideas and hackathons, in which words. Pure. A sentence names
//! these and nobody who acted: whoever did it may be hidden from the reader.

use super::domain::Idea;
use super::lifecycle::words;
use crate::platform::clock::Micros;
use crate::platform::ids::id;
use uuid::Uuid;

id! {
    /// Names a notification.
    NotificationId, "notification"
}

words! {
    /// What a notification is about.
    NotificationKind {
        /// The reader is asked to assess an idea, or it was handed to them to look after, or
        /// its prototype to try.
        Assigned = "ASSIGNED",
        /// What the reader owes falls due within a day.
        DueSoon = "DUE_SOON",
        /// What the reader owes has fallen due.
        Overdue = "OVERDUE",
        /// A lead asks the authors something.
        QuestionAsked = "QUESTION_ASKED",
        /// Whoever asked gets the answer, and the steward.
        QuestionAnswered = "QUESTION_ANSWERED",
        /// Something was said about an idea the reader follows, for them to hear.
        Commented = "COMMENTED",
        /// A lead decided about the reader's idea, or one they follow.
        Decided = "DECIDED",
        /// An idea was taken back, came back by itself, its prototype was started or given up,
        /// or the reader was put on one as its author.
        StateChanged = "STATE_CHANGED",
        /// An author appealed a decision; a lead who did not make it owes the answer.
        Appealed = "APPEALED",
        /// An appeal was answered.
        AppealResolved = "APPEAL_RESOLVED",
        /// Enough assessments were in: the score can be read.
        ScorePublished = "SCORE_PUBLISHED",
        /// The reader wanted to look at a decision of theirs again, and the day has come.
        ReviewDue = "REVIEW_DUE",
        /// The reader's idea was nominated for a hackathon.
        Nominated = "NOMINATED",
        /// The reader was taken off a team.
        TeamChanged = "TEAM_CHANGED",
        /// The results of a hackathon that the idea took part in were published.
        ResultsPublished = "RESULTS_PUBLISHED",
    }
}

words! {
    /// What exactly is told; the kind that callers see is coarser.
    Notice {
        CoAuthorNamed = "CO_AUTHOR_NAMED",
        PutInForYou = "PUT_IN_FOR_YOU",
        StewardNamed = "STEWARD_NAMED",
        AskedToAssess = "ASKED_TO_ASSESS",
        AssessmentDueSoon = "ASSESSMENT_DUE_SOON",
        AssessmentOverdue = "ASSESSMENT_OVERDUE",
        QuestionAsked = "QUESTION_ASKED",
        QuestionAnswered = "QUESTION_ANSWERED",
        Commented = "COMMENTED",
        Accepted = "ACCEPTED",
        Declined = "DECLINED",
        Held = "HELD",
        Reopened = "REOPENED",
        Adopted = "ADOPTED",
        QuorumWaived = "QUORUM_WAIVED",
        Shipped = "SHIPPED",
        ShippedInPart = "SHIPPED_IN_PART",
        Dropped = "DROPPED",
        Withdrawn = "WITHDRAWN",
        Merged = "MERGED",
        TookIn = "TOOK_IN",
        Unmerged = "UNMERGED",
        Released = "RELEASED",
        ScorePublished = "SCORE_PUBLISHED",
        Appealed = "APPEALED",
        AppealUpheld = "APPEAL_UPHELD",
        AppealDismissed = "APPEAL_DISMISSED",
        CameBack = "CAME_BACK",
        LeftUnanswered = "LEFT_UNANSWERED",
        DueSoon = "DUE_SOON",
        Overdue = "OVERDUE",
        ReviewDue = "REVIEW_DUE",
        PrototypeOwnerNamed = "PROTOTYPE_OWNER_NAMED",
        PrototypeQueued = "PROTOTYPE_QUEUED",
        PrototypeStarted = "PROTOTYPE_STARTED",
        PrototypeAborted = "PROTOTYPE_ABORTED",
        PrototypeConcluded = "PROTOTYPE_CONCLUDED",
        EnteredHackathon = "ENTERED_HACKATHON",
        ReturnedFromHackathon = "RETURNED_FROM_HACKATHON",
        Nominated = "NOMINATED",
        CandidateConfirmed = "CANDIDATE_CONFIRMED",
        CandidateDropped = "CANDIDATE_DROPPED",
        TakenOffTeam = "TAKEN_OFF_TEAM",
        ValidatedInHackathon = "VALIDATED_IN_HACKATHON",
        ResultsPublished = "RESULTS_PUBLISHED",
        NextStepNamed = "NEXT_STEP_NAMED",
    }
}

impl Notice {
    /// The kind that callers see.
    pub fn kind(self) -> NotificationKind {
        match self {
            Self::StewardNamed | Self::AskedToAssess | Self::PrototypeOwnerNamed => {
                NotificationKind::Assigned
            }
            Self::AssessmentDueSoon => NotificationKind::DueSoon,
            Self::AssessmentOverdue => NotificationKind::Overdue,
            Self::QuestionAsked => NotificationKind::QuestionAsked,
            Self::QuestionAnswered => NotificationKind::QuestionAnswered,
            Self::Commented => NotificationKind::Commented,
            Self::Accepted
            | Self::Declined
            | Self::Held
            | Self::Reopened
            | Self::Adopted
            | Self::QuorumWaived
            | Self::Shipped
            | Self::ShippedInPart
            | Self::Dropped
            | Self::Merged
            | Self::TookIn
            | Self::Unmerged
            | Self::Released
            | Self::PrototypeQueued
            | Self::PrototypeConcluded
            | Self::CandidateConfirmed
            | Self::CandidateDropped
            | Self::ValidatedInHackathon => NotificationKind::Decided,
            Self::ResultsPublished | Self::NextStepNamed => NotificationKind::ResultsPublished,
            Self::CoAuthorNamed
            | Self::PutInForYou
            | Self::Withdrawn
            | Self::CameBack
            | Self::LeftUnanswered
            | Self::PrototypeStarted
            | Self::PrototypeAborted
            | Self::EnteredHackathon
            | Self::ReturnedFromHackathon => NotificationKind::StateChanged,
            Self::DueSoon => NotificationKind::DueSoon,
            Self::Overdue => NotificationKind::Overdue,
            Self::ReviewDue => NotificationKind::ReviewDue,
            Self::Nominated => NotificationKind::Nominated,
            Self::TakenOffTeam => NotificationKind::TeamChanged,
            Self::ScorePublished => NotificationKind::ScorePublished,
            Self::Appealed => NotificationKind::Appealed,
            Self::AppealUpheld | Self::AppealDismissed => NotificationKind::AppealResolved,
        }
    }

    /// The same for a person; the idea and the hackathon are named as they are called now.
    pub fn sentence(self, idea: Option<&Idea>, hackathon: Option<&str>) -> String {
        let name = idea.map_or("An idea".to_owned(), |idea| {
            format!("#{} “{}”", idea.number, idea.text.title)
        });
        let event = hackathon.map_or("a hackathon".to_owned(), |name| format!("“{name}”"));
        match self {
            Self::CoAuthorNamed => format!("You were named a co-author of {name}."),
            Self::PutInForYou => format!("{name} was put in on your behalf: you are its author."),
            Self::StewardNamed => format!("{name} was handed to you to look after."),
            Self::AskedToAssess => format!("You are asked to assess {name}."),
            Self::AssessmentDueSoon => {
                format!("Your assessment of {name} falls due within a day.")
            }
            Self::AssessmentOverdue => format!("Your assessment of {name} is overdue."),
            Self::QuestionAsked => format!("A question about {name} waits for your answer."),
            Self::QuestionAnswered => format!("The question about {name} was answered."),
            Self::Commented => format!("Something was said about {name}."),
            Self::Accepted => format!("{name} was accepted for assessment."),
            Self::Declined => format!("{name} was declined."),
            Self::Held => format!("{name} was put on hold."),
            Self::Reopened => format!("{name} was taken up again."),
            Self::Adopted => format!("{name} was adopted."),
            Self::QuorumWaived => format!(
                "The score of {name} was published with fewer assessments than its rubric asks for."
            ),
            Self::Shipped => format!("{name} shipped."),
            Self::ShippedInPart => format!("A part of {name} shipped."),
            Self::Dropped => format!("{name} was dropped."),
            Self::Withdrawn => format!("{name} was taken back by its author."),
            Self::Merged => format!("{name} was merged into another idea and goes on there."),
            Self::TookIn => format!("Another idea was merged into {name}."),
            Self::Unmerged => format!("{name} was set free again."),
            Self::Released => format!("Another idea was set free from {name} again."),
            Self::ScorePublished => format!("The score of {name} was published."),
            Self::Appealed => format!("A decision about {name} was appealed."),
            Self::AppealUpheld => format!("The appeal about {name} was upheld."),
            Self::AppealDismissed => format!("The appeal about {name} was dismissed."),
            Self::CameBack => format!("{name} is back: the day it was put off to has come."),
            Self::LeftUnanswered => {
                format!("The question about {name} stayed unanswered: it is with the leads again.")
            }
            Self::DueSoon => format!("{name} waits for you: the next step is due within a day."),
            Self::Overdue => format!("{name} waits for you: the next step is overdue."),
            Self::PrototypeOwnerNamed => format!("The prototype of {name} is yours to try."),
            Self::PrototypeQueued => format!("{name} was queued for a prototype."),
            Self::PrototypeStarted => format!("The prototype of {name} was started."),
            Self::PrototypeAborted => format!("The prototype of {name} was given up."),
            Self::PrototypeConcluded => {
                format!("It was told what came of the prototype of {name}.")
            }
            Self::ValidatedInHackathon => {
                format!("It was shown in {event} that {name} works.")
            }
            Self::ResultsPublished => {
                format!("The results of {event}, which worked on {name}, were published.")
            }
            Self::NextStepNamed => {
                format!("{name} won an award in {event}: its next step is yours to take.")
            }
            Self::EnteredHackathon => format!("{name} was taken into {event}."),
            Self::ReturnedFromHackathon => {
                format!("{name} is back from {event}, where it was before.")
            }
            Self::Nominated => format!("{name} was nominated for {event}."),
            Self::CandidateConfirmed => format!("{name} was confirmed for {event}."),
            Self::CandidateDropped => format!("{name} was taken out of {event}."),
            Self::TakenOffTeam => format!("You were taken off your team of {event}."),
            Self::ReviewDue => format!("It is time to look at your decision about {name} again."),
        }
    }
}

/// Something a member is told about an idea they see, or about a hackathon, or about both.
#[derive(Clone, Debug)]
pub struct Notification {
    pub id: NotificationId,
    pub notice: Notice,
    pub idea: Option<Idea>,
    pub hackathon: Option<Uuid>,
    pub at: Micros,
    pub is_read: bool,
}

impl Notification {
    /// What it is about: by this those that were told at the same moment are sorted.
    pub fn about(&self) -> Uuid {
        let idea = self.idea.as_ref().map(|idea| idea.id.0);
        idea.or(self.hackathon).unwrap_or_default()
    }
}
