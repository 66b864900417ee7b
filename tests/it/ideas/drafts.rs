//! Drafts: seen by their authors alone, handed in or thrown away by the author.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn a_draft_is_seen_by_its_authors_alone(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({"asDraft": true, "coAuthorIds": [bob.id], "tags": ["honey"]});
    let bees = ann.submit_with("Marvellous bees", more).await;
    let everything = format!(
        "{{ node(id: \"{}\") {{ id }} nodes(ids: [\"{}\"]) {{ id }} idea(number: {}) {{ id }} \
         ideas {{ nodes {{ id }} totalCount }} \
         search: ideas(search: \"marvellous\") {{ nodes {{ id }} totalCount }} \
         tagged: ideas(filter: {{tags: [\"honey\"]}}) {{ totalCount }} \
         drafts: ideas(filter: {{states: [DRAFT]}}) {{ totalCount }} \
         similarIdeas(title: \"Marvellous bees\") {{ similarity }} }}",
        bees.id, bees.id, bees.number
    );

    for author in [&ann, &bob] {
        let answer = author.post(&everything, json!({})).await;
        let it = json!({"id": bees.id});
        assert_eq!(
            answer.ok(),
            &json!({
                "node": it, "nodes": [it], "idea": it,
                "ideas": {"nodes": [it], "totalCount": 1},
                "search": {"nodes": [it], "totalCount": 1},
                "tagged": {"totalCount": 1}, "drafts": {"totalCount": 1},
                "similarIdeas": [{"similarity": answer.at("similarIdeas.0.similarity")}],
            })
        );
    }
    for (name, roles) in [("Cid", &[][..]), ("Lea", &["LEAD", "ADMIN", "ASSESSOR"])] {
        let other = app.person(name, roles).await;
        let answer = other.post(&everything, json!({})).await;
        assert_eq!(
            answer.ok(),
            &json!({
                "node": null, "nodes": [null], "idea": null,
                "ideas": {"nodes": [], "totalCount": 0},
                "search": {"nodes": [], "totalCount": 0},
                "tagged": {"totalCount": 0}, "drafts": {"totalCount": 0},
                "similarIdeas": [],
            })
        );
    }
}

#[rstest]
#[tokio::test]
async fn handing_a_draft_in_begins_the_leads_promise(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit_with("Bees", json!({"asDraft": true})).await;
    let begun = instant(app.clock().now());
    let draft = ann
        .sees(
            &bees,
            "state submittedAt waitingFor { party sentence dueAt }",
        )
        .await;
    assert_eq!(
        draft,
        json!({
            "state": "DRAFT", "submittedAt": null,
            "waitingFor": {
                "party": "AUTHOR", "dueAt": null, "sentence": "Waiting for Ann to hand it in.",
            },
        })
    );
    app.days_pass(2);

    let answer = ann
        .on(
            &bees,
            "submitDraft",
            json!({}),
            "idea { state } similar { similarity }",
        )
        .await;

    assert_eq!(
        answer.at("submitDraft"),
        &json!({"idea": {"state": "SUBMITTED"}, "similar": []})
    );
    let now = app.clock().now();
    let at = instant(now);
    let fields = "createdAt submittedAt stateSince updatedAt revision waitingFor { party dueAt }";
    assert_eq!(
        bob.sees(&bees, fields).await,
        json!({
            "createdAt": begun, "submittedAt": at, "stateSince": at, "updatedAt": at,
            "revision": 1,
            "waitingFor": {"party": "LEAD", "dueAt": instant(now + 7 * DAY * SECOND)},
        })
    );
}

#[rstest]
#[tokio::test]
async fn only_its_author_hands_a_draft_in_and_only_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({"asDraft": true, "coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Bees", more).await;

    let answer = bob.on(&bees, "submitDraft", json!({}), "idea { id }").await;
    answer.refused_because("FORBIDDEN", "NOT_AUTHOR");
    assert_eq!(ann.sees(&bees, "state").await["state"], "DRAFT");

    ann.on(&bees, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();
    let again = ann.on(&bees, "submitDraft", json!({}), "idea { id }").await;
    assert_eq!(
        legal_steps(&again),
        json!([
            "screenIdea(ACCEPT)",
            "screenIdea(NEEDS_INFO)",
            "screenIdea(DECLINE)",
            "confirmCandidate",
            "decideIdea(HOLD)",
            "mergeIdeas",
            "withdrawIdea",
        ])
    );
}

#[rstest]
#[tokio::test]
async fn a_draft_thrown_away_is_gone_for_good(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({
        "asDraft": true, "coAuthorIds": [bob.id], "tags": ["honey"],
        "links": [{"url": "https://example.com"}],
    });
    let bees = ann.submit_with("Bees", more).await;
    ann.update(&bees, json!({"title": "More bees"})).await.ok();

    let answer = bob.on(&bees, "discardDraft", json!({}), "discardedId");
    answer.await.refused_because("FORBIDDEN", "NOT_AUTHOR");
    let answer = ann.on(&bees, "discardDraft", json!({}), "discardedId");
    assert_eq!(answer.await.text("discardDraft.discardedId"), bees.id);

    assert_eq!(ann.sees(&bees, "id").await, Value::Null);
    assert_eq!(ann.titles("").await, Vec::<String>::new());
    let again = ann.on(&bees, "discardDraft", json!({}), "discardedId");
    again.await.refused("NOT_FOUND");
    // Its number is not given again: people may have said it aloud.
    assert_eq!(ann.submit("Wasps").await.number, bees.number + 1);
}

#[rstest]
#[tokio::test]
async fn what_was_handed_in_is_withdrawn_and_not_thrown_away(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;

    let answer = ann
        .on(&bees, "discardDraft", json!({}), "discardedId")
        .await;

    assert_eq!(legal_steps(&answer)[6], "withdrawIdea");
    assert_eq!(ann.sees(&bees, "state").await["state"], "SUBMITTED");
}

#[rstest]
#[tokio::test]
async fn a_draft_can_be_edited_and_neither_supported_nor_withdrawn(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit_with("Bees", json!({"asDraft": true})).await;
    let edited = ann.update(&bees, json!({"title": "More bees"})).await;
    assert_eq!(edited.at("updateIdea.idea.revision"), 2);

    for mutation in ["supportIdea", "withdrawSupport", "withdrawIdea"] {
        let answer = ann.on(&bees, mutation, json!({}), "idea { id }").await;
        assert_eq!(legal_steps(&answer), json!(["submitDraft"]), "{mutation}");
    }

    let seen = ann
        .sees(&bees, "state supportCount viewerCan nextSteps { mutation }")
        .await;
    assert_eq!(
        seen,
        json!({
            "state": "DRAFT", "supportCount": 0, "viewerCan": ["EDIT", "COMMENT", "FOLLOW"],
            "nextSteps": [{"mutation": "submitDraft"}],
        })
    );
}
