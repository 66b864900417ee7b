//! What leads do with rubrics: draft, publish, retire, choose the default one. A published
//! version never changes; what follows for the ideas under it stands in `commands_rescore.rs`.

use super::commands_rescore::{Rescored, rescore_all};
use super::queries::unknown_rubric;
use super::rubric::{Rubric, RubricDraft};
use super::store::{self, RubricHead, RubricId, RubricVersion, RubricVersionId};
use super::store_rubric_changes as changes;
use crate::ideas::domain::LONGEST_TEXT;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::required;
use crate::policy::{DraftRubric, PublishRubric, RetireRubric, SetDefaultRubric};
use crate::session::Session;
use serde::{Deserialize, Serialize};

/// A draft as it was kept: somebody may have replaced it meanwhile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Drafted {
    pub id: RubricVersionId,
    pub rubric_id: RubricId,
    pub number: i32,
    pub rubric: Rubric,
}

impl From<Drafted> for RubricVersion {
    fn from(draft: Drafted) -> Self {
        Self {
            id: draft.id,
            rubric_id: draft.rubric_id,
            number: draft.number,
            rubric: draft.rubric,
            published_at: None,
            published_by: None,
        }
    }
}

/// Keeps a draft of a rubric, in place of the one of this key there was before; its id is a
/// new one, so that nobody publishes what they have not read.
///
/// # Errors
/// Every fault of the draft at once. The method and the aggregation of a published rubric stay:
/// scores made otherwise do not compare.
pub async fn draft(s: &Session, draft: RubricDraft) -> Result<Drafted> {
    s.write(async |tx| {
        let permit = s.actor.may::<DraftRubric>(&())?;
        let (method, aggregation) = (draft.method, draft.aggregation);
        let (key, name) = (draft.key.clone(), draft.name.trim().to_owned());
        let mut faults = Faults::default();
        let rubric = faults.take(Rubric::parse(draft))?;
        let head = match &rubric {
            Some(_) => Some(changes::begun(tx, &key, &name).await?),
            None => store::rubric_by_key(tx.sql(), Some(&key)).await?,
        };
        let newest = match &head {
            Some(head) => store::newest(tx.sql(), head.id).await?,
            None => None,
        };
        if let Some(newest) = &newest {
            let kept = &newest.rubric;
            for (field, differs) in [
                ("method", kept.method != method),
                ("aggregation", kept.aggregation != aggregation),
            ] {
                if differs {
                    let told = format!(
                        "The {field} of {key:?} stays as it was published: scores made otherwise \
                         do not compare. Draft it under another key."
                    );
                    faults.add(&[field], "METHOD_FIXED", told);
                }
            }
        }
        faults.check()?;
        let (Some(rubric), Some(head)) = (rubric, head) else {
            return Err(Error::internal("a draft without faults is a rubric"));
        };
        let number = newest.map_or(0, |newest| newest.number) + 1;
        Ok(Drafted {
            id: changes::keep_draft(tx, &permit, &head, number, &rubric).await?,
            rubric_id: head.id,
            number,
            rubric,
        })
    })
    .await
}

/// Publishes a draft. With `rescore` the ideas under earlier versions whose levels mean the
/// same under this one are computed again, in the same transaction; the others stay as they are.
pub async fn publish(
    s: &Session,
    id: RubricVersionId,
    reason: &str,
    rescore: bool,
) -> Result<(RubricVersionId, Rescored)> {
    s.write(async |tx| {
        let permit = s.actor.may::<PublishRubric>(&())?;
        let reason = read_reason(reason)?;
        let missing = || Error::NotFound {
            noun: "version of a rubric",
        };
        let found = store::version(tx.sql(), id.0).await?.ok_or_else(missing)?;
        changes::locked(tx, found.rubric_id).await?;
        // Read once more under the lock: it may have been published or replaced meanwhile.
        let draft = store::version(tx.sql(), id.0).await?.ok_or_else(missing)?;
        if draft.published_at.is_some() {
            let told = format!("Version {} is published already.", draft.number);
            return Err(conflict("ALREADY_PUBLISHED", told));
        }
        changes::publish(tx, &permit, &draft, &reason).await?;
        let mut rescored = Rescored::default();
        if rescore {
            rescored = rescore_all(s, tx, &draft).await?;
        }
        Ok((id, rescored))
    })
    .await
}

/// Offers a rubric no more: no further idea is assessed under it, until another version of it
/// is published. What is under it goes on.
pub async fn retire(s: &Session, key: &str, reason: &str) -> Result<RubricVersionId> {
    s.write(async |tx| {
        let permit = s.actor.may::<RetireRubric>(&())?;
        let (head, reason) = named(tx, key, reason).await?;
        let head = changes::locked(tx, head.id).await?.unwrap_or(head);
        let current = offered(tx, &head).await?;
        if head.is_default {
            let told = "This is the default rubric: make another one the default first.";
            return Err(conflict("DEFAULT_RUBRIC", told));
        }
        changes::retire(tx, &permit, &current, &reason).await?;
        Ok(current.id)
    })
    .await
}

/// Makes a rubric the one that ideas are assessed under when nobody names another.
pub async fn set_default(s: &Session, key: &str, reason: &str) -> Result<RubricVersionId> {
    s.write(async |tx| {
        let permit = s.actor.may::<SetDefaultRubric>(&())?;
        let (head, reason) = named(tx, key, reason).await?;
        // All of them, so that there is one default whoever chooses at the same time.
        let mut all = store::rubrics(tx.sql()).await?;
        all.sort_by_key(|rubric| rubric.id.0);
        let mut chosen = None;
        for one in all {
            let one = changes::locked(tx, one.id).await?.unwrap_or(one);
            if one.id == head.id {
                chosen = Some(one);
            }
        }
        let head = chosen.unwrap_or(head);
        let current = offered(tx, &head).await?;
        if head.is_default {
            return Err(conflict("DEFAULT_RUBRIC", "It is the default rubric."));
        }
        changes::set_default(tx, &permit, &current, &reason).await?;
        Ok(current.id)
    })
    .await
}

/// The published rubric of this key, and the reason; every fault at once.
async fn named(tx: &Tx<'_>, key: &str, reason: &str) -> Result<(RubricHead, String)> {
    let mut faults = Faults::default();
    let found = store::rubric_by_key(tx.sql(), Some(key)).await?;
    if found.is_none() {
        faults.take::<()>(Err(unknown_rubric("key", key)))?;
    }
    let reason = faults.take(read_reason(reason))?;
    faults.check()?;
    match (found, reason) {
        (Some(found), Some(reason)) => Ok((found, reason)),
        _ => Err(Error::internal("nothing is missing and something is")),
    }
}

/// The version that is offered now.
async fn offered(tx: &Tx<'_>, head: &RubricHead) -> Result<RubricVersion> {
    let current = store::current(tx.sql(), head).await?;
    current.ok_or_else(|| {
        let told = format!("The rubric {:?} is retired.", head.key);
        conflict("RUBRIC_RETIRED", told)
    })
}

fn read_reason(reason: &str) -> Result<String> {
    let mut faults = Faults::default();
    let read = required(
        &mut faults,
        &["reason"],
        reason,
        LONGEST_TEXT,
        "REASON_MISSING",
    );
    faults.or(read)
}

fn conflict(reason: &'static str, message: impl Into<String>) -> Error {
    Error::Conflict {
        reason,
        message: message.into(),
        current_revision: None,
    }
}
