//! What is refused of a rubric and of an assessment, all at once and each at its place.

use serde_json::{Value, json};
use sluice::assessment::domain::{NewAssessment, NewRating, Ratings, Refusal};
use sluice::assessment::presets::presets;
use sluice::assessment::rubric::{Aggregation, CriterionKind, Method, Rubric, RubricDraft};
use sluice::platform::error::{Error, Result};

use super::{criterion, draft, preset};

/// Every fault as `path reason`.
fn faults<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    let Err(Error::Invalid(faults)) = result else {
        panic!("expected faults, found {result:?}");
    };
    let written = |path: &Value| {
        let parts = path.as_array().expect("a path is a list").iter();
        parts
            .map(|p| p.as_str().map_or_else(|| p.to_string(), str::to_owned))
            .collect::<Vec<_>>()
    };
    faults
        .as_slice()
        .iter()
        .map(|fault| {
            assert!(fault.message.ends_with('.'), "{}", fault.message);
            format!("{} {}", written(&json!(fault.path)).join("."), fault.reason)
        })
        .collect()
}

/// The faults of a plain rubric after `spoil` had its way with it.
fn spoilt(spoil: impl FnOnce(&mut RubricDraft)) -> Vec<String> {
    let gate = criterion("gate", None, 0.0, 1.0);
    let one = criterion("one", Some(2.0), 1.0, 5.0);
    let two = criterion("two", Some(3.0), 1.0, 5.0);
    let mut draft = draft(Aggregation::Mean, vec![one, two, gate]);
    Rubric::parse(draft.clone()).expect("whole before it is spoilt");
    spoil(&mut draft);
    faults(Rubric::parse(draft))
}

#[test]
fn every_preset_is_a_rubric_and_reads_back_as_it_was_written() {
    let keys: Vec<String> = presets().iter().map(|rubric| rubric.key.clone()).collect();
    assert_eq!(
        keys,
        ["innovation", "hackathon-judging", "rice", "ice", "wsjf"]
    );
    for rubric in presets() {
        let json = serde_json::to_string(&rubric).unwrap();
        let back: Rubric = serde_json::from_str(&json).unwrap();
        assert_eq!(back, rubric);
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
        let shares: f64 = (0..rubric.criteria.len())
            .filter_map(|i| rubric.share(i))
            .sum();
        let expected = if rubric.method == Method::WeightedSum {
            1.0
        } else {
            0.0
        };
        assert!((shares - expected).abs() < 1e-12, "{}", rubric.key);
    }
    let innovation = preset("innovation");
    let weights: Vec<_> = innovation
        .criteria
        .iter()
        .map(|c| (c.key.as_str(), c.weight))
        .collect();
    assert_eq!(
        weights,
        [
            ("problem", 25.0),
            ("impact", 30.0),
            ("fit", 15.0),
            ("feasibility", 10.0),
            ("novelty", 10.0),
            ("effort", 10.0)
        ]
        .map(|(key, weight)| (key, Some(weight)))
    );
    let required = innovation.criteria.iter().filter(|c| c.is_required).count();
    assert_eq!(
        (required, innovation.criteria[5].kind),
        (2, CriterionKind::Cost)
    );
    let judging = preset("hackathon-judging");
    assert_eq!(
        (judging.aggregation, judging.quorum),
        (Aggregation::SeverityAdjusted, 2)
    );
    assert!(judging.criteria.iter().all(|c| c.is_required));
}

#[test]
fn what_a_draft_leaves_out_takes_the_defaults_of_the_contract() {
    let json = json!({"key": "squality", "name": "Answer quality", "criteria": [{
        "key": "overall", "name": "Overall", "question": "How good is it as a whole?",
        "weight": 20, "minimum": 0, "maximum": 100, "levels": [
            {"value": 100, "anchor": "Could not be better"}, {"value": 0, "anchor": "Worthless"},
            {"value": 50, "anchor": "Half right"}],
    }]});
    let rubric: Rubric = serde_json::from_value(json).unwrap();
    assert_eq!(
        serde_json::to_value(&rubric).unwrap(),
        json!({"key": "squality", "name": "Answer quality", "method": "WEIGHTED_SUM",
        "aggregation": "MEAN", "quorum": 3, "isBlind": true, "revealsAuthor": true,
        "minimumCoverage": 0.8, "criteria": [{
            "key": "overall", "name": "Overall", "question": "How good is it as a whole?",
            "kind": "BENEFIT", "weight": 20.0, "isRequired": true, "minimum": 0.0,
            "maximum": 100.0, "step": 1.0, "levels": [
                {"value": 0.0, "anchor": "Worthless"},
                {"value": 50.0, "anchor": "Half right"},
                {"value": 100.0, "anchor": "Could not be better"}],
        }]})
    );
}

#[test]
fn each_fault_of_a_rubric_is_told_at_its_place() {
    assert_eq!(
        spoilt(|d| d.criteria.clear()),
        ["input.criteria CRITERIA_MISSING"]
    );
    assert_eq!(
        spoilt(|d| {
            d.criteria.drain(..2);
        }),
        ["input.criteria CRITERIA_MISSING"]
    );
    let nine = |d: &mut RubricDraft| {
        d.criteria = (0..9)
            .map(|i| criterion(&format!("c{i}"), Some(1.0), 1.0, 5.0))
            .collect();
    };
    assert_eq!(spoilt(nine), ["input.criteria TOO_MANY_CRITERIA"]);
    let twice = |d: &mut RubricDraft| d.criteria[1].key = "one".to_owned();
    assert_eq!(spoilt(twice), ["input.criteria.1.key CRITERION_TWICE"]);
    for weight in [Some(0.0), Some(-1.0), None] {
        let found = spoilt(|d| d.criteria[1].weight = weight);
        assert_eq!(found, ["input.criteria.1.weight WEIGHT_NOT_POSITIVE"]);
    }
    for weight in [f64::NAN, f64::INFINITY] {
        let found = spoilt(|d| d.criteria[0].weight = Some(weight));
        assert_eq!(found, ["input.criteria.0.weight NOT_A_NUMBER"]);
    }
    let weighted = |d: &mut RubricDraft| d.criteria[2].weight = Some(1.0);
    assert_eq!(
        spoilt(weighted),
        ["input.criteria.2.weight GATE_WITH_WEIGHT"]
    );
    let wide = |d: &mut RubricDraft| d.criteria[2].maximum = 2.0;
    assert_eq!(spoilt(wide), ["input.criteria.2.maximum GATE_OFF_SCALE"]);
    let reversed = |d: &mut RubricDraft| d.criteria[0].maximum = 1.0;
    assert_eq!(
        spoilt(reversed),
        ["input.criteria.0.maximum SCALE_REVERSED"]
    );
    for step in [0.0, -1.0, 3.0, 1e-9] {
        let found = spoilt(|d| d.criteria[0].step = step);
        assert_eq!(found, ["input.criteria.0.step STEP_OFF_SCALE"], "{step}");
    }
    for level in 0..3 {
        let found = spoilt(|d| {
            d.criteria[0].levels.remove(level);
        });
        assert_eq!(
            found,
            ["input.criteria.0.levels ANCHORS_MISSING"],
            "{level}"
        );
    }
    let off = |d: &mut RubricDraft| d.criteria[0].levels[1].value = 2.5;
    assert_eq!(
        spoilt(off),
        [
            "input.criteria.0.levels.1.value LEVEL_OFF_STEP",
            "input.criteria.0.levels ANCHORS_MISSING"
        ]
    );
    let again = |d: &mut RubricDraft| {
        let level = d.criteria[0].levels[1].clone();
        d.criteria[0].levels.push(level);
    };
    assert_eq!(
        spoilt(again),
        ["input.criteria.0.levels.3.value LEVEL_TWICE"]
    );
    for quorum in [0, 201] {
        assert_eq!(
            spoilt(|d| d.quorum = quorum),
            ["input.quorum QUORUM_OUT_OF_RANGE"]
        );
    }
    for coverage in [-0.1, 1.1] {
        let found = spoilt(|d| d.minimum_coverage = coverage);
        assert_eq!(found, ["input.minimumCoverage COVERAGE_OUT_OF_RANGE"]);
    }
    for key in ["", "1st", "with space", "ü"] {
        assert_eq!(
            spoilt(|d| d.key = key.to_owned()),
            ["input.key BAD_KEY"],
            "{key:?}"
        );
    }
    assert_eq!(
        spoilt(|d| d.name = " ".to_owned()),
        ["input.name NAME_MISSING"]
    );
}

#[test]
fn all_faults_of_a_rubric_come_at_once() {
    let found = spoilt(|d| {
        d.key = String::new();
        d.quorum = 0;
        d.criteria[0].weight = None;
        d.criteria[1].step = f64::NAN;
    });
    assert_eq!(
        found,
        [
            "input.key BAD_KEY",
            "input.quorum QUORUM_OUT_OF_RANGE",
            "input.criteria.0.weight WEIGHT_NOT_POSITIVE",
            "input.criteria.1.step NOT_A_NUMBER",
        ]
    );
}

#[test]
fn a_ratio_has_exactly_its_factors_on_their_scales() {
    let spoilt = |spoil: fn(&mut RubricDraft)| {
        let mut draft = (*preset("rice")).clone();
        spoil(&mut draft);
        faults(Rubric::parse(draft))
    };
    assert_eq!(
        spoilt(|d| {
            d.criteria.pop();
        }),
        ["input.criteria FACTOR_MISSING"]
    );
    assert_eq!(
        spoilt(|d| d.criteria.push(criterion("fun", None, 1.0, 5.0))),
        ["input.criteria.4.key FACTOR_UNKNOWN"]
    );
    assert_eq!(
        spoilt(|d| d.criteria[3].kind = CriterionKind::Benefit),
        ["input.criteria.3.kind FACTOR_KIND"]
    );
    assert_eq!(
        spoilt(|d| d.criteria[0].weight = Some(1.0)),
        ["input.criteria.0.weight FACTOR_WITH_WEIGHT"]
    );
    assert_eq!(
        spoilt(|d| d.criteria[0].is_required = false),
        ["input.criteria.0.isRequired FACTOR_OPTIONAL"]
    );
    assert_eq!(
        spoilt(|d| d.criteria[3].step = 0.25),
        ["input.criteria.3.step FACTOR_OFF_SCALE"]
    );
    let mut gated = (*preset("rice")).clone();
    gated.criteria.push(criterion("legal", None, 0.0, 1.0));
    assert_eq!(Rubric::parse(gated).unwrap().criteria.len(), 5);
}

fn rating(criterion: &str, level: impl Into<Option<f64>>) -> NewRating {
    NewRating {
        criterion: criterion.to_owned(),
        level: level.into(),
        rationale: None,
    }
}

#[test]
fn an_assessment_fits_its_rubric_and_keeps_what_was_written() {
    let rubric = preset("innovation");
    let mut impact = rating("impact", 4.0);
    impact.rationale = Some("Cafe\u{301}\r\nqueue".to_owned());
    let given = vec![
        impact,
        rating("problem", 5.000_000_000_5),
        rating("fit", None),
    ];
    let new = NewAssessment {
        ratings: given,
        comment: Some(" ".to_owned()),
        confidence: Some(5),
    };
    let ratings = Ratings::parse(&rubric, new).unwrap();
    assert_eq!(
        ratings.levels(),
        [Some(5.000_000_000_5), Some(4.0), None, None, None, None]
    );
    let order: Vec<usize> = ratings.ratings().iter().map(|r| r.criterion).collect();
    assert_eq!(order, [0, 1, 2]);
    assert_eq!(
        ratings.ratings()[1].rationale.as_deref(),
        Some("Caf\u{e9}\nqueue")
    );
    assert_eq!((ratings.comment(), ratings.confidence()), (None, Some(5)));
}

#[test]
fn all_faults_of_an_assessment_come_at_once() {
    let rubric = preset("innovation");
    let mut long = rating("effort", 2.0);
    long.rationale = Some("ä".repeat(2_001));
    let ratings = vec![
        rating("problem", 6.0),
        rating("impact", 2.5),
        rating("fun", 3.0),
        rating("impact", 3.0),
        rating("fit", f64::NAN),
        long,
    ];
    let comment = Some("bell\u{7}".to_owned());
    let new = NewAssessment {
        ratings,
        comment,
        confidence: Some(6),
    };
    assert_eq!(
        faults(Ratings::parse(&rubric, new)),
        [
            "input.ratings.0.level LEVEL_OUT_OF_RANGE",
            "input.ratings.1.level LEVEL_OFF_STEP",
            "input.ratings.2.criterion UNKNOWN_CRITERION",
            "input.ratings.3.criterion CRITERION_TWICE",
            "input.ratings.4.level NOT_A_NUMBER",
            "input.ratings.5.rationale TEXT_TOO_LONG",
            "input.comment CONTROL_CHARACTERS",
            "input.confidence CONFIDENCE_OUT_OF_RANGE",
        ]
    );
}

#[test]
fn a_factor_with_few_levels_takes_no_other() {
    let rubric = preset("rice");
    let faults_of = |criterion, level| {
        let ratings = vec![rating(criterion, level)];
        faults(Ratings::parse(
            &rubric,
            NewAssessment {
                ratings,
                ..NewAssessment::default()
            },
        ))
    };
    assert_eq!(
        faults_of("impact", 0.75),
        ["input.ratings.0.level LEVEL_OFF_STEP"]
    );
    assert_eq!(
        faults_of("confidence", 0.7),
        ["input.ratings.0.level LEVEL_OFF_STEP"]
    );
    assert_eq!(
        faults_of("reach", 0.0),
        ["input.ratings.0.level LEVEL_OUT_OF_RANGE"]
    );
    for level in [0.5, 0.8, 1.0] {
        assert_eq!(rubric.admit(2, level), Ok(()));
    }
}

#[test]
fn a_refusal_says_what_can_be_done_about_it() {
    let legal_steps = vec!["screenIdea(ACCEPT)".to_owned()];
    let state = "SUBMITTED".to_owned();
    let Error::IllegalStep {
        reason,
        message,
        legal_steps,
    } = Refusal::NotAssessable { state, legal_steps }.into()
    else {
        panic!("a wrong state is an illegal step");
    };
    assert_eq!(
        (reason, message.as_str()),
        ("WRONG_STATE", "An idea in SUBMITTED is not assessed.")
    );
    assert_eq!(legal_steps, ["screenIdea(ACCEPT)"]);
}
