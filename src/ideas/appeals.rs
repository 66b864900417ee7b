//! Appeals of decisions, and decisions looked at again: what they are, and why they can be
//! refused. Pure.

use super::domain::{Decision, DecisionId, DecisionKind, Idea, IdeaId};
use super::lifecycle::{Row, State, steps_from, words};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::Error;
use crate::platform::ids::id;
use uuid::Uuid;

id! {
    /// Names an appeal.
    AppealId, "appeal"
}

words! {
    /// What became of an appeal.
    AppealState {
        /// It waits for an answer.
        Open = "OPEN",
        /// It was right: the idea is taken up again, if the decision still stood.
        Upheld = "UPHELD",
        /// The decision stays.
        Dismissed = "DISMISSED",
    }
}

words! {
    /// How an appeal is answered.
    AppealOutcome {
        /// It is right: the idea comes back to the state it left, if the decision still stands.
        Upheld = "UPHELD",
        /// The decision stays.
        Dismissed = "DISMISSED",
    }
}

impl AppealOutcome {
    /// What the appeal is then.
    pub fn state(self) -> AppealState {
        match self {
            Self::Upheld => AppealState::Upheld,
            Self::Dismissed => AppealState::Dismissed,
        }
    }
}

words! {
    /// Whether a decision turned out as its maker expected.
    ReviewAnswer {
        /// It was right.
        Yes = "YES",
        /// It was wrong.
        No = "NO",
        /// Nobody can tell.
        Unclear = "UNCLEAR",
    }
}

/// What an author says against a decision, and the answer once there is one.
#[derive(Clone, Debug)]
pub struct Appeal {
    pub id: AppealId,
    pub decision: DecisionId,
    pub idea: IdeaId,
    pub state: AppealState,
    pub reason: String,
    pub opened_by: Option<MemberId>,
    pub opened_at: Micros,
    /// By when it is to be answered.
    pub due_at: Micros,
    pub answer: Option<String>,
    pub answered_by: Option<MemberId>,
    pub answered_at: Option<Micros>,
}

/// What somebody found who looked at a decision again. Appended, never edited.
#[derive(Clone, Debug)]
pub struct Review {
    pub id: Uuid,
    pub decision: DecisionId,
    pub held: ReviewAnswer,
    pub note: String,
    pub by: Option<MemberId>,
    pub at: Micros,
}

impl Decision {
    /// The state it put the idea into, when that can be appealed.
    fn rests_in(&self) -> Option<State> {
        match self.kind {
            DecisionKind::Declined => Some(State::Declined),
            DecisionKind::Held => Some(State::OnHold),
            _ => None,
        }
    }

    /// Whether it is why the idea stands where it stands, and can be appealed.
    pub fn stands(&self, idea: &Idea) -> bool {
        // A decision and the state it leads to are of one moment; the same state entered
        // once more is another decision's.
        self.rests_in() == Some(idea.state) && self.decided_at == idea.state_since
    }
}

/// Why an appeal cannot be made or answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAppeal {
    /// The kind of decision is none that can be appealed.
    NotOfThisKind(State),
    /// The idea has left the state this decision put it into.
    StandsNoMore(State),
    /// There is one already, answered or not.
    Twice,
    /// Somebody answered it before.
    Answered(AppealState),
}

impl NoAppeal {
    /// Why this decision cannot be appealed, should it be so.
    pub fn of(decision: &Decision, idea: &Idea) -> Option<Self> {
        if decision.rests_in().is_none() {
            Some(Self::NotOfThisKind(idea.state))
        } else if decision.stands(idea) {
            None
        } else {
            Some(Self::StandsNoMore(idea.state))
        }
    }
}

impl From<NoAppeal> for Error {
    fn from(no: NoAppeal) -> Self {
        let nothing = |state: State, message: String| Self::IllegalStep {
            reason: "NOTHING_TO_APPEAL",
            message,
            legal_steps: steps_from(state).filter_map(Row::call).collect(),
        };
        let conflict = |reason, message: String| Self::Conflict {
            reason,
            message,
            current_revision: None,
        };
        match no {
            NoAppeal::NotOfThisKind(state) => nothing(
                state,
                "Only a decision that declined an idea or put it on hold can be appealed."
                    .to_owned(),
            ),
            NoAppeal::StandsNoMore(state) => nothing(
                state,
                format!("This decision stands no more: the idea is in {state} by another one."),
            ),
            NoAppeal::Twice => conflict(
                "ALREADY_APPEALED",
                "This decision was appealed before; each can be once.".to_owned(),
            ),
            NoAppeal::Answered(state) => conflict(
                "ALREADY_ANSWERED",
                format!("This appeal was answered before: it is {}.", state.as_str()),
            ),
        }
    }
}
