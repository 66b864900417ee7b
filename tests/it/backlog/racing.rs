//! Many write while many read: whatever a page shows, its ranks belong to its totals.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rstest::rstest;
use serde_json::Value;

use super::whole;
use crate::assessment::plain::Dice;
use crate::assessment::scorecards::hundredths;
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{Store, Store::*};

const WRITERS: u64 = 16;
const CHANGES: u64 = 8;

/// Every rank is one more than there are better totals on the same page.
#[track_caller]
fn belongs_together(list: &[Value]) {
    let keys: Vec<i64> = list
        .iter()
        .map(|entry| hundredths(&entry["scorecard"]["total"]))
        .collect();
    assert!(keys.is_sorted_by(|a, b| a >= b), "{keys:?}");
    for (entry, key) in list.iter().zip(&keys) {
        let better = keys.iter().filter(|other| *other > key).count();
        let equal = keys.iter().filter(|other| *other == key).count();
        assert_eq!(entry["rank"], better + 1, "{list:#?}");
        assert_eq!(entry["isTied"], equal > 1, "{list:#?}");
    }
}

async fn read_until(is_over: Arc<AtomicBool>, reader: Person) -> usize {
    let mut pages = 0;
    while !is_over.load(Ordering::SeqCst) {
        belongs_together(&whole(&reader).await);
        pages += 1;
    }
    pages
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ranks_of_a_page_belong_to_its_totals_while_sixteen_people_assess(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 16).await else {
        return;
    };
    let mut dice = Dice::new(5);
    let rated = (0..12).map(|_| (0..3).map(|_| dice.levels()).collect());
    let ideas = panel.many(rated.collect()).await;
    let other = panel.app.another().await;
    let is_over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = [panel.author.clone(), panel.lead.at(&other)]
        .into_iter()
        .map(|reader| tokio::spawn(read_until(Arc::clone(&is_over), reader)))
        .collect();

    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (panel, ideas, other) = (panel.clone(), ideas.clone(), other.clone());
            tokio::spawn(async move {
                let mut dice = Dice::new(100 + number);
                let writer = &panel.assessors[usize::try_from(number).unwrap()];
                let writer = if number % 2 == 0 {
                    writer.at(&other)
                } else {
                    writer.clone()
                };
                for _ in 0..CHANGES {
                    let which = usize::try_from(dice.roll(12)).unwrap();
                    let id = writer.assess(&ideas[which], dice.levels()).await;
                    if dice.roll(4) == 0 {
                        writer.take_back(&id, "idea { id }").await.ok();
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    is_over.store(true, Ordering::SeqCst);

    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    let end = whole(&panel.author).await;
    belongs_together(&end);
    assert_eq!(whole(&panel.author.at(&other)).await, end);
}
