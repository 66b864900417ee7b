//! What cannot be merged or set free, and that nothing changes then.

use rstest::rstest;

use super::*;

/// Everything of an idea that a merge could change.
const ALL: &str = "state stateSince updatedAt revision supportCount waitingFor { dueAt }
    mergedInto { id } mergedFrom { id } decisions { kind } activity { totalCount }";

const NO_IDEA: &str = "idea_0198c0de000070008000000000000000";

async fn try_to_merge(person: &Person, idea: &str, into: &str, reason: &str) -> Answer {
    let input = json!({"ideaId": idea, "intoId": into, "reason": reason});
    person.act("mergeIdeas", input, "idea { id }").await
}

fn faults(answer: &Answer) -> Value {
    let error = answer.refused("BAD_USER_INPUT");
    let faults = error["extensions"]["faults"].as_array().unwrap();
    faults
        .iter()
        .map(|fault| json!([fault["path"][1], fault["reason"]]))
        .collect()
}

#[rstest]
#[tokio::test]
async fn an_idea_is_merged_neither_into_itself_nor_into_its_own_part(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let (a, b, c) = (
        ann.submit("A").await,
        ann.submit("B").await,
        ann.submit("C").await,
    );
    lea.merge(&a, &b).await.ok();
    lea.merge(&b, &c).await.ok();
    let before = [
        ann.sees(&a, ALL).await,
        ann.sees(&b, ALL).await,
        ann.sees(&c, ALL).await,
    ];

    for (idea, into, reason) in [
        (&c, &c, "INTO_ITSELF"),
        (&c, &b, "INTO_OWN_PART"),
        (&c, &a, "INTO_OWN_PART"),
        (&b, &a, "INTO_OWN_PART"),
    ] {
        let answer = lea.merge(idea, into).await;
        assert_eq!(faults(&answer), json!([["intoId", reason]]));
    }
    let answer = try_to_merge(&lea, &c.id, &c.id, " ").await;
    assert_eq!(
        faults(&answer),
        json!([["reason", "REASON_MISSING"], ["intoId", "INTO_ITSELF"]])
    );
    let answer = try_to_merge(&lea, "42", &ann.id, "").await;
    assert_eq!(
        faults(&answer),
        json!([
            ["ideaId", "BAD_ID"],
            ["intoId", "BAD_ID"],
            ["reason", "REASON_MISSING"]
        ])
    );
    for (idea, into) in [(&*c.id, NO_IDEA), (NO_IDEA, &*c.id), (NO_IDEA, NO_IDEA)] {
        let answer = try_to_merge(&lea, idea, into, "The same.").await;
        answer.refused_because("NOT_FOUND", "NOT_FOUND");
    }
    // Absorbed already, and into one that is.
    assert_eq!(
        legal_steps(&lea.merge(&a, &c).await),
        json!(["unmergeIdeas"])
    );
    let d = ann.submit("D").await;
    let refused = lea.merge(&d, &a).await;
    assert_eq!(legal_steps(&refused), json!(["unmergeIdeas"]));
    assert_eq!(
        refused.errors()[0]["message"],
        format!(
            "#{} is MERGED and takes no other in; it goes on in #{}.",
            a.number, c.number
        )
    );
    assert_eq!(
        legal_steps(&lea.unmerge(&c).await),
        json!([
            "screenIdea(ACCEPT)",
            "screenIdea(NEEDS_INFO)",
            "screenIdea(DECLINE)",
            "confirmCandidate",
            "decideIdea(HOLD)",
            "mergeIdeas",
            "withdrawIdea"
        ])
    );
    let after = [
        ann.sees(&a, ALL).await,
        ann.sees(&b, ALL).await,
        ann.sees(&c, ALL).await,
    ];
    assert_eq!(after, before);
}

#[rstest]
#[tokio::test]
async fn only_an_idea_that_somebody_owes_a_step_takes_another_in(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let decide = async |idea: &Idea, outcome: &str, more: Value| {
        let mut input = json!({"ideaId": idea.id, "outcome": outcome, "reason": "Because."});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        lead.act("decideIdea", input, "idea { id }").await.ok();
    };
    let asked = author.submit("Asked").await;
    let ask = json!({"ideaId": asked.id, "outcome": "NEEDS_INFO", "reason": "Who?"});
    lead.act("screenIdea", ask, "idea { id }").await.ok();
    let held = panel.idea("Held").await;
    decide(&held, "HOLD", json!({"revisitAt": "2026-06-01T00:00:00Z"})).await;
    let declined = panel.idea("Declined").await;
    decide(&declined, "DECLINE", json!({})).await;
    let withdrawn = author.submit("Withdrawn").await;
    author
        .says_of("withdrawIdea", &withdrawn, "idea { id }")
        .await
        .ok();
    let adopted = panel.rated("Adopted", &[[3; 6]; 3]).await;
    decide(&adopted, "ADOPT", json!({"handedTo": "Roadmap"})).await;
    let delivered = panel.rated("Delivered", &[[3; 6]; 3]).await;
    decide(&delivered, "ADOPT", json!({"handedTo": "Roadmap"})).await;
    let shipped = json!({"ideaId": delivered.id, "kind": "SHIPPED", "measured": "Yes."});
    lead.act("recordOutcome", shipped, "idea { id }").await.ok();

    for (into, legal) in [
        (
            &declined,
            json!(["decideIdea(REOPEN)", "resolveAppeal(UPHELD)"]),
        ),
        (&withdrawn, json!([])),
        (&delivered, json!([])),
    ] {
        let idea = author.submit("Another").await;
        let before = (author.sees(&idea, ALL).await, author.sees(into, ALL).await);
        assert_eq!(legal_steps(&lead.merge(&idea, into).await), legal);
        let after = (author.sees(&idea, ALL).await, author.sees(into, ALL).await);
        assert_eq!(after, before);
    }
    for into in [&asked, &held, &adopted] {
        let idea = author.submit("Another").await;
        lead.merge(&idea, into).await.ok();
    }
    // What nobody owes anything is not absorbed either.
    let goes_on = author.submit("Goes on").await;
    for idea in [&declined, &withdrawn, &adopted, &delivered] {
        legal_steps(&lead.merge(idea, &goes_on).await);
    }
    // A draft is its authors' own.
    let draft = author.submit_with("Draft", json!({"asDraft": true})).await;
    for (idea, into) in [(&draft, &goes_on), (&goes_on, &draft)] {
        let refused = lead.merge(idea, into).await;
        refused.refused_because("NOT_FOUND", "NOT_FOUND");
    }
}

#[rstest]
#[tokio::test]
async fn nobody_merges_with_an_own_idea_on_either_side(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, zoe, ann) = (
        app.person("Lea", &["LEAD"]).await,
        app.person("Zoe", &["LEAD"]).await,
        app.member("Ann").await,
    );
    let theirs = zoe.submit("Zoe's").await;
    let (a, b) = (ann.submit("A").await, ann.submit("B").await);
    for (idea, into) in [(&theirs, &a), (&a, &theirs)] {
        zoe.merge(idea, into)
            .await
            .refused_because("FORBIDDEN", "OWN_IDEA");
        ann.merge(idea, into)
            .await
            .refused_because("FORBIDDEN", "ROLE_NEEDED");
    }
    lea.merge(&theirs, &a).await.ok();

    // Now an own one goes on in it.
    for (idea, into) in [(&a, &b), (&b, &a)] {
        zoe.merge(idea, into)
            .await
            .refused_because("FORBIDDEN", "OWN_IDEA");
    }
    zoe.unmerge(&theirs)
        .await
        .refused_because("FORBIDDEN", "OWN_IDEA");
    let steps = "nextSteps { mutation isOpen closedReason } viewerCan";
    assert_eq!(
        zoe.sees(&theirs, steps).await["nextSteps"],
        json!([{"mutation": "unmergeIdeas", "isOpen": false, "closedReason": "OWN_IDEA"}])
    );
    let can = zoe.looks(&a, "viewerCan").await;
    assert_eq!(can, json!(["COMMENT", "SUPPORT", "FOLLOW"]));
    assert_eq!(
        lea.looks(&a, "viewerCan").await.as_array().unwrap().len(),
        7
    );
    for (mutation, input) in [
        (
            "screenIdea",
            json!({"outcome": "ACCEPT", "reason": "Mine."}),
        ),
        (
            "decideIdea",
            json!({"outcome": "HOLD", "reason": "Mine.", "revisitAt": "2027-01-01T00:00:00Z"}),
        ),
        ("setSteward", json!({"memberId": zoe.id, "reason": "Mine."})),
    ] {
        let mut input = input;
        input["ideaId"] = json!(a.id);
        let refused = zoe.act(mutation, input, "__typename").await;
        refused.refused_because("FORBIDDEN", "OWN_IDEA");
    }
    // They have not become its authors.
    let edit = json!({"ideaId": a.id, "title": "Zoe's"});
    let refused = zoe.act("updateIdea", edit, "__typename").await;
    refused.refused_because("FORBIDDEN", "NOT_AUTHOR");
    lea.unmerge(&theirs).await.ok();
    zoe.merge(&a, &b).await.ok();
}

#[rstest]
#[tokio::test]
async fn a_retried_merge_is_done_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let (a, b) = (ann.submit("A").await, ann.submit("B").await);
    let input = json!({
        "ideaId": a.id, "intoId": b.id, "reason": "The same.", "idempotencyKey": "once",
    });
    let fields = "idea { state } into { id } decision { id }";
    let first = lea.act("mergeIdeas", input.clone(), fields).await;
    let again = lea.act("mergeIdeas", input, fields).await;
    assert_eq!(again.ok(), first.ok());
    assert_eq!(
        ann.looks(&a, "decisions { kind }").await,
        json!([{"kind": "MERGED"}])
    );
}
