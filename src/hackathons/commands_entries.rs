//! What teams hand in: as often as they like until the deadline, by the server's clock.

use super::domain::{EntryId, TeamId};
use super::entries::{NewEntry, Refusal};
use super::phases::Phase;
use super::store_bench::Bench;
use super::{store, store_entries, store_teams};
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{SubmitEntry, Teaming};
use crate::session::Session;
use serde_json::json;

/// Hands something in for a team, or replaces what it handed in before.
pub async fn submit(
    s: &Session,
    team: Result<TeamId>,
    new: NewEntry,
    expected: Option<i32>,
) -> Result<EntryId> {
    let mut faults = Faults::default();
    let team = faults.take(team)?;
    let new = new.read(&mut faults);
    let Some(id) = team else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let missing = || Error::NotFound { noun: "team" };
        let found = store_teams::one(tx.sql(), id).await?.ok_or_else(missing)?;
        let hackathon = store::locked(tx, found.hackathon).await?;
        // Read once more under the lock.
        let team = store_teams::one(tx.sql(), id).await?.ok_or_else(missing)?;
        let members = store_teams::members_of(tx.sql(), id).await?;
        let permit = s.actor.may::<SubmitEntry>(&Teaming {
            is_member: s.actor.id().is_some_and(|me| members.contains(&me)),
        })?;
        faults.check()?;
        hackathon.expect(&[Phase::Running])?;
        if !team.takes_part {
            return Err(Refusal::TakesNoPart.into());
        }
        if hackathon.is_frozen(tx.now()) {
            return Err(Refusal::DeadlinePassed.into());
        }
        let before = store_entries::of_team(tx.sql(), id).await?;
        let current = before.as_ref().map_or(0, |one| one.revision);
        if expected.is_some_and(|expected| expected != current) {
            return Err(Refusal::StaleRevision { current }.into());
        }
        let of = (hackathon.id, id);
        let (entry, revision, digest) =
            store_entries::save(tx, &permit, of, before.as_ref(), new).await?;
        let bench = Bench::of(tx.sql(), hackathon.id).await?;
        let idea = bench.seat(entry).and_then(|seat| seat.idea);
        let data = json!({
            "entry": entry, "team": id, "revision": revision, "digest": digest,
        });
        let subject = hackathon.id.subject();
        tx.emit_about(subject, "ENTRY_SUBMITTED", data, idea.map(|id| id.0));
        Ok(entry)
    })
    .await
}
