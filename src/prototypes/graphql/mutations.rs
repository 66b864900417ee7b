//! What can be done with prototypes. Each mutation may carry an `idempotencyKey`.

use super::inputs::{
    AbortPrototypeInput, ConcludePrototypeInput, ExtendPrototypeInput, HandOverPrototypeInput,
    MovePrototypeInput, PlanExperimentInput, QueuePrototypeInput, StartPrototypeInput, owner_id,
    prototype_id,
};
use super::nodes::{PrototypeNode, prototype};
use crate::backlog::folds::Folds;
use crate::graph::change;
use crate::ideas::domain::IdeaId;
use crate::ideas::graphql::{IdeaNode, idea};
use crate::platform::error::{Error, Result};
use crate::prototypes::domain::PrototypeId;
use crate::prototypes::{commands, commands_conclude, commands_running};
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// A prototype that was changed, and its idea.
#[derive(SimpleObject)]
pub struct PrototypePayload {
    /// The prototype as it is now.
    prototype: PrototypeNode,
    /// Its idea as it is now.
    idea: IdeaNode,
}

/// What is done with the queue.
#[derive(Default)]
pub struct PrototypeMutation;

#[Object]
impl PrototypeMutation {
    /// Puts an idea from the backlog, or one that was validated, into the queue, last. Leads
    /// and admins may, never on their own idea. The decision keeps the rank and the score of
    /// its moment, and is an override when it goes past a clearly better idea.
    async fn queue_prototype(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea, who shall try it, and why.")] input: QueuePrototypeInput,
    ) -> Option<Result<PrototypePayload>> {
        let folds = ctx.data_unchecked::<Arc<Folds>>();
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "queuePrototype", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id)?;
                let owner = owner_id(&input.owner_id);
                commands::queue(&s, folds, id, owner, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Changes the order of the queue. Leads and admins may, never for their own idea.
    async fn move_prototype(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which prototype, behind which other one, and why.")]
        input: MovePrototypeInput,
    ) -> Option<Result<PrototypePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "movePrototype", key, |s| {
            let input = input.clone();
            async move {
                let id = prototype_id(&input.prototype_id);
                let after = input.after_id.as_ref();
                let after = after.map(|id| PrototypeId::read(&["afterId"], id));
                commands::move_behind(&s, id, after, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Plans the experiment of a prototype in the queue, or plans it anew. Its owner may, and
    /// leads and admins, these never on their own idea. Once it has started nothing of it
    /// changes.
    async fn plan_experiment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan.")] input: PlanExperimentInput,
    ) -> Option<Result<PrototypePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "planExperiment", key, |s| {
            let input = input.clone();
            async move {
                let id = prototype_id(&input.prototype_id);
                let expected = input.expected_revision;
                commands_running::plan(&s, id, input.read(), expected).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Gives a prototype to another owner. Its owner may, and leads and admins, these never on
    /// their own idea.
    async fn hand_over_prototype(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which prototype, to whom, and why.")] input: HandOverPrototypeInput,
    ) -> Option<Result<PrototypePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "handOverPrototype", key, |s| {
            let input = input.clone();
            async move {
                let id = prototype_id(&input.prototype_id);
                let owner = owner_id(&input.owner_id);
                commands::hand_over(&s, id, owner, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}

/// What is done with a trial. Its owner may, and leads and admins, these never on their own
/// idea.
#[derive(Default)]
pub struct TrialMutation;

#[Object]
impl TrialMutation {
    /// Starts a trial; it is due when its time box ends. Refused as EXPERIMENT_MISSING, with
    /// what is missing, until it has a form, a hypothesis, an assumption, measures and a time
    /// box; and as LIMIT_REACHED while as many are being tried as may be at once. Its owner
    /// may, and leads and admins, these never on their own idea.
    async fn start_prototype(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which prototype.")] input: StartPrototypeInput,
    ) -> Option<Result<PrototypePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "startPrototype", key, |s| {
            let id = prototype_id(&input.prototype_id);
            async move { commands_running::start(&s, id?).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Gives a trial more time, once; after that it is refused as ALREADY_EXTENDED. Its owner
    /// may, and leads and admins, these never on their own idea.
    async fn extend_prototype(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which prototype, how many days more, and why.")]
        input: ExtendPrototypeInput,
    ) -> Option<Result<PrototypePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "extendPrototype", key, |s| {
            let input = input.clone();
            async move {
                let id = prototype_id(&input.prototype_id);
                commands_running::extend(&s, id, input.days, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Gives a prototype up, in the queue or while it is tried. That is no result: the idea is
    /// back where it was queued from. Its owner may, and leads and admins, these never on
    /// their own idea.
    async fn abort_prototype(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which prototype, and why.")] input: AbortPrototypeInput,
    ) -> Option<Result<PrototypePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "abortPrototype", key, |s| {
            let input = input.clone();
            async move {
                let id = prototype_id(&input.prototype_id);
                commands_running::abort(&s, id, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Tells what came of a trial, measure by measure, and what it taught. VALIDATED leads to
    /// VALIDATED, and INVALIDATED with STOP to INVALIDATED; PIVOT leads to IN_ASSESSMENT, where
    /// earlier assessments count no longer; INCONCLUSIVE with PERSEVERE queues it again, last,
    /// with the same plan, and with STOP it is back where it was queued from. Its owner may,
    /// and leads and admins, these never on their own idea.
    async fn conclude_prototype(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came of it.")] input: ConcludePrototypeInput,
    ) -> Option<Result<PrototypePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "concludePrototype", key, |s| {
            let input = input.clone();
            async move {
                let id = prototype_id(&input.prototype_id);
                commands_conclude::conclude(&s, id, input.read()).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}

async fn payload(
    ctx: &Context<'_>,
    done: Result<(PrototypeId, IdeaId)>,
) -> Result<PrototypePayload> {
    let (prototype_id, idea_id) = done?;
    Ok(PrototypePayload {
        prototype: prototype(ctx, prototype_id)
            .await?
            .ok_or(Error::NotFound { noun: "prototype" })?,
        idea: idea(ctx, idea_id)
            .await?
            .ok_or(Error::NotFound { noun: "idea" })?,
    })
}
