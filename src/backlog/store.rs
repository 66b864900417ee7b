//! The SQL of the backlog: the log of score changes, pages in the order of `RankKey`,
//! neighbors.

use super::histogram::{Delta, Place};
use super::rank::RankKey;
use crate::assessment::scoring::Pool;
use crate::assessment::store::{RubricId, ScoreRow, read_score};
use crate::entity::{idea, idea_score, member, score_change};
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::store::{Sees, read, visible};
use crate::identity::store::Member;
use crate::platform::clock::Micros;
use crate::platform::db::on_postgres;
use crate::platform::error::{Error, Result};
use crate::platform::outbox::horizon;
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Iden, Iterable, QueryFilter,
    QueryOrder, QueryResult, QuerySelect,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// How far a fold has come: on PostgreSQL every transaction numbered below it is in, on
/// SQLite, whose one writer numbers rows in the order of commits, every row below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(i64);

/// One row of the log.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    order: i64,
    from: Option<Place>,
    to: Option<Place>,
    /// What it adds to the pool.
    pub pooled: Pool,
}

impl Change {
    /// What it did to the ranked ideas that everybody sees.
    pub fn delta(&self) -> Delta {
        Delta {
            from: self.from,
            to: self.to,
        }
    }
}

impl Mark {
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

/// A ranked idea with what a page of the backlog nearly always shows.
#[derive(Clone, Debug)]
pub struct Ranked {
    pub idea: Idea,
    pub score: ScoreRow,
    pub author: Member,
}

impl Ranked {
    /// Where it stands in the order.
    pub fn rank_key(&self) -> RankKey {
        RankKey {
            key: self.score.score.key,
            n: self.score.score.n,
            submitted_at: self.score.submitted_at,
            idea_id: self.idea.id.0,
        }
    }
}

/// `RankKey` in SQL.
pub fn sort_keys() -> [SortKey; 4] {
    let by = |column: idea_score::Column, order: Order, kind: KeyKind| {
        sort(column.into_expr(), order, kind)
    };
    [
        by(idea_score::Column::Key, Order::Desc, KeyKind::Integer),
        by(
            idea_score::Column::AssessmentCount,
            Order::Desc,
            KeyKind::Integer,
        ),
        by(
            idea_score::Column::SubmittedAt,
            Order::Asc,
            KeyKind::Integer,
        ),
        by(idea_score::Column::IdeaId, Order::Asc, KeyKind::Id),
    ]
}

/// `RankKey` in a cursor.
pub fn cursor_parts(key: RankKey) -> [Value; 4] {
    let (key, n, submitted_at, idea_id) = key.parts();
    [json!(key), json!(n), json!(submitted_at), json!(idea_id)]
}

/// A page of ranked ideas that this person may see, in the order of `RankKey`.
pub async fn page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    which: Condition,
    window: &Window,
) -> Result<Vec<Ranked>> {
    let mut query = ranked(sees);
    query.cond_where(which);
    let keys = sort_keys();
    query
        .cond_where(window.condition(&keys)?)
        .limit(window.limit());
    for key in keys {
        let order = window.order(&key.order);
        query.order_by_expr(key.by, order);
    }
    sql.query_all(&query)
        .await?
        .iter()
        .map(read_ranked)
        .collect()
}

/// How many ranked ideas this person may see.
pub async fn count(sql: &impl ConnectionTrait, sees: &Sees, which: Condition) -> Result<i64> {
    let query = Query::select()
        .expr_as(Expr::cust("count(*)"), Alias::new("count"))
        .from(idea_score::Entity)
        .inner_join(idea::Entity, is_of_score())
        .cond_where(visible(sees))
        .cond_where(which)
        .to_owned();
    let row = sql
        .query_one(&query)
        .await?
        .ok_or_else(|| Error::internal("a count has one row"))?;
    Ok(row.try_get("", "count")?)
}

/// How many ideas stand in the backlog of a rubric that this person sees and not everybody.
pub async fn count_hidden(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    rubric: RubricId,
) -> Result<i64> {
    // In these words both databases find the index of just these: what is counted is listed.
    let hidden = Condition::all()
        .add(idea_score::Column::RubricId.eq(rubric.0))
        .add(Expr::cust("idea_score.is_listed <> idea_score.is_counted"));
    count(sql, sees, hidden).await
}

/// Ideas that stand in the backlog of a rubric.
pub fn listed(rubric: RubricId) -> Condition {
    Condition::all()
        .add(idea_score::Column::RubricId.eq(rubric.0))
        .add(idea_score::Column::IsListed.eq(true))
}

/// The nearest counted idea with a higher key (or a lower one), the first of equals in the
/// order of the list.
pub async fn neighbor(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    rubric: RubricId,
    key: i32,
    above: bool,
) -> Result<Option<Ranked>> {
    let side = if above {
        idea_score::Column::Key.gt(key)
    } else {
        idea_score::Column::Key.lt(key)
    };
    let mut query = ranked(sees);
    query
        .cond_where(listed(rubric))
        .and_where(idea_score::Column::IsCounted.eq(true))
        .and_where(side)
        .limit(1);
    for (index, sort) in sort_keys().into_iter().enumerate() {
        let order = if index == 0 && above {
            Order::Asc
        } else {
            sort.order
        };
        query.order_by_expr(sort.by, order);
    }
    sql.query_one(&query)
        .await?
        .as_ref()
        .map(read_ranked)
        .transpose()
}

/// The counted idea at a place of the list, from 1: the last one among the best so many.
pub async fn at_place(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    rubric: RubricId,
    place: u64,
) -> Result<Option<Ranked>> {
    let mut query = ranked(sees);
    query
        .cond_where(listed(rubric))
        .and_where(idea_score::Column::IsCounted.eq(true))
        .offset(place.saturating_sub(1))
        .limit(1);
    for key in sort_keys() {
        query.order_by_expr(key.by, key.order);
    }
    sql.query_one(&query)
        .await?
        .as_ref()
        .map(read_ranked)
        .transpose()
}

/// Other listed ideas with the same key, in the order of the list, at most so many.
pub async fn with_key(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    own: &ScoreRow,
    most: u64,
) -> Result<Vec<Ranked>> {
    let mut query = ranked(sees);
    query
        .cond_where(listed(own.rubric))
        .and_where(idea_score::Column::IsCounted.eq(true))
        .and_where(idea_score::Column::Key.eq(own.score.key))
        .and_where(idea_score::Column::IdeaId.ne(own.idea.0))
        .limit(most);
    for key in sort_keys() {
        query.order_by_expr(key.by, key.order);
    }
    sql.query_all(&query)
        .await?
        .iter()
        .map(read_ranked)
        .collect()
}

/// Where each of several ideas stood at an instant: nothing for those that had no place.
/// Ideas whose place has not changed since are not among the answers.
pub async fn places_then(
    sql: &impl ConnectionTrait,
    ideas: &[IdeaId],
    then: Micros,
) -> Result<HashMap<IdeaId, Option<i32>>> {
    let rows = score_change::Entity::find()
        .filter(score_change::Column::IdeaId.is_in(ideas.iter().map(|id| id.0)))
        .filter(score_change::Column::At.gt(then))
        .order_by_asc(score_change::Column::Id)
        .all(sql)
        .await?;
    let mut first = HashMap::new();
    for row in rows {
        first.entry(IdeaId(row.idea_id)).or_insert(row.old_key);
    }
    Ok(first)
}

fn ranked(sees: &Sees) -> SelectStatement {
    let mut query = Query::select();
    query
        .from(idea_score::Entity)
        .inner_join(idea::Entity, is_of_score())
        .inner_join(
            member::Entity,
            Expr::col((member::Entity, member::Column::Id))
                .equals((idea::Entity, idea::Column::AuthorId)),
        )
        .cond_where(visible(sees));
    columns::<idea_score::Entity>(&mut query, "score_");
    columns::<idea::Entity>(&mut query, "idea_");
    columns::<member::Entity>(&mut query, "author_");
    query
}

fn is_of_score() -> sea_orm::sea_query::SimpleExpr {
    Expr::col((idea::Entity, idea::Column::Id))
        .equals((idea_score::Entity, idea_score::Column::IdeaId))
}

/// Selects every column of a table under a prefix of its own.
fn columns<E: EntityTrait>(query: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        let name = Alias::new(format!("{prefix}{}", column.to_string()));
        query.expr_as(column.into_expr(), name);
    }
}

fn read_ranked(row: &QueryResult) -> Result<Ranked> {
    Ok(Ranked {
        score: read_score(idea_score::Model::from_query_result(row, "score_")?)?,
        idea: read(idea::Model::from_query_result(row, "idea_")?)?,
        author: crate::identity::store::read(member::Model::from_query_result(row, "author_")?)?,
    })
}

/// All ideas that take a place in the backlog of a rubric, with key and rubric version.
pub async fn counted_scores(
    sql: &impl ConnectionTrait,
    rubric: RubricId,
) -> Result<Vec<(IdeaId, i32, Uuid)>> {
    let rows = idea_score::Entity::find()
        .filter(listed(rubric))
        .filter(idea_score::Column::IsCounted.eq(true))
        .all(sql)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (IdeaId(row.idea_id), row.key, row.rubric_version_id))
        .collect())
}
