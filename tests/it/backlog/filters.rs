//! Filters choose what is listed; they never move a rank.

use rstest::rstest;
use serde_json::{Value, json};

use super::{ranks, whole};
use crate::support::panel::{Levels, Panel};
use crate::support::{Store, Store::*};

const NO: Levels = [1, 1, 1, 1, 1, 5];
const YES: Levels = [5, 5, 5, 5, 5, 1];

/// Six ideas with scores of 100, 70, 50, 50, 30 and 0, one of them with torn assessors;
/// the one of 70 is taken back.
async fn furnished(panel: &Panel) {
    let tagged = |tags: &[&str]| json!({"tags": tags});
    for (title, tags, rated) in [
        ("Printer", &["desk", "paper"][..], [YES; 3]),
        ("Scanner", &["desk"], [[4, 4, 4, 4, 4, 3]; 3]),
        ("Shredder", &["paper"], [[3; 6]; 3]),
        ("Stapler", &[], [NO, YES, [3; 6]]),
        ("Lamp", &["desk"], [[2, 2, 2, 2, 3, 3]; 3]),
        ("Chair", &[], [NO; 3]),
    ] {
        let idea = panel.rated_with(title, tagged(tags), &rated).await;
        if title == "Scanner" {
            let input = json!({"ideaId": idea.id});
            panel
                .author
                .act("withdrawIdea", input, "idea { id }")
                .await
                .ok();
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_filter_lists_fewer_and_leaves_every_rank_as_it_is(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    furnished(&panel).await;
    let filtered = async |filter: Value| {
        let query = "query($filter: BacklogFilter) { backlog(filter: $filter, first: 10) {
            totalCount nodes { rank idea { title } } } }";
        let answer = panel.author.post(query, json!({"filter": filter})).await;
        let nodes = answer.at("backlog.nodes").as_array().unwrap().clone();
        let count = answer.at("backlog.totalCount").clone();
        assert_eq!(count, nodes.len(), "{filter}");
        let listed = ranks(&nodes);
        let listed = listed.iter().map(|(title, rank)| format!("{rank} {title}"));
        listed.collect::<Vec<_>>().join(", ")
    };

    let all = "1 Printer, 2 Shredder, 2 Stapler, 4 Lamp, 5 Chair";
    for (filter, listed) in [
        (json!(null), all),
        (json!({}), all),
        (json!({"states": ["BACKLOG"]}), all),
        (json!({"states": []}), ""),
        // What left shows the rank it would take.
        (json!({"states": ["WITHDRAWN"]}), "2 Scanner"),
        (
            json!({"states": ["WITHDRAWN", "BACKLOG"]}),
            "1 Printer, 2 Scanner, 2 Shredder, 2 Stapler, 4 Lamp, 5 Chair",
        ),
        (json!({"states": ["IN_ASSESSMENT", "SUBMITTED"]}), ""),
        (json!({"tags": ["paper"]}), "1 Printer, 2 Shredder"),
        (json!({"tags": ["DESK", "Paper"]}), "1 Printer"),
        (json!({"tags": []}), ""),
        (json!({"tags": ["wood"]}), ""),
        (
            json!({"minimumScore": 50}),
            "1 Printer, 2 Shredder, 2 Stapler",
        ),
        (json!({"minimumScore": 50.001}), "1 Printer"),
        (json!({"minimumScore": -5}), all),
        (json!({"minimumScore": 100.001}), ""),
        (json!({"minimumScore": 1e300}), ""),
        (json!({"search": "STAPLER"}), "2 Stapler"),
        (json!({"search": "lamp chair"}), ""),
        (json!({"disagreement": "HIGH"}), "2 Stapler"),
        (
            json!({"disagreement": "OK"}),
            "1 Printer, 2 Shredder, 4 Lamp, 5 Chair",
        ),
        (json!({"disagreement": "NOT_APPLICABLE"}), ""),
        (json!({"rubric": "innovation"}), all),
        (json!({"rubric": "rice"}), ""),
        (
            json!({"tags": ["desk"], "states": ["BACKLOG", "WITHDRAWN"], "minimumScore": 30}),
            "1 Printer, 2 Scanner, 4 Lamp",
        ),
    ] {
        assert_eq!(filtered(filter.clone()).await, listed, "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn a_page_that_cannot_be_is_refused_with_its_reason(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    panel.rated("Printer", &[YES; 3]).await;
    let query = "query($first: Int, $after: String, $last: Int, $filter: BacklogFilter) {
        backlog(first: $first, after: $after, last: $last, filter: $filter) {
            nodes { rank } } }";
    let foreign = panel
        .author
        .post("{ ideas(first: 1) { pageInfo { endCursor } } }", json!({}));
    let foreign = foreign.await.text("ideas.pageInfo.endCursor");

    for (arguments, reason) in [
        (json!({"first": 101}), "PAGE_TOO_LARGE"),
        (json!({"after": foreign}), "BAD_CURSOR"),
        (json!({"after": "b3Blbg"}), "BAD_CURSOR"),
        (json!({"after": ""}), "BAD_CURSOR"),
        (
            json!({"filter": {"rubric": "sheer-luck"}}),
            "UNKNOWN_RUBRIC",
        ),
    ] {
        let answer = panel.author.post(query, arguments.clone()).await;
        answer.refused_because("BAD_USER_INPUT", reason);
    }
    // The page holds none; the list is as long as it was.
    let none = "{ backlog(first: 0) { totalCount nodes { rank } } }";
    let answer = panel.author.post(none, json!({})).await;
    assert_eq!(answer.at("backlog"), &json!({"totalCount": 1, "nodes": []}));
    assert_eq!(whole(&panel.author).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_filter_has_an_end(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    panel.rated("Printer", &[YES; 3]).await;
    let query = "query($filter: BacklogFilter) { backlog(filter: $filter) { totalCount
        nodes { rank } } }";
    let (long, many) = ("a".repeat(1_001), vec!["desk"; 21]);

    for (filter, reasons) in [
        (json!({"search": long}), &["TEXT_TOO_LONG"][..]),
        (json!({"tags": many}), &["TOO_MANY_ITEMS"]),
        (
            json!({"search": long, "tags": many}),
            &["TEXT_TOO_LONG", "TOO_MANY_ITEMS"],
        ),
    ] {
        let answer = panel.author.post(query, json!({"filter": filter})).await;
        let error = answer.refused_because("BAD_USER_INPUT", reasons[0]);
        let faults = error["extensions"]["faults"].as_array().unwrap();
        let told: Vec<Value> = faults
            .iter()
            .map(|fault| json!([fault["path"], fault["reason"]]))
            .collect();
        let wanted: Vec<Value> = reasons.iter().map(|it| json!([["filter"], it])).collect();
        assert_eq!(told, wanted);
        assert_eq!(answer.data(), &json!({"backlog": null}));
    }
    // As long as may be, and what no idea can hold.
    for filter in [
        json!({"search": "a".repeat(1_000), "tags": vec!["desk"; 20]}),
        json!({"search": "a\u{0}b"}),
        json!({"tags": ["\u{0}"]}),
    ] {
        let answer = panel.author.post(query, json!({"filter": filter})).await;
        assert_eq!(answer.at("backlog"), &json!({"totalCount": 0, "nodes": []}));
    }
}
