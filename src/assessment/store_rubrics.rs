//! The SQL of rubrics and their versions.

use super::rubric::Rubric;
use super::store::{RubricId, RubricVersionId};
use super::store_digests;
use crate::entity::{rubric, rubric_version};
use crate::ideas::lifecycle::words;
use crate::ideas::store::stored;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::outbox::Subject;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

words! {
    /// Whether a version of a rubric can be used.
    RubricState {
        /// Being written; nothing is assessed under it.
        Draft = "DRAFT",
        /// In use; it never changes again.
        Published = "PUBLISHED",
        /// No longer offered; what was assessed under it stays.
        Retired = "RETIRED",
    }
}

/// A rubric with what all its versions share.
#[derive(Clone, Debug)]
pub struct RubricHead {
    pub id: RubricId,
    pub key: String,
    pub name: String,
    pub is_default: bool,
}

/// One version of a rubric.
#[derive(Clone, Debug)]
pub struct RubricVersion {
    pub id: RubricVersionId,
    pub rubric_id: RubricId,
    pub number: i32,
    pub state: RubricState,
    pub rubric: Rubric,
    pub published_at: Option<Micros>,
    pub published_by: Option<MemberId>,
}

/// All rubrics, the default one first, then by key.
pub async fn rubrics(sql: &impl ConnectionTrait) -> Result<Vec<RubricHead>> {
    let rows = rubric::Entity::find()
        .order_by_desc(rubric::Column::IsDefault)
        .order_by_asc(rubric::Column::Key)
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(read_head).collect())
}

/// The rubric with this key; the default one when none is given.
pub async fn rubric_by_key(
    sql: &impl ConnectionTrait,
    key: Option<&str>,
) -> Result<Option<RubricHead>> {
    // No key is like that, and PostgreSQL takes no NUL.
    if key.is_some_and(|key| key.chars().any(char::is_control)) {
        return Ok(None);
    }
    let query = match key {
        Some(key) => rubric::Entity::find().filter(rubric::Column::Key.eq(key)),
        None => rubric::Entity::find().filter(rubric::Column::IsDefault.eq(true)),
    };
    Ok(query.one(sql).await?.map(read_head))
}

/// Rubrics by id.
pub async fn rubric_by_id(sql: &impl ConnectionTrait, id: RubricId) -> Result<Option<RubricHead>> {
    let row = rubric::Entity::find_by_id(id.0).one(sql).await?;
    Ok(row.map(read_head))
}

fn read_head(row: rubric::Model) -> RubricHead {
    RubricHead {
        id: RubricId(row.id),
        key: row.key,
        name: row.name,
        is_default: row.is_default,
    }
}

/// The versions of a rubric, oldest first.
pub async fn versions(sql: &impl ConnectionTrait, id: RubricId) -> Result<Vec<RubricVersion>> {
    let rows = rubric_version::Entity::find()
        .filter(rubric_version::Column::RubricId.eq(id.0))
        .order_by_asc(rubric_version::Column::Number)
        .all(sql)
        .await?;
    rows.into_iter().map(read_version).collect()
}

/// One version by id.
pub async fn version(sql: &impl ConnectionTrait, id: Uuid) -> Result<Option<RubricVersion>> {
    let row = rubric_version::Entity::find_by_id(id).one(sql).await?;
    row.map(read_version).transpose()
}

/// The newest published version of a rubric.
pub async fn current(sql: &impl ConnectionTrait, id: RubricId) -> Result<Option<RubricVersion>> {
    let row = rubric_version::Entity::find()
        .filter(rubric_version::Column::RubricId.eq(id.0))
        .filter(rubric_version::Column::State.eq(RubricState::Published.as_str()))
        .order_by_desc(rubric_version::Column::Number)
        .one(sql)
        .await?;
    row.map(read_version).transpose()
}

fn read_version(row: rubric_version::Model) -> Result<RubricVersion> {
    let draft = serde_json::from_str(&row.definition).map_err(Error::internal)?;
    Ok(RubricVersion {
        id: RubricVersionId(row.id),
        rubric_id: RubricId(row.rubric_id),
        number: row.number,
        state: stored("rubric_version.state", &row.state, RubricState::parse)?,
        rubric: Rubric::parse(draft)?,
        published_at: row.published_at,
        published_by: row.published_by_id.map(MemberId),
    })
}

/// Publishes a rubric as the first version of its key, unless the key is taken; the id of
/// the rubric. Presets and imports come in here.
pub async fn insert_rubric(
    tx: &Tx<'_>,
    new: &Rubric,
    is_default: bool,
) -> Result<Option<RubricId>> {
    let id = ids::fresh(tx.now());
    let inserted = rubric::Entity::insert(row_of::<_, rubric::ActiveModel>(rubric::Model {
        id,
        key: new.key.clone(),
        name: new.name.clone(),
        is_default,
        created_at: tx.now(),
    }))
    .on_conflict(
        OnConflict::column(rubric::Column::Key)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(tx.sql())
    .await?;
    if inserted == 0 {
        return Ok(None);
    }
    let definition = definition(new)?;
    let digest = store_digests::definition(&definition);
    rubric_version::Entity::insert(row_of::<_, rubric_version::ActiveModel>(
        rubric_version::Model {
            id: ids::fresh(tx.now()),
            rubric_id: id,
            number: 1,
            state: RubricState::Published.as_str().to_owned(),
            definition,
            reveals_author: new.reveals_author,
            published_at: Some(tx.now()),
            published_by_id: tx.actor(),
            quorum: i32::try_from(new.quorum).map_err(Error::internal)?,
        },
    ))
    .exec_without_returning(tx.sql())
    .await?;
    let subject = Subject::Rubric(id);
    tx.begin(subject);
    tx.emit(
        subject,
        "RUBRIC_PUBLISHED",
        json!({"number": 1, "digest": digest}),
    );
    Ok(Some(RubricId(id)))
}

/// A rubric as it is stored: canonical JSON.
pub fn definition(rubric: &Rubric) -> Result<String> {
    let value = serde_json::to_value(&**rubric).map_err(Error::internal)?;
    Ok(crate::platform::outbox::canonical(&value))
}
