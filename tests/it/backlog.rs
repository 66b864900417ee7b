//! What the ranked backlog promises: everybody reads the same order, every rank is what
//! plain counting says, and each explains itself. Property tests of the pure rooms behind
//! it stand in `ranking.rs`.

use serde_json::{Value, json};

use crate::support::people::Person;

mod causes;
mod chances;
mod changes;
mod confidential;
mod counting;
mod explained;
mod filters;
mod identities;
mod many;
mod movement;
mod next;
mod next_candidates;
mod order;
mod racing;
mod rankings;
mod restored;
mod whatif;

/// What tests ask of an entry.
const ENTRY: &str = "rank rankLow rankHigh isTied
    idea { id title submittedAt } scorecard { total assessmentCount }";

/// The whole backlog of the default rubric in one page, at most a hundred.
pub(crate) async fn whole(person: &Person) -> Vec<Value> {
    let query = format!("{{ backlog(first: 100) {{ nodes {{ {ENTRY} }} }} }}");
    let answer = person.post(&query, json!({})).await;
    answer.at("backlog.nodes").as_array().unwrap().clone()
}

/// Of each entry, title and rank.
fn ranks(entries: &[Value]) -> Vec<(&str, i64)> {
    entries
        .iter()
        .map(|entry| {
            let title = entry["idea"]["title"].as_str().unwrap();
            (title, entry["rank"].as_i64().unwrap())
        })
        .collect()
}
