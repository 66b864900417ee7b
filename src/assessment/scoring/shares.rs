//! How much of the whole each criterion carries: as the rubric says, or as somebody
//! wonders.

use crate::assessment::rubric::{CriterionKind, Method, Rubric};

/// The share, 0 to 1, of every criterion of one rubric; together they make 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// `None` for a gate and under the ratio methods.
    nominal: Vec<Option<f64>>,
}

impl Shares {
    /// As the rubric's weights say: w / Σ w.
    pub fn of(rubric: &Rubric) -> Self {
        let nominal = (0..rubric.criteria.len())
            .map(|i| rubric.share(i))
            .collect();
        Self { nominal }
    }

    /// The named criteria (by index) take these shares, the others divide the rest as
    /// before. Otherwise a stable reason and a sentence: `NO_WEIGHTS` (a ratio method),
    /// `UNKNOWN_CRITERION` (also a gate), `CRITERION_TWICE`, `NOT_A_NUMBER`,
    /// `WEIGHT_OUT_OF_RANGE`, `WEIGHTS_DO_NOT_ADD_UP` (above 1, or not 1 when all are named).
    pub fn with(rubric: &Rubric, named: &[(usize, f64)]) -> Result<Self, (&'static str, String)> {
        let refuse = |reason, message: &str| Err((reason, message.to_owned()));
        let Self { mut nominal } = Self::of(rubric);
        if rubric.method != Method::WeightedSum {
            return refuse("NO_WEIGHTS", "The factors of this method have no weights.");
        }
        for (at, &(i, share)) in named.iter().enumerate() {
            if nominal.get(i).copied().flatten().is_none() {
                return refuse("UNKNOWN_CRITERION", "There is no such weighted criterion.");
            }
            if named[..at].iter().any(|&(earlier, _)| earlier == i) {
                return refuse("CRITERION_TWICE", "A criterion is named twice.");
            }
            if !share.is_finite() {
                return refuse("NOT_A_NUMBER", "A weight is a number.");
            }
            if !(0.0..=1.0).contains(&share) {
                return refuse("WEIGHT_OUT_OF_RANGE", "A weight is a share from 0 to 1.");
            }
        }
        let taken: f64 = named.iter().map(|&(_, share)| share).sum();
        let is_named = |i: usize| named.iter().any(|&(n, _)| n == i);
        let unnamed: f64 = nominal
            .iter()
            .enumerate()
            .filter(|&(i, _)| !is_named(i))
            .filter_map(|(_, share)| *share)
            .sum();
        let is_all_named = unnamed == 0.0;
        if taken > 1.0 + SLACK || is_all_named && taken < 1.0 - SLACK {
            return refuse(
                "WEIGHTS_DO_NOT_ADD_UP",
                "Weights add up to 1 at most; all of them to 1.",
            );
        }
        let rest = (1.0 - taken).max(0.0);
        for (i, share) in nominal.iter_mut().enumerate() {
            if let Some(share) = share {
                *share = match named.iter().find(|&&(n, _)| n == i) {
                    Some(&(_, wanted)) => wanted,
                    None => *share / unnamed * rest,
                };
            }
        }
        Ok(Self { nominal })
    }

    /// Share of criterion `i`, 0 to 1; `None` for a gate and under the ratio methods.
    pub fn nominal(&self, i: usize) -> Option<f64> {
        self.nominal.get(i).copied().flatten()
    }

    /// What answering criterion `i` adds to the coverage. Factors of a ratio count alike.
    pub(super) fn coverage(&self, rubric: &Rubric, i: usize) -> f64 {
        let is_gate = |c: CriterionKind| c == CriterionKind::Gate;
        if is_gate(rubric.criteria[i].kind) {
            return 0.0;
        }
        let factors = rubric.criteria.iter().filter(|c| !is_gate(c.kind)).count();
        self.nominal(i).unwrap_or(1.0 / factors as f64)
    }
}

/// Shares that people type, such as three times 0.3333, miss 1 by a little.
const SLACK: f64 = 1e-3;
