//! The order of the list: score, then more assessments, then the earlier submission, then
//! the id (SCORING.md §7), whichever way and however far somebody pages.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{ENTRY, whole};
use crate::assessment::plain::Dice;
use crate::assessment::scorecards::hundredths;
use crate::support::panel::{Levels, Panel};
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// Every page of the list, in the order of the list, in one direction.
async fn paged(person: &Person, size: usize, forwards: bool) -> Vec<Value> {
    let (many, behind, more, at) = if forwards {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let query = format!(
        "query($n: Int, $at: String) {{ backlog({many}: $n, {behind}: $at) {{
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
            edges {{ cursor node {{ {ENTRY} }} }} }} }}"
    );
    let mut pages: Vec<Vec<Value>> = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let answer = person.post(&query, json!({"n": size, "at": cursor})).await;
        let page = answer.at("backlog");
        let edges = page["edges"].as_array().unwrap();
        let info = &page["pageInfo"];
        assert_eq!(info["startCursor"], edges.first().unwrap()["cursor"]);
        assert_eq!(info["endCursor"], edges.last().unwrap()["cursor"]);
        pages.push(edges.iter().map(|edge| edge["node"].clone()).collect());
        if info[more] == false {
            break;
        }
        assert_eq!(edges.len(), size);
        cursor = info[at].clone();
    }
    if !forwards {
        pages.reverse();
    }
    pages.into_iter().flatten().collect()
}

/// An instant with all its digits: they are written only as far as they say something.
fn instant(text: &str) -> String {
    let digits = text.trim_end_matches('Z');
    let point = if digits.contains('.') { "" } else { "." };
    format!("{:0<26}", format!("{digits}{point}"))
}

/// What the order is made of, as the API shows it.
fn key(entry: &Value) -> (i64, i64, String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        -hundredths(&entry["scorecard"]["total"]),
        -entry["scorecard"]["assessmentCount"].as_i64().unwrap(),
        instant(&text(&entry["idea"]["submittedAt"])),
        text(&entry["idea"]["id"]),
    )
}

#[rstest]
#[tokio::test]
async fn paging_either_way_gives_the_list_in_the_order_of_the_rank_key(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    // Few scores for many ideas: nearly all are tied.
    let mut dice = Dice::new(3);
    let flat = |level: u64| -> Levels { [u8::try_from(level).unwrap(); 6] };
    let rated: Vec<Vec<Levels>> = (0..62)
        .map(|_| {
            let level = 1 + dice.roll(4);
            vec![flat(level); 3 + usize::try_from(dice.roll(2)).unwrap()]
        })
        .collect();
    panel.many(rated).await;

    let list = whole(&panel.author).await;
    let mut sorted = list.clone();
    sorted.sort_by_key(key);
    assert_eq!(list.len(), 62);
    assert_eq!(list, sorted);
    for entry in &list {
        let own = key(entry).0;
        let better = list.iter().filter(|other| key(other).0 < own).count();
        let equal = list.iter().filter(|other| key(other).0 == own).count();
        assert_eq!(entry["rank"], better + 1);
        assert_eq!(entry["isTied"], equal > 1);
        let rank = entry["rank"].as_i64().unwrap();
        assert!(entry["rankLow"].as_i64().unwrap() <= rank);
        assert!(rank <= entry["rankHigh"].as_i64().unwrap());
    }
    assert_eq!(paged(&panel.author, 7, true).await, list);
    assert_eq!(paged(&panel.lead, 9, false).await, list);

    // All handed in at one instant, as an import may have it: the id decides.
    let sql = panel.app.db().reader();
    let instant = "update idea_score set submitted_at = 1772442000000000";
    sql.execute_unprepared(instant).await.unwrap();
    let mut by_id = list;
    by_id.sort_by_key(|entry| {
        let (total, count, _, id) = key(entry);
        (total, count, id)
    });
    assert_eq!(paged(&panel.author, 8, true).await, by_id);
    assert_eq!(paged(&panel.author, 7, false).await, by_id);
}

#[rstest]
#[tokio::test]
async fn equals_share_a_rank_and_the_next_ones_are_left_out(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    for (title, level) in [
        ("Third", 2),
        ("First", 5),
        ("Second", 3),
        ("Also second", 3),
    ] {
        panel.rated(title, &[[level; 6]; 3]).await;
    }

    let list = whole(&panel.author).await;

    assert_eq!(
        super::ranks(&list),
        [
            ("First", 1),
            ("Second", 2),
            ("Also second", 2),
            ("Third", 4)
        ]
    );
    let tied: Vec<_> = list.iter().map(|entry| entry["isTied"] == true).collect();
    assert_eq!(tied, [false, true, true, false]);
}
