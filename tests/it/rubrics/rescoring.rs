//! Rescoring: asked for, exact, with its cause, and never past a promise of blindness.

use rstest::rstest;
use serde_json::{Value, json};

use super::{answers, criterion, rubric};
use crate::support::acts::Idea;
use crate::support::panel::Panel;
use crate::support::{Store, Store::*};
use crate::verify::fits;

/// An idea under `quick` with an assessment by each of the first assessors.
pub(super) async fn rated(panel: &Panel, title: &str, rated: &[(u8, u8)]) -> Idea {
    let idea = panel.author.submit(title).await;
    panel.lead.accept_under(&idea, Some("quick")).await;
    for (assessor, (impact, effort)) in panel.assessors.iter().zip(rated) {
        assessor
            .try_to_assess(&idea, answers(*impact, *effort), "idea { id }")
            .await
            .ok();
    }
    idea
}

/// The same criteria with other weights, the other way round.
pub(super) fn weighing(impact: u8, effort: u8, more: Value) -> Value {
    let effort = json!({"weight": effort, "kind": "COST", "isRequired": false});
    let criteria = [
        criterion("effort", effort),
        criterion("impact", json!({"weight": impact})),
    ];
    let mut input = rubric("quick", json!({"criteria": criteria}));
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    input
}

#[rstest]
#[tokio::test]
async fn scores_are_computed_again_from_the_levels_and_say_which_version_moved_them(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    // Impact counts 60, effort 40: 60·1 + 40·0 and 60·0 + 40·1, and one in the middle.
    let strong = rated(&panel, "Strong", &[(5, 5), (5, 5)]).await;
    let cheap = rated(&panel, "Cheap", &[(1, 1), (1, 1)]).await;
    let even = rated(&panel, "Even", &[(3, 3), (3, 3)]).await;
    let waiting = rated(&panel, "Waiting", &[(5, 5)]).await;
    let draft = lead.drafts(weighing(20, 80, json!({}))).await;

    let done = lead.publishes(&draft, true).await;

    assert_eq!(done.at("publishRubric.rescoredCount"), 4);
    assert_eq!(done.at("publishRubric.notRescorable"), &json!([]));
    let fields = "state rank scorecard { total rubricVersion { number } lines { contribution } }";
    let at = |rank: i64, total: f64, lines: [f64; 2]| {
        json!({"state": "BACKLOG", "rank": rank, "scorecard": {"total": total,
            "rubricVersion": {"number": 2},
            "lines": [{"contribution": lines[0]}, {"contribution": lines[1]}]}})
    };
    assert_eq!(ann.sees(&cheap, fields).await, at(1, 80.0, [80.0, 0.0]));
    assert_eq!(ann.sees(&even, fields).await, at(2, 50.0, [40.0, 10.0]));
    assert_eq!(ann.sees(&strong, fields).await, at(3, 20.0, [0.0, 20.0]));
    assert_eq!(
        ann.sees(
            &waiting,
            "state scorecard { total } rubric { current { number } }"
        )
        .await,
        json!({"state": "IN_ASSESSMENT", "scorecard": null, "rubric": {"current": {"number": 2}}})
    );
    let story = ann
        .sees(&strong, "activity(first: 100) { nodes { kind sentence } }")
        .await;
    let last = story["activity"]["nodes"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        last,
        json!({"kind": "SCORE_CHANGED", "sentence":
            "Version 2 of its rubric was published: the score went from 60.00 to 20.00."})
    );
    let given = "assessments { nodes { score { total } rubricVersion { number } isCounted } }";
    assert_eq!(
        ann.sees(&cheap, given).await["assessments"]["nodes"][0],
        json!({"score": {"total": 80.0}, "rubricVersion": {"number": 2}, "isCounted": true})
    );
    // What comes after is under the new version, too.
    panel.assessors[1]
        .try_to_assess(&waiting, answers(5, 5), "idea { id }")
        .await
        .ok();
    assert_eq!(ann.sees(&waiting, "rank").await, json!({"rank": 3}));
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn what_asks_something_else_is_not_computed_again_and_is_named(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    let bees = rated(&panel, "Bees", &[(5, 5), (5, 5)]).await;
    rated(&panel, "Wasps", &[(5, 5)]).await;
    let fields = "state rank scorecard { total rubricVersion { number } }";
    let before = ann.sees(&bees, fields).await;
    let finer = criterion("impact", json!({"weight": 60, "step": 0.5}));
    let fewer = criterion("impact", json!({"weight": 1}));
    let costly = criterion("impact", json!({"weight": 60, "kind": "COST"}));
    let effort = criterion(
        "effort",
        json!({"weight": 40, "kind": "COST", "isRequired": false}),
    );
    let gate = criterion(
        "legal",
        json!({"kind": "GATE", "minimum": 0, "maximum": 1,
        "levels": [{"value": 0, "anchor": "No"}, {"value": 1, "anchor": "Yes"}]}),
    );
    let impact = criterion("impact", json!({"weight": 60}));

    for criteria in [
        json!([finer, effort]),
        json!([fewer]),
        json!([costly, effort]),
        json!([impact, effort, gate]),
    ] {
        let draft = lead
            .drafts(rubric("quick", json!({"criteria": criteria})))
            .await;
        let done = lead.publishes(&draft, true).await;

        assert_eq!(done.at("publishRubric.rescoredCount"), 0);
        assert_eq!(
            done.at("publishRubric.notRescorable"),
            &json!([{"title": "Bees"}, {"title": "Wasps"}])
        );
        assert_eq!(ann.sees(&bees, fields).await, before);
    }
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn other_conditions_make_assessments_count_that_did_not_and_the_other_way_round(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({"minimumCoverage": 1})))
        .await;
    // Without effort 0.6 of the weight is answered: too little.
    let half = rated(&panel, "Half", &[(5, 0), (5, 0)]).await;
    assert_eq!(
        ann.sees(&half, "state").await,
        json!({"state": "IN_ASSESSMENT"})
    );
    let lenient = lead.drafts(weighing(60, 40, json!({}))).await;
    lead.publishes(&lenient, true).await.ok();
    let fields = "state rank scorecard { total assessmentCount }";
    assert_eq!(
        ann.sees(&half, fields).await,
        json!({"state": "BACKLOG", "rank": 1, "scorecard": {"total": 100.0, "assessmentCount": 2}})
    );

    let strict = lead
        .drafts(weighing(60, 40, json!({"minimumCoverage": 1})))
        .await;
    let done = lead.publishes(&strict, true).await;

    assert_eq!(done.at("publishRubric.rescoredCount"), 1);
    assert_eq!(
        ann.sees(&half, fields).await,
        json!({"state": "IN_ASSESSMENT", "rank": null, "scorecard": null})
    );
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn what_was_given_blind_is_not_shown_by_a_version_that_is_not(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    let waiting = rated(&panel, "Waiting", &[(5, 5)]).await;
    let shown = rated(&panel, "Shown", &[(5, 5), (5, 5)]).await;
    let open = lead
        .drafts(rubric("quick", json!({"isBlind": false})))
        .await;

    let done = lead.publishes(&open, true).await;

    assert_eq!(done.at("publishRubric.rescoredCount"), 1);
    assert_eq!(
        done.at("publishRubric.notRescorable"),
        &json!([{"title": "Waiting"}])
    );
    let fields = "scorecard { total } assessments { nodes { id } }";
    assert_eq!(
        ann.sees(&waiting, fields).await,
        json!({"scorecard": null, "assessments": {"nodes": []}})
    );
    let version = "scorecard { rubricVersion { number } }";
    assert_eq!(
        ann.sees(&shown, version).await,
        json!({"scorecard": {"rubricVersion": {"number": 2}}})
    );
}

#[rstest]
#[tokio::test]
async fn assessors_rate_and_leads_screen_while_scores_are_computed_again_and_nothing_is_lost(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 10).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    lead.brings_out(rubric("quick", json!({}))).await;
    let mut ideas = Vec::new();
    for number in 0..5 {
        ideas.push(rated(&panel, &format!("Idea {number}"), &[(3, 2), (4, 2)]).await);
    }
    let mut drafts = vec![lead.drafts(weighing(20, 80, json!({}))).await];
    let mut begun = Vec::new();
    for (number, assessor) in panel.assessors.iter().enumerate().skip(2) {
        let (assessor, idea) = (assessor.clone(), ideas[number % 5].clone());
        begun.push(tokio::spawn(async move {
            let levels = answers(1 + (number % 5) as u8, 2);
            assessor
                .try_to_assess(&idea, levels, "assessment { isCounted }")
                .await
        }));
    }
    let publisher = lead.clone();
    let draft = drafts.pop().unwrap();
    begun.push(tokio::spawn(async move {
        publisher.publishes(&draft, true).await
    }));
    for answer in begun {
        answer.await.unwrap().ok();
    }

    for idea in &ideas {
        let seen = ann
            .sees(
                idea,
                "scorecard { rubricVersion { number } assessmentCount }
                assessments { nodes { isCounted rubricVersion { number } } }",
            )
            .await;
        assert_eq!(seen["scorecard"]["rubricVersion"]["number"], 2, "{seen}");
        let given = seen["assessments"]["nodes"].as_array().unwrap();
        assert_eq!(seen["scorecard"]["assessmentCount"], given.len());
        for one in given {
            assert_eq!(
                one,
                &json!({"isCounted": true, "rubricVersion": {"number": 2}})
            );
        }
    }
    let all: usize = 10 + 8;
    let counted = "select count(*) from assessment where is_complete";
    assert_eq!(crate::rubrics::count(&panel.app, counted).await, all as i64);
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn scores_without_leniencies_are_computed_again_and_corrected_anew(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, ann) = (&panel.lead, &panel.author);
    let corrected = json!({"aggregation": "SEVERITY_ADJUSTED"});
    lead.brings_out(rubric("quick", corrected.clone())).await;
    // Whoever is judged by all of them is not corrected, and Bees are.
    rated(&panel, "Bees", &[(5, 2), (4, 3), (2, 2)]).await;
    let wasps = rated(&panel, "Wasps", &[(4, 1), (5, 5)]).await;
    panel.app.calendar_turns().await;
    let draft = lead.drafts(weighing(20, 80, corrected)).await;

    let done = lead.publishes(&draft, true).await;

    assert_eq!(done.at("publishRubric.rescoredCount"), 2);
    panel.app.calendar_turns().await;
    let fields = "scorecard { total severityCorrection lines { contribution }
        rubricVersion { number } } assessments { nodes { score { total } } }";
    let seen = ann.sees(&wasps, fields).await;
    let given = seen["assessments"]["nodes"].as_array().unwrap();
    let totals: Vec<f64> = given
        .iter()
        .map(|one| one["score"]["total"].as_f64().unwrap())
        .collect();
    // 20 points for impact and 80 for little effort, each in quarters.
    assert_eq!(totals, [95.0, 20.0]);
    let hundredths = |value: &Value| (value.as_f64().unwrap() * 100.0).round() as i64;
    let card = &seen["scorecard"];
    let lines = card["lines"].as_array().unwrap().iter();
    let lines: i64 = lines.map(|line| hundredths(&line["contribution"])).sum();
    assert_eq!(card["rubricVersion"]["number"], 2);
    assert_ne!(hundredths(&card["severityCorrection"]), 0);
    assert_eq!(
        lines + hundredths(&card["severityCorrection"]),
        hundredths(&card["total"])
    );
    fits(&panel.app);
}
