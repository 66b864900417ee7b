//! Conflicts of interest that people declare about themselves. They beat every role: whoever
//! declared one judges the idea no more, nobody waits for them, and their assessment of it
//! stops counting; once it is withdrawn it counts again.

use super::commands::recount;
use crate::ideas::conflict::ConflictKind;
use crate::ideas::domain::{Idea, IdeaId, LONGEST_TEXT};
use crate::ideas::lifecycle::{Row, State, steps_from};
use crate::ideas::store::{Sees, locked};
use crate::ideas::store_conflicts as conflicts;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{optional, required};
use crate::policy::{DeclareConflict, WithdrawConflict};
use crate::session::Session;

/// Declares that the caller must not judge an idea; the same once more changes nothing, and
/// another kind or note takes the place of the one before.
pub async fn declare(
    s: &Session,
    id: Result<IdeaId>,
    kind: ConflictKind,
    note: Option<&str>,
) -> Result<IdeaId> {
    let permit = s.actor.may::<DeclareConflict>(&())?;
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let note = optional(&mut faults, &["note"], note, LONGEST_TEXT);
    let id = named(id, faults)?;
    s.write(async |tx| {
        let mut idea = locked(tx, &Sees::of(&s.actor)?, id).await?;
        is_judged(&idea)?;
        let standing = conflicts::of_member(tx.sql(), permit.by(), &[id]).await?;
        if let Some(earlier) = standing.get(&id) {
            if earlier.kind == kind && earlier.note == note {
                return Ok(id);
            }
            conflicts::replace(tx, &permit, earlier).await?;
        }
        conflicts::declare(tx, &permit, id, kind, note).await?;
        recount(tx, &mut idea, s.promises()).await?;
        Ok(id)
    })
    .await
}

/// Takes back what the caller declared; where there is nothing to take back, nothing changes.
pub async fn withdraw(s: &Session, id: Result<IdeaId>, reason: &str) -> Result<IdeaId> {
    let permit = s.actor.may::<WithdrawConflict>(&())?;
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = required(
        &mut faults,
        &["reason"],
        reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    let id = named(id, faults)?;
    s.write(async |tx| {
        let mut idea = locked(tx, &Sees::of(&s.actor)?, id).await?;
        let standing = conflicts::of_member(tx.sql(), permit.by(), &[id]).await?;
        if let Some(declared) = standing.get(&id) {
            conflicts::withdraw(tx, &permit, declared, reason).await?;
            recount(tx, &mut idea, s.promises()).await?;
        }
        Ok(id)
    })
    .await
}

fn named(id: Option<IdeaId>, faults: Faults) -> Result<IdeaId> {
    faults.check()?;
    id.ok_or_else(|| Error::internal("an id was neither read nor refused"))
}

/// A draft is its authors' own: nobody judges it yet.
fn is_judged(idea: &Idea) -> Result<()> {
    if idea.state != State::Draft {
        return Ok(());
    }
    Err(Error::IllegalStep {
        reason: "WRONG_STATE",
        message: "Nobody judges a draft.".to_owned(),
        legal_steps: steps_from(idea.state).filter_map(Row::call).collect(),
    })
}
