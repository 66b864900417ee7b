//! The severity fit: what the examples say of it, and what must hold of any.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use sluice::assessment::scoring::{Contender, Field, Fit, Pairs, Rating, Yardstick, key_of};
use uuid::Uuid;

use super::{examples, near, near_by};

/// An id that sorts as the name does.
pub(super) fn id(name: &str) -> Uuid {
    let mut bytes = [0; 16];
    let name = &name.as_bytes()[..name.len().min(16)];
    bytes[..name.len()].copy_from_slice(name);
    Uuid::from_bytes(bytes)
}

/// `idea/assessor` and totals, as the examples write them.
pub(super) fn ratings(cells: &[(String, f64)]) -> Vec<Rating> {
    cells
        .iter()
        .map(|(cell, total)| {
            let (idea, assessor) = cell.split_once('/').unwrap_or((cell, ""));
            Rating {
                idea: id(idea),
                assessor: id(assessor),
                total: *total,
            }
        })
        .collect()
}

pub(super) fn cells(input: &Value) -> Vec<(String, f64)> {
    let cells = input.as_object().into_iter().flatten();
    cells
        .filter_map(|(cell, total)| Some((cell.clone(), total.as_f64()?)))
        .collect()
}

pub(super) fn panel(ideas: &[(&str, f64)], assessors: &[&str]) -> Vec<(String, f64)> {
    let cell = |idea: &str, who: &&str| format!("{idea}/{who}");
    ideas
        .iter()
        .flat_map(|(idea, total)| assessors.iter().map(move |who| (cell(idea, who), *total)))
        .collect()
}

/// All ideas of a fit as they stand among each other.
fn contenders(fit: &Fit, ratings: &[Rating]) -> Vec<Contender> {
    let covariance = fit.covariance().expect("few assessors");
    fit.ideas
        .iter()
        .map(|idea| {
            let own = ratings.iter().filter(|rating| rating.idea == idea.id);
            Contender {
                theta: idea.theta,
                panel: covariance.panel(own.map(|rating| rating.assessor)),
            }
        })
        .collect()
}

/// Checks every number an example prints of its severity fit.
#[expect(
    clippy::unwrap_used,
    reason = "called by tests alone, on a file that is part of them"
)]
fn check(name: &str, cells: &[(String, f64)]) {
    let expected = &examples()[name]["SEVERITY"];
    let ratings = ratings(cells);
    let fit = Fit::of(&ratings);
    let covariance = fit.covariance().unwrap();
    let yardstick = fit.pool.yardstick();
    near(yardstick.spread, &expected["sigma"], name);
    near(yardstick.df, &expected["df"], name);
    near(yardstick.t95, &expected["t95"], name);
    near(yardstick.t975, &expected["t975"], name);
    assert_eq!(
        u64::from(fit.components),
        expected["components"].as_u64().unwrap()
    );
    let leniencies = expected["leniency"].as_object().unwrap();
    assert_eq!(leniencies.len(), fit.assessors.len(), "{name}");
    for (who, leniency) in leniencies {
        near(fit.leniency(id(who)), leniency, who);
    }
    let plain = examples()[name]["MEAN"]["sigma"].clone();
    near(fit.plain.spread(), &plain, name);
    let standing = contenders(&fit, &ratings);
    let field = Field::of(standing.clone(), &covariance, yardstick).unwrap();
    let ideas = expected["ideas"].as_object().unwrap();
    assert_eq!(ideas.len(), fit.ideas.len(), "{name}");
    for (at, (idea, expected)) in ideas.iter().enumerate() {
        let what = format!("{name} {idea}");
        let found = fit.idea(id(idea)).unwrap();
        assert_eq!(
            u64::from(found.n),
            expected["n"].as_u64().unwrap(),
            "{what}"
        );
        near(found.raw, &expected["raw_mean"], &what);
        near(found.theta, &expected["score"], &what);
        let se = covariance.se(&standing[at].panel, &yardstick);
        near(se, &expected["se"], &what);
        let (low, high) = yardstick.interval_with(found.theta, se);
        for (end, expected) in [(low, &expected["ci95"][0]), (high, &expected["ci95"][1])] {
            let expected = expected.as_f64().unwrap();
            assert!((end - expected).abs() <= 0.005 + 1e-4, "{what} {end}");
        }
        let ahead = fit
            .ideas
            .iter()
            .filter(|rival| key_of(rival.theta) > key_of(found.theta));
        assert_eq!(
            1 + ahead.count() as u64,
            expected["rank"].as_u64().unwrap(),
            "{what}"
        );
        let bands = field.bands(at, Pairs::Each);
        assert_eq!(
            serde_json::json!([bands.low, bands.high]),
            expected["rank_interval"],
            "{what}"
        );
        assert_eq!(
            serde_json::json!([bands.clearly_better, bands.clearly_worse]),
            serde_json::json!([expected["clearly_better"], expected["clearly_worse"]]),
            "{what}"
        );
        for k in 1..=2 {
            if let Some(chance) = expected[format!("p_top{k}")].as_f64() {
                let found = field.chance(at, k);
                assert!((found - chance).abs() < 0.02, "{what}: {found}");
            }
        }
    }
    let places: Vec<&String> = ideas.keys().collect();
    for (pair, expected) in expected["se_diff"].as_object().unwrap() {
        let (a, b) = pair.split_once('-').unwrap();
        let of = |name: &str| {
            let at = places.iter().position(|place| *place == name).unwrap();
            &standing[at].panel
        };
        let se = yardstick.spread * covariance.variance_between(of(a), of(b)).sqrt();
        near(se, expected, pair);
    }
}

#[test]
fn a_complete_panel_keeps_its_scores_and_knows_its_generous_ones() {
    check(
        "W2_complete_panel",
        &cells(&examples()["W2_complete_panel"]["input"]),
    );
}

#[test]
fn a_single_assessor_is_neither_generous_nor_strict() {
    check("W3_single_assessment", &panel(&[("A", 60.0)], &["ann"]));
    let ideas = [("A", 90.0), ("B", 60.0), ("C", 20.0)];
    check("W3b_one_assessor_three_ideas", &panel(&ideas, &["ann"]));
}

#[test]
fn where_all_agree_the_prior_keeps_the_doubt() {
    let three = ["ann", "bo", "cy"];
    let fifty = ["A", "B", "C", "D"].map(|idea| (idea, 50.0));
    check("W4_all_equal", &panel(&fifty, &three));
    let ideas = [("A", 80.0), ("B", 50.0), ("C", 20.0)];
    check("W4b_zero_within_variance", &panel(&ideas, &three));
}

#[test]
fn a_strict_assessor_of_some_is_told_from_weak_ideas() {
    let w5 = &examples()["W5_severity"];
    check("W5_severity", &cells(&w5["input"]));
    let unshrunk = Fit::with(1e-9, &ratings(&cells(&w5["input"])));
    let expected = &w5["SEVERITY_lambda0"];
    // So little keeps K from being singular that the example itself is rounded in the fifth digit.
    let near = |found, expected, what| near_by(1e-4, found, expected, what);
    near(unshrunk.pool.spread(), &expected["sigma"], "lambda 0");
    for idea in ["A", "B", "C", "D", "E"] {
        let found = unshrunk.idea(id(idea)).unwrap().theta;
        near(found, &expected["ideas"][idea]["score"], idea);
    }
    for who in ["ann", "bo", "cy", "dee"] {
        near(unshrunk.leniency(id(who)), &expected["leniency"][who], who);
    }
}

#[test]
fn panels_that_share_nobody_are_compared_with_more_doubt() {
    check(
        "W6_disconnected",
        &cells(&examples()["W6_disconnected"]["input"]),
    );
}

/// Up to 9 ideas, each seen by some of up to 6 assessors.
fn rounds() -> impl Strategy<Value = Vec<Rating>> {
    let total = prop::option::weighted(0.5, (0_u32..=10_000).prop_map(|y| f64::from(y) / 100.0));
    prop::collection::vec(prop::collection::vec(total, 1..=6), 1..=9).prop_map(|ideas| {
        let mut made = Vec::new();
        for (i, totals) in ideas.into_iter().enumerate() {
            for (r, total) in totals.into_iter().enumerate() {
                made.extend(total.map(|total| Rating {
                    idea: Uuid::from_u128(1 + i as u128),
                    assessor: Uuid::from_u128(101 + r as u128),
                    total,
                }));
            }
        }
        made
    })
}

fn thetas(fit: &Fit) -> BTreeMap<Uuid, f64> {
    fit.ideas.iter().map(|idea| (idea.id, idea.theta)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_ratings_does_not_move_a_bit(ratings in rounds(), turn in 0_usize..50) {
        let before = Fit::of(&ratings);
        let mut turned = ratings.clone();
        let by = turn % ratings.len().max(1);
        turned.rotate_left(by);
        prop_assert_eq!(&Fit::of(&turned), &before);
        turned.reverse();
        prop_assert_eq!(&Fit::of(&turned), &before);
    }

    #[test]
    fn the_sentence_about_scores_and_leniencies_is_true(ratings in rounds()) {
        let fit = Fit::of(&ratings);
        for idea in &fit.ideas {
            let own: Vec<&Rating> = ratings.iter().filter(|r| r.idea == idea.id).collect();
            let corrected = own.iter().map(|r| r.total - fit.leniency(r.assessor));
            let mean = corrected.sum::<f64>() / own.len() as f64;
            prop_assert!((mean - idea.theta).abs() < 1e-9);
        }
        let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
        for who in &fit.assessors {
            let own: Vec<&Rating> = ratings.iter().filter(|r| r.assessor == who.id).collect();
            let gaps = own.iter().map(|r| r.total - fit.idea(r.idea).unwrap().theta);
            let leniency = gaps.sum::<f64>() / (own.len() as f64 + 3.0);
            prop_assert!((leniency - who.leniency).abs() < 1e-9);
            *sums.entry(who.component).or_default() += who.leniency;
        }
        prop_assert!(sums.values().all(|sum| sum.abs() < 1e-9));
    }

    #[test]
    fn an_idea_seen_by_new_assessors_alone_moves_no_other(ratings in rounds(), total in 0.0..100.0) {
        let before = thetas(&Fit::of(&ratings));
        let mut more = ratings.clone();
        for who in [900, 901] {
            let (idea, assessor) = (Uuid::from_u128(50), Uuid::from_u128(who));
            more.push(Rating { idea, assessor, total: total / who as f64 * 900.0 });
        }
        let after = thetas(&Fit::of(&more));
        for (idea, theta) in before {
            prop_assert!((after[&idea] - theta).abs() < 1e-9);
        }
    }

    #[test]
    fn where_everybody_saw_everything_or_one_idea_nothing_is_corrected(
        totals in prop::collection::vec(0.0..100.0_f64, 12),
        ideas in 1_usize..=4,
    ) {
        let rating = |idea: usize, assessor: usize, total: f64| Rating {
            idea: Uuid::from_u128(idea as u128),
            assessor: Uuid::from_u128(assessor as u128),
            total,
        };
        let panel: Vec<Rating> =
            totals.iter().enumerate().map(|(i, y)| rating(i % ideas, i / ideas, *y)).take(12 / ideas * ideas).collect();
        let once: Vec<Rating> =
            totals.iter().enumerate().map(|(i, y)| rating(i % ideas, i, *y)).collect();
        for ratings in [panel, once] {
            for idea in Fit::of(&ratings).ideas {
                prop_assert!((idea.theta - idea.raw).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_generous_assessor_of_all_does_not_change_the_order(
        totals in prop::collection::vec(0.0..100.0_f64, 12),
        gift in -40.0..40.0_f64,
    ) {
        let panel = |gift: f64| -> Vec<Rating> {
            let ratings = totals.iter().enumerate().map(|(i, total)| Rating {
                idea: Uuid::from_u128((i / 3) as u128),
                assessor: Uuid::from_u128((i % 3) as u128),
                total: total + if i % 3 == 0 { gift } else { 0.0 },
            });
            ratings.collect()
        };
        let (before, after) = (Fit::of(&panel(0.0)), Fit::of(&panel(gift)));
        for (a, b) in before.ideas.iter().zip(&after.ideas) {
            prop_assert!((b.theta - a.theta - gift / 3.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_better_rating_raises_the_corrected_score(ratings in rounds(), which in 0_usize..50) {
        prop_assume!(!ratings.is_empty());
        let which = which % ratings.len();
        let idea = ratings[which].idea;
        let before = Fit::of(&ratings).idea(idea).unwrap().theta;
        let mut better = ratings.clone();
        better[which].total += 5.0;
        prop_assert!(Fit::of(&better).idea(idea).unwrap().theta > before + 1e-6);
    }

    #[test]
    fn the_likely_range_holds_the_rank_and_the_chances_add_up(ratings in rounds(), k in 1_u32..5) {
        let fit = Fit::of(&ratings);
        let covariance = fit.covariance().unwrap();
        let standing = contenders(&fit, &ratings);
        let field = Field::of(standing.clone(), &covariance, fit.pool.yardstick()).unwrap();
        let mut sum = 0.0;
        for (i, own) in standing.iter().enumerate() {
            let ahead = standing.iter().filter(|it| key_of(it.theta) > key_of(own.theta)).count();
            let rank = 1 + ahead as u32;
            let (each, all) = (field.bands(i, Pairs::Each), field.bands(i, Pairs::Simultaneous));
            prop_assert!(each.low <= rank && rank <= each.high);
            prop_assert!(all.low <= each.low && each.high <= all.high);
            let clear = standing.iter().filter(|it| it.theta > own.theta && field.is_clear(own, it));
            prop_assert_eq!(clear.count() as u32, each.clearly_better);
            sum += field.chance(i, k);
        }
        let room = f64::from(k).min(standing.len() as f64);
        prop_assert!((sum - room).abs() < 0.02, "{} of {}", sum, room);
    }
}

#[test]
fn an_idea_that_is_not_counted_stands_where_it_would_if_it_were() {
    let ratings = ratings(&cells(&examples()["W5_severity"]["input"]));
    let fit = Fit::of(&ratings);
    let covariance = fit.covariance().unwrap();
    let all = contenders(&fit, &ratings);
    let whole = Field::of(all.clone(), &covariance, fit.pool.yardstick()).unwrap();
    let others = Field::of(all[1..].to_vec(), &covariance, fit.pool.yardstick()).unwrap();

    assert_eq!(
        others.bands_of(&all[0], Pairs::Each),
        whole.bands(0, Pairs::Each)
    );
    assert!((others.chance_of(&all[0], 2) - whole.chance(0, 2)).abs() < 1e-12);
    // People the fit does not know are as unsure as the prior says, on their own.
    let new = covariance.panel(["xu", "yan", "zoe"].map(id));
    let known = covariance.panel(["cy", "bo", "ann"].map(id));
    assert_eq!(covariance.variance_between(&known, &known), 2.0 / 3.0);
    assert!((covariance.variance_between(&new, &new) - 2.0 / 3.0).abs() < 1e-12);
    assert!(covariance.variance_between(&known, &new) > 2.0 / 3.0 + 1.0 / 9.0);
    assert!((covariance.variance(&covariance.panel([id("zoe")])) - 4.0 / 3.0).abs() < 1e-12);
}

#[test]
fn a_hundred_thousand_ideas_and_thousands_of_assessors_are_fitted_soon() {
    let mut ratings = Vec::new();
    for i in 0..100_000_u64 {
        for turn in 0..3_u64 {
            let assessor = i.wrapping_mul(2_654_435_761).rotate_left(7 * turn as u32) % 4_000;
            let total = (i * 37 + assessor * 11 + turn * 29) % 101;
            ratings.push(Rating {
                idea: Uuid::from_u128(u128::from(i)),
                assessor: Uuid::from_u128(u128::from(assessor)),
                total: total as f64,
            });
        }
    }
    let begun = std::time::Instant::now();
    let fit = Fit::of(&ratings);
    let took = begun.elapsed();
    let mut gaps: BTreeMap<Uuid, f64> = BTreeMap::new();
    for rating in &ratings {
        let theta = fit.idea(rating.idea).unwrap().theta;
        *gaps.entry(rating.assessor).or_default() += rating.total - theta;
    }
    for who in &fit.assessors {
        let next = gaps[&who.id] / (f64::from(who.assessments) + 3.0);
        assert!((next - who.leniency).abs() < 1e-10);
    }
    assert_eq!(fit.covariance().map(|_| ()), None);
    // Far more than it takes without optimization.
    assert!(took.as_secs() < 30, "{took:?}");
}

#[test]
fn nothing_and_what_is_absurd_make_no_panic() {
    let nothing = Fit::of(&[]);
    assert_eq!((nothing.components, nothing.ideas.len()), (0, 0));
    let covariance = nothing.covariance().unwrap();
    let yardstick: Yardstick = nothing.pool.yardstick();
    let alone = Contender {
        theta: 50.0,
        panel: covariance.panel([id("ann")]),
    };
    let empty = Field::of(Vec::new(), &covariance, yardstick).unwrap();
    let bands = empty.bands_of(&alone, Pairs::Simultaneous);
    assert_eq!((bands.low, bands.high), (1, 1));
    assert_eq!(empty.chance_of(&alone, 1), 1.0);
    for total in [f64::MAX, f64::MIN, f64::MIN_POSITIVE] {
        let cells = panel(&[("A", total), ("B", 0.0)], &["ann", "bo"]);
        let fit = Fit::of(&ratings(&cells));
        assert_eq!(fit.ideas.len(), 2);
    }
}
