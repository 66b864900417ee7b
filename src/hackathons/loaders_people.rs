//! What is asked at once of many candidates, teams and ideas. Whoever shows a candidate has
//! asked first whether its idea may be seen.

use super::domain::{
    Candidate, CandidateId, HackathonId, Registration, RegistrationId, Team, TeamId,
};
use super::store_candidates::{self as candidates, Said};
use super::store_fit::{self, Sheet};
use super::{store_registrations, store_teams as teams};
use crate::ideas::domain::IdeaId;
use crate::identity::domain::MemberId;
use crate::platform::error::{Error, Result};
use crate::session::Session;
use async_graphql::dataloader::Loader;
use std::collections::HashMap;

/// Loads candidates.
pub struct Candidates(pub Session);

impl Loader<CandidateId> for Candidates {
    type Value = Candidate;
    type Error = Error;

    async fn load(&self, ids: &[CandidateId]) -> Result<HashMap<CandidateId, Candidate>> {
        candidates::find_many(self.0.reader(), ids).await
    }
}

/// Loads the candidacies of ideas, the earliest first.
pub struct Candidacies(pub Session);

impl Loader<IdeaId> for Candidacies {
    type Value = Vec<Candidate>;
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, Vec<Candidate>>> {
        candidates::of_ideas(self.0.reader(), ids).await
    }
}

/// Loads whether an idea could be nominated for some hackathon now, its own state aside.
pub struct Nominable(pub Session);

impl Loader<IdeaId> for Nominable {
    type Value = ();
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, ()>> {
        let found = candidates::nominable(self.0.reader(), ids).await?;
        Ok(found.into_iter().map(|id| (id, ())).collect())
    }
}

/// Loads whether the caller is in a team that works on an idea.
pub struct Teamed(pub Session);

impl Loader<IdeaId> for Teamed {
    type Value = ();
    type Error = Error;

    async fn load(&self, ids: &[IdeaId]) -> Result<HashMap<IdeaId, ()>> {
        let me = self.0.actor.signed_in()?;
        let found = teams::worked_on(self.0.reader(), me, ids).await?;
        Ok(found.into_iter().map(|id| (id, ())).collect())
    }
}

/// Loads what was said about candidates.
pub struct Reasons(pub Session);

impl Loader<CandidateId> for Reasons {
    type Value = Said;
    type Error = Error;

    async fn load(&self, ids: &[CandidateId]) -> Result<HashMap<CandidateId, Said>> {
        candidates::said(self.0.reader(), ids).await
    }
}

/// Loads how well candidates fit.
pub struct Sheets(pub Session);

impl Loader<CandidateId> for Sheets {
    type Value = Sheet;
    type Error = Error;

    async fn load(&self, ids: &[CandidateId]) -> Result<HashMap<CandidateId, Sheet>> {
        let me = self.0.actor.signed_in()?;
        store_fit::sheets(self.0.reader(), me, ids).await
    }
}

/// Loads the teams of candidates, the earliest first.
pub struct TeamsOf(pub Session);

impl Loader<CandidateId> for TeamsOf {
    type Value = Vec<Team>;
    type Error = Error;

    async fn load(&self, ids: &[CandidateId]) -> Result<HashMap<CandidateId, Vec<Team>>> {
        teams::of_candidates(self.0.reader(), ids).await
    }
}

/// Loads teams.
pub struct Teams(pub Session);

impl Loader<TeamId> for Teams {
    type Value = Team;
    type Error = Error;

    async fn load(&self, ids: &[TeamId]) -> Result<HashMap<TeamId, Team>> {
        teams::find_many(self.0.reader(), ids).await
    }
}

/// Loads who is in teams, in the order in which they came.
pub struct Teammates(pub Session);

impl Loader<TeamId> for Teammates {
    type Value = Vec<MemberId>;
    type Error = Error;

    async fn load(&self, ids: &[TeamId]) -> Result<HashMap<TeamId, Vec<MemberId>>> {
        teams::members(self.0.reader(), ids).await
    }
}

/// Loads the team of the caller in hackathons.
pub struct ViewerTeams(pub Session);

impl Loader<HackathonId> for ViewerTeams {
    type Value = Team;
    type Error = Error;

    async fn load(&self, ids: &[HackathonId]) -> Result<HashMap<HackathonId, Team>> {
        let me = self.0.actor.signed_in()?;
        teams::teams_of(self.0.reader(), me, ids).await
    }
}

/// Loads registrations.
pub struct Registrations(pub Session);

impl Loader<RegistrationId> for Registrations {
    type Value = Registration;
    type Error = Error;

    async fn load(&self, ids: &[RegistrationId]) -> Result<HashMap<RegistrationId, Registration>> {
        store_registrations::find_many(self.0.reader(), ids).await
    }
}
