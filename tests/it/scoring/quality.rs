//! Figures about a round: what the examples say, and what has no figure.

use proptest::prelude::*;
use serde_json::json;
use sluice::assessment::scoring::quality::{Quality, Scale, alpha, icc, icc_two_way};
use sluice::assessment::scoring::{Fit, Rating};
use uuid::Uuid;

use super::severity::{cells, id, panel, ratings};
use super::{examples, near};

/// Krippendorff's own example: four observers, twelve units, 0 is missing.
const OBSERVED: [[u32; 12]; 4] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
];

/// Shrout and Fleiss's: six targets, four judges.
const TARGETS: [[f64; 4]; 6] = [
    [9.0, 2.0, 5.0, 8.0],
    [6.0, 1.0, 3.0, 2.0],
    [8.0, 4.0, 6.0, 8.0],
    [7.0, 1.0, 2.0, 6.0],
    [10.0, 5.0, 6.0, 9.0],
    [6.0, 2.0, 4.0, 7.0],
];

#[test]
fn agreement_is_what_the_books_say() {
    let w11 = &examples()["W11_agreement"];
    let mut values = Vec::new();
    for row in OBSERVED {
        for (unit, value) in row.into_iter().enumerate().filter(|(_, value)| *value > 0) {
            values.push((Uuid::from_u128(unit as u128), f64::from(value)));
        }
    }
    for (scale, name) in [
        (Scale::Nominal, "nominal"),
        (Scale::Ordinal, "ordinal"),
        (Scale::Interval, "interval"),
        (Scale::Ratio, "ratio"),
    ] {
        let found = alpha(&values, scale).unwrap();
        near(found, &w11["krippendorff"][name], name);
    }

    let table: Vec<Vec<f64>> = TARGETS.map(|row| row.to_vec()).to_vec();
    let both = icc_two_way(&table).unwrap();
    let family = &w11["shrout_fleiss"];
    near(both.absolute, &family["ICC(A,1)"], "ICC(A,1)");
    near(both.consistent, &family["ICC(C,1)"], "ICC(C,1)");
    near(both.absolute_mean, &family["ICC(A,k)"], "ICC(A,k)");
    near(both.consistent_mean, &family["ICC(C,k)"], "ICC(C,k)");
    let values: Vec<(Uuid, f64)> = (0_u128..)
        .zip(&table)
        .flat_map(|(unit, row)| row.iter().map(move |v| (Uuid::from_u128(unit), *v)))
        .collect();
    let one = icc(&values).unwrap();
    near(one.icc, &w11["own_icc1"]["icc1"], "ICC(1)");
    near(one.icc, &family["ICC(1,1)"], "ICC(1,1)");
    near(one.n0, &w11["own_icc1"]["n0"], "n0");
    let reliability = one.reliability().unwrap();
    near(reliability, &w11["own_icc1"]["reliability_of_mean"], "mean");
    near(reliability, &family["ICC(1,k)"], "ICC(1,k)");
    // 0.7·0.8343/(0.3·0.1657) = 11.75
    assert_eq!(one.assessors_needed(), Some(12));
}

#[test]
fn the_rounds_of_the_examples_agree_as_they_say() {
    let examples = examples();
    let three = ["ann", "bo", "cy"];
    let same = panel(&["A", "B", "C", "D"].map(|idea| (idea, 50.0)), &three);
    let apart = panel(&[("A", 80.0), ("B", 50.0), ("C", 20.0)], &three);
    for (name, cells) in [
        (
            "W2_complete_panel",
            cells(&examples["W2_complete_panel"]["input"]),
        ),
        ("W4_all_equal", same),
        ("W4b_zero_within_variance", apart),
        ("W5_severity", cells(&examples["W5_severity"]["input"])),
        (
            "W6_disconnected",
            cells(&examples["W6_disconnected"]["input"]),
        ),
    ] {
        let ratings = ratings(&cells);
        let found = Quality::of(&ratings, &Fit::of(&ratings), &[]);
        let expected = &examples[name]["MEAN"];
        match found.alpha {
            Some(alpha) => near(alpha, &expected["alpha_interval"], name),
            None => assert_eq!(json!(null), expected["alpha_interval"], "{name}"),
        }
        assert_eq!(json!(found.components), expected["components"], "{name}");
        assert_eq!(found.icc.is_none(), name == "W4_all_equal", "{name}");
    }
}

#[test]
fn what_is_not_defined_is_null() {
    let of = |cells: &[(String, f64)]| {
        let ratings = ratings(cells);
        Quality::of(&ratings, &Fit::of(&ratings), &[])
    };
    let nothing = of(&[]);
    assert_eq!(
        (nothing.alpha, nothing.icc, nothing.reliability),
        (None, None, None)
    );
    assert_eq!((nothing.components, nothing.coverage), (0, None));
    let single = of(&panel(&[("A", 60.0)], &["ann"]));
    assert_eq!(
        (single.alpha, single.icc, single.single_assessors),
        (None, None, 1)
    );
    // One idea, and ideas of one assessment each, say nothing about ideas against assessors.
    let lone = of(&panel(&[("A", 60.0), ("A", 61.0)], &["ann"]));
    assert_eq!(lone.icc, None);
    let alone = of(&panel(&[("A", 60.0), ("B", 20.0)], &["ann"]));
    assert_eq!((alone.alpha, alone.icc), (None, None));
    // Ideas that differ less than their assessors: no number of assessors is enough.
    let noise = of(&[
        ("A/ann".to_owned(), 0.0),
        ("A/bo".to_owned(), 100.0),
        ("B/ann".to_owned(), 100.0),
        ("B/bo".to_owned(), 0.0),
    ]);
    assert_eq!((noise.icc, noise.assessors_needed), (Some(-1.0), None));
    assert_eq!(noise.reliability, None);
    assert_eq!(icc_two_way(&[vec![1.0, 2.0], vec![1.0]]), None);
    assert_eq!(icc_two_way(&[vec![1.0, 1.0], vec![1.0, 1.0]]), None);
    let perfect = of(&panel(&[("A", 80.0), ("B", 20.0)], &["ann", "bo"]));
    assert_eq!(
        (perfect.icc, perfect.assessors_needed),
        (Some(1.0), Some(1))
    );
}

#[test]
fn coverage_is_the_mean_answered_share() {
    let ratings = ratings(&panel(&[("A", 60.0)], &["ann", "bo"]));
    let found = Quality::of(&ratings, &Fit::of(&ratings), &[1.0, 0.8]);
    assert_eq!(found.coverage, Some(0.9));
}

/// α by its definition: every pair of every unit, every pair of all, the metric as it is written.
fn plain_alpha(units: &[Vec<f64>], scale: Scale) -> Option<f64> {
    let units: Vec<&Vec<f64>> = units.iter().filter(|unit| unit.len() > 1).collect();
    let all: Vec<f64> = units.iter().flat_map(|unit| unit.iter().copied()).collect();
    let count = |value: f64| all.iter().filter(|other| **other == value).count() as f64;
    let metric = |c: f64, k: f64| -> f64 {
        match scale {
            Scale::Nominal => f64::from(u8::from(c != k)),
            Scale::Interval => (c - k) * (c - k),
            Scale::Ratio if c == k => 0.0,
            Scale::Ratio => ((c - k) / (c + k)) * ((c - k) / (c + k)),
            Scale::Ordinal => {
                let (low, high) = (c.min(k), c.max(k));
                let between = all.iter().filter(|g| low <= **g && **g <= high).count() as f64;
                let gap = between - (count(c) + count(k)) / 2.0;
                if c == k { 0.0 } else { gap * gap }
            }
        }
    };
    let pairs = |values: &[f64]| -> f64 {
        let mut sum = 0.0;
        for (i, c) in values.iter().enumerate() {
            for (j, k) in values.iter().enumerate() {
                sum += if i == j { 0.0 } else { metric(*c, *k) };
            }
        }
        sum
    };
    let n = all.len() as f64;
    let observed: f64 = units
        .iter()
        .map(|unit| pairs(unit) / (unit.len() as f64 - 1.0))
        .sum::<f64>()
        / n;
    let expected = pairs(&all) / (n * (n - 1.0));
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn alpha_is_what_its_definition_says_in_any_order(
        units in prop::collection::vec(prop::collection::vec(0_u32..6, 0..5), 0..8),
        turn in 0_usize..40,
    ) {
        let units: Vec<Vec<f64>> =
            units.into_iter().map(|unit| unit.into_iter().map(f64::from).collect()).collect();
        let mut values: Vec<(Uuid, f64)> = (0_u128..)
            .zip(&units)
            .flat_map(|(unit, values)| values.iter().map(move |v| (Uuid::from_u128(unit), *v)))
            .collect();
        for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval, Scale::Ratio] {
            let (found, expected) = (alpha(&values, scale), plain_alpha(&units, scale));
            prop_assert_eq!(found.is_some(), expected.is_some());
            if let (Some(found), Some(expected)) = (found, expected) {
                prop_assert!((found - expected).abs() < 1e-9, "{:?}", scale);
            }
            let by = turn % values.len().max(1);
            let agreement = icc(&values);
            values.rotate_left(by);
            prop_assert_eq!(alpha(&values, scale), found);
            prop_assert_eq!(icc(&values), agreement);
        }
    }

    #[test]
    fn figures_of_a_round_are_numbers_or_nothing(
        totals in prop::collection::vec((0_u32..5, 0_u32..5, 0.0..100.0_f64), 0..25),
    ) {
        let ratings: Vec<Rating> = totals
            .iter()
            .map(|&(idea, assessor, total)| Rating {
                idea: id(&format!("i{idea}")),
                assessor: id(&format!("a{assessor}")),
                total,
            })
            .collect();
        let found = Quality::of(&ratings, &Fit::of(&ratings), &[]);
        for figure in [found.alpha, found.icc, found.reliability].into_iter().flatten() {
            prop_assert!(figure.is_finite() && figure <= 1.0 + 1e-9 || Some(figure) == found.reliability);
        }
        prop_assert_eq!(found.assessors_needed.is_some(), found.icc.is_some_and(|icc| icc > 0.0));
    }
}
