//! Whoever looks at a decision again tells whether it held: the latest stands.

use rstest::rstest;

use super::*;
use crate::support::panel::Panel;

#[rstest]
#[tokio::test]
async fn its_maker_or_another_lead_tells_whether_a_decision_held(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bea = panel.app.person("Bea", &["LEAD"]).await;
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    let more = json!({"expectation": "No complaint.", "wrongWhen": "One.", "reviewAt": day(60)});
    lead.decides(&bees, "DECLINE", more).await;
    let decision = author.last_decision(&bees).await;
    let fields = format!("decisions {{ {DECISION} {REVIEW} }}");
    let before = author.sees(&bees, &fields).await;
    assert_eq!(before["decisions"][1]["review"], json!(null));
    panel.app.days_pass(60);

    let reviewed = lead.review(&decision, "YES").await;

    let review = |held: &str, by: &str| {
        json!({
            "held": held, "note": "Seen in June.", "by": {"name": by}, "at": in_days(&panel.app, 0),
        })
    };
    assert_eq!(
        reviewed.at("reviewDecision"),
        &json!({
            "idea": {"state": "DECLINED"},
            "decision": {"kind": "DECLINED", "review": review("YES", "Lea")},
        })
    );
    // Another one looks later, and sees it otherwise.
    let second = bea.review(&decision, "NO").await;
    let latest = review("NO", "Bea");
    assert_eq!(second.at("reviewDecision.decision.review"), &latest);
    let mut after = author.sees(&bees, &fields).await;
    assert_eq!(after["decisions"][1]["review"].take(), latest);
    assert_eq!(after, before);
    let told = author
        .sees(
            &bees,
            "activity(last: 2) { nodes { kind actor { name } sentence reason } }",
        )
        .await;
    let line = |name: &str, held: &str| {
        json!({
            "kind": "DECISION_REVIEWED", "actor": {"name": name}, "reason": "Seen in June.",
            "sentence": format!("{name} looked at a decision again: it {held}."),
        })
    };
    assert_eq!(
        told["activity"]["nodes"],
        json!([line("Lea", "held"), line("Bea", "did not hold")])
    );
    // Who made it may, also without the role they had.
    let lea = panel.app.person("Lea", &[]).await;
    let third = lea.review(&decision, "UNCLEAR").await;
    assert_eq!(third.at("reviewDecision.decision.review.held"), "UNCLEAR");
    let accepted = author.sees(&bees, "decisions { id }").await["decisions"][0]["id"].clone();
    lea.review(accepted.as_str().unwrap(), "YES").await.ok();
}

#[rstest]
#[tokio::test]
async fn nobody_else_reviews_a_decision_and_nobody_one_about_an_own_idea(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let app = &panel.app;
    let wrote = app.person("Ann", &["ADMIN"]).await;
    let stranger = app.member("Zoe").await;
    let more = json!({"authorship": "ANONYMOUS", "visibility": "CONFIDENTIAL"});
    let hidden = panel.idea_with("Hidden", more).await;
    let open = panel.idea("Open").await;
    let secret = wrote.last_decision(&hidden).await;
    let decision = wrote.last_decision(&open).await;
    for (person, decision, code, reason) in [
        (&wrote, &decision, "FORBIDDEN", "OWN_IDEA"),
        (&wrote, &secret, "FORBIDDEN", "OWN_IDEA"),
        (&stranger, &decision, "FORBIDDEN", "ROLE_NEEDED"),
        (&panel.assessors[0], &decision, "FORBIDDEN", "ROLE_NEEDED"),
        (&stranger, &secret, "NOT_FOUND", "NOT_FOUND"),
    ] {
        let refused = person.review(decision, "NO").await;
        refused.refused_because(code, reason);
    }
    let blank = json!({"decisionId": decision, "held": "NO", "note": ""});
    let blank = panel.lead.act("reviewDecision", blank, "idea { id }").await;
    blank.refused_because("BAD_USER_INPUT", "NOTE_MISSING");
    let fields = format!("decisions {{ {REVIEW} }} activity {{ totalCount }}");
    assert_eq!(
        wrote.sees(&open, &fields).await,
        json!({"decisions": [{"review": null}], "activity": {"totalCount": 2}})
    );
}
