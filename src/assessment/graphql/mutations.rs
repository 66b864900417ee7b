//! What assessors do. Each mutation may carry an `idempotencyKey`.

use super::assessments::AssessmentNode;
use crate::assessment::commands::{self, Submission};
use crate::assessment::commands_reaffirm::reaffirm;
use crate::assessment::domain::{NewAssessment, NewRating};
use crate::assessment::store::AssessmentId;
use crate::graph::change;
use crate::ideas::domain::IdeaId;
use crate::ideas::graphql::{IdeaNode, idea};
use crate::platform::error::{Error, Result};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

/// One answer.
#[derive(Clone, InputObject)]
pub struct RatingInput {
    /// Key of the criterion: `impact`.
    criterion: String,
    /// On the criterion's scale; left out or null: cannot judge.
    level: Option<f64>,
    /// Why, up to 2,000 characters.
    rationale: Option<String>,
}

impl From<RatingInput> for NewRating {
    fn from(rating: RatingInput) -> Self {
        Self {
            criterion: rating.criterion,
            level: rating.level,
            rationale: rating.rationale,
        }
    }
}

/// A whole assessment: one handed in before is replaced by it.
#[derive(Clone, InputObject)]
pub struct SubmitAssessmentInput {
    /// Which idea.
    idea_id: ID,
    /// The revision that was read, the newest when left out. When the text was changed since,
    /// the assessment counts and is stale from the start.
    idea_revision: Option<i32>,
    /// One per criterion at most; one that is left out could not be judged.
    ratings: Vec<RatingInput>,
    /// What else there is to say, up to 10,000 characters.
    comment: Option<String>,
    /// How sure the assessor is, 1 to 5; shown, never a weight.
    confidence: Option<i32>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

impl SubmitAssessmentInput {
    fn read(self) -> Submission {
        Submission {
            idea_revision: self.idea_revision,
            assessment: NewAssessment {
                ratings: self.ratings.into_iter().map(NewRating::from).collect(),
                comment: self.comment,
                confidence: self.confidence,
            },
        }
    }
}

/// Takes an own assessment back.
#[derive(Clone, InputObject)]
pub struct WithdrawAssessmentInput {
    /// Which assessment.
    assessment_id: ID,
    /// Why; told to leads once the score is published.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Says that an own assessment stands for a text that was changed since.
#[derive(Clone, InputObject)]
pub struct ReaffirmAssessmentInput {
    /// Which assessment.
    assessment_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// An assessment and what became of its idea.
#[derive(SimpleObject)]
pub struct SubmitAssessmentPayload {
    /// The assessment; whether it counts stands in its `score`.
    assessment: AssessmentNode,
    /// The idea as it is now: in BACKLOG when this made the quorum.
    idea: IdeaNode,
}

/// What assessors do.
#[derive(Default)]
pub struct AssessmentMutation;

#[Object]
impl AssessmentMutation {
    /// Hands in an assessment, or replaces the one handed in before. An incomplete one is
    /// kept as advice and does not count. Assessors may, never on their own idea, while it is
    /// in assessment or in the backlog.
    async fn submit_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The assessment.")] input: SubmitAssessmentInput,
    ) -> Option<Result<SubmitAssessmentPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "submitAssessment", key, |s| {
            let input = input.clone();
            async move {
                let id = IdeaId::read(&["ideaId"], &input.idea_id)?;
                commands::submit(&s, id, input.read()).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Says that an own assessment stands for the newest text: it is not stale any more. Who
    /// made it may, as an assessor without a conflict of interest, until the idea leaves the
    /// backlog; for one that was made on the newest text nothing changes.
    async fn reaffirm_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which assessment.")] input: ReaffirmAssessmentInput,
    ) -> Option<Result<SubmitAssessmentPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "reaffirmAssessment", key, |s| {
            let id = AssessmentId::read(&["assessmentId"], &input.assessment_id);
            async move { reaffirm(&s, id?).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Takes an own assessment back: it counts no more. Who made it may, until the idea
    /// leaves the backlog; when none counts any more the idea goes back into assessment.
    async fn withdraw_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which assessment, and why.")] input: WithdrawAssessmentInput,
    ) -> Option<Result<SubmitAssessmentPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "withdrawAssessment", key, |s| {
            let (id, reason) = (input.assessment_id.clone(), input.reason.clone());
            async move {
                let id = AssessmentId::read(&["assessmentId"], &id)?;
                commands::withdraw(&s, id, &reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}

async fn payload(
    ctx: &Context<'_>,
    done: Result<(AssessmentId, IdeaId)>,
) -> Result<SubmitAssessmentPayload> {
    let (assessment_id, idea_id) = done?;
    let idea = idea(ctx, idea_id)
        .await?
        .ok_or(Error::NotFound { noun: "idea" })?;
    let assessment = AssessmentNode::written(ctx, idea.clone(), assessment_id).await?;
    Ok(SubmitAssessmentPayload { assessment, idea })
}
