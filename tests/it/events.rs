//! The event log after a life of all sorts: chains that verify, heads that match, digests of
//! texts, and no text.

use std::collections::BTreeMap;

use rstest::rstest;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use sluice::entity::{decision, event, event_head, idea_revision, member, note, question};
use sluice::platform::digest::sha256;
use sluice::platform::outbox::{Link, Subject, canonical};
use uuid::Uuid;

use super::support::people::Person;
use super::support::{App, Store, Store::*};

/// Stands in everything that people write here.
const MARK: &str = "Quetzalcoatl";

/// One mutation of an idea.
async fn on(person: &Person, id: &str, mutation: &str, more: Value) {
    let mut input = json!({"ideaId": id});
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    let payload = if mutation == "discardDraft" {
        "discardedId"
    } else {
        "__typename"
    };
    person.act(mutation, input, payload).await.ok();
}

/// Lives through everything that can happen to ideas.
async fn live(app: &App) {
    let said = |what: &str| format!("{MARK} {what}");
    let ann = app.member(&said("Ann")).await;
    let bob = app.member("Bob").await;
    let lead = app.person("Lea", &["LEAD"]).await;
    let all = json!({
        "problem": said("problem"), "proposal": said("proposal"), "tags": [said("tag")],
        "links": [{"url": format!("https://{MARK}.example"), "title": said("link")}],
        "coAuthorIds": [bob.id],
    });
    let draft = ann
        .submit_with(&said("draft"), json!({"asDraft": true}))
        .await;
    on(&ann, &draft.id, "discardDraft", json!({})).await;
    let bees = ann.submit_with(&said("title"), all).await.id;
    on(
        &bob,
        &bees,
        "updateIdea",
        json!({"title": said("new"), "tags": null}),
    )
    .await;
    on(&bob, &bees, "supportIdea", json!({})).await;
    let ask = json!({"outcome": "NEEDS_INFO", "reason": said("question")});
    on(&lead, &bees, "screenIdea", ask).await;
    on(
        &ann,
        &bees,
        "answerQuestion",
        json!({"answer": said("answer")}),
    )
    .await;
    let accept = json!({"outcome": "ACCEPT", "reason": said("reason")});
    on(&lead, &bees, "screenIdea", accept).await;
    on(&bob, &bees, "withdrawSupport", json!({})).await;
    for name in ["Xia", "Yves", "Zoe"] {
        let assessor = app.person(name, &["ASSESSOR"]).await;
        let ratings: Vec<Value> = [
            "problem",
            "impact",
            "fit",
            "feasibility",
            "novelty",
            "effort",
        ]
        .iter()
        .map(|it| json!({"criterion": it, "level": 4, "rationale": said("rationale")}))
        .collect();
        let input = json!({"ratings": ratings, "comment": said("comment")});
        on(&assessor, &bees, "submitAssessment", input).await;
    }
    on(&ann, &bees, "updateIdea", json!({"problem": said("again")})).await;
    on(&ann, &bees, "withdrawIdea", json!({"reason": said("note")})).await;
    let wasps = bob
        .submit_with(&said("declined"), json!({"authorship": "ANONYMOUS"}))
        .await;
    let decline = json!({
        "outcome": "DECLINE", "reason": said("no"), "wouldReconsiderIf": said("if"),
    });
    on(&lead, &wasps.id, "screenIdea", decline).await;
    // Signs in once more, with another role.
    app.person("Bob", &["ASSESSOR"]).await;
}

/// All events, each chain in its order.
async fn chains(app: &App) -> BTreeMap<(String, Uuid), Vec<event::Model>> {
    let rows = event::Entity::find()
        .order_by_asc(event::Column::Id)
        .all(app.db().reader());
    let mut chains: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows.await.unwrap() {
        let subject = (row.subject_kind.clone(), row.subject_id);
        chains.entry(subject).or_default().push(row);
    }
    chains
}

fn subject(kind: &str, id: Uuid) -> Subject {
    match kind {
        "member" => Subject::Member(id),
        "rubric" => Subject::Rubric(id),
        "idea" => Subject::Idea(id),
        other => panic!("{other} is no subject"),
    }
}

#[rstest]
#[tokio::test]
async fn every_chain_verifies_and_its_head_is_its_end(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    live(&app).await;

    let chains = chains(&app).await;
    let heads = event_head::Entity::find()
        .all(app.db().reader())
        .await
        .unwrap();

    assert_eq!(heads.len(), chains.len());
    for head in heads {
        let chain = &chains[&(head.subject_kind.clone(), head.subject_id)];
        let mut hash = String::new();
        for (event, position) in chain.iter().zip(1..) {
            let link = Link {
                subject: subject(&event.subject_kind, event.subject_id),
                position,
                kind: &event.kind,
                actor: event.actor_id,
                at: event.at,
                data: &event.data,
            };
            hash = link.hash(&hash);
            assert_eq!(
                (event.position, &event.hash),
                (position, &hash),
                "{event:?}"
            );
            let data: Value = serde_json::from_str(&event.data).unwrap();
            assert_eq!(canonical(&data), event.data);
        }
        assert_eq!(
            (head.position, head.hash),
            (chain.last().unwrap().position, hash)
        );
    }
    let kinds = |kind: &str| -> Vec<Vec<&str>> {
        let of_kind = chains.iter().filter(|((it, _), _)| it == kind);
        of_kind
            .map(|(_, chain)| chain.iter().map(|event| event.kind.as_str()).collect())
            .collect()
    };
    assert_eq!(
        kinds("idea"),
        [
            vec!["DRAFTED", "DISCARDED"],
            vec![
                "SUBMITTED",
                "EDITED",
                "SUPPORTED",
                "SCREENED",
                "QUESTION_ANSWERED",
                "SCREENED",
                "SUPPORT_WITHDRAWN",
                "ASSESSED",
                "ASSESSED",
                "ASSESSED",
                "STATE_CHANGED",
                "SCORE_CHANGED",
                "EDITED",
                "STATE_CHANGED",
            ],
            vec!["SUBMITTED", "SCREENED"],
        ]
    );
}

#[rstest]
#[tokio::test]
async fn no_event_holds_a_text_that_people_wrote(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    live(&app).await;

    let members = member::Entity::find().all(app.db().reader());
    let members = members.await.unwrap();
    for event in chains(&app).await.into_values().flatten() {
        assert!(!event.data.contains(MARK), "{event:?}");
        assert!(!event.data.contains(&MARK.to_lowercase()), "{event:?}");
        for member in &members {
            assert!(!event.data.contains(&member.name), "{event:?}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn digests_are_those_of_the_texts_and_their_salts(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    live(&app).await;
    let sql = app.db().reader();
    let mut checked = BTreeMap::new();

    for event in chains(&app).await.into_values().flatten() {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        let named = |key: &str| data[key].as_str().and_then(|id| Uuid::try_parse(id).ok());
        let (what, digest) = if let Some(id) = named("decision") {
            let row = decision::Entity::find_by_id(id)
                .one(sql)
                .await
                .unwrap()
                .unwrap();
            let if_ = row.would_reconsider_if.unwrap_or_default();
            // Neither rank nor score nor override, and nothing that other decisions come with.
            let said = [&row.salt, &row.kind, &row.reason, &if_].map(String::as_str);
            let rest = ["", "", "false", "", "", "", "", "", ""];
            ("decision", sha256(&[&said[..], &rest[..]].concat()))
        } else if let Some(id) = named("question") {
            let row = question::Entity::find_by_id(id)
                .one(sql)
                .await
                .unwrap()
                .unwrap();
            (
                "answer",
                sha256(&[&row.salt, &row.text, &row.answer.unwrap()]),
            )
        } else if let Some(id) = named("note") {
            let row = note::Entity::find_by_id(id)
                .one(sql)
                .await
                .unwrap()
                .unwrap();
            ("note", sha256(&[&row.salt, &row.text]))
        } else if let (Some(number), Some(_)) = (data["revision"].as_i64(), data.get("digest")) {
            let id = (event.subject_id, i32::try_from(number).unwrap());
            let Some(row) = idea_revision::Entity::find_by_id(id)
                .one(sql)
                .await
                .unwrap()
            else {
                // A discarded draft: its texts are gone, and the chain stays whole.
                assert_eq!(event.kind, "DRAFTED");
                continue;
            };
            assert!(row.body.contains(MARK));
            ("revision", sha256(&[&row.salt, &row.body]))
        } else {
            continue;
        };
        assert_eq!(data["digest"], digest, "{what}");
        *checked.entry(what).or_insert(0) += 1;
    }

    let wanted = [("answer", 1), ("decision", 3), ("note", 1), ("revision", 4)];
    assert_eq!(checked, BTreeMap::from(wanted));
}

#[rstest]
#[tokio::test]
async fn a_refused_command_leaves_no_event(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    let before: usize = chains(&app).await.values().map(Vec::len).sum();

    for (mutation, more) in [
        ("updateIdea", json!({"title": "Wasps"})),
        ("withdrawIdea", json!({"reason": "Mine."})),
        ("screenIdea", json!({"outcome": "DECLINE", "reason": "No."})),
    ] {
        let mut input = json!({"ideaId": bees.id});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        bob.act(mutation, input, "__typename")
            .await
            .refused("FORBIDDEN");
    }

    let after: usize = chains(&app).await.values().map(Vec::len).sum();
    assert_eq!(after, before);
}
