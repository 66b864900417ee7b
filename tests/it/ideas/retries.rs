//! A request that comes again under its key happens once, and is answered with what it led
//! to then.

use std::time::Duration;

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use sluice::entity::{event, idea, idea_revision, idempotency};
use sluice::ideas::promises::Promises;
use sluice::session::{House, KEY_LIFETIME};
use tokio::task::JoinSet;

use super::*;

/// Submits an idea under a key; its number, and null when it was refused.
async fn submit(person: &Person, key: &str, title: &str) -> Answer {
    let input = json!({"title": title, "problem": "None.", "idempotencyKey": key});
    person
        .act("submitIdea", input, "idea { number title }")
        .await
}

/// How many ideas, revisions and events there are.
async fn rows(app: &App) -> [u64; 3] {
    let sql = app.db().reader();
    [
        idea::Entity::find().count(sql).await.unwrap(),
        idea_revision::Entity::find().count(sql).await.unwrap(),
        event::Entity::find().count(sql).await.unwrap(),
    ]
}

#[rstest]
#[tokio::test]
async fn the_same_key_and_input_give_the_same_idea_read_anew(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let first = submit(&ann, "k", "Bees").await;
    let bees = ann
        .post("{ idea(number: 1) { id number } }", json!({}))
        .await;
    ann.update(&Idea::at(&bees, "idea"), json!({"title": "Wasps"}))
        .await
        .ok();
    let before = rows(&app).await;

    let second = submit(&ann, "k", "Bees").await;
    // Written in another way and another order, it is still the same.
    let literal = "mutation { submitIdea(input: {idempotencyKey: \"k\", problem: \"None.\", \
        title: \"Bees\"}) { idea { number title } } }";
    let third = ann.post(literal, json!({})).await;

    assert_eq!(
        first.at("submitIdea.idea"),
        &json!({"number": 1, "title": "Bees"})
    );
    for again in [second, third] {
        assert_eq!(
            again.at("submitIdea.idea"),
            &json!({"number": 1, "title": "Wasps"})
        );
    }
    assert_eq!(rows(&app).await, before);
}

#[rstest]
#[tokio::test]
async fn eight_at_once_make_one_idea(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let other = app.another().await;

    let mut all = JoinSet::new();
    for index in 0..8 {
        let ann = if index % 2 == 0 {
            ann.clone()
        } else {
            ann.at(&other)
        };
        all.spawn(async move { submit(&ann, "k", "Bees").await });
    }

    for answer in all.join_all().await {
        assert_eq!(answer.at("submitIdea.idea.number"), 1);
    }
    assert_eq!(rows(&app).await[..2], [1, 1]);
    assert_eq!(ann.titles("").await, ["Bees"]);
}

#[rstest]
#[tokio::test]
async fn another_input_under_a_used_key_is_refused(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    submit(&ann, "k", "Bees").await.ok();
    let before = rows(&app).await;

    let answer = submit(&ann, "k", "Wasps").await;

    answer.refused_because("CONFLICT", "KEY_REUSED");
    assert_eq!(rows(&app).await, before);
}

#[rstest]
#[tokio::test]
async fn what_is_cleared_is_another_input_than_what_is_left_out(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit_with("Bees", json!({"proposal": "Hives."})).await;
    let keep = json!({"title": "Wasps", "idempotencyKey": "k"});
    let clear = json!({"title": "Wasps", "proposal": null, "idempotencyKey": "k"});
    ann.update(&bees, keep).await.ok();

    let answer = ann.update(&bees, clear).await;

    answer.refused_because("CONFLICT", "KEY_REUSED");
    let seen = ann.sees(&bees, "proposal").await;
    assert_eq!(seen, json!({"proposal": "Hives."}));
}

#[rstest]
#[tokio::test]
async fn a_refusal_uses_up_no_key(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;

    // Refused before anything was read: another input may use the key.
    submit(&ann, "k", "").await.refused("BAD_USER_INPUT");
    submit(&ann, "k", "Bees").await.ok();
    // Refused by the state it was in: the same input works later.
    let draft = ann.submit_with("Ants", json!({"asDraft": true})).await;
    let key = json!({"idempotencyKey": "k"});
    let early = ann
        .on(&draft, "supportIdea", key.clone(), "idea { id }")
        .await;
    early.refused("ILLEGAL_STEP");
    ann.on(&draft, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();
    let later = ann
        .on(&draft, "supportIdea", key, "idea { supportCount }")
        .await;
    assert_eq!(later.at("supportIdea.idea.supportCount"), 1);
}

#[rstest]
#[tokio::test]
async fn a_key_belongs_to_a_person_and_a_mutation(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);

    assert_eq!(
        submit(&ann, "k", "Bees").await.at("submitIdea.idea.number"),
        1
    );
    assert_eq!(
        submit(&bob, "k", "Bees").await.at("submitIdea.idea.number"),
        2
    );
    let bees = bob
        .post("{ idea(number: 1) { id number } }", json!({}))
        .await;
    let bees = Idea::at(&bees, "idea");
    let key = json!({"idempotencyKey": "k"});
    for (mutation, count) in [("supportIdea", 1), ("withdrawSupport", 0)] {
        let answer = bob.on(&bees, mutation, key.clone(), "idea { supportCount }");
        let answer = answer.await;
        assert_eq!(answer.at(&format!("{mutation}.idea.supportCount")), count);
    }
    // It came before and is not done again: he took it back since.
    let again = bob
        .on(&bees, "supportIdea", key, "idea { supportCount }")
        .await;
    assert_eq!(again.at("supportIdea.idea.supportCount"), 0);
}

#[rstest]
#[tokio::test]
async fn every_mutation_of_an_idea_happens_once_under_its_key(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let draft = ann.submit_with("Bees", json!({"asDraft": true})).await;
    let gone = ann.submit_with("Ants", json!({"asDraft": true})).await;
    let ask = json!({"outcome": "NEEDS_INFO", "reason": "How many?", "idempotencyKey": "k"});

    for (person, idea, mutation, more, fields) in [
        (&ann, &gone, "discardDraft", json!({}), "discardedId"),
        (&ann, &draft, "submitDraft", json!({}), "idea { id }"),
        (
            &ann,
            &draft,
            "updateIdea",
            json!({"title": "Wasps"}),
            "idea { revision }",
        ),
        (&lead, &draft, "screenIdea", ask, "decision { id }"),
        (
            &ann,
            &draft,
            "answerQuestion",
            json!({"answer": "7"}),
            "idea { state }",
        ),
        (
            &ann,
            &draft,
            "withdrawIdea",
            json!({"reason": "Done."}),
            "idea { state }",
        ),
    ] {
        let mut input = more;
        input["idempotencyKey"] = json!("k");
        let first = person.on(idea, mutation, input.clone(), fields).await;
        let before = rows(&app).await;
        let second = person.on(idea, mutation, input, fields).await;
        assert_eq!(first.ok(), second.ok());
        assert_eq!(rows(&app).await, before, "{mutation}");
    }
}

#[rstest]
#[tokio::test]
async fn a_key_is_forgotten_after_a_day(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    submit(&ann, "k", "Bees").await.ok();

    let almost = std::time::Duration::from_secs(DAY.unsigned_abs() - 60);
    app.clock().advance(almost);
    assert_eq!(
        submit(&ann, "k", "Bees").await.at("submitIdea.idea.number"),
        1
    );
    app.clock().advance(std::time::Duration::from_secs(60));
    assert_eq!(
        submit(&ann, "k", "Wasps")
            .await
            .at("submitIdea.idea.number"),
        2
    );
    // And remembered anew.
    assert_eq!(
        submit(&ann, "k", "Wasps")
            .await
            .at("submitIdea.idea.number"),
        2
    );
    let answer = submit(&ann, "k", "Bees").await;
    answer.refused_because("CONFLICT", "KEY_REUSED");
}

#[rstest]
#[tokio::test]
async fn another_server_on_the_same_database_knows_the_key(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    submit(&ann, "k", "Bees").await.ok();

    let ann = ann.at(&app.another().await);

    assert_eq!(
        submit(&ann, "k", "Bees").await.at("submitIdea.idea.number"),
        1
    );
    let answer = submit(&ann, "k", "Wasps").await;
    answer.refused_because("CONFLICT", "KEY_REUSED");
}

#[rstest]
#[tokio::test]
async fn a_key_has_one_to_a_hundred_characters_in_one_line(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;

    for (key, reason) in [
        (String::new(), "KEY_TOO_LONG"),
        ("k".repeat(101), "KEY_TOO_LONG"),
        ("k\u{0}".to_owned(), "CONTROL_CHARACTERS"),
    ] {
        let answer = submit(&ann, &key, "Bees").await;
        assert_eq!(
            faults(&answer),
            json!([[["input", "idempotencyKey"], reason]])
        );
    }
    assert_eq!(rows(&app).await[..2], [0, 0]);
    submit(&ann, &"🐝".repeat(100), "Bees").await.ok();
}

#[rstest]
#[tokio::test]
async fn keys_older_than_a_day_are_thrown_away_and_no_others(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let house = House {
        db: app.db().clone(),
        clock: app.clock().clone(),
        promises: Promises::default(),
        cut: 10,
        prototype_limit: 5,
    };
    let kept = async || {
        let rows = idempotency::Entity::find().all(app.db().reader()).await;
        let mut keys: Vec<String> = rows.unwrap().into_iter().map(|row| row.key).collect();
        keys.sort();
        keys
    };
    submit(&ann, "old", "Bees").await.ok();
    let a_day_later = app.clock().now() + KEY_LIFETIME;
    app.clock().advance(Duration::from_secs(60 * 60));
    submit(&ann, "young", "Wasps").await.ok();
    let almost = a_day_later - 1 - app.clock().now();
    app.clock()
        .advance(Duration::from_micros(almost.unsigned_abs()));

    assert_eq!(house.forget_keys().await.unwrap(), 0);
    assert_eq!(kept().await, ["old", "young"]);
    app.clock().advance(Duration::from_micros(1));
    assert_eq!(house.forget_keys().await.unwrap(), 1);
    assert_eq!(kept().await, ["young"]);

    // What is kept still answers.
    let again = submit(&ann, "young", "Wasps").await;
    assert_eq!(again.at("submitIdea.idea.number"), 2);
    assert_eq!(rows(&app).await[0], 2);
}
