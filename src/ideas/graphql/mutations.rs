//! What can be done with ideas. Each mutation may carry an `idempotencyKey`.

use super::idea::{IdeaNode, idea};
use super::inputs::{
    AnswerQuestionInput, DiscardDraftInput, ScreenIdeaInput, SetStewardInput, SubmitDraftInput,
    SubmitIdeaInput, SupportIdeaInput, UpdateIdeaInput, WithdrawIdeaInput, WithdrawSupportInput,
};
use super::parts::DecisionNode;
use super::query::{SimilarIdea, changed};
use crate::assessment::graphql::version_for_screening;
use crate::assessment::recount;
use crate::graph::{change, session};
use crate::ideas::domain::{DecisionId, Idea, IdeaId};
use crate::ideas::screening::{self, Screening, ScreeningOutcome};
use crate::ideas::{commands, commands_steward, store};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use async_graphql::{Context, ID, Object, SimpleObject};

/// An idea that was handed in or kept as a draft.
pub struct SubmitIdeaPayload(IdeaId);

/// What became of a new idea.
#[Object]
impl SubmitIdeaPayload {
    /// The idea.
    async fn idea(&self, ctx: &Context<'_>) -> Result<IdeaNode> {
        changed(ctx, self.0).await
    }

    /// Likely duplicates, for the author to look at, best first; submitting is never refused
    /// for them.
    #[graphql(complexity = "200 + 5 * child_complexity")]
    async fn similar(&self, ctx: &Context<'_>) -> Result<Vec<SimilarIdea>> {
        let node = changed(ctx, self.0).await?;
        SimilarIdea::of(ctx, &node.idea, 5).await
    }
}

/// An idea that was changed.
#[derive(SimpleObject)]
pub struct IdeaPayload {
    /// The idea as it is now; null when the caller may no longer see it.
    idea: Option<IdeaNode>,
}

/// A draft that was thrown away.
#[derive(SimpleObject)]
pub struct DiscardDraftPayload {
    /// Its id, which names nothing any more.
    discarded_id: ID,
}

/// A decision and the idea it was about.
#[derive(SimpleObject)]
pub struct DecideIdeaPayload {
    /// The idea as it is now.
    pub idea: IdeaNode,
    /// What was decided.
    pub decision: DecisionNode,
}

/// What can be done with ideas.
#[derive(Default)]
pub struct IdeaMutation;

#[Object]
impl IdeaMutation {
    /// Hands in an idea, or keeps it as a draft. Everyone signed in may.
    async fn submit_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The idea.")] input: SubmitIdeaInput,
    ) -> Option<Result<SubmitIdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "submitIdea", key, |s| {
            let input = input.clone();
            async move { commands::submit(&s, input.read()).await }
        });
        Some(done.await.map(SubmitIdeaPayload))
    }

    /// Hands in a draft. Its author may.
    async fn submit_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: SubmitDraftInput,
    ) -> Option<Result<SubmitIdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "submitDraft", key, |s| {
            let id = of(&input.idea_id);
            async move { commands::submit_draft(&s, id?).await }
        });
        Some(done.await.map(SubmitIdeaPayload))
    }

    /// Throws a draft away for good. Its author may.
    async fn discard_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: DiscardDraftInput,
    ) -> Option<Result<DiscardDraftPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "discardDraft", key, |s| {
            let id = of(&input.idea_id);
            async move { commands::discard_draft(&s, id?).await }
        });
        let payload = |id: IdeaId| DiscardDraftPayload {
            discarded_id: id.opaque().into(),
        };
        Some(done.await.map(payload))
    }

    /// Makes the next revision of an idea; none when nothing differs. Author and co-authors
    /// may, until it leaves the backlog. A new text leaves assessments behind: they count and
    /// are stale.
    async fn update_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall change.")] input: UpdateIdeaInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "updateIdea", key, |s| {
            let (id, input) = (of(&input.idea_id), input.clone());
            async move {
                let recount =
                    async |tx: &Tx<'_>, idea: &mut Idea| recount(tx, idea, s.promises()).await;
                commands::update(&s, id?, input.read(), recount).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Takes an idea back, from SUBMITTED to BACKLOG. Its author may.
    async fn withdraw_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea, and why.")] input: WithdrawIdeaInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "withdrawIdea", key, |s| {
            let (id, reason) = (of(&input.idea_id), input.reason.clone());
            async move { commands::withdraw(&s, id?, reason).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Answers the lead's question; the idea goes back to the leads. Author and co-authors may.
    async fn answer_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AnswerQuestionInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "answerQuestion", key, |s| {
            let (id, answer) = (of(&input.idea_id), input.answer.clone());
            async move { commands::answer_question(&s, id?, answer).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Says that the caller wants an idea, of one that was merged the idea in which it goes on;
    /// once more changes nothing. Everyone who sees it may. The answer is the idea that is
    /// supported now.
    async fn support_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea.")] input: SupportIdeaInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "supportIdea", key, |s| {
            let id = of(&input.idea_id);
            async move { commands::support(&s, id?).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Takes that back, also where it was said of what was merged into the idea; once more
    /// changes nothing. Everyone who sees it may. Of an idea that was merged the answer is the
    /// one in which it goes on, where the caller may see it.
    async fn withdraw_support(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea.")] input: WithdrawSupportInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "withdrawSupport", key, |s| {
            let id = of(&input.idea_id);
            async move { commands::withdraw_support(&s, id?).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Accepts an idea for assessment, asks its author first, or declines it. Leads and
    /// admins may, never on their own idea.
    async fn screen_idea(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is decided, and why.")] input: ScreenIdeaInput,
    ) -> Option<Result<DecideIdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "screenIdea", key, |s| {
            let input = input.clone();
            async move {
                let id = of(&input.idea_id)?;
                let steward = input
                    .steward_id
                    .map(|id| MemberId::read(&["stewardId"], &id));
                let rubric_version = match input.outcome {
                    ScreeningOutcome::Accept => {
                        Some(version_for_screening(&s, input.rubric.as_deref()).await)
                    }
                    _ => None,
                };
                let said = Screening {
                    outcome: input.outcome,
                    reason: input.reason,
                    names_rubric: input.rubric.is_some(),
                    rubric_version,
                    steward,
                    would_reconsider_if: input.would_reconsider_if,
                    expected_revision: input.expected_revision,
                };
                screening::screen(&s, id, said).await
            }
        });
        Some(DecideIdeaPayload::of(ctx, done.await).await)
    }

    /// Hands an idea to another lead to look after. Leads and admins may, never on their own
    /// idea; of an anonymous one they can make themselves the steward and nobody else.
    async fn set_steward(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea, to whom, and why.")] input: SetStewardInput,
    ) -> Option<Result<IdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "setSteward", key, |s| {
            let input = input.clone();
            async move {
                let id = of(&input.idea_id)?;
                let member = MemberId::read(&["memberId"], &input.member_id);
                commands_steward::set(&s, id, member, &input.reason).await
            }
        });
        Some(payload(ctx, done.await).await)
    }
}

impl DecideIdeaPayload {
    /// The idea and the decision that a command led to.
    pub async fn of(ctx: &Context<'_>, done: Result<(IdeaId, DecisionId)>) -> Result<Self> {
        let (idea_id, decision_id) = done?;
        let idea = changed(ctx, idea_id).await?;
        let decision = store::find_decision(session(ctx).reader(), decision_id)
            .await?
            .ok_or_else(|| Error::internal("a decision is gone"))?;
        let decision = DecisionNode {
            idea: idea.clone(),
            decision,
        };
        Ok(Self { idea, decision })
    }
}

/// An idea's id, or `BAD_ID` at its place.
pub(super) fn of(id: &ID) -> Result<IdeaId> {
    IdeaId::read(&["ideaId"], id)
}

/// What became of an idea, as the caller sees it now.
pub async fn payload(ctx: &Context<'_>, done: Result<IdeaId>) -> Result<IdeaPayload> {
    Ok(IdeaPayload {
        idea: idea(ctx, done?).await?,
    })
}
