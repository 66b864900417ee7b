//! Frozen rankings in the graph.

use super::commands_rankings as commands;
use super::folds::Folds;
use super::graphql::BacklogFilter;
use super::queries_rankings as queries;
use super::store_rankings::{Ranking, RankingId};
use crate::assessment::graphql::{RubricVersionNode, rubric_version};
use crate::assessment::scoring::shown;
use crate::assessment::shelf::Shelf;
use crate::assessment::store::RubricVersionId;
use crate::graph::{DateTime, Total, change, connection, page_cost, session};
use crate::ideas::graphql::IdeaNode;
use crate::identity::graphql::{MemberNode, member};
use crate::platform::error::{Error, Result};
use crate::platform::page::PageArgs;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use std::sync::Arc;

connection!(
    RankingConnection,
    RankingEdge,
    RankingNode,
    "frozen rankings"
);
connection!(
    RankingEntryConnection,
    RankingEntryEdge,
    RankingEntry,
    "a frozen ranking"
);

/// A ranking as it was published.
pub struct RankingNode(Ranking);

/// The ranking of one day, as everybody saw it then, with all that is needed to compute it
/// again.
#[Object(name = "Ranking")]
impl RankingNode {
    /// Opaque; names this ranking for ever.
    pub async fn id(&self) -> ID {
        self.0.id().opaque().into()
    }

    /// From 1, over all rubrics, without gaps.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// When it was frozen.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }

    /// Who froze it; null when no person did.
    async fn published_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self.0.published_by() {
            Some(id) => member(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The version of the rubric that was in use. An idea that was assessed under an earlier
    /// one was ranked by that.
    async fn rubric_version(&self, ctx: &Context<'_>) -> Result<RubricVersionNode> {
        let id = RubricVersionId(self.0.rubric_version_id);
        let found = rubric_version(ctx, id).await?;
        found.ok_or_else(|| Error::internal("a version of a rubric is gone"))
    }

    /// SHA-256 of everything it is computed from, in hexadecimal.
    async fn input_hash(&self) -> &str {
        &self.0.input_hash
    }

    /// Its ideas, the best first. Ranks and scores are those of the day; an idea that the
    /// caller may not see any more is left out, and its rank with it.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<RankingEntryConnection> {
        let (s, id) = (session(ctx).clone(), self.0.id());
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = queries::entries(&s, id, args).await?;
        let total = Total::by(move || {
            let s = s.clone();
            async move { queries::entry_count(&s, id).await }
        });
        Ok(RankingEntryConnection::of(page, total, |(row, cursor)| {
            let entry = RankingEntry {
                rank: row.rank,
                score: shown(row.key),
                idea: row.idea.into(),
            };
            (cursor, entry)
        }))
    }

    /// Whether computing it again now, from what was frozen, gives the same ranks and scores
    /// and what was frozen still has its hash. Costs as much as a ranking: not for a list.
    #[graphql(complexity = 4000)]
    async fn is_reproduced(&self, ctx: &Context<'_>) -> Option<Result<bool>> {
        Some(queries::is_reproduced(session(ctx), self.0.id()).await)
    }
}

/// A line of a frozen ranking.
#[derive(SimpleObject)]
pub struct RankingEntry {
    /// From 1; ideas with the same score share a rank, and the next ones are left out.
    rank: i32,
    /// Two decimals.
    score: f64,
    /// The idea as it is now.
    idea: IdeaNode,
}

/// The ranking with this id.
pub async fn ranking(ctx: &Context<'_>, id: RankingId) -> Result<Option<RankingNode>> {
    let found = queries::by_id(session(ctx), id).await?;
    Ok(found.map(RankingNode))
}

/// What can be asked about frozen rankings.
#[derive(Default)]
pub struct RankingQuery;

#[Object]
impl RankingQuery {
    /// A frozen ranking; null when there is none with that number.
    async fn ranking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From 1.")] number: i32,
    ) -> Option<Result<RankingNode>> {
        let found = queries::by_number(session(ctx), number).await;
        found.map(|found| found.map(RankingNode)).transpose()
    }

    /// All frozen rankings, the latest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn rankings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<RankingConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let s = session(ctx).clone();
        let page = queries::page(&s, args).await;
        let total = Total::by(move || {
            let s = s.clone();
            async move { super::store_rankings::count(s.reader()).await }
        });
        Some(page.map(|page| {
            RankingConnection::of(page, total, |(row, cursor)| (cursor, RankingNode(row)))
        }))
    }
}

/// Freezes the ranking of now.
#[derive(Clone, InputObject)]
pub struct PublishRankingInput {
    /// Why, up to 10,000 characters.
    reason: String,
    /// Which ideas stand in it, of those in the backlog that everybody sees; all when left
    /// out. It moves no rank.
    filter: Option<BacklogFilter>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// A ranking that was frozen.
#[derive(SimpleObject)]
pub struct PublishRankingPayload {
    /// The ranking.
    ranking: RankingNode,
}

/// What is done with rankings.
#[derive(Default)]
pub struct RankingMutation;

#[Object]
impl RankingMutation {
    /// Freezes the ranking of now with all that it is computed from, for everybody to read
    /// and to compute again. Leads and admins may. At most 20,000 ideas.
    async fn publish_ranking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Why, and which ideas.")] input: PublishRankingInput,
    ) -> Option<Result<PublishRankingPayload>> {
        let folds = ctx.data_unchecked::<Arc<Folds>>();
        let shelf = ctx.data_unchecked::<Arc<Shelf>>();
        let key = input.idempotency_key.as_deref();
        let published = change(ctx, "publishRanking", key, |s| {
            let input = input.clone();
            async move {
                let which = input.filter.unwrap_or_default().read();
                commands::publish(&s, folds, shelf, &input.reason, which).await
            }
        });
        let answer = async {
            let found = ranking(ctx, published.await?).await?;
            let ranking = found.ok_or_else(|| Error::internal("a ranking is gone"))?;
            Ok(PublishRankingPayload { ranking })
        };
        Some(answer.await)
    }
}
