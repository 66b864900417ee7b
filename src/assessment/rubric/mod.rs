//! The rubric: which criteria an idea is read by, on which scales, and how the levels
//! become a score. A value that cannot be wrong once made. Never scores anything; that is
//! `scoring`.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::platform::error::Result;

mod parse;
pub mod ratio;

/// How the levels of one assessment become its score.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "ScoringMethod")]
pub enum Method {
    /// Weighted mean of the criteria, each taken to 0–1 on its own fixed scale.
    #[default]
    WeightedSum,
    /// Reach × impact × confidence / effort.
    Rice,
    /// Impact × confidence × ease.
    Ice,
    /// Cost of delay / job size.
    Wsjf,
}

/// How the scores of several assessments become the score of the idea.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Aggregation {
    /// The plain mean: an idea's score depends on that idea alone.
    #[default]
    Mean,
    /// The mean without one highest and one lowest, from five assessments on.
    TrimmedMean,
    /// The mean after taking out how lenient or severe each assessor is.
    SeverityAdjusted,
}

/// What a higher level says.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CriterionKind {
    /// Higher is better.
    #[default]
    Benefit,
    /// Lower is better.
    Cost,
    /// Yes (1) or no (0); carries no weight, and a counted 0 takes the rank away.
    Gate,
}

/// A level of a scale in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// On the scale of its criterion.
    pub value: f64,
    /// What an idea on this level looks like.
    pub anchor: String,
}

/// One question every assessor answers about an idea.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Criterion {
    /// Unique within its rubric.
    pub key: String,
    /// For people.
    pub name: String,
    /// What the assessor is asked.
    pub question: String,
    /// What a higher level says.
    #[serde(default)]
    pub kind: CriterionKind,
    /// In any unit, as entered; `None` for a gate and under the ratio methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// An assessment without it does not count.
    #[serde(default = "yes")]
    pub is_required: bool,
    /// Lowest level.
    pub minimum: f64,
    /// Highest level, above the lowest.
    pub maximum: f64,
    /// Levels lie whole steps above the lowest.
    #[serde(default = "one")]
    pub step: f64,
    /// Levels in words, lowest first: the ends and at least one between.
    pub levels: Vec<Level>,
}

/// A rubric as it comes in, nothing of it checked. Left out fields take the defaults of
/// the contract's `DraftRubricInput`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RubricDraft {
    /// Names the rubric over all its versions.
    pub key: String,
    /// For people.
    pub name: String,
    /// How levels become the score of an assessment.
    #[serde(default)]
    pub method: Method,
    /// How assessments become the score of an idea.
    #[serde(default)]
    pub aggregation: Aggregation,
    /// How many assessments a rank needs.
    #[serde(default = "three")]
    pub quorum: u32,
    /// Nobody sees another's rating before the score is published.
    #[serde(default = "yes")]
    pub is_blind: bool,
    /// Assessors see who wrote the idea.
    #[serde(default = "yes")]
    pub reveals_author: bool,
    /// Share of the weight, 0 to 1, that one assessment must answer to count.
    #[serde(default = "four_fifths")]
    pub minimum_coverage: f64,
    /// 1 to 8 that score, and gates, as assessors see them.
    pub criteria: Vec<Criterion>,
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

fn three() -> u32 {
    3
}

fn four_fifths() -> f64 {
    0.8
}

/// A rubric in which everything fits together. Reads like its draft (`rubric.quorum`) and
/// cannot be changed. Its JSON is canonical: equal rubrics give equal bytes, and what is
/// read back is checked again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Rubric {
    draft: RubricDraft,
}

impl Rubric {
    /// The rubric, or every fault of the draft at once, with paths from `input` on.
    pub fn parse(draft: RubricDraft) -> Result<Self> {
        parse::check(draft).map(|draft| Self { draft })
    }

    /// Where the criterion of that key stands.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.criteria.iter().position(|c| c.key == key)
    }

    /// Weight of criterion `i` as a share of the whole, 0 to 1: w / Σ w. `None` for a gate,
    /// under the ratio methods, and where there is no such criterion.
    pub fn share(&self, i: usize) -> Option<f64> {
        let weight = self.criteria.get(i)?.weight?;
        let whole: f64 = self.criteria.iter().filter_map(|c| c.weight).sum();
        Some(weight / whole)
    }

    /// Whether `level` can be given on criterion `i`, and if not the stable reason and a
    /// sentence for people: `NOT_A_NUMBER`, `LEVEL_OUT_OF_RANGE` or `LEVEL_OFF_STEP`.
    pub fn admit(&self, i: usize, level: f64) -> Result<(), (&'static str, String)> {
        parse::admit(&self.criteria[i], ratio::fixed_levels(self, i), level)
    }

    /// The level `steps` whole steps above `level` on the scale of criterion `i` (below it
    /// when negative); `None` beyond the scale's ends.
    pub fn step_from(&self, i: usize, level: f64, steps: i64) -> Option<f64> {
        let place = self.steps_below(i, level) + steps;
        (0..=self.steps_in_all(i)).contains(&place).then(|| {
            let c = &self.criteria[i];
            match ratio::fixed_levels(self, i) {
                Some(levels) => levels[place as usize],
                None => c.minimum + place as f64 * c.step,
            }
        })
    }

    /// Whole steps from the lowest level of criterion `i` up to `level`.
    pub fn steps_below(&self, i: usize, level: f64) -> i64 {
        let c = &self.criteria[i];
        match ratio::fixed_levels(self, i) {
            Some(levels) => levels.iter().filter(|&&l| l < level - SLACK).count() as i64,
            None => ((level - c.minimum) / c.step).round() as i64,
        }
    }

    /// Whether levels given under another version mean the same here: the same criteria on the
    /// same scales, in whatever order and with whatever weights.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let scale = |rubric: &Self, key: &str| {
            let criterion = &rubric.criteria[rubric.position(key)?];
            Some((
                criterion.kind,
                criterion.minimum.to_bits(),
                criterion.maximum.to_bits(),
                criterion.step.to_bits(),
            ))
        };
        self.method == other.method
            && self.criteria.len() == other.criteria.len()
            && self
                .criteria
                .iter()
                .all(|it| scale(self, &it.key) == scale(other, &it.key))
    }

    /// Whole steps from the lowest to the highest level of criterion `i`.
    pub fn steps_in_all(&self, i: usize) -> i64 {
        self.steps_below(i, self.criteria[i].maximum)
    }
}

/// How far from a whole step a level may lie, in steps: decimals like 0.1 have no exact
/// binary form.
const SLACK: f64 = 1e-9;

impl Deref for Rubric {
    type Target = RubricDraft;

    fn deref(&self) -> &RubricDraft {
        &self.draft
    }
}

impl<'de> Deserialize<'de> for Rubric {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(RubricDraft::deserialize(from)?).map_err(de::Error::custom)
    }
}
