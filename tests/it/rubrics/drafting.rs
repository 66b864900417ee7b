//! Drafts: seen by leads, replaced by the next one, and refused with every fault.

use rstest::rstest;
use serde_json::{Value, json};

use super::{criterion, rubric};
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{App, Store, Store::*};

async fn versions(person: &Person, key: &str) -> Value {
    let query = "query($key: String!) { rubric(key: $key) { name isDefault current { number }
        versions { number state quorum minimumCoverage criteria { key kind weight isRequired } } } }";
    let answer = person.post(query, json!({"key": key})).await;
    answer.at("rubric").clone()
}

#[rstest]
#[tokio::test]
async fn a_draft_reads_as_it_was_written_to_leads_and_is_not_there_for_others(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    let idea = ann.submit("Bees").await;

    let id = lead.drafts(rubric("quick", json!({}))).await;

    assert_eq!(
        versions(lead, "quick").await,
        json!({
            "name": "Quick look", "isDefault": false, "current": null,
            "versions": [{
                "number": 1, "state": "DRAFT", "quorum": 2, "minimumCoverage": 0.6,
                "criteria": [
                    {"key": "impact", "kind": "BENEFIT", "weight": 0.6, "isRequired": true},
                    {"key": "effort", "kind": "COST", "weight": 0.4, "isRequired": false},
                ],
            }],
        })
    );
    assert_eq!(versions(ann, "quick").await, Value::Null);
    let keys = |answer: crate::support::people::Answer| {
        let all = answer.at("rubrics").as_array().unwrap().clone();
        all.iter().any(|rubric| rubric["key"] == "quick")
    };
    assert!(keys(lead.post("{ rubrics { key } }", json!({})).await));
    assert!(!keys(ann.post("{ rubrics { key } }", json!({})).await));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let seen = ann.post(node, json!({"id": id})).await;
    assert_eq!(seen.at("node"), &Value::Null);
    let backlog = "{ backlog(filter: {rubric: \"quick\"}) { nodes { rank } } }";
    for person in [lead, ann] {
        let refused = person.post(backlog, json!({})).await;
        refused.refused_because("BAD_USER_INPUT", "UNKNOWN_RUBRIC");
    }
    let accept =
        json!({"ideaId": idea.id, "outcome": "ACCEPT", "reason": "Clear.", "rubric": "quick"});
    let refused = lead.act("screenIdea", accept, "idea { state }").await;
    refused.refused_because("BAD_USER_INPUT", "UNKNOWN_RUBRIC");
    assert_eq!(
        ann.sees(&idea, "state").await,
        json!({"state": "SUBMITTED"})
    );
}

#[rstest]
#[tokio::test]
async fn drafting_a_key_again_replaces_its_draft_so_that_nobody_publishes_what_they_have_not_read(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let first = lead.drafts(rubric("quick", json!({}))).await;

    let second = lead.drafts(rubric("quick", json!({"quorum": 5}))).await;

    let old = lead.publishes(&first, false).await;
    old.refused("NOT_FOUND");
    let found = versions(&lead, "quick").await;
    assert_eq!(found["versions"].as_array().unwrap().len(), 1);
    assert_eq!(found["versions"][0]["quorum"], 5);
    let new = lead.publishes(&second, false).await;
    assert_eq!(
        new.at("publishRubric.rubricVersion"),
        &json!({"number": 1, "state": "PUBLISHED"})
    );
}

#[rstest]
#[tokio::test]
async fn every_fault_of_a_draft_is_told_at_once_and_nothing_is_kept(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let mut criteria: Vec<Value> = (0..9)
        .map(|n| criterion(&format!("c{n}"), json!({"weight": 1})))
        .collect();
    criteria[0]["weight"] = json!(0);
    criteria[1]["weight"] = json!(-1);
    criteria[2]["weight"] = json!(null);
    criteria[3]["minimum"] = json!(9);
    criteria[4]["step"] = json!(0.3);
    criteria[5]["levels"] = json!([{"value": 1, "anchor": "None"}, {"value": 5, "anchor": "Much"}]);
    criteria[6]["key"] = json!("c5");
    criteria[7]["weight"] = json!(1e300);
    criteria[8]["name"] = json!(" ");
    let gate = json!({"kind": "GATE", "weight": 1, "minimum": 0, "maximum": 1,
        "levels": [{"value": 0, "anchor": "No"}, {"value": 1, "anchor": "Yes"}]});
    criteria.push(criterion("gate", gate));
    let wide = json!({"kind": "GATE", "minimum": 0, "maximum": 2,
        "levels": [{"value": 0, "anchor": "No"}, {"value": 1, "anchor": "So"}, {"value": 2, "anchor": "Yes"}]});
    criteria.push(criterion("wide", wide));
    let input = rubric(
        "no good",
        json!({"name": "", "quorum": -3, "minimumCoverage": 1.2, "criteria": criteria}),
    );

    let refused = lead.act("draftRubric", input, "rubricVersion { id }").await;

    let told = refused.refused_because("BAD_USER_INPUT", "BAD_KEY");
    let faults = told["extensions"]["faults"].as_array().unwrap();
    let told: Vec<String> = faults
        .iter()
        .map(|fault| {
            let path: Vec<String> = fault["path"].as_array().unwrap()[1..]
                .iter()
                .map(|step| step.to_string().replace('"', ""))
                .collect();
            format!("{} {}", path.join("."), fault["reason"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            "key BAD_KEY",
            "name NAME_MISSING",
            "quorum QUORUM_OUT_OF_RANGE",
            "minimumCoverage COVERAGE_OUT_OF_RANGE",
            "criteria TOO_MANY_CRITERIA",
            "criteria.0.weight WEIGHT_NOT_POSITIVE",
            "criteria.1.weight WEIGHT_NOT_POSITIVE",
            "criteria.2.weight WEIGHT_NOT_POSITIVE",
            "criteria.3.maximum SCALE_REVERSED",
            "criteria.4.step STEP_OFF_SCALE",
            "criteria.5.levels ANCHORS_MISSING",
            "criteria.6.key CRITERION_TWICE",
            "criteria.7.weight NUMBER_OUT_OF_RANGE",
            "criteria.8.name NAME_MISSING",
            "criteria.9.weight GATE_WITH_WEIGHT",
            "criteria.10.maximum GATE_OFF_SCALE",
        ]
    );
    let all = lead.post("{ rubrics { key } }", json!({})).await;
    assert_eq!(all.at("rubrics").as_array().unwrap().len(), 5);
}

#[rstest]
#[tokio::test]
async fn numbers_that_are_none_are_refused_like_other_bad_input(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    for weight in ["1e400", "-1e400", "-0.0", "\"NaN\"", "1e-400"] {
        let query = format!(
            "mutation {{ draftRubric(input: {{key: \"odd\", name: \"Odd\", criteria: [
                {{key: \"one\", name: \"One\", question: \"?\", weight: {weight}, minimum: 1,
                  maximum: 5, levels: [{{value: 1, anchor: \"a\"}}, {{value: 3, anchor: \"b\"}},
                  {{value: 5, anchor: \"c\"}}]}}]}}) {{ rubricVersion {{ id }} }} }}"
        );

        let refused = lead.post(&query, json!({})).await;

        let told = refused.errors();
        assert_eq!(told.len(), 1, "{weight}: {refused:?}");
        assert_eq!(told[0]["extensions"]["code"], "BAD_USER_INPUT", "{weight}");
    }
    assert_eq!(versions(&lead, "odd").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn the_method_and_the_aggregation_of_a_published_rubric_stay_with_all_other_faults_told(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    lead.brings_out(rubric("quick", json!({}))).await;
    let other = json!({"aggregation": "TRIMMED_MEAN", "quorum": 0});

    let refused = lead
        .act(
            "draftRubric",
            rubric("quick", other),
            "rubricVersion { id }",
        )
        .await;

    let told = refused.refused("BAD_USER_INPUT");
    let reasons: Vec<&Value> = told["extensions"]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| &fault["reason"])
        .collect();
    assert_eq!(reasons, ["QUORUM_OUT_OF_RANGE", "METHOD_FIXED"]);
    let better = json!({"quorum": 4});
    lead.drafts(rubric("quick", better)).await;
    let found = versions(&lead, "quick").await;
    assert_eq!(found["versions"][1]["number"], 2);
    assert_eq!(found["versions"][1]["state"], "DRAFT");
}
