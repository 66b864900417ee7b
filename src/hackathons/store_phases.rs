//! The SQL of what the next phase needs: what there is of it, which teams can start, and which
//! ideas are away in a hackathon.

use super::domain::{CandidateId, CandidateState, Hackathon, HackathonId, TeamId};
use super::phases::Stock;
use crate::entity::{candidate, comparison, entry, hackathon_judge, judgement, team, team_member};
use crate::ideas::domain::IdeaId;
use crate::ideas::store::stored;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A candidate with its idea: one whose idea has left its place for a hackathon, or may.
#[derive(Clone, Copy, Debug)]
pub struct Away {
    pub candidate: CandidateId,
    pub idea: IdeaId,
    pub state: CandidateState,
}

/// A team as it is formed.
#[derive(Clone, Copy, Debug)]
pub struct Formed {
    pub id: TeamId,
    pub candidate: Option<CandidateId>,
    /// Whether that candidate is confirmed.
    pub is_of_confirmed: bool,
    pub size: i64,
}

const AWAY: [CandidateState; 2] = [CandidateState::Confirmed, CandidateState::InEvent];
const NEVER: [CandidateState; 2] = [CandidateState::Nominated, CandidateState::Shortlisted];

/// The candidates whose ideas are away in this hackathon, by idea.
pub async fn away(sql: &impl ConnectionTrait, id: HackathonId) -> Result<Vec<Away>> {
    standing(sql, id, AWAY).await
}

/// Those that were never confirmed, by idea.
pub async fn never_confirmed(sql: &impl ConnectionTrait, id: HackathonId) -> Result<Vec<Away>> {
    standing(sql, id, NEVER).await
}

async fn standing(
    sql: &impl ConnectionTrait,
    id: HackathonId,
    states: [CandidateState; 2],
) -> Result<Vec<Away>> {
    let rows = candidate::Entity::find()
        .filter(candidate::Column::HackathonId.eq(id.0))
        .filter(candidate::Column::State.is_in(states.map(CandidateState::as_str)))
        .order_by_asc(candidate::Column::IdeaId)
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Away {
                candidate: CandidateId(row.id),
                idea: IdeaId(row.idea_id),
                state: stored("candidate.state", &row.state, CandidateState::parse)?,
            })
        })
        .collect()
}

/// The teams of a hackathon that are not dissolved, in the order in which they were formed.
pub async fn teams(sql: &impl ConnectionTrait, id: HackathonId) -> Result<Vec<Formed>> {
    let rows = team::Entity::find()
        .filter(team::Column::HackathonId.eq(id.0))
        .filter(team::Column::DissolvedAt.is_null())
        .order_by_asc(team::Column::FormedAt)
        .order_by_asc(team::Column::Id)
        .all(sql)
        .await?;
    let sizes: Vec<(Uuid, i64)> = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::TeamId)
        .column_as(team_member::Column::MemberId.count(), "size")
        .filter(team_member::Column::HackathonId.eq(id.0))
        .group_by(team_member::Column::TeamId)
        .into_tuple()
        .all(sql)
        .await?;
    let sizes: HashMap<Uuid, i64> = sizes.into_iter().collect();
    let confirmed: HashSet<CandidateId> = away(sql, id)
        .await?
        .into_iter()
        .filter(|one| one.state == CandidateState::Confirmed)
        .map(|one| one.candidate)
        .collect();
    let formed = rows.into_iter().map(|row| {
        let candidate = row.candidate_id.map(CandidateId);
        Formed {
            id: TeamId(row.id),
            candidate,
            is_of_confirmed: candidate.is_some_and(|id| confirmed.contains(&id)),
            size: sizes.get(&row.id).copied().unwrap_or(0),
        }
    });
    Ok(formed.collect())
}

/// What there is of all that the next phase can lack; teams that were admitted are not known
/// here.
pub async fn stock(sql: &impl ConnectionTrait, of: &Hackathon) -> Result<Stock> {
    let id = of.id.0;
    let judges = hackathon_judge::Entity::find()
        .filter(hackathon_judge::Column::HackathonId.eq(id))
        .count(sql)
        .await?;
    let (min, max) = (i64::from(of.team_size_min), i64::from(of.team_size_max));
    let is_ready = |team: &Formed| team.is_of_confirmed && (min..=max).contains(&team.size);
    let ready = teams(sql, of.id)
        .await?
        .iter()
        .filter(|team| is_ready(team))
        .count();
    let confirmed = away(sql, of.id).await?;
    let entries = entry::Entity::find()
        .filter(entry::Column::HackathonId.eq(id))
        .count(sql)
        .await?;
    let rated = judgement::Entity::find()
        .filter(judgement::Column::HackathonId.eq(id))
        .count(sql)
        .await?;
    let compared = comparison::Entity::find()
        .filter(comparison::Column::HackathonId.eq(id))
        .count(sql)
        .await?;
    Ok(Stock {
        targets: of.targets.len() as u64,
        judges,
        confirmed: confirmed.len() as u64,
        ready_teams: ready as u64,
        entries,
        judged: rated + compared,
    })
}

/// Marks the teams that start.
pub async fn take_part(tx: &Tx<'_>, teams: &[TeamId]) -> Result<()> {
    team::Entity::update_many()
        .col_expr(team::Column::TakesPart, Expr::val(true))
        .filter(team::Column::Id.is_in(teams.iter().map(|id| id.0)))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Takes candidates in.
pub async fn take_in(tx: &Tx<'_>, taken: &[Away]) -> Result<()> {
    candidate::Entity::update_many()
        .col_expr(
            candidate::Column::State,
            Expr::val(CandidateState::InEvent.as_str()),
        )
        .col_expr(candidate::Column::EnteredAt, Expr::val(tx.now()))
        .filter(candidate::Column::Id.is_in(taken.iter().map(|one| one.candidate.0)))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Ends candidacies.
pub async fn end(tx: &Tx<'_>, ended: &[Away]) -> Result<()> {
    candidate::Entity::update_many()
        .col_expr(
            candidate::Column::State,
            Expr::val(CandidateState::Returned.as_str()),
        )
        .filter(candidate::Column::Id.is_in(ended.iter().map(|one| one.candidate.0)))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Notes that the hackathon showed of these that they work.
pub async fn validated(tx: &Tx<'_>, which: &[CandidateId]) -> Result<()> {
    let done = candidate::Entity::update_many()
        .col_expr(candidate::Column::IsValidated, Expr::val(true))
        .filter(candidate::Column::Id.is_in(which.iter().map(|id| id.0)))
        .exec(tx.sql())
        .await?;
    if done.rows_affected != which.len() as u64 {
        return Err(Error::internal("a candidate that was validated is gone"));
    }
    Ok(())
}
