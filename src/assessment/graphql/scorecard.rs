//! The scorecard: a score that is its own explanation.

use super::rubrics::{CriterionNode, RubricVersionNode, version_of};
use crate::assessment::queries::shows_numbers;
use crate::assessment::scoring::{self, Disagreement, Line, Status, shown};
use crate::assessment::store::RubricVersion;
use crate::backlog::Placed;
use crate::backlog::loaders::{Adjusting, Adjustments, Scores};
use crate::graph::session;
use crate::ideas::graphql::IdeaNode;
use crate::platform::error::{Error, Result};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use std::sync::Arc;

/// What the caller may see of an idea's score: read along with its page, or loaded.
pub(super) async fn placed(ctx: &Context<'_>, node: &IdeaNode) -> Result<Option<Placed>> {
    match node.read_along() {
        Some(placed) => Ok(Some(placed.clone())),
        None => {
            ctx.data_unchecked::<DataLoader<Scores>>()
                .load_one(node.idea.id)
                .await
        }
    }
}

/// The scorecard of an idea, once its numbers are shown.
pub async fn scorecard_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Option<Scorecard>> {
    session(ctx).actor.signed_in()?;
    let Some(placed) = placed(ctx, node).await? else {
        return Ok(None);
    };
    let version = version_of(ctx, placed.score.rubric_version).await?;
    let is_shown = shows_numbers(&placed.score, &version);
    Ok(is_shown.then_some(Scorecard { placed, version }))
}

/// The rank of an idea, when it has one.
pub async fn rank_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Option<i32>> {
    let placed = placed(ctx, node).await?;
    let listed = placed.filter(|placed| placed.score.is_listed);
    listed.map(|placed| whole(placed.rank().rank)).transpose()
}

/// A score with all it rests on.
#[derive(Clone)]
pub struct Scorecard {
    placed: Placed,
    version: Arc<RubricVersion>,
}

impl Scorecard {
    /// The scorecard of a published score.
    pub async fn of(ctx: &Context<'_>, placed: Placed) -> Result<Self> {
        let version = version_of(ctx, placed.score.rubric_version).await?;
        Ok(Self { placed, version })
    }

    fn worth(&self) -> Status {
        let was_published = self.placed.score.published_at.is_some();
        self.placed
            .score
            .score
            .status(&self.version.rubric, was_published)
    }

    fn interval(&self) -> Option<(f64, f64)> {
        let Placed { score, standing } = &self.placed;
        match &standing.severe {
            Some(severe) => severe.interval(score),
            None => {
                let yardstick = &standing.yardstick;
                Some(yardstick.interval(score.score.theta, score.score.n))
            }
        }
    }
}

/// An idea's score, line by line, with how sure it is.
#[Object]
impl Scorecard {
    /// One per idea, the same wherever it is shown.
    async fn id(&self) -> ID {
        crate::platform::ids::opaque("scorecard", self.placed.score.idea.0).into()
    }

    /// Whether it makes a rank.
    async fn status(&self) -> Status {
        self.worth()
    }

    /// 0 to 100, two decimals; under SEVERITY_ADJUSTED some points beyond. The lines'
    /// contributions and `severityCorrection` add up to it exactly.
    async fn total(&self) -> Option<f64> {
        Some(shown(self.placed.score.score.key))
    }

    /// Lower end of the 95 % interval, two decimals. Null under SEVERITY_ADJUSTED with more
    /// than 2,000 assessors.
    async fn low(&self) -> Option<f64> {
        Some(self.interval()?.0)
    }

    /// Upper end of the 95 % interval, two decimals; null as `low` is.
    async fn high(&self) -> Option<f64> {
        Some(self.interval()?.1)
    }

    /// How many assessments count.
    async fn assessment_count(&self) -> Result<i32> {
        whole(self.placed.score.score.n)
    }

    /// Of these, made on an earlier text.
    async fn stale_count(&self) -> i32 {
        self.placed.score.stale_count
    }

    /// How many publish a score under this rubric.
    async fn quorum(&self) -> Result<i32> {
        whole(self.version.rubric.quorum)
    }

    /// How far apart the assessors are. HIGH never changes the score: it asks for a talk or
    /// one more assessor.
    async fn disagreement(&self) -> Disagreement {
        let score = &self.placed.score.score;
        self.placed
            .standing
            .yardstick
            .disagreement(score.n, score.sd)
    }

    /// What each criterion adds, in the rubric's order.
    async fn lines(&self) -> Vec<ScoreLine> {
        let lines = self.placed.score.score.lines.iter().cloned().enumerate();
        lines
            .map(|(index, line)| ScoreLine {
                line,
                criterion: CriterionNode {
                    version: Arc::clone(&self.version),
                    index,
                },
            })
            .collect()
    }

    /// What removing the assessors' leniency adds. Under MEAN and TRIMMED_MEAN nobody's is
    /// removed: 0.
    async fn severity_correction(&self) -> f64 {
        shown(self.placed.score.score.correction)
    }

    /// The pooled spread behind the interval, in points: how far single assessments lie from
    /// the score of their idea, over all published ideas of the rubric.
    async fn spread(&self) -> f64 {
        let standing = &self.placed.standing;
        match &standing.severe {
            Some(severe) => severe.yardstick.spread,
            None => standing.yardstick.spread,
        }
    }

    /// On a MEAN or TRIMMED_MEAN rubric: what removing the assessors' leniency would make of
    /// it, for comparison; it changes nothing. Worked out in the background, some seconds
    /// after scores change. Null before that, while the score is not published, and under
    /// SEVERITY_ADJUSTED, where `total` is that score.
    async fn adjusted(&self, ctx: &Context<'_>) -> Result<Option<AdjustedScore>> {
        let score = &self.placed.score;
        if score.is_corrected || score.published_at.is_none() {
            return Ok(None);
        }
        let loader = ctx.data_unchecked::<DataLoader<Adjustments>>();
        let Some((key, rank)) = loader.load_one(Adjusting(self.placed.clone())).await? else {
            return Ok(None);
        };
        let rank = score.is_listed.then(|| whole(rank)).transpose()?;
        Ok(Some(AdjustedScore {
            total: shown(key),
            rank,
        }))
    }

    /// Whether the assessors of all published ideas of the rubric are linked by ideas they
    /// share. DISCONNECTED: scores of groups that share nobody are hardly comparable. Null
    /// until that is worked out in the background, and while the score is not published.
    async fn comparability(&self, ctx: &Context<'_>) -> Option<Comparability> {
        let score = &self.placed.score;
        score.published_at?;
        let loader = ctx.data_unchecked::<DataLoader<Adjustments>>();
        Some(if loader.loader().components(score.rubric)? > 1 {
            Comparability::Disconnected
        } else {
            Comparability::Connected
        })
    }

    /// The version of the rubric it was computed under.
    async fn rubric_version(&self) -> RubricVersionNode {
        RubricVersionNode(Arc::clone(&self.version))
    }

    /// The same in plain words.
    async fn sentence(&self) -> String {
        scoring::sentence_with(
            &self.version.rubric,
            &self.placed.score.score,
            self.worth(),
            &self.placed.standing.yardstick,
            self.interval(),
        )
    }
}

/// What a score would be without the leniency of its assessors.
#[derive(SimpleObject)]
pub struct AdjustedScore {
    /// The mean of its assessments less the mean leniency of its assessors, two decimals; it
    /// may leave 0 to 100 by some points.
    total: f64,
    /// The rank among the ideas of the backlog that everybody sees, if all were adjusted; null
    /// when it has no rank.
    rank: Option<i32>,
}

/// Whether scores can be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Comparability {
    /// All assessors are linked by ideas they share.
    Connected,
    /// There are groups of ideas that share no assessor.
    Disconnected,
}

/// What one criterion adds to a score.
pub struct ScoreLine {
    /// As the scoring function made it.
    pub line: Line,
    /// Which one.
    pub criterion: CriterionNode,
}

/// One line of a scorecard.
#[Object]
impl ScoreLine {
    /// What was asked.
    async fn criterion(&self) -> &CriterionNode {
        &self.criterion
    }

    /// Nominal share, 0 to 1; null for a gate and under RICE, ICE and WSJF. Where an
    /// assessment left something out, weight × value × 100 is not its contribution: the
    /// others weigh more in that assessment.
    async fn weight(&self) -> Option<f64> {
        self.line.share
    }

    /// Mean of the levels given; null when nobody could judge it.
    async fn level(&self) -> Option<f64> {
        self.line.level
    }

    /// The same as a value, 0 (worst) to 1 (best); null when nobody could judge it.
    async fn value(&self) -> Option<f64> {
        self.line.value
    }

    /// Points it adds, two decimals; the lines add up to the total exactly.
    async fn contribution(&self) -> f64 {
        shown(self.line.shown)
    }

    /// How many could judge it.
    async fn rating_count(&self) -> Result<i32> {
        whole(self.line.rating_count)
    }

    /// The lowest level given; null when there is none.
    async fn lowest_level(&self) -> Option<f64> {
        self.line.lowest
    }

    /// The highest level given; null when there is none.
    async fn highest_level(&self) -> Option<f64> {
        self.line.highest
    }
}

/// A count as the graph writes it.
pub(super) fn whole(n: u32) -> Result<i32> {
    i32::try_from(n).map_err(Error::internal)
}
