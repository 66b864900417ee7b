//! What a reader may not see, they are not told: not in lists, counts or by an id.

use rstest::rstest;

use super::*;

/// Whatever can be asked about one notification.
async fn asked(person: &Person, id: &str) -> Value {
    let node = person
        .post(
            "query($id: ID!) { node(id: $id) { id } }",
            json!({"id": id}),
        )
        .await;
    node.at("node").clone()
}

/// The id of the newest notification.
async fn newest(person: &Person) -> String {
    let query = "{ viewer { notifications(first: 1) { nodes { id } } } }";
    let answer = person.post(query, json!({})).await;
    answer.text("viewer.notifications.nodes.0.id")
}

#[rstest]
#[tokio::test]
async fn what_is_told_of_a_confidential_idea_is_absent_for_who_sees_it_no_more(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    bob.follows(&bees).await;
    lead.accept(&bees).await;
    let id = newest(&bob).await;
    assert_eq!(asked(&bob, &id).await, json!({"id": id}));

    ann.does("updateIdea", &bees, json!({"visibility": "CONFIDENTIAL"}))
        .await;

    // `told` checks both counts too.
    assert_eq!(bob.told().await, []);
    assert_eq!(asked(&bob, &id).await, Value::Null);
    let answer = bob
        .act("readNotifications", json!({"ids": [id]}), "viewer { id }")
        .await;
    answer.refused_because("BAD_USER_INPUT", "UNKNOWN_NOTIFICATION");
    // Not even by way of a later one.
    let wasps = ann.submit("Wasps").await;
    bob.follows(&wasps).await;
    lead.accept(&wasps).await;
    assert_eq!(
        bob.news().await,
        one("DECIDED", "#2 “Wasps” was accepted for assessment.")
    );

    ann.does("updateIdea", &bees, json!({"visibility": "ORGANIZATION"}))
        .await;

    // There again, and as unread as it was.
    assert_eq!(
        bob.news().await,
        one("DECIDED", "#1 “Bees” was accepted for assessment.")
    );
}

#[rstest]
#[tokio::test]
async fn a_comment_is_told_to_followers_who_hear_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    let (bo, cy) = (&panel.assessors[0], &panel.assessors[1]);
    let dee = panel.app.member("Dee").await;
    let bees = ann.submit("Bees").await;
    for person in [lead, bo, cy, &dee] {
        person.follows(&bees).await;
    }
    let said = one("COMMENTED", "Something was said about #1 “Bees”.");

    let to_reviewers = json!({"body": "Hm.", "audience": "REVIEWERS"});
    bo.does("addComment", &bees, to_reviewers).await;

    for person in [lead, cy] {
        assert_eq!(person.told().await, said);
    }
    for person in [ann, bo, &dee] {
        assert_eq!(person.told().await, []);
    }
    // Cy becomes one of the authors, or no assessor any more: what they hear changes at once.
    let as_member = panel.app.person("Assessor2", &[]).await;
    assert_eq!(as_member.told().await, []);
    ann.does("updateIdea", &bees, json!({"coAuthorIds": [cy.id]}))
        .await;
    let cy = panel.app.person("Assessor2", &["ASSESSOR"]).await;
    assert_eq!(
        cy.told().await,
        one("STATE_CHANGED", "You were named a co-author of #1 “Bees”.")
    );
    panel.lead.news().await;

    // Said to everyone, also when it is taken away after.
    let input = json!({"ideaId": bees.id, "body": "Good."});
    let comment = dee.act("addComment", input, "comment { id }").await;
    let comment = comment.text("addComment.comment.id");
    dee.act(
        "removeComment",
        json!({"commentId": comment}),
        "idea { id }",
    )
    .await
    .ok();
    for person in [lead, ann, bo, &cy] {
        assert_eq!(person.news().await[..1], said[..]);
    }

    // What was said in confidence is told to the confidants, also later.
    ann.does("updateIdea", &bees, json!({"visibility": "CONFIDENTIAL"}))
        .await;
    ann.does("addComment", &bees, json!({"body": "Psst."}))
        .await;
    ann.does("updateIdea", &bees, json!({"visibility": "ORGANIZATION"}))
        .await;
    for person in [lead, &cy] {
        assert_eq!(person.news().await, said);
    }
    for person in [bo, &dee, ann] {
        assert_eq!(person.news().await, []);
    }
}

#[rstest]
#[tokio::test]
async fn nobody_reads_what_others_are_told(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let admin = app.person("Adam", &["ADMIN", "LEAD"]).await;
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    admin.accept(&bees).await;
    let id = newest(&ann).await;

    for stranger in [&admin, &bob] {
        let query = "query($id: ID!) { node(id: $id) { ... on Member { unreadCount
            notifications { totalCount nodes { id } edges { cursor } } } } }";
        let answer = stranger.post(query, json!({"id": ann.id})).await;
        assert_eq!(
            answer.at("node"),
            &json!({
                "unreadCount": null,
                "notifications": {"totalCount": 0, "nodes": [], "edges": []},
            })
        );
        assert_eq!(asked(stranger, &id).await, Value::Null);
        for named in [json!({"ids": [id]}), json!({"upTo": id})] {
            let answer = stranger
                .act("readNotifications", named, "viewer { id }")
                .await;
            answer.refused_because("BAD_USER_INPUT", "UNKNOWN_NOTIFICATION");
        }
    }
    assert_eq!(
        ann.news().await,
        one("DECIDED", "#1 “Bees” was accepted for assessment.")
    );
}

#[rstest]
#[tokio::test]
async fn what_is_told_of_an_anonymous_idea_names_nobody(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann
        .submit_with("Bees", json!({"authorship": "ANONYMOUS"}))
        .await;
    bob.follows(&bees).await;
    let ask = json!({"outcome": "NEEDS_INFO", "reason": "How many?"});
    lead.does("screenIdea", &bees, ask).await;
    ann.does("answerQuestion", &bees, json!({"answer": "Seven."}))
        .await;
    ann.does("addComment", &bees, json!({"body": "It stings."}))
        .await;
    ann.does("withdrawIdea", &bees, json!({})).await;

    let query = "{ viewer { notifications { nodes { sentence idea { author { name } } } } } }";
    for person in [&lead, &bob] {
        let answer = person.post(query, json!({})).await;
        assert!(!answer.ok().to_string().contains("Ann"), "{answer:?}");
    }
    assert_eq!(
        bob.told().await,
        [
            one("STATE_CHANGED", "#1 “Bees” was taken back by its author."),
            one("COMMENTED", "Something was said about #1 “Bees”."),
        ]
        .concat()
    );
}
