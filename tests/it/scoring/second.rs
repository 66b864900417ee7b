//! A second implementation of the specification: plain and slow, straight from its text, with
//! dense matrices and elimination by hand, and without a line of the first. Ten thousand
//! random rubrics and sets of ratings come out the same.

mod rounds;
mod text;

use sluice::assessment::rubric::{Aggregation, CriterionKind, Rubric};
use sluice::assessment::scoring::{
    Contender, Disagreement, Field, Fit, IdeaScore, Pairs, Pool, Rating, Sheet, Status, assess,
    score_idea,
};
use sluice::backlog::chance::chance;
use sluice::backlog::histogram::{Histogram, Place, Ranks};
use statrs::distribution::{ContinuousCDF, StudentsT};
use uuid::Uuid;

use rounds::{Dice, Given, given, rubric};
use text::{Second, drawn, key, one, second};

const CASES: u64 = 10_000;
/// Of these the chances are drawn as well.
const DRAWN: u64 = 40;

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
