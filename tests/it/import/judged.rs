//! Three hundred answers judged by four reviewers, brought in from files: what was worked out
//! elsewhere comes out of the API.

use super::*;

const DATA: &str = include_str!("../data/judged/judged.csv");

fn expected() -> Value {
    serde_json::from_str(include_str!("../data/judged/expected.json")).unwrap()
}

/// The judgements as files, under a rubric of this aggregation.
fn brought_in(app: &App, aggregation: &str) {
    let files = Files::new();
    let mut ideas = "external_id,title,problem\n".to_owned();
    let mut rated = "external_id,assessor,criterion,level\n".to_owned();
    let mut last = "";
    for line in DATA.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[0] != last {
            ideas += &format!("{0},{0},An answer.\n", fields[0]);
            last = fields[0];
        }
        for (criterion, level) in ["correctness", "coverage", "overall"]
            .iter()
            .zip(&fields[2..])
        {
            rated += &format!("{},{},{criterion},{level}\n", fields[0], fields[1]);
        }
    }
    let rubric = std::fs::read_to_string(sample("rubric.json")).unwrap();
    let rubric = rubric.replace("\"MEAN\"", &format!("{aggregation:?}"));
    let ideas = files.write("ideas.csv", ideas);
    let rated = files.write("rated.csv", rated);
    let rubric = files.write("rubric.json", rubric);
    let flags = [
        ("--ideas", &*ideas),
        ("--assessments", &rated),
        ("--rubric", &rubric),
    ];
    let told = printed(&import(app, &arguments(&flags)));
    assert!(told.contains("ranked:      300 of these ideas"), "{told}");
}

#[track_caller]
fn near(found: &Value, expected: &Value) {
    let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    assert!((found - expected).abs() < 1e-4, "{found}, not {expected}");
}

/// Two decimals of a number.
fn shown(value: &Value) -> f64 {
    (value.as_f64().unwrap() * 100.0).round() / 100.0
}

/// The figures of the round are the reference's; `sigma` is what its spread is called there.
async fn check_round(app: &App, sigma: &str) {
    let expected = expected();
    let question = "{ roundQuality(rubric: \"squality\") { ideaCount assessmentCount spread
        degreesOfFreedom highDisagreementCount alphaInterval icc reliability components
        assessors { leniency } } }";
    let answer = app.member("Ann").await.post(question, json!({})).await;
    let found = answer.at("roundQuality");
    assert_eq!(found["ideaCount"], expected["items"]);
    assert_eq!(found["assessmentCount"], expected["assessments"]);
    assert_eq!(
        found["highDisagreementCount"],
        expected["disagreement_high"]
    );
    assert_eq!(found["components"], expected["components"]);
    near(&found["spread"], &expected[sigma]);
    near(&found["degreesOfFreedom"], &expected["df_mean"]);
    near(&found["alphaInterval"], &expected["alpha_interval"]);
    near(&found["icc"], &expected["icc1"]);
    near(&found["reliability"], &expected["reliability_of_mean"]);
    let sorted = |all: Vec<&Value>| {
        let mut all: Vec<f64> = all.iter().map(|one| one.as_f64().unwrap()).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let assessors = found["assessors"].as_array().unwrap();
    let leniencies = sorted(assessors.iter().map(|one| &one["leniency"]).collect());
    let expected = sorted(expected["leniency"].as_object().unwrap().values().collect());
    assert_eq!(leniencies.len(), expected.len());
    for (found, expected) in leniencies.into_iter().zip(expected) {
        near(&json!(found), &json!(expected));
    }
}

#[rstest]
#[tokio::test]
async fn reference_results_come_out_beside_the_means(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    brought_in(&app, "MEAN");
    app.calendar_turns().await;

    check_round(&app, "sigma_mean").await;

    let question = "{ backlog(filter: {rubric: \"squality\"}, first: 100) { nodes {
        idea { externalId } scorecard { total adjusted { total rank } } } } }";
    let answer = app
        .person("Lea", &["LEAD"])
        .await
        .post(question, json!({}))
        .await;
    let nodes = answer.at("backlog.nodes").as_array().unwrap();
    for best in expected()["top5_adjusted"].as_array().unwrap() {
        let node = nodes
            .iter()
            .find(|node| node["idea"]["externalId"] == best["item_id"]);
        let card = &node.unwrap()["scorecard"];
        assert_eq!(card["total"], shown(&best["mean"]));
        let adjusted = json!({"total": shown(&best["adj"]), "rank": best["adj_rank"]});
        assert_eq!(card["adjusted"], adjusted);
    }
}

#[rstest]
#[tokio::test]
async fn reference_results_come_out_where_leniency_is_removed(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };

    brought_in(&app, "SEVERITY_ADJUSTED");

    check_round(&app, "sigma_adjusted").await;
    let question = "{ backlog(filter: {rubric: \"squality\"}, first: 5) { nodes {
        rank rankLow rankHigh idea { externalId }
        scorecard { total spread severityCorrection lines { contribution } } } } }";
    let answer = app
        .person("Lea", &["LEAD"])
        .await
        .post(question, json!({}))
        .await;
    let nodes = answer.at("backlog.nodes").as_array().unwrap();
    for best in expected()["top5_adjusted"].as_array().unwrap() {
        let node = nodes
            .iter()
            .find(|node| node["idea"]["externalId"] == best["item_id"]);
        let node = node.unwrap();
        let card = &node["scorecard"];
        assert_eq!(card["total"], shown(&best["adj"]));
        for (field, named) in [
            ("rank", "adj_rank"),
            ("rankLow", "adj_rank_lo"),
            ("rankHigh", "adj_rank_hi"),
        ] {
            assert_eq!(node[field], best[named], "{field}");
        }
        near(&card["spread"], &expected()["sigma_adjusted"]);
        let whole = |value: &Value| (value.as_f64().unwrap() * 100.0).round() as i64;
        let lines = card["lines"].as_array().unwrap();
        let sum: i64 = lines.iter().map(|line| whole(&line["contribution"])).sum();
        let total = whole(&card["total"]);
        assert_eq!(sum + whole(&card["severityCorrection"]), total);
    }
    crate::verify::fits(&app);
}
