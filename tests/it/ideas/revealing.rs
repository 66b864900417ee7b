//! An author who was hidden puts their name to an idea: everywhere, and for ever.

use rstest::rstest;

use super::*;

const ALL: &str = "authorship author { name } coAuthors { name } viewerCan
    activity(first: 50) { nodes { kind actor { name } sentence } }
    comments { nodes { author { name } } } revisions { nodes { by { name } } }";

/// An anonymous idea of Ann and Bob, which Ann edited and spoke about.
async fn nameless(app: &App) -> (Idea, Person, Person) {
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({"authorship": "ANONYMOUS", "coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Bees", more).await;
    ann.update(&bees, json!({"proposal": "Hives."})).await.ok();
    let said = json!({"body": "Soon."});
    ann.on(&bees, "addComment", said, "__typename").await.ok();
    (bees, ann, bob)
}

#[rstest]
#[tokio::test]
async fn everything_on_the_idea_shows_the_author_from_then_on(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, ann, bob) = nameless(&app).await;
    let cid = app.member("Cid").await;
    let hidden = cid.sees(&bees, ALL).await;
    assert!(!hidden.to_string().contains("Ann"), "{hidden}");
    let may = |seen: &Value| seen["viewerCan"].to_string().contains("REVEAL_AUTHORSHIP");
    assert!(may(&ann.sees(&bees, ALL).await));
    assert!(!may(&bob.sees(&bees, ALL).await) && !may(&hidden));

    let answer = ann
        .on(&bees, "revealAuthorship", json!({}), "idea { authorship }")
        .await;

    assert_eq!(answer.text("revealAuthorship.idea.authorship"), "NAMED");
    let seen = cid.sees(&bees, ALL).await;
    let told = |kind: &str, sentence: &str| json!({"kind": kind, "actor": {"name": "Ann"}, "sentence": sentence});
    assert_eq!(seen["author"], json!({"name": "Ann"}));
    assert_eq!(seen["coAuthors"], json!([{"name": "Bob"}]));
    let activity = json!([
        told("SUBMITTED", "Ann submitted the idea."),
        told("EDITED", "Ann changed proposal: revision 2."),
        told("COMMENTED", "Ann commented."),
        told("AUTHORSHIP_REVEALED", "Ann showed who wrote it."),
    ]);
    assert_eq!(seen["activity"]["nodes"], activity);
    assert_eq!(
        seen["comments"]["nodes"],
        json!([{"author": {"name": "Ann"}}])
    );
    assert_eq!(
        seen["revisions"]["nodes"],
        json!([{"by": {"name": "Ann"}}, {"by": {"name": "Ann"}}])
    );
    assert!(!may(&ann.sees(&bees, ALL).await));
    let query = "query($id: ID!) { node(id: $id) { ... on Member { ideas { nodes { title } } } } }";
    let wrote = cid.post(query, json!({"id": ann.id})).await;
    assert_eq!(wrote.at("node.ideas.nodes"), &json!([{"title": "Bees"}]));
}

#[rstest]
#[tokio::test]
async fn nobody_but_the_author_reveals_it_and_nobody_twice(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (bees, ann, bob) = nameless(&app).await;
    let lead = app.person("Lea", &["LEAD", "ADMIN"]).await;
    let before = lead.sees(&bees, ALL).await;
    for other in [&bob, &lead, &app.member("Cid").await] {
        let answer = other
            .on(&bees, "revealAuthorship", json!({}), "__typename")
            .await;
        answer.refused_because("FORBIDDEN", "NOT_AUTHOR");
    }
    assert_eq!(lead.sees(&bees, ALL).await, before);
    ann.on(&bees, "revealAuthorship", json!({}), "__typename")
        .await
        .ok();
    let after = lead.sees(&bees, ALL).await;

    let again = ann
        .on(&bees, "revealAuthorship", json!({}), "__typename")
        .await;

    again.refused_because("CONFLICT", "ALREADY_NAMED");
    assert_eq!(lead.sees(&bees, ALL).await, after);
}

#[rstest]
#[tokio::test]
async fn a_draft_that_was_nameless_is_handed_in_as_if_it_never_had_been(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, cid) = (app.member("Ann").await, app.member("Cid").await);
    let more = json!({"authorship": "ANONYMOUS", "asDraft": true});
    let bees = ann.submit_with("Bees", more).await;
    ann.on(&bees, "revealAuthorship", json!({}), "__typename")
        .await
        .ok();

    ann.on(&bees, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();

    let seen = cid
        .sees(&bees, "author { name } activity { nodes { kind } }")
        .await;
    let named = json!({
        "author": {"name": "Ann"}, "activity": {"nodes": [{"kind": "SUBMITTED"}]},
    });
    assert_eq!(seen, named);
}
