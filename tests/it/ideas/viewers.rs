//! What the caller may do with an idea, and how they stand to it; and who takes one back.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn viewers_read_what_they_may_do_and_how_they_stand(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let (cid, lead) = (app.member("Cid").await, app.person("Lea", &["LEAD"]).await);
    let rater = app.person("Rae", &["ASSESSOR"]).await;
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;
    let everybody = async || {
        let mut seen = Vec::new();
        for person in [&ann, &bob, &cid, &rater, &lead] {
            let fields = person.sees(&bees, "viewerCan viewerRelation").await;
            seen.push(json!([fields["viewerCan"], fields["viewerRelation"]]));
        }
        seen
    };

    assert_eq!(
        everybody().await,
        [
            json!([
                ["EDIT", "WITHDRAW", "COMMENT", "SUPPORT", "FOLLOW"],
                ["AUTHOR", "FOLLOWS"]
            ]),
            json!([
                ["EDIT", "COMMENT", "SUPPORT", "FOLLOW"],
                ["CO_AUTHOR", "FOLLOWS"]
            ]),
            json!([["COMMENT", "SUPPORT", "FOLLOW"], []]),
            json!([["COMMENT", "COMMENT_TO_REVIEWERS", "SUPPORT", "FOLLOW"], []]),
            json!([
                [
                    "COMMENT",
                    "COMMENT_TO_REVIEWERS",
                    "SUPPORT",
                    "FOLLOW",
                    "SCREEN",
                    "DECIDE",
                    "MERGE"
                ],
                []
            ]),
        ]
    );
    lead.accept(&bees).await;
    for person in [&bob, &cid] {
        person
            .on(&bees, "supportIdea", json!({}), "idea { id }")
            .await
            .ok();
    }
    let ratings = json!({"ratings": [{"criterion": "problem", "level": 3}]});
    rater
        .on(&bees, "submitAssessment", ratings, "idea { id }")
        .await
        .ok();
    assert_eq!(
        everybody().await,
        [
            json!([
                ["EDIT", "WITHDRAW", "COMMENT", "SUPPORT", "FOLLOW"],
                ["AUTHOR", "FOLLOWS"]
            ]),
            json!([
                ["EDIT", "COMMENT", "SUPPORT", "FOLLOW"],
                ["CO_AUTHOR", "FOLLOWS", "SUPPORTS"]
            ]),
            json!([["COMMENT", "SUPPORT", "FOLLOW"], ["SUPPORTS"]]),
            json!([
                [
                    "COMMENT",
                    "COMMENT_TO_REVIEWERS",
                    "SUPPORT",
                    "FOLLOW",
                    "ASSESS"
                ],
                ["ASSESSED"]
            ]),
            json!([
                [
                    "COMMENT",
                    "COMMENT_TO_REVIEWERS",
                    "SUPPORT",
                    "FOLLOW",
                    "ASSIGN",
                    "DECIDE",
                    "MERGE"
                ],
                ["STEWARD"]
            ]),
        ]
    );
    ann.on(&bees, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();
    for (seen, relation) in
        everybody()
            .await
            .iter()
            .zip(["AUTHOR", "CO_AUTHOR", "SUPPORTS", "ASSESSED", "STEWARD"])
    {
        assert_eq!((&seen[0], &seen[1][0]), (&json!([]), &json!(relation)));
    }
}

#[rstest]
#[tokio::test]
async fn only_its_author_takes_an_idea_back(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let lead = app.person("Lea", &["LEAD", "ADMIN"]).await;
    let bees = ann
        .submit_with("Bees", json!({"coAuthorIds": [bob.id]}))
        .await;

    for other in [&bob, &lead] {
        let answer = other
            .on(&bees, "withdrawIdea", json!({}), "idea { id }")
            .await;
        answer.refused_because("FORBIDDEN", "NOT_AUTHOR");
    }
    let bad = json!({"reason": "\u{0}"});
    let answer = ann.on(&bees, "withdrawIdea", bad, "idea { id }").await;
    assert_eq!(
        faults(&answer),
        json!([[["input", "reason"], "CONTROL_CHARACTERS"]])
    );
    assert_eq!(ann.sees(&bees, "state").await["state"], "SUBMITTED");

    ann.on(&bees, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();
    assert_eq!(bob.sees(&bees, "state").await["state"], "WITHDRAWN");
    let again = ann
        .on(&bees, "withdrawIdea", json!({}), "idea { id }")
        .await;
    assert_eq!(legal_steps(&again), json!([]));
}
