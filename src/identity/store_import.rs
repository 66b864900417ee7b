//! The SQL of people whom a file names: authors and assessors who were never here. They
//! become members under an issuer of their own, which no token can have (tokens come from
//! the house itself or from the address of a sign-in service), so nobody ever signs in as
//! one of them; for the same reason they get no role, and nothing is assigned to them.

use super::claims::Claims;
use super::domain::{MemberId, Roles};
use super::store;
use crate::entity::member;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};

/// Who vouches for people whom a file names.
pub const IMPORT_ISSUER: &str = "sluice:import";

/// The subject of the member to whom ideas without an author belong. Nobody is called so.
pub const NOBODY_NAMED: &str = "";

/// What others see as that member's name.
const NOBODY_NAMED_SHOWN: &str = "Imported";

/// Of these subjects, those that an import made a member of before.
pub async fn imported(
    sql: &impl ConnectionTrait,
    subjects: &BTreeSet<&str>,
) -> Result<HashMap<String, MemberId>> {
    if subjects.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = member::Entity::find()
        .filter(member::Column::Issuer.eq(IMPORT_ISSUER))
        .filter(member::Column::Subject.is_in(subjects.iter().copied()))
        .all(sql)
        .await?;
    let named = rows.into_iter().map(|row| (row.subject, MemberId(row.id)));
    Ok(named.collect())
}

/// The members of all these subjects; who is not there yet is made one. In the order of
/// their names, so that two imports wait for each other in the same order.
pub async fn import(tx: &Tx<'_>, subjects: &BTreeSet<&str>) -> Result<HashMap<String, MemberId>> {
    let mut known = imported(tx.sql(), subjects).await?;
    let missing: BTreeSet<&str> = subjects
        .iter()
        .copied()
        .filter(|subject| !known.contains_key(*subject))
        .collect();
    for subject in &missing {
        let shown = if *subject == NOBODY_NAMED {
            NOBODY_NAMED_SHOWN
        } else {
            subject
        };
        let claims = Claims {
            issuer: IMPORT_ISSUER.to_owned(),
            subject: (*subject).to_owned(),
            name: Some(shown.to_owned()),
            email: None,
            roles: Roles::NONE,
        };
        store::insert(tx, &claims).await?;
    }
    known.extend(imported(tx.sql(), &missing).await?);
    if known.len() < subjects.len() {
        return Err(Error::internal(
            "members were made of a file and are not there",
        ));
    }
    Ok(known)
}
