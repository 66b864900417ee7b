//! Screening: a lead accepts, asks or declines, with a reason, and never their own idea.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn an_accepted_idea_has_a_steward_a_rubric_and_a_promise(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let max = app.person("Max", &["ADMIN"]).await;
    let (bees, wasps) = (ann.submit("Bees").await, ann.submit("Wasps").await);

    let answer = lead.screen(&bees, "ACCEPT", json!({})).await;
    let now = app.clock().now();
    let more = json!({"stewardId": max.id, "rubric": "rice", "expectedRevision": 1});
    lead.screen(&wasps, "ACCEPT", more).await.ok();

    let decision = json!({
        "id": answer.at("screenIdea.decision.id"), "kind": "ACCEPTED", "reason": "Because.",
    });
    assert_eq!(
        answer.at("screenIdea"),
        &json!({"idea": {"id": bees.id, "state": "IN_ASSESSMENT"}, "decision": decision})
    );
    let fields = "steward { name } rubric { key } stateSince waitingFor { dueAt }";
    assert_eq!(
        ann.sees(&bees, fields).await,
        json!({
            "steward": {"name": "Lea"}, "rubric": {"key": "innovation"},
            "stateSince": instant(now), "waitingFor": {"dueAt": instant(now + 21 * DAY * SECOND)},
        })
    );
    let seen = ann.sees(&wasps, "steward { name } rubric { key }").await;
    assert_eq!(
        seen,
        json!({"steward": {"name": "Max"}, "rubric": {"key": "rice"}})
    );
}

#[rstest]
#[tokio::test]
async fn a_declined_idea_says_why_and_what_would_change_that(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;

    let more = json!({"reason": "Too dear.\r\nFor now.", "wouldReconsiderIf": "Cheaper."});
    lead.screen(&bees, "DECLINE", more).await.ok();

    let at = instant(app.clock().now());
    let fields = "state steward { name } decisions { kind reason wouldReconsiderIf decidedAt \
        decidedBy { name } isOverride rankThen scoreThen idea { number } }";
    assert_eq!(
        ann.sees(&bees, fields).await,
        json!({"state": "DECLINED", "steward": null, "decisions": [{
            "kind": "DECLINED", "reason": "Too dear.\nFor now.", "wouldReconsiderIf": "Cheaper.",
            "decidedAt": at, "decidedBy": {"name": "Lea"}, "isOverride": false,
            "rankThen": null, "scoreThen": null, "idea": {"number": 1},
        }]})
    );
}

#[rstest]
#[tokio::test]
async fn a_question_waits_for_an_answer_and_comes_back(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let lead = app.person("Lea", &["LEAD"]).await;
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;
    let early = ann.on(
        &bees,
        "answerQuestion",
        json!({"answer": "What?"}),
        "idea { id }",
    );
    assert_eq!(legal_steps(&early.await)[0], "screenIdea(ACCEPT)");

    let question = json!({"reason": "How many?"});
    lead.screen(&bees, "NEEDS_INFO", question).await.ok();

    let at = instant(app.clock().now());
    let fields = "state openQuestion { text askedBy { name } askedAt } decisions { kind reason }";
    let open = json!({
        "state": "NEEDS_INFO",
        "openQuestion": {"text": "How many?", "askedBy": {"name": "Lea"}, "askedAt": at},
        "decisions": [{"kind": "INFO_REQUESTED", "reason": "How many?"}],
    });
    assert_eq!(bob.sees(&bees, fields).await, open);

    // Answered with nothing, or by somebody else: still open.
    let blank = bob
        .on(
            &bees,
            "answerQuestion",
            json!({"answer": " \n"}),
            "idea { id }",
        )
        .await;
    assert_eq!(
        faults(&blank),
        json!([[["input", "answer"], "ANSWER_MISSING"]])
    );
    let foreign = lead
        .on(
            &bees,
            "answerQuestion",
            json!({"answer": "7"}),
            "idea { id }",
        )
        .await;
    foreign.refused_because("FORBIDDEN", "NOT_AUTHOR");
    assert_eq!(bob.sees(&bees, fields).await, open);

    bob.on(
        &bees,
        "answerQuestion",
        json!({"answer": "Seven."}),
        "idea { id }",
    )
    .await
    .ok();
    let closed = json!({
        "state": "SUBMITTED", "openQuestion": null,
        "decisions": [{"kind": "INFO_REQUESTED", "reason": "How many?"}],
    });
    assert_eq!(ann.sees(&bees, fields).await, closed);
    // And once more round.
    lead.screen(&bees, "NEEDS_INFO", json!({"reason": "Sure?"}))
        .await
        .ok();
    let open = ann.sees(&bees, "openQuestion { text }").await;
    assert_eq!(open, json!({"openQuestion": {"text": "Sure?"}}));
}

#[rstest]
#[tokio::test]
async fn leads_and_admins_screen_and_never_their_own(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.person("Ann", &["LEAD"]).await;
    let bob = app.person("Bob", &["ADMIN"]).await;
    let others = app.person("Org", &["ORGANIZER", "ASSESSOR"]).await;
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;
    let before = ann.sees(&bees, "state updatedAt decisions { id }").await;

    for outcome in ["ACCEPT", "NEEDS_INFO", "DECLINE"] {
        for author in [&ann, &bob] {
            let answer = author.screen(&bees, outcome, json!({})).await;
            answer.refused_because("FORBIDDEN", "OWN_IDEA");
        }
        let answer = others.screen(&bees, outcome, json!({})).await;
        answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    }

    let after = ann.sees(&bees, "state updatedAt decisions { id }").await;
    assert_eq!(after, before);
}

#[rstest]
#[tokio::test]
async fn a_screening_names_all_its_faults_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;

    let wrong = json!({
        "reason": " ", "rubric": "no-such", "stewardId": ann.id, "wouldReconsiderIf": "\u{7}",
    });
    let answer = lead.screen(&bees, "ACCEPT", wrong).await;
    assert_eq!(
        faults(&answer),
        json!([
            [["input", "reason"], "REASON_MISSING"],
            [["input", "rubric"], "UNKNOWN_RUBRIC"],
            [["input", "stewardId"], "NOT_A_LEAD"],
            [["input", "wouldReconsiderIf"], "CONTROL_CHARACTERS"],
            [["input", "stewardId"], "OWN_IDEA"],
        ])
    );
    for id in ["", "ann", &bees.id] {
        let more = json!({"stewardId": id, "reason": ""});
        let answer = lead.screen(&bees, "DECLINE", more).await;
        let reason = json!([["input", "reason"], "REASON_MISSING"]);
        let steward = json!([["input", "stewardId"], "BAD_ID"]);
        assert_eq!(faults(&answer), json!([reason, steward]));
    }

    let seen = ann.sees(&bees, "state decisions { id }").await;
    assert_eq!(seen, json!({"state": "SUBMITTED", "decisions": []}));
}

#[rstest]
#[tokio::test]
async fn what_was_edited_since_it_was_read_is_not_screened(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;
    ann.update(&bees, json!({"title": "Wasps"})).await.ok();

    let answer = lead
        .screen(&bees, "DECLINE", json!({"expectedRevision": 1}))
        .await;

    let error = answer.refused_because("CONFLICT", "STALE_REVISION");
    assert_eq!(error["extensions"]["currentRevision"], 2);
    let seen = ann.sees(&bees, "state decisions { id }").await;
    assert_eq!(seen, json!({"state": "SUBMITTED", "decisions": []}));
}

#[rstest]
#[tokio::test]
async fn only_what_was_handed_in_is_screened(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let ideas = [
        ann.submit("Asked").await,
        ann.submit("Accepted").await,
        ann.submit("Declined").await,
        ann.submit("Withdrawn").await,
        ann.submit("Ranked").await,
    ];
    lead.screen(&ideas[0], "NEEDS_INFO", json!({})).await.ok();
    lead.screen(&ideas[1], "ACCEPT", json!({})).await.ok();
    lead.screen(&ideas[2], "DECLINE", json!({})).await.ok();
    let more = json!({"reason": "Done already."});
    ann.on(&ideas[3], "withdrawIdea", more, "idea { id }")
        .await
        .ok();
    into_backlog(&app, &lead, &ideas[4]).await;
    let instead = [
        json!([
            "answerQuestion",
            "decideIdea(DECLINE)",
            "mergeIdeas",
            "withdrawIdea",
        ]),
        json!([
            "decideIdea(WAIVE_QUORUM)",
            "confirmCandidate",
            "decideIdea(HOLD)",
            "decideIdea(DECLINE)",
            "mergeIdeas",
            "withdrawIdea",
        ]),
        json!(["decideIdea(REOPEN)", "resolveAppeal(UPHELD)"]),
        json!([]),
        json!([
            "queuePrototype",
            "confirmCandidate",
            "decideIdea(HOLD)",
            "decideIdea(ADOPT)",
            "decideIdea(DECLINE)",
            "mergeIdeas",
            "withdrawIdea",
        ]),
    ];

    for (idea, legal) in ideas.iter().zip(instead) {
        let before = ann.sees(idea, "state decisions { id }").await;
        for outcome in ["ACCEPT", "NEEDS_INFO", "DECLINE"] {
            let answer = lead.screen(idea, outcome, json!({})).await;
            assert_eq!(legal_steps(&answer), legal, "{outcome} {before}");
        }
        assert_eq!(ann.sees(idea, "state decisions { id }").await, before);
    }
}

#[rstest]
#[tokio::test]
async fn whoever_is_named_as_steward_an_anonymous_idea_does_not_tell_who_wrote_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let leads = async |name: &str| app.person(name, &["LEAD"]).await;
    let (lea, ann, bob, cid) = (
        leads("Lea").await,
        leads("Ann").await,
        leads("Bob").await,
        leads("Cid").await,
    );
    let more = json!({"authorship": "ANONYMOUS", "coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Bees", more).await;

    let mut answers = Vec::new();
    for named in [&ann, &bob, &cid] {
        let answer = lea.screen(&bees, "ACCEPT", json!({"stewardId": named.id}));
        let answer = answer.await;
        let anonymous = json!([[["input", "stewardId"], "ANONYMOUS_IDEA"]]);
        assert_eq!(faults(&answer), anonymous);
        answers.push(told(&answer));
    }
    assert_eq!(answers[0], answers[2]);
    assert_eq!(answers[1], answers[2]);
    let seen = ann
        .sees(&bees, "state steward { id } decisions { id }")
        .await;
    let nothing = json!({"state": "SUBMITTED", "steward": null, "decisions": []});
    assert_eq!(seen, nothing);

    // Of those who are known it is told.
    let wasps = ann.submit("Wasps").await;
    let own = lea.screen(&wasps, "ACCEPT", json!({"stewardId": ann.id}));
    let own = own.await;
    assert_eq!(faults(&own), json!([[["input", "stewardId"], "OWN_IDEA"]]));
    // And whoever accepts it may say so.
    lea.screen(&bees, "ACCEPT", json!({"stewardId": lea.id}))
        .await
        .ok();
    let seen = ann.sees(&bees, "state steward { name }").await;
    let steward = json!({"state": "IN_ASSESSMENT", "steward": {"name": "Lea"}});
    assert_eq!(seen, steward);
}

#[rstest]
#[tokio::test]
async fn a_rubric_and_a_steward_go_with_acceptance_alone(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
    let bees = ann.submit("Bees").await;
    let fault = |field: &str, reason: &str| json!([["input", field], reason]);

    for outcome in ["NEEDS_INFO", "DECLINE"] {
        for rubric in ["innovation", "no-such"] {
            let more = json!({"rubric": rubric, "stewardId": lead.id});
            let answer = lead.screen(&bees, outcome, more).await;
            let both = ["rubric", "stewardId"].map(|field| fault(field, "ONLY_WITH_ACCEPT"));
            assert_eq!(faults(&answer), json!(both));
        }
    }

    let fields = "state rubric { key } decisions { id }";
    let seen = ann.sees(&bees, fields).await;
    let untouched = json!({
        "state": "SUBMITTED", "rubric": {"key": "innovation"}, "decisions": [],
    });
    assert_eq!(seen, untouched);
}
