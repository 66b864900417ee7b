//! Words as the database keeps them: as numbers, so that the index is small and the same on
//! both databases. A term is a word, how much of it an idea holds (roughly), and whether the
//! idea is hidden from some, all in one number. Pure; `store_terms.rs` writes them.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A word as a number of 45 bits: among a million words, two are the same once in thirty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordKey(u64);

const WORD_BITS: u32 = 45;

/// How much of a word an idea holds, roughly: 0 for the least to 3.
pub const LEVELS: [usize; 4] = [0, 1, 2, 3];

/// So many terms can stand for a word.
pub const TERMS_OF_A_WORD: i64 = 8;

impl WordKey {
    /// The number of a word.
    pub fn of(word: &str) -> Self {
        let digest = Sha256::digest(word.as_bytes());
        let first = digest.iter().take(8);
        let number = first.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self(number >> (u64::BITS - WORD_BITS))
    }

    /// The number itself: a term without its last three bits.
    pub fn number(self) -> i64 {
        self.0.cast_signed()
    }

    /// The term of this word for ideas that hold so much of it.
    pub fn term(self, level: usize, is_hidden: bool) -> i64 {
        let term = self.0 << 3 | u64::from(is_hidden) << 2 | level as u64;
        // 48 bits.
        term.cast_signed()
    }

    /// All terms of this word.
    pub fn terms(self) -> impl Iterator<Item = i64> {
        (0..TERMS_OF_A_WORD).map(move |term| self.term(0, false) + term)
    }

    /// The word and the level of a term.
    pub fn of_term(term: i64) -> (Self, usize) {
        let term = term.cast_unsigned();
        (Self(term >> 3), (term & 3) as usize)
    }
}

/// The level of holding so much, in thousandths.
pub fn level(holds: i64) -> usize {
    usize::try_from(holds / 250).unwrap_or(0).min(3)
}

/// What an idea of this level holds, about.
pub fn middle(level: usize) -> i64 {
    level as i64 * 250 + 125
}

/// The words of an idea, each with how much of it the idea holds (thousandths), in few
/// bytes: seven a word, in the order of the words.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a>(&'a [[u8; BYTES]]);

const BYTES: usize = 7;
const HOLDS_BITS: u32 = 10;

/// Packs words; `Held` reads them.
pub fn pack(holdings: &BTreeMap<WordKey, i32>) -> Vec<u8> {
    let packed = holdings.iter().flat_map(|(word, holds)| {
        let holds = u64::from(holds.unsigned_abs()).min((1 << HOLDS_BITS) - 1);
        // 45 bits and 10: the first of the eight bytes is empty.
        let number = word.0 << HOLDS_BITS | holds;
        number.to_be_bytes().into_iter().skip(1)
    });
    packed.collect()
}

impl<'a> Held<'a> {
    /// What was packed.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    /// How much of this word; nothing when it is not there.
    pub fn holds(self, word: WordKey) -> Option<i64> {
        let at = self.0.partition_point(|one| unpacked(one).0 < word);
        let (found, holds) = unpacked(self.0.get(at)?);
        (found == word).then_some(holds)
    }

    /// The terms of the idea.
    pub fn terms(self, is_hidden: bool) -> impl Iterator<Item = i64> {
        self.0.iter().map(move |one| {
            let (word, holds) = unpacked(one);
            word.term(level(holds), is_hidden)
        })
    }
}

fn unpacked(bytes: &[u8; BYTES]) -> (WordKey, i64) {
    let number = bytes
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let holds = number & ((1 << HOLDS_BITS) - 1);
    (WordKey(number >> HOLDS_BITS), holds.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_found_again() {
        let words = ["bees", "hives", "honey", "wax", "", "会議"];
        let holdings = words.iter().zip([1, 249, 250, 500, 1_000, 750]);
        let holdings = holdings.map(|(word, holds)| (WordKey::of(word), holds));
        let holdings: BTreeMap<WordKey, i32> = holdings.collect();
        let packed = pack(&holdings);
        assert_eq!(packed.len(), words.len() * BYTES);
        let held = Held::of(&packed);
        for (word, holds) in &holdings {
            assert_eq!(held.holds(*word), Some(i64::from(*holds)));
        }
        assert_eq!(held.holds(WordKey::of("wasps")), None);
        assert_eq!(Held::of(&[]).holds(WordKey::of("wasps")), None);
    }

    #[test]
    fn a_term_tells_its_word_and_how_much_of_it() {
        let word = WordKey::of("bees");
        for level in LEVELS {
            for is_hidden in [false, true] {
                let term = word.term(level, is_hidden);
                assert!(term > 0 && term < 1 << 48);
                assert_eq!(WordKey::of_term(term), (word, level));
                assert!(word.terms().any(|one| one == term));
            }
        }
        assert_eq!([0, 249, 250, 999, 1_000].map(level), [0, 0, 1, 3, 3]);
    }
}
