//! The hackathon itself, as a node.

use super::candidates::{CandidateConnection, candidates_of};
use super::entries::{
    Comparison, EntryConnection, Placement, entries_of, next_comparison_of, results_of,
};
use super::teams::{
    RegistrationConnection, TeamConnection, TeamNode, registrations_of, teams_of, viewer_team,
};
use crate::assessment::graphql::{RubricVersionNode, rubric_version};
use crate::assessment::store::RubricVersionId;
use crate::graph::{DateTime, connection, page_cost, session};
use crate::hackathons::domain::{CandidateState, Hackathon, HackathonId, JudgingMode, MetricKey};
use crate::hackathons::loaders::{Actuals, Hackathons, Judges};
use crate::hackathons::phases::{self, Phase};
use crate::hackathons::queries;
use crate::ideas::graphql::ActivityConnection;
use crate::identity::domain::MemberId;
use crate::identity::graphql::{MemberNode, members};
use crate::platform::error::Result;
use crate::platform::page::PageArgs;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use std::sync::Arc;

connection!(
    HackathonConnection,
    HackathonEdge,
    HackathonNode,
    "hackathons"
);

/// A hackathon.
#[derive(Clone)]
pub struct HackathonNode {
    pub(super) hackathon: Arc<Hackathon>,
}

impl From<Hackathon> for HackathonNode {
    fn from(hackathon: Hackathon) -> Self {
        Self {
            hackathon: Arc::new(hackathon),
        }
    }
}

/// Something the next phase still lacks.
#[derive(SimpleObject)]
pub struct Shortfall {
    /// Stable, for programs.
    code: String,
    /// For people.
    sentence: String,
}

impl From<phases::Shortfall> for Shortfall {
    fn from(one: phases::Shortfall) -> Self {
        Self {
            code: one.code().to_owned(),
            sentence: one.sentence().to_owned(),
        }
    }
}

/// What a hackathon is measured by, target against actual.
#[derive(SimpleObject)]
pub struct HackathonMetric {
    /// Which metric.
    key: MetricKey,
    /// The same for people.
    name: String,
    /// What it shall come to, as set before NOMINATION; null when no target was set.
    target: Option<f64>,
    /// What it has come to by now; still moving after the event.
    actual: f64,
}

/// What the caller may do in a hackathon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum HackathonAction {
    /// Register, or change the registration.
    Register,
    /// Nominate an idea.
    Nominate,
    /// Form a team.
    CreateTeam,
    /// Join a team that is open.
    JoinTeam,
    /// Hand in the entry of their team, or edit it.
    SubmitEntry,
    /// Judge the entries they may judge.
    Judge,
    /// Say how well candidates fit.
    RateFit,
    /// Edit the hackathon.
    Edit,
    /// Lead it into the next phase, or cancel it.
    Advance,
    /// Publish the results.
    PublishResults,
}

/// An event that ideas are taken into, worked on in teams, and judged in.
#[Object(name = "Hackathon")]
impl HackathonNode {
    /// Opaque; names the hackathon for ever.
    pub async fn id(&self) -> ID {
        self.hackathon.id.opaque().into()
    }

    /// Grows with every edit; send it back as `expectedRevision`.
    async fn revision(&self) -> i32 {
        self.hackathon.revision
    }

    /// How addresses name it: unique, and it never changes.
    async fn slug(&self) -> &str {
        &self.hackathon.slug
    }

    /// How it is called.
    async fn name(&self) -> &str {
        &self.hackathon.name
    }

    /// What it is about.
    async fn theme(&self) -> &str {
        &self.hackathon.theme
    }

    /// What teams need to know.
    async fn brief(&self) -> &str {
        &self.hackathon.brief
    }

    /// Where it stands.
    async fn phase(&self) -> Phase {
        self.hackathon.phase
    }

    /// How entries are judged.
    async fn judging(&self) -> JudgingMode {
        self.hackathon.judging
    }

    /// When teams begin to work.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.hackathon.starts_at)
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.hackathon.ends_at)
    }

    /// Until when entries can be handed in, this instant included, by the server's clock.
    async fn submission_deadline(&self) -> DateTime {
        DateTime(self.hackathon.submission_deadline)
    }

    /// How many a team needs at least.
    async fn team_size_min(&self) -> i32 {
        self.hackathon.team_size_min
    }

    /// How many a team has at most.
    async fn team_size_max(&self) -> i32 {
        self.hackathon.team_size_max
    }

    /// What the next phase still lacks; empty when it may begin, and when there is none. Teams
    /// that would be admitted are not counted.
    #[graphql(complexity = "10 + child_complexity")]
    async fn missing(&self, ctx: &Context<'_>) -> Result<Vec<Shortfall>> {
        let missing = queries::shortfalls(session(ctx), &self.hackathon).await?;
        Ok(missing.into_iter().map(Shortfall::from).collect())
    }

    /// Who judges.
    async fn judges(&self, ctx: &Context<'_>) -> Result<Vec<MemberNode>> {
        members(ctx, &self.judge_ids(ctx).await?).await
    }

    /// Whether the caller judges.
    async fn viewer_is_judge(&self, ctx: &Context<'_>) -> Result<bool> {
        let me = session(ctx).actor.signed_in()?;
        Ok(self.judge_ids(ctx).await?.contains(&me))
    }

    /// Who registered, the earliest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn registrations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those who look for a team, or only those who do not.")]
        seeks_team: Option<bool>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<RegistrationConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        registrations_of(ctx, self.hackathon.id, seeks_team, args).await
    }

    /// The ideas that were nominated for it and that the caller may see, the earliest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn candidates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in this state.")] state: Option<CandidateState>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<CandidateConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        candidates_of(ctx, self.hackathon.id, state, args).await
    }

    /// Its teams, the earliest first; those that were dissolved are left out.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn teams(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that are open, or only those that are not.")] is_open: Option<
            bool,
        >,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<TeamConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        teams_of(ctx, self.hackathon.id, is_open, args).await
    }

    /// The team of the caller; null when they are in none.
    async fn viewer_team(&self, ctx: &Context<'_>) -> Result<Option<TeamNode>> {
        viewer_team(ctx, self.hackathon.id).await
    }

    /// Who created it, and owes its next steps in person; null once they left: then any
    /// organizer sees to it.
    async fn organizer(&self, ctx: &Context<'_>) -> Result<Option<MemberNode>> {
        let organizer: Vec<_> = self.hackathon.organizer.into_iter().collect();
        Ok(members(ctx, &organizer).await?.pop())
    }

    /// What the caller may do in it now, in the order of the enum.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<Vec<HackathonAction>> {
        super::viewer::actions(ctx, self).await
    }

    /// What happened in it, oldest first, as far as the caller may see the ideas it is about.
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
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        super::activity::activity_of(ctx, self, args).await
    }

    /// Every metric, target against actual, in the order of the enum. Ideas are counted among
    /// those that the whole organization can see.
    #[graphql(complexity = "10 + child_complexity")]
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Vec<HackathonMetric>> {
        let loader = ctx.data_unchecked::<DataLoader<Actuals>>();
        let actuals = loader
            .load_one(self.hackathon.id)
            .await?
            .unwrap_or_default();
        let metric = |key: &MetricKey| HackathonMetric {
            key: *key,
            name: key.name().to_owned(),
            target: self.hackathon.targets.get(key).copied(),
            actual: actuals.get(key).copied().unwrap_or_default() as f64,
        };
        Ok(MetricKey::ALL.iter().map(metric).collect())
    }

    /// What teams handed in, the earliest first: what the caller's team did, and once the results
    /// are published what all did. To organizers all at any time; to judges in JUDGING those
    /// they may judge.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From the beginning: how many, 20 unless told, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "From the end: how many.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<EntryConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        entries_of(ctx, self, args).await
    }

    /// Where each entry came in: the best first, then those that have no place, in the order in
    /// which they were handed in. Empty until the results are published.
    #[graphql(complexity = "page_cost(Some(100), None, child_complexity)")]
    async fn results(&self, ctx: &Context<'_>) -> Result<Vec<Placement>> {
        results_of(ctx, self).await
    }

    /// For a judge under PAIRWISE, in JUDGING: the two entries of which one more word tells
    /// most now. Null for all others, and when they compared all that they may judge.
    #[graphql(complexity = "50 + child_complexity")]
    async fn next_comparison(&self, ctx: &Context<'_>) -> Result<Option<Comparison>> {
        next_comparison_of(ctx, self).await
    }

    /// The rubric that entries are judged under; null under PAIRWISE.
    async fn rubric_version(&self, ctx: &Context<'_>) -> Result<Option<RubricVersionNode>> {
        match self.hackathon.rubric_version {
            Some(id) => rubric_version(ctx, RubricVersionId(id)).await,
            None => Ok(None),
        }
    }
}

impl HackathonNode {
    /// Whether judges judge now.
    pub(crate) fn is_judged(&self) -> bool {
        self.hackathon.phase == Phase::Judging
    }

    /// Who owes its next steps in person.
    pub fn organizer_id(&self) -> Option<MemberId> {
        self.hackathon.organizer
    }

    /// How it is called.
    pub fn called(&self) -> &str {
        &self.hackathon.name
    }

    /// Who judges, whoever asks.
    pub(super) async fn judge_ids(&self, ctx: &Context<'_>) -> Result<Vec<MemberId>> {
        let loader = ctx.data_unchecked::<DataLoader<Judges>>();
        let found = loader.load_one(self.hackathon.id).await?;
        Ok(found.unwrap_or_default())
    }
}

/// The hackathon with this id.
pub async fn hackathon(ctx: &Context<'_>, id: HackathonId) -> Result<Option<HackathonNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Hackathons>>();
    Ok(loader.load_one(id).await?.map(HackathonNode::from))
}
