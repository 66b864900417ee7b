//! Signing in: a verified token becomes a member with roles.

use super::claims::Claims;
use super::domain::Role;
use super::store::{self, Member};
use crate::platform::error::{Error, Result};
use crate::policy::Actor;
use crate::session::{House, Session};

/// The person a verified token names; a member is made on first sight, and what the token
/// says anew is stored, unless they left. `admins` are subjects who administer whatever their
/// token says.
pub async fn sign_in(house: &House, claims: &Claims, admins: &[String]) -> Result<Actor> {
    let mut claims = claims.clone();
    if admins.contains(&claims.subject) {
        // Stored with what the token says, so that everybody knows who administers.
        claims.roles.insert(Role::Admin);
    }
    let claims = &claims;
    let known = find(house, claims).await?;
    let member = match known {
        // Nothing of somebody who left is written anew.
        Some(member) if !member.is_active => member,
        Some(member) if is_as_told(&member, claims) => member,
        Some(member) => {
            nobody(house)
                .write(async |tx| store::update(tx, member.id, claims).await)
                .await?;
            // Erased meanwhile, they are nobody any more.
            find(house, claims).await?.ok_or(Error::Unauthenticated)?
        }
        None => {
            nobody(house)
                .write(async |tx| store::insert(tx, claims).await)
                .await?;
            find(house, claims)
                .await?
                .ok_or_else(|| Error::internal("a member was made and is not there"))?
        }
    };
    if !member.is_active {
        tracing::info!(member.id = %member.id.0, "a deactivated member was turned away");
        return Err(Error::Unauthenticated);
    }
    // What this token says, not what another one of theirs said meanwhile.
    let mut roles = claims.roles.union(member.granted_roles);
    roles.insert(Role::Member);
    Ok(Actor::member(member.id, roles))
}

async fn find(house: &House, claims: &Claims) -> Result<Option<Member>> {
    store::find_by_subject(house.db.reader(), &claims.issuer, &claims.subject).await
}

fn is_as_told(member: &Member, claims: &Claims) -> bool {
    let name = claims.name.as_ref();
    member.token_roles == claims.roles
        && name.is_none_or(|name| *name == member.name)
        && member.email == claims.email
}

/// The house itself acts.
fn nobody(house: &House) -> Session {
    Session::new(house.clone(), Actor::nobody())
}
