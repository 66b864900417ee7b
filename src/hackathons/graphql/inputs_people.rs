//! Inputs of what people do in hackathons.

use crate::hackathons::commands_teams::{NewTeam, TeamEdit};
use crate::hackathons::domain::{CandidateId, TeamId};
use crate::hackathons::fit::Marks;
use crate::identity::domain::MemberId;
use crate::platform::error::Result;
use async_graphql::{ID, InputObject, MaybeUndefined};

/// Nominates an idea for a hackathon.
#[derive(Clone, InputObject)]
pub struct NominateCandidateInput {
    /// Which hackathon; it must be in NOMINATION.
    pub(super) hackathon_id: ID,
    /// Which idea: SUBMITTED, IN_ASSESSMENT, BACKLOG or VALIDATED, and seen by the whole
    /// organization.
    pub(super) idea_id: ID,
    /// Why; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Has an eye on a candidate.
#[derive(Clone, InputObject)]
pub struct ShortlistCandidateInput {
    /// Which candidate; it must be NOMINATED.
    pub(super) candidate_id: ID,
    /// Why; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Confirms a candidate.
#[derive(Clone, InputObject)]
pub struct ConfirmCandidateInput {
    /// Which candidate; it must be NOMINATED or SHORTLISTED.
    pub(super) candidate_id: ID,
    /// Why, as the author reads it; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Takes a candidate out.
#[derive(Clone, InputObject)]
pub struct DropCandidateInput {
    /// Which candidate; it must be NOMINATED, SHORTLISTED or CONFIRMED.
    pub(super) candidate_id: ID,
    /// Why; up to 10,000 characters.
    pub(super) reason: String,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Says how well a candidate fits; each number goes from 1, not at all, to 5, very well.
#[derive(Clone, InputObject)]
pub struct RateFitInput {
    /// Which candidate.
    pub(super) candidate_id: ID,
    /// Does it fit the theme?
    theme: i32,
    /// Can it be built in the time?
    buildable: i32,
    /// Can it be shown well?
    demoable: i32,
    /// Will people be found for it?
    staffable: i32,
    /// What else there is to say, for oneself; up to 10,000 characters.
    pub(super) note: Option<String>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

impl RateFitInput {
    pub(super) fn marks(&self) -> Marks {
        Marks {
            theme: self.theme,
            buildable: self.buildable,
            demoable: self.demoable,
            staffable: self.staffable,
        }
    }
}

/// Registers for a hackathon.
#[derive(Clone, InputObject)]
pub struct RegisterForHackathonInput {
    /// Which hackathon.
    pub(super) hackathon_id: ID,
    /// What the caller can do: at most 20, each 1 to 50 characters. None when left out.
    pub(super) skills: Option<Vec<String>>,
    /// Whether they look for a team.
    #[graphql(default_with = "Some(true)")]
    pub(super) seeks_team: Option<bool>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Takes a registration back.
#[derive(Clone, InputObject)]
pub struct UnregisterFromHackathonInput {
    /// Which hackathon.
    pub(super) hackathon_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// An idea of the team's own.
#[derive(Clone, InputObject)]
pub struct NewIdeaInput {
    /// 1 to 120 characters in one line.
    title: String,
    /// Who hurts, how, how often: up to 10,000 characters.
    problem: String,
}

/// A new team with the caller in it. It works on a candidate, or on a new idea that is
/// submitted by the caller and nominated with the team, or on nothing yet.
#[derive(Clone, InputObject)]
pub struct CreateTeamInput {
    /// In which hackathon.
    pub(super) hackathon_id: ID,
    /// 1 to 120 characters in one line.
    name: String,
    /// A candidate of this hackathon that was not dropped.
    candidate_id: Option<ID>,
    /// An idea of the team's own.
    new_idea: Option<NewIdeaInput>,
    /// Whom it looks for: at most 20, each 1 to 50 characters.
    looking_for: Option<Vec<String>>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

impl CreateTeamInput {
    pub(super) fn read(self) -> NewTeam {
        let candidate = self.candidate_id.as_ref();
        NewTeam {
            name: self.name,
            candidate: candidate.map(|id| CandidateId::read(&["candidateId"], id)),
            new_idea: self.new_idea.map(|new| (new.title, new.problem)),
            looking_for: self.looking_for.unwrap_or_default(),
        }
    }
}

/// Joins a team.
#[derive(Clone, InputObject)]
pub struct JoinTeamInput {
    /// Which team.
    pub(super) team_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Leaves a team.
#[derive(Clone, InputObject)]
pub struct LeaveTeamInput {
    /// Which team.
    pub(super) team_id: ID,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

/// Changes a team; what is left out stays.
#[derive(Clone, InputObject)]
pub struct UpdateTeamInput {
    /// Which team.
    pub(super) team_id: ID,
    /// 1 to 120 characters in one line; null keeps it too.
    name: Option<String>,
    /// A candidate of this hackathon that was not dropped; null: nothing yet. Fixed from
    /// RUNNING on.
    candidate_id: MaybeUndefined<ID>,
    /// Whether others may join by themselves; null keeps it too.
    is_open: Option<bool>,
    /// Whom it looks for: at most 20, each 1 to 50 characters; null: nobody.
    looking_for: MaybeUndefined<Vec<String>>,
    /// Who is in it no more: people who are in it, and not all of them.
    remove_member_ids: Option<Vec<ID>>,
    /// The same key and input give the same answer again; 1 to 100 characters, kept for a day.
    pub(super) idempotency_key: Option<String>,
}

impl UpdateTeamInput {
    pub(super) fn read(self) -> TeamEdit {
        let read = |id: ID| CandidateId::read(&["candidateId"], &id);
        let candidate = match self.candidate_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => Some(Some(read(id))),
        };
        let looking_for = match self.looking_for {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(Vec::new()),
            MaybeUndefined::Value(all) => Some(all),
        };
        let member = |(index, id): (usize, ID)| {
            MemberId::read(&["removeMemberIds", &index.to_string()], &id)
        };
        let removed = self.remove_member_ids.unwrap_or_default();
        TeamEdit {
            name: self.name,
            candidate,
            is_open: self.is_open,
            looking_for,
            removed: removed.into_iter().enumerate().map(member).collect(),
        }
    }
}

pub(super) fn candidate_id(id: &ID) -> Result<CandidateId> {
    CandidateId::read(&["candidateId"], id)
}

pub(super) fn team_id(id: &ID) -> Result<TeamId> {
    TeamId::read(&["teamId"], id)
}
