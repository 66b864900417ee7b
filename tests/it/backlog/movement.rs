//! How ranks moved in seven days: exactly, and only for what was ranked then.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::panel::{Levels, Panel};
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// Title, rank, and the movement, of each entry.
async fn moved(person: &Person) -> Vec<(String, i64, Option<(i64, i64)>)> {
    let query = "{ backlog(first: 20) { nodes { rank idea { title }
        movement { rankThen change since } } } }";
    let answer = person.post(query, json!({})).await;
    let now = person.app.clock().now();
    let week_ago = (now - 7 * 86_400_000_000).div_euclid(60_000_000) * 60_000_000;
    let nodes = answer.at("backlog.nodes").as_array().unwrap();
    let read = |node: &Value| {
        let movement = &node["movement"];
        let told = movement["rankThen"].as_i64().map(|then| {
            let since = movement["since"].as_str().unwrap();
            assert_eq!(since, in_words(week_ago));
            (then, movement["change"].as_i64().unwrap())
        });
        let title = node["idea"]["title"].as_str().unwrap().to_owned();
        (title, node["rank"].as_i64().unwrap(), told)
    };
    nodes.iter().map(read).collect()
}

fn in_words(micros: i64) -> String {
    let days = micros.div_euclid(86_400_000_000) - 20_514; // 2026-03-02
    let minute = micros.rem_euclid(86_400_000_000) / 60_000_000;
    let day = 2 + days;
    format!("2026-03-{day:02}T{:02}:{:02}:00Z", minute / 60, minute % 60)
}

#[rstest]
#[tokio::test]
async fn movement_is_against_seven_days_ago(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let scored = |level: u8| -> [Levels; 3] { [[level, level, level, level, level, 3]; 3] };
    let row = |title: &str, rank: i64, told: Option<(i64, i64)>| (title.to_owned(), rank, told);
    panel.rated("A", &scored(5)).await;
    let b = panel.rated("B", &scored(4)).await;
    let c = panel.rated("C", &scored(3)).await;
    panel.rated("D", &scored(2)).await;
    let none = [
        row("A", 1, None),
        row("B", 2, None),
        row("C", 3, None),
        row("D", 4, None),
    ];
    assert_eq!(moved(&panel.author).await, none);

    // Nothing happened for eight days.
    panel.app.days_pass(8);
    let still = |rank: i64| Some((rank, 0));
    assert_eq!(
        moved(&panel.author).await,
        [
            row("A", 1, still(1)),
            row("B", 2, still(2)),
            row("C", 3, still(3)),
            row("D", 4, still(4))
        ]
    );

    // B is taken back, C climbs to the top, E comes in.
    let input = json!({"ideaId": b.id});
    panel
        .author
        .act("withdrawIdea", input, "idea { id }")
        .await
        .ok();
    panel.rate(&c, &[[5, 5, 5, 5, 5, 1]; 3]).await;
    panel.rated("E", &scored(4)).await;
    let after = [
        row("C", 1, Some((3, 2))),
        row("A", 2, Some((1, -1))),
        row("E", 3, None),
        row("D", 4, Some((4, 0))),
    ];
    assert_eq!(moved(&panel.author).await, after);

    // A day later it is told against the same standing; eight days later that is the past.
    panel.app.days_pass(1);
    assert_eq!(moved(&panel.author).await, after);
    panel.app.days_pass(8);
    assert_eq!(
        moved(&panel.author).await,
        [
            row("C", 1, still(1)),
            row("A", 2, still(2)),
            row("E", 3, still(3)),
            row("D", 4, still(4))
        ]
    );

    // Another server, which remembers nothing, says the same.
    let other = panel.app.another().await;
    assert_eq!(
        moved(&panel.author.at(&other)).await,
        moved(&panel.author).await
    );
}
