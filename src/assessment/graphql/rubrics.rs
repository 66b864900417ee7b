//! Rubrics as nodes: what assessors are asked, and what each answer weighs.

use crate::assessment::loaders::Rubrics;
use crate::assessment::queries;
use crate::assessment::rubric::{Aggregation, Criterion, CriterionKind, Method};
use crate::assessment::shelf::Shelf;
use crate::assessment::store::{
    self, RubricHead, RubricId, RubricState, RubricVersion, RubricVersionId,
};
use crate::assessment::store_rubric_changes::{self, RubricChange, RubricChangeKind};
use crate::graph::{DateTime, session};
use crate::ideas::domain::Idea;
use crate::identity::graphql::{MemberNode, member};
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

/// The published version that an idea is assessed under, from the shelf.
pub(super) async fn version_of(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Arc<RubricVersion>> {
    let shelf = ctx.data_unchecked::<Arc<Shelf>>();
    shelf.version(session(ctx).reader(), id).await
}

/// Whether a rubric hides who wrote this idea from those who assess.
pub async fn hides_authors(ctx: &Context<'_>, idea: &Idea) -> Result<bool> {
    match idea.rubric_version {
        Some(id) => Ok(queries::hides_authors(idea, &*version_of(ctx, id).await?)),
        None => Ok(false),
    }
}

/// The rubric an idea is, or by default will be, assessed under.
pub async fn rubric_of(ctx: &Context<'_>, idea: &Idea) -> Result<Option<RubricNode>> {
    let id = match idea.rubric_version {
        Some(id) => Some(version_of(ctx, id).await?.rubric_id),
        None => None,
    };
    let found = ctx.data_unchecked::<DataLoader<Rubrics>>().load_one(id);
    Ok(found.await?.map(RubricNode))
}

/// The version a newly accepted idea is assessed under; `UNKNOWN_RUBRIC` at `input.rubric`.
pub async fn version_for_screening(s: &Session, key: Option<&str>) -> Result<uuid::Uuid> {
    Ok(queries::current_version(s, key).await?.id.0)
}

/// The rubric with this id.
pub async fn rubric(ctx: &Context<'_>, id: RubricId) -> Result<Option<RubricNode>> {
    let found = store::rubric_by_id(session(ctx).reader(), id).await?;
    let shown = found.filter(|rubric| queries::shows_rubric(session(ctx), rubric));
    Ok(shown.map(RubricNode))
}

/// The version with this id; drafts are the leads' own.
pub async fn rubric_version(
    ctx: &Context<'_>,
    id: RubricVersionId,
) -> Result<Option<RubricVersionNode>> {
    let found = store::version(session(ctx).reader(), id.0).await?;
    let shown = found.filter(|version| shows(session(ctx), version));
    Ok(shown.map(|version| RubricVersionNode(Arc::new(version))))
}

fn shows(s: &Session, version: &RubricVersion) -> bool {
    version.published_at.is_some() || s.actor.leads()
}

/// A rubric, whatever its version.
pub struct RubricNode(pub RubricHead);

/// What ideas are judged by. Ideas under different rubrics are ranked apart, because their
/// scores do not compare.
#[Object(name = "Rubric")]
impl RubricNode {
    /// Opaque; names the rubric for ever.
    pub async fn id(&self) -> ID {
        self.0.id.opaque().into()
    }

    /// The word it is named by in inputs: `innovation`.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// For people.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether ideas are assessed under it when nobody names another.
    async fn is_default(&self) -> bool {
        self.0.is_default
    }

    /// What leads did with it, and why, oldest first; empty for a preset that nobody changed.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<RubricChangeNode>> {
        let all = store_rubric_changes::changes(session(ctx).reader(), self.0.id).await?;
        Ok(all.into_iter().map(RubricChangeNode).collect())
    }

    /// The newest published version, which ideas accepted now are assessed under; null when
    /// there is none, or the rubric is retired.
    async fn current(&self, ctx: &Context<'_>) -> Result<Option<RubricVersionNode>> {
        let found = store::current(session(ctx).reader(), &self.0).await?;
        Ok(found.map(|version| RubricVersionNode(Arc::new(version))))
    }

    /// The version with this number; null when there is none the caller may see.
    async fn version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From 1.")] number: i32,
    ) -> Result<Option<RubricVersionNode>> {
        let all = store::versions(session(ctx).reader(), self.0.id).await?;
        Ok(all
            .into_iter()
            .find(|version| version.number == number && shows(session(ctx), version))
            .map(|version| RubricVersionNode(Arc::new(version))))
    }

    /// Every version the caller may see, oldest first; drafts are the leads' own.
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<RubricVersionNode>> {
        let all = store::versions(session(ctx).reader(), self.0.id).await?;
        Ok(all
            .into_iter()
            .filter(|version| shows(session(ctx), version))
            .map(|version| RubricVersionNode(Arc::new(version)))
            .collect())
    }
}

/// What a lead did with a rubric.
pub struct RubricChangeNode(RubricChange);

/// What a lead did with a rubric, and why. It never changes.
#[Object(name = "RubricChange")]
impl RubricChangeNode {
    /// What was done.
    async fn kind(&self) -> RubricChangeKind {
        self.0.kind
    }

    /// The number of the version that was published, or was the newest then.
    async fn version_number(&self) -> i32 {
        self.0.number
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who did it; always known.
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self.0.by {
            Some(id) => member(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// One version of a rubric.
#[derive(Clone)]
pub struct RubricVersionNode(pub Arc<RubricVersion>);

/// One version of a rubric. A published one never changes.
#[Object(name = "RubricVersion")]
impl RubricVersionNode {
    /// Opaque; names the version for ever.
    pub async fn id(&self) -> ID {
        self.0.id.opaque().into()
    }

    /// From 1, per rubric.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Whether it can be used.
    async fn state(&self, ctx: &Context<'_>) -> Result<RubricState> {
        let heads = ctx.data_unchecked::<DataLoader<Rubrics>>();
        let head = heads.load_one(Some(self.0.rubric_id)).await?;
        let head = head.ok_or_else(|| Error::internal("the rubric of a version is gone"))?;
        Ok(head.state_of(&self.0))
    }

    /// How the answers of one assessment become its score.
    async fn method(&self) -> Method {
        self.0.rubric.method
    }

    /// How the scores of several assessments become the score of an idea.
    async fn aggregation(&self) -> Aggregation {
        self.0.rubric.aggregation
    }

    /// How many complete assessments publish a score.
    async fn quorum(&self) -> Result<i32> {
        i32::try_from(self.0.rubric.quorum).map_err(Error::internal)
    }

    /// Whether nobody sees the numbers of others before the score is published.
    async fn is_blind(&self) -> bool {
        self.0.rubric.is_blind
    }

    /// Whether assessors see who wrote an idea while it is in assessment.
    async fn reveals_author(&self) -> bool {
        self.0.rubric.reveals_author
    }

    /// Share of the weight one assessment must answer to count, 0 to 1.
    async fn minimum_coverage(&self) -> f64 {
        self.0.rubric.minimum_coverage
    }

    /// What is asked, in the rubric's order.
    async fn criteria(&self) -> Vec<CriterionNode> {
        (0..self.0.rubric.criteria.len())
            .map(|index| CriterionNode {
                version: Arc::clone(&self.0),
                index,
            })
            .collect()
    }

    /// When it was published; null for a draft.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// Who published it; null for a draft, a preset, and an import.
    async fn published_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self.0.published_by {
            Some(id) => member(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// One question of a version.
#[derive(Clone)]
pub struct CriterionNode {
    /// Whose question it is.
    pub version: Arc<RubricVersion>,
    /// Its place there.
    pub index: usize,
}

impl CriterionNode {
    fn it(&self) -> &Criterion {
        &self.version.rubric.criteria[self.index]
    }
}

/// One question of a rubric, its scale and its weight.
#[Object(name = "Criterion")]
impl CriterionNode {
    /// The word it is named by in ratings: `impact`.
    async fn key(&self) -> &str {
        &self.it().key
    }

    /// For people.
    async fn name(&self) -> &str {
        &self.it().name
    }

    /// What the assessor is asked.
    async fn question(&self) -> &str {
        &self.it().question
    }

    /// Whether more is better, less is better, or it is a yes-or-no condition.
    async fn kind(&self) -> CriterionKind {
        self.it().kind
    }

    /// Share of the whole, 0 to 1; null for a gate and under RICE, ICE and WSJF.
    async fn weight(&self) -> Option<f64> {
        self.version.rubric.share(self.index)
    }

    /// Whether an assessment must answer it to count.
    async fn is_required(&self) -> bool {
        self.it().is_required
    }

    /// The lowest level.
    async fn minimum(&self) -> f64 {
        self.it().minimum
    }

    /// The highest level.
    async fn maximum(&self) -> f64 {
        self.it().maximum
    }

    /// The distance from one level to the next.
    async fn step(&self) -> f64 {
        self.it().step
    }

    /// What levels mean, in words, lowest first; not every level has them.
    async fn levels(&self) -> Vec<LevelNode> {
        let mut levels: Vec<LevelNode> = self
            .it()
            .levels
            .iter()
            .map(|level| LevelNode {
                value: level.value,
                anchor: level.anchor.clone(),
            })
            .collect();
        levels.sort_by(|a, b| a.value.total_cmp(&b.value));
        levels
    }
}

/// What one level of a scale means.
#[derive(SimpleObject)]
#[graphql(name = "Level")]
pub struct LevelNode {
    /// The level.
    value: f64,
    /// What it means, in words an assessor can compare with.
    anchor: String,
}

/// What can be asked about rubrics.
#[derive(Default)]
pub struct RubricQuery;

#[Object]
impl RubricQuery {
    /// The rubric with this key; null when there is none. One that was never published is the
    /// leads' own.
    async fn rubric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As in `innovation`.")] key: String,
    ) -> Option<Result<RubricNode>> {
        let found = queries::rubric(session(ctx), &key).await;
        found.map(|rubric| rubric.map(RubricNode)).transpose()
    }

    /// All rubrics, retired ones too, the default one first, then by key. Those that were never
    /// published are the leads' own.
    async fn rubrics(&self, ctx: &Context<'_>) -> Option<Result<Vec<RubricNode>>> {
        let found = queries::rubrics(session(ctx)).await;
        Some(found.map(|rubrics| rubrics.into_iter().map(RubricNode).collect()))
    }
}
