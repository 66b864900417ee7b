//! How well a candidate fits is rated, apart from its merit.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn the_fit_is_the_mean_over_its_raters_with_a_line_for_each_question(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel {
        author,
        lead,
        assessors,
        ..
    } = &event.panel;
    let idea = author.submit("Badges").await;
    let candidate = lead.nominates(&event, &idea).await;

    lead.rates(&candidate, [3, 4, 2, 5]).await.ok();
    assessors[0].rates(&candidate, [1, 1, 1, 1]).await.ok();
    let input = json!({
        "candidateId": candidate, "theme": 2, "buildable": 2, "demoable": 2, "staffable": 2,
        "note": "So so.",
    });
    event.organizer.act("rateFit", input, FIT).await.ok();
    let rated = assessors[0].rates(&candidate, [1, 1, 1, 2]).await;

    let line =
        |question: &str, mean: f64| json!({"question": question, "mean": mean, "ratingCount": 3});
    assert_eq!(
        rated.at("rateFit.candidate"),
        &json!({
            "fit": 31.25,
            "fitLines": [
                line("THEME", 2.0), line("BUILDABLE", 2.33), line("DEMOABLE", 1.67),
                line("STAFFABLE", 3.0),
            ],
            "viewerFit": {
                "theme": 1, "buildable": 1, "demoable": 1, "staffable": 2, "note": null,
            },
        })
    );
    let fields = "candidacies { fit viewerFit { note } }";
    assert_eq!(
        event.organizer.sees(&idea, fields).await["candidacies"],
        json!([{"fit": 31.25, "viewerFit": {"note": "So so."}}])
    );
    assert_eq!(
        author.sees(&idea, fields).await["candidacies"],
        json!([{"fit": 31.25, "viewerFit": null}])
    );
}

#[rstest]
#[tokio::test]
async fn who_must_not_judge_the_idea_any_more_does_not_count(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel {
        author,
        lead,
        assessors,
        ..
    } = &event.panel;
    let idea = author.submit("Badges").await;
    let candidate = lead.nominates(&event, &idea).await;
    for (assessor, mark) in assessors.iter().zip([1, 3, 5]) {
        assessor.rates(&candidate, [mark; 4]).await.ok();
    }
    let fit = async || {
        lead.sees(&idea, "candidacies { fit fitLines { ratingCount } }")
            .await
    };
    assert_eq!(fit().await["candidacies"][0]["fit"], 50.0);

    let input = json!({"ideaId": idea.id, "kind": "TEAMMATE"});
    assessors[0]
        .act("declareConflict", input, "__typename")
        .await
        .ok();
    assert_eq!(fit().await["candidacies"][0]["fit"], 75.0);
    let input = json!({"ideaId": idea.id, "coAuthorIds": [assessors[2].id]});
    author.act("updateIdea", input, "__typename").await.ok();

    assert_eq!(
        fit().await["candidacies"][0],
        json!({"fit": 50.0, "fitLines": vec![json!({"ratingCount": 1}); 4]})
    );
    let own = assessors[2]
        .sees(&idea, "candidacies { viewerFit { theme } }")
        .await;
    assert_eq!(own["candidacies"][0]["viewerFit"], json!({"theme": 5}));
    let kept = event.app().kept().await;
    let own = assessors[2].rates(&candidate, [5; 4]).await;
    own.refused_because("FORBIDDEN", "OWN_IDEA");
    let conflicted = assessors[0].rates(&candidate, [5; 4]).await;
    conflicted.refused_because("FORBIDDEN", "CONFLICT_OF_INTEREST");
    assert_eq!(event.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn a_rating_is_refused_with_every_fault_to_members_and_outside_nomination(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let (bob, judge) = (
        event.app().member("Bob").await,
        event.app().member("Judy").await,
    );
    let input = json!({"hackathonId": event.id, "judgeIds": [judge.id]});
    event
        .organizer
        .act("updateHackathon", input, "__typename")
        .await
        .ok();
    let idea = author.submit("Badges").await;
    let candidate = lead.nominates(&event, &idea).await;
    let kept = event.app().kept().await;

    let wrong = lead.rates(&candidate, [0, 3, 6, -1]).await;
    assert_eq!(
        faults(&wrong),
        listed(&[
            ("theme", "LEVEL_OUT_OF_RANGE"),
            ("demoable", "LEVEL_OUT_OF_RANGE"),
            ("staffable", "LEVEL_OUT_OF_RANGE"),
        ])
    );
    let member = bob.rates(&candidate, [9; 4]).await;
    member.refused_because("FORBIDDEN", "ROLE_NEEDED");
    assert_eq!(event.app().kept().await, kept);
    judge.rates(&candidate, [4; 4]).await.ok();
    let can = |seen: Value| {
        seen["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("RATE_FIT"))
    };
    assert!(can(judge.visits("jam", "viewerCan").await));
    assert!(!can(bob.visits("jam", "viewerCan").await));
    author.tries_to("dropCandidate", &candidate).await.ok();
    let gone = lead.rates(&candidate, [3; 4]).await;
    gone.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    event.advances("CANCELLED").await;
    let over = lead.rates(&candidate, [3; 4]).await;
    over.refused_because("ILLEGAL_STEP", "WRONG_STATE");
}
