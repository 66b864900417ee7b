//! Who is told what becomes of an idea: its authors, who speaks about it, and who wants to.

use rstest::rstest;
use sea_orm::EntityTrait;
use sluice::entity::follower;
use tokio::task::JoinSet;

use super::*;

const FOLLOWS: &str = "viewerFollows viewerRelation updatedAt";

#[rstest]
#[tokio::test]
async fn an_idea_is_followed_once_and_no_more_when_somebody_likes(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    let updated = ann.sees(&bees, "updatedAt").await["updatedAt"].clone();
    let state = |follows: bool| {
        let relation = if follows {
            json!(["FOLLOWS"])
        } else {
            json!([])
        };
        json!({"viewerFollows": follows, "viewerRelation": relation, "updatedAt": updated})
    };
    assert_eq!(bob.sees(&bees, FOLLOWS).await, state(false));

    for (mutation, follows) in [("followIdea", true), ("unfollowIdea", false)] {
        for _ in 0..2 {
            let fields = format!("idea {{ {FOLLOWS} }}");
            let answer = bob.on(&bees, mutation, json!({}), &fields).await;
            assert_eq!(answer.at(&format!("{mutation}.idea")), &state(follows));
            let found = bob.titles("filter: {viewer: [FOLLOWS]}").await;
            assert_eq!(found, if follows { vec!["Bees"] } else { vec![] });
        }
    }
    // Who follows is nobody's to read, nor that somebody does.
    assert_eq!(
        ann.sees(&bees, "activity { totalCount }").await,
        json!({"activity": {"totalCount": 1}})
    );
}

#[rstest]
#[tokio::test]
async fn authors_follow_by_themselves_and_may_stop(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob, cy) = (
        app.member("Ann").await,
        app.member("Bob").await,
        app.member("Cy").await,
    );
    let with_bob = json!({"coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Bees", with_bob).await;
    let follow =
        async |who: &Person| who.sees(&bees, "viewerFollows").await["viewerFollows"].clone();
    for person in [&ann, &bob] {
        assert_eq!(follow(person).await, true);
    }

    for person in [&ann, &bob] {
        person
            .on(&bees, "unfollowIdea", json!({}), "idea { id }")
            .await
            .ok();
    }
    // An edit makes nobody follow again, but for those who are put on the idea.
    ann.update(&bees, json!({"coAuthorIds": [bob.id, cy.id]}))
        .await
        .ok();

    assert_eq!(follow(&ann).await, false);
    assert_eq!(follow(&bob).await, false);
    assert_eq!(follow(&cy).await, true);
}

#[rstest]
#[tokio::test]
async fn what_was_taken_back_is_followed_by_nobody_new(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    bob.on(&bees, "followIdea", json!({}), "idea { id }")
        .await
        .ok();
    ann.on(&bees, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();

    let again = bob.on(&bees, "followIdea", json!({}), "idea { id }").await;

    assert_eq!(legal_steps(&again), json!([]));
    let can = bob.sees(&bees, "viewerFollows viewerCan").await;
    assert_eq!(can, json!({"viewerFollows": true, "viewerCan": []}));
    let answer = bob.on(&bees, "unfollowIdea", json!({}), "idea { viewerFollows }");
    assert_eq!(
        answer.await.at("unfollowIdea.idea.viewerFollows"),
        &json!(false)
    );
}

#[rstest]
#[tokio::test]
async fn of_many_who_follow_and_stop_at_once_each_gets_what_they_asked_last(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let mut acts = JoinSet::new();
    for index in 0..20 {
        let person = app.member(&format!("Member {index}")).await;
        let bees = bees.clone();
        acts.spawn(async move {
            for round in 0..3 + index % 2 {
                let mutation = ["followIdea", "unfollowIdea"][round % 2];
                let answer = person
                    .on(&bees, mutation, json!({}), "idea { viewerFollows }")
                    .await;
                let follows = answer.at(&format!("{mutation}.idea.viewerFollows"));
                assert_eq!(follows, &json!(round % 2 == 0));
            }
        });
    }
    while let Some(done) = acts.join_next().await {
        done.unwrap();
    }

    // Ann, and the ten who followed last.
    let rows = follower::Entity::find().all(app.db().reader()).await;
    assert_eq!(rows.unwrap().len(), 11);
}
