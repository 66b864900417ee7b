//! The chance of an idea to belong to the best k ranked ideas (SCORING.md §9, for MEAN and
//! TRIMMED_MEAN, where the shown scores decide). The integral is the scoring room's.

use super::histogram::{Place, Ranks};
use crate::assessment::scoring::chance::{self as integral, Rival, Spot, shrunk};
use std::collections::BTreeMap;

/// How many ideas count as the best ones of so many: the cut, but at most a third of them,
/// and at least one.
pub fn best(cut: u32, ideas: u32) -> u32 {
    cut.min(ideas / 3).max(1)
}

/// The chance of the idea at that place to belong to the best `k` ranked ideas, from 0 to 1.
/// `spread` is σ̂; an idea that is not counted is placed among those that are.
pub fn chance(ranks: &Ranks<'_>, own: Place, is_counted: bool, spread: f64, k: u32) -> f64 {
    let mut places = ranks.places();
    if !is_counted {
        *places.entry((own.n, own.key)).or_default() += 1;
    }
    Chances::of(&places, spread).at(own, k)
}

/// Where the true values of ranked ideas may lie, for several questions about them.
pub struct Chances {
    /// Number of assessments and key, in order.
    places: Vec<(u32, i32)>,
    spots: Vec<Spot>,
}

impl Chances {
    /// Of so many ideas at each place, by number of assessments and key.
    pub fn of(places: &BTreeMap<(u32, i32), u32>, spread: f64) -> Self {
        let mut rivals: Vec<Rival> = places
            .iter()
            .map(|(&(n, key), &ideas)| Rival {
                theta: f64::from(key) / 100.0,
                variance: (spread * spread / f64::from(n.max(1))).max(1e-9),
                ideas,
            })
            .collect();
        if places.values().sum::<u32>() == 2 {
            // Of two ideas each has half the variance of their difference.
            let parts = rivals.iter().map(|one| f64::from(one.ideas) * one.variance);
            let half = parts.sum::<f64>() / 2.0;
            for rival in &mut rivals {
                rival.variance = half;
            }
        }
        Self {
            places: places.keys().copied().collect(),
            spots: shrunk(&rivals),
        }
    }

    /// The chance of an idea at that place to belong to the best `k`, 0 to 1; 0 where there
    /// is none.
    pub fn at(&self, own: Place, k: u32) -> f64 {
        let mine = self.places.binary_search(&(own.n, own.key));
        mine.map_or(0.0, |mine| integral::chance(&self.spots, mine, k))
    }

    /// The same in the order of the places.
    pub fn spots(&self) -> &[Spot] {
        &self.spots
    }
}
