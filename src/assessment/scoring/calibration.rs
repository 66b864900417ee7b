//! Whether scores foretold what came (SCORING.md §16). Outcomes are known of what was chosen
//! alone, so the figures speak of the chosen: whoever shows them says so.

use super::stability::{kendall_tau_b, spearman};

/// Fewer outcomes say nothing.
const FEWEST: usize = 10;

/// How well the scores of a round agreed with its outcomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Spearman's correlation of score and outcome; `None` where all of one are equal.
    pub spearman: Option<f64>,
    /// Kendall's τ-b of the same.
    pub kendall: Option<f64>,
}

/// Scores with the value that came of them; `None` below ten.
pub fn calibration(outcomes: &[(f64, f64)]) -> Option<Calibration> {
    (outcomes.len() >= FEWEST).then(|| Calibration {
        spearman: spearman(outcomes),
        kendall: kendall_tau_b(outcomes),
    })
}

/// How good foretold chances were.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Mean (p − o)²: 0 is perfect.
    pub brier: f64,
    /// What it would be had everybody been given the same, true chance.
    pub base: f64,
    /// 1 − brier/base: 0 is no better than that; `None` where all came or none.
    pub skill: Option<f64>,
}

/// Chances to belong to the best, with whether it came true; `None` below ten.
pub fn forecast(chances: &[(f64, bool)]) -> Option<Forecast> {
    (chances.len() >= FEWEST).then(|| brier(chances)).flatten()
}

/// The same of however many; `None` of none.
pub fn brier(chances: &[(f64, bool)]) -> Option<Forecast> {
    if chances.is_empty() {
        return None;
    }
    let n = chances.len() as f64;
    let outcome = |came: bool| f64::from(u8::from(came));
    let mut gaps: Vec<f64> = chances
        .iter()
        .map(|&(p, came)| (p - outcome(came)).powi(2))
        .collect();
    // The order of outcomes moves no bit.
    gaps.sort_by(f64::total_cmp);
    let rate = chances.iter().filter(|(_, came)| *came).count() as f64 / n;
    let (brier, base) = (gaps.iter().sum::<f64>() / n, rate * (1.0 - rate));
    Some(Forecast {
        brier,
        base,
        skill: (base > 0.0).then(|| 1.0 - brier / base),
    })
}
