//! Editing: every change is a revision of its own, and nobody overwrites what they did not
//! read.

use rstest::rstest;

use super::*;

const REVISIONS: &str = "revision revisions { totalCount nodes { number title problem changed \
    at by { name } } }";

#[rstest]
#[tokio::test]
async fn every_edit_is_a_revision_that_stays_as_it_was(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;
    let first = instant(app.clock().now());
    app.days_pass(1);

    let changes = json!({
        "title": "Wasps", "problem": "They sting.", "proposal": "Nets.",
        "beneficiaries": "All.", "evidenceKind": "TOLD", "evidence": "Bob says.",
        "expectedOutcome": "Calm.", "hypothesis": "We believe.", "riskiestAssumption": "Holes.",
        "successMeasure": "No stings.", "links": [{"url": "https://example.com"}],
        "tags": ["wasps"], "coAuthorIds": [], "visibility": "CONFIDENTIAL",
    });
    ann.update(&bees, changes).await.ok();
    let second = instant(app.clock().now());
    let back = json!({"tags": [], "title": "Bees"});
    let answer = ann.update(&bees, back).await;

    assert_eq!(answer.at("updateIdea.idea.revision"), 3);
    let third = instant(app.clock().now());
    let all = [
        "title",
        "problem",
        "proposal",
        "beneficiaries",
        "evidenceKind",
        "evidence",
        "expectedOutcome",
        "hypothesis",
        "riskiestAssumption",
        "successMeasure",
        "links",
        "tags",
        "visibility",
        "coAuthors",
    ];
    let (by, hour) = (json!({"name": "Ann"}), "It costs us an hour every week.");
    assert_eq!(
        ann.sees(&bees, REVISIONS).await,
        json!({"revision": 3, "revisions": {"totalCount": 3, "nodes": [
            {"number": 1, "title": "Bees", "problem": hour, "changed": [], "at": first, "by": by},
            {"number": 2, "title": "Wasps", "problem": "They sting.", "changed": all,
             "at": second, "by": by},
            {"number": 3, "title": "Bees", "problem": "They sting.",
             "changed": ["title", "tags"], "at": third, "by": by},
        ]}})
    );
}

#[rstest]
#[tokio::test]
async fn who_read_an_older_revision_is_told_the_newest(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let edit = |title: &str, revision: i32| json!({"title": title, "expectedRevision": revision});
    ann.update(&bees, edit("Wasps", 1)).await.ok();

    for expected in [1, 3, 0, -1] {
        let answer = ann.update(&bees, edit("Ants", expected)).await;
        let error = answer.refused_because("CONFLICT", "STALE_REVISION");
        assert_eq!(error["extensions"]["currentRevision"], 2);
    }

    let seen = ann
        .sees(&bees, "title revision revisions { totalCount }")
        .await;
    assert_eq!(
        seen,
        json!({"title": "Wasps", "revision": 2, "revisions": {"totalCount": 2}})
    );
}

#[rstest]
#[tokio::test]
async fn null_clears_and_what_is_left_out_stays(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let all = json!({
        "proposal": "P", "beneficiaries": "B", "evidenceKind": "GUESS", "evidence": "E",
        "expectedOutcome": "O", "hypothesis": "H", "riskiestAssumption": "R",
        "successMeasure": "S", "links": [{"url": "https://example.com"}], "tags": ["t"],
        "coAuthorIds": [bob.id],
    });
    let bees = ann.submit_with("Bees", all).await;
    let fields = &format!("{TEXT} coAuthors {{ name }} visibility");
    let before = ann.sees(&bees, fields).await;

    ann.update(
        &bees,
        json!({"proposal": null, "tags": null, "visibility": null}),
    )
    .await
    .ok();

    let mut expected = before.clone();
    expected["proposal"] = Value::Null;
    expected["tags"] = json!([]);
    assert_eq!(ann.sees(&bees, fields).await, expected);

    let rest = json!({
        "beneficiaries": null, "evidenceKind": null, "evidence": null, "expectedOutcome": null,
        "hypothesis": null, "riskiestAssumption": null, "successMeasure": null, "links": null,
        "coAuthorIds": null,
    });
    ann.update(&bees, rest).await.ok();
    assert_eq!(
        ann.sees(&bees, fields).await,
        json!({
            "title": "Bees", "problem": "It costs us an hour every week.", "proposal": null,
            "beneficiaries": null, "evidenceKind": null, "evidence": null,
            "expectedOutcome": null, "hypothesis": null, "riskiestAssumption": null,
            "successMeasure": null, "links": [], "tags": [], "coAuthors": [],
            "visibility": "ORGANIZATION",
        })
    );
}

#[rstest]
#[tokio::test]
async fn title_and_problem_cannot_be_cleared(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;

    for empty in [Value::Null, json!(" \n")] {
        let changes = json!({"title": empty, "problem": empty, "proposal": "Kept?"});
        let answer = ann.update(&bees, changes).await;
        let title = json!([["input", "title"], "TITLE_MISSING"]);
        let problem = json!([["input", "problem"], "PROBLEM_MISSING"]);
        assert_eq!(faults(&answer), json!([title, problem]));
    }

    let seen = ann.sees(&bees, "title proposal revision").await;
    assert_eq!(
        seen,
        json!({"title": "Bees", "proposal": null, "revision": 1})
    );
}

#[rstest]
#[tokio::test]
async fn an_edit_in_which_nothing_differs_is_no_revision(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let cid = app.member("Cid").await;
    let more = json!({"tags": ["honey"], "coAuthorIds": [bob.id, cid.id], "proposal": "A\nB"});
    let bees = ann.submit_with("Café", more).await;
    let fields = "updatedAt revision activity { totalCount } revisions { totalCount }";
    let before = ann.sees(&bees, fields).await;

    let same = json!({
        "title": " Cafe\u{301} ", "proposal": "A\r\nB", "tags": ["HONEY", "honey"],
        "coAuthorIds": [cid.id, bob.id], "visibility": "ORGANIZATION", "evidence": "  ",
        "expectedRevision": 1,
    });
    ann.update(&bees, same).await.ok();
    ann.update(&bees, json!({})).await.ok();

    assert_eq!(ann.sees(&bees, fields).await, before);
}

#[rstest]
#[tokio::test]
async fn authors_edit_and_nobody_else(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;

    let answer = bob.update(&bees, json!({"title": "Wasps"})).await;
    assert_eq!(answer.at("updateIdea.idea.revision"), 2);
    for (name, roles) in [
        ("Cid", &[][..]),
        ("Lea", &["LEAD", "ADMIN", "ORGANIZER", "ASSESSOR"]),
    ] {
        let other = app.person(name, roles).await;
        let answer = other.update(&bees, json!({"title": "Ants"})).await;
        answer.refused_because("FORBIDDEN", "NOT_AUTHOR");
    }
    // Who is no co-author any more is a stranger.
    ann.update(&bees, json!({"coAuthorIds": []})).await.ok();
    let answer = bob.update(&bees, json!({"title": "Ants"})).await;
    answer.refused_because("FORBIDDEN", "NOT_AUTHOR");

    let seen = ann.sees(&bees, "title revision").await;
    assert_eq!(seen, json!({"title": "Wasps", "revision": 3}));
}

#[rstest]
#[tokio::test]
async fn the_text_is_open_until_the_idea_leaves_the_backlog(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);

    let asked = ann.submit("Bees").await;
    lead.screen(&asked, "NEEDS_INFO", json!({})).await.ok();
    let assessed = ann.submit("Bees").await;
    lead.accept(&assessed).await;
    let ranked = ann.submit("Bees").await;
    into_backlog(&app, &lead, &ranked).await;
    for idea in [&asked, &assessed, &ranked] {
        let answer = ann.update(idea, json!({"title": "Wasps"})).await;
        assert_eq!(answer.at("updateIdea.idea.title"), "Wasps");
        let can = ann.sees(idea, "viewerCan").await;
        assert_eq!(can["viewerCan"][0], "EDIT");
    }

    let declined = ann.submit("Bees").await;
    lead.screen(&declined, "DECLINE", json!({})).await.ok();
    ann.on(&ranked, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();
    let reopened = json!(["decideIdea(REOPEN)", "resolveAppeal(UPHELD)"]);
    for (idea, legal) in [(&declined, &reopened), (&ranked, &json!([]))] {
        let before = ann.sees(idea, "title revision viewerCan").await;
        let answer = ann.update(idea, json!({"title": "Ants"})).await;
        assert_eq!(&legal_steps(&answer), legal);
        assert_eq!(ann.sees(idea, "title revision viewerCan").await, before);
        assert_ne!(before["viewerCan"][0], "EDIT");
    }
}
