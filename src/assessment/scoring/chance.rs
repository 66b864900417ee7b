//! The chance to belong to the best k (SCORING.md §9): everybody has a true value somewhere
//! around the shown one, shrunk to the mean of all the more, the less sure it is. The chance
//! is integrated, not drawn: the same ideas give the same answer. Who stand at one place are
//! taken together, so that many cost what their different places cost.

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

/// Where the number of those ahead varies by more than this (a variance), or the cut lies so
/// far down, that number is taken as normal with its skewness. What turns from never to
/// always between two points of the integral is out by up to 0.03 there.
const WIDE: f64 = 400.0;
const DEEP: usize = 2_000;

/// Ideas of one score and certainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rival {
    /// The score.
    pub theta: f64,
    /// q: what is its own of the variance of comparisons, in points², above 0.
    pub variance: f64,
    /// How many ideas are alike in that.
    pub ideas: u32,
}

/// Where the true value of these ideas may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub mean: f64,
    /// Above 0.
    pub deviation: f64,
    /// How many ideas share this.
    pub ideas: u32,
}

/// Where the true values may lie, given that scores which are less sure are nearer to the
/// mean of all than they seem.
pub fn shrunk(rivals: &[Rival]) -> Vec<Spot> {
    let sum = |of: &dyn Fn(&Rival) -> f64| -> f64 {
        let terms = rivals
            .iter()
            .map(|rival| f64::from(rival.ideas) * of(rival));
        terms.sum()
    };
    let ideas = sum(&|_| 1.0);
    let mean = sum(&|rival| rival.theta) / ideas;
    let variance = sum(&|rival| (rival.theta - mean).powi(2)) / (ideas - 1.0);
    let mean_error = sum(&|rival| rival.variance) / ideas;
    let between = (variance - mean_error).max(0.01 * mean_error);
    rivals
        .iter()
        .map(|rival| {
            let share = between / (between + rival.variance);
            Spot {
                mean: mean + share * (rival.theta - mean),
                deviation: (share * rival.variance).sqrt(),
                ideas: rival.ideas,
            }
        })
        .collect()
}

/// The chance of an idea of `spots[mine]` to belong to the best `k`, from 0 to 1.
pub fn chance(spots: &[Spot], mine: usize, k: u32) -> f64 {
    let all: u64 = spots.iter().map(|spot| u64::from(spot.ideas)).sum();
    if u64::from(k) >= all {
        return 1.0;
    }
    let Some(own) = spots.get(mine).filter(|own| own.ideas > 0 && k > 0) else {
        return 0.0;
    };
    let (mut weights, mut sum) = (0.0, 0.0);
    for step in -STEPS..=STEPS {
        let z = REACH * f64::from(step) / f64::from(STEPS);
        let weight = (-0.5 * z * z).exp();
        weights += weight;
        sum += weight * at_most(spots, mine, own.mean + z * own.deviation, k as usize - 1);
    }
    sum / weights
}

/// The chance that at most so many of the others lie above `x`.
fn at_most(spots: &[Spot], mine: usize, x: f64, most: usize) -> f64 {
    let above = |spot: &Spot| {
        let z = (x - spot.mean) / spot.deviation;
        // Far below it is nobody's chance; far above, everybody's.
        match z {
            z if z > FAR => 0.0,
            z if z < -FAR => 1.0,
            z => 0.5 * statrs::function::erf::erfc(z / SQRT_2),
        }
    };
    let mut sure = 0;
    let mut rivals: Vec<(u32, f64)> = Vec::new();
    for (index, spot) in spots.iter().enumerate() {
        let (others, p) = (spot.ideas - u32::from(index == mine), above(spot));
        if p >= 1.0 - 1e-12 {
            sure += others as usize;
        } else if others > 0 && p > 0.0 {
            rivals.push((others, p));
        }
    }
    let Some(most) = most.checked_sub(sure) else {
        return 0.0;
    };
    let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
        let terms = rivals.iter().map(|&(others, p)| f64::from(others) * of(p));
        terms.sum()
    };
    let (expected, variance) = (sum(&|p| p), sum(&|p| p * (1.0 - p)));
    // So few, or so many, would be a miracle (Bernstein): below 1e-13.
    let lack = expected - most as f64;
    if lack * lack > 60.0 * (variance + lack.abs() / 3.0) {
        return if lack > 0.0 { 0.0 } else { 1.0 };
    }
    if variance > WIDE || most > DEEP {
        let third = sum(&|p| p * (1.0 - p) * (1.0 - 2.0 * p));
        return normal(most as f64 + 0.5 - expected, variance, third);
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

/// The chance that a number with this variance and third moment is at most so far above what
/// is expected.
fn normal(distance: f64, variance: f64, third: f64) -> f64 {
    let z = distance / variance.sqrt();
    let below = 0.5 * statrs::function::erf::erfc(-z / SQRT_2);
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let skewness = third / variance.powf(1.5);
    (below + skewness * (1.0 - z * z) * density / 6.0).clamp(0.0, 1.0)
}

/// The chances that 0, 1, … of so many alike lie above, up to `most`.
fn binomial(ideas: u32, p: f64, most: usize) -> Vec<f64> {
    let (ideas, p) = (f64::from(ideas), p.min(1.0));
    if p >= 1.0 - f64::EPSILON {
        let all = |m: usize| if m as f64 == ideas { 1.0 } else { 0.0 };
        return (0..=most.min(ideas as usize)).map(all).collect();
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
