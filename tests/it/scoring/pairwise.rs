//! Judging by comparison: what the examples say, and what must hold of any votes.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use sluice::assessment::scoring::pairwise::{
    Ballot, Candidate, Comparison, Strengths, Verdict, comparisons, consistency, next_pair,
    next_project,
};
use uuid::Uuid;

use super::severity::id;
use super::{examples, near};

fn comparison(judge: &str, a: &str, b: &str, verdict: Verdict) -> Comparison {
    Comparison {
        judge: id(judge),
        a: id(a),
        b: id(b),
        weight: 1.0,
        verdict,
    }
}

fn votes(w9: &Value) -> Vec<Comparison> {
    let votes = w9["votes"].as_array().into_iter().flatten();
    votes
        .filter_map(|vote| {
            let verdict = if vote[3].as_bool()? {
                Verdict::Tie
            } else {
                Verdict::First
            };
            let weight = vote[2].as_f64()?;
            let plain = comparison("judge", vote[0].as_str()?, vote[1].as_str()?, verdict);
            Some(Comparison { weight, ..plain })
        })
        .collect()
}

#[test]
fn strengths_are_what_the_example_says() {
    let w9 = &examples()["W9_bradley_terry"];
    let names = ["P", "Q", "R", "S", "T"];
    let fit = Strengths::of(&names.map(id), &votes(w9));
    assert_eq!(json!(fit.components), w9["components"]);
    let chances = fit.chances(2);
    for (i, name) in names.into_iter().enumerate() {
        let found = &fit.projects[i];
        near(found.theta, &w9["theta"][name], name);
        near(found.se, &w9["se"][name], name);
        near(found.score, &w9["score"][name], name);
        assert_eq!(json!(fit.rank(i)), w9["rank"][name], "{name}");
        let bands = fit.bands(i);
        assert_eq!(
            json!([bands.low, bands.high]),
            w9["rank_interval"][name],
            "{name}"
        );
        let chance = w9["p_top2"][name].as_f64().unwrap();
        assert!((chances[i] - chance).abs() < 0.02, "{name} {}", chances[i]);
        for (j, other) in names.into_iter().enumerate() {
            let win = &w9["p_beats"][format!("{name}>{other}")];
            if !win.is_null() {
                near(fit.beats(i, j), win, name);
            }
            let told = &w9["pair_information"][format!("{name}{other}")];
            if !told.is_null() {
                near(fit.information(i, j), told, name);
                near(fit.information(j, i), told, name);
            }
        }
    }
    // The pair that links the parts tells most.
    let next = next_pair(&fit, &names.map(id), &BTreeSet::new(), id("judge"), 7);
    assert_eq!(next, Some((id("P"), id("S"))));
}

#[test]
fn a_running_order_is_all_its_pairs_at_half_their_weight() {
    let w9b = &examples()["W9b_running_order"];
    let names: Vec<&str> = w9b["order"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let ids: Vec<Uuid> = names.iter().map(|name| id(name)).collect();
    let order = Ballot::Order {
        judge: id("judge"),
        places: ids.iter().copied().zip(1..).collect(),
    };
    let all = comparisons(&[order]);
    assert_eq!(all.len(), 6);
    assert!(
        all.iter()
            .all(|it| it.weight == 0.5 && it.verdict == Verdict::First)
    );
    let fit = Strengths::of(&ids, &all);
    for (i, found) in fit.projects.iter().enumerate() {
        near(found.theta, &w9b["theta"][i], names[i]);
        near(found.score, &w9b["score"][i], names[i]);
        near(found.se, &w9b["se"][i], names[i]);
    }
}

#[test]
fn a_judge_s_last_word_counts_and_a_running_order_before_votes() {
    let vote = |judge: &str, a: &str, b: &str, verdict: Verdict| Ballot::Vote {
        judge: id(judge),
        a: id(a),
        b: id(b),
        verdict,
    };
    let order = |judge: &str, places: &[(&str, u32)]| Ballot::Order {
        judge: id(judge),
        places: places
            .iter()
            .map(|(name, place)| (id(name), *place))
            .collect(),
    };
    let found = comparisons(&[
        vote("ann", "P", "Q", Verdict::First),
        vote("bo", "P", "Q", Verdict::Second),
        // Ann changes her mind, and says it the other way round.
        vote("ann", "Q", "P", Verdict::First),
        vote("ann", "P", "P", Verdict::First),
        order("cy", &[("R", 2), ("P", 1), ("Q", 1)]),
        vote("cy", "Q", "P", Verdict::First),
        vote("cy", "Q", "S", Verdict::Tie),
        order("dee", &[("S", 2), ("T", 1)]),
    ]);
    let half = |plain: Comparison| Comparison {
        weight: 0.5,
        ..plain
    };
    assert_eq!(
        found,
        [
            comparison("ann", "P", "Q", Verdict::Second),
            comparison("bo", "P", "Q", Verdict::Second),
            half(comparison("cy", "P", "Q", Verdict::Tie)),
            half(comparison("cy", "P", "R", Verdict::First)),
            half(comparison("cy", "Q", "R", Verdict::First)),
            comparison("cy", "Q", "S", Verdict::Tie),
            comparison("dee", "S", "T", Verdict::Second),
        ]
    );
}

#[test]
fn a_judge_who_contradicts_everybody_shows_from_ten_pairs_on() {
    let names = ["P", "Q", "R", "S", "T"];
    let mut all = Vec::new();
    for (i, a) in names.into_iter().enumerate() {
        for b in &names[i + 1..] {
            for judge in ["ann", "bo", "eve"] {
                all.push(comparison(judge, a, b, Verdict::First));
            }
            all.push(comparison("cy", a, b, Verdict::Second));
            all.push(comparison("dee", a, b, Verdict::Tie));
        }
    }
    let of = |all: &[Comparison], judge: &str| consistency(&names.map(id), all, id(judge));
    assert_eq!(of(&all, "ann"), Some(1.0));
    assert_eq!(of(&all, "cy"), Some(0.0));
    assert_eq!(of(&all, "dee"), Some(0.5));
    assert_eq!(of(&all, "zoe"), None);
    all.retain(|it| it.judge != id("cy") || it.a != id("S"));
    assert_eq!(of(&all, "cy"), None);
    // With nobody else there is nothing to agree with.
    all.retain(|it| it.judge == id("ann"));
    assert_eq!(of(&all, "ann"), Some(0.5));
}

#[test]
fn a_judge_is_sent_where_fewest_were_and_then_where_it_tells_most() {
    let w9 = &examples()["W9_bradley_terry"];
    let fit = Strengths::of(&["P", "Q", "R", "S", "T"].map(id), &votes(w9));
    let go = |candidates: &[(&str, u32)], placed: &[&str], seed: u64| {
        let candidates: Vec<Candidate> = candidates
            .iter()
            .map(|(name, visits)| Candidate {
                id: id(name),
                visits: *visits,
            })
            .collect();
        let placed: Vec<Uuid> = placed.iter().map(|name| id(name)).collect();
        next_project(&fit, &candidates, &placed, id("judge"), seed)
    };
    assert_eq!(go(&[], &["P"], 1), None);
    assert_eq!(go(&[("S", 2), ("Q", 1)], &["P"], 1), Some(id("Q")));
    // PS tells .6543, PQ .2182.
    assert_eq!(go(&[("Q", 1), ("S", 1)], &["P"], 1), Some(id("S")));
    // With nobody placed nothing tells more: by lot, the same for the same seed.
    let lots: BTreeSet<Option<Uuid>> = (0..40)
        .map(|seed| go(&[("Q", 1), ("S", 1)], &[], seed))
        .collect();
    assert_eq!(lots.len(), 2);
    assert_eq!(
        go(&[("Q", 1), ("S", 1)], &[], 5),
        go(&[("S", 1), ("Q", 1)], &[], 5)
    );

    let names = ["P", "Q", "S"].map(id);
    let pair = |judged: &[(Uuid, Uuid)]| {
        let judged = judged.iter().copied().collect();
        next_pair(&fit, &names, &judged, id("judge"), 3)
    };
    assert_eq!(pair(&[]), Some((id("P"), id("S"))));
    assert_eq!(pair(&[(id("S"), id("P"))]), Some((id("Q"), id("S"))));
    let all = [(id("S"), id("P")), (id("S"), id("Q")), (id("P"), id("Q"))];
    assert_eq!(pair(&all), None);
}

#[test]
fn nothing_one_and_a_landslide_make_no_panic() {
    assert!(Strengths::of(&[], &[]).projects.is_empty());
    assert_eq!(Strengths::of(&[], &[]).chances(1), Vec::<f64>::new());
    let one = Strengths::of(&[id("P")], &[]);
    assert_eq!((one.projects[0].score, one.rank(0)), (50.0, 1));
    assert_eq!(one.chances(1), [1.0]);
    let landslide = vec![comparison("judge", "P", "Q", Verdict::First); 100_000];
    let fit = Strengths::of(&[id("P"), id("Q")], &landslide);
    assert!(fit.projects[0].theta > 4.0 && fit.projects[0].theta.is_finite());
    assert!((fit.projects[0].theta + fit.projects[1].theta).abs() < 1e-9);
    let (chances, bands) = (fit.chances(1), fit.bands(0));
    assert!((chances[0] + chances[1] - 1.0).abs() < 0.02, "{chances:?}");
    assert_eq!((bands.low, bands.high), (1, 1));
}

/// Comparisons of up to six projects by three judges.
fn rounds() -> impl Strategy<Value = (usize, Vec<Comparison>)> {
    let one = (0_usize..3, 0_usize..6, 0_usize..6, 0_u8..3, any::<bool>());
    (1_usize..=6, prop::collection::vec(one, 0..30)).prop_map(|(projects, votes)| {
        let project = |i: usize| Uuid::from_u128(1 + (i % projects) as u128);
        let votes = votes
            .into_iter()
            .map(|(judge, a, b, said, is_half)| Comparison {
                judge: Uuid::from_u128(judge as u128),
                a: project(a),
                b: project(b),
                weight: if is_half { 0.5 } else { 1.0 },
                verdict: [Verdict::First, Verdict::Tie, Verdict::Second][usize::from(said)],
            });
        (projects, votes.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn strengths_are_where_no_vote_pulls_any_more((projects, votes) in rounds(), turn in 0_usize..30) {
        let ids: Vec<Uuid> = (1..=projects).map(|i| Uuid::from_u128(i as u128)).collect();
        let fit = Strengths::of(&ids, &votes);
        let mut sum = 0.0;
        for found in &fit.projects {
            let mut pull = -0.5 * found.theta;
            for vote in votes.iter().filter(|vote| vote.a != vote.b) {
                let theta = |id: Uuid| fit.projects[fit.place(id).unwrap()].theta;
                let win = 1.0 / (1.0 + (theta(vote.b) - theta(vote.a)).exp());
                let said = match vote.verdict {
                    Verdict::First => 1.0,
                    Verdict::Tie => 0.5,
                    Verdict::Second => 0.0,
                };
                let surprise = vote.weight * (said - win);
                pull += if vote.a == found.id { surprise } else { 0.0 };
                pull -= if vote.b == found.id { surprise } else { 0.0 };
            }
            prop_assert!(pull.abs() < 1e-9, "{}", pull);
            sum += found.theta;
        }
        prop_assert!(sum.abs() < 1e-9);
        let mut turned = votes.clone();
        turned.rotate_left(turn % votes.len().max(1));
        turned.reverse();
        prop_assert_eq!(&Strengths::of(&ids, &turned), &fit);
    }

    #[test]
    fn ranks_lie_in_their_ranges_and_chances_add_up((projects, votes) in rounds(), k in 1_u32..4) {
        let ids: Vec<Uuid> = (1..=projects).map(|i| Uuid::from_u128(i as u128)).collect();
        let fit = Strengths::of(&ids, &votes);
        for i in 0..projects {
            let (rank, bands) = (fit.rank(i), fit.bands(i));
            prop_assert!(bands.low <= rank && rank <= bands.high);
            for j in 0..projects {
                let is_stronger = fit.projects[i].theta > fit.projects[j].theta + 1e-9;
                prop_assert!(!is_stronger || fit.projects[i].score > fit.projects[j].score);
            }
        }
        let sum: f64 = fit.chances(k).iter().sum();
        prop_assert!((sum - f64::from(k).min(projects as f64)).abs() < 0.02, "{}", sum);
    }
}
