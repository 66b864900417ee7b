//! Many assessors at once: each is heard, the score is published once, and it is made of
//! all of them.

use std::time::Duration;

use rstest::rstest;
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
    QueryFilter, Statement,
};
use serde_json::{Value, json};

use sluice::entity::idea;

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

/// Makes the transaction that assesses this idea wait at its very end, with all it has locked,
/// until `let_go`.
async fn hold(panel: &Panel, number: i64) -> DatabaseConnection {
    let mut options = ConnectOptions::new(&panel.app.config().database_url);
    options.max_connections(1).sqlx_logging(false);
    let own = Database::connect(options).await.unwrap();
    let found = idea::Entity::find().filter(idea::Column::Number.eq(number));
    let id = found.one(&own).await.unwrap().unwrap().id;
    own.execute_unprepared(&format!(
        "create function hold() returns trigger language plpgsql as $$ begin
             if new.idea_id = '{id}' then perform pg_advisory_xact_lock(42); end if;
             return null;
         end $$;
         create constraint trigger hold after insert on assessment
             deferrable initially deferred for each row execute function hold();
         select pg_advisory_lock(42);"
    ))
    .await
    .unwrap();
    own
}

/// How many transactions wait for `let_go`.
async fn held(own: &DatabaseConnection) -> i64 {
    let waiting = "select count(*) from pg_locks
        where locktype = 'advisory' and objid = 42 and not granted";
    let waiting = Statement::from_string(own.get_database_backend(), waiting);
    let row = own.query_one_raw(waiting).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn let_go(own: &DatabaseConnection) {
    own.execute_unprepared("select pg_advisory_unlock(42)")
        .await
        .unwrap();
}

/// On SQLite there is one writer at a time; this promise is PostgreSQL's.
#[tokio::test]
async fn assessors_of_different_ideas_do_not_wait_for_each_other() {
    let Some(panel) = Panel::seated(Postgres, 20).await else {
        return;
    };
    let mut ideas = Vec::new();
    for number in 0..16 {
        // Ranked already, so that each assessment moves a score among the others.
        ideas.push(panel.rated(&format!("Badges {number}"), &[[3; 6]; 3]).await);
    }
    let own = hold(&panel, ideas[0].number).await;
    let assess = |at: usize, idea: usize| {
        let (assessor, idea) = (panel.assessors[at].clone(), ideas[idea].clone());
        tokio::spawn(async move { assessor.assess(&idea, [4; 6]).await })
    };

    let first = assess(4, 0);
    for _ in 0..500 {
        if held(&own).await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(held(&own).await, 1);
    // Who assesses the same idea waits, so it is locked in earnest,
    let same = assess(3, 0);
    // and fifteen others are through before the first is.
    let others: Vec<_> = (1..16).map(|i| assess(4 + i, i)).collect();
    for other in others {
        let done = tokio::time::timeout(Duration::from_secs(20), other).await;
        done.expect("waits for the first").unwrap();
    }

    assert_eq!(held(&own).await, 1);
    assert!(!first.is_finished() && !same.is_finished());
    let_go(&own).await;
    first.await.unwrap();
    same.await.unwrap();
    for (idea, expected) in ideas.iter().zip([5].into_iter().chain([4; 15])) {
        let seen = panel
            .author
            .sees(idea, "scorecard { assessmentCount }")
            .await;
        assert_eq!(seen["scorecard"]["assessmentCount"], expected);
    }
}
