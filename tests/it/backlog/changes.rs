//! What would have to change: every change that is told has been tried here, through the
//! API or by plain arithmetic, and leads to the rank that was told.

use rstest::rstest;
use serde_json::{Value, json};

use crate::assessment::plain::{self, Dice};
use crate::assessment::scorecards::hundredths;
use crate::support::acts::Idea;
use crate::support::panel::{CRITERIA, Levels, Panel};
use crate::support::{Store, Store::*};

const IDEAS: usize = 8;

/// Ideas, and what their three assessors say of each.
struct House {
    panel: Panel,
    ideas: Vec<Idea>,
    rated: Vec<Vec<Levels>>,
}

impl House {
    async fn open(store: Store, levels: impl Fn(&mut Dice) -> Levels) -> Option<Self> {
        let panel = Panel::seated(store, 3).await?;
        let mut dice = Dice::new(41);
        let rated: Vec<Vec<Levels>> = (0..IDEAS)
            .map(|_| (0..3).map(|_| levels(&mut dice)).collect())
            .collect();
        let ideas = panel.many(rated.clone()).await;
        Some(Self {
            panel,
            ideas,
            rated,
        })
    }

    fn key(&self, idea: usize) -> i64 {
        plain::score(&self.rated[idea]).key()
    }

    fn rank(&self, idea: usize) -> usize {
        let better = (0..IDEAS).filter(|other| self.key(*other) > self.key(idea));
        better.count() + 1
    }

    /// Ideas from the best to the last.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..IDEAS).collect();
        order.sort_by_key(|idea| -self.key(*idea));
        order
    }

    async fn changes(&self, idea: usize, cut: Option<usize>) -> Vec<Value> {
        let query = "query($id: ID!, $cut: Int) { explainRank(ideaId: $id, cut: $cut) {
            changes { kind criterion { key } from to rankAfter sentence } } }";
        let asked = json!({"id": self.ideas[idea].id, "cut": cut});
        let answer = self.panel.author.post(query, asked).await;
        let changes = answer.at("explainRank.changes").as_array().unwrap();
        changes.clone()
    }
}

fn position(change: &Value) -> usize {
    let key = change["criterion"]["key"].as_str().unwrap();
    CRITERIA.iter().position(|(name, _)| *name == key).unwrap()
}

/// Levels with so many steps for the better on one criterion, shared out among those who
/// answered it: first to those whose other answers are fewest, as each step adds most there.
fn stepped(rated: &[Levels], criterion: usize, steps: i64) -> Vec<Levels> {
    let mut after = rated.to_vec();
    let answered = |levels: &Levels| -> i128 {
        let given = CRITERIA.iter().zip(levels).filter(|(_, level)| **level > 0);
        given.map(|((_, weight), _)| weight).sum()
    };
    let mut order: Vec<usize> = (0..rated.len()).collect();
    order.sort_by_key(|rater| answered(&rated[*rater]));
    for _ in 0..steps {
        let better = |level: u8| if criterion == 5 { level > 1 } else { level < 5 };
        let mover = order
            .iter()
            .find(|rater| after[**rater][criterion] > 0 && better(after[**rater][criterion]));
        let level = &mut after[*mover.unwrap()][criterion];
        *level = if criterion == 5 {
            *level - 1
        } else {
            *level + 1
        };
    }
    after
}

#[rstest]
#[case(Sqlite, false)]
#[case(Postgres, false)]
#[case(Sqlite, true)]
#[tokio::test]
async fn a_change_of_levels_is_true_when_it_is_made_and_no_smaller_one_would_do(
    #[case] store: Store,
    #[case] some_open: bool,
) {
    let levels = if some_open { Dice::levels } else { Dice::full };
    let Some(house) = House::open(store, levels).await else {
        return;
    };
    let order = house.order();
    let mut tried = 0;
    for place in [1, 4, IDEAS - 1] {
        let idea = order[place];
        let above = order[..place]
            .iter()
            .rev()
            .find(|other| house.key(**other) > house.key(idea));
        let target = house.key(*above.unwrap());
        for change in house.changes(idea, None).await {
            if change["kind"] != "LEVEL" {
                continue;
            }
            tried += 1;
            let criterion = position(&change);
            let given: Vec<f64> = house.rated[idea]
                .iter()
                .map(|levels| f64::from(levels[criterion]))
                .filter(|level| *level > 0.0)
                .collect();
            let mean = given.iter().sum::<f64>() / given.len() as f64;
            let (from, to) = (
                change["from"].as_f64().unwrap(),
                change["to"].as_f64().unwrap(),
            );
            assert!((from - mean).abs() < 1e-9);
            let steps = ((to - from).abs() * given.len() as f64).round() as i64;
            assert!((steps as f64 - (to - from).abs() * given.len() as f64).abs() < 1e-6);

            let after = stepped(&house.rated[idea], criterion, steps);
            let fewer = stepped(&house.rated[idea], criterion, steps - 1);
            assert!(plain::score(&after).key() > target, "{change:#}");
            assert!(plain::score(&fewer).key() <= target, "{change:#}");
            house.panel.rate(&house.ideas[idea], &after).await;
            let seen = house
                .panel
                .author
                .sees(&house.ideas[idea], "rank scorecard { total }");
            let seen = seen.await;
            assert_eq!(seen["rank"], change["rankAfter"], "{change:#}");
            assert_eq!(
                hundredths(&seen["scorecard"]["total"]),
                plain::score(&after).key()
            );
            let sentence = change["sentence"].as_str().unwrap();
            assert!(
                sentence.contains(&format!("{to:.2} instead of {from:.2}")),
                "{sentence}"
            );
            house
                .panel
                .rate(&house.ideas[idea], &house.rated[idea])
                .await;
        }
    }
    assert!(tried >= 4, "only {tried} changes were told");
}

/// An idea's key when one criterion weighs so many ten-thousandths and the others share the
/// rest as before.
fn reweighed(rated: &[Levels], criterion: usize, share: i128) -> i128 {
    let quarters = |index: usize| -> i128 {
        let of = rated.iter().map(|levels| i128::from(levels[index]));
        of.map(|level| if index == 5 { 5 - level } else { level - 1 })
            .sum()
    };
    let rest: i128 = (0..CRITERIA.len())
        .filter(|index| *index != criterion)
        .map(|index| CRITERIA[index].1 * quarters(index))
        .sum();
    let others = 100 - CRITERIA[criterion].1;
    // Hundredths of a point, over this.
    let under = others * 4 * i128::try_from(rated.len()).unwrap();
    let over = share * quarters(criterion) * others + (10_000 - share) * rest;
    (2 * over + under).div_euclid(2 * under)
}

#[rstest]
#[tokio::test]
async fn a_change_of_weights_is_what_plain_arithmetic_says_and_no_smaller_one_would_do(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(house) = House::open(store, Dice::full).await else {
        return;
    };
    let order = house.order();
    let mut tried = 0;
    for place in 1..IDEAS {
        let idea = order[place];
        let Some(above) = order[..place]
            .iter()
            .rev()
            .find(|other| house.key(**other) > house.key(idea))
        else {
            continue;
        };
        // Of equals above, the one that the list has first is the neighbor.
        let rivals: Vec<usize> = (0..IDEAS)
            .filter(|other| house.key(*other) == house.key(*above))
            .collect();
        let [rival] = rivals[..] else { continue };
        for change in house.changes(idea, None).await {
            if change["kind"] != "WEIGHT" {
                continue;
            }
            tried += 1;
            let criterion = position(&change);
            let weight = CRITERIA[criterion].1;
            assert!((change["from"].as_f64().unwrap() - weight as f64 / 100.0).abs() < 1e-9);
            let share = (change["to"].as_f64().unwrap() * 10_000.0).round() as i128;
            let key = |idea: usize, share| reweighed(&house.rated[idea], criterion, share);
            assert!(key(idea, share) > key(rival, share), "{change:#}");
            let nearer = share + (weight * 100 - share).signum();
            assert!(key(idea, nearer) <= key(rival, nearer), "{change:#}");
            let better = (0..IDEAS).filter(|other| key(*other, share) > key(idea, share));
            let after = better.count() + 1;
            assert_eq!(change["rankAfter"], after, "{change:#}");
            // It is lifted, although the others move as well.
            assert!(house.rank(idea) > after, "{change:#}");
        }
    }
    assert!(tried >= 4, "only {tried} changes were told");
}

#[rstest]
#[tokio::test]
async fn with_a_cut_the_changes_of_those_outside_lead_over_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(house) = House::open(store, Dice::full).await else {
        return;
    };
    let order = house.order();
    let (outside, inside) = (order[IDEAS - 2], order[1]);

    let over = house.changes(outside, Some(3)).await;

    for change in &over {
        let after = change["rankAfter"].as_u64().unwrap();
        assert!(after <= 3, "{change:#}");
    }
    assert!(!over.is_empty());
    // Inside, the one above is what matters, as without a cut.
    assert_eq!(
        house.changes(inside, Some(3)).await,
        house.changes(inside, None).await
    );
    assert_eq!(house.changes(order[0], Some(3)).await, Vec::<Value>::new());
}
