//! The order of the backlog, and ranks looked up without counting rows.

mod chance;
mod changes;
mod movement;
mod next;

use proptest::prelude::*;
use sluice::assessment::scoring::{Pool, Yardstick};
use sluice::backlog::explain::{ordinal, rank_sentence};
use sluice::backlog::histogram::{Delta, Histogram, Place, Ranks};
use sluice::backlog::rank::RankKey;
use uuid::Uuid;

fn yardstick(assessments: i64, rss: i64) -> Yardstick {
    Pool {
        ideas: assessments / 3,
        assessments,
        rss_micro: rss * 1_000_000,
    }
    .yardstick()
}

fn places() -> impl Strategy<Value = Place> {
    // Few keys and few classes, so that ties and both ends of the scale are frequent.
    let key = prop_oneof![0..=40_i32, 5_000..=5_040, 9_980..=10_000, 0..=10_000];
    (key, 1_u32..=5).prop_map(|(key, n)| Place { key, n })
}

/// A history of arrivals, moves and departures: its changes, and what stands at its end.
fn histories() -> impl Strategy<Value = (Vec<Delta>, Vec<Place>)> {
    prop::collection::vec((0_usize..30, prop::option::weighted(0.8, places())), 1..60).prop_map(
        |steps| {
            let mut standing: Vec<Option<Place>> = vec![None; 30];
            let mut deltas = Vec::new();
            for (idea, to) in steps {
                deltas.push(Delta {
                    from: standing[idea],
                    to,
                });
                standing[idea] = to;
            }
            (deltas, standing.into_iter().flatten().collect())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_is_key_then_assessments_then_submission_then_id(
        parts in prop::collection::vec((0..3_i32, 1..3_u32, 0..3_i64, 0..3_u128), 2..20),
    ) {
        let mut keys: Vec<RankKey> = parts
            .iter()
            .map(|&(key, n, at, id)| RankKey::from((key, n, at, Uuid::from_u128(id))))
            .collect();
        keys.sort();
        for pair in keys.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            prop_assert_eq!(RankKey::from(a.parts()), a);
            // Word by word: the higher key; then the smaller error, which is that of more
            // assessments; then who was earlier; then the smaller id.
            let is_before = a.key > b.key
                || a.key == b.key && (1.0 / f64::from(a.n) < 1.0 / f64::from(b.n)
                || a.n == b.n && (a.submitted_at < b.submitted_at
                || a.submitted_at == b.submitted_at && a.idea_id <= b.idea_id));
            prop_assert!(is_before, "{:?} before {:?}", a, b);
        }
    }

    #[test]
    fn looking_up_is_counting(
        (deltas, standing) in histories(),
        cut in 0_usize..60,
        asked in places(),
        rss in 0_i64..40_000,
    ) {
        let (folded, tail) = deltas.split_at(cut.min(deltas.len()));
        let folded = Histogram::default().with(folded);
        let ranks = Ranks { folded: &folded, tail };
        let yardstick = yardstick(3 * standing.len() as i64, rss);
        prop_assert_eq!(ranks.total() as usize, standing.len());
        let counted = standing.iter().map(|&place| (place, true));
        for (place, is_counted) in counted.chain([(asked, false)]) {
            let better = standing.iter().filter(|j| j.key > place.key).count() as u32;
            prop_assert_eq!(ranks.better_than(place.key), better);
            prop_assert_eq!(ranks.rank(place.key), 1 + better);
            let same = standing.iter().filter(|j| j.key == place.key).count() as u32;
            prop_assert_eq!(ranks.tied(place.key, is_counted), same - u32::from(is_counted));
            let clearly = |sign: i32| {
                let is_clear = |j: &&Place| {
                    let error = (1.0 / f64::from(place.n) + 1.0 / f64::from(j.n)).sqrt();
                    let gap = f64::from(sign * (j.key - place.key));
                    gap > 100.0 * (yardstick.t95 * yardstick.spread * error)
                };
                standing.iter().filter(is_clear).count() as u32
            };
            let bands = ranks.bands(place, is_counted, &yardstick);
            let among = standing.len() as u32 + u32::from(!is_counted);
            prop_assert_eq!(bands.clearly_better, clearly(1));
            prop_assert_eq!(bands.clearly_worse, clearly(-1));
            prop_assert_eq!((bands.low, bands.high), (1 + clearly(1), among - clearly(-1)));
            prop_assert!(bands.low <= ranks.rank(place.key) && ranks.rank(place.key) <= bands.high);
        }
    }

    #[test]
    fn changes_may_be_folded_in_any_order_and_any_portions(
        (deltas, standing) in histories(),
        cut in 0_usize..60,
    ) {
        let straight = Histogram::of(standing.iter().copied());
        let mut turned = deltas.clone();
        turned.reverse();
        let (first, second) = turned.split_at(cut.min(turned.len()));
        let folded = Histogram::default().with(first).with(second);
        let (a, b) = (Ranks { folded: &straight, tail: &[] }, Ranks { folded: &folded, tail: &[] });
        let yardstick = yardstick(30, 500);
        prop_assert_eq!(a.total(), b.total());
        for key in standing.iter().map(|place| place.key).chain([0, 10_000]) {
            prop_assert_eq!(a.rank(key), b.rank(key));
            prop_assert_eq!(a.tied(key, false), b.tied(key, false));
            let place = Place { key, n: 3 };
            prop_assert_eq!(a.bands(place, false, &yardstick), b.bands(place, false, &yardstick));
        }
    }
}

#[test]
fn a_confidential_idea_is_shown_the_rank_it_would_take() {
    let places = [9_000, 7_000, 7_000, 1_000].map(|key| Place { key, n: 3 });
    let folded = Histogram::of(places);
    let ranks = Ranks {
        folded: &folded,
        tail: &[],
    };
    assert_eq!(
        (ranks.rank(7_000), ranks.tied(7_000, false), ranks.total()),
        (2, 2, 4)
    );
    let bands = ranks.bands(Place { key: 500, n: 3 }, false, &yardstick(12, 0));
    assert_eq!((ranks.rank(500), bands.low, bands.high), (5, 4, 5));
}

#[test]
fn a_rank_reads_as_a_sentence() {
    let spoken: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 1_003]
        .map(ordinal)
        .to_vec();
    assert_eq!(
        spoken,
        [
            "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th", "1003rd",
        ]
    );
    let places = [9_000, 7_000, 7_000, 1_000].map(|key| Place { key, n: 3 });
    let folded = Histogram::of(places);
    let ranks = Ranks {
        folded: &folded,
        tail: &[],
    };
    let bands = ranks.bands(places[1], true, &yardstick(12, 0));
    assert_eq!(
        rank_sentence(2, 4, 1, bands, true),
        "Ranked 2nd of 4, with one other on the same score, likely between 2nd and 3rd: 1 idea \
         is clearly better, 1 is clearly worse."
    );
}
