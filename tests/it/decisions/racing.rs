//! Twenty leads decide at once: one of them does.

use rstest::rstest;
use tokio::task::JoinSet;

use super::*;
use crate::support::panel::Panel;

#[rstest]
#[tokio::test]
async fn of_twenty_who_decide_at_once_one_does(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let mut leads = Vec::new();
    for number in 0..20 {
        leads.push(panel.app.person(&format!("Lead {number}"), &["LEAD"]).await);
    }
    for round in 0..3 {
        let idea = panel.rated(&format!("Idea {round}"), &[[3; 6]; 3]).await;
        let answers: Vec<Answer> = leads
            .iter()
            .cloned()
            .map(|lead| {
                let idea = idea.clone();
                async move {
                    lead.decide(&idea, "ADOPT", json!({"handedTo": "Roadmap"}))
                        .await
                }
            })
            .collect::<JoinSet<_>>()
            .join_all()
            .await;

        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.errors().is_empty());
        assert_eq!((won.len(), lost.len()), (1, 19));
        for answer in lost {
            let error = answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
            assert_eq!(
                error["extensions"]["legalSteps"][0],
                "recordOutcome(SHIPPED)"
            );
        }
        let seen = panel
            .author
            .sees(&idea, "state decisions { kind decidedBy { name } }")
            .await;
        assert_eq!(seen["state"], "ADOPTED");
        assert_eq!(seen["decisions"].as_array().unwrap().len(), 2);
        assert_eq!(
            seen["decisions"][1]["decidedBy"],
            *won[0].at("decideIdea.decision.decidedBy")
        );
    }
}
