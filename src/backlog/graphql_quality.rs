//! How far the assessments of a round can be trusted, in the graph.

use super::folds::Folds;
use super::queries_quality::{self, Assessor, Round};
use crate::graph::session;
use crate::identity::graphql::MemberNode;
use crate::identity::loaders::Members;
use crate::platform::error::{Error, Result};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Object};
use std::sync::Arc;

/// The figures of one rubric, over published ideas that everybody sees, whatever became of
/// them, merged and withdrawn ones aside. What is not defined is null, never 0 or 1. Nothing
/// is blocked by it: it tells where to look.
#[Object(name = "RoundQuality")]
impl Round {
    /// Ideas with a published score.
    async fn idea_count(&self) -> Result<i32> {
        whole(self.fitted.fit.ideas.len())
    }

    /// Their assessments that count.
    async fn assessment_count(&self) -> Result<i32> {
        let pool = &self.fitted.fit.pool;
        i32::try_from(pool.assessments).map_err(Error::internal)
    }

    /// How far single assessments lie from the score of their idea, in points, with a weak
    /// prior; under SEVERITY_ADJUSTED once leniencies are removed. Every interval is made of
    /// it.
    async fn spread(&self) -> f64 {
        self.fitted.yardstick().spread
    }

    /// How much it rests on: 4, plus an assessment each, less one for every idea.
    async fn degrees_of_freedom(&self) -> f64 {
        self.fitted.yardstick().df
    }

    /// Ideas whose assessors are far apart: worth a talk.
    async fn high_disagreement_count(&self) -> Result<i32> {
        whole(self.fitted.disagreements)
    }

    /// Krippendorff's α of the scores from 0 to 100: 1 is full agreement, 0 is chance. Below
    /// 0.667 agreement is low, below 0.8 tentative. Null where no idea has two assessments,
    /// and where all scores are the same.
    async fn alpha_interval(&self) -> Option<f64> {
        self.fitted.quality.alpha
    }

    /// ICC(1): which part of what single scores differ by is the ideas' own. Null below two
    /// ideas, where no idea has two assessments, and where all scores are the same.
    async fn icc(&self) -> Option<f64> {
        self.fitted.quality.icc
    }

    /// The same of the mean of as many assessments as ideas have here; null where `icc` is.
    async fn reliability(&self) -> Option<f64> {
        self.fitted.quality.reliability
    }

    /// How many assessments an idea needs for a reliability of 0.7; null where `icc` is not
    /// above 0.
    async fn assessors_needed(&self) -> Result<Option<i32>> {
        self.fitted.quality.assessors_needed.map(whole).transpose()
    }

    /// Into how many parts the ideas fall that share no assessor. More than one: scores of
    /// different parts are hardly comparable.
    async fn components(&self) -> Result<i32> {
        whole(self.fitted.fit.components)
    }

    /// Everybody whose assessments are in it, the most generous first.
    async fn assessors(&self) -> Vec<&Assessor> {
        self.assessors.iter().collect()
    }
}

/// An assessor of a round.
#[Object(name = "AssessorQuality")]
impl Assessor {
    /// Who it is; null for everybody else but the person.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        if session(ctx).actor.id() != Some(self.id) {
            return Ok(None);
        }
        let found = ctx.data_unchecked::<DataLoader<Members>>();
        Ok(found.load_one(self.id).await?.map(MemberNode))
    }

    /// What they are called under this rubric, always the same; nothing to do with their
    /// aliases at single ideas.
    async fn alias(&self) -> &str {
        &self.alias
    }

    /// Their assessments that count.
    async fn assessment_count(&self) -> Result<i32> {
        whole(self.assessments)
    }

    /// Points more (generous) or less (strict) than colleagues gave to the same ideas, drawn
    /// towards 0 where there are few.
    async fn leniency(&self) -> f64 {
        self.leniency
    }
}

/// What can be asked about the trust in assessments.
#[derive(Default)]
pub struct QualityQuery;

#[Object]
impl QualityQuery {
    /// How far the assessments under a rubric can be trusted. Made anew when scores changed
    /// since it was asked for last, from every assessment under the rubric, and priced so.
    #[graphql(complexity = "8_000 + 100 * child_complexity")]
    async fn round_quality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Key of a rubric; the default rubric when left out.")] rubric: Option<
            String,
        >,
    ) -> Option<Result<Round>> {
        let folds = ctx.data_unchecked::<Arc<Folds>>();
        Some(queries_quality::round(session(ctx), folds, rubric.as_deref()).await)
    }
}

fn whole(n: impl TryInto<i32, Error: std::error::Error + Send + Sync + 'static>) -> Result<i32> {
    n.try_into().map_err(Error::internal)
}
