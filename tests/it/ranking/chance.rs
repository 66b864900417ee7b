//! The chance to belong to the best k: what the examples say, and what must hold of any.

use super::*;
use sluice::backlog::chance::{best, chance};

fn chances(places: &[Place], spread: f64, k: u32) -> Vec<f64> {
    let folded = Histogram::of(places.iter().copied());
    let ranks = Ranks {
        folded: &folded,
        tail: &[],
    };
    let of = |place: &Place| chance(&ranks, *place, true, spread, k);
    places.iter().map(of).collect()
}

fn examples() -> serde_json::Value {
    serde_json::from_str(include_str!("../data/scoring_examples.json")).unwrap()
}

#[test]
fn the_examples_come_out_as_they_say() {
    let examples = examples();
    for (example, k, field) in [
        ("W2_complete_panel", 2, "p_top2"),
        ("W4_all_equal", 2, "p_top2"),
        ("W4b_zero_within_variance", 1, "p_top1"),
        ("W5_severity", 2, "p_top2"),
    ] {
        let fit = &examples[example]["MEAN"];
        let ideas: Vec<_> = fit["ideas"].as_object().unwrap().values().collect();
        let places: Vec<Place> = ideas
            .iter()
            .map(|idea| Place {
                key: (idea["score"].as_f64().unwrap() * 100.0).round() as i32,
                n: u32::try_from(idea["n"].as_u64().unwrap()).unwrap(),
            })
            .collect();
        let found = chances(&places, fit["sigma"].as_f64().unwrap(), k);
        for (idea, found) in ideas.iter().zip(found) {
            let said = idea[field].as_f64().unwrap();
            assert!(
                (found - said).abs() < 0.02,
                "{example}: {found}, not {said}"
            );
        }
    }
}

#[test]
fn of_many_alike_each_has_its_share_however_far_down_the_cut_lies() {
    let places = vec![Place { key: 5_000, n: 3 }; 9_000];
    let folded = Histogram::of(places.iter().copied());
    let ranks = Ranks {
        folded: &folded,
        tail: &[],
    };
    for k in [1, 10, 100, 900, 3_000, 6_000, 8_999] {
        let found = chance(&ranks, places[0], true, 15.0, k);
        let share = f64::from(k) / 9_000.0;
        assert!((found - share).abs() < 0.03, "{k}: {found}, not {share}");
    }
}

#[test]
fn the_best_are_at_most_a_third_and_at_least_one() {
    assert_eq!(
        [0, 1, 2, 3, 5, 6].map(|ideas| best(10, ideas)),
        [1, 1, 1, 1, 1, 2]
    );
    assert_eq!(
        [29, 30, 31, 1_000].map(|ideas| best(10, ideas)),
        [9, 10, 10, 10]
    );
    assert_eq!(best(1, 1_000), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn so_many_are_among_the_best_as_there_is_room(
        standing in prop::collection::vec(places(), 2..25),
        k in 1_u32..8,
    ) {
        let found = chances(&standing, 14.0, k);
        let sum: f64 = found.iter().sum();
        let room = f64::from(k).min(standing.len() as f64);
        prop_assert!((sum - room).abs() < 0.02, "{sum} of {room}");
        prop_assert!(found.iter().all(|p| (-1e-9..=1.0 + 1e-9).contains(p)));
        for (a, p) in standing.iter().zip(&found) {
            for (b, q) in standing.iter().zip(&found) {
                prop_assert!(a.n != b.n || a.key <= b.key || p >= &(q - 1e-6));
            }
        }
    }
}

#[test]
fn of_a_hundred_thousand_ideas_the_chance_is_known_soon() {
    let places: Vec<Place> = (0..100_000_i32)
        .map(|index| Place {
            key: 2_000 + (index * 7_919) % 6_001,
            n: 3 + (index % 3) as u32,
        })
        .collect();
    let folded = Histogram::of(places);
    let ranks = Ranks {
        folded: &folded,
        tail: &[],
    };
    let begun = std::time::Instant::now();
    let of = |key: i32| chance(&ranks, Place { key, n: 4 }, false, 14.0, 10);
    let (best, middle) = (of(10_000), of(5_000));

    assert!(best > middle && middle < 0.001, "{best}, {middle}");
    // Far more than it takes without optimization.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
