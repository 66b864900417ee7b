//! Publishing: a version never changes again, and what was accepted before stays under its own.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{answers, rubric};
use crate::support::panel::Panel;
use crate::support::{App, Store, Store::*};
use crate::verify::{fits, misfit};

#[rstest]
#[tokio::test]
async fn without_rescoring_ideas_stay_under_the_version_they_were_accepted_under(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    let old = ann.submit("Bees").await;
    lead.accept_under(&old, Some("quick")).await;
    for assessor in &panel.assessors {
        assessor
            .try_to_assess(&old, answers(5, 5), "idea { id }")
            .await
            .ok();
    }
    let heavier = rubric("quick", json!({"name": "Slow look", "quorum": 1}));
    let draft = lead.drafts(heavier).await;

    let done = lead.publishes(&draft, false).await;

    assert_eq!(
        done.at("publishRubric"),
        &json!({"rescoredCount": 0, "notRescorable": [],
            "rubricVersion": {"number": 2, "state": "PUBLISHED"}})
    );
    let fields = "state scorecard { total rubricVersion { number quorum } }";
    assert_eq!(
        ann.sees(&old, fields).await,
        json!({"state": "BACKLOG", "scorecard": {"total": 60.0,
            "rubricVersion": {"number": 1, "quorum": 2}}})
    );
    let new = ann.submit("Wasps").await;
    lead.accept_under(&new, Some("quick")).await;
    panel.assessors[0]
        .try_to_assess(&new, answers(1, 1), "idea { id }")
        .await
        .ok();
    assert_eq!(
        ann.sees(&new, fields).await,
        json!({"state": "BACKLOG", "scorecard": {"total": 40.0,
            "rubricVersion": {"number": 2, "quorum": 1}}})
    );
    let told = "{ rubric(key: \"quick\") { name current { number publishedBy { name } }
        versions { number quorum } changes { kind versionNumber reason by { name } } } }";
    let told = ann.post(told, json!({})).await;
    assert_eq!(
        told.at("rubric"),
        &json!({
            "name": "Slow look", "current": {"number": 2, "publishedBy": {"name": "Lea"}},
            "versions": [{"number": 1, "quorum": 2}, {"number": 2, "quorum": 1}],
            "changes": [
                {"kind": "PUBLISHED", "versionNumber": 1, "reason": "We learned.", "by": {"name": "Lea"}},
                {"kind": "PUBLISHED", "versionNumber": 2, "reason": "We learned.", "by": {"name": "Lea"}},
            ],
        })
    );
}

#[rstest]
#[tokio::test]
async fn twenty_leads_publish_a_draft_at_once_and_one_of_them_does(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let draft = lead.drafts(rubric("quick", json!({}))).await;
    let mut begun = Vec::new();
    for number in 0..20 {
        let other = app.person(&format!("Lead{number}"), &["LEAD"]).await;
        let draft = draft.clone();
        begun.push(tokio::spawn(
            async move { other.publishes(&draft, false).await },
        ));
    }

    let mut won = 0;
    for answer in begun {
        let answer = answer.await.unwrap();
        if answer.errors().is_empty() {
            won += 1;
        } else {
            answer.refused_because("CONFLICT", "ALREADY_PUBLISHED");
        }
    }

    assert_eq!(won, 1);
    let told = "{ rubric(key: \"quick\") { versions { number } changes { kind } } }";
    assert_eq!(
        lead.post(told, json!({})).await.at("rubric"),
        &json!({"versions": [{"number": 1}], "changes": [{"kind": "PUBLISHED"}]})
    );
}

#[rstest]
#[tokio::test]
async fn twenty_leads_draft_a_new_rubric_at_once_and_one_draft_is_left(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let mut begun = Vec::new();
    for _ in 0..20 {
        let lead = lead.clone();
        begun.push(tokio::spawn(async move {
            lead.drafts(rubric("quick", json!({}))).await
        }));
    }
    let mut ids = Vec::new();
    for id in begun {
        ids.push(id.await.unwrap());
    }

    let told = "{ rubric(key: \"quick\") { versions { id number state } } }";
    let told = lead.post(told, json!({})).await;

    let versions = told.at("rubric.versions").as_array().unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0]["number"], 1);
    assert!(ids.iter().any(|id| versions[0]["id"] == json!(id)));
}

#[rstest]
#[tokio::test]
async fn a_draft_is_published_with_a_reason_and_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let draft = lead.drafts(rubric("quick", json!({}))).await;
    let empty = json!({"rubricVersionId": draft, "reason": " \n"});
    let refused = lead
        .act("publishRubric", empty, "rubricVersion { id }")
        .await;
    refused.refused_because("BAD_USER_INPUT", "REASON_MISSING");
    lead.publishes(&draft, false).await.ok();

    let again = lead.publishes(&draft, true).await;

    again.refused_because("CONFLICT", "ALREADY_PUBLISHED");
    for id in ["", "rubricVersion_x", &lead.id] {
        let refused = lead.publishes(id, false).await;
        let code = &refused.errors()[0]["extensions"]["code"];
        assert!(
            [Value::from("BAD_USER_INPUT"), Value::from("NOT_FOUND")].contains(code),
            "{id}: {code}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_reason_or_a_kind_that_was_changed_behind_the_back_is_found(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    lead.brings_out(rubric("quick", json!({}))).await;
    fits(&app);
    for (change, back, told) in [
        (
            "update rubric_change set reason = 'We learnt.'",
            "update rubric_change set reason = 'We learned.'",
            "what it says of version 1 was changed",
        ),
        (
            "update rubric_change set kind = 'RETIRED'",
            "update rubric_change set kind = 'PUBLISHED'",
            "what it says of version 1 was changed",
        ),
        ("delete from rubric_change", "", "is gone"),
    ] {
        execute(&app, change).await;

        let found = misfit(&app);

        assert!(found.contains("RUBRIC_PUBLISHED"), "{found}");
        assert!(found.contains(told), "{found}");
        if !back.is_empty() {
            execute(&app, back).await;
            fits(&app);
        }
    }
}

/// Changes rows past the server.
async fn execute(app: &App, statement: &str) {
    let sql = app.db().reader();
    sql.execute_unprepared(statement).await.unwrap();
}
