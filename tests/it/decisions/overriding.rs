//! Ranks at the moment of a decision, what it does to the ranks of others, and when it goes
//! against the ranking.

use rstest::rstest;
use sea_orm::EntityTrait;
use sluice::entity::{decision, event};
use sluice::ideas::store_digests;

use super::*;
use crate::support::panel::Panel;

/// Nine ideas, best first, each clearly apart from those two places away.
async fn nine(panel: &Panel) -> Vec<Idea> {
    let level = |place: usize| [5, 5, 4, 4, 3, 3, 2, 2, 1][place];
    let second = |place: usize| if place.is_multiple_of(2) { 0 } else { 1 };
    let rated = (0..9).map(|place| {
        let mut levels = [level(place); 6];
        // Effort costs; it would pull the other way.
        levels[5] = 6 - level(place);
        levels[4] = (levels[4] - second(place)).max(1);
        vec![levels; 3]
    });
    panel.many(rated.collect()).await
}

#[rstest]
#[tokio::test]
async fn others_move_up_when_one_leaves_and_down_when_it_comes_back(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let ideas = nine(&panel).await;
    let another = panel.app.another().await;
    let elsewhere = panel.author.at(&another);
    let rank = async |idea: &Idea| {
        let here = panel.author.sees(idea, "rank").await["rank"].clone();
        assert_eq!(elsewhere.sees(idea, "rank").await["rank"], here);
        here
    };
    assert_eq!(rank(&ideas[8]).await, 9);

    for (outcome, more) in [
        ("HOLD", json!({"revisitAt": day(50)})),
        ("DECLINE", json!({})),
        ("ADOPT", json!({"handedTo": "Roadmap"})),
    ] {
        let decided = panel.lead.decides(&ideas[4], outcome, more).await;
        assert_eq!(
            (&decided["rankThen"], rank(&ideas[4]).await),
            (&json!(5), json!(null))
        );
        assert_eq!(
            (rank(&ideas[3]).await, rank(&ideas[5]).await),
            (json!(4), json!(5))
        );
        if outcome == "ADOPT" {
            panel.lead.record(&ideas[4], "DROPPED").await.ok();
        }
        panel.lead.decides(&ideas[4], "REOPEN", json!({})).await;
        assert_eq!(
            (rank(&ideas[4]).await, rank(&ideas[5]).await),
            (json!(5), json!(6))
        );
    }
}

#[rstest]
#[tokio::test]
async fn going_against_the_ranking_shows(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let ideas = nine(&panel).await;
    let adopt = json!({"handedTo": "Roadmap"});
    let hold = json!({"revisitAt": day(50)});
    let (best, last) = (&ideas[0], &ideas[8]);
    for (idea, outcome, more, is_override) in [
        (last, "ADOPT", &adopt, true),
        (best, "ADOPT", &adopt, false),
        // The second is within chance of the best: nothing to override.
        (&ideas[1], "ADOPT", &adopt, false),
        (best, "HOLD", &hold, true),
        (best, "DECLINE", &json!({}), true),
        (last, "HOLD", &hold, false),
        (last, "DECLINE", &json!({}), false),
    ] {
        let decided = panel.lead.decides(idea, outcome, more.clone()).await;
        assert_eq!(decided["isOverride"], is_override, "{outcome} {decided}");
        if outcome == "ADOPT" {
            panel.lead.record(idea, "DROPPED").await.ok();
        }
        let again = panel.lead.decides(idea, "REOPEN", json!({})).await;
        assert_eq!(again["isOverride"], false);
    }
}

#[rstest]
#[tokio::test]
async fn a_confidential_idea_has_the_rank_it_would_take(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let ideas = nine(&panel).await;
    let hide = json!({"ideaId": ideas[4].id, "visibility": "CONFIDENTIAL"});
    panel
        .author
        .act("updateIdea", hide, "idea { id }")
        .await
        .ok();

    let declined = panel.lead.decides(&ideas[4], "DECLINE", json!({})).await;

    assert_eq!(
        (&declined["rankThen"], &declined["isOverride"]),
        (&json!(5), &json!(false))
    );
    let decided = panel
        .author
        .sees(&ideas[4], "decisions { kind rankThen }")
        .await;
    assert_eq!(
        decided["decisions"][1],
        json!({"kind": "DECLINED", "rankThen": 5})
    );
    let stranger = panel.app.member("Zoe").await;
    assert_eq!(stranger.sees(&ideas[4], "id").await, json!(null));
    let refused = stranger.decide(&ideas[4], "REOPEN", json!({})).await;
    refused.refused_because("NOT_FOUND", "NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn decisions_are_kept_as_they_were_taken(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    let hold = json!({"revisitAt": day(50), "expectation": "It can wait."});
    let held = panel.lead.decides(&bees, "HOLD", hold).await;
    panel.lead.decides(&bees, "REOPEN", json!({})).await;
    panel.assessors[0].assess(&bees, [5; 6]).await;
    panel
        .lead
        .decides(&bees, "ADOPT", json!({"handedTo": "Roadmap"}))
        .await;

    let fields = format!("decisions {{ {DECISION} }}");
    let seen = panel.author.sees(&bees, &fields).await;
    let kinds: Vec<_> = seen["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["kind"])
        .collect();
    assert_eq!(kinds, ["ACCEPTED", "HELD", "REOPENED", "ADOPTED"]);
    assert_eq!(seen["decisions"][1], held);

    // Each stands in the chain with the digest of all it says.
    let sql = panel.app.db().reader();
    let decisions = decision::Entity::find().all(sql).await.unwrap();
    let events = event::Entity::find().all(sql).await.unwrap();
    assert_eq!(decisions.len(), 4);
    for row in decisions {
        let id = row.id.to_string();
        let told = events.iter().find(|it| it.data.contains(&id)).unwrap();
        assert!(
            told.data.contains(&store_digests::decision(&row)),
            "{}",
            told.data
        );
        assert!(!told.data.contains("Because"), "{}", told.data);
    }
}
