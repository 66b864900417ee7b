//! The idea itself, as a node.

use super::conversation::{CommentConnection, comments_of};
use super::history::{ActivityConnection, ActivityNode, IdeaRevisionConnection, IdeaRevisionNode};
use super::inputs::{IdeaAction, ViewerRelation};
use super::parts::{DecisionNode, Framing, LinkNode, Outcome, QuestionNode};
use super::query::SimilarIdea;
use super::viewer;
use super::waiting::{NextStep, WaitingFor, next_steps, waiting_for};
use crate::assessment::graphql::{
    AssessmentConnection, AssessmentNode, AssessmentProgress, AssignmentNode, RubricNode,
    Scorecard, assessments_of, assignments_of, progress_of, rank_of, rubric_of, scorecard_of,
    viewer_assessment_of, viewer_assignment_of,
};
use crate::backlog::Placed;
use crate::graph::{DateTime, Total, connection, page_cost, session};
use crate::hackathons::graphql::{CandidateNode, candidacies_of};
use crate::ideas::conflict::ConflictKind;
use crate::ideas::domain::{Authorship, Channel, EvidenceKind, Idea, IdeaId, Visibility};
use crate::ideas::lifecycle::State;
use crate::ideas::loaders::{Decisions, Ideas, MergedFrom, MergedInto, OpenQuestions, Survivors};
use crate::ideas::store_history as history;
use crate::identity::graphql::{MemberNode, member, members};
use crate::identity::store::Member;
use crate::platform::error::{Error, Result};
use crate::platform::page::PageArgs;
use crate::prototypes::graphql::{LearningNode, PrototypeNode, learnings_of, prototypes_of};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object};
use std::collections::HashMap;
use std::sync::Arc;

connection!(IdeaConnection, IdeaEdge, IdeaNode, "ideas");

/// An idea the caller may see, with what its page has read along.
#[derive(Clone)]
pub struct IdeaNode {
    pub(crate) idea: Arc<Idea>,
    author: Option<Member>,
    placed: Option<Placed>,
}

impl From<Idea> for IdeaNode {
    fn from(idea: Idea) -> Self {
        Self {
            idea: Arc::new(idea),
            author: None,
            placed: None,
        }
    }
}

impl IdeaNode {
    /// An idea whose author and score were read with its page.
    pub fn placed(idea: Idea, author: Member, placed: Placed) -> Self {
        Self {
            idea: Arc::new(idea),
            author: Some(author),
            placed: Some(placed),
        }
    }

    /// The idea in which this one goes on; itself unless it was merged into one that the
    /// caller may see.
    pub(super) async fn goes_on(&self, ctx: &Context<'_>) -> Result<Self> {
        if self.idea.state != State::Merged {
            return Ok(self.clone());
        }
        let loader = ctx.data_unchecked::<DataLoader<Survivors>>();
        let survivor = match loader.load_one(self.idea.id).await? {
            Some(survivor) => idea(ctx, survivor).await?,
            None => None,
        };
        Ok(survivor.unwrap_or_else(|| self.clone()))
    }

    /// What was read along of its score.
    pub(crate) fn read_along(&self) -> Option<&Placed> {
        self.placed.as_ref()
    }
}

/// An idea, from its first sentence to its outcome.
#[Object(name = "Idea")]
impl IdeaNode {
    /// Opaque; names the idea for ever.
    pub async fn id(&self) -> ID {
        self.idea.id.opaque().into()
    }

    /// The short number people say aloud: #42. A gap in the numbers may tell that a draft or
    /// a confidential idea exists, and nothing else does.
    async fn number(&self) -> Result<i32> {
        i32::try_from(self.idea.number).map_err(Error::internal)
    }

    /// Its name in the system it was imported from; null for one that was not.
    async fn external_id(&self) -> Option<&str> {
        self.idea.external_id.as_deref()
    }

    /// Grows with every edit; send it back as `expectedRevision`.
    async fn revision(&self) -> i32 {
        self.idea.revision
    }

    /// 1 to 120 characters in one line.
    async fn title(&self) -> &str {
        &self.idea.text.title
    }

    /// Who hurts, how, how often: up to 10,000 characters.
    async fn problem(&self) -> &str {
        &self.idea.text.problem
    }

    /// What could be done about it; null when not filled in.
    async fn proposal(&self) -> Option<&str> {
        self.idea.text.proposal.as_deref()
    }

    /// Who would be better off; null when not filled in.
    async fn beneficiaries(&self) -> Option<&str> {
        self.idea.text.beneficiaries.as_deref()
    }

    /// How the problem is known; null when not filled in.
    async fn evidence_kind(&self) -> Option<EvidenceKind> {
        self.idea
            .text
            .evidence_kind
            .as_deref()
            .and_then(EvidenceKind::parse)
    }

    /// What shows that the problem is real; null when not filled in.
    async fn evidence(&self) -> Option<&str> {
        self.idea.text.evidence.as_deref()
    }

    /// What would be different then; null when not filled in.
    async fn expected_outcome(&self) -> Option<&str> {
        self.idea.text.expected_outcome.as_deref()
    }

    /// "We believe …, because …"; null when not filled in.
    async fn hypothesis(&self) -> Option<&str> {
        self.idea.text.hypothesis.as_deref()
    }

    /// What must be true for it to work, and is least sure; null when not filled in.
    async fn riskiest_assumption(&self) -> Option<&str> {
        self.idea.text.riskiest_assumption.as_deref()
    }

    /// "We will know when …"; null when not filled in.
    async fn success_measure(&self) -> Option<&str> {
        self.idea.text.success_measure.as_deref()
    }

    /// Addresses that belong to it, http and https only, in the author's order.
    async fn links(&self) -> Vec<LinkNode> {
        self.idea
            .text
            .links
            .iter()
            .cloned()
            .map(LinkNode::from)
            .collect()
    }

    /// How many of the seven optional fields are filled in.
    async fn framing(&self) -> Framing {
        Framing::read(&self.idea.text)
    }

    /// Lower-case words to find it by, in the author's order.
    async fn tags(&self) -> &[String] {
        &self.idea.text.tags
    }

    /// How it came in.
    async fn channel(&self) -> Channel {
        self.idea.channel
    }

    /// Who may see it.
    async fn visibility(&self) -> Visibility {
        self.idea.visibility
    }

    /// Whether it shows who wrote it.
    async fn authorship(&self) -> Authorship {
        self.idea.authorship
    }

    /// Who wrote it; null when that is hidden from the caller.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        if !self.shows_authors(ctx).await? {
            return Ok(None);
        }
        match &self.author {
            Some(author) => Ok(Some(MemberNode(author.clone()))),
            None => member(ctx, self.idea.author).await.map(Some),
        }
    }

    /// Who wrote it with the author; empty when that is hidden from the caller.
    async fn co_authors(&self, ctx: &Context<'_>) -> Result<Vec<MemberNode>> {
        if !self.shows_authors(ctx).await? {
            return Ok(Vec::new());
        }
        members(ctx, &self.co_author_ids(ctx).await?).await
    }

    /// Who put it in for the author; null when the author did, or the caller may not know.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        self.actor(ctx, self.idea.submitted_by).await
    }

    /// The lead who looks after it: the one who accepted it unless handed on; null before.
    async fn steward(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        match self.idea.steward {
            Some(id) => member(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Where it stands.
    async fn state(&self) -> State {
        self.idea.state
    }

    /// Since when.
    async fn state_since(&self) -> DateTime {
        DateTime(self.idea.state_since)
    }

    /// Who owes the next step, and by when.
    async fn waiting_for(&self, ctx: &Context<'_>) -> Result<WaitingFor> {
        waiting_for(ctx, self).await
    }

    /// Steps out of the present state, each with who may take it and, for the caller, why it
    /// is closed.
    async fn next_steps(&self, ctx: &Context<'_>) -> Result<Vec<NextStep>> {
        next_steps(ctx, self).await
    }

    /// When it was first written here.
    async fn created_at(&self) -> DateTime {
        DateTime(self.idea.created_at)
    }

    /// When its text or state changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.idea.updated_at)
    }

    /// When it was handed in; null for a draft.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.idea.submitted_at.map(DateTime)
    }

    /// The rubric it is or will be assessed under: the default one until it is accepted.
    async fn rubric(&self, ctx: &Context<'_>) -> Result<Option<RubricNode>> {
        rubric_of(ctx, &self.idea).await
    }

    /// How many of how many assessments are in: no numbers but these until the score is
    /// published.
    async fn assessment_progress(&self, ctx: &Context<'_>) -> Result<AssessmentProgress> {
        progress_of(ctx, &self.idea).await
    }

    /// Null until the score is published: at the quorum, once no assignment is open that is not
    /// yet overdue. Under a rubric that is not blind,
    /// from the first assessment that counts.
    async fn scorecard(&self, ctx: &Context<'_>) -> Result<Option<Scorecard>> {
        scorecard_of(ctx, self).await
    }

    /// Place in the backlog of its rubric; null unless ranked. A confidential idea shows the
    /// rank it would take among those that everybody sees.
    async fn rank(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        rank_of(ctx, self).await
    }

    /// How many people want it, or what was merged into it, each counted once; never mixed
    /// into the score. Those who want what was merged and not everybody sees are not counted.
    /// An idea that was merged goes on counting those who said so of itself.
    async fn support_count(&self) -> Result<i32> {
        i32::try_from(self.idea.support_count).map_err(Error::internal)
    }

    /// Whether the caller is one of those counted.
    async fn viewer_supports(&self, ctx: &Context<'_>) -> Result<bool> {
        viewer::supports(ctx, self).await
    }

    /// Whether the caller follows it, or what was merged into it and they may see.
    async fn viewer_follows(&self, ctx: &Context<'_>) -> Result<bool> {
        viewer::follows(ctx, self).await
    }

    /// How the caller stands to it, in the order of the enum.
    async fn viewer_relation(&self, ctx: &Context<'_>) -> Result<Vec<ViewerRelation>> {
        viewer::relations(ctx, self).await
    }

    /// What the caller may do with it now, in the order of the enum.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<Vec<IdeaAction>> {
        viewer::actions(ctx, self).await
    }

    /// The idea it was merged into, which may have been merged in its turn; null unless it is
    /// MERGED, or when the caller may not see that idea.
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<IdeaNode>> {
        if self.idea.state != State::Merged {
            return Ok(None);
        }
        let loader = ctx.data_unchecked::<DataLoader<MergedInto>>();
        match loader.load_one(self.idea.id).await? {
            Some(into) => idea(ctx, into).await,
            None => Ok(None),
        }
    }

    /// The ideas that were merged into it and still are, as far as the caller may see them, in
    /// the order in which they came. What was merged into those stands there.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn merged_from(&self, ctx: &Context<'_>) -> Result<Vec<IdeaNode>> {
        let loader = ctx.data_unchecked::<DataLoader<MergedFrom>>();
        let found = loader.load_one(self.idea.id).await?.unwrap_or_default();
        Ok(found.into_iter().map(IdeaNode::from).collect())
    }

    /// What became of it after it was adopted, as it was told last; null when it was not yet.
    async fn outcome(&self, ctx: &Context<'_>) -> Result<Option<Outcome>> {
        let loader = ctx.data_unchecked::<DataLoader<Decisions>>();
        let decisions = loader.load_one(self.idea.id).await?.unwrap_or_default();
        let last = decisions
            .into_iter()
            .rev()
            .find_map(|decision| decision.outcome.map(|kind| (kind, decision)));
        Ok(last.map(|(kind, decision)| Outcome {
            idea: self.clone(),
            kind,
            decision,
        }))
    }

    /// Its prototype, the latest of several; null when it was never queued for one.
    async fn prototype(&self, ctx: &Context<'_>) -> Result<Option<PrototypeNode>> {
        Ok(prototypes_of(ctx, self).await?.pop())
    }

    /// All its prototypes, the earliest first.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    async fn prototypes(&self, ctx: &Context<'_>) -> Result<Vec<PrototypeNode>> {
        prototypes_of(ctx, self).await
    }

    /// What its prototypes taught, the earliest first.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    async fn learnings(&self, ctx: &Context<'_>) -> Result<Vec<LearningNode>> {
        learnings_of(ctx, self).await
    }

    /// Its candidacies in hackathons, the newest last.
    #[graphql(complexity = "1 + 3 * child_complexity")]
    async fn candidacies(&self, ctx: &Context<'_>) -> Result<Vec<CandidateNode>> {
        candidacies_of(ctx, self).await
    }

    /// The caller's own assessment; null when there is none, or it was taken back.
    async fn viewer_assessment(&self, ctx: &Context<'_>) -> Result<Option<AssessmentNode>> {
        viewer_assessment_of(ctx, self).await
    }

    /// The caller's own assignment; null when they are not asked to assess it.
    async fn viewer_assignment(&self, ctx: &Context<'_>) -> Result<Option<AssignmentNode>> {
        viewer_assignment_of(ctx, self).await
    }

    /// Why the caller must not judge it: AUTHOR when they wrote it, else what they declared;
    /// null when nothing keeps them from it.
    async fn viewer_conflict(&self, ctx: &Context<'_>) -> Result<Option<ConflictKind>> {
        viewer::conflict(ctx, self).await
    }

    /// Who is asked to assess it, the first due first: leads see all, an assessor who is asked
    /// their own, everybody else none.
    async fn assignments(&self, ctx: &Context<'_>) -> Result<Vec<AssignmentNode>> {
        assignments_of(ctx, self).await
    }

    /// What the author is asked; null unless an answer is awaited.
    async fn open_question(&self, ctx: &Context<'_>) -> Result<Option<QuestionNode>> {
        if self.idea.state != State::NeedsInfo {
            return Ok(None);
        }
        let loader = ctx.data_unchecked::<DataLoader<OpenQuestions>>();
        Ok(loader.load_one(self.idea.id).await?.map(QuestionNode))
    }

    /// Every text it had, oldest first; those of the time of a draft, or of confidence, are its
    /// authors' own.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<IdeaRevisionConnection> {
        let (s, id) = (session(ctx).clone(), self.idea.id);
        // What was written before it was shown is its authors' own.
        let from = match self.standing(ctx).await?.is_own() {
            true => 1,
            false => self.idea.shown_from_revision,
        };
        let page = history::revisions(
            s.reader(),
            id,
            from,
            PageArgs {
                first,
                after,
                last,
                before,
            },
        )
        .await?;
        let total = Total::by(move || {
            let s = s.clone();
            async move { counted(history::count_revisions(s.reader(), id, from).await?) }
        });
        let node = |(revision, cursor)| (cursor, IdeaRevisionNode::new(self.clone(), revision));
        Ok(IdeaRevisionConnection::of(page, total, node))
    }

    /// Its assessments that the caller may see, in the order in which they came. Those of
    /// others only once the score is published; those taken back are left out.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn assessments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<AssessmentConnection> {
        assessments_of(
            ctx,
            self,
            PageArgs {
                first,
                after,
                last,
                before,
            },
        )
        .await
    }

    /// What is said about it, oldest first: what was meant for everyone, and for reviewers
    /// what was meant for them. What was said in private stays so.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn comments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<CommentConnection> {
        comments_of(
            ctx,
            self,
            PageArgs {
                first,
                after,
                last,
                before,
            },
        )
        .await
    }

    /// Every decision about it, oldest first.
    async fn decisions(&self, ctx: &Context<'_>) -> Result<Vec<DecisionNode>> {
        let loader = ctx.data_unchecked::<DataLoader<Decisions>>();
        let found = loader.load_one(self.idea.id).await?;
        Ok(found
            .unwrap_or_default()
            .into_iter()
            .map(|decision| DecisionNode {
                idea: self.clone(),
                decision,
            })
            .collect())
    }

    /// The whole visible history, oldest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ActivityConnection> {
        let (s, id) = (session(ctx).clone(), self.idea.id);
        let hears = self.ears(ctx).await?;
        let page = history::activity(
            s.reader(),
            id,
            &hears,
            PageArgs {
                first,
                after,
                last,
                before,
            },
        )
        .await?;
        let total = Total::by(move || {
            let s = s.clone();
            async move { counted(history::count_activity(s.reader(), id, &hears).await?) }
        });
        let node = |(activity, cursor)| (cursor, ActivityNode::new(self.clone(), activity));
        Ok(ActivityConnection::of(page, total, node))
    }

    /// Ideas the caller may see that are like this one, the likest first; at most 20.
    #[graphql(complexity = "200 + page_cost(first.or(Some(5)), None, child_complexity)")]
    async fn similar(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 5, desc = "How many at most.")] first: Option<i32>,
    ) -> Result<Vec<SimilarIdea>> {
        let most = super::query::most_similar(first)?;
        SimilarIdea::of(ctx, &self.idea, most).await
    }
}

/// The idea with this id, when the caller may see it.
pub async fn idea(ctx: &Context<'_>, id: IdeaId) -> Result<Option<IdeaNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Ideas>>();
    Ok(loader.load_one(id).await?.map(IdeaNode::from))
}

/// Those of several ideas that the caller may see.
pub async fn ideas(
    ctx: &Context<'_>,
    ids: impl Iterator<Item = IdeaId>,
) -> Result<HashMap<IdeaId, IdeaNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Ideas>>();
    let found = loader.load_many(ids).await?;
    let node = |(id, idea)| (id, IdeaNode::from(idea));
    Ok(found.into_iter().map(node).collect())
}

fn counted(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(Error::internal)
}
