//! From the ranked backlog to proof: ideas are queued and tried with an experiment that says
//! beforehand what would disprove it, within a time box; what came of it is told and found.

use serde_json::{Value, json};

use super::support::acts::Idea;
use super::support::panel::Panel;
use super::support::people::{Answer, Person};
use super::support::{App, Store, Store::*};

mod concluding;
mod hidden;
mod learning;
mod ordering;
mod queueing;
mod racing;
mod running;
mod together;

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// An instant as the API tells it.
fn instant(micros: i64) -> String {
    match async_graphql::ScalarType::to_value(&sluice::graph::DateTime(micros)) {
        async_graphql::Value::String(text) => text,
        other => panic!("an instant is a text, not {other}"),
    }
}

impl Person {
    /// Queues an idea to be tried by somebody; the prototype's id.
    pub(crate) async fn queues(&self, idea: &Idea, owner: &Person) -> String {
        let answer = self.try_to_queue(idea, owner).await;
        answer.text("queuePrototype.prototype.id")
    }

    /// The same, whatever becomes of it.
    async fn try_to_queue(&self, idea: &Idea, owner: &Person) -> Answer {
        let input = json!({"ideaId": idea.id, "ownerId": owner.id, "reason": "Worth trying."});
        let fields = "prototype { id position } idea { state }";
        self.act("queuePrototype", input, fields).await
    }

    /// Plans an experiment of ten days with these measures.
    pub(crate) async fn plans(&self, prototype: &str, measures: &[&str]) {
        self.try_to_plan(prototype, measures).await.ok();
    }

    /// The same, whatever becomes of it.
    async fn try_to_plan(&self, prototype: &str, measures: &[&str]) -> Answer {
        let input = json!({
            "prototypeId": prototype, "form": "CLICKABLE", "hypothesis": "Visitors print alone.",
            "assumption": "They see the printer.", "timeBoxDays": 10,
            "measures": measures.iter().map(|key| measure(key)).collect::<Vec<_>>(),
        });
        self.act("planExperiment", input, "prototype { revision }")
            .await
    }

    /// Starts a trial.
    pub(crate) async fn starts(&self, prototype: &str) {
        self.try_to_start(prototype).await.ok();
    }

    /// The same, whatever becomes of it.
    async fn try_to_start(&self, prototype: &str) -> Answer {
        let input = json!({"prototypeId": prototype});
        let fields = "prototype { state dueAt } idea { state }";
        self.act("startPrototype", input, fields).await
    }

    /// Concludes a trial whose one measure `m` says so; what it taught.
    pub(crate) async fn concludes(&self, prototype: &str, outcome: &str, goes_on: &str) -> String {
        let answer = self.try_to_conclude(prototype, outcome, goes_on).await;
        answer.text("concludePrototype.prototype.learning.id")
    }

    /// The same, whatever becomes of it.
    async fn try_to_conclude(&self, prototype: &str, outcome: &str, goes_on: &str) -> Answer {
        let is_met = match outcome {
            "VALIDATED" => Some(true),
            "INVALIDATED" => Some(false),
            _ => None,
        };
        let input = json!({
            "prototypeId": prototype, "outcome": outcome, "decision": goes_on,
            "results": [{"key": "m", "result": "Six of ten.", "isMet": is_met}],
            "learning": {
                "believed": "They see it.", "found": "Nobody reads the signpost.",
                "nextTime": "Ask the porter.",
            },
        });
        self.act("concludePrototype", input, CONCLUDED).await
    }

    /// The queue as this person reads it: titles with places.
    async fn reads_the_queue(&self) -> Vec<Value> {
        let query = "{ prototypeQueue(first: 100) { totalCount
            nodes { position state idea { title } } } }";
        let answer = self.post(query, json!({})).await;
        let nodes = answer.at("prototypeQueue.nodes").as_array().unwrap();
        assert_eq!(answer.at("prototypeQueue.totalCount"), nodes.len());
        let line = |node: &Value| json!([node["idea"]["title"], node["state"], node["position"]]);
        nodes.iter().map(line).collect()
    }

    /// The words of learnings that a search finds.
    async fn learns(&self, search: Option<&str>) -> Vec<String> {
        let query = "query($search: String) { learnings(search: $search) { totalCount
            nodes { idea { title } } } }";
        let answer = self.post(query, json!({"search": search})).await;
        let nodes = answer.at("learnings.nodes").as_array().unwrap();
        assert_eq!(answer.at("learnings.totalCount"), nodes.len());
        let title = |node: &Value| node["idea"]["title"].as_str().unwrap().to_owned();
        nodes.iter().map(title).collect()
    }

    /// What this person is told, the oldest first, as kind and sentence.
    async fn hears(&self) -> Vec<Value> {
        let query = "{ viewer { notifications(last: 100) { nodes { kind sentence } } } }";
        let answer = self.post(query, json!({})).await;
        let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
        let told = nodes.iter().rev();
        told.map(|node| json!([node["kind"], node["sentence"]]))
            .collect()
    }
}

/// What tests ask of a prototype that was concluded.
const CONCLUDED: &str = "prototype { id state outcome decision isSelfReported
    measures { key result isMet } learning { id believed found nextTime outcome
    recordedBy { name } } } idea { state prototype { state position } }";

fn measure(key: &str) -> Value {
    json!({"key": key, "name": "Badges", "target": "8 of 10", "disprovedBy": "fewer than 5"})
}

/// The faults of a refusal, each as path and reason.
fn faults(answer: &Answer) -> Vec<(String, String)> {
    let error = answer.refused("BAD_USER_INPUT");
    let faults = error["extensions"]["faults"].as_array().unwrap();
    let read = |fault: &Value| {
        let path = fault["path"].as_array().unwrap().iter().skip(1);
        let path: Vec<String> = path
            .map(|part| {
                part.as_str()
                    .map_or_else(|| part.to_string(), str::to_owned)
            })
            .collect();
        let reason = fault["reason"].as_str().unwrap().to_owned();
        (path.join("."), reason)
    };
    faults.iter().map(read).collect()
}

/// A house with somebody who tries things.
struct Lab {
    panel: Panel,
    owner: Person,
}

impl Lab {
    async fn open(store: Store) -> Option<Self> {
        let panel = Panel::seated(store, 3).await?;
        let owner = panel.app.member("Olga").await;
        Some(Self { panel, owner })
    }

    fn app(&self) -> &App {
        &self.panel.app
    }

    /// An idea in the backlog.
    async fn ranked(&self, title: &str) -> Idea {
        self.panel.rated(title, &[[3; 6]; 3]).await
    }

    /// An idea in the queue, and its prototype.
    async fn queued(&self, title: &str) -> (Idea, String) {
        let idea = self.ranked(title).await;
        let prototype = self.panel.lead.queues(&idea, &self.owner).await;
        (idea, prototype)
    }

    /// An idea that is tried with one measure, `m`, and its prototype.
    async fn tried(&self, title: &str) -> (Idea, String) {
        let (idea, prototype) = self.queued(title).await;
        self.owner.plans(&prototype, &["m"]).await;
        self.owner.starts(&prototype).await;
        (idea, prototype)
    }
}
