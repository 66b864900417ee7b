//! Why an idea stands where it stands, and the smallest changes that would lift it
//! (SCORING.md §11–§12). Pure: it reads scores and ranks that others made, and every
//! change it tells of has been tried through the scoring function itself.

mod level;
mod weight;
mod words;

pub use level::level_changes;
pub use weight::{WeightChange, weight_changes};
pub use words::{bare_rank_sentence, chance_sentence, neighbor_sentence, ordinal, rank_sentence};

use crate::assessment::scoring::{IdeaScore, Sheet, Yardstick};

/// An idea as it is explained: its score and the assessments it was made from.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// Made from the sheets by the scoring function.
    pub score: &'a IdeaScore,
    /// The complete assessments that count; others are passed over.
    pub sheets: &'a [Sheet<'a>],
}

/// How far a rival is away, criterion by criterion, in hundredths of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The rival's shown total less the idea's own; the lines and the correction add up to it
    /// exactly.
    pub total: i32,
    /// One per criterion of the rubric.
    pub lines: Vec<i32>,
    /// What removing leniencies adds to it.
    pub correction: i32,
    /// More than chance explains, at 90 % (SCORING.md §8).
    pub is_clear: bool,
}

/// The gap from `own` to `rival`, both under one rubric version: the differences of what is
/// shown of each. Positive where the rival is ahead.
pub fn gap(own: &IdeaScore, rival: &IdeaScore, yardstick: &Yardstick) -> Gap {
    let total = rival.key - own.key;
    let lines = rival
        .lines
        .iter()
        .zip(&own.lines)
        .map(|(r, o)| r.shown - o.shown)
        .collect();
    let threshold = 100.0 * yardstick.clear_gap(own.n, rival.n);
    Gap {
        total,
        lines,
        correction: rival.correction - own.correction,
        is_clear: f64::from(total.abs()) > threshold,
    }
}

/// What a change is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "RankChangeKind")]
pub enum ChangeKind {
    /// The mean level of one criterion of the idea.
    Level,
    /// The share of one criterion in the rubric.
    Weight,
}

/// A change that would lift an idea.
#[derive(Clone, Debug, PartialEq)]
pub struct RankChange {
    /// What is changed.
    pub kind: ChangeKind,
    /// By its place in the rubric.
    pub criterion: usize,
    /// The mean level now, or the share (0 to 1) now.
    pub from: f64,
    /// The mean level then, or the share then.
    pub to: f64,
    /// The rank it would have then.
    pub rank_after: u32,
    /// For people.
    pub sentence: String,
}
