//! Each outcome, and what becomes of the idea and its promise.

use rstest::rstest;

use super::*;
use crate::support::panel::Panel;

#[rstest]
#[tokio::test]
async fn an_idea_on_hold_waits_for_its_day_and_so_does_its_promise(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    panel.app.days_pass(30);

    let more = json!({
        "revisitAt": day(100), "wouldReconsiderIf": "A budget.", "expectation": "It can wait.",
        "wrongWhen": "Somebody leaves over it.", "reviewAt": day(60),
    });
    let held = panel.lead.decides(&bees, "HOLD", more).await;

    assert_eq!(
        held,
        json!({
            "kind": "HELD", "reason": "Because.", "decidedBy": {"name": "Lea"}, "handedTo": null,
            "rankThen": 1, "scoreThen": 50.0, "isOverride": true, "revisitAt": day(100),
            "expectation": "It can wait.", "wrongWhen": "Somebody leaves over it.",
            "reviewAt": day(60), "wouldReconsiderIf": "A budget.",
        })
    );
    let fields = "state rank waitingFor { party dueAt isOverdue sentence }";
    assert_eq!(
        panel.author.sees(&bees, fields).await,
        json!({
            "state": "ON_HOLD", "rank": null,
            "waitingFor": {
                "party": "CALENDAR", "dueAt": day(100), "isOverdue": false,
                "sentence": "Waiting for the day that was named to come, by 10 June 2026.",
            },
        })
    );

    panel.app.days_pass(10);
    let reopened = panel.lead.decides(&bees, "REOPEN", json!({})).await;

    assert_eq!(reopened["kind"], "REOPENED");
    assert_eq!(
        (&reopened["rankThen"], &reopened["scoreThen"]),
        (&json!(null), &json!(50.0))
    );
    let seen = panel.author.sees(&bees, fields).await;
    assert_eq!(
        (&seen["state"], &seen["rank"]),
        (&json!("BACKLOG"), &json!(1))
    );
    // Of 90 days 30 had passed, and the ten on hold do not count.
    let due = seen["waitingFor"]["dueAt"].as_str().unwrap();
    assert!(due.starts_with(&day(100)[..10]), "{due}");
}

#[rstest]
#[tokio::test]
async fn declined_ideas_come_back_to_the_state_they_left(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let asked = author.submit("Asked").await;
    let ask = json!({"ideaId": asked.id, "outcome": "NEEDS_INFO", "reason": "Who?"});
    lead.act("screenIdea", ask, "idea { id }").await.ok();
    let open = panel.idea("Open").await;
    let ranked = panel.rated("Ranked", &[[3; 6]; 3]).await;
    let held = panel.rated("Held", &[[3; 6]; 3]).await;
    lead.decides(&held, "HOLD", json!({"revisitAt": day(9)}))
        .await;

    for (idea, back) in [
        (&asked, "SUBMITTED"),
        (&open, "IN_ASSESSMENT"),
        (&ranked, "BACKLOG"),
        (&held, "BACKLOG"),
    ] {
        let reason = json!({"reason": "Not ours.", "wouldReconsiderIf": "We had bees."});
        let declined = lead.decides(idea, "DECLINE", reason).await;
        assert_eq!(declined["kind"], "DECLINED");
        assert_eq!(declined["wouldReconsiderIf"], "We had bees.");
        assert_eq!(author.state(idea).await, "DECLINED");
        let steps = author
            .sees(idea, "nextSteps { to outcome closedReason }")
            .await;
        assert_eq!(
            steps["nextSteps"],
            json!([
                {"to": back, "outcome": "REOPEN", "closedReason": "ROLE_NEEDED"},
                {"to": back, "outcome": "UPHELD", "closedReason": "ROLE_NEEDED"},
            ])
        );
        lead.decides(idea, "REOPEN", json!({"reason": "We were wrong."}))
            .await;
        assert_eq!(author.state(idea).await, back);
        // A lesson is why it was declined, whatever was decided since.
        lead.decide(idea, "DECLINE", json!({"reason": "Not ours at all."}))
            .await;
    }
    let similar = panel
        .lead
        .post(
            "{ similarIdeas(title: \"Ranked\") { lesson idea { title } } }",
            json!({}),
        )
        .await;
    let found = similar.at("similarIdeas").as_array().unwrap();
    let ranked = found
        .iter()
        .find(|it| it["idea"]["title"] == "Ranked")
        .unwrap();
    assert_eq!(ranked["lesson"], "Not ours at all.");
}

#[rstest]
#[tokio::test]
async fn an_adopted_idea_is_told_of_to_its_end_and_can_begin_again(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    for (kind, state) in [
        ("SHIPPED", "DELIVERED"),
        ("PARTLY", "DELIVERED"),
        ("DROPPED", "ABANDONED"),
    ] {
        let idea = panel.rated(kind, &[[4; 6]; 3]).await;
        let adopt = json!({"handedTo": "Roadmap 2027", "outcomeDueAt": day(200)});
        let adopted = lead.decides(&idea, "ADOPT", adopt).await;
        assert_eq!(
            (
                &adopted["kind"],
                &adopted["handedTo"],
                &adopted["scoreThen"]
            ),
            (&json!("ADOPTED"), &json!("Roadmap 2027"), &json!(70.0))
        );
        let fields = "state outcome { kind } waitingFor { party dueAt }";
        assert_eq!(
            author.sees(&idea, fields).await,
            json!({
                "state": "ADOPTED", "outcome": null,
                "waitingFor": {"party": "STEWARD", "dueAt": day(200)},
            })
        );

        let recorded = lead.record(&idea, kind).await;

        assert_eq!(recorded.at("recordOutcome.idea.state"), state);
        assert_eq!(
            recorded.at("recordOutcome.decision.kind"),
            "OUTCOME_RECORDED"
        );
        let seen = author
            .sees(&idea, "outcome { kind measured recordedBy { name } } activity(last: 2) { nodes { kind sentence reason } }")
            .await;
        assert_eq!(
            seen["outcome"],
            json!({"kind": kind, "measured": "Nobody queues.", "recordedBy": {"name": "Lea"}})
        );
        let told = match kind {
            "SHIPPED" => "Lea told that it shipped.",
            "PARTLY" => "Lea told that a part of it shipped.",
            _ => "Lea told that it was dropped.",
        };
        assert_eq!(
            seen["activity"]["nodes"],
            json!([
                {"kind": "DECIDED", "sentence": "Lea adopted it.", "reason": "Because."},
                {"kind": "OUTCOME_RECORDED", "sentence": told, "reason": "Nobody queues."},
            ])
        );
        if state == "ABANDONED" {
            lead.decides(&idea, "REOPEN", json!({})).await;
            let seen = author.sees(&idea, "state rank outcome { kind }").await;
            assert_eq!(
                seen,
                json!({"state": "BACKLOG", "rank": 1, "outcome": {"kind": "DROPPED"}})
            );
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_quorum_can_be_waived_where_somebody_has_rated(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let bees = panel.idea("Bees").await;
    let refused = panel.lead.decide(&bees, "WAIVE_QUORUM", json!({})).await;
    let error = refused.refused_because("ILLEGAL_STEP", "ASSESSMENTS_MISSING");
    assert_eq!(
        error["extensions"]["legalSteps"],
        json!([
            "confirmCandidate",
            "decideIdea(HOLD)",
            "decideIdea(DECLINE)",
            "mergeIdeas",
            "withdrawIdea",
        ])
    );
    assert_eq!(
        panel.author.sees(&bees, "decisions { kind }").await["decisions"],
        json!([{"kind": "ACCEPTED"}])
    );
    let incomplete = json!([{"criterion": "problem", "level": 3}]);
    panel.assessors[1]
        .try_to_assess(&bees, incomplete, "idea { id }")
        .await
        .ok();
    panel
        .lead
        .decide(&bees, "WAIVE_QUORUM", json!({}))
        .await
        .refused_because("ILLEGAL_STEP", "ASSESSMENTS_MISSING");

    panel.assessors[0].assess(&bees, [4; 6]).await;
    let waived = panel.lead.decides(&bees, "WAIVE_QUORUM", json!({})).await;

    assert_eq!(
        (
            &waived["kind"],
            &waived["isOverride"],
            &waived["rankThen"],
            &waived["scoreThen"]
        ),
        (
            &json!("QUORUM_WAIVED"),
            &json!(true),
            &json!(null),
            &json!(null)
        )
    );
    let seen = panel
        .author
        .sees(&bees, "state rank scorecard { total assessmentCount }")
        .await;
    assert_eq!(
        seen,
        json!({"state": "BACKLOG", "rank": 1, "scorecard": {"total": 70.0, "assessmentCount": 1}})
    );
    // What comes after is no longer blind, and counts.
    panel.assessors[2].assess(&bees, [2; 6]).await;
    let seen = panel
        .author
        .sees(&bees, "state assessments { nodes { wasBlind } }")
        .await;
    assert_eq!(seen["state"], "BACKLOG");
    assert_eq!(
        seen["assessments"]["nodes"],
        json!([{"wasBlind": true}, {"wasBlind": true}, {"wasBlind": false}])
    );
}
