//! From what judges said to places: pure, so it is asked of any words in any order.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;
use sluice::assessment::rubric::Aggregation;
use sluice::assessment::scoring::stability::kendall_tau_b;
use sluice::hackathons::domain::ComparisonOutcome::{self, Left, Right, Tie};
use sluice::hackathons::standings::{
    Judged, Standing, Vote, by_pairs, by_rubric, next_comparison, votes_of,
};
use uuid::Uuid;

use crate::scoring::{criterion, direct, draft};

fn entry(number: u128) -> Uuid {
    Uuid::from_u128(0xe000 + number)
}

fn judge(number: u128) -> Uuid {
    Uuid::from_u128(0x1000 + number)
}

fn judged(which: u128, of: u128, by: u128, level: f64) -> Judged {
    Judged {
        id: Uuid::from_u128(which),
        entry: entry(of),
        judge: judge(by),
        levels: vec![Some(level)],
    }
}

fn vote(by: u128, left: u128, right: u128, outcome: ComparisonOutcome) -> Vote {
    Vote {
        judge: judge(by),
        left: entry(left),
        right: entry(right),
        outcome,
        is_half: false,
    }
    .turned()
}

/// Entries by number, with places and scores.
fn shown(all: &[Standing]) -> Vec<(u128, Option<i32>, i64)> {
    let number = |one: &Standing| one.entry.as_u128() - 0xe000;
    all.iter()
        .map(|one| (number(one), one.place, one.score))
        .collect()
}

#[test]
fn ties_share_a_place_and_the_next_one_leaves_it_out() {
    let all = [
        judged(1, 1, 1, 70.0),
        judged(2, 2, 1, 80.0),
        judged(3, 3, 1, 80.0),
        judged(4, 4, 1, 60.004),
    ];
    let found = by_rubric(&direct(Aggregation::Mean), &all);
    assert_eq!(
        shown(&found),
        [
            (2, Some(1), 8000),
            (3, Some(1), 8000),
            (1, Some(3), 7000),
            (4, Some(4), 6000)
        ]
    );
}

#[test]
fn a_strict_judge_does_no_harm_where_the_rubric_is_freed_of_strictness() {
    // The example W5: A, B, C, D, E as entries 1 to 5, ann, bo, cy, dee as judges 1 to 4.
    let said: [(u128, &[(u128, f64)]); 5] = [
        (1, &[(1, 72.0), (2, 70.0), (3, 74.0)]),
        (2, &[(1, 66.0), (2, 64.0), (4, 50.0)]),
        (3, &[(2, 58.0), (3, 62.0), (4, 46.0)]),
        (4, &[(1, 70.0), (3, 68.0), (4, 52.0)]),
        (5, &[(1, 64.0), (2, 62.0), (3, 66.0)]),
    ];
    let mut all = Vec::new();
    for (of, by) in said {
        for (by, level) in by {
            all.push(judged(all.len() as u128, of, *by, *level));
        }
    }
    let plain = by_rubric(&direct(Aggregation::Mean), &all);
    let freed = by_rubric(&direct(Aggregation::SeverityAdjusted), &all);
    let order = |found: &[Standing]| shown(found).iter().map(|it| it.0).collect::<Vec<_>>();
    assert_eq!(order(&plain), [1, 5, 4, 2, 3]);
    assert_eq!(
        shown(&freed),
        [
            (1, Some(1), 7020),
            (4, Some(2), 6356),
            (5, Some(3), 6220),
            (2, Some(4), 6086),
            (3, Some(5), 5606)
        ]
    );
}

#[test]
fn who_judged_too_little_of_an_entry_and_who_closed_a_gate_give_it_no_place() {
    let gate = criterion("gate", None, 0.0, 1.0);
    let mut score = criterion("score", Some(1.0), 1.0, 5.0);
    score.is_required = true;
    let rubric = draft(Aggregation::SeverityAdjusted, vec![score, gate]);
    let rubric = sluice::assessment::rubric::Rubric::parse(rubric).unwrap();
    let said = |which: u128, of: u128, levels: [Option<f64>; 2]| Judged {
        levels: levels.to_vec(),
        ..judged(which, of, 1, 0.0)
    };
    let all = [
        said(1, 1, [Some(3.0), Some(1.0)]),
        said(2, 2, [None, Some(1.0)]),
        said(3, 3, [Some(5.0), Some(0.0)]),
    ];
    let found = by_rubric(&rubric, &all);
    assert_eq!(shown(&found), [(1, Some(1), 5000), (3, None, 10000)]);
}

#[test]
fn comparisons_lead_to_what_the_example_says() {
    // The example W9: P, Q, R, S, T as entries 1 to 5; S and T were compared with each other
    // alone.
    let all = [
        vote(1, 1, 2, Left),
        vote(2, 2, 1, Right),
        vote(1, 1, 3, Left),
        vote(1, 2, 3, Left),
        vote(2, 2, 3, Left),
        vote(3, 3, 2, Left),
        vote(4, 2, 3, Tie),
        vote(1, 4, 5, Left),
    ];
    assert_eq!(
        shown(&by_pairs(&all)),
        [
            (1, Some(1), 7805),
            (4, Some(2), 6469),
            (2, Some(3), 3983),
            (5, Some(4), 3590),
            (3, Some(5), 3153)
        ]
    );
    let entries: Vec<Uuid> = (1..=6).map(entry).collect();
    // Entry 6 was not compared at all: whatever links it tells most, for whoever may see it.
    let next = |allowed: &[Uuid], by| next_comparison(&entries, allowed, &all, judge(by), 7);
    assert_eq!(next(&entries[..5], 2), Some((entry(1), entry(4))));
    assert_eq!(next(&entries[..2], 1), None);
    assert_eq!(next(&entries[..2], 3), Some((entry(1), entry(2))));
    assert_eq!(next(&entries[..1], 3), None);
    assert!(shown(&by_pairs(&all)).iter().all(|it| it.0 != 6));
}

/// What the first judge says with an order.
fn order(places: &[&[u128]]) -> Vec<Vote> {
    let ids = |place: &&[u128]| place.iter().map(|it| entry(*it)).collect();
    let places: Vec<Vec<Uuid>> = places.iter().map(ids).collect();
    votes_of(judge(1), &places)
}

#[test]
fn an_order_leads_to_what_the_example_says() {
    // The example W9b: P, Q, R, S in this order; and one in which two are equal.
    let found = by_pairs(&order(&[&[1], &[2], &[3], &[4]]));
    assert_eq!(
        shown(&found),
        [
            (1, Some(1), 7346),
            (2, Some(2), 5797),
            (3, Some(3), 4203),
            (4, Some(4), 2654)
        ]
    );
    let half = |plain: Vote| Vote {
        is_half: true,
        ..plain
    };
    let equal = order(&[&[2], &[3, 1]]);
    let expected = [
        half(vote(1, 2, 3, Left)),
        half(vote(1, 2, 1, Left)),
        half(vote(1, 3, 1, Tie)),
    ];
    assert_eq!(equal, expected);
    assert_eq!(order(&[&[2], &[1]]), [vote(1, 2, 1, Left)]);
}

/// Numbers that look drawn, the same every time.
struct Lots(u64);

impl Lots {
    fn draw(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.draw() * end as f64) as usize).min(end - 1)
    }
}

/// How well the order of 8 entries is found again after each comparison of 4 judges, who go
/// round and see the better of two with the chance its lead gives.
fn found_again(seed: u64, is_chosen: bool, rounds: usize) -> Vec<f64> {
    let mut lots = Lots(seed);
    let ids: Vec<Uuid> = (1..=8).map(entry).collect();
    // Strengths 0.6 apart, dealt at random.
    let mut strength: Vec<f64> = (0..8).map(|i| f64::from(i) * 0.6).collect();
    for i in (1..8).rev() {
        strength.swap(i, lots.below(i + 1));
    }
    let strength: HashMap<Uuid, f64> = ids.iter().copied().zip(strength).collect();
    let mut votes: Vec<Vote> = Vec::new();
    let mut told = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let by = judge((round % 4) as u128);
        let pair = if is_chosen {
            next_comparison(&ids, &ids, &votes, by, seed)
        } else {
            let own = votes.iter().filter(|vote| vote.judge == by);
            let own: BTreeSet<(Uuid, Uuid)> = own.map(|it| (it.left, it.right)).collect();
            let all = ids.iter().enumerate().flat_map(|(i, a)| {
                let rest = ids[i + 1..].iter();
                rest.map(move |b| (*a, *b))
            });
            let open: Vec<(Uuid, Uuid)> = all.filter(|pair| !own.contains(pair)).collect();
            (!open.is_empty()).then(|| open[lots.below(open.len())])
        };
        if let Some((left, right)) = pair {
            let lead = strength[&left] - strength[&right];
            let outcome = if lots.draw() < 1.0 / (1.0 + (-lead).exp()) {
                Left
            } else {
                Right
            };
            votes.push(Vote {
                judge: by,
                left,
                right,
                outcome,
                is_half: false,
            });
        }
        let scores: HashMap<Uuid, i64> = by_pairs(&votes)
            .iter()
            .map(|one| (one.entry, one.score))
            .collect();
        let pairs: Vec<(f64, f64)> = ids
            .iter()
            .map(|id| (strength[id], scores.get(id).map_or(5000.0, |it| *it as f64)))
            .collect();
        told.push(kendall_tau_b(&pairs).unwrap_or(0.0));
    }
    told
}

#[test]
fn the_pair_that_tells_most_finds_the_order_in_fewer_comparisons_than_any_pair() {
    const EVENTS: u64 = 60;
    const ROUNDS: usize = 60;
    let mean = |is_chosen: bool| -> Vec<f64> {
        let mut sum = vec![0.0; ROUNDS];
        for seed in 0..EVENTS {
            for (sum, tau) in sum.iter_mut().zip(found_again(seed, is_chosen, ROUNDS)) {
                *sum += tau / EVENTS as f64;
            }
        }
        sum
    };
    let (chosen, random) = (mean(true), mean(false));
    let needed = |taus: &[f64], tau: f64| taus.iter().position(|it| *it >= tau).map(|at| at + 1);
    for tau in [0.5, 0.6, 0.65, 0.7, 0.75] {
        println!(
            "τ {tau}: {:?} against {:?}",
            needed(&chosen, tau),
            needed(&random, tau)
        );
    }
    let (few, many) = (needed(&chosen, 0.7).unwrap(), needed(&random, 0.7).unwrap());
    assert!(few < many, "{few} against {many}");
}

fn words() -> impl Strategy<Value = Vec<(u128, u128, u128, u8)>> {
    prop::collection::vec((0_u128..5, 1_u128..7, 1_u128..7, 0_u8..3), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_votes_does_not_matter(words in words(), turn in 0_usize..40) {
        let mut last: HashMap<(u128, u128, u128), Vote> = HashMap::new();
        for (by, a, b, said) in words.into_iter().filter(|it| it.1 != it.2) {
            let outcome = [Left, Right, Tie][usize::from(said)];
            last.insert((by, a.min(b), a.max(b)), vote(by, a, b, outcome));
        }
        let mut all: Vec<Vote> = last.into_values().collect();
        let found = by_pairs(&all);
        let length = all.len().max(1);
        all.rotate_left(turn % length);
        all.reverse();
        prop_assert_eq!(by_pairs(&all), found);
    }

    #[test]
    fn the_order_of_judgements_does_not_matter_and_equal_scores_share_a_place(
        words in words(),
        turn in 0_usize..40,
    ) {
        let mut last: HashMap<(u128, u128), Judged> = HashMap::new();
        for (number, (by, of, level, _)) in words.into_iter().enumerate() {
            last.insert((of, by), judged(number as u128, of, by, level as f64));
        }
        let mut all: Vec<Judged> = last.into_values().collect();
        for aggregation in [Aggregation::Mean, Aggregation::TrimmedMean, Aggregation::SeverityAdjusted] {
            let rubric = direct(aggregation);
            let found = by_rubric(&rubric, &all);
            let length = all.len().max(1);
            all.rotate_left(turn % length);
            prop_assert_eq!(&by_rubric(&rubric, &all), &found);
            for one in &found {
                let better = found.iter().filter(|it| it.score > one.score).count();
                prop_assert_eq!(one.place, Some(better as i32 + 1));
            }
        }
    }
}
