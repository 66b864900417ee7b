//! What cannot be decided, and that nothing changes then.

use rstest::rstest;

use super::*;
use crate::support::panel::Panel;

/// Everything of an idea that a decision could change.
const ALL: &str = "state stateSince updatedAt revision rank waitingFor { dueAt }
    decisions { kind } activity { totalCount }";

#[rstest]
#[tokio::test]
async fn an_illegal_step_names_the_legal_ones_and_changes_nothing(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let hold = json!({"revisitAt": day(50)});
    let adopt = json!({"handedTo": "Roadmap"});
    let submitted = author.submit("Submitted").await;
    let asked = author.submit("Asked").await;
    let ask = json!({"ideaId": asked.id, "outcome": "NEEDS_INFO", "reason": "Who?"});
    lead.act("screenIdea", ask, "idea { id }").await.ok();
    let open = panel.idea("Open").await;
    let ranked = panel.rated("Ranked", &[[3; 6]; 3]).await;
    let held = panel.rated("Held", &[[3; 6]; 3]).await;
    lead.decides(&held, "HOLD", hold.clone()).await;
    let declined = panel.rated("Declined", &[[3; 6]; 3]).await;
    lead.decides(&declined, "DECLINE", json!({})).await;
    let adopted = panel.rated("Adopted", &[[3; 6]; 3]).await;
    lead.decides(&adopted, "ADOPT", adopt.clone()).await;
    let delivered = panel.rated("Delivered", &[[3; 6]; 3]).await;
    lead.decides(&delivered, "ADOPT", adopt.clone()).await;
    lead.record(&delivered, "SHIPPED").await.ok();

    let mut refused = 0;
    for (idea, can) in [
        (&submitted, &["HOLD"] as &[&str]),
        (&asked, &["DECLINE"]),
        (&open, &["HOLD", "DECLINE", "WAIVE_QUORUM"]),
        (&ranked, &["HOLD", "DECLINE", "ADOPT"]),
        (&held, &["DECLINE", "REOPEN"]),
        (&declined, &["REOPEN"]),
        (&adopted, &["SHIPPED", "PARTLY", "DROPPED"]),
        (&delivered, &[]),
    ] {
        let before = author.sees(idea, ALL).await;
        let steps = lead.sees(idea, "nextSteps { mutation outcome }").await;
        let legal: Vec<String> = steps["nextSteps"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|step| {
                let mutation = step["mutation"].as_str()?;
                Some(match step["outcome"].as_str() {
                    Some(outcome) => format!("{mutation}({outcome})"),
                    None => mutation.to_owned(),
                })
            })
            .collect();
        for outcome in [
            "HOLD",
            "DECLINE",
            "REOPEN",
            "ADOPT",
            "WAIVE_QUORUM",
            "SHIPPED",
            "PARTLY",
            "DROPPED",
        ] {
            let is_outcome = matches!(outcome, "SHIPPED" | "PARTLY" | "DROPPED");
            let mutation = if is_outcome {
                "recordOutcome"
            } else {
                "decideIdea"
            };
            assert_eq!(
                legal.contains(&format!("{mutation}({outcome})")),
                can.contains(&outcome),
                "{outcome}"
            );
            if can.contains(&outcome) {
                continue;
            }
            let answer = match outcome {
                _ if is_outcome => lead.record(idea, outcome).await,
                "HOLD" => lead.decide(idea, outcome, hold.clone()).await,
                "ADOPT" => lead.decide(idea, outcome, adopt.clone()).await,
                _ => lead.decide(idea, outcome, json!({})).await,
            };
            let error = answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
            assert_eq!(error["extensions"]["legalSteps"], json!(legal), "{outcome}");
            refused += 1;
        }
        assert_eq!(author.sees(idea, ALL).await, before);
    }
    assert!(refused > 40, "{refused}");
}

#[rstest]
#[tokio::test]
async fn all_that_is_wrong_is_told_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    let before = panel.author.sees(&bees, ALL).await;
    let long = "x".repeat(10_001);
    for (outcome, more, expected) in [
        (
            "HOLD",
            json!({"reason": " "}),
            json!([
                ["reason", "REASON_MISSING"],
                ["revisitAt", "REVISIT_MISSING"]
            ]),
        ),
        (
            "HOLD",
            json!({"revisitAt": day(-1)}),
            json!([["revisitAt", "REVISIT_IN_THE_PAST"]]),
        ),
        (
            "HOLD",
            json!({"revisitAt": day(9), "handedTo": "Us", "outcomeDueAt": day(9)}),
            json!([
                ["handedTo", "ONLY_WITH_ADOPT"],
                ["outcomeDueAt", "ONLY_WITH_ADOPT"],
            ]),
        ),
        (
            "DECLINE",
            json!({"reason": "", "expectation": long, "wrongWhen": "a\u{0}b", "revisitAt": day(9)}),
            json!([
                ["reason", "REASON_MISSING"],
                ["expectation", "TEXT_TOO_LONG"],
                ["wrongWhen", "CONTROL_CHARACTERS"],
                ["revisitAt", "ONLY_WITH_HOLD"],
            ]),
        ),
        (
            "ADOPT",
            json!({"outcomeDueAt": day(-9), "reviewAt": day(-9)}),
            json!([
                ["handedTo", "HANDED_TO_MISSING"],
                ["outcomeDueAt", "DUE_IN_THE_PAST"],
                ["reviewAt", "REVIEW_IN_THE_PAST"],
            ]),
        ),
        (
            "ADOPT",
            json!({"handedTo": "Us", "wouldReconsiderIf": "No."}),
            json!([["wouldReconsiderIf", "ONLY_WITH_HOLD_OR_DECLINE"],]),
        ),
    ] {
        let answer = panel.lead.decide(&bees, outcome, more).await;
        let error = answer.refused("BAD_USER_INPUT");
        let faults: Vec<Value> = error["extensions"]["faults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| {
                assert_eq!(fault["path"][0], "input");
                json!([fault["path"][1], fault["reason"]])
            })
            .collect();
        assert_eq!(json!(faults), expected);
    }
    let stale = panel
        .lead
        .decide(&bees, "DECLINE", json!({"expectedRevision": 7}))
        .await;
    stale.refused_because("CONFLICT", "STALE_REVISION");
    assert_eq!(panel.author.sees(&bees, ALL).await, before);
    let blank = json!({"ideaId": bees.id, "kind": "SHIPPED", "measured": "\u{200B}"});
    let blank = panel.lead.act("recordOutcome", blank, "idea { id }").await;
    blank.refused_because("BAD_USER_INPUT", "MEASURED_MISSING");
}

#[rstest]
#[tokio::test]
async fn a_retried_decision_is_taken_once_also_after_its_day(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    let hold = json!({"revisitAt": day(0).replace("09:00", "12:00"), "idempotencyKey": "hold"});
    let first = panel.lead.decides(&bees, "HOLD", hold.clone()).await;
    panel
        .app
        .clock()
        .advance(std::time::Duration::from_secs(5 * 60 * 60));

    assert_eq!(panel.lead.decides(&bees, "HOLD", hold).await, first);
    let seen = panel.author.sees(&bees, "decisions { kind }").await;
    assert_eq!(seen["decisions"].as_array().unwrap().len(), 2);
}

#[rstest]
#[tokio::test]
async fn nobody_decides_about_an_own_idea_and_no_decision_tells_who_wrote_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, zoe) = (&panel.lead, panel.app.person("Zoe", &["LEAD"]).await);
    let wasps = zoe
        .submit_with("Wasps", json!({"authorship": "ANONYMOUS"}))
        .await;
    lead.accept(&wasps).await;

    let refused = zoe.decide(&wasps, "DECLINE", json!({})).await;
    refused.refused_because("FORBIDDEN", "OWN_IDEA");
    assert_eq!(lead.state(&wasps).await, "IN_ASSESSMENT");
    lead.decides(&wasps, "DECLINE", json!({})).await;

    let fields = "author { name } viewerCan decisions { kind decidedBy { name } }
        activity(last: 1) { nodes { actor { name } sentence } }";
    let seen = panel.author.sees(&wasps, fields).await;
    assert_eq!(seen["author"], json!(null));
    assert_eq!(
        seen["decisions"][1],
        json!({"kind": "DECLINED", "decidedBy": {"name": "Lea"}})
    );
    assert_eq!(
        seen["activity"]["nodes"][0],
        json!({"actor": {"name": "Lea"}, "sentence": "Lea declined it."})
    );
    for (person, can) in [(lead, true), (&zoe, false), (&panel.author, false)] {
        let actions = person.sees(&wasps, "viewerCan").await;
        let decides = actions["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("DECIDE"));
        assert_eq!(decides, can, "{}", person.name);
    }
}
