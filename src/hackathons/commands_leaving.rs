//! Somebody leaves the house: they leave their teams of hackathons that go on, judge no more,
//! and what they organize any organizer sees to.

use super::commands_registrations::seek_no_more;
use super::commands_teams::gone;
use super::domain::HackathonId;
use super::{store, store_leaving as leaving, store_teams as teams};
use crate::identity::domain::MemberId;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::prototypes;
use futures_util::future::BoxFuture;
use serde_json::json;

/// Hands on what somebody who leaves tries and takes part in. Their hackathons are locked, and
/// their ideas.
pub fn hand_on<'a>(
    tx: &'a Tx<'_>,
    from: MemberId,
    heir: Option<MemberId>,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for id in leaving::open_ones_of(tx.sql(), from).await? {
            step_back(tx, HackathonId(id), from).await?;
        }
        prototypes::hand_on(tx, from, heir).await
    })
}

async fn step_back(tx: &Tx<'_>, id: HackathonId, who: MemberId) -> Result<()> {
    let hackathon = store::locked(tx, id).await?;
    if !hackathon.phase.is_open() {
        return Ok(());
    }
    if let Some(team) = teams::teams_of(tx.sql(), who, &[id]).await?.remove(&id) {
        let is_last = teams::members_of(tx.sql(), team.id).await?.len() == 1;
        // What was handed in stays there to be judged.
        let is_dissolved = is_last && !teams::has_entry(tx.sql(), team.id).await?;
        gone(tx, &team, who, is_dissolved, true).await?;
    }
    seek_no_more(tx, id, who).await?;
    if leaving::judge_no_more(tx, id, who).await? {
        tx.emit(id.subject(), "JUDGE_LEFT", json!({"member": who}));
    }
    if hackathon.organizer == Some(who) {
        leaving::organize_no_more(tx, id).await?;
        tx.emit(id.subject(), "ORGANIZER_LEFT", json!({"member": who}));
    }
    Ok(())
}
