//! The SQL of who registered for a hackathon. The hackathon of every row that is written is
//! locked.

use super::domain::{HackathonId, Registration, RegistrationId};
use super::store_digests as digests;
use crate::entity::registration;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{Permit, RegisterForHackathon, UnregisterFromHackathon};
use sea_orm::sea_query::{Condition, Order};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::HashMap;

/// What was kept, and the digest for the event that tells of it.
pub type Told = (RegistrationId, String);

/// Keeps that somebody registered, or what they say now in place of what they said before.
/// Nothing when they say the same.
pub async fn register(
    tx: &Tx<'_>,
    permit: &Permit<RegisterForHackathon>,
    of: HackathonId,
    skills: &[String],
    seeks_team: bool,
) -> Result<Option<Told>> {
    let skills = serde_json::to_string(skills).map_err(Error::internal)?;
    match found(tx.sql(), of, permit.by()).await? {
        Some(row) if row.skills == skills && row.seeks_team == seeks_team => Ok(None),
        Some(mut row) => {
            row.skills = skills;
            row.seeks_team = seeks_team;
            save(tx, row).await.map(Some)
        }
        None => {
            let row = registration::Model {
                id: ids::fresh(tx.now()),
                hackathon_id: of.0,
                member_id: permit.by().0,
                skills,
                seeks_team,
                at: tx.now(),
                salt: salt(),
            };
            let told = (RegistrationId(row.id), digests::registration(&row));
            registration::Entity::insert(row_of(row))
                .exec_without_returning(tx.sql())
                .await?;
            Ok(Some(told))
        }
    }
}

/// Forgets that somebody registered; which registration that was.
pub async fn unregister(
    tx: &Tx<'_>,
    permit: &Permit<UnregisterFromHackathon>,
    of: HackathonId,
) -> Result<Option<RegistrationId>> {
    let Some(row) = found(tx.sql(), of, permit.by()).await? else {
        return Ok(None);
    };
    registration::Entity::delete_by_id(row.id)
        .exec(tx.sql())
        .await?;
    Ok(Some(RegistrationId(row.id)))
}

/// Keeps that somebody looks for no team any more, when they did.
pub async fn seek_no_more(tx: &Tx<'_>, of: HackathonId, member: MemberId) -> Result<Option<Told>> {
    match found(tx.sql(), of, member).await? {
        Some(mut row) if row.seeks_team => {
            row.seeks_team = false;
            save(tx, row).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn found(
    sql: &impl ConnectionTrait,
    of: HackathonId,
    member: MemberId,
) -> Result<Option<registration::Model>> {
    Ok(registration::Entity::find()
        .filter(registration::Column::HackathonId.eq(of.0))
        .filter(registration::Column::MemberId.eq(member.0))
        .one(sql)
        .await?)
}

async fn save(tx: &Tx<'_>, mut row: registration::Model) -> Result<Told> {
    row.salt = salt();
    let told = (RegistrationId(row.id), digests::registration(&row));
    registration::Entity::update(row_of::<_, registration::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    Ok(told)
}

/// Registrations by id.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    ids: &[RegistrationId],
) -> Result<HashMap<RegistrationId, Registration>> {
    let rows = registration::Entity::find()
        .filter(registration::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    let read = rows.into_iter().map(read);
    read.map(|one| one.map(|one| (one.id, one))).collect()
}

/// A window of who registered, the earliest first; all, or only those who seek a team, or who
/// do not.
pub async fn page(
    sql: &impl ConnectionTrait,
    of: HackathonId,
    seeks_team: Option<bool>,
    window: &Window,
) -> Result<Vec<Registration>> {
    let keys = order();
    let query = registration::Entity::find().filter(listed(of, seeks_team));
    let query = window.of(query, &keys)?;
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How many there are in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    of: HackathonId,
    seeks_team: Option<bool>,
) -> Result<u64> {
    let query = registration::Entity::find().filter(listed(of, seeks_team));
    Ok(query.count(sql).await?)
}

fn listed(of: HackathonId, seeks_team: Option<bool>) -> Condition {
    Condition::all()
        .add(registration::Column::HackathonId.eq(of.0))
        .add_option(seeks_team.map(|seeks| registration::Column::SeeksTeam.eq(seeks)))
}

fn order() -> [SortKey; 2] {
    let (at, id) = (registration::Column::At, registration::Column::Id);
    [
        sort(at.into_expr(), Order::Asc, KeyKind::Integer),
        sort(id.into_expr(), Order::Asc, KeyKind::Id),
    ]
}

fn read(row: registration::Model) -> Result<Registration> {
    Ok(Registration {
        id: RegistrationId(row.id),
        hackathon: HackathonId(row.hackathon_id),
        member: MemberId(row.member_id),
        skills: serde_json::from_str(&row.skills).map_err(Error::internal)?,
        seeks_team: row.seeks_team,
        at: row.at,
    })
}
