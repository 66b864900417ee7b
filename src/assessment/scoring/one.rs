//! The score of one assessment (SCORING.md §2): whether it counts, and what each answer
//! adds.

use super::words::percent;
use super::{Line, Shares, apportion, key_of, listed, ratio};
use crate::assessment::rubric::{CriterionKind, Method, Rubric};

/// What one assessment says.
#[derive(Clone, Debug, PartialEq)]
pub struct AssessmentScore {
    /// Share of the weight that is answered, 0 to 1.
    pub coverage: f64,
    /// 0 to 100, unrounded; `None` when it is incomplete and does not count.
    pub total: Option<f64>,
    /// `total` in hundredths; the lines' shown contributions add up to it.
    pub key: Option<i32>,
    /// One per criterion of the rubric. Contributions are 0 when it is incomplete.
    pub lines: Vec<Line>,
    pub is_complete: bool,
    /// `None` when it is complete.
    pub incomplete_because: Option<Incomplete>,
    /// Gates answered with 0, by their place in the rubric.
    pub gates_failed: Vec<usize>,
}

/// Why an assessment does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// Required criteria left open, by their place in the rubric.
    pub missing_required: Vec<usize>,
    /// Every scored or required criterion left open.
    pub unanswered: Vec<usize>,
    /// For people, with the criteria's names.
    pub sentence: String,
}

/// The score of one assessment. `levels` holds one entry per criterion of the rubric, `None`
/// where the assessor cannot judge; what is missing at its end counts as that.
pub fn assess(rubric: &Rubric, levels: &[Option<f64>]) -> AssessmentScore {
    assess_under(rubric, &Shares::of(rubric), levels)
}

/// The same with other shares than the rubric's own.
pub fn assess_under(rubric: &Rubric, shares: &Shares, levels: &[Option<f64>]) -> AssessmentScore {
    let level = |i: usize| levels.get(i).copied().flatten();
    let all = 0..rubric.criteria.len();
    let coverage: f64 = all
        .clone()
        .filter(|&i| level(i).is_some())
        .map(|i| shares.coverage(rubric, i))
        .sum();
    let incomplete_because = incomplete(rubric, levels, coverage);
    let is_complete = incomplete_because.is_none();
    let mut lines: Vec<Line> = all
        .clone()
        .map(|i| line(rubric, shares, i, level(i)))
        .collect();
    let (mut total, mut key) = (None, None);
    if is_complete {
        let contributions = match rubric.method {
            Method::WeightedSum => weighted(&lines, coverage),
            Method::Rice | Method::Ice | Method::Wsjf => ratio::contributions(rubric, levels),
        };
        let sum: f64 = contributions.iter().sum();
        for (line, contribution) in lines.iter_mut().zip(contributions) {
            line.contribution = contribution;
        }
        show(rubric, &mut lines, key_of(sum));
        (total, key) = (Some(sum), Some(key_of(sum)));
    }
    let gates_failed = all.filter(|&i| is_failed(rubric, i, level(i))).collect();
    AssessmentScore {
        coverage,
        total,
        key,
        lines,
        is_complete,
        incomplete_because,
        gates_failed,
    }
}

/// c = 100·(w/Σ w answered)·v, so that what was left open neither helps nor hurts.
fn weighted(lines: &[Line], coverage: f64) -> Vec<f64> {
    lines
        .iter()
        .map(|line| match (line.share, line.value) {
            (Some(share), Some(value)) => 100.0 * (share / coverage) * value,
            _ => 0.0,
        })
        .collect()
}

fn line(rubric: &Rubric, shares: &Shares, i: usize, level: Option<f64>) -> Line {
    Line {
        share: shares.nominal(i),
        level,
        value: level.map(|level| value(rubric, i, level)),
        contribution: 0.0,
        shown: 0,
        rating_count: u32::from(level.is_some()),
        lowest: level,
        highest: level,
        is_split: false,
    }
}

/// What a level is worth on its fixed scale, 0 (worst) to 1 (best).
pub(super) fn value(rubric: &Rubric, i: usize, level: f64) -> f64 {
    let c = &rubric.criteria[i];
    ratio::value(rubric, i, level).unwrap_or_else(|| {
        let range = c.maximum - c.minimum;
        match c.kind {
            CriterionKind::Benefit | CriterionKind::Gate => (level - c.minimum) / range,
            CriterionKind::Cost => (c.maximum - level) / range,
        }
    })
}

/// Rounds the contributions of the scored lines so that they add up to `key`.
pub(super) fn show(rubric: &Rubric, lines: &mut [Line], key: i32) {
    show_with(rubric, lines, None, key);
}

/// The same with something beside the lines that counts, in points; what that comes to in
/// hundredths.
pub(super) fn show_with(rubric: &Rubric, lines: &mut [Line], beside: Option<f64>, key: i32) -> i32 {
    let scored = |i: usize| rubric.criteria[i].kind != CriterionKind::Gate;
    let parts: Vec<f64> = (0..lines.len())
        .filter(|&i| scored(i))
        .map(|i| lines[i].contribution)
        .chain(beside)
        .map(|points| 100.0 * points)
        .collect();
    let mut shown = apportion(&parts, key).into_iter();
    for i in (0..lines.len()).filter(|&i| scored(i)) {
        lines[i].shown = shown.next().unwrap_or(0);
    }
    shown.next().unwrap_or(0)
}

fn is_failed(rubric: &Rubric, i: usize, level: Option<f64>) -> bool {
    rubric.criteria[i].kind == CriterionKind::Gate && level.is_some_and(|level| level < 0.5)
}

fn incomplete(rubric: &Rubric, levels: &[Option<f64>], coverage: f64) -> Option<Incomplete> {
    let open = |i: &usize| levels.get(*i).copied().flatten().is_none();
    let all = 0..rubric.criteria.len();
    let missing_required: Vec<usize> = all
        .clone()
        .filter(|&i| rubric.criteria[i].is_required)
        .filter(open)
        .collect();
    // With nothing answered there is nothing to take a mean of, whatever the minimum is.
    let is_thin = coverage < rubric.minimum_coverage - 1e-12 || coverage <= 0.0;
    if missing_required.is_empty() && !is_thin {
        return None;
    }
    let unanswered: Vec<usize> = all
        .filter(|&i| {
            let c = &rubric.criteria[i];
            c.is_required || c.kind != CriterionKind::Gate
        })
        .filter(open)
        .collect();
    let mut reasons = Vec::new();
    if !missing_required.is_empty() {
        let names = listed(rubric, &missing_required);
        reasons.push(format!("it leaves open what is required ({names})"));
    }
    if is_thin {
        let names = listed(rubric, &unanswered);
        reasons.push(format!(
            "it answers {} % of the weight where {} % is needed (open: {names})",
            percent(coverage),
            percent(rubric.minimum_coverage),
        ));
    }
    let sentence = format!("Kept as advice, not counted: {}.", reasons.join("; "));
    Some(Incomplete {
        missing_required,
        unanswered,
        sentence,
    })
}
