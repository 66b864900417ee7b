//! The history everybody reads: what happened, by whom, and what was said with it.

use rstest::rstest;

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
