//! The SQL of rubrics and their versions.

use super::rubric::Rubric;
use super::store::{RubricId, RubricVersionId};
use super::store_digests;
use crate::entity::{rubric, rubric_version};
use crate::ideas::lifecycle::words;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::outbox::Subject;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select,
    sea_query::OnConflict,
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
    /// Has a version that was published; else it is the leads' own.
    pub is_published: bool,
    /// Versions up to this number are offered no more; 0 when none was retired.
    pub retired_up_to: i32,
}

impl RubricHead {
    /// Where a version of this rubric stands.
    pub fn state_of(&self, version: &RubricVersion) -> RubricState {
        match version.published_at {
            None => RubricState::Draft,
            Some(_) if version.number <= self.retired_up_to => RubricState::Retired,
            Some(_) => RubricState::Published,
        }
    }
}

/// One version of a rubric.
#[derive(Clone, Debug)]
pub struct RubricVersion {
    pub id: RubricVersionId,
    pub rubric_id: RubricId,
    pub number: i32,
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

/// The published rubric with this key; the default one when none is given.
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
    let found = query
        .filter(rubric::Column::IsPublished.eq(true))
        .one(sql)
        .await?;
    Ok(found.map(read_head))
}

/// Rubrics by id.
pub async fn rubric_by_id(sql: &impl ConnectionTrait, id: RubricId) -> Result<Option<RubricHead>> {
    let row = rubric::Entity::find_by_id(id.0).one(sql).await?;
    Ok(row.map(read_head))
}

pub(super) fn read_head(row: rubric::Model) -> RubricHead {
    RubricHead {
        id: RubricId(row.id),
        key: row.key,
        name: row.name,
        is_default: row.is_default,
        is_published: row.is_published,
        retired_up_to: row.retired_up_to,
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

/// The newest version of a rubric that is offered; none when it was retired.
pub async fn current(
    sql: &impl ConnectionTrait,
    rubric: &RubricHead,
) -> Result<Option<RubricVersion>> {
    let row = published(rubric.id)
        .filter(rubric_version::Column::Number.gt(rubric.retired_up_to))
        .one(sql)
        .await?;
    row.map(read_version).transpose()
}

/// The newest version of a rubric that was published, offered or not.
pub async fn newest(sql: &impl ConnectionTrait, id: RubricId) -> Result<Option<RubricVersion>> {
    let row = published(id).one(sql).await?;
    row.map(read_version).transpose()
}

/// The published versions of a rubric, newest first.
fn published(id: RubricId) -> Select<rubric_version::Entity> {
    rubric_version::Entity::find()
        .filter(rubric_version::Column::RubricId.eq(id.0))
        .filter(rubric_version::Column::PublishedAt.is_not_null())
        .order_by_desc(rubric_version::Column::Number)
}

fn read_version(row: rubric_version::Model) -> Result<RubricVersion> {
    let draft = serde_json::from_str(&row.definition).map_err(Error::internal)?;
    Ok(RubricVersion {
        id: RubricVersionId(row.id),
        rubric_id: RubricId(row.rubric_id),
        number: row.number,
        rubric: Rubric::parse(draft)?,
        published_at: row.published_at,
        published_by: row.published_by_id.map(MemberId),
    })
}

/// Makes a rubric without a version, unless the key is taken.
pub(super) async fn insert_head(
    tx: &Tx<'_>,
    key: &str,
    name: &str,
    (is_published, is_default): (bool, bool),
) -> Result<Option<RubricId>> {
    let id = ids::fresh(tx.now());
    let inserted = rubric::Entity::insert(row_of::<_, rubric::ActiveModel>(rubric::Model {
        id,
        key: key.to_owned(),
        name: name.to_owned(),
        is_default,
        is_published,
        retired_up_to: 0,
        created_at: tx.now(),
        salt: salt(),
    }))
    .on_conflict(
        OnConflict::column(rubric::Column::Key)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(tx.sql())
    .await?;
    Ok((inserted == 1).then_some(RubricId(id)))
}

/// Publishes a rubric as the first version of its key, unless the key is taken; the id of
/// the rubric. Presets and imports come in here.
pub async fn insert_rubric(
    tx: &Tx<'_>,
    new: &Rubric,
    is_default: bool,
) -> Result<Option<RubricId>> {
    let inserted = insert_head(tx, &new.key, &new.name, (true, is_default)).await?;
    let Some(RubricId(id)) = inserted else {
        return Ok(None);
    };
    let definition = definition(new)?;
    let digest = store_digests::definition(&definition);
    rubric_version::Entity::insert(row_of::<_, rubric_version::ActiveModel>(
        rubric_version::Model {
            id: ids::fresh(tx.now()),
            rubric_id: id,
            number: 1,
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
