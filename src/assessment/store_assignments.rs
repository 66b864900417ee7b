//! The SQL of assignments. Whoever writes has locked the idea.

use super::assigning::{Assignment, AssignmentId};
use crate::entity::{assessment, assignment, idea};
use crate::ideas::domain::IdeaId;
use crate::ideas::lifecycle::State;
use crate::ideas::store_conditions::any_state;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::error::{Error, Result};
use crate::policy::{Action, Permit, UnassignAssessor};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows that one statement inserts at most: SQLite takes 32,766 values.
const ROWS_AT_ONCE: usize = 1_000;

/// The assignments of an idea, the first due first.
pub async fn of_idea(sql: &impl ConnectionTrait, id: IdeaId) -> Result<Vec<Assignment>> {
    Ok(of_ideas(sql, &[id]).await?.remove(&id).unwrap_or_default())
}

/// The assignments of several ideas, of each the first due first.
pub async fn of_ideas(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<Assignment>>> {
    let rows = assignment::Entity::find()
        .filter(assignment::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(assignment::Column::DueAt)
        .order_by_asc(assignment::Column::Id)
        .all(sql)
        .await?;
    let mut found: HashMap<IdeaId, Vec<Assignment>> = HashMap::new();
    for row in rows {
        let of = found.entry(IdeaId(row.idea_id)).or_default();
        of.push(read(row));
    }
    Ok(found)
}

/// One assignment by id.
pub async fn one(sql: &impl ConnectionTrait, id: AssignmentId) -> Result<Option<Assignment>> {
    let row = assignment::Entity::find_by_id(id.0).one(sql).await?;
    Ok(row.map(read))
}

/// Several assignments by id.
pub async fn several(
    sql: &impl ConnectionTrait,
    ids: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Assignment>> {
    let mut found = HashMap::with_capacity(ids.len());
    for part in ids.chunks(ROWS_AT_ONCE) {
        let rows = assignment::Entity::find()
            .filter(assignment::Column::Id.is_in(part.iter().map(|id| id.0)))
            .all(sql)
            .await?;
        found.extend(rows.into_iter().map(read).map(|one| (one.id, one)));
    }
    Ok(found)
}

/// Those assignments of one person that are open, whatever became of their ideas.
pub async fn open_of(sql: &impl ConnectionTrait, assessor: MemberId) -> Result<Vec<Assignment>> {
    let rows = assignment::Entity::find()
        .filter(assignment::Column::AssessorId.eq(assessor.0))
        .filter(assignment::Column::IsDone.eq(false))
        .filter(assignment::Column::IsRecused.eq(false))
        .order_by_asc(assignment::Column::IdeaId)
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The ideas that one person is asked to assess, and has not.
pub async fn asked_of(sql: &impl ConnectionTrait, assessor: MemberId) -> Result<Vec<IdeaId>> {
    let open = open_of(sql, assessor).await?;
    Ok(open.into_iter().map(|one| one.idea).collect())
}

/// Ideas of which the calendar should look at an assignment, the longest waiting first.
pub async fn to_look_at(sql: &impl ConnectionTrait, now: Micros, most: u64) -> Result<Vec<IdeaId>> {
    let rows = assignment::Entity::find()
        .filter(assignment::Column::WatchAt.lte(now))
        .order_by_asc(assignment::Column::WatchAt)
        .order_by_asc(assignment::Column::Id)
        .limit(most)
        .all(sql)
        .await?;
    let mut ids: Vec<IdeaId> = Vec::new();
    for row in rows {
        let id = IdeaId(row.idea_id);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Those of an idea that the calendar should look at.
pub async fn watched(
    sql: &impl ConnectionTrait,
    id: IdeaId,
    now: Micros,
) -> Result<Vec<Assignment>> {
    let rows = assignment::Entity::find()
        .filter(assignment::Column::IdeaId.eq(id.0))
        .filter(assignment::Column::WatchAt.lte(now))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Whose complete assessments of several ideas stand.
pub async fn finished(
    sql: &impl ConnectionTrait,
    ids: &[IdeaId],
) -> Result<HashSet<(IdeaId, MemberId)>> {
    let rows = assessment::Entity::find()
        .filter(assessment::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .filter(assessment::Column::IsComplete.eq(true))
        .filter(assessment::Column::IsWithdrawn.eq(false))
        .all(sql)
        .await?;
    let found = rows
        .into_iter()
        .map(|row| (IdeaId(row.idea_id), MemberId(row.assessor_id)));
    Ok(found.collect())
}

/// How many assignments each assessor still owes, of ideas that are assessed.
pub async fn loads(sql: &impl ConnectionTrait) -> Result<HashMap<MemberId, usize>> {
    let assessed = Query::select()
        .column((idea::Entity, idea::Column::Id))
        .from(idea::Entity)
        .cond_where(any_state(&[State::InAssessment, State::Backlog]))
        .to_owned();
    let query = Query::select()
        .column(assignment::Column::AssessorId)
        .expr_as(Expr::cust("count(*)"), Alias::new("open"))
        .from(assignment::Entity)
        .and_where(assignment::Column::IsDone.eq(false))
        .and_where(assignment::Column::IsRecused.eq(false))
        .and_where(assignment::Column::IdeaId.in_subquery(assessed))
        .group_by_col(assignment::Column::AssessorId)
        .to_owned();
    let mut loads = HashMap::new();
    for row in sql.query_all(&query).await? {
        let who: Uuid = row.try_get("", "assessor_id")?;
        let open: i64 = row.try_get("", "open")?;
        loads.insert(
            MemberId(who),
            usize::try_from(open).map_err(Error::internal)?,
        );
    }
    Ok(loads)
}

/// Writes new assignments.
pub async fn insert<A: Action>(tx: &Tx<'_>, _: &Permit<A>, new: &[Assignment]) -> Result<()> {
    for part in new.chunks(ROWS_AT_ONCE) {
        let rows = part.iter().map(|one| {
            let row = assignment::Model {
                id: one.id.0,
                idea_id: one.idea.0,
                assessor_id: one.assessor.0,
                assigned_at: one.assigned_at,
                due_at: one.due_at,
                is_done: one.is_done,
                is_recused: one.is_recused,
                watch_at: one.watch_at(tx.now()),
            };
            row_of::<_, assignment::ActiveModel>(row)
        });
        assignment::Entity::insert_many(rows)
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok(())
}

/// Keeps whether an assignment is done or ended by a conflict.
pub async fn keep(tx: &Tx<'_>, one: &Assignment) -> Result<()> {
    assignment::Entity::update(assignment::ActiveModel {
        id: Set(one.id.0),
        is_done: Set(one.is_done),
        is_recused: Set(one.is_recused),
        watch_at: Set(one.watch_at(tx.now())),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// Asks once more, by another day.
pub async fn ask_anew(tx: &Tx<'_>, one: &Assignment) -> Result<()> {
    assignment::Entity::update(assignment::ActiveModel {
        id: Set(one.id.0),
        due_at: Set(one.due_at),
        is_done: Set(one.is_done),
        watch_at: Set(one.watch_at(tx.now())),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// Notes when the calendar looks at an assignment next.
pub async fn watch(tx: &Tx<'_>, id: AssignmentId, at: Option<Micros>) -> Result<()> {
    assignment::Entity::update(assignment::ActiveModel {
        id: Set(id.0),
        watch_at: Set(at),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// Takes an assignment away.
pub async fn remove(tx: &Tx<'_>, _: &Permit<UnassignAssessor>, id: AssignmentId) -> Result<()> {
    end(tx, id).await
}

/// The same for somebody who is no longer here.
pub async fn end(tx: &Tx<'_>, id: AssignmentId) -> Result<()> {
    assignment::Entity::delete_by_id(id.0)
        .exec(tx.sql())
        .await?;
    Ok(())
}

pub(super) fn read(row: assignment::Model) -> Assignment {
    Assignment {
        id: AssignmentId(row.id),
        idea: IdeaId(row.idea_id),
        assessor: MemberId(row.assessor_id),
        assigned_at: row.assigned_at,
        due_at: row.due_at,
        is_done: row.is_done,
        is_recused: row.is_recused,
    }
}
