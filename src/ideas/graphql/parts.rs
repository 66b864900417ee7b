//! What an idea's own fields are made of: links, framing, the open question, decisions.

use super::appeals::{AppealNode, DecisionReview};
use super::idea::IdeaNode;
use crate::graph::DateTime;
use crate::ideas::domain::{Decision, DecisionKind, Link, OutcomeKind, Question, Text};
use crate::ideas::loaders::{Appeals, Reviews};
use crate::identity::graphql::{MemberNode, member};
use crate::platform::error::Result;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, SimpleObject};

/// An address that belongs to an idea.
#[derive(SimpleObject)]
#[graphql(name = "Link")]
pub struct LinkNode {
    /// http or https.
    url: String,
    /// What it leads to; null when not said.
    title: Option<String>,
}

impl From<Link> for LinkNode {
    fn from(link: Link) -> Self {
        Self {
            url: link.url,
            title: link.title,
        }
    }
}

/// Which of the seven optional fields of a well framed idea are filled in.
#[derive(SimpleObject)]
pub struct Framing {
    /// How many are.
    filled: i32,
    /// How many there are: 7.
    of: i32,
    /// Names of those that are not, in the order of the form.
    missing: Vec<String>,
}

impl Framing {
    /// That of a text.
    pub(super) fn read(text: &Text) -> Self {
        let fields = text.framing();
        let count = |fields: usize| i32::try_from(fields).unwrap_or(i32::MAX);
        Self {
            filled: count(fields.iter().filter(|(_, filled)| *filled).count()),
            of: count(fields.len()),
            missing: fields
                .iter()
                .filter(|(_, filled)| !filled)
                .map(|(name, _)| (*name).to_owned())
                .collect(),
        }
    }
}

/// What a lead asks the author.
pub struct QuestionNode(pub(super) Question);

/// A question that the author has not answered yet.
#[Object(name = "Question")]
impl QuestionNode {
    /// What is asked.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Which lead asks; null when nobody in person does.
    async fn asked_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self.0.asked_by {
            Some(id) => member(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// When it was asked.
    async fn asked_at(&self) -> DateTime {
        DateTime(self.0.asked_at)
    }
}

/// A decision and the idea it was about.
pub struct DecisionNode {
    pub idea: IdeaNode,
    pub decision: Decision,
}

/// What somebody decided about an idea, and why. Appended, never edited.
#[Object(name = "Decision")]
impl DecisionNode {
    /// Opaque; names the decision for ever.
    pub async fn id(&self) -> ID {
        self.decision.id.opaque().into()
    }

    /// What it was about.
    async fn idea(&self) -> &IdeaNode {
        &self.idea
    }

    /// What was decided.
    async fn kind(&self) -> DecisionKind {
        self.decision.kind
    }

    /// Why, as the author reads it.
    async fn reason(&self) -> &str {
        &self.decision.reason
    }

    /// Who decided; null when nobody in person did, or the caller may not know.
    async fn decided_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self.decision.kind {
            // Its owner, who may be an author: whether it was one is not told.
            DecisionKind::ExperimentConcluded => {
                let who = self.decision.decided_by;
                self.idea.acting_author(ctx, who).await
            }
            _ => self.idea.actor(ctx, self.decision.decided_by).await,
        }
    }

    /// When.
    async fn decided_at(&self) -> DateTime {
        DateTime(self.decision.decided_at)
    }

    /// The rank the idea had at that moment; null when it had none.
    async fn rank_then(&self) -> Option<i32> {
        self.decision.rank_then
    }

    /// The score it had at that moment, in points; null when it had none.
    async fn score_then(&self) -> Option<f64> {
        self.decision.score_then.map(|key| f64::from(key) / 100.0)
    }

    /// Whether it went against the ranking: past a clearly better idea, a likely top one
    /// turned down, or the quorum waived. A first screening never does: there is none yet.
    async fn is_override(&self) -> bool {
        self.decision.is_override
    }

    /// DECLINED, HELD: what would change the answer; null when nothing was said.
    async fn would_reconsider_if(&self) -> Option<&str> {
        self.decision.would_reconsider_if.as_deref()
    }

    /// ADOPTED: the roadmap, team or ticket it went to; null for all others.
    async fn handed_to(&self) -> Option<&str> {
        self.decision.handed_to.as_deref()
    }

    /// HELD: until when the idea is put off; null for all others.
    async fn revisit_at(&self) -> Option<DateTime> {
        self.decision.revisit_at.map(DateTime)
    }

    /// What its maker expects; null when nothing was said.
    async fn expectation(&self) -> Option<&str> {
        self.decision.expectation.as_deref()
    }

    /// What would prove it wrong; null when nothing was said.
    async fn wrong_when(&self) -> Option<&str> {
        self.decision.wrong_when.as_deref()
    }

    /// When to look at it again; null when nothing was said.
    async fn review_at(&self) -> Option<DateTime> {
        self.decision.review_at.map(DateTime)
    }

    /// Whether it held, as it was told last; null until somebody looked.
    async fn review(&self, ctx: &Context<'_>) -> Result<Option<DecisionReview>> {
        let loader = ctx.data_unchecked::<DataLoader<Reviews>>();
        let review = loader.load_one(self.decision.id).await?;
        let idea = || self.idea.clone();
        Ok(review.map(|review| DecisionReview {
            idea: idea(),
            review,
        }))
    }

    /// What its authors said against it: one appeal at most, with its answer.
    async fn appeals(&self, ctx: &Context<'_>) -> Result<Vec<AppealNode>> {
        let loader = ctx.data_unchecked::<DataLoader<Appeals>>();
        let appeal = loader.load_one(self.decision.id).await?;
        let idea = || self.idea.clone();
        let node = |appeal| AppealNode {
            idea: idea(),
            appeal,
        };
        Ok(appeal.into_iter().map(node).collect())
    }
}

/// What became of an idea, as it was told.
pub struct Outcome {
    pub(super) idea: IdeaNode,
    pub(super) kind: OutcomeKind,
    pub(super) decision: Decision,
}

/// What became of an adopted idea.
#[Object]
impl Outcome {
    /// Whether it shipped.
    async fn kind(&self) -> OutcomeKind {
        self.kind
    }

    /// What was measured, or seen.
    async fn measured(&self) -> &str {
        &self.decision.reason
    }

    /// Who told it; null when the caller may not know.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        self.idea.actor(ctx, self.decision.decided_by).await
    }

    /// When.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.decision.decided_at)
    }
}
