//! What assigning promises: leads ask assessors, who see what they are asked for; publication
//! waits for them until their time is over; and a conflict of interest beats every role.

mod balancing;
mod conflicts;
mod naming;
mod publishing;
mod seeing;

use serde_json::{Value, json};
use sluice::graph::DateTime;
use sluice::ideas::promises::Promises;
use sluice::session::House;

use crate::support::App;
use crate::support::acts::Idea;
use crate::support::people::{Answer, Person};

/// A day in microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// An instant as the API tells it.
fn instant(micros: i64) -> String {
    let value = async_graphql::ScalarType::to_value(&DateTime(micros));
    let async_graphql::Value::String(text) = value else {
        panic!("an instant is a text")
    };
    text
}

/// What all requests of this server share.
fn house(app: &App) -> House {
    House {
        db: app.db().clone(),
        clock: app.clock().clone(),
        promises: Promises::default(),
        cut: 10,
        prototype_limit: 5,
    }
}

/// The faults of a refusal, each as path and reason.
#[track_caller]
fn faults(answer: &Answer) -> Value {
    let error = answer.refused("BAD_USER_INPUT");
    let faults = error["extensions"]["faults"].as_array().unwrap();
    faults
        .iter()
        .map(|fault| json!([fault["path"], fault["reason"]]))
        .collect()
}

impl Person {
    /// Asks these to assess an idea, whatever becomes of it.
    async fn try_to_assign(&self, idea: &Idea, whom: &[&Person], more: Value) -> Answer {
        let ids: Vec<&String> = whom.iter().map(|person| &person.id).collect();
        let mut input = json!({"ideaId": idea.id, "assessorIds": ids});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let fields = "assignments { id assessor { name } dueAt isDone isRecused }
            idea { state assessmentProgress { submitted quorum openAssignments }
                waitingFor { party members { name } dueAt isOverdue sentence } }";
        self.act("assignAssessors", input, fields).await
    }

    /// Asks these to assess an idea; the ids of their assignments.
    async fn assign(&self, idea: &Idea, whom: &[&Person]) -> Vec<String> {
        self.assign_until(idea, whom, None).await
    }

    /// The same, until an instant.
    async fn assign_until(&self, idea: &Idea, whom: &[&Person], due: Option<i64>) -> Vec<String> {
        let more = json!({"dueAt": due.map(instant)});
        let answer = self.try_to_assign(idea, whom, more).await;
        let assignments = answer.at("assignAssessors.assignments").as_array().unwrap();
        let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
        assignments.iter().map(id).collect()
    }

    /// Takes an assignment away, whatever becomes of it.
    async fn unassign(&self, assignment: &str, fields: &str) -> Answer {
        let input = json!({"assignmentId": assignment, "reason": "She is on leave."});
        self.act("unassignAssessor", input, fields).await
    }

    /// Declares a conflict of interest, whatever becomes of it.
    async fn declare(&self, idea: &Idea, more: Value) -> Answer {
        let mut input = json!({"ideaId": idea.id, "kind": "TEAMMATE"});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        self.act("declareConflict", input, "idea { state viewerConflict }")
            .await
    }

    /// What this person was told, the oldest first.
    async fn notices(&self) -> Vec<String> {
        let query = "{ viewer { notifications(first: 100) { nodes { kind sentence } } } }";
        let answer = self.post(query, json!({})).await;
        let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
        let text = |node: &Value, key: &str| node[key].as_str().unwrap().to_owned();
        let told = |it: &Value| format!("{}: {}", text(it, "kind"), text(it, "sentence"));
        nodes.iter().rev().map(told).collect()
    }

    /// Takes it back, whatever becomes of it.
    async fn take_conflict_back(&self, idea: &Idea) -> Answer {
        let input = json!({"ideaId": idea.id, "reason": "I left that team."});
        self.act("withdrawConflict", input, "idea { state viewerConflict }")
            .await
    }
}
