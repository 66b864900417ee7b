//! How alike texts are: by the words they share, of which a rare one tells more than a
//! common one. Pure, and in whole numbers, so that the order is the same everywhere.
//! `words.rs` cuts and folds; `terms.rs` makes numbers of words; `store_likeness.rs` finds
//! who has them.

use super::terms::{Held, LEVELS, WordKey, middle};
use super::words::{self, is_telling};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Stands in every idea, so that whoever counts it counts the ideas.
pub const EVERY_IDEA: &str = "";

/// A text is looked for by so many of its words, those that tell most.
const MOST_WORDS: usize = 48;
/// Of a longer text so many words are counted, those it holds most of.
const MOST_COUNTED: usize = 256;
/// So often an idea is found by a word before it is enough.
const MOST_FOUND: i64 = 1_200;
/// So many of the ideas found are looked at closely.
const MOST_CANDIDATES: usize = 120;
/// So many ideas are taken for granted beside those there are.
const GRANTED: i64 = 20;
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

/// The words of an idea as they are kept: with the one that stands in every idea.
pub fn kept(title: &str, rest: &str) -> BTreeMap<WordKey, i32> {
    let all = holdings(title, rest).into_iter();
    all.chain([(EVERY_IDEA.to_owned(), 1)])
        .map(|(word, holds)| (WordKey::of(&word), holds))
        .collect()
}

/// In how many ideas words stand, by how much of the word these hold (`terms::level`).
pub type Counts = HashMap<WordKey, [i64; LEVELS.len()]>;

/// A text that is compared with ideas.
pub struct Wanted {
    holdings: Vec<(String, WordKey, i64)>,
}

/// A word of it: what it tells, how much the text holds of it, in how many ideas it stands.
struct Word {
    word: String,
    key: WordKey,
    tells: i64,
    holds: i64,
    ideas: [i64; LEVELS.len()],
    /// Whether it is worth being named.
    is_named: bool,
}

impl Wanted {
    /// A title and what follows it.
    pub fn new(title: &str, rest: &str) -> Self {
        let mut all: Vec<(String, i32)> = holdings(title, rest).into_iter().collect();
        all.sort_by_key(|(_, holds)| Reverse(*holds));
        all.truncate(MOST_COUNTED);
        let keyed = |(word, holds): (String, i32)| {
            let key = WordKey::of(&word);
            (word, key, i64::from(holds))
        };
        let holdings = all.into_iter().map(keyed).collect();
        Self { holdings }
    }

    /// Whether there is no word in it.
    pub fn is_empty(&self) -> bool {
        self.holdings.is_empty()
    }

    /// The words to be counted.
    pub fn words(&self) -> impl Iterator<Item = WordKey> {
        self.holdings.iter().map(|(_, key, _)| *key)
    }

    /// Its words that tell most, when the words stand in so many ideas.
    pub fn weighed(self, counts: &Counts) -> Sought {
        let count = |key: WordKey| counts.get(&key).copied().unwrap_or_default();
        let all = count(WordKey::of(EVERY_IDEA)).iter().sum::<i64>().max(1);
        let mut words: Vec<Word> = self
            .holdings
            .into_iter()
            .map(|(word, key, holds)| {
                let ideas = count(key);
                let sum: i64 = ideas.iter().sum();
                let is_telling = is_telling(&word);
                Word {
                    key,
                    tells: tells(all, sum, is_telling),
                    holds,
                    ideas,
                    is_named: is_telling || sum * 10 <= all,
                    word,
                }
            })
            .collect();
        words.sort_by(|a, b| (b.tells * b.holds, &a.word).cmp(&(a.tells * a.holds, &b.word)));
        words.truncate(MOST_WORDS);
        Sought { words }
    }
}

/// What a word tells that stands in so many of all ideas: its inverse frequency, squared,
/// in hundredths. While there are few ideas they say little about it, so some are taken for
/// granted, half of which hold the small words.
fn tells(all: i64, ideas: i64, is_telling: bool) -> i64 {
    let granted = if is_telling { 1 } else { GRANTED / 2 };
    let ideas = ideas.clamp(1, all) + granted;
    let rarity = (1.0 + (all + GRANTED) as f64 / ideas as f64).ln();
    (100.0 * rarity * rarity).round() as i64
}

/// What each of these words tells, when the words stand in so many ideas.
pub fn weights(words: &[String], counts: &Counts) -> Vec<i64> {
    let count = |word: &str| counts.get(&WordKey::of(word)).copied().unwrap_or_default();
    let all = count(EVERY_IDEA).iter().sum::<i64>().max(1);
    words
        .iter()
        .map(|word| tells(all, count(word).iter().sum(), is_telling(word)))
        .collect()
}

/// The words that ideas are looked for by.
pub struct Sought {
    words: Vec<Word>,
}

/// Ideas that hold about so much of a word, and what is alike in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shelf {
    pub word: WordKey,
    pub level: usize,
    pub worth: i64,
    ideas: i64,
}

/// Where ideas are looked for.
#[derive(Debug, Default)]
pub struct Reach {
    /// Where all of them are.
    pub whole: Vec<Shelf>,
    /// Where only so many are, the latest.
    pub part: Option<(Shelf, i64)>,
}

impl Reach {
    /// Every shelf, whole or in part.
    pub fn shelves(&self) -> impl Iterator<Item = Shelf> {
        let part = self.part.iter().map(|(shelf, _)| *shelf);
        self.whole.iter().copied().chain(part)
    }

    /// Those of the ideas found that have most in common with the text, most first.
    /// `found` says on which shelf stands which idea.
    pub fn most_alike(&self, found: impl Iterator<Item = (Shelf, i64)>) -> Vec<i64> {
        let mut worth: HashMap<i64, i64> = HashMap::new();
        for (shelf, number) in found {
            *worth.entry(number).or_default() += shelf.worth;
        }
        let mut all: Vec<(Reverse<i64>, i64)> = worth
            .into_iter()
            .map(|(number, worth)| (Reverse(worth), number))
            .collect();
        all.sort_unstable();
        all.truncate(MOST_CANDIDATES);
        all.into_iter().map(|(_, number)| number).collect()
    }
}

/// How like the text an idea is.
pub struct Likeness {
    /// Thousandths, 1 to 1,000.
    pub similarity: u32,
    /// The words both have and that tell something, in order.
    pub matched: Vec<String>,
}

impl Sought {
    /// Where to look for ideas: those that have most of a word that tells most come first,
    /// until it is enough.
    pub fn reach(&self) -> Reach {
        let mut shelves: Vec<Shelf> = self.words.iter().flat_map(Word::shelves).collect();
        shelves.sort_by_key(|shelf| (Reverse(shelf.worth), shelf.ideas, shelf.word));
        let (mut reach, mut left) = (Reach::default(), MOST_FOUND);
        for shelf in shelves {
            if shelf.ideas > left {
                reach.part = (left > 0).then_some((shelf, left));
                break;
            }
            left -= shelf.ideas;
            reach.whole.push(shelf);
        }
        reach
    }

    /// How much of the text stands in an idea that holds these words: 1,000 when it holds as
    /// much of every one. Nothing when they have nothing to do with each other.
    pub fn likeness(&self, theirs: Held<'_>) -> Option<Likeness> {
        let (mut all, mut both, mut matched) = (0, 0, Vec::new());
        for word in &self.words {
            let own = word.tells * word.holds;
            all += own * word.holds;
            if let Some(holds) = theirs.holds(word.key) {
                both += own * word.holds.min(holds);
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

impl Word {
    fn shelves(&self) -> impl Iterator<Item = Shelf> {
        LEVELS
            .into_iter()
            .zip(self.ideas)
            .map(|(level, ideas)| Shelf {
                word: self.key,
                level,
                worth: self.tells * self.holds * self.holds.min(middle(level)),
                ideas,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::terms::pack;
    use super::*;

    fn counts(all: i64, of: &[(&str, i64)]) -> Counts {
        let every = [(EVERY_IDEA, all)];
        let counted = of.iter().chain(&every);
        counted
            .map(|(word, count)| (WordKey::of(word), [0, 0, 0, *count]))
            .collect()
    }

    fn like(sought: &Sought, title: &str, rest: &str) -> u32 {
        let packed = pack(&kept(title, rest));
        let found = sought.likeness(Held::of(&packed));
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
    fn the_same_in_other_words_is_alike_in_the_smallest_house() {
        let (title, problem) = (
            "Badge printer for visitors",
            "Reception writes badges by hand; visitors queue 10 minutes every Monday.",
        );
        let of: Vec<(&str, i64)> = [
            "badges", "by", "for", "hand", "minutes", "visitors", "writes",
        ]
        .map(|word| (word, 1))
        .to_vec();
        let wanted = Wanted::new(
            "Long queue at the front desk",
            "Visitors wait for ten minutes because reception writes the badges by hand.",
        );
        let sought = wanted.weighed(&counts(1, &of));
        assert!(like(&sought, title, problem) > 400);
        assert!(
            like(
                &sought,
                "A map of free desks",
                "It takes ten minutes to find one."
            ) < 150
        );
    }

    #[test]
    fn ideas_are_looked_for_by_what_tells_most_until_it_is_enough() {
        let of = [
            ("bees", 5),
            ("hives", 1_200),
            ("honey", 900),
            ("the", 8_000),
        ];
        let sought = Wanted::new("the hives honey bees wax", "").weighed(&counts(9_000, &of));
        let reach = sought.reach();
        let top = |word: &str| {
            let key = WordKey::of(word);
            move |shelf: &Shelf| (shelf.word, shelf.level) == (key, 3)
        };
        for word in ["wax", "bees", "honey"] {
            assert!(reach.whole.iter().any(top(word)), "{word}");
        }
        let (part, left) = reach.part.unwrap();
        assert!(top("hives")(&part));
        assert_eq!(left, MOST_FOUND - 905);
        assert!(!reach.shelves().any(|shelf| top("the")(&shelf)));
        let common = Wanted::new("the wax", "").weighed(&counts(9_000, &[("the", 8_000)]));
        let (part, left) = common.reach().part.unwrap();
        assert!(top("the")(&part));
        assert_eq!(left, MOST_FOUND);
    }

    #[test]
    fn what_is_found_by_more_comes_first() {
        let sought = Wanted::new("bees hives", "").weighed(&counts(9, &[("hives", 4)]));
        let reach = sought.reach();
        let shelf = |word: &str, level: usize| {
            let key = WordKey::of(word);
            let mut shelves = reach.shelves();
            shelves
                .find(|shelf| (shelf.word, shelf.level) == (key, level))
                .unwrap()
        };
        let found = [
            (shelf("hives", 3), 7),
            (shelf("bees", 0), 5),
            (shelf("bees", 0), 4),
        ];
        let found = found.into_iter().chain([(shelf("hives", 3), 4)]);
        assert_eq!(reach.most_alike(found), [4, 7, 5]);
    }
}
