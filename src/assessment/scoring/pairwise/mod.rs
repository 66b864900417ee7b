//! Judging by comparison (SCORING.md §15): votes between two and running orders of several
//! become strengths (Bradley and Terry 1952), as if everybody had also been compared with an
//! average one now and then. Every vote refits the whole, so its order does not matter.

mod ballots;
mod next;

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use uuid::Uuid;

pub use ballots::{Ballot, Comparison, Verdict, comparisons};
pub use next::{Candidate, next_pair, next_project};

use super::chance::{Spot, chance};
use super::{Bands, key_of};

/// λ: how much speaks for everybody being alike.
pub const PENALTY: f64 = 0.5;
/// 90 % of a normal distribution lie within so many deviations.
const CLEAR: f64 = 1.645;
/// Newton's steps end when none is larger than this.
const PRECISION: f64 = 1e-12;
/// More steps than any votes need; what is not a number ends here too.
const MOST_STEPS: usize = 100;
/// A judge is told about from so many pairs on.
const FEWEST_PAIRS: usize = 10;

/// The strengths that explain a set of comparisons best.
#[derive(Clone, Debug, PartialEq)]
pub struct Strengths {
    /// By id. The strengths add up to 0.
    pub projects: Vec<Strength>,
    /// Parts nobody compared with each other: more than one, and their order is a guess.
    pub components: u32,
    /// C = (−Hessian)⁻¹.
    covariance: DMatrix<f64>,
}

/// One project.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    pub id: Uuid,
    /// In logits; 0 is average.
    pub theta: f64,
    /// Standard error of θ against the mean of all.
    pub se: f64,
    /// 100 times the mean chance to win against each of the others; 50 where it is alone.
    pub score: f64,
    /// Part of the whole it belongs to, from 0.
    pub component: u32,
}

impl Strengths {
    /// The strengths of these projects, in any order; comparisons with others are passed over.
    /// Grows with the third power of the projects.
    pub fn of(projects: &[Uuid], comparisons: &[Comparison]) -> Self {
        let ids: Vec<Uuid> = BTreeSet::from_iter(projects).into_iter().copied().collect();
        let pairs = tally(&ids, comparisons);
        let theta = maximum(ids.len(), &pairs);
        let covariance = curvature(&theta, &pairs)
            .map_or_else(|| DMatrix::zeros(ids.len(), ids.len()), |k| k.inverse());
        let components = components(ids.len(), &pairs);
        let n = ids.len() as f64;
        let row_means: Vec<f64> = covariance.row_iter().map(|row| row.sum() / n).collect();
        let mean = row_means.iter().sum::<f64>() / n;
        let strength = |i: usize| {
            let variance = covariance[(i, i)] - 2.0 * row_means[i] + mean;
            let others = (0..ids.len()).filter(|&j| j != i);
            let wins: f64 = others.map(|j| sigma(theta[i] - theta[j])).sum();
            Strength {
                id: ids[i],
                theta: theta[i],
                se: variance.max(0.0).sqrt(),
                score: if ids.len() > 1 {
                    100.0 * wins / (n - 1.0)
                } else {
                    50.0
                },
                component: components[i],
            }
        };
        Self {
            projects: (0..ids.len()).map(strength).collect(),
            components: components.iter().map(|c| c + 1).max().unwrap_or(0),
            covariance,
        }
    }

    /// A project's place in `projects`.
    pub fn place(&self, id: Uuid) -> Option<usize> {
        self.projects.binary_search_by_key(&id, |it| it.id).ok()
    }

    /// The chance that the `i`th beats the `j`th.
    pub fn beats(&self, i: usize, j: usize) -> f64 {
        sigma(self.projects[i].theta - self.projects[j].theta)
    }

    /// Var(θ_i − θ_j).
    pub fn variance_between(&self, i: usize, j: usize) -> f64 {
        let c = &self.covariance;
        (c[(i, i)] + c[(j, j)] - 2.0 * c[(i, j)]).max(0.0)
    }

    /// How much one more vote between two would tell: p(1−p)·Var(θ_i − θ_j).
    pub fn information(&self, i: usize, j: usize) -> f64 {
        let p = self.beats(i, j);
        p * (1.0 - p) * self.variance_between(i, j)
    }

    /// 1 and how many have a higher shown score.
    pub fn rank(&self, i: usize) -> u32 {
        let key = key_of(self.projects[i].score);
        let ahead = self.projects.iter().filter(|it| key_of(it.score) > key);
        1 + ahead.count() as u32
    }

    /// The likely range of the rank of the `i`th, each rival compared at 90 %.
    pub fn bands(&self, i: usize) -> Bands {
        let own = &self.projects[i];
        let (mut better, mut worse) = (0, 0);
        for (j, rival) in self.projects.iter().enumerate() {
            let gap = rival.theta - own.theta;
            // Whose shown scores are the same share a rank, so neither is clearly better.
            let is_clear = gap.abs() > CLEAR * self.variance_between(i, j).sqrt()
                && key_of(rival.score) != key_of(own.score);
            better += u32::from(is_clear && gap > 0.0);
            worse += u32::from(is_clear && gap < 0.0);
        }
        Bands {
            low: 1 + better,
            high: self.projects.len() as u32 - worse,
            clearly_better: better,
            clearly_worse: worse,
        }
    }

    /// The chance of each project to belong to the best `k`. Nothing is shrunk: the penalty
    /// has done that already.
    pub fn chances(&self, k: u32) -> Vec<f64> {
        let all = self.projects.len();
        let n = all as f64;
        let to_others: Vec<f64> = (0..all)
            .map(|i| (0..all).map(|j| self.variance_between(i, j)).sum())
            .collect();
        let pairs = to_others.iter().sum::<f64>() / 2.0;
        let own = |sum: f64| match all {
            2 => pairs / 2.0,
            _ => (sum - pairs / (n - 1.0)) / (n - 2.0),
        };
        let spots: Vec<Spot> = self
            .projects
            .iter()
            .zip(&to_others)
            .map(|(project, &sum)| Spot {
                mean: project.theta,
                deviation: own(sum).max(1e-9).sqrt(),
                ideas: 1,
            })
            .collect();
        (0..all).map(|i| chance(&spots, i, k)).collect()
    }
}

/// How often a judge's pairs agree with what all others say of them, 0 to 1; ties count half.
/// `None` below ten pairs. It is told, never used as a weight.
pub fn consistency(projects: &[Uuid], comparisons: &[Comparison], judge: Uuid) -> Option<f64> {
    let (own, others): (Vec<Comparison>, Vec<Comparison>) =
        comparisons.iter().partition(|it| it.judge == judge);
    let fit = Strengths::of(projects, &others);
    let agreements: Vec<f64> = own
        .iter()
        .filter_map(|it| Some((it, fit.place(it.a)?, fit.place(it.b)?)))
        .map(|(it, a, b)| {
            let said = match it.verdict {
                Verdict::First => 1.0,
                Verdict::Tie => 0.0,
                Verdict::Second => -1.0,
            };
            let gap = fit.projects[a].theta - fit.projects[b].theta;
            let expected = if gap == 0.0 { 0.0 } else { gap.signum() };
            f64::midpoint(1.0, said * expected)
        })
        .collect();
    let pairs = agreements.len();
    (pairs >= FEWEST_PAIRS).then(|| agreements.iter().sum::<f64>() / pairs as f64)
}

/// What was said of each pair, by place: how much, and how much of it for the first.
type Pairs = BTreeMap<(usize, usize), (f64, f64)>;

fn tally(ids: &[Uuid], comparisons: &[Comparison]) -> Pairs {
    let mut pairs = Pairs::new();
    for it in comparisons {
        let places = (ids.binary_search(&it.a), ids.binary_search(&it.b));
        let (Ok(a), Ok(b)) = places else {
            continue;
        };
        if a == b {
            continue;
        }
        let for_a = match it.verdict {
            Verdict::First => it.weight,
            Verdict::Tie => it.weight / 2.0,
            Verdict::Second => 0.0,
        };
        // Weights are halves and quarters: they add up exactly, in any order.
        let said = pairs.entry((a.min(b), a.max(b))).or_default();
        said.0 += it.weight;
        said.1 += if a < b { for_a } else { it.weight - for_a };
    }
    pairs
}

/// Newton's method from 0 with step halving; the objective has one maximum.
fn maximum(projects: usize, pairs: &Pairs) -> Vec<f64> {
    let mut theta = vec![0.0; projects];
    for _ in 0..MOST_STEPS {
        let slope = DVector::from_vec(gradient(&theta, pairs));
        let Some(curvature) = curvature(&theta, pairs) else {
            break;
        };
        let step = curvature.solve(&slope);
        let before = likelihood(&theta, pairs);
        let mut length = 1.0;
        let moved = |length: f64| -> Vec<f64> {
            let parts = theta.iter().zip(step.iter());
            parts.map(|(theta, step)| theta + length * step).collect()
        };
        let mut next = moved(length);
        // What a last step gains is lost in rounding: that is no reason to halve it.
        while likelihood(&next, pairs) < before - 1e-9 * before.abs() && length > 1e-6 {
            length /= 2.0;
            next = moved(length);
        }
        let largest = step.iter().fold(0.0_f64, |most, step| most.max(step.abs()));
        theta = next;
        if length * largest < PRECISION {
            break;
        }
    }
    theta
}

fn sigma(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Σ w log σ(θ_win − θ_lose) − ½λΣθ².
fn likelihood(theta: &[f64], pairs: &Pairs) -> f64 {
    // log σ(x), also far out.
    let log = |x: f64| x.min(0.0) - (-x.abs()).exp().ln_1p();
    let votes = pairs.iter().map(|(&(a, b), &(weight, for_a))| {
        let gap = theta[a] - theta[b];
        for_a * log(gap) + (weight - for_a) * log(-gap)
    });
    let doubt: f64 = theta.iter().map(|theta| theta * theta).sum();
    votes.sum::<f64>() - 0.5 * PENALTY * doubt
}

fn gradient(theta: &[f64], pairs: &Pairs) -> Vec<f64> {
    let mut slope: Vec<f64> = theta.iter().map(|theta| -PENALTY * theta).collect();
    for (&(a, b), &(weight, for_a)) in pairs {
        let surprise = for_a - weight * sigma(theta[a] - theta[b]);
        slope[a] += surprise;
        slope[b] -= surprise;
    }
    slope
}

/// The negative Hessian, decomposed; `None` for numbers that are none.
fn curvature(theta: &[f64], pairs: &Pairs) -> Option<Cholesky<f64, Dyn>> {
    let mut k = DMatrix::from_diagonal_element(theta.len(), theta.len(), PENALTY);
    for (&(a, b), &(weight, _)) in pairs {
        let p = sigma(theta[a] - theta[b]);
        let part = weight * p * (1.0 - p);
        k[(a, a)] += part;
        k[(b, b)] += part;
        k[(a, b)] -= part;
        k[(b, a)] -= part;
    }
    Cholesky::new(k)
}

/// The part of the whole each project belongs to, numbered in the order of projects.
fn components(projects: usize, pairs: &Pairs) -> Vec<u32> {
    let mut near = vec![Vec::new(); projects];
    for &(a, b) in pairs.keys() {
        near[a].push(b);
        near[b].push(a);
    }
    let mut part = vec![None; projects];
    let mut parts = 0;
    for first in 0..projects {
        let mut open = vec![first];
        let is_new = part[first].is_none();
        while let Some(at) = open.pop() {
            if part[at].is_none() {
                part[at] = Some(parts);
                open.extend(&near[at]);
            }
        }
        parts += u32::from(is_new);
    }
    part.into_iter().map(Option::unwrap_or_default).collect()
}
