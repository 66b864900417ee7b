//! A gate answered with no: the idea has a score and no rank, and its steward decides.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::panel::Panel;
use crate::support::{Store, Store::*};

/// A rubric with one criterion that scores and one gate.
fn with_a_gate() -> Value {
    let ends = json!([{"value": 1, "anchor": "No"}, {"value": 3, "anchor": "Some"},
        {"value": 5, "anchor": "Yes"}]);
    let gate = json!([{"value": 0, "anchor": "It is not."}, {"value": 1, "anchor": "It is."}]);
    json!({
        "key": "gated", "name": "Gated", "quorum": 2,
        "criteria": [
            {"key": "worth", "name": "Worth", "question": "Is it worth it?", "weight": 1,
                "minimum": 1, "maximum": 5, "levels": ends},
            {"key": "legal", "name": "Legal", "question": "Is it legal?", "kind": "GATE",
                "minimum": 0, "maximum": 1, "levels": gate},
        ],
    })
}

#[rstest]
#[tokio::test]
async fn an_idea_that_fails_a_gate_comes_to_the_backlog_without_a_rank_and_outside_the_list(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    panel.publish(with_a_gate()).await;
    let mut ideas = Vec::new();
    for (title, verdicts) in [("Sound", [1, 1]), ("Shady", [1, 0])] {
        let idea = panel.author.submit(title).await;
        panel.lead.accept_under(&idea, Some("gated")).await;
        for (assessor, verdict) in panel.assessors.iter().zip(verdicts) {
            let ratings = json!([{"criterion": "worth", "level": 5},
                {"criterion": "legal", "level": verdict}]);
            let answer = assessor
                .try_to_assess(&idea, ratings, "idea { state }")
                .await;
            answer.ok();
        }
        ideas.push(idea);
    }
    let fields = "state rank waitingFor { party } scorecard { status total
        lines { criterion { key } weight level contribution ratingCount } }";

    let shady = panel.author.sees(&ideas[1], fields).await;

    let line = |key: &str, weight: Value, level: f64, contribution: f64| {
        json!({"criterion": {"key": key}, "weight": weight, "level": level,
            "contribution": contribution, "ratingCount": 2})
    };
    assert_eq!(
        shady,
        json!({
            "state": "BACKLOG", "rank": null, "waitingFor": {"party": "STEWARD"},
            "scorecard": {
                "status": "GATED", "total": 100.0,
                "lines": [line("worth", json!(1.0), 5.0, 100.0), line("legal", json!(null), 0.5, 0.0)],
            },
        })
    );
    let query = "query($id: ID!) {
        explainRank(ideaId: $id) { rank }
        backlog(first: 5, filter: {rubric: \"gated\"}) { totalCount nodes { rank rankHigh idea { title } } }
        all: backlog(first: 5, filter: {rubric: \"gated\", states: [BACKLOG]}) { totalCount }
    }";
    let answer = panel.author.post(query, json!({"id": ideas[1].id})).await;
    assert_eq!(
        answer.ok(),
        &json!({
            "explainRank": null,
            "backlog": {
                "totalCount": 1,
                "nodes": [{"rank": 1, "rankHigh": 1, "idea": {"title": "Sound"}}],
            },
            "all": {"totalCount": 1},
        })
    );

    // Whoever said no thinks again: now it has a rank, and shares it.
    let ratings = json!([{"criterion": "worth", "level": 5}, {"criterion": "legal", "level": 1}]);
    panel.assessors[1]
        .try_to_assess(&ideas[1], ratings, "idea { id }")
        .await
        .ok();
    let opened = panel
        .author
        .sees(&ideas[1], "rank scorecard { status }")
        .await;
    assert_eq!(
        opened,
        json!({"rank": 1, "scorecard": {"status": "RANKED"}})
    );
}
