//! Teams and registrations, as nodes.

use super::candidates::{CandidateNode, candidate};
use super::entries::{EntryNode, entry_of};
use super::hackathon::{HackathonNode, hackathon};
use crate::graph::{DateTime, Total, connection, session};
use crate::hackathons::domain::{HackathonId, Registration, RegistrationId, Team, TeamId};
use crate::hackathons::loaders_people::{Registrations, Teammates, Teams, ViewerTeams};
use crate::hackathons::queries_people as queries;
use crate::identity::graphql::{MemberNode, member, members};
use crate::platform::error::{Error, Result};
use crate::platform::page::PageArgs;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ID, Object};

connection!(TeamConnection, TeamEdge, TeamNode, "teams");
connection!(
    RegistrationConnection,
    RegistrationEdge,
    RegistrationNode,
    "registrations"
);

/// A team of a hackathon.
#[derive(Clone)]
pub struct TeamNode {
    pub(super) team: Team,
}

impl From<Team> for TeamNode {
    fn from(team: Team) -> Self {
        Self { team }
    }
}

/// People who work on something together in a hackathon.
#[Object(name = "Team")]
impl TeamNode {
    /// Opaque; names the team as long as somebody is in it.
    pub async fn id(&self) -> ID {
        self.team.id.opaque().into()
    }

    /// How it is called.
    async fn name(&self) -> &str {
        &self.team.name
    }

    /// The hackathon it takes part in.
    async fn hackathon(&self, ctx: &Context<'_>) -> Result<HackathonNode> {
        let found = hackathon(ctx, self.team.hackathon).await?;
        found.ok_or_else(|| Error::internal("the hackathon of a team is gone"))
    }

    /// What it works on; null as long as it has chosen nothing, and where the caller may not
    /// see the idea.
    async fn candidate(&self, ctx: &Context<'_>) -> Result<Option<CandidateNode>> {
        match self.team.candidate {
            Some(id) => candidate(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Who is in it, in the order in which they came.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<MemberNode>> {
        let loader = ctx.data_unchecked::<DataLoader<Teammates>>();
        let found = loader.load_one(self.team.id).await?.unwrap_or_default();
        members(ctx, &found).await
    }

    /// Whether others may join by themselves, as long as there is room.
    async fn is_open(&self) -> bool {
        self.team.is_open
    }

    /// Whom it looks for.
    async fn looking_for(&self) -> &[String] {
        &self.team.looking_for
    }

    /// What it handed in; null as long as that is nothing, and to whom may not see it: until the
    /// results are published its team and organizers do, and judges who may judge it.
    async fn entry(&self, ctx: &Context<'_>) -> Result<Option<EntryNode>> {
        entry_of(ctx, self.team.id).await
    }
}

/// The team with this id; none when it was dissolved.
pub async fn team(ctx: &Context<'_>, id: TeamId) -> Result<Option<TeamNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Teams>>();
    Ok(loader.load_one(id).await?.map(TeamNode::from))
}

/// The team of the caller in a hackathon.
pub(super) async fn viewer_team(ctx: &Context<'_>, of: HackathonId) -> Result<Option<TeamNode>> {
    let loader = ctx.data_unchecked::<DataLoader<ViewerTeams>>();
    Ok(loader.load_one(of).await?.map(TeamNode::from))
}

/// A page of the teams of a hackathon.
pub(super) async fn teams_of(
    ctx: &Context<'_>,
    of: HackathonId,
    is_open: Option<bool>,
    args: PageArgs,
) -> Result<TeamConnection> {
    let s = session(ctx).clone();
    let page = queries::teams(&s, of, is_open, args).await?;
    let total = Total::by(move || {
        let s = s.clone();
        async move { queries::count_teams(&s, of, is_open).await }
    });
    Ok(TeamConnection::of(page, total, |(team, cursor)| {
        (cursor, team.into())
    }))
}

/// Somebody who registered for a hackathon.
#[derive(Clone)]
pub struct RegistrationNode {
    registration: Registration,
}

impl From<Registration> for RegistrationNode {
    fn from(registration: Registration) -> Self {
        Self { registration }
    }
}

/// Somebody who takes part in a hackathon, with or without a team.
#[Object(name = "Registration")]
impl RegistrationNode {
    /// Opaque; names the registration as long as it stands.
    pub async fn id(&self) -> ID {
        self.registration.id.opaque().into()
    }

    /// Who registered.
    async fn member(&self, ctx: &Context<'_>) -> Result<MemberNode> {
        member(ctx, self.registration.member).await
    }

    /// What they can do, as they say.
    async fn skills(&self) -> &[String] {
        &self.registration.skills
    }

    /// Whether they look for a team. Who comes into one looks for none any more, unless they
    /// say so again.
    async fn seeks_team(&self) -> bool {
        self.registration.seeks_team
    }

    /// When they registered.
    async fn at(&self) -> DateTime {
        DateTime(self.registration.at)
    }
}

/// The registration with this id, as long as it stands.
pub async fn registration(
    ctx: &Context<'_>,
    id: RegistrationId,
) -> Result<Option<RegistrationNode>> {
    let loader = ctx.data_unchecked::<DataLoader<Registrations>>();
    Ok(loader.load_one(id).await?.map(RegistrationNode::from))
}

/// A page of those who registered for a hackathon.
pub(super) async fn registrations_of(
    ctx: &Context<'_>,
    of: HackathonId,
    seeks_team: Option<bool>,
    args: PageArgs,
) -> Result<RegistrationConnection> {
    let s = session(ctx).clone();
    let page = queries::registrations(&s, of, seeks_team, args).await?;
    let total = Total::by(move || {
        let s = s.clone();
        async move { queries::count_registrations(&s, of, seeks_team).await }
    });
    Ok(RegistrationConnection::of(page, total, |(one, cursor)| {
        (cursor, one.into())
    }))
}
