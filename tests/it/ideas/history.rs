//! The history everybody reads: what happened, by whom, and what was said with it.

use rstest::rstest;
use sea_orm::EntityTrait;
use sluice::entity::event;
use sluice::platform::ids::{opaque, split};
use sluice::platform::page::{decode, encode};
use uuid::Uuid;

use super::*;

#[rstest]
#[tokio::test]
async fn everything_that_happened_is_told_in_order(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let lead = app.person("Lea", &["LEAD"]).await;
    let mut times = Vec::new();
    let mut note = || times.push(instant(app.clock().now()));

    let bees = ann.submit_with("Bees", json!({"asDraft": true})).await;
    ann.on(&bees, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();
    note();
    ann.update(&bees, json!({"title": "Wasps", "tags": ["sting"]}))
        .await
        .ok();
    note();
    bob.on(&bees, "supportIdea", json!({}), "idea { id }")
        .await
        .ok();
    note();
    lead.screen(&bees, "NEEDS_INFO", json!({"reason": "How many?"}))
        .await
        .ok();
    note();
    ann.on(
        &bees,
        "answerQuestion",
        json!({"answer": "Seven."}),
        "idea { id }",
    )
    .await
    .ok();
    note();
    lead.screen(&bees, "ACCEPT", json!({"reason": "Clear."}))
        .await
        .ok();
    note();
    ann.on(
        &bees,
        "withdrawIdea",
        json!({"reason": "Solved."}),
        "idea { id }",
    )
    .await
    .ok();
    note();

    let wanted = [
        ("SUBMITTED", Some("Ann"), "Ann submitted the idea.", None),
        (
            "EDITED",
            Some("Ann"),
            "Ann changed title, tags: revision 2.",
            None,
        ),
        ("SUPPORTED", None, "One more person wants it.", None),
        (
            "SCREENED",
            Some("Lea"),
            "Lea asked the author a question.",
            Some("How many?"),
        ),
        (
            "QUESTION_ANSWERED",
            Some("Ann"),
            "Ann answered the question.",
            Some("Seven."),
        ),
        (
            "SCREENED",
            Some("Lea"),
            "Lea accepted it for assessment.",
            Some("Clear."),
        ),
        (
            "STATE_CHANGED",
            Some("Ann"),
            "Ann took the idea back.",
            Some("Solved."),
        ),
    ];
    let wanted: Vec<Value> = wanted
        .iter()
        .zip(&times)
        .map(|((kind, actor, sentence, reason), at)| {
            json!({
                "kind": kind, "actor": actor.map(|name| json!({"name": name})),
                "sentence": sentence, "reason": reason, "at": at,
            })
        })
        .collect();
    let fields = "activity { totalCount nodes { kind actor { name } sentence reason at } }";
    for person in [&ann, &lead] {
        assert_eq!(
            person.sees(&bees, fields).await,
            json!({"activity": {"totalCount": 7, "nodes": wanted}})
        );
    }
    // Bob knows that it was him.
    let seen = bob.sees(&bees, fields).await;
    assert_eq!(
        seen["activity"]["nodes"][2]["actor"],
        json!({"name": "Bob"})
    );
}

#[rstest]
#[tokio::test]
async fn activity_and_revisions_are_read_page_by_page_both_ways(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees 1").await;
    for revision in 2..=5 {
        let changes = json!({"title": format!("Bees {revision}")});
        ann.update(&bees, changes).await.ok();
    }

    for (list, field) in [("activity", "sentence"), ("revisions", "title")] {
        let page = async |arguments: &str| {
            let fields = format!(
                "{list}{} {{ nodes {{ {field} }} pageInfo {{ startCursor endCursor \
                 hasNextPage hasPreviousPage }} }}",
                called(arguments)
            );
            ann.sees(&bees, &fields).await[list].clone()
        };
        let all = page("").await["nodes"].as_array().unwrap().clone();
        assert_eq!(all.len(), 5);

        let begin = page("first: 2").await;
        let after = begin["pageInfo"]["endCursor"].as_str().unwrap();
        let rest = page(&format!("first: 3, after: \"{after}\"")).await;
        assert_eq!(begin["nodes"], json!(all[..2]));
        assert_eq!(rest["nodes"], json!(all[2..]));
        assert_eq!(rest["pageInfo"]["hasNextPage"], false);
        let end = page("last: 2").await;
        let before = end["pageInfo"]["startCursor"].as_str().unwrap();
        let rest = page(&format!("last: 3, before: \"{before}\"")).await;
        assert_eq!(end["nodes"], json!(all[3..]));
        assert_eq!(rest["nodes"], json!(all[..3]));
        assert_eq!(rest["pageInfo"]["hasPreviousPage"], false);
    }
}

#[rstest]
#[tokio::test]
async fn ids_and_cursors_of_activity_tell_nothing_of_what_is_not_shown(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    for round in 0..3 {
        for mutation in ["supportIdea", "withdrawSupport"] {
            bob.on(&bees, mutation, json!({}), "idea { id }").await.ok();
        }
        let title = json!({"title": format!("Bees {round}")});
        ann.update(&bees, title).await.ok();
    }
    let page = async |arguments: String| {
        let fields = format!(
            "activity{} {{ edges {{ cursor node {{ id kind }} }} pageInfo {{ hasNextPage \
             hasPreviousPage }} }}",
            called(&arguments)
        );
        ann.sees(&bees, &fields).await["activity"].clone()
    };
    let whole = page(String::new()).await["edges"].clone();
    let whole = whole.as_array().unwrap();
    let kinds: Vec<&Value> = whole.iter().map(|edge| &edge["node"]["kind"]).collect();
    let pair = ["SUPPORTED", "EDITED"];
    assert_eq!(
        json!(kinds),
        json!([&["SUBMITTED"][..], &pair, &pair, &pair].concat())
    );

    for edge in whole {
        let id = edge["node"]["id"].as_str().unwrap();
        let (kind, uid) = split(id).unwrap();
        assert_eq!((kind, id.len()), ("activity", "activity_".len() + 32));
        // The cursor is that id and nothing else: no number to count with.
        let cursor = decode("activity", edge["cursor"].as_str().unwrap());
        assert_eq!(cursor, Some(vec![json!(uid)]));
        let query = "query($id: ID!) { node(id: $id) { ... on Activity { id kind } } }";
        let answer = bob.post(query, json!({"id": id})).await;
        assert_eq!(answer.at("node"), &edge["node"]);
    }
    for at in 0..whole.len() {
        let cursor = &whole[at]["cursor"];
        let after = page(format!("first: 2, after: {cursor}")).await;
        let end = (at + 3).min(whole.len());
        assert_eq!(after["edges"], json!(whole[at + 1..end]));
        assert_eq!(after["pageInfo"]["hasNextPage"], end < whole.len());
        let before = page(format!("last: 2, before: {cursor}")).await;
        assert_eq!(before["edges"], json!(whole[at.saturating_sub(2)..at]));
        assert_eq!(before["pageInfo"]["hasPreviousPage"], at > 2);
    }
}

#[rstest]
#[tokio::test]
async fn an_event_that_is_not_shown_is_no_place_in_the_history(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let (bees, wasps) = (ann.submit("Bees").await, ann.submit("Wasps").await);
    for mutation in ["supportIdea", "withdrawSupport"] {
        bob.on(&bees, mutation, json!({}), "idea { id }").await.ok();
    }
    let events = event::Entity::find().all(app.db().reader()).await.unwrap();
    let uid = |kind: &str, of: &Idea| {
        let (_, subject) = split(&of.id).unwrap();
        let found = events
            .iter()
            .find(|it| it.kind == kind && it.subject_id == subject);
        found.unwrap().uid
    };
    let hidden = uid("SUPPORT_WITHDRAWN", &bees);
    let query = "query($id: ID!, $event: ID!, $after: String) { event: node(id: $event) { id } \
        idea: node(id: $id) { ... on Idea { activity(after: $after) { totalCount } } } }";

    for uid in [hidden, uid("SUBMITTED", &wasps), Uuid::nil()] {
        let after = encode("activity", &[json!(uid)]);
        let event = opaque("activity", hidden);
        let variables = json!({"id": bees.id, "event": event, "after": after});
        let answer = bob.post(query, variables).await;
        answer.refused_because("BAD_USER_INPUT", "BAD_CURSOR");
        assert_eq!(answer.data(), &json!({"event": null, "idea": null}));
    }
    for part in [json!(1), json!("x"), json!(null)] {
        let after = encode("activity", &[part]);
        let variables = json!({"id": bees.id, "event": bees.id, "after": after});
        let answer = bob.post(query, variables).await;
        answer.refused_because("BAD_USER_INPUT", "BAD_CURSOR");
    }
}
