//! What admins do with members: here the roles that are granted inside. Leaving knows what a
//! person looked after, and so stands further down the pipeline.

use super::domain::{MemberId, Role, Roles};
use super::store::Member;
use super::store_members as store;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::text::required;
use crate::policy::{Actor, No, SetMemberRoles};
use crate::session::Session;
use std::collections::HashMap;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 10_000;

/// Why something cannot be done with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody would administer the house any more.
    LastAdmin,
    /// Another admin does that.
    Yourself,
    /// They left.
    Inactive,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let conflict = |reason, message: &str| Self::Conflict {
            reason,
            message: message.to_owned(),
            current_revision: None,
        };
        match refusal {
            Refusal::LastAdmin => conflict(
                "LAST_ADMIN",
                "Nobody else administers the house: make somebody an ADMIN first.",
            ),
            Refusal::Yourself => Self::Forbidden {
                reason: "YOURSELF",
                message: "Nobody deactivates themselves; another admin does.".to_owned(),
            },
            Refusal::Inactive => conflict("MEMBER_INACTIVE", "This member is no longer active."),
        }
    }
}

/// Replaces the roles that were granted to somebody inside; the same ones change nothing.
pub async fn set_roles(
    s: &Session,
    id: Result<MemberId>,
    roles: &[Role],
    reason: &str,
) -> Result<MemberId> {
    let permit = s.actor.may::<SetMemberRoles>(&())?;
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let reason = reason_of(&mut faults, reason);
    let id = named(id, faults)?;
    // Everyone is a member.
    let granted = roles.iter().copied().filter(|role| *role != Role::Member);
    let granted: Roles = granted.collect();
    s.write(async |tx| {
        let all = locked(tx, &s.actor, &[id]).await?;
        let member = all.get(&id).ok_or(Error::NotFound { noun: "member" })?;
        if !member.is_active {
            return Err(Refusal::Inactive.into());
        }
        if member.granted_roles == granted {
            return Ok(id);
        }
        let roles = member.token_roles.union(granted);
        if member.roles().contains(Role::Admin)
            && !roles.contains(Role::Admin)
            && !is_another_admin(&all, id)
        {
            return Err(Refusal::LastAdmin.into());
        }
        store::grant(tx, &permit, id, granted, reason).await?;
        Ok(id)
    })
    .await
}

/// Whoever acts and these, with all admins, locked. Whoever acts must still be one of them:
/// another admin may have been faster.
pub async fn locked(
    tx: &Tx<'_>,
    actor: &Actor,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Member>> {
    let me = actor.signed_in()?;
    let some: Vec<MemberId> = members.iter().copied().chain([me]).collect();
    let all = store::locked_with_admins(tx, &some).await?;
    match all.get(&me) {
        Some(member) if !member.is_active => Err(Error::Unauthenticated),
        Some(member) if member.roles().contains(Role::Admin) => Ok(all),
        _ => Err(No::RoleNeeded(Role::Admin).into()),
    }
}

/// Whether somebody else among these administers the house.
pub fn is_another_admin(all: &HashMap<MemberId, Member>, than: MemberId) -> bool {
    all.values()
        .any(|member| member.id != than && member.is_active && member.roles().contains(Role::Admin))
}

/// Why an admin does something, or `REASON_MISSING`.
pub fn reason_of(faults: &mut Faults, reason: &str) -> String {
    required(
        faults,
        &["reason"],
        reason,
        LONGEST_REASON,
        "REASON_MISSING",
    )
}

/// The id, when nothing was found wrong.
pub fn named(id: Option<MemberId>, faults: Faults) -> Result<MemberId> {
    faults.check()?;
    id.ok_or_else(|| Error::internal("an id was neither read nor refused"))
}
