//! In how many ideas a word stands, among those that the whole organization can see: one
//! that is hidden moves nobody's weights. Kept in memory, each server for itself.

use super::likeness::EVERY_IDEA;
use super::store_likeness;
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

/// What was counted, and when.
#[derive(Default)]
pub struct Frequencies {
    kept: Mutex<HashMap<String, (i64, Micros)>>,
}

impl Frequencies {
    /// In how many ideas each of these words stands, and how many ideas there are under
    /// `EVERY_IDEA`. At most one statement.
    pub async fn of(
        &self,
        sql: &impl ConnectionTrait,
        now: Micros,
        words: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, i64>> {
        let words: Vec<&str> = words.chain([EVERY_IDEA]).collect();
        let mut known = self.known(&words, now);
        let missing: Vec<&str> = words
            .into_iter()
            .filter(|word| !known.contains_key(*word))
            .collect();
        if missing.is_empty() {
            return Ok(known);
        }
        let counted = store_likeness::frequencies(sql, &missing).await?;
        let all = [&counted, &known]
            .iter()
            .find_map(|counts| counts.get(EVERY_IDEA))
            .copied()
            .unwrap_or(0);
        let fresh = missing
            .into_iter()
            .map(|word| (word.to_owned(), counted.get(word).copied().unwrap_or(0)));
        let fresh: Vec<(String, i64)> = fresh.collect();
        if all >= MANY {
            self.keep(&fresh, now);
        }
        known.extend(fresh);
        Ok(known)
    }

    /// Counts that are still good; none when the ideas themselves have to be counted.
    fn known(&self, words: &[&str], now: Micros) -> HashMap<String, i64> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |word: &str| {
            let (count, at) = kept.get(word)?;
            (now - at < GOOD_FOR).then_some(*count)
        };
        if good(EVERY_IDEA).is_none() {
            return HashMap::new();
        }
        words
            .iter()
            .filter_map(|word| Some(((*word).to_owned(), good(word)?)))
            .collect()
    }

    fn keep(&self, fresh: &[(String, i64)], now: Micros) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() + fresh.len() > MOST_KEPT {
            kept.clear();
        }
        kept.extend(
            fresh
                .iter()
                .map(|(word, count)| (word.clone(), (*count, now))),
        );
    }
}
