//! Texts of an assessment that must not be there any more; its levels stay, and count.

use super::commands_scoring::version_of;
use super::queries::sees_assessment;
use super::store::{self, AssessmentId};
use super::store_redact as redact;
use crate::ideas;
use crate::ideas::conversation::Circle;
use crate::ideas::redaction::Asked;
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::Redact;
use crate::session::Session;

/// The texts of an assessment.
const FIELDS: &[&str] = &["comment", "rationales"];

/// Empties the comment of an assessment, its rationales, or both. One that the caller may not
/// see yet is not there.
pub async fn redact(s: &Session, id: AssessmentId, asked: &Asked) -> Result<AssessmentId> {
    let mut faults = Faults::default();
    let redaction = asked.read(&mut faults, FIELDS);
    let missing = || Error::NotFound { noun: "assessment" };
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let found = store::one(tx.sql(), id).await?.ok_or_else(missing)?;
        let idea = match ideas::store::locked(tx, &sees, found.idea).await {
            Err(Error::NotFound { .. }) => return Err(missing()),
            other => other?,
        };
        // Once more under the lock: it may have been written anew meanwhile.
        let found = store::one(tx.sql(), id).await?.ok_or_else(missing)?;
        let version = version_of(tx, &idea).await?;
        let score = store::scores(tx.sql(), &[idea.id]).await?.remove(&idea.id);
        if !sees_assessment(&sees, &found, score.as_ref(), &version) {
            return Err(missing());
        }
        let permit = s.actor.may::<Redact>(&())?;
        faults.check()?;
        let emptied = redact::empty_assessment(tx, &permit, id, &redaction).await?;
        let kind = Circle::Everyone.redaction();
        ideas::tell_redaction(tx, idea.id, kind, "assessment", redaction, &emptied).await?;
        Ok(id)
    })
    .await
}
