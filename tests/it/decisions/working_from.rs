//! What leads work from: the appeals that wait, due first first, and how much there is.

use rstest::rstest;

use super::*;
use crate::support::panel::Panel;

const APPEALS: &str = "query($state: AppealState, $first: Int, $after: String, $last: Int,
        $before: String) {
    appeals(state: $state, first: $first, after: $after, last: $last, before: $before) {
        totalCount edges { cursor } nodes { id state dueAt openedBy { name }
            decision { kind decidedBy { name } idea { number title } } }
        pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }";

/// The titles on a page of appeals.
fn titles(answer: &Answer) -> Vec<&str> {
    let nodes = answer.at("appeals.nodes").as_array().unwrap().iter();
    nodes
        .map(|node| node["decision"]["idea"]["title"].as_str().unwrap())
        .collect()
}

#[rstest]
#[tokio::test]
async fn leads_see_the_appeals_that_wait_page_by_page(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bea = panel.app.person("Bea", &["LEAD"]).await;
    let mut appeals = Vec::new();
    for title in ["A", "B", "C", "D", "E"] {
        let more = match title {
            "C" => json!({"visibility": "CONFIDENTIAL"}),
            _ => json!({}),
        };
        let idea = panel.idea_with(title, more).await;
        lead.decides(&idea, "DECLINE", json!({})).await;
        let decision = author.last_decision(&idea).await;
        appeals.push(author.appeals(&decision).await);
        panel.app.days_pass(1);
    }
    bea.resolve(&appeals[1], "UPHELD").await.ok();
    bea.resolve(&appeals[3], "DISMISSED").await.ok();

    let all = bea.post(APPEALS, json!({})).await;
    assert_eq!(titles(&all), ["A", "B", "C", "D", "E"]);
    assert_eq!(all.at("appeals.totalCount"), 5);
    for (state, expected) in [
        ("OPEN", &["A", "C", "E"] as &[&str]),
        ("UPHELD", &["B"]),
        ("DISMISSED", &["D"]),
    ] {
        let some = lead.post(APPEALS, json!({"state": state})).await;
        assert_eq!(titles(&some), expected);
        assert_eq!(some.at("appeals.totalCount"), expected.len());
    }
    let first = bea
        .post(APPEALS, json!({"first": 2, "state": "OPEN"}))
        .await;
    assert_eq!(titles(&first), ["A", "C"]);
    assert_eq!(first.at("appeals.pageInfo.hasNextPage"), true);
    let cursor = first.text("appeals.pageInfo.endCursor");
    let page = json!({"first": 2, "state": "OPEN", "after": cursor});
    let rest = bea.post(APPEALS, page).await;
    assert_eq!(titles(&rest), ["E"]);
    assert_eq!(rest.at("appeals.pageInfo.hasNextPage"), false);
    let cursor = rest.text("appeals.pageInfo.startCursor");
    let back = bea
        .post(APPEALS, json!({"last": 3, "before": cursor}))
        .await;
    assert_eq!(titles(&back), ["B", "C", "D"]);
    let bad = bea.post(APPEALS, json!({"after": "x"})).await;
    bad.refused_because("BAD_USER_INPUT", "BAD_CURSOR");

    for person in [author, &panel.assessors[0]] {
        let refused = person.post(APPEALS, json!({})).await;
        refused.refused_because("FORBIDDEN", "ROLE_NEEDED");
        let refused = person.post("{ counts { openAppeals } }", json!({})).await;
        refused.refused_because("FORBIDDEN", "ROLE_NEEDED");
    }
}

#[rstest]
#[tokio::test]
async fn a_page_of_appeals_costs_as_many_statements_however_long_it_is(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let counted = async |query: &str, first: usize| {
        let before = panel.app.db().statements();
        let answer = panel.lead.post(query, json!({"first": first})).await;
        answer.ok();
        panel.app.db().statements() - before
    };
    for number in 0..12 {
        let idea = panel.idea(&format!("Idea {number}")).await;
        panel.lead.decides(&idea, "DECLINE", json!({})).await;
        let decision = panel.author.last_decision(&idea).await;
        panel.author.appeals(&decision).await;
        panel.lead.review(&decision, "YES").await.ok();
    }
    let ideas = "query($first: Int) { ideas(first: $first) { nodes { viewerCan
        nextSteps { closedReason } waitingFor { sentence }
        decisions { kind review { held } appeals { state } } } } }";
    for query in [APPEALS, ideas] {
        counted(query, 1).await;
        let (three, twelve) = (counted(query, 3).await, counted(query, 12).await);
        // Where one thing is found by way of another, how many questions come together
        // depends on the moment, and never on how many there are.
        assert!(three <= 15 && twelve <= 15, "{three}, {twelve} statements");
    }
    let before = panel.app.db().statements();
    let counts = "{ counts { byState { count } openAppeals } }";
    let counts = panel.lead.post(counts, json!({})).await;
    assert_eq!(counts.at("counts.openAppeals"), 12);
    let statements = panel.app.db().statements() - before;
    // One of them finds who asks.
    assert!(statements <= 3, "{statements} statements");
}

#[rstest]
#[tokio::test]
async fn leads_see_how_much_there_is_in_every_state(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    author.submit_with("Mine", json!({"asDraft": true})).await;
    let late = author.submit("Late").await;
    panel.app.days_pass(8);
    author.submit("New").await;
    let hidden = json!({"visibility": "CONFIDENTIAL"});
    author.submit_with("Hidden", hidden).await;
    panel.rated("Ranked", &[[3; 6]; 3]).await;
    let declined = panel.idea("Declined").await;
    lead.decides(&declined, "DECLINE", json!({})).await;
    author.appeals(&author.last_decision(&declined).await).await;
    let query = "{ counts { byState { state count overdue } openAppeals } }";
    let some = async || {
        let answer = lead.post(query, json!({})).await;
        let counts = answer.at("counts").clone();
        let all = counts["byState"].as_array().unwrap();
        let states: Vec<&str> = all.iter().map(|it| it["state"].as_str().unwrap()).collect();
        let every = sluice::ideas::lifecycle::State::ALL.iter();
        assert_eq!(
            states,
            every.map(|state| state.as_str()).collect::<Vec<_>>()
        );
        let some = all
            .iter()
            .filter(|it| it["count"] != 0 || it["overdue"] != 0);
        let some: Vec<Value> = some
            .map(|it| json!([it["state"], it["count"], it["overdue"]]))
            .collect();
        (json!(some), counts["openAppeals"].clone())
    };

    assert_eq!(
        some().await,
        (
            json!([["SUBMITTED", 3, 1], ["BACKLOG", 1, 0], ["DECLINED", 1, 0]]),
            json!(1)
        )
    );
    lead.accept(&late).await;
    lead.submit_with("Draft", json!({"asDraft": true})).await;
    panel.app.days_pass(15);
    assert_eq!(
        some().await,
        (
            json!([
                ["DRAFT", 1, 0],
                ["SUBMITTED", 2, 2],
                ["IN_ASSESSMENT", 1, 0],
                ["BACKLOG", 1, 0],
                ["DECLINED", 1, 1]
            ]),
            json!(1)
        )
    );
}
