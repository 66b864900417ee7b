//! Where one more assessment would tell most: below the quorum first, then where the chance
//! is nearest to a half.

use rstest::rstest;
use serde_json::{Value, json};

use crate::severity::{gives, points};
use crate::support::acts::Idea;
use crate::support::panel::{Levels, Panel};
use crate::support::people::{Answer, Person};
use crate::support::{Store, Store::*};

const NEXT: &str = "query($cut: Int, $first: Int, $rubric: String) {
    nextAssessments(cut: $cut, first: $first, rubric: $rubric) {
        idea { id title state scorecard { assessmentCount } } topChance sentence
        candidates { name } } }";

/// The bare answer.
pub(super) async fn asks(person: &Person, variables: Value) -> Answer {
    person.post(NEXT, variables).await
}

/// What is told.
pub(super) async fn next(person: &Person, variables: Value) -> Vec<Value> {
    let answer = asks(person, variables).await;
    answer.at("nextAssessments").as_array().unwrap().clone()
}

/// The titles, in order.
pub(super) fn titles(list: &[Value]) -> Vec<&str> {
    list.iter()
        .map(|one| one["idea"]["title"].as_str().unwrap())
        .collect()
}

/// Chances as one asks for them idea by idea.
async fn chance(person: &Person, id: &str, cut: u32) -> (f64, String) {
    let question = "query($id: ID!, $cut: Int) { explainRank(ideaId: $id, cut: $cut) {
        topChance sentence } }";
    let answer = person.post(question, json!({"id": id, "cut": cut})).await;
    let why = answer.at("explainRank");
    (
        why["topChance"].as_f64().unwrap(),
        why["sentence"].as_str().unwrap().to_owned(),
    )
}

#[rstest]
#[tokio::test]
async fn ranked_ideas_come_in_the_order_of_what_one_more_would_tell_with_the_chance_they_have(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "TRIMMED_MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some(panel) = Panel::seated(store, 6).await else {
        return;
    };
    panel.publish(points(aggregation, 2)).await;
    let given: [(&str, &[u8]); 6] = [
        ("A", &[90, 80, 95, 70, 88, 81]),
        ("B", &[72, 70]),
        ("C", &[60, 66, 58]),
        ("D", &[64, 60]),
        ("E", &[30, 35, 28, 40]),
        ("Hidden", &[70, 61, 66]),
    ];
    for (title, levels) in given {
        let more = match title {
            "Hidden" => json!({"visibility": "CONFIDENTIAL"}),
            _ => json!({}),
        };
        let idea = panel.author.submit_with(title, more).await;
        panel.lead.accept_under(&idea, Some("points")).await;
        let assessors: Vec<&Person> = panel.assessors.iter().take(levels.len()).collect();
        if title == "Hidden" {
            let ids: Vec<&String> = assessors.iter().map(|who| &who.id).collect();
            let input = json!({"ideaId": idea.id, "assessorIds": ids});
            panel
                .lead
                .act("assignAssessors", input, "idea { id }")
                .await
                .ok();
        }
        for (assessor, level) in assessors.into_iter().zip(levels) {
            gives(assessor, &idea, *level).await;
        }
    }
    panel.app.calendar_turns().await;

    for cut in [1, 2, 4, 10] {
        let list = next(&panel.lead, json!({"rubric": "points", "cut": cut})).await;

        assert_eq!(list.len(), 6);
        let mut last = f64::INFINITY;
        for one in &list {
            let id = one["idea"]["id"].as_str().unwrap();
            let (told, sentence) = chance(&panel.lead, id, cut).await;
            let found = one["topChance"].as_f64().unwrap();
            assert!((found - told).abs() < 1e-9, "{found}, not {told}: {one}");
            let n = one["idea"]["scorecard"]["assessmentCount"]
                .as_f64()
                .unwrap();
            let worth = found * (1.0 - found) / (n + 1.0);
            assert!(worth <= last, "{list:#?}");
            last = worth;
            let said = one["sentence"].as_str().unwrap();
            let (chance, counts) = said.rsplit_once(": ").unwrap();
            assert!(sentence.contains(chance), "{sentence}: {chance}");
            assert!(counts.ends_with(&format!("{n} assessments count so far.")));
        }
        let best = next(
            &panel.lead,
            json!({"rubric": "points", "cut": cut, "first": 2}),
        );
        assert_eq!(best.await, list[..2]);
    }
    // Who may not see it is told of five.
    assert_eq!(super::whole(&panel.author).await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn below_the_quorum_come_first_those_with_fewest_and_their_ratings_tell_nothing(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (no, yes): (Levels, Levels) = ([1, 1, 1, 1, 1, 5], [5, 5, 5, 5, 5, 1]);
    panel.rated("Ranked", &[yes, no, [3; 6]]).await;
    panel.rated("Two", &[yes, yes]).await;
    panel.rated("None", &[]).await;
    panel.rated("One", &[no]).await;
    panel.rated("None either", &[]).await;
    let submitted = panel.author.submit("Not accepted").await;

    let list = next(&panel.lead, json!({"cut": 1})).await;

    assert_eq!(
        titles(&list),
        ["None", "None either", "One", "Two", "Ranked"]
    );
    let said: Vec<&str> = list
        .iter()
        .map(|one| one["sentence"].as_str().unwrap())
        .collect();
    assert_eq!(
        said[..4],
        [
            "0 of 3 assessments are in: it has no rank without 3 more.",
            "0 of 3 assessments are in: it has no rank without 3 more.",
            "1 of 3 assessments is in: it has no rank without 2 more.",
            "2 of 3 assessments are in: it has no rank without 1 more.",
        ]
    );
    for one in &list[..4] {
        assert_eq!(one["topChance"], 0.5);
    }
    assert_eq!(list[4]["topChance"], 1.0);
    let first = next(&panel.lead, json!({"cut": 1, "first": 3})).await;
    assert_eq!(first, list[..3]);
    assert!(
        next(&panel.lead, json!({"cut": 1, "first": 0}))
            .await
            .is_empty()
    );

    // What was rated blind may be anything.
    let two = Idea {
        id: list[3]["idea"]["id"].as_str().unwrap().to_owned(),
        number: 0,
    };
    for assessor in &panel.assessors[..2] {
        assessor.assess(&two, no).await;
    }
    assert_eq!(next(&panel.lead, json!({"cut": 1})).await, list);
    assert!(!titles(&list).contains(&"Not accepted"), "{submitted:?}");
}

#[rstest]
#[tokio::test]
async fn nobody_is_told_of_an_idea_they_must_not_choose_assessors_for(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    panel.publish(points(aggregation, 2)).await;
    let other = panel.app.person("Leo", &["LEAD"]).await;
    let mut ideas = Vec::new();
    for (title, author) in [
        ("Own", &panel.lead),
        ("Shared", &panel.author),
        ("Conflicted", &panel.author),
        ("Went on", &panel.author),
        ("Open", &panel.author),
    ] {
        let more = match title {
            "Shared" => json!({"coAuthorIds": [panel.lead.id]}),
            _ => json!({}),
        };
        let idea = author.submit_with(title, more).await;
        other.accept_under(&idea, Some("points")).await;
        for assessor in &panel.assessors {
            gives(assessor, &idea, 50).await;
        }
        ideas.push(idea);
    }
    let absorbed = panel.lead.submit("The same").await;
    let input = json!({"ideaId": absorbed.id, "intoId": ideas[3].id, "reason": "The same."});
    other.act("mergeIdeas", input, "idea { id }").await.ok();
    let input = json!({"ideaId": ideas[2].id, "kind": "TEAMMATE"});
    panel
        .lead
        .act("declareConflict", input, "idea { id }")
        .await
        .ok();
    panel.app.calendar_turns().await;

    let asked = json!({"rubric": "points", "cut": 2});
    assert_eq!(titles(&next(&panel.lead, asked.clone()).await), ["Open"]);
    assert_eq!(next(&other, asked).await.len(), 5);
}

#[rstest]
#[tokio::test]
async fn leads_alone_may_ask_and_hear_of_all_that_is_wrong(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let wrong = json!({"cut": 0, "first": 101, "rubric": "nothing"});
    for person in [&panel.author, &panel.assessors[0]] {
        let answer = asks(person, wrong.clone()).await;
        answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    }
    let answer = asks(&panel.lead, wrong).await;
    let error = answer.refused("BAD_USER_INPUT");
    let faults = error["extensions"]["faults"].as_array().unwrap();
    let told: Vec<Value> = faults
        .iter()
        .map(|fault| json!([fault["path"], fault["reason"]]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            [["cut"], "CUT_OUT_OF_RANGE"],
            [["first"], "PAGE_TOO_LARGE"],
            [["rubric"], "UNKNOWN_RUBRIC"],
        ])
    );
    let answer = asks(&panel.lead, json!({"first": -1})).await;
    answer.refused("BAD_USER_INPUT");
    assert!(
        next(&panel.lead, json!({"cut": 2_000_000_000}))
            .await
            .is_empty()
    );
    let admin = panel.app.person("Ada", &["ADMIN"]).await;
    assert!(next(&admin, json!({})).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn it_takes_as_many_statements_however_many_are_told(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    panel.publish(points(aggregation, 2)).await;
    for number in 0..12 {
        let idea = panel.author.submit(&format!("Idea {number}")).await;
        panel.lead.accept_under(&idea, Some("points")).await;
        // Every other one stays below the quorum.
        for (assessor, level) in panel
            .assessors
            .iter()
            .zip([40, 60].iter().take(1 + number % 2))
        {
            gives(assessor, &idea, *level + number as u8).await;
        }
    }
    panel.app.calendar_turns().await;
    let asked = |first: u32| json!({"rubric": "points", "cut": 3, "first": first});
    next(&panel.lead, asked(12)).await;
    let mut counts = Vec::new();
    for first in [8, 12] {
        let begun = panel.app.db().statements();
        assert_eq!(next(&panel.lead, asked(first)).await.len() as u32, first);
        counts.push(panel.app.db().statements() - begun);
    }
    assert_eq!(counts[0], counts[1]);
}
