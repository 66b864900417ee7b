//! A conflict of interest beats every role: whoever declares one judges the idea no more.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::panel::{Panel, ratings};
use crate::support::{Store, Store::*};

const STANDS: &str = "state scorecard { total assessmentCount } assessmentProgress { submitted }
    assignments { isRecused }";

#[rstest]
#[tokio::test]
async fn the_assessment_of_whoever_declares_one_counts_no_more_until_it_is_taken_back(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[1; 6], [3; 6], [5; 6]]).await;
    let (lead, severe) = (&panel.lead, &panel.assessors[0]);
    lead.assign(&idea, &[severe]).await;
    let standing = |total: f64, count: u8, is_recused: bool| {
        json!({
            "state": "BACKLOG", "scorecard": {"total": total, "assessmentCount": count},
            "assessmentProgress": {"submitted": count},
            "assignments": [{"isRecused": is_recused}],
        })
    };
    assert_eq!(lead.sees(&idea, STANDS).await, standing(50.0, 3, false));

    let note = json!({"note": "We share a desk."});
    let answer = severe.declare(&idea, note.clone()).await;

    let told = json!({"idea": {"state": "BACKLOG", "viewerConflict": "TEAMMATE"}});
    assert_eq!(answer.at("declareConflict"), &told);
    assert_eq!(lead.sees(&idea, STANDS).await, standing(70.0, 2, true));
    let own = "viewerConflict viewerRelation viewerCan viewerAssessment { isCounted }";
    assert_eq!(
        severe.sees(&idea, own).await,
        json!({
            "viewerConflict": "TEAMMATE", "viewerRelation": ["ASSIGNED", "ASSESSED", "CONFLICTED"],
            "viewerCan": ["COMMENT", "SUPPORT", "FOLLOW"],
            "viewerAssessment": {"isCounted": false},
        })
    );
    let again = severe.try_to_assess(&idea, ratings([5; 6]), "idea { id }");
    again
        .await
        .refused_because("FORBIDDEN", "CONFLICT_OF_INTEREST");
    let found = severe
        .post(
            "{ ideas(filter: {viewer: [CONFLICTED]}) { totalCount } }",
            json!({}),
        )
        .await;
    assert_eq!(found.at("ideas.totalCount"), &json!(1));

    // The same once more changes nothing; who it is, and why, leads and they themselves know.
    severe.declare(&idea, note).await.ok();
    let last = "activity { nodes { kind sentence reason actor { name } } }";
    for (person, name, reason) in [
        (lead, "Assessor1", json!("We share a desk.")),
        (severe, "Assessor1", json!("We share a desk.")),
        (&panel.author, "Somebody", Value::Null),
        (&panel.assessors[1], "Somebody", Value::Null),
    ] {
        let told = person.sees(&idea, last).await;
        let nodes = told["activity"]["nodes"].as_array().unwrap().iter();
        let declared: Vec<&Value> = nodes
            .filter(|it| it["kind"] == "CONFLICT_DECLARED")
            .collect();
        assert_eq!(declared.len(), 1);
        let sentence = format!("{name} declared a conflict of interest.");
        assert_eq!(declared[0]["sentence"], sentence);
        assert_eq!(declared[0]["reason"], reason);
    }

    severe.take_conflict_back(&idea).await.ok();

    assert_eq!(lead.sees(&idea, STANDS).await, standing(50.0, 3, false));
    assert_eq!(
        severe.sees(&idea, "viewerConflict").await["viewerConflict"],
        Value::Null
    );
    // Where there is nothing to take back, nothing changes.
    let count = lead.sees(&idea, "activity { totalCount }").await;
    severe.take_conflict_back(&idea).await.ok();
    assert_eq!(lead.sees(&idea, "activity { totalCount }").await, count);
    super::super::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn recusing_the_one_who_is_awaited_publishes_the_score(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    panel.lead.assign(&idea, &[&panel.assessors[3]]).await;
    panel.rate(&idea, &[[3; 6]; 3]).await;
    assert_eq!(
        panel.lead.sees(&idea, "state").await["state"],
        "IN_ASSESSMENT"
    );

    let answer = panel.assessors[3].declare(&idea, json!({})).await;

    assert_eq!(answer.text("declareConflict.idea.state"), "BACKLOG");
    super::super::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn no_role_helps_against_a_declared_conflict(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let admin = panel
        .app
        .person("Ada", &["ADMIN", "LEAD", "ASSESSOR"])
        .await;
    let idea = panel.idea("Badges").await;
    admin.declare(&idea, json!({"kind": "SPONSOR"})).await.ok();
    let before = panel
        .lead
        .sees(&idea, "state activity { totalCount }")
        .await;
    let on = |more: Value| {
        let mut input = json!({"ideaId": idea.id});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        input
    };

    for (mutation, more) in [
        ("screenIdea", json!({"outcome": "DECLINE", "reason": "No."})),
        ("decideIdea", json!({"outcome": "DECLINE", "reason": "No."})),
        (
            "assignAssessors",
            json!({"assessorIds": [panel.assessors[0].id]}),
        ),
        (
            "setSteward",
            json!({"memberId": panel.lead.id, "reason": "Yours."}),
        ),
        ("submitAssessment", json!({"ratings": ratings([5; 6])})),
        (
            "addComment",
            json!({"body": "Take it.", "audience": "REVIEWERS"}),
        ),
    ] {
        let answer = admin.act(mutation, on(more), "__typename").await;
        answer.refused_because("FORBIDDEN", "CONFLICT_OF_INTEREST");
    }
    let hand = json!({"memberId": admin.id, "reason": "Yours."});
    let answer = panel.lead.act("setSteward", on(hand), "__typename").await;
    assert_eq!(
        super::faults(&answer),
        json!([[["input", "memberId"], "CONFLICT_OF_INTEREST"]])
    );
    let steps = admin
        .sees(&idea, "nextSteps { mutation closedReason }")
        .await;
    let steps = steps["nextSteps"].as_array().unwrap().iter();
    for step in steps.filter(|it| it["mutation"] == "decideIdea") {
        assert_eq!(step["closedReason"], "CONFLICT_OF_INTEREST");
    }
    let after = panel
        .lead
        .sees(&idea, "state activity { totalCount }")
        .await;
    assert_eq!(after, before);
    // Those who wrote it have theirs without a word.
    let own = panel.author.sees(&idea, "viewerConflict").await;
    assert_eq!(own, json!({"viewerConflict": "AUTHOR"}));
}

#[rstest]
#[tokio::test]
async fn a_draft_and_a_hidden_idea_take_no_declaration(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let draft = panel
        .author
        .submit_with("Draft", json!({"asDraft": true}))
        .await;
    let answer = panel.author.declare(&draft, json!({})).await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    let hidden = panel
        .author
        .submit_with("Secret", json!({"visibility": "CONFIDENTIAL"}))
        .await;
    let answer = panel.assessors[0].declare(&hidden, json!({})).await;
    answer.refused("NOT_FOUND");
    let input = json!({"ideaId": hidden.id, "reason": ""});
    let answer = panel.author.act("withdrawConflict", input, "idea { id }");
    assert_eq!(
        super::faults(&answer.await),
        json!([[["input", "reason"], "REASON_MISSING"]])
    );
}
