//! More than can be done in one request: it is refused before anything is written. The many
//! ideas are copies of one that was handed in and assessed through the API, made in SQL.

use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait, Iterable};
use serde_json::{Value, json};
use sluice::entity::{idea, idea_score};

use crate::rubrics::{criterion, rubric};
use crate::support::acts::Idea;
use crate::support::panel::{Levels, Panel};
use crate::support::people::{Answer, Person};
use crate::support::{App, Store, Store::*};

/// Columns of a table as they are copied: some are put otherwise.
fn copied<E: EntityTrait>(otherwise: &[(&str, &str)]) -> (String, String) {
    let names: Vec<String> = E::Column::iter()
        .map(|column| sea_orm::IdenStatic::as_str(&column).to_owned())
        .collect();
    let put = |name: &String| {
        let other = otherwise.iter().find(|(column, _)| column == name);
        other.map_or_else(|| format!("one.{name}"), |(_, put)| (*put).to_owned())
    };
    let puts: Vec<String> = names.iter().map(put).collect();
    (names.join(", "), puts.join(", "))
}

/// So many more ideas like this one, each with its score when it has one. To be made before
/// anybody reads the backlog.
pub(crate) async fn multiply(app: &App, store: Store, number: i64, times: u32) {
    let sql = app.db().reader();
    let fresh = match store {
        Sqlite => "randomblob(16)",
        Postgres => "gen_random_uuid()",
    };
    let (names, puts) = copied::<idea::Entity>(&[("id", fresh), ("number", "1000 + many.i")]);
    // In portions: no statement takes longer than a server lets it.
    for from in (0..times).step_by(20_000) {
        let to = times.min(from + 20_000);
        let ideas = format!(
            "insert into idea ({names})
                with recursive many(i) as
                    (select {from} + 1 union all select i + 1 from many where i < {to})
                select {puts} from idea one, many where one.number = {number}"
        );
        let made = sql.execute_unprepared(&ideas).await.unwrap();
        assert_eq!(made.rows_affected(), u64::from(to - from));
    }
    let (names, puts) = copied::<idea_score::Entity>(&[("idea_id", "other.id")]);
    let scores = format!(
        "insert into idea_score ({names}) select {puts} from idea_score one, idea other
            where other.number > 1000 and one.idea_id =
                (select id from idea where number = {number})"
    );
    sql.execute_unprepared(&scores).await.unwrap();
}

/// An answer that leaves one criterion open, so that the score is computed from the levels.
const OPEN: Levels = [4, 4, 4, 4, 0, 2];

async fn what_if(person: &Person) -> Answer {
    let query = "{ whatIf(weights: [{criterion: \"impact\", weight: 0.5}], first: 1) {
        entries { rank } } }";
    person.post(query, json!({})).await
}

#[rstest]
#[tokio::test]
async fn more_ideas_than_are_computed_again_in_time_are_not_weighed_anew_nor_frozen(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[OPEN; 3]).await;
    multiply(&panel.app, store, idea.number, 20_000).await;

    let answer = what_if(&panel.author).await;
    let told = answer.refused_because("BAD_USER_INPUT", "TOO_MANY_IDEAS");
    assert_eq!(told["extensions"]["faults"][0]["path"], json!(["weights"]));
    assert!(told["message"].as_str().unwrap().contains("20000 ideas"));

    let freeze = json!({"reason": "For the board."});
    let answer = panel.lead.act("publishRanking", freeze, "ranking { id }");
    let answer = answer.await;
    answer.refused_because("BAD_USER_INPUT", "TOO_MANY_IDEAS");
    let none = panel.lead.post("{ rankings { totalCount } }", json!({}));
    assert_eq!(none.await.at("rankings.totalCount"), 0);
}

// On one database: it is the count in memory that decides, and the rows take their time.
#[tokio::test]
async fn more_ideas_than_are_weighed_anew_in_time_are_refused() {
    let Some(panel) = Panel::seated(Sqlite, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[3; 6]; 3]).await;
    multiply(&panel.app, Sqlite, idea.number, 200_000).await;

    let answer = what_if(&panel.author).await;

    let told = answer.refused_because("BAD_USER_INPUT", "TOO_MANY_IDEAS");
    assert!(told["message"].as_str().unwrap().contains("200000 ideas"));
    // Its rank is told all the same.
    let seen = panel.author.sees(&idea, "rank").await;
    assert_eq!(seen["rank"], 1);
}

#[rstest]
#[tokio::test]
async fn more_ideas_than_are_rescored_at_once_are_refused_and_stay_as_they_are(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let lead = &panel.lead;
    lead.brings_out(rubric("quick", json!({}))).await;
    let idea: Idea = panel.author.submit("Badges").await;
    lead.accept_under(&idea, Some("quick")).await;
    let answers = json!([
        {"criterion": "impact", "level": 4}, {"criterion": "effort", "level": 2},
    ]);
    for assessor in &panel.assessors {
        let answer = assessor.try_to_assess(&idea, answers.clone(), "idea { id }");
        answer.await.ok();
    }
    multiply(&panel.app, store, idea.number, 1_000).await;
    let other = json!({"criteria": [criterion("impact", json!({"weight": 10})),
        criterion("effort", json!({"weight": 90, "kind": "COST", "isRequired": false}))]});
    let draft = lead.drafts(rubric("quick", other)).await;
    let before = panel.author.sees(&idea, "scorecard { total }").await;

    let refused = lead.publishes(&draft, true).await;

    refused.refused_because("CONFLICT", "TOO_MANY_IDEAS");
    let preview = "query($id: ID!) { previewRubric(rubricVersionId: $id) { __typename } }";
    let answer = lead.post(preview, json!({"id": draft})).await;
    answer.refused_because("CONFLICT", "TOO_MANY_IDEAS");
    let state = async || -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on RubricVersion { state } } }";
        let answer = lead.post(query, json!({"id": draft})).await;
        answer.at("node.state").clone()
    };
    assert_eq!(state().await, "DRAFT");
    assert_eq!(
        panel.author.sees(&idea, "scorecard { total }").await,
        before
    );
    // Without that it is published, and nothing moves.
    let done = lead.publishes(&draft, false).await;
    assert_eq!(done.at("publishRubric.rescoredCount"), 0);
    assert_eq!(state().await, "PUBLISHED");
    assert_eq!(
        panel.author.sees(&idea, "scorecard { total }").await,
        before
    );
}
