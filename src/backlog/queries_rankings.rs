//! What a person can ask about frozen rankings. Whoever is signed in may read them; ideas
//! that the reader may not see now are left out.

use super::frozen::reproduces;
use super::store_rankings::{self as rankings, Entry, Ranking, RankingId};
use crate::ideas::store::Sees;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;

/// The ranking with this number.
pub async fn by_number(s: &Session, number: i32) -> Result<Option<Ranking>> {
    s.actor.signed_in()?;
    rankings::by_number(s.reader(), number).await
}

/// The ranking with this id.
pub async fn by_id(s: &Session, id: RankingId) -> Result<Option<Ranking>> {
    s.actor.signed_in()?;
    rankings::by_id(s.reader(), id).await
}

/// A page of all rankings, the latest first, with their cursors.
pub async fn page(s: &Session, args: PageArgs) -> Result<Page<(Ranking, String)>> {
    const LIST: &str = "rankings";
    s.actor.signed_in()?;
    let window = args.window(LIST)?;
    let rows = rankings::page(s.reader(), &window).await?;
    Ok(window.page(rows).map(|row| {
        let cursor = encode(LIST, &[json!(row.number)]);
        (row, cursor)
    }))
}

/// A page of one ranking, the best first, with their cursors.
pub async fn entries(s: &Session, id: RankingId, args: PageArgs) -> Result<Page<(Entry, String)>> {
    let list = format!("ranking:{}", id.0.simple());
    let sees = Sees::of(&s.actor)?;
    let window = args.window(&list)?;
    let rows = rankings::entry_page(s.reader(), &sees, id, &window).await?;
    Ok(window.page(rows).map(|row| {
        let cursor = encode(&list, &[json!(row.place)]);
        (row, cursor)
    }))
}

/// How many ideas of a ranking the caller sees.
pub async fn entry_count(s: &Session, id: RankingId) -> Result<i64> {
    rankings::entry_count(s.reader(), &Sees::of(&s.actor)?, id).await
}

/// Whether what was frozen gives, computed again now, what was published.
pub async fn is_reproduced(s: &Session, id: RankingId) -> Result<bool> {
    s.actor.signed_in()?;
    let found = rankings::frozen(s.reader(), id).await?;
    let (row, lines) = found.ok_or_else(|| Error::internal("a ranking is gone"))?;
    Ok(reproduces(&row.snapshot, &row.input_hash, &lines))
}
