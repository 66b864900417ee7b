//! An assessment is of the text its author read: when the text goes on, it counts all the
//! same and says that it is stale.

use rstest::rstest;
use serde_json::json;

use crate::support::panel::{Panel, ratings};
use crate::support::{Store, Store::*};

#[rstest]
#[tokio::test]
async fn a_new_text_makes_assessments_stale_and_nothing_else_does(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[1; 6], [3; 6], [5; 6]]).await;
    let edit = async |change: serde_json::Value| {
        let mut input = change;
        input["ideaId"] = json!(idea.id);
        panel
            .author
            .act("updateIdea", input, "idea { id }")
            .await
            .ok();
        let fields = "revision scorecard { total staleCount assessmentCount }
            assessments { nodes { isStale } }";
        let seen = panel.author.sees(&idea, fields).await;
        let nodes = seen["assessments"]["nodes"].as_array().unwrap();
        let stale: Vec<_> = nodes.iter().map(|node| node["isStale"] == true).collect();
        (seen["revision"].clone(), seen["scorecard"].clone(), stale)
    };
    let card = |stale: u8| json!({"total": 50.0, "staleCount": stale, "assessmentCount": 3});

    let tagged = edit(json!({"tags": ["reception"]})).await;
    assert_eq!(tagged, (json!(2), card(0), vec![false; 3]));
    let written = edit(json!({"title": "Badge printer"})).await;
    assert_eq!(written, (json!(3), card(3), vec![true; 3]));
    let tagged = edit(json!({"tags": []})).await;
    assert_eq!(tagged, (json!(4), card(3), vec![true; 3]));

    // Whoever reads the new text and hands in again is up to date.
    panel.assessors[1].assess(&idea, [3; 6]).await;
    let nothing = edit(json!({})).await;
    assert_eq!(nothing, (json!(4), card(2), vec![true, false, true]));
}

#[rstest]
#[tokio::test]
async fn an_assessment_of_an_older_text_counts_and_is_stale_from_the_start(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let new = json!({"ideaId": idea.id, "title": "Badge printer"});
    panel
        .author
        .act("updateIdea", new, "idea { id }")
        .await
        .ok();
    let read = async |revision: i64| {
        let input = json!({
            "ideaId": idea.id, "ideaRevision": revision, "ratings": ratings([3; 6]),
        });
        panel.assessors[0]
            .act(
                "submitAssessment",
                input,
                "assessment { isStale isCounted ideaRevision }",
            )
            .await
    };

    for unknown in [0, 3, -1] {
        let answer = read(unknown).await;
        let error = answer.refused_because("BAD_USER_INPUT", "UNKNOWN_REVISION");
        let faults = error["extensions"]["faults"].as_array().unwrap();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0]["path"], json!(["input", "ideaRevision"]));
    }
    assert_eq!(
        panel.assessors[0]
            .sees(&idea, "viewerAssessment { id }")
            .await,
        json!({"viewerAssessment": null})
    );
    for (revision, is_stale) in [(1, true), (2, false)] {
        assert_eq!(
            read(revision).await.at("submitAssessment.assessment"),
            &json!({"isStale": is_stale, "isCounted": true, "ideaRevision": revision})
        );
    }
}

#[rstest]
#[tokio::test]
async fn an_assessor_says_that_a_judgement_stands_for_the_new_text(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[3; 6]; 3]).await;
    let assessor = &panel.assessors[0];
    let new = json!({"ideaId": idea.id, "problem": "It costs us two hours."});
    panel
        .author
        .act("updateIdea", new, "idea { id }")
        .await
        .ok();
    let told =
        "viewerAssessment { id isStale ideaRevision wasBlind } scorecard { staleCount total }";
    let before = assessor.sees(&idea, told).await;
    assert_eq!(before["viewerAssessment"]["isStale"], true);
    assert_eq!(before["scorecard"]["staleCount"], 3);
    let input = json!({"assessmentId": before["viewerAssessment"]["id"]});
    let reaffirm = async |person: &crate::support::people::Person| {
        let fields = "assessment { isStale ideaRevision } idea { state }";
        person
            .act("reaffirmAssessment", input.clone(), fields)
            .await
    };

    let not = reaffirm(&panel.assessors[1]).await;
    not.refused_because("FORBIDDEN", "NOT_AUTHOR");
    let done = reaffirm(assessor).await;

    let fresh = json!({
        "assessment": {"isStale": false, "ideaRevision": 2}, "idea": {"state": "BACKLOG"},
    });
    assert_eq!(done.at("reaffirmAssessment"), &fresh);
    let after = assessor.sees(&idea, told).await;
    assert_eq!(after["scorecard"], json!({"staleCount": 2, "total": 50.0}));
    assert_eq!(after["viewerAssessment"]["wasBlind"], true);
    // Once more changes nothing.
    let count = "activity { totalCount nodes { kind sentence } }";
    let seen = assessor.sees(&idea, count).await;
    reaffirm(assessor).await.ok();
    assert_eq!(assessor.sees(&idea, count).await, seen);
    let last = seen["activity"]["nodes"]
        .as_array()
        .unwrap()
        .last()
        .unwrap();
    assert_eq!(
        last["sentence"],
        "Assessor1 said that an assessment stands for the new text."
    );
    crate::verify::fits(&panel.app);
}
