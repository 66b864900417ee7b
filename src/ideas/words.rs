//! Words of a text, folded so that they are found again however they were written: without
//! case and accents, width and ligatures made plain; two characters at a time where a
//! language writes no spaces. Pure. The database only keeps them as an index.

use crate::platform::text::fold;
use std::collections::{BTreeMap, BTreeSet};

/// A word of a title weighs as much as so many of the rest.
pub const TITLE_WEIGHT: i32 = 3;

/// Words are kept up to this many characters.
const LONGEST_WORD: usize = 40;

/// The words of a text, each once, in order.
pub fn words(text: &str) -> BTreeSet<String> {
    all_words(text).into_iter().collect()
}

/// The words of an idea, each with its weight: how often it is there, in the title more.
pub fn weighted(title: &str, rest: &str) -> BTreeMap<String, i32> {
    let mut weights = BTreeMap::new();
    for (text, weight) in [(title, TITLE_WEIGHT), (rest, 1)] {
        for word in all_words(text) {
            let sum = weights.entry(word).or_insert(0_i32);
            *sum = sum.saturating_add(weight);
        }
    }
    weights
}

fn all_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    for run in folded.split(|c: char| !c.is_alphanumeric()) {
        cut(run, &mut words);
    }
    words
}

/// Cuts a run of letters where writing without spaces begins and ends.
fn cut(run: &str, words: &mut Vec<String>) {
    let characters: Vec<char> = run.chars().collect();
    for part in characters.chunk_by(|a, b| is_unspaced(*a) == is_unspaced(*b)) {
        match part {
            [first, ..] if !is_unspaced(*first) => {
                words.push(part.iter().take(LONGEST_WORD).collect());
            }
            [one] => words.push(one.to_string()),
            many => words.extend(many.windows(2).map(|pair| pair.iter().collect::<String>())),
        }
    }
}

/// Han, kana, hangul (as folded: single syllables), Thai, Lao, Khmer, Myanmar.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF
        | 0x20000..=0x323AF)
}

/// Whether a word says something about what a text is about: short ones rarely do.
pub fn is_telling(word: &str) -> bool {
    word.chars().count() > 3 || word.chars().any(is_unspaced) || word.chars().any(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_width_make_no_difference() {
        assert_eq!(words("Café ＣＡＦＥ cafe\u{301} ﬁn"), words("cafe fin"));
        assert_eq!(words("Καφές"), words("ΚΑΦΕΣ"));
    }

    #[test]
    fn writing_without_spaces_is_found_by_two_characters_at_a_time() {
        let pairs = ["会議", "議室", "室予", "予約", "app"].map(str::to_owned);
        assert_eq!(words("会議室予約 app"), BTreeSet::from(pairs));
    }
}
