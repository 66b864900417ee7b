//! People register for a hackathon, with or without a team, and take that back.

use super::domain::{HackathonId, Refusal, RegistrationId};
use super::phases::Phase;
use super::store_registrations::{self as registrations, Told};
use super::teaming::items;
use super::{store, store_teams};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Faults, Result};
use crate::policy::{RegisterForHackathon, UnregisterFromHackathon};
use crate::session::Session;
use serde_json::json;

/// Registers the caller, or keeps what they say now.
pub async fn register(
    s: &Session,
    id: Result<HackathonId>,
    skills: &[String],
    seeks_team: bool,
) -> Result<HackathonId> {
    let permit = s.actor.may::<RegisterForHackathon>(&())?;
    let mut faults = Faults::default();
    let id = faults.take(id)?;
    let skills = items(&mut faults, "skills", skills);
    let Some(id) = id else {
        return Err(Error::Invalid(faults));
    };
    s.write(async |tx| {
        let hackathon = store::locked(tx, id).await?;
        faults.check()?;
        hackathon.expect(&[Phase::Nomination, Phase::Running])?;
        let told = registrations::register(tx, &permit, id, &skills, seeks_team).await?;
        if let Some(told) = told {
            tell(tx, id, permit.by(), told);
        }
        Ok(id)
    })
    .await
}

/// Takes that back; who did not register changes nothing.
pub async fn unregister(s: &Session, id: HackathonId) -> Result<HackathonId> {
    let permit = s.actor.may::<UnregisterFromHackathon>(&())?;
    s.write(async |tx| {
        let hackathon = store::locked(tx, id).await?;
        hackathon.expect(&[Phase::Nomination, Phase::Running])?;
        if store_teams::is_in_a_team(tx.sql(), id, permit.by()).await? {
            return Err(Refusal::InTeam.into());
        }
        if let Some(registration) = registrations::unregister(tx, &permit, id).await? {
            let data = json!({"registration": registration, "member": permit.by()});
            tx.emit(id.subject(), "UNREGISTERED", data);
        }
        Ok(id)
    })
    .await
}

/// Keeps that somebody looks for no team any more, and says so when they did.
pub(super) async fn seek_no_more(tx: &Tx<'_>, id: HackathonId, who: MemberId) -> Result<()> {
    if let Some(told) = registrations::seek_no_more(tx, id, who).await? {
        tell(tx, id, who, told);
    }
    Ok(())
}

fn tell(tx: &Tx<'_>, id: HackathonId, who: MemberId, told: Told) {
    let (registration, digest): (RegistrationId, String) = told;
    let data = json!({"registration": registration, "member": who, "digest": digest});
    tx.emit(id.subject(), "REGISTERED", data);
}
