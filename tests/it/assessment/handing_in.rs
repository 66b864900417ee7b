//! Handing in an assessment: new, once more, incomplete, and the one that makes the quorum.

use rstest::rstest;
use serde_json::json;

use crate::support::panel::{Panel, ratings};
use crate::support::{Store, Store::*};

const WHOLE: &str = "assessment { id alias isCounted wasBlind isStale ideaRevision comment
    confidence assessor { name } ratings { criterion { key } level rationale }
    score { isComplete total coverage incompleteBecause lines { contribution } } }
    idea { state assessmentProgress { submitted quorum } }";

#[rstest]
#[tokio::test]
async fn an_assessment_says_at_once_what_it_adds_up_to(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 1).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let assessor = &panel.assessors[0];
    let input = json!({
        "ideaId": idea.id, "comment": "Ask the reception.", "confidence": 4,
        "ratings": [
            {"criterion": "effort", "level": 2},
            {"criterion": "problem", "level": 4, "rationale": "Every visitor, every week"},
            {"criterion": "impact", "level": 4}, {"criterion": "fit", "level": 3},
            {"criterion": "feasibility", "level": 5}, {"criterion": "novelty", "level": null},
        ],
    });

    let answer = assessor.act("submitAssessment", input, WHOLE).await;

    // Novelty is left open: the other nine tenths count as the whole.
    let contributions = [20.84, 25.0, 8.33, 11.11, 0.0, 8.33];
    let sum: f64 = contributions.iter().sum();
    let levels = [Some(4.0), Some(4.0), Some(3.0), Some(5.0), None, Some(2.0)];
    let keys = [
        "problem",
        "impact",
        "fit",
        "feasibility",
        "novelty",
        "effort",
    ];
    let rated: Vec<_> = keys
        .iter()
        .zip(levels)
        .map(|(key, level)| {
            let rationale = (*key == "problem").then_some("Every visitor, every week");
            json!({"criterion": {"key": key}, "level": level, "rationale": rationale})
        })
        .collect();
    let lines: Vec<_> = contributions
        .iter()
        .map(|points| json!({"contribution": points}))
        .collect();
    assert_eq!((sum * 100.0).round(), 7361.0);
    assert_eq!(
        answer.ok()["submitAssessment"],
        json!({
            "assessment": {
                "id": answer.text("submitAssessment.assessment.id"),
                "alias": "Assessor 1", "isCounted": true, "wasBlind": true, "isStale": false,
                "ideaRevision": 1, "comment": "Ask the reception.", "confidence": 4,
                "assessor": {"name": "Assessor1"}, "ratings": rated,
                "score": {
                    "isComplete": true, "total": 73.61, "coverage": 0.9,
                    "incompleteBecause": null, "lines": lines,
                },
            },
            "idea": {
                "state": "IN_ASSESSMENT", "assessmentProgress": {"submitted": 1, "quorum": 3},
            },
        })
    );
}

#[rstest]
#[tokio::test]
async fn an_incomplete_one_is_kept_says_why_and_does_not_count(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let score = "isComplete total coverage incompleteBecause lines { contribution }";
    let fields = format!(
        "assessment {{ id isCounted score {{ {score} }} }} \
         idea {{ state assessmentProgress {{ submitted }} }}"
    );

    let unfit = panel.assessors[0].try_to_assess(&idea, ratings([4, 0, 3, 5, 2, 2]), &fields);
    let unfit = unfit.await;
    let thin = panel.assessors[1].try_to_assess(&idea, ratings([4, 5, 0, 0, 2, 2]), &fields);
    let thin = thin.await;

    let told = |answer: &crate::support::people::Answer| {
        let path = "submitAssessment.assessment.score.incompleteBecause";
        answer.text(path)
    };
    assert!(told(&unfit).contains("Impact"), "{}", told(&unfit));
    assert!(told(&thin).contains("75 %"), "{}", told(&thin));
    for (answer, coverage) in [(&unfit, 0.7), (&thin, 0.75)] {
        let none = json!({"contribution": 0.0});
        assert_eq!(
            answer.ok()["submitAssessment"],
            json!({
                "assessment": {
                    "id": answer.text("submitAssessment.assessment.id"), "isCounted": false,
                    "score": {
                        "isComplete": false, "total": null, "coverage": coverage,
                        "incompleteBecause": told(answer),
                        "lines": vec![none; 6],
                    },
                },
                "idea": {"state": "IN_ASSESSMENT", "assessmentProgress": {"submitted": 0}},
            })
        );
    }

    // Two more that count are not the quorum, and a third makes it.
    panel.assessors[2].assess(&idea, [3; 6]).await;
    panel.assessors[3].assess(&idea, [3; 6]).await;
    let state = "state scorecard { assessmentCount total }";
    assert_eq!(
        panel.lead.sees(&idea, state).await,
        json!({"state": "IN_ASSESSMENT", "scorecard": null})
    );
    panel.assessors[1].assess(&idea, [3; 6]).await;
    assert_eq!(
        panel.lead.sees(&idea, state).await,
        json!({"state": "BACKLOG", "scorecard": {"assessmentCount": 3, "total": 50.0}})
    );
    // The advice stands beside the score, and says that it does not count.
    let advice = panel
        .author
        .sees(&idea, "assessments { nodes { alias isCounted } }")
        .await;
    let nodes = [
        ("Assessor 1", false),
        ("Assessor 2", true),
        ("Assessor 3", true),
        ("Assessor 4", true),
    ]
    .map(|(alias, counts)| json!({"alias": alias, "isCounted": counts}));
    assert_eq!(advice, json!({"assessments": {"nodes": nodes}}));
}

#[rstest]
#[tokio::test]
async fn handing_in_again_replaces_the_whole_of_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let first = json!({
        "ideaId": idea.id, "ratings": ratings([1; 6]), "comment": "No.", "confidence": 5,
    });
    let first = panel.assessors[0]
        .act("submitAssessment", first, "assessment { id }")
        .await;

    let again = panel.assessors[0].try_to_assess(&idea, ratings([5, 5, 5, 5, 0, 1]), WHOLE);
    let again = again.await;

    let kept = "submitAssessment.assessment";
    assert_eq!(
        again.text(&format!("{kept}.id")),
        first.text(&format!("{kept}.id"))
    );
    for (field, value) in [
        ("comment", json!(null)),
        ("confidence", json!(null)),
        ("alias", json!("Assessor 1")),
        ("ratings.4.level", json!(null)),
        ("score.total", json!(100.0)),
    ] {
        assert_eq!(again.at(&format!("{kept}.{field}")), &value, "{field}");
    }
    let progress = again.at("submitAssessment.idea.assessmentProgress.submitted");
    assert_eq!(progress, &json!(1));

    // After publication it still counts once, and says that it was made knowing the score.
    panel.assessors[1].assess(&idea, [1, 1, 1, 1, 1, 5]).await;
    panel.assessors[2].assess(&idea, [1, 1, 1, 1, 1, 5]).await;
    let card = "scorecard { total assessmentCount }";
    let before = panel.author.sees(&idea, card).await;
    assert_eq!(
        before,
        json!({"scorecard": {"total": 33.33, "assessmentCount": 3}})
    );
    let known = panel.assessors[0].try_to_assess(&idea, ratings([1, 1, 1, 1, 1, 5]), WHOLE);
    assert_eq!(known.await.at(&format!("{kept}.wasBlind")), &json!(false));
    let after = panel.author.sees(&idea, card).await;
    assert_eq!(
        after,
        json!({"scorecard": {"total": 0.0, "assessmentCount": 3}})
    );
    let blind = "assessments { nodes { wasBlind } }";
    assert_eq!(
        panel.author.sees(&idea, blind).await["assessments"]["nodes"],
        json!([{"wasBlind": false}, {"wasBlind": true}, {"wasBlind": true}])
    );
}

#[rstest]
#[tokio::test]
async fn the_quorum_publishes_the_score_and_moves_the_idea_to_the_backlog(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel
        .rated("Badges", &[[4, 4, 3, 5, 2, 2], [3, 4, 3, 4, 2, 3]])
        .await;
    let due = "waitingFor { party members { name } dueAt }";
    let fields = format!("idea {{ state stateSince rank scorecard {{ status total }} {due} }}");

    let answer = panel.assessors[2].try_to_assess(&idea, ratings([5, 3, 4, 4, 3, 1]), &fields);
    let answer = answer.await;

    let seen = &answer.ok()["submitAssessment"]["idea"];
    assert_eq!(seen["state"], "BACKLOG");
    assert_eq!(seen["rank"], 1);
    assert_eq!(
        seen["scorecard"],
        json!({"status": "RANKED", "total": 66.67})
    );
    assert_eq!(seen["waitingFor"]["party"], "STEWARD");
    assert_eq!(seen["waitingFor"]["members"], json!([{"name": "Lea"}]));
    // 90 days from that moment.
    assert!(
        seen["stateSince"]
            .as_str()
            .unwrap()
            .starts_with("2026-03-02T09:00:00.")
    );
    assert!(
        seen["waitingFor"]["dueAt"]
            .as_str()
            .unwrap()
            .starts_with("2026-05-31T09:00:00.")
    );
    let told = panel
        .author
        .sees(&idea, "activity { nodes { sentence } }")
        .await;
    let told: Vec<_> = told["activity"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["sentence"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "Ann submitted the idea.",
            "Lea accepted it for assessment.",
            "An assessor assessed it.",
            "An assessor assessed it.",
            "An assessor assessed it.",
            "Enough assessments are in: it joined the ranked backlog.",
            "The score was published: 66.67.",
        ]
    );
}
