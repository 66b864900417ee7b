//! The chance of an idea to belong to the best k (SCORING.md §9, for MEAN and TRIMMED_MEAN):
//! every ranked idea has a true value somewhere around its shown score, shrunk to the mean of
//! all the more, the fewer looked at it. The chance is integrated, not drawn: the same
//! ideas give the same answer. Ideas at one place are taken together, so that a large
//! backlog costs what its different scores cost.

use super::histogram::{Place, Ranks};
use std::f64::consts::SQRT_2;

/// Points of the integral on each side of the idea's own value,
const STEPS: i32 = 40;
/// and how many standard deviations they reach.
const REACH: f64 = 5.0;
/// Rivals that are less likely than this to be ahead are counted together, where there are
/// many different ones: the chance is out by no more than this.
const UNLIKELY: f64 = 0.002;
/// So many different scores are worked out one by one.
const FEW: usize = 500;

/// So many standard deviations below, a rival is never ahead.
const FAR: f64 = 7.0;

/// Ideas that share a distribution.
struct Group {
    mean: f64,
    deviation: f64,
    ideas: u32,
}

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
    let all: u32 = places.values().sum();
    if k >= all {
        return 1.0;
    }
    let groups = shrunk(&places, all, spread);
    let Some(mine) = places.keys().position(|place| *place == (own.n, own.key)) else {
        return 0.0;
    };
    let (mean, deviation) = (groups[mine].mean, groups[mine].deviation);
    let (mut weights, mut sum) = (0.0, 0.0);
    for step in -STEPS..=STEPS {
        let z = REACH * f64::from(step) / f64::from(STEPS);
        let weight = (-0.5 * z * z).exp();
        weights += weight;
        sum += weight * at_most(&groups, mine, mean + z * deviation, k as usize - 1);
    }
    sum / weights
}

/// The distribution of the true value at each place.
fn shrunk(
    places: &std::collections::BTreeMap<(u32, i32), u32>,
    all: u32,
    spread: f64,
) -> Vec<Group> {
    let ideas = f64::from(all);
    let sum = |of: &dyn Fn(u32, f64) -> f64| -> f64 {
        let terms = places
            .iter()
            .map(|(&(n, key), &here)| f64::from(here) * of(n, f64::from(key) / 100.0));
        terms.sum()
    };
    let error = |n: u32| (spread * spread / f64::from(n.max(1))).max(1e-9);
    let mean = sum(&|_, theta| theta) / ideas;
    let variance = sum(&|_, theta| (theta - mean).powi(2)) / (ideas - 1.0);
    let mean_error = sum(&|n, _| error(n)) / ideas;
    let between = (variance - mean_error).max(0.01 * mean_error);
    places
        .iter()
        .map(|(&(n, key), &here)| {
            // Of two ideas each has half the variance of their difference.
            let error = if all == 2 { mean_error } else { error(n) };
            let share = between / (between + error);
            Group {
                mean: mean + share * (f64::from(key) / 100.0 - mean),
                deviation: (share * error).sqrt(),
                ideas: here,
            }
        })
        .collect()
}

/// The chance that at most so many of the others lie above `x`.
fn at_most(groups: &[Group], mine: usize, x: f64, most: usize) -> f64 {
    let above = |group: &Group| {
        let z = (x - group.mean) / group.deviation;
        // Far below it is nobody's chance; far above, everybody's.
        match z {
            z if z > FAR => 0.0,
            z if z < -FAR => 1.0,
            z => 0.5 * statrs::function::erf::erfc(z / SQRT_2),
        }
    };
    let rivals: Vec<(u32, f64)> = groups
        .iter()
        .enumerate()
        .map(|(index, group)| (group.ideas - u32::from(index == mine), above(group)))
        .filter(|&(others, p)| others > 0 && p > 0.0)
        .collect();
    let expected: f64 = rivals
        .iter()
        .map(|&(others, p)| f64::from(others) * p)
        .sum();
    // So few would be a miracle (Chernoff): below 1e-13.
    let lack = expected - most as f64;
    if lack > 0.0 && lack * lack > 60.0 * expected {
        return 0.0;
    }
    // `ahead[m]`: the chance that m of those looked at so far lie above.
    let mut ahead = vec![0.0; most + 1];
    ahead[0] = 1.0;
    let mut unlikely = 0.0;
    for &(others, p) in &rivals {
        if rivals.len() > FEW && p < UNLIKELY {
            unlikely += f64::from(others) * p;
        } else {
            join(&mut ahead, &binomial(others, p, most));
        }
    }
    if unlikely > 0.0 {
        let mut term = (-unlikely).exp();
        let poisson: Vec<f64> = (0..=most)
            .map(|m| {
                if m > 0 {
                    term *= unlikely / m as f64;
                }
                term
            })
            .collect();
        join(&mut ahead, &poisson);
    }
    ahead.iter().sum()
}

/// The chances that 0, 1, … of so many alike lie above, up to `most`.
fn binomial(ideas: u32, p: f64, most: usize) -> Vec<f64> {
    let (ideas, p) = (f64::from(ideas), p.min(1.0));
    if p >= 1.0 - f64::EPSILON {
        let all = |m: usize| if m as f64 == ideas { 1.0 } else { 0.0 };
        return (0..=most).map(all).collect();
    }
    let odds = p / (1.0 - p);
    let mut log = ideas * (-p).ln_1p();
    let mut terms = vec![log.exp()];
    for m in 1..=most.min(ideas as usize) {
        let m = m as f64;
        log += ((ideas - m + 1.0) / m * odds).ln();
        terms.push(log.exp());
    }
    terms
}

/// Adds those of `more` to those that are ahead already.
fn join(ahead: &mut [f64], more: &[f64]) {
    for at in (0..ahead.len()).rev() {
        ahead[at] = (0..=at.min(more.len() - 1))
            .map(|from| ahead[at - from] * more[from])
            .sum();
    }
}
