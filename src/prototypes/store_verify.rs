//! The SQL of `sluice verify` about prototypes. It reads and judges nothing.

use crate::entity::{learning, prototype};
use crate::platform::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use uuid::Uuid;

/// What is kept of the prototypes of one idea.
#[derive(Default)]
pub struct Kept {
    pub prototypes: Vec<prototype::Model>,
    pub learnings: Vec<learning::Model>,
}

/// The same of several ideas: one statement per table.
pub async fn kept(sql: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Kept>> {
    let all = || ids.iter().copied();
    let mut kept: HashMap<Uuid, Kept> = HashMap::new();
    let rows = prototype::Entity::find().filter(prototype::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().prototypes.push(row);
    }
    let rows = learning::Entity::find().filter(learning::Column::IdeaId.is_in(all()));
    for row in rows.all(sql).await? {
        kept.entry(row.idea_id).or_default().learnings.push(row);
    }
    Ok(kept)
}
