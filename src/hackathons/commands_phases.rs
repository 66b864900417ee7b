//! How a hackathon goes from phase to phase: what the next one lacks refuses it, starting takes
//! in confirmed candidates with a team, and whatever it does not need goes back to where it was.

use super::domain::{CandidateState, Hackathon, HackathonId, Refusal, TeamId};
use super::phases::{Phase, missing};
use super::store;
use super::store_phases::{self as phases, Away};
use crate::assessment::come_back;
use crate::ideas::domain::{IdeaId, LONGEST_TEXT};
use crate::ideas::lifecycle::Step;
use crate::ideas::{self, Notice};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{optional, required};
use crate::policy::AdvanceHackathon;
use crate::session::Session;
use serde_json::json;
use std::collections::{BTreeSet, HashSet};

/// Leads a hackathon into the next phase, or cancels it. `admitted` are teams below the size
/// rule that may start all the same.
pub async fn advance(
    s: &Session,
    id: Result<HackathonId>,
    to: Phase,
    admitted: Vec<Result<TeamId>>,
    reason: Option<&str>,
) -> Result<HackathonId> {
    let permit = s.actor.may::<AdvanceHackathon>(&())?;
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let mut teams = Vec::with_capacity(admitted.len());
    for team in admitted {
        teams.extend(faults.take(team)?);
    }
    if !teams.is_empty() && to != Phase::Running {
        let told = "Teams are admitted when the hackathon starts: with RUNNING alone.";
        faults.add(&["admitTeamIds"], "ONLY_WITH_RUNNING", told);
    }
    let reason = match reason {
        // Who makes an exception says why.
        _ if !teams.is_empty() => Some(required(
            &mut faults,
            &["reason"],
            reason.unwrap_or_default(),
            LONGEST_TEXT,
            "REASON_MISSING",
        )),
        reason => optional(&mut faults, &["reason"], reason, LONGEST_TEXT),
    };
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let hackathon = store::locked(tx, id).await?;
        let formed = phases::teams(tx.sql(), id).await?;
        for (index, team) in teams.iter().enumerate() {
            if !formed.iter().any(|one| one.id == *team) {
                let path = ["admitTeamIds", &index.to_string()];
                faults.add(&path, "UNKNOWN_TEAM", "This hackathon has no such team.");
            }
        }
        faults.check()?;
        let from = hackathon.phase;
        if !from.leads_to(to) {
            return Err(Refusal::PhaseOrder { phase: from, to }.into());
        }
        let ready = |team: &phases::Formed| {
            team.size >= hackathon.team_size_min.into()
                && team.size <= hackathon.team_size_max.into()
        };
        let starting: Vec<&phases::Formed> = formed
            .iter()
            .filter(|team| team.is_of_confirmed)
            .filter(|team| ready(team) || (team.size > 0 && teams.contains(&team.id)))
            .collect();
        if to != Phase::Cancelled {
            let mut stock = phases::stock(tx.sql(), &hackathon).await?;
            stock.ready_teams = starting.len() as u64;
            let missing = missing(from, &stock);
            if !missing.is_empty() {
                let phase = from;
                return Err(Refusal::PhaseIncomplete { phase, missing }.into());
            }
        }
        store::set_phase(tx, &permit, id, to).await?;
        let mut data = json!({"from": from.as_str(), "to": to.as_str()});
        if let Some(reason) = reason {
            let (said, digest) = store::keep_note(tx, id, reason).await?;
            data["said"] = json!(said);
            data["digest"] = json!(digest);
        }
        if to == Phase::Running {
            data["teams"] = json!(starting.iter().map(|team| team.id).collect::<Vec<_>>());
            data["admitted"] = json!(teams);
        }
        tx.emit(id.subject(), "PHASE_CHANGED", data);
        match to {
            Phase::Running => start(tx, s, &hackathon, &starting).await?,
            Phase::Cancelled => {
                let away = locked(tx, &hackathon).await?;
                give_back(tx, s, &hackathon, &away, &HashSet::new()).await?;
            }
            _ => {}
        }
        Ok(id)
    })
    .await
}

/// Takes in the candidates of the teams that start; all others go back.
async fn start(
    tx: &Tx<'_>,
    s: &Session,
    hackathon: &Hackathon,
    starting: &[&phases::Formed],
) -> Result<()> {
    let teams: Vec<TeamId> = starting.iter().map(|team| team.id).collect();
    phases::take_part(tx, &teams).await?;
    let needed: HashSet<_> = starting.iter().filter_map(|team| team.candidate).collect();
    let (taken, left): (Vec<Away>, Vec<Away>) = locked(tx, hackathon)
        .await?
        .into_iter()
        .partition(|one| needed.contains(&one.candidate));
    phases::take_in(tx, &taken).await?;
    for one in &taken {
        let Some(mut idea) = ideas::store::locked_by_itself(tx, one.idea).await? else {
            continue;
        };
        let due = Some(hackathon.ends_at);
        ideas::move_until(tx, &mut idea, Step::EnterHackathon, s.promises(), due).await?;
        tell(tx, hackathon, one, CandidateState::InEvent);
        let people = ideas::authors_and_followers(tx, &idea).await?;
        ideas::notify(tx, &idea, Notice::EnteredHackathon, None, &people).await?;
    }
    give_back(tx, s, hackathon, &left, &HashSet::new()).await
}

/// The candidates whose ideas are away in this hackathon. All ideas that are in it, these and
/// those never confirmed, are locked in their order.
pub async fn locked(tx: &Tx<'_>, hackathon: &Hackathon) -> Result<Vec<Away>> {
    let away = phases::away(tx.sql(), hackathon.id).await?;
    let never = phases::never_confirmed(tx.sql(), hackathon.id).await?;
    let all = away.iter().chain(&never);
    let subjects: BTreeSet<_> = all.map(|one| one.idea.subject()).collect();
    tx.lock_all(&subjects).await?;
    Ok(away)
}

/// Brings ideas, which are locked, back to where they were before this hackathon, and ends the
/// candidacies of them and of all that were nominated in vain. Who is `told` something else
/// about an idea at this moment is not told that it is back.
pub async fn give_back(
    tx: &Tx<'_>,
    s: &Session,
    hackathon: &Hackathon,
    away: &[Away],
    told: &HashSet<(IdeaId, MemberId)>,
) -> Result<()> {
    for one in away {
        let Some(mut idea) = ideas::store::locked_by_itself(tx, one.idea).await? else {
            continue;
        };
        let step = Step::ReturnFromHackathon;
        ideas::move_to(tx, &mut idea, step, s.promises()).await?;
        tell(tx, hackathon, one, CandidateState::Returned);
        let mut people = ideas::authors_and_followers(tx, &idea).await?;
        people.extend(idea.steward);
        people.retain(|one| !told.contains(&(idea.id, *one)));
        ideas::notify(tx, &idea, Notice::ReturnedFromHackathon, None, &people).await?;
        come_back(tx, &mut idea, s.promises()).await?;
    }
    phases::end(tx, away).await?;
    let never = phases::never_confirmed(tx.sql(), hackathon.id).await?;
    for one in &never {
        tell(tx, hackathon, one, CandidateState::Returned);
    }
    phases::end(tx, &never).await
}

/// Says on both chains that a candidate came into another state.
pub fn tell(tx: &Tx<'_>, hackathon: &Hackathon, one: &Away, to: CandidateState) {
    let data = json!({
        "hackathon": hackathon.id, "candidate": one.candidate,
        "from": one.state.as_str(), "to": to.as_str(),
    });
    tx.emit(one.idea.subject(), "CANDIDATE_CHANGED", data.clone());
    let subject = hackathon.id.subject();
    tx.emit_about(subject, "CANDIDATE_CHANGED", data, Some(one.idea.0));
}
