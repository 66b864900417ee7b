//! What a person can ask about hackathons.

use super::domain::Hackathon;
use super::phases::{Phase, Shortfall, missing};
use super::{store, store_lists, store_phases};
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;

const LIST: &str = "hackathons";

/// The hackathon with this slug.
pub async fn by_slug(s: &Session, slug: &str) -> Result<Option<Hackathon>> {
    s.actor.signed_in()?;
    store::by_slug(s.reader(), slug).await
}

/// A page of hackathons, the one that starts last first, with cursors.
pub async fn page(
    s: &Session,
    phases: Option<&[Phase]>,
    args: PageArgs,
) -> Result<Page<(Hackathon, String)>> {
    s.actor.signed_in()?;
    let window = args.window(LIST)?;
    let rows = store_lists::page(s.reader(), phases, &window).await?;
    Ok(window.page(rows).map(|one| {
        let cursor = encode(LIST, &[json!(one.starts_at), json!(one.id.0)]);
        (one, cursor)
    }))
}

/// How many there are in all.
pub async fn count(s: &Session, phases: Option<&[Phase]>) -> Result<i64> {
    let count = store_lists::count(s.reader(), phases).await?;
    i64::try_from(count).map_err(Error::internal)
}

/// What the next phase of a hackathon still lacks.
pub async fn shortfalls(s: &Session, of: &Hackathon) -> Result<Vec<Shortfall>> {
    let stock = store_phases::stock(s.reader(), of).await?;
    Ok(missing(of.phase, &stock))
}
