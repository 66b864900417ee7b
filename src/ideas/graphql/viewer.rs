//! How the caller stands to an idea, and what they may do with it now.

use super::appeals::standing_decision;
use super::idea::IdeaNode;
use super::inputs::{IdeaAction, ViewerRelation};
use crate::assessment::graphql::{viewer_assessment_of, viewer_assignment_of};
use crate::graph::session;
use crate::hackathons::graphql::{is_nominable, is_teamed};
use crate::ideas::conflict::ConflictKind;
use crate::ideas::domain::{Authorship, Visibility};
use crate::ideas::lifecycle::{State, Step, steps_from, take};
use crate::ideas::loaders::{Followed, Supported};
use crate::platform::error::Result;
use crate::policy::{
    AddComment, AppealDecision, AssessIdea, AssignAssessors, CommentToReviewers, DecideIdea,
    EditIdea, FollowIdea, MergeIdeas, NominateCandidate, QueuePrototype, RecordOutcome, Redact,
    RevealAuthorship, ScreenIdea, SupportIdea, WithdrawIdea,
};
use async_graphql::Context;
use async_graphql::dataloader::DataLoader;

/// Whether the caller wants it.
pub(super) async fn supports(ctx: &Context<'_>, node: &IdeaNode) -> Result<bool> {
    let loader = ctx.data_unchecked::<DataLoader<Supported>>();
    Ok(loader.load_one(node.idea.id).await?.is_some())
}

/// Whether the caller follows it.
pub(super) async fn follows(ctx: &Context<'_>, node: &IdeaNode) -> Result<bool> {
    let loader = ctx.data_unchecked::<DataLoader<Followed>>();
    Ok(loader.load_one(node.idea.id).await?.is_some())
}

/// Why the caller must not judge it.
pub(super) async fn conflict(ctx: &Context<'_>, node: &IdeaNode) -> Result<Option<ConflictKind>> {
    if node.standing(ctx).await?.is_own() {
        return Ok(Some(ConflictKind::Author));
    }
    Ok(node.conflict(ctx).await?.map(|declared| declared.kind))
}

/// How the caller stands to it, in the order of the enum.
pub(super) async fn relations(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<ViewerRelation>> {
    let me = session(ctx).actor.signed_in()?;
    let standing = node.standing(ctx).await?;
    let assigned = viewer_assignment_of(ctx, node).await?.is_some();
    let assessed = viewer_assessment_of(ctx, node).await?.is_some();
    let relations = [
        (ViewerRelation::Author, standing.is_author),
        (ViewerRelation::CoAuthor, standing.is_co_author),
        (ViewerRelation::Steward, node.idea.steward == Some(me)),
        (ViewerRelation::Assigned, assigned),
        (ViewerRelation::Assessed, assessed),
        (ViewerRelation::Follows, follows(ctx, node).await?),
        (ViewerRelation::Supports, supports(ctx, node).await?),
        (ViewerRelation::TeamMember, is_teamed(ctx, node).await?),
        (ViewerRelation::Conflicted, standing.is_conflicted),
    ];
    Ok(relations
        .into_iter()
        .filter_map(|(relation, holds)| holds.then_some(relation))
        .collect())
}

/// What the caller may do with it now, in the order of the enum.
pub(super) async fn actions(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<IdeaAction>> {
    let actor = session(ctx).actor;
    let standing = node.standing(ctx).await?;
    let state = node.idea.state;
    // Asked of authors alone: it takes looking for.
    let can_appeal = actor.may::<AppealDecision>(&standing).is_ok()
        && matches!(standing_decision(ctx, node).await?, Some((_, None)));
    // What is said of an idea that was merged is said of the one in which it goes on.
    let (there, there_standing) = match state {
        State::Merged => {
            let goes_on = node.goes_on(ctx).await?;
            (goes_on.idea.state, goes_on.standing(ctx).await?)
        }
        _ => (state, standing),
    };
    let can_withdraw = take(Step::Withdraw, state, node.idea.left_state);
    let actions = [
        (
            IdeaAction::Edit,
            state.is_editable() && actor.may::<EditIdea>(&standing).is_ok(),
        ),
        (
            IdeaAction::Withdraw,
            can_withdraw.is_ok() && actor.may::<WithdrawIdea>(&standing).is_ok(),
        ),
        (
            IdeaAction::Comment,
            there.is_talked_about() && actor.may::<AddComment>(&()).is_ok(),
        ),
        (
            IdeaAction::CommentToReviewers,
            there.is_talked_about() && actor.may::<CommentToReviewers>(&there_standing).is_ok(),
        ),
        (
            IdeaAction::Support,
            there.is_supportable() && actor.may::<SupportIdea>(&()).is_ok(),
        ),
        (
            IdeaAction::Follow,
            there.is_talked_about() && actor.may::<FollowIdea>(&()).is_ok(),
        ),
        (
            IdeaAction::Assess,
            state.is_assessable() && actor.may::<AssessIdea>(&standing).is_ok(),
        ),
        (
            IdeaAction::Assign,
            state.is_assessable() && actor.may::<AssignAssessors>(&standing).is_ok(),
        ),
        (
            IdeaAction::Screen,
            state == State::Submitted && actor.may::<ScreenIdea>(&standing).is_ok(),
        ),
        (
            IdeaAction::Decide,
            takes(state, "decideIdea") && actor.may::<DecideIdea>(&standing).is_ok(),
        ),
        (IdeaAction::Appeal, can_appeal),
        (
            IdeaAction::RevealAuthorship,
            node.idea.authorship == Authorship::Anonymous
                && actor.may::<RevealAuthorship>(&standing).is_ok(),
        ),
        (
            IdeaAction::Merge,
            takes(state, "mergeIdeas") && actor.may::<MergeIdeas>(&standing).is_ok(),
        ),
        (
            IdeaAction::QueuePrototype,
            takes(state, "queuePrototype") && actor.may::<QueuePrototype>(&standing).is_ok(),
        ),
        (
            IdeaAction::Nominate,
            node.idea.visibility == Visibility::Organization
                && take(Step::ConfirmCandidate, state, node.idea.left_state).is_ok()
                && actor.may::<NominateCandidate>(&()).is_ok()
                && is_nominable(ctx, node).await?,
        ),
        (
            IdeaAction::RecordOutcome,
            takes(state, "recordOutcome") && actor.may::<RecordOutcome>(&standing).is_ok(),
        ),
        (IdeaAction::Redact, actor.may::<Redact>(&()).is_ok()),
    ];
    Ok(actions
        .into_iter()
        .filter_map(|(action, can)| can.then_some(action))
        .collect())
}

/// Whether this mutation takes a step out of that state.
fn takes(state: State, mutation: &str) -> bool {
    steps_from(state).any(|row| row.mutation == Some(mutation))
}
