//! Who is told of an appeal, and of its answer.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn an_appeal_is_told_to_who_may_answer_and_the_answer_to_who_waits_for_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob, cy) = (
        app.member("Ann").await,
        app.member("Bob").await,
        app.member("Cy").await,
    );
    let assessor = app.person("Ed", &["ASSESSOR"]).await;
    let (lea, bea, ada) = (
        app.person("Lea", &["LEAD"]).await,
        app.person("Bea", &["LEAD"]).await,
        app.person("Ada", &["ADMIN"]).await,
    );
    let more = json!({"coAuthorIds": [bob.id], "authorship": "ANONYMOUS"});
    let bees = ann.submit_with("Bees", more).await;
    cy.follows(&bees).await;
    let no = json!({"ideaId": bees.id, "outcome": "DECLINE", "reason": "Not ours."});
    let declined = lea.act("screenIdea", no, "decision { id }").await;
    let decision = declined.text("screenIdea.decision.id");
    let all = [&ann, &bob, &cy, &assessor, &lea, &bea, &ada];
    for person in all {
        person.news().await;
    }

    let why = json!({"decisionId": decision, "reason": "You misread it."});
    let appeal = ann.act("appealDecision", why, "appeal { id }").await;

    let appealed = one("APPEALED", "A decision about #1 “Bees” was appealed.");
    for person in [&bob, &lea, &bea, &ada] {
        assert_eq!(person.news().await, appealed, "{}", person.name);
    }
    for person in [&ann, &cy, &assessor] {
        assert_eq!(person.news().await, [], "{}", person.name);
    }
    let answer = json!({
        "appealId": appeal.text("appealDecision.appeal.id"), "outcome": "UPHELD", "answer": "Yes.",
    });
    bea.act("resolveAppeal", answer, "idea { id }").await.ok();
    let upheld = one("APPEAL_RESOLVED", "The appeal about #1 “Bees” was upheld.");
    for person in [&ann, &bob, &cy, &lea] {
        assert_eq!(person.news().await, upheld, "{}", person.name);
    }
    for person in [&bea, &ada, &assessor] {
        assert_eq!(person.news().await, [], "{}", person.name);
    }
}
