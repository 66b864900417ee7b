//! The worked examples of the scoring specification, read from its own file of expected
//! numbers, and the pure rooms around them.

mod choosing;
mod edges;
mod inputs;
mod judged;
mod pairwise;
pub(crate) mod properties;
mod quality;
mod second;
mod severity;

use serde_json::Value;
use sluice::assessment::presets::presets;
use sluice::assessment::rubric::{
    Aggregation, Criterion, CriterionKind, Level, Method, Rubric, RubricDraft,
};
use sluice::assessment::scoring::{
    Disagreement, IdeaScore, Pool, Sheet, assess, key_of, score_idea,
};
use sluice::backlog::histogram::{Histogram, Place, Ranks};
use uuid::Uuid;

/// A criterion with anchors at its lowest, highest and every level between, up to three.
pub(crate) fn criterion(key: &str, weight: Option<f64>, low: f64, high: f64) -> Criterion {
    let is_gate = weight.is_none() && (low, high) == (0.0, 1.0);
    let mut values = vec![low, high];
    if high - low > 1.5 {
        values.insert(1, low + 1.0);
    }
    let level = |value| Level {
        value,
        anchor: format!("What {value} looks like."),
    };
    Criterion {
        key: key.to_owned(),
        name: key.to_owned(),
        question: format!("How about {key}?"),
        kind: if is_gate {
            CriterionKind::Gate
        } else {
            CriterionKind::Benefit
        },
        weight,
        is_required: false,
        minimum: low,
        maximum: high,
        step: 1.0,
        levels: values.into_iter().map(level).collect(),
    }
}

pub(crate) fn draft(aggregation: Aggregation, criteria: Vec<Criterion>) -> RubricDraft {
    RubricDraft {
        key: "plain".to_owned(),
        name: "Plain".to_owned(),
        method: Method::WeightedSum,
        aggregation,
        quorum: 3,
        is_blind: true,
        reveals_author: true,
        minimum_coverage: 0.8,
        criteria,
    }
}

/// A rubric whose only level is the score itself, in thousandths.
pub(crate) fn direct(aggregation: Aggregation) -> Rubric {
    let mut only = criterion("score", Some(1.0), 0.0, 100.0);
    only.step = 0.001;
    Rubric::parse(draft(aggregation, vec![only])).expect("one plain criterion is a rubric")
}

pub(crate) fn preset(key: &str) -> Rubric {
    presets()
        .into_iter()
        .find(|rubric| rubric.key == key)
        .expect("a preset of that key")
}

/// The score of assessments given by their levels, with ids in that order.
pub(crate) fn scored(rubric: &Rubric, levels: &[Vec<Option<f64>>]) -> Option<IdeaScore> {
    let id = |i: usize| Uuid::from_u128(i as u128 + 1);
    let sheets: Vec<Sheet<'_>> = levels
        .iter()
        .enumerate()
        .map(|(i, levels)| Sheet { id: id(i), levels })
        .collect();
    score_idea(rubric, &sheets)
}

fn of_totals(aggregation: Aggregation, totals: &[f64]) -> IdeaScore {
    let levels: Vec<Vec<Option<f64>>> = totals.iter().map(|&y| vec![Some(y)]).collect();
    scored(&direct(aggregation), &levels).expect("full assessments give a score")
}

fn examples() -> Value {
    serde_json::from_str(include_str!("data/scoring_examples.json")).expect("the examples are JSON")
}

/// The examples are written with four decimals: half a unit of the last.
#[track_caller]
fn near(found: f64, expected: &Value, what: &str) {
    near_by(5e-5 + 1e-9, found, expected, what);
}

#[track_caller]
fn near_by(tolerance: f64, found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().expect("a number in the examples");
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found} is not {expected}"
    );
}

#[test]
fn one_assessment_gives_what_the_example_says() {
    let w1 = &examples()["W1_one_assessment"];
    let criteria = w1["rubric"].as_array().unwrap().iter().map(|c| {
        let number = |field: &str| c[field].as_f64().unwrap();
        let key = c["id"].as_str().unwrap();
        let mut made = criterion(key, Some(number("weight")), number("min"), number("max"));
        made.is_required = c["required"].as_bool().unwrap_or(false);
        if c["cost"].as_bool().unwrap_or(false) {
            made.kind = CriterionKind::Cost;
        }
        made
    });
    let rubric = Rubric::parse(draft(Aggregation::Mean, criteria.collect())).unwrap();
    let cases = w1["cases"].as_object().unwrap();
    assert_eq!(cases.len(), 6);
    for (name, case) in cases {
        let levels: Vec<Option<f64>> = rubric
            .criteria
            .iter()
            .map(|c| case["input"][&c.key].as_f64())
            .collect();
        let score = assess(&rubric, &levels);
        assert!(
            (score.coverage - case["coverage"].as_f64().unwrap()).abs() < 1e-12,
            "{name}"
        );
        assert_eq!(score.is_complete, case["status"] == "COMPLETE", "{name}");
        let missing: Vec<&str> = score
            .incomplete_because
            .iter()
            .flat_map(|because| {
                because
                    .missing_required
                    .iter()
                    .map(|&i| rubric.criteria[i].key.as_str())
            })
            .collect();
        assert_eq!(
            serde_json::json!(missing),
            case["missing_required"],
            "{name}"
        );
        match case["score"].as_f64() {
            Some(expected) => {
                assert!((score.total.unwrap() - expected).abs() < 1e-9, "{name}");
                for (line, c) in score.lines.iter().zip(&rubric.criteria) {
                    let expected = case["contributions"][&c.key].as_f64().unwrap_or(0.0);
                    assert!(
                        (line.contribution - expected).abs() < 1e-9,
                        "{name} {}",
                        c.key
                    );
                }
            }
            None => assert_eq!(score.total, None, "{name}"),
        }
    }
}

/// Checks one MEAN fit of the examples: every number it prints.
#[expect(
    clippy::unwrap_used,
    reason = "called by tests alone, on a file that is part of them"
)]
fn check_fit(name: &str, totals: &[(&str, Vec<f64>)]) {
    let fit = &examples()[name]["MEAN"];
    let scores: Vec<(&str, IdeaScore)> = totals
        .iter()
        .map(|(idea, y)| (*idea, of_totals(Aggregation::Mean, y)))
        .collect();
    let pool: Pool = scores
        .iter()
        .map(|(_, score)| Pool {
            ideas: 1,
            assessments: i64::from(score.n),
            rss_micro: score.rss_micro,
        })
        .sum();
    let yardstick = pool.yardstick();
    near(pool.spread(), &fit["sigma"], name);
    near(pool.df(), &fit["df"], name);
    near(pool.t(0.975), &fit["t975"], name);
    near(pool.t(0.95), &fit["t95"], name);
    let place = |score: &IdeaScore| Place {
        key: score.key,
        n: score.n,
    };
    let histogram = Histogram::of(scores.iter().map(|(_, score)| place(score)));
    let ranks = Ranks {
        folded: &histogram,
        tail: &[],
    };
    for (idea, score) in &scores {
        let expected = &fit["ideas"][idea];
        let what = format!("{name} {idea}");
        assert_eq!(
            u64::from(score.n),
            expected["n"].as_u64().unwrap(),
            "{what}"
        );
        near(score.theta, &expected["score"], &what);
        near(yardstick.se(score.n), &expected["se"], &what);
        let (low, high) = yardstick.interval(score.theta, score.n);
        for (end, expected) in [(low, &expected["ci95"][0]), (high, &expected["ci95"][1])] {
            assert!(
                (end - expected.as_f64().unwrap()).abs() <= 0.005 + 1e-4,
                "{what} {end}"
            );
        }
        match expected["sd"].as_f64() {
            Some(_) => near(score.sd.unwrap(), &expected["sd"], &what),
            None => assert_eq!(score.sd, None, "{what}"),
        }
        let disagreement = match yardstick.disagreement(score.n, score.sd) {
            Disagreement::NotApplicable => "NA",
            Disagreement::Ok => "OK",
            Disagreement::High => "HIGH",
        };
        assert_eq!(disagreement, expected["disagreement"], "{what}");
        let bands = ranks.bands(place(score), true, &yardstick);
        assert_eq!(
            u64::from(ranks.rank(score.key)),
            expected["rank"].as_u64().unwrap(),
            "{what}"
        );
        assert_eq!(
            serde_json::json!([bands.low, bands.high]),
            expected["rank_interval"],
            "{what}"
        );
        assert_eq!(
            bands.clearly_better,
            expected["clearly_better"].as_u64().unwrap() as u32
        );
        assert_eq!(
            bands.clearly_worse,
            expected["clearly_worse"].as_u64().unwrap() as u32
        );
    }
    for (pair, expected) in fit["se_diff"].as_object().unwrap() {
        let n = |idea: &str| scores.iter().find(|(name, _)| *name == idea).unwrap().1.n;
        let (a, b) = pair.split_once('-').unwrap();
        near(
            yardstick.clear_gap(n(a), n(b)) / yardstick.t95,
            expected,
            pair,
        );
    }
}

#[test]
fn a_complete_panel_gives_what_the_example_says() {
    let ideas = [
        ("A", vec![80.0, 70.0, 75.0]),
        ("B", vec![70.0, 60.0, 68.0]),
        ("C", vec![90.0, 30.0, 60.0]),
        ("D", vec![40.0, 35.0, 45.0]),
    ];
    check_fit("W2_complete_panel", &ideas);
}

#[test]
fn a_single_assessment_gives_what_the_example_says() {
    check_fit("W3_single_assessment", &[("A", vec![60.0])]);
    let ideas = [("A", vec![90.0]), ("B", vec![60.0]), ("C", vec![20.0])];
    check_fit("W3b_one_assessor_three_ideas", &ideas);
}

#[test]
fn equal_scores_are_all_first_and_still_uncertain() {
    let fifty = || vec![50.0; 3];
    check_fit(
        "W4_all_equal",
        &[
            ("A", fifty()),
            ("B", fifty()),
            ("C", fifty()),
            ("D", fifty()),
        ],
    );
    let ideas = [
        ("A", vec![80.0; 3]),
        ("B", vec![50.0; 3]),
        ("C", vec![20.0; 3]),
    ];
    check_fit("W4b_zero_within_variance", &ideas);
}

#[test]
fn sparse_panels_give_plain_means_as_the_examples_say() {
    for (name, ideas) in [("W5_severity", "ABCDE"), ("W6_disconnected", "ABCD")] {
        let input = examples()[name]["input"].clone();
        let totals: Vec<(&str, Vec<f64>)> = ideas
            .split_terminator("")
            .skip(1)
            .map(|idea| {
                let own = input.as_object().unwrap().iter();
                let own = own.filter(|(cell, _)| cell.starts_with(idea));
                (idea, own.filter_map(|(_, total)| total.as_f64()).collect())
            })
            .collect();
        assert_eq!(totals.len(), ideas.len());
        check_fit(name, &totals);
    }
}

#[test]
fn ties_share_a_rank_and_halves_round_up() {
    let w7 = &examples()["W7_ties"];
    let numbers = |field: &str| -> Vec<f64> {
        w7[field]
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap())
            .collect()
    };
    let keys: Vec<i32> = numbers("scores").into_iter().map(key_of).collect();
    assert_eq!(keys, [7000, 7000, 6500, 7000, 8000, 6500]);
    let shown: Vec<f64> = keys.iter().map(|&key| f64::from(key) / 100.0).collect();
    assert_eq!(shown, numbers("rounded"));
    let histogram = Histogram::of(keys.iter().map(|&key| Place { key, n: 3 }));
    let ranks = Ranks {
        folded: &histogram,
        tail: &[],
    };
    let found: Vec<f64> = keys.iter().map(|&key| f64::from(ranks.rank(key))).collect();
    assert_eq!(found, numbers("ranks"));
    assert_eq!(
        (
            ranks.tied(7000, true),
            ranks.tied(8000, true),
            ranks.tied(6500, false)
        ),
        (2, 0, 2)
    );
    for (exact, rounded) in w7["rounding"].as_object().unwrap() {
        let key = key_of(exact.parse().unwrap());
        assert_eq!(f64::from(key) / 100.0, rounded.as_f64().unwrap(), "{exact}");
    }
}

fn ratio(key: &str, case: &Value) -> Vec<Option<f64>> {
    preset(key)
        .criteria
        .iter()
        .map(|c| case[&c.key].as_f64())
        .collect()
}

#[test]
fn ratio_presets_give_what_the_examples_say() {
    let w8 = &examples()["W8_ratio_presets"];
    let rice = preset("rice");
    for case in w8["RICE"].as_array().unwrap() {
        near(
            assess(&rice, &ratio("rice", case)).total.unwrap(),
            &case["score"],
            "RICE",
        );
    }
    let first = assess(&rice, &ratio("rice", &w8["RICE"][0]));
    for (line, c) in first.lines.iter().zip(&rice.criteria) {
        near(
            line.contribution,
            &w8["RICE_contributions_first"][&c.key],
            &c.key,
        );
        assert_eq!(line.share, None);
    }
    let other: Vec<Option<f64>> = [400.0, 1.0, 1.0, 1.0].map(Some).to_vec();
    let both = scored(&rice, &[ratio("rice", &w8["RICE"][0]), other]).unwrap();
    near(
        both.theta,
        &w8["RICE_two_assessors"]["score"],
        "two assessors",
    );
    let (low, high) = (0.25 * 0.5 / 24.0, 600_000.0_f64);
    near(
        low * (high / low).powf(both.theta / 100.0),
        &w8["RICE_two_assessors"]["geometric_mean"],
        "the ratio that such a mean stands for",
    );

    let ice = assess(&preset("ice"), &ratio("ice", &w8["ICE"]["input"]));
    near(ice.total.unwrap(), &w8["ICE"]["score"], "ICE");
    for case in w8["WSJF"].as_array().unwrap() {
        let score = assess(&preset("wsjf"), &ratio("wsjf", case));
        near(score.total.unwrap(), &case["score"], "WSJF");
        let shown: i32 = score.lines.iter().map(|line| line.shown).sum();
        assert_eq!(Some(shown), score.key);
    }
}

#[test]
fn a_trimmed_mean_leaves_out_one_of_each_end_from_five_on() {
    let w13 = &examples()["W13_trimmed"];
    let totals = |field: &str| -> Vec<f64> {
        w13[field]
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap())
            .collect()
    };
    let nine = of_totals(Aggregation::TrimmedMean, &totals("nine"));
    near(nine.theta, &w13["value"], "nine");
    assert_eq!((nine.n, nine.kept, nine.lines[0].rating_count), (9, 7, 7));
    assert_eq!(
        (nine.lines[0].lowest, nine.lines[0].highest),
        (Some(8.75), Some(9.25))
    );
    let four = of_totals(Aggregation::TrimmedMean, &totals("four"));
    near(four.theta, &w13["value4"], "four");
    assert_eq!((four.n, four.kept), (4, 4));
    let plain = of_totals(Aggregation::Mean, &totals("nine"));
    assert_eq!((nine.rss_micro, nine.sd), (plain.rss_micro, plain.sd));
}
