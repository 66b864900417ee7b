//! How far a round can be trusted, and what that tells of whom.

use super::*;

#[rstest]
#[tokio::test]
async fn the_figures_of_a_round_are_those_of_the_worked_example(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("MEAN", "SEVERITY_ADJUSTED")] aggregation: &str,
) {
    let Some((panel, _)) = judged(store, aggregation, &W5).await else {
        return;
    };

    let found = quality(&panel.author).await;

    assert_eq!(
        (&found["ideaCount"], &found["assessmentCount"]),
        (&json!(5), &json!(15))
    );
    let spread = if aggregation == "MEAN" {
        10.0048
    } else {
        9.1287
    };
    near(&found["spread"], spread);
    assert_eq!(found["degreesOfFreedom"], 14.0);
    assert_eq!(found["highDisagreementCount"], 0);
    near(&found["alphaInterval"], 0.2619);
    assert_eq!(found["components"], 1);
    let mut leniencies: Vec<(f64, i64)> = found["assessors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["leniency"].as_f64().unwrap(),
                one["assessmentCount"].as_i64().unwrap(),
            )
        })
        .collect();
    leniencies.sort_by(|a, b| a.0.total_cmp(&b.0));
    let expected = [(-5.4118, 3), (0.6706, 4), (2.1706, 4), (2.5706, 4)];
    for (found, expected) in leniencies.iter().zip(expected) {
        assert!((found.0 - expected.0).abs() < 1e-4, "{leniencies:?}");
        assert_eq!(found.1, expected.1);
    }
    assert_eq!(leniencies.len(), 4);
}

#[rstest]
#[tokio::test]
async fn assessors_know_themselves_alone_and_keep_their_aliases(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ideas)) = judged(store, "MEAN", &W5).await else {
        return;
    };
    let aliases = |round: &Value| -> Vec<String> {
        let all = round["assessors"].as_array().unwrap().iter();
        all.map(|one| one["alias"].as_str().unwrap().to_owned())
            .collect()
    };
    let names = |round: &Value| -> Vec<Value> {
        let all = round["assessors"].as_array().unwrap().iter();
        all.map(|one| one["member"].clone())
            .filter(|one| !one.is_null())
            .collect()
    };
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all
    };
    let round = quality(&panel.author).await;
    let leniencies: Vec<f64> = round["assessors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["leniency"].as_f64().unwrap())
        .collect();
    assert!(leniencies.is_sorted_by(|a, b| a >= b), "{leniencies:?}");
    let before = sorted(aliases(&round));

    for person in [&panel.author, &panel.lead] {
        assert_eq!(names(&quality(person).await), [] as [Value; 0]);
    }
    let dee = quality(&panel.assessors[3]).await;
    assert_eq!(names(&dee), [json!({"name": "Assessor4"})]);
    let own = dee["assessors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| !one["member"].is_null());
    near(&own.unwrap()["leniency"], -5.4118);

    // An alias is that of the round: the same later, on another server, and no alias of an
    // idea.
    gives(&panel.assessors[3], &ideas[0], 40).await;
    assert_eq!(
        sorted(aliases(
            &quality(&panel.author.at(&panel.app.another().await)).await
        )),
        before
    );
    let seen = panel
        .author
        .sees(&ideas[0], "assessments { nodes { alias } }")
        .await;
    for one in seen["assessments"]["nodes"].as_array().unwrap() {
        assert!(!before.contains(&one["alias"].as_str().unwrap().to_owned()));
    }
}

#[rstest]
#[tokio::test]
async fn what_not_everybody_sees_leaves_no_trace_in_a_round(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((panel, ideas)) = judged(store, "MEAN", &W5).await else {
        return;
    };
    panel.app.calendar_turns().await;
    let before = quality(&panel.author).await;
    let fields = "scorecard { spread adjusted { total rank } }";
    let list = backlog(&panel.author, fields).await;

    // One hidden, with ratings of another world, and one without the quorum.
    let hidden = panel
        .author
        .submit_with("H", json!({"visibility": "CONFIDENTIAL"}))
        .await;
    let young = panel.author.submit("Y").await;
    for idea in [&hidden, &young] {
        panel.lead.accept_under(idea, Some("points")).await;
    }
    gives(&panel.assessors[3], &young, 100).await;
    let asked: Vec<&str> = panel.assessors.iter().map(|one| &*one.id).collect();
    let input = json!({"ideaId": hidden.id, "assessorIds": asked});
    let asked = panel.lead.act("assignAssessors", input, "__typename").await;
    asked.ok();
    for (assessor, level) in panel.assessors.iter().zip([0, 100, 0, 100]) {
        gives(assessor, &hidden, level).await;
    }
    panel.app.calendar_turns().await;

    assert_eq!(quality(&panel.author).await, before);
    let bob = panel.app.member("Bob").await;
    assert_eq!(backlog(&bob, fields).await, list);
    // It is placed among the others without counting: 50 − 0.
    let seen = panel
        .author
        .sees(&hidden, "rank scorecard { total adjusted { total rank } }")
        .await;
    let expected = json!({"rank": 6, "scorecard":
        {"total": 50.0, "adjusted": {"total": 50.0, "rank": 6}}});
    assert_eq!(seen, expected);
    let seen = panel.author.sees(&young, "scorecard { total }").await;
    assert_eq!(seen["scorecard"], Value::Null);
    assert_eq!(ideas.len(), 5);
}

#[rstest]
#[tokio::test]
async fn of_nothing_nothing_is_said(#[values(Sqlite, Postgres)] store: Store) {
    let Some((panel, _)) = judged(store, "MEAN", &[]).await else {
        return;
    };

    let expected = json!({
        "ideaCount": 0, "assessmentCount": 0, "spread": 15.0, "degreesOfFreedom": 4.0,
        "highDisagreementCount": 0, "alphaInterval": null, "icc": null, "reliability": null,
        "assessorsNeeded": null, "components": 0, "assessors": [],
    });
    assert_eq!(quality(&panel.author).await, expected);

    let question = "{ roundQuality(rubric: \"no-such\") { ideaCount } }";
    let answer = panel.author.post(question, json!({})).await;
    answer.refused_because("BAD_USER_INPUT", "UNKNOWN_RUBRIC");
}
