//! The SQL of teams and who is in them. Every function that writes asks for the permit of what
//! it does; the hackathon of every row it touches is locked. A team that was dissolved is
//! there no more for anybody.

use super::domain::{CandidateId, HackathonId, Refusal, Team, TeamId};
use super::store_digests as digests;
use crate::entity::{entry, idea, team, team_member};
use crate::ideas::domain::IdeaId;
use crate::ideas::store_conditions::worked_on_by;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, on_unique, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{CreateTeam, Permit, UpdateTeam};
use sea_orm::sea_query::{Condition, Order};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

/// One team.
pub async fn one(sql: &impl ConnectionTrait, id: TeamId) -> Result<Option<Team>> {
    Ok(find_many(sql, &[id]).await?.remove(&id))
}

/// Teams by id.
pub async fn find_many(
    sql: &impl ConnectionTrait,
    ids: &[TeamId],
) -> Result<HashMap<TeamId, Team>> {
    let rows = team::Entity::find()
        .filter(team::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(team::Column::DissolvedAt.is_null())
        .all(sql)
        .await?;
    let read = rows.into_iter().map(read);
    read.map(|one| one.map(|one| (one.id, one))).collect()
}

/// The teams of several candidates, the earliest first.
pub async fn of_candidates(
    sql: &impl ConnectionTrait,
    ids: &[CandidateId],
) -> Result<HashMap<CandidateId, Vec<Team>>> {
    let rows = team::Entity::find()
        .filter(team::Column::CandidateId.is_in(ids.iter().map(|id| id.0)))
        .filter(team::Column::DissolvedAt.is_null())
        .order_by_asc(team::Column::FormedAt)
        .order_by_asc(team::Column::Id)
        .all(sql)
        .await?;
    let mut found: HashMap<CandidateId, Vec<Team>> = HashMap::new();
    for row in rows {
        let one = read(row)?;
        if let Some(candidate) = one.candidate {
            found.entry(candidate).or_default().push(one);
        }
    }
    Ok(found)
}

/// Who is in each of these teams, in the order in which they came.
pub async fn members(
    sql: &impl ConnectionTrait,
    ids: &[TeamId],
) -> Result<HashMap<TeamId, Vec<MemberId>>> {
    let rows = team_member::Entity::find()
        .filter(team_member::Column::TeamId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(team_member::Column::JoinedAt)
        .order_by_asc(team_member::Column::MemberId)
        .all(sql)
        .await?;
    let mut found: HashMap<TeamId, Vec<MemberId>> = HashMap::new();
    for row in rows {
        let members = found.entry(TeamId(row.team_id)).or_default();
        members.push(MemberId(row.member_id));
    }
    Ok(found)
}

/// Who is in this team.
pub async fn members_of(sql: &impl ConnectionTrait, id: TeamId) -> Result<Vec<MemberId>> {
    Ok(members(sql, &[id]).await?.remove(&id).unwrap_or_default())
}

/// The team that somebody is in, of each of several hackathons.
pub async fn teams_of(
    sql: &impl ConnectionTrait,
    member: MemberId,
    of: &[HackathonId],
) -> Result<HashMap<HackathonId, Team>> {
    let ids: Vec<TeamId> = ids_of(sql, member, of)
        .await?
        .into_iter()
        .map(TeamId)
        .collect();
    let found = find_many(sql, &ids).await?.into_values();
    Ok(found.map(|one| (one.hackathon, one)).collect())
}

/// Of several ideas those that a team works on, or worked on, in which somebody is.
pub async fn worked_on(
    sql: &impl ConnectionTrait,
    member: MemberId,
    ids: &[IdeaId],
) -> Result<Vec<IdeaId>> {
    let ids: Vec<Uuid> = idea::Entity::find()
        .select_only()
        .column(idea::Column::Id)
        .filter(idea::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(idea::Column::Id.in_subquery(worked_on_by(member)))
        .into_tuple()
        .all(sql)
        .await?;
    Ok(ids.into_iter().map(IdeaId).collect())
}

/// Whether somebody is in a team of this hackathon.
pub async fn is_in_a_team(
    sql: &impl ConnectionTrait,
    of: HackathonId,
    member: MemberId,
) -> Result<bool> {
    let found = team_member::Entity::find_by_id((of.0, member.0))
        .one(sql)
        .await?;
    Ok(found.is_some())
}

/// Whether a team has handed something in.
pub async fn has_entry(sql: &impl ConnectionTrait, id: TeamId) -> Result<bool> {
    let found = entry::Entity::find().filter(entry::Column::TeamId.eq(id.0));
    Ok(found.count(sql).await? > 0)
}

/// What can be changed about a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub name: String,
    pub candidate: Option<CandidateId>,
    pub is_open: bool,
    pub looking_for: Vec<String>,
}

/// Keeps a new team, without anybody in it yet; its id and digest.
pub async fn form(
    tx: &Tx<'_>,
    _: &Permit<CreateTeam>,
    of: HackathonId,
    shape: Shape,
) -> Result<(TeamId, String)> {
    let row = team::Model {
        id: ids::fresh(tx.now()),
        hackathon_id: of.0,
        name: shape.name,
        candidate_id: shape.candidate.map(|id| id.0),
        is_open: shape.is_open,
        looking_for: serde_json::to_string(&shape.looking_for).map_err(Error::internal)?,
        takes_part: false,
        formed_at: tx.now(),
        dissolved_at: None,
        salt: salt(),
    };
    let told = (TeamId(row.id), digests::team(&row));
    team::Entity::insert(row_of(row))
        .exec_without_returning(tx.sql())
        .await?;
    Ok(told)
}

/// Keeps what a team says of itself now; the digest.
pub async fn reshape(
    tx: &Tx<'_>,
    _: &Permit<UpdateTeam>,
    id: TeamId,
    shape: Shape,
) -> Result<String> {
    let row = team::Entity::find_by_id(id.0).one(tx.sql()).await?;
    let mut row = row.ok_or_else(|| Error::internal("a team is gone"))?;
    row.name = shape.name;
    row.candidate_id = shape.candidate.map(|id| id.0);
    row.is_open = shape.is_open;
    row.looking_for = serde_json::to_string(&shape.looking_for).map_err(Error::internal)?;
    row.salt = salt();
    let digest = digests::team(&row);
    team::Entity::update(row_of::<_, team::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    Ok(digest)
}

/// Puts whoever has leave into a team; `ALREADY_IN_TEAM` when they are in one.
pub async fn add<A>(tx: &Tx<'_>, permit: &Permit<A>, of: HackathonId, id: TeamId) -> Result<()> {
    let row = team_member::Model {
        hackathon_id: of.0,
        member_id: permit.by().0,
        team_id: id.0,
        joined_at: tx.now(),
    };
    let inserted = team_member::Entity::insert(row_of(row));
    on_unique(
        inserted.exec_without_returning(tx.sql()).await,
        Refusal::AlreadyInTeam,
    )?;
    Ok(())
}

/// Takes people out of a team. Serves commands that had leave, and who leaves the house.
pub async fn remove(tx: &Tx<'_>, id: TeamId, people: &[MemberId]) -> Result<()> {
    team_member::Entity::delete_many()
        .filter(team_member::Column::TeamId.eq(id.0))
        .filter(team_member::Column::MemberId.is_in(people.iter().map(|one| one.0)))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Keeps that a team is there no more. Serves as `remove` does.
pub async fn dissolve(tx: &Tx<'_>, id: TeamId) -> Result<()> {
    let row = team::ActiveModel {
        id: Set(id.0),
        dissolved_at: Set(Some(tx.now())),
        ..Default::default()
    };
    team::Entity::update(row).exec(tx.sql()).await?;
    Ok(())
}

/// A window of the teams of a hackathon, the earliest first; all, or only those that are open,
/// or that are not.
pub async fn page(
    sql: &impl ConnectionTrait,
    of: HackathonId,
    is_open: Option<bool>,
    window: &Window,
) -> Result<Vec<Team>> {
    let keys = order();
    let query = team::Entity::find().filter(listed(of, is_open));
    let query = window.of(query, &keys)?;
    query.all(sql).await?.into_iter().map(read).collect()
}

/// How many there are in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    of: HackathonId,
    is_open: Option<bool>,
) -> Result<u64> {
    let query = team::Entity::find().filter(listed(of, is_open));
    Ok(query.count(sql).await?)
}

fn listed(of: HackathonId, is_open: Option<bool>) -> Condition {
    Condition::all()
        .add(team::Column::HackathonId.eq(of.0))
        .add(team::Column::DissolvedAt.is_null())
        .add_option(is_open.map(|open| team::Column::IsOpen.eq(open)))
}

fn order() -> [SortKey; 2] {
    let (at, id) = (team::Column::FormedAt, team::Column::Id);
    [
        sort(at.into_expr(), Order::Asc, KeyKind::Integer),
        sort(id.into_expr(), Order::Asc, KeyKind::Id),
    ]
}

/// A row as a team.
pub fn read(row: team::Model) -> Result<Team> {
    Ok(Team {
        id: TeamId(row.id),
        hackathon: HackathonId(row.hackathon_id),
        name: row.name,
        candidate: row.candidate_id.map(CandidateId),
        is_open: row.is_open,
        looking_for: serde_json::from_str(&row.looking_for).map_err(Error::internal)?,
        takes_part: row.takes_part,
        formed_at: row.formed_at,
        dissolved_at: row.dissolved_at,
    })
}

/// The ids of teams that somebody is in, by hackathon.
async fn ids_of(
    sql: &impl ConnectionTrait,
    member: MemberId,
    of: &[HackathonId],
) -> Result<Vec<Uuid>> {
    Ok(team_member::Entity::find()
        .select_only()
        .column(team_member::Column::TeamId)
        .filter(team_member::Column::MemberId.eq(member.0))
        .filter(team_member::Column::HackathonId.is_in(of.iter().map(|id| id.0)))
        .into_tuple()
        .all(sql)
        .await?)
}
