//! A prototype and what it taught, as values; and why something cannot be done to one. Pure.

use super::experiment::{Finding, Measure};
use crate::ideas::domain::IdeaId;
use crate::ideas::lifecycle::{Row, State as IdeaState, steps_from, words};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::Error;
use crate::platform::ids::id;

id! {
    /// Names a prototype.
    PrototypeId, "prototype"
}
id! {
    /// Names a learning.
    LearningId, "learning"
}

words! {
    /// Where a prototype stands.
    #[graphql(name = "PrototypeState")]
    State {
        /// In the queue, planned or not.
        Queued = "QUEUED",
        /// Being tried.
        Running = "RUNNING",
        /// What came of it was told.
        Concluded = "CONCLUDED",
        /// It was given up before anything came of it.
        Aborted = "ABORTED",
    }
}

words! {
    /// What is made to be tried.
    #[graphql(name = "PrototypeForm")]
    Form {
        /// Drawn.
        Wireframe = "WIREFRAME",
        /// It can be clicked through, and does nothing.
        Clickable = "CLICKABLE",
        /// It does what it is about.
        Functional = "FUNCTIONAL",
        /// It shows that it can be done at all.
        ProofOfConcept = "PROOF_OF_CONCEPT",
    }
}

words! {
    /// What an experiment showed.
    #[graphql(name = "ExperimentOutcome")]
    Outcome {
        /// It works.
        Validated = "VALIDATED",
        /// It does not work.
        Invalidated = "INVALIDATED",
        /// Nobody can tell.
        Inconclusive = "INCONCLUSIVE",
    }
}

words! {
    /// How it goes on after an experiment.
    #[graphql(name = "ExperimentDecision")]
    Decision {
        /// On the same way: what was validated waits for what becomes of it, what was
        /// inconclusive is queued again, last.
        Persevere = "PERSEVERE",
        /// Another way: it is assessed anew, and earlier assessments count no longer.
        Pivot = "PIVOT",
        /// No further: what was validated stays so, what was invalidated rests, what was
        /// inconclusive goes back to where it was queued from.
        Stop = "STOP",
    }
}

/// A prototype of an idea.
#[derive(Clone, Debug)]
pub struct Prototype {
    pub id: PrototypeId,
    pub idea: IdeaId,
    /// Nobody once the owner has left: then the leads see to it.
    pub owner: Option<MemberId>,
    pub state: State,
    /// Grows with every change of the plan.
    pub revision: i32,
    /// The order of the queue; tells nothing beside that.
    pub place: i64,
    pub form: Option<Form>,
    pub hypothesis: Option<String>,
    pub assumption: Option<String>,
    pub measures: Vec<Measure>,
    pub time_box_days: Option<i32>,
    pub queued_at: Micros,
    pub started_at: Option<Micros>,
    pub due_at: Option<Micros>,
    pub extended_at: Option<Micros>,
    /// When it was concluded or aborted.
    pub ended_at: Option<Micros>,
    pub findings: Vec<Finding>,
    pub outcome: Option<Outcome>,
    pub decision: Option<Decision>,
    pub is_self_reported: bool,
}

impl Prototype {
    /// Whether it is queued or being tried.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Queued | State::Running)
    }

    /// What is still missing before it can start, by the names of the fields. `told` says
    /// whether the idea itself names a hypothesis and a riskiest assumption.
    pub fn missing(&self, hypothesis: bool, assumption: bool) -> Vec<&'static str> {
        let has = [
            ("form", self.form.is_some()),
            ("hypothesis", self.hypothesis.is_some() || hypothesis),
            ("assumption", self.assumption.is_some() || assumption),
            ("measures", !self.measures.is_empty()),
            ("timeBoxDays", self.time_box_days.is_some()),
        ];
        has.into_iter()
            .filter_map(|(name, is_there)| (!is_there).then_some(name))
            .collect()
    }
}

/// What a prototype taught.
#[derive(Clone, Debug)]
pub struct Learning {
    pub id: LearningId,
    pub prototype: PrototypeId,
    pub idea: IdeaId,
    pub believed: Option<String>,
    pub found: String,
    pub next_time: Option<String>,
    pub outcome: Outcome,
    pub recorded_by: Option<MemberId>,
    pub recorded_at: Micros,
}

/// What is told of a start while as many are being tried as may be.
pub const LIMIT_REACHED: &str =
    "As many prototypes are being tried as may be at once: conclude or abort one first.";

/// Why something cannot be done to a prototype.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not where this could be done; `idea` is where its idea is.
    WrongState { state: State, idea: IdeaState },
    /// It cannot start before these are told.
    ExperimentMissing(Vec<&'static str>),
    /// As many are being tried as may be.
    LimitReached,
    /// It was extended before.
    AlreadyExtended,
    /// Somebody changed the plan since.
    StaleRevision { current: i32 },
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let conflict = |reason, message: &str| Self::Conflict {
            reason,
            message: message.to_owned(),
            current_revision: None,
        };
        match refusal {
            Refusal::WrongState { state, idea } => Self::IllegalStep {
                reason: "WRONG_STATE",
                message: format!(
                    "The prototype is {}, and the idea {idea}: this cannot be done now.",
                    state.as_str()
                ),
                legal_steps: legal(idea),
            },
            Refusal::ExperimentMissing(missing) => Self::IllegalStep {
                reason: "EXPERIMENT_MISSING",
                message: format!(
                    "Nothing starts without an experiment; still missing: {}.",
                    missing.join(", ")
                ),
                legal_steps: legal(IdeaState::PrototypeQueued)
                    .into_iter()
                    .filter(|call| call != "startPrototype")
                    .collect(),
            },
            Refusal::LimitReached => conflict("LIMIT_REACHED", LIMIT_REACHED),
            Refusal::AlreadyExtended => conflict(
                "ALREADY_EXTENDED",
                "A time box is extended once: conclude the prototype or abort it.",
            ),
            Refusal::StaleRevision { current } => Self::Conflict {
                reason: "STALE_REVISION",
                message: format!(
                    "The experiment was planned anew since: it is at revision {current} now. Read it again and repeat."
                ),
                current_revision: Some(current),
            },
        }
    }
}

fn legal(state: IdeaState) -> Vec<String> {
    steps_from(state).filter_map(Row::call).collect()
}
