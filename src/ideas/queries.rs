//! What a person can ask about ideas: a page in some order, those that are alike.

use super::domain::Idea;
use super::likeness::{self, Likeness, Wanted};
use super::lists::{List, OrderField};
use super::store::{self, Sees};
use super::store_frequencies::Frequencies;
use super::terms::{Held, WordKey};
use super::{store_clusters, store_likeness, store_lists};
use crate::platform::error::Result;
use crate::platform::page::{Page, PageArgs, Window, bad_cursor, encode};
use crate::session::Session;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::HashSet;

/// An idea on a page, with its cursor there.
#[derive(Clone, Debug)]
pub struct Listed {
    pub idea: Idea,
    pub cursor: String,
}

/// A page of the ideas the caller may see: one statement, at any depth; one more to weigh
/// the words of a search, whose weights the cursors carry, so that a list goes on as it began
/// however many ideas hold the words by then.
pub async fn page(
    s: &Session,
    frequencies: &Frequencies,
    list: &List,
    args: PageArgs,
) -> Result<Page<Listed>> {
    let sees = Sees::of(&s.actor)?;
    let (field, direction) = list.order()?;
    let name = format!("ideas:{field:?}:{direction:?}");
    let mut window = args.window(&name)?;
    let mut weights = Vec::new();
    if let (OrderField::Relevance, Some(words)) = (field, list.terms()) {
        weights = match carried(&mut window, words.len())? {
            Some(weights) => weights,
            None => {
                let keys = words.iter().map(|word| WordKey::of(word));
                let counts = frequencies.of(s.reader(), s.now(), keys).await?;
                likeness::weights(&words, &counts)
            }
        };
    }
    let rows = store_lists::page(s.reader(), &sees, s.now(), list, &weights, &window).await?;
    Ok(window.page(rows).map(|(idea, sort_key)| {
        let mut keys = vec![json!(sort_key), json!(idea.id.0)];
        if field == OrderField::Relevance {
            keys.push(json!(weights));
        }
        let cursor = encode(&name, &keys);
        Listed { idea, cursor }
    }))
}

/// Takes the weights of so many words off the cursors; nothing where there is no cursor.
fn carried(window: &mut Window, words: usize) -> Result<Option<Vec<i64>>> {
    let mut carried = None;
    for (name, cursor) in [("before", &mut window.before), ("after", &mut window.after)] {
        let Some(parts) = cursor else { continue };
        let weights = parts
            .pop()
            .and_then(|part| serde_json::from_value(part).ok());
        let fit = |weights: &Vec<i64>| {
            weights.len() == words && weights.iter().all(|it| (1..=HEAVIEST).contains(it))
        };
        carried = Some(weights.filter(fit).ok_or_else(|| bad_cursor(name))?);
    }
    Ok(carried)
}

/// No word weighs more, however many ideas there are.
const HEAVIEST: i64 = 1_000_000;

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

/// Ideas the caller may see that are like this text, the likest first, of equals the
/// earlier; at most `most`. The idea with the number `but` is left out. The words that tell
/// most find the candidates, all words put them in order.
pub async fn similar(
    s: &Session,
    frequencies: &Frequencies,
    (title, problem): (&str, &str),
    but: Option<i64>,
    most: usize,
) -> Result<Vec<Similar>> {
    let (sql, sees) = (s.reader(), Sees::of(&s.actor)?);
    let wanted = Wanted::new(title, problem);
    if wanted.is_empty() || most == 0 {
        return Ok(Vec::new());
    }
    let counts = frequencies.of(sql, s.now(), wanted.words()).await?;
    let sought = wanted.weighed(&counts);
    let reach = sought.reach();
    let found = store_likeness::within(sql, &sees, &reach).await?;
    let others = found.into_iter().filter(|(_, number)| Some(*number) != but);
    let candidates = reach.most_alike(others);
    let mut alike: Vec<(i64, Likeness)> = store_likeness::words(sql, &candidates)
        .await?
        .iter()
        .filter_map(|(number, words)| Some((*number, sought.likeness(Held::of(words))?)))
        .collect();
    alike.sort_by_key(|(number, likeness)| (Reverse(likeness.similarity), *number));
    let alike = once_each(s, &sees, alike, but, most).await?;
    let numbers: Vec<i64> = alike.iter().map(|(number, _)| *number).collect();
    let mut ideas = store::find_numbered(sql, &sees, &numbers).await?;
    let found = alike.into_iter().filter_map(|(number, likeness)| {
        Some(Similar {
            idea: ideas.remove(&number)?,
            similarity: likeness.similarity,
            matched: likeness.matched,
        })
    });
    Ok(found.collect())
}

/// So many more than wanted are asked whether they were merged.
const SPARE: usize = 10;

/// The first of these, `but` aside: what was merged stands for the idea in which it goes on,
/// and that is found once. One statement, unless many were merged.
async fn once_each(
    s: &Session,
    sees: &Sees,
    alike: Vec<(i64, Likeness)>,
    but: Option<i64>,
    most: usize,
) -> Result<Vec<(i64, Likeness)>> {
    let mut seen: HashSet<i64> = but.into_iter().collect();
    let mut once = Vec::new();
    let mut rest = alike.into_iter();
    while once.len() < most && rest.len() > 0 {
        let part: Vec<(i64, Likeness)> = rest.by_ref().take(most + SPARE).collect();
        let numbers: Vec<i64> = part.iter().map(|(number, _)| *number).collect();
        let merged = store_clusters::numbered_survivors(s.reader(), sees, &numbers).await?;
        for (number, likeness) in part {
            let number = merged.get(&number).copied().unwrap_or(number);
            if seen.insert(number) {
                once.push((number, likeness));
            }
        }
    }
    once.truncate(most);
    Ok(once)
}
