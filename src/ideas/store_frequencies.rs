//! In how many ideas a word stands, among those that the whole organization can see: one
//! that is hidden moves nobody's weights. Kept in memory, each server for itself.

use super::likeness::{Counts, EVERY_IDEA};
use super::store_likeness;
use super::terms::{LEVELS, WordKey};
use crate::platform::clock::Micros;
use crate::platform::error::Result;
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Among fewer ideas than this, words are counted for every question;
const MANY: i64 = 500;
/// among more, a count is good for ten minutes.
const GOOD_FOR: Micros = 600 * 1_000_000;
/// So many words are kept.
const MOST_KEPT: usize = 100_000;

/// In how many ideas a word stands, by level.
type Count = [i64; LEVELS.len()];

/// What was counted, and when.
#[derive(Default)]
pub struct Frequencies {
    kept: Mutex<HashMap<WordKey, (Count, Micros)>>,
}

impl Frequencies {
    /// In how many ideas each of these words stands, and how many ideas there are under
    /// `EVERY_IDEA`. At most one statement.
    pub async fn of(
        &self,
        sql: &impl ConnectionTrait,
        now: Micros,
        words: impl Iterator<Item = WordKey>,
    ) -> Result<Counts> {
        let every = WordKey::of(EVERY_IDEA);
        let words: Vec<WordKey> = words.chain([every]).collect();
        let mut known = self.known(every, &words, now);
        let missing: Vec<WordKey> = words
            .into_iter()
            .filter(|word| !known.contains_key(word))
            .collect();
        if missing.is_empty() {
            return Ok(known);
        }
        let counted = store_likeness::frequencies(sql, &missing).await?;
        let count = |word: WordKey| (word, counted.get(&word).copied().unwrap_or_default());
        let fresh: Vec<(WordKey, Count)> = missing.into_iter().map(count).collect();
        known.extend(fresh.iter().copied());
        let all = known.get(&every).map_or(0, |levels| levels.iter().sum());
        if all >= MANY {
            self.keep(&fresh, now);
        }
        Ok(known)
    }

    /// Counts that are still good; none when the ideas themselves have to be counted.
    fn known(&self, every: WordKey, words: &[WordKey], now: Micros) -> Counts {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |word: WordKey| {
            let (count, at) = kept.get(&word)?;
            (now - at < GOOD_FOR).then_some((word, *count))
        };
        if good(every).is_none() {
            return HashMap::new();
        }
        words.iter().filter_map(|word| good(*word)).collect()
    }

    fn keep(&self, fresh: &[(WordKey, Count)], now: Micros) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() + fresh.len() > MOST_KEPT {
            kept.clear();
        }
        kept.extend(fresh.iter().map(|(word, count)| (*word, (*count, now))));
    }
}
