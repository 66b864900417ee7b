//! The SQL of what an import must know of assessments and scores: what stands already, in
//! a few statements for a whole batch of ideas.

use super::importing::{Given, Known};
use crate::entity::{assessment, idea_score, rating};
use crate::ideas;
use crate::ideas::domain::IdeaId;
use crate::identity::domain::MemberId;
use crate::platform::error::Result;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use std::collections::HashMap;
use uuid::Uuid;

/// What the house knows of the ideas with these external ids, by external id.
pub async fn known(
    sql: &impl ConnectionTrait,
    external_ids: &[&str],
) -> Result<HashMap<String, Known>> {
    let found = ideas::store_import::by_external_id(sql, external_ids).await?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<IdeaId> = found.values().map(|idea| idea.id).collect();
    let mut given = given(sql, &ids).await?;
    let mut co_authors = ideas::store::co_authors(sql, &ids).await?;
    let mut lines = HashMap::new();
    for row in scores(&ids).all(sql).await? {
        lines.insert(IdeaId(row.idea_id), (row.published_at.is_some(), row.is_listed));
    }
    let known = found.into_iter().map(|(external_id, idea)| {
        let (was_published, is_listed) = lines.get(&idea.id).copied().unwrap_or_default();
        let given = given.remove(&idea.id).unwrap_or_default();
        let mut authors = co_authors.remove(&idea.id).unwrap_or_default();
        authors.push(idea.author);
        let known = Known { idea, authors, given, was_published, is_listed };
        (external_id, known)
    });
    Ok(known.collect())
}

/// How many of these ideas have a place in the ranked backlog.
pub async fn ranked(sql: &impl ConnectionTrait, ideas: &[IdeaId]) -> Result<u64> {
    let listed = scores(ideas).filter(idea_score::Column::IsListed.eq(true));
    Ok(listed.count(sql).await?)
}

fn scores(ideas: &[IdeaId]) -> sea_orm::Select<idea_score::Entity> {
    idea_score::Entity::find().filter(idea_score::Column::IdeaId.is_in(ideas.iter().map(|id| id.0)))
}

/// The assessments of several ideas, in the order in which they first came.
async fn given(
    sql: &impl ConnectionTrait,
    ideas: &[IdeaId],
) -> Result<HashMap<IdeaId, Vec<Given>>> {
    let rows = assessment::Entity::find()
        .filter(assessment::Column::IdeaId.is_in(ideas.iter().map(|id| id.0)))
        .order_by_asc(assessment::Column::Alias)
        .all(sql)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut levels: HashMap<Uuid, HashMap<String, Option<f64>>> = HashMap::new();
    // An assessment is a handful of ratings; SQLite takes 32,766 ids in one statement.
    for part in ids.chunks(10_000) {
        let answers = rating::Entity::find()
            .filter(rating::Column::AssessmentId.is_in(part.iter().copied()))
            .all(sql)
            .await?;
        for row in answers {
            levels.entry(row.assessment_id).or_default().insert(row.criterion, row.level);
        }
    }
    let mut by_idea: HashMap<IdeaId, Vec<Given>> = HashMap::new();
    for row in rows {
        by_idea.entry(IdeaId(row.idea_id)).or_default().push(Given {
            id: row.id,
            assessor: MemberId(row.assessor_id),
            counts: row.is_complete && !row.is_withdrawn,
            levels: levels.remove(&row.id).unwrap_or_default(),
        });
    }
    Ok(by_idea)
}
