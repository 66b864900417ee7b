//! What was put off comes back on its day to where it was, with what was left of its promise.

use rstest::rstest;

use super::*;

const STANDS: &str = "state rank waitingFor { party dueAt isOverdue }";

#[rstest]
#[tokio::test]
async fn an_idea_comes_back_on_its_day_and_not_before(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (app, lead, ann) = (&panel.app, &panel.lead, &panel.author);
    let cy = app.member("Cy").await;
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    let promised = ann.sees(&bees, STANDS).await["waitingFor"]["dueAt"].clone();
    cy.act("followIdea", json!({"ideaId": bees.id}), "idea { id }")
        .await
        .ok();
    lead.holds(&bees, 10).await;
    let held = app.clock().now();
    let steps = "nextSteps { to by mutation outcome isOpen closedReason closedBecause }";
    assert_eq!(
        ann.sees(&bees, steps).await["nextSteps"][1],
        json!({
            "to": "BACKLOG", "by": ["CALENDAR"], "mutation": null, "outcome": null,
            "isOpen": false, "closedReason": null, "closedBecause": "This happens by itself.",
        })
    );

    app.days_pass(9);
    app.calendar_turns().await;
    assert_eq!(ann.stands_in(&bees).await, "ON_HOLD");
    app.days_pass(1);
    // Its moment has come, and nobody is late for it.
    assert_eq!(
        ann.sees(&bees, "waitingFor { party isOverdue sentence }")
            .await["waitingFor"],
        json!({
            "party": "CALENDAR", "isOverdue": false,
            "sentence": "Waiting for the day that was named to come, by 12 March 2026.",
        })
    );
    let overdue = "{ ideas(filter: {isOverdue: true}) { totalCount } }";
    let found = ann.post(overdue, json!({})).await;
    assert_eq!(found.at("ideas.totalCount"), &json!(0));
    app.calendar_turns().await;

    let seen = ann.sees(&bees, STANDS).await;
    assert_eq!(
        (&seen["state"], &seen["rank"], &seen["waitingFor"]["party"]),
        (&json!("BACKLOG"), &json!(1), &json!("STEWARD"))
    );
    // The promise waited as long as the idea did, to the millisecond of a request.
    let back = ann.sees(&bees, "stateSince").await["stateSince"].clone();
    let due = seen["waitingFor"]["dueAt"].as_str().unwrap();
    assert!(back.as_str().unwrap().starts_with(&day(10)[..10]), "{back}");
    assert!(held > OPENING && due > promised.as_str().unwrap(), "{due}");
    assert_eq!(due[..10], day(100)[..10]);
    assert_eq!(
        ann.moves(&bees).await.last().unwrap(),
        &json!({
            "kind": "STATE_CHANGED", "actor": null,
            "sentence": "The day it was put off to has come: it is in BACKLOG again.",
        })
    );
    let told = json!([
        "STATE_CHANGED",
        "#1 “Bees” is back: the day it was put off to has come."
    ]);
    for person in [ann, lead, &cy] {
        assert_eq!(
            person.told_of(&["STATE_CHANGED"]).await,
            std::slice::from_ref(&told)
        );
    }
    // The next day has nothing for it.
    app.days_pass(1);
    app.calendar_turns().await;
    assert_eq!(ann.moves(&bees).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn what_came_due_while_the_server_was_off_comes_back_at_its_start(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    let (submitted, assessed) = (ann.submit("Submitted").await, panel.idea("Assessed").await);
    let declined = panel.idea("Declined").await;
    for idea in [&submitted, &assessed, &declined] {
        lead.holds(idea, 3).await;
    }
    let decline = json!({"ideaId": declined.id, "outcome": "DECLINE", "reason": "Not ours."});
    lead.act("decideIdea", decline, "idea { id }").await.ok();

    panel.app.days_pass(40);
    panel.app.another().await.calendar_turns().await;

    for (idea, state, days) in [
        (&submitted, "SUBMITTED", 47),
        (&assessed, "IN_ASSESSMENT", 61),
    ] {
        let seen = ann.sees(idea, STANDS).await;
        assert_eq!(
            (&seen["state"], &seen["waitingFor"]["isOverdue"]),
            (&json!(state), &json!(false))
        );
        // The time it was away for too long is nobody's fault.
        let due = seen["waitingFor"]["dueAt"].as_str().unwrap();
        assert_eq!(due[..10], day(days)[..10]);
    }
    assert_eq!(ann.stands_in(&declined).await, "DECLINED");
}

#[rstest]
#[tokio::test]
async fn what_was_late_before_it_was_put_off_is_late_again(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let bees = panel.author.submit("Bees").await;
    panel.app.days_pass(8);
    panel.lead.holds(&bees, 10).await;
    panel.app.days_pass(2);

    panel.app.calendar_turns().await;

    let seen = panel.author.sees(&bees, STANDS).await;
    assert_eq!(
        (&seen["state"], &seen["waitingFor"]["isOverdue"]),
        (&json!("SUBMITTED"), &json!(true))
    );
    // It never falls due in the past.
    let due = seen["waitingFor"]["dueAt"].as_str().unwrap();
    assert_eq!(due[..10], day(10)[..10]);
}
