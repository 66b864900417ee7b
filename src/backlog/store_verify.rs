//! The SQL of `sluice verify` about the log of score changes. It reads and judges nothing.

use crate::entity::score_change;
use crate::platform::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// What the log says of several ideas, by idea, in its order.
pub async fn changes(
    sql: &impl ConnectionTrait,
    ideas: &[Uuid],
) -> Result<HashMap<Uuid, Vec<score_change::Model>>> {
    let rows = score_change::Entity::find()
        .filter(score_change::Column::IdeaId.is_in(ideas.iter().copied()))
        .order_by_asc(score_change::Column::Id)
        .all(sql)
        .await?;
    let mut by_idea: HashMap<Uuid, Vec<score_change::Model>> = HashMap::new();
    for row in rows {
        by_idea.entry(row.idea_id).or_default().push(row);
    }
    Ok(by_idea)
}
