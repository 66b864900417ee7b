//! From scores to a list: what weights would change, who is on it, what money buys, and
//! whether it was right.

use proptest::prelude::*;
use serde_json::Value;
use sluice::assessment::scoring::calibration::{brier, calibration, forecast};
use sluice::assessment::scoring::shortlist::{
    Listed, Priced, Shortlist, affordable, best_buy, shortlist,
};
use sluice::assessment::scoring::stability::{
    critical_share, kendall_tau_b, smallest_shift, spearman,
};
use uuid::Uuid;

use super::severity::id;
use super::{examples, near};

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_f64).collect()
}

#[test]
fn the_weight_that_would_level_two_ideas_is_what_the_example_says() {
    let w10 = &examples()["W10_what_if"];
    let (weights, a, b) = (
        numbers(&w10["weights"]),
        numbers(&w10["A"]),
        numbers(&w10["B"]),
    );
    let gaps: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
    let score = |weights: &[f64], values: &[f64]| -> f64 {
        100.0 * weights.iter().zip(values).map(|(w, v)| w * v).sum::<f64>()
    };
    near(score(&weights, &a), &w10["score_A"], "A");
    near(score(&weights, &b), &w10["score_B"], "B");
    for (k, name) in ["impact", "feasibility", "novelty", "effort"]
        .into_iter()
        .enumerate()
    {
        let share = critical_share(&weights, &gaps, k).unwrap();
        near(share, &w10["critical"][name], name);
        let rest = (1.0 - share) / (1.0 - weights[k]);
        let moved: Vec<f64> = (0..4)
            .map(|i| if i == k { share } else { weights[i] * rest })
            .collect();
        assert!((score(&moved, &a) - score(&moved, &b)).abs() < 1e-9);
        if k == 0 {
            near(
                score(&moved, &a),
                &w10["check_tie_at_critical_impact"][0],
                name,
            );
        }
    }
    assert_eq!(smallest_shift(&weights, &gaps).map(|(k, _)| k), Some(0));
    let orders = [(1.0, 2.0), (2.0, 1.0), (3.0, 3.0), (4.0, 5.0), (5.0, 4.0)];
    near(
        kendall_tau_b(&orders).unwrap(),
        &w10["kendall_tau_b_old_new"],
        "τ-b",
    );
    // Better in everything, level nowhere; and one criterion alone has nothing to give to.
    assert_eq!(smallest_shift(&[0.5, 0.5], &[0.1, 0.2]), None);
    assert_eq!(critical_share(&[1.0], &[0.1], 0), None);
    assert_eq!(critical_share(&[0.5, 0.5], &[0.0, 0.0], 0), None);
    assert_eq!(critical_share(&[1.0], &[0.1], 7), None);
}

#[test]
fn scores_and_outcomes_are_compared_as_the_example_says() {
    let w12 = &examples()["W12_calibration"];
    let pairs: Vec<(f64, f64)> = numbers(&w12["score"])
        .into_iter()
        .zip(numbers(&w12["outcome_value"]))
        .collect();
    near(spearman(&pairs).unwrap(), &w12["spearman"], "Spearman");
    near(kendall_tau_b(&pairs).unwrap(), &w12["kendall_b"], "Kendall");
    let chances: Vec<(f64, bool)> = numbers(&w12["forecast"])
        .into_iter()
        .zip(numbers(&w12["outcome"]).into_iter().map(|o| o > 0.5))
        .collect();
    let found = brier(&chances).unwrap();
    near(found.brier, &w12["brier"], "Brier");
    near(found.base, &w12["base_rate_brier"], "base");
    near(found.skill.unwrap(), &w12["skill"], "skill");

    // Six outcomes are too few to be told; ten are not.
    assert_eq!((calibration(&pairs), forecast(&chances)), (None, None));
    let ten = [pairs.as_slice(), &pairs[..4]].concat();
    assert_eq!(calibration(&ten).unwrap().kendall, kendall_tau_b(&ten));
    let ten = [chances.as_slice(), &chances[..4]].concat();
    assert_eq!(forecast(&ten), brier(&ten));
    let all_came: Vec<(f64, bool)> = vec![(0.9, true); 10];
    assert_eq!(forecast(&all_came).unwrap().skill, None);
    assert_eq!(brier(&[]), None);
    for pairs in [vec![], vec![(1.0, 2.0)], vec![(1.0, 2.0), (1.0, 3.0)]] {
        assert_eq!((kendall_tau_b(&pairs), spearman(&pairs)), (None, None));
    }
}

#[test]
fn a_budget_is_spent_in_order_of_rank_and_the_best_buy_stands_beside() {
    let w14 = &examples()["W14_portfolio"];
    let items: Vec<Priced> = w14["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| Priced {
            id: id(item[0].as_str().unwrap()),
            key: (100.0 * item[1].as_f64().unwrap()) as i32,
            cost: item[2].as_u64().unwrap(),
        })
        .collect();
    let budget = w14["budget"].as_u64().unwrap();
    let ids = |list: &Value| -> Vec<Uuid> {
        let list = list.as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(id).collect()
    };
    let worth = |bought: &[Uuid]| -> f64 {
        let items = items.iter().filter(|item| bought.contains(&item.id));
        items.map(|item| f64::from(item.key) / 100.0).sum()
    };
    let greedy = affordable(&items, budget);
    assert_eq!(greedy, ids(&w14["ranked_greedy"]));
    near(worth(&greedy), &w14["greedy_value"], "in order of rank");
    let best = best_buy(&items, budget).unwrap();
    assert_eq!(best, ids(&w14["optimal"]));
    near(worth(&best), &w14["optimal_value"], "best buy");
    assert_eq!(best_buy(&items, 0), Some(Vec::new()));
    assert_eq!(affordable(&items, u64::MAX).len(), 4);
    // Sixty projects of all prices are more than can be tried; that is said, not guessed.
    let many: Vec<Priced> = (0..60_u32)
        .map(|i| Priced {
            id: Uuid::from_u128(u128::from(i)),
            key: (1 << (i % 30)) | 1,
            cost: (1_u64 << i) + 3,
        })
        .collect();
    assert_eq!(best_buy(&many, u64::MAX), None);
}

fn listed(keys: &[i32]) -> Vec<Listed> {
    let one = |(i, &key): (usize, &i32)| Listed {
        id: Uuid::from_u128(i as u128 + 1),
        key,
        theta: f64::from(key) / 100.0,
        se: 1.0 + 10.0 * (i % 2) as f64,
    };
    keys.iter().enumerate().map(one).collect()
}

#[test]
fn a_tie_on_the_line_is_a_person_s_to_decide() {
    let n = |i: u128| Uuid::from_u128(i);
    let all = listed(&[7000, 9000, 7000, 8000, 7000, 6000]);
    let found = shortlist(&all, 3, 2);
    assert_eq!(
        found,
        Shortlist {
            listed: vec![n(2), n(4)],
            cut_tie: vec![n(1), n(3), n(5)],
            open: 1,
            wildcards: vec![n(6)],
        }
    );
    let clear = shortlist(&all, 2, 2);
    assert_eq!((clear.listed, clear.open), (vec![n(2), n(4)], 0));
    assert!(clear.cut_tie.is_empty());
    // 70 is the most the first may hide behind a standard error of 1, 60 ± 11 hides more.
    assert_eq!(clear.wildcards, [n(6), n(1)]);
    assert_eq!(shortlist(&all, 5, 0).listed.len(), 5);
    assert_eq!(shortlist(&all, 9, 0).listed.len(), 6);
    assert_eq!(shortlist(&all, 0, 0), Shortlist::default());
    assert_eq!(shortlist(&[], 3, 1), Shortlist::default());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tau_b_is_what_its_definition_says(
        pairs in prop::collection::vec((0_u32..6, 0_u32..6), 0..25),
    ) {
        let pairs: Vec<(f64, f64)> =
            pairs.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
        let (mut score, mut left, mut right) = (0.0, 0.0, 0.0);
        for (i, a) in pairs.iter().enumerate() {
            for b in &pairs[..i] {
                let (x, y) = (a.0.total_cmp(&b.0) as i32, a.1.total_cmp(&b.1) as i32);
                score += f64::from(x * y);
                left += f64::from(x * x);
                right += f64::from(y * y);
            }
        }
        match kendall_tau_b(&pairs) {
            Some(found) => prop_assert!((found - score / f64::sqrt(left * right)).abs() < 1e-12),
            None => prop_assert!(left * right == 0.0),
        }
    }

    #[test]
    fn a_list_has_its_length_and_nobody_outside_is_better(
        keys in prop::collection::vec(0_i32..6, 0..12),
        k in 0_usize..10,
        wildcards in 0_usize..3,
    ) {
        let all = listed(&keys);
        let found = shortlist(&all, k, wildcards);
        let on = found.listed.len() + found.open as usize;
        prop_assert_eq!(on, k.min(keys.len()));
        prop_assert!(found.cut_tie.is_empty() == (found.open == 0));
        prop_assert!(found.cut_tie.is_empty() || found.cut_tie.len() > found.open as usize);
        let key = |id: &Uuid| keys[id.as_u128() as usize - 1];
        let worst = found.listed.iter().chain(&found.cut_tie).map(key).min();
        for one in &all {
            let is_outside = !found.listed.contains(&one.id) && !found.cut_tie.contains(&one.id);
            prop_assert!(!is_outside || worst.is_none_or(|worst| one.key < worst));
        }
        prop_assert!(found.cut_tie.iter().all(|id| Some(key(id)) == worst));
    }

    #[test]
    fn no_other_combination_is_a_better_buy(
        items in prop::collection::vec((0_i32..40, 0_u64..30), 0..9),
        budget in 0_u64..80,
    ) {
        let items: Vec<Priced> = (1_u128..)
            .zip(items)
            .map(|(i, (key, cost))| Priced { id: Uuid::from_u128(i), key, cost })
            .collect();
        let bought = best_buy(&items, budget).unwrap();
        let of = |is_in: &dyn Fn(usize) -> bool| -> (u64, i32) {
            let chosen = (0..items.len()).filter(|&i| is_in(i));
            chosen.fold((0, 0), |(cost, key), i| (cost + items[i].cost, key + items[i].key))
        };
        let (cost, worth) = of(&|i| bought.contains(&items[i].id));
        prop_assert!(cost <= budget);
        for set in 0_u32..1 << items.len() {
            let other = of(&|i| set >> i & 1 == 1);
            prop_assert!(other.0 > budget || other.1 < worth || other.1 == worth && other.0 >= cost);
        }
        let greedy = affordable(&items, budget);
        let (cost, key) = of(&|i| greedy.contains(&items[i].id));
        prop_assert!(cost <= budget && key <= worth);
    }
}
