//! The states of an idea and every legal step between them: one table, read by commands,
//! refusals and `nextSteps` alike. Pure: it knows no person, no clock and no database.

use std::fmt;

/// Declares an enum whose values are stored and shown by one upper-case name each.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, async_graphql::Enum)]
        $(#[$doc])*
        pub enum $name { $($(#[$value_doc])* #[graphql(name = $word)] $value),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word it is stored and shown as.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }

            /// The value of a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Where an idea stands.
    #[graphql(name = "IdeaState")]
    State {
        /// Being written: only its authors see it.
        Draft = "DRAFT",
        /// Handed in, waiting for a lead to screen it.
        Submitted = "SUBMITTED",
        /// A lead asked something; the author owes the answer.
        NeedsInfo = "NEEDS_INFO",
        /// Assessors are rating it; no numbers are shown yet.
        InAssessment = "IN_ASSESSMENT",
        /// Its score is published: it is ranked and can be queued.
        Backlog = "BACKLOG",
        /// Not now: put off until a day that was named, on which it comes back by itself.
        OnHold = "ON_HOLD",
        /// No, with a reason and what would change it.
        Declined = "DECLINED",
        /// In the queue for a prototype.
        PrototypeQueued = "PROTOTYPE_QUEUED",
        /// Being tried out.
        Prototyping = "PROTOTYPING",
        /// Confirmed for a hackathon.
        HackathonCandidate = "HACKATHON_CANDIDATE",
        /// Being worked on in a hackathon.
        InHackathon = "IN_HACKATHON",
        /// An experiment or a hackathon showed that it works.
        Validated = "VALIDATED",
        /// It was shown not to work.
        Invalidated = "INVALIDATED",
        /// Handed to a roadmap.
        Adopted = "ADOPTED",
        /// It shipped, wholly or in part.
        Delivered = "DELIVERED",
        /// It was adopted and then dropped.
        Abandoned = "ABANDONED",
        /// It goes on in another idea.
        Merged = "MERGED",
        /// Its author took it back.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// Who can take a step, or owes the next one.
    Party {
        /// The author of the idea, with the co-authors.
        Author = "AUTHOR",
        /// Any lead.
        Lead = "LEAD",
        /// The lead who looks after the idea.
        Steward = "STEWARD",
        /// Those who rate the idea.
        Assessors = "ASSESSORS",
        /// Who runs its prototype.
        PrototypeOwner = "PROTOTYPE_OWNER",
        /// Who runs the hackathon.
        Organizer = "ORGANIZER",
        /// Nobody in person: a day that was named.
        Calendar = "CALENDAR",
        /// Nobody: the idea has come to its end.
        Nobody = "NOBODY",
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What can be done to an idea's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    SubmitDraft,
    Accept,
    AskInfo,
    DeclineAtScreening,
    AnswerQuestion,
    LeaveUnanswered,
    Publish,
    Unpublish,
    WaiveQuorum,
    Hold,
    ComeBack,
    Decline,
    Reopen,
    UpholdAppeal,
    Adopt,
    Deliver,
    DeliverPartly,
    Abandon,
    QueuePrototype,
    StartPrototype,
    AbortPrototype,
    ConcludeValidated,
    ConcludeInvalidated,
    ConcludePivot,
    ConcludeQueuedAgain,
    ConcludeStopped,
    ConfirmCandidate,
    DropCandidate,
    EnterHackathon,
    ReturnFromHackathon,
    ValidateInHackathon,
    Merge,
    Unmerge,
    Withdraw,
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Always there.
    State(State),
    /// Back to the state the idea left before; a declined `NEEDS_INFO` is `SUBMITTED` again.
    TheStateItLeft,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub step: Step,
    pub from: &'static [State],
    pub to: To,
    /// Who takes it.
    pub by: &'static [Party],
    /// The mutation that takes it; none when it happens by itself.
    pub mutation: Option<&'static str>,
    /// That mutation's outcome, where it has one.
    pub outcome: Option<&'static str>,
    /// Whether the idea remembers the state it leaves, to come back to it.
    pub remembers: bool,
}

use Party::{Assessors, Author, Calendar, Lead, Organizer, PrototypeOwner, Steward};
use State::{
    Abandoned, Adopted, Backlog, Declined, Delivered, Draft, HackathonCandidate, InAssessment,
    InHackathon, Invalidated, Merged, NeedsInfo, OnHold, PrototypeQueued, Prototyping, Submitted,
    Validated, Withdrawn,
};

const fn row(
    step: Step,
    from: &'static [State],
    to: To,
    by: &'static [Party],
    mutation: Option<&'static str>,
    outcome: Option<&'static str>,
    remembers: bool,
) -> Row {
    Row {
        step,
        from,
        to,
        by,
        mutation,
        outcome,
        remembers,
    }
}

/// Every legal step, in the order in which `nextSteps` and refusals name them.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row(Step::SubmitDraft, &[Draft], To::State(Submitted), &[Author], Some("submitDraft"), None, false),
    row(Step::Accept, &[Submitted], To::State(InAssessment), &[Lead], Some("screenIdea"), Some("ACCEPT"), false),
    row(Step::AskInfo, &[Submitted], To::State(NeedsInfo), &[Lead], Some("screenIdea"), Some("NEEDS_INFO"), false),
    row(Step::DeclineAtScreening, &[Submitted], To::State(Declined), &[Lead], Some("screenIdea"), Some("DECLINE"), true),
    row(Step::AnswerQuestion, &[NeedsInfo], To::State(Submitted), &[Author], Some("answerQuestion"), None, false),
    row(Step::LeaveUnanswered, &[NeedsInfo], To::State(Submitted), &[Calendar], None, None, false),
    row(Step::Publish, &[InAssessment], To::State(Backlog), &[Assessors], None, None, false),
    row(Step::WaiveQuorum, &[InAssessment], To::State(Backlog), &[Lead], Some("decideIdea"), Some("WAIVE_QUORUM"), false),
    row(Step::Unpublish, &[Backlog], To::State(InAssessment), &[Assessors], None, None, false),
    row(Step::QueuePrototype, &[Backlog, Validated], To::State(PrototypeQueued), &[Lead], Some("queuePrototype"), None, true),
    row(Step::ConfirmCandidate, &[Submitted, InAssessment, Backlog, Validated], To::State(HackathonCandidate), &[Organizer], Some("confirmCandidate"), None, true),
    row(Step::Hold, &[Submitted, InAssessment, Backlog, Validated], To::State(OnHold), &[Lead], Some("decideIdea"), Some("HOLD"), true),
    row(Step::Adopt, &[Backlog, Validated], To::State(Adopted), &[Lead], Some("decideIdea"), Some("ADOPT"), true),
    row(Step::Decline, &[NeedsInfo, InAssessment, Backlog, OnHold, Validated], To::State(Declined), &[Lead], Some("decideIdea"), Some("DECLINE"), true),
    row(Step::ComeBack, &[OnHold], To::TheStateItLeft, &[Calendar], None, None, false),
    row(Step::Reopen, &[OnHold, Declined], To::TheStateItLeft, &[Lead], Some("decideIdea"), Some("REOPEN"), false),
    row(Step::Reopen, &[Invalidated, Abandoned], To::State(Backlog), &[Lead], Some("decideIdea"), Some("REOPEN"), false),
    row(Step::UpholdAppeal, &[OnHold, Declined], To::TheStateItLeft, &[Lead], Some("resolveAppeal"), Some("UPHELD"), false),
    row(Step::StartPrototype, &[PrototypeQueued], To::State(Prototyping), &[PrototypeOwner, Lead], Some("startPrototype"), None, false),
    row(Step::AbortPrototype, &[PrototypeQueued, Prototyping], To::TheStateItLeft, &[PrototypeOwner, Lead], Some("abortPrototype"), None, false),
    row(Step::ConcludeValidated, &[Prototyping], To::State(Validated), &[PrototypeOwner, Lead], Some("concludePrototype"), Some("VALIDATED"), false),
    row(Step::ConcludeInvalidated, &[Prototyping], To::State(Invalidated), &[PrototypeOwner, Lead], Some("concludePrototype"), Some("INVALIDATED"), false),
    row(Step::ConcludePivot, &[Prototyping], To::State(InAssessment), &[PrototypeOwner, Lead], Some("concludePrototype"), Some("PIVOT"), false),
    row(Step::ConcludeQueuedAgain, &[Prototyping], To::State(PrototypeQueued), &[PrototypeOwner, Lead], Some("concludePrototype"), Some("PERSEVERE"), false),
    row(Step::ConcludeStopped, &[Prototyping], To::TheStateItLeft, &[PrototypeOwner, Lead], Some("concludePrototype"), Some("STOP"), false),
    row(Step::EnterHackathon, &[HackathonCandidate], To::State(InHackathon), &[Organizer], Some("advanceHackathon"), Some("RUNNING"), false),
    row(Step::DropCandidate, &[HackathonCandidate], To::TheStateItLeft, &[Organizer, Author], Some("dropCandidate"), None, false),
    row(Step::ValidateInHackathon, &[InHackathon], To::State(Validated), &[Organizer], Some("publishResults"), None, false),
    row(Step::ReturnFromHackathon, &[HackathonCandidate, InHackathon], To::TheStateItLeft, &[Organizer], Some("advanceHackathon"), None, false),
    row(Step::Deliver, &[Adopted], To::State(Delivered), &[Steward, Lead], Some("recordOutcome"), Some("SHIPPED"), false),
    row(Step::DeliverPartly, &[Adopted], To::State(Delivered), &[Steward, Lead], Some("recordOutcome"), Some("PARTLY"), false),
    row(Step::Abandon, &[Adopted], To::State(Abandoned), &[Steward, Lead], Some("recordOutcome"), Some("DROPPED"), false),
    row(Step::Merge, &[Submitted, NeedsInfo, InAssessment, Backlog, OnHold, Validated], To::State(Merged), &[Lead], Some("mergeIdeas"), None, true),
    row(Step::Unmerge, &[Merged], To::TheStateItLeft, &[Lead], Some("unmergeIdeas"), None, false),
    row(Step::Withdraw, &[Submitted, NeedsInfo, InAssessment, Backlog, OnHold], To::State(Withdrawn), &[Author], Some("withdrawIdea"), None, false),
];

impl Row {
    /// `screenIdea(ACCEPT)`; nothing for a step that happens by itself.
    pub fn call(&self) -> Option<String> {
        let mutation = self.mutation?;
        Some(match self.outcome {
            Some(outcome) => format!("{mutation}({outcome})"),
            None => mutation.to_owned(),
        })
    }
}

/// The steps out of a state.
pub fn steps_from(state: State) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |row| row.from.contains(&state))
}

/// A step that cannot be taken from where the idea stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Illegal {
    pub from: State,
    /// What a caller can do instead, as `mutation` or `mutation(OUTCOME)`.
    pub legal: Vec<String>,
}

/// Where a step leads from a state. `left` is the state the idea left before, if any.
pub fn take(step: Step, from: State, left: Option<State>) -> Result<State, Illegal> {
    let row = TABLE
        .iter()
        .find(|row| row.step == step && row.from.contains(&from));
    let to = row.and_then(|row| match row.to {
        To::State(to) => Some(to),
        To::TheStateItLeft => match left? {
            NeedsInfo => Some(Submitted),
            left => Some(left),
        },
    });
    to.ok_or_else(|| Illegal {
        from,
        legal: steps_from(from).filter_map(Row::call).collect(),
    })
}

/// The state to come back to, once this step was taken from a state to another. `left` is
/// what was remembered before: it is kept as long as there is a way back to it.
pub fn left_after(step: Step, from: State, left: Option<State>, to: State) -> Option<State> {
    let remembers = |row: &Row| row.step == step && row.from.contains(&from) && row.remembers;
    let returns = |row: &Row| row.from.contains(&to) && row.to == To::TheStateItLeft;
    if TABLE.iter().any(remembers) {
        // What was on hold comes back to where it was before, for nobody named a day anew.
        return if from == OnHold { left } else { Some(from) };
    }
    left.filter(|_| TABLE.iter().any(returns))
}

impl State {
    /// Who owes the next step.
    pub fn party(self) -> Party {
        match self {
            Draft | NeedsInfo => Author,
            Submitted => Lead,
            InAssessment => Assessors,
            Backlog | Validated | Adopted => Steward,
            OnHold => Calendar,
            PrototypeQueued | Prototyping => PrototypeOwner,
            HackathonCandidate | InHackathon => Organizer,
            Declined | Invalidated | Delivered | Abandoned | Merged | Withdrawn => Party::Nobody,
        }
    }

    /// Whether an author may still change the text.
    pub fn is_editable(self) -> bool {
        matches!(self, Draft | Submitted | NeedsInfo | InAssessment | Backlog)
    }

    /// Whether assessors may rate.
    pub fn is_assessable(self) -> bool {
        matches!(self, InAssessment | Backlog)
    }

    /// Whether people may say that they want it.
    pub fn is_supportable(self) -> bool {
        !matches!(self, Draft | Withdrawn | Merged)
    }

    /// Whether a decision put it where nobody in person owes anything: as long as it stands
    /// there, that decision can be appealed.
    pub fn rests(self) -> bool {
        matches!(self, OnHold | Declined | Merged)
    }

    /// Whether another idea can go on in it.
    pub fn takes_in(self) -> bool {
        self != Draft && self.party() != Party::Nobody
    }

    /// Whether its published score lends its spread to the intervals of others.
    pub fn is_pooled(self) -> bool {
        !matches!(self, Draft | Withdrawn | Merged)
    }
}
