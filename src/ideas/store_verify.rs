//! The SQL of `sluice verify` about ideas: everything that is kept of several, whoever may
//! see them. It reads and judges nothing.

use super::domain::IdeaId;
use super::store_clusters::support_counts;
use crate::entity::{
    absorption, appeal, assignment, comment, conflict, decision, decision_review, idea,
    idea_revision, idea_tag, merge, note, question, support,
};
use crate::platform::error::Result;
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What is kept of one idea.
#[derive(Default)]
pub struct Kept {
    pub idea: Option<idea::Model>,
    pub revisions: Vec<idea_revision::Model>,
    pub decisions: Vec<decision::Model>,
    pub appeals: Vec<appeal::Model>,
    pub reviews: Vec<decision_review::Model>,
    pub questions: Vec<question::Model>,
    pub notes: Vec<note::Model>,
    pub comments: Vec<comment::Model>,
    pub conflicts: Vec<conflict::Model>,
    pub assignments: Vec<assignment::Model>,
    pub tags: Vec<String>,
    /// How many rows of support there are.
    pub supports: i64,
    /// How many people support it, with those of what was merged into it.
    pub people: i64,
    /// Its merges into others, those too that were undone.
    pub merges: Vec<merge::Model>,
    /// What it is part of: whether that goes on, and whether its supporters count there.
    pub within: BTreeMap<Uuid, (bool, bool)>,
}

/// What is kept of several ideas: one statement per table.
pub async fn kept(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Kept>> {
    let all = || ids.iter().copied();
    let mut kept: HashMap<Uuid, Kept> = all().map(|id| (id, Kept::default())).collect();
    let rows = idea::Entity::find().filter(idea::Column::Id.is_in(all()));
    for row in rows.all(sql).await? {
        let id = row.id;
        kept.entry(id).or_default().idea = Some(row);
    }
    let rows = idea_revision::Entity::find().filter(idea_revision::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().revisions.push(row);
    }
    let rows = decision::Entity::find().filter(decision::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().decisions.push(row);
    }
    let rows = question::Entity::find().filter(question::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().questions.push(row);
    }
    let rows = appeal::Entity::find().filter(appeal::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().appeals.push(row);
    }
    let rows = decision_review::Entity::find().filter(decision_review::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().reviews.push(row);
    }
    let rows = note::Entity::find().filter(note::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().notes.push(row);
    }
    let rows = comment::Entity::find().filter(comment::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().comments.push(row);
    }
    let rows = conflict::Entity::find().filter(conflict::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().conflicts.push(row);
    }
    let rows = assignment::Entity::find().filter(assignment::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().assignments.push(row);
    }
    let rows = idea_tag::Entity::find().filter(idea_tag::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().tags.push(row.tag);
    }
    let counts = Query::select()
        .column(support::Column::IdeaId)
        .expr_as(Expr::cust("count(*)"), Alias::new("supports"))
        .from(support::Entity)
        .and_where(support::Column::IdeaId.is_in(all()))
        .group_by_col(support::Column::IdeaId)
        .to_owned();
    for row in sql.query_all(&counts).await? {
        let id: Uuid = row.try_get("", "idea_id")?;
        kept.entry(id).or_default().supports = row.try_get("", "supports")?;
    }
    let named: Vec<IdeaId> = all().map(IdeaId).collect();
    for (id, people) in support_counts(sql, &named).await? {
        kept.entry(id.0).or_default().people = people;
    }
    let rows = merge::Entity::find().filter(merge::Column::AbsorbedId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.absorbed_id).or_default().merges.push(row);
    }
    let rows = absorption::Entity::find().filter(absorption::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        let within = &mut kept.entry(row.idea_id).or_default().within;
        within.insert(row.within_id, (row.is_survivor, row.is_counted));
    }
    Ok(kept)
}

/// The idea into which each absorbed one was merged, of all that there are.
pub async fn edges(sql: &impl ConnectionTrait) -> Result<HashMap<Uuid, Uuid>> {
    let rows = merge::Entity::find().filter(merge::Column::EndedAt.is_null());
    let rows = rows.all(sql).await?.into_iter();
    Ok(rows.map(|row| (row.absorbed_id, row.into_id)).collect())
}
