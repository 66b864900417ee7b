//! What the caller may do in a hackathon now.

use super::hackathon::{HackathonAction, HackathonNode};
use crate::graph::session;
use crate::hackathons::phases::Phase;
use crate::platform::error::Result;
use crate::policy::{AdvanceHackathon, Fitting, PublishResults, RateFit, UpdateHackathon};
use async_graphql::Context;

/// In the order of the enum.
pub(super) async fn actions(
    ctx: &Context<'_>,
    node: &HackathonNode,
) -> Result<Vec<HackathonAction>> {
    let actor = session(ctx).actor;
    let me = actor.signed_in()?;
    let is_judge = node.judge_ids(ctx).await?.contains(&me);
    let phase = node.hackathon.phase;
    let nominates = phase == Phase::Nomination;
    let fitting = Fitting {
        is_judge,
        ..Fitting::default()
    };
    let actions = [
        (
            HackathonAction::Register,
            matches!(phase, Phase::Nomination | Phase::Running),
        ),
        (HackathonAction::Nominate, nominates),
        (
            HackathonAction::RateFit,
            nominates && actor.may::<RateFit>(&fitting).is_ok(),
        ),
        (
            HackathonAction::Edit,
            phase.is_open() && actor.may::<UpdateHackathon>(&()).is_ok(),
        ),
        (
            HackathonAction::Advance,
            phase.is_open() && actor.may::<AdvanceHackathon>(&()).is_ok(),
        ),
        (
            HackathonAction::PublishResults,
            phase == Phase::Judging && actor.may::<PublishResults>(&()).is_ok(),
        ),
    ];
    Ok(actions
        .into_iter()
        .filter_map(|(action, can)| can.then_some(action))
        .collect())
}
