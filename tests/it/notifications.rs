//! What people are told: those whom an act concerns and nobody else, each once, and never of
//! what they may not see.

use serde_json::{Value, json};

use super::support::acts::Idea;
use super::support::panel::Panel;
use super::support::people::{Answer, Person};
use super::support::{App, Store, Store::*};

mod appeals;
mod hidden;
mod reading;
mod telling;

impl Person {
    /// What this person is told, the newest first, as kind and sentence.
    async fn told(&self) -> Vec<(String, String)> {
        let query = "{ viewer { unreadCount notifications(first: 100) { totalCount nodes {
            kind sentence isRead } } } }";
        let answer = self.post(query, json!({})).await;
        let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
        let total = answer.at("viewer.notifications.totalCount");
        assert_eq!(total, &json!(nodes.len()));
        let unread = nodes.iter().filter(|node| node["isRead"] == false).count();
        assert_eq!(answer.at("viewer.unreadCount"), &json!(unread));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        nodes
            .iter()
            .map(|node| (text(&node["kind"]), text(&node["sentence"])))
            .collect()
    }

    /// The same, and then nothing of it is new any more.
    async fn news(&self) -> Vec<(String, String)> {
        let query = "{ viewer { notifications(isRead: false, first: 100) { nodes {
            id kind sentence } } } }";
        let answer = self.post(query, json!({})).await;
        let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
        if let Some(newest) = nodes.first() {
            self.act(
                "readNotifications",
                json!({"upTo": newest["id"]}),
                "viewer { id }",
            )
            .await
            .ok();
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        nodes
            .iter()
            .map(|node| (text(&node["kind"]), text(&node["sentence"])))
            .collect()
    }

    /// One mutation of an idea that goes well.
    async fn does(&self, mutation: &str, idea: &Idea, more: Value) -> Answer {
        let mut input = json!({"ideaId": idea.id});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let answer = self.act(mutation, input, "idea { id }").await;
        answer.ok();
        answer
    }

    /// Begins to follow an idea.
    async fn follows(&self, idea: &Idea) {
        self.does("followIdea", idea, json!({})).await;
    }
}

/// Kind and sentence.
fn one(kind: &str, sentence: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), sentence.to_owned())]
}
