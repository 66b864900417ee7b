//! What leads do with the queue: put an idea into it, change its order; and how a prototype
//! comes to another owner. Each locks the idea first, and the queue last.

use super::domain::{Prototype, PrototypeId, Refusal, State};
use super::store;
use crate::backlog::commands::Moment;
use crate::backlog::folds::Folds;
use crate::backlog::queries as backlog;
use crate::ideas::domain::{Authorship, DecisionKind, Idea, IdeaId, LONGEST_TEXT, Visibility};
use crate::ideas::lifecycle::{self, Step};
use crate::ideas::store::Sees;
use crate::ideas::{self, NewDecision, Notice};
use crate::identity;
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::outbox::Subject;
use crate::platform::text::required;
use crate::policy::{HandOverPrototype, MovePrototype, QueuePrototype, Running, Standing};
use crate::session::Session;
use serde_json::json;

/// Puts an idea into the queue, last, with who shall try it. The decision keeps the rank of
/// its moment, and whether it goes past a clearly better idea.
pub async fn queue(
    s: &Session,
    folds: &Folds,
    id: IdeaId,
    owner: Result<MemberId>,
    reason: &str,
) -> Result<(PrototypeId, IdeaId)> {
    let mut faults = Faults::default();
    let owner = faults.take(owner)?;
    let reason = reason_of(&mut faults, reason);
    // Folded before the command begins, so that in it the newest changes are read alone.
    backlog::scores(s, folds, &[id]).await?;
    let before = folds.all_before();
    s.write(async |tx| {
        lock_member(tx, owner).await?;
        let sees = Sees::of(&s.actor)?;
        let mut idea = ideas::store::locked(tx, &sees, id).await?;
        let (stands, _) = ideas::store::standing(tx.sql(), &idea, sees.member).await?;
        let permit = s.actor.may::<QueuePrototype>(&stands)?;
        let owner = check_owner(tx, &mut faults, &idea, owner).await?;
        faults.check()?;
        let Some(owner) = owner else {
            return Err(Error::internal("an owner without faults is there"));
        };
        let from = idea.state;
        lifecycle::take(Step::QueuePrototype, from, idea.left_state)
            .map_err(ideas::domain::Refusal::from)?;
        let moment = Moment::of(tx, folds, before, &idea).await?;
        let new = NewDecision {
            rank_then: moment.rank()?,
            score_then: moment.key(),
            is_override: moment.passes_a_clearly_better(),
            ..NewDecision::of(DecisionKind::PrototypeQueued, reason)
        };
        let (decision, digest) = ideas::decide(tx, &permit, &idea, new).await?;
        ideas::move_to(tx, &mut idea, Step::QueuePrototype, s.promises()).await?;
        store::lock_queue(tx).await?;
        let prototype = store::queue(tx, &permit, id, owner).await?;
        let data = json!({
            "from": from.as_str(), "to": idea.state.as_str(), "prototype": prototype,
            "owner": owner, "decision": decision, "digest": digest,
        });
        tx.emit(id.subject(), "PROTOTYPE_QUEUED", data);
        let mut people = ideas::authors_and_followers(tx, &idea).await?;
        people.retain(|one| *one != owner);
        ideas::notify(tx, &idea, Notice::PrototypeQueued, None, &people).await?;
        ideas::notify(tx, &idea, Notice::PrototypeOwnerNamed, None, &[owner]).await?;
        Ok((prototype, id))
    })
    .await
}

/// Changes the order of the queue: behind another one, or first.
pub async fn move_behind(
    s: &Session,
    id: Result<PrototypeId>,
    after: Option<Result<PrototypeId>>,
    reason: &str,
) -> Result<(PrototypeId, IdeaId)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let after = match after {
        Some(read) => faults.take(read)?,
        None => None,
    };
    let reason = reason_of(&mut faults, reason);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let (prototype, idea, stands) = locked(tx, s, id).await?;
        let permit = s.actor.may::<MovePrototype>(&stands)?;
        if after == Some(id) {
            let told = "`afterId` names the prototype itself.";
            faults.add(&["afterId"], "BEHIND_ITSELF", told);
        }
        faults.check()?;
        expect(&prototype, &idea, &[State::Queued])?;
        store::lock_queue(tx).await?;
        if !store::place_behind(tx, &permit, id, after).await? {
            let told = "`afterId` names nothing that waits in the queue.";
            return Err(Error::invalid(&["afterId"], "NOT_QUEUED", told));
        }
        let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
        let data = json!({"prototype": id, "note": note, "digest": digest});
        tx.emit(idea.id.subject(), "PROTOTYPE_MOVED", data);
        Ok((id, idea.id))
    })
    .await
}

/// Gives a prototype to another owner; to the one who has it already changes nothing.
pub async fn hand_over(
    s: &Session,
    id: Result<PrototypeId>,
    to: Result<MemberId>,
    reason: &str,
) -> Result<(PrototypeId, IdeaId)> {
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let to = faults.take(to)?;
    let reason = reason_of(&mut faults, reason);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        lock_member(tx, to).await?;
        let (prototype, idea, stands) = locked(tx, s, id).await?;
        let permit = s
            .actor
            .may::<HandOverPrototype>(&running(s, &prototype, stands))?;
        let to = check_owner(tx, &mut faults, &idea, to).await?;
        faults.check()?;
        expect(&prototype, &idea, &[State::Queued, State::Running])?;
        if let Some(to) = to.filter(|to| prototype.owner != Some(*to)) {
            store::hand_over(tx, &permit, id, to).await?;
            let (note, digest) = ideas::keep_note(tx, idea.id, reason).await?;
            let data = json!({
                "prototype": id, "from": prototype.owner, "to": to,
                "note": note, "digest": digest,
            });
            tx.emit(idea.id.subject(), "PROTOTYPE_HANDED_OVER", data);
            ideas::notify(tx, &idea, Notice::PrototypeOwnerNamed, None, &[to]).await?;
        }
        Ok((id, idea.id))
    })
    .await
}

/// A prototype with its idea, which is locked, and how the caller stands to that; `NOT_FOUND`
/// where they do not see it.
pub(super) async fn locked(
    tx: &Tx<'_>,
    s: &Session,
    id: PrototypeId,
) -> Result<(Prototype, Idea, Standing)> {
    let missing = || Error::NotFound { noun: "prototype" };
    let found = store::one(tx.sql(), id).await?.ok_or_else(missing)?;
    let sees = Sees::of(&s.actor)?;
    let idea = match ideas::store::locked(tx, &sees, found.idea).await {
        Err(Error::NotFound { .. }) => return Err(missing()),
        other => other?,
    };
    // Read once more under the lock.
    let prototype = store::one(tx.sql(), id).await?.ok_or_else(missing)?;
    let (stands, _) = ideas::store::standing(tx.sql(), &idea, sees.member).await?;
    Ok((prototype, idea, stands))
}

/// How the caller stands to a prototype.
pub(super) fn running(s: &Session, prototype: &Prototype, standing: Standing) -> Running {
    Running {
        standing,
        is_owner: prototype.owner.is_some() && prototype.owner == s.actor.id(),
    }
}

/// Refuses what cannot be done where a prototype stands.
pub(super) fn expect(prototype: &Prototype, idea: &Idea, states: &[State]) -> Result<()> {
    if states.contains(&prototype.state) {
        return Ok(());
    }
    Err(Refusal::WrongState {
        state: prototype.state,
        idea: idea.state,
    }
    .into())
}

pub(super) fn reason_of(faults: &mut Faults, reason: &str) -> String {
    let path = ["reason"];
    required(faults, &path, reason, LONGEST_TEXT, "REASON_MISSING")
}

/// Held before the idea, so that nobody is named who leaves at the same moment.
async fn lock_member(tx: &Tx<'_>, member: Option<MemberId>) -> Result<()> {
    if let Some(member) = member {
        tx.lock(Subject::Member(member.0)).await?;
    }
    Ok(())
}

/// Notes when somebody cannot own the prototype of an idea: who left, and who does not see it.
async fn check_owner(
    tx: &Tx<'_>,
    faults: &mut Faults,
    idea: &Idea,
    owner: Option<MemberId>,
) -> Result<Option<MemberId>> {
    let Some(owner) = owner else { return Ok(None) };
    let path = ["ownerId"];
    let is_active = identity::store::are_active(tx.sql(), &[owner]).await?;
    if is_active != [true] {
        let told = "The owner must be an active member.";
        faults.add(&path, "NOT_A_MEMBER", told);
    } else if idea.visibility == Visibility::Confidential {
        let leads = identity::store::leads(tx.sql(), owner).await?;
        let (stands, _) = ideas::store::standing(tx.sql(), idea, owner).await?;
        // Whether they wrote an anonymous one is not told.
        let is_known_author = stands.is_own() && idea.authorship == Authorship::Named;
        if !leads && !is_known_author {
            let told = "The owner of a confidential idea's prototype leads, or is named as its \
                        author: nobody else would see it.";
            faults.add(&path, "OWNER_SEES_NOTHING", told);
        }
    }
    Ok(Some(owner))
}
