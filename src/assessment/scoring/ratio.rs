//! RICE, ICE and WSJF on a logarithmic 0–100 scale (SCORING.md §14):
//! 100·ln(raw/L)/ln(H/L), with L and H the least and the most the formula can give. The
//! mean of such scores shows the geometric mean of the ratios.

use crate::assessment::rubric::ratio::{Factor, Role, factor};
use crate::assessment::rubric::{CriterionKind, Rubric};

/// Points of 100 each criterion adds, when every factor is answered.
pub(super) fn contributions(rubric: &Rubric, levels: &[Option<f64>]) -> Vec<f64> {
    let factors: Vec<(usize, &Factor, f64)> = (0..rubric.criteria.len())
        .filter_map(|i| Some((i, factor(rubric, i)?, levels.get(i).copied().flatten()?)))
        .collect();
    let terms = || factors.iter().filter(|(_, f, _)| f.role == Role::Term);
    let sum: f64 = terms().map(|(_, _, x)| x).sum();
    let least: f64 = terms().map(|(_, f, _)| f.minimum).sum();
    let most: f64 = terms().map(|(_, f, _)| f.maximum).sum();
    // ln(H/L) is the sum of what each factor can span; the terms span together.
    let mut span: f64 = factors
        .iter()
        .filter(|(_, f, _)| f.role != Role::Term)
        .map(|(_, f, _)| (f.maximum / f.minimum).ln())
        .sum();
    if sum > 0.0 {
        span += (most / least).ln();
    }
    let mut contributions = vec![0.0; rubric.criteria.len()];
    for (i, f, x) in factors {
        contributions[i] = 100.0 / span
            * match f.role {
                Role::Multiplier => (x / f.minimum).ln(),
                Role::Divisor => (f.maximum / x).ln(),
                Role::Term => (sum / least).ln() * x / sum,
            };
    }
    contributions
}

/// Where `level` lies on the scale of criterion `i`, 0 (worst) to 1 (best), in logarithms;
/// `None` for what is no factor.
pub(super) fn value(rubric: &Rubric, i: usize, level: f64) -> Option<f64> {
    let f = factor(rubric, i)?;
    let span = (f.maximum / f.minimum).ln();
    Some(match rubric.criteria[i].kind {
        CriterionKind::Cost => (f.maximum / level).ln() / span,
        CriterionKind::Benefit | CriterionKind::Gate => (level / f.minimum).ln() / span,
    })
}
