//! What leads decide after screening: each decision says why, keeps the score and the rank
//! of its moment, tells when it went against the ranking, and can never be changed.

use serde_json::{Value, json};

use crate::support::acts::Idea;
use crate::support::people::{Answer, Person};
use crate::support::{OPENING, Store, Store::*};

mod deciding;
mod overriding;
mod racing;
mod refusing;
mod stewards;

/// What tests ask of a decision.
const DECISION: &str = "kind reason decidedBy { name } handedTo rankThen scoreThen isOverride
    revisitAt expectation wrongWhen reviewAt wouldReconsiderIf";

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// So many days after the house opened, as the API tells it.
fn day(days: i64) -> String {
    let at = sluice::graph::DateTime(OPENING + days * DAY);
    match async_graphql::ScalarType::to_value(&at) {
        async_graphql::Value::String(text) => text,
        other => panic!("an instant is a text, not {other}"),
    }
}

/// One object with the fields of both.
fn with(mut fields: Value, more: Value) -> Value {
    let own = fields.as_object_mut().unwrap();
    own.extend(more.as_object().unwrap().clone());
    fields
}

impl Person {
    /// Decides with a reason; the bare answer.
    async fn decide(&self, idea: &Idea, outcome: &str, more: Value) -> Answer {
        let input = json!({"ideaId": idea.id, "outcome": outcome, "reason": "Because."});
        let fields = format!("idea {{ state }} decision {{ {DECISION} }}");
        self.act("decideIdea", with(input, more), &fields).await
    }

    /// The same where all must go well; the decision.
    async fn decides(&self, idea: &Idea, outcome: &str, more: Value) -> Value {
        let answer = self.decide(idea, outcome, more).await;
        answer.at("decideIdea.decision").clone()
    }

    /// Tells what became of it; the bare answer.
    async fn record(&self, idea: &Idea, kind: &str) -> Answer {
        let input = json!({"ideaId": idea.id, "kind": kind, "measured": "Nobody queues."});
        let fields = format!("idea {{ state }} decision {{ {DECISION} }}");
        self.act("recordOutcome", input, &fields).await
    }

    async fn state(&self, idea: &Idea) -> String {
        let seen = self.sees(idea, "state").await;
        seen["state"].as_str().unwrap().to_owned()
    }
}
