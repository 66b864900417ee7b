//! What people do around an idea: follow it, and talk about it.

use super::conversation::{Audience, Circle, Comment, CommentId, Silence};
use super::domain::{Idea, IdeaId, LONGEST_TEXT};
use super::notifications::Notice;
use super::store::{self, Sees};
use super::store_clusters::{self as clusters, List};
use super::store_conversation as talk;
use super::store_notifications::{followers_of, notify};
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{optional, required};
use crate::policy::{
    AddComment, CommentToReviewers, EditComment, FollowIdea, RemoveComment, UnfollowIdea,
};
use crate::session::Session;

/// Follows an idea, one that was merged where it goes on; once more changes nothing. The
/// idea that is followed now.
pub async fn follow(s: &Session, id: IdeaId) -> Result<IdeaId> {
    let permit = s.actor.may::<FollowIdea>(&())?;
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let idea = clusters::going_on(tx, &sees, id).await?;
        goes_on(&idea)?;
        talk::follow(tx, &permit, &sees, idea.id).await?;
        Ok(idea.id)
    })
    .await
}

/// Follows it no more, wherever it stands and wherever that was said in what goes on as one;
/// once more changes nothing.
pub async fn unfollow(s: &Session, id: IdeaId) -> Result<IdeaId> {
    let permit = s.actor.may::<UnfollowIdea>(&())?;
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let said = clusters::said(tx, &sees, id, List::Followers).await?;
        talk::unfollow(tx, &permit, &said).await?;
        Ok(said.idea.id)
    })
    .await
}

/// Says something about an idea, about one that was merged where it goes on. Whoever does
/// follows it from then on.
pub async fn comment(
    s: &Session,
    id: Result<IdeaId>,
    body: &str,
    audience: Audience,
) -> Result<(CommentId, IdeaId)> {
    let (id, body) = said(id, body)?;
    s.write(async |tx| {
        let idea = clusters::going_on(tx, &Sees::of(&s.actor)?, id).await?;
        let (standing, _) = store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
        let circle = Circle::of(&idea, audience);
        let is_own = standing.is_own();
        let comment = match audience {
            Audience::Everyone => {
                let permit = s.actor.may::<AddComment>(&())?;
                goes_on(&idea)?;
                talk::add(tx, &permit, &idea, circle, is_own, body).await?
            }
            Audience::Reviewers => {
                let permit = s.actor.may::<CommentToReviewers>(&standing)?;
                goes_on(&idea)?;
                talk::add(tx, &permit, &idea, circle, is_own, body).await?
            }
        };
        // Who does not hear this circle is not told: that is seen to when it is read.
        let people = followers_of(tx, idea.id).await?;
        notify(tx, &idea, Notice::Commented, Some(comment.0), &people).await?;
        Ok((comment, idea.id))
    })
    .await
}

/// Writes an own comment anew.
pub async fn edit(s: &Session, id: Result<CommentId>, body: &str) -> Result<(CommentId, IdeaId)> {
    let (id, body) = said(id, body)?;
    s.write(async |tx| {
        let (comment, idea) = heard(s, tx, id).await?;
        let is_mine = Some(comment.author) == s.actor.id();
        let permit = s.actor.may::<EditComment>(&is_mine)?;
        goes_on(&idea)?;
        if comment.is_removed {
            return Err(Silence::Removed.into());
        }
        talk::edit(tx, &permit, &comment, body).await?;
        Ok((id, idea.id))
    })
    .await
}

/// Empties an own comment, wherever the idea stands; once more changes nothing.
pub async fn remove(
    s: &Session,
    id: Result<CommentId>,
    reason: Option<&str>,
) -> Result<(CommentId, IdeaId)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = optional(&mut faults, &["reason"], reason, LONGEST_TEXT);
    let id = named(id, faults)?;
    s.write(async |tx| {
        let (comment, idea) = heard(s, tx, id).await?;
        let is_mine = Some(comment.author) == s.actor.id();
        let permit = s.actor.may::<RemoveComment>(&is_mine)?;
        if !comment.is_removed {
            talk::remove(tx, &permit, &comment, reason).await?;
        }
        Ok((id, idea.id))
    })
    .await
}

/// A comment that the caller hears, and its idea, locked.
pub(super) async fn heard(s: &Session, tx: &Tx<'_>, id: CommentId) -> Result<(Comment, Idea)> {
    let missing = || Error::NotFound { noun: "comment" };
    let found = talk::one(tx.sql(), id).await?.ok_or_else(missing)?;
    let idea = match store::locked(tx, &Sees::of(&s.actor)?, found.idea).await {
        Err(Error::NotFound { .. }) => return Err(missing()),
        other => other?,
    };
    let (standing, _) = store::standing(tx.sql(), &idea, s.actor.signed_in()?).await?;
    let is_assigned = store::is_assigned(tx.sql(), idea.id, s.actor.signed_in()?).await?;
    let hears = talk::ears(&s.actor, &standing, is_assigned)?;
    if !hears.hears(found.circle, Some(found.author)) {
        return Err(missing());
    }
    // Once more under the lock: it may have been changed meanwhile.
    let comment = talk::one(tx.sql(), id).await?.ok_or_else(missing)?;
    Ok((comment, idea))
}

/// What it is about, and the words, or everything that is wrong with them.
fn said<T>(id: Result<T>, body: &str) -> Result<(T, String)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let body = required(&mut faults, &["body"], body, LONGEST_TEXT, "BODY_MISSING");
    Ok((named(id, faults)?, body))
}

fn named<T>(id: Option<T>, faults: Faults) -> Result<T> {
    faults.check()?;
    id.ok_or_else(|| Error::internal("an id was neither read nor refused"))
}

fn goes_on(idea: &Idea) -> Result<()> {
    if idea.state.is_talked_about() {
        Ok(())
    } else {
        Err(Silence::Over(idea.state).into())
    }
}
