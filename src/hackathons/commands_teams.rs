//! Teams: people form one, join and leave it, and say what it works on and whom it looks for.
//! All of it happens under the lock of the hackathon, so that sizes hold and nobody is in two.

use super::commands_candidates::nominated;
use super::commands_registrations::seek_no_more;
use super::domain::{CandidateId, Hackathon, HackathonId, Refusal, Team, TeamId};
use super::phases::Phase;
use super::store_teams::{self as teams, Shape};
use super::teaming::{items, name};
use super::{store, store_candidates as candidates};
use crate::ideas;
use crate::ideas::domain::{Authorship, Channel, Idea, IdeaId, Text, Visibility};
use crate::ideas::lifecycle::State;
use crate::ideas::store::Sees;
use crate::ideas::{NewRow, Notice};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{
    CreateTeam, JoinTeam, LeaveTeam, NominateCandidate, SubmitIdea, Teaming, UpdateTeam,
};
use crate::session::Session;
use serde_json::{Value, json};

/// The refusal of a team that there is not, or not any more.
const MISSING: Error = Error::NotFound { noun: "team" };

/// A team as it comes in.
#[derive(Clone, Debug)]
pub struct NewTeam {
    pub name: String,
    /// As far as its id could be read.
    pub candidate: Option<Result<CandidateId>>,
    /// Title and problem of an idea of their own.
    pub new_idea: Option<(String, String)>,
    pub looking_for: Vec<String>,
}

/// Forms a team with the caller in it. An idea of their own is submitted and nominated with
/// it.
pub async fn create(s: &Session, id: Result<HackathonId>, new: NewTeam) -> Result<TeamId> {
    let permit = s.actor.may::<CreateTeam>(&())?;
    let submits = s.actor.may::<SubmitIdea>(&())?;
    let nominates = s.actor.may::<NominateCandidate>(&())?;
    let me = permit.by();
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let name = name(&mut faults, &new.name);
    let is_both = new.candidate.is_some() && new.new_idea.is_some();
    let candidate = match new.candidate {
        Some(read) => faults.take(read)?,
        None => None,
    };
    let text = new.new_idea.map(|(title, problem)| {
        let mut of_idea = Faults::default();
        let text = Text {
            title,
            problem,
            ..Text::default()
        };
        let text = text.parse(&mut of_idea);
        faults.append(of_idea.below("newIdea"));
        text
    });
    if is_both {
        let told = "A team works on a candidate or on a new idea, not on both.";
        faults.add(&["newIdea"], "CANDIDATE_AND_IDEA", told);
    }
    let looking_for = items(&mut faults, "lookingFor", &new.looking_for);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let hackathon = store::locked(tx, id).await?;
        let mut idea = check_candidate(tx, s, &mut faults, &hackathon, candidate).await?;
        faults.check()?;
        hackathon.expect(&[Phase::Nomination])?;
        if teams::is_in_a_team(tx.sql(), id, me).await? {
            return Err(Refusal::AlreadyInTeam.into());
        }
        let mut candidate = candidate;
        if let Some(text) = text {
            let own = ideas::insert(tx, &submits, own_idea(s, tx, me, text)).await?;
            let why = format!("The team “{name}” wants to work on it.");
            let kept = nominated(tx, &nominates, &hackathon, &own, why).await?;
            candidate = Some(kept.id);
            idea = Some(own.id);
        }
        let shape = Shape {
            name,
            candidate,
            is_open: true,
            looking_for,
        };
        let (team, digest) = teams::form(tx, &permit, id, shape).await?;
        teams::add(tx, &permit, id, team).await?;
        let data = json!({
            "team": team, "change": "FORMED", "joined": [me], "digest": digest,
        });
        tell(tx, id, idea, data);
        seek_no_more(tx, id, me).await?;
        Ok(team)
    })
    .await
}

fn own_idea(s: &Session, tx: &Tx<'_>, author: MemberId, text: Text) -> NewRow {
    NewRow {
        text,
        channel: Channel::Api,
        visibility: Visibility::Organization,
        authorship: Authorship::Named,
        author,
        co_authors: Vec::new(),
        submitted_by: None,
        external_id: None,
        state: State::Submitted,
        due_at: s.promises().due(State::Submitted, tx.now()),
        at: tx.now(),
    }
}

/// Notes when this is no candidate that a team can work on; the idea of one that is.
async fn check_candidate(
    tx: &Tx<'_>,
    s: &Session,
    faults: &mut Faults,
    hackathon: &Hackathon,
    id: Option<CandidateId>,
) -> Result<Option<IdeaId>> {
    let Some(id) = id else { return Ok(None) };
    let found = candidates::one(tx.sql(), id).await?;
    let found = found.filter(|one| one.hackathon == hackathon.id && one.state.is_open());
    let idea: Option<Idea> = match &found {
        Some(one) => ideas::store::find(tx.sql(), &Sees::of(&s.actor)?, one.idea).await?,
        None => None,
    };
    if idea.is_none() {
        let told = "`candidateId` names nothing that can be worked on in this hackathon.";
        faults.add(&["candidateId"], "NOT_A_CANDIDATE", told);
    }
    Ok(idea.map(|idea| idea.id))
}

/// Puts the caller into a team that is open.
pub async fn join(s: &Session, id: TeamId) -> Result<TeamId> {
    let permit = s.actor.may::<JoinTeam>(&())?;
    let me = permit.by();
    s.write(async |tx| {
        let (hackathon, team, members) = locked(tx, id).await?;
        hackathon.expect(&[Phase::Nomination, Phase::Running])?;
        if teams::is_in_a_team(tx.sql(), hackathon.id, me).await? {
            return Err(Refusal::AlreadyInTeam.into());
        }
        if !team.is_open {
            return Err(Refusal::TeamClosed.into());
        }
        let most = usize::try_from(hackathon.team_size_max).unwrap_or(usize::MAX);
        if members.len() >= most {
            return Err(Refusal::TeamFull.into());
        }
        teams::add(tx, &permit, hackathon.id, id).await?;
        let data = json!({"team": id, "change": "JOINED", "joined": [me]});
        tell(tx, hackathon.id, idea_of(tx, &team).await?, data);
        seek_no_more(tx, hackathon.id, me).await?;
        Ok(id)
    })
    .await
}

/// Takes the caller out of their team; the last one dissolves it, unless it has handed
/// something in.
pub async fn leave(s: &Session, id: TeamId) -> Result<TeamId> {
    s.write(async |tx| {
        let (hackathon, team, members) = locked(tx, id).await?;
        let on = teaming(s, &members);
        let permit = s.actor.may::<LeaveTeam>(&on)?;
        hackathon.expect(&[Phase::Nomination, Phase::Running])?;
        let is_last = members.len() == 1;
        if is_last && teams::has_entry(tx.sql(), id).await? {
            return Err(Refusal::LastMember.into());
        }
        gone(tx, &team, permit.by(), is_last, false).await?;
        Ok(id)
    })
    .await
}

/// Takes somebody out of a team, and dissolves it when nobody is left and nothing keeps it.
pub(super) async fn gone(
    tx: &Tx<'_>,
    team: &Team,
    who: MemberId,
    is_dissolved: bool,
    is_leaving: bool,
) -> Result<()> {
    teams::remove(tx, team.id, &[who]).await?;
    let mut change = "LEFT";
    if is_dissolved {
        teams::dissolve(tx, team.id).await?;
        change = "DISSOLVED";
    }
    let mut data = json!({"team": team.id, "change": change, "left": [who]});
    if is_leaving {
        data["isLeaving"] = json!(true);
    }
    tell(tx, team.hackathon, idea_of(tx, team).await?, data);
    Ok(())
}

/// What shall change in a team: `None` keeps.
#[derive(Clone, Debug, Default)]
pub struct TeamEdit {
    pub name: Option<String>,
    /// In the inner one, `None` clears.
    pub candidate: Option<Option<Result<CandidateId>>>,
    pub is_open: Option<bool>,
    pub looking_for: Option<Vec<String>>,
    /// As far as their ids could be read.
    pub removed: Vec<Result<MemberId>>,
}

/// Changes what a team says of itself, and takes people off it, who are told.
pub async fn update(s: &Session, id: Result<TeamId>, edit: TeamEdit) -> Result<TeamId> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let name = edit.name.map(|text| name(&mut faults, &text));
    let candidate = match edit.candidate {
        Some(Some(read)) => faults.take(read)?.map(Some),
        Some(None) => Some(None),
        None => None,
    };
    let looking_for = edit
        .looking_for
        .map(|all| items(&mut faults, "lookingFor", &all));
    let mut removed: Vec<(usize, MemberId)> = Vec::new();
    for (index, read) in edit.removed.into_iter().enumerate() {
        removed.extend(faults.take(read)?.map(|who| (index, who)));
    }
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (hackathon, team, members) = locked(tx, id).await?;
        let permit = s.actor.may::<UpdateTeam>(&teaming(s, &members))?;
        let is_new = |named: &CandidateId| team.candidate != Some(*named);
        let named = candidate.flatten().filter(is_new);
        check_candidate(tx, s, &mut faults, &hackathon, named).await?;
        for (index, who) in &removed {
            if !members.contains(who) {
                let path = ["removeMemberIds", &index.to_string()];
                faults.add(&path, "NOT_IN_TEAM", "They are not in this team.");
            }
        }
        faults.check()?;
        hackathon.expect(&[Phase::Nomination, Phase::Running])?;
        let old = Shape {
            name: team.name.clone(),
            candidate: team.candidate,
            is_open: team.is_open,
            looking_for: team.looking_for.clone(),
        };
        let new = Shape {
            name: name.unwrap_or_else(|| old.name.clone()),
            candidate: candidate.unwrap_or(old.candidate),
            is_open: edit.is_open.unwrap_or(old.is_open),
            looking_for: looking_for.unwrap_or_else(|| old.looking_for.clone()),
        };
        if new.candidate != old.candidate && hackathon.phase != Phase::Nomination {
            let phase = hackathon.phase;
            return Err(Refusal::CandidateFixed { phase }.into());
        }
        let mut off: Vec<MemberId> = removed.iter().map(|(_, who)| *who).collect();
        off.sort_unstable();
        off.dedup();
        if off.len() == members.len() {
            return Err(Refusal::LastMember.into());
        }
        if new == old && off.is_empty() {
            return Ok(id);
        }
        let mut data = json!({"team": id, "change": "EDITED"});
        let after = Team {
            candidate: new.candidate,
            ..team
        };
        if new != old {
            data["digest"] = json!(teams::reshape(tx, &permit, id, new).await?);
        }
        let idea = idea_of(tx, &after).await?;
        if !off.is_empty() {
            teams::remove(tx, id, &off).await?;
            data["left"] = json!(off);
            let (event, notice) = (hackathon.id.0, Notice::TakenOffTeam);
            ideas::notify_in_hackathon(tx, event, None, notice, &off).await?;
        }
        tell(tx, hackathon.id, idea, data);
        Ok(id)
    })
    .await
}

/// A team with its hackathon, which is locked, and who is in it.
pub async fn locked(tx: &Tx<'_>, id: TeamId) -> Result<(Hackathon, Team, Vec<MemberId>)> {
    let found = teams::one(tx.sql(), id).await?.ok_or(MISSING)?;
    let hackathon = store::locked(tx, found.hackathon).await?;
    // Read once more under the lock.
    let team = teams::one(tx.sql(), id).await?.ok_or(MISSING)?;
    let members = teams::members_of(tx.sql(), id).await?;
    Ok((hackathon, team, members))
}

/// How the caller stands to a team with these people in it.
pub fn teaming(s: &Session, members: &[MemberId]) -> Teaming {
    Teaming {
        is_member: s.actor.id().is_some_and(|me| members.contains(&me)),
    }
}

/// The idea that a team works on.
pub async fn idea_of(tx: &Tx<'_>, team: &Team) -> Result<Option<IdeaId>> {
    let Some(id) = team.candidate else {
        return Ok(None);
    };
    let candidate = candidates::one(tx.sql(), id).await?;
    Ok(candidate.map(|candidate| candidate.idea))
}

fn tell(tx: &Tx<'_>, id: HackathonId, idea: Option<IdeaId>, data: Value) {
    let about = idea.map(|idea| idea.0);
    tx.emit_about(id.subject(), "TEAM_CHANGED", data, about);
}
