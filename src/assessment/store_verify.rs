//! The SQL of `sluice verify` about assessments, scores and rubrics. It reads and judges
//! nothing.

use crate::entity::{assessment, idea_score, leniency, rating, rubric_change, rubric_version};
use crate::platform::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// An assessment as its rows stand.
pub type Rows = (assessment::Model, Vec<rating::Model>);

/// All assessments of several ideas, by idea.
pub async fn assessments(
    sql: &impl ConnectionTrait,
    ideas: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Rows>>> {
    let rows = assessment::Entity::find()
        .filter(assessment::Column::IdeaId.is_in(ideas.iter().copied()))
        .order_by_asc(assessment::Column::Alias)
        .all(sql)
        .await?;
    let mut ratings: HashMap<Uuid, Vec<rating::Model>> = HashMap::new();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    for part in ids.chunks(10_000) {
        let given = rating::Entity::find()
            .filter(rating::Column::AssessmentId.is_in(part.iter().copied()))
            .all(sql)
            .await?;
        for row in given {
            ratings.entry(row.assessment_id).or_default().push(row);
        }
    }
    let mut by_idea: HashMap<Uuid, Vec<Rows>> = HashMap::new();
    for row in rows {
        let given = ratings.remove(&row.id).unwrap_or_default();
        by_idea.entry(row.idea_id).or_default().push((row, given));
    }
    Ok(by_idea)
}

/// The lines of several ideas in the table of scores, by idea.
pub async fn lines(
    sql: &impl ConnectionTrait,
    ideas: &[Uuid],
) -> Result<HashMap<Uuid, idea_score::Model>> {
    let rows = idea_score::Entity::find()
        .filter(idea_score::Column::IdeaId.is_in(ideas.iter().copied()))
        .all(sql)
        .await?;
    Ok(rows.into_iter().map(|row| (row.idea_id, row)).collect())
}

/// What was done with several rubrics, and why.
pub async fn changes(
    sql: &impl ConnectionTrait,
    rubrics: &[Uuid],
) -> Result<Vec<rubric_change::Model>> {
    Ok(rubric_change::Entity::find()
        .filter(rubric_change::Column::RubricId.is_in(rubrics.iter().copied()))
        .all(sql)
        .await?)
}

/// Every version of several rubrics.
pub async fn versions(
    sql: &impl ConnectionTrait,
    rubrics: &[Uuid],
) -> Result<Vec<rubric_version::Model>> {
    Ok(rubric_version::Entity::find()
        .filter(rubric_version::Column::RubricId.is_in(rubrics.iter().copied()))
        .order_by_asc(rubric_version::Column::Number)
        .all(sql)
        .await?)
}

/// What is kept of everybody's leniency, by rubric and assessor.
pub async fn leniencies(sql: &impl ConnectionTrait) -> Result<HashMap<(Uuid, Uuid), i64>> {
    let rows = leniency::Entity::find().all(sql).await?;
    let read = |row: leniency::Model| ((row.rubric_id, row.member_id), row.leniency);
    Ok(rows.into_iter().map(read).collect())
}
