//! A question that nobody answers in its days is closed, and the idea is with the leads again.

use rstest::rstest;

use super::*;

const STANDS: &str = "state openQuestion { text } waitingFor { party dueAt sentence }";

#[rstest]
#[tokio::test]
async fn a_question_that_stays_unanswered_goes_back_to_the_leads(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 0).await else {
        return;
    };
    let (app, lead, ann) = (&panel.app, &panel.lead, &panel.author);
    let bees = ann.submit("Bees").await;
    app.days_pass(3);
    lead.asks(&bees).await;
    let by_itself = ann.sees(&bees, "nextSteps { to by mutation }").await;
    assert_eq!(
        by_itself["nextSteps"][1],
        json!({"to": "SUBMITTED", "by": ["CALENDAR"], "mutation": null})
    );

    app.days_pass(29);
    app.calendar_turns().await;
    assert_eq!(ann.stands_in(&bees).await, "NEEDS_INFO");
    app.days_pass(1);
    app.calendar_turns().await;

    let with_leads = |sentence: &str, due: &str| {
        json!({
            "state": "SUBMITTED", "openQuestion": null,
            "waitingFor": {"party": "LEAD", "dueAt": due, "sentence": sentence},
        })
    };
    let seen = ann.sees(&bees, STANDS).await;
    let due = seen["waitingFor"]["dueAt"].as_str().unwrap();
    assert_eq!(
        seen,
        with_leads(
            "Waiting for the leads to screen it, by 8 April 2026; the question stayed unanswered.",
            due
        )
    );
    // Of the seven days four were left.
    assert_eq!(due[..10], day(37)[..10]);
    assert_eq!(
        ann.moves(&bees).await,
        [json!({
            "kind": "STATE_CHANGED", "actor": null,
            "sentence": "The question stayed unanswered: it is with the leads again.",
        })]
    );
    let told = json!([
        "STATE_CHANGED",
        "The question about #1 “Bees” stayed unanswered: it is with the leads again.",
    ]);
    for person in [ann, lead] {
        assert_eq!(
            person.told_of(&["STATE_CHANGED"]).await,
            std::slice::from_ref(&told)
        );
    }
    let late = json!({"ideaId": bees.id, "answer": "Seven."});
    let answer = ann.act("answerQuestion", late, "idea { id }").await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");

    // Asked once more, and answered this time: nothing is unanswered any more.
    lead.asks(&bees).await;
    let asked = ann.sees(&bees, "openQuestion { text }").await;
    assert_eq!(asked["openQuestion"]["text"], "How many?");
    let answer = json!({"ideaId": bees.id, "answer": "Seven."});
    ann.act("answerQuestion", answer, "idea { id }").await.ok();
    let seen = ann.sees(&bees, STANDS).await;
    let due = seen["waitingFor"]["dueAt"].as_str().unwrap();
    assert_eq!(
        seen,
        with_leads("Waiting for the leads to screen it, by 8 April 2026.", due)
    );
}
