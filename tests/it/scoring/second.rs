//! A second implementation of the specification: plain and slow, straight from its text, with
//! dense matrices and elimination by hand, and without a line of the first. Ten thousand
//! random rubrics and sets of ratings come out the same.

use std::f64::consts::TAU;

use sluice::assessment::rubric::{Aggregation, CriterionKind, Method, Rubric, RubricDraft};
use sluice::assessment::scoring::{
    Contender, Disagreement, Field, Fit, IdeaScore, Pairs, Pool, Rating, Sheet, Status, assess,
    score_idea,
};
use sluice::backlog::chance::chance;
use sluice::backlog::histogram::{Histogram, Place, Ranks};
use statrs::distribution::{ContinuousCDF, StudentsT};
use uuid::Uuid;

use super::{criterion, draft, preset};

const CASES: u64 = 10_000;
/// Of these the chances are drawn as well.
const DRAWN: u64 = 40;
const DRAWS: u32 = 10_000;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// 0 to 1, both left out.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    fn happens(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u128(u128::from(self.next()) << 64 | u128::from(self.next()))
    }
}

fn aggregation(dice: &mut Dice) -> Aggregation {
    [
        Aggregation::Mean,
        Aggregation::TrimmedMean,
        Aggregation::SeverityAdjusted,
    ][dice.below(3)]
}

fn rubric(dice: &mut Dice) -> Rubric {
    let aggregation = aggregation(dice);
    let draft = if dice.happens(0.2) {
        let plain: RubricDraft = (*preset(["rice", "ice", "wsjf"][dice.below(3)])).clone();
        RubricDraft {
            aggregation,
            ..plain
        }
    } else {
        let mut criteria = Vec::new();
        for i in 0..1 + dice.below(8) {
            let weight = (1 + dice.below(400)) as f64 / 8.0;
            let low = dice.below(4) as f64;
            let high = low + 1.0 + dice.below(9) as f64;
            // The lowest scale is of a gate's size, and weighs something.
            let mut made = criterion(&format!("c{i}"), Some(weight), low, high);
            made.is_required = dice.happens(0.3);
            if dice.happens(0.3) {
                made.kind = CriterionKind::Cost;
            }
            criteria.push(made);
        }
        for i in 0..dice.below(3) {
            criteria.push(criterion(&format!("gate{i}"), None, 0.0, 1.0));
        }
        let mut draft = draft(aggregation, criteria);
        draft.minimum_coverage = [0.0, 0.5, 0.8, 1.0][dice.below(4)];
        draft.quorum = 1 + dice.below(4) as u32;
        draft
    };
    Rubric::parse(draft).expect("a whole rubric")
}

struct Given {
    idea: Uuid,
    assessor: Uuid,
    assessment: Uuid,
    levels: Vec<Option<f64>>,
}

fn given(dice: &mut Dice, rubric: &Rubric) -> Vec<Given> {
    let ideas: Vec<Uuid> = (0..1 + dice.below(6)).map(|_| dice.id()).collect();
    let assessors: Vec<Uuid> = (0..1 + dice.below(7)).map(|_| dice.id()).collect();
    let (assessed, answered) = (0.3 + 0.7 * dice.unit(), 0.6 + 0.5 * dice.unit());
    let mut all = Vec::new();
    for &idea in &ideas {
        for &assessor in &assessors {
            if !dice.happens(assessed) {
                continue;
            }
            let mut levels = Vec::new();
            for (i, c) in rubric.criteria.iter().enumerate() {
                let is_gate = c.kind == CriterionKind::Gate;
                let steps = rubric.steps_in_all(i);
                let step = if is_gate && dice.happens(0.8) {
                    steps
                } else {
                    dice.below(steps as usize + 1) as i64
                };
                let level = rubric.step_from(i, c.minimum, step);
                levels.push(level.filter(|_| dice.happens(answered)));
            }
            let assessment = dice.id();
            all.push(Given {
                idea,
                assessor,
                assessment,
                levels,
            });
        }
    }
    all
}

/// §2 and §14: coverage, and the contributions where the assessment counts.
fn one(rubric: &Rubric, levels: &[Option<f64>]) -> (f64, Option<Vec<f64>>) {
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

type Matrix = Vec<Vec<f64>>;

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
struct Second {
    theta: Vec<f64>,
    beta: Vec<f64>,
    spread: f64,
    df: f64,
    /// σ̂² · (1/n_i + 1/n_j + (a_i − a_j)ᵀM(a_i − a_j)) by pair, and the variance alone.
    between: Matrix,
    alone: Vec<f64>,
}

fn second(y: &[Vec<Option<f64>>], assessors: usize, aggregation: Aggregation) -> Second {
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
fn drawn(theta: &[f64], between: &Matrix, k: usize, dice: &mut Dice) -> Vec<f64> {
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

fn key(theta: f64) -> i32 {
    (100.0 * theta + 0.5 + 1e-9).floor() as i32
}

#[track_caller]
fn same(found: f64, expected: f64, what: &str) {
    let scale = 1e-9 * expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= scale,
        "{what}: {found}, not {expected}"
    );
}

/// Everything about one idea that the first implementation says.
struct First {
    score: IdeaScore,
    theta: f64,
    se: f64,
    bands: [u32; 4],
    chance: f64,
}

fn agrees(case: u64) {
    let mut dice = Dice(case.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let rubric = rubric(&mut dice);
    let all = given(&mut dice, &rubric);
    let what = format!("case {case}");

    // One by one.
    let mut counted: Vec<(&Given, f64, Vec<f64>)> = Vec::new();
    for it in &all {
        let (coverage, contributions) = one(&rubric, &it.levels);
        let found = assess(&rubric, &it.levels);
        same(found.coverage, coverage, &what);
        assert_eq!(found.is_complete, contributions.is_some(), "{what}");
        let Some(contributions) = contributions else {
            assert_eq!((found.total, found.key), (None, None), "{what}");
            continue;
        };
        let total: f64 = contributions.iter().sum();
        same(found.total.unwrap(), total, &what);
        for (line, contribution) in found.lines.iter().zip(&contributions) {
            same(line.contribution, *contribution, &what);
        }
        counted.push((it, total, contributions));
    }

    // Together.
    let mut ideas: Vec<Uuid> = counted.iter().map(|(it, _, _)| it.idea).collect();
    ideas.sort();
    ideas.dedup();
    let mut assessors: Vec<Uuid> = counted.iter().map(|(it, _, _)| it.assessor).collect();
    assessors.sort();
    assessors.dedup();
    let mut y = vec![vec![None; assessors.len()]; ideas.len()];
    for (it, total, _) in &counted {
        let i = ideas.binary_search(&it.idea).unwrap();
        y[i][assessors.binary_search(&it.assessor).unwrap()] = Some(*total);
    }
    let expected = second(&y, assessors.len(), rubric.aggregation);
    let plain = second(&y, assessors.len(), Aggregation::Mean);
    let t = |p: f64| {
        StudentsT::new(0.0, 1.0, expected.df)
            .unwrap()
            .inverse_cdf(p)
    };
    let (t95, t975) = (t(0.95), t(0.975));

    let k = 1 + dice.below(3) as u32;
    let with_chances = case < DRAWN;
    let found = first(
        &rubric,
        &all,
        &counted,
        &ideas,
        (k, with_chances),
        &expected,
    );
    assert_eq!(found.len(), ideas.len(), "{what}");
    let is_severity = rubric.aggregation == Aggregation::SeverityAdjusted;
    // §8: bands of means are of shown scores.
    let standing: Vec<f64> = expected
        .theta
        .iter()
        .map(|&theta| {
            if is_severity {
                theta
            } else {
                f64::from(key(theta)) / 100.0
            }
        })
        .collect();
    let keys: Vec<i32> = expected.theta.iter().map(|&theta| key(theta)).collect();
    let chances = with_chances.then(|| drawn(&standing, &expected.between, k as usize, &mut dice));
    for (i, found) in found.iter().enumerate() {
        let own: Vec<f64> = y[i].iter().flatten().copied().collect();
        assert_eq!(found.score.n as usize, own.len(), "{what}");
        same(found.theta, expected.theta[i], &what);
        same(found.se, expected.alone[i].sqrt(), &what);
        let contributions: Vec<&Vec<f64>> = counted
            .iter()
            .filter(|(it, _, _)| it.idea == ideas[i])
            .map(|(_, _, contributions)| contributions)
            .collect();
        if found.score.kept == found.score.n {
            for (c, line) in found.score.lines.iter().enumerate() {
                let sum: f64 = contributions.iter().map(|parts| parts[c]).sum();
                same(line.contribution, sum / own.len() as f64, &what);
            }
        }

        // §6, §7.
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        let squares: f64 = own.iter().map(|y| (y - mean) * (y - mean)).sum();
        let sd = (squares / (own.len() as f64 - 1.0)).sqrt();
        let from = f64::max(10.0, 1.5 * plain.spread);
        let pool = Pool {
            ideas: ideas.len() as i64,
            assessments: counted.len() as i64,
            rss_micro: (1e6 * (plain.spread.powi(2) * plain.df - 900.0)).round() as i64,
        };
        let disagreement = pool.disagreement(found.score.n, found.score.sd);
        if own.len() < 2 {
            assert_eq!(disagreement, Disagreement::NotApplicable, "{what}");
        } else if (sd - from).abs() > 1e-6 {
            assert_eq!(disagreement == Disagreement::High, sd > from, "{what}");
        }
        let is_gated = all.iter().any(|it| {
            it.idea == ideas[i]
                && one(&rubric, &it.levels).1.is_some()
                && rubric
                    .criteria
                    .iter()
                    .zip(&it.levels)
                    .any(|(c, level)| c.kind == CriterionKind::Gate && *level == Some(0.0))
        });
        let status = match (is_gated, own.len() >= rubric.quorum as usize) {
            (true, _) => Status::Gated,
            (false, true) => Status::Ranked,
            (false, false) => Status::Provisional,
        };
        assert_eq!(found.score.status(&rubric, false), status, "{what}");

        // §5: the interval, in hundredths.
        let reach = t975 * expected.alone[i].sqrt();
        let yardstick = Pool {
            rss_micro: (1e6 * (expected.spread.powi(2) * expected.df - 900.0)).round() as i64,
            ..pool
        }
        .yardstick();
        let (low, high) = yardstick.interval_with(found.theta, found.se);
        let clipped = |x: f64| x.clamp(0.0, 100.0);
        assert!(
            (low - clipped(expected.theta[i] - reach)).abs() <= 0.005 + 1e-6,
            "{what}"
        );
        assert!(
            (high - clipped(expected.theta[i] + reach)).abs() <= 0.005 + 1e-6,
            "{what}"
        );

        // §8: a gap that is the threshold but for rounding may go either way.
        let clear = |slack: f64, sign: f64| {
            let rivals = (0..ideas.len()).filter(|&j| {
                let gap = sign * (standing[j] - standing[i]);
                keys[j] != keys[i] && gap > t95 * expected.between[i][j].sqrt() + slack
            });
            rivals.count() as u32
        };
        let [bands_low, bands_high, better, worse] = found.bands;
        assert!(
            (clear(1e-7, 1.0)..=clear(-1e-7, 1.0)).contains(&better),
            "{what}"
        );
        assert!(
            (clear(1e-7, -1.0)..=clear(-1e-7, -1.0)).contains(&worse),
            "{what}"
        );
        assert_eq!(
            (bands_low, bands_high),
            (1 + better, ideas.len() as u32 - worse),
            "{what}"
        );
        if let Some(chances) = &chances {
            let gap = (found.chance - chances[i]).abs();
            assert!(
                gap < 0.02,
                "{what}: {} instead of {}",
                found.chance,
                chances[i]
            );
        }
    }
}

fn first(
    rubric: &Rubric,
    all: &[Given],
    counted: &[(&Given, f64, Vec<f64>)],
    ideas: &[Uuid],
    (k, with_chances): (u32, bool),
    expected: &Second,
) -> Vec<First> {
    let scores: Vec<IdeaScore> = ideas
        .iter()
        .map(|idea| {
            let sheets: Vec<Sheet<'_>> = all
                .iter()
                .filter(|it| it.idea == *idea)
                .map(|it| Sheet {
                    id: it.assessment,
                    levels: &it.levels,
                })
                .collect();
            score_idea(rubric, &sheets).expect("one that counts")
        })
        .collect();
    if rubric.aggregation == Aggregation::SeverityAdjusted {
        let ratings: Vec<Rating> = counted
            .iter()
            .map(|(it, _, _)| Rating {
                idea: it.idea,
                assessor: it.assessor,
                total: assess(rubric, &it.levels).total.expect("complete"),
            })
            .collect();
        let fit = Fit::of(&ratings);
        let covariance = fit.covariance().expect("few assessors");
        for (who, beta) in fit.assessors.iter().zip(&expected.beta) {
            same(who.leniency, *beta, "leniency");
        }
        same(fit.pool.df(), expected.df, "df");
        assert!((fit.pool.spread() - expected.spread).abs() < 1e-6);
        let standing: Vec<Contender> = fit
            .ideas
            .iter()
            .map(|idea| {
                let own = ratings.iter().filter(|rating| rating.idea == idea.id);
                Contender {
                    theta: idea.theta,
                    panel: covariance.panel(own.map(|rating| rating.assessor)),
                }
            })
            .collect();
        let mut yardstick = fit.pool.yardstick();
        // σ̂ is of sums of millionths; with the exact one the rest is compared to 1e-9.
        yardstick.spread = expected.spread;
        let field = Field::of(standing.clone(), &covariance, yardstick).expect("few ideas");
        let of = |(i, score): (usize, IdeaScore)| {
            let bands = field.bands(i, Pairs::Each);
            First {
                theta: fit.ideas[i].theta,
                se: covariance.se(&standing[i].panel, &yardstick),
                bands: [
                    bands.low,
                    bands.high,
                    bands.clearly_better,
                    bands.clearly_worse,
                ],
                chance: if with_chances {
                    field.chance(i, k)
                } else {
                    0.0
                },
                score,
            }
        };
        return scores.into_iter().enumerate().map(of).collect();
    }
    let pool: Pool = scores
        .iter()
        .map(|score| Pool {
            ideas: 1,
            assessments: i64::from(score.n),
            rss_micro: score.rss_micro,
        })
        .sum();
    same(pool.df(), expected.df, "df");
    assert!((pool.spread() - expected.spread).abs() < 1e-6);
    let mut yardstick = pool.yardstick();
    yardstick.spread = expected.spread;
    let place = |score: &IdeaScore| Place {
        key: score.key,
        n: score.n,
    };
    let histogram = Histogram::of(scores.iter().map(place));
    let ranks = Ranks {
        folded: &histogram,
        tail: &[],
    };
    let of = |score: IdeaScore| {
        let bands = ranks.bands(place(&score), true, &yardstick);
        First {
            theta: score.theta,
            se: yardstick.se(score.n),
            bands: [
                bands.low,
                bands.high,
                bands.clearly_better,
                bands.clearly_worse,
            ],
            chance: if with_chances {
                chance(&ranks, place(&score), true, yardstick.spread, k)
            } else {
                0.0
            },
            score,
        }
    };
    scores.into_iter().map(of).collect()
}

#[test]
fn a_second_implementation_agrees_on_ten_thousand_rounds() {
    let workers = 4;
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || (worker..CASES).step_by(workers as usize).for_each(agrees));
        }
    });
}
