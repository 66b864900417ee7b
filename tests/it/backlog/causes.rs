//! Why ranks moved in a week, against a recount of two lists of the backlog.

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};

use crate::assessment::plain::Dice;
use crate::assessment::scorecards::hundredths;
use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{Store, Store::*};

type Keys = BTreeMap<String, i64>;

fn keys(list: &[Value]) -> Keys {
    let read = |entry: &Value| {
        let title = entry["idea"]["title"].as_str().unwrap().to_owned();
        (title, hundredths(&entry["scorecard"]["total"]))
    };
    list.iter().map(read).collect()
}

fn rank(of: &Keys, key: i64) -> i64 {
    1 + of.values().filter(|other| **other > key).count() as i64
}

/// Cause and sentence of a movement, by counting.
fn recounted(then: &Keys, now: &Keys, title: &str) -> Option<(i64, String, String)> {
    let (mine_then, mine_now) = (*then.get(title)?, now[title]);
    let (rank_then, rank_now) = (rank(then, mine_then), rank(now, mine_now));
    let above = |keys: &Keys, other: &String| {
        i64::from(keys.get(other).is_some_and(|key| *key > mine_then))
    };
    let others = then
        .keys()
        .chain(now.keys().filter(|other| !then.contains_key(*other)));
    let (mut moved, mut new, mut left) = (0, 0, 0);
    for other in others.filter(|other| *other != title) {
        let by = above(then, other) - above(now, other);
        match (then.contains_key(other), now.contains_key(other)) {
            (true, true) => moved += by,
            (true, false) => left += by,
            (false, _) => new += by,
        }
    }
    let own = rank_then - rank_now - moved - new - left;
    let told = [
        ("OWN_SCORE", "its own score", own),
        ("OTHERS_MOVED", "other ideas' scores", moved),
        ("NEW_IDEAS", "new ideas", new),
        ("IDEAS_LEFT", "ideas that left", left),
    ];
    let told: Vec<_> = told.into_iter().filter(|(_, _, by)| *by != 0).collect();
    let cause = match told[..] {
        [(cause, _, _)] => cause,
        _ => "SEVERAL",
    };
    let parts = told.iter().map(|(_, who, by)| match by {
        1.. => format!("{who} lifted it by {by}"),
        by => format!("{who} cost it {}", -by),
    });
    let parts: Vec<String> = parts.collect();
    let ending = match parts[..] {
        [] => ", as a week ago.".to_owned(),
        _ => format!(": {}.", parts.join(", ")),
    };
    Some((rank_then - rank_now, cause.to_owned(), ending))
}

async fn told(person: &Person) -> Vec<Value> {
    let query = "{ backlog(first: 50) { nodes { rank idea { title } scorecard { total }
        movement { rankThen change cause sentence } } } }";
    let answer = person.post(query, json!({})).await;
    answer.at("backlog.nodes").as_array().unwrap().clone()
}

fn check(then: &Keys, list: &[Value]) {
    let now = keys(list);
    for entry in list {
        let title = entry["idea"]["title"].as_str().unwrap();
        let movement = &entry["movement"];
        let Some((change, cause, ending)) = recounted(then, &now, title) else {
            assert_eq!(movement, &json!(null), "{title}");
            continue;
        };
        assert_eq!(movement["change"], change, "{title}");
        assert_eq!(movement["cause"], cause, "{title}: {movement}");
        let sentence = movement["sentence"].as_str().unwrap();
        assert!(
            sentence.ends_with(&ending),
            "{title}: {sentence}, not {ending}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn the_cause_of_a_movement_is_what_a_recount_finds(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let mut dice = Dice::new(77);
    let rated = (0..9).map(|_| (0..3).map(|_| dice.levels()).collect());
    let mut ideas: Vec<Idea> = panel.many(rated.collect()).await;
    panel.app.days_pass(8);
    let then = keys(&told(&panel.author).await);
    check(&then, &told(&panel.author).await);

    for round in 0..5 {
        // Another one is rated again, one leaves, one comes: each round by turns.
        panel
            .rate(&ideas[round], &[dice.levels(), dice.levels()])
            .await;
        check(&then, &told(&panel.author).await);
        if round % 2 == 0 {
            let gone = ideas.pop().unwrap();
            let input = json!({"ideaId": gone.id});
            panel
                .author
                .act("withdrawIdea", input, "idea { id }")
                .await
                .ok();
        }
        let title = format!("New {round}");
        panel
            .rated(&title, &[dice.levels(), dice.levels(), dice.levels()])
            .await;
        check(&then, &told(&panel.author).await);
        panel.app.days_pass(1);
        check(&then, &told(&panel.author).await);
    }

    // Another server, which remembers nothing, says the same.
    let other = panel.app.another().await;
    let here = told(&panel.author).await;
    assert_eq!(told(&panel.author.at(&other)).await, here);
}
