//! An assessor says that what they judged stands, although the text was changed since: the
//! assessment is as good as made on the newest text, and no longer stale.

use super::commands::settled;
use super::commands_scoring::{rescore, version_of};
use super::queries::sees_assessment;
use super::store::{self, AssessmentId};
use crate::ideas::domain::IdeaId;
use crate::ideas::store::Sees;
use crate::ideas::{self, Cause};
use crate::platform::error::{Error, Result};
use crate::policy::{AssessIdea, ReaffirmAssessment};
use crate::session::Session;
use serde_json::json;

/// Says that an own assessment stands for the newest text; for one that was made on it already
/// nothing changes.
pub async fn reaffirm(s: &Session, id: AssessmentId) -> Result<(AssessmentId, IdeaId)> {
    s.write(async |tx| {
        let sees = Sees::of(&s.actor)?;
        let missing = || Error::NotFound { noun: "assessment" };
        let found = store::one(tx.sql(), id).await?.ok_or_else(missing)?;
        let mut idea = match ideas::store::locked(tx, &sees, found.idea).await {
            Err(Error::NotFound { .. }) => return Err(missing()),
            other => other?,
        };
        let version = version_of(tx, &idea).await?;
        let score = store::scores(tx.sql(), &[idea.id]).await?.remove(&idea.id);
        // What the caller may not see is not there, and what was taken back is gone.
        if !sees_assessment(&sees, &found, score.as_ref(), &version) {
            return Err(missing());
        }
        let is_own = found.assessor == sees.member;
        let permit = s.actor.may::<ReaffirmAssessment>(&is_own)?;
        let (standing, _) = ideas::store::standing(tx.sql(), &idea, sees.member).await?;
        s.actor.may::<AssessIdea>(&standing)?;
        // Read once more under the lock: it may have been replaced or taken back meanwhile.
        let found = store::one(tx.sql(), id).await?.ok_or_else(missing)?;
        if found.is_withdrawn {
            return Err(missing());
        }
        if !idea.state.is_assessable() {
            return Err(settled(idea.state).into());
        }
        if found.idea_revision < idea.text_revision {
            let digest = store::reaffirm(tx, &permit, &idea, id).await?;
            let data = json!({"assessment": id, "digest": digest, "isReaffirmed": true});
            tx.emit(idea.id.subject(), "ASSESSED", data);
            rescore(tx, &mut idea, &version, s.promises(), Cause::Assessed).await?;
        }
        Ok((id, idea.id))
    })
    .await
}
