//! What a draft of a rubric would do, in the graph.

use super::graphql_whatif::WhatIfEntry;
use super::queries_explain::read_cut;
use super::queries_preview;
use crate::assessment::store::RubricVersionId;
use crate::graph::session;
use crate::ideas::graphql::{IdeaNode, ideas};
use crate::platform::error::Result;
use async_graphql::{Context, ID, Object, SimpleObject};

/// What publishing a version with `rescore` would do to the backlog of today.
#[derive(SimpleObject)]
pub struct RubricPreview {
    /// How many ranked ideas would have another rank, or none.
    moved_count: i32,
    /// How many would come in above the line, or fall below it.
    crossed_count: i32,
    /// How alike the order would be to that of today: 1 the same, −1 reversed (Kendall's τ-b),
    /// over what everybody sees and has a rank in both; null where that is undefined.
    kendall_tau: Option<f64>,
    /// Those that would move, in the order they would have, at most 100; what would have no
    /// rank comes last.
    entries: Vec<WhatIfEntry>,
    /// Ideas that would stay under an earlier version, in whatever state, by id: their levels
    /// mean something else under this one, or it would show what was given blind.
    not_rescorable: Vec<IdeaNode>,
}

/// What can be asked about drafts.
#[derive(Default)]
pub struct PreviewQuery;

#[Object]
impl PreviewQuery {
    /// What publishing this draft with `rescore` would do to the backlog of today; saves
    /// nothing. Leads and admins may ask; null when there is no such version. Ideas whose score
    /// is not published are left out: their ratings are nobody's yet. Every ranked idea is
    /// computed again, at most 1,000. Not for SEVERITY_ADJUSTED.
    #[graphql(complexity = "2000 + 100 * child_complexity")]
    async fn preview_rubric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft.")] rubric_version_id: ID,
        #[graphql(
            desc = "The line that matters, from 1; SLUICE_CUT, 10 unless set, when left out."
        )]
        cut: Option<i32>,
    ) -> Option<Result<RubricPreview>> {
        preview(ctx, &rubric_version_id, cut).await.transpose()
    }
}

async fn preview(ctx: &Context<'_>, id: &ID, cut: Option<i32>) -> Result<Option<RubricPreview>> {
    let s = session(ctx);
    let id = RubricVersionId::read_argument("rubricVersionId", id)?;
    let cut = cut.map_or(Ok(s.cut()), read_cut)?;
    let Some(found) = queries_preview::preview(s, id, cut).await? else {
        return Ok(None);
    };
    let ids = found.not_rescorable;
    let mut stay = ideas(ctx, ids.iter().copied()).await?;
    let entries: Result<Vec<_>> = found.entries.into_iter().map(WhatIfEntry::of).collect();
    Ok(Some(RubricPreview {
        moved_count: found.moved,
        crossed_count: found.crossed,
        kendall_tau: found.kendall_tau,
        entries: entries?,
        not_rescorable: ids.iter().filter_map(|id| stay.remove(id)).collect(),
    }))
}
