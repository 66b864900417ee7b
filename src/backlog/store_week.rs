//! The SQL of a week of the log of score changes, as movement needs it.

use super::movement::{Stand, Step};
use super::store_log::Mark;
use crate::assessment::store::RubricId;
use crate::entity::score_change;
use crate::platform::clock::Micros;
use crate::platform::db::on_postgres;
use crate::platform::error::Result;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

/// The cause of a row that computing again under a new version of the rubric made.
const RESCORED: &str = "RUBRIC";

/// Where to begin.
#[derive(Clone, Copy, Debug)]
pub enum From {
    /// After an instant.
    Instant(Micros),
    /// At or above a mark.
    Mark(Mark),
}

/// The steps from there on, each with what a mark is compared with, and the mark of this
/// view: one statement.
pub async fn steps(
    sql: &impl ConnectionTrait,
    rubric: RubricId,
    from: From,
) -> Result<(Vec<(i64, Step)>, Option<Mark>)> {
    let on_postgres = on_postgres(sql);
    let order = if on_postgres {
        score_change::Column::TransactionId
    } else {
        score_change::Column::Id
    };
    let begin = match from {
        From::Instant(after) => score_change::Column::At.gt(after),
        From::Mark(mark) => order.gte(mark.bound()),
    };
    let mut query = score_change::Entity::find()
        .filter(score_change::Column::RubricId.eq(rubric.0))
        .filter(begin)
        .order_by_asc(score_change::Column::Id);
    if on_postgres {
        let horizon = Expr::cust("pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
        query = query.expr_as(horizon, "horizon");
    }
    let rows = sql
        .query_all(&QuerySelect::query(&mut query).to_owned())
        .await?;
    let (mut found, mut mark) = (Vec::with_capacity(rows.len()), None);
    for row in &rows {
        let model = score_change::Model::from_query_result(row, "")?;
        mark = Some(Mark::at(if on_postgres {
            row.try_get("", "horizon")?
        } else {
            model.id + 1
        }));
        let order = if on_postgres {
            model.transaction_id
        } else {
            model.id
        };
        found.push((order, step(&model)));
    }
    Ok((found, mark))
}

fn step(row: &score_change::Model) -> Step {
    Step {
        id: row.id,
        idea: row.idea_id,
        at: row.at,
        from: Stand {
            key: row.old_key,
            is_counted: row.was_counted,
        },
        to: Stand {
            key: row.new_key,
            is_counted: row.is_counted,
        },
        is_rescored: row.cause == RESCORED,
    }
}
