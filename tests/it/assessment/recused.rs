//! Nobody's assessment of their own idea counts: whoever becomes a co-author keeps what they
//! handed in, and it counts again when they are one no longer.

use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use sluice::entity::score_change;
use sluice::platform::ids::split;

use crate::backlog::whole;
use crate::support::acts::Idea;
use crate::support::panel::{Panel, ratings};
use crate::support::people::{Answer, Person};
use crate::support::{Store, Store::*};

const STANDING: &str = "state rank scorecard { status total assessmentCount }
    assessmentProgress { submitted } assessments { totalCount nodes { isCounted } }";

/// The author names these co-authors, and no others.
async fn with_co_authors(panel: &Panel, idea: &Idea, co_authors: &[&Person]) -> Answer {
    let ids: Vec<&String> = co_authors.iter().map(|person| &person.id).collect();
    let input = json!({"ideaId": idea.id, "coAuthorIds": ids});
    panel
        .author
        .act("updateIdea", input, "idea { state }")
        .await
}

/// Title, rank and count of the whole backlog.
async fn listed(person: &Person) -> Vec<Value> {
    let row = |entry: Value| {
        let (title, count) = (
            &entry["idea"]["title"],
            &entry["scorecard"]["assessmentCount"],
        );
        json!([title, entry["rank"], count])
    };
    whole(person).await.into_iter().map(row).collect()
}

#[rstest]
#[tokio::test]
async fn the_assessment_of_a_new_co_author_stays_and_counts_no_more(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let badges = panel.rated("Badges", &[[1; 6], [3; 6], [5; 6]]).await;
    panel.rated("Lamp", &[[3; 6], [3; 6], [5; 6]]).await;
    let severe = &panel.assessors[0];
    let standing = |rank: u8, total: f64, counted: [bool; 3]| {
        let n = counted.iter().filter(|it| **it).count();
        json!({
            "state": "BACKLOG", "rank": rank, "assessmentProgress": {"submitted": n},
            "scorecard": {"status": "RANKED", "total": total, "assessmentCount": n},
            "assessments": {
                "totalCount": 3, "nodes": counted.map(|it| json!({"isCounted": it})),
            },
        })
    };
    let stranger = panel.app.member("Max").await;
    let before = standing(2, 50.0, [true; 3]);
    let without = standing(1, 70.0, [false, true, true]);
    assert_eq!(stranger.sees(&badges, STANDING).await, before);

    with_co_authors(&panel, &badges, &[severe]).await.ok();

    // Those around it have moved too, here and at a server that begins now.
    let moved = [json!(["Badges", 1, 2]), json!(["Lamp", 2, 3])];
    for person in [&stranger, severe, &panel.author, &panel.lead] {
        assert_eq!(person.sees(&badges, STANDING).await, without);
        assert_eq!(listed(person).await, moved);
    }
    let late = stranger.at(&panel.app.another().await);
    assert_eq!(listed(&late).await, moved);
    let own = "viewerAssessment { isCounted score { isComplete total } ratings { level } }";
    let kept = json!({"viewerAssessment": {
        "isCounted": false, "score": {"isComplete": true, "total": 10.0},
        "ratings": vec![json!({"level": 1.0}); 6],
    }});
    assert_eq!(severe.sees(&badges, own).await, kept);
    let again = severe.try_to_assess(&badges, ratings([5; 6]), "idea { id }");
    again.await.refused_because("FORBIDDEN", "OWN_IDEA");
    assert_eq!(severe.sees(&badges, own).await, kept);
    assert_eq!(stranger.sees(&badges, STANDING).await, without);

    // An edit that leaves the authors alone leaves the numbers alone.
    let input = json!({"ideaId": badges.id, "coAuthorIds": [severe.id], "tags": ["metal"]});
    let edited = panel.author.act("updateIdea", input, "idea { state }");
    edited.await.ok();
    assert_eq!(stranger.sees(&badges, STANDING).await, without);

    with_co_authors(&panel, &badges, &[]).await.ok();
    assert_eq!(stranger.sees(&badges, STANDING).await, before);
    let back = [json!(["Lamp", 1, 3]), json!(["Badges", 2, 3])];
    assert_eq!(listed(&stranger).await, back);
    assert_eq!(listed(&late).await, back);
}

#[rstest]
#[tokio::test]
async fn every_change_that_it_makes_is_in_the_log_and_in_the_history(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let badges = panel.rated("Badges", &[[1; 6], [3; 6], [5; 6]]).await;

    with_co_authors(&panel, &badges, &[&panel.assessors[0]])
        .await
        .ok();
    // Hidden and recounted in one edit.
    let input = json!({
        "ideaId": badges.id, "coAuthorIds": [], "visibility": "CONFIDENTIAL",
    });
    let hidden = panel.author.act("updateIdea", input, "idea { state }");
    hidden.await.ok();

    let (_, uid) = split(&badges.id).unwrap();
    let rows = score_change::Entity::find()
        .filter(score_change::Column::IdeaId.eq(uid))
        .order_by_asc(score_change::Column::Id)
        .all(panel.app.db().reader())
        .await
        .unwrap();
    let told: Vec<Value> = rows
        .iter()
        .map(|row| {
            let (was, is) = ([row.old_key, row.old_count], [row.new_key, row.new_count]);
            json!([row.cause, was, is, row.was_counted, row.is_counted])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["ASSESSED", [null, null], [null, null], false, false]),
            json!(["MOVED", [null, null], [5000, 3], false, true]),
            json!(["RECUSED", [5000, 3], [7000, 2], true, true]),
            json!(["EDITED", [7000, 2], [7000, 2], true, false]),
            json!(["RECUSED", [7000, 2], [5000, 3], false, false]),
        ]
    );
    let sum = |of: fn(&score_change::Model) -> i64| rows.iter().map(of).sum::<i64>();
    assert_eq!(sum(|row| row.pooled_ideas.into()), 0);
    assert_eq!(sum(|row| row.pooled_assessments.into()), 0);
    assert_eq!(sum(|row| row.pooled_rss), 0);
    let seen = panel.lead.sees(&badges, "activity { nodes { sentence } }");
    let seen = seen.await;
    let told: Vec<&str> = seen["activity"]["nodes"].as_array().unwrap()[6..]
        .iter()
        .map(|node| node["sentence"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "The score was published: 50.00.",
            "Ann changed coAuthors: revision 2.",
            "The score went from 50.00 to 70.00.",
            "Ann changed visibility, coAuthors: revision 3.",
            "The score went from 70.00 to 50.00.",
        ]
    );
}

#[rstest]
#[tokio::test]
async fn an_idea_that_loses_its_last_counted_assessment_so_goes_back_into_assessment(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let badges = panel.idea("Badges").await;
    let all: Vec<&Person> = panel.assessors.iter().collect();
    panel.rate(&badges, &[[1; 6], [3; 6], [5; 6]]).await;

    let answer = with_co_authors(&panel, &badges, &all).await;

    assert_eq!(answer.text("updateIdea.idea.state"), "IN_ASSESSMENT");
    let stranger = panel.app.member("Max").await;
    let nothing = json!({
        "state": "IN_ASSESSMENT", "rank": null, "assessmentProgress": {"submitted": 0},
        "scorecard": null, "assessments": {"totalCount": 0, "nodes": []},
    });
    assert_eq!(stranger.sees(&badges, STANDING).await, nothing);
    assert_eq!(listed(&stranger).await, Vec::<Value>::new());

    // One that counts again is not the quorum; three are, and publish it at once.
    let answer = with_co_authors(&panel, &badges, &all[..2]).await;
    assert_eq!(answer.text("updateIdea.idea.state"), "IN_ASSESSMENT");
    let seen = stranger.sees(&badges, STANDING).await;
    assert_eq!(seen["assessmentProgress"], json!({"submitted": 1}));
    assert_eq!(seen["scorecard"], Value::Null);
    let answer = with_co_authors(&panel, &badges, &[]).await;
    assert_eq!(answer.text("updateIdea.idea.state"), "BACKLOG");
    assert_eq!(listed(&stranger).await, [json!(["Badges", 1, 3])]);
}
