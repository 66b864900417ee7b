//! The explanation is the calculation: the lines that are shown add up to the total that is
//! shown, and all of it is what SCORING.md says.

use rstest::rstest;
use serde_json::{Value, json};

use super::plain::{self, Dice};
use crate::support::panel::{CRITERIA, Levels, Panel};
use crate::support::{Store, Store::*};

/// A number with two decimals in hundredths.
#[track_caller]
pub(crate) fn hundredths(number: &Value) -> i64 {
    let points = number
        .as_f64()
        .unwrap_or_else(|| panic!("{number} is no number"));
    let whole = (points * 100.0).round();
    assert_eq!(points, whole / 100.0, "{points} has more than two decimals");
    whole as i64
}

const CARD: &str = "total low high spread assessmentCount disagreement severityCorrection
    lines { criterion { key } weight level value contribution ratingCount lowestLevel
        highestLevel }";

#[rstest]
#[tokio::test]
async fn every_number_of_a_scorecard_is_what_plain_arithmetic_says(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 5).await else {
        return;
    };
    let mut dice = Dice::new(7);
    let rated: Vec<Vec<Levels>> = (0..50)
        .map(|_| (0..3 + dice.roll(3)).map(|_| dice.levels()).collect())
        .collect();
    panel.many(rated.clone()).await;
    let query = format!(
        "{{ backlog(first: 100) {{ nodes {{ idea {{ title }} scorecard {{ {CARD} }} }} }} }}"
    );

    let answer = panel.author.post(&query, json!({})).await;

    let nodes = answer.at("backlog.nodes").as_array().unwrap();
    assert_eq!(nodes.len(), 50);
    let (df, spread) = plain::spread(&rated);
    let t = plain::quantile(0.975, df);
    for node in nodes {
        let title = node["idea"]["title"].as_str().unwrap();
        let index: usize = title.strip_prefix("Idea ").unwrap().parse().unwrap();
        check(&node["scorecard"], &rated[index], (spread, t));
    }
}

/// One scorecard against the levels it was made of.
fn check(card: &Value, rated: &[Levels], (spread, t): (f64, f64)) {
    let lines = card["lines"].as_array().unwrap();
    let shown: i64 = lines
        .iter()
        .map(|line| hundredths(&line["contribution"]))
        .sum();
    let total = hundredths(&card["total"]);
    assert_eq!(shown, total, "the lines add up to the total: {card:#}");
    assert_eq!(card["severityCorrection"], 0.0);

    let score = plain::score(rated);
    assert_eq!(total, score.key(), "{rated:?}");
    assert_eq!(card["assessmentCount"], rated.len());
    assert!((card["spread"].as_f64().unwrap() - spread).abs() < 1e-6);
    let reach = t * spread / (rated.len() as f64).sqrt();
    for (end, at) in [
        ("low", score.points() - reach),
        ("high", score.points() + reach),
    ] {
        let gap = hundredths(&card[end]) as f64 / 100.0 - at.clamp(0.0, 100.0);
        assert!(gap.abs() < 0.005 + 1e-6, "{end} is {gap} away: {card:#}");
    }
    let sd = (plain::squares(rated) / (rated.len() - 1) as f64).sqrt();
    let far_apart = sd >= f64::max(10.0, 1.5 * spread);
    assert_eq!(card["disagreement"], if far_apart { "HIGH" } else { "OK" });

    for (index, ((key, weight), line)) in CRITERIA.into_iter().zip(lines).enumerate() {
        let levels: Vec<f64> = rated
            .iter()
            .map(|levels| f64::from(levels[index]))
            .filter(|level| *level > 0.0)
            .collect();
        let mean = levels.iter().sum::<f64>() / levels.len() as f64;
        let value = if key == "effort" {
            (5.0 - mean) / 4.0
        } else {
            (mean - 1.0) / 4.0
        };
        assert_eq!(line["criterion"]["key"], key);
        assert_eq!(line["ratingCount"], levels.len());
        for (field, expected) in [
            ("weight", weight as f64 / 100.0),
            ("level", mean),
            ("value", value),
            (
                "lowestLevel",
                levels.iter().copied().fold(f64::INFINITY, f64::min),
            ),
            ("highestLevel", levels.iter().copied().fold(0.0, f64::max)),
        ] {
            let shown = line[field].as_f64().unwrap();
            assert!(
                (shown - expected).abs() < 1e-9,
                "{key} {field}: {shown}, {expected}"
            );
        }
        // Rounded by largest remainder: never further than a hundredth.
        let exact: f64 = rated
            .iter()
            .map(|levels| {
                let mut alone = *levels;
                let whole = plain::Exact::of(alone).points();
                // Its worst level adds nothing, so the rest of the score is the others'.
                if alone[index] > 0 {
                    alone[index] = if key == "effort" { 5 } else { 1 };
                }
                whole - plain::Exact::of(alone).points()
            })
            .sum::<f64>()
            / rated.len() as f64;
        let shown = line["contribution"].as_f64().unwrap();
        assert!(
            (shown - exact).abs() < 0.01 + 1e-9,
            "{key}: {shown}, {exact}"
        );
    }
}
