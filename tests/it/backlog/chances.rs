//! How likely an idea belongs to the best, and lists by how far assessors are apart.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::panel::{Levels, Panel};
use crate::support::{Store, Store::*};

#[rstest]
#[tokio::test]
async fn the_chance_to_belong_to_the_best_is_told_with_a_cut_alone(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let mut ideas = Vec::new();
    for (title, level) in [("A", 5), ("B", 3), ("C", 3), ("D", 1)] {
        let levels: Levels = [level, level, level, level, level, 6 - level];
        ideas.push(panel.rated(title, &[levels; 3]).await);
    }
    let explain = async |id: &str, cut: Value| {
        let query = "query($id: ID!, $cut: Int) { explainRank(ideaId: $id, cut: $cut) {
            topChance sentence } }";
        let answer = panel
            .author
            .post(query, json!({"id": id, "cut": cut}))
            .await;
        let why = answer.at("explainRank").clone();
        let told = why["sentence"].as_str().unwrap().to_owned();
        (why["topChance"].as_f64(), told)
    };

    assert_eq!(explain(&ideas[0].id, json!(null)).await.0, None);
    let mut sum = 0.0;
    for (idea, label) in ideas.iter().zip([
        "secure",
        "too close to call",
        "too close to call",
        "unlikely",
    ]) {
        let (chance, told) = explain(&idea.id, json!(2)).await;
        sum += chance.unwrap();
        assert!(
            told.contains("The chance to belong to the best 2 is "),
            "{told}"
        );
        assert!(told.contains(&format!(" %: {label}.")), "{told}");
        let (chance, told) = explain(&idea.id, json!(4)).await;
        assert_eq!(chance, Some(1.0));
        assert!(told.contains("best 4 is 100 %: secure."), "{told}");
    }
    // Two belong to the best two, whoever they are.
    assert!((sum - 2.0).abs() < 1e-3, "{sum}");
    assert!(explain(&ideas[0].id, json!(1_000_000)).await.0 == Some(1.0));
}

#[rstest]
#[tokio::test]
async fn ideas_are_listed_by_how_far_their_assessors_are_apart_once_that_is_published(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (no, yes): (Levels, Levels) = ([1, 1, 1, 1, 1, 5], [5, 5, 5, 5, 5, 1]);
    panel.rated("Torn", &[no, yes, [3; 6]]).await;
    for title in ["Agreed", "Agreed too", "Agreed as well"] {
        panel.rated(title, &[[3; 6]; 3]).await;
    }
    let single = panel.rated("Single", &[yes]).await;
    panel.rated("Hidden", &[no, yes]).await;
    let waive = json!({"ideaId": single.id, "outcome": "WAIVE_QUORUM", "reason": "Clear."});
    panel
        .lead
        .act("decideIdea", waive, "idea { id }")
        .await
        .ok();
    let listed = async |disagreement: &str| {
        let query = "query($filter: IdeaFilter) { ideas(filter: $filter) {
            totalCount nodes { title scorecard { disagreement } } } }";
        let filter = json!({"disagreement": disagreement});
        let answer = panel.lead.post(query, json!({"filter": filter})).await;
        let nodes = answer.at("ideas.nodes").as_array().unwrap().clone();
        assert_eq!(answer.at("ideas.totalCount"), nodes.len());
        let mut titles: Vec<String> = Vec::new();
        for node in nodes {
            assert_eq!(node["scorecard"]["disagreement"], disagreement);
            titles.push(node["title"].as_str().unwrap().to_owned());
        }
        titles.sort();
        titles.join(", ")
    };

    assert_eq!(listed("HIGH").await, "Torn");
    assert_eq!(listed("OK").await, "Agreed, Agreed as well, Agreed too");
    assert_eq!(listed("NOT_APPLICABLE").await, "Single");
}
