//! A score depends on its idea alone: what happens to others never touches it.

use rstest::rstest;
use serde_json::{Value, json};

use super::plain::Dice;
use crate::support::panel::{Levels, Panel};
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// Total and lines of every idea there is, as the bytes of the answer have them.
async fn cards(person: &Person) -> Vec<(String, String)> {
    let query = "{ backlog(first: 100) { nodes { idea { id } scorecard { total
        lines { criterion { key } weight level value contribution ratingCount lowestLevel
            highestLevel } } } } }";
    let answer = person.post(query, json!({})).await;
    let nodes: &Vec<Value> = answer.at("backlog.nodes").as_array().unwrap();
    nodes
        .iter()
        .map(|node| {
            let id = node["idea"]["id"].as_str().unwrap().to_owned();
            (id, node["scorecard"].to_string())
        })
        .collect()
}

#[rstest]
#[tokio::test]
async fn fifty_more_ideas_leave_every_earlier_score_byte_for_byte_as_it_was(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let mut dice = Dice::new(11);
    let mut some = |count: usize| -> Vec<Vec<Levels>> {
        (0..count)
            .map(|_| (0..3 + dice.roll(2)).map(|_| dice.levels()).collect())
            .collect()
    };
    panel.many(some(20)).await;
    let earlier = cards(&panel.author).await;
    assert_eq!(earlier.len(), 20);

    panel.many(some(50)).await;

    let later = cards(&panel.author).await;
    assert_eq!(later.len(), 70);
    let kept: Vec<_> = later
        .into_iter()
        .filter(|(id, _)| earlier.iter().any(|(before, _)| before == id))
        .collect();
    assert_eq!(kept, earlier);
}
