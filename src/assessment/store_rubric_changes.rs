//! The SQL of what leads do with rubrics: drafts, published and retired versions, the default
//! one, and why. A published version's row never changes again.

use super::rubric::Rubric;
use super::store::{RubricHead, RubricId, RubricVersion, RubricVersionId, definition};
use super::store_digests;
use super::store_rubrics::{insert_head, read_head};
use crate::entity::{rubric, rubric_change, rubric_version};
use crate::ideas::lifecycle::words;
use crate::ideas::store::stored;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::outbox::Subject;
use crate::policy::{DraftRubric, Permit, PublishRubric, RetireRubric, SetDefaultRubric};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::{Value, json};

words! {
    /// What a lead did with a rubric.
    RubricChangeKind {
        /// A version was published.
        Published = "PUBLISHED",
        /// It is offered no more.
        Retired = "RETIRED",
        /// It became the default one.
        MadeDefault = "MADE_DEFAULT",
    }
}

/// What a lead did with a rubric, and why.
#[derive(Clone, Debug)]
pub struct RubricChange {
    pub kind: RubricChangeKind,
    /// The version that was newest then.
    pub number: i32,
    pub reason: String,
    pub at: Micros,
    pub by: Option<MemberId>,
}

/// What leads did with a rubric, oldest first. Presets and imports say nothing.
pub async fn changes(sql: &impl ConnectionTrait, id: RubricId) -> Result<Vec<RubricChange>> {
    let rows = rubric_change::Entity::find()
        .filter(rubric_change::Column::RubricId.eq(id.0))
        .order_by_asc(rubric_change::Column::ChangedAt)
        .order_by_asc(rubric_change::Column::Id)
        .all(sql)
        .await?;
    let read = |row: rubric_change::Model| {
        Ok(RubricChange {
            kind: stored("rubric_change.kind", &row.kind, RubricChangeKind::parse)?,
            number: row.number,
            reason: row.reason,
            at: row.changed_at,
            by: row.changed_by_id.map(MemberId),
        })
    };
    rows.into_iter().map(read).collect()
}

/// The rubric of this key, locked: a new one where there is none.
pub async fn begun(tx: &Tx<'_>, key: &str, name: &str) -> Result<RubricHead> {
    let gone = || Error::internal("a rubric is gone");
    if let Some(id) = insert_head(tx, key, name, (false, false)).await? {
        tx.begin(Subject::Rubric(id.0));
        return locked(tx, id).await?.ok_or_else(gone);
    }
    let found = rubric::Entity::find()
        .filter(rubric::Column::Key.eq(key))
        .one(tx.sql())
        .await?;
    let id = found.ok_or_else(gone)?.id;
    locked(tx, RubricId(id)).await?.ok_or_else(gone)
}

/// A rubric, locked until the command ends.
pub async fn locked(tx: &Tx<'_>, id: RubricId) -> Result<Option<RubricHead>> {
    tx.lock(Subject::Rubric(id.0)).await?;
    let row = rubric::Entity::find_by_id(id.0).one(tx.sql()).await?;
    Ok(row.map(read_head))
}

/// Keeps a draft in place of the one there was before.
pub async fn keep_draft(
    tx: &Tx<'_>,
    _: &Permit<DraftRubric>,
    head: &RubricHead,
    number: i32,
    new: &Rubric,
) -> Result<RubricVersionId> {
    rubric_version::Entity::delete_many()
        .filter(rubric_version::Column::RubricId.eq(head.id.0))
        .filter(rubric_version::Column::PublishedAt.is_null())
        .exec(tx.sql())
        .await?;
    // Until it is published it is called as the draft calls it.
    if !head.is_published {
        rename(tx, head.id, &new.name, false).await?;
    }
    let id = ids::fresh(tx.now());
    let row = rubric_version::Model {
        id,
        rubric_id: head.id.0,
        number,
        definition: definition(new)?,
        reveals_author: new.reveals_author,
        published_at: None,
        published_by_id: None,
        quorum: i32::try_from(new.quorum).map_err(Error::internal)?,
    };
    rubric_version::Entity::insert(row_of::<_, rubric_version::ActiveModel>(row))
        .exec_without_returning(tx.sql())
        .await?;
    let data = json!({"version": id, "number": number});
    tx.emit(Subject::Rubric(head.id.0), "RUBRIC_DRAFTED", data);
    Ok(RubricVersionId(id))
}

/// Publishes a draft of a locked rubric; it never changes again.
pub async fn publish(
    tx: &Tx<'_>,
    permit: &Permit<PublishRubric>,
    version: &RubricVersion,
    reason: &str,
) -> Result<()> {
    rubric_version::Entity::update(rubric_version::ActiveModel {
        id: Set(version.id.0),
        published_at: Set(Some(tx.now())),
        published_by_id: Set(Some(permit.by().0)),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    rename(tx, version.rubric_id, &version.rubric.name, true).await?;
    let digest = store_digests::definition(&definition(&version.rubric)?);
    let kind = RubricChangeKind::Published;
    let data = json!({"number": version.number, "digest": digest});
    keep_change(tx, version.rubric_id, kind, version.number, reason, data).await
}

async fn rename(tx: &Tx<'_>, id: RubricId, name: &str, is_published: bool) -> Result<()> {
    rubric::Entity::update(rubric::ActiveModel {
        id: Set(id.0),
        name: Set(name.to_owned()),
        is_published: Set(is_published),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// Offers all versions of a locked rubric up to this one no more.
pub async fn retire(
    tx: &Tx<'_>,
    _: &Permit<RetireRubric>,
    version: &RubricVersion,
    reason: &str,
) -> Result<()> {
    rubric::Entity::update(rubric::ActiveModel {
        id: Set(version.rubric_id.0),
        retired_up_to: Set(version.number),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let (kind, number) = (RubricChangeKind::Retired, version.number);
    let data = json!({"number": number});
    keep_change(tx, version.rubric_id, kind, number, reason, data).await
}

/// Makes a rubric the default one; all rubrics are locked.
pub async fn set_default(
    tx: &Tx<'_>,
    _: &Permit<SetDefaultRubric>,
    version: &RubricVersion,
    reason: &str,
) -> Result<()> {
    rubric::Entity::update_many()
        .col_expr(rubric::Column::IsDefault, false.into())
        .filter(rubric::Column::IsDefault.eq(true))
        .exec(tx.sql())
        .await?;
    rubric::Entity::update(rubric::ActiveModel {
        id: Set(version.rubric_id.0),
        is_default: Set(true),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let (kind, number) = (RubricChangeKind::MadeDefault, version.number);
    let data = json!({"number": number});
    keep_change(tx, version.rubric_id, kind, number, reason, data).await
}

/// Keeps what was done and why, with the event that tells of it.
async fn keep_change(
    tx: &Tx<'_>,
    id: RubricId,
    kind: RubricChangeKind,
    number: i32,
    reason: &str,
    mut data: Value,
) -> Result<()> {
    let row = rubric_change::Model {
        id: ids::fresh(tx.now()),
        rubric_id: id.0,
        kind: kind.as_str().to_owned(),
        number,
        reason: reason.to_owned(),
        salt: salt(),
        changed_by_id: tx.actor(),
        changed_at: tx.now(),
    };
    data["change"] = json!(row.id);
    data["reasonDigest"] = json!(store_digests::rubric_change(&row));
    rubric_change::Entity::insert(row_of::<_, rubric_change::ActiveModel>(row))
        .exec_without_returning(tx.sql())
        .await?;
    tx.emit(Subject::Rubric(id.0), event_of(kind), data);
    Ok(())
}

/// The kind of event that tells of a change.
pub fn event_of(kind: RubricChangeKind) -> &'static str {
    match kind {
        RubricChangeKind::Published => "RUBRIC_PUBLISHED",
        RubricChangeKind::Retired => "RUBRIC_RETIRED",
        RubricChangeKind::MadeDefault => "RUBRIC_MADE_DEFAULT",
    }
}
