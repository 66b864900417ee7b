//! Frozen rankings: what everybody saw that day, computed again whatever became of it since.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};

use super::whole;
use crate::support::panel::{Levels, Panel};
use crate::support::people::{Answer, Person};
use crate::support::{Store, Store::*};
use crate::verify::{fits, misfit, tamper};

async fn publish(person: &Person, input: Value) -> Answer {
    let fields = "ranking { id number inputHash isReproduced }";
    person.act("publishRanking", input, fields).await
}

const RANKING: &str = "query($number: Int!) { ranking(number: $number) {
    id number reason publishedBy { name } rubricVersion { number } inputHash isReproduced
    entries(first: 50) { totalCount nodes { rank score idea { title } } } } }";

async fn read(person: &Person, number: i64) -> Value {
    let answer = person.post(RANKING, json!({"number": number})).await;
    answer.at("ranking").clone()
}

fn lines(ranking: &Value) -> Vec<String> {
    let nodes = ranking["entries"]["nodes"].as_array().unwrap();
    let line = |node: &Value| {
        let title = node["idea"]["title"].as_str().unwrap();
        format!("{} {title} {}", node["rank"], node["score"])
    };
    nodes.iter().map(line).collect()
}

const OPEN: Levels = [4, 4, 4, 4, 0, 2];

/// Ideas with ties and an open answer, and one that is confidential.
async fn furnished(panel: &Panel) -> Vec<crate::support::acts::Idea> {
    let mut ideas = Vec::new();
    for (title, levels) in [
        ("A", [5, 5, 5, 5, 5, 1]),
        ("B", OPEN),
        ("C", [3; 6]),
        ("D", [3; 6]),
        ("E", [1, 1, 1, 1, 1, 5]),
        ("Secret", [5, 5, 5, 5, 5, 1]),
    ] {
        ideas.push(panel.rated(title, &[levels; 3]).await);
    }
    hide(panel, &ideas[5].id).await;
    ideas
}

async fn hide(panel: &Panel, id: &str) {
    let input = json!({"ideaId": id, "visibility": "CONFIDENTIAL"});
    panel
        .author
        .act("updateIdea", input, "idea { id }")
        .await
        .ok();
}

#[rstest]
#[tokio::test]
async fn a_frozen_ranking_stays_what_it_was_and_comes_out_again(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(mut panel) = Panel::seated(store, 3).await else {
        return;
    };
    let ideas = furnished(&panel).await;
    let admin = panel.app.person("Ada", &["ADMIN"]).await;
    let list = whole(&panel.author).await;
    assert_eq!(read(&panel.author, 1).await, json!(null));
    let input = json!({"reason": "For the board.", "idempotencyKey": "k"});
    let first = publish(&panel.lead, input.clone()).await;
    assert_eq!(first.at("publishRanking.ranking.number"), 1);
    // The same again is the same ranking.
    assert_eq!(publish(&panel.lead, input).await.data(), first.data());

    let frozen = read(&panel.author, 1).await;
    assert_eq!(frozen["reason"], "For the board.");
    assert_eq!(frozen["publishedBy"]["name"], "Lea");
    assert_eq!(frozen["rubricVersion"]["number"], 1);
    assert_eq!(frozen["isReproduced"], true);
    assert_eq!(frozen["inputHash"].as_str().unwrap().len(), 64);
    assert_eq!(frozen["entries"]["totalCount"], 5);
    let shown: Vec<String> = list
        .iter()
        .filter(|entry| entry["idea"]["title"] != "Secret")
        .map(|entry| {
            let title = entry["idea"]["title"].as_str().unwrap();
            format!("{} {title} {}", entry["rank"], entry["scorecard"]["total"])
        })
        .collect();
    assert_eq!(lines(&frozen), shown);
    assert_eq!(lines(&frozen)[2..4], ["3 C 50.0", "3 D 50.0"]);
    let by_id = "query($id: ID!) { node(id: $id) { id ... on Ranking { number } } }";
    let node = panel.author.post(by_id, json!({"id": frozen["id"]})).await;
    assert_eq!(node.at("node.number"), 1);

    // Everything moves on.
    panel.rate(&ideas[0], &[[1; 6], [2; 6]]).await;
    let gone = json!({"ideaId": ideas[1].id});
    panel
        .author
        .act("withdrawIdea", gone, "idea { id }")
        .await
        .ok();
    let merge = json!({"ideaId": ideas[2].id, "intoId": ideas[3].id, "reason": "The same."});
    panel
        .lead
        .act("mergeIdeas", merge, "idea { id }")
        .await
        .ok();
    let redact = json!({"subjectId": ideas[3].id, "reason": "A name stood there."});
    admin.act("redact", redact, "subject { id }").await.ok();
    let left = panel.assessors.remove(2);
    let erase = json!({"memberId": left.id, "erase": true, "reason": "A new job."});
    admin
        .act("deactivateMember", erase, "member { id }")
        .await
        .ok();
    let erase = json!({"memberId": panel.author.id, "erase": true, "reason": "Another one."});
    let stranger = panel.app.member("Stranger").await;
    hide(&panel, &ideas[4].id).await;
    admin
        .act("deactivateMember", erase, "member { id }")
        .await
        .ok();

    let now = read(&stranger, 1).await;
    for field in ["id", "reason", "inputHash", "isReproduced"] {
        assert_eq!(now[field], frozen[field], "{field}");
    }
    // What became confidential is not there any more, and its rank is not given away.
    assert_eq!(
        lines(&now),
        [&shown[0], &shown[1], &shown[2], "3 [redacted] 50.0",]
    );
    assert_eq!(now["entries"]["totalCount"], 4);
    assert_eq!(read(&panel.lead, 1).await["entries"]["totalCount"], 5);

    // A filter lists fewer and moves no rank; the number counts on.
    let input = json!({"reason": "The best.", "filter": {"minimumScore": 50.0}});
    let second = publish(&panel.lead, input).await;
    assert_eq!(second.at("publishRanking.ranking.number"), 2);
    assert_eq!(second.at("publishRanking.ranking.isReproduced"), true);
    let list = "{ rankings(first: 1) { totalCount nodes { number } pageInfo { endCursor } } }";
    let page = stranger.post(list, json!({})).await;
    assert_eq!(page.at("rankings.totalCount"), 2);
    assert_eq!(page.at("rankings.nodes"), &json!([{"number": 2}]));
    let next = "query($after: String) { rankings(after: $after) { nodes { number } } }";
    let after = page.at("rankings.pageInfo.endCursor");
    let page = stranger.post(next, json!({"after": after})).await;
    assert_eq!(page.at("rankings.nodes"), &json!([{"number": 1}]));
    assert!(fits(&panel.app).contains(", 2 frozen rankings"));
}

#[rstest]
#[tokio::test]
async fn a_byte_that_changed_is_found(
    #[values(Sqlite, Postgres)] store: Store,
    #[values(
        ("update ranking set snapshot = replace(snapshot, '\"submittedAt\":', '\"submittedAt\": ')", "is not what was published", false),
        ("update ranking set snapshot = replace(snapshot, '5.0', '4.0')", "is not what was published", false),
        ("update ranking set input_hash = 'x'", "is not what was published", false),
        ("update ranking set reason = 'Another.'", "is not what was published", true),
        ("update ranking set number = 7", "no event tells of ranking 7", true),
        ("update ranking_entry set key = key + 1 where place = 2", "does not come out as it was published", false),
        ("update ranking_entry set rank = rank + 1 where place = 5", "does not come out as it was published", false),
        ("delete from ranking_entry where place = 5", "does not come out as it was published", false)
    )]
    (statement, told, is_reproduced): (&str, &str, bool),
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    furnished(&panel).await;
    publish(&panel.lead, json!({"reason": "For the board."}))
        .await
        .ok();
    fits(&panel.app);

    tamper(&panel.app, statement, 1).await;

    let found = misfit(&panel.app);
    assert!(found.contains(told), "{found}");
    let number = if told.ends_with('7') { 7 } else { 1 };
    let frozen = read(&panel.author, number).await;
    assert_eq!(frozen["isReproduced"], is_reproduced);
}

#[rstest]
#[tokio::test]
async fn rankings_published_at_once_are_numbered_without_a_gap(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    furnished(&panel).await;
    let begun: Vec<_> = (0..20)
        .map(|at| {
            let lead = panel.lead.clone();
            let input = json!({"reason": format!("Reason {at}")});
            tokio::spawn(async move {
                let answer = publish(&lead, input).await;
                answer.at("publishRanking.ranking.number").as_i64().unwrap()
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for one in begun {
        numbers.insert(one.await.unwrap());
    }
    assert_eq!(numbers, (1..=20).collect());
    assert!(fits(&panel.app).contains(", 20 frozen rankings"));
}

#[rstest]
#[tokio::test]
async fn a_ranking_needs_a_reason_and_something_that_everybody_sees(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let secret = panel.rated("Secret", &[[5; 6]; 3]).await;
    hide(&panel, &secret.id).await;
    for (input, reason) in [
        (json!({"reason": " "}), "REASON_MISSING"),
        (
            json!({"reason": "x", "filter": {"rubric": "none"}}),
            "UNKNOWN_RUBRIC",
        ),
        (json!({"reason": "x"}), "NOTHING_RANKED"),
        (
            json!({"reason": "x", "filter": {"states": []}}),
            "NOTHING_RANKED",
        ),
    ] {
        let answer = publish(&panel.lead, input).await;
        answer.refused_because("BAD_USER_INPUT", reason);
    }
    let answer = publish(&panel.author, json!({"reason": " "})).await;
    answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    let wrong = json!({"reason": " ", "filter": {"rubric": "none", "minimumScore": 50.0}});
    let answer = publish(&panel.lead, wrong).await;
    let told = answer.refused_because("BAD_USER_INPUT", "REASON_MISSING");
    assert_eq!(
        told["extensions"]["faults"][1],
        json!({"path": ["input", "filter", "rubric"], "reason": "UNKNOWN_RUBRIC",
            "message": "There is no rubric with the key \"none\"."})
    );
    let wrong =
        json!({"reason": " ", "filter": {"tags": vec!["light"; 101], "search": "x".repeat(2_000)}});
    let answer = publish(&panel.lead, wrong).await;
    let told = answer.refused("BAD_USER_INPUT");
    let faults = told["extensions"]["faults"].as_array().unwrap();
    assert!(faults.len() > 1, "{told}");
    for fault in &faults[1..] {
        assert_eq!(
            (&fault["path"][0], &fault["path"][1]),
            (&json!("input"), &json!("filter"))
        );
    }
    let list = "{ rankings { totalCount } }";
    let answer = panel.author.post(list, json!({})).await;
    assert_eq!(answer.at("rankings.totalCount"), 0);
}
