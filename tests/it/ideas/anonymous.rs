//! Anonymous ideas: everybody sees them, and nobody but those who wrote them sees who did.

use rstest::rstest;

use super::*;

/// Everything of an idea that could tell who wrote it.
const TRACES: &str = "author { id name } coAuthors { id name } submittedBy { name } \
    waitingFor { members { name } sentence } openQuestion { askedBy { name } } \
    activity(first: 100) { nodes { kind actor { id name } sentence reason } } \
    revisions(first: 100) { nodes { by { id name } } } \
    decisions { decidedBy { name } idea { author { name } } } \
    viewerRelation viewerCan viewerSupports similar { idea { author { name } } }";

/// An idea of Ann and Bob, with Dan who left again, on which each of them acted.
async fn write(app: &App) -> (Idea, [Person; 3], Person) {
    let authors = [
        app.member("Ann").await,
        app.member("Bob").await,
        app.member("Dan").await,
    ];
    let lead = app.person("Lea", &["LEAD"]).await;
    let [ann, bob, dan] = &authors;
    let more = json!({"authorship": "ANONYMOUS", "coAuthorIds": [bob.id, dan.id]});
    let bees = ann.submit_with("Bees", more).await;
    dan.update(&bees, json!({"proposal": "Hives."})).await.ok();
    bob.update(&bees, json!({"coAuthorIds": [bob.id]}))
        .await
        .ok();
    ann.on(&bees, "supportIdea", json!({}), "idea { id }")
        .await
        .ok();
    lead.screen(&bees, "NEEDS_INFO", json!({})).await.ok();
    bob.on(
        &bees,
        "answerQuestion",
        json!({"answer": "Seven."}),
        "idea { id }",
    )
    .await
    .ok();
    lead.screen(&bees, "NEEDS_INFO", json!({})).await.ok();
    (bees, authors, lead)
}

#[rstest]
#[tokio::test]
async fn nobody_else_learns_who_wrote_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, authors, lead) = write(&app).await;
    let others = [
        lead,
        app.member("Cid").await,
        app.person("Max", &["ADMIN", "ASSESSOR", "ORGANIZER"]).await,
    ];

    for other in &others {
        let seen = other.sees(&bees, TRACES).await;
        let text = seen.to_string();
        for author in &authors {
            assert!(!text.contains(&format!("\"{}\"", author.name)), "{text}");
            assert!(!text.contains(&format!("{} ", author.name)), "{text}");
            assert!(!text.contains(&author.id), "{text}");
        }
        assert_eq!(seen["author"], Value::Null);
        assert_eq!(seen["coAuthors"], json!([]));
        assert_eq!(
            seen["waitingFor"],
            json!({
                "members": [],
                "sentence": "Waiting for the author to answer a question, by 1 April 2026.",
            })
        );
        let told: Vec<Value> = seen["activity"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| json!([it["kind"], it["actor"]["name"], it["sentence"]]))
            .collect();
        let asked = json!(["SCREENED", "Lea", "Lea asked the author a question."]);
        assert_eq!(
            told,
            [
                json!(["SUBMITTED", null, "The author submitted the idea."]),
                json!(["EDITED", null, "The author changed proposal: revision 2."]),
                json!(["EDITED", null, "The author changed coAuthors: revision 3."]),
                json!(["SUPPORTED", null, "One more person wants it."]),
                asked.clone(),
                json!([
                    "QUESTION_ANSWERED",
                    null,
                    "The author answered the question."
                ]),
                asked,
            ]
        );
        assert_eq!(
            seen["revisions"]["nodes"],
            json!([{"by": null}, {"by": null}, {"by": null}])
        );
    }
}

#[rstest]
#[tokio::test]
async fn no_list_tells_who_wrote_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, authors, lead) = write(&app).await;
    let named = authors[0].submit("Wasps").await;
    let cid = app.member("Cid").await;

    for other in [&lead, &cid] {
        let query = "query($ann: ID!, $bob: ID!) { \
            all: ideas { nodes { number author { name } } } \
            mine: ideas(filter: {viewer: [AUTHOR, CO_AUTHOR]}) { totalCount } \
            search: ideas(search: \"Ann\") { totalCount } \
            ann: ideas(filter: {authorId: $ann}) { totalCount nodes { number } } \
            bob: ideas(filter: {authorId: $bob}) { totalCount } \
            member: node(id: $ann) { ... on Member { ideas { totalCount nodes { number } } } } }";
        let ids = json!({"ann": authors[0].id, "bob": authors[1].id});
        let answer = other.post(query, ids).await;
        let only = json!({"totalCount": 1, "nodes": [{"number": named.number}]});
        assert_eq!(
            answer.ok(),
            &json!({
                "all": {"nodes": [
                    {"number": named.number, "author": {"name": "Ann"}},
                    {"number": bees.number, "author": null},
                ]},
                "mine": {"totalCount": 0}, "search": {"totalCount": 0}, "ann": only,
                "bob": {"totalCount": 0}, "member": {"ideas": only},
            })
        );
    }
    // Ann herself finds both.
    let own = format!("filter: {{authorId: \"{}\"}}", authors[0].id);
    assert_eq!(authors[0].titles(&own).await, ["Wasps", "Bees"]);
}

#[rstest]
#[tokio::test]
async fn its_authors_see_each_other(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, authors, _) = write(&app).await;
    let fields = "author { name } coAuthors { name } revisions { nodes { by { name } } } \
        activity { nodes { actor { name } } } waitingFor { members { name } }";

    for author in &authors[..2] {
        let seen = author.sees(&bees, fields).await;
        assert_eq!(seen["author"]["name"], "Ann");
        assert_eq!(seen["coAuthors"], json!([{"name": "Bob"}]));
        assert_eq!(seen["waitingFor"]["members"], json!([{"name": "Ann"}]));
        let names = |list: &str, who: &str| -> Vec<Value> {
            let nodes = seen[list]["nodes"].as_array().unwrap();
            nodes.iter().map(|it| it[who]["name"].clone()).collect()
        };
        assert_eq!(names("revisions", "by"), ["Ann", "Dan", "Bob"]);
        let support = if author.name == "Ann" {
            json!("Ann")
        } else {
            Value::Null
        };
        assert_eq!(
            json!(names("activity", "actor")),
            json!(["Ann", "Dan", "Bob", support, "Lea", "Bob", "Lea"])
        );
    }
}

#[rstest]
#[tokio::test]
async fn taking_it_back_does_not_tell_either(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, authors, lead) = write(&app).await;

    let reason = json!({"reason": "Solved."});
    authors[0]
        .on(&bees, "withdrawIdea", reason, "idea { id }")
        .await
        .ok();

    let seen = lead
        .sees(
            &bees,
            "activity(last: 1) { nodes { kind actor { name } sentence reason } }",
        )
        .await;
    assert_eq!(
        seen["activity"]["nodes"],
        json!([{
            "kind": "STATE_CHANGED", "actor": null, "reason": "Solved.",
            "sentence": "The author took the idea back.",
        }])
    );
}

#[rstest]
#[tokio::test]
async fn who_put_it_in_and_wrote_it_too_is_hidden_like_the_others(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let other = app.person("Max", &["LEAD"]).await;
    let for_ann = json!({"onBehalfOfId": ann.id, "authorship": "ANONYMOUS"});
    let mut with_lea = for_ann.clone();
    with_lea["coAuthorIds"] = json!([lead.id]);
    let put_in = lead.submit_with("Bees", for_ann).await;
    let wrote_too = lead.submit_with("Wasps", with_lea).await;
    let fields = "author { name } coAuthors { name } submittedBy { name } \
        activity { nodes { actor { name } } } revisions { nodes { by { name } } }";
    let seen = |lea: Value| {
        json!({
            "author": null, "coAuthors": [], "submittedBy": lea,
            "activity": {"nodes": [{"actor": lea}]}, "revisions": {"nodes": [{"by": lea}]},
        })
    };

    assert_eq!(
        other.sees(&put_in, fields).await,
        seen(json!({"name": "Lea"}))
    );
    assert_eq!(other.sees(&wrote_too, fields).await, seen(Value::Null));
}
