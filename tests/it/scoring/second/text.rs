//! The text of the specification, line by line.

use sluice::assessment::rubric::{Aggregation, CriterionKind, Method, Rubric};

use super::rounds::Dice;

/// How often chances are drawn.
const DRAWS: u32 = 10_000;

/// §2 and §14: coverage, and the contributions where the assessment counts.
pub(super) fn one(rubric: &Rubric, levels: &[Option<f64>]) -> (f64, Option<Vec<f64>>) {
    let scored: Vec<usize> = (0..rubric.criteria.len())
        .filter(|&i| rubric.criteria[i].kind != CriterionKind::Gate)
        .collect();
    let weight = |i: usize| rubric.criteria[i].weight.unwrap_or(1.0);
    let whole: f64 = scored.iter().map(|&i| weight(i)).sum();
    let answered: f64 = scored
        .iter()
        .filter(|&&i| levels[i].is_some())
        .map(|&i| weight(i))
        .sum();
    let coverage = answered / whole;
    for (i, c) in rubric.criteria.iter().enumerate() {
        if c.is_required && levels[i].is_none() {
            return (coverage, None);
        }
    }
    if coverage + 1e-12 < rubric.minimum_coverage || answered == 0.0 {
        return (coverage, None);
    }
    let level = |key: &str| {
        let at = rubric.criteria.iter().position(|c| c.key == key).unwrap();
        levels[at].unwrap()
    };
    let part = |key: &str| -> f64 {
        let span = |low: f64, high: f64| f64::ln(high / low);
        match rubric.method {
            Method::WeightedSum => unreachable!("has weights"),
            Method::Rice => {
                let all = span(1.0 * 0.25 * 0.5 / 24.0, 100_000.0 * 3.0 * 1.0 / 0.5);
                100.0 / all
                    * match key {
                        "reach" => span(1.0, level(key)),
                        "impact" => span(0.25, level(key)),
                        "confidence" => span(0.5, level(key)),
                        _ => span(level(key), 24.0),
                    }
            }
            Method::Ice => 100.0 * span(1.0, level(key)) / span(1.0, 1000.0),
            Method::Wsjf => {
                let all = span(3.0 / 20.0, 60.0);
                let sum = level("value") + level("time") + level("risk");
                let delay = 100.0 * span(3.0, sum) / all;
                match key {
                    "size" => 100.0 * span(level(key), 20.0) / all,
                    _ => delay * level(key) / sum,
                }
            }
        }
    };
    let mut contributions = vec![0.0; rubric.criteria.len()];
    for i in scored {
        let c = &rubric.criteria[i];
        contributions[i] = match (rubric.method, levels[i]) {
            (_, None) => 0.0,
            (Method::WeightedSum, Some(level)) => {
                let up = (level - c.minimum) / (c.maximum - c.minimum);
                let value = if c.kind == CriterionKind::Cost {
                    1.0 - up
                } else {
                    up
                };
                100.0 * c.weight.unwrap() / answered * value
            }
            (_, Some(_)) => part(&c.key),
        };
    }
    (coverage, Some(contributions))
}

pub(super) type Matrix = Vec<Vec<f64>>;

/// Gauss and Jordan, with the largest pivot first.
fn inverse(mut a: Matrix) -> Matrix {
    let n = a.len();
    for (i, row) in a.iter_mut().enumerate() {
        row.extend((0..n).map(|j| f64::from(u8::from(i == j))));
    }
    for column in 0..n {
        let pivot = (column..n)
            .max_by(|&x, &y| a[x][column].abs().total_cmp(&a[y][column].abs()))
            .unwrap();
        a.swap(column, pivot);
        let lead = a[column][column];
        a[column].iter_mut().for_each(|x| *x /= lead);
        let used = a[column].clone();
        for (i, row) in a.iter_mut().enumerate() {
            if i != column {
                let factor = row[column];
                row.iter_mut()
                    .zip(&used)
                    .for_each(|(x, y)| *x -= factor * y);
            }
        }
    }
    a.into_iter().map(|row| row[n..].to_vec()).collect()
}

fn times(m: &Matrix, v: &[f64]) -> Vec<f64> {
    let product = |row: &Vec<f64>| row.iter().zip(v).map(|(a, b)| a * b).sum();
    m.iter().map(product).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// §4 and §5 of the ideas that have an assessment: y[i][r].
pub(super) struct Second {
    pub(super) theta: Vec<f64>,
    pub(super) beta: Vec<f64>,
    pub(super) spread: f64,
    pub(super) df: f64,
    /// σ̂² · (1/n_i + 1/n_j + (a_i − a_j)ᵀM(a_i − a_j)) by pair, and the variance alone.
    pub(super) between: Matrix,
    pub(super) alone: Vec<f64>,
}

pub(super) fn second(y: &[Vec<Option<f64>>], assessors: usize, aggregation: Aggregation) -> Second {
    let is_severity = aggregation == Aggregation::SeverityAdjusted;
    let ideas = y.len();
    let seen = |i: usize, r: usize| f64::from(u8::from(y[i][r].is_some()));
    let totals = |i: usize| -> Vec<f64> { y[i].iter().flatten().copied().collect() };
    let n: Vec<f64> = (0..ideas).map(|i| totals(i).len() as f64).collect();
    let raw: Vec<f64> = (0..ideas)
        .map(|i| totals(i).iter().sum::<f64>() / n[i])
        .collect();
    let a: Matrix = (0..ideas)
        .map(|i| (0..assessors).map(|r| seen(i, r) / n[i]).collect())
        .collect();
    let mut m: Matrix = vec![vec![0.0; assessors]; assessors];
    let mut beta = vec![0.0; assessors];
    if is_severity {
        let mut k = vec![vec![0.0; assessors]; assessors];
        let mut right = vec![0.0; assessors];
        for r in 0..assessors {
            k[r][r] = 3.0 + (0..ideas).map(|i| seen(i, r)).sum::<f64>();
            for s in 0..assessors {
                k[r][s] -= (0..ideas).map(|i| seen(i, r) * a[i][s]).sum::<f64>();
            }
            right[r] = (0..ideas)
                .map(|i| y[i][r].map_or(0.0, |y| y - raw[i]))
                .sum();
        }
        m = inverse(k);
        beta = times(&m, &right);
    }
    let theta: Vec<f64> = (0..ideas)
        .map(|i| {
            let mut kept = totals(i);
            if aggregation == Aggregation::TrimmedMean && kept.len() >= 5 {
                kept.sort_by(f64::total_cmp);
                kept = kept[1..kept.len() - 1].to_vec();
                return kept.iter().sum::<f64>() / kept.len() as f64;
            }
            raw[i] - dot(&a[i], &beta)
        })
        .collect();
    let mut rss = 0.0;
    for i in 0..ideas {
        for r in 0..assessors {
            // RSS of a trimmed mean is the mean's, over all.
            let fitted = raw[i] - dot(&a[i], &beta) + beta[r];
            rss += y[i][r].map_or(0.0, |y| (y - fitted) * (y - fitted));
        }
    }
    rss += 3.0 * dot(&beta, &beta);
    let df = 4.0 + n.iter().sum::<f64>() - ideas as f64;
    let variance = (4.0 * 15.0 * 15.0 + rss) / df;
    let quadratic = |v: &[f64]| dot(v, &times(&m, v));
    let minus =
        |i: usize, j: usize| -> Vec<f64> { a[i].iter().zip(&a[j]).map(|(x, y)| x - y).collect() };
    let pair = |i: usize, j: usize| variance * (1.0 / n[i] + 1.0 / n[j] + quadratic(&minus(i, j)));
    Second {
        between: (0..ideas)
            .map(|i| (0..ideas).map(|j| pair(i, j)).collect())
            .collect(),
        alone: (0..ideas)
            .map(|i| variance * (1.0 / n[i] + quadratic(&a[i])))
            .collect(),
        theta,
        beta,
        spread: variance.sqrt(),
        df,
    }
}

/// §9 by drawing.
pub(super) fn drawn(theta: &[f64], between: &Matrix, k: usize, dice: &mut Dice) -> Vec<f64> {
    let all = theta.len();
    let n = all as f64;
    if k >= all {
        return vec![1.0; all];
    }
    let row = |i: usize| {
        (0..all)
            .filter(|&j| j != i)
            .map(|j| between[i][j])
            .sum::<f64>()
    };
    let pairs: f64 = (0..all).map(row).sum::<f64>() / 2.0;
    let q: Vec<f64> = (0..all)
        .map(|i| match all {
            2 => between[0][1] / 2.0,
            _ => f64::max((row(i) - pairs / (n - 1.0)) / (n - 2.0), 1e-9),
        })
        .collect();
    let mean = theta.iter().sum::<f64>() / n;
    let variance = theta.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let mean_q = q.iter().sum::<f64>() / n;
    let tau = f64::max(variance - mean_q, 0.01 * mean_q);
    let mut hits = vec![0.0; all];
    for _ in 0..DRAWS {
        let mut order: Vec<(f64, usize)> = (0..all)
            .map(|i| {
                let rho = tau / (tau + q[i]);
                let draw = mean + rho * (theta[i] - mean) + (rho * q[i]).sqrt() * dice.normal();
                (draw, i)
            })
            .collect();
        order.sort_by(|x, y| y.0.total_cmp(&x.0));
        order[..k].iter().for_each(|(_, i)| hits[*i] += 1.0);
    }
    hits.into_iter()
        .map(|hits| hits / f64::from(DRAWS))
        .collect()
}

pub(super) fn key(theta: f64) -> i32 {
    (100.0 * theta + 0.5 + 1e-9).floor() as i32
}
