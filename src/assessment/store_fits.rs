//! The SQL of leniencies: who gave how much to which idea of a rubric, and what is kept of
//! how generous or strict its assessors are.

use super::scoring::Rating;
use super::store::RubricId;
use crate::entity::{assessment, fit, idea_score, leniency};
use crate::ideas::domain::IdeaId;
use crate::identity::domain::MemberId;
use crate::platform::db::{Tx, row_of};
use crate::platform::error::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Millionths of a point in a point.
const MICRO: f64 = 1e6;

/// A complete assessment that counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Given {
    pub assessor: MemberId,
    /// Its own score, 0 to 100.
    pub total: f64,
    /// What is kept of the assessor, in millionths of a point; 0 for whom nothing is.
    pub kept: i64,
}

/// A published score with the assessments it is made of.
#[derive(Clone, Debug)]
pub struct Rated {
    pub idea: IdeaId,
    pub is_corrected: bool,
    /// Takes a place in the backlog.
    pub is_counted: bool,
    /// Belongs to what leniencies are learned from.
    pub is_pooled: bool,
    /// By assessor.
    pub given: Vec<Given>,
}

impl Rated {
    /// The score without the leniencies that are kept.
    pub fn theta(&self) -> f64 {
        let count = self.given.len() as f64;
        let raw = self.given.iter().map(|one| one.total).sum::<f64>() / count;
        raw - mean_leniency(self.given.iter().map(|one| one.kept))
    }
}

/// Every published score of a rubric, by id: one statement.
pub async fn rated(sql: &impl ConnectionTrait, rubric: RubricId) -> Result<Vec<Rated>> {
    let of_line = |column: idea_score::Column| (idea_score::Entity, column);
    let of_assessment = |column: assessment::Column| (assessment::Entity, column);
    let query = Query::select()
        .column(of_line(idea_score::Column::IdeaId))
        .column(of_line(idea_score::Column::IsCounted))
        .column(of_line(idea_score::Column::IsPooled))
        .column(of_line(idea_score::Column::Correction))
        .column(of_assessment(assessment::Column::AssessorId))
        .column(of_assessment(assessment::Column::Total))
        .column((leniency::Entity, leniency::Column::Leniency))
        .from(idea_score::Entity)
        .inner_join(
            assessment::Entity,
            Expr::col(of_assessment(assessment::Column::IdeaId))
                .equals(of_line(idea_score::Column::IdeaId)),
        )
        .left_join(
            leniency::Entity,
            Expr::col((leniency::Entity, leniency::Column::RubricId))
                .equals(of_line(idea_score::Column::RubricId))
                .and(
                    Expr::col((leniency::Entity, leniency::Column::MemberId))
                        .equals(of_assessment(assessment::Column::AssessorId)),
                ),
        )
        .and_where(idea_score::Column::RubricId.eq(rubric.0))
        .and_where(idea_score::Column::PublishedAt.is_not_null())
        .and_where(assessment::Column::IsWithdrawn.eq(false))
        .and_where(assessment::Column::IsRecused.eq(false))
        .and_where(assessment::Column::Total.is_not_null())
        .to_owned();
    let mut by_idea: BTreeMap<Uuid, Rated> = BTreeMap::new();
    for row in sql.query_all(&query).await? {
        let id: Uuid = row.try_get("", "idea_id")?;
        let correction: Option<i32> = row.try_get("", "correction")?;
        let (is_counted, is_pooled) = (
            row.try_get("", "is_counted")?,
            row.try_get("", "is_pooled")?,
        );
        let kept: Option<i64> = row.try_get("", "leniency")?;
        let rated = by_idea.entry(id).or_insert_with(|| Rated {
            idea: IdeaId(id),
            is_corrected: correction.is_some(),
            is_counted,
            is_pooled,
            given: Vec::new(),
        });
        rated.given.push(Given {
            assessor: MemberId(row.try_get("", "assessor_id")?),
            total: row.try_get("", "total")?,
            kept: kept.unwrap_or(0),
        });
    }
    let mut all: Vec<Rated> = by_idea.into_values().collect();
    for one in &mut all {
        one.given.sort_by_key(|given| given.assessor.0);
    }
    Ok(all)
}

/// What leniencies are learned from: published ideas that everybody sees.
pub fn pool(rated: &[Rated]) -> Vec<Rating> {
    let pooled = rated.iter().filter(|one| one.is_pooled);
    pooled
        .flat_map(|one| {
            one.given.iter().map(|given| Rating {
                idea: one.idea.0,
                assessor: given.assessor.0,
                total: given.total,
            })
        })
        .collect()
}

/// Who assessed several ideas, and how much each gave; only what counts.
pub async fn given(
    sql: &impl ConnectionTrait,
    ideas: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<(MemberId, f64)>>> {
    let query = Query::select()
        .column(assessment::Column::IdeaId)
        .column(assessment::Column::AssessorId)
        .column(assessment::Column::Total)
        .from(assessment::Entity)
        .and_where(assessment::Column::IdeaId.is_in(ideas.iter().map(|id| id.0)))
        .and_where(assessment::Column::IsWithdrawn.eq(false))
        .and_where(assessment::Column::IsRecused.eq(false))
        .and_where(assessment::Column::Total.is_not_null())
        .to_owned();
    let mut given: HashMap<IdeaId, Vec<(MemberId, f64)>> = HashMap::new();
    for row in sql.query_all(&query).await? {
        let of = given
            .entry(IdeaId(row.try_get("", "idea_id")?))
            .or_default();
        of.push((
            MemberId(row.try_get("", "assessor_id")?),
            row.try_get("", "total")?,
        ));
    }
    for all in given.values_mut() {
        all.sort_by_key(|(assessor, _)| assessor.0);
    }
    Ok(given)
}

/// The leniencies that are kept of a rubric, in millionths of a point.
pub async fn leniencies(
    sql: &impl ConnectionTrait,
    rubric: RubricId,
) -> Result<BTreeMap<MemberId, i64>> {
    let rows = leniency::Entity::find()
        .filter(leniency::Column::RubricId.eq(rubric.0))
        .all(sql)
        .await?;
    let read = |row: leniency::Model| (MemberId(row.member_id), row.leniency);
    Ok(rows.into_iter().map(read).collect())
}

/// The mean of what is kept of some people, in points.
pub fn mean_leniency(kept: impl Iterator<Item = i64>) -> f64 {
    let (count, sum) = kept.fold((0_i64, 0_i64), |(count, sum), one| (count + 1, sum + one));
    if count == 0 {
        return 0.0;
    }
    sum as f64 / count as f64 / MICRO
}

/// A leniency as it is kept.
pub fn in_micro(points: f64) -> i64 {
    (points * MICRO).round() as i64
}

/// Keeps the leniencies of a rubric in place of those kept before, under their lock.
pub async fn keep(
    tx: &Tx<'_>,
    rubric: RubricId,
    before: &BTreeMap<MemberId, i64>,
    now: &BTreeMap<MemberId, i64>,
) -> Result<()> {
    let moved: Vec<Uuid> = before
        .iter()
        .filter(|(member, kept)| now.get(member) != Some(kept))
        .map(|(member, _)| member.0)
        .collect();
    for part in moved.chunks(1_000) {
        leniency::Entity::delete_many()
            .filter(leniency::Column::RubricId.eq(rubric.0))
            .filter(leniency::Column::MemberId.is_in(part.iter().copied()))
            .exec(tx.sql())
            .await?;
    }
    let new: Vec<leniency::ActiveModel> = now
        .iter()
        .filter(|(member, kept)| before.get(member) != Some(kept))
        .map(|(member, kept)| {
            row_of(leniency::Model {
                rubric_id: rubric.0,
                member_id: member.0,
                leniency: *kept,
            })
        })
        .collect();
    for part in new.chunks(1_000) {
        leniency::Entity::insert_many(part.to_vec())
            .exec_without_returning(tx.sql())
            .await?;
    }
    fit::Entity::update(fit::ActiveModel {
        rubric_id: Set(rubric.0),
        fitted_at: Set(Some(tx.now())),
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// The ideas of a rubric whose scores somebody's leniency is removed from, published or not,
/// with everybody who counts there.
pub async fn corrected(
    sql: &impl ConnectionTrait,
    rubric: RubricId,
) -> Result<Vec<(idea_score::Model, Vec<MemberId>)>> {
    let lines = idea_score::Entity::find()
        .filter(idea_score::Column::RubricId.eq(rubric.0))
        .filter(idea_score::Column::Correction.is_not_null())
        .all(sql)
        .await?;
    let mut all = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while lines.peek().is_some() {
        let part: Vec<idea_score::Model> = lines.by_ref().take(1_000).collect();
        let ids: Vec<IdeaId> = part.iter().map(|line| IdeaId(line.idea_id)).collect();
        let mut given = given(sql, &ids).await?;
        for line in part {
            let who = given.remove(&IdeaId(line.idea_id)).unwrap_or_default();
            let who = who.into_iter().map(|(assessor, _)| assessor).collect();
            all.push((line, who));
        }
    }
    Ok(all)
}

/// The salt that the aliases of a rubric's assessors are made with.
pub async fn salt(sql: &impl ConnectionTrait, rubric: RubricId) -> Result<String> {
    use crate::entity::rubric;
    let row = rubric::Entity::find_by_id(rubric.0).one(sql).await?;
    row.map(|row| row.salt)
        .ok_or_else(|| Error::internal("a rubric is gone"))
}
