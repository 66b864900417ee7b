//! The ranked ideas under other weights. Where every assessment answered every criterion, a
//! score is linear in the weights and follows from the means that are kept with it; the others
//! are computed again from the levels as entered. Pure: `store_reweigh.rs` reads, and nothing
//! is saved.

use crate::assessment::rubric::{Aggregation, Method, Rubric};
use crate::assessment::scoring::{Shares, Sheet, key_of, score_idea_under};
use crate::ideas::domain::IdeaId;
use crate::platform::clock::Micros;
use std::collections::HashMap;
use uuid::Uuid;

/// A score and how many assessments it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scored {
    /// Hundredths.
    pub key: i32,
    pub n: u32,
}

/// A ranked idea as it is weighed anew.
#[derive(Clone, Debug)]
pub struct Row {
    pub idea: IdeaId,
    pub version: Uuid,
    pub now: Scored,
    pub submitted_at: Micros,
    /// Takes a place from others.
    pub is_counted: bool,
    /// Of each criterion the mean value, 0 to 1, and how many answered it.
    pub means: Vec<(Option<f64>, u32)>,
}

impl Row {
    /// Whether its score is linear in the weights: a plain mean of assessments that each
    /// answered everything that weighs.
    pub fn is_linear(&self, rubric: &Rubric) -> bool {
        let is_plain = rubric.aggregation == Aggregation::Mean;
        is_plain
            && rubric.method == Method::WeightedSum
            && self.means.len() == rubric.criteria.len()
            && self
                .means
                .iter()
                .zip(&rubric.criteria)
                .filter(|(_, criterion)| criterion.weight.is_some())
                .all(|((_, answers), _)| *answers == self.now.n)
    }

    fn linear(&self, shares: &Shares) -> Scored {
        let terms = self
            .means
            .iter()
            .enumerate()
            .map(|(i, (value, _))| shares.nominal(i).unwrap_or(0.0) * value.unwrap_or(0.0));
        Scored {
            key: key_of(100.0 * terms.sum::<f64>()),
            n: self.now.n,
        }
    }
}

/// The levels of the assessments that count, as `scoring` takes them.
#[derive(Clone, Debug, Default)]
pub struct Levels(pub Vec<(Uuid, Vec<Option<f64>>)>);

impl Levels {
    /// As the scoring function takes them.
    pub fn sheets(&self) -> Vec<Sheet<'_>> {
        self.0
            .iter()
            .map(|(id, levels)| Sheet { id: *id, levels })
            .collect()
    }
}

/// Everything that is ranked under a rubric, ready to be weighed anew.
pub struct Field {
    pub rows: Vec<Row>,
    /// The versions these ideas were assessed under.
    pub versions: HashMap<Uuid, Rubric>,
    /// Of the ideas whose score is not linear.
    pub levels: HashMap<IdeaId, Levels>,
}

impl Field {
    /// The score of every row when the named criteria, by key, take these shares and the
    /// others divide the rest as before; `None` for what would have no rank: no assessment
    /// covers enough of the weight, or fewer than its quorum asks for. Ideas under a version
    /// that does not weigh all of these criteria stay as they are.
    pub fn under(&self, named: &[(&str, f64)]) -> Vec<Option<Scored>> {
        let shares: HashMap<Uuid, Option<Shares>> = self
            .versions
            .iter()
            .map(|(id, rubric)| (*id, shares(rubric, named)))
            .collect();
        self.rows
            .iter()
            .map(|row| {
                let (Some(rubric), Some(Some(shares))) =
                    (self.versions.get(&row.version), shares.get(&row.version))
                else {
                    return Some(row.now);
                };
                let Some(levels) = self.levels.get(&row.idea) else {
                    return Some(row.linear(shares));
                };
                let score = score_idea_under(rubric, shares, &levels.sheets())?;
                // Whose quorum was waived needs no more than it has.
                let enough = rubric.quorum.min(row.now.n);
                (score.n >= enough && !score.is_gated).then_some(Scored {
                    key: score.key,
                    n: score.n,
                })
            })
            .collect()
    }

    /// Where an idea stands in `rows`.
    pub fn place(&self, idea: IdeaId) -> Option<usize> {
        self.rows.iter().position(|row| row.idea == idea)
    }

    /// The order that these scores of the rows make.
    pub fn order(&self, scores: impl Iterator<Item = Option<Scored>>) -> Order {
        let counted = self.rows.iter().zip(scores);
        let keys = counted.filter(|(row, _)| row.is_counted);
        Order::of(keys.filter_map(|(_, score)| score.map(|score| score.key)))
    }
}

fn shares(rubric: &Rubric, named: &[(&str, f64)]) -> Option<Shares> {
    let found: Option<Vec<(usize, f64)>> = named
        .iter()
        .map(|(key, share)| Some((rubric.position(key)?, *share)))
        .collect();
    Shares::with(rubric, &found?).ok()
}

/// The keys of ideas that take a place, lowest first.
pub struct Order(Vec<i32>);

impl Order {
    /// That of these keys.
    pub fn of(keys: impl Iterator<Item = i32>) -> Self {
        let mut keys: Vec<i32> = keys.collect();
        keys.sort_unstable();
        Self(keys)
    }

    /// The rank of that key: 1 + how many have a higher one.
    pub fn rank(&self, key: i32) -> u32 {
        let better = self.0.len() - self.0.partition_point(|other| *other <= key);
        u32::try_from(better).unwrap_or(u32::MAX).saturating_add(1)
    }
}
