//! Roundings, quantiles, gates and sentences: what the worked examples leave out.

use sluice::assessment::rubric::{Aggregation, Rubric};
use sluice::assessment::scoring::{
    IdeaScore, Pool, Status, apportion, assess, hundredths, key_of, sentence,
};

use super::{criterion, draft, preset, scored};

#[test]
fn what_is_missing_is_named_in_the_sentence() {
    let rubric = preset("innovation");
    let score = assess(
        &rubric,
        &[Some(4.0), None, Some(3.0), None, None, Some(2.0)],
    );
    assert_eq!(
        score.incomplete_because.unwrap().sentence,
        "Kept as advice, not counted: it leaves open what is required (Impact); it answers \
         50 % of the weight where 80 % is needed (open: Impact, Feasibility and Novelty)."
    );
}

#[test]
fn a_half_that_binary_fractions_just_miss_rounds_up() {
    // 100 · 1.005 is 100.49999999999999 in binary.
    assert_eq!([1.005, 0.285, 70.004_999].map(key_of), [101, 29, 7000]);
}

#[test]
fn parts_are_rounded_by_largest_remainder() {
    assert_eq!(apportion(&[1.2, 1.7, 1.1], 4), [1, 2, 1]);
    assert_eq!(apportion(&[0.5, 0.5, 0.5], 2), [1, 1, 0]);
    assert_eq!(apportion(&[-1.25, 2.75], 2), [-1, 3]);
    assert_eq!(apportion(&[1.0, 1.0], 5), [3, 2]);
    assert_eq!(apportion(&[], 5), [0; 0]);
    assert_eq!(
        [7250, -5, 10_000].map(hundredths),
        ["72.50", "-0.05", "100.00"]
    );
}

#[test]
fn quantiles_hold_however_many_assessments_there_are() {
    for (assessments, expected) in [
        (6, 2.228_138_852),
        (996, 1.962_339_080_825),
        (9_996, 1.960_201_239_891),
        (999_996, 1.959_966_356_814),
        (9_999_996, 1.959_964_221_767),
    ] {
        let t = Pool {
            ideas: 0,
            assessments,
            rss_micro: 0,
        }
        .t(0.975);
        assert!((t - expected).abs() < 1e-8, "{assessments}: {t}");
    }
}

#[test]
fn quantiles_have_no_seam() {
    let t = |assessments| {
        Pool {
            ideas: 0,
            assessments,
            rss_micro: 0,
        }
        .t(0.95)
    };
    for assessments in 985..1_005 {
        let step = t(assessments) - t(assessments + 1);
        assert!((1.0e-6..2.0e-6).contains(&step), "{assessments}: {step}");
    }
}

#[test]
fn the_sentence_of_a_scorecard_is_its_numbers_in_words() {
    let rubric = preset("innovation");
    let given = [
        [4.0, 4.0, 3.0, 5.0, 2.0, 2.0],
        [4.0, 5.0, 3.0, 4.0, 2.0, 2.0],
    ];
    let levels: Vec<Vec<Option<f64>>> = given
        .iter()
        .map(|levels| levels.map(Some).to_vec())
        .collect();
    let score = scored(&rubric, &levels).unwrap();
    let pool = Pool {
        ideas: 1,
        assessments: 2,
        rss_micro: score.rss_micro,
    };
    assert_eq!(score.status(&rubric, false), Status::Provisional);
    assert_eq!(
        sentence(&rubric, &score, Status::Provisional, &pool.yardstick()),
        "71.25 of 100 from 2 assessments; likely between 46.69 and 95.81. Impact adds most \
         (26.25); most is left open by Fit (7.50 below full marks). Provisional: a rank needs \
         1 assessment more."
    );
}

#[test]
fn a_gate_answered_with_no_takes_the_rank_and_leaves_the_score() {
    let criteria = vec![
        criterion("worth", Some(1.0), 1.0, 5.0),
        criterion("legal", None, 0.0, 1.0),
    ];
    let rubric = Rubric::parse(draft(Aggregation::Mean, criteria)).unwrap();
    let yes = vec![Some(4.0), Some(1.0)];
    let score = scored(
        &rubric,
        &[yes.clone(), yes.clone(), vec![Some(4.0), Some(0.0)]],
    )
    .unwrap();
    assert_eq!(
        (score.key, score.is_gated, score.gates_failed.as_slice()),
        (7500, true, &[1][..])
    );
    assert_eq!(score.status(&rubric, true), Status::Gated);
    assert_eq!(
        (score.lines[1].contribution, score.lines[1].shown),
        (0.0, 0)
    );
    assert!(score.lines[1].is_split);
    let score = scored(&rubric, &[yes.clone(), yes.clone(), yes]).unwrap();
    assert_eq!(score.status(&rubric, false), Status::Ranked);
}

#[test]
fn the_readme_reckons_as_the_code_does() {
    let readme = include_str!("../../../README.md");
    let says = |words: &str| assert!(readme.contains(words), "README.md does not say {words:?}");
    let rubric = preset("innovation");
    let rated = |impacts: [f64; 3]| {
        let sheet = |impact: f64| [4.0, impact, 3.0, 5.0, 2.0, 2.0].map(Some).to_vec();
        scored(&rubric, &impacts.map(sheet)).unwrap()
    };
    let pool = |score: &IdeaScore| Pool {
        ideas: 1,
        assessments: i64::from(score.n),
        rss_micro: score.rss_micro,
    };
    let (first, second) = (rated([4.0, 5.0, 3.0]), rated([3.0, 4.0, 3.0]));

    let alone = pool(&first).yardstick();
    let (low, high) = alone.interval(first.theta, first.n);
    says(&format!("**{}**", hundredths(first.key)));
    says(&format!("σ̂ = {:.2}", alone.spread));
    says(&format!("({:.4})", alone.t975));
    says(&format!("± {:.2}", alone.t975 * alone.se(3)));
    says(&format!("**{low:.2} to {high:.2}**"));

    let both = (pool(&first) + pool(&second)).yardstick();
    says(&format!("mean {}", hundredths(second.key)));
    says(&format!(
        "= {:.2}, and {:.4} · {:.2}",
        both.spread.powi(2),
        both.t95,
        both.spread
    ));
    says(&format!(
        "= {:.2} points would be clear",
        both.clear_gap(3, 3)
    ));
    says(&format!("{} are not", hundredths(first.key - second.key)));
    says(&format!(
        "standard error of {:.1}, six leave {:.1}",
        both.se(3),
        both.se(6)
    ));
}
