//! Blind means blind: until the score is published nobody but an assessor learns anything
//! of an assessment but that it is in.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::acts::Idea;
use crate::support::panel::{Levels, Panel};
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// Everything of an idea that could tell a number, and what does not name the idea.
const TELLING: &str = "state stateSince updatedAt rank revision supportCount scorecard { total }
    assessmentProgress { submitted quorum }
    viewerAssessment { id } viewerRelation viewerCan waitingFor { party sentence isOverdue }
    assessments(first: 10) { totalCount nodes { id } pageInfo { hasNextPage startCursor } }
    activity(first: 10) { totalCount nodes { kind at actor { name } sentence reason } }
    decisions { rankThen scoreThen isOverride } nextSteps { to closedReason }";

/// All that a person can ask about the order of things.
async fn lists(person: &Person, idea: &Idea, assessment: &str) -> Value {
    let query = "query($id: ID!, $assessment: ID!) {
        node(id: $assessment) { id }
        explainRank(ideaId: $id) { rank }
        backlog(first: 5) { totalCount nodes { rank rankHigh idea { title }
            scorecard { total low high spread } } }
        among: backlog(first: 5, filter: {states: [IN_ASSESSMENT, BACKLOG], minimumScore: 0}) {
            totalCount nodes { idea { title } } }
        best: ideas(first: 5, orderBy: {field: SCORE, direction: DESC}) { totalCount nodes { title } }
        worst: ideas(first: 5, orderBy: {field: SCORE, direction: ASC}) { nodes { title } }
    }";
    let ids = json!({"id": idea.id, "assessment": assessment});
    person.post(query, ids).await.ok().clone()
}

#[rstest]
#[tokio::test]
async fn before_publication_nobody_sees_more_than_that_assessments_are_in(
    #[values(Sqlite, Postgres)] store: Store,
) {
    // Two houses that differ in nothing but the hidden numbers look the same to everyone.
    let hidden: [[Levels; 2]; 2] = [
        [[5, 5, 5, 5, 5, 1], [5, 5, 5, 5, 5, 1]],
        [[1, 1, 1, 1, 1, 5], [5, 1, 1, 1, 1, 5]],
    ];
    let mut houses = Vec::new();
    for numbers in hidden {
        let Some(panel) = Panel::seated(store, 4).await else {
            return;
        };
        let admin = panel.app.person("Ada", &["ADMIN"]).await;
        let member = panel.app.member("Max").await;
        panel
            .rated("Known", &[[3, 4, 3, 3, 3, 3], [4; 6], [2; 6]])
            .await;
        let idea = panel.idea("Badges").await;
        let assessment = panel.assessors[0].assess(&idea, numbers[0]).await;
        panel.assessors[1].assess(&idea, numbers[1]).await;
        let mut seen = Vec::new();
        let people = [
            &panel.lead,
            &panel.author,
            &panel.assessors[3],
            &admin,
            &member,
        ];
        for person in people {
            seen.push(person.sees(&idea, TELLING).await);
            seen.push(lists(person, &idea, &assessment).await);
        }
        houses.push(seen);
    }

    assert_eq!(houses[0], houses[1]);
    for seen in houses[0].chunks(2) {
        assert_eq!(seen[0]["state"], "IN_ASSESSMENT");
        assert_eq!(
            seen[0]["assessmentProgress"],
            json!({"submitted": 2, "quorum": 3})
        );
        assert_eq!(seen[0]["rank"], json!(null));
        assert_eq!(seen[0]["scorecard"], json!(null));
        assert_eq!(seen[0]["assessments"]["totalCount"], 0);
        assert_eq!(seen[0]["assessments"]["nodes"], json!([]));
        assert_eq!(seen[0]["viewerAssessment"], json!(null));
        for node in seen[0]["activity"]["nodes"].as_array().unwrap() {
            if node["kind"] == "ASSESSED" {
                let told = json!({
                    "kind": "ASSESSED", "at": node["at"], "actor": null, "reason": null,
                    "sentence": "An assessor assessed it.",
                });
                assert_eq!(node, &told);
            }
        }
        assert_eq!(seen[1]["node"], json!(null));
        assert_eq!(seen[1]["explainRank"], json!(null));
        assert_eq!(seen[1]["backlog"]["totalCount"], 1);
        assert_eq!(seen[1]["among"]["totalCount"], 1);
    }
}

#[rstest]
#[tokio::test]
async fn an_assessor_sees_their_own_assessment_all_along(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let own = panel.assessors[0].assess(&idea, [4, 4, 3, 5, 2, 2]).await;
    panel.assessors[1].assess(&idea, [1; 6]).await;

    let seen = panel.assessors[0]
        .sees(
            &idea,
            "viewerAssessment { id score { total } ratings { level } } viewerRelation
             assessments { totalCount nodes { id assessor { name } } } scorecard { total }",
        )
        .await;

    let levels = [4.0, 4.0, 3.0, 5.0, 2.0, 2.0].map(|level| json!({"level": level}));
    assert_eq!(
        seen,
        json!({
            "viewerAssessment": {"id": own, "score": {"total": 68.75}, "ratings": levels},
            "viewerRelation": ["ASSESSED"],
            "assessments": {
                "totalCount": 1, "nodes": [{"id": own, "assessor": {"name": "Assessor1"}}],
            },
            "scorecard": null,
        })
    );
}

#[rstest]
#[tokio::test]
async fn after_publication_everyone_sees_the_numbers_and_leads_and_their_makers_the_names(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[1; 6], [3; 6], [5; 6]]).await;
    let fields = "assessments { nodes { alias assessor { name } score { total } } }";
    let seen_by = async |person: &Person| {
        let seen = person.sees(&idea, fields).await;
        let nodes = seen["assessments"]["nodes"].as_array().unwrap().clone();
        let read = |node: &Value| {
            (
                node["alias"].as_str().unwrap().to_owned(),
                node["assessor"]["name"].as_str().map(str::to_owned),
                node["score"]["total"].as_f64().unwrap(),
            )
        };
        nodes.iter().map(read).collect::<Vec<_>>()
    };
    let expected = |names: [Option<&str>; 3]| {
        let row = |number: usize, total: f64| {
            let alias = format!("Assessor {}", number + 1);
            (alias, names[number].map(str::to_owned), total)
        };
        vec![row(0, 10.0), row(1, 50.0), row(2, 90.0)]
    };

    let all = expected([Some("Assessor1"), Some("Assessor2"), Some("Assessor3")]);
    assert_eq!(seen_by(&panel.lead).await, all);
    assert_eq!(seen_by(&panel.author).await, expected([None; 3]));
    let second = expected([None, Some("Assessor2"), None]);
    assert_eq!(seen_by(&panel.assessors[1]).await, second);
}

#[rstest]
#[tokio::test]
async fn a_rubric_that_is_not_blind_shows_the_provisional_score_from_the_first_one_on(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let ends = json!([{"value": 1, "anchor": "No"}, {"value": 3, "anchor": "Some"},
        {"value": 5, "anchor": "Yes"}]);
    panel
        .publish(json!({
            "key": "open", "name": "Open", "isBlind": false, "quorum": 2,
            "criteria": [{"key": "worth", "name": "Worth", "question": "Is it worth it?",
                "weight": 1, "minimum": 1, "maximum": 5, "levels": ends}],
        }))
        .await;
    let idea = panel.author.submit("Badges").await;
    panel.lead.accept_under(&idea, Some("open")).await;
    let worth = |level: u8| json!([{"criterion": "worth", "level": level}]);
    let blind = "assessment { wasBlind }";

    let first = panel.assessors[0]
        .try_to_assess(&idea, worth(4), blind)
        .await;

    assert_eq!(
        first.at("submitAssessment.assessment.wasBlind"),
        &json!(true)
    );
    let fields = "state rank scorecard { status total } assessments { totalCount }";
    assert_eq!(
        panel.author.sees(&idea, fields).await,
        json!({
            "state": "IN_ASSESSMENT", "rank": null, "assessments": {"totalCount": 1},
            "scorecard": {"status": "PROVISIONAL", "total": 75.0},
        })
    );
    let second = panel.assessors[1]
        .try_to_assess(&idea, worth(3), blind)
        .await;
    assert_eq!(
        second.at("submitAssessment.assessment.wasBlind"),
        &json!(false)
    );
    assert_eq!(
        panel.author.sees(&idea, fields).await,
        json!({
            "state": "BACKLOG", "rank": 1, "assessments": {"totalCount": 2},
            "scorecard": {"status": "RANKED", "total": 62.5},
        })
    );
}
