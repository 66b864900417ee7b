//! Ranks come from counts that are folded from the log of changes; they are what plain
//! counting says, however much happened since the last fold and whoever holds it back.

use rstest::rstest;
use sea_orm::{ConnectionTrait, Database, EntityTrait, PaginatorTrait, TransactionTrait};
use serde_json::{Value, json};
use sluice::entity::score_change;

use crate::assessment::plain::{self, Dice};
use crate::support::acts::Idea;
use crate::support::panel::{Levels, Panel};
use crate::support::people::Person;
use crate::support::{Store, Store::*};

const RATERS: usize = 4;

/// What should be true of one idea.
struct Expected {
    idea: Idea,
    title: String,
    rated: [Option<(String, Levels)>; RATERS],
    is_published: bool,
    is_secret: bool,
    was_secret: bool,
    is_withdrawn: bool,
}

impl Expected {
    fn levels(&self) -> Vec<Levels> {
        self.rated
            .iter()
            .flatten()
            .map(|(_, levels)| *levels)
            .collect()
    }

    fn is_listed(&self) -> bool {
        self.is_published && !self.is_withdrawn
    }

    fn key(&self) -> i64 {
        plain::score(&self.levels()).key()
    }

    /// An idea is published at the quorum and until nothing counts.
    fn settle(&mut self) {
        let count = self.levels().len();
        self.is_published = count >= 3 || (self.is_published && count > 0);
    }
}

/// One random thing that happens.
async fn change(panel: &Panel, dice: &mut Dice, one: &mut Expected) {
    if one.is_withdrawn {
        return;
    }
    let rater = usize::try_from(dice.roll(RATERS as u64)).unwrap();
    let assessor = &panel.assessors[rater];
    match dice.roll(100) {
        0 => {
            let input = json!({"ideaId": one.idea.id});
            panel
                .author
                .act("withdrawIdea", input, "idea { id }")
                .await
                .ok();
            one.is_withdrawn = true;
        }
        roll if roll < 8 || (one.is_secret && roll < 60) => {
            one.is_secret = !one.is_secret;
            one.was_secret = true;
            let visibility = if one.is_secret {
                "CONFIDENTIAL"
            } else {
                "ORGANIZATION"
            };
            let input = json!({"ideaId": one.idea.id, "visibility": visibility});
            panel
                .author
                .act("updateIdea", input, "idea { id }")
                .await
                .ok();
        }
        8..25 => {
            if let Some((id, _)) = one.rated[rater].take_if(|_| !one.is_secret) {
                assessor.take_back(&id, "idea { id }").await.ok();
                one.settle();
            }
        }
        _ if one.is_secret => {}
        _ => {
            let levels = dice.levels();
            let id = assessor.assess(&one.idea, levels).await;
            one.rated[rater] = Some((id, levels));
            one.settle();
        }
    }
}

/// How many changes of published scores the log holds.
async fn logged(panel: &Panel) -> u64 {
    let counted = score_change::Entity::find().count(panel.app.db().reader());
    counted.await.unwrap()
}

/// Random things, until so many changes of published scores were logged.
async fn until_logged(panel: &Panel, dice: &mut Dice, all: &mut [Expected], some: u64) {
    let enough = logged(panel).await + some;
    while logged(panel).await < enough {
        let which = usize::try_from(dice.roll(all.len() as u64)).unwrap();
        change(panel, dice, &mut all[which]).await;
    }
}

/// Everything the list shows of an idea: title, total, count, rank, and the likely range.
type Row = (String, i64, usize, usize, usize, usize);

fn counted(all: &[Expected]) -> Vec<Row> {
    let seen: Vec<&Expected> = all.iter().filter(|one| one.is_listed()).collect();
    let ranked: Vec<&&Expected> = seen.iter().filter(|one| !one.is_secret).collect();
    let pool: Vec<Vec<Levels>> = ranked.iter().map(|one| one.levels()).collect();
    let (df, spread) = plain::spread(&pool);
    let t = plain::quantile(0.95, df);
    let row = |one: &&Expected| {
        let (key, n) = (one.key(), one.levels().len());
        let mut counts = (0, 0, 0);
        for other in &ranked {
            let gap = other.key() - key;
            let m = other.levels().len();
            let clear = t * spread * (1.0 / n as f64 + 1.0 / m as f64).sqrt();
            counts.0 += usize::from(gap > 0);
            counts.1 += usize::from(gap as f64 / 100.0 > clear);
            counts.2 += usize::from(-gap as f64 / 100.0 > clear);
        }
        let among = ranked.len() + usize::from(one.is_secret);
        let (low, high) = (1 + counts.1, among - counts.2);
        (one.title.clone(), key, n, 1 + counts.0, low, high)
    };
    let mut rows: Vec<Row> = seen.iter().map(row).collect();
    rows.sort();
    rows
}

async fn shown(person: &Person) -> Vec<Row> {
    let read = |entry: &Value| {
        let count = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        (
            entry["idea"]["title"].as_str().unwrap().to_owned(),
            crate::assessment::scorecards::hundredths(&entry["scorecard"]["total"]),
            count(&entry["scorecard"]["assessmentCount"]),
            count(&entry["rank"]),
            count(&entry["rankLow"]),
            count(&entry["rankHigh"]),
        )
    };
    let mut rows: Vec<Row> = super::whole(person).await.iter().map(read).collect();
    rows.sort();
    rows
}

/// Whether a transaction of somebody else stays open all the while, which keeps PostgreSQL
/// from telling what is final.
#[rstest]
#[case(Sqlite, false)]
#[case(Postgres, false)]
#[case(Postgres, true)]
#[tokio::test]
async fn ranks_are_what_plain_counting_says_after_whatever_happened(
    #[case] store: Store,
    #[case] is_held_back: bool,
) {
    let Some(panel) = Panel::seated(store, RATERS).await else {
        return;
    };
    let other = Database::connect(panel.app.config().database_url.as_str());
    let other = other.await.unwrap();
    let mut dice = Dice::new(23);
    let mut all = Vec::new();
    for number in 0..14 {
        let title = format!("Idea {number:02}");
        all.push(Expected {
            idea: panel.idea(&title).await,
            title,
            rated: Default::default(),
            is_published: false,
            is_secret: false,
            was_secret: false,
            is_withdrawn: false,
        });
    }

    // A first look counts everything; what comes after it is told by the log.
    until_logged(&panel, &mut dice, &mut all, 15).await;
    assert_eq!(shown(&panel.lead).await, counted(&all));
    until_logged(&panel, &mut dice, &mut all, 8).await;
    let held = if is_held_back {
        let held = other.begin().await.unwrap();
        held.execute_unprepared("select pg_current_xact_id()")
            .await
            .unwrap();
        Some(held)
    } else {
        None
    };
    // Nobody looks for long, so that much is unfolded; then they look often.
    for some in [80, 3, 70, 1] {
        until_logged(&panel, &mut dice, &mut all, some).await;
        assert_eq!(shown(&panel.lead).await, counted(&all));
    }
    assert!(all.iter().any(|one| one.is_withdrawn) && all.iter().any(|one| one.was_secret));

    // A server that begins now counts the same, and so it goes on.
    let late = panel.app.another().await;
    assert_eq!(shown(&panel.lead.at(&late)).await, counted(&all));
    if let Some(held) = held {
        held.rollback().await.unwrap();
    }
    until_logged(&panel, &mut dice, &mut all, 65).await;
    assert_eq!(shown(&panel.lead.at(&late)).await, counted(&all));
    assert_eq!(shown(&panel.lead).await, counted(&all));
}
