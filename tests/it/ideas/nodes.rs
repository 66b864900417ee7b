//! Anything by its id, and nothing for whoever may not see it.

use rstest::rstest;

use super::*;

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

#[rstest]
#[tokio::test]
async fn every_kind_of_node_is_found_by_its_id(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;
    into_backlog(&app, &lead, &bees).await;
    let fields = "decisions { id } activity(first: 1) { nodes { id } } \
        rubric { id current { id } } assessments(first: 1) { nodes { id } }";
    let seen = ann.sees(&bees, fields).await;
    let id = |path: &str| seen.pointer(path).unwrap().as_str().unwrap().to_owned();
    let ids = [
        ("Idea", bees.id.clone()),
        ("Member", lead.id.clone()),
        ("Decision", id("/decisions/0/id")),
        ("Activity", id("/activity/nodes/0/id")),
        ("Assessment", id("/assessments/nodes/0/id")),
        ("Rubric", id("/rubric/id")),
        ("RubricVersion", id("/rubric/current/id")),
    ];

    let asked: Vec<&String> = ids.iter().rev().map(|(_, id)| id).collect();
    let answer = ann.post(NODES, json!({"ids": asked})).await;

    let named = |(name, id): &(&str, String)| json!({"__typename": name, "id": id});
    let wanted: Vec<Value> = ids.iter().rev().map(named).collect();
    assert_eq!(answer.at("nodes"), &json!(wanted));
    for one in &ids {
        let query = "query($id: ID!) { node(id: $id) { __typename id } }";
        let answer = ann.post(query, json!({"id": one.1})).await;
        assert_eq!(answer.at("node"), &named(one));
    }
}

#[rstest]
#[tokio::test]
async fn what_hangs_on_an_idea_is_as_hidden_as_the_idea(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let lead = app.person("Lea", &["LEAD"]).await;
    let more = json!({"visibility": "CONFIDENTIAL"});
    let bees = ann.submit_with("Bees", more).await;
    into_backlog_unseen(&app, &lead, &bees).await;
    let fields = "decisions { id } activity { nodes { id } }";
    let seen = ann.sees(&bees, fields).await;
    let mut ids = vec![json!(bees.id), seen["decisions"][0]["id"].clone()];
    let events = seen["activity"]["nodes"].as_array().unwrap();
    ids.extend(events.iter().map(|event| event["id"].clone()));
    // And a few that never were.
    let never = "0198c0de000070008000000000000000";
    for kind in [
        "idea",
        "member",
        "decision",
        "activity",
        "assessment",
        "rubric",
        "rubricVersion",
    ] {
        ids.push(json!(format!("{kind}_{never}")));
    }

    let answer = bob.post(NODES, json!({"ids": ids})).await;

    assert_eq!(answer.at("nodes"), &json!(vec![Value::Null; ids.len()]));
    assert_eq!(ids.len(), 11);
}

/// Decides about an idea that assessors do not see.
async fn into_backlog_unseen(app: &App, lead: &Person, idea: &Idea) {
    lead.accept(idea).await;
    let assessor = app.person("Rae", &["ASSESSOR"]).await;
    let ratings = json!({"ratings": [{"criterion": "problem", "level": 3}]});
    let answer = assessor.on(idea, "submitAssessment", ratings, "idea { id }");
    answer.await.refused("NOT_FOUND");
}

#[rstest]
#[case::empty("")]
#[case::a_number("42")]
#[case::no_kind("0198c0de000070008000000000000000")]
#[case::unknown_kind("pony_0198c0de000070008000000000000000")]
#[case::upper_case("idea_0198C0DE000070008000000000000000")]
#[case::hyphens("idea_0198c0de-0000-7000-8000-000000000000")]
#[case::too_short("idea_0198c0de")]
#[case::no_digits("idea_zzzzzzzz000070008000000000000000")]
#[case::another_alphabet("idea_٠١٩٨c0de000070008000000000000000")]
#[case::no_event("activity_x")]
#[case::huge_event("activity_99999999999999999999")]
#[case::nul("idea_\u{0}")]
#[tokio::test]
async fn what_is_no_id_is_told_so(#[case] id: &str) {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;

    let one = ann.post(
        "query($id: ID!) { node(id: $id) { id } }",
        json!({"id": id}),
    );
    assert_eq!(faults(&one.await), json!([[["id"], "BAD_ID"]]));
    let several = ann.post(NODES, json!({"ids": [ann.id, id]}));
    assert_eq!(faults(&several.await), json!([[["ids"], "BAD_ID"]]));
    let act = ann.act("supportIdea", json!({"ideaId": id}), "idea { id }");
    assert_eq!(faults(&act.await), json!([[["input", "ideaId"], "BAD_ID"]]));
}

#[rstest]
#[tokio::test]
async fn a_hundred_ids_are_looked_up_and_no_more(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;

    let full = ann.post(NODES, json!({"ids": vec![&ann.id; 100]})).await;
    assert_eq!(full.at("nodes").as_array().unwrap().len(), 100);
    let more = ann.post(NODES, json!({"ids": vec![&ann.id; 101]})).await;
    assert_eq!(faults(&more), json!([[["ids"], "PAGE_TOO_LARGE"]]));
}

#[rstest]
#[tokio::test]
async fn an_idea_is_found_by_the_number_people_say_aloud(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    ann.submit("Bees").await;
    let wasps = ann.submit("Wasps").await;
    let query = "query($n: Int!) { idea(number: $n) { id title } }";

    let found = ann.post(query, json!({"n": wasps.number})).await;
    assert_eq!(found.at("idea"), &json!({"id": wasps.id, "title": "Wasps"}));
    for number in [0, -1, 3, i32::MAX] {
        let nothing = ann.post(query, json!({"n": number})).await;
        assert_eq!(nothing.at("idea"), &Value::Null);
    }
}

#[rstest]
#[tokio::test]
async fn what_is_no_id_among_others_is_an_error_of_its_own_place(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;

    let ids = [&bees.id, "nonsense", NO_IDEA, "activity_1", &ann.id];
    let query = format!("{NODES} ").replacen('{', "{ viewer { name }", 1);
    let answer = ann.post(&query, json!({"ids": ids})).await;

    assert_eq!(
        answer.data(),
        &json!({
            "viewer": {"name": "Ann"},
            "nodes": [
                {"__typename": "Idea", "id": bees.id}, null, null, null,
                {"__typename": "Member", "id": ann.id},
            ],
        })
    );
    let mut places: Vec<Value> = answer
        .errors()
        .iter()
        .map(|error| json!([error["path"], error["extensions"]["reason"]]))
        .collect();
    places.sort_by_key(Value::to_string);
    let bad = |place: usize| json!([["nodes", place], "BAD_ID"]);
    assert_eq!(places, [bad(1), bad(3)]);
}
