//! What happens by itself, once, on its day: ideas come back, questions are closed, people
//! are reminded. Nothing expires.

use serde_json::{Value, json};

use super::support::acts::Idea;
use super::support::panel::Panel;
use super::support::people::Person;
use super::support::{App, OPENING, Store, Store::*};

mod coming_back;
mod reminding;
mod together;
mod unanswered;

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// An instant as the API tells it.
fn instant(micros: i64) -> String {
    match async_graphql::ScalarType::to_value(&sluice::graph::DateTime(micros)) {
        async_graphql::Value::String(text) => text,
        other => panic!("an instant is a text, not {other}"),
    }
}

/// So many days after the house opened, as the API tells it.
fn day(days: i64) -> String {
    instant(OPENING + days * DAY)
}

impl Person {
    /// Puts an idea off until that day after the house opened.
    async fn holds(&self, idea: &Idea, until: i64) {
        let input = json!({
            "ideaId": idea.id, "outcome": "HOLD", "reason": "Later.", "revisitAt": day(until),
        });
        let answer = self.act("decideIdea", input, "idea { state }").await;
        assert_eq!(answer.text("decideIdea.idea.state"), "ON_HOLD");
    }

    /// Asks the authors something.
    async fn asks(&self, idea: &Idea) {
        let input = json!({"ideaId": idea.id, "outcome": "NEEDS_INFO", "reason": "How many?"});
        let answer = self.act("screenIdea", input, "idea { state }").await;
        assert_eq!(answer.text("screenIdea.idea.state"), "NEEDS_INFO");
    }

    async fn stands_in(&self, idea: &Idea) -> String {
        let seen = self.sees(idea, "state").await;
        seen["state"].as_str().unwrap().to_owned()
    }

    /// How often an idea came into another state, as its activity tells.
    async fn moves(&self, idea: &Idea) -> Vec<Value> {
        let fields = "activity(first: 100) { nodes { kind actor { name } sentence } }";
        let seen = self.sees(idea, fields).await;
        let all = seen["activity"]["nodes"].as_array().unwrap();
        let moves = all.iter().filter(|one| one["kind"] == "STATE_CHANGED");
        moves.cloned().collect()
    }

    /// What this person is told of these kinds, the oldest first, as kind and sentence.
    async fn told_of(&self, kinds: &[&str]) -> Vec<Value> {
        let query = "{ viewer { notifications(last: 100) { nodes { kind sentence } } } }";
        let answer = self.post(query, json!({})).await;
        let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
        let of_kind = |node: &&Value| kinds.contains(&node["kind"].as_str().unwrap());
        let told = nodes.iter().filter(of_kind).rev();
        told.map(|node| json!([node["kind"], node["sentence"]]))
            .collect()
    }
}
