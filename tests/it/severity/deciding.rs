//! What leniencies change about decisions, and ideas that are judged for a hackathon.

use rstest::rstest;
use serde_json::{Value, json};

use super::{W5, backlog, gives, hundredths, judged};
use crate::support::panel::Panel;
use crate::support::{Store, Store::*};

#[rstest]
#[tokio::test]
async fn going_against_a_corrected_ranking_shows(#[values(Sqlite, Postgres)] store: Store) {
    // Five that nobody doubts, and a strict assessor who saw the second alone.
    let rated = [
        ("A", [Some(95), Some(94), Some(95), None]),
        ("B", [Some(80), Some(80), None, Some(50)]),
        ("C", [Some(72), Some(72), Some(72), None]),
        ("D", [Some(40), None, Some(40), Some(10)]),
        ("E", [Some(5), Some(4), Some(5), None]),
    ];
    let Some((panel, ideas)) = judged(store, "SEVERITY_ADJUSTED", &rated).await else {
        return;
    };
    panel.app.calendar_turns().await;
    let list = backlog(&panel.author, "rank rankLow rankHigh").await;
    for node in &list {
        let whole = |field: &str| node[field].as_i64().unwrap();
        assert!(whole("rankLow") <= whole("rank") && whole("rank") <= whole("rankHigh"));
    }
    let (best, last) = (&ideas[0], &ideas[4]);
    let revisit = "2026-05-01T09:00:00Z";
    for (idea, outcome, more, is_override) in [
        (best, "DECLINE", json!({}), true),
        (best, "HOLD", json!({"revisitAt": revisit}), true),
        (last, "DECLINE", json!({}), false),
        (last, "ADOPT", json!({"handedTo": "Roadmap"}), true),
    ] {
        let mut input = json!({"ideaId": idea.id, "outcome": outcome, "reason": "So it is."});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let answer = panel
            .lead
            .act("decideIdea", input, "decision { isOverride rankThen }");
        let answer = answer.await;
        let decision = answer.at("decideIdea.decision");
        assert_eq!(decision["isOverride"], is_override, "{outcome} {decision}");
        if outcome != "ADOPT" {
            let input = json!({"ideaId": idea.id, "outcome": "REOPEN", "reason": "Once more."});
            panel
                .lead
                .act("decideIdea", input, "idea { state }")
                .await
                .ok();
            panel.app.calendar_turns().await;
        }
    }
    crate::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn an_idea_is_judged_as_a_hackathon_judges(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let criteria = [
        "problem",
        "fit",
        "effectiveness",
        "impact",
        "feasibility",
        "novelty",
        "ease",
        "simplicity",
    ];
    let ratings = |level: u8, most: usize| -> Value {
        let all = criteria.iter().take(most);
        all.map(|criterion| json!({"criterion": criterion, "level": level}))
            .collect()
    };
    let mut ideas = Vec::new();
    for title in ["A", "B"] {
        let idea = panel.author.submit(title).await;
        panel
            .lead
            .accept_under(&idea, Some("hackathon-judging"))
            .await;
        ideas.push(idea);
    }
    // All of it must be answered.
    let answer = panel.assessors[0].try_to_assess(
        &ideas[0],
        ratings(4, 7),
        "assessment { isCounted } idea { state assessmentProgress { submitted } }",
    );
    let answer = answer.await;
    assert_eq!(
        answer.at("submitAssessment"),
        &json!({
            "assessment": {"isCounted": false},
            "idea": {"state": "IN_ASSESSMENT", "assessmentProgress": {"submitted": 0}},
        })
    );
    // The first two are both seen by all; the third gives two levels less.
    for (idea, levels) in ideas.iter().zip([[4, 5, 2], [3, 4, 1]]) {
        for (assessor, level) in panel.assessors.iter().zip(levels) {
            let answer = assessor.try_to_assess(idea, ratings(level, 8), "idea { id }");
            answer.await.ok();
        }
    }
    panel.app.calendar_turns().await;

    let card = "state rank scorecard { total assessmentCount quorum severityCorrection
        comparability adjusted { total } lines { contribution } rubricVersion { number } }";
    // Who is generous and who is strict saw both: 75, 100 and 25 are 66.67; a level less, 41.67.
    for (idea, total, rank) in [(&ideas[0], 66.67, 1), (&ideas[1], 41.67, 2)] {
        let seen = panel.author.sees(idea, card).await;
        assert_eq!(seen["state"], "BACKLOG");
        assert_eq!(seen["rank"], rank);
        let card = &seen["scorecard"];
        assert_eq!(card["total"], total, "{card}");
        assert_eq!(
            (&card["quorum"], &card["assessmentCount"]),
            (&json!(2), &json!(3))
        );
        assert_eq!(card["severityCorrection"], 0.0);
        assert_eq!(card["adjusted"], Value::Null);
        assert_eq!(card["comparability"], "CONNECTED");
        let lines = card["lines"].as_array().unwrap();
        assert_eq!(lines.len(), 8);
        let sum: i64 = lines
            .iter()
            .map(|line| hundredths(&line["contribution"]))
            .sum();
        assert_eq!(sum, hundredths(&card["total"]));
    }
}

#[rstest]
#[tokio::test]
async fn hundreds_may_assess_one_idea(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some((panel, ideas)) = judged(store, aggregation, &W5[..2]).await else {
        return;
    };
    let idea = &ideas[0];
    let mut begun = Vec::new();
    for part in 0..21_u8 {
        let (panel, idea) = (panel.clone(), idea.clone());
        begun.push(tokio::spawn(async move {
            for number in 0..10_u8 {
                let name = format!("Many{part}-{number}");
                let who = panel.app.person(&name, &["ASSESSOR"]).await;
                gives(&who, &idea, 50 + number).await;
            }
        }));
    }
    for one in begun {
        one.await.unwrap();
    }
    panel.app.calendar_turns().await;

    // 21 · (50 + … + 59), and 72 + 70 + 74.
    let mean = f64::from(21 * 545 + 216) / 213.0;
    let seen = panel.author.sees(
        idea,
        "scorecard { total low high assessmentCount severityCorrection lines { contribution } }
            assessments(first: 100) { totalCount nodes { alias } pageInfo { hasNextPage } }",
    );
    let seen = seen.await;
    let card = &seen["scorecard"];
    assert_eq!(card["assessmentCount"], 213);
    let line = hundredths(&card["lines"][0]["contribution"]);
    let correction = hundredths(&card["severityCorrection"]);
    assert_eq!(line + correction, hundredths(&card["total"]));
    assert!((line - (100.0 * mean).round() as i64).abs() <= i64::from(aggregation != "MEAN"));
    assert!(card["low"].as_f64() < card["total"].as_f64());
    assert_eq!(seen["assessments"]["totalCount"], 213);
    assert_eq!(seen["assessments"]["pageInfo"]["hasNextPage"], true);
    let aliases = seen["assessments"]["nodes"].as_array().unwrap().iter();
    let aliases: std::collections::BTreeSet<&str> =
        aliases.map(|one| one["alias"].as_str().unwrap()).collect();
    assert_eq!(aliases.len(), 100);
    crate::verify::fits(&panel.app);
}
