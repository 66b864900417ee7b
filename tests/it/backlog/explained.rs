//! Why an idea stands where it stands: neighbors, gaps that add up, who shares its score.

use rstest::rstest;
use serde_json::{Value, json};

use crate::assessment::plain::Dice;
use crate::assessment::scorecards::hundredths;
use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::people::{Answer, Person};
use crate::support::{Store, Store::*};

async fn explain(person: &Person, id: &str, cut: Value, fields: &str) -> Answer {
    let query = format!(
        "query($id: ID!, $cut: Int) {{ explainRank(ideaId: $id, cut: $cut) {{ {fields} }} }}"
    );
    person.post(&query, json!({"id": id, "cut": cut})).await
}

#[rstest]
#[tokio::test]
async fn neighbors_are_the_nearest_other_scores_and_the_lines_of_a_gap_add_up_to_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let mut dice = Dice::new(31);
    let rated = (0..12).map(|_| (0..3).map(|_| dice.levels()).collect());
    panel.many(rated.collect()).await;
    let list = super::whole(&panel.author).await;
    let total = |entry: &Value| hundredths(&entry["scorecard"]["total"]);
    let fields = "rank rankOf rankLow rankHigh tiedCount idea { title }
        scorecard { total lines { contribution } }
        above { idea { id title scorecard { lines { contribution } } } gap severityCorrection
            lines { criterion { key } gap } }
        below { idea { id title } gap lines { gap } }";

    for entry in &list {
        let id = entry["idea"]["id"].as_str().unwrap();
        let answer = explain(&panel.author, id, json!(null), fields).await;
        let why = answer.at("explainRank");

        for field in ["rank", "rankLow", "rankHigh"] {
            assert_eq!(why[field], entry[field]);
        }
        assert_eq!(why["rankOf"], 12);
        assert_eq!(why["scorecard"]["total"], entry["scorecard"]["total"]);
        let above = list.iter().rfind(|other| total(other) > total(entry));
        let below = list.iter().find(|other| total(other) < total(entry));
        for (side, nearest) in [("above", above), ("below", below)] {
            let Some(nearest) = nearest else {
                assert_eq!(why[side], Value::Null);
                continue;
            };
            let neighbor = &why[side];
            let gap = hundredths(&neighbor["gap"]);
            assert_eq!(gap, total(nearest) - total(entry));
            let lines = neighbor["lines"].as_array().unwrap();
            let sum: i64 = lines.iter().map(|line| hundredths(&line["gap"])).sum();
            assert_eq!(sum, gap, "{neighbor:#}");
            // Of those with that score the first in the list.
            let first = list.iter().find(|other| total(other) == total(nearest));
            assert_eq!(neighbor["idea"]["id"], first.unwrap()["idea"]["id"]);
        }
        // Each line of the gap is the difference of two lines that are shown.
        if let Some(lines) = why["above"]["lines"].as_array() {
            assert_eq!(why["above"]["severityCorrection"], 0.0);
            for (index, line) in lines.iter().enumerate() {
                let at = |card: &Value| hundredths(&card["lines"][index]["contribution"]);
                let theirs = at(&why["above"]["idea"]["scorecard"]);
                assert_eq!(hundredths(&line["gap"]), theirs - at(&why["scorecard"]));
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn those_with_the_same_score_are_named_in_the_order_of_the_list(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let mut ideas: Vec<Idea> = Vec::new();
    for (title, raters) in [("First", 3), ("Second", 4), ("Third", 3), ("Fourth", 3)] {
        let level = if title == "Fourth" { 2 } else { 3 };
        ideas.push(panel.rated(title, &vec![[level; 6]; raters]).await);
    }
    let fields = "rank tiedCount tiedWith { title } some: tiedWith(first: 1) { title } sentence";

    let why = explain(&panel.author, &ideas[2].id, json!(null), fields).await;

    let why = why.at("explainRank");
    assert_eq!(why["rank"], 1);
    assert_eq!(why["tiedCount"], 2);
    // More assessments come first.
    assert_eq!(
        why["tiedWith"],
        json!([{"title": "Second"}, {"title": "First"}])
    );
    assert_eq!(why["some"], json!([{"title": "Second"}]));
    let sentence = why["sentence"].as_str().unwrap();
    let told = "Ranked 1st of 4, with 2 others on the same score";
    assert!(sentence.starts_with(told), "{sentence}");

    let last = explain(&panel.author, &ideas[3].id, json!(null), fields).await;
    let last = last.at("explainRank");
    assert_eq!((&last["rank"], &last["tiedWith"]), (&json!(4), &json!([])));
    for wrong in [-1, 101] {
        let fields = format!("tiedWith(first: {wrong}) {{ title }}");
        let answer = explain(&panel.author, &ideas[2].id, json!(null), &fields).await;
        answer.refused_because("BAD_USER_INPUT", "PAGE_TOO_LARGE");
    }
}

#[rstest]
#[tokio::test]
async fn what_has_no_rank_or_may_not_be_seen_is_not_explained(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let unranked = panel.rated("Unranked", &[[3; 6]; 2]).await;
    let gone = panel.rated("Gone", &[[3; 6]; 3]).await;
    let input = json!({"ideaId": gone.id});
    panel
        .author
        .act("withdrawIdea", input, "idea { id }")
        .await
        .ok();
    let secret = panel.rated("Secret", &[[3; 6]; 3]).await;
    let hide = json!({"ideaId": secret.id, "visibility": "CONFIDENTIAL"});
    panel
        .author
        .act("updateIdea", hide, "idea { id }")
        .await
        .ok();
    let stranger = panel.app.member("Max").await;

    for idea in [&unranked, &gone, &secret] {
        let answer = explain(&stranger, &idea.id, json!(1), "rank").await;
        assert_eq!(answer.ok(), &json!({"explainRank": null}));
    }
    let nothing = "idea_00000000000070008000000000000000";
    let answer = explain(&stranger, nothing, json!(null), "rank").await;
    assert_eq!(answer.ok(), &json!({"explainRank": null}));
    let answer = explain(&stranger, "idea_7", json!(null), "rank").await;
    answer.refused_because("BAD_USER_INPUT", "BAD_ID");
    for cut in [0, -3] {
        let answer = explain(&panel.author, &secret.id, json!(cut), "rank").await;
        answer.refused_because("BAD_USER_INPUT", "CUT_OUT_OF_RANGE");
    }
}
