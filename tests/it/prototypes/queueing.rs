//! An idea comes into the queue: by whom, out of which state, with which decision.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn a_lead_queues_an_idea_and_everybody_reads_who_tries_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel { lead, author, .. } = &lab.panel;
    let idea = lab.ranked("Badges").await;
    let can = lead.sees(&idea, "viewerCan").await;
    assert!(
        can["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("QUEUE_PROTOTYPE"))
    );

    let prototype = lead.queues(&idea, &lab.owner).await;

    let seen = author
        .sees(
            &idea,
            "state waitingFor { party members { name } dueAt sentence }
            prototype { id revision state position owner { name } form hypothesis assumption
                measures { key } timeBoxDays startedAt dueAt concludedAt outcome decision
                learning { id } isSelfReported idea { number } }
            prototypes { id } learnings { id }
            decisions { kind reason decidedBy { name } rankThen scoreThen isOverride }
            nextSteps { mutation outcome to by isOpen closedReason }",
        )
        .await;
    assert_eq!(seen["state"], "PROTOTYPE_QUEUED");
    assert_eq!(
        seen["waitingFor"],
        json!({
            "party": "PROTOTYPE_OWNER", "members": [{"name": "Olga"}], "dueAt": null,
            "sentence": "Waiting for Olga to start the prototype.",
        })
    );
    assert_eq!(
        seen["prototype"],
        json!({
            "id": prototype, "revision": 1, "state": "QUEUED", "position": 1,
            "owner": {"name": "Olga"}, "form": null, "hypothesis": null, "assumption": null,
            "measures": [], "timeBoxDays": null, "startedAt": null, "dueAt": null,
            "concludedAt": null, "outcome": null, "decision": null, "learning": null,
            "isSelfReported": false, "idea": {"number": idea.number},
        })
    );
    assert_eq!(seen["prototypes"], json!([{"id": prototype}]));
    assert_eq!(seen["learnings"], json!([]));
    assert_eq!(
        seen["decisions"][1],
        json!({
            "kind": "PROTOTYPE_QUEUED", "reason": "Worth trying.", "decidedBy": {"name": "Lea"},
            "rankThen": 1, "scoreThen": 50.0, "isOverride": false,
        })
    );
    let closed = |mutation: &str, to: &str| {
        json!({
            "mutation": mutation, "outcome": null, "to": to, "by": ["PROTOTYPE_OWNER", "LEAD"],
            "isOpen": false, "closedReason": "NOT_OWNER",
        })
    };
    assert_eq!(
        seen["nextSteps"],
        json!([
            closed("startPrototype", "PROTOTYPING"),
            closed("abortPrototype", "BACKLOG"),
        ])
    );
    let steps = lab
        .owner
        .sees(&idea, "nextSteps { isOpen closedReason }")
        .await;
    assert_eq!(
        steps["nextSteps"],
        json!([
            {"isOpen": false, "closedReason": "EXPERIMENT_MISSING"},
            {"isOpen": true, "closedReason": null},
        ])
    );
    let fields = "activity(last: 1) { nodes { kind actor { name } sentence reason } }";
    let last = author.sees(&idea, fields).await;
    assert_eq!(
        last["activity"]["nodes"],
        json!([{
            "kind": "PROTOTYPE_QUEUED", "actor": {"name": "Lea"},
            "sentence": "Lea queued it for a prototype.", "reason": "Worth trying.",
        }])
    );
    assert_eq!(
        lab.owner.hears().await,
        [json!([
            "ASSIGNED",
            "The prototype of #1 “Badges” is yours to try."
        ])]
    );
    assert_eq!(
        author.hears().await.last().unwrap(),
        &json!(["DECIDED", "#1 “Badges” was queued for a prototype."])
    );
    let node = author
        .post(
            "query($id: ID!) { node(id: $id) { ... on Prototype { state } } }",
            json!({"id": prototype}),
        )
        .await;
    assert_eq!(node.at("node.state"), "QUEUED");
}

#[rstest]
#[tokio::test]
async fn past_a_clearly_better_idea_it_is_an_override(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let best = lab.panel.rated("Best", &[[5, 5, 5, 5, 5, 1]; 3]).await;
    let worst = lab.panel.rated("Worst", &[[1, 1, 1, 1, 1, 5]; 3]).await;

    lab.panel.lead.queues(&worst, &lab.owner).await;
    lab.panel.lead.queues(&best, &lab.owner).await;

    let of = async |idea: &Idea| {
        let fields = "decisions { rankThen scoreThen isOverride }";
        let seen = lab.panel.author.sees(idea, fields).await;
        seen["decisions"][1].clone()
    };
    assert_eq!(
        of(&worst).await,
        json!({"rankThen": 2, "scoreThen": 0.0, "isOverride": true})
    );
    assert_eq!(
        of(&best).await,
        json!({"rankThen": 1, "scoreThen": 100.0, "isOverride": false})
    );
}

#[rstest]
#[tokio::test]
async fn whatever_is_wrong_is_told_at_once_and_nothing_is_queued(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel {
        app, lead, author, ..
    } = &lab.panel;
    let idea = lab.ranked("Badges").await;
    let gone = app.member("Gone").await;
    let nora = app.person("Nora", &["ADMIN"]).await;
    let leaves = json!({"memberId": gone.id, "reason": "Moved on."});
    nora.act("deactivateMember", leaves, "member { id }")
        .await
        .ok();
    let own = app.person("Lou", &["LEAD"]).await;
    let mine = lab
        .panel
        .rated_with("Mine", json!({"coAuthorIds": [own.id]}), &[[3; 6]; 3])
        .await;
    let kept = app.kept().await;

    let input = json!({"ideaId": idea.id, "ownerId": "member_1", "reason": " "});
    let refused = lead.act("queuePrototype", input, "__typename").await;
    assert_eq!(
        faults(&refused),
        [
            ("ownerId".to_owned(), "BAD_ID".to_owned()),
            ("reason".to_owned(), "REASON_MISSING".to_owned()),
        ]
    );
    assert_eq!(
        faults(&lead.try_to_queue(&idea, &gone).await),
        [("ownerId".to_owned(), "NOT_A_MEMBER".to_owned())]
    );
    let refused = own.try_to_queue(&mine, &lab.owner).await;
    refused.refused_because("FORBIDDEN", "OWN_IDEA");
    let refused = author.try_to_queue(&idea, &lab.owner).await;
    refused.refused_because("FORBIDDEN", "ROLE_NEEDED");
    assert_eq!(app.kept().await, kept);
    assert_eq!(lead.reads_the_queue().await, [Value::Null; 0]);
}

#[rstest]
#[tokio::test]
async fn the_same_request_again_queues_nothing_twice(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let idea = lab.ranked("Badges").await;
    let input = json!({
        "ideaId": idea.id, "ownerId": lab.owner.id, "reason": "Now.", "idempotencyKey": "once",
    });

    let first = lab
        .panel
        .lead
        .act("queuePrototype", input.clone(), "prototype { id }")
        .await;
    let kept = lab.app().kept().await;
    let second = lab
        .panel
        .lead
        .act("queuePrototype", input, "prototype { id }")
        .await;

    assert_eq!(first.ok(), second.ok());
    assert_eq!(lab.app().kept().await, kept);
}
