//! The arithmetic of scores, after SCORING.md: levels in, numbers and their explanation out. No clock, no database, no `async`, and no panic on any finite input.
//! The same inputs give the same bytes in any order. Where an idea stands among others is
//! asked of `backlog`.

pub mod calibration;
pub mod chance;
mod idea;
mod one;
pub mod pairwise;
mod panels;
pub mod quality;
mod ratio;
mod rounding;
mod severity;
mod shares;
pub mod shortlist;
mod spread;
pub mod stability;
mod student;
mod words;

pub use idea::{IdeaScore, Sheet, Status, score_idea, score_idea_under};
pub use one::{AssessmentScore, Incomplete, assess, assess_under};
pub use panels::{Contender, Covariance, Field, MOST_ASSESSORS, MOST_COMPARED, Pairs, Panel};
pub use rounding::{apportion, hundredths, key_of, shown};
pub use severity::{Fit, FittedAssessor, FittedIdea, LAMBDA, Rating};
pub use shares::Shares;
pub use spread::{Disagreement, PRIOR_DF, PRIOR_SPREAD, Pool, Yardstick};
pub use words::{disagreement_sentence, listed, sentence, sentence_with};

/// What one criterion adds to a total: its line of a scorecard.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Line {
    /// Nominal weight as a share of the whole, 0 to 1; `None` for a gate and under the ratio
    /// methods. Where an assessment left something out its answered criteria carry more than
    /// this, so share × value need not be the contribution.
    pub share: Option<f64>,
    /// Mean of the levels given; `None` when nobody could judge it.
    pub level: Option<f64>,
    /// Mean of the values the levels stand for, 0 (worst) to 1 (best).
    pub value: Option<f64>,
    /// Points of 100 it adds, unrounded; 0 for a gate.
    pub contribution: f64,
    /// The same in hundredths of a point, rounded so that the lines add up to the key.
    pub shown: i32,
    /// How many could judge it.
    pub rating_count: u32,
    /// Of the levels given; `None` when nobody could judge it.
    pub lowest: Option<f64>,
    /// Of the levels given; `None` when nobody could judge it.
    pub highest: Option<f64>,
    /// The answers lie half the scale apart or more.
    pub is_split: bool,
}

/// The likely range of a rank (SCORING.md §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bands {
    /// Best rank it could have: 1 + `clearly_better`.
    pub low: u32,
    /// Worst: all ideas it stands among, itself included, less `clearly_worse`.
    pub high: u32,
    /// Ideas ahead by more than chance explains.
    pub clearly_better: u32,
    /// Ideas behind by more than chance explains.
    pub clearly_worse: u32,
}
