//! What a person can ask about ideas: a page in some order, those that are alike.

use super::domain::{Idea, IdeaId};
use super::likeness::{Likeness, Wanted};
use super::lists::List;
use super::store::{self, Sees};
use super::store_frequencies::Frequencies;
use super::{store_likeness, store_lists};
use crate::platform::error::Result;
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;
use std::cmp::Reverse;

/// An idea on a page, with its cursor there.
#[derive(Clone, Debug)]
pub struct Listed {
    pub idea: Idea,
    pub cursor: String,
}

/// A page of the ideas the caller may see: one statement, at any depth.
pub async fn page(s: &Session, list: &List, args: PageArgs) -> Result<Page<Listed>> {
    let sees = Sees::of(&s.actor)?;
    let (field, direction) = list.order()?;
    let name = format!("ideas:{field:?}:{direction:?}");
    let window = args.window(&name)?;
    let rows = store_lists::page(s.reader(), &sees, s.now(), list, &window).await?;
    Ok(window.page(rows).map(|(idea, sort_key)| {
        let cursor = encode(&name, &[json!(sort_key), json!(idea.id.0)]);
        Listed { idea, cursor }
    }))
}

/// How many ideas the list holds in all.
pub async fn count(s: &Session, list: &List) -> Result<i64> {
    let sees = Sees::of(&s.actor)?;
    store_lists::count(s.reader(), &sees, s.now(), list).await
}

/// An idea that is like another.
#[derive(Clone, Debug)]
pub struct Similar {
    pub idea: Idea,
    /// Thousandths, 1 to 1,000.
    pub similarity: u32,
    /// The words both have, in order.
    pub matched: Vec<String>,
}

/// So many of what is seen by all, and of what is hidden from some, are looked at closely.
const MOST_CANDIDATES: u64 = 60;

/// Ideas the caller may see that are like this text, the likest first; at most `most`.
/// `but` is left out. The rarest words find the candidates, all words put them in order.
pub async fn similar(
    s: &Session,
    frequencies: &Frequencies,
    (title, problem): (&str, &str),
    but: Option<IdeaId>,
    most: usize,
) -> Result<Vec<Similar>> {
    let (sql, sees) = (s.reader(), Sees::of(&s.actor)?);
    let wanted = Wanted::new(title, problem);
    let counts = frequencies.of(sql, s.now(), wanted.words()).await?;
    let sought = wanted.weighed(&counts);
    let rarest = sought.rarest();
    if rarest.is_empty() || most == 0 {
        return Ok(Vec::new());
    }
    let candidates = store_likeness::candidates(sql, &sees, rarest, but, MOST_CANDIDATES).await?;
    let held = store_likeness::holdings(sql, &candidates, &sought.words).await?;
    let mut alike: Vec<(IdeaId, Likeness)> = held
        .iter()
        .filter_map(|(id, theirs)| Some((*id, sought.likeness(theirs)?)))
        .collect();
    alike.sort_by_key(|(id, likeness)| (Reverse(likeness.similarity), *id));
    alike.truncate(most);
    let ids: Vec<IdeaId> = alike.iter().map(|(id, _)| *id).collect();
    let mut ideas = store::find_many(sql, &sees, &ids).await?;
    let found = alike.into_iter().filter_map(|(id, likeness)| {
        Some(Similar {
            idea: ideas.remove(&id)?,
            similarity: likeness.similarity,
            matched: likeness.matched,
        })
    });
    Ok(found.collect())
}
