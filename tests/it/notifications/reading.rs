//! A member reads what they were told: page by page, the newest first, and marks it.

use rstest::rstest;
use sea_orm::EntityTrait;
use sluice::entity::event;
use tokio::task::JoinSet;

use super::*;

const LIST: &str = "query($first: Int, $after: String, $isRead: Boolean) { viewer {
    notifications(first: $first, after: $after, isRead: $isRead) {
        totalCount edges { cursor node { id } } pageInfo { hasNextPage }
        nodes { id kind isRead at sentence idea { number title } } } unreadCount } }";

/// Ids of what this person is told, the newest first.
async fn ids(person: &Person, is_read: Option<bool>) -> Vec<String> {
    let answer = person
        .post(LIST, json!({"first": 100, "isRead": is_read}))
        .await;
    let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
    let id = |node: &Value| node["id"].as_str().unwrap().to_owned();
    nodes.iter().map(id).collect()
}

/// A house where Ann was told of so many ideas.
async fn told_of(store: Store, ideas: usize) -> Option<(App, Person)> {
    let app = App::start(store).await?;
    let lead = app.person("Lea", &["LEAD"]).await;
    let ann = app.member("Ann").await;
    for number in 0..ideas {
        let idea = ann.submit(&format!("Idea {number}")).await;
        lead.accept(&idea).await;
    }
    Some((app, ann))
}

#[rstest]
#[tokio::test]
async fn pages_come_the_newest_first_in_two_statements_however_many(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((app, ann)) = told_of(store, 12).await else {
        return;
    };
    let all = ids(&ann, None).await;
    assert_eq!(all.len(), 12);
    let first = ann.post(LIST, json!({"first": 1})).await;
    let newest = first.at("viewer.notifications.nodes.0");
    assert_eq!(newest["idea"], json!({"number": 12, "title": "Idea 11"}));

    let mut paged = Vec::new();
    let mut after = Value::Null;
    loop {
        let answer = ann.post(LIST, json!({"first": 5, "after": after})).await;
        let edges = answer.at("viewer.notifications.edges").as_array().unwrap();
        for edge in edges {
            paged.push(edge["node"]["id"].as_str().unwrap().to_owned());
            after = edge["cursor"].clone();
        }
        if answer.at("viewer.notifications.pageInfo.hasNextPage") == &json!(false) {
            break;
        }
    }
    assert_eq!(paged, all);

    let counted = async |first: i32| {
        let query = "query($first: Int) { viewer { notifications(first: $first) { nodes {
            sentence isRead kind idea { title state } } } } }";
        let before = app.db().statements();
        ann.post(query, json!({"first": first})).await.ok();
        app.db().statements() - before
    };
    assert_eq!(counted(12).await, counted(2).await);
}

#[rstest]
#[tokio::test]
async fn some_are_marked_as_read_and_once_more_changes_nothing(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((app, ann)) = told_of(store, 5).await else {
        return;
    };
    let all = ids(&ann, None).await;
    let fields = "notifications { id isRead } viewer { unreadCount }";

    for _ in 0..2 {
        let these = json!({"ids": [all[3], all[1]]});
        let answer = ann.act("readNotifications", these, fields).await;
        assert_eq!(
            answer.at("readNotifications"),
            &json!({
                "notifications": [{"id": all[1], "isRead": true}, {"id": all[3], "isRead": true}],
                "viewer": {"unreadCount": 3},
            })
        );
    }
    assert_eq!(ids(&ann, Some(true)).await, [&*all[1], &all[3]]);
    assert_eq!(ids(&ann, Some(false)).await, [&*all[0], &all[2], &all[4]]);

    // This one and all older ones; what was read before is not told again.
    let answer = ann
        .act("readNotifications", json!({"upTo": all[2]}), fields)
        .await;
    assert_eq!(
        answer.at("readNotifications"),
        &json!({
            "notifications": [{"id": all[2], "isRead": true}, {"id": all[4], "isRead": true}],
            "viewer": {"unreadCount": 1},
        })
    );
    assert_eq!(ids(&ann, Some(false)).await, [&*all[0]]);
    let marked = async || {
        let events = event::Entity::find().all(app.db().reader()).await.unwrap();
        let marked = events.iter().filter(|one| one.kind == "NOTIFICATIONS_READ");
        marked.map(|one| one.data.clone()).collect::<Vec<_>>()
    };
    assert_eq!(marked().await, [r#"{"count":2}"#, r#"{"count":2}"#]);
}

#[rstest]
#[tokio::test]
async fn all_that_is_wrong_is_said_and_nothing_is_marked(#[values(Sqlite, Postgres)] store: Store) {
    let Some((_, ann)) = told_of(store, 2).await else {
        return;
    };
    let all = ids(&ann, None).await;
    let never = "notification_0198c0de000070008000000000000000";
    let cases = [
        (json!({}), json!([[["input", "ids"], "NOTHING_NAMED"]])),
        (
            json!({"ids": [all[0], never, "idea_1"], "upTo": never}),
            json!([
                [["input", "ids", 2], "BAD_ID"],
                [["input", "ids", 1], "UNKNOWN_NOTIFICATION"],
                [["input", "upTo"], "UNKNOWN_NOTIFICATION"],
            ]),
        ),
        (
            json!({"ids": vec![&all[0]; 101]}),
            json!([[["input", "ids"], "TOO_MANY_ITEMS"]]),
        ),
    ];
    for (input, faults) in cases {
        let answer = ann.act("readNotifications", input, "viewer { id }").await;
        let error = answer.refused("BAD_USER_INPUT");
        let told = error["extensions"]["faults"].as_array().unwrap();
        let told: Value = told
            .iter()
            .map(|fault| json!([fault["path"], fault["reason"]]))
            .collect();
        assert_eq!(told, faults);
    }
    assert_eq!(ids(&ann, Some(false)).await, all);
}

#[rstest]
#[tokio::test]
async fn of_many_windows_that_mark_at_once_each_gets_a_true_answer(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((app, ann)) = told_of(store, 20).await else {
        return;
    };
    let all = ids(&ann, None).await;
    let mut acts = JoinSet::new();
    for index in 0..20 {
        let (ann, all) = (ann.clone(), all.clone());
        acts.spawn(async move {
            let input = match index % 2 {
                0 => json!({"upTo": all[index]}),
                _ => json!({"ids": all.iter().rev().collect::<Vec<_>>()}),
            };
            let fields = "notifications { isRead }";
            let answer = ann.act("readNotifications", input, fields).await;
            let read = answer.at("readNotifications.notifications");
            let read = read.as_array().unwrap();
            assert!(read.iter().all(|one| one["isRead"] == true), "{answer:?}");
        });
    }
    while let Some(done) = acts.join_next().await {
        done.unwrap();
    }

    assert_eq!(ids(&ann, Some(false)).await, Vec::<String>::new());
    let events = event::Entity::find().all(app.db().reader()).await.unwrap();
    let counts = events
        .iter()
        .filter(|one| one.kind == "NOTIFICATIONS_READ")
        .map(|one| serde_json::from_str::<Value>(&one.data).unwrap()["count"].clone());
    assert_eq!(counts.map(|it| it.as_i64().unwrap()).sum::<i64>(), 20);
}
