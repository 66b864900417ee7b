//! What holds for every rubric and all ratings, and a second, plain reckoning of the same.

use proptest::prelude::*;
use sluice::assessment::rubric::{Aggregation, CriterionKind, Rubric};
use sluice::assessment::scoring::{Pool, Shares, apportion, assess, key_of, score_idea_under};
use sluice::assessment::scoring::{Sheet, score_idea};
use uuid::Uuid;

use super::{criterion, draft, scored};

type Levels = Vec<Option<f64>>;

/// A rubric of up to five scored criteria and a gate, with one to seven assessments of it.
pub(crate) fn cases(
    aggregations: &'static [Aggregation],
) -> impl Strategy<Value = (Rubric, Vec<Levels>)> {
    let one = (
        1_u32..=60,
        1_u32..=9,
        any::<bool>(),
        prop::bool::weighted(0.3),
    );
    (
        prop::collection::vec(one, 1..=5),
        any::<bool>(),
        prop::sample::select(aggregations),
        prop::sample::select(vec![0.0, 0.5, 0.8, 1.0]),
        prop::collection::vec(
            prop::collection::vec(prop::option::weighted(0.9, 0.0..1.0), 6),
            1..=7,
        ),
    )
        .prop_map(|(parts, has_gate, aggregation, coverage, given)| {
            let mut criteria = Vec::new();
            for (i, (weight, range, is_cost, is_required)) in parts.into_iter().enumerate() {
                let (weight, range) = (f64::from(weight) / 7.0, f64::from(range));
                let mut made = criterion(&format!("c{i}"), Some(weight), 1.0, 1.0 + range);
                if is_cost {
                    made.kind = CriterionKind::Cost;
                }
                made.is_required = is_required;
                criteria.push(made);
            }
            if has_gate {
                criteria.push(criterion("gate", None, 0.0, 1.0));
            }
            let mut draft = draft(aggregation, criteria);
            draft.minimum_coverage = coverage;
            let rubric = Rubric::parse(draft).expect("the strategy makes whole rubrics");
            let levels = |chances: Vec<Option<f64>>| {
                let level = |(i, chance): (usize, Option<f64>)| {
                    let steps = rubric.steps_in_all(i) + 1;
                    rubric.step_from(
                        i,
                        rubric.criteria[i].minimum,
                        (chance? * steps as f64) as i64,
                    )
                };
                let chances = chances.into_iter().take(rubric.criteria.len());
                chances.enumerate().map(level).collect()
            };
            let sheets = given.into_iter().map(levels).collect();
            (rubric, sheets)
        })
}

const PLAIN: &[Aggregation] = &[Aggregation::Mean];
const BOTH: &[Aggregation] = &[Aggregation::Mean, Aggregation::TrimmedMean];

/// One assessment by the words of the specification: coverage, and the contributions if it is
/// complete.
fn plain_one(rubric: &Rubric, levels: &Levels) -> (f64, Option<Vec<f64>>) {
    let (mut answered, mut whole, mut lacks_required) = (0.0, 0.0, false);
    for (c, level) in rubric.criteria.iter().zip(levels) {
        whole += c.weight.unwrap_or(0.0);
        if level.is_some() {
            answered += c.weight.unwrap_or(0.0);
        }
        lacks_required |= c.is_required && level.is_none();
    }
    let coverage = answered / whole;
    if lacks_required || coverage + 1e-12 < rubric.minimum_coverage || answered == 0.0 {
        return (coverage, None);
    }
    let mut contributions = Vec::new();
    for (c, level) in rubric.criteria.iter().zip(levels) {
        contributions.push(match (c.weight, level) {
            (Some(weight), Some(level)) => {
                let up = (level - c.minimum) / (c.maximum - c.minimum);
                let value = if c.kind == CriterionKind::Cost {
                    1.0 - up
                } else {
                    up
                };
                100.0 * weight / answered * value
            }
            _ => 0.0,
        });
    }
    (coverage, Some(contributions))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plain_reckoning_from_the_words_agrees((rubric, sheets) in cases(BOTH)) {
        let mut counted: Vec<(f64, Vec<f64>)> = Vec::new();
        for levels in &sheets {
            let (coverage, contributions) = plain_one(&rubric, levels);
            let score = assess(&rubric, levels);
            prop_assert!((score.coverage - coverage).abs() < 1e-9);
            prop_assert_eq!(score.is_complete, contributions.is_some());
            if let Some(contributions) = contributions {
                let total: f64 = contributions.iter().sum();
                prop_assert!((score.total.unwrap() - total).abs() < 1e-9);
                let shown: i32 = score.lines.iter().map(|line| line.shown).sum();
                prop_assert_eq!(shown, score.key.unwrap());
                counted.push((total, contributions));
            }
        }
        let score = scored(&rubric, &sheets);
        prop_assert_eq!(score.is_some(), !counted.is_empty());
        let Some(score) = score else { return Ok(()) };
        let n = counted.len();
        let mean = counted.iter().map(|(y, _)| y).sum::<f64>() / n as f64;
        let rss: f64 = counted.iter().map(|(y, _)| (y - mean) * (y - mean)).sum();
        prop_assert_eq!(score.n as usize, n);
        prop_assert!((score.rss_micro as f64 / 1e6 - rss).abs() < 1e-6);
        match score.sd {
            Some(sd) => prop_assert!((sd * sd * (n - 1) as f64 - rss).abs() < 1e-6),
            None => prop_assert_eq!(n, 1),
        }
        let is_trimmed = rubric.aggregation == Aggregation::TrimmedMean && n >= 5;
        if is_trimmed {
            counted.sort_by(|a, b| a.0.total_cmp(&b.0));
            counted.pop();
            counted.remove(0);
        }
        let kept = counted.len() as f64;
        let theta = counted.iter().map(|(y, _)| y).sum::<f64>() / kept;
        prop_assert!((score.theta - theta).abs() < 1e-9);
        prop_assert_eq!(score.kept as usize, counted.len());
        // Which of two equal totals is left out changes the lines and not the score.
        if !is_trimmed {
            for (i, line) in score.lines.iter().enumerate() {
                let mean = counted.iter().map(|(_, c)| c[i]).sum::<f64>() / kept;
                prop_assert!((line.contribution - mean).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_lines_are_the_score((rubric, sheets) in cases(BOTH)) {
        let Some(score) = scored(&rubric, &sheets) else { return Ok(()) };
        let exact: f64 = score.lines.iter().map(|line| line.contribution).sum();
        let shown: i32 = score.lines.iter().map(|line| line.shown).sum();
        prop_assert!((exact - score.theta).abs() < 1e-9);
        prop_assert_eq!(shown, score.key);
        prop_assert!((0..=10_000).contains(&score.key));
        for (line, c) in score.lines.iter().zip(&rubric.criteria) {
            prop_assert!((f64::from(line.shown) - 100.0 * line.contribution).abs() < 1.0 + 1e-6);
            prop_assert!(line.shown >= 0);
            prop_assert_eq!(line.share.is_none(), c.kind == CriterionKind::Gate);
            if let (Some(level), Some(low), Some(high)) = (line.level, line.lowest, line.highest) {
                prop_assert!(low - 1e-9 <= level && level <= high + 1e-9);
            }
        }
    }

    #[test]
    fn the_order_of_assessments_makes_no_difference(
        (rubric, sheets) in cases(BOTH),
        turn in 0_usize..7,
    ) {
        let id = |i: usize| Uuid::from_u128(i as u128);
        let mut given: Vec<Sheet<'_>> =
            sheets.iter().enumerate().map(|(i, levels)| Sheet { id: id(i), levels }).collect();
        let before = score_idea(&rubric, &given);
        let by = turn % given.len();
        given.rotate_left(by);
        prop_assert_eq!(&score_idea(&rubric, &given), &before);
        given.reverse();
        prop_assert_eq!(&score_idea(&rubric, &given), &before);
    }

    #[test]
    fn doubled_weights_give_the_same_scores((rubric, sheets) in cases(BOTH)) {
        let mut doubled = (*rubric).clone();
        for c in &mut doubled.criteria {
            c.weight = c.weight.map(|weight| 2.0 * weight);
        }
        let doubled = Rubric::parse(doubled).unwrap();
        prop_assert_eq!(scored(&doubled, &sheets), scored(&rubric, &sheets));
    }

    #[test]
    fn a_better_level_raises_the_score(
        (rubric, mut sheets) in cases(BOTH),
        which in 0_usize..7,
        criterion in 0_usize..5,
    ) {
        let which = which % sheets.len();
        let i = criterion % rubric.criteria.len();
        let sign = match rubric.criteria[i].kind {
            CriterionKind::Gate => return Ok(()),
            CriterionKind::Benefit => 1,
            CriterionKind::Cost => -1,
        };
        let before = scored(&rubric, &sheets);
        let is_counted = assess(&rubric, &sheets[which]).is_complete;
        let Some(level) = sheets[which][i] else { return Ok(()) };
        let Some(better) = rubric.step_from(i, level, sign) else { return Ok(()) };
        sheets[which][i] = Some(better);
        let after = scored(&rubric, &sheets);
        if !is_counted {
            prop_assert_eq!(after, before);
            return Ok(());
        }
        let (before, after) = (before.unwrap(), after.unwrap());
        if rubric.aggregation == Aggregation::Mean {
            prop_assert!(after.theta > before.theta);
        } else {
            prop_assert!(after.theta >= before.theta - 1e-9);
        }
    }

    #[test]
    fn parts_add_up_to_any_whole(
        parts in prop::collection::vec(-500.0..500.0_f64, 1..9),
        whole in -20_000..20_000,
    ) {
        let given = apportion(&parts, whole);
        prop_assert_eq!(given.iter().sum::<i32>(), whole);
        let sum: f64 = parts.iter().sum();
        let nearest = apportion(&parts, sum.round() as i32);
        prop_assert_eq!(nearest.iter().sum::<i32>(), sum.round() as i32);
        for (part, given) in parts.iter().zip(nearest) {
            prop_assert!((part - f64::from(given)).abs() <= 1.0);
        }
    }

    #[test]
    fn a_pool_can_be_taken_apart_again(
        parts in prop::collection::vec((1_i64..9, 0_i64..9_000_000_000), 1..20),
    ) {
        let pools: Vec<Pool> = parts
            .iter()
            .map(|&(assessments, rss_micro)| Pool { ideas: 1, assessments, rss_micro })
            .collect();
        let all: Pool = pools.iter().copied().sum();
        let mut left = all;
        for pool in pools.iter().rev() {
            left -= *pool;
        }
        prop_assert_eq!(left, Pool::default());
        let yardstick = all.yardstick();
        let rss = parts.iter().map(|(_, rss)| rss).sum::<i64>() as f64 / 1e6;
        let df = 4.0 + parts.iter().map(|(n, _)| n - 1).sum::<i64>() as f64;
        prop_assert!((yardstick.spread.powi(2) * df - (900.0 + rss)).abs() < 1e-6 * (900.0 + rss));
        for (theta, n) in [(0.0, 1), (50.0, 3), (99.999, 200)] {
            let (low, high) = yardstick.interval(theta, n);
            prop_assert!(0.0 <= low && low <= theta + 0.005 && theta - 0.005 <= high && high <= 100.0);
        }
    }

    #[test]
    fn shares_named_are_taken_and_the_rest_is_divided_as_before(
        (rubric, sheets) in cases(PLAIN),
        share in 0.0..=1.0_f64,
    ) {
        let own = Shares::of(&rubric);
        let scored_count = rubric.criteria.iter().filter(|c| c.weight.is_some()).count();
        let named = Shares::with(&rubric, &[(0, share)]);
        if scored_count == 1 {
            prop_assert_eq!(named.is_ok(), share >= 0.999);
            return Ok(());
        }
        let named = named.unwrap();
        let sum: f64 = (0..scored_count).map(|i| named.nominal(i).unwrap()).sum();
        prop_assert!((sum - 1.0).abs() < 1e-9);
        prop_assert_eq!(named.nominal(0), Some(share));
        for i in 1..scored_count {
            let expected = own.nominal(i).unwrap() / (1.0 - own.nominal(0).unwrap()) * (1.0 - share);
            prop_assert!((named.nominal(i).unwrap() - expected).abs() < 1e-9);
        }
        let given: Vec<Sheet<'_>> = sheets
            .iter()
            .enumerate()
            .map(|(i, levels)| Sheet { id: Uuid::from_u128(i as u128), levels })
            .collect();
        if let Some(score) = score_idea_under(&rubric, &named, &given) {
            let shown: i32 = score.lines.iter().map(|line| line.shown).sum();
            prop_assert_eq!(shown, score.key);
            prop_assert_eq!(score.key, key_of(score.theta));
        }
    }
}
