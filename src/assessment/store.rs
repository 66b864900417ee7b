//! The SQL of assessments and scores. That of rubrics stands in `store_rubrics.rs` and is let
//! out here, so that callers have one store to ask.

use super::domain::Ratings;
use super::rubric::Rubric;
use super::scoring::IdeaScore;
use super::store_digests;
use crate::entity::{assessment, idea_score, rating};
use crate::ideas::domain::{Idea, IdeaId};
use crate::identity::domain::MemberId;
use crate::platform::clock::Micros;
use crate::platform::db::{Tx, row_of};
use crate::platform::digest::salt;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{self, id};
use crate::policy::{AssessIdea, Permit, ReaffirmAssessment, WithdrawAssessment};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use std::collections::HashMap;
use uuid::Uuid;

pub use super::store_rubrics::{
    RubricHead, RubricState, RubricVersion, current, definition, insert_rubric, newest,
    rubric_by_id, rubric_by_key, rubrics, version, versions,
};

id! {
    /// Names a rubric.
    RubricId, "rubric"
}
id! {
    /// Names a version of a rubric.
    RubricVersionId, "rubricVersion"
}
id! {
    /// Names an assessment.
    AssessmentId, "assessment"
}

/// Level and rationale by criterion key.
pub type Answers = HashMap<String, (Option<f64>, Option<String>)>;

/// An assessment with its answers.
#[derive(Clone, Debug)]
pub struct Assessment {
    pub id: AssessmentId,
    pub idea: IdeaId,
    pub assessor: MemberId,
    /// From 1, per idea.
    pub alias: i32,
    pub rubric_version: Uuid,
    pub idea_revision: i32,
    pub is_complete: bool,
    /// Its own score, 0 to 100, as it is kept; `None` when incomplete.
    pub total: Option<f64>,
    pub is_withdrawn: bool,
    /// Its maker is one of those who wrote the idea.
    pub is_recused: bool,
    pub was_blind: bool,
    pub comment: Option<String>,
    pub confidence: Option<i32>,
    pub submitted_at: Micros,
    /// By criterion key.
    pub ratings: Answers,
}

impl Assessment {
    /// The levels in the order of the rubric.
    pub fn levels(&self, rubric: &Rubric) -> Vec<Option<f64>> {
        rubric
            .criteria
            .iter()
            .map(|criterion| {
                self.ratings
                    .get(&criterion.key)
                    .and_then(|(level, _)| *level)
            })
            .collect()
    }

    /// Whether the score of the idea is made of it, among others.
    pub fn counts(&self) -> bool {
        self.is_complete && !self.is_withdrawn && !self.is_recused
    }
}

/// All assessments of an idea, those taken back too, in the order in which they first came.
pub async fn of_idea(sql: &impl ConnectionTrait, id: IdeaId) -> Result<Vec<Assessment>> {
    let rows = assessment::Entity::find()
        .filter(assessment::Column::IdeaId.eq(id.0))
        .order_by_asc(assessment::Column::Alias)
        .all(sql)
        .await?;
    with_ratings(sql, rows).await
}

/// All assessments of several ideas.
pub async fn of_ideas(sql: &impl ConnectionTrait, ids: &[IdeaId]) -> Result<Vec<Assessment>> {
    let rows = assessment::Entity::find()
        .filter(assessment::Column::IdeaId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(assessment::Column::Id)
        .all(sql)
        .await?;
    with_ratings(sql, rows).await
}

/// The assessments one person made of several ideas.
pub async fn by_assessor(
    sql: &impl ConnectionTrait,
    assessor: MemberId,
    ideas: &[IdeaId],
) -> Result<HashMap<IdeaId, Assessment>> {
    let rows = assessment::Entity::find()
        .filter(assessment::Column::AssessorId.eq(assessor.0))
        .filter(assessment::Column::IdeaId.is_in(ideas.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    let all = with_ratings(sql, rows).await?;
    Ok(all.into_iter().map(|one| (one.idea, one)).collect())
}

/// One assessment by id.
pub async fn one(sql: &impl ConnectionTrait, id: AssessmentId) -> Result<Option<Assessment>> {
    let row = assessment::Entity::find_by_id(id.0).one(sql).await?;
    let rows = row.into_iter().collect();
    Ok(with_ratings(sql, rows).await?.pop())
}

/// How many complete assessments stand for each of several ideas.
pub async fn submitted(
    sql: &impl ConnectionTrait,
    ideas: &[IdeaId],
) -> Result<HashMap<IdeaId, i32>> {
    let rows = assessment::Entity::find()
        .filter(assessment::Column::IdeaId.is_in(ideas.iter().map(|id| id.0)))
        .filter(assessment::Column::IsComplete.eq(true))
        .filter(assessment::Column::IsWithdrawn.eq(false))
        .filter(assessment::Column::IsRecused.eq(false))
        .all(sql)
        .await?;
    let mut counts = HashMap::new();
    for row in rows {
        *counts.entry(IdeaId(row.idea_id)).or_insert(0) += 1;
    }
    Ok(counts)
}

async fn with_ratings(
    sql: &impl ConnectionTrait,
    rows: Vec<assessment::Model>,
) -> Result<Vec<Assessment>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut ratings: HashMap<Uuid, Answers> = HashMap::new();
    let given = rating::Entity::find()
        .filter(rating::Column::AssessmentId.is_in(rows.iter().map(|row| row.id)))
        .all(sql)
        .await?;
    for row in given {
        let of = ratings.entry(row.assessment_id).or_default();
        of.insert(row.criterion, (row.level, row.rationale));
    }
    let read = |row: assessment::Model| Assessment {
        id: AssessmentId(row.id),
        idea: IdeaId(row.idea_id),
        assessor: MemberId(row.assessor_id),
        alias: row.alias,
        rubric_version: row.rubric_version_id,
        idea_revision: row.idea_revision,
        is_complete: row.is_complete,
        total: row.total,
        is_withdrawn: row.is_withdrawn,
        is_recused: row.is_recused,
        was_blind: row.was_blind,
        comment: row.comment,
        confidence: row.confidence,
        submitted_at: row.submitted_at,
        ratings: ratings.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// What an assessment is written with.
#[derive(Clone, Debug)]
pub struct NewAssessmentRow<'a> {
    pub assessor: MemberId,
    pub version: &'a RubricVersion,
    pub idea_revision: i32,
    /// Its own score; `None` when it is incomplete.
    pub total: Option<f64>,
    pub was_blind: bool,
    pub ratings: &'a Ratings,
}

/// Writes an assessment of a locked idea: a new one, or the whole of the one this person
/// made before. Its id, and the digest for the event.
pub async fn save(
    tx: &Tx<'_>,
    _: &Permit<AssessIdea>,
    idea: &Idea,
    earlier: &[Assessment],
    new: NewAssessmentRow<'_>,
) -> Result<(AssessmentId, String)> {
    save_row(tx, idea, earlier, new).await
}

/// The same for an import, which no person submits.
pub async fn save_row(
    tx: &Tx<'_>,
    idea: &Idea,
    earlier: &[Assessment],
    new: NewAssessmentRow<'_>,
) -> Result<(AssessmentId, String)> {
    let mine = earlier.iter().find(|one| one.assessor == new.assessor);
    let next_alias = earlier.iter().map(|one| one.alias).max().unwrap_or(0) + 1;
    let row = assessment::Model {
        id: mine.map_or_else(|| ids::fresh(tx.now()), |mine| mine.id.0),
        idea_id: idea.id.0,
        assessor_id: new.assessor.0,
        alias: mine.map_or(next_alias, |mine| mine.alias),
        rubric_version_id: new.version.id.0,
        idea_revision: new.idea_revision,
        is_complete: new.total.is_some(),
        total: new.total,
        is_withdrawn: false,
        is_recused: false,
        was_blind: new.was_blind,
        comment: new.ratings.comment().map(str::to_owned),
        confidence: new.ratings.confidence().map(i32::from),
        submitted_at: tx.now(),
        salt: salt(),
    };
    let criteria = &new.version.rubric.criteria;
    let id = row.id;
    let ratings: Vec<rating::Model> = new
        .ratings
        .ratings()
        .iter()
        .map(|given| rating::Model {
            assessment_id: id,
            criterion: criteria[given.criterion].key.clone(),
            level: given.level,
            rationale: given.rationale.clone(),
        })
        .collect();
    let digest = store_digests::assessment(&row, &ratings);
    if mine.is_some() {
        rating::Entity::delete_many()
            .filter(rating::Column::AssessmentId.eq(id))
            .exec(tx.sql())
            .await?;
        assessment::Entity::update(row_of::<_, assessment::ActiveModel>(row))
            .exec(tx.sql())
            .await?;
    } else {
        assessment::Entity::insert(row_of::<_, assessment::ActiveModel>(row))
            .exec_without_returning(tx.sql())
            .await?;
    }
    if !ratings.is_empty() {
        let given = ratings.into_iter().map(row_of::<_, rating::ActiveModel>);
        rating::Entity::insert_many(given)
            .exec_without_returning(tx.sql())
            .await?;
    }
    Ok((AssessmentId(id), digest))
}

/// Keeps the score of one assessment alone, where a rubric gives it another one.
pub async fn keep_total(tx: &Tx<'_>, id: AssessmentId, total: Option<f64>) -> Result<()> {
    assessment::Entity::update(assessment::ActiveModel {
        id: Set(id.0),
        total: Set(total),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// Keeps whether the maker of an assessment is one of those who wrote the idea.
pub async fn recuse(tx: &Tx<'_>, id: AssessmentId, is_recused: bool) -> Result<()> {
    assessment::Entity::update(assessment::ActiveModel {
        id: Set(id.0),
        is_recused: Set(is_recused),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// An assessment as its rows stand.
async fn rows(tx: &Tx<'_>, id: AssessmentId) -> Result<(assessment::Model, Vec<rating::Model>)> {
    let found = assessment::Entity::find_by_id(id.0).one(tx.sql()).await?;
    let row = found.ok_or_else(|| Error::internal("an assessment is gone"))?;
    let ratings = rating::Entity::find()
        .filter(rating::Column::AssessmentId.eq(id.0))
        .all(tx.sql())
        .await?;
    Ok((row, ratings))
}

/// Pins an assessment to the newest revision of its idea; the digest for the event.
pub async fn reaffirm(
    tx: &Tx<'_>,
    _: &Permit<ReaffirmAssessment>,
    idea: &Idea,
    id: AssessmentId,
) -> Result<String> {
    let (mut row, ratings) = rows(tx, id).await?;
    row.idea_revision = idea.revision;
    row.submitted_at = tx.now();
    let digest = store_digests::assessment(&row, &ratings);
    assessment::Entity::update(row_of::<_, assessment::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    Ok(digest)
}

/// Counts an assessment under another version of its rubric; the digest for the event.
pub async fn move_to_version(
    tx: &Tx<'_>,
    id: AssessmentId,
    version: RubricVersionId,
    is_complete: bool,
) -> Result<String> {
    let (mut row, ratings) = rows(tx, id).await?;
    row.rubric_version_id = version.0;
    row.is_complete = is_complete;
    // What it comes to under that version is known once the idea is scored.
    row.total = row.total.filter(|_| is_complete);
    let digest = store_digests::assessment(&row, &ratings);
    assessment::Entity::update(row_of::<_, assessment::ActiveModel>(row))
        .exec(tx.sql())
        .await?;
    Ok(digest)
}

/// Takes an assessment back; its row stays.
pub async fn withdraw(tx: &Tx<'_>, _: &Permit<WithdrawAssessment>, id: AssessmentId) -> Result<()> {
    assessment::Entity::update(assessment::ActiveModel {
        id: Set(id.0),
        is_withdrawn: Set(true),
        ..Default::default()
    })
    .exec(tx.sql())
    .await?;
    Ok(())
}

/// Lets assessments count no longer; their rows stay.
pub async fn end_all(tx: &Tx<'_>, ids: &[AssessmentId]) -> Result<()> {
    assessment::Entity::update_many()
        .col_expr(assessment::Column::IsWithdrawn, Expr::val(true))
        .filter(assessment::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// The score of an idea as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreRow {
    pub idea: IdeaId,
    pub rubric: RubricId,
    pub rubric_version: Uuid,
    /// As the scoring function made it.
    pub score: IdeaScore,
    pub stale_count: i32,
    pub published_at: Option<Micros>,
    pub submitted_at: Micros,
    /// Made under a rubric that removes the assessors' leniency.
    pub is_corrected: bool,
    pub is_listed: bool,
    pub is_counted: bool,
    pub is_pooled: bool,
}

/// A row as a score.
pub fn read_score(row: idea_score::Model) -> Result<ScoreRow> {
    Ok(ScoreRow {
        idea: IdeaId(row.idea_id),
        rubric: RubricId(row.rubric_id),
        rubric_version: row.rubric_version_id,
        score: serde_json::from_str(&row.card).map_err(Error::internal)?,
        stale_count: row.stale_count,
        published_at: row.published_at,
        submitted_at: row.submitted_at,
        is_corrected: row.correction.is_some(),
        is_listed: row.is_listed,
        is_counted: row.is_counted,
        is_pooled: row.is_pooled,
    })
}

/// The scores of several ideas.
pub async fn scores(
    sql: &impl ConnectionTrait,
    ideas: &[IdeaId],
) -> Result<HashMap<IdeaId, ScoreRow>> {
    let rows = idea_score::Entity::find()
        .filter(idea_score::Column::IdeaId.is_in(ideas.iter().map(|id| id.0)))
        .all(sql)
        .await?;
    rows.into_iter()
        .map(|row| read_score(row).map(|score| (score.idea, score)))
        .collect()
}
