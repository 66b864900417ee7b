//! Where one more assessment would tell most: what must hold of any backlog and any panel.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use sluice::assessment::nearest::{Free, first_asked};
use sluice::backlog::chance::chance;
use sluice::backlog::next::{Group, SPARE, Size, anybodys_chance, most_telling, worth};
use sluice::identity::domain::MemberId;

/// Groups of a backlog; of each how many there are, and how many the reader may choose for.
fn groups(most: usize) -> impl Strategy<Value = BTreeMap<Group, Size>> {
    let one = (places(), prop::bool::weighted(0.85), 1_u32..4, 0_u32..4);
    prop::collection::vec(one, 1..most).prop_map(|all| {
        let mut groups: BTreeMap<Group, Size> = BTreeMap::new();
        for (place, is_counted, ideas, free) in all {
            let group = Group {
                n: place.n,
                key: place.key,
                is_counted,
            };
            let size = groups.entry(group).or_default();
            size.ideas += ideas;
            size.free += free.min(ideas);
        }
        groups
    })
}

/// The chance of each, asked one by one.
fn one_by_one(groups: &BTreeMap<Group, Size>, spread: f64, cut: u32) -> BTreeMap<Group, f64> {
    let counted = groups.iter().filter(|(group, _)| group.is_counted);
    let places = counted.flat_map(|(group, size)| {
        let place = Place {
            key: group.key,
            n: group.n,
        };
        std::iter::repeat_n(place, size.ideas as usize)
    });
    let folded = Histogram::of(places);
    let ranks = Ranks {
        folded: &folded,
        tail: &[],
    };
    let of = |group: &Group| {
        let place = Place {
            key: group.key,
            n: group.n,
        };
        chance(&ranks, place, group.is_counted, spread, cut)
    };
    groups.keys().map(|group| (*group, of(group))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_small_backlog_is_told_in_the_order_of_what_one_more_would_tell(
        groups in groups(SPARE),
        cut in 1_u32..12,
        wanted in 1_usize..6,
    ) {
        let found = most_telling(&groups, (14.0, cut), wanted);

        let chances = one_by_one(&groups, 14.0, cut);
        let free = groups.iter().filter(|(_, size)| size.free > 0);
        let free: BTreeSet<Group> = free.map(|(group, _)| *group).collect();
        let told: BTreeSet<Group> = found.iter().map(|(group, _)| *group).collect();
        prop_assert_eq!(told, free);
        for (group, found) in &found {
            prop_assert!((found - chances[group]).abs() < 1e-12, "{group:?}");
        }
        for pair in found.windows(2) {
            let ((a, p), (b, q)) = (pair[0], pair[1]);
            prop_assert!(worth(p, a.n) >= worth(q, b.n));
            let equal = worth(p, a.n).total_cmp(&worth(q, b.n)).is_eq();
            prop_assert!(!equal || a.n <= b.n);
        }
    }

    #[test]
    fn of_a_large_backlog_few_chances_are_worked_out_and_hardly_any_that_tells_more_is_missed(
        groups in groups(120),
        cut in 1_u32..40,
        wanted in 1_usize..6,
    ) {
        let found = most_telling(&groups, (14.0, cut), wanted);

        prop_assert!(found.len() <= wanted + SPARE);
        let chances = one_by_one(&groups, 14.0, cut);
        // As many ideas as are wanted, by what one more would tell of each.
        let worths = |groups_told: &[(Group, f64)]| -> f64 {
            let ideas = groups_told.iter().flat_map(|(group, p)| {
                std::iter::repeat_n(worth(*p, group.n), groups[group].free as usize)
            });
            ideas.take(wanted).sum()
        };
        let mut best: Vec<(Group, f64)> = chances.into_iter().collect();
        best.sort_by(|(a, p), (b, q)| worth(*q, b.n).total_cmp(&worth(*p, a.n)));
        let (told, most) = (worths(&found), worths(&best));
        prop_assert!(told + 0.002 >= 0.8 * most, "{told} of {most}");
    }

    #[test]
    fn whom_to_ask_first_joins_parts_or_owes_least(
        loads in prop::collection::vec(0_usize..4, 0..12),
        parts in prop::collection::btree_map(0_u128..12, 0_u32..3, 0..12),
        near in prop::collection::btree_set(0_u32..3, 0..3),
        most in 0_usize..6,
    ) {
        let member = |number: u128| MemberId(Uuid::from_u128(number));
        let free: Vec<Free<'_>> = loads
            .iter()
            .enumerate()
            .map(|(number, &load)| Free {
                who: member(number as u128),
                name: if number % 2 == 0 { "Ann" } else { "Bo" },
                load,
            })
            .collect();
        let parts: BTreeMap<MemberId, u32> =
            parts.into_iter().map(|(who, part)| (member(who), part)).collect();

        let named = first_asked(free.iter().copied(), &parts, &near, most);

        prop_assert_eq!(named.len(), most.min(free.len()));
        let joins = |who: &MemberId| {
            !near.is_empty() && parts.get(who).is_some_and(|part| !near.contains(part))
        };
        let turn = |who: &MemberId| {
            let one = free.iter().find(|one| one.who == *who).unwrap();
            (!joins(who), one.load, one.name, *who)
        };
        for pair in named.windows(2) {
            prop_assert!(turn(&pair[0]) < turn(&pair[1]));
        }
        let last = named.last();
        for one in free.iter().filter(|one| !named.contains(&one.who)) {
            prop_assert!(last.is_none_or(|last| turn(last) < turn(&one.who)));
        }
        let backwards = first_asked(free.iter().rev().copied(), &parts, &near, most);
        prop_assert_eq!(backwards, named);
    }
}

#[test]
fn without_a_score_it_is_anybodys_chance() {
    assert_eq!(anybodys_chance(10, 0), 1.0);
    assert_eq!(anybodys_chance(10, 9), 1.0);
    assert_eq!(anybodys_chance(10, 39), 0.25);
}

#[test]
fn among_a_hundred_thousand_ideas_it_is_told_soon_however_large_the_cut() {
    let mut groups: BTreeMap<Group, Size> = BTreeMap::new();
    for index in 0..100_000_i32 {
        let group = Group {
            key: 2_000 + (index * 7_919) % 6_001,
            n: 3 + (index % 3) as u32,
            is_counted: true,
        };
        let size = groups.entry(group).or_default();
        size.ideas += 1;
        size.free += 1;
    }
    for cut in [300, 90_000] {
        let begun = std::time::Instant::now();
        let found = most_telling(&groups, (14.0, cut), 1);
        assert!(found.len() <= 1 + SPARE);
        // Far more than it takes without optimization.
        assert!(
            begun.elapsed().as_secs() < 60,
            "{cut}: {:?}",
            begun.elapsed()
        );
    }
}
