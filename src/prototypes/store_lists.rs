//! The SQL of the queue as people read it: what is being tried, then what waits, in order.

use super::domain::{Prototype, PrototypeId, State};
use super::store::read;
use crate::entity::{idea, prototype};
use crate::ideas::store::{Sees, visible};
use crate::platform::error::Result;
use crate::platform::page::{KeyKind, SortKey, Window, bad_cursor, sort};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Order, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

/// A window of the queue as far as this person sees it: what is being tried, the first due
/// first, and then what waits, in its order.
pub async fn page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    mut window: Window,
) -> Result<(Vec<Prototype>, Window)> {
    window.after = position(sql, sees, "after", window.after).await?;
    window.before = position(sql, sees, "before", window.before).await?;
    let keys = order();
    let query = prototype::Entity::find().filter(listed(sees));
    let query = window.of(query, &keys)?;
    let rows = query.all(sql).await?.into_iter().map(read);
    Ok((rows.collect::<Result<_>>()?, window))
}

/// How long it is in all.
pub async fn count(sql: &impl ConnectionTrait, sees: &Sees) -> Result<u64> {
    Ok(prototype::Entity::find()
        .filter(listed(sees))
        .count(sql)
        .await?)
}

fn listed(sees: &Sees) -> Condition {
    let open = [State::Queued.as_str(), State::Running.as_str()];
    seen(sees).add(prototype::Column::State.is_in(open))
}

fn seen(sees: &Sees) -> Condition {
    let ideas = Query::select()
        .column(idea::Column::Id)
        .from(idea::Entity)
        .cond_where(visible(sees))
        .to_owned();
    Condition::all().add(prototype::Column::IdeaId.in_subquery(ideas))
}

/// Where a cursor stands now: it names the prototype alone, because its place would tell of
/// those that are not shown.
async fn position(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    name: &str,
    cursor: Option<Vec<Value>>,
) -> Result<Option<Vec<Value>>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let id = match cursor.as_slice() {
        [one] => one.as_str().and_then(|id| Uuid::try_parse(id).ok()),
        _ => None,
    };
    let id = id.ok_or_else(|| bad_cursor(name))?;
    let row = prototype::Entity::find_by_id(id)
        .filter(seen(sees))
        .one(sql)
        .await?;
    let row = read(row.ok_or_else(|| bad_cursor(name))?)?;
    let waits = row.state == State::Queued;
    let by = match waits {
        true => row.place,
        false => row.due_at.unwrap_or_default(),
    };
    Ok(Some(vec![
        json!(i64::from(waits)),
        json!(by),
        json!(row.id.0),
    ]))
}

/// The part of a cursor that names a prototype.
pub fn cursor_part(id: PrototypeId) -> Value {
    json!(id.0)
}

fn order() -> [SortKey; 3] {
    let is_queued = || prototype::Column::State.eq(State::Queued.as_str());
    let waits = CaseStatement::new().case(is_queued(), 1).finally(0);
    let waits: SimpleExpr = Expr::expr(waits).cast_as("bigint");
    let by = CaseStatement::new()
        .case(is_queued(), prototype::Column::Place.into_expr())
        .finally(prototype::Column::DueAt.into_expr());
    [
        sort(waits, Order::Asc, KeyKind::Integer),
        sort(Expr::expr(by), Order::Asc, KeyKind::Integer),
        sort(prototype::Column::Id.into_expr(), Order::Asc, KeyKind::Id),
    ]
}
