//! Taking an assessment back: it counts no more. A ranked idea stays ranked while one
//! counts, and goes back into assessment with the last.

use rstest::rstest;
use serde_json::json;

use crate::support::panel::{Panel, ratings};
use crate::support::{Store, Store::*};

const STANDING: &str = "state rank scorecard { status total assessmentCount quorum }
    assessmentProgress { submitted } assessments { totalCount }";

#[rstest]
#[tokio::test]
async fn a_ranked_idea_stays_ranked_below_the_quorum_and_leaves_with_the_last_one(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let mut handed_in = Vec::new();
    for (assessor, levels) in panel.assessors.iter().zip([[1; 6], [3; 6], [5; 6]]) {
        handed_in.push(assessor.assess(&idea, levels).await);
    }

    let payload = "assessment { id isCounted } idea { state }";
    for (taken, (total, left)) in [(70.0, 2), (90.0, 1)].into_iter().enumerate() {
        let answer = panel.assessors[taken]
            .take_back(&handed_in[taken], payload)
            .await;
        assert_eq!(
            answer.ok()["withdrawAssessment"],
            json!({
                "assessment": {"id": handed_in[taken], "isCounted": false},
                "idea": {"state": "BACKLOG"},
            })
        );
        assert_eq!(
            panel.author.sees(&idea, STANDING).await,
            json!({
                "state": "BACKLOG", "rank": 1, "assessmentProgress": {"submitted": left},
                "scorecard": {
                    "status": "RANKED", "total": total, "assessmentCount": left, "quorum": 3,
                },
                "assessments": {"totalCount": left},
            })
        );
    }
    let last = panel.assessors[2].take_back(&handed_in[2], payload).await;
    assert_eq!(last.text("withdrawAssessment.idea.state"), "IN_ASSESSMENT");
    let nothing = json!({
        "state": "IN_ASSESSMENT", "rank": null, "assessmentProgress": {"submitted": 0},
        "scorecard": null, "assessments": {"totalCount": 0},
    });
    assert_eq!(panel.author.sees(&idea, STANDING).await, nothing);
    assert_eq!(
        panel.assessors[2]
            .sees(&idea, "viewerAssessment { id } viewerRelation")
            .await,
        json!({"viewerAssessment": null, "viewerRelation": []})
    );

    // From here on it is as blind as at the beginning, and needs the quorum again.
    panel.assessors[0].assess(&idea, [3; 6]).await;
    panel.assessors[1].assess(&idea, [3; 6]).await;
    let hidden = panel.author.sees(&idea, STANDING).await;
    assert_eq!(hidden["scorecard"], json!(null));
    assert_eq!(hidden["assessments"]["totalCount"], 0);
    panel.assessors[2].assess(&idea, [3; 6]).await;
    let again = panel.author.sees(&idea, STANDING).await;
    assert_eq!(
        (&again["state"], &again["rank"]),
        (&json!("BACKLOG"), &json!(1))
    );
}

#[rstest]
#[tokio::test]
async fn only_its_maker_takes_an_assessment_back(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let others = panel.assessors[0].assess(&idea, [3; 6]).await;
    let payload = "idea { state }";

    // What one may not see is not there.
    for person in [&panel.lead, &panel.author, &panel.assessors[1]] {
        let answer = person.take_back(&others, payload).await;
        answer.refused_because("NOT_FOUND", "NOT_FOUND");
    }
    panel.assessors[1].assess(&idea, [3; 6]).await;
    panel.assessors[2].assess(&idea, [3; 6]).await;
    for person in [&panel.lead, &panel.author, &panel.assessors[1]] {
        let answer = person.take_back(&others, payload).await;
        answer.refused_because("FORBIDDEN", "NOT_AUTHOR");
    }
    let seen = panel.author.sees(&idea, STANDING).await;
    assert_eq!(seen["scorecard"]["assessmentCount"], 3);
    let unknown = panel.assessors[0].take_back("assessment_0", payload).await;
    unknown.refused_because("BAD_USER_INPUT", "BAD_ID");
}

#[rstest]
#[tokio::test]
async fn a_reason_is_needed_and_told_to_leads_alone(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[3; 6], [3; 6]]).await;
    let own = panel.assessors[2].assess(&idea, [3; 6]).await;
    let without = json!({"assessmentId": own, "reason": " \n"});

    let refused = panel.assessors[2]
        .act("withdrawAssessment", without, "idea { state }")
        .await;

    let error = refused.refused_because("BAD_USER_INPUT", "REASON_MISSING");
    assert_eq!(
        error["extensions"]["faults"][0]["path"],
        json!(["input", "reason"])
    );
    let fields = "scorecard { assessmentCount }";
    let before = panel.author.sees(&idea, fields).await;
    assert_eq!(before, json!({"scorecard": {"assessmentCount": 3}}));

    panel.assessors[2]
        .take_back(&own, "idea { state }")
        .await
        .ok();
    let last = "activity(last: 2) { nodes { kind reason actor { name } } }";
    let withdrawn = |seen: serde_json::Value| {
        let nodes = seen["activity"]["nodes"].as_array().unwrap().clone();
        nodes
            .into_iter()
            .find(|node| node["kind"] == "ASSESSMENT_WITHDRAWN")
            .unwrap()
    };
    let told = json!({
        "kind": "ASSESSMENT_WITHDRAWN", "reason": "I misread it.",
        "actor": {"name": "Assessor3"},
    });
    let hidden = json!({"kind": "ASSESSMENT_WITHDRAWN", "reason": null, "actor": null});
    assert_eq!(withdrawn(panel.lead.sees(&idea, last).await), told);
    assert_eq!(withdrawn(panel.assessors[2].sees(&idea, last).await), told);
    assert_eq!(withdrawn(panel.author.sees(&idea, last).await), hidden);
}

#[rstest]
#[tokio::test]
async fn once_more_changes_nothing_and_a_settled_idea_keeps_its_assessments(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[3; 6], [3; 6]]).await;
    let own = panel.assessors[2].assess(&idea, [3; 6]).await;
    panel.assessors[2]
        .take_back(&own, "idea { state }")
        .await
        .ok();
    let history = "activity { totalCount } scorecard { assessmentCount }";
    let once = panel.author.sees(&idea, history).await;

    panel.assessors[2]
        .take_back(&own, "idea { state }")
        .await
        .ok();

    assert_eq!(panel.author.sees(&idea, history).await, once);

    // Handed in again it is the same assessment, and counts.
    assert_eq!(panel.assessors[2].assess(&idea, [3; 6]).await, own);
    let input = json!({"ideaId": idea.id});
    panel
        .author
        .act("withdrawIdea", input, "idea { state }")
        .await
        .ok();
    let settled = panel.assessors[2].take_back(&own, "idea { state }").await;
    let error = settled.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    assert_eq!(error["extensions"]["legalSteps"], json!([]));
    let seen = panel
        .author
        .sees(&idea, "state scorecard { assessmentCount }")
        .await;
    assert_eq!(
        seen,
        json!({"state": "WITHDRAWN", "scorecard": {"assessmentCount": 3}})
    );
}

#[rstest]
#[tokio::test]
async fn whoever_rates_after_the_score_was_once_public_is_not_blind(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let mut handed_in = Vec::new();
    for assessor in &panel.assessors[..3] {
        handed_in.push(assessor.assess(&idea, [3; 6]).await);
    }
    for (assessor, id) in panel.assessors.iter().zip(&handed_in) {
        assessor.take_back(id, "idea { state }").await.ok();
    }
    let fields = "assessment { wasBlind } idea { state }";
    let rated = async |idea, rater: usize| {
        let rated = panel.assessors[rater].try_to_assess(idea, ratings([5; 6]), fields);
        rated.await.at("submitAssessment").clone()
    };

    // A newcomer may have read it as well as those who come again.
    for rater in [3, 0] {
        assert_eq!(
            rated(&idea, rater).await,
            json!({"assessment": {"wasBlind": false}, "idea": {"state": "IN_ASSESSMENT"}})
        );
    }
    let fresh = panel.idea("Lamp").await;
    assert_eq!(
        rated(&fresh, 3).await,
        json!({"assessment": {"wasBlind": true}, "idea": {"state": "IN_ASSESSMENT"}})
    );
}
