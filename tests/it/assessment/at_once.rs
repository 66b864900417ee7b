//! Many assessors at once: each is heard, the score is published once, and it is made of
//! all of them.

use rstest::rstest;
use serde_json::{Value, json};

use super::plain::{self, Dice};
use super::scorecards::hundredths;
use crate::support::panel::{Levels, Panel, ratings};
use crate::support::{Store, Store::*};

#[rstest]
#[tokio::test]
async fn twenty_assess_the_same_idea_at_once_and_all_of_them_count(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 20).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let mut dice = Dice::new(13);
    let rated: Vec<Levels> = (0..20).map(|_| dice.levels()).collect();

    let begun: Vec<_> = panel
        .assessors
        .iter()
        .cloned()
        .zip(rated.clone())
        .map(|(assessor, levels)| {
            let idea = idea.clone();
            tokio::spawn(async move { assessor.assess(&idea, levels).await })
        })
        .collect();
    for one in begun {
        one.await.unwrap();
    }

    let fields = "state rank scorecard { total assessmentCount }
        assessments(first: 20) { nodes { alias isCounted } }
        activity(first: 50) { nodes { kind } }";
    let seen = panel.author.sees(&idea, fields).await;
    assert_eq!(
        (&seen["state"], &seen["rank"]),
        (&json!("BACKLOG"), &json!(1))
    );
    assert_eq!(seen["scorecard"]["assessmentCount"], 20);
    let total = hundredths(&seen["scorecard"]["total"]);
    assert_eq!(total, plain::score(&rated).key());
    let expected: Vec<Value> = (1..=20)
        .map(|number| json!({"alias": format!("Assessor {number}"), "isCounted": true}))
        .collect();
    assert_eq!(seen["assessments"]["nodes"], json!(expected));
    let happened = |kind: &str| {
        let nodes = seen["activity"]["nodes"].as_array().unwrap();
        nodes.iter().filter(|node| node["kind"] == kind).count()
    };
    assert_eq!((happened("ASSESSED"), happened("STATE_CHANGED")), (20, 1));
}

#[rstest]
#[tokio::test]
async fn one_key_hands_in_once_however_often_it_is_sent(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let input = json!({"ideaId": idea.id, "ratings": ratings([3; 6]), "idempotencyKey": "k"});

    let begun: Vec<_> = (0..8)
        .map(|_| {
            let (assessor, input) = (panel.assessors[0].clone(), input.clone());
            tokio::spawn(async move {
                let fields = "assessment { id submittedAt } idea { id }";
                let answer = assessor.act("submitAssessment", input, fields).await;
                answer.ok().clone()
            })
        })
        .collect();
    let mut told = Vec::new();
    for one in begun {
        told.push(one.await.unwrap());
    }

    told.dedup();
    assert_eq!(told.len(), 1, "{told:#?}");
    let assessed = panel
        .author
        .sees(&idea, "activity { nodes { kind } }")
        .await;
    let nodes = assessed["activity"]["nodes"].as_array().unwrap().iter();
    assert_eq!(nodes.filter(|node| node["kind"] == "ASSESSED").count(), 1);
}

#[rstest]
#[tokio::test]
async fn the_last_assessments_taken_back_at_once_lead_back_into_assessment(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 6).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let mut made = Vec::new();
    for assessor in &panel.assessors {
        made.push((assessor.clone(), assessor.assess(&idea, [3; 6]).await));
    }

    let begun: Vec<_> = made
        .into_iter()
        .map(|(assessor, id)| {
            tokio::spawn(async move { assessor.take_back(&id, "idea { id }").await })
        })
        .collect();
    for one in begun {
        one.await.unwrap().ok();
    }

    let fields = "state rank scorecard { total } assessmentProgress { submitted }";
    assert_eq!(
        panel.author.sees(&idea, fields).await,
        json!({
            "state": "IN_ASSESSMENT", "rank": null, "scorecard": null,
            "assessmentProgress": {"submitted": 0},
        })
    );
    assert!(crate::backlog::whole(&panel.author).await.is_empty());
}
