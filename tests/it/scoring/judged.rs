//! Three hundred answers judged by four reviewers: reference results that were worked out
//! elsewhere come out of the pure rooms.

use std::collections::BTreeMap;

use serde_json::Value;
use sluice::assessment::scoring::pairwise::{Comparison, Strengths, Verdict};
use sluice::assessment::scoring::quality::{Quality, Scale, alpha, icc};
use sluice::assessment::scoring::stability::kendall_tau_b;
use sluice::assessment::scoring::{Contender, Disagreement, Field, Fit, Pairs, Rating, key_of};
use uuid::Uuid;

use super::near_by;

/// The reference results have six decimals.
#[track_caller]
fn near(found: f64, expected: &Value, what: &str) {
    near_by(1e-6, found, expected, what);
}

/// One reviewer's word on one answer.
struct Row {
    item: &'static str,
    rater: &'static str,
    /// correctness, coverage, overall
    levels: [f64; 3],
    rank: u32,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("../data/judged/judged.csv").lines().skip(1);
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let level = |i: usize| fields[i].parse().expect("a level");
            Row {
                item: fields[0],
                rater: fields[1],
                levels: [2, 3, 4].map(level),
                rank: fields[5].parse().expect("a place"),
            }
        })
        .collect()
}

fn expected() -> Value {
    serde_json::from_str(include_str!("../data/judged/expected.json")).expect("JSON")
}

fn ids<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, Uuid> {
    let mut ids: BTreeMap<&str, Uuid> = names.map(|name| (name, Uuid::nil())).collect();
    for (at, id) in (1..).zip(ids.values_mut()) {
        *id = Uuid::from_u128(at);
    }
    ids
}

#[test]
fn reference_results_of_real_judgements_come_out() {
    let (rows, expected) = (rows(), expected());
    let items = ids(rows.iter().map(|row| row.item));
    let raters = ids(rows.iter().map(|row| row.rater));
    let ratings: Vec<Rating> = rows
        .iter()
        .map(|row| Rating {
            idea: items[row.item],
            assessor: raters[row.rater],
            total: 0.4 * row.levels[0] + 0.4 * row.levels[1] + 0.2 * row.levels[2],
        })
        .collect();
    let fit = Fit::of(&ratings);
    assert_eq!(expected["assessments"], ratings.len());
    assert_eq!(expected["items"], fit.ideas.len());
    near(fit.plain.df(), &expected["df_mean"], "df");
    near(fit.plain.spread(), &expected["sigma_mean"], "σ̂ of means");
    near(fit.pool.spread(), &expected["sigma_adjusted"], "σ̂ adjusted");
    for (name, leniency) in expected["leniency"].as_object().unwrap() {
        near(fit.leniency(raters[name.as_str()]), leniency, name);
    }

    let quality = Quality::of(&ratings, &fit, &[]);
    near(quality.alpha.unwrap(), &expected["alpha_interval"], "α");
    near(quality.icc.unwrap(), &expected["icc1"], "ICC(1)");
    let reliability = quality.reliability.unwrap();
    near(reliability, &expected["reliability_of_mean"], "reliability");
    assert_eq!(expected["components"], quality.components);
    let values: Vec<(Uuid, f64)> = ratings.iter().map(|r| (r.idea, r.total)).collect();
    near(icc(&values).unwrap().n0, &expected["n0"], "n0");
    for (i, name) in ["correctness", "coverage", "overall"]
        .into_iter()
        .enumerate()
    {
        let values: Vec<(Uuid, f64)> = rows
            .iter()
            .map(|row| (items[row.item], row.levels[i]))
            .collect();
        let found = alpha(&values, Scale::Interval).unwrap();
        near(found, &expected["alpha_interval_per_criterion"][name], name);
    }

    let yardstick = fit.plain.yardstick();
    let high = fit.ideas.iter().filter(|idea| {
        let own: Vec<f64> = ratings
            .iter()
            .filter(|r| r.idea == idea.id)
            .map(|r| r.total - idea.raw)
            .collect();
        let squares: f64 = own.iter().map(|gap| gap * gap).sum();
        let sd = (squares / (own.len() - 1) as f64).sqrt();
        yardstick.disagreement(idea.n, Some(sd)) == Disagreement::High
    });
    assert_eq!(expected["disagreement_high"], high.count());
    // Two that differ by rounding alone are equal here; the reference left that to chance.
    let shown = |theta: f64| (theta * 1e6).round();
    let both: Vec<(f64, f64)> = fit
        .ideas
        .iter()
        .map(|idea| (shown(idea.raw), shown(idea.theta)))
        .collect();
    near_by(
        1e-4,
        kendall_tau_b(&both).unwrap(),
        &expected["kendall_mean_vs_adjusted"],
        "τ-b",
    );
}

#[test]
fn the_adjusted_best_five_come_out_with_their_ranges_and_chances() {
    let (rows, expected) = (rows(), expected());
    let items = ids(rows.iter().map(|row| row.item));
    let raters = ids(rows.iter().map(|row| row.rater));
    let ratings: Vec<Rating> = rows
        .iter()
        .map(|row| Rating {
            idea: items[row.item],
            assessor: raters[row.rater],
            total: 0.4 * row.levels[0] + 0.4 * row.levels[1] + 0.2 * row.levels[2],
        })
        .collect();
    let fit = Fit::of(&ratings);
    let covariance = fit.covariance().unwrap();
    let mut panels: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for rating in &ratings {
        panels.entry(rating.idea).or_default().push(rating.assessor);
    }
    let standing: Vec<Contender> = fit
        .ideas
        .iter()
        .map(|idea| Contender {
            theta: idea.theta,
            panel: covariance.panel(panels[&idea.id].iter().copied()),
        })
        .collect();
    let yardstick = fit.pool.yardstick();
    let field = Field::of(standing.clone(), &covariance, yardstick).unwrap();
    for best in expected["top5_adjusted"].as_array().unwrap() {
        let name = best["item_id"].as_str().unwrap();
        let at = fit
            .ideas
            .iter()
            .position(|idea| idea.id == items[name])
            .unwrap();
        let found = &fit.ideas[at];
        near(found.theta, &best["adj"], name);
        near(found.raw, &best["mean"], name);
        let se = covariance.se(&standing[at].panel, &yardstick);
        near(se, &best["adj_se"], name);
        let ahead = fit
            .ideas
            .iter()
            .filter(|it| key_of(it.theta) > key_of(found.theta));
        assert_eq!(best["adj_rank"], 1 + ahead.count(), "{name}");
        let bands = field.bands(at, Pairs::Each);
        assert_eq!(best["adj_rank_lo"], bands.low, "{name}");
        assert_eq!(best["adj_rank_hi"], bands.high, "{name}");
        let chance = field.chance(at, 20);
        let said = best["adj_p_top20"].as_f64().unwrap();
        assert!((chance - said).abs() < 0.02, "{name}: {chance}, not {said}");
    }
}

#[test]
fn where_answers_come_from_is_told_by_their_running_orders() {
    let (rows, expected) = (rows(), expected());
    let expected = &expected["bradley_terry_source_kind"];
    // `story-question-source`
    let source = |row: &Row| row.item.splitn(3, '-').nth(2).expect("a source");
    let question = |row: &Row| row.item.len() - source(row).len();
    let sources = ids(rows.iter().map(source));
    let mut orders: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        let order = orders.entry((&row.item[..question(row)], row.rater));
        order.or_default().push(row);
    }
    let mut votes = Vec::new();
    for order in orders.values() {
        for (at, one) in order.iter().enumerate() {
            for other in &order[..at] {
                votes.push(Comparison {
                    judge: Uuid::nil(),
                    a: sources[source(one)],
                    b: sources[source(other)],
                    weight: 0.5,
                    verdict: match one.rank.cmp(&other.rank) {
                        std::cmp::Ordering::Less => Verdict::First,
                        std::cmp::Ordering::Equal => Verdict::Tie,
                        std::cmp::Ordering::Greater => Verdict::Second,
                    },
                });
            }
        }
    }
    assert_eq!(expected["votes"], votes.len());
    let all: Vec<Uuid> = sources.values().copied().collect();
    let fit = Strengths::of(&all, &votes);
    for (name, id) in &sources {
        let found = &fit.projects[fit.place(*id).unwrap()];
        near(found.theta, &expected[*name]["theta"], name);
        near(found.se, &expected[*name]["se"], name);
        near(found.score, &expected[*name]["score"], name);
    }
}
