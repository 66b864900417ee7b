//! Authors say why a decision is wrong: once for each, and a lead owes the answer by then.

use rstest::rstest;
use tokio::task::JoinSet;

use super::*;
use crate::support::panel::Panel;

/// Everything of an idea that an appeal could change.
const ALL: &str = "state stateSince updatedAt waitingFor { party dueAt sentence }
    decisions { kind appeals { state } } activity { totalCount }";

#[rstest]
#[tokio::test]
async fn an_author_appeals_once_and_another_lead_owes_the_answer(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let (lea, bea) = (
        app.person("Lea", &["LEAD"]).await,
        app.person("Bea", &["LEAD"]).await,
    );
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;
    assert!(!ann.can_appeal(&bees).await);
    let no = json!({"ideaId": bees.id, "outcome": "DECLINE", "reason": "Not ours."});
    lea.act("screenIdea", no, "idea { id }").await.ok();
    let declined = ann.last_decision(&bees).await;
    for (person, can) in [(&ann, true), (&bob, true), (&lea, false), (&bea, false)] {
        assert_eq!(person.can_appeal(&bees).await, can, "{}", person.name);
    }
    assert_eq!(ann.finds("waitingFor: NOBODY").await, [1]);
    let before = ann.sees(&bees, "state stateSince updatedAt").await;

    let appealed = bob.appeal(&declined).await;

    let (now, due) = (in_days(&app, 0), in_days(&app, 14));
    let mut appeal = appealed.at("appealDecision.appeal").clone();
    let id = appeal["id"].take();
    assert_eq!(
        appeal,
        json!({
            "id": null, "state": "OPEN", "reason": "You misread it.", "dueAt": due,
            "openedBy": {"name": "Bob"}, "openedAt": now, "answer": null, "answeredBy": null,
            "answeredAt": null, "decision": {"kind": "DECLINED"},
        })
    );
    assert_eq!(ann.sees(&bees, "state stateSince updatedAt").await, before);
    assert_eq!(
        ann.sees(&bees, WAITING).await["waitingFor"],
        json!({
            "party": "LEAD", "dueAt": due, "isOverdue": false,
            "sentence": "Waiting for the leads to answer an appeal, by 16 March 2026.",
        })
    );
    let fields = "decisions { kind appeals { id state } }
        activity(last: 1) { nodes { kind actor { name } sentence reason } }";
    assert_eq!(
        lea.sees(&bees, fields).await,
        json!({
            "decisions": [{"kind": "DECLINED", "appeals": [{"id": id, "state": "OPEN"}]}],
            "activity": {"nodes": [{
                "kind": "APPEALED", "actor": {"name": "Bob"}, "reason": "You misread it.",
                "sentence": "Bob appealed a decision.",
            }]},
        })
    );
    let node = format!("query($id: ID!) {{ node(id: $id) {{ ... on Appeal {{ {APPEAL} }} }} }}");
    let node = bea.post(&node, json!({"id": id})).await;
    assert_eq!(node.at("node.dueAt"), &json!(due));
    assert!(!ann.can_appeal(&bees).await);

    // The one who did, and the other one, open or answered.
    let whole = ann.sees(&bees, ALL).await;
    for _ in 0..2 {
        for person in [&ann, &bob] {
            let refused = person.appeal(&declined).await;
            refused.refused_because("CONFLICT", "ALREADY_APPEALED");
        }
        if whole == ann.sees(&bees, ALL).await {
            bea.resolve(id.as_str().unwrap(), "DISMISSED").await.ok();
        }
    }
    assert_eq!(
        ann.sees(&bees, WAITING).await["waitingFor"],
        json!({
            "party": "NOBODY", "dueAt": null, "isOverdue": false,
            "sentence": "Nobody owes a next step: it was declined, and why stands in its decisions.",
        })
    );
    assert_eq!(
        ann.sees(&bees, "activity { totalCount }").await["activity"]["totalCount"],
        4
    );
    assert!(!ann.can_appeal(&bees).await);
}

#[rstest]
#[tokio::test]
async fn lists_find_an_appeal_by_whom_and_when_its_answer_is_owed(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bea = panel.app.person("Bea", &["LEAD"]).await;
    let declined = panel.idea("Declined").await;
    lead.decides(&declined, "DECLINE", json!({})).await;
    let held = panel.rated("Held", &[[3; 6]; 3]).await;
    lead.decides(&held, "HOLD", json!({"revisitAt": day(100)}))
        .await;
    let other = panel.idea("Other").await;
    lead.decides(&other, "DECLINE", json!({})).await;
    let both = [declined.number, held.number];
    let finds = async |filter: &str| author.finds(filter).await;
    assert_eq!(finds("waitingFor: LEAD").await, Vec::<i64>::new());
    assert_eq!(finds("waitingFor: CALENDAR").await, [held.number]);

    let mut appeals = Vec::new();
    for idea in [&declined, &held] {
        let decision = author.last_decision(idea).await;
        appeals.push(author.appeals(&decision).await);
    }

    assert_eq!(finds("waitingFor: LEAD").await, both);
    assert_eq!(finds("waitingFor: CALENDAR").await, Vec::<i64>::new());
    assert_eq!(finds("waitingFor: NOBODY").await, [other.number]);
    assert_eq!(finds("hasOpenAppeal: true").await, both);
    assert_eq!(finds("hasOpenAppeal: false").await, [other.number]);
    let due = in_days(&panel.app, 14);
    let before = format!("dueBefore: \"{due}\"");
    assert_eq!(finds(&before).await, both);
    assert_eq!(
        finds(&format!("dueBefore: \"{}\"", day(13))).await,
        Vec::<i64>::new()
    );
    assert_eq!(finds("dueBefore: \"2400-01-01T00:00:00Z\"").await, both);
    assert_eq!(
        finds("waitingFor: LEAD, isOverdue: true").await,
        Vec::<i64>::new()
    );
    let query = "{ ideas(orderBy: {field: DUE_AT, direction: ASC}) { nodes { number } } }";
    let order = author.post(query, json!({})).await;
    let order = order.at("ideas.nodes").clone();
    assert_eq!(order[0]["number"], declined.number);
    assert_eq!(order[2]["number"], other.number);

    panel.app.days_pass(15);

    assert_eq!(finds("waitingFor: LEAD, isOverdue: true").await, both);
    assert_eq!(finds("isOverdue: false").await, [other.number]);
    for idea in [&declined, &held] {
        let seen = author.sees(idea, WAITING).await["waitingFor"].clone();
        assert_eq!(
            (&seen["party"], &seen["isOverdue"]),
            (&json!("LEAD"), &json!(true))
        );
        assert_eq!(
            seen["sentence"],
            "Waiting for the leads to answer an appeal, overdue since 16 March 2026."
        );
    }
    for appeal in &appeals {
        bea.resolve(appeal, "DISMISSED").await.ok();
    }
    assert_eq!(finds("waitingFor: CALENDAR").await, [held.number]);
    assert_eq!(finds("waitingFor: LEAD").await, Vec::<i64>::new());
    assert_eq!(finds("isOverdue: true").await, Vec::<i64>::new());
    assert_eq!(finds("hasOpenAppeal: true").await, Vec::<i64>::new());
    let seen = author.sees(&held, WAITING).await["waitingFor"].clone();
    assert_eq!(
        (&seen["party"], &seen["dueAt"]),
        (&json!("CALENDAR"), &json!(day(100)))
    );
}

#[rstest]
#[tokio::test]
async fn the_days_for_an_answer_are_a_setting(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start_with(store, |config| config.promises.appeal = 3).await else {
        return;
    };
    let (ann, lea) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;
    let no = json!({"ideaId": bees.id, "outcome": "DECLINE", "reason": "Not ours."});
    lea.act("screenIdea", no, "idea { id }").await.ok();
    let appealed = ann.appeal(&ann.last_decision(&bees).await).await;
    assert_eq!(
        appealed.at("appealDecision.appeal.dueAt"),
        &json!(in_days(&app, 3))
    );
}

#[rstest]
#[tokio::test]
async fn what_does_not_stand_cannot_be_appealed_and_nothing_changes(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bees = panel.idea("Bees").await;
    let refused = async |decision: &str| {
        let before = author.sees(&bees, ALL).await;
        assert!(!author.can_appeal(&bees).await || decision != author.last_decision(&bees).await);
        let answer = author.appeal(decision).await;
        let error = answer.refused_because("ILLEGAL_STEP", "NOTHING_TO_APPEAL");
        let steps = author.sees(&bees, "nextSteps { mutation }").await["nextSteps"].clone();
        let legal = error["extensions"]["legalSteps"].as_array().unwrap().len();
        let by_people = steps.as_array().unwrap().iter();
        assert_eq!(
            legal,
            by_people.filter(|it| !it["mutation"].is_null()).count()
        );
        assert_eq!(author.sees(&bees, ALL).await, before);
    };
    let accepted = author.last_decision(&bees).await;
    refused(&accepted).await;
    lead.decides(&bees, "HOLD", json!({"revisitAt": day(50)}))
        .await;
    let held = author.last_decision(&bees).await;
    lead.decides(&bees, "DECLINE", json!({})).await;
    // It is declined now, and not by these.
    refused(&accepted).await;
    refused(&held).await;
    let first = author.last_decision(&bees).await;
    lead.decides(&bees, "REOPEN", json!({})).await;
    refused(&first).await;
    refused(&author.last_decision(&bees).await).await;
    lead.decides(&bees, "DECLINE", json!({})).await;
    refused(&first).await;
    author.appeals(&author.last_decision(&bees).await).await;
}

#[rstest]
#[tokio::test]
async fn nobody_but_its_authors_appeals_and_all_that_is_wrong_is_told(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let stranger = panel.app.member("Zoe").await;
    let admin = panel.app.person("Ada", &["ADMIN"]).await;
    let bees = panel.idea("Bees").await;
    lead.decides(&bees, "DECLINE", json!({})).await;
    let decision = author.last_decision(&bees).await;
    let hidden = panel
        .idea_with("Hidden", json!({"visibility": "CONFIDENTIAL"}))
        .await;
    lead.decides(&hidden, "DECLINE", json!({})).await;
    let secret = author.last_decision(&hidden).await;
    let before = author.sees(&bees, ALL).await;

    for person in [&stranger, lead, &admin, &panel.assessors[0]] {
        let refused = person.appeal(&decision).await;
        refused.refused_because("FORBIDDEN", "NOT_AUTHOR");
    }
    let nowhere = "decision_0198c0de000070008000000000000000";
    for decision in [&*secret, nowhere] {
        let refused = stranger.appeal(decision).await;
        let error = refused.refused_because("NOT_FOUND", "NOT_FOUND");
        assert_eq!(error["message"], "There is no such decision.");
    }
    let long = "x".repeat(10_001);
    for (id, reason, expected) in [
        (
            &*decision,
            " \u{200B}",
            json!([["reason", "REASON_MISSING"]]),
        ),
        (&decision, &long, json!([["reason", "TEXT_TOO_LONG"]])),
        (
            &decision,
            "a\u{0}",
            json!([["reason", "CONTROL_CHARACTERS"]]),
        ),
        (
            "idea_0198c0de000070008000000000000000",
            "",
            json!([["decisionId", "BAD_ID"], ["reason", "REASON_MISSING"]]),
        ),
    ] {
        let input = json!({"decisionId": id, "reason": reason});
        let refused = author.act("appealDecision", input, "idea { id }").await;
        let error = refused.refused("BAD_USER_INPUT");
        let faults = error["extensions"]["faults"].as_array().unwrap().iter();
        let faults: Vec<Value> = faults
            .map(|fault| json!([fault["path"][1], fault["reason"]]))
            .collect();
        assert_eq!(json!(faults), expected);
    }
    assert_eq!(author.sees(&bees, ALL).await, before);
    // Nobody who does not see the idea learns of its appeal.
    let appeal = author.appeals(&secret).await;
    let query = "query($id: ID!) { node(id: $id) { id } }";
    let seen = stranger.post(query, json!({"id": appeal})).await;
    assert_eq!(seen.at("node"), &json!(null));
    assert_eq!(
        stranger.finds("hasOpenAppeal: true").await,
        Vec::<i64>::new()
    );
    assert_eq!(lead.finds("hasOpenAppeal: true").await, [hidden.number]);
}

#[rstest]
#[tokio::test]
async fn an_appeal_does_not_tell_who_wrote_an_anonymous_idea(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let (lea, zoe) = (app.person("Lea", &["LEAD"]).await, app.member("Zoe").await);
    let more = json!({"authorship": "ANONYMOUS", "coAuthorIds": [bob.id]});
    let wasps = ann.submit_with("Wasps", more).await;
    let no = json!({"ideaId": wasps.id, "outcome": "DECLINE", "reason": "Not ours."});
    lea.act("screenIdea", no, "idea { id }").await.ok();
    ann.appeals(&ann.last_decision(&wasps).await).await;

    let fields = "decisions { appeals { openedBy { name } } }
        activity(last: 1) { nodes { actor { name } sentence } }";
    for (person, name) in [
        (&ann, json!({"name": "Ann"})),
        (&bob, json!({"name": "Ann"})),
        (&lea, json!(null)),
        (&zoe, json!(null)),
    ] {
        let seen = person.sees(&wasps, fields).await;
        assert_eq!(
            seen["decisions"][0]["appeals"][0]["openedBy"], name,
            "{}",
            person.name
        );
        let sentence = match name.is_null() {
            true => "The author appealed a decision.",
            false => "Ann appealed a decision.",
        };
        assert_eq!(
            seen["activity"]["nodes"][0],
            json!({"actor": name, "sentence": sentence}),
            "{}",
            person.name
        );
    }
    let query = "{ appeals { nodes { openedBy { name } decision { idea { author { name } } } } } }";
    let listed = lea.post(query, json!({})).await;
    assert_eq!(
        listed.at("appeals.nodes.0"),
        &json!({"openedBy": null, "decision": {"idea": {"author": null}}})
    );
}

#[rstest]
#[tokio::test]
async fn of_twenty_authors_who_appeal_at_once_one_does(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lea = app.person("Lea", &["LEAD"]).await;
    let mut authors = Vec::new();
    for number in 0..20 {
        authors.push(app.member(&format!("Author {number}")).await);
    }
    let others: Vec<&str> = authors[1..].iter().map(|it| &*it.id).collect();
    let bees = authors[0]
        .submit_with("Bees", json!({"coAuthorIds": others}))
        .await;
    let no = json!({"ideaId": bees.id, "outcome": "DECLINE", "reason": "Not ours."});
    lea.act("screenIdea", no, "idea { id }").await.ok();
    let decision = lea.last_decision(&bees).await;

    let answers: Vec<Answer> = authors
        .iter()
        .cloned()
        .map(|author| {
            let decision = decision.clone();
            async move { author.appeal(&decision).await }
        })
        .collect::<JoinSet<_>>()
        .join_all()
        .await;

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.errors().is_empty());
    assert_eq!((won.len(), lost.len()), (1, 19));
    for answer in lost {
        answer.refused_because("CONFLICT", "ALREADY_APPEALED");
    }
    let seen = lea
        .sees(
            &bees,
            "decisions { appeals { id openedBy { name } } } activity { totalCount }",
        )
        .await;
    assert_eq!(seen["decisions"][0]["appeals"].as_array().unwrap().len(), 1);
    assert_eq!(
        seen["decisions"][0]["appeals"][0]["openedBy"],
        *won[0].at("appealDecision.appeal.openedBy")
    );
    assert_eq!(seen["activity"]["totalCount"], 3);
}

#[rstest]
#[tokio::test]
async fn a_retried_appeal_is_made_once_and_so_is_its_answer(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bea = panel.app.person("Bea", &["LEAD"]).await;
    let bees = panel.idea("Bees").await;
    lead.decides(&bees, "DECLINE", json!({})).await;
    let decision = author.last_decision(&bees).await;
    let appeal = json!({"decisionId": decision, "reason": "No.", "idempotencyKey": "k"});
    let first = author
        .act("appealDecision", appeal.clone(), "appeal { id }")
        .await;
    let id = first.text("appealDecision.appeal.id");
    let answer = json!({
        "appealId": id, "outcome": "UPHELD", "answer": "Yes.", "idempotencyKey": "k",
    });
    for _ in 0..2 {
        let again = author
            .act("appealDecision", appeal.clone(), "appeal { id }")
            .await;
        assert_eq!(again.ok(), first.ok());
        let fields = "appeal { id state } idea { state }";
        let resolved = bea.act("resolveAppeal", answer.clone(), fields).await;
        assert_eq!(
            resolved.at("resolveAppeal"),
            &json!({
                "appeal": {"id": id, "state": "UPHELD"}, "idea": {"state": "IN_ASSESSMENT"},
            })
        );
        // Reading them now: the first one says what became of it since.
    }
    let mut other = answer.clone();
    other["outcome"] = json!("DISMISSED");
    let refused = bea.act("resolveAppeal", other, "idea { id }").await;
    refused.refused_because("CONFLICT", "KEY_REUSED");
    let seen = author.sees(&bees, "activity { nodes { kind } }").await;
    let kinds: Vec<&Value> = seen["activity"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["kind"])
        .collect();
    assert_eq!(
        kinds,
        [
            "SUBMITTED",
            "SCREENED",
            "DECIDED",
            "APPEALED",
            "APPEAL_RESOLVED"
        ]
    );
}
