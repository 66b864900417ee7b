//! The SQL of merging ideas and setting them free again. Whoever calls it holds the lock of
//! both ideas, and of every one whose count changes.

use super::domain::{DecisionId, Idea, IdeaId, Visibility};
use super::store_clusters as clusters;
use crate::entity::{absorption, idea, merge};
use crate::platform::db::{Tx, row_of};
use crate::platform::error::{Error, Result};
use crate::policy::{MergeIdeas, Permit, UnmergeIdeas};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};

/// Makes an idea, with all that it has absorbed, part of another one that goes on.
pub async fn absorb(
    tx: &Tx<'_>,
    _: &Permit<MergeIdeas>,
    absorbed: &Idea,
    into: &mut Idea,
    decision: DecisionId,
) -> Result<()> {
    let edge = merge::Model {
        decision_id: decision.0,
        absorbed_id: absorbed.id.0,
        into_id: into.id.0,
        since: tx.now(),
        ended_at: None,
    };
    merge::Entity::insert(row_of(edge))
        .exec_without_returning(tx.sql())
        .await?;
    outlive(tx, absorbed.id, false).await?;
    let mut parts = Query::select();
    parts
        .column(absorption::Column::IdeaId)
        .expr(Expr::val(into.id.0))
        .expr(Expr::val(true))
        .column(absorption::Column::IsCounted)
        .from(absorption::Entity)
        .and_where(absorption::Column::WithinId.eq(absorbed.id.0));
    let mut along = Query::insert();
    along
        .into_table(absorption::Entity)
        .columns([
            absorption::Column::IdeaId,
            absorption::Column::WithinId,
            absorption::Column::IsSurvivor,
            absorption::Column::IsCounted,
        ])
        .select_from(parts)
        .map_err(Error::internal)?;
    tx.sql().execute(&along).await?;
    let own = absorption::Model {
        idea_id: absorbed.id.0,
        within_id: into.id.0,
        is_survivor: true,
        is_counted: absorbed.visibility == Visibility::Organization,
    };
    absorption::Entity::insert(row_of(own))
        .exec_without_returning(tx.sql())
        .await?;
    into.support_count = count_supporters(tx, &[into.id]).await?[&into.id];
    Ok(())
}

/// Sets an idea free again, with all that it has absorbed, from all that it is part of.
pub async fn release(
    tx: &Tx<'_>,
    _: &Permit<UnmergeIdeas>,
    absorbed: &Idea,
    survivor: &mut Idea,
    within: &BTreeSet<IdeaId>,
) -> Result<()> {
    merge::Entity::update_many()
        .col_expr(merge::Column::EndedAt, Expr::val(tx.now()))
        .filter(merge::Column::AbsorbedId.eq(absorbed.id.0))
        .filter(merge::Column::EndedAt.is_null())
        .exec(tx.sql())
        .await?;
    let above: Vec<IdeaId> = within.iter().copied().collect();
    let is_part = absorption::Column::IdeaId
        .eq(absorbed.id.0)
        .or(absorption::Column::IdeaId.in_subquery(parts_of(absorbed.id)));
    absorption::Entity::delete_many()
        .filter(absorption::Column::WithinId.is_in(above.iter().map(|id| id.0)))
        .filter(is_part)
        .exec(tx.sql())
        .await?;
    outlive(tx, absorbed.id, true).await?;
    survivor.support_count = count_supporters(tx, &above).await?[&survivor.id];
    Ok(())
}

/// Says of all that an idea has absorbed whether they go on in it.
async fn outlive(tx: &Tx<'_>, id: IdeaId, is_survivor: bool) -> Result<()> {
    absorption::Entity::update_many()
        .col_expr(absorption::Column::IsSurvivor, Expr::val(is_survivor))
        .filter(absorption::Column::WithinId.eq(id.0))
        .exec(tx.sql())
        .await?;
    Ok(())
}

fn parts_of(id: IdeaId) -> SelectStatement {
    Query::select()
        .column(absorption::Column::IdeaId)
        .from(absorption::Entity)
        .and_where(absorption::Column::WithinId.eq(id.0))
        .to_owned()
}

/// Counts the supporters of these ideas anew, and keeps the numbers.
pub async fn count_supporters(tx: &Tx<'_>, ids: &[IdeaId]) -> Result<HashMap<IdeaId, i64>> {
    let counts = clusters::support_counts(tx.sql(), ids).await?;
    for (id, count) in &counts {
        idea::Entity::update_many()
            .col_expr(idea::Column::SupportCount, Expr::val(*count))
            .filter(idea::Column::Id.eq(id.0))
            .filter(idea::Column::SupportCount.ne(*count))
            .exec(tx.sql())
            .await?;
    }
    Ok(counts)
}
