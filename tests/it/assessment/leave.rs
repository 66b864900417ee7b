//! Who may assess what: assessors, what is in assessment or in the backlog, never their
//! own. A refusal leaves nothing behind.

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use sluice::entity::{assessment, rating};

use crate::support::panel::{Panel, ratings};
use crate::support::{App, Store, Store::*};

/// How many rows there are of assessments and ratings.
async fn rows(app: &App) -> (u64, u64) {
    let sql = app.db().reader();
    let assessments = assessment::Entity::find().count(sql).await;
    let ratings = rating::Entity::find().count(sql).await;
    (assessments.unwrap(), ratings.unwrap())
}

#[rstest]
#[tokio::test]
async fn nobody_assesses_their_own_idea(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (ann, bob) = (&panel.assessors[0], &panel.assessors[1]);
    let together = ann
        .submit_with("Badges", json!({"coAuthorIds": [bob.id]}))
        .await;
    panel.lead.accept(&together).await;
    let draft = ann.submit_with("Draft", json!({"asDraft": true})).await;

    for (person, idea) in [(ann, &together), (bob, &together), (ann, &draft)] {
        let answer = person
            .try_to_assess(idea, ratings([3; 6]), "idea { id }")
            .await;
        answer.refused_because("FORBIDDEN", "OWN_IDEA");
    }

    assert_eq!(rows(&panel.app).await, (0, 0));
    let seen = panel
        .lead
        .sees(&together, "assessmentProgress { submitted }")
        .await;
    assert_eq!(seen, json!({"assessmentProgress": {"submitted": 0}}));
}

#[rstest]
#[tokio::test]
async fn what_one_may_not_see_is_not_there_to_be_assessed(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let draft = panel
        .author
        .submit_with("Draft", json!({"asDraft": true}))
        .await;
    let secret = json!({"visibility": "CONFIDENTIAL"});
    let secret = panel.idea_with("Secret", secret).await;
    let nothing = "idea_00000000000070008000000000000000";
    let assessor = &panel.assessors[0];

    let mut told = Vec::new();
    for id in [&draft.id, &secret.id, nothing] {
        let input = json!({"ideaId": id, "ratings": [{"criterion": "worth", "level": 77}]});
        let answer = assessor.act("submitAssessment", input, "idea { id }").await;
        told.push(answer.refused_because("NOT_FOUND", "NOT_FOUND").clone());
    }

    assert_eq!(told[0], told[1]);
    assert_eq!(told[1], told[2]);
    assert_eq!(rows(&panel.app).await, (0, 0));
}

#[rstest]
#[tokio::test]
async fn an_idea_is_assessed_from_its_acceptance_until_it_leaves_the_backlog(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let assessor = &panel.assessors[0];
    let submitted = panel.author.submit("Submitted").await;
    let withdrawn = panel.idea("Withdrawn").await;
    let input = json!({"ideaId": withdrawn.id});
    panel
        .author
        .act("withdrawIdea", input, "idea { id }")
        .await
        .ok();
    let steps = [
        "screenIdea(ACCEPT)",
        "screenIdea(NEEDS_INFO)",
        "screenIdea(DECLINE)",
        "confirmCandidate",
        "decideIdea(HOLD)",
        "mergeIdeas",
        "withdrawIdea",
    ];

    for (idea, legal) in [(&submitted, &steps[..]), (&withdrawn, &[])] {
        let answer = assessor
            .try_to_assess(idea, ratings([3; 6]), "idea { id }")
            .await;
        let error = answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
        assert_eq!(error["extensions"]["legalSteps"], json!(legal));
    }
    for person in [&panel.lead, &panel.author] {
        let answer = person
            .try_to_assess(&submitted, ratings([3; 6]), "idea { id }")
            .await;
        answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    }
    assert_eq!(rows(&panel.app).await, (0, 0));
}
