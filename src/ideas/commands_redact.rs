//! What admins do when a text must not be there any more. A second time changes nothing.

use super::appeals::AppealId;
use super::commands_conversation::heard;
use super::conversation::{Circle, CommentId};
use super::domain::{DecisionId, IdeaId};
use super::lifecycle::State;
use super::redaction::{
    APPEAL_FIELDS, Asked, COMMENT_FIELDS, DECISION_FIELDS, Emptied, Gone, IDEA_FIELDS,
};
use super::store::{self, Sees};
use super::store_appeals as appeals;
use super::store_redact as redact;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{Permit, Redact};
use crate::session::Session;
use futures_util::future::BoxFuture;

/// How what was taken over from an idea's texts into the plans of its experiments goes along.
pub type Along = for<'a, 'b> fn(
    &'a Tx<'b>,
    &'a Permit<Redact>,
    IdeaId,
    &'a Gone,
) -> BoxFuture<'a, Result<Vec<Emptied>>>;

/// Empties a text of an idea, or all of them, in every revision, and where it was taken over.
pub async fn idea(s: &Session, id: IdeaId, asked: &Asked, along: Along) -> Result<IdeaId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, IDEA_FIELDS);
    s.write(async |tx| {
        let mut idea = store::locked(tx, &Sees::of(&s.actor)?, id).await?;
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let (mut emptied, gone) = redact::empty_idea(tx, &permit, &mut idea, &redaction).await?;
        emptied.append(&mut along(tx, &permit, id, &gone).await?);
        // What happens to a draft is its authors' own.
        let circle = match idea.state {
            State::Draft => Circle::Authors,
            _ => Circle::Everyone,
        };
        let kind = circle.redaction();
        redact::tell(tx, id, kind, "idea", redaction, &emptied).await?;
        Ok(id)
    })
    .await
}

/// Empties a comment that the caller hears.
pub async fn comment(s: &Session, id: CommentId, asked: &Asked) -> Result<CommentId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, COMMENT_FIELDS);
    s.write(async |tx| {
        let (comment, idea) = heard(s, tx, id).await?;
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let emptied = redact::empty_comment(tx, &permit, &comment).await?;
        // Told to those who heard it.
        let kind = comment.circle.redaction();
        redact::tell(tx, idea.id, kind, "comment", redaction, &emptied).await?;
        Ok(id)
    })
    .await
}

/// Empties a text of a decision, or all of them; the decision stands.
pub async fn decision(s: &Session, id: DecisionId, asked: &Asked) -> Result<DecisionId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, DECISION_FIELDS);
    let missing = || Error::NotFound { noun: "decision" };
    s.write(async |tx| {
        let found = store::find_decision(tx.sql(), id).await?;
        let found = found.ok_or_else(missing)?;
        match store::locked(tx, &Sees::of(&s.actor)?, found.idea).await {
            Err(Error::NotFound { .. }) => return Err(missing()),
            other => other?,
        };
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let emptied = redact::empty_decision(tx, &permit, &found, &redaction).await?;
        let kind = Circle::Everyone.redaction();
        redact::tell(tx, found.idea, kind, "decision", redaction, &emptied).await?;
        Ok(id)
    })
    .await
}

/// Empties the reason of an appeal, the answer to it, or both.
pub async fn appeal(s: &Session, id: AppealId, asked: &Asked) -> Result<AppealId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, APPEAL_FIELDS);
    let missing = || Error::NotFound { noun: "appeal" };
    s.write(async |tx| {
        let found = appeals::one(tx.sql(), id).await?.ok_or_else(missing)?;
        match store::locked(tx, &Sees::of(&s.actor)?, found.idea).await {
            Err(Error::NotFound { .. }) => return Err(missing()),
            other => other?,
        };
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let emptied = redact::empty_appeal(tx, &permit, id, &redaction).await?;
        let kind = Circle::Everyone.redaction();
        redact::tell(tx, found.idea, kind, "appeal", redaction, &emptied).await?;
        Ok(id)
    })
    .await
}
