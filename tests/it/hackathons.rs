//! Hackathons, from the plan to what came of it: organizers set them up, ideas are nominated
//! and confirmed, people form teams, entries are handed in and judged, and every idea comes
//! back.

use serde_json::{Value, json};

use super::support::panel::Panel;
use super::support::people::{Answer, Person};
use super::support::{App, OPENING, Store, Store::*};

mod acting;
mod contest;
mod designing;
mod entries;
mod fitting;
mod following;
mod judging;
mod model;
mod nominating;
mod pairwise;
mod racing;
mod registering;
mod results;
mod standings;
mod teaming;
mod whole;

use acting::{FIT, TEAM, names};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// An instant so many days after the house opened, as the API tells it.
fn day(days: i64) -> String {
    instant(OPENING + days * DAY)
}

/// An instant as the API tells it.
fn instant(micros: i64) -> String {
    match async_graphql::ScalarType::to_value(&sluice::graph::DateTime(micros)) {
        async_graphql::Value::String(text) => text,
        other => panic!("an instant is a text, not {other}"),
    }
}

/// An object with the fields of another one laid over it.
fn with(mut object: Value, more: Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        object[key] = value.clone();
    }
    object
}

/// The faults of a refusal, each as path below `input` and reason.
fn faults(answer: &Answer) -> Vec<(String, String)> {
    let error = answer.refused("BAD_USER_INPUT");
    let faults = error["extensions"]["faults"].as_array().unwrap();
    let read = |fault: &Value| {
        let path = fault["path"].as_array().unwrap().iter().skip(1);
        let part = |part: &Value| {
            let text = part.as_str().map(str::to_owned);
            text.unwrap_or_else(|| part.to_string())
        };
        let path: Vec<String> = path.map(part).collect();
        let reason = fault["reason"].as_str().unwrap().to_owned();
        (path.join("."), reason)
    };
    faults.iter().map(read).collect()
}

/// What `faults` tells, written shorter.
fn listed(faults: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(path, reason): &(&str, &str)| ((*path).to_owned(), (*reason).to_owned());
    faults.iter().map(owned).collect()
}

/// The input of a hackathon that starts in ten days, lasts two, and shall have ten people.
pub(crate) fn plan(slug: &str) -> Value {
    json!({
        "slug": slug, "name": "Spring jam", "theme": "Welcoming visitors",
        "brief": "Two days, one floor, real visitors.",
        "startsAt": day(10), "endsAt": day(12), "submissionDeadline": day(11),
        "teamSizeMin": 2, "teamSizeMax": 4,
        "targets": [{"key": "REGISTRATIONS", "target": 10}],
    })
}

impl Person {
    /// Asks for a hackathon's fields.
    async fn visits(&self, slug: &str, fields: &str) -> Value {
        let query = format!("query($slug: String!) {{ hackathon(slug: $slug) {{ {fields} }} }}");
        let answer = self.post(&query, json!({"slug": slug})).await;
        answer.at("hackathon").clone()
    }
}

/// A house with a panel, and an organizer with a hackathon called `jam`.
#[derive(Clone)]
struct Event {
    panel: Panel,
    organizer: Person,
    id: String,
}

impl Event {
    /// In DESIGN, with a target, and no judges.
    async fn designed(store: Store) -> Option<Self> {
        Self::designed_with(store, json!({})).await
    }

    /// The same with other fields of its input.
    async fn designed_with(store: Store, more: Value) -> Option<Self> {
        let panel = Panel::seated(store, 3).await?;
        let organizer = panel.app.person("Ola", &["ORGANIZER"]).await;
        let input = with(plan("jam"), more);
        let answer = organizer
            .act("createHackathon", input, "hackathon { id }")
            .await;
        let id = answer.text("createHackathon.hackathon.id");
        Some(Self {
            panel,
            organizer,
            id,
        })
    }

    fn app(&self) -> &App {
        &self.panel.app
    }

    /// Leads it into a phase, whatever becomes of that.
    async fn try_to_advance(&self, to: &str, more: Value) -> Answer {
        let input = with(json!({"hackathonId": self.id, "to": to}), more);
        let fields = "hackathon { phase missing { code } }";
        self.organizer.act("advanceHackathon", input, fields).await
    }

    /// Leads it into a phase.
    async fn advances(&self, to: &str) {
        let answer = self.try_to_advance(to, json!({})).await;
        assert_eq!(answer.at("advanceHackathon.hackathon.phase"), to);
    }
}
