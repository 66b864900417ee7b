//! What organizers do with a hackathon. Each mutation may carry an `idempotencyKey`.

use super::hackathon::{HackathonNode, hackathon};
use super::inputs::{
    AdvanceHackathonInput, CreateHackathonInput, UpdateHackathonInput, hackathon_id,
};
use crate::graph::change;
use crate::hackathons::domain::HackathonId;
use crate::hackathons::{commands, commands_phases, store};
use crate::platform::error::Result;
use async_graphql::{Context, Object, SimpleObject};

/// A hackathon that was changed.
#[derive(SimpleObject)]
pub struct HackathonPayload {
    /// The hackathon as it is now.
    hackathon: HackathonNode,
}

/// What organizers do with a hackathon.
#[derive(Default)]
pub struct HackathonMutation;

#[Object]
impl HackathonMutation {
    /// Creates a hackathon, in DESIGN. Organizers and admins may; whoever does is the one in
    /// person who owes its next steps.
    async fn create_hackathon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is about, when it is, and how it is judged.")]
        input: CreateHackathonInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "createHackathon", key, |s| {
            let input = input.clone();
            async move {
                let slug = input.slug.clone();
                commands::create(&s, &slug, input.read()).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Edits a hackathon. What people rely on by now is fixed: targets from NOMINATION on,
    /// start and team sizes from RUNNING on, end, deadline and judging from JUDGING on; all of
    /// it once it is over. Organizers and admins may.
    async fn update_hackathon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hackathon, and what is changed.")] input: UpdateHackathonInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "updateHackathon", key, |s| {
            let input = input.clone();
            async move {
                let (id, expected) = (hackathon_id(&input.hackathon_id), input.expected_revision);
                commands::update(&s, id, input.read(), expected).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Leads a hackathon into the phase after the present one, or cancels it. RUNNING takes in
    /// the confirmed candidates that have a team within the size rule, or one that is admitted;
    /// all others go back to where they were. CANCELLED gives all back. What the next phase
    /// lacks refuses it as PHASE_INCOMPLETE. Organizers and admins may.
    async fn advance_hackathon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hackathon, and into which phase.")] input: AdvanceHackathonInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "advanceHackathon", key, |s| {
            let input = input.clone();
            async move {
                let id = hackathon_id(&input.hackathon_id);
                let reason = input.reason.as_deref();
                commands_phases::advance(&s, id, input.to, input.admitted(), reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}

/// The hackathon that a command changed.
pub(super) async fn payload(
    ctx: &Context<'_>,
    done: Result<HackathonId>,
) -> Result<HackathonPayload> {
    let hackathon = hackathon(ctx, done?).await?.ok_or(store::MISSING)?;
    Ok(HackathonPayload { hackathon })
}
