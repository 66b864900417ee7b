//! How alike texts are: by the words they share, of which a rare one tells more than a
//! common one. Pure, and in whole numbers, so that the order is the same everywhere.
//! `words.rs` cuts and folds; `store_likeness.rs` finds who has the words.

use super::words::{self, is_telling};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Stands in every idea, so that whoever counts it counts the ideas.
pub const EVERY_IDEA: &str = "";

/// A text is looked for by so many of its words, those that tell most.
const MOST_WORDS: usize = 48;
/// Of a longer text so many words are counted, those it holds most of.
const MOST_COUNTED: usize = 256;
/// Ideas that hold the rarest words are looked at, about so many.
pub const MOST_POSTINGS: i64 = 3_000;
/// Below this, texts have nothing to do with each other (thousandths).
const LEAST: i64 = 40;

/// A text of so many words is neither long nor short.
const MIDDLING: f64 = 100.0;

/// How much a text holds of each of its words, in thousandths: more the more often it
/// stands there, in the title above all, and less the longer the text is.
pub fn holdings(title: &str, rest: &str) -> BTreeMap<String, i32> {
    let weights = words::weighted(title, rest);
    let length: f64 = weights.values().copied().map(f64::from).sum();
    let half = 0.5 + 1.5 * length / MIDDLING;
    let holds = |weight: i32| {
        let weight = f64::from(weight);
        ((1_000.0 * weight / (weight + half)).round() as i32).max(1)
    };
    weights
        .into_iter()
        .map(|(word, weight)| (word, holds(weight)))
        .collect()
}

/// A text that is compared with ideas.
pub struct Wanted {
    holdings: BTreeMap<String, i32>,
}

/// A word of it: what it tells, how much the text holds of it, in how many ideas it stands.
pub struct Word {
    pub word: String,
    pub tells: i64,
    pub holds: i64,
    pub ideas: i64,
    /// Whether it is worth being named.
    is_named: bool,
}

impl Wanted {
    /// A title and what follows it.
    pub fn new(title: &str, rest: &str) -> Self {
        let mut all: Vec<(String, i32)> = holdings(title, rest).into_iter().collect();
        all.sort_by_key(|(_, holds)| Reverse(*holds));
        all.truncate(MOST_COUNTED);
        let holdings = all.into_iter().collect();
        Self { holdings }
    }

    /// The words to be counted.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.holdings.keys().map(String::as_str)
    }

    /// Its words that tell most, when the words stand in so many ideas.
    pub fn weighed(&self, counts: &HashMap<String, i64>) -> Sought {
        let count = |word: &str| counts.get(word).copied().unwrap_or(0);
        let all = count(EVERY_IDEA).max(1);
        let mut words: Vec<Word> = self
            .holdings
            .iter()
            .map(|(word, holds)| {
                let ideas = count(word);
                Word {
                    tells: tells(all, ideas),
                    holds: i64::from(*holds),
                    ideas,
                    is_named: is_telling(word) || ideas * 10 <= all,
                    word: word.clone(),
                }
            })
            .collect();
        words.sort_by(|a, b| (b.tells * b.holds, &a.word).cmp(&(a.tells * a.holds, &b.word)));
        words.truncate(MOST_WORDS);
        words.sort_by(|a, b| (a.ideas, &a.word).cmp(&(b.ideas, &b.word)));
        Sought { words }
    }
}

/// What a word tells that stands in so many of all ideas: its inverse frequency, squared,
/// in hundredths.
fn tells(all: i64, ideas: i64) -> i64 {
    let rarity = (1.0 + all as f64 / ideas.clamp(1, all) as f64).ln();
    (100.0 * rarity * rarity).round() as i64
}

/// The words that ideas are looked for by, the rarest first.
pub struct Sought {
    pub words: Vec<Word>,
}

/// How like the text an idea is.
pub struct Likeness {
    /// Thousandths, 1 to 1,000.
    pub similarity: u32,
    /// The words both have and that tell something, in order.
    pub matched: Vec<String>,
}

impl Sought {
    /// The rarest words, as many as stand in no more ideas than can be looked at; at least
    /// one that stands in any.
    pub fn rarest(&self) -> &[Word] {
        let mut postings = 0;
        let within = self.words.iter().take_while(|word| {
            postings += word.ideas;
            postings <= MOST_POSTINGS
        });
        let first = self.words.iter().position(|word| word.ideas > 0);
        let least = first.map_or(0, |first| first + 1);
        let count = within.count().max(least);
        self.words.get(..count).unwrap_or_default()
    }

    /// How much of the text stands in an idea that holds so much of these words: 1,000 when
    /// it holds as much of every one. Nothing when they have nothing to do with each other.
    pub fn likeness(&self, theirs: &HashMap<String, i64>) -> Option<Likeness> {
        let (mut all, mut both, mut matched) = (0, 0, Vec::new());
        for word in &self.words {
            let own = word.tells * word.holds;
            all += own * word.holds;
            if let Some(holds) = theirs.get(&word.word) {
                both += own * word.holds.min(*holds);
                if word.is_named {
                    matched.push(word.word.clone());
                }
            }
        }
        let similarity = 1_000 * both / all.max(1);
        if similarity < LEAST || matched.is_empty() {
            return None;
        }
        matched.sort();
        Some(Likeness {
            similarity: u32::try_from(similarity).unwrap_or(1_000),
            matched,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(all: i64, of: &[(&str, i64)]) -> HashMap<String, i64> {
        let counted = of.iter().map(|(word, count)| ((*word).to_owned(), *count));
        counted.chain([(EVERY_IDEA.to_owned(), all)]).collect()
    }

    fn like(sought: &Sought, title: &str, rest: &str) -> u32 {
        let holdings = holdings(title, rest).into_iter();
        let theirs = holdings.map(|(word, holds)| (word, i64::from(holds)));
        let found = sought.likeness(&theirs.collect());
        found.map_or(0, |found| found.similarity)
    }

    #[test]
    fn the_same_is_wholly_alike_and_strangers_are_not() {
        let sought = Wanted::new("Badge printer", "Visitors queue.").weighed(&counts(9, &[]));
        assert_eq!(like(&sought, "Badge printer", "Visitors queue."), 1_000);
        assert_eq!(like(&sought, "Coffee machine", "It leaks."), 0);
    }

    #[test]
    fn a_rare_word_tells_more_than_a_common_one() {
        let counts = counts(1_000, &[("printer", 3), ("visitors", 400)]);
        let sought = Wanted::new("Printer for visitors", "").weighed(&counts);
        assert!(like(&sought, "A printer", "") > 3 * like(&sought, "A visitors", ""));
    }

    #[test]
    fn small_words_alone_make_nothing_alike() {
        let counts = counts(3, &[("it", 3), ("is", 3), ("so", 3)]);
        let sought = Wanted::new("It is so", "").weighed(&counts);
        assert_eq!(like(&sought, "It is so", ""), 0);
    }

    #[test]
    fn the_rarest_words_are_looked_for_until_it_is_enough() {
        let of = [("bees", 5), ("hives", 2_500), ("honey", 900), ("wax", 0)];
        let sought = Wanted::new("bees hives honey wax", "").weighed(&counts(9_000, &of));
        let rarest: Vec<&str> = sought.rarest().iter().map(|word| &*word.word).collect();
        assert_eq!(rarest, ["wax", "bees", "honey"]);
        let common = Wanted::new("the wax", "").weighed(&counts(9_000, &[("the", 8_000)]));
        assert_eq!(common.rarest().len(), 2);
    }
}
