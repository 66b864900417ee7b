//! What a person can ask about ideas: a page in some order, those that are alike.

use super::domain::{Idea, IdeaId};
use super::lists::List;
use super::store::Sees;
use super::{store_lists, words};
use crate::platform::error::Result;
use crate::platform::page::{Page, PageArgs, encode};
use crate::session::Session;
use serde_json::json;

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

/// Ideas are compared by so many words of the one that is looked at,
const MOST_WORDS: usize = 24;
/// and so many candidates are looked at closely.
const MOST_CANDIDATES: u64 = 60;
/// Below this, two texts have nothing to do with each other (thousandths).
const LEAST_LIKENESS: u32 = 150;

/// Ideas the caller may see that are like this text, the likest first; at most `most`.
/// `but` is left out. One statement: the longest words find the candidates, the share of
/// common words puts them in order.
pub async fn similar(
    s: &Session,
    title: &str,
    problem: &str,
    but: Option<IdeaId>,
    most: usize,
) -> Result<Vec<Similar>> {
    let sees = Sees::of(&s.actor)?;
    let all = words::words(&format!("{title}\n{problem}"));
    let mut telling: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|word| words::is_telling(word))
        .collect();
    telling.sort_by_key(|word| (std::cmp::Reverse(word.chars().count()), *word));
    telling.truncate(MOST_WORDS);
    if telling.is_empty() {
        return Ok(Vec::new());
    }
    let candidates =
        store_lists::candidates(s.reader(), &sees, &telling, but, MOST_CANDIDATES).await?;
    let mut found: Vec<Similar> = candidates
        .into_iter()
        .map(|idea| {
            let theirs = words::words(&format!("{}\n{}", idea.text.title, idea.text.problem));
            let both = all
                .intersection(&theirs)
                .filter(|word| words::is_telling(word));
            Similar {
                similarity: words::likeness(&all, &theirs),
                matched: both.cloned().collect(),
                idea,
            }
        })
        .filter(|similar| similar.similarity >= LEAST_LIKENESS)
        .collect();
    found.sort_by_key(|similar| (std::cmp::Reverse(similar.similarity), similar.idea.id));
    found.truncate(most);
    Ok(found)
}
