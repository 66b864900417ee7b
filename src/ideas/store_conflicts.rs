//! The SQL of declared conflicts of interest. Whoever writes has locked the idea.

use super::conflict::{Conflict, ConflictId, ConflictKind};
use super::domain::IdeaId;
use super::redaction::{Emptied, TOMBSTONE};
use super::store::stored;
use super::store_acts::keep_note;
use super::store_digests as digests;
use crate::entity::conflict;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::Result;
use crate::platform::ids;
use crate::policy::{DeclareConflict, Permit, WithdrawConflict};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows that one statement writes at most.
const ROWS_AT_ONCE: usize = 1_000;

/// The conflicts that stand on several ideas, whoever declared them.
pub async fn of_ideas(sql: &impl ConnectionTrait, ids: &[IdeaId]) -> Result<Vec<Conflict>> {
    let rows = conflict::Entity::find()
        .filter(conflict::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .filter(conflict::Column::WithdrawnAt.is_null())
        .order_by_asc(conflict::Column::Id)
        .all(sql)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Who declared a conflict on an idea that stands.
pub async fn conflicted(sql: &impl ConnectionTrait, id: IdeaId) -> Result<HashSet<MemberId>> {
    let standing = of_ideas(sql, &[id]).await?;
    Ok(standing.into_iter().map(|one| one.member).collect())
}

/// The conflicts that one person declared on several ideas, as far as they stand.
pub async fn of_member(
    sql: &impl ConnectionTrait,
    member: MemberId,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Conflict>> {
    let rows = conflict::Entity::find()
        .filter(conflict::Column::MemberId.eq(member.0))
        .filter(conflict::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .filter(conflict::Column::WithdrawnAt.is_null())
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| read(row).map(|one| (one.idea, one)))
        .collect()
}

/// What was said when conflicts were declared, by id, those withdrawn since too.
pub async fn notes(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = conflict::Entity::find()
        .filter(conflict::Column::Id.is_in(ids.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.id, row.note?)))
        .collect())
}

/// Keeps that the caller must not judge an idea, and says so.
pub async fn declare(
    tx: &Tx<'_>,
    permit: &Permit<DeclareConflict>,
    idea: IdeaId,
    kind: ConflictKind,
    note: Option<String>,
) -> Result<()> {
    let row = conflict::Model {
        id: ids::fresh(tx.now()),
        idea_id: idea.0,
        member_id: permit.by().0,
        kind: kind.as_str().to_owned(),
        note,
        declared_at: tx.now(),
        withdrawn_at: None,
        salt: salt(),
    };
    let data = json!({"conflict": row.id, "digest": digests::conflict(&row)});
    conflict::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    tx.emit(idea.subject(), "CONFLICT_DECLARED", data);
    Ok(())
}

/// Ends a conflict that another declaration takes the place of.
pub async fn replace(tx: &Tx<'_>, _: &Permit<DeclareConflict>, conflict: &Conflict) -> Result<()> {
    end(tx, conflict.id).await
}

/// Ends a conflict, and says so.
pub async fn withdraw(
    tx: &Tx<'_>,
    _: &Permit<WithdrawConflict>,
    conflict: &Conflict,
    reason: String,
) -> Result<()> {
    end(tx, conflict.id).await?;
    let (note, digest) = keep_note(tx, conflict.idea, reason).await?;
    let data = json!({"conflict": conflict.id, "note": note, "digest": digest});
    tx.emit(conflict.idea.subject(), "CONFLICT_WITHDRAWN", data);
    Ok(())
}

/// Empties what was said with conflicts on an idea that is redacted; they stand all the same.
pub(super) async fn empty(tx: &Tx<'_>, id: IdeaId) -> Result<Vec<Emptied>> {
    let rows = conflict::Entity::find()
        .filter(conflict::Column::IdeaId.eq(id.0))
        .filter(conflict::Column::Note.ne(TOMBSTONE))
        .order_by_asc(conflict::Column::Id)
        .all(tx.sql())
        .await?;
    let mut emptied = Vec::new();
    let mut changed = Vec::new();
    for mut row in rows {
        row.note = Some(TOMBSTONE.to_owned());
        row.salt = String::new();
        emptied.push(Emptied {
            kind: "conflict",
            id: row.id.simple().to_string(),
            digest: digests::conflict(&row),
        });
        changed.push(row_of::<_, conflict::ActiveModel>(row));
    }
    for part in changed.chunks(ROWS_AT_ONCE) {
        conflict::Entity::insert_many(part.to_vec())
            .on_conflict(
                OnConflict::column(conflict::Column::Id)
                    .update_columns([conflict::Column::Note, conflict::Column::Salt])
                    .to_owned(),
            )
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(emptied)
}

async fn end(tx: &Tx<'_>, id: ConflictId) -> Result<()> {
    conflict::Entity::update(conflict::ActiveModel {
        id: Set(id.0),
        withdrawn_at: Set(Some(tx.now())),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

fn read(row: conflict::Model) -> Result<Conflict> {
    Ok(Conflict {
        id: ConflictId(row.id),
        idea: IdeaId(row.idea_id),
        member: MemberId(row.member_id),
        kind: stored("conflict.kind", &row.kind, ConflictKind::parse)?,
        note: row.note,
    })
}
