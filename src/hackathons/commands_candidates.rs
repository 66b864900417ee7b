//! What is done with candidates: an idea is nominated, shortlisted, confirmed or taken out
//! again, and people say how well it fits. Each locks the hackathon first, then the idea.

use super::domain::{Candidate, CandidateId, CandidateState, Hackathon, HackathonId, Refusal};
use super::fit::Marks;
use super::phases::Phase;
use super::{store, store_candidates as candidates, store_fit};
use crate::assessment::come_back;
use crate::backlog::commands::Moment;
use crate::backlog::folds::Folds;
use crate::backlog::queries as backlog;
use crate::ideas;
use crate::ideas::domain::{DecisionKind, Idea, IdeaId, LONGEST_TEXT, Visibility};
use crate::ideas::lifecycle::{self, Illegal, State, Step};
use crate::ideas::store::Sees;
use crate::ideas::{NewDecision, Notice};
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::{optional, required};
use crate::policy::{
    ConfirmCandidate, DropCandidate, Fitting, NominateCandidate, Permit, RateFit,
    ShortlistCandidate, Standing,
};
use crate::session::Session;
use serde_json::{Value, json};

/// The refusal of a candidate that there is not for this caller.
const MISSING: Error = Error::NotFound { noun: "candidate" };

/// Nominates an idea for a hackathon; it stays where it is. Its authors are told.
pub async fn nominate(
    s: &Session,
    hackathon: Result<HackathonId>,
    idea: Result<IdeaId>,
    reason: &str,
) -> Result<CandidateId> {
    let permit = s.actor.may::<NominateCandidate>(&())?;
    let mut faults = Faults::default();
    let hackathon = faults.take(hackathon)?;
    let idea = faults.take(idea)?;
    let reason = reason_of(&mut faults, reason);
    let (Some(hackathon), Some(idea)) = (hackathon, idea) else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let hackathon = store::locked(tx, hackathon).await?;
        let idea = ideas::store::locked(tx, &Sees::of(&s.actor)?, idea).await?;
        if idea.visibility == Visibility::Confidential {
            let told = "An idea takes part when the whole organization sees it.";
            faults.add(&["ideaId"], "CONFIDENTIAL_IDEA", told);
        }
        faults.check()?;
        hackathon.expect(&[Phase::Nomination])?;
        if candidates::is_candidate(tx.sql(), hackathon.id, idea.id).await? {
            return Err(Refusal::AlreadyCandidate.into());
        }
        can_be_nominated(&idea)?;
        let candidate = nominated(tx, &permit, &hackathon, &idea, reason).await?;
        Ok(candidate.id)
    })
    .await
}

/// Refuses an idea in a state out of which none is confirmed.
fn can_be_nominated(idea: &Idea) -> Result<()> {
    lifecycle::take(Step::ConfirmCandidate, idea.state, idea.left_state)
        .map(|_: State| ())
        .map_err(|refused: Illegal| ideas::domain::Refusal::from(refused).into())
}

/// Keeps a nomination, which was allowed, and says so. The idea is locked.
pub(super) async fn nominated(
    tx: &Tx<'_>,
    permit: &Permit<NominateCandidate>,
    hackathon: &Hackathon,
    idea: &Idea,
    reason: String,
) -> Result<Candidate> {
    let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
    let candidate = candidates::nominate(tx, permit, hackathon.id, idea.id, note).await?;
    let data = json!({
        "hackathon": hackathon.id, "candidate": candidate.id, "note": note, "digest": digest,
    });
    tell(tx, &candidate, "NOMINATED", data);
    let authors = ideas::authors_of(tx, idea).await?;
    notify(tx, &candidate, Notice::Nominated, &authors).await?;
    Ok(candidate)
}

/// Keeps that the organizer has an eye on a candidate.
pub async fn shortlist(s: &Session, id: Result<CandidateId>, reason: &str) -> Result<CandidateId> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = reason_of(&mut faults, reason);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (hackathon, candidate, idea, stands) = locked(tx, s, id).await?;
        let permit = s.actor.may::<ShortlistCandidate>(&stands)?;
        faults.check()?;
        hackathon.expect(&[Phase::Nomination])?;
        candidate.expect(&[CandidateState::Nominated])?;
        candidates::shortlist(tx, &permit, id).await?;
        let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
        let mut data = changed(&candidate, CandidateState::Shortlisted);
        data["note"] = json!(note);
        data["digest"] = json!(digest);
        tell(tx, &candidate, "CANDIDATE_CHANGED", data);
        Ok(id)
    })
    .await
}

/// Confirms a candidate: its idea waits for the hackathon from now on. The decision keeps the
/// rank and the score of its moment.
pub async fn confirm(
    s: &Session,
    folds: &Folds,
    id: Result<CandidateId>,
    reason: &str,
) -> Result<CandidateId> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = reason_of(&mut faults, reason);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    // Folded before the command begins, so that in it the newest changes are read alone.
    if let Some(found) = candidates::one(s.reader(), id).await? {
        backlog::scores(s, folds, &[found.idea]).await?;
    }
    let before = folds.all_before();
    s.write(async |tx| {
        let (hackathon, candidate, mut idea, stands) = locked(tx, s, id).await?;
        let permit = s.actor.may::<ConfirmCandidate>(&stands)?;
        if idea.visibility == Visibility::Confidential {
            let told = "An idea takes part when the whole organization sees it.";
            faults.add(&["candidateId"], "CONFIDENTIAL_IDEA", told);
        }
        faults.check()?;
        hackathon.expect(&[Phase::Nomination])?;
        candidate.expect(&[CandidateState::Nominated, CandidateState::Shortlisted])?;
        if candidates::is_taken_elsewhere(tx.sql(), &candidate).await? {
            return Err(Refusal::AlreadyCandidate.into());
        }
        can_be_nominated(&idea)?;
        let moment = Moment::of(tx, folds, before, &idea).await?;
        let new = NewDecision {
            rank_then: moment.rank()?,
            score_then: moment.key(),
            ..NewDecision::of(DecisionKind::CandidateConfirmed, reason)
        };
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        let due = Some(hackathon.starts_at);
        let step = Step::ConfirmCandidate;
        ideas::move_until(tx, &mut idea, step, s.promises(), due).await?;
        candidates::confirm(tx, &permit, id).await?;
        let mut data = changed(&candidate, CandidateState::Confirmed);
        data["decision"] = json!(decision);
        data["digest"] = json!(digest);
        tell(tx, &candidate, "CANDIDATE_CHANGED", data);
        let people = ideas::authors_and_followers(tx, &idea).await?;
        notify(tx, &candidate, Notice::CandidateConfirmed, &people).await?;
        Ok(id)
    })
    .await
}

/// Takes a candidate out: an idea that was confirmed is back where it was.
pub async fn take_out(s: &Session, id: Result<CandidateId>, reason: &str) -> Result<CandidateId> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = reason_of(&mut faults, reason);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (hackathon, candidate, mut idea, stands) = locked(tx, s, id).await?;
        let permit = s.actor.may::<DropCandidate>(&stands)?;
        faults.check()?;
        hackathon.expect(&[Phase::Nomination])?;
        candidate.expect(&[
            CandidateState::Nominated,
            CandidateState::Shortlisted,
            CandidateState::Confirmed,
        ])?;
        let is_away = candidate.state == CandidateState::Confirmed;
        let moment = Moment::unranked(tx, idea.id).await?;
        let new = NewDecision {
            score_then: moment.key(),
            ..NewDecision::of(DecisionKind::CandidateDropped, reason)
        };
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        candidates::take_out(tx, &permit, id, decision).await?;
        if is_away {
            ideas::move_to(tx, &mut idea, Step::DropCandidate, s.promises()).await?;
        }
        let mut data = changed(&candidate, CandidateState::Dropped);
        data["decision"] = json!(decision);
        data["digest"] = json!(digest);
        tell(tx, &candidate, "CANDIDATE_CHANGED", data);
        let people = match is_away {
            true => {
                let mut people = ideas::authors_and_followers(tx, &idea).await?;
                people.extend(idea.steward);
                people
            }
            false => ideas::authors_of(tx, &idea).await?,
        };
        notify(tx, &candidate, Notice::CandidateDropped, &people).await?;
        if is_away {
            come_back(tx, &mut idea, s.promises()).await?;
        }
        Ok(id)
    })
    .await
}

/// Keeps how well a candidate fits, as the caller sees it, in place of what they said before.
pub async fn rate(
    s: &Session,
    id: Result<CandidateId>,
    marks: Marks,
    note: Option<&str>,
) -> Result<CandidateId> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    marks.check(&mut faults);
    let note = optional(&mut faults, &["note"], note, LONGEST_TEXT);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (hackathon, candidate, _, standing) = locked(tx, s, id).await?;
        let me = s.actor.signed_in()?;
        let is_judge = store::is_judge(tx.sql(), hackathon.id, me).await?;
        let permit = s.actor.may::<RateFit>(&Fitting { standing, is_judge })?;
        faults.check()?;
        hackathon.expect(&[Phase::Nomination])?;
        candidate.expect(&[
            CandidateState::Nominated,
            CandidateState::Shortlisted,
            CandidateState::Confirmed,
        ])?;
        let digest = store_fit::rate(tx, &permit, id, &marks, note).await?;
        let data = json!({"candidate": id, "rater": me, "digest": digest});
        let (subject, about) = (hackathon.id.subject(), Some(candidate.idea.0));
        tx.emit_about(subject, "FIT_RATED", data, about);
        Ok(id)
    })
    .await
}

/// A candidate with its hackathon and its idea, both locked, and how the caller stands to the
/// idea; `NOT_FOUND` where they do not see that.
pub async fn locked(
    tx: &Tx<'_>,
    s: &Session,
    id: CandidateId,
) -> Result<(Hackathon, Candidate, Idea, Standing)> {
    let found = candidates::one(tx.sql(), id).await?.ok_or(MISSING)?;
    let hackathon = store::locked(tx, found.hackathon).await?;
    let sees = Sees::of(&s.actor)?;
    let idea = match ideas::store::locked(tx, &sees, found.idea).await {
        Err(Error::NotFound { .. }) => return Err(MISSING),
        other => other?,
    };
    // Read once more under the lock.
    let candidate = candidates::one(tx.sql(), id).await?.ok_or(MISSING)?;
    let (stands, _) = ideas::store::standing(tx.sql(), &idea, sees.member).await?;
    Ok((hackathon, candidate, idea, stands))
}

fn changed(candidate: &Candidate, to: CandidateState) -> Value {
    json!({
        "hackathon": candidate.hackathon, "candidate": candidate.id,
        "from": candidate.state.as_str(), "to": to.as_str(),
    })
}

/// Says on both chains what happened to a candidate.
fn tell(tx: &Tx<'_>, candidate: &Candidate, kind: &'static str, data: Value) {
    tx.emit(candidate.idea.subject(), kind, data.clone());
    let subject = candidate.hackathon.subject();
    tx.emit_about(subject, kind, data, Some(candidate.idea.0));
}

async fn notify(
    tx: &Tx<'_>,
    candidate: &Candidate,
    notice: Notice,
    people: &[crate::identity::domain::MemberId],
) -> Result<()> {
    let (hackathon, idea) = (candidate.hackathon.0, Some(candidate.idea));
    ideas::notify_in_hackathon(tx, hackathon, idea, notice, people).await
}

fn reason_of(faults: &mut Faults, reason: &str) -> String {
    let path = ["reason"];
    required(faults, &path, reason, LONGEST_TEXT, "REASON_MISSING")
}
