//! The SQL of frozen rankings.

use super::frozen::Line;
use super::store::listed;
use crate::assessment::store::RubricId;
use crate::entity::{idea, idea_score, ranking, ranking_entry};
use crate::ideas::domain::Idea;
use crate::ideas::store::{Sees, read, visible};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::{salt, sha256};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{self, id};
use crate::platform::page::{KeyKind, SortKey, Window, sort};
use crate::policy::{Permit, PublishRanking};
use sea_orm::sea_query::{Expr, ExprTrait, Func, JoinType, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

id! {
    /// Names a frozen ranking.
    RankingId, "ranking"
}

/// So many entries are written at once.
const PORTION: usize = 1_000;

/// A frozen ranking without what it is computed from.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Ranking {
    id: Uuid,
    pub number: i32,
    pub rubric_version_id: Uuid,
    pub reason: String,
    pub input_hash: String,
    pub published_at: Micros,
    published_by_id: Option<Uuid>,
}

impl Ranking {
    /// Its id.
    pub fn id(&self) -> RankingId {
        RankingId(self.id)
    }

    /// Who published it.
    pub fn published_by(&self) -> Option<MemberId> {
        self.published_by_id.map(MemberId)
    }
}

/// What events carry of a frozen ranking: the hash of what it is computed from, its number,
/// and the reason.
pub fn digest(row: &ranking::Model) -> String {
    let number = row.number.to_string();
    let version = row.rubric_version_id.simple().to_string();
    sha256(&[&row.salt, &number, &version, &row.input_hash, &row.reason])
}

/// What a ranking is written with.
#[derive(Clone, Debug)]
pub struct NewRanking {
    pub rubric: RubricId,
    /// The newest version.
    pub version: Uuid,
    pub reason: String,
    pub snapshot: String,
    pub input_hash: String,
}

/// The number after the last one.
async fn next_number(tx: &Tx<'_>) -> Result<i32> {
    let query = Query::select()
        .expr_as(Func::max(Expr::col(ranking::Column::Number)), "number")
        .from(ranking::Entity)
        .to_owned();
    let row = tx.sql().query_one(&query).await?;
    let last: Option<i32> = match row {
        Some(row) => row.try_get("", "number")?,
        None => None,
    };
    Ok(last.unwrap_or(0) + 1)
}

/// Writes a ranking with its lines, the best first, while the oldest rubric is locked; its
/// id, its number, and the digest for the event.
pub async fn insert(
    tx: &Tx<'_>,
    _: &Permit<PublishRanking>,
    new: NewRanking,
    lines: &[Line],
) -> Result<(RankingId, i32, String)> {
    let id = ids::fresh(tx.now());
    let number = next_number(tx).await?;
    let row = ranking::Model {
        id,
        number,
        rubric_id: new.rubric.0,
        rubric_version_id: new.version,
        reason: new.reason,
        salt: salt(),
        snapshot: new.snapshot,
        input_hash: new.input_hash,
        published_at: tx.now(),
        published_by_id: tx.actor(),
    };
    let digest = digest(&row);
    ranking::Entity::insert(row_of::<_, ranking::ActiveModel>(row))
        .exec_without_returning(tx.sql())
        .await?;
    let mut place = 0;
    for some in lines.chunks(PORTION) {
        let entries: Vec<ranking_entry::ActiveModel> = some
            .iter()
            .map(|line| {
                place += 1;
                row_of(ranking_entry::Model {
                    ranking_id: id,
                    place,
                    idea_id: line.idea,
                    rank: line.rank,
                    key: line.key,
                })
            })
            .collect();
        ranking_entry::Entity::insert_many(entries)
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok((RankingId(id), number, digest))
}

/// Everything that takes a place in the backlog of a rubric: idea, version, when it was
/// handed in.
pub async fn counted(
    sql: &impl ConnectionTrait,
    rubric: RubricId,
) -> Result<Vec<(Uuid, Uuid, Micros)>> {
    let rows = idea_score::Entity::find()
        .select_only()
        .columns([
            idea_score::Column::IdeaId,
            idea_score::Column::RubricVersionId,
            idea_score::Column::SubmittedAt,
        ])
        .filter(listed(rubric))
        .filter(idea_score::Column::IsCounted.eq(true))
        .into_tuple()
        .all(sql)
        .await?;
    Ok(rows)
}

fn heads() -> sea_orm::Select<ranking::Entity> {
    ranking::Entity::find().select_only().columns([
        ranking::Column::Id,
        ranking::Column::Number,
        ranking::Column::RubricVersionId,
        ranking::Column::Reason,
        ranking::Column::InputHash,
        ranking::Column::PublishedAt,
        ranking::Column::PublishedById,
    ])
}

/// The ranking with this number.
pub async fn by_number(sql: &impl ConnectionTrait, number: i32) -> Result<Option<Ranking>> {
    let found = heads().filter(ranking::Column::Number.eq(number));
    Ok(found.into_model().one(sql).await?)
}

/// The ranking with this id.
pub async fn by_id(sql: &impl ConnectionTrait, id: RankingId) -> Result<Option<Ranking>> {
    let found = heads().filter(ranking::Column::Id.eq(id.0));
    Ok(found.into_model().one(sql).await?)
}

/// A page of rankings, the latest first.
pub async fn page(sql: &impl ConnectionTrait, window: &Window) -> Result<Vec<Ranking>> {
    let key = sort(
        ranking::Column::Number.into_expr(),
        Order::Desc,
        KeyKind::Integer,
    );
    let keys = [key];
    let query = heads()
        .filter(window.condition(&keys)?)
        .order_by(ranking::Column::Number, window.order(&Order::Desc))
        .limit(window.limit());
    Ok(query.into_model().all(sql).await?)
}

/// How many rankings there are.
pub async fn count(sql: &impl ConnectionTrait) -> Result<i64> {
    let count = ranking::Entity::find().count(sql).await?;
    i64::try_from(count).map_err(Error::internal)
}

#[derive(FromQueryResult)]
struct EntryRow {
    #[sea_orm(nested)]
    idea: idea::Model,
    place: i32,
    rank: i32,
    key: i32,
}

/// A line of a ranking with its idea.
#[derive(Clone, Debug)]
pub struct Entry {
    pub idea: Idea,
    /// In the list, from 1.
    pub place: i32,
    pub rank: i32,
    /// Hundredths.
    pub key: i32,
}

fn entries(sees: &Sees, ranking: RankingId) -> sea_orm::Select<idea::Entity> {
    let mut query = idea::Entity::find();
    QueryFilter::query(&mut query).join(
        JoinType::InnerJoin,
        ranking_entry::Entity,
        Expr::col((ranking_entry::Entity, ranking_entry::Column::IdeaId))
            .equals((idea::Entity, idea::Column::Id)),
    );
    query
        .filter(ranking_entry::Column::RankingId.eq(ranking.0))
        .filter(visible(sees))
}

/// A page of a ranking, the best first, of the ideas that this person may see now.
pub async fn entry_page(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    ranking: RankingId,
    window: &Window,
) -> Result<Vec<Entry>> {
    let place = || ranking_entry::Column::Place.into_expr();
    let keys: [SortKey; 1] = [sort(place(), Order::Asc, KeyKind::Integer)];
    let rows = entries(sees, ranking)
        .expr_as(place(), "place")
        .expr_as(ranking_entry::Column::Rank.into_expr(), "rank")
        .expr_as(ranking_entry::Column::Key.into_expr(), "key")
        .filter(window.condition(&keys)?)
        .order_by(place(), window.order(&Order::Asc))
        .limit(window.limit())
        .into_model::<EntryRow>()
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Entry {
                idea: read(row.idea)?,
                place: row.place,
                rank: row.rank,
                key: row.key,
            })
        })
        .collect()
}

/// How many of its ideas this person may see now.
pub async fn entry_count(
    sql: &impl ConnectionTrait,
    sees: &Sees,
    ranking: RankingId,
) -> Result<i64> {
    let count = entries(sees, ranking).count(sql).await?;
    i64::try_from(count).map_err(Error::internal)
}

/// What a ranking is computed from, with its hash, and its lines as they were published.
pub async fn frozen(
    sql: &impl ConnectionTrait,
    id: RankingId,
) -> Result<Option<(ranking::Model, Vec<Line>)>> {
    let Some(row) = ranking::Entity::find_by_id(id.0).one(sql).await? else {
        return Ok(None);
    };
    let lines = ranking_entry::Entity::find()
        .filter(ranking_entry::Column::RankingId.eq(id.0))
        .order_by_asc(ranking_entry::Column::Place)
        .all(sql)
        .await?;
    let line = |row: ranking_entry::Model| Line {
        idea: row.idea_id,
        rank: row.rank,
        key: row.key,
    };
    Ok(Some((row, lines.into_iter().map(line).collect())))
}

/// The rankings of several rubrics, by rubric, in the order of their numbers.
pub async fn of_rubrics(
    sql: &impl ConnectionTrait,
    rubrics: &[Uuid],
) -> Result<HashMap<Uuid, Vec<RankingId>>> {
    let rows: Vec<(Uuid, Uuid)> = ranking::Entity::find()
        .select_only()
        .columns([ranking::Column::RubricId, ranking::Column::Id])
        .filter(ranking::Column::RubricId.is_in(rubrics.iter().copied()))
        .order_by_asc(ranking::Column::Number)
        .into_tuple()
        .all(sql)
        .await?;
    let mut found: HashMap<Uuid, Vec<RankingId>> = HashMap::new();
    for (rubric, id) in rows {
        found.entry(rubric).or_default().push(RankingId(id));
    }
    Ok(found)
}
