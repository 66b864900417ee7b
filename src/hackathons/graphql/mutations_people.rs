//! What people do in hackathons. Each mutation may carry an `idempotencyKey`.

use super::candidates::{CandidateNode, candidate};
use super::inputs::hackathon_id;
use super::inputs_people::{
    ConfirmCandidateInput, CreateTeamInput, DropCandidateInput, JoinTeamInput, LeaveTeamInput,
    NominateCandidateInput, RateFitInput, RegisterForHackathonInput, ShortlistCandidateInput,
    UnregisterFromHackathonInput, UpdateTeamInput, candidate_id, team_id,
};
use super::mutations::{HackathonPayload, payload};
use super::teams::{TeamNode, team};
use crate::backlog::folds::Folds;
use crate::graph::change;
use crate::hackathons::domain::{CandidateId, TeamId};
use crate::hackathons::{commands_candidates, commands_registrations, commands_teams};
use crate::ideas::domain::IdeaId;
use crate::platform::error::{Error, Result};
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// A candidate that was changed.
#[derive(SimpleObject)]
pub struct CandidatePayload {
    /// The candidate as it is now.
    candidate: CandidateNode,
}

/// A team that was changed.
#[derive(SimpleObject)]
pub struct TeamPayload {
    /// The team as it is now; null when nobody is in it any more.
    team: Option<TeamNode>,
}

/// What is done with candidates.
#[derive(Default)]
pub struct CandidateMutation;

#[Object]
impl CandidateMutation {
    /// Nominates an idea for a hackathon in NOMINATION; it stays where it is, and its authors
    /// are told. Everyone who sees it may. One that is CONFIDENTIAL is refused as
    /// CONFIDENTIAL_IDEA, and one that was nominated before as ALREADY_CANDIDATE, whatever
    /// became of that.
    async fn nominate_candidate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which idea, for which hackathon, and why.")]
        input: NominateCandidateInput,
    ) -> Option<Result<CandidatePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "nominateCandidate", key, |s| {
            let input = input.clone();
            async move {
                let hackathon = hackathon_id(&input.hackathon_id);
                let idea = IdeaId::read(&["ideaId"], &input.idea_id);
                commands_candidates::nominate(&s, hackathon, idea, &input.reason).await
            }
        });
        Some(candidate_payload(ctx, done.await).await)
    }

    /// Has an eye on a candidate that was nominated. Organizers and admins may, never on their
    /// own idea.
    async fn shortlist_candidate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which candidate, and why.")] input: ShortlistCandidateInput,
    ) -> Option<Result<CandidatePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "shortlistCandidate", key, |s| {
            let input = input.clone();
            async move {
                let id = candidate_id(&input.candidate_id);
                commands_candidates::shortlist(&s, id, &input.reason).await
            }
        });
        Some(candidate_payload(ctx, done.await).await)
    }

    /// Confirms a candidate: its idea leaves its place and waits for the hackathon to start, as
    /// HACKATHON_CANDIDATE. The decision keeps the rank and the score of its moment. Refused
    /// as ALREADY_CANDIDATE while another hackathon has the idea. Organizers and admins may,
    /// never on their own idea.
    async fn confirm_candidate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which candidate, and why.")] input: ConfirmCandidateInput,
    ) -> Option<Result<CandidatePayload>> {
        let folds = ctx.data_unchecked::<Arc<Folds>>();
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "confirmCandidate", key, |s| {
            let input = input.clone();
            async move {
                let id = candidate_id(&input.candidate_id);
                commands_candidates::confirm(&s, folds, id, &input.reason).await
            }
        });
        Some(candidate_payload(ctx, done.await).await)
    }

    /// Takes a candidate out, before the hackathon starts; an idea that was confirmed is back
    /// where it was. Author and co-authors may; organizers and admins may, unless they declared
    /// a conflict of interest.
    async fn drop_candidate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which candidate, and why.")] input: DropCandidateInput,
    ) -> Option<Result<CandidatePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "dropCandidate", key, |s| {
            let input = input.clone();
            async move {
                let id = candidate_id(&input.candidate_id);
                commands_candidates::take_out(&s, id, &input.reason).await
            }
        });
        Some(candidate_payload(ctx, done.await).await)
    }

    /// Says how well a candidate fits, in place of what the caller said before. Organizers,
    /// leads, assessors, admins and the judges of the hackathon may, never on their own idea.
    async fn rate_fit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which candidate, and how well it fits.")] input: RateFitInput,
    ) -> Option<Result<CandidatePayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "rateFit", key, |s| {
            let input = input.clone();
            async move {
                let id = candidate_id(&input.candidate_id);
                let note = input.note.as_deref();
                commands_candidates::rate(&s, id, input.marks(), note).await
            }
        });
        Some(candidate_payload(ctx, done.await).await)
    }
}

/// What people do about themselves and their teams. Everyone signed in may.
#[derive(Default)]
pub struct TeamMutation;

#[Object]
impl TeamMutation {
    /// Registers the caller for a hackathon in NOMINATION or RUNNING; again, it keeps what they
    /// say now. Everyone signed in may.
    async fn register_for_hackathon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hackathon, and what the caller can do.")]
        input: RegisterForHackathonInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "registerForHackathon", key, |s| {
            let input = input.clone();
            async move {
                let id = hackathon_id(&input.hackathon_id);
                let skills = input.skills.unwrap_or_default();
                let seeks = input.seeks_team.unwrap_or(true);
                commands_registrations::register(&s, id, &skills, seeks).await
            }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Takes that back; once more changes nothing. Refused as IN_TEAM while the caller is in a
    /// team. Everyone signed in may.
    async fn unregister_from_hackathon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hackathon.")] input: UnregisterFromHackathonInput,
    ) -> Option<Result<HackathonPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "unregisterFromHackathon", key, |s| {
            let id = hackathon_id(&input.hackathon_id);
            async move { commands_registrations::unregister(&s, id?).await }
        });
        Some(payload(ctx, done.await).await)
    }

    /// Forms a team with the caller in it, in NOMINATION. A person is in one team of a
    /// hackathon: else it is refused as ALREADY_IN_TEAM. Everyone signed in may.
    async fn create_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How it is called, and what it works on.")] input: CreateTeamInput,
    ) -> Option<Result<TeamPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "createTeam", key, |s| {
            let input = input.clone();
            async move {
                let id = hackathon_id(&input.hackathon_id);
                commands_teams::create(&s, id, input.read()).await
            }
        });
        Some(team_payload(ctx, done.await).await)
    }

    /// Puts the caller into a team, in NOMINATION and RUNNING. Refused as TEAM_CLOSED when it is
    /// not open, as TEAM_FULL when as many are in it as may be, and as ALREADY_IN_TEAM when the
    /// caller is in one. Everyone signed in may.
    async fn join_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which team.")] input: JoinTeamInput,
    ) -> Option<Result<TeamPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "joinTeam", key, |s| {
            let id = team_id(&input.team_id);
            async move { commands_teams::join(&s, id?).await }
        });
        Some(team_payload(ctx, done.await).await)
    }

    /// Takes the caller out of their team, in NOMINATION and RUNNING. The last one dissolves it;
    /// of a team that has handed something in, that is refused as LAST_MEMBER. Those in it may.
    async fn leave_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which team.")] input: LeaveTeamInput,
    ) -> Option<Result<TeamPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "leaveTeam", key, |s| {
            let id = team_id(&input.team_id);
            async move { commands_teams::leave(&s, id?).await }
        });
        Some(team_payload(ctx, done.await).await)
    }

    /// Changes a team, in NOMINATION and RUNNING; what is left out stays. Who is taken off it is
    /// told; somebody stays, or it is refused as LAST_MEMBER. Those in it may, organizers and
    /// admins.
    async fn update_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which team, and what is changed.")] input: UpdateTeamInput,
    ) -> Option<Result<TeamPayload>> {
        let key = input.idempotency_key.as_deref();
        let done = change(ctx, "updateTeam", key, |s| {
            let input = input.clone();
            async move {
                let id = team_id(&input.team_id);
                commands_teams::update(&s, id, input.read()).await
            }
        });
        Some(team_payload(ctx, done.await).await)
    }
}

async fn candidate_payload(
    ctx: &Context<'_>,
    done: Result<CandidateId>,
) -> Result<CandidatePayload> {
    let candidate = candidate(ctx, done?).await?;
    Ok(CandidatePayload {
        candidate: candidate.ok_or(Error::NotFound { noun: "candidate" })?,
    })
}

async fn team_payload(ctx: &Context<'_>, done: Result<TeamId>) -> Result<TeamPayload> {
    let team = team(ctx, done?).await?;
    Ok(TeamPayload { team })
}
