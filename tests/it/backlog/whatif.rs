//! The order under other weights, against sums made here; and the changes that `explainRank`
//! tells of, made for real.

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};

use super::whole;
use crate::assessment::plain::Dice;
use crate::assessment::scorecards::hundredths;
use crate::support::acts::Idea;
use crate::support::panel::{CRITERIA, Levels, Panel};
use crate::support::people::{Answer, Person};
use crate::support::{Store, Store::*};

async fn ask(person: &Person, weights: Value, filter: Value, first: i64) -> Answer {
    let query = "query($weights: [WeightInput!]!, $filter: BacklogFilter, $first: Int) {
        whatIf(weights: $weights, filter: $filter, first: $first) { kendallTau
            entries { rank rankNow score scoreNow idea { title } } } }";
    let variables = json!({"weights": weights, "filter": filter, "first": first});
    person.post(query, variables).await
}

async fn entries(person: &Person, weights: Value) -> Vec<Value> {
    let answer = ask(person, weights, json!(null), 100).await;
    answer.at("whatIf.entries").as_array().unwrap().clone()
}

/// The shares when some are named.
fn shares(named: &[(&str, f64)]) -> [f64; 6] {
    let taken: f64 = named.iter().map(|(_, share)| share).sum();
    let is_named = |key: &str| named.iter().find(|(name, _)| *name == key);
    let others = CRITERIA.iter().filter(|(key, _)| is_named(key).is_none());
    let rest: f64 = others.map(|(_, weight)| *weight as f64).sum();
    CRITERIA.map(|(key, weight)| match is_named(key) {
        Some((_, share)) => *share,
        None => (1.0 - taken) * weight as f64 / rest,
    })
}

/// The key of an idea, word by word; nothing where fewer than three assessments cover 80 %.
fn key(shares: [f64; 6], rated: &[Levels]) -> Option<i64> {
    let scores: Vec<f64> = rated
        .iter()
        .filter_map(|levels| {
            let (mut sum, mut covered) = (0.0, 0.0);
            for (i, level) in levels.iter().enumerate().filter(|(_, level)| **level > 0) {
                let quarters = if i == 5 { 5 - level } else { level - 1 };
                covered += shares[i];
                sum += shares[i] * f64::from(quarters) / 4.0;
            }
            (covered >= 0.8 - 1e-12).then(|| 100.0 * sum / covered)
        })
        .collect();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    (scores.len() >= 3).then(|| (100.0 * mean + 0.5 + 1e-9).floor() as i64)
}

/// Kendall's τ-b by looking at every pair.
fn tau(pairs: &[(i64, i64)]) -> Option<f64> {
    let (mut both, mut left, mut right) = (0.0, 0.0, 0.0);
    for (at, a) in pairs.iter().enumerate() {
        for b in &pairs[..at] {
            let (x, y) = ((a.0 - b.0).signum(), (a.1 - b.1).signum());
            both += (x * y) as f64;
            left += (x * x) as f64;
            right += (y * y) as f64;
        }
    }
    (left * right > 0.0).then(|| both / f64::sqrt(left * right))
}

#[rstest]
#[tokio::test]
async fn other_weights_make_the_order_that_sums_make(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let mut dice = Dice::new(5);
    let mut rated: Vec<Vec<Levels>> = (0..10)
        .map(|_| (0..3).map(|_| dice.levels()).collect())
        .collect();
    // Two are alike.
    rated[9] = rated[8].clone();
    panel.many(rated.clone()).await;
    // What is not published counts for nothing.
    panel.rated("Blind", &[[5; 6]]).await;

    // Under the weights of today everything is as it is today.
    let now = whole(&panel.author).await;
    let today =
        CRITERIA.map(|(key, weight)| json!({"criterion": key, "weight": weight as f64 / 100.0}));
    for weights in [
        json!([]),
        json!(today),
        json!([today[1]]),
        json!(today[1..]),
    ] {
        let same = entries(&panel.author, weights).await;
        assert_eq!(same.len(), now.len());
        for (entry, listed) in same.iter().zip(&now) {
            assert_eq!(entry["idea"]["title"], listed["idea"]["title"]);
            for rank in ["rank", "rankNow"] {
                assert_eq!(entry[rank], listed["rank"]);
            }
            for score in ["score", "scoreNow"] {
                assert_eq!(entry[score], listed["scorecard"]["total"]);
            }
        }
    }

    for named in [
        &[("novelty", 0.6)][..],
        &[("impact", 0.0)],
        &[("effort", 1.0)],
        &[("fit", 0.21), ("feasibility", 0.21)],
        &[("problem", 0.0), ("impact", 0.0), ("fit", 0.5)],
    ] {
        let weights: Vec<Value> = named
            .iter()
            .map(|(key, weight)| json!({"criterion": key, "weight": weight}))
            .collect();
        let answer = ask(&panel.author, json!(weights), json!(null), 100).await;
        let found = answer.at("whatIf.entries").as_array().unwrap();
        let keys: BTreeMap<String, Option<i64>> = rated
            .iter()
            .enumerate()
            .map(|(at, rated)| (format!("Idea {at}"), key(shares(named), rated)))
            .collect();
        let mut pairs = Vec::new();
        let mut last = i64::MAX;
        for entry in found {
            let key = keys[entry["idea"]["title"].as_str().unwrap()];
            let Some(key) = key else {
                last = -1;
                assert_eq!(
                    (&entry["rank"], &entry["score"]),
                    (&json!(null), &json!(null))
                );
                assert!(entry["rankNow"].is_i64());
                continue;
            };
            let rank = 1 + keys
                .values()
                .flatten()
                .filter(|other| **other > key)
                .count();
            assert_eq!(entry["rank"], rank, "{named:?}: {entry}");
            assert_eq!(hundredths(&entry["score"]), key);
            assert!(last >= key, "{named:?}: in order");
            last = key;
            pairs.push((entry["rankNow"].as_i64().unwrap(), rank as i64));
        }
        assert_eq!(found.len(), rated.len());
        let expected = tau(&pairs);
        let told = answer.at("whatIf.kendallTau").as_f64();
        match (expected, told) {
            (Some(expected), Some(told)) => assert!((expected - told).abs() < 1e-9),
            (expected, told) => assert_eq!(expected, told),
        }
    }
    assert_eq!(whole(&panel.author).await, now, "nothing is saved");
}

#[rstest]
#[tokio::test]
async fn a_filter_and_a_confidential_idea_move_no_rank(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    for (title, level, more) in [
        ("A", 5, json!({"tags": ["desk"]})),
        ("Secret", 4, json!({"tags": ["desk"]})),
        ("B", 3, json!({})),
        ("C", 2, json!({"tags": ["desk"]})),
    ] {
        let levels = [level, level, level, level, level, 3];
        let idea = panel.rated_with(title, more, &[levels; 3]).await;
        if title == "Secret" {
            let hide = json!({"ideaId": idea.id, "visibility": "CONFIDENTIAL"});
            let hidden = panel.author.act("updateIdea", hide, "idea { id }").await;
            hidden.ok();
        }
    }
    let listed = async |person: &Person, filter: Value, first: i64| {
        let weights = json!([{"criterion": "effort", "weight": 0.0}]);
        let answer = ask(person, weights, filter, first).await;
        let read = |entry: &Value| {
            format!(
                "{} {}",
                entry["rank"],
                entry["idea"]["title"].as_str().unwrap()
            )
        };
        let entries = answer.at("whatIf.entries").as_array().unwrap().clone();
        entries.iter().map(read).collect::<Vec<_>>().join(", ")
    };
    let stranger = panel.app.member("Stranger").await;
    assert_eq!(
        listed(&panel.lead, json!(null), 100).await,
        "1 A, 2 Secret, 2 B, 3 C"
    );
    assert_eq!(listed(&stranger, json!(null), 100).await, "1 A, 2 B, 3 C");
    let desk = json!({"tags": ["desk"]});
    assert_eq!(listed(&stranger, desk.clone(), 100).await, "1 A, 3 C");
    assert_eq!(listed(&panel.lead, desk, 2).await, "1 A, 2 Secret");
    assert_eq!(listed(&stranger, json!({"states": []}), 100).await, "");
}

#[rstest]
#[tokio::test]
async fn weights_that_are_none_are_refused_all_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    panel.rated("A", &[[3; 6]; 3]).await;
    let weight = |key: &str, weight: f64| json!({"criterion": key, "weight": weight});
    let refused = async |weights: Value, filter: Value| {
        let answer = ask(&panel.author, weights, filter, 20).await;
        let faults = answer.refused("BAD_USER_INPUT")["extensions"]["faults"].clone();
        let read =
            |fault: &Value| format!("{} {}", fault["path"], fault["reason"].as_str().unwrap());
        let faults = faults.as_array().unwrap().iter().map(read);
        faults.collect::<Vec<_>>()
    };
    let wrong = json!([
        weight("problem", -0.1),
        weight("speed", 0.1),
        weight("impact", 1.5),
        weight("impact", 0.1),
    ]);
    assert_eq!(
        refused(wrong, json!(null)).await,
        [
            r#"["weights",0,"weight"] WEIGHT_OUT_OF_RANGE"#,
            r#"["weights",1,"criterion"] UNKNOWN_CRITERION"#,
            r#"["weights",2,"weight"] WEIGHT_OUT_OF_RANGE"#,
            r#"["weights",3,"criterion"] CRITERION_TWICE"#,
        ]
    );
    let sum = r#"["weights"] WEIGHTS_DO_NOT_ADD_UP"#;
    let above = json!([weight("problem", 0.6), weight("impact", 0.6)]);
    assert_eq!(refused(above, json!(null)).await, [sum]);
    let all = CRITERIA.map(|(key, _)| weight(key, 0.1));
    assert_eq!(refused(json!(all), json!(null)).await, [sum]);
    let ratio = refused(json!([weight("reach", 0.5)]), json!({"rubric": "rice"})).await;
    assert_eq!(ratio, [r#"["weights"] NO_WEIGHTS"#]);
    for first in [-1, 101] {
        let answer = ask(&panel.author, json!([]), json!(null), first).await;
        answer.refused_because("BAD_USER_INPUT", "PAGE_TOO_LARGE");
    }
}

/// The ratings of an idea with one criterion bettered by whole steps: by those first in whose
/// assessment a step adds most, which is those who left most open; among equals evenly, the
/// earlier first.
fn bettered(rated: &[Levels], i: usize, steps: i64) -> Vec<Levels> {
    let weight = |levels: &Levels| -> i128 {
        let given = CRITERIA.iter().zip(levels).filter(|(_, level)| **level > 0);
        given.map(|((_, weight), _)| weight).sum()
    };
    let mut moved = rated.to_vec();
    let mut left = steps;
    let mut classes: Vec<i128> = rated.iter().map(weight).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        while left > 0 {
            let before = left;
            for at in 0..moved.len() {
                let end = if i == 5 { 1 } else { 5 };
                let level = moved[at][i];
                if left > 0 && weight(&rated[at]) == class && level > 0 && level != end {
                    moved[at][i] = if i == 5 { level - 1 } else { level + 1 };
                    left -= 1;
                }
            }
            if left == before {
                break;
            }
        }
    }
    assert_eq!(left, 0);
    moved
}

async fn rank_of(person: &Person, idea: &Idea) -> i64 {
    let list = whole(person).await;
    let entry = list
        .iter()
        .find(|entry| entry["idea"]["id"] == idea.id.as_str());
    entry.unwrap()["rank"].as_i64().unwrap()
}

#[rstest]
#[tokio::test]
async fn every_change_that_is_told_does_what_it_says(
    #[values(Sqlite, Postgres)] store: Store,
    #[values(1, 2)] seed: u64,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let mut dice = Dice::new(300 + seed);
    let mut rated: Vec<Vec<Levels>> = (0..12)
        .map(|at| {
            let open = at % 3 != 0;
            let one = |_| if open { dice.levels() } else { dice.full() };
            (0..3).map(one).collect()
        })
        .collect();
    // Ties, and assessments of an earlier text.
    rated[5] = rated[3].clone();
    rated[6] = rated[3].clone();
    let ideas = panel.many(rated.clone()).await;
    let edit = json!({"ideaId": ideas[4].id, "problem": "It is another one than we thought."});
    panel
        .author
        .act("updateIdea", edit, "idea { id }")
        .await
        .ok();

    let mut tried = [0, 0];
    for (at, idea) in ideas.iter().enumerate() {
        let cut = if at % 2 == 0 { json!(null) } else { json!(3) };
        let query = "query($id: ID!, $cut: Int) { explainRank(ideaId: $id, cut: $cut) { rank
            changes { kind criterion { key } from to rankAfter sentence } } }";
        let answer = panel
            .author
            .post(query, json!({"id": idea.id, "cut": cut}))
            .await;
        let rank = answer.at("explainRank.rank").as_i64().unwrap();
        for change in answer.at("explainRank.changes").as_array().unwrap() {
            let key = change["criterion"]["key"].as_str().unwrap();
            let promised = change["rankAfter"].as_i64().unwrap();
            assert!(promised < rank, "{change}");
            let (from, to) = (
                change["from"].as_f64().unwrap(),
                change["to"].as_f64().unwrap(),
            );
            if change["kind"] == "WEIGHT" {
                tried[0] += 1;
                let weights = json!([{"criterion": key, "weight": to}]);
                let entries = entries(&panel.author, weights).await;
                let title = format!("Idea {at}");
                let mine = entries
                    .iter()
                    .find(|entry| entry["idea"]["title"] == title.as_str());
                assert_eq!(mine.unwrap()["rank"], promised, "{title}: {change}");
                continue;
            }
            tried[1] += 1;
            let i = CRITERIA.iter().position(|(name, _)| *name == key).unwrap();
            let raters = rated[at].iter().filter(|levels| levels[i] > 0).count();
            let steps = ((to - from).abs() * raters as f64).round() as i64;
            // The earlier assessment is the one with the smaller id, and of the first assessor.
            panel.rate(idea, &bettered(&rated[at], i, steps)).await;
            assert_eq!(
                rank_of(&panel.author, idea).await,
                promised,
                "Idea {at}: {change}"
            );
            panel.rate(idea, &rated[at]).await;
            assert_eq!(rank_of(&panel.author, idea).await, rank);
        }
    }
    assert!(tried[0] > 0 && tried[1] > 10, "{tried:?}");
}
