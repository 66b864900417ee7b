//! What must hold of every answer of the ranked backlog (SCORING.md §11), whatever was rated:
//! houses made by chance, asked through the API.

use rstest::rstest;
use serde_json::{Value, json};

use crate::assessment::plain::Dice;
use crate::assessment::scorecards::hundredths;
use crate::support::panel::{CRITERIA, Panel};
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// The criteria of `innovation` under another aggregation; `fit` to `effort` may stay open.
fn rubric(aggregation: &str, weights: [f64; 6]) -> Value {
    let criteria = CRITERIA.iter().zip(weights).map(|((key, _), weight)| {
        json!({
            "key": key, "name": key, "question": "How much?", "weight": weight,
            "kind": if *key == "effort" { "COST" } else { "BENEFIT" },
            "isRequired": *key == "problem" || *key == "impact",
            "minimum": 1, "maximum": 5,
            "levels": [{"value": 1, "anchor": "None"}, {"value": 3, "anchor": "Some"},
                {"value": 5, "anchor": "Much"}],
        })
    });
    json!({
        "key": "chance", "name": "Chance", "aggregation": aggregation, "quorum": 2,
        "minimumCoverage": 0.6, "criteria": criteria.collect::<Vec<Value>>(),
    })
}

const WEIGHTS: [f64; 6] = [25.0, 30.0, 15.0, 10.0, 10.0, 10.0];

/// One answer per criterion; those that may stay open do now and then.
fn ratings(dice: &mut Dice) -> Value {
    let levels = dice.levels();
    let open = dice.roll(6) as usize;
    CRITERIA
        .iter()
        .zip(levels)
        .enumerate()
        .filter(|(at, _)| *at < 2 || *at != open)
        .map(|(_, ((criterion, _), level))| {
            let level = if level == 0 { 3 } else { level };
            json!({"criterion": criterion, "level": level})
        })
        .collect()
}

/// A house with so many ideas that somebody assessed, some alike, one confidential, one below
/// the quorum.
async fn made_by_chance(store: Store, aggregation: &str, seed: u64) -> Option<Panel> {
    let panel = Panel::seated(store, 6).await?;
    panel.lead.brings_out(rubric(aggregation, WEIGHTS)).await;
    let mut dice = Dice::new(seed);
    let mut alike: Vec<Value> = Vec::new();
    for number in 0..13 {
        let idea = panel.author.submit(&format!("Idea {number}")).await;
        panel.lead.accept_under(&idea, Some("chance")).await;
        let n = if number == 12 {
            1
        } else {
            2 + dice.roll(5) as usize
        };
        let first = dice.roll(6) as usize;
        // Every fourth one got what the one before it got.
        let given: Vec<Value> = match number % 4 {
            3 => alike.clone(),
            _ => (0..n).map(|_| ratings(&mut dice)).collect(),
        };
        for (at, ratings) in given.iter().enumerate() {
            let assessor = &panel.assessors[(first + at) % 6];
            let answer = assessor.try_to_assess(&idea, ratings.clone(), "idea { id }");
            answer.await.ok();
        }
        alike = given;
        if number == 5 {
            let input = json!({"ideaId": idea.id, "visibility": "CONFIDENTIAL"});
            let answer = panel.author.act("updateIdea", input, "idea { id }");
            answer.await.ok();
        }
    }
    panel.app.calendar_turns().await;
    Some(panel)
}

const CARD: &str = "scorecard { total low high severityCorrection assessmentCount
    lines { contribution } }";

async fn backlog(person: &Person) -> Vec<Value> {
    let question = format!(
        "{{ backlog(filter: {{rubric: \"chance\"}}, first: 100) {{
            nodes {{ rank rankLow rankHigh isTied idea {{ id title visibility }} {CARD} }} }} }}"
    );
    let answer = person.post(&question, json!({})).await;
    answer.at("backlog.nodes").as_array().unwrap().clone()
}

async fn explained(person: &Person, id: &str, cut: u32) -> Value {
    let side = "idea { id scorecard { total } } gap isClear severityCorrection lines { gap }";
    let question = format!(
        "query($id: ID!, $cut: Int) {{ explainRank(ideaId: $id, cut: $cut) {{
            rank rankOf rankLow rankHigh tiedCount clearlyBetter clearlyWorse topChance
            tiedWith(first: 50) {{ id }} {CARD} above {{ {side} }} below {{ {side} }} }} }}"
    );
    let answer = person.post(&question, json!({"id": id, "cut": cut})).await;
    answer.at("explainRank").clone()
}

/// Lines and what is given back for strictness make the total, and it lies in its interval.
fn adds_up(card: &Value) {
    let lines = card["lines"].as_array().unwrap().iter();
    let sum: i64 = lines.map(|line| hundredths(&line["contribution"])).sum();
    let total = hundredths(&card["total"]);
    assert_eq!(
        sum + hundredths(&card["severityCorrection"]),
        total,
        "{card}"
    );
    let (low, high) = (hundredths(&card["low"]), hundredths(&card["high"]));
    assert!((0..=10_000).contains(&low) && (0..=10_000).contains(&high));
    let within = total.clamp(0, 10_000);
    assert!(low <= within && within <= high, "{card}");
}

#[rstest]
#[tokio::test]
async fn what_explains_a_rank_adds_up_to_it(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "TRIMMED_MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
    #[values(1, 2)] seed: u64,
) {
    let Some(panel) = made_by_chance(store, aggregation, seed).await else {
        return;
    };
    let whole = |value: &Value| value.as_i64().unwrap();
    let total = |node: &Value| hundredths(&node["scorecard"]["total"]);
    let list = backlog(&panel.lead).await;
    assert_eq!(list.len(), 12);
    let counted: Vec<&Value> = list
        .iter()
        .filter(|node| node["idea"]["visibility"] == "ORGANIZATION")
        .collect();
    assert_eq!(counted.len(), 11);
    assert!(
        list.windows(2)
            .all(|pair| total(&pair[0]) >= total(&pair[1]))
    );
    let cut = 4;
    let mut chances = 0.0;

    for node in &list {
        let id = node["idea"]["id"].as_str().unwrap();
        let why = explained(&panel.lead, id, cut).await;
        let is_counted = node["idea"]["visibility"] == "ORGANIZATION";

        adds_up(&node["scorecard"]);
        assert_eq!(why["scorecard"], node["scorecard"]);
        for field in ["rank", "rankLow", "rankHigh"] {
            assert_eq!(why[field], node[field], "{field}");
        }
        // Ranks and ties are what counting says.
        let own = total(node);
        let others = || counted.iter().filter(|other| other["idea"]["id"] != id);
        let better = others().filter(|other| total(other) > own).count() as i64;
        let tied = others().filter(|other| total(other) == own).count() as i64;
        assert_eq!(whole(&why["rank"]), 1 + better);
        assert_eq!(whole(&why["tiedCount"]), tied);
        assert_eq!(why["tiedWith"].as_array().unwrap().len() as i64, tied);
        assert_eq!(node["isTied"], tied > 0);
        // The band comes from who is clearly better and worse.
        assert_eq!(whole(&why["rankOf"]), 11);
        let among = 11 + i64::from(!is_counted);
        let (low, high) = (whole(&why["rankLow"]), whole(&why["rankHigh"]));
        assert_eq!(low, 1 + whole(&why["clearlyBetter"]), "{why}");
        assert_eq!(high, among - whole(&why["clearlyWorse"]), "{why}");
        let rank = whole(&why["rank"]);
        assert!(low <= rank && rank <= high, "{why}");
        // Gaps are differences of totals, and their lines add up to them.
        let above = counted.iter().rfind(|other| total(other) > own);
        let below = counted.iter().find(|other| total(other) < own);
        for (side, nearest, clear) in [
            ("above", above, "clearlyBetter"),
            ("below", below, "clearlyWorse"),
        ] {
            let side = &why[side];
            let Some(nearest) = nearest else {
                assert!(side.is_null(), "{why}");
                continue;
            };
            let gap = hundredths(&side["gap"]);
            assert_eq!(gap, total(nearest) - own, "{why}");
            assert_eq!(gap, total(&side["idea"]) - own);
            let lines = side["lines"].as_array().unwrap().iter();
            let sum: i64 = lines.map(|line| hundredths(&line["gap"])).sum();
            assert_eq!(sum + hundredths(&side["severityCorrection"]), gap, "{side}");
            assert!(side["isClear"] == false || whole(&why[clear]) > 0, "{why}");
        }
        let chance = why["topChance"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&chance));
        if is_counted {
            chances += chance;
        }
    }
    assert!((chances - f64::from(cut)).abs() < 0.02, "{chances}");
    // Others see the same, without what is confidential.
    let shown = backlog(&panel.assessors[5]).await;
    assert!(shown.iter().eq(counted), "{shown:#?}");
}

/// Some shares of the whole, above 0, by criterion.
fn shares(dice: &mut Dice) -> [f64; 6] {
    let parts: [f64; 6] = std::array::from_fn(|_| (1 + dice.roll(20)) as f64);
    let sum: f64 = parts.iter().sum();
    parts.map(|part| part / sum)
}

fn places(entries: &[Value], score: &str) -> Vec<Value> {
    let ranked = entries.iter().filter(|entry| !entry["rank"].is_null());
    let place = |entry: &Value| {
        let total = match score {
            "total" => &entry["scorecard"]["total"],
            _ => &entry["score"],
        };
        json!([entry["idea"]["title"], entry["rank"], total])
    };
    ranked.map(place).collect()
}

#[rstest]
#[tokio::test]
async fn other_weights_make_the_order_that_publishing_them_makes(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "TRIMMED_MEAN")] aggregation: &str,
    #[values(3, 4)] seed: u64,
) {
    let Some(panel) = made_by_chance(store, aggregation, seed).await else {
        return;
    };
    let mut dice = Dice::new(seed);
    for _ in 0..2 {
        let shares = shares(&mut dice);
        let weights: Vec<Value> = CRITERIA
            .iter()
            .zip(shares)
            .map(|((key, _), share)| json!({"criterion": key, "weight": share}))
            .collect();
        // What the last one takes is what the others leave.
        let question = "query($weights: [WeightInput!]!) { whatIf(weights: $weights,
            filter: {rubric: \"chance\"}, first: 100) {
            entries { rank score idea { title } } } }";
        let tried = panel
            .lead
            .post(question, json!({"weights": weights[..5]}))
            .await;
        let tried = tried.at("whatIf.entries").as_array().unwrap().clone();

        let draft = panel
            .lead
            .drafts(rubric(aggregation, shares.map(|share| 100.0 * share)))
            .await;
        panel.lead.publishes(&draft, true).await.ok();

        let now = backlog(&panel.lead).await;
        assert_eq!(places(&tried, "score"), places(&now, "total"));
    }
}

#[rstest]
#[tokio::test]
async fn a_frozen_ranking_comes_out_again_whatever_its_ideas_and_its_rubric_became(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "TRIMMED_MEAN")] aggregation: &str,
) {
    let Some(panel) = made_by_chance(store, aggregation, 5).await else {
        return;
    };
    let list = backlog(&panel.lead).await;
    let input = json!({"reason": "For the board.", "filter": {"rubric": "chance"}});
    let frozen = panel
        .lead
        .act("publishRanking", input, "ranking { number }");
    frozen.await.ok();
    let read = async || {
        let question = "{ ranking(number: 1) { isReproduced inputHash rubricVersion { number }
            entries(first: 100) { nodes { rank score idea { title } } } } }";
        let answer = panel.author.post(question, json!({})).await;
        answer.at("ranking").clone()
    };
    let before = read().await;
    assert_eq!(before["isReproduced"], true);

    // The ideas move on.
    let mut dice = Dice::new(6);
    for node in &list {
        let idea = crate::support::acts::Idea {
            id: node["idea"]["id"].as_str().unwrap().to_owned(),
            number: 0,
        };
        let assessor = &panel.assessors[dice.roll(6) as usize];
        let answer = assessor.try_to_assess(&idea, ratings(&mut dice), "idea { id }");
        if node["idea"]["visibility"] == "ORGANIZATION" {
            answer.await.ok();
        }
    }
    assert_ne!(backlog(&panel.lead).await, list);
    assert_eq!(read().await, before);

    // The rubric moves on, and the ideas with it.
    let weights = shares(&mut dice).map(|share| 100.0 * share);
    let draft = panel.lead.drafts(rubric(aggregation, weights)).await;
    let done = panel.lead.publishes(&draft, true).await;
    assert_eq!(done.at("publishRubric.rubricVersion.number"), 2);
    assert_eq!(read().await, before);
    crate::verify::fits(&panel.app);
}
