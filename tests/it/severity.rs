//! Strict and generous assessors: under SEVERITY_ADJUSTED it is removed who they are, beside
//! a MEAN it is told what that would make of a score, and how far a round can be trusted is
//! for everybody to read.

mod deciding;
mod measured;
mod rounds;
mod together;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{Postgres, Sqlite, Store};

/// A rubric with one question, so that a level is a score.
pub(crate) fn points(aggregation: &str, quorum: u32) -> Value {
    json!({
        "key": "points", "name": "Points", "method": "WEIGHTED_SUM",
        "aggregation": aggregation, "quorum": quorum, "isBlind": true, "revealsAuthor": true,
        "criteria": [{
            "key": "worth", "name": "Worth", "question": "How much is it worth?",
            "kind": "BENEFIT", "weight": 1, "isRequired": true,
            "minimum": 0, "maximum": 100, "step": 1,
            "levels": [
                {"value": 0, "anchor": "Nothing"},
                {"value": 50, "anchor": "Something"},
                {"value": 100, "anchor": "All"},
            ],
        }],
    })
}

/// SCORING.md W5: A, B, C, D and E by ann, bo, cy and dee.
const W5: [(&str, [Option<u8>; 4]); 5] = [
    ("A", [Some(72), Some(70), Some(74), None]),
    ("B", [Some(66), Some(64), None, Some(50)]),
    ("C", [None, Some(58), Some(62), Some(46)]),
    ("D", [Some(70), None, Some(68), Some(52)]),
    ("E", [Some(64), Some(62), Some(66), None]),
];

/// SCORING.md W6: two panels that share nobody.
const W6: [(&str, [Option<u8>; 4]); 4] = [
    ("A", [Some(80), Some(78), None, None]),
    ("B", [Some(60), Some(64), None, None]),
    ("C", [None, None, Some(50), Some(54)]),
    ("D", [None, None, Some(30), Some(28)]),
];

pub(crate) async fn gives(person: &Person, idea: &Idea, level: u8) {
    let ratings = json!([{"criterion": "worth", "level": level}]);
    let answer = person.try_to_assess(idea, ratings, "assessment { id }");
    answer.await.ok();
}

/// A house in which four assessors gave that under a rubric of this aggregation; the ideas in
/// order.
async fn judged(
    store: Store,
    aggregation: &str,
    rated: &[(&str, [Option<u8>; 4])],
) -> Option<(Panel, Vec<Idea>)> {
    let panel = Panel::seated(store, 4).await?;
    panel.publish(points(aggregation, 2)).await;
    let mut ideas = Vec::new();
    for (title, levels) in rated {
        let idea = panel.author.submit(title).await;
        panel.lead.accept_under(&idea, Some("points")).await;
        for (assessor, level) in panel.assessors.iter().zip(levels) {
            if let Some(level) = level {
                gives(assessor, &idea, *level).await;
            }
        }
        ideas.push(idea);
    }
    Some((panel, ideas))
}

/// The backlog as somebody reads it.
async fn backlog(person: &Person, fields: &str) -> Vec<Value> {
    let question = format!(
        "{{ backlog(filter: {{rubric: \"points\"}}) {{ nodes {{ idea {{ id title }} {fields} }} }} }}"
    );
    let answer = person.post(&question, json!({})).await;
    answer.at("backlog.nodes").as_array().unwrap().clone()
}

async fn quality(person: &Person) -> Value {
    let question = "{ roundQuality(rubric: \"points\") { ideaCount assessmentCount spread
        degreesOfFreedom highDisagreementCount alphaInterval icc reliability assessorsNeeded
        components assessors { member { name } alias assessmentCount leniency } } }";
    let answer = person.post(question, json!({})).await;
    answer.at("roundQuality").clone()
}

fn hundredths(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 100.0).round() as i64
}

#[track_caller]
fn near(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-4, "{found}, not {expected}");
}

const PLACE: &str = "rank rankLow rankHigh scorecard { total low high spread disagreement
    severityCorrection lines { contribution } adjusted { total } comparability sentence }";

/// Title, total, rank and its range.
fn places(list: &[Value]) -> Vec<(String, f64, i64, i64, i64)> {
    let whole = |value: &Value| value.as_i64().unwrap();
    list.iter()
        .map(|node| {
            (
                node["idea"]["title"].as_str().unwrap().to_owned(),
                node["scorecard"]["total"].as_f64().unwrap(),
                whole(&node["rank"]),
                whole(&node["rankLow"]),
                whole(&node["rankHigh"]),
            )
        })
        .collect()
}

#[rstest]
#[tokio::test]
async fn what_a_strict_assessor_takes_away_is_given_back(#[values(Sqlite, Postgres)] store: Store) {
    let Some((panel, ideas)) = judged(store, "SEVERITY_ADJUSTED", &W5).await else {
        return;
    };
    panel.app.calendar_turns().await;

    let list = backlog(&panel.author, PLACE).await;

    let expected = [
        ("A", 70.2, 1, 1, 4),
        ("D", 63.56, 2, 1, 5),
        ("E", 62.2, 3, 1, 5),
        ("B", 60.86, 4, 1, 5),
        ("C", 56.06, 5, 2, 5),
    ];
    let expected =
        expected.map(|(title, total, rank, low, high)| (title.to_owned(), total, rank, low, high));
    assert_eq!(places(&list), expected);
    for node in &list {
        let card = &node["scorecard"];
        let line = hundredths(&card["lines"][0]["contribution"]);
        let correction = hundredths(&card["severityCorrection"]);
        assert_eq!(line + correction, hundredths(&card["total"]));
        near(&card["spread"], 9.1287);
        assert_eq!(card["disagreement"], "OK");
        assert_eq!(card["adjusted"], Value::Null);
        assert_eq!(card["comparability"], "CONNECTED");
    }
    // 70.1961 ∓ 2.1448 · 5.9957
    assert_eq!(
        (&list[0]["scorecard"]["low"], &list[0]["scorecard"]["high"]),
        (&json!(57.34), &json!(83.06))
    );
    assert_eq!(list[1]["scorecard"]["severityCorrection"], 0.23);
    let told = list[1]["scorecard"]["sentence"].as_str().unwrap();
    let stricter = "Its assessors are stricter than their colleagues: that adds 0.23.";
    assert!(told.contains(stricter), "{told}");

    // The neighbors differ by the lines and by who judged them.
    let question = "query($id: ID!) { explainRank(ideaId: $id) { rank rankLow rankHigh
        clearlyBetter clearlyWorse sentence changes { kind }
        above { idea { title } gap isClear severityCorrection lines { gap } }
        below { idea { title } gap isClear severityCorrection lines { gap } } } }";
    let answer = panel
        .author
        .post(question, json!({"id": ideas[3].id}))
        .await;
    let why = answer.at("explainRank");
    assert_eq!(why["above"]["idea"]["title"], "A");
    assert_eq!(why["below"]["idea"]["title"], "E");
    for (side, gap, line, correction) in [("above", 664, 867, -203), ("below", -136, 67, -203)] {
        let side = &why[side];
        assert_eq!(hundredths(&side["gap"]), gap);
        assert_eq!(hundredths(&side["lines"][0]["gap"]), line);
        assert_eq!(hundredths(&side["severityCorrection"]), correction);
        assert_eq!(side["isClear"], false);
    }
    assert_eq!(
        (&why["clearlyBetter"], &why["clearlyWorse"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(why["changes"], json!([]));
    crate::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn scores_of_panels_that_share_nobody_say_so(#[values(Sqlite, Postgres)] store: Store) {
    let Some((panel, _)) = judged(store, "SEVERITY_ADJUSTED", &W6).await else {
        return;
    };
    panel.app.calendar_turns().await;

    let list = backlog(&panel.author, PLACE).await;

    let expected = [
        ("A", 79.0, 1, 1, 2),
        ("B", 62.0, 2, 1, 3),
        ("C", 52.0, 3, 2, 3),
        ("D", 29.0, 4, 4, 4),
    ];
    let expected =
        expected.map(|(title, total, rank, low, high)| (title.to_owned(), total, rank, low, high));
    assert_eq!(places(&list), expected);
    for node in &list {
        assert_eq!(node["scorecard"]["comparability"], "DISCONNECTED");
    }
    assert_eq!(quality(&panel.author).await["components"], 2);
}

#[rstest]
#[tokio::test]
async fn beside_a_mean_stands_what_it_would_be_without_leniency(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ideas)) = judged(store, "MEAN", &W5).await else {
        return;
    };
    let fields =
        "rank scorecard { total severityCorrection adjusted { total rank } comparability }";
    for node in backlog(&panel.author, fields).await {
        assert_eq!(node["scorecard"]["adjusted"], Value::Null);
        assert_eq!(node["scorecard"]["comparability"], Value::Null);
    }
    panel.app.calendar_turns().await;

    let list = backlog(&panel.author, fields).await;

    let found: Vec<Value> = list
        .iter()
        .map(|node| {
            let card = &node["scorecard"];
            json!([
                node["idea"]["title"],
                node["rank"],
                card["total"],
                card["adjusted"]
            ])
        })
        .collect();
    let expected = json!([
        ["A", 1, 72.0, {"total": 70.2, "rank": 1}],
        ["E", 2, 64.0, {"total": 62.2, "rank": 3}],
        ["D", 3, 63.33, {"total": 63.56, "rank": 2}],
        ["B", 4, 60.0, {"total": 60.86, "rank": 4}],
        ["C", 5, 55.33, {"total": 56.06, "rank": 5}],
    ]);
    assert_eq!(json!(found), expected);
    assert_eq!(list[0]["scorecard"]["severityCorrection"], 0.0);

    // Its own newest assessments are in it at once: 60 + (100 − 70) / 3, and it is in nobody's
    // way where it stood.
    gives(&panel.assessors[2], &ideas[2], 92).await;
    let seen = panel
        .author
        .sees(&ideas[2], "scorecard { total adjusted { total rank } }");
    let expected = json!({"total": 65.33, "adjusted": {"total": 66.06, "rank": 2}});
    assert_eq!(seen.await["scorecard"], expected);
}

#[rstest]
#[tokio::test]
async fn adjusted_scores_of_a_page_take_one_statement(#[values(Sqlite, Postgres)] store: Store) {
    let Some((panel, _)) = judged(store, "MEAN", &W5).await else {
        return;
    };
    panel.app.calendar_turns().await;
    let fields = "scorecard { total }";
    backlog(&panel.author, fields).await;
    let app = &panel.app;

    let begun = app.db().statements();
    backlog(&panel.author, fields).await;
    let plain = app.db().statements() - begun;
    let begun = app.db().statements();
    backlog(&panel.author, "scorecard { total adjusted { total rank } }").await;

    assert_eq!(app.db().statements() - begun, plain + 1);
}

#[rstest]
#[tokio::test]
async fn a_page_of_corrected_scores_takes_one_statement_more_however_long(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, _)) = judged(store, "SEVERITY_ADJUSTED", &W5).await else {
        return;
    };
    panel.app.calendar_turns().await;
    let mut counts = Vec::new();
    for first in [1, 5] {
        let question = format!(
            "{{ backlog(filter: {{rubric: \"points\"}}, first: {first}) {{ nodes {{ {PLACE} }} }} }}"
        );
        panel.author.post(&question, json!({})).await.ok();
        let begun = panel.app.db().statements();
        panel.author.post(&question, json!({})).await.ok();
        counts.push(panel.app.db().statements() - begun);
    }
    assert_eq!(counts[0], counts[1]);
}
