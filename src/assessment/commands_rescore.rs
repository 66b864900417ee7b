//! A new version of a rubric for ideas that were assessed under an earlier one: what can be
//! computed again is, each idea under its lock, and what cannot is named.

use super::commands_scoring::rescore_locked;
use super::scoring::assess;
use super::store::{self, RubricVersion};
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::lifecycle::State;
use crate::ideas::{self, Cause};
use crate::platform::db::{Tx, View};
use crate::platform::error::{Error, Result};
use crate::session::Session;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// So many ideas are computed again at once: it is one transaction, and a request has an end.
pub const MOST_RESCORED: usize = 1_000;

/// What became of the ideas under earlier versions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rescored {
    /// Ideas whose score was computed again.
    pub count: i32,
    /// Those whose levels mean something else under the new version, by id.
    pub not_rescorable: Vec<IdeaId>,
}

/// Ideas under earlier versions of a rubric, and the versions.
pub struct Earlier {
    pub ideas: Vec<Idea>,
    versions: HashMap<Uuid, RubricVersion>,
}

impl Earlier {
    /// Reads them; `TOO_MANY_IDEAS` when there are more than are computed again at once.
    pub async fn read(sql: &View, new: &RubricVersion) -> Result<Self> {
        let versions: HashMap<Uuid, RubricVersion> = store::versions(sql, new.rubric_id)
            .await?
            .into_iter()
            .filter(|version| version.id != new.id && version.published_at.is_some())
            .map(|version| (version.id.0, version))
            .collect();
        let ids: Vec<Uuid> = versions.keys().copied().collect();
        let most = MOST_RESCORED as u64 + 1;
        let ideas = ideas::store::under_versions(sql, &ids, most).await?;
        if ideas.len() > MOST_RESCORED {
            return Err(Error::Conflict {
                reason: "TOO_MANY_IDEAS",
                message: format!(
                    "More than {MOST_RESCORED} ideas are assessed under earlier versions; so many \
                     are not computed again at once. Published without `rescore`, the new version \
                     is for ideas that are accepted from now on."
                ),
                current_revision: None,
            });
        }
        Ok(Self { ideas, versions })
    }

    /// The version an idea is assessed under, when it is one of these.
    pub fn version(&self, idea: &Idea) -> Option<&RubricVersion> {
        idea.rubric_version.and_then(|id| self.versions.get(&id))
    }

    /// Whether an idea can go over to the new version.
    pub fn can_move(&self, idea: &Idea, new: &RubricVersion) -> bool {
        let Some(old) = self.version(idea) else {
            return false;
        };
        let (old, new) = (&old.rubric, &new.rubric);
        // What was said under a promise of blindness stays blind until it is published.
        let is_promised = idea.state == State::InAssessment
            && (old.is_blind && !new.is_blind || !old.reveals_author && new.reveals_author);
        new.asks_the_same(old) && !is_promised
    }
}

/// Takes the ideas under earlier versions over to a new one, as far as they can be.
pub async fn rescore_all(s: &Session, tx: &Tx<'_>, new: &RubricVersion) -> Result<Rescored> {
    let earlier = Earlier::read(tx.sql(), new).await?;
    let mut done = Rescored::default();
    for found in &earlier.ideas {
        // By id, which is the order of locks; read again, since somebody may be at work on it.
        let Some(mut idea) = ideas::store::locked_by_itself(tx, found.id).await? else {
            continue;
        };
        if matches!(idea.state, State::Merged | State::Withdrawn)
            || earlier.version(&idea).is_none()
        {
            continue;
        }
        if !earlier.can_move(&idea, new) {
            done.not_rescorable.push(idea.id);
            continue;
        }
        if take_over(s, tx, &mut idea, new).await? {
            done.count += 1;
        }
    }
    Ok(done)
}

/// Takes one locked idea over; whether it had a score to compute again.
async fn take_over(s: &Session, tx: &Tx<'_>, idea: &mut Idea, new: &RubricVersion) -> Result<bool> {
    ideas::store_import::assess_under(tx, idea, new.id.0).await?;
    let data = json!({"version": new.id, "number": new.number});
    tx.emit(idea.id.subject(), "RUBRIC_VERSION_CHANGED", data);
    let assessments = store::of_idea(tx.sql(), idea.id).await?;
    for one in &assessments {
        let is_complete = assess(&new.rubric, &one.levels(&new.rubric)).is_complete;
        let digest = store::move_to_version(tx, one.id, new.id, is_complete).await?;
        let data = json!({"assessment": one.id, "digest": digest});
        tx.emit(idea.id.subject(), "ASSESSMENT_CARRIED_OVER", data);
    }
    let had_score = ideas::listing_of(tx, idea.id).await?.is_some();
    rescore_locked(tx, idea, s.promises(), Cause::Rubric).await?;
    let has_score = had_score || ideas::listing_of(tx, idea.id).await?.is_some();
    Ok(has_score)
}
