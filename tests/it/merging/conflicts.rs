//! Nobody judges an idea in which an own one goes on: their assessments stop counting at the
//! merge and count again once it is undone, and state, score and promise follow.

use rstest::rstest;

use super::*;

/// A house with an assessor who also has ideas.
async fn with_ada(store: Store) -> Option<(Panel, Person)> {
    let panel = Panel::seated(store, 3).await?;
    let ada = panel.app.person("Ada", &["ASSESSOR"]).await;
    Some((panel, ada))
}

const SCORED: &str = "state rank scorecard { total assessmentCount }
    assessmentProgress { submitted }";

fn scored(state: &str, rank: Option<i32>, total: Option<f64>, count: i32) -> Value {
    let card = total.map(|total| json!({"total": total, "assessmentCount": count}));
    json!({
        "state": state, "rank": rank, "scorecard": card,
        "assessmentProgress": {"submitted": count},
    })
}

async fn decide(panel: &Panel, idea: &Idea, outcome: &str) {
    let mut input = json!({"ideaId": idea.id, "outcome": outcome, "reason": "Because."});
    if outcome == "HOLD" {
        input["revisitAt"] = json!("2027-01-01T00:00:00Z");
    }
    if outcome == "ADOPT" {
        input["handedTo"] = json!("Roadmap");
    }
    panel
        .lead
        .act("decideIdea", input, "idea { id }")
        .await
        .ok();
}

#[rstest]
#[tokio::test]
async fn an_assessment_by_who_wrote_what_was_merged_counts_no_more_until_that_is_undone(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ada)) = with_ada(store).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let hers = ada.submit("Hers").await;
    let between = author.submit("Between").await;
    let bees = panel.rated("Bees", &[[3; 6]; 2]).await;
    ada.assess(&bees, [5; 6]).await;
    let with_her = scored("BACKLOG", Some(1), Some(63.33), 3);
    assert_eq!(author.sees(&bees, SCORED).await, with_her);

    lead.merge(&hers, &between).await.ok();
    assert_eq!(author.sees(&bees, SCORED).await, with_her);
    lead.merge(&between, &bees).await.ok();

    assert_eq!(
        author.sees(&bees, SCORED).await,
        scored("BACKLOG", Some(1), Some(50.0), 2)
    );
    let again = json!([{"criterion": "problem", "level": 5}]);
    let refused = ada.try_to_assess(&bees, again, "idea { id }").await;
    refused.refused_because("FORBIDDEN", "OWN_IDEA");
    let told = author
        .looks(&bees, "activity(last: 2) { nodes { kind sentence } }")
        .await;
    assert_eq!(
        told["nodes"],
        json!([
            {"kind": "MERGED", "sentence": format!("Lea merged #{} into it.", between.number)},
            {"kind": "SCORE_CHANGED", "sentence": "The score went from 63.33 to 50.00."},
        ])
    );

    lead.unmerge(&hers).await.ok();

    assert_eq!(author.sees(&bees, SCORED).await, with_her);
    assert_eq!(author.looks(&hers, "state").await, "SUBMITTED");
    assert_eq!(author.looks(&between, "state").await, "MERGED");
    crate::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn an_idea_goes_back_into_assessment_when_nothing_counts_any_more(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ada)) = with_ada(store).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let hers = ada.submit("Hers").await;
    let bees = panel.idea("Bees").await;
    ada.assess(&bees, [5; 6]).await;
    decide(&panel, &bees, "WAIVE_QUORUM").await;
    panel.app.days_pass(10);

    lead.merge(&hers, &bees).await.ok();

    assert_eq!(
        author.sees(&bees, SCORED).await,
        scored("IN_ASSESSMENT", None, None, 0)
    );
    let due = author.looks(&bees, "waitingFor { dueAt }").await["dueAt"].clone();
    assert!(due.as_str().unwrap().starts_with("2026-04-02"), "{due}");
    lead.unmerge(&hers).await.ok();
    assert_eq!(
        author.sees(&bees, SCORED).await,
        scored("IN_ASSESSMENT", None, None, 1)
    );
    crate::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn the_score_is_published_when_the_quorum_is_there_again(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ada)) = with_ada(store).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    // As co-author, too.
    let hers = author
        .submit_with("Hers", json!({"coAuthorIds": [ada.id]}))
        .await;
    let (bees, held) = (panel.idea("Bees").await, panel.idea("Held").await);
    let absorbed = panel.idea("Absorbed").await;
    for idea in [&bees, &held, &absorbed] {
        ada.assess(idea, [5; 6]).await;
        panel.assessors[0].assess(idea, [3; 6]).await;
        lead.merge(&hers, idea).await.ok();
        panel.assessors[1].assess(idea, [3; 6]).await;
        assert_eq!(
            author.sees(idea, SCORED).await,
            scored("IN_ASSESSMENT", None, None, 2)
        );
        match idea.number {
            number if number == held.number => decide(&panel, &held, "HOLD").await,
            number if number == absorbed.number => {
                lead.merge(&absorbed, &bees).await.ok();
            }
            _ => {}
        }
        lead.unmerge(&hers).await.ok();
    }

    assert_eq!(
        author.sees(&bees, SCORED).await,
        scored("BACKLOG", Some(1), Some(63.33), 3)
    );
    // What waits elsewhere is published when it comes back.
    assert_eq!(
        author.looks(&held, "scorecard { total }").await,
        json!(null)
    );
    assert_eq!(
        author.looks(&absorbed, "scorecard { total }").await,
        json!(null)
    );
    crate::verify::fits(&panel.app);
    decide(&panel, &held, "REOPEN").await;
    lead.unmerge(&absorbed).await.ok();
    for idea in [&held, &absorbed] {
        assert_eq!(
            author.sees(idea, SCORED).await,
            scored("BACKLOG", Some(1), Some(63.33), 3)
        );
    }
    crate::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn what_is_elsewhere_comes_back_to_where_its_score_belongs(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ada)) = with_ada(store).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let hers = ada.submit("Hers").await;
    let (held, adopted) = (panel.idea("Held").await, panel.idea("Adopted").await);
    for (idea, outcome) in [(&held, "HOLD"), (&adopted, "ADOPT")] {
        ada.assess(idea, [5; 6]).await;
        decide(&panel, idea, "WAIVE_QUORUM").await;
        decide(&panel, idea, outcome).await;
    }

    lead.merge(&hers, &held).await.ok();
    assert_eq!(
        author.sees(&held, SCORED).await,
        scored("ON_HOLD", None, None, 0)
    );
    decide(&panel, &held, "REOPEN").await;
    assert_eq!(
        author.sees(&held, SCORED).await,
        scored("IN_ASSESSMENT", None, None, 0)
    );
    lead.unmerge(&hers).await.ok();

    lead.merge(&hers, &adopted).await.ok();
    assert_eq!(
        author.sees(&adopted, SCORED).await,
        scored("ADOPTED", None, None, 0)
    );
    lead.unmerge(&hers).await.ok();
    let card = author.sees(&adopted, SCORED).await;
    assert_eq!(
        (&card["state"], &card["rank"]),
        (&json!("ADOPTED"), &json!(null))
    );
    assert_eq!(card["scorecard"]["assessmentCount"], 1);
    crate::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn who_wrote_what_was_merged_hears_nothing_that_is_for_reviewers(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ada)) = with_ada(store).await else {
        return;
    };
    let hers = ada.submit("Hers").await;
    let bees = panel.author.submit("Bees").await;
    let aside = json!({"ideaId": bees.id, "body": "Hm.", "audience": "REVIEWERS"});
    panel
        .lead
        .act("addComment", aside.clone(), "idea { id }")
        .await
        .ok();
    assert_eq!(
        ada.looks(&bees, "comments { totalCount }").await["totalCount"],
        1
    );

    panel.lead.merge(&hers, &bees).await.ok();

    assert_eq!(
        ada.looks(&bees, "comments { totalCount }").await["totalCount"],
        0
    );
    let refused = ada.act("addComment", aside, "idea { id }").await;
    refused.refused_because("FORBIDDEN", "OWN_IDEA");
}
