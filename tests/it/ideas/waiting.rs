//! Nobody is left wondering: who owes the next step and by when, and which steps there are.

use rstest::rstest;

use super::*;

const WAITING: &str = "waitingFor { party members { name } dueAt isOverdue sentence }";

/// When the present promise of an idea falls due.
async fn due(person: &Person, idea: &Idea) -> Value {
    person.sees(idea, WAITING).await["waitingFor"]["dueAt"].clone()
}

#[rstest]
#[tokio::test]
async fn every_state_says_who_owes_the_next_step_and_by_when(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let asked = ann.submit("Asked").await;
    let ranked = ann.submit("Ranked").await;
    let declined = ann.submit("Declined").await;
    let waiting = async |idea: &Idea| ann.sees(idea, WAITING).await["waitingFor"].clone();
    let at = |days: i64| instant(app.clock().now() + days * DAY * SECOND);

    let submitted = at(7);
    assert_eq!(
        waiting(&declined).await,
        json!({
            "party": "LEAD", "members": [], "dueAt": submitted, "isOverdue": false,
            "sentence": "Waiting for the leads to screen it, by 9 March 2026.",
        })
    );
    lead.screen(&asked, "NEEDS_INFO", json!({})).await.ok();
    let until = at(30);
    assert_eq!(
        waiting(&asked).await,
        json!({
            "party": "AUTHOR", "members": [{"name": "Ann"}], "dueAt": until, "isOverdue": false,
            "sentence": "Waiting for Ann to answer a question, by 1 April 2026.",
        })
    );
    lead.screen(&ranked, "ACCEPT", json!({})).await.ok();
    let until = at(21);
    assert_eq!(
        waiting(&ranked).await,
        json!({
            "party": "ASSESSORS", "members": [{"name": "Lea"}], "dueAt": until,
            "isOverdue": false,
            "sentence": "Waiting for the assessors to assess it, by 23 March 2026; \
                         Lea sees to it.",
        })
    );
    let another = ann.submit("Another").await;
    into_backlog(&app, &lead, &another).await;
    let seen = waiting(&another).await;
    assert_eq!(
        (&seen["party"], &seen["members"], &seen["sentence"]),
        (
            &json!("STEWARD"),
            &json!([{"name": "Lea"}]),
            &json!("Waiting for Lea to look at it again, by 31 May 2026.")
        )
    );
    lead.screen(&declined, "DECLINE", json!({})).await.ok();
    ann.on(&asked, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();
    let end = |sentence: &str| {
        json!({
            "party": "NOBODY", "members": [], "dueAt": null, "isOverdue": false,
            "sentence": format!("Nobody owes a next step: {sentence}"),
        })
    };
    assert_eq!(
        [waiting(&declined).await, waiting(&asked).await],
        [
            end("it was declined, and why stands in its decisions."),
            end("its author took it back."),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn a_promise_that_passed_is_overdue(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let overdue = "filter: {isOverdue: true}";
    assert_eq!(ann.titles(overdue).await, Vec::<String>::new());

    app.days_pass(7);

    let seen = ann.sees(&bees, "waitingFor { isOverdue sentence }").await;
    let sentence = "Waiting for the leads to screen it, overdue since 9 March 2026.";
    assert_eq!(
        seen,
        json!({"waitingFor": {"isOverdue": true, "sentence": sentence}})
    );
    assert_eq!(ann.titles(overdue).await, ["Bees"]);
}

#[rstest]
#[tokio::test]
async fn while_a_question_is_open_the_leads_promise_waits(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;
    let promised = app.clock().now() + 7 * DAY * SECOND;
    let answer = json!({"answer": "Seven."});

    app.days_pass(3);
    lead.screen(&bees, "NEEDS_INFO", json!({})).await.ok();
    let left = promised - app.clock().now();
    assert_eq!(
        due(&ann, &bees).await,
        instant(app.clock().now() - 1_000 + 30 * DAY * SECOND)
    );
    app.days_pass(20);
    ann.on(&bees, "answerQuestion", answer.clone(), "idea { id }")
        .await
        .ok();
    let promised = app.clock().now() + left;
    assert_eq!(due(&ann, &bees).await, instant(promised));

    // Once more round: the time that was left goes on running down, and no further.
    app.days_pass(1);
    lead.screen(&bees, "NEEDS_INFO", json!({})).await.ok();
    let left = promised - app.clock().now();
    app.days_pass(1);
    ann.on(&bees, "answerQuestion", answer.clone(), "idea { id }")
        .await
        .ok();
    let promised = app.clock().now() + left;
    assert_eq!(due(&ann, &bees).await, instant(promised));

    app.days_pass(5);
    lead.screen(&bees, "NEEDS_INFO", json!({})).await.ok();
    app.days_pass(1);
    ann.on(&bees, "answerQuestion", answer, "idea { id }")
        .await
        .ok();
    let answered = app.clock().now();
    assert_eq!(due(&ann, &bees).await, instant(answered));
}

#[rstest]
#[tokio::test]
async fn next_steps_are_open_or_say_why_not(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.person("Ann", &["LEAD"]).await;
    let (bob, lead) = (app.member("Bob").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;
    let fields = "nextSteps { to by mutation outcome isOpen closedReason closedBecause }";
    let step = |to: &str, by: &str, call: [Option<&str>; 2], closed: Option<[&str; 2]>| {
        json!({
            "to": to, "by": [by], "mutation": call[0], "outcome": call[1],
            "isOpen": closed.is_none(), "closedReason": closed.map(|it| it[0]),
            "closedBecause": closed.map(|it| it[1]),
        })
    };
    let by_itself = |to: &str, by: &str| {
        let mut step = step(to, by, [None, None], Some(["", "This happens by itself."]));
        step["closedReason"] = Value::Null;
        step
    };
    let decide = |to: &str, outcome: &str, closed: Option<[&str; 2]>| {
        step(to, "LEAD", [Some("decideIdea"), Some(outcome)], closed)
    };
    let merge =
        |closed: Option<[&str; 2]>| step("MERGED", "LEAD", [Some("mergeIdeas"), None], closed);
    let role = Some(["ROLE_NEEDED", "This needs the role LEAD."]);
    let confirm = || {
        let needed = Some(["ROLE_NEEDED", "This needs the role ORGANIZER."]);
        let call = [Some("confirmCandidate"), None];
        step("HACKATHON_CANDIDATE", "ORGANIZER", call, needed)
    };
    let own = Some(["OWN_IDEA", "Nobody judges their own idea."]);
    let foreign = Some(["NOT_AUTHOR", "Only those who wrote the idea may do this."]);

    for (person, screens, withdraws) in [
        (&ann, own, None),
        (&bob, role, foreign),
        (&lead, None, foreign),
    ] {
        let screen = |to: &str, outcome: &str| {
            step(to, "LEAD", [Some("screenIdea"), Some(outcome)], screens)
        };
        assert_eq!(
            person.sees(&bees, fields).await["nextSteps"],
            json!([
                screen("IN_ASSESSMENT", "ACCEPT"),
                screen("NEEDS_INFO", "NEEDS_INFO"),
                screen("DECLINED", "DECLINE"),
                confirm(),
                decide("ON_HOLD", "HOLD", screens),
                merge(screens),
                step(
                    "WITHDRAWN",
                    "AUTHOR",
                    [Some("withdrawIdea"), None],
                    withdraws
                ),
            ])
        );
    }
    lead.screen(&bees, "NEEDS_INFO", json!({})).await.ok();
    assert_eq!(
        bob.sees(&bees, fields).await["nextSteps"],
        json!([
            step(
                "SUBMITTED",
                "AUTHOR",
                [Some("answerQuestion"), None],
                foreign
            ),
            by_itself("SUBMITTED", "CALENDAR"),
            decide("DECLINED", "DECLINE", role),
            merge(role),
            step("WITHDRAWN", "AUTHOR", [Some("withdrawIdea"), None], foreign),
        ])
    );
    let wasps = ann.submit("Wasps").await;
    lead.accept(&wasps).await;
    assert_eq!(
        ann.sees(&wasps, fields).await["nextSteps"],
        json!([
            by_itself("BACKLOG", "ASSESSORS"),
            decide("BACKLOG", "WAIVE_QUORUM", own),
            confirm(),
            decide("ON_HOLD", "HOLD", own),
            decide("DECLINED", "DECLINE", own),
            merge(own),
            step("WITHDRAWN", "AUTHOR", [Some("withdrawIdea"), None], None),
        ])
    );
    ann.on(&wasps, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();
    assert_eq!(ann.sees(&wasps, fields).await, json!({"nextSteps": []}));
}
