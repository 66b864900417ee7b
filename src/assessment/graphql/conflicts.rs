//! What people say about themselves: that they must not judge an idea. Each mutation may carry
//! an `idempotencyKey`.

use crate::assessment::commands_conflicts as commands;
use crate::graph::change;
use crate::ideas::conflict::ConflictKind;
use crate::ideas::domain::IdeaId;
use crate::ideas::graphql::{IdeaPayload, payload};
use crate::platform::error::Result;
use async_graphql::{Context, ID, InputObject, Object};

/// Declares a conflict of interest.
#[derive(Clone, InputObject)]
pub struct DeclareConflictInput {
    /// Which idea.
    idea_id: ID,
    /// Of which kind.
    kind: ConflictKind,
    /// What there is to say about it, up to 10,000 characters; for leads and the caller.
    note: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Takes a declared conflict of interest back.
#[derive(Clone, InputObject)]
pub struct WithdrawConflictInput {
    /// Which idea.
    idea_id: ID,
    /// Why it is none any more; for leads and the caller.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// What people say about themselves.
#[derive(Default)]
pub struct ConflictMutation;

#[Object]
impl ConflictMutation {
    /// Declares that the caller must not judge an idea. Everyone who sees it may, about
    /// themselves, in every state but DRAFT. From then on they assess, screen, assign and
    /// decide there no more, nobody waits for them, and their assessment stays and counts no
    /// more. Once more changes nothing; another kind or note takes the place of the one before.
    async fn declare_conflict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On which idea, and why.")] input: DeclareConflictInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "declareConflict", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id);
                commands::declare(&s, id, input.kind, input.note.as_deref()).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Takes back what the caller declared: their assessment counts again, and what they were
    /// asked for they owe again. Where there is nothing to take back, nothing changes.
    async fn withdraw_conflict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On which idea, and why.")] input: WithdrawConflictInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "withdrawConflict", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id);
                commands::withdraw(&s, id, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}
