//! What the owner of a prototype does, or a lead in their place: plan the experiment, start it,
//! give it more time once, or give it up.

use super::commands::{expect, locked, reason_of, running};
use super::domain::{PrototypeId, Refusal, State};
use super::experiment::{self, DAYS, Plan};
use super::store;
use crate::assessment::come_back;
use crate::ideas::domain::IdeaId;
use crate::ideas::lifecycle::Step;
use crate::ideas::store::Sees;
use crate::ideas::{self, Notice};
use crate::platform::clock::DAY;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{AbortPrototype, ExtendPrototype, PlanExperiment, StartPrototype};
use crate::session::Session;
use serde_json::json;

/// Plans the experiment, or plans it anew, as long as it has not started. What it does not say
/// of the riskiest assumption is taken over from the idea.
pub async fn plan(
    s: &Session,
    id: Result<PrototypeId>,
    plan: Plan,
    expected_revision: Option<i32>,
) -> Result<(PrototypeId, IdeaId)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let mut plan = plan.read(&mut faults);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (prototype, idea, stands) = locked(tx, s, id).await?;
        let on = running(s, &prototype, stands);
        let permit = s.actor.may::<PlanExperiment>(&on)?;
        faults.check()?;
        if let Some(expected) = expected_revision
            && expected != prototype.revision
        {
            let current = prototype.revision;
            return Err(Refusal::StaleRevision { current }.into());
        }
        expect(&prototype, &idea, &[State::Queued])?;
        let taken_over = || idea.text.riskiest_assumption.clone();
        plan.assumption = plan.assumption.or_else(taken_over);
        let (revision, digest) = store::plan(tx, &permit, id, plan).await?;
        let data = json!({"prototype": id, "planRevision": revision, "planDigest": digest});
        tx.emit(idea.id.subject(), "EXPERIMENT_PLANNED", data);
        Ok((id, idea.id))
    })
    .await
}

/// Starts the trial: it is due when its time box ends. Refused as long as the experiment is
/// not planned, and while as many are being tried as may be.
pub async fn start(s: &Session, id: PrototypeId) -> Result<(PrototypeId, IdeaId)> {
    s.write(async |tx| {
        let (prototype, mut idea, stands) = locked(tx, s, id).await?;
        let on = running(s, &prototype, stands);
        let permit = s.actor.may::<StartPrototype>(&on)?;
        expect(&prototype, &idea, &[State::Queued])?;
        let text = &idea.text;
        let missing = prototype.missing(
            text.hypothesis.is_some(),
            text.riskiest_assumption.is_some(),
        );
        let Some(days) = prototype.time_box_days.filter(|_| missing.is_empty()) else {
            return Err(Refusal::ExperimentMissing(missing).into());
        };
        // Held last, and until the command ends: others may start at the same moment.
        store::lock_queue(tx).await?;
        let sees = Sees::of(&s.actor)?;
        let running = store::running(tx.sql(), &sees, idea.visibility).await?;
        if running >= u64::from(s.prototype_limit()) {
            return Err(Refusal::LimitReached.into());
        }
        let due_at = tx.now() + i64::from(days) * DAY;
        store::start(tx, &permit, id, due_at).await?;
        let step = Step::StartPrototype;
        ideas::move_until(tx, &mut idea, step, s.promises(), Some(due_at)).await?;
        let data = json!({"prototype": id, "dueAt": due_at});
        tx.emit(idea.id.subject(), "PROTOTYPE_STARTED", data);
        let people = ideas::authors_and_followers(tx, &idea).await?;
        ideas::notify(tx, &idea, Notice::PrototypeStarted, None, &people).await?;
        Ok((id, idea.id))
    })
    .await
}

/// Gives a running prototype so many days more, once.
pub async fn extend(
    s: &Session,
    id: Result<PrototypeId>,
    days: i32,
    reason: &str,
) -> Result<(PrototypeId, IdeaId)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    experiment::days(&mut faults, "days", days);
    let reason = reason_of(&mut faults, reason);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (prototype, mut idea, stands) = locked(tx, s, id).await?;
        let on = running(s, &prototype, stands);
        let permit = s.actor.may::<ExtendPrototype>(&on)?;
        let due = prototype
            .due_at
            .filter(|_| prototype.state == State::Running);
        let later = due.map(|due| due + i64::from(days) * DAY);
        if DAYS.contains(&days) && later.is_some_and(|later| later <= tx.now()) {
            let told = "So many days more, and it would be overdue all the same.";
            faults.add(&["days"], "DUE_IN_THE_PAST", told);
        }
        faults.check()?;
        expect(&prototype, &idea, &[State::Running])?;
        if prototype.extended_at.is_some() {
            return Err(Refusal::AlreadyExtended.into());
        }
        let later = later.ok_or_else(|| Error::internal("a running prototype is never due"))?;
        store::extend(tx, &permit, id, later).await?;
        ideas::promise(tx, &mut idea, Some(later)).await?;
        let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
        let data = json!({
            "prototype": id, "days": days, "dueAt": later, "note": note, "digest": digest,
        });
        tx.emit(idea.id.subject(), "PROTOTYPE_EXTENDED", data);
        Ok((id, idea.id))
    })
    .await
}

/// Gives a prototype up: that is no result, and the idea is where it was queued from.
pub async fn abort(
    s: &Session,
    id: Result<PrototypeId>,
    reason: &str,
) -> Result<(PrototypeId, IdeaId)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = reason_of(&mut faults, reason);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (prototype, mut idea, stands) = locked(tx, s, id).await?;
        let on = running(s, &prototype, stands);
        let permit = s.actor.may::<AbortPrototype>(&on)?;
        faults.check()?;
        expect(&prototype, &idea, &[State::Queued, State::Running])?;
        let from = idea.state;
        store::abort(tx, &permit, id).await?;
        ideas::move_to(tx, &mut idea, Step::AbortPrototype, s.promises()).await?;
        let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
        let data = json!({
            "prototype": id, "from": from.as_str(), "to": idea.state.as_str(),
            "note": note, "digest": digest,
        });
        tx.emit(idea.id.subject(), "PROTOTYPE_ABORTED", data);
        let mut people = ideas::authors_and_followers(tx, &idea).await?;
        people.extend(prototype.owner.into_iter().chain(idea.steward));
        ideas::notify(tx, &idea, Notice::PrototypeAborted, None, &people).await?;
        come_back(tx, &mut idea, s.promises()).await?;
        Ok((id, idea.id))
    })
    .await
}
