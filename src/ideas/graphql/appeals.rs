//! Appeals of decisions, and decisions looked at again: as nodes, and what can be done.

use super::idea::{IdeaNode, idea};
use super::mutations::DecideIdeaPayload;
use super::parts::DecisionNode;
use super::query::changed;
use crate::assessment::come_back;
use crate::graph::{DateTime, Total, change, connection, page_cost, session};
use crate::ideas::appeals::{Appeal, AppealId, AppealOutcome, AppealState, Review, ReviewAnswer};
use crate::ideas::domain::{Decision, DecisionId, Idea, IdeaId};
use crate::ideas::loaders::{Appeals, Decisions};
use crate::ideas::{commands_appeals as commands, queries_appeals as queries, store_appeals};
use crate::identity::graphql::MemberNode;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::page::PageArgs;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

connection!(AppealConnection, AppealEdge, AppealNode, "appeals");

/// An appeal and the idea it is about.
pub struct AppealNode {
    pub(super) idea: IdeaNode,
    pub(super) appeal: Appeal,
}

/// What an author says against a decision, and the answer of another lead. A decision can be
/// appealed once.
#[Object(name = "Appeal")]
impl AppealNode {
    /// Opaque; names the appeal for ever.
    pub async fn id(&self) -> ID {
        self.appeal.id.opaque().into()
    }

    /// The decision it is against.
    async fn decision(&self, ctx: &Context<'_>) -> Result<DecisionNode> {
        let decision = decisions_of(ctx, &self.idea)
            .await?
            .into_iter()
            .find(|decision| decision.id == self.appeal.decision)
            .ok_or_else(|| Error::internal("an appeal of no decision"))?;
        Ok(DecisionNode {
            idea: self.idea.clone(),
            decision,
        })
    }

    /// By when another lead owes the answer.
    async fn due_at(&self) -> DateTime {
        DateTime(self.appeal.due_at)
    }

    /// What became of it.
    async fn state(&self) -> AppealState {
        self.appeal.state
    }

    /// Why the decision is wrong, in the author's words.
    async fn reason(&self) -> &str {
        &self.appeal.reason
    }

    /// Which author; null when that would tell who wrote an idea whose authors are hidden.
    async fn opened_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        self.idea.acting_author(ctx, self.appeal.opened_by).await
    }

    /// When it was made.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.appeal.opened_at)
    }

    /// What the author reads; null while it is open.
    async fn answer(&self) -> Option<&str> {
        self.appeal.answer.as_deref()
    }

    /// Who answered; null while it is open, or when the caller may not know.
    async fn answered_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        self.idea.actor(ctx, self.appeal.answered_by).await
    }

    /// When it was answered; null while it is open.
    async fn answered_at(&self) -> Option<DateTime> {
        self.appeal.answered_at.map(DateTime)
    }
}

/// What was found when a decision was looked at again.
pub struct DecisionReview {
    pub(super) idea: IdeaNode,
    pub(super) review: Review,
}

/// Whether a decision held, as it was told last.
#[Object]
impl DecisionReview {
    /// Whether it held.
    async fn held(&self) -> ReviewAnswer {
        self.review.held
    }

    /// What shows it.
    async fn note(&self) -> &str {
        &self.review.note
    }

    /// Who looked; null when the caller may not know.
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        self.idea.actor(ctx, self.review.by).await
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.review.at)
    }
}

/// The appeal with this id, when the caller may see its idea.
pub async fn appeal(ctx: &Context<'_>, id: AppealId) -> Result<Option<AppealNode>> {
    let Some(appeal) = store_appeals::one(session(ctx).reader(), id).await? else {
        return Ok(None);
    };
    let idea = idea(ctx, appeal.idea).await?;
    Ok(idea.map(|idea| AppealNode { idea, appeal }))
}

/// The decision for which an idea stands where it can be appealed, and its appeal when there
/// is one; nothing where there is no such decision.
pub(super) async fn standing_decision(
    ctx: &Context<'_>,
    node: &IdeaNode,
) -> Result<Option<(Decision, Option<Appeal>)>> {
    if !node.idea.state.rests() {
        return Ok(None);
    }
    let mut decisions = decisions_of(ctx, node).await?.into_iter();
    let Some(decision) = decisions.rfind(|decision| decision.stands(&node.idea)) else {
        return Ok(None);
    };
    let loader = ctx.data_unchecked::<DataLoader<Appeals>>();
    let appeal = loader.load_one(decision.id).await?;
    Ok(Some((decision, appeal)))
}

async fn decisions_of(ctx: &Context<'_>, node: &IdeaNode) -> Result<Vec<Decision>> {
    let loader = ctx.data_unchecked::<DataLoader<Decisions>>();
    Ok(loader.load_one(node.idea.id).await?.unwrap_or_default())
}

/// What leads ask about appeals.
#[derive(Default)]
pub struct AppealQuery;

#[Object]
impl AppealQuery {
    /// The appeals of ideas the caller sees, those due first first. For leads and admins.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn appeals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of which this became; all when left out.")] state: Option<
            AppealState,
        >,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<AppealConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let s = session(ctx).clone();
        let page = queries::page(&s, state, args).await;
        Some(page.map(|page| {
            let total = Total::by(move || {
                let s = s.clone();
                async move {
                    let count = queries::count(&s, state).await?;
                    i64::try_from(count).map_err(Error::internal)
                }
            });
            AppealConnection::of(page, total, |(appeal, idea, cursor)| {
                let idea = idea.into();
                (cursor, AppealNode { idea, appeal })
            })
        }))
    }
}

/// Says why a decision is wrong.
#[derive(Clone, InputObject)]
pub struct AppealDecisionInput {
    /// Which decision: one that declined the idea or put it on hold, while the idea is there
    /// by it.
    decision_id: ID,
    /// Why it is wrong, for the lead who answers; up to 10,000 characters.
    reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Answers an appeal.
#[derive(Clone, InputObject)]
pub struct ResolveAppealInput {
    /// Which appeal.
    appeal_id: ID,
    /// Whether it is right.
    outcome: AppealOutcome,
    /// Why, as the author reads it; up to 10,000 characters.
    answer: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// Tells whether a decision held.
#[derive(Clone, InputObject)]
pub struct ReviewDecisionInput {
    /// Which decision.
    decision_id: ID,
    /// Whether it held.
    held: ReviewAnswer,
    /// What shows it; up to 10,000 characters.
    note: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    idempotency_key: Option<String>,
}

/// An appeal that was made or answered.
#[derive(SimpleObject)]
pub struct AppealPayload {
    /// The appeal as it is now.
    appeal: AppealNode,
    /// The idea it is about, as it is now.
    idea: IdeaNode,
}

/// What can be done about decisions.
#[derive(Default)]
pub struct AppealMutation;

#[Object]
impl AppealMutation {
    /// Appeals a decision that declined an idea or put it on hold, as long as the idea is
    /// there by it; another lead owes the answer. Author and co-authors may, once for each
    /// decision: then it is refused as ALREADY_APPEALED. What does not stand, or cannot be
    /// appealed, is refused as NOTHING_TO_APPEAL.
    async fn appeal_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which decision, and why it is wrong.")] input: AppealDecisionInput,
    ) -> Option<Result<AppealPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "appealDecision", key, |s| {
            let (id, reason) = (decision_id(&input.decision_id), input.reason.clone());
            async move { commands::appeal(&s, id, &reason).await }
        });
        Some(appealed(ctx, done.await).await)
    }

    /// Answers an appeal; UPHELD takes the idea up again where it was before, unless it has
    /// gone on already by another decision: then it stays where it is. Leads and admins may,
    /// never on their own idea (OWN_IDEA) and never about their own decision (SAME_DECIDER);
    /// an appeal that was answered is refused as ALREADY_ANSWERED.
    async fn resolve_appeal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which appeal, and the answer.")] input: ResolveAppealInput,
    ) -> Option<Result<AppealPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "resolveAppeal", key, |s| {
            let id = AppealId::read(&["appealId"], &input.appeal_id);
            let answer = input.answer.clone();
            async move {
                let come_back =
                    async |tx: &Tx<'_>, idea: &mut Idea| come_back(tx, idea, s.promises()).await;
                commands::resolve(&s, id, input.outcome, &answer, come_back).await
            }
        });
        Some(appealed(ctx, done.await).await)
    }

    /// Tells whether a decision held, at any time and as often as it is looked at: the latest
    /// stands, the earlier ones stay in the activity. Leads, admins and whoever decided may,
    /// never on their own idea.
    async fn review_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which decision, and whether it held.")] input: ReviewDecisionInput,
    ) -> Option<Result<DecideIdeaPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "reviewDecision", key, |s| {
            let (id, note) = (decision_id(&input.decision_id), input.note.clone());
            async move { commands::review(&s, id, input.held, &note).await }
        });
        Some(DecideIdeaPayload::of(ctx, done.await).await)
    }
}

fn decision_id(id: &ID) -> Result<DecisionId> {
    DecisionId::read(&["decisionId"], id)
}

async fn appealed(ctx: &Context<'_>, done: Result<(AppealId, IdeaId)>) -> Result<AppealPayload> {
    let (appeal_id, idea_id) = done?;
    Ok(AppealPayload {
        idea: changed(ctx, idea_id).await?,
        appeal: appeal(ctx, appeal_id)
            .await?
            .ok_or(Error::NotFound { noun: "appeal" })?,
    })
}
