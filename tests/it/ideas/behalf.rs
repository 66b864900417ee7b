//! Putting an idea in for somebody without a client at hand.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn a_lead_an_organizer_or_an_admin_puts_an_idea_in_for_its_author(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;

    for role in ["LEAD", "ORGANIZER", "ADMIN"] {
        let other = app.person(role, &[role]).await;
        let bees = other
            .submit_with("Bees", json!({"onBehalfOfId": ann.id}))
            .await;

        let fields = "author { id } submittedBy { id } viewerRelation viewerCan";
        assert_eq!(
            ann.sees(&bees, fields).await,
            json!({
                "author": {"id": ann.id}, "submittedBy": {"id": other.id},
                "viewerRelation": ["AUTHOR", "FOLLOWS"],
                "viewerCan": ["EDIT", "WITHDRAW", "COMMENT", "SUPPORT", "FOLLOW"],
            })
        );
        let relation = other.sees(&bees, "viewerRelation").await;
        assert_eq!(relation, json!({"viewerRelation": []}));
    }
}

#[rstest]
#[tokio::test]
async fn who_puts_it_in_may_screen_it_and_not_edit_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = lead
        .submit_with("Bees", json!({"onBehalfOfId": ann.id}))
        .await;

    let edited = lead.update(&bees, json!({"title": "Wasps"})).await;
    edited.refused_because("FORBIDDEN", "NOT_AUTHOR");

    lead.screen(&bees, "ACCEPT", json!({})).await.ok();
    let seen = ann.sees(&bees, "title state revision").await;
    assert_eq!(
        seen,
        json!({"title": "Bees", "state": "IN_ASSESSMENT", "revision": 1})
    );
}

#[rstest]
#[tokio::test]
async fn a_member_does_not_put_ideas_in_for_others(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (
        app.member("Ann").await,
        app.person("Bob", &["ASSESSOR"]).await,
    );

    let input = json!({"title": "Bees", "problem": "None.", "onBehalfOfId": ann.id});
    let answer = bob.act("submitIdea", input, "idea { id }").await;

    answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    assert_eq!(ann.titles("").await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn who_names_themselves_simply_submits(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;

    let more = json!({"onBehalfOfId": lead.id, "asDraft": true});
    let bees = lead.submit_with("Bees", more).await;

    let seen = lead
        .sees(&bees, "state author { id } submittedBy { id }")
        .await;
    assert_eq!(
        seen,
        json!({"state": "DRAFT", "author": {"id": lead.id}, "submittedBy": null})
    );
}

#[rstest]
#[tokio::test]
async fn what_one_could_not_see_afterwards_is_not_put_in_for_another(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let lead = app.person("Lea", &["LEAD"]).await;
    let organizer = app.person("Org", &["ORGANIZER"]).await;
    let for_ann = |more: Value| {
        let mut input = json!({"title": "Bees", "problem": "None.", "onBehalfOfId": ann.id});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        input
    };

    let draft = for_ann(json!({"asDraft": true}));
    let answer = lead.act("submitIdea", draft, "idea { id }").await;
    let bad = json!([[["input", "asDraft"], "NOT_FOR_ANOTHER"]]);
    assert_eq!(faults(&answer), bad);

    let confidential = for_ann(json!({"visibility": "CONFIDENTIAL"}));
    let answer = organizer.act("submitIdea", confidential.clone(), "idea { id }");
    let bad = json!([[["input", "visibility"], "NOT_FOR_ANOTHER"]]);
    assert_eq!(faults(&answer.await), bad);
    assert_eq!(ann.titles("").await, Vec::<String>::new());

    // A lead sees what is confidential, and so may.
    let answer = lead
        .act("submitIdea", confidential, "idea { visibility }")
        .await;
    assert_eq!(answer.text("submitIdea.idea.visibility"), "CONFIDENTIAL");
    assert_eq!(ann.titles("").await, ["Bees"]);
}
