//! The orders of `ideas`: each the same as sorting by hand, both ways.

use rstest::rstest;

use super::*;

/// Twelve ideas that differ in everything a list can be sorted by, with many equals.
async fn furnish(app: &App) -> Person {
    let ann = app.member("Ann").await;
    let lead = app.person("Lea", &["LEAD"]).await;
    let mut ideas = Vec::new();
    for index in 0..12 {
        let draft = json!({"asDraft": index == 3});
        ideas.push(ann.submit_with(&format!("Idea {index}"), draft).await);
        if index % 4 == 0 {
            app.days_pass(1);
        }
    }
    for (index, name) in [(1, "Bob"), (1, "Cid"), (5, "Bob"), (6, "Bob"), (6, "Cid")] {
        let person = app.member(name).await;
        person
            .on(&ideas[index], "supportIdea", json!({}), "idea { id }")
            .await
            .ok();
    }
    lead.screen(&ideas[2], "DECLINE", json!({})).await.ok();
    lead.screen(&ideas[7], "NEEDS_INFO", json!({})).await.ok();
    for index in [0, 8] {
        into_backlog(app, &lead, &ideas[index]).await;
    }
    ann.update(&ideas[4], json!({"tags": ["late"]})).await.ok();
    ann
}

/// An instant with all its digits, so that the earlier text is the earlier instant.
fn sortable(instant: &str) -> String {
    let (whole, fraction) = instant
        .trim_end_matches('Z')
        .split_once('.')
        .unwrap_or((instant.trim_end_matches('Z'), ""));
    format!("{whole}.{fraction:0<6}")
}

/// The number an idea is sorted by; what is missing as the order has it.
fn key(field: &str, idea: &Value) -> String {
    let text = |value: &Value| value.as_str().map(sortable);
    let number = |value: &Value| format!("{:020}", value.as_i64().unwrap());
    match field {
        "SUBMITTED_AT" => text(&idea["submittedAt"])
            .or_else(|| text(&idea["createdAt"]))
            .unwrap(),
        "UPDATED_AT" => text(&idea["updatedAt"]).unwrap(),
        "STATE_SINCE" => text(&idea["stateSince"]).unwrap(),
        "DUE_AT" => text(&idea["waitingFor"]["dueAt"]).unwrap_or_else(|| "9".to_owned()),
        "SCORE" => idea["scorecard"]["total"]
            .as_f64()
            .map_or(String::new(), |total| format!("{total:020}")),
        "SUPPORT" => number(&idea["supportCount"]),
        _ => number(&idea["number"]),
    }
}

#[rstest]
#[tokio::test]
async fn every_order_is_what_sorting_by_hand_gives(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = furnish(&app).await;
    let fields = "id number submittedAt createdAt updatedAt stateSince supportCount \
        waitingFor { dueAt } scorecard { total }";
    let list = async |order: &str| {
        let query = format!("{{ ideas{} {{ nodes {{ {fields} }} }} }}", called(order));
        let answer = ann.post(&query, json!({})).await;
        answer.at("ideas.nodes").as_array().unwrap().clone()
    };
    let all = list("").await;
    assert_eq!(all.len(), 12);

    for field in [
        "SUBMITTED_AT",
        "UPDATED_AT",
        "STATE_SINCE",
        "DUE_AT",
        "SCORE",
        "SUPPORT",
        "NUMBER",
    ] {
        for direction in ["ASC", "DESC"] {
            let mut wanted = all.clone();
            wanted.sort_by_key(|it| (key(field, it), it["id"].to_string()));
            if direction == "DESC" {
                wanted.reverse();
            }
            let order = format!("orderBy: {{field: {field}, direction: {direction}}}");
            let numbers = |list: &[Value]| -> Vec<i64> {
                list.iter()
                    .map(|it| it["number"].as_i64().unwrap())
                    .collect()
            };
            assert_eq!(numbers(&list(&order).await), numbers(&wanted), "{order}");
        }
    }
    // The latest first is the default, and the default direction is down.
    assert_eq!(all, list("orderBy: {field: SUBMITTED_AT}").await);
}
