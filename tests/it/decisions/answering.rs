//! Another lead answers an appeal: what is upheld is taken up again, what is dismissed stays.

use rstest::rstest;
use tokio::task::JoinSet;

use super::*;
use crate::support::panel::Panel;

/// Everything of an idea that an answer could change.
const ALL: &str = "state stateSince updatedAt rank waitingFor { party dueAt sentence }
    decisions { kind reason appeals { state answer } } activity { totalCount }";

#[rstest]
#[tokio::test]
async fn an_upheld_appeal_takes_the_idea_up_again_where_it_was(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bea = panel.app.person("Bea", &["LEAD"]).await;
    let screened = author.submit("Screened").await;
    let no = json!({"ideaId": screened.id, "outcome": "DECLINE", "reason": "Because."});
    lead.act("screenIdea", no, "idea { id }").await.ok();
    let asked = author.submit("Asked").await;
    let ask = json!({"ideaId": asked.id, "outcome": "NEEDS_INFO", "reason": "Who?"});
    lead.act("screenIdea", ask, "idea { id }").await.ok();
    let open = panel.idea("Open").await;
    let ranked = panel.rated("Ranked", &[[3; 6]; 3]).await;
    for idea in [&asked, &open, &ranked] {
        lead.decides(idea, "DECLINE", json!({})).await;
    }
    panel.app.days_pass(3);

    for (idea, back, party, days) in [
        (&screened, "SUBMITTED", "LEAD", 7),
        (&asked, "SUBMITTED", "LEAD", 7),
        (&open, "IN_ASSESSMENT", "ASSESSORS", 21),
        (&ranked, "BACKLOG", "STEWARD", 90),
    ] {
        let decision = author.last_decision(idea).await;
        let appeal = author.appeals(&decision).await;
        let kept = format!("decisions {{ id {DECISION} }}");
        let decisions = author.sees(idea, &kept).await;

        let resolved = bea.resolve(&appeal, "UPHELD").await;

        let now = in_days(&panel.app, 0);
        assert_eq!(resolved.at("resolveAppeal.idea.state"), back);
        let told = resolved.at("resolveAppeal.appeal");
        assert_eq!(
            (
                &told["state"],
                &told["answer"],
                &told["answeredBy"],
                &told["answeredAt"],
                &told["reason"]
            ),
            (
                &json!("UPHELD"),
                &json!("We read it again."),
                &json!({"name": "Bea"}),
                &json!(now),
                &json!("You misread it.")
            )
        );
        // What was decided stays as it was decided.
        assert_eq!(author.sees(idea, &kept).await, decisions);
        let seen = author
            .sees(idea, "state stateSince waitingFor { party dueAt } activity(last: 1) { nodes { kind actor { name } sentence reason } }")
            .await;
        assert_eq!(
            seen,
            json!({
                "state": back, "stateSince": now,
                "waitingFor": {"party": party, "dueAt": in_days_since(&now, days)},
                "activity": {"nodes": [{
                    "kind": "APPEAL_RESOLVED", "actor": {"name": "Bea"},
                    "sentence": "Bea upheld the appeal and took the idea up again.",
                    "reason": "We read it again.",
                }]},
            })
        );
        assert_eq!(author.finds("hasOpenAppeal: true").await, Vec::<i64>::new());
    }
    assert_eq!(author.sees(&ranked, "rank").await["rank"], 1);
}

/// So many days after an instant as the API tells it.
fn in_days_since(instant: &str, days: i64) -> String {
    let value = async_graphql::Value::String(instant.to_owned());
    let at = <sluice::graph::DateTime as async_graphql::ScalarType>::parse(value).unwrap();
    told(at.0 + days * DAY)
}

#[rstest]
#[tokio::test]
async fn what_was_put_off_goes_on_with_the_time_that_was_left(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bea = panel.app.person("Bea", &["LEAD"]).await;
    let bees = panel.rated("Bees", &[[3; 6]; 3]).await;
    panel.app.days_pass(30);
    lead.decides(&bees, "HOLD", json!({"revisitAt": day(200)}))
        .await;
    let appeal = author.appeals(&author.last_decision(&bees).await).await;
    panel.app.days_pass(10);
    let steps = "nextSteps { to mutation outcome isOpen closedReason }";
    let closed = |seen: &Value| -> Value {
        let steps = seen["nextSteps"].as_array().unwrap().iter();
        let mut step = steps.filter(|step| step["mutation"] == "resolveAppeal");
        let step = step.next().unwrap();
        assert_eq!(
            (&step["to"], &step["outcome"]),
            (&json!("BACKLOG"), &json!("UPHELD"))
        );
        json!([step["isOpen"], step["closedReason"]])
    };
    for (person, expected) in [
        (author, json!([false, "ROLE_NEEDED"])),
        (lead, json!([false, "SAME_DECIDER"])),
        (&bea, json!([true, null])),
    ] {
        assert_eq!(
            closed(&person.sees(&bees, steps).await),
            expected,
            "{}",
            person.name
        );
    }

    bea.resolve(&appeal, "UPHELD").await.ok();

    let seen = author
        .sees(&bees, "state rank waitingFor { party dueAt }")
        .await;
    assert_eq!(
        (&seen["state"], &seen["rank"]),
        (&json!("BACKLOG"), &json!(1))
    );
    // Of 90 days 30 had passed, and the ten on hold do not count.
    let due = seen["waitingFor"]["dueAt"].as_str().unwrap();
    assert!(due.starts_with(&day(100)[..10]), "{due}");

    lead.decides(&bees, "HOLD", json!({"revisitAt": day(200)}))
        .await;
    let open = closed(&bea.sees(&bees, steps).await);
    assert_eq!(open, json!([false, "NO_OPEN_APPEAL"]));
}

#[rstest]
#[tokio::test]
async fn an_appeal_is_answered_by_a_lead_who_neither_decided_nor_wrote_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let app = &panel.app;
    let wrote = app.person("Ann", &["LEAD"]).await;
    let with = app.person("Cleo", &["ADMIN"]).await;
    let stranger = app.member("Zoe").await;
    let decider = app.person("Ada", &["ADMIN"]).await;
    let other = app.person("Bea", &["ADMIN"]).await;
    let more = json!({"coAuthorIds": [with.id], "visibility": "CONFIDENTIAL"});
    let bees = panel.idea_with("Bees", more).await;
    decider.decides(&bees, "DECLINE", json!({})).await;
    let appeal = wrote.appeals(&wrote.last_decision(&bees).await).await;
    let before = wrote.sees(&bees, ALL).await;

    for (person, code, reason) in [
        (&wrote, "FORBIDDEN", "OWN_IDEA"),
        (&with, "FORBIDDEN", "OWN_IDEA"),
        (&decider, "FORBIDDEN", "SAME_DECIDER"),
        (&stranger, "NOT_FOUND", "NOT_FOUND"),
        (&panel.assessors[0], "NOT_FOUND", "NOT_FOUND"),
    ] {
        for outcome in ["UPHELD", "DISMISSED"] {
            let refused = person.resolve(&appeal, outcome).await;
            refused.refused_because(code, reason);
        }
    }
    let member = app.person("Ann", &[]).await;
    let refused = member.resolve(&appeal, "UPHELD").await;
    refused.refused_because("FORBIDDEN", "ROLE_NEEDED");
    let nowhere = "appeal_0198c0de000070008000000000000000";
    let refused = other.resolve(nowhere, "UPHELD").await;
    refused.refused_because("NOT_FOUND", "NOT_FOUND");
    for (id, answer, expected) in [
        (&*appeal, " ", json!(["ANSWER_MISSING"])),
        ("appeal_1", "", json!(["BAD_ID", "ANSWER_MISSING"])),
    ] {
        let input = json!({"appealId": id, "outcome": "UPHELD", "answer": answer});
        let refused = other.act("resolveAppeal", input, "idea { id }").await;
        let faults = refused.refused("BAD_USER_INPUT")["extensions"]["faults"].clone();
        let reasons = faults.as_array().unwrap().iter().map(|it| &it["reason"]);
        assert_eq!(json!(reasons.collect::<Vec<_>>()), expected);
    }
    assert_eq!(wrote.sees(&bees, ALL).await, before);

    other.resolve(&appeal, "DISMISSED").await.ok();
    let after = wrote.sees(&bees, ALL).await;
    for (person, outcome) in [(&other, "UPHELD"), (&panel.lead, "DISMISSED")] {
        let refused = person.resolve(&appeal, outcome).await;
        refused.refused_because("CONFLICT", "ALREADY_ANSWERED");
    }
    assert_eq!(wrote.sees(&bees, ALL).await, after);
    let fields = "state activity(last: 1) { nodes { sentence reason } }";
    assert_eq!(
        wrote.sees(&bees, fields).await,
        json!({
            "state": "DECLINED",
            "activity": {"nodes": [{
                "sentence": "Bea dismissed the appeal.", "reason": "We read it again.",
            }]},
        })
    );
}

#[rstest]
#[tokio::test]
async fn who_appealed_is_no_judge_of_it_whatever_they_are_since(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let cleo = panel.app.person("Cleo", &["LEAD"]).await;
    let bees = panel
        .idea_with("Bees", json!({"coAuthorIds": [cleo.id]}))
        .await;
    lead.decides(&bees, "DECLINE", json!({})).await;
    let appeal = cleo.appeals(&cleo.last_decision(&bees).await).await;
    lead.decides(&bees, "REOPEN", json!({})).await;
    let without = json!({"ideaId": bees.id, "coAuthorIds": []});
    author.act("updateIdea", without, "idea { id }").await.ok();

    let refused = cleo.resolve(&appeal, "UPHELD").await;

    refused.refused_because("FORBIDDEN", "OWN_IDEA");
}

#[rstest]
#[tokio::test]
async fn an_idea_that_went_on_meanwhile_stays_where_it_is(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, author) = (&panel.lead, &panel.author);
    let bea = panel.app.person("Bea", &["LEAD"]).await;
    let bees = panel.idea("Bees").await;
    lead.decides(&bees, "DECLINE", json!({})).await;
    let first = author.appeals(&author.last_decision(&bees).await).await;
    lead.decides(&bees, "REOPEN", json!({})).await;
    let fields = format!("state {WAITING}");
    let seen = author.sees(&bees, &fields).await;
    assert_eq!(seen["waitingFor"]["party"], "ASSESSORS");
    // It is still owed, and found as such.
    assert_eq!(author.finds("hasOpenAppeal: true").await, [bees.number]);
    assert_eq!(author.finds("waitingFor: ASSESSORS").await, [bees.number]);
    assert_eq!(author.finds("waitingFor: LEAD").await, Vec::<i64>::new());
    panel.app.days_pass(1);
    lead.decides(&bees, "DECLINE", json!({})).await;
    let second = author.appeals(&author.last_decision(&bees).await).await;
    let later = in_days(&panel.app, 14);
    let due = author.sees(&bees, WAITING).await["waitingFor"]["dueAt"].clone();
    assert!(
        due.as_str().unwrap() < later.as_str(),
        "the first one is due first"
    );

    let resolved = bea.resolve(&first, "UPHELD").await;

    assert_eq!(resolved.at("resolveAppeal.idea.state"), "DECLINED");
    let seen = author
        .sees(
            &bees,
            &format!("{fields} activity(last: 1) {{ nodes {{ sentence }} }}"),
        )
        .await;
    assert_eq!(
        (&seen["state"], &seen["waitingFor"]["dueAt"]),
        (&json!("DECLINED"), &json!(later))
    );
    assert_eq!(
        seen["activity"]["nodes"][0]["sentence"],
        "Bea upheld the appeal; the idea had gone on already."
    );
    lead.decides(&bees, "REOPEN", json!({})).await;
    let before = author.sees(&bees, &fields).await;
    bea.resolve(&second, "UPHELD").await.ok();
    assert_eq!(author.sees(&bees, &fields).await, before);
    assert_eq!(author.finds("hasOpenAppeal: true").await, Vec::<i64>::new());
}

#[rstest]
#[tokio::test]
async fn of_twenty_leads_who_answer_at_once_one_does(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let mut leads = Vec::new();
    for number in 0..20 {
        leads.push(panel.app.person(&format!("Lead {number}"), &["LEAD"]).await);
    }
    for round in 0..3 {
        let idea = panel.idea(&format!("Idea {round}")).await;
        panel.lead.decides(&idea, "DECLINE", json!({})).await;
        let decision = panel.author.last_decision(&idea).await;
        let appeal = panel.author.appeals(&decision).await;
        let answers: Vec<Answer> = leads
            .iter()
            .cloned()
            .enumerate()
            .map(|(number, lead)| {
                let appeal = appeal.clone();
                let outcome = ["UPHELD", "DISMISSED"][number % 2];
                async move { lead.resolve(&appeal, outcome).await }
            })
            .collect::<JoinSet<_>>()
            .join_all()
            .await;

        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.errors().is_empty());
        assert_eq!((won.len(), lost.len()), (1, 19));
        for answer in lost {
            answer.refused_because("CONFLICT", "ALREADY_ANSWERED");
        }
        let won = won[0].at("resolveAppeal");
        let seen = panel
            .author
            .sees(
                &idea,
                "state decisions { appeals { state answeredBy { name } } }",
            )
            .await;
        let appeal = &seen["decisions"][1]["appeals"][0];
        assert_eq!(appeal["answeredBy"], won["appeal"]["answeredBy"]);
        assert_eq!(appeal["state"], won["appeal"]["state"]);
        let state = match appeal["state"] == "UPHELD" {
            true => "IN_ASSESSMENT",
            false => "DECLINED",
        };
        assert_eq!(
            (&seen["state"], &won["idea"]["state"]),
            (&json!(state), &json!(state))
        );
    }
}
