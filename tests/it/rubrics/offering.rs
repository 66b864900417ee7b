//! Retiring a rubric, and choosing the default one.

use rstest::rstest;
use serde_json::json;

use super::{answers, rubric};
use crate::support::panel::Panel;
use crate::support::{App, Store, Store::*};
use crate::verify::fits;

#[rstest]
#[tokio::test]
async fn a_retired_rubric_is_offered_no_more_and_what_is_under_it_goes_on(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    let (old, new) = (ann.submit("Bees").await, ann.submit("Wasps").await);
    lead.accept_under(&old, Some("quick")).await;
    let input = json!({"key": "quick", "reason": "Nobody used it."});

    let done = lead
        .act(
            "retireRubric",
            input.clone(),
            "rubricVersion { number state }",
        )
        .await;

    assert_eq!(
        done.at("retireRubric.rubricVersion"),
        &json!({"number": 1, "state": "RETIRED"})
    );
    let accept =
        json!({"ideaId": new.id, "outcome": "ACCEPT", "reason": "Clear.", "rubric": "quick"});
    let refused = lead.act("screenIdea", accept, "idea { id }").await;
    refused.refused_because("BAD_USER_INPUT", "UNKNOWN_RUBRIC");
    for assessor in &panel.assessors {
        assessor
            .try_to_assess(&old, answers(5, 1), "idea { id }")
            .await
            .ok();
    }
    assert_eq!(
        ann.sees(&old, "state rank scorecard { total }").await,
        json!({"state": "BACKLOG", "rank": 1, "scorecard": {"total": 100.0}})
    );
    let twice = lead
        .act("retireRubric", input, "rubricVersion { id }")
        .await;
    twice.refused_because("CONFLICT", "RUBRIC_RETIRED");
    let preferred = json!({"key": "quick", "reason": "It is short."});
    let refused = lead
        .act("setDefaultRubric", preferred, "rubricVersion { id }")
        .await;
    refused.refused_because("CONFLICT", "RUBRIC_RETIRED");
    // Another version of it is offered again.
    lead.brings_out(rubric("quick", json!({"quorum": 1}))).await;
    lead.accept_under(&new, Some("quick")).await;
    let told = "{ rubric(key: \"quick\") { current { number } versions { number state } } }";
    assert_eq!(
        ann.post(told, json!({})).await.at("rubric"),
        &json!({"current": {"number": 2}, "versions": [
            {"number": 1, "state": "RETIRED"}, {"number": 2, "state": "PUBLISHED"}]})
    );
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn the_default_rubric_is_chosen_with_a_reason_and_cannot_be_retired(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    let before = ann.submit("Bees").await;
    lead.accept(&before).await;
    lead.brings_out(rubric("quick", json!({}))).await;
    let choose = json!({"key": "quick", "reason": "It is short."});

    let done = lead
        .act(
            "setDefaultRubric",
            choose.clone(),
            "rubricVersion { number }",
        )
        .await;

    done.ok();
    let after = ann.submit("Wasps").await;
    lead.accept(&after).await;
    let rubric = "rubric { key }";
    assert_eq!(
        (
            ann.sees(&before, rubric).await,
            ann.sees(&after, rubric).await
        ),
        (
            json!({"rubric": {"key": "innovation"}}),
            json!({"rubric": {"key": "quick"}})
        )
    );
    let first = ann.post("{ rubrics { key isDefault } }", json!({})).await;
    assert_eq!(
        first.at("rubrics.0"),
        &json!({"key": "quick", "isDefault": true})
    );
    assert_eq!(first.at("rubrics.1.isDefault"), false);
    for mutation in ["setDefaultRubric", "retireRubric"] {
        let refused = lead
            .act(mutation, choose.clone(), "rubricVersion { id }")
            .await;
        refused.refused_because("CONFLICT", "DEFAULT_RUBRIC");
        let unknown = json!({"key": "quack\u{0}", "reason": ""});
        let refused = lead.act(mutation, unknown, "rubricVersion { id }").await;
        let told = refused.refused_because("BAD_USER_INPUT", "UNKNOWN_RUBRIC");
        assert_eq!(told["extensions"]["faults"].as_array().unwrap().len(), 2);
    }
}

#[rstest]
#[tokio::test]
async fn twenty_leads_choose_at_once_and_there_is_one_default(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let keys = ["innovation", "rice", "ice", "wsjf"];
    let mut begun = Vec::new();
    for number in 0..20 {
        let lead = lead.clone();
        begun.push(tokio::spawn(async move {
            let input = json!({"key": keys[number % 4], "reason": "I like it."});
            lead.act("setDefaultRubric", input, "rubricVersion { id }")
                .await
        }));
    }
    for answer in begun {
        let answer = answer.await.unwrap();
        if !answer.errors().is_empty() {
            answer.refused_because("CONFLICT", "DEFAULT_RUBRIC");
        }
    }

    let all = lead.post("{ rubrics { isDefault } }", json!({})).await;

    let defaults = all.at("rubrics").as_array().unwrap().iter();
    assert_eq!(defaults.filter(|it| it["isDefault"] == true).count(), 1);
    fits(&app);
}
