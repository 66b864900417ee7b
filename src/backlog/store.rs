//! The SQL of the backlog: pages in the order of `RankKey`, and neighbors. `store_log.rs`
//! has the log that ranks are folded from.

use super::rank::RankKey;
use crate::assessment::store::{RubricId, ScoreRow, read_score};
use crate::entity::{idea, idea_score, member};
use crate::ideas::domain::{Idea, IdeaId};
use crate::ideas::store::{Sees, read, visible};
use crate::identity::store::Member;
use crate::platform::error::{Error, Result};
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Iden, Iterable, QueryResult,
};
use serde_json::{Value, json};
use std::collections::HashMap;

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

/// Several ideas with a score that this person may see.
pub async fn ranked_by_id(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    ids: &[IdeaId],
) -> Result<HashMap<IdeaId, Ranked>> {
    let mut query = ranked(sees);
    query.and_where(idea_score::Column::IdeaId.is_in(ids.iter().map(|id| id.0)));
    let rows = sql.query_all(&query).await?;
    let found: Result<Vec<Ranked>> = rows.iter().map(read_ranked).collect();
    Ok(found?.into_iter().map(|one| (one.idea.id, one)).collect())
}

/// Every scored idea that this person may see, with its score and author.
pub(super) fn ranked(sees: &Sees) -> SelectStatement {
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

pub(super) fn is_of_score() -> sea_orm::sea_query::SimpleExpr {
    Expr::col((idea::Entity, idea::Column::Id))
        .equals((idea_score::Entity, idea_score::Column::IdeaId))
}

/// Selects every column of a table under a prefix of its own.
pub(super) fn columns<E: EntityTrait>(query: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        let name = Alias::new(format!("{prefix}{}", column.to_string()));
        query.expr_as(column.into_expr(), name);
    }
}

/// A row of `ranked`.
pub(super) fn read_ranked(row: &QueryResult) -> Result<Ranked> {
    Ok(Ranked {
        score: read_score(idea_score::Model::from_query_result(row, "score_")?)?,
        idea: read(idea::Model::from_query_result(row, "idea_")?)?,
        author: crate::identity::store::read(member::Model::from_query_result(row, "author_")?)?,
    })
}
