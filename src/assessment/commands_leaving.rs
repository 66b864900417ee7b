//! Somebody leaves: they are let in no more, and what they looked after is handed on. What
//! they did stays, under their name or, once they are erased, under nobody's.

use super::commands_assignments::end_assignments_of;
use super::store_assignments as assignments;
use crate::ideas;
use crate::ideas::domain::IdeaId;
use crate::identity;
use crate::identity::commands_members::{Refusal, is_another_admin, locked, named, reason_of};
use crate::identity::domain::{MemberId, Role};
use crate::identity::store_members as members;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::outbox::Subject;
use crate::policy::DeactivateMember;
use crate::session::Session;
use futures_util::future::BoxFuture;
use std::collections::BTreeSet;

/// What an admin asks for.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// Who looks after their ideas from now on.
    pub heir: Option<Result<MemberId>>,
    /// Whether name and address go too.
    pub erase: bool,
    pub reason: String,
}

/// How what somebody tries and takes part in is handed on to an heir, or to nobody in person.
pub type HandOn =
    for<'a, 'b> fn(&'a Tx<'b>, MemberId, Option<MemberId>) -> BoxFuture<'a, Result<()>>;

/// Deactivates a member, and erases them when that is asked for, also later. What was done
/// already changes nothing.
pub async fn deactivate(
    s: &Session,
    id: Result<MemberId>,
    asked: Leaving,
    hand_on_the_rest: HandOn,
) -> Result<MemberId> {
    let permit = s.actor.may::<DeactivateMember>(&())?;
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let heir = match asked.heir {
        Some(read) => faults.take(read)?,
        None => None,
    };
    let reason = reason_of(&mut faults, &asked.reason);
    if let Some(heir) = heir
        && (Some(heir) == id || !identity::store::leads(s.reader(), heir).await?)
    {
        let told = "Ideas are handed to another active member who leads.";
        faults.add(&["handToId"], "NOT_A_LEAD", told);
    }
    let id = named(id, faults)?;
    s.write(async |tx| {
        let some: Vec<MemberId> = heir.into_iter().chain([id]).collect();
        let all = locked(tx, &s.actor, &some).await?;
        let member = all.get(&id).ok_or(Error::NotFound { noun: "member" })?;
        if s.actor.id() == Some(id) {
            let refusal = match is_another_admin(&all, id) {
                true => Refusal::Yourself,
                false => Refusal::LastAdmin,
            };
            return Err(refusal.into());
        }
        // The heir may have left meanwhile.
        let is_heir_there = heir.is_none_or(|heir| {
            all.get(&heir).is_some_and(|heir| {
                let roles = heir.roles();
                heir.is_active && (roles.contains(Role::Lead) || roles.contains(Role::Admin))
            })
        });
        if !is_heir_there {
            let told = "Ideas are handed to another active member who leads.";
            return Err(Error::invalid(&["handToId"], "NOT_A_LEAD", told));
        }
        let is_erased_now = asked.erase && !members::is_erased(tx.sql(), id).await?;
        // Before anything is noted anew.
        let emptied = match is_erased_now {
            true => members::empty_notes(tx, &permit, id).await?,
            false => Vec::new(),
        };
        let mut reason = Some(reason);
        if member.is_active {
            let reason = reason.take().unwrap_or_default();
            members::deactivate(tx, &permit, id, heir, reason).await?;
        }
        // Locked together, in the order of their ids: what they were asked for, what they
        // looked after, what they try, and where they take part.
        let mut theirs = assignments::asked_of(tx.sql(), id).await?;
        theirs.extend(ideas::store_leaving::looked_after(tx.sql(), id).await?);
        theirs.extend(ideas::store_leaving::tried(tx.sql(), id).await?);
        let mut subjects: BTreeSet<Subject> = theirs.into_iter().map(IdeaId::subject).collect();
        // Hackathons come before ideas.
        let hackathons = ideas::store_leaving::hackathons_of(tx.sql(), id).await?;
        subjects.extend(hackathons.into_iter().map(Subject::Hackathon));
        tx.lock_all(&subjects).await?;
        end_assignments_of(tx, id, s.promises()).await?;
        ideas::hand_on(tx, &permit, id, heir).await?;
        hand_on_the_rest(tx, id, heir).await?;
        if is_erased_now {
            members::erase(tx, &permit, id, emptied, reason).await?;
        }
        Ok(id)
    })
    .await
}
