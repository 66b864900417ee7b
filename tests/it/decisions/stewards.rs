//! Who looks after an idea, once that is handed on.

use rstest::rstest;

use super::*;
use crate::support::App;

async fn hand(person: &Person, idea: &Idea, to: &Person) -> Answer {
    let input = json!({"ideaId": idea.id, "memberId": to.id, "reason": "I am away."});
    person
        .act("setSteward", input, "idea { steward { name } }")
        .await
}

#[rstest]
#[tokio::test]
async fn an_idea_is_handed_from_lead_to_lead(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let (lea, bea) = (
        app.person("Lea", &["LEAD"]).await,
        app.person("Bea", &["ADMIN"]).await,
    );
    let bees = ann.submit("Bees").await;
    // Before it is screened, too; whoever accepts it then does not take it over.
    let handed = hand(&lea, &bees, &bea).await;
    assert_eq!(handed.at("setSteward.idea.steward.name"), "Bea");
    lea.accept(&bees).await;
    let fields = "steward { name } waitingFor { members { name } }";
    assert_eq!(
        ann.sees(&bees, fields).await,
        json!({"steward": {"name": "Bea"}, "waitingFor": {"members": [{"name": "Bea"}]}})
    );
    hand(&bea, &bees, &lea).await.ok();
    let fields = "activity(last: 1) { nodes { kind actor { name } sentence reason } totalCount }";
    let seen = ann.sees(&bees, fields).await;
    assert_eq!(
        seen["activity"]["nodes"][0],
        json!({
            "kind": "STEWARD_CHANGED", "actor": {"name": "Bea"}, "reason": "I am away.",
            "sentence": "Bea handed it to another lead to look after.",
        })
    );
    // To whom it is handed already it cannot be handed again.
    hand(&bea, &bees, &lea).await.ok();
    assert_eq!(ann.sees(&bees, fields).await, seen);
}

#[rstest]
#[tokio::test]
async fn it_goes_to_leads_alone_and_never_to_those_who_wrote_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let lea = app.person("Lea", &["LEAD"]).await;
    let bea = app.person("Bea", &["LEAD"]).await;
    let bees = bea.submit("Bees").await;
    lea.accept(&bees).await;
    let nobody = Person {
        id: "member_0198c0de000070008000000000000000".to_owned(),
        ..ann.clone()
    };
    for (to, reason) in [
        (&ann, "NOT_A_LEAD"),
        (&bea, "OWN_IDEA"),
        (&nobody, "NOT_A_LEAD"),
    ] {
        let refused = hand(&lea, &bees, to).await;
        refused.refused_because("BAD_USER_INPUT", reason);
    }
    let hidden = bea
        .submit_with("Wasps", json!({"authorship": "ANONYMOUS"}))
        .await;
    let cleo = app.person("Cleo", &["LEAD"]).await;
    lea.accept(&hidden).await;
    for to in [&bea, &cleo] {
        // The same answer for who wrote it and who did not.
        let refused = hand(&lea, &hidden, to).await;
        refused.refused_because("BAD_USER_INPUT", "ANONYMOUS_IDEA");
    }
    hand(&cleo, &hidden, &cleo).await.ok();
    let ended = ann.submit("Ended").await;
    ann.act("withdrawIdea", json!({"ideaId": ended.id}), "idea { id }")
        .await
        .ok();
    let refused = hand(&lea, &ended, &cleo).await;
    refused.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    let seen = lea.sees(&bees, "steward { name }").await;
    assert_eq!(seen["steward"]["name"], "Lea");
}
