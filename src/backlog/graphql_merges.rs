//! Merging ideas that say the same. Each mutation may carry an `idempotencyKey`.

use super::commands_merge::{self as commands, Merged};
use super::folds::Folds;
use crate::graph::change;
use crate::ideas::domain::IdeaId;
use crate::ideas::graphql::{DecideIdeaPayload, DecisionNode, IdeaNode, idea};
use crate::platform::error::{Error, Result};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use std::sync::Arc;

/// Makes an idea part of another one.
#[derive(Clone, InputObject)]
pub struct MergeIdeasInput {
    /// Which idea is absorbed and becomes MERGED.
    idea_id: ID,
    /// Which idea goes on: one that somebody owes a next step.
    into_id: ID,
    /// Why, as the authors read it; up to 10,000 characters.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Sets an idea free that was merged into another.
#[derive(Clone, InputObject)]
pub struct UnmergeIdeasInput {
    /// Which idea, with all that was merged into it.
    idea_id: ID,
    /// Why, as the authors read it; up to 10,000 characters.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Two ideas, of which one is or was part of the other.
#[derive(SimpleObject)]
pub struct MergeIdeasPayload {
    /// The idea that was absorbed, or set free again.
    idea: IdeaNode,
    /// The idea that goes on.
    into: IdeaNode,
    /// What was decided about the one absorbed, or set free.
    decision: DecisionNode,
}

impl MergeIdeasPayload {
    async fn of(ctx: &Context<'_>, done: Result<Merged>) -> Result<Self> {
        let (absorbed, into, decision) = done?;
        let into = idea(ctx, into).await?;
        let decided = DecideIdeaPayload::of(ctx, Ok((absorbed, decision))).await?;
        Ok(Self {
            idea: decided.idea,
            into: into.ok_or(Error::NotFound { noun: "idea" })?,
            decision: decided.decision,
        })
    }
}

/// What is done with ideas that say the same.
#[derive(Default)]
pub struct MergeMutation;

#[Object]
impl MergeMutation {
    /// Makes an idea part of another one that goes on: it leaves the ranking, its supporters
    /// count there, and its authors judge there no more. Leads and admins may, never with
    /// their own idea on either side. One from SUBMITTED, NEEDS_INFO, IN_ASSESSMENT, BACKLOG,
    /// ON_HOLD or VALIDATED can be absorbed, by one that somebody owes a next step.
    async fn merge_ideas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea goes on in which, and why.")] input: MergeIdeasInput,
    ) -> Option<Result<MergeIdeasPayload>> {
        let folds = ctx.data_unchecked::<Arc<Folds>>();
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "mergeIdeas", key, |s| {
            let input = input.clone();
            async move {
                let absorbed = IdeaId::read(&["ideaId"], &input.idea_id);
                let into = IdeaId::read(&["intoId"], &input.into_id);
                commands::merge(&s, folds, absorbed, into, &input.reason).await
            }
        });
        Some(MergeIdeasPayload::of(ctx, done.await).await)
    }

    /// Sets an idea free again, with all that was merged into it: it comes back to the state
    /// it left, with a new promise, and its supporters count there alone. Leads and admins
    /// may, never with their own idea on either side.
    async fn unmerge_ideas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea, and why.")] input: UnmergeIdeasInput,
    ) -> Option<Result<MergeIdeasPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "unmergeIdeas", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id)?;
                commands::unmerge(&s, id, &input.reason).await
            }
        });
        Some(MergeIdeasPayload::of(ctx, done.await).await)
    }
}
