//! The ranked backlog in the graph.

use super::explain::{ChangeKind, RankChange};
use super::folds::Folds;
use super::loaders::{Movements, Moving};
use super::movement::Cause;
use super::queries::{self, Entry, Rank};
use super::queries_explain::{self, Explanation, Neighbor};
use super::store_filter::BacklogFilter as Filter;
use crate::assessment::graphql::{CriterionNode, Scorecard};
use crate::assessment::scoring;
use crate::assessment::scoring::shown;
use crate::assessment::shelf::Shelf;
use crate::assessment::store::RubricVersion;
use crate::graph::{DateTime, Total, connection, page_cost, session};
use crate::ideas::domain::IdeaId;
use crate::ideas::graphql::IdeaNode;
use crate::ideas::lifecycle::State;
use crate::ideas::lists::Apart;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::ids::opaque;
use crate::platform::page::PageArgs;
use crate::platform::text::clean;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use std::sync::Arc;

/// How far apart the assessors of an idea are, for every filter that asks.
pub type Disagreement = scoring::Disagreement;

/// Which ranked ideas are wanted. All that is given must hold; an empty list matches nothing.
#[derive(Clone, InputObject, Default)]
pub struct BacklogFilter {
    /// Without it the backlog. Other states list published ideas with the rank they would take.
    states: Option<Vec<State>>,
    /// With all of these tags.
    tags: Option<Vec<String>>,
    /// Key of the rubric they are ranked under; the default rubric when left out.
    rubric: Option<String>,
    /// Shown as so many points or more.
    minimum_score: Option<f64>,
    /// Words that must all stand in the idea.
    search: Option<String>,
    /// How far apart the assessors are.
    disagreement: Option<Disagreement>,
}

impl BacklogFilter {
    /// The rubric's key, and the rest of the filter once nothing is wrong with it.
    pub fn read(self) -> Result<(Option<String>, Filter)> {
        let filter = Filter {
            states: self.states,
            tags: self.tags,
            minimum_score: self.minimum_score,
            search: self.search.map(|search| clean(&search)),
            disagreement: self.disagreement,
        };
        filter.check()?;
        Ok((self.rubric, filter))
    }
}

connection!(
    BacklogConnection,
    BacklogEdge,
    BacklogEntry,
    "the ranked backlog"
);

/// A ranked idea and where it stands.
pub struct BacklogEntry {
    entry: Entry,
    rank: Rank,
}

/// One line of the backlog. One per idea: `rank` never depends on the filter.
#[Object]
impl BacklogEntry {
    /// Follows from the idea alone.
    async fn id(&self) -> ID {
        opaque("entry", self.entry.idea.id.0).into()
    }

    /// From 1; ideas with the same score share a rank, and the next ones are left out
    /// (1, 2, 2, 4). A confidential idea shows the rank it would take.
    async fn rank(&self) -> Result<i32> {
        whole(self.rank.rank)
    }

    /// The best rank it could well have: 1 + how many are clearly better. Null under
    /// SEVERITY_ADJUSTED beyond 5,000 ideas.
    async fn rank_low(&self) -> Option<Result<i32>> {
        Some(whole(self.rank.bands?.low))
    }

    /// The worst rank it could well have: all but those that are clearly worse. Null as
    /// `rankLow` is.
    async fn rank_high(&self) -> Option<Result<i32>> {
        Some(whole(self.rank.bands?.high))
    }

    /// Whether another idea has exactly its score.
    async fn is_tied(&self) -> bool {
        self.rank.tied > 0
    }

    /// The idea.
    async fn idea(&self) -> IdeaNode {
        IdeaNode::placed(
            self.entry.idea.clone(),
            self.entry.author.clone(),
            self.entry.placed.clone(),
        )
    }

    /// Its score, line by line.
    async fn scorecard(&self, ctx: &Context<'_>) -> Result<Scorecard> {
        Scorecard::of(ctx, self.entry.placed.clone()).await
    }

    /// Against seven days ago; null when it was not ranked then.
    async fn movement(&self, ctx: &Context<'_>) -> Result<Option<Movement>> {
        let loader = ctx.data_unchecked::<DataLoader<Movements>>();
        let moved = loader.load_one(Moving(self.entry.placed.clone())).await?;
        let Some(moved) = moved else { return Ok(None) };
        let (then, now) = (whole(moved.rank_then)?, whole(moved.rank_now)?);
        Ok(Some(Movement {
            rank_then: then,
            change: then - now,
            since: DateTime(moved.since),
            cause: moved.parts.cause(),
            sentence: moved.parts.sentence(moved.rank_then, moved.rank_now),
        }))
    }
}

/// How a rank moved.
#[derive(SimpleObject)]
pub struct Movement {
    /// The rank it had then.
    rank_then: i32,
    /// Ranks gained since; negative when it fell.
    change: i32,
    /// When "then" was: seven days ago, to the minute.
    since: DateTime,
    /// What the whole change comes from; SEVERAL where it comes from more than one thing, or
    /// where nothing happened.
    cause: Cause,
    /// The same in plain words: how many places by what. The parts add up to the change.
    sentence: String,
}

/// Why an idea stands where it stands.
pub struct RankExplanation(Explanation);

/// Why an idea stands where it stands, and what would have to change.
#[Object]
impl RankExplanation {
    /// The idea.
    async fn idea(&self) -> IdeaNode {
        self.0.idea.clone().into()
    }

    /// From 1. A confidential idea has the rank it would take among those everybody sees.
    async fn rank(&self) -> Result<i32> {
        whole(self.0.rank.rank)
    }

    /// How many ideas are ranked.
    async fn rank_of(&self) -> Result<i32> {
        whole(self.0.of)
    }

    /// The best rank it could well have; null under SEVERITY_ADJUSTED beyond 5,000 ideas.
    async fn rank_low(&self) -> Option<Result<i32>> {
        Some(whole(self.0.rank.bands?.low))
    }

    /// The worst rank it could well have; null as `rankLow` is.
    async fn rank_high(&self) -> Option<Result<i32>> {
        Some(whole(self.0.rank.bands?.high))
    }

    /// How many others have exactly its score.
    async fn tied_count(&self) -> Result<i32> {
        whole(self.0.rank.tied)
    }

    /// Those others, in the order of the list.
    #[graphql(complexity = "20 + page_cost(first.or(Some(10)), None, child_complexity)")]
    async fn tied_with(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10, desc = "How many at most, up to 100.")] first: Option<i32>,
    ) -> Result<Vec<IdeaNode>> {
        let first = first.unwrap_or(10);
        let most = u64::try_from(first)
            .ok()
            .filter(|most| *most <= 100)
            .ok_or_else(|| {
                let mut faults = Faults::default();
                let told = format!("`first` is {first}; it goes from 0 to 100.");
                faults.add_argument("first", "PAGE_TOO_LARGE", told);
                Error::Invalid(faults)
            })?;
        let tied = queries_explain::tied_with(session(ctx), &self.0.placed.score, most).await?;
        Ok(tied.into_iter().map(|ranked| ranked.idea.into()).collect())
    }

    /// Its score, line by line.
    async fn scorecard(&self, ctx: &Context<'_>) -> Result<Scorecard> {
        Scorecard::of(ctx, self.0.placed.clone()).await
    }

    /// How many ideas are clearly better: further ahead than chance explains, at 90 %. Null as
    /// `rankLow` is.
    async fn clearly_better(&self) -> Option<Result<i32>> {
        Some(whole(self.0.rank.bands?.clearly_better))
    }

    /// How many ideas are clearly worse; null as `rankLow` is.
    async fn clearly_worse(&self) -> Option<Result<i32>> {
        Some(whole(self.0.rank.bands?.clearly_worse))
    }

    /// Its chance, from 0 to 1, to belong to the best `cut` ideas that are ranked; null
    /// without a cut. Above 0.8 it is secure, below 0.2 unlikely, between them too close to
    /// call: one more assessment would tell more than the score does.
    async fn top_chance(&self) -> Option<f64> {
        self.0.top_chance
    }

    /// The nearest idea with a higher score; null at the top.
    async fn above(&self) -> Option<RankNeighbor<'_>> {
        self.neighbor(self.0.above.as_ref()?)
    }

    /// The nearest idea with a lower score; null at the end.
    async fn below(&self) -> Option<RankNeighbor<'_>> {
        self.neighbor(self.0.below.as_ref()?)
    }

    /// The smallest changes, one criterion at a time, that would lift it past the one above,
    /// or over the cut when one is given and it stands outside. Changes of its levels first,
    /// then of the rubric's weights; those are told while at most 2,000 ideas are ranked and
    /// every assessment of both ideas is fully answered. Empty when nothing would do.
    async fn changes(&self) -> Vec<RankChangeNode> {
        self.0
            .changes
            .iter()
            .map(|change| RankChangeNode {
                change: change.clone(),
                version: Arc::clone(&self.0.version),
            })
            .collect()
    }

    /// The same in plain words.
    async fn sentence(&self) -> &str {
        &self.0.sentence
    }
}

impl RankExplanation {
    fn neighbor<'a>(&'a self, neighbor: &'a Neighbor) -> Option<RankNeighbor<'a>> {
        Some(RankNeighbor {
            neighbor,
            version: &self.0.version,
        })
    }
}

/// A neighbor of the idea that is explained.
pub struct RankNeighbor<'a> {
    neighbor: &'a Neighbor,
    version: &'a Arc<RubricVersion>,
}

/// The nearest idea with another score, and how far it is away.
#[Object]
impl RankNeighbor<'_> {
    /// The neighbor.
    async fn idea(&self) -> IdeaNode {
        self.neighbor.ranked.idea.clone().into()
    }

    /// Its shown total less that of the idea explained, in points: positive when it is ahead.
    async fn gap(&self) -> f64 {
        shown(self.neighbor.gap.total)
    }

    /// Whether that is more than chance explains, at 90 %.
    async fn is_clear(&self) -> bool {
        self.neighbor.gap.is_clear
    }

    /// The gap by criterion, in the rubric's order; with `severityCorrection` the lines add up
    /// to it exactly.
    async fn lines(&self) -> Vec<GapLine> {
        let lines = self.neighbor.gap.lines.iter().enumerate();
        lines
            .map(|(index, gap)| GapLine {
                criterion: CriterionNode {
                    version: Arc::clone(self.version),
                    index,
                },
                gap: shown(*gap),
            })
            .collect()
    }

    /// What removing the assessors' leniency adds to the gap, beside the lines. Under MEAN and
    /// TRIMMED_MEAN: 0.
    async fn severity_correction(&self) -> f64 {
        shown(self.neighbor.gap.correction)
    }
}

/// What one criterion adds to a gap.
#[derive(SimpleObject)]
pub struct GapLine {
    /// Which one.
    criterion: CriterionNode,
    /// In points: positive where the neighbor is ahead.
    gap: f64,
}

/// A change that would lift an idea.
pub struct RankChangeNode {
    change: RankChange,
    version: Arc<RubricVersion>,
}

/// One change that would lift an idea; all else stays as it is.
#[Object(name = "RankChange")]
impl RankChangeNode {
    /// What is changed.
    async fn kind(&self) -> ChangeKind {
        self.change.kind
    }

    /// Of which criterion.
    async fn criterion(&self) -> CriterionNode {
        CriterionNode {
            version: Arc::clone(&self.version),
            index: self.change.criterion,
        }
    }

    /// The mean level, or the share, as it is now.
    async fn from(&self) -> f64 {
        self.change.from
    }

    /// What it would have to be.
    async fn to(&self) -> f64 {
        self.change.to
    }

    /// The rank the idea would have then.
    async fn rank_after(&self) -> Result<i32> {
        whole(self.change.rank_after)
    }

    /// The same in plain words.
    async fn sentence(&self) -> &str {
        &self.change.sentence
    }
}

/// What can be asked about the backlog.
#[derive(Default)]
pub struct BacklogQuery;

#[Object]
impl BacklogQuery {
    /// Ranked ideas in order, best first: by score, then more assessments, then the earlier
    /// submission. Without a filter those in state BACKLOG under the default rubric. Costs
    /// the same at any depth.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn backlog(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<BacklogFilter>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<BacklogConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        Some(backlog(ctx, filter.unwrap_or_default(), args).await)
    }

    /// Why the idea stands where it stands; null when it has no rank, or the caller may not
    /// see it.
    #[graphql(complexity = "300 + cut.map_or(0, |_| 700) + child_complexity")]
    async fn explain_rank(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea.")] idea_id: ID,
        #[graphql(desc = "The line that matters, e.g. 10 for the top ten.")] cut: Option<i32>,
    ) -> Option<Result<RankExplanation>> {
        let explained = async {
            let id = IdeaId::read_argument("ideaId", &idea_id)?;
            let folds = ctx.data_unchecked::<Arc<Folds>>();
            let shelf = ctx.data_unchecked::<Arc<Shelf>>();
            queries_explain::explain(session(ctx), folds, shelf, id, cut).await
        };
        explained
            .await
            .map(|found| found.map(RankExplanation))
            .transpose()
    }
}

/// A disagreement as a list of ideas takes it: by the spread of each rubric as it is now.
pub async fn apart(ctx: &Context<'_>, wanted: Disagreement) -> Result<Apart> {
    let bounds = async {
        let folds = ctx.data_unchecked::<Arc<Folds>>();
        let bounds = queries::disagreements_from(session(ctx), folds).await?;
        Ok::<_, Error>(
            bounds
                .into_iter()
                .map(|(id, bound)| (id.0, bound))
                .collect(),
        )
    };
    Ok(match wanted {
        Disagreement::NotApplicable => Apart::TooFew,
        Disagreement::Ok => Apart::Below(bounds.await?),
        Disagreement::High => Apart::From(bounds.await?),
    })
}

async fn backlog(
    ctx: &Context<'_>,
    filter: BacklogFilter,
    args: PageArgs,
) -> Result<BacklogConnection> {
    let s = session(ctx).clone();
    let folds = Arc::clone(ctx.data_unchecked::<Arc<Folds>>());
    let rubric = queries::rubric(&s, filter.rubric.as_deref(), "filter").await?;
    let (_, filter) = filter.read()?;
    let page = queries::page(&s, &folds, &rubric, &filter, args).await?;
    let total = Total::by(move || {
        let (s, folds, filter) = (s.clone(), Arc::clone(&folds), filter.clone());
        async move { queries::count(&s, &folds, rubric.id, &filter).await }
    });
    Ok(BacklogConnection::of(page, total, |entry| {
        let (cursor, rank) = (entry.cursor.clone(), entry.placed.rank());
        (cursor, BacklogEntry { entry, rank })
    }))
}

pub(super) fn whole(n: u32) -> Result<i32> {
    i32::try_from(n).map_err(Error::internal)
}
