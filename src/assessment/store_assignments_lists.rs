//! The SQL of lists of assignments, of ideas that the caller may see.

use super::assigning::Assignment;
use super::store_assignments::read;
use crate::entity::{assignment, idea};
use crate::ideas::lifecycle::State;
use crate::ideas::store::{Sees, visible};
use crate::ideas::store_conditions::any_state;
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::error::Result;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Order, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

/// Which assignments are wanted; all that is given must hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    pub assessor: Option<MemberId>,
    pub is_done: Option<bool>,
    pub is_overdue: Option<bool>,
    /// Those that are open first; else only by when they fall due.
    pub open_first: bool,
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    assignment: assignment::Model,
    is_over: i64,
}

/// A window of them, the first due first, each with 1 when nobody is waited for and 0 when
/// somebody is.
pub async fn page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    now: Micros,
    wanted: &Wanted,
    window: &Window,
) -> Result<Vec<(Assignment, i64)>> {
    let keys = sort_keys(wanted);
    let mut query = assignment::Entity::find()
        .expr_as(is_over(), "is_over")
        .filter(which(sees, now, wanted))
        .filter(window.condition(&keys)?)
        .limit(window.limit());
    for key in keys {
        let order = window.order(&key.order);
        query = query.order_by(key.by, order);
    }
    let rows = query.into_model::<Row>().all(sql).await?;
    let read = |row: Row| (read(row.assignment), row.is_over);
    Ok(rows.into_iter().map(read).collect())
}

/// How many there are in all.
pub async fn count(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    now: Micros,
    wanted: &Wanted,
) -> Result<u64> {
    Ok(assignment::Entity::find()
        .filter(which(sees, now, wanted))
        .count(sql)
        .await?)
}

fn which(sees: &Sees, now: Micros, wanted: &Wanted) -> Condition {
    let seen = Query::select()
        .column((idea::Entity, idea::Column::Id))
        .from(idea::Entity)
        .cond_where(visible(sees))
        .to_owned();
    let mut all = Condition::all().add(assignment::Column::IdeaId.in_subquery(seen));
    if let Some(assessor) = wanted.assessor {
        all = all.add(assignment::Column::AssessorId.eq(assessor.0));
    }
    if let Some(is_done) = wanted.is_done {
        all = all.add(assignment::Column::IsDone.eq(is_done));
    }
    if let Some(is_overdue) = wanted.is_overdue {
        let overdue = open().add(assignment::Column::DueAt.lt(now));
        all = all.add(if is_overdue { overdue } else { overdue.not() });
    }
    all
}

/// Somebody owes an assessment of an idea that is assessed.
fn open() -> Condition {
    let assessed = Query::select()
        .column((idea::Entity, idea::Column::Id))
        .from(idea::Entity)
        .cond_where(any_state(&[State::InAssessment, State::Backlog]))
        .to_owned();
    Condition::all()
        .add(assignment::Column::IsDone.eq(false))
        .add(assignment::Column::IsRecused.eq(false))
        .add(assignment::Column::IdeaId.in_subquery(assessed))
}

fn is_over() -> SimpleExpr {
    let open = CaseStatement::new().case(open(), 0).finally(1);
    Expr::expr(open).cast_as("bigint")
}

fn sort_keys(wanted: &Wanted) -> Vec<SortKey> {
    let due = [
        sort(
            assignment::Column::DueAt.into_expr(),
            Order::Asc,
            KeyKind::Integer,
        ),
        sort(assignment::Column::Id.into_expr(), Order::Asc, KeyKind::Id),
    ];
    let open_first = wanted
        .open_first
        .then(|| sort(is_over(), Order::Asc, KeyKind::Integer));
    open_first.into_iter().chain(due).collect()
}
