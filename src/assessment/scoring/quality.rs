//! How far the assessments of a round can be trusted as a whole (SCORING.md §10). What is not
//! defined is `None`, never 0 or 1. It blocks nothing: it tells where to look.

use uuid::Uuid;

use super::{Fit, Rating};

/// What one more assessor is worth: a mean this reliable is wanted.
const WANTED: f64 = 0.7;

/// The figures of one round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Krippendorff's α of the 0–100 scores: 1 is full agreement, 0 is chance, below it
    /// assessors contradict each other. `None` where nobody shares an idea with anybody, or
    /// where all scores are the same.
    pub alpha: Option<f64>,
    /// ICC(1): which part of the variance of single scores is the ideas' own. `None` below two
    /// ideas, where no idea has two assessments, or where all scores are the same.
    pub icc: Option<f64>,
    /// The same of a mean of as many assessments as ideas have; `None` where `icc` is.
    pub reliability: Option<f64>,
    /// How many assessors an idea needs for a reliability of 0.7; `None` where `icc` is not
    /// above 0.
    pub assessors_needed: Option<u32>,
    /// Parts that share no assessor; more than one are hardly comparable.
    pub components: u32,
    /// Assessors with one assessment: of them nothing can be learned.
    pub single_assessors: u32,
    /// Mean share of the weight that assessments answer, 0 to 1; `None` without any.
    pub coverage: Option<f64>,
}

impl Quality {
    /// The figures of these ratings, of which `fit` is the fit; `coverages` holds the
    /// answered share of each assessment, in any order.
    pub fn of(ratings: &[Rating], fit: &Fit, coverages: &[f64]) -> Self {
        let values: Vec<(Uuid, f64)> = ratings.iter().map(|r| (r.idea, r.total)).collect();
        let agreement = icc(&values);
        let single = fit.assessors.iter().filter(|who| who.assessments == 1);
        let mut coverages = coverages.to_vec();
        coverages.sort_by(f64::total_cmp);
        Self {
            alpha: alpha(&values, Scale::Interval),
            icc: agreement.map(|agreement| agreement.icc),
            reliability: agreement.and_then(|agreement| agreement.reliability()),
            assessors_needed: agreement.and_then(|agreement| agreement.assessors_needed()),
            components: fit.components,
            single_assessors: single.count() as u32,
            coverage: (!coverages.is_empty())
                .then(|| coverages.iter().sum::<f64>() / coverages.len() as f64),
        }
    }
}

/// What a difference between two values means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal or not.
    Nominal,
    /// How many values lie between.
    Ordinal,
    /// The gap.
    Interval,
    /// The gap against the size; values are not negative.
    Ratio,
}

/// Krippendorff's α of values given to units, in any order; units with one value are passed
/// over. `None` where no unit has two, or where all values are the same.
pub fn alpha(values: &[(Uuid, f64)], scale: Scale) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut units: Vec<Vec<f64>> = values
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|unit| unit.len() > 1)
        .map(|unit| unit.iter().map(|(_, value)| *value).collect())
        .collect();
    let mut all: Vec<f64> = units.concat();
    all.sort_by(f64::total_cmp);
    if all.first() == all.last() {
        return None;
    }
    if scale == Scale::Ordinal {
        // How many lie between two values is the gap between their middle places.
        let places = middles(&all);
        for value in units.iter_mut().flatten().chain(&mut all) {
            *value = places(*value);
        }
    }
    let apart = |values: &[f64]| match scale {
        Scale::Nominal => unequal(values),
        Scale::Ordinal | Scale::Interval => squares(values),
        Scale::Ratio => ratios(values),
    };
    let within: f64 = units
        .iter()
        .map(|unit| apart(unit) / (unit.len() - 1) as f64)
        .sum();
    let found = 1.0 - (all.len() - 1) as f64 * within / apart(&all);
    found.is_finite().then_some(found)
}

/// Where a value lies in a sorted list: the middle of its equals.
fn middles(sorted: &[f64]) -> impl Fn(f64) -> f64 + use<> {
    let sorted = sorted.to_vec();
    move |value| {
        let below = sorted.partition_point(|other| *other < value);
        let up_to = sorted.partition_point(|other| *other <= value);
        (below + up_to) as f64 / 2.0
    }
}

/// Σ (v − w)² over all ordered pairs.
fn squares(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    2.0 * n * values.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
}

/// Ordered pairs that differ; `values` are sorted.
fn unequal(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let alike = values.chunk_by(|a, b| a == b).map(|run| run.len() as f64);
    n * n - alike.map(|run| run * run).sum::<f64>()
}

/// Σ ((v − w)/(v + w))² over all ordered pairs; `values` are sorted.
fn ratios(values: &[f64]) -> f64 {
    let runs: Vec<(f64, f64)> = values
        .chunk_by(|a, b| a == b)
        .map(|run| (run[0], run.len() as f64))
        .collect();
    let mut sum = 0.0;
    for (at, &(v, count)) in runs.iter().enumerate() {
        for &(w, others) in &runs[..at] {
            sum += 2.0 * count * others * ((v - w) / (v + w)).powi(2);
        }
    }
    sum
}

/// One-way agreement of assessors that are exchangeable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// ICC(1); below 0 where assessors of one idea differ more than ideas do.
    pub icc: f64,
    /// Assessments an idea has, as the analysis of variance counts them.
    pub n0: f64,
}

impl Agreement {
    /// Reliability of a mean of `n0` assessments.
    pub fn reliability(&self) -> Option<f64> {
        let found = self.n0 * self.icc / (1.0 + (self.n0 - 1.0) * self.icc);
        found.is_finite().then_some(found)
    }

    /// Assessors an idea needs for a reliability of 0.7, at least one.
    pub fn assessors_needed(&self) -> Option<u32> {
        let needed = WANTED * (1.0 - self.icc) / ((1.0 - WANTED) * self.icc);
        (self.icc > 0.0).then(|| ((needed - 1e-9).ceil() as u32).max(1))
    }
}

/// ICC(1) of values given to units, in any order.
pub fn icc(values: &[(Uuid, f64)]) -> Option<Agreement> {
    let mut values = values.to_vec();
    values.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let all = values.len() as f64;
    let grand = values.iter().map(|(_, value)| value).sum::<f64>() / all;
    let (mut units, mut between, mut within, mut sizes) = (0.0, 0.0, 0.0, 0.0);
    for unit in values.chunk_by(|a, b| a.0 == b.0) {
        let n = unit.len() as f64;
        let mean = unit.iter().map(|(_, value)| value).sum::<f64>() / n;
        units += 1.0;
        sizes += n * n;
        between += n * (mean - grand).powi(2);
        within += unit.iter().map(|(_, v)| (v - mean).powi(2)).sum::<f64>();
    }
    if units < 2.0 || all - units < 1.0 {
        return None;
    }
    let n0 = (all - sizes / all) / (units - 1.0);
    let (between, within) = (between / (units - 1.0), within / (all - units));
    let icc = (between - within) / (between + (n0 - 1.0) * within);
    icc.is_finite().then_some(Agreement { icc, n0 })
}

/// Agreement of assessors who all rated all units (McGraw and Wong 1996).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoWay {
    /// ICC(A,1): single assessors, whose strictness counts as disagreement.
    pub absolute: f64,
    /// ICC(C,1): single assessors, whose strictness does not count.
    pub consistent: f64,
    /// ICC(A,k) of means.
    pub absolute_mean: f64,
    /// ICC(C,k) of means.
    pub consistent_mean: f64,
}

/// The two-way coefficients of a full table, a row per unit; `None` where the rows are not
/// equally long, below two of either, or where all values are the same.
pub fn icc_two_way(table: &[Vec<f64>]) -> Option<TwoWay> {
    let assessors = table.first()?.len();
    let is_full = table.iter().all(|row| row.len() == assessors);
    if !is_full || table.len() < 2 || assessors < 2 {
        return None;
    }
    let (n, k) = (table.len() as f64, assessors as f64);
    let grand = table.iter().flatten().sum::<f64>() / (n * k);
    let square = |mean: f64| (mean - grand).powi(2);
    let rows: f64 = table
        .iter()
        .map(|row| square(row.iter().sum::<f64>() / k))
        .sum();
    let column = |r: usize| square(table.iter().map(|row| row[r]).sum::<f64>() / n);
    let columns: f64 = (0..assessors).map(column).sum();
    let whole: f64 = table.iter().flatten().map(|value| square(*value)).sum();
    let rest = (whole - k * rows - n * columns) / ((n - 1.0) * (k - 1.0));
    let (rows, columns) = (k * rows / (n - 1.0), n * columns / (k - 1.0));
    let found = TwoWay {
        absolute: (rows - rest) / (rows + (k - 1.0) * rest + k / n * (columns - rest)),
        consistent: (rows - rest) / (rows + (k - 1.0) * rest),
        absolute_mean: (rows - rest) / (rows + (columns - rest) / n),
        consistent_mean: (rows - rest) / rows,
    };
    let all = [
        found.absolute,
        found.consistent,
        found.absolute_mean,
        found.consistent_mean,
    ];
    all.iter().all(|it| it.is_finite()).then_some(found)
}
