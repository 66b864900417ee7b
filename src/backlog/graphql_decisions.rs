//! What leads decide after screening. Each mutation may carry an `idempotencyKey`.

use super::commands::{self, DecisionOutcome, Verdict};
use super::folds::Folds;
use crate::graph::{DateTime, change};
use crate::ideas::domain::{IdeaId, OutcomeKind};
use crate::ideas::graphql::DecideIdeaPayload;
use crate::platform::error::Result;
use async_graphql::{Context, ID, InputObject, Object};
use std::sync::Arc;

/// What a lead decides. HOLD needs `revisitAt`; ADOPT needs `handedTo`.
#[derive(Clone, InputObject)]
pub struct DecideIdeaInput {
    /// Which idea.
    idea_id: ID,
    /// What is decided.
    outcome: DecisionOutcome,
    /// Why, as the author reads it; up to 10,000 characters.
    reason: String,
    /// HOLD: until when it is put off; an instant in the future.
    revisit_at: Option<DateTime>,
    /// ADOPT: the roadmap, team or ticket it went to.
    handed_to: Option<String>,
    /// ADOPT: when somebody will be asked what became of it.
    outcome_due_at: Option<DateTime>,
    /// What the decider expects.
    expectation: Option<String>,
    /// What would prove the decision wrong.
    wrong_when: Option<String>,
    /// When to look at the decision again.
    review_at: Option<DateTime>,
    /// HOLD, DECLINE: what would change the answer.
    would_reconsider_if: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
    /// The `revision` that was read; refused as STALE_REVISION when it is no longer the newest.
    expected_revision: Option<i32>,
}

impl DecideIdeaInput {
    fn read(self) -> Verdict {
        Verdict {
            outcome: self.outcome,
            reason: self.reason,
            revisit_at: self.revisit_at.map(|at| at.0),
            handed_to: self.handed_to,
            outcome_due_at: self.outcome_due_at.map(|at| at.0),
            expectation: self.expectation,
            wrong_when: self.wrong_when,
            review_at: self.review_at.map(|at| at.0),
            would_reconsider_if: self.would_reconsider_if,
            expected_revision: self.expected_revision,
        }
    }
}

/// What became of an adopted idea.
#[derive(Clone, InputObject)]
pub struct RecordOutcomeInput {
    /// Which idea.
    idea_id: ID,
    /// Whether it shipped.
    kind: OutcomeKind,
    /// What was measured, or seen; up to 10,000 characters.
    measured: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// What leads decide after screening.
#[derive(Default)]
pub struct DecisionMutation;

#[Object]
impl DecisionMutation {
    /// Puts an idea on hold, declines, reopens or adopts it, or publishes its score before
    /// the quorum is met. Leads and admins may, never on their own idea. The decision keeps
    /// the rank and the score of its moment.
    async fn decide_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is decided, and why.")] input: DecideIdeaInput,
    ) -> Option<Result<DecideIdeaPayload>> {
        let folds = ctx.data_unchecked::<Arc<Folds>>();
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "decideIdea", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id)?;
                commands::decide(&s, folds, id, input.read()).await
            }
        });
        Some(DecideIdeaPayload::of(ctx, done.await).await)
    }

    /// Tells what became of an adopted idea: SHIPPED and PARTLY deliver it, DROPPED abandons
    /// it. Leads and admins may, never on their own idea.
    async fn record_outcome(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What became of it.")] input: RecordOutcomeInput,
    ) -> Option<Result<DecideIdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "recordOutcome", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id)?;
                commands::record_outcome(&s, id, input.kind, &input.measured).await
            }
        });
        Some(DecideIdeaPayload::of(ctx, done.await).await)
    }
}
