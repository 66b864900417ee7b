//! Many who judge at once while leniencies are fitted anew.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use sluice::assessment::scoring::{Fit, Rating};
use uuid::Uuid;

use super::*;
use crate::verify::{fits, misfit, tamper};

/// What is kept of leniencies and what was given, as the database has them.
async fn kept(panel: &Panel) -> (BTreeMap<Uuid, f64>, Vec<Rating>) {
    let sql = panel.app.db().reader();
    let ask = |question: &str| Statement::from_string(sql.get_database_backend(), question);
    let rows = sql.query_all_raw(ask("select member_id, leniency from leniency"));
    let rows = rows.await.unwrap();
    let kept = rows.iter().map(|row| {
        let micro: i64 = row.try_get_by_index(1).unwrap();
        (row.try_get_by_index(0).unwrap(), micro as f64 / 1e6)
    });
    let kept = kept.collect();
    let question = "select idea_id, assessor_id, total from assessment where total is not null";
    let rows = sql.query_all_raw(ask(question)).await.unwrap();
    let given = rows.iter().map(|row| Rating {
        idea: row.try_get_by_index(0).unwrap(),
        assessor: row.try_get_by_index(1).unwrap(),
        total: row.try_get_by_index(2).unwrap(),
    });
    (kept, given.collect())
}

#[rstest]
#[tokio::test]
async fn twenty_who_judge_while_it_is_fitted_leave_no_score_of_old_leniencies(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 20).await else {
        return;
    };
    panel.publish(points("SEVERITY_ADJUSTED", 2)).await;
    let mut ideas = Vec::new();
    for number in 0..4 {
        let idea = panel.author.submit(&format!("Idea {number}")).await;
        panel.lead.accept_under(&idea, Some("points")).await;
        ideas.push(idea);
    }

    let mut going = Vec::new();
    for (who, assessor) in panel.assessors.iter().enumerate() {
        let (assessor, ideas) = (assessor.clone(), ideas.clone());
        going.push(tokio::spawn(async move {
            for (number, idea) in ideas.iter().enumerate() {
                if (who + number) % 3 != 0 {
                    gives(&assessor, idea, (7 * who + 13 * number) as u8 % 101).await;
                }
            }
        }));
    }
    let other = panel.app.another().await;
    for app in [panel.app.clone(), other] {
        going.push(tokio::spawn(async move {
            for _ in 0..10 {
                app.calendar_turns().await;
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }));
    }
    for one in going {
        one.await.unwrap();
    }

    // Whatever came last, every score is that of the leniencies that are kept.
    fits(&panel.app);
    panel.app.calendar_turns().await;
    let (kept, given) = kept(&panel).await;
    let fit = Fit::of(&given);
    assert_eq!(kept.len(), 20);
    for who in &fit.assessors {
        assert!((kept[&who.id] - who.leniency).abs() < 1e-6);
    }
    for node in backlog(&panel.author, "scorecard { total }").await {
        let idea = ideas
            .iter()
            .find(|idea| node["idea"]["id"] == idea.id.as_str());
        let id = Uuid::try_parse(idea.unwrap().id.strip_prefix("idea_").unwrap()).unwrap();
        let theta = fit.idea(id).unwrap().theta;
        let total = node["scorecard"]["total"].as_f64().unwrap();
        assert!((total - theta).abs() < 0.0051, "{total}, not {theta}");
    }
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn a_fit_that_finds_nothing_new_writes_nothing(#[values(Sqlite, Postgres)] store: Store) {
    let Some((panel, _)) = judged(store, "SEVERITY_ADJUSTED", &W5).await else {
        return;
    };
    panel.app.calendar_turns().await;
    let changes = || async {
        let sql = panel.app.db().reader();
        let question = "select cause from score_change where cause = 'REFITTED'";
        let question = Statement::from_string(sql.get_database_backend(), question);
        sql.query_all_raw(question).await.unwrap().len()
    };
    assert_eq!(changes().await, 5);

    panel.app.calendar_turns().await;
    panel.app.another().await.calendar_turns().await;

    assert_eq!(changes().await, 5);
}

#[rstest]
#[tokio::test]
async fn a_leniency_that_was_changed_behind_its_back_is_found(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, _)) = judged(store, "SEVERITY_ADJUSTED", &W6).await else {
        return;
    };
    panel.app.calendar_turns().await;
    fits(&panel.app);
    tamper(
        &panel.app,
        "update leniency set leniency = leniency + 1000000",
        4,
    )
    .await;

    let told = misfit(&panel.app);

    assert!(told.contains("the shown total of its score is"), "{told}");
}
