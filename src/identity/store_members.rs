//! The SQL of what admins do with members: roles that are granted inside, leaving, and being
//! forgotten. Whoever writes has locked the member and has a permit. What an admin said with
//! it is kept in a row of its own; the event holds its digest.

use super::domain::{MemberId, Role, Roles};
use super::store::{self, Member, read};
use super::store_digests as digests;
use crate::entity::{member, member_note};
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::outbox::Subject;
use crate::platform::text::fold;
use crate::policy::{DeactivateMember, Permit, SetMemberRoles};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Who vouches for somebody who was erased: nobody, so that no token ever names them.
pub const ERASED_ISSUER: &str = "sluice:erased";
/// What others see as the name of somebody who was erased.
pub const ERASED_NAME: &str = "Erased member";
/// What stands in place of a note that was emptied.
const EMPTIED: &str = "[redacted]";

/// These members and all admins, locked until the command ends, and read after; in the order
/// of their ids, so that admins who act on each other wait for each other.
pub async fn locked_with_admins(
    tx: &Tx<'_>,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Member>> {
    let admins = admins(tx.sql()).await?.into_iter().map(|one| one.id);
    let all: BTreeSet<MemberId> = admins.chain(members.iter().copied()).collect();
    for id in &all {
        tx.lock(Subject::Member(id.0)).await?;
    }
    let all: Vec<MemberId> = all.into_iter().collect();
    store::find_many(tx.sql(), &all).await
}

/// The active members who administer.
async fn admins(sql: &impl ConnectionTrait) -> Result<Vec<Member>> {
    let rows = member::Entity::find()
        .filter(store::matching(None, Some(Role::Admin)))
        .order_by_asc(member::Column::Id)
        .all(sql)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Replaces what was granted to somebody, and says so.
pub async fn grant(
    tx: &Tx<'_>,
    _: &Permit<SetMemberRoles>,
    id: MemberId,
    roles: Roles,
    reason: String,
) -> Result<()> {
    member::Entity::update(member::ActiveModel {
        id: Set(id.0),
        granted_roles: Set(roles.to_string()),
        updated_at: Set(tx.now()),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let data = json!({"roles": roles.to_string()});
    tell(tx, id, "ROLES_GRANTED", data, reason).await
}

/// Lets somebody in no more, and says so. `heir` is who looks after their ideas now.
pub async fn deactivate(
    tx: &Tx<'_>,
    _: &Permit<DeactivateMember>,
    id: MemberId,
    heir: Option<MemberId>,
    reason: String,
) -> Result<()> {
    member::Entity::update(member::ActiveModel {
        id: Set(id.0),
        is_active: Set(false),
        updated_at: Set(tx.now()),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let data = json!({"handedTo": heir});
    tell(tx, id, "MEMBER_DEACTIVATED", data, reason).await
}

/// Forgets who somebody was: name, address, and the key a token names them by. Their id
/// stays, and all that they did. `emptied` is what `empty_notes` told.
pub async fn erase(
    tx: &Tx<'_>,
    _: &Permit<DeactivateMember>,
    id: MemberId,
    emptied: Vec<Value>,
    reason: Option<String>,
) -> Result<()> {
    member::Entity::update(member::ActiveModel {
        id: Set(id.0),
        issuer: Set(ERASED_ISSUER.to_owned()),
        subject: Set(id.0.simple().to_string()),
        name: Set(ERASED_NAME.to_owned()),
        folded_name: Set(fold(ERASED_NAME)),
        email: Set(None),
        token_roles: Set(String::new()),
        granted_roles: Set(String::new()),
        is_active: Set(false),
        updated_at: Set(tx.now()),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    let data = json!({"rows": emptied});
    match reason {
        Some(reason) => tell(tx, id, "MEMBER_ERASED", data, reason).await,
        None => {
            tx.emit(Subject::Member(id.0), "MEMBER_ERASED", data);
            Ok(())
        }
    }
}

/// Empties what was noted about somebody before, with its salt; what the event says of it.
pub async fn empty_notes(
    tx: &Tx<'_>,
    _: &Permit<DeactivateMember>,
    id: MemberId,
) -> Result<Vec<Value>> {
    use member_note::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::MemberId.eq(id.0))
        .filter(Column::Salt.ne(""))
        .order_by_asc(Column::Id)
        .all(tx.sql())
        .await?;
    let mut told = Vec::new();
    let mut changed = Vec::new();
    for mut row in rows {
        row.text = EMPTIED.to_owned();
        row.salt = String::new();
        let id = row.id.simple().to_string();
        told.push(json!({"kind": "note", "id": id, "digest": digests::member_note(&row)}));
        changed.push(row_of::<_, member_note::ActiveModel>(row));
    }
    if !changed.is_empty() {
        Entity::insert_many(changed)
            .on_conflict(
                OnConflict::column(Column::Id)
                    .update_columns([Column::Text, Column::Salt])
                    .to_owned(),
            )
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(told)
}

/// An event of a member, with what an admin said.
async fn tell(
    tx: &Tx<'_>,
    id: MemberId,
    kind: &'static str,
    mut data: Value,
    reason: String,
) -> Result<()> {
    let row = member_note::Model {
        id: ids::fresh(tx.now()),
        member_id: id.0,
        text: reason,
        salt: salt(),
    };
    data["note"] = json!(row.id);
    data["digest"] = json!(digests::member_note(&row));
    member_note::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    tx.emit(Subject::Member(id.0), kind, data);
    Ok(())
}

/// Whether somebody was erased.
pub async fn is_erased(sql: &impl ConnectionTrait, id: MemberId) -> Result<bool> {
    let row = member::Entity::find_by_id(id.0).one(sql).await?;
    let row = row.ok_or_else(|| Error::internal("a member is gone"))?;
    Ok(row.issuer == ERASED_ISSUER)
}

/// What is kept of several members, for `sluice verify`.
pub async fn kept(
    sql: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<(
    HashMap<Uuid, member::Model>,
    HashMap<Uuid, Vec<member_note::Model>>,
)> {
    let rows = member::Entity::find().filter(member::Column::Id.is_in(ids.iter().copied()));
    let rows = rows.all(sql).await?;
    let members = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut notes: HashMap<Uuid, Vec<member_note::Model>> = HashMap::new();
    let rows = member_note::Entity::find()
        .filter(member_note::Column::MemberId.is_in(ids.iter().copied()));
    for row in rows.all(sql).await? {
        notes.entry(row.member_id).or_default().push(row);
    }
    Ok((members, notes))
}
