//! The SQL of texts of experiments and learnings that go for good, with the salt of their
//! digest. The idea is locked.

use super::domain::{LearningId, PrototypeId};
use super::experiment::{Finding, Measure};
use super::store::{row, save};
use super::store_digests as digests;
use super::store_learnings::index;
use crate::entity::{learning, prototype};
use crate::ideas::domain::IdeaId;
use crate::ideas::redaction::{Emptied, Gone, Redaction, TOMBSTONE};
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::policy::{Permit, Redact};
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Takes hypothesis, assumption, the words of measures, those of results, or all of them.
pub async fn empty_prototype(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    id: PrototypeId,
    redaction: &Redaction,
) -> Result<Vec<Emptied>> {
    let mut row = row(tx, id).await?;
    let before = row.clone();
    let is_gone = |text: &Option<String>| text.as_deref().is_none_or(|it| it == TOMBSTONE);
    if redaction.takes("hypothesis") && !is_gone(&row.hypothesis) {
        row.hypothesis = Some(TOMBSTONE.to_owned());
    }
    if redaction.takes("assumption") && !is_gone(&row.assumption) {
        row.assumption = Some(TOMBSTONE.to_owned());
    }
    if redaction.takes("measures") {
        let mut all: Vec<Measure> = serde_json::from_str(&row.measures).map_err(Error::internal)?;
        for one in &mut all {
            for text in [&mut one.name, &mut one.target, &mut one.disproved_by] {
                TOMBSTONE.clone_into(text);
            }
        }
        row.measures = serde_json::to_string(&all).map_err(Error::internal)?;
    }
    if redaction.takes("results") {
        let mut all: Vec<Finding> = serde_json::from_str(&row.results).map_err(Error::internal)?;
        for one in &mut all {
            TOMBSTONE.clone_into(&mut one.result);
        }
        row.results = serde_json::to_string(&all).map_err(Error::internal)?;
    }
    let name = row.id.simple().to_string();
    let mut emptied = Vec::new();
    let plan = |row: &prototype::Model| {
        let texts = (row.hypothesis.clone(), row.assumption.clone());
        (texts, row.measures.clone())
    };
    if plan(&row) != plan(&before) {
        row.plan_salt = salt();
        emptied.push(Emptied {
            kind: "plan",
            id: name.clone(),
            digest: digests::plan(&row),
        });
    }
    if row.results != before.results {
        row.result_salt = salt();
        emptied.push(Emptied {
            kind: "results",
            id: name,
            digest: digests::results(&row),
        });
    }
    if !emptied.is_empty() {
        save(tx, row_of(row)).await?;
    }
    Ok(emptied)
}

/// Takes what plans of an idea's prototypes took over from its texts that went.
pub fn plans_of<'a>(
    tx: &'a Tx<'_>,
    _: &'a Permit<Redact>,
    idea: IdeaId,
    gone: &'a Gone,
) -> BoxFuture<'a, Result<Vec<Emptied>>> {
    Box::pin(async move {
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let rows = prototype::Entity::find()
            .filter(prototype::Column::IdeaId.eq(idea.0))
            .order_by_asc(prototype::Column::Id)
            .all(tx.sql())
            .await?;
        let mut emptied = Vec::new();
        for mut row in rows {
            let mut is_emptied = false;
            for text in [&mut row.hypothesis, &mut row.assumption] {
                if gone.holds(text.as_deref()) {
                    *text = Some(TOMBSTONE.to_owned());
                    is_emptied = true;
                }
            }
            if is_emptied {
                row.plan_salt = salt();
                emptied.push(Emptied {
                    kind: "plan",
                    id: row.id.simple().to_string(),
                    digest: digests::plan(&row),
                });
                save(tx, row_of(row)).await?;
            }
        }
        Ok(emptied)
    })
}

/// Takes texts of a learning, and its words out of the search.
pub async fn empty_learning(
    tx: &Tx<'_>,
    _: &Permit<Redact>,
    id: LearningId,
    redaction: &Redaction,
) -> Result<Vec<Emptied>> {
    let row = learning::Entity::find_by_id(id.0).one(tx.sql()).await?;
    let mut row = row.ok_or_else(|| Error::internal("a learning is gone"))?;
    let before = row.clone();
    if redaction.takes("believed") {
        row.believed = None;
    }
    if redaction.takes("found") {
        row.found = TOMBSTONE.to_owned();
    }
    if redaction.takes("nextTime") {
        row.next_time = None;
    }
    if row == before {
        return Ok(Vec::new());
    }
    row.salt = salt();
    let emptied = Emptied {
        kind: "learning",
        id: row.id.simple().to_string(),
        digest: digests::learning(&row),
    };
    learning::Entity::update(row_of::<_, learning::ActiveModel>(row.clone()))
        .exec(tx.sql())
        .await?;
    if row.found == TOMBSTONE {
        // That it was redacted is no word to find it by.
        row.found = String::new();
    }
    index(tx, &row).await?;
    Ok(vec![emptied])
}
