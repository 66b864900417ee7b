//! Inputs of what can be done with prototypes.

use crate::identity::domain::MemberId;
use crate::platform::error::Result;
use crate::prototypes::domain::{Decision, Form, Outcome, PrototypeId};
use crate::prototypes::experiment::{self, Conclusion, Finding, Plan, Taught};
use async_graphql::{ID, InputObject};

/// Puts an idea into the queue.
#[derive(Clone, InputObject)]
pub struct QueuePrototypeInput {
    /// Which idea.
    pub(super) idea_id: ID,
    /// Who shall try it: any active member, its author too. Of a confidential idea somebody who
    /// leads, or its author where that is named.
    pub(super) owner_id: ID,
    /// Why, as the author reads it; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Changes the order of the queue.
#[derive(Clone, InputObject)]
pub struct MovePrototypeInput {
    /// Which prototype.
    pub(super) prototype_id: ID,
    /// The one it shall stand behind; first when null or left out.
    pub(super) after_id: Option<ID>,
    /// Why; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// One thing that an experiment measures.
#[derive(Clone, InputObject)]
pub struct MeasureInput {
    /// Names it within the experiment: 1 to 40 letters, digits, underscores and hyphens.
    key: String,
    /// The same for people; up to 120 characters.
    name: String,
    /// What shall be reached; up to 1,000 characters.
    target: String,
    /// What result would disprove the hypothesis; up to 1,000 characters.
    disproved_by: String,
}

/// Plans an experiment.
#[derive(Clone, InputObject)]
pub struct PlanExperimentInput {
    /// Of which prototype.
    pub(super) prototype_id: ID,
    /// What is made to be tried.
    form: Form,
    /// What is believed; up to 10,000 characters.
    hypothesis: String,
    /// What must be true and is least sure; taken over from the idea when left out.
    assumption: Option<String>,
    /// What is measured, 1 to 10, each with what would disprove the hypothesis.
    measures: Vec<MeasureInput>,
    /// How many days it may take, from 1 to 90.
    time_box_days: i32,
    /// The `revision` that was read; refused as STALE_REVISION when it is no longer the newest.
    pub(super) expected_revision: Option<i32>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

impl PlanExperimentInput {
    pub(super) fn read(self) -> Plan {
        let measure = |one: MeasureInput| experiment::Measure {
            key: one.key,
            name: one.name,
            target: one.target,
            disproved_by: one.disproved_by,
        };
        Plan {
            form: self.form,
            hypothesis: self.hypothesis,
            assumption: self.assumption,
            measures: self.measures.into_iter().map(measure).collect(),
            time_box_days: self.time_box_days,
        }
    }
}

/// Starts a trial.
#[derive(Clone, InputObject)]
pub struct StartPrototypeInput {
    /// Which prototype.
    pub(super) prototype_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// What a measure came to.
#[derive(Clone, InputObject)]
pub struct MeasureResultInput {
    /// Which measure.
    key: String,
    /// What came of it, or why it could not be measured; up to 10,000 characters.
    result: String,
    /// Whether the target was reached; null when it could not be measured.
    is_met: Option<bool>,
}

/// What a trial taught.
#[derive(Clone, InputObject)]
pub struct LearningInput {
    /// What was believed before; up to 10,000 characters.
    believed: Option<String>,
    /// What was found; up to 10,000 characters.
    found: String,
    /// What to do next time; up to 10,000 characters.
    next_time: Option<String>,
}

/// Tells what came of a trial.
#[derive(Clone, InputObject)]
pub struct ConcludePrototypeInput {
    /// Which prototype.
    pub(super) prototype_id: ID,
    /// What each of its measures came to.
    results: Vec<MeasureResultInput>,
    /// What it showed. The measures say VALIDATED when all were met, INVALIDATED when one was
    /// missed, else INCONCLUSIVE; another outcome needs a `reason`.
    outcome: Outcome,
    /// How it goes on.
    decision: Decision,
    /// What it taught.
    learning: LearningInput,
    /// Why, as the author reads it; what was found when left out. Up to 10,000 characters.
    reason: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

impl ConcludePrototypeInput {
    pub(super) fn read(self) -> Conclusion {
        let finding = |one: MeasureResultInput| Finding {
            key: one.key,
            result: one.result,
            is_met: one.is_met,
        };
        Conclusion {
            findings: self.results.into_iter().map(finding).collect(),
            outcome: self.outcome,
            decision: self.decision,
            taught: Taught {
                believed: self.learning.believed,
                found: self.learning.found,
                next_time: self.learning.next_time,
            },
            reason: self.reason,
        }
    }
}

/// Gives a trial more time.
#[derive(Clone, InputObject)]
pub struct ExtendPrototypeInput {
    /// Which prototype.
    pub(super) prototype_id: ID,
    /// How many days more, from 1 to 90.
    pub(super) days: i32,
    /// Why; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Gives a prototype up.
#[derive(Clone, InputObject)]
pub struct AbortPrototypeInput {
    /// Which prototype.
    pub(super) prototype_id: ID,
    /// Why; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Gives a prototype to another owner.
#[derive(Clone, InputObject)]
pub struct HandOverPrototypeInput {
    /// Which prototype.
    pub(super) prototype_id: ID,
    /// To whom, under the same rules as when it was queued.
    pub(super) owner_id: ID,
    /// Why; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

pub(super) fn prototype_id(id: &ID) -> Result<PrototypeId> {
    PrototypeId::read(&["prototypeId"], id)
}

pub(super) fn owner_id(id: &ID) -> Result<MemberId> {
    MemberId::read(&["ownerId"], id)
}
