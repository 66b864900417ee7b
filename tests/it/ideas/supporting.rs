//! "I want this": counted by person, open as long as the idea lives.

use rstest::rstest;

use super::*;

const SUPPORT: &str = "supportCount viewerSupports updatedAt activity { totalCount }";

#[rstest]
#[tokio::test]
async fn support_is_counted_once_a_person(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    let updated = ann.sees(&bees, "updatedAt").await["updatedAt"].clone();
    let state = |count: i32, own: bool, events: i32| {
        json!({
            "supportCount": count, "viewerSupports": own, "updatedAt": updated,
            "activity": {"totalCount": events},
        })
    };

    for _ in 0..2 {
        let answer = bob
            .on(
                &bees,
                "supportIdea",
                json!({}),
                &format!("idea {{ {SUPPORT} }}"),
            )
            .await;
        assert_eq!(answer.at("supportIdea.idea"), &state(1, true, 2));
    }
    // The author wants it too, and may say so.
    ann.on(&bees, "supportIdea", json!({}), "idea { id }")
        .await
        .ok();
    assert_eq!(ann.sees(&bees, SUPPORT).await, state(2, true, 3));

    for _ in 0..2 {
        let answer = bob
            .on(
                &bees,
                "withdrawSupport",
                json!({}),
                &format!("idea {{ {SUPPORT} }}"),
            )
            .await;
        assert_eq!(answer.at("withdrawSupport.idea"), &state(1, false, 3));
    }
}

#[rstest]
#[tokio::test]
async fn what_was_declined_can_still_be_wanted_and_what_was_taken_back_cannot(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let lead = app.person("Lea", &["LEAD"]).await;
    let (declined, withdrawn) = (ann.submit("Bees").await, ann.submit("Wasps").await);
    for idea in [&declined, &withdrawn] {
        bob.on(idea, "supportIdea", json!({}), "idea { id }")
            .await
            .ok();
    }
    lead.screen(&declined, "DECLINE", json!({})).await.ok();
    ann.on(&withdrawn, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();

    lead.on(&declined, "supportIdea", json!({}), "idea { id }")
        .await
        .ok();
    for mutation in ["supportIdea", "withdrawSupport"] {
        for person in [&bob, &lead] {
            let answer = person
                .on(&withdrawn, mutation, json!({}), "idea { id }")
                .await;
            assert_eq!(legal_steps(&answer), json!([]));
        }
    }

    let counts = [
        bob.sees(&declined, "supportCount viewerSupports").await,
        bob.sees(&withdrawn, "supportCount viewerSupports").await,
    ];
    assert_eq!(
        counts,
        [
            json!({"supportCount": 2, "viewerSupports": true}),
            json!({"supportCount": 1, "viewerSupports": true}),
        ]
    );
}
