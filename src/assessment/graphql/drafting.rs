//! What leads do with rubrics. Each mutation may carry an `idempotencyKey`.

use super::rubrics::{RubricVersionNode, rubric_version};
use crate::assessment::commands_rubrics as commands;
use crate::assessment::rubric::{
    Aggregation, Criterion, CriterionKind, Level, Method, RubricDraft,
};
use crate::assessment::store::RubricVersionId;
use crate::graph::change;
use crate::ideas::graphql::{IdeaNode, ideas};
use crate::platform::error::{Error, Result};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use std::sync::Arc;

/// A level of a scale in words.
#[derive(Clone, InputObject)]
pub struct LevelInput {
    /// On the scale of its criterion.
    value: f64,
    /// What an idea on this level looks like, 1 to 2,000 characters.
    anchor: String,
}

/// One question that every assessor answers.
#[derive(Clone, InputObject)]
pub struct CriterionInput {
    /// Names it within its rubric: a letter, then letters, digits, hyphens and underscores, at
    /// most 60 in all.
    key: String,
    /// For people, 1 to 200 characters.
    name: String,
    /// What the assessor is asked, at most 2,000 characters.
    question: String,
    /// Whether a higher level is better or worse, or it is a condition answered with 0 or 1.
    #[graphql(default_with = "Some(CriterionKind::Benefit)")]
    kind: Option<CriterionKind>,
    /// How much it counts, above 0, in any unit; left out for a gate, and under RICE, ICE and
    /// WSJF.
    weight: Option<f64>,
    /// Whether an assessment without it does not count.
    #[graphql(default_with = "Some(true)")]
    is_required: Option<bool>,
    /// The lowest level.
    minimum: f64,
    /// The highest level, above the lowest.
    maximum: f64,
    /// The distance from one level to the next; whole steps lead from the lowest to the
    /// highest.
    #[graphql(default_with = "Some(1.0)")]
    step: Option<f64>,
    /// Levels in words, in any order: the lowest, the highest, and at least one between where
    /// there is one.
    levels: Vec<LevelInput>,
}

/// A rubric to be. Weights come in any unit and are shown as shares. Drafting a key again
/// replaces its draft.
#[derive(Clone, InputObject)]
pub struct DraftRubricInput {
    /// Names the rubric over all its versions; as a criterion's.
    key: String,
    /// For people, 1 to 200 characters.
    name: String,
    /// How the answers of one assessment become its score. The same in all versions.
    #[graphql(default_with = "Some(Method::WeightedSum)")]
    method: Option<Method>,
    /// How the scores of several assessments become that of an idea. The same in all versions.
    #[graphql(default_with = "Some(Aggregation::Mean)")]
    aggregation: Option<Aggregation>,
    /// How many assessments publish a score, 1 to 200.
    #[graphql(default_with = "Some(3)")]
    quorum: Option<i32>,
    /// Whether nobody sees the numbers of others before the score is published.
    #[graphql(default_with = "Some(true)")]
    is_blind: Option<bool>,
    /// Whether assessors see who wrote an idea while it is in assessment.
    #[graphql(default_with = "Some(true)")]
    reveals_author: Option<bool>,
    /// Share of the weight that one assessment must answer to count, 0 to 1.
    #[graphql(default_with = "Some(0.8)")]
    minimum_coverage: Option<f64>,
    /// 1 to 8 that are scored, and at most 8 gates, in the order in which they are asked.
    criteria: Vec<CriterionInput>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

impl DraftRubricInput {
    fn read(self) -> RubricDraft {
        RubricDraft {
            key: self.key,
            name: self.name,
            method: self.method.unwrap_or_default(),
            aggregation: self.aggregation.unwrap_or_default(),
            // Below 0 there is no quorum either: it is refused like 0.
            quorum: self
                .quorum
                .map_or(3, |quorum| quorum.try_into().unwrap_or(0)),
            is_blind: self.is_blind.unwrap_or(true),
            reveals_author: self.reveals_author.unwrap_or(true),
            minimum_coverage: self.minimum_coverage.unwrap_or(0.8),
            criteria: self
                .criteria
                .into_iter()
                .map(CriterionInput::read)
                .collect(),
        }
    }
}

impl CriterionInput {
    fn read(self) -> Criterion {
        let level = |level: LevelInput| Level {
            value: level.value,
            anchor: level.anchor,
        };
        Criterion {
            key: self.key,
            name: self.name,
            question: self.question,
            kind: self.kind.unwrap_or_default(),
            weight: self.weight,
            is_required: self.is_required.unwrap_or(true),
            minimum: self.minimum,
            maximum: self.maximum,
            step: self.step.unwrap_or(1.0),
            levels: self.levels.into_iter().map(level).collect(),
        }
    }
}

/// Publishes a draft.
#[derive(Clone, InputObject)]
pub struct PublishRubricInput {
    /// The draft, as it was read: drafting its key again gives another id.
    rubric_version_id: ID,
    /// Why; everybody reads it.
    reason: String,
    /// Whether ideas under earlier versions are computed again, as far as their levels mean the
    /// same under this one. Else they stay as they are.
    #[graphql(default_with = "Some(false)")]
    rescore: Option<bool>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Offers a rubric no more.
#[derive(Clone, InputObject)]
pub struct RetireRubricInput {
    /// Which one: `innovation`.
    key: String,
    /// Why; everybody reads it.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Makes a rubric the default one.
#[derive(Clone, InputObject)]
pub struct SetDefaultRubricInput {
    /// Which one: `innovation`.
    key: String,
    /// Why; everybody reads it.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// A version of a rubric.
#[derive(SimpleObject)]
pub struct RubricVersionPayload {
    /// The draft, or the version that is, or was, offered.
    rubric_version: RubricVersionNode,
}

/// A published version, and what became of ideas under earlier ones.
#[derive(SimpleObject)]
pub struct PublishRubricPayload {
    /// The version.
    rubric_version: RubricVersionNode,
    /// How many scores were computed again; 0 without `rescore`.
    rescored_count: i32,
    /// Ideas that stay under an earlier version, by id, as far as the caller sees them: their
    /// levels mean something else under this one, or it would show what was given blind. Empty
    /// without `rescore`.
    not_rescorable: Vec<IdeaNode>,
}

/// What leads do with rubrics.
#[derive(Default)]
pub struct RubricMutation;

#[Object]
impl RubricMutation {
    /// Keeps a draft of a rubric, in place of the one of this key that there was; leads and
    /// admins may. A fault is told in full: weights, scales, steps, keys that stand twice,
    /// anchors that are missing.
    async fn draft_rubric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rubric.")] input: DraftRubricInput,
    ) -> Option<Result<RubricVersionPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "draftRubric", key, |s| {
            let input = input.clone();
            async move { commands::draft(&s, input.read()).await }
        });
        let answered = async {
            let drafted = done.await?;
            let rubric_version = match rubric_version(ctx, drafted.id).await? {
                Some(found) => found,
                // Replaced meanwhile: as it was drafted.
                None => RubricVersionNode(Arc::new(drafted.into())),
            };
            Ok(RubricVersionPayload { rubric_version })
        };
        Some(answered.await)
    }

    /// Publishes a draft: it never changes again, and ideas accepted from now on are assessed
    /// under it. Leads and admins may. With `rescore` at most 1,000 ideas under earlier versions
    /// are computed again; `previewRubric` says before what would move.
    #[graphql(complexity = "300 + child_complexity")]
    async fn publish_rubric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft, and why.")] input: PublishRubricInput,
    ) -> Option<Result<PublishRubricPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "publishRubric", key, |s| {
            let id = RubricVersionId::read(&["rubricVersionId"], &input.rubric_version_id);
            let (reason, rescore) = (input.reason.clone(), input.rescore.unwrap_or(false));
            async move { commands::publish(&s, id?, &reason, rescore).await }
        });
        let answered = async {
            let (id, rescored) = done.await?;
            let ids = rescored.not_rescorable;
            let mut found = ideas(ctx, ids.iter().copied()).await?;
            Ok(PublishRubricPayload {
                rubric_version: shown(ctx, id).await?,
                rescored_count: rescored.count,
                not_rescorable: ids.iter().filter_map(|id| found.remove(id)).collect(),
            })
        };
        Some(answered.await)
    }

    /// Offers a rubric no more: no further idea is assessed under it, and what is under it goes
    /// on. Publishing another version of it offers it again. Leads and admins may; never the
    /// default one.
    async fn retire_rubric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which rubric, and why.")] input: RetireRubricInput,
    ) -> Option<Result<RubricVersionPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "retireRubric", key, |s| {
            let (rubric, reason) = (input.key.clone(), input.reason.clone());
            async move { commands::retire(&s, &rubric, &reason).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Makes a published rubric the one that ideas are assessed under when screening names no
    /// other. Leads and admins may. Ideas that were accepted before stay where they are.
    async fn set_default_rubric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which rubric, and why.")] input: SetDefaultRubricInput,
    ) -> Option<Result<RubricVersionPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "setDefaultRubric", key, |s| {
            let (rubric, reason) = (input.key.clone(), input.reason.clone());
            async move { commands::set_default(&s, &rubric, &reason).await }
        });
        Some(payload(ctx, done.await).await)
    }
}

async fn payload(ctx: &Context<'_>, done: Result<RubricVersionId>) -> Result<RubricVersionPayload> {
    let rubric_version = shown(ctx, done?).await?;
    Ok(RubricVersionPayload { rubric_version })
}

async fn shown(ctx: &Context<'_>, id: RubricVersionId) -> Result<RubricVersionNode> {
    let found = rubric_version(ctx, id).await?;
    found.ok_or_else(|| Error::internal("a published version is gone"))
}
