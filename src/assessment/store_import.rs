//! The SQL of what an import must know of assessments and scores: what stands already, in
//! a few statements for a whole batch of ideas.

use super::importing::{Given, Known};
use super::store;
use crate::entity::idea_score;
use crate::ideas;
use crate::ideas::domain::IdeaId;
use crate::platform::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::HashMap;

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
    let mut given: HashMap<IdeaId, Vec<Given>> = HashMap::new();
    for one in store::of_ideas(sql, &ids).await? {
        given.entry(one.idea).or_default().push(Given {
            id: one.id.0,
            assessor: one.assessor,
            counts: one.counts(),
            levels: one
                .ratings
                .into_iter()
                .map(|(key, (level, _))| (key, level))
                .collect(),
        });
    }
    let mut co_authors = ideas::store::co_authors(sql, &ids).await?;
    let mut lines = HashMap::new();
    for row in scores(&ids).all(sql).await? {
        lines.insert(
            IdeaId(row.idea_id),
            (row.published_at.is_some(), row.is_listed),
        );
    }
    let known = found.into_iter().map(|(external_id, idea)| {
        let (was_published, is_listed) = lines.get(&idea.id).copied().unwrap_or_default();
        let given = given.remove(&idea.id).unwrap_or_default();
        let mut authors = co_authors.remove(&idea.id).unwrap_or_default();
        authors.push(idea.author);
        let known = Known {
            idea,
            authors,
            given,
            was_published,
            is_listed,
        };
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
