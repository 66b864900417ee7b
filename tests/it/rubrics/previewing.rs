//! Previews: what publishing with `rescore` then does, told before, and nothing saved.

use rstest::rstest;
use serde_json::{Value, json};

use super::rescoring::{rated, weighing};
use super::{answers, criterion, rubric};
use crate::support::panel::Panel;
use crate::support::people::{Answer, Person};
use crate::support::{Store, Store::*};

const PREVIEW: &str =
    "query($id: ID!, $cut: Int) { previewRubric(rubricVersionId: $id, cut: $cut) {
    movedCount crossedCount kendallTau notRescorable { title }
    entries { rank rankNow score scoreNow idea { title } } } }";

async fn preview(person: &Person, draft: &str, cut: Value) -> Answer {
    person.post(PREVIEW, json!({"id": draft, "cut": cut})).await
}

/// Rank and score of the ideas of the backlog by title.
async fn backlog(person: &Person) -> Vec<Value> {
    let query = "{ backlog(filter: {rubric: \"quick\"}, first: 100) {
        nodes { rank idea { title } scorecard { total } } } }";
    let answer = person.post(query, json!({})).await;
    answer.at("backlog.nodes").as_array().unwrap().clone()
}

#[rstest]
#[tokio::test]
async fn a_preview_tells_what_publishing_then_does(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    for (number, (impact, effort)) in [(5, 5), (1, 1), (3, 3), (4, 2), (2, 4), (5, 1)]
        .into_iter()
        .enumerate()
    {
        let both = [
            (impact, effort),
            (impact, if number == 3 { 0 } else { effort }),
        ];
        rated(&panel, &format!("Idea {number}"), &both).await;
    }
    rated(&panel, "Waiting", &[(5, 5)]).await;
    let hidden = rated(&panel, "Hidden", &[(1, 2), (1, 2)]).await;
    let hide = json!({"ideaId": hidden.id, "visibility": "CONFIDENTIAL"});
    ann.act("updateIdea", hide, "idea { id }").await.ok();
    let before = backlog(lead).await;
    let draft = lead.drafts(weighing(20, 80, json!({}))).await;

    let told = preview(lead, &draft, json!(2)).await;

    assert_eq!(backlog(lead).await, before, "a preview saves nothing");
    lead.publishes(&draft, true).await.ok();
    let after = backlog(lead).await;
    let rank = |list: &[Value], title: &Value| {
        let found = list.iter().find(|entry| &entry["idea"]["title"] == title);
        found.map(|entry| (entry["rank"].clone(), entry["scorecard"]["total"].clone()))
    };
    let mut moved = Vec::new();
    let mut crossed = 0;
    for entry in &after {
        let title = &entry["idea"]["title"];
        let (rank_now, score_now) = rank(&before, title).unwrap();
        let (rank, score) = rank(&after, title).unwrap();
        let is_inside = |rank: &Value| rank.as_i64().unwrap() <= 2;
        crossed += i64::from(is_inside(&rank) != is_inside(&rank_now));
        if rank != rank_now {
            moved.push(json!({"rank": rank, "rankNow": rank_now, "score": score,
                "scoreNow": score_now, "idea": {"title": title}}));
        }
    }
    assert!(moved.len() >= 3, "{moved:?}");
    let told = told.at("previewRubric");
    assert_eq!(told["entries"], json!(moved));
    assert_eq!(told["movedCount"], moved.len());
    assert_eq!(told["crossedCount"], crossed);
    assert_eq!(told["notRescorable"], json!([]));
    assert!((-1.0..1.0).contains(&told["kendallTau"].as_f64().unwrap()));
}

#[rstest]
#[tokio::test]
async fn a_preview_names_what_would_stay_and_tells_nothing_of_what_is_not_published(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    rated(&panel, "Shown", &[(5, 5), (5, 5)]).await;
    let waiting = rated(&panel, "Waiting", &[(5, 5)]).await;
    // With a quorum of one it would be published; its rating is nobody's yet.
    let lower = lead.drafts(weighing(60, 40, json!({"quorum": 1}))).await;
    let first = preview(lead, &lower, json!(null)).await;
    let better = json!({"ideaId": waiting.id, "ratings": answers(1, 5)});
    panel.assessors[0]
        .act("submitAssessment", better, "idea { id }")
        .await
        .ok();
    let second = preview(lead, &lower, json!(null)).await;
    assert_eq!(first.data(), second.data());
    assert_eq!(
        first.at("previewRubric"),
        &json!({"movedCount": 0, "crossedCount": 0, "kendallTau": null, "notRescorable": [],
            "entries": []})
    );

    let fewer = rubric(
        "quick",
        json!({"criteria": [criterion("impact", json!({"weight": 1}))]}),
    );
    let fewer = lead.drafts(fewer).await;
    let told = preview(lead, &fewer, json!(1)).await;

    assert_eq!(
        told.at("previewRubric.notRescorable"),
        &json!([{"title": "Shown"}, {"title": "Waiting"}])
    );
    preview(ann, &fewer, json!(1))
        .await
        .refused_because("FORBIDDEN", "ROLE_NEEDED");
    preview(lead, &fewer, json!(0))
        .await
        .refused_because("BAD_USER_INPUT", "CUT_OUT_OF_RANGE");
    preview(lead, "nonsense", json!(1))
        .await
        .refused_because("BAD_USER_INPUT", "BAD_ID");
    let gone = preview(lead, &lower, json!(1)).await;
    assert_eq!(gone.at("previewRubric"), &Value::Null);
}
