//! What is promised around ideas, from the first draft to the screening: over real HTTP and
//! on both databases. Scores have their own files (`assessment.rs`, `backlog.rs`).

use serde_json::{Value, json};

use super::support::acts::Idea;
use super::support::people::{Answer, Person};
use super::support::{App, Store, Store::*};

mod anonymous;
mod behalf;
mod blinded;
mod commenting;
mod confidential;
mod drafts;
mod editing;
mod faults;
mod filters;
mod following;
mod history;
mod likeness;
mod likeness_measured;
mod links;
mod listing;
mod nodes;
mod paging;
mod private_times;
mod races;
mod retries;
mod revealing;
mod screening;
mod searching;
mod stays;
mod submitting;
mod supporting;
mod viewers;
mod waiting;

/// Everything a person can write about an idea.
const TEXT: &str = "title problem proposal beneficiaries evidenceKind evidence expectedOutcome \
    hypothesis riskiestAssumption successMeasure links { url title } tags";

/// An id of an idea that never was.
const NO_IDEA: &str = "idea_0198c0de000070008000000000000000";

/// A second in microseconds, a day in seconds.
const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 60 * 60;

/// The errors of an answer as a caller reads them, without where in their text they stand.
fn told(answer: &Answer) -> Vec<Value> {
    answer
        .errors()
        .iter()
        .map(|error| json!([error["message"], error["path"], error["extensions"]]))
        .collect()
}

/// The faults of a refusal, each as path and reason.
#[track_caller]
fn faults(answer: &Answer) -> Value {
    let error = answer.refused("BAD_USER_INPUT");
    let faults = error["extensions"]["faults"].as_array().unwrap();
    for fault in faults {
        assert!(fault["message"].as_str().unwrap().ends_with('.'), "{fault}");
    }
    faults
        .iter()
        .map(|fault| json!([fault["path"], fault["reason"]]))
        .collect()
}

/// The steps that a refusal names instead.
#[track_caller]
fn legal_steps(answer: &Answer) -> Value {
    let error = answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    error["extensions"]["legalSteps"].clone()
}

impl Person {
    /// Changes an idea; the bare answer.
    async fn update(&self, idea: &Idea, changes: Value) -> Answer {
        let fields = &format!("idea {{ id revision {TEXT} }}");
        self.on(idea, "updateIdea", changes, fields).await
    }

    /// One mutation of an idea; the bare answer.
    async fn on(&self, idea: &Idea, mutation: &str, more: Value, fields: &str) -> Answer {
        let mut input = json!({"ideaId": idea.id});
        let own = input.as_object_mut().unwrap();
        own.extend(more.as_object().unwrap().clone());
        self.act(mutation, input, fields).await
    }

    /// Screens an idea with a reason; the bare answer.
    async fn screen(&self, idea: &Idea, outcome: &str, more: Value) -> Answer {
        let mut input = json!({"outcome": outcome, "reason": "Because."});
        let own = input.as_object_mut().unwrap();
        own.extend(more.as_object().unwrap().clone());
        let fields = "idea { id state } decision { id kind reason }";
        self.on(idea, "screenIdea", input, fields).await
    }

    /// Titles of a list of ideas, `arguments` being those of `ideas`.
    async fn titles(&self, arguments: &str) -> Vec<String> {
        let query = format!("{{ ideas{} {{ nodes {{ title }} }} }}", called(arguments));
        let answer = self.post(&query, json!({})).await;
        let nodes = answer.at("ideas.nodes").as_array().unwrap();
        let title = |node: &Value| node["title"].as_str().unwrap().to_owned();
        nodes.iter().map(title).collect()
    }
}

/// Brings an idea into the backlog, by three assessments of a middling sort.
async fn into_backlog(app: &App, lead: &Person, idea: &Idea) {
    lead.accept(idea).await;
    for name in ["Xia", "Yves", "Zoe"] {
        let assessor = app.person(name, &["ASSESSOR"]).await;
        assessor.assess(idea, [3; 6]).await;
    }
    assert_eq!(lead.sees(idea, "state").await["state"], "BACKLOG");
}

/// Arguments of a field in their parentheses; nothing for none.
fn called(arguments: &str) -> String {
    if arguments.trim().is_empty() {
        String::new()
    } else {
        format!("({arguments})")
    }
}

/// An instant as the API tells it.
pub(crate) fn instant(micros: i64) -> String {
    let value = async_graphql::ScalarType::to_value(&sluice::graph::DateTime(micros));
    let async_graphql::Value::String(text) = value else {
        panic!("an instant is a text")
    };
    text
}
