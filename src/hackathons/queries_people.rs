//! What a person can ask about those who take part in a hackathon, and with which ideas.

use super::domain::{Candidate, CandidateState, HackathonId, Registration, Team};
use super::{store_candidates, store_registrations, store_teams};
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;

const CANDIDATES: &str = "candidates";
const REGISTRATIONS: &str = "registrations";
const TEAMS: &str = "teams";

/// A page of the candidates of a hackathon whose ideas the caller may see, with cursors.
pub async fn candidates(
    s: &Session,
    of: HackathonId,
    state: Option<CandidateState>,
    args: PageArgs,
) -> Result<Page<(Candidate, String)>> {
    let sees = Sees::of(&s.actor)?;
    let window = args.window(CANDIDATES)?;
    let rows = store_candidates::page(s.reader(), &sees, of, state, &window).await?;
    Ok(window.page(rows).map(|one| {
        let cursor = encode(CANDIDATES, &[json!(one.nominated_at), json!(one.id.0)]);
        (one, cursor)
    }))
}

/// How many there are in all.
pub async fn count_candidates(
    s: &Session,
    of: HackathonId,
    state: Option<CandidateState>,
) -> Result<i64> {
    let sees = Sees::of(&s.actor)?;
    counted(store_candidates::count(s.reader(), &sees, of, state).await?)
}

/// A page of who registered, with cursors.
pub async fn registrations(
    s: &Session,
    of: HackathonId,
    seeks_team: Option<bool>,
    args: PageArgs,
) -> Result<Page<(Registration, String)>> {
    s.actor.signed_in()?;
    let window = args.window(REGISTRATIONS)?;
    let rows = store_registrations::page(s.reader(), of, seeks_team, &window).await?;
    Ok(window.page(rows).map(|one| {
        let cursor = encode(REGISTRATIONS, &[json!(one.at), json!(one.id.0)]);
        (one, cursor)
    }))
}

/// How many there are in all.
pub async fn count_registrations(
    s: &Session,
    of: HackathonId,
    seeks_team: Option<bool>,
) -> Result<i64> {
    counted(store_registrations::count(s.reader(), of, seeks_team).await?)
}

/// A page of teams, with cursors.
pub async fn teams(
    s: &Session,
    of: HackathonId,
    is_open: Option<bool>,
    args: PageArgs,
) -> Result<Page<(Team, String)>> {
    s.actor.signed_in()?;
    let window = args.window(TEAMS)?;
    let rows = store_teams::page(s.reader(), of, is_open, &window).await?;
    Ok(window.page(rows).map(|one| {
        let cursor = encode(TEAMS, &[json!(one.formed_at), json!(one.id.0)]);
        (one, cursor)
    }))
}

/// How many there are in all.
pub async fn count_teams(s: &Session, of: HackathonId, is_open: Option<bool>) -> Result<i64> {
    counted(store_teams::count(s.reader(), of, is_open).await?)
}

fn counted(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(Error::internal)
}
