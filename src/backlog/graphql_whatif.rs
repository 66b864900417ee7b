//! Other weights in the graph.

use super::folds::Folds;
use super::graphql::{BacklogFilter, whole};
use super::queries_whatif::{self as queries, Entry, NewWeight};
use crate::assessment::scoring::shown;
use crate::assessment::shelf::Shelf;
use crate::graph::{page_cost, session};
use crate::ideas::graphql::IdeaNode;
use crate::platform::error::{Error, Result};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use std::sync::Arc;

/// A weight to try.
#[derive(InputObject)]
pub struct WeightInput {
    /// Key of the criterion.
    criterion: String,
    /// Its share of the whole, 0 to 1.
    weight: f64,
}

/// The order of the backlog under other weights.
#[derive(SimpleObject)]
pub struct WhatIf {
    /// How alike the order is to that of today: 1 the same, −1 reversed (Kendall's τ-b), over
    /// all ideas the filter lets through that have a rank in both; null where all have the
    /// same rank, or fewer than two have one.
    kendall_tau: Option<f64>,
    /// The best of those the filter lets through, in the order they would have; what would
    /// have no rank comes last.
    entries: Vec<WhatIfEntry>,
}

/// An idea in both orders.
#[derive(SimpleObject)]
pub struct WhatIfEntry {
    /// The idea.
    idea: IdeaNode,
    /// The rank it would have; null when none of its assessments, or fewer than the quorum,
    /// would cover enough of the weight.
    rank: Option<i32>,
    /// The rank it has, or would take in the backlog of today.
    rank_now: Option<i32>,
    /// The score it would have, two decimals; null as `rank`.
    score: Option<f64>,
    /// The score it has.
    score_now: Option<f64>,
}

impl WhatIfEntry {
    /// An idea in both orders.
    pub(super) fn of(entry: Entry) -> Result<Self> {
        let rank = |of: Option<(i32, u32)>| of.map(|(_, rank)| whole(rank)).transpose();
        Ok(Self {
            idea: entry.ranked.idea.into(),
            rank: rank(entry.then)?,
            rank_now: rank(Some(entry.now))?,
            score: entry.then.map(|(key, _)| shown(key)),
            score_now: Some(shown(entry.now.0)),
        })
    }
}

/// What can be asked about other weights.
#[derive(Default)]
pub struct WhatIfQuery;

#[Object]
impl WhatIfQuery {
    /// The order under other weights; saves nothing. The named criteria take these shares of
    /// the whole, the others divide the rest as before: named ones add up to 1 at most, all
    /// of them to 1. Ideas under an earlier version of the rubric that lacks one of these
    /// criteria keep their score. Every ranked idea is computed again, which
    /// is what it costs. Not for RICE, ICE and WSJF, which have no weights, nor for SEVERITY_ADJUSTED.
    #[graphql(complexity = "12_000 + page_cost(first.or(Some(20)), None, child_complexity)")]
    async fn what_if(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The shares to try; none: those of today.")] weights: Vec<WeightInput>,
        #[graphql(desc = "Which ideas are shown; ranks do not depend on it.")] filter: Option<
            BacklogFilter,
        >,
        #[graphql(default = 20, desc = "How many at most, up to 100.")] first: Option<i32>,
    ) -> Option<Result<WhatIf>> {
        let answer = async {
            let s = session(ctx);
            let (rubric, filter) = filter.unwrap_or_default().read()?;
            let rubric = super::queries::rubric(s, rubric.as_deref(), "filter").await?;
            let first = read_first(first.unwrap_or(20))?;
            let weights: Vec<NewWeight> = weights
                .into_iter()
                .map(|one| NewWeight {
                    criterion: one.criterion,
                    share: one.weight,
                })
                .collect();
            let folds = ctx.data_unchecked::<Arc<Folds>>();
            let shelf = ctx.data_unchecked::<Arc<Shelf>>();
            let wanted = (&weights[..], &filter);
            let found = queries::what_if(s, folds, shelf, &rubric, wanted, first).await?;
            let entries: Result<Vec<_>> = found.entries.into_iter().map(WhatIfEntry::of).collect();
            Ok(WhatIf {
                kendall_tau: found.kendall_tau,
                entries: entries?,
            })
        };
        Some(answer.await)
    }
}

/// How many are wanted, 0 to 100.
pub(super) fn read_first(first: i32) -> Result<usize> {
    let most = queries::MOST_ENTRIES;
    usize::try_from(first)
        .ok()
        .filter(|first| *first <= most)
        .ok_or_else(|| {
            let told = format!("`first` is {first}; it goes from 0 to {most}.");
            Error::invalid_argument("first", "PAGE_TOO_LARGE", told)
        })
}
