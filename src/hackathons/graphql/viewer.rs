//! What the caller may do in a hackathon now.

use super::hackathon::{HackathonAction, HackathonNode};
use super::teams::viewer_team;
use crate::graph::session;
use crate::hackathons::phases::Phase;
use crate::platform::error::Result;
use crate::policy::{
    AdvanceHackathon, CreateTeam, Entered, Fitting, JoinTeam, JudgeEntry, NominateCandidate,
    PublishResults, RateFit, RegisterForHackathon, SubmitEntry, Teaming, UpdateHackathon,
};
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
    let takes_people = matches!(phase, Phase::Nomination | Phase::Running);
    let team = match takes_people {
        true => viewer_team(ctx, node.hackathon.id).await?,
        false => None,
    };
    let is_free = takes_people && team.is_none();
    let teaming = Teaming {
        is_member: team.as_ref().is_some_and(|node| node.team.takes_part),
    };
    let is_frozen = node.hackathon.is_frozen(session(ctx).now());
    let entered = Entered {
        is_judge,
        ..Entered::default()
    };
    let fitting = Fitting {
        is_judge,
        ..Fitting::default()
    };
    let actions = [
        (
            HackathonAction::Register,
            takes_people && actor.may::<RegisterForHackathon>(&()).is_ok(),
        ),
        (
            HackathonAction::Nominate,
            nominates && actor.may::<NominateCandidate>(&()).is_ok(),
        ),
        (
            HackathonAction::CreateTeam,
            nominates && is_free && actor.may::<CreateTeam>(&()).is_ok(),
        ),
        (
            HackathonAction::JoinTeam,
            is_free && actor.may::<JoinTeam>(&()).is_ok(),
        ),
        (
            HackathonAction::SubmitEntry,
            !is_frozen && actor.may::<SubmitEntry>(&teaming).is_ok(),
        ),
        (
            HackathonAction::Judge,
            phase == Phase::Judging && actor.may::<JudgeEntry>(&entered).is_ok(),
        ),
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
