//! The SQL of the log of score changes, of what is counted once when a server begins, and of
//! where ideas stood before.

use super::histogram::{Delta, Place};
use crate::assessment::scoring::Pool;
use crate::assessment::store::RubricId;
use crate::entity::{idea_score, score_change};
use crate::platform::clock::Micros;
use crate::platform::db::on_postgres;
use crate::platform::error::{Error, Result};
use crate::platform::outbox::horizon;
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

/// How far a fold has come: on PostgreSQL every transaction numbered below it is in, on
/// SQLite, whose one writer numbers rows in the order of commits, every row below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(i64);

/// One row of the log.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    id: i64,
    order: i64,
    from: Option<Place>,
    to: Option<Place>,
    /// What it adds to the pool.
    pub pooled: Pool,
}

impl Change {
    /// Its number in the log.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// What it did to the ranked ideas that everybody sees.
    pub fn delta(&self) -> Delta {
        Delta {
            from: self.from,
            to: self.to,
        }
    }
}

impl Mark {
    /// What rows are compared with.
    pub fn bound(self) -> i64 {
        self.0
    }

    /// The mark at such a number.
    pub fn at(bound: i64) -> Self {
        Self(bound)
    }

    /// Whether a change lies below this mark.
    pub fn covers(self, change: &Change) -> bool {
        change.order < self.0
    }
}

/// The mark of this view: nothing below it can appear any more.
pub async fn mark(sql: &impl ConnectionTrait, rubric: RubricId) -> Result<Mark> {
    if on_postgres(sql) {
        return Ok(Mark(horizon(sql).await?));
    }
    let last = score_change::Entity::find()
        .filter(score_change::Column::RubricId.eq(rubric.0))
        .order_by_desc(score_change::Column::Id)
        .one(sql)
        .await?;
    Ok(Mark(last.map_or(0, |row| row.id) + 1))
}

/// The number of the newest change of any rubric; 0 before the first.
pub async fn end(sql: &impl ConnectionTrait) -> Result<i64> {
    let query = Query::select()
        .expr_as(score_change::Column::Id.max(), Alias::new("newest"))
        .from(score_change::Entity)
        .to_owned();
    let row = sql.query_one(&query).await?;
    let newest = row.map(|row| row.try_get::<Option<i64>>("", "newest"));
    Ok(newest.transpose()?.flatten().unwrap_or(0))
}

/// The changes at or above a mark, and the mark of this view: one statement.
pub async fn tail(
    sql: &impl ConnectionTrait,
    rubric: RubricId,
    from: Mark,
) -> Result<(Vec<Change>, Mark)> {
    let on_postgres = on_postgres(sql);
    let order = if on_postgres {
        score_change::Column::TransactionId
    } else {
        score_change::Column::Id
    };
    let mut query = score_change::Entity::find()
        .filter(score_change::Column::RubricId.eq(rubric.0))
        .filter(order.gte(from.0))
        .order_by_asc(order)
        .order_by_asc(score_change::Column::Id);
    if on_postgres {
        let horizon = Expr::cust("pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
        query = query.expr_as(horizon, "horizon");
    }
    let rows = sql
        .query_all(&QuerySelect::query(&mut query).to_owned())
        .await?;
    let mut mark = from;
    let mut changes = Vec::with_capacity(rows.len());
    for row in &rows {
        let model = score_change::Model::from_query_result(row, "")?;
        mark = Mark(if on_postgres {
            row.try_get("", "horizon")?
        } else {
            model.id + 1
        });
        changes.push(read_change(&model, on_postgres)?);
    }
    Ok((changes, mark))
}

fn read_change(row: &score_change::Model, on_postgres: bool) -> Result<Change> {
    let (from, to) = places(row)?;
    Ok(Change {
        id: row.id,
        order: if on_postgres {
            row.transaction_id
        } else {
            row.id
        },
        from,
        to,
        pooled: Pool {
            ideas: row.pooled_ideas.into(),
            assessments: row.pooled_assessments.into(),
            rss_micro: row.pooled_rss,
        },
    })
}

/// Old and new place among the ideas that everybody sees.
fn places(row: &score_change::Model) -> Result<(Option<Place>, Option<Place>)> {
    let place = |is_counted: bool, key: Option<i32>, count: Option<i32>| match (key, count) {
        (Some(key), Some(count)) if is_counted => {
            let n = u32::try_from(count).map_err(Error::internal)?;
            Ok::<_, Error>(Some(Place { key, n }))
        }
        _ => Ok(None),
    };
    Ok((
        place(row.was_counted, row.old_key, row.old_count)?,
        place(row.is_counted, row.new_key, row.new_count)?,
    ))
}

/// What changed after one instant and until another, as it touches the ranked ideas.
pub async fn changes_between(
    sql: &impl ConnectionTrait,
    rubric: RubricId,
    after: Micros,
    until: Micros,
) -> Result<Vec<Delta>> {
    let rows = score_change::Entity::find()
        .filter(score_change::Column::RubricId.eq(rubric.0))
        .filter(score_change::Column::At.gt(after))
        .filter(score_change::Column::At.lte(until))
        .all(sql)
        .await?;
    rows.iter()
        .map(|row| places(row).map(|(from, to)| Delta { from, to }))
        .collect()
}

/// The places of all ranked ideas that everybody sees: read once, when a server begins.
pub async fn counted(sql: &impl ConnectionTrait, rubric: RubricId) -> Result<Vec<Place>> {
    let place = [idea_score::Column::Key, idea_score::Column::AssessmentCount];
    let query = Query::select()
        .columns(place)
        .expr_as(Expr::cust("count(*)"), Alias::new("ideas"))
        .from(idea_score::Entity)
        .and_where(idea_score::Column::RubricId.eq(rubric.0))
        .and_where(idea_score::Column::IsCounted.eq(true))
        .group_by_columns(place)
        .to_owned();
    let mut places = Vec::new();
    for row in sql.query_all(&query).await? {
        let n: i32 = row.try_get("", "assessment_count")?;
        let ideas: i64 = row.try_get("", "ideas")?;
        let place = Place {
            key: row.try_get("", "key")?,
            n: u32::try_from(n).map_err(Error::internal)?,
        };
        places.extend(std::iter::repeat_n(
            place,
            usize::try_from(ideas).unwrap_or(0),
        ));
    }
    Ok(places)
}

/// What the published ideas of a rubric that everybody sees add up to.
pub async fn pool(sql: &impl ConnectionTrait, rubric: RubricId) -> Result<Pool> {
    let query = Query::select()
        .expr_as(Expr::cust("count(*)"), Alias::new("ideas"))
        .expr_as(
            Expr::cust("cast(coalesce(sum(assessment_count), 0) as bigint)"),
            Alias::new("assessments"),
        )
        .expr_as(
            Expr::cust("cast(coalesce(sum(rss), 0) as bigint)"),
            Alias::new("rss"),
        )
        .from(idea_score::Entity)
        .and_where(idea_score::Column::RubricId.eq(rubric.0))
        .and_where(idea_score::Column::IsPooled.eq(true))
        .to_owned();
    let row = sql
        .query_one(&query)
        .await?
        .ok_or_else(|| Error::internal("sums have one row"))?;
    Ok(Pool {
        ideas: row.try_get("", "ideas")?,
        assessments: row.try_get("", "assessments")?,
        rss_micro: row.try_get("", "rss")?,
    })
}
