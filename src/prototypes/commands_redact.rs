//! Texts of an experiment, or of what it taught, that must not be there any more.

use super::commands::locked;
use super::domain::{LearningId, PrototypeId};
use super::store_learnings as learnings;
use super::store_redact as redact;
use crate::ideas;
use crate::ideas::conversation::Circle;
use crate::ideas::redaction::Asked;
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::Redact;
use crate::session::Session;

/// The texts of a prototype.
const PROTOTYPE_FIELDS: &[&str] = &["hypothesis", "assumption", "measures", "results"];
/// The texts of a learning.
const LEARNING_FIELDS: &[&str] = &["believed", "found", "nextTime"];

/// Empties texts of an experiment; what came of it stands.
pub async fn prototype(s: &Session, id: PrototypeId, asked: &Asked) -> Result<PrototypeId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, PROTOTYPE_FIELDS);
    s.write(async |tx| {
        let (_, idea, _) = locked(tx, s, id).await?;
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let emptied = redact::empty_prototype(tx, &permit, id, &redaction).await?;
        let kind = Circle::Everyone.redaction();
        ideas::tell_redaction(tx, idea.id, kind, "prototype", redaction, &emptied).await?;
        Ok(id)
    })
    .await
}

/// Empties what was learned, and takes its words out of the search.
pub async fn learning(s: &Session, id: LearningId, asked: &Asked) -> Result<LearningId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, LEARNING_FIELDS);
    let missing = || Error::NotFound { noun: "learning" };
    s.write(async |tx| {
        let found = learnings::one(tx.sql(), id).await?.ok_or_else(missing)?;
        match ideas::store::locked(tx, &Sees::of(&s.actor)?, found.idea).await {
            Err(Error::NotFound { .. }) => return Err(missing()),
            other => other?,
        };
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let emptied = redact::empty_learning(tx, &permit, id, &redaction).await?;
        let kind = Circle::Everyone.redaction();
        ideas::tell_redaction(tx, found.idea, kind, "learning", redaction, &emptied).await?;
        Ok(id)
    })
    .await
}
