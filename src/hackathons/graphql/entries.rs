//! What teams hand in, as nodes, with how they are judged and what came of them.

use super::hackathon::{HackathonNode, hackathon};
use super::teams::{TeamNode, team};
use crate::assessment::graphql::{Rating, ratings_under};
use crate::graph::{DateTime, Total, connection, session};
use crate::hackathons::domain::{Entry, EntryId, TeamId};
use crate::hackathons::loaders_entries::{
    Awards, EntriesOfTeams, JudgementCounts, OwnJudgements, Placed,
};
use crate::hackathons::phases::Phase;
use crate::hackathons::standings::shown;
use crate::hackathons::store_results::Won;
use crate::hackathons::{queries_entries as queries, store};
use crate::identity::graphql::{MemberNode, members};
use crate::platform::error::{Error, Result};
use crate::platform::page::PageArgs;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

connection!(EntryConnection, EntryEdge, EntryNode, "entries");

/// What a team handed in, which the caller may see.
#[derive(Clone)]
pub struct EntryNode {
    pub(super) entry: Arc<Entry>,
}

impl From<Entry> for EntryNode {
    fn from(entry: Entry) -> Self {
        Self {
            entry: Arc::new(entry),
        }
    }
}

/// How a judge rates an entry.
#[derive(SimpleObject)]
pub struct Judgement {
    /// One per criterion, in the rubric's order; those left out have no level.
    ratings: Vec<Rating>,
    /// What else there was to say; null when nothing was.
    comment: Option<String>,
    /// When it was handed in, or last replaced.
    submitted_at: DateTime,
}

/// What a team hands in: what it made, where that can be seen, and what it learned. Until the
/// results are published its team and organizers see it, and while judges judge those of them
/// who may judge it; then everybody who sees its idea.
#[Object(name = "Entry")]
impl EntryNode {
    /// Opaque; names the entry for ever.
    pub async fn id(&self) -> ID {
        self.entry.id.opaque().into()
    }

    /// Grows with every edit; send it back as `expectedRevision`.
    async fn revision(&self) -> i32 {
        self.entry.revision
    }

    /// Whose it is.
    async fn team(&self, ctx: &Context<'_>) -> Result<TeamNode> {
        let found = team(ctx, self.entry.team).await?;
        found.ok_or_else(|| Error::internal("the team of an entry is gone"))
    }

    /// How it is called.
    async fn title(&self) -> &str {
        &self.entry.title
    }

    /// What it is.
    async fn summary(&self) -> &str {
        &self.entry.summary
    }

    /// Where it can be tried; null when nowhere.
    async fn demo_url(&self) -> Option<&str> {
        self.entry.demo_url.as_deref()
    }

    /// Where its source is; null when nowhere.
    async fn repository_url(&self) -> Option<&str> {
        self.entry.repository_url.as_deref()
    }

    /// Where it is shown; null when nowhere.
    async fn video_url(&self) -> Option<&str> {
        self.entry.video_url.as_deref()
    }

    /// Whether it can no longer be changed: the deadline has passed by the server's clock, or
    /// the teams no longer work.
    async fn is_frozen(&self, ctx: &Context<'_>) -> Result<bool> {
        let hackathon = self.hackathon(ctx).await?.hackathon;
        Ok(hackathon.is_frozen(session(ctx).now()))
    }

    /// What the team learned; null when not said.
    async fn learned(&self) -> Option<&str> {
        self.entry.learned.as_deref()
    }

    /// When it was first handed in.
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.entry.submitted_at)
    }

    /// When it was last changed by its team.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.entry.updated_at)
    }

    /// How the caller rates it; null when they did not, and under PAIRWISE.
    async fn viewer_judgement(&self, ctx: &Context<'_>) -> Result<Option<Judgement>> {
        let hackathon = self.hackathon(ctx).await?.hackathon;
        let Some(version) = hackathon.rubric_version else {
            return Ok(None);
        };
        let loader = ctx.data_unchecked::<DataLoader<OwnJudgements>>();
        let Some(own) = loader.load_one(self.entry.id).await? else {
            return Ok(None);
        };
        let given = |key: &str| {
            let answer = own.answer(key)?;
            Some((answer.level, answer.rationale.clone()))
        };
        Ok(Some(Judgement {
            ratings: ratings_under(ctx, version, given).await?,
            submitted_at: DateTime(own.submitted_at),
            comment: own.comment,
        }))
    }

    /// How many judges rated it in full, or how often it was compared with another one. For
    /// organizers; null to others until the results are published.
    async fn judgement_count(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let is_told = session(ctx).actor.organizes() || self.is_published(ctx).await?;
        if !is_told {
            return Ok(None);
        }
        let loader = ctx.data_unchecked::<DataLoader<JudgementCounts>>();
        let count = loader.load_one(self.entry.id).await?.unwrap_or(0);
        i32::try_from(count).map(Some).map_err(Error::internal)
    }

    /// Where it came in, and what it won; null until the results are published.
    async fn placement(&self, ctx: &Context<'_>) -> Result<Option<Placement>> {
        let is_told = self.is_published(ctx).await?;
        Ok(is_told.then(|| Placement(self.clone())))
    }
}

impl EntryNode {
    async fn hackathon(&self, ctx: &Context<'_>) -> Result<HackathonNode> {
        let found = hackathon(ctx, self.entry.hackathon).await?;
        found.ok_or(store::MISSING)
    }

    async fn is_published(&self, ctx: &Context<'_>) -> Result<bool> {
        let hackathon = self.hackathon(ctx).await?.hackathon;
        Ok(hackathon.phase == Phase::Closed)
    }

    async fn won(&self, ctx: &Context<'_>) -> Result<Vec<Won>> {
        let loader = ctx.data_unchecked::<DataLoader<Awards>>();
        Ok(loader.load_one(self.entry.id).await?.unwrap_or_default())
    }
}

/// Where an entry came in, and what it won.
#[derive(Clone)]
pub struct Placement(EntryNode);

/// Where an entry came in, what it won, and what happens with it now.
#[Object]
impl Placement {
    /// Its place, from 1; those with the same score share one, and the next ones leave it out.
    /// Null for an entry that nobody judged, and for one that a gate of the rubric keeps out.
    async fn place(&self) -> Option<i32> {
        self.0.entry.place
    }

    /// What was handed in.
    async fn entry(&self) -> &EntryNode {
        &self.0
    }

    /// Two decimals. By a rubric 0 to 100, and a few points beyond where each judge's
    /// strictness is taken out; under PAIRWISE 100 times its mean chance to win against another
    /// one. Null for an entry that nobody judged.
    async fn score(&self) -> Option<f64> {
        self.0.entry.score.map(shown)
    }

    /// What it won, in the order in which it was told.
    async fn awards(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let won = self.0.won(ctx).await?;
        Ok(won.into_iter().map(|one| one.award).collect())
    }

    /// What happens with it now: the next step of its first award; null when it won nothing.
    async fn next_step(&self, ctx: &Context<'_>) -> Result<Option<NextStepPromise>> {
        let Some(won) = self.0.won(ctx).await?.into_iter().next() else {
            return Ok(None);
        };
        let owner: Vec<_> = won.owner.into_iter().collect();
        Ok(Some(NextStepPromise {
            text: won.next_step,
            owner: members(ctx, &owner).await?.pop(),
            due_at: DateTime(won.due_at),
        }))
    }
}

/// What happens with it now, who does it and by when.
#[derive(SimpleObject)]
pub struct NextStepPromise {
    /// What happens.
    text: String,
    /// Who does it, as it was published; null when nobody in person does.
    owner: Option<MemberNode>,
    /// By when.
    due_at: DateTime,
}

/// Two entries that a judge is asked to compare.
#[derive(SimpleObject)]
pub struct Comparison {
    /// One of them.
    left: EntryNode,
    /// The other one.
    right: EntryNode,
}

/// The entry with this id, when the caller may see it.
pub async fn entry(ctx: &Context<'_>, id: EntryId) -> Result<Option<EntryNode>> {
    let found = queries::one(session(ctx), id).await?;
    Ok(found.map(EntryNode::from))
}

/// What a team handed in, when the caller may see it.
pub(super) async fn entry_of(ctx: &Context<'_>, team: TeamId) -> Result<Option<EntryNode>> {
    let loader = ctx.data_unchecked::<DataLoader<EntriesOfTeams>>();
    Ok(loader.load_one(team).await?.map(EntryNode::from))
}

/// A page of the entries of a hackathon that the caller may see.
pub(super) async fn entries_of(
    ctx: &Context<'_>,
    node: &HackathonNode,
    args: PageArgs,
) -> Result<EntryConnection> {
    let (s, id) = (session(ctx).clone(), node.hackathon.id);
    let page = queries::page(&s, id, args).await?;
    let total = Total::by(move || {
        let s = s.clone();
        async move { queries::count(&s, id).await }
    });
    Ok(EntryConnection::of(page, total, |(one, cursor)| {
        (cursor, one.into())
    }))
}

/// The results of a hackathon; empty until they are published.
pub(super) async fn results_of(ctx: &Context<'_>, node: &HackathonNode) -> Result<Vec<Placement>> {
    if node.hackathon.phase != Phase::Closed {
        return Ok(Vec::new());
    }
    let loader = ctx.data_unchecked::<DataLoader<Placed>>();
    let all = loader.load_one(node.hackathon.id).await?;
    let placement = |entry: Entry| Placement(entry.into());
    Ok(all.into_iter().flatten().map(placement).collect())
}

/// The pair that the caller should compare next.
pub(super) async fn next_comparison_of(
    ctx: &Context<'_>,
    node: &HackathonNode,
) -> Result<Option<Comparison>> {
    let found = queries::next_pair(session(ctx), &node.hackathon).await?;
    Ok(found.map(|(left, right)| Comparison {
        left: left.into(),
        right: right.into(),
    }))
}
