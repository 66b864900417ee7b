//! Who is told what.

use rstest::rstest;
use tokio::task::JoinSet;

use super::*;

#[rstest]
#[tokio::test]
async fn a_question_is_told_to_the_authors_and_the_answer_to_who_asked(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let (ann, bob, cy) = (
        app.member("Ann").await,
        app.member("Bob").await,
        app.member("Cy").await,
    );
    let with_bob = json!({"coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Bees", with_bob).await;
    cy.follows(&bees).await;
    assert_eq!(
        bob.news().await,
        one("STATE_CHANGED", "You were named a co-author of #1 “Bees”.")
    );

    let ask = json!({"outcome": "NEEDS_INFO", "reason": "How many?"});
    lead.does("screenIdea", &bees, ask).await;

    let asked = one(
        "QUESTION_ASKED",
        "A question about #1 “Bees” waits for your answer.",
    );
    assert_eq!(ann.news().await, asked);
    assert_eq!(bob.news().await, asked);

    bob.does("answerQuestion", &bees, json!({"answer": "Seven."}))
        .await;

    assert_eq!(
        lead.news().await,
        one(
            "QUESTION_ANSWERED",
            "The question about #1 “Bees” was answered."
        )
    );
    for person in [&ann, &bob, &cy] {
        assert_eq!(person.news().await, []);
    }
}

#[rstest]
#[tokio::test]
async fn authors_and_followers_are_told_what_was_decided_and_each_once(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let (lead, ann, bo) = (&panel.lead, &panel.author, &panel.assessors[0]);
    let (cy, dee) = (panel.app.member("Cy").await, panel.app.member("Dee").await);
    let second = panel.app.person("Zoe", &["LEAD"]).await;
    let bees = ann.submit("Bees").await;
    cy.follows(&bees).await;
    lead.follows(&bees).await;
    let accept = json!({"outcome": "ACCEPT", "reason": "Clear."});
    lead.does("screenIdea", &bees, accept).await;
    bo.assess(&bees, [3; 6]).await;
    let decided: [(&str, Value, &str); 6] = [
        ("", json!({}), "#1 “Bees” was accepted for assessment."),
        (
            "decideIdea",
            json!({"outcome": "HOLD", "revisitAt": "2027-01-01T00:00:00Z"}),
            "#1 “Bees” was put on hold.",
        ),
        (
            "decideIdea",
            json!({"outcome": "REOPEN"}),
            "#1 “Bees” was taken up again.",
        ),
        (
            "decideIdea",
            json!({"outcome": "WAIVE_QUORUM"}),
            "The score of #1 “Bees” was published with fewer assessments than its rubric asks for.",
        ),
        (
            "decideIdea",
            json!({"outcome": "ADOPT", "handedTo": "Roadmap"}),
            "#1 “Bees” was adopted.",
        ),
        (
            "recordOutcome",
            json!({"kind": "PARTLY", "measured": "It runs."}),
            "A part of #1 “Bees” shipped.",
        ),
    ];
    for (mutation, mut input, sentence) in decided {
        if mutation == "decideIdea" {
            input["reason"] = json!("Because.");
        }
        if !mutation.is_empty() {
            second.does(mutation, &bees, input).await;
        }
        for person in [ann, &cy] {
            assert_eq!(person.news().await, one("DECIDED", sentence), "{mutation}");
        }
        // Who decides knows it; the steward is told when they follow, and of the score always.
        let of_lead = match mutation {
            "" => vec![],
            _ => one("DECIDED", sentence),
        };
        assert_eq!(lead.news().await, of_lead, "{mutation}");
    }
    for person in [&second, &dee, bo] {
        assert_eq!(person.told().await, []);
    }
}

#[rstest]
#[tokio::test]
async fn a_decline_a_withdrawal_and_a_new_steward_are_told(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let second = app.person("Zoe", &["LEAD"]).await;
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    let decline = json!({"outcome": "DECLINE", "reason": "Not ours."});
    lead.does("screenIdea", &bees, decline).await;
    assert_eq!(ann.news().await, one("DECIDED", "#1 “Bees” was declined."));

    let wasps = ann.submit("Wasps").await;
    bob.follows(&wasps).await;
    second.follows(&wasps).await;
    let accept = json!({"outcome": "ACCEPT", "reason": "Clear.", "stewardId": second.id});
    lead.does("screenIdea", &wasps, accept).await;
    // Once, and what concerns them most.
    let handed = one("ASSIGNED", "#2 “Wasps” was handed to you to look after.");
    assert_eq!(second.news().await, handed);
    let accepted = one("DECIDED", "#2 “Wasps” was accepted for assessment.");
    assert_eq!(bob.news().await, accepted);
    second
        .does(
            "setSteward",
            &wasps,
            json!({"memberId": lead.id, "reason": "I am away."}),
        )
        .await;
    assert_eq!(lead.news().await, handed);
    assert_eq!(ann.news().await, accepted);

    ann.does("withdrawIdea", &wasps, json!({})).await;

    let gone = one("STATE_CHANGED", "#2 “Wasps” was taken back by its author.");
    for person in [&lead, &second, &bob] {
        assert_eq!(person.news().await, gone);
    }
    assert_eq!(ann.news().await, []);
}

#[rstest]
#[tokio::test]
async fn whoever_becomes_an_author_is_told_in_the_same_act(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let lead = app.person("Lea", &["LEAD"]).await;
    let (ann, bob, cy) = (
        app.member("Ann").await,
        app.member("Bob").await,
        app.member("Cy").await,
    );
    let for_ann = json!({"onBehalfOfId": ann.id, "coAuthorIds": [lead.id, bob.id]});
    let bees = lead.submit_with("Bees", for_ann).await;

    assert_eq!(
        ann.news().await,
        one(
            "STATE_CHANGED",
            "#1 “Bees” was put in on your behalf: you are its author."
        )
    );
    let named = one("STATE_CHANGED", "You were named a co-author of #1 “Bees”.");
    assert_eq!(bob.news().await, named);
    // Lea knows what she did.
    assert_eq!(lead.told().await, []);

    // By an edit, those who are new.
    let edit = json!({"coAuthorIds": [bob.id, cy.id], "title": "Bumblebees"});
    ann.does("updateIdea", &bees, edit).await;
    assert_eq!(
        cy.news().await,
        one(
            "STATE_CHANGED",
            "You were named a co-author of #1 “Bumblebees”."
        )
    );
    assert_eq!(bob.news().await, []);

    // They see a draft from its beginning; one that is thrown away takes it along.
    let draft = json!({"asDraft": true, "coAuthorIds": [bob.id]});
    let wasps = ann.submit_with("Wasps", draft).await;
    assert_eq!(
        bob.news().await,
        one("STATE_CHANGED", "You were named a co-author of #2 “Wasps”.")
    );
    ann.act("discardDraft", json!({"ideaId": wasps.id}), "discardedId")
        .await
        .ok();
    // What is told calls the idea as it is called now.
    assert_eq!(
        bob.told().await,
        one(
            "STATE_CHANGED",
            "You were named a co-author of #1 “Bumblebees”."
        )
    );
}

#[rstest]
#[tokio::test]
async fn a_published_score_is_told_to_authors_followers_and_the_steward(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let bees = panel.idea("Bees").await;
    let cy = panel.app.member("Cy").await;
    cy.follows(&bees).await;
    panel.author.news().await;

    panel.rate(&bees, &[[3; 6]; 3]).await;

    let published = one("SCORE_PUBLISHED", "The score of #1 “Bees” was published.");
    for person in [&panel.author, &panel.lead, &cy] {
        assert_eq!(person.news().await, published);
    }
    // It changes, and that is no news.
    panel.assessors[0].assess(&bees, [4; 6]).await;
    for person in [&panel.author, &panel.lead, &cy, &panel.assessors[1]] {
        assert_eq!(person.news().await, []);
    }
}

#[rstest]
#[tokio::test]
async fn telling_five_hundred_takes_as_many_statements_as_telling_five(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let (bees, wasps) = (ann.submit("Bees").await, ann.submit("Wasps").await);
    let mut begun = JoinSet::new();
    for index in 0..500 {
        let (app, bees, wasps) = (app.clone(), bees.clone(), wasps.clone());
        begun.spawn(async move {
            let person = app.member(&format!("Member {index}")).await;
            person.follows(&bees).await;
            if index < 4 {
                person.follows(&wasps).await;
            }
            person
        });
        if begun.len() >= 20 {
            begun.join_next().await;
        }
    }
    while begun.join_next().await.is_some() {}
    let counted = async |idea: &Idea| {
        let before = app.db().statements();
        bob.does("addComment", idea, json!({"body": "Good."})).await;
        app.db().statements() - before
    };
    // Once, for what is read once and kept.
    counted(&wasps).await;

    let few = counted(&wasps).await;
    let many = counted(&bees).await;

    assert_eq!(many, few);
    assert_eq!(
        app.member("Member 499").await.told().await,
        one("COMMENTED", "Something was said about #1 “Bees”.")
    );
}
