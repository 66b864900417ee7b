//! What a person can ask about entries, and what they are shown of how they are judged.

use super::domain::{Entry, EntryId, Hackathon, HackathonId, JudgingMode};
use super::phases::Phase;
use super::standings::next_comparison;
use super::store_bench::Bench;
use super::store_entries::{self as entries, Eyes};
use super::store_judging;
use crate::platform::error::{Error, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;
use uuid::Uuid;

const LIST: &str = "entries";

/// The entry with this id, when the caller may see it.
pub async fn one(s: &Session, id: EntryId) -> Result<Option<Entry>> {
    entries::find(s.reader(), &Eyes::of(&s.actor)?, id).await
}

/// A page of the entries of a hackathon that the caller sees, the earliest first, with
/// cursors.
pub async fn page(s: &Session, of: HackathonId, args: PageArgs) -> Result<Page<(Entry, String)>> {
    let eyes = Eyes::of(&s.actor)?;
    let window = args.window(LIST)?;
    let rows = entries::page(s.reader(), &eyes, of, &window).await?;
    Ok(window.page(rows).map(|one| {
        let cursor = encode(LIST, &[json!(one.submitted_at), json!(one.id.0)]);
        (one, cursor)
    }))
}

/// How many of them there are.
pub async fn count(s: &Session, of: HackathonId) -> Result<i64> {
    let count = entries::count(s.reader(), &Eyes::of(&s.actor)?, of).await?;
    i64::try_from(count).map_err(Error::internal)
}

/// The pair that tells most now, for a judge of comparisons; none for all others, and when
/// none is left.
pub async fn next_pair(s: &Session, hackathon: &Hackathon) -> Result<Option<(Entry, Entry)>> {
    let eyes = Eyes::of(&s.actor)?;
    let me = eyes.sees.member;
    if hackathon.phase != Phase::Judging || hackathon.judging != JudgingMode::Pairwise {
        return Ok(None);
    }
    let bench = Bench::of(s.reader(), hackathon.id).await?;
    let all: Vec<Uuid> = bench.entries().map(|(id, _)| id.0).collect();
    let mine = |id: &Uuid| bench.counts(me, EntryId(*id));
    let allowed: Vec<Uuid> = all.iter().copied().filter(mine).collect();
    if allowed.len() < 2 {
        return Ok(None);
    }
    let votes = store_judging::votes(s.reader(), hackathon.id, &bench).await?;
    // Of the same votes the same pair, for ever.
    let (seed, _) = hackathon.id.0.as_u64_pair();
    let Some((left, right)) = next_comparison(&all, &allowed, &votes, me.0, seed) else {
        return Ok(None);
    };
    let both = [EntryId(left), EntryId(right)];
    let mut found = entries::find_many(s.reader(), &eyes, &both).await?;
    Ok(found.remove(&both[0]).zip(found.remove(&both[1])))
}
