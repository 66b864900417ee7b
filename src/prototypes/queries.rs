//! What a person can ask about prototypes and what they taught.

use super::domain::{Learning, LearningId, Prototype, PrototypeId};
use super::{store, store_learnings, store_lists};
use crate::ideas::domain::Idea;
use crate::ideas::lists::check_search;
use crate::ideas::queries::similar;
use crate::ideas::store::Sees;
use crate::ideas::store_frequencies::Frequencies;
use crate::ideas::words::words;
use crate::platform::error::{Error, Faults, Result};
use crate::platform::page::{Page, PageArgs, encode};
use crate::platform::text::clean;
use crate::session::Session;
use serde_json::json;

const QUEUE: &str = "prototypeQueue";
const LEARNINGS: &str = "learnings";

/// So many similar ideas are asked what their trials taught.
const SIMILAR: usize = 20;

/// A page of what is being tried and what waits, as far as the caller sees it, with cursors.
pub async fn queue(s: &Session, args: PageArgs) -> Result<Page<(Prototype, String)>> {
    let sees = Sees::of(&s.actor)?;
    let window = args.window(QUEUE)?;
    let (rows, window) = store_lists::page(s.reader(), &sees, window).await?;
    Ok(window.page(rows).map(|one| {
        let cursor = encode(QUEUE, &[store_lists::cursor_part(one.id)]);
        (one, cursor)
    }))
}

/// How long the queue is.
pub async fn count_queue(s: &Session) -> Result<i64> {
    let count = store_lists::count(s.reader(), &Sees::of(&s.actor)?).await?;
    i64::try_from(count).map_err(Error::internal)
}

/// The words searched for; nothing when nothing is.
pub fn searched(search: Option<&str>) -> Result<Option<Vec<String>>> {
    let mut faults = Faults::default();
    check_search(&mut faults, "search", search);
    faults.check()?;
    let search = search.map(clean).filter(|search| !search.trim().is_empty());
    Ok(search.map(|search| words(&search).into_iter().collect()))
}

/// A page of what was learned, the newest first, with cursors.
pub async fn learnings(
    s: &Session,
    search: Option<&[String]>,
    args: PageArgs,
) -> Result<Page<(Learning, String)>> {
    let sees = Sees::of(&s.actor)?;
    let window = args.window(LEARNINGS)?;
    let rows = store_learnings::page(s.reader(), &sees, search, &window).await?;
    Ok(window.page(rows).map(|one| {
        let cursor = encode(LEARNINGS, &[json!(one.recorded_at), json!(one.id.0)]);
        (one, cursor)
    }))
}

/// How many there are in all.
pub async fn count_learnings(s: &Session, search: Option<&[String]>) -> Result<i64> {
    let sees = Sees::of(&s.actor)?;
    let count = store_learnings::count(s.reader(), &sees, search).await?;
    i64::try_from(count).map_err(Error::internal)
}

/// What trials of similar ideas taught that the caller may see: of the likest idea first, of
/// one idea the latest first; at most `most`.
pub async fn related(
    s: &Session,
    frequencies: &Frequencies,
    idea: &Idea,
    most: usize,
) -> Result<Vec<Learning>> {
    let text = (&*idea.text.title, &*idea.text.problem);
    let found = similar(s, frequencies, text, Some(idea.number), SIMILAR).await?;
    let ids: Vec<_> = found.iter().map(|similar| similar.idea.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut taught = store_learnings::of_ideas(s.reader(), &ids).await?;
    let all = ids.iter().flat_map(|id| {
        let mut of = taught.remove(id).unwrap_or_default();
        of.reverse();
        of
    });
    Ok(all.take(most).collect())
}

/// One prototype, should the caller see its idea.
pub async fn one(s: &Session, id: PrototypeId) -> Result<Option<Prototype>> {
    store::one(s.reader(), id).await
}

/// One learning, should the caller see its idea.
pub async fn learning(s: &Session, id: LearningId) -> Result<Option<Learning>> {
    store_learnings::one(s.reader(), id).await
}
