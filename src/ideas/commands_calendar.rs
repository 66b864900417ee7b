//! What happens to ideas by themselves. Each idea has a transaction of its own, in which it
//! is locked first and looked at after: several servers may turn at once, and a person may
//! press a button. One that fails keeps nobody from the others.

use super::calendar::{Look, look};
use super::domain::{Idea, IdeaId};
use super::history::{CAME_BACK, UNANSWERED};
use super::lifecycle::{Party, Step};
use super::notifications::Notice;
use super::promises::Promises;
use super::store_acts::close_unanswered;
use super::store_appeals::deciders;
use super::store_calendar::{self as store, Moment, ReviewDue};
use super::store_changes::move_to;
use super::store_notifications::{authors_and_followers, authors_of, notify};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::policy::Actor;
use crate::session::{House, Session};
use futures_util::future::BoxFuture;
use serde_json::json;

/// What happens to an idea that has come back, beside what is done here.
pub type Resume =
    for<'a, 'b> fn(&'a Tx<'b>, &'a mut Idea, &'a Promises) -> BoxFuture<'a, Result<()>>;

/// So many moments are read at once.
const AT_ONCE: u64 = 100;

/// Does with every idea what its day asks for: what was put off comes back, what nobody
/// answered goes back to the leads, and whoever owes a step is reminded, once a day before
/// and once after. How many ideas; an error when any of them failed.
/// `resume` is called for what came back, in the same transaction: meanwhile its assessments
/// may have become others.
pub async fn wake(house: &House, resume: Resume) -> Result<u32> {
    let nobody = Session::new(house.clone(), Actor::nobody());
    let (mut done, mut failed) = (0, None);
    let (now, mut behind) = (nobody.now(), None);
    loop {
        let waking = store::waking(nobody.reader(), now, behind, AT_ONCE).await?;
        let Some(last) = waking.last() else { break };
        behind = Some(*last);
        for (_, id) in waking {
            let id = IdeaId(id);
            let woken = nobody.write(async |tx| see_to(tx, id, nobody.promises(), resume).await);
            match woken.await {
                Ok(is_done) => done += u32::from(is_done),
                Err(cause) => failed = failed.or(Some(cause)),
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

/// Looks at one idea; whether there was something to do.
async fn see_to(tx: &Tx<'_>, id: IdeaId, promises: &Promises, resume: Resume) -> Result<bool> {
    if !tx.try_lock(id.subject()).await? {
        return Ok(false);
    }
    // Read under the lock: another server may have seen to it.
    let Some(mut idea) = store::found(tx, id).await? else {
        return Ok(false);
    };
    if idea.wake_at.is_none_or(|at| at > tx.now()) {
        return Ok(false);
    }
    match look(&idea, tx.now()) {
        Look::Take(Step::LeaveUnanswered) => leave_unanswered(tx, &mut idea, promises).await?,
        Look::Take(step) => {
            come_back(tx, &mut idea, step, promises).await?;
            resume(tx, &mut idea, promises).await?;
        }
        Look::Remind(notice, next) => {
            store::look_again(tx, id, next).await?;
            let owing = who_owes(tx, &idea).await?;
            notify(tx, &idea, notice, None, &owing).await?;
        }
        Look::Wait(next) => {
            store::look_again(tx, id, next).await?;
            return Ok(false);
        }
    }
    Ok(true)
}

async fn come_back(tx: &Tx<'_>, idea: &mut Idea, step: Step, promises: &Promises) -> Result<()> {
    let from = idea.state;
    move_to(tx, idea, step, promises).await?;
    let data = json!({"from": from.as_str(), "to": idea.state.as_str(), "why": CAME_BACK});
    tx.emit(idea.id.subject(), "STATE_CHANGED", data);
    let mut people = authors_and_followers(tx, idea).await?;
    people.extend(idea.steward);
    notify(tx, idea, Notice::CameBack, None, &people).await
}

async fn leave_unanswered(tx: &Tx<'_>, idea: &mut Idea, promises: &Promises) -> Result<()> {
    let from = idea.state;
    move_to(tx, idea, Step::LeaveUnanswered, promises).await?;
    let mut data = json!({"from": from.as_str(), "to": idea.state.as_str(), "why": UNANSWERED});
    let mut people = authors_and_followers(tx, idea).await?;
    people.extend(idea.steward);
    if let Some(open) = super::store::open_question(tx.sql(), idea.id).await? {
        close_unanswered(tx, &open).await?;
        data["unanswered"] = json!(open.id);
        people.extend(open.asked_by);
    }
    tx.emit(idea.id.subject(), "STATE_CHANGED", data);
    notify(tx, idea, Notice::LeftUnanswered, None, &people).await
}

/// Who is reminded of the next step: its authors of what they owe, the owner of its prototype
/// of a trial, else the steward, and where there is none the leads who may take it; of an appeal those who may answer it.
async fn who_owes(tx: &Tx<'_>, idea: &Idea) -> Result<Vec<MemberId>> {
    let mut barred = authors_of(tx, idea).await?;
    if idea.appeal_due().is_some() {
        barred.extend(deciders(tx.sql(), idea.id).await?);
    } else {
        match (idea.waits_for(), idea.steward) {
            (Party::Author, _) => return Ok(barred),
            // Where the owner of the prototype left, the leads see to it.
            (Party::PrototypeOwner, _) => {
                if let Some(owner) = store::prototype_owner(tx.sql(), idea.id).await? {
                    return Ok(vec![owner]);
                }
            }
            (Party::Lead | Party::Steward | Party::Assessors, None) => {}
            (Party::Lead | Party::Steward | Party::Assessors, Some(steward)) => {
                return Ok(vec![steward]);
            }
            _ => return Ok(Vec::new()),
        }
    }
    let mut leads = identity::store::all_who_lead(tx.sql()).await?;
    leads.retain(|lead| !barred.contains(lead));
    Ok(leads)
}

/// Asks whoever wanted to look at a decision again to do so, once; how many were asked.
pub async fn ask_for_reviews(house: &House) -> Result<u32> {
    let nobody = Session::new(house.clone(), Actor::nobody());
    let (mut done, mut failed) = (0, None);
    let (now, mut behind): (_, Option<Moment>) = (nobody.now(), None);
    loop {
        let due = store::reviews_due(nobody.reader(), now, behind, AT_ONCE).await?;
        let Some(last) = due.last() else { break };
        behind = Some(last.moment);
        for one in due {
            let asked = nobody.write(async |tx| ask(tx, &one).await);
            match asked.await {
                Ok(is_done) => done += u32::from(is_done),
                Err(cause) => failed = failed.or(Some(cause)),
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

async fn ask(tx: &Tx<'_>, due: &ReviewDue) -> Result<bool> {
    if !tx.try_lock(due.idea.subject()).await? || !store::review_no_more(tx, due.decision).await? {
        return Ok(false);
    }
    let Some(idea) = store::found(tx, due.idea).await? else {
        return Ok(false);
    };
    let maker: Vec<MemberId> = due.maker.into_iter().collect();
    let about = Some(due.decision.0);
    notify(tx, &idea, Notice::ReviewDue, about, &maker).await?;
    Ok(true)
}
