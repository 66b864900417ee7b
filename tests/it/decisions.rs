//! What leads decide after screening: each decision says why, keeps the score and the rank
//! of its moment, tells when it went against the ranking, and can never be changed. Its authors
//! may appeal it, another lead answers, and whoever looks again tells whether it held.

use serde_json::{Value, json};

use crate::support::acts::Idea;
use crate::support::people::{Answer, Person};
use crate::support::{App, OPENING, Store, Store::*};

mod answering;
mod appealing;
mod deciding;
mod overriding;
mod racing;
mod refusing;
mod reviewing;
mod stewards;
mod working_from;

/// What tests ask of a decision.
const DECISION: &str = "kind reason decidedBy { name } handedTo rankThen scoreThen isOverride
    revisitAt expectation wrongWhen reviewAt wouldReconsiderIf";

/// What tests ask of an appeal.
const APPEAL: &str = "state reason dueAt openedBy { name } openedAt answer answeredBy { name }
    answeredAt decision { kind }";

/// And of what was found when a decision was looked at again.
const REVIEW: &str = "review { held note by { name } at }";

/// Who owes the next step.
const WAITING: &str = "waitingFor { party dueAt isOverdue sentence }";

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// So many days after the house opened, as the API tells it.
fn day(days: i64) -> String {
    told(OPENING + days * DAY)
}

/// So many days from now, as the API tells it.
fn in_days(app: &App, days: i64) -> String {
    told(app.clock().now() + days * DAY)
}

fn told(at: i64) -> String {
    let at = sluice::graph::DateTime(at);
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

    /// The decision about it that this person sees last.
    async fn last_decision(&self, idea: &Idea) -> String {
        let seen = self.sees(idea, "decisions { id }").await;
        let last = seen["decisions"].as_array().unwrap().last().unwrap();
        last["id"].as_str().unwrap().to_owned()
    }

    /// Appeals a decision; the bare answer.
    async fn appeal(&self, decision: &str) -> Answer {
        let input = json!({"decisionId": decision, "reason": "You misread it."});
        let fields = format!("appeal {{ id {APPEAL} }} idea {{ state }}");
        self.act("appealDecision", input, &fields).await
    }

    /// The same where all must go well; the appeal's id.
    async fn appeals(&self, decision: &str) -> String {
        self.appeal(decision).await.text("appealDecision.appeal.id")
    }

    /// Answers an appeal; the bare answer.
    async fn resolve(&self, appeal: &str, outcome: &str) -> Answer {
        let input = json!({"appealId": appeal, "outcome": outcome, "answer": "We read it again."});
        let fields = format!("appeal {{ id {APPEAL} }} idea {{ state }}");
        self.act("resolveAppeal", input, &fields).await
    }

    /// Tells whether a decision held; the bare answer.
    async fn review(&self, decision: &str, held: &str) -> Answer {
        let input = json!({"decisionId": decision, "held": held, "note": "Seen in June."});
        let fields = format!("idea {{ state }} decision {{ kind {REVIEW} }}");
        self.act("reviewDecision", input, &fields).await
    }

    /// Numbers of the ideas that a filter finds, the first one first.
    async fn finds(&self, filter: &str) -> Vec<i64> {
        let query = format!(
            "{{ ideas(filter: {{{filter}}}, orderBy: {{field: NUMBER, direction: ASC}}) {{
                nodes {{ number }} totalCount }} }}"
        );
        let answer = self.post(&query, json!({})).await;
        let nodes = answer.at("ideas.nodes").as_array().unwrap();
        assert_eq!(answer.at("ideas.totalCount"), nodes.len());
        let numbers = nodes.iter().map(|node| node["number"].as_i64().unwrap());
        numbers.collect()
    }

    /// Whether this person may appeal a decision about it now.
    async fn can_appeal(&self, idea: &Idea) -> bool {
        let seen = self.sees(idea, "viewerCan").await;
        seen["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("APPEAL"))
    }

    async fn state(&self, idea: &Idea) -> String {
        let seen = self.sees(idea, "state").await;
        seen["state"].as_str().unwrap().to_owned()
    }
}
