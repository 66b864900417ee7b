//! Why ranks moved: the parts are what a recount of everything finds, and add up.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sluice::backlog::movement::{Cause, Recent, Stand, Step, Week};
use uuid::Uuid;

/// Idea, key, whether it was computed again under a new version.
type Act = (u128, Option<i32>, bool);

/// The log of these acts; the first so many happened before the week.
fn log(acts: &[Act], before: usize) -> Vec<Step> {
    let mut stands: BTreeMap<u128, Option<i32>> = BTreeMap::new();
    let stand = |key| Stand {
        key,
        is_counted: key.is_some(),
    };
    let steps = acts
        .iter()
        .enumerate()
        .map(|(at, &(idea, key, is_rescored))| {
            let from = stands.insert(idea, key).flatten();
            Step {
                id: at as i64,
                idea: Uuid::from_u128(idea),
                at: if at < before { 0 } else { 1 },
                from: stand(from),
                to: stand(key),
                is_rescored: is_rescored && from.is_some() && key.is_some(),
            }
        });
    steps.collect()
}

fn standing(log: &[Step]) -> BTreeMap<Uuid, i32> {
    let mut stands = BTreeMap::new();
    for step in log {
        match step.to.key {
            Some(key) => stands.insert(step.idea, key),
            None => stands.remove(&step.idea),
        };
    }
    stands
}

fn rank(of: &BTreeMap<Uuid, i32>, but: Option<Uuid>, key: i32) -> i64 {
    let better = of.iter().filter(|(id, it)| Some(**id) != but && **it > key);
    1 + better.count() as i64
}

/// The ranks an idea gained by each cause, by counting everybody one by one.
fn recounted(
    then: &BTreeMap<Uuid, i32>,
    now: &BTreeMap<Uuid, i32>,
    week: &[Step],
    me: Uuid,
) -> Vec<(Cause, i64)> {
    let (mine_then, mine_now) = (then[&me], now[&me]);
    let mut parts: BTreeMap<Cause, i64> = BTreeMap::new();
    let above = |key: Option<&i32>| i64::from(key.is_some_and(|key| *key > mine_then));
    let mut others: Vec<&Uuid> = then
        .keys()
        .chain(now.keys())
        .filter(|id| **id != me)
        .collect();
    others.sort();
    others.dedup();
    let mut add = |cause, by| *parts.entry(cause).or_default() += by;
    for other in others {
        let (a, b) = (then.get(other), now.get(other));
        let by = above(a) - above(b);
        match (a, b) {
            (None, _) => add(Cause::NewIdeas, by),
            (_, None) => add(Cause::IdeasLeft, by),
            _ => {
                let mut last = a.copied();
                for step in week.iter().filter(|step| step.idea == *other) {
                    let Some(key) = step.to.key else { continue };
                    let by = above(last.as_ref()) - above(Some(&key));
                    add(
                        if step.is_rescored {
                            Cause::Rubric
                        } else {
                            Cause::OthersMoved
                        },
                        by,
                    );
                    last = Some(key);
                }
            }
        }
    }
    let mut last = mine_then;
    for step in week.iter().filter(|step| step.idea == me) {
        let Some(key) = step.to.key else { continue };
        let by = rank(now, Some(me), last) - rank(now, Some(me), key);
        add(
            if step.is_rescored {
                Cause::Rubric
            } else {
                Cause::OwnScore
            },
            by,
        );
        last = key;
    }
    assert_eq!(last, mine_now);
    parts.into_iter().filter(|(_, by)| *by != 0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_of_a_movement_are_those_of_a_recount(
        acts in prop::collection::vec((1_u128..9, prop::option::weighted(0.8, 0_i32..6), prop::bool::ANY), 1..50),
        before in 0_usize..50,
        folded in 0_usize..50,
        later in 0_usize..50,
    ) {
        let log = log(&acts, before);
        let before = before.min(log.len());
        let (past, happened) = log.split_at(before);
        let (then, now) = (standing(past), standing(&log));
        // Folded in two portions, the second of which brings some steps again.
        let cut = folded.min(log.len());
        let more = later.clamp(cut, log.len().max(cut)).min(log.len());
        let week = Week::of(0, log[..cut].iter().copied()).moved_on(0, &log[cut..more]);
        let recent = Recent::new(&week, &log[cut..]);
        for id in then.keys().filter(|id| now.contains_key(*id)) {
            let (key_then, key_now) = (then[id], now[id]);
            prop_assert_eq!(recent.key_then(*id, Some(key_now)), Some(key_then));
            let (rank_then, rank_now) = (rank(&then, None, key_then), rank(&now, None, key_now));
            let among_others = |key| u32::try_from(rank(&now, Some(*id), key)).unwrap();
            let parts = recent.parts(
                *id,
                key_then,
                (rank_then as u32, rank_now as u32),
                among_others,
            );
            let mut told = parts.told();
            told.sort();
            let sum: i64 = told.iter().map(|(_, by)| by).sum();
            prop_assert_eq!(sum, rank_then - rank_now);
            let recounted = recounted(&then, &now, happened, *id);
            prop_assert_eq!(&told, &recounted);
            let cause = match recounted[..] {
                [(cause, _)] => cause,
                _ => Cause::Several,
            };
            prop_assert_eq!(parts.cause(), cause);
        }
        for id in now.keys().filter(|id| !then.contains_key(*id)) {
            prop_assert_eq!(recent.key_then(*id, Some(now[id])), None);
        }
    }
}

#[test]
fn a_movement_reads_as_a_sentence() {
    let told = |acts: &[Act], before: usize, me: u128| {
        let log = log(acts, before);
        let (then, now) = (standing(&log[..before]), standing(&log));
        let week = Week::of(0, log.iter().copied());
        let me = Uuid::from_u128(me);
        let (a, b) = (rank(&then, None, then[&me]), rank(&now, None, now[&me]));
        let others = |key| u32::try_from(rank(&now, Some(me), key)).unwrap();
        let recent = Recent::new(&week, &[]);
        let parts = recent.parts(me, then[&me], (a as u32, b as u32), others);
        parts.sentence(a as u32, b as u32)
    };
    let three = [
        (1, Some(3), false),
        (2, Some(2), false),
        (3, Some(1), false),
    ];
    let with = |more: &[Act]| [&three[..], more].concat();
    assert_eq!(told(&three, 3, 2), "Still 2nd, as a week ago.");
    assert_eq!(
        told(&with(&[(3, Some(4), false)]), 3, 3),
        "Up 2 places, from 3rd to 1st: its own score lifted it by 2."
    );
    assert_eq!(
        told(&with(&[(4, Some(9), false)]), 3, 1),
        "Down 1 place, from 1st to 2nd: new ideas cost it 1."
    );
    assert_eq!(
        told(&with(&[(1, None, false), (3, Some(5), true)]), 3, 2),
        "Still 2nd: a new version of the rubric cost it 1, ideas that left lifted it by 1."
    );
    assert_eq!(
        told(&with(&[(3, Some(5), false)]), 3, 1),
        "Down 1 place, from 1st to 2nd: other ideas' scores cost it 1."
    );
}
