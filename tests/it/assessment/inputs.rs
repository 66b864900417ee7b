//! What an assessor may not hand in: every fault is told at once, with its place in the
//! input, and nothing is written.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::panel::{Panel, ratings};
use crate::support::{Store, Store::*};

/// What `viewerAssessment` tells of a whole assessment.
const OWN: &str = "viewerAssessment { id comment confidence ratings { level rationale } }
    activity { totalCount } updatedAt";

#[rstest]
#[tokio::test]
async fn all_faults_are_told_at_once_with_their_places_and_nothing_is_written(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let assessor = &panel.assessors[0];
    assessor.assess(&idea, [3; 6]).await;
    let before = assessor.sees(&idea, OWN).await;
    let input = json!({
        "ideaId": idea.id,
        "ratings": [
            {"criterion": "problem", "level": 4},
            {"criterion": "glamour", "level": 4},
            {"criterion": "impact", "level": 6},
            {"criterion": "fit", "level": 2.5},
            {"criterion": "problem", "level": 0},
            {"criterion": "novelty", "level": 3, "rationale": "a\u{7}b"},
            {"criterion": "effort", "level": -1e308, "rationale": "x".repeat(2_001)},
            {"criterion": "Impact", "level": 3},
        ],
        "comment": "x".repeat(10_001), "confidence": 6,
    });

    let answer = assessor.act("submitAssessment", input, "idea { id }").await;

    let error = answer.refused_because("BAD_USER_INPUT", "UNKNOWN_CRITERION");
    let faults: Vec<(Value, Value)> = error["extensions"]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["path"].clone(), fault["reason"].clone()))
        .collect();
    let at = |index: u8, field: &str| json!(["input", "ratings", index, field]);
    let expected = [
        (at(1, "criterion"), "UNKNOWN_CRITERION"),
        (at(2, "level"), "LEVEL_OUT_OF_RANGE"),
        (at(3, "level"), "LEVEL_OFF_STEP"),
        (at(4, "criterion"), "CRITERION_TWICE"),
        (at(4, "level"), "LEVEL_OUT_OF_RANGE"),
        (at(5, "rationale"), "CONTROL_CHARACTERS"),
        (at(6, "level"), "LEVEL_OUT_OF_RANGE"),
        (at(6, "rationale"), "TEXT_TOO_LONG"),
        (at(7, "criterion"), "UNKNOWN_CRITERION"),
        (json!(["input", "comment"]), "TEXT_TOO_LONG"),
        (json!(["input", "confidence"]), "CONFIDENCE_OUT_OF_RANGE"),
    ]
    .map(|(path, reason)| (path, json!(reason)));
    assert_eq!(faults, expected);
    assert_eq!(assessor.sees(&idea, OWN).await, before);
}

#[rstest]
#[tokio::test]
async fn a_number_that_is_none_is_refused(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let assessor = &panel.assessors[0];
    let before = assessor.sees(&idea, OWN).await;

    for level in [json!("NaN"), json!("4"), json!(true), json!([4]), json!({})] {
        let mut rated = ratings([3; 6]);
        rated[0]["level"] = level;
        let answer = assessor.try_to_assess(&idea, rated, "idea { id }").await;
        answer.refused("BAD_USER_INPUT");
    }
    // In the document itself, where a number can be written that no JSON has.
    for level in [
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "0x4",
        "4.0000001",
        "1e308",
    ] {
        let query = format!(
            "mutation {{ submitAssessment(input: {{ideaId: \"{}\", ratings: \
             [{{criterion: \"problem\", level: {level}}}]}}) {{ idea {{ id }} }} }}",
            idea.id
        );
        assessor
            .post(&query, json!({}))
            .await
            .refused("BAD_USER_INPUT");
    }
    assert_eq!(assessor.sees(&idea, OWN).await, before);
}

#[rstest]
#[tokio::test]
async fn an_assessment_of_nothing_is_advice(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let idea = panel.idea("Badges").await;

    let fields = "assessment { isCounted score { isComplete coverage } } idea { state }";
    let answer = panel.assessors[0]
        .try_to_assess(&idea, json!([]), fields)
        .await;

    assert_eq!(
        answer.ok()["submitAssessment"],
        json!({
            "assessment": {"isCounted": false, "score": {"isComplete": false, "coverage": 0.0}},
            "idea": {"state": "IN_ASSESSMENT"},
        })
    );
}

#[rstest]
#[tokio::test]
async fn of_very_many_faults_the_first_hundred_are_told(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let assessor = &panel.assessors[0];
    let before = assessor.sees(&idea, OWN).await;
    let unknown = json!({"criterion": "x", "level": 9});
    let wrong = json!({"criterion": "fit", "level": 9});

    for (rating, reasons) in [
        (unknown, ["UNKNOWN_CRITERION", "UNKNOWN_CRITERION"]),
        (wrong, ["LEVEL_OUT_OF_RANGE", "CRITERION_TWICE"]),
    ] {
        let input = json!(vec![rating; 30_000]);
        let answer = assessor.try_to_assess(&idea, input, "idea { id }").await;
        let error = answer.refused_because("BAD_USER_INPUT", reasons[0]);
        let faults = error["extensions"]["faults"].as_array().unwrap();
        assert_eq!(faults.len(), 100);
        assert_eq!(faults[1]["reason"], reasons[1]);
        // The message tells ten of them.
        let message = error["message"].as_str().unwrap();
        assert!(message.ends_with(". And more."), "{message}");
        assert_eq!(message.matches(". ").count(), 10, "{message}");
    }
    assert_eq!(assessor.sees(&idea, OWN).await, before);
}
