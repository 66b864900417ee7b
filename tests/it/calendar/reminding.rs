//! Whoever owes a step is reminded a day before and once it is late, each once.

use rstest::rstest;

use super::*;

const KINDS: &[&str] = &["DUE_SOON", "OVERDUE", "REVIEW_DUE"];

fn soon(name: &str) -> Value {
    json!([
        "DUE_SOON",
        format!("{name} waits for you: the next step is due within a day.")
    ])
}

fn late(name: &str) -> Value {
    json!([
        "OVERDUE",
        format!("{name} waits for you: the next step is overdue.")
    ])
}

#[rstest]
#[tokio::test]
async fn leads_are_reminded_of_what_nobody_looks_after(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let app = &panel.app;
    let second = app.person("Zoe", &["LEAD"]).await;
    let admin = app.person("Adam", &["ADMIN"]).await;
    // Nobody screens their own idea.
    second.submit("Bees").await;
    let updated = "updatedAt state";
    let bees = Idea {
        id: second
            .post("{ idea(number: 1) { id } }", json!({}))
            .await
            .text("idea.id"),
        number: 1,
    };
    let before = second.sees(&bees, updated).await;
    let others = [&second, &panel.author, &panel.assessors[0]];
    let who_may = [&panel.lead, &admin];

    app.days_pass(5);
    app.calendar_turns().await;
    assert_eq!(panel.lead.told_of(KINDS).await, [] as [Value; 0]);
    app.days_pass(1);
    for _ in 0..2 {
        app.calendar_turns().await;
        for person in who_may {
            assert_eq!(person.told_of(KINDS).await, [soon("#1 “Bees”")]);
        }
    }
    app.days_pass(1);
    for _ in 0..2 {
        app.calendar_turns().await;
        let both = [soon("#1 “Bees”"), late("#1 “Bees”")];
        for person in who_may {
            assert_eq!(person.told_of(KINDS).await, both);
        }
    }
    app.days_pass(50);
    app.calendar_turns().await;
    assert_eq!(panel.lead.told_of(KINDS).await.len(), 2);
    for person in others {
        assert_eq!(person.told_of(KINDS).await, [] as [Value; 0]);
    }
    // Nothing expires, and nothing of it shows.
    assert_eq!(second.sees(&bees, updated).await, before);
}

#[rstest]
#[tokio::test]
async fn authors_and_stewards_are_reminded_of_what_they_owe(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (app, lead, ann) = (&panel.app, &panel.lead, &panel.author);
    let second = app.person("Zoe", &["LEAD"]).await;
    let bob = app.member("Bob").await;
    let ranked = panel.rated("Ranked", &[[3; 6]; 3]).await;
    let open = panel.idea("Open").await;
    let asked = ann
        .submit_with("Asked", json!({"coAuthorIds": [bob.id]}))
        .await;
    lead.asks(&asked).await;

    // Of two that came due while the server was off the one is late, the other is soon.
    app.days_pass(29);
    app.calendar_turns().await;

    for person in [ann, &bob] {
        assert_eq!(person.told_of(KINDS).await, [soon("#3 “Asked”")]);
    }
    assert_eq!(lead.told_of(KINDS).await, [late("#2 “Open”")]);
    app.days_pass(60);
    app.calendar_turns().await;
    // The question is closed, and what was left of the leads' promise has begun.
    assert_eq!(
        lead.told_of(KINDS).await,
        [late("#2 “Open”"), soon("#1 “Ranked”")]
    );
    app.days_pass(7);
    app.calendar_turns().await;
    let told = lead.told_of(KINDS).await;
    let all = [late("#1 “Ranked”"), late("#3 “Asked”")];
    assert_eq!(told.len(), 4);
    assert!(all.iter().all(|one| told.contains(one)), "{told:?}");
    assert_eq!(second.told_of(KINDS).await, [late("#3 “Asked”")]);
    let moved = [ann.stands_in(&ranked).await, ann.stands_in(&open).await];
    assert_eq!(moved, ["BACKLOG", "IN_ASSESSMENT"]);
}

#[rstest]
#[tokio::test]
async fn what_is_adopted_reminds_its_steward_of_the_outcome(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    let adopt = json!({
        "ideaId": bees.id, "outcome": "ADOPT", "reason": "Now.", "handedTo": "Roadmap",
        "outcomeDueAt": day(100),
    });
    panel
        .lead
        .act("decideIdea", adopt, "idea { id }")
        .await
        .ok();
    // The promise of the backlog is no more.
    panel.app.days_pass(95);
    panel.app.calendar_turns().await;
    assert_eq!(panel.lead.told_of(KINDS).await, [] as [Value; 0]);

    panel.app.days_pass(4);
    panel.app.calendar_turns().await;

    assert_eq!(panel.lead.told_of(KINDS).await, [soon("#1 “Bees”")]);
}

#[rstest]
#[tokio::test]
async fn leads_who_may_answer_an_appeal_are_reminded_of_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let second = panel.app.person("Zoe", &["LEAD"]).await;
    let (app, lead, ann) = (&panel.app, &panel.lead, &panel.author);
    let held = panel.idea("Held").await;
    let declined = panel.idea("Declined").await;
    lead.holds(&held, 30).await;
    let decline = json!({"ideaId": declined.id, "outcome": "DECLINE", "reason": "Not ours."});
    lead.act("decideIdea", decline, "idea { id }").await.ok();
    for idea in [&held, &declined] {
        let seen = ann.sees(idea, "decisions { id }").await;
        let last = seen["decisions"].as_array().unwrap().last().unwrap();
        let appeal = json!({"decisionId": last["id"], "reason": "It is ours."});
        ann.act("appealDecision", appeal, "__typename").await.ok();
    }

    for (days, told) in [(12, 0), (1, 2), (1, 4), (5, 4)] {
        app.days_pass(days);
        for _ in 0..2 {
            app.calendar_turns().await;
            assert_eq!(second.told_of(KINDS).await.len(), told, "{days}");
        }
    }
    for (name, of) in [("#1 “Held”", "ON_HOLD"), ("#2 “Declined”", "DECLINED")] {
        for one in [soon(name), late(name)] {
            assert!(second.told_of(KINDS).await.contains(&one), "{of}");
        }
    }
    // Who decided does not answer, and the day that was named still comes.
    assert_eq!(lead.told_of(KINDS).await, [] as [Value; 0]);
    app.days_pass(12);
    app.calendar_turns().await;
    assert_eq!(ann.stands_in(&held).await, "IN_ASSESSMENT");
    assert_eq!(ann.stands_in(&declined).await, "DECLINED");
}

#[rstest]
#[tokio::test]
async fn whoever_wanted_to_look_at_a_decision_again_is_asked_once(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let second = panel.app.person("Zoe", &["LEAD"]).await;
    let bees = panel.idea("Bees").await;
    let decline = json!({
        "ideaId": bees.id, "outcome": "DECLINE", "reason": "Not ours.", "reviewAt": day(30),
    });
    second.act("decideIdea", decline, "idea { id }").await.ok();
    let asked = async |person: &Person| person.told_of(&["REVIEW_DUE"]).await;

    panel.app.days_pass(29);
    panel.app.calendar_turns().await;
    assert_eq!(asked(&second).await, [] as [Value; 0]);
    panel.app.days_pass(1);
    for _ in 0..2 {
        panel.app.calendar_turns().await;
    }

    let told = "It is time to look at your decision about #1 “Bees” again.";
    assert_eq!(asked(&second).await, [json!(["REVIEW_DUE", told])]);
    assert_eq!(asked(&panel.lead).await, [] as [Value; 0]);
    assert_eq!(second.stands_in(&bees).await, "DECLINED");
}

#[rstest]
#[tokio::test]
async fn whoever_has_looked_at_a_decision_again_is_asked_no_more(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let second = panel.app.person("Zoe", &["LEAD"]).await;
    let bees = panel.idea("Bees").await;
    let decline = json!({
        "ideaId": bees.id, "outcome": "DECLINE", "reason": "Not ours.", "reviewAt": day(30),
    });
    let decided = second.act("decideIdea", decline, "decision { id }").await;
    let review = json!({
        "decisionId": decided.text("decideIdea.decision.id"), "held": "YES", "note": "It did.",
    });
    panel
        .lead
        .act("reviewDecision", review, "__typename")
        .await
        .ok();

    panel.app.days_pass(31);
    panel.app.calendar_turns().await;

    for person in [&second, &panel.lead] {
        assert_eq!(person.told_of(&["REVIEW_DUE"]).await, [] as [Value; 0]);
    }
}
