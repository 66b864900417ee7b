//! Planning, starting, extending, giving up, handing over.

use rstest::rstest;

use super::*;

fn fault(path: &str, reason: &str) -> (String, String) {
    (path.to_owned(), reason.to_owned())
}

#[rstest]
#[tokio::test]
async fn every_fault_of_a_plan_is_told_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let (_, prototype) = lab.queued("Badges").await;
    let kept = lab.app().kept().await;
    let input = json!({
        "prototypeId": prototype, "form": "WIREFRAME", "hypothesis": " ", "timeBoxDays": 91,
        "measures": [
            {"key": "a b", "name": "", "target": "", "disprovedBy": ""},
            measure("m"), measure("m"),
        ],
    });

    let refused = lab.owner.act("planExperiment", input, "__typename").await;

    assert_eq!(
        faults(&refused),
        [
            fault("hypothesis", "HYPOTHESIS_MISSING"),
            fault("measures.0.key", "BAD_KEY"),
            fault("measures.0.name", "NAME_MISSING"),
            fault("measures.0.target", "TARGET_MISSING"),
            fault("measures.0.disprovedBy", "DISPROVED_BY_MISSING"),
            fault("measures.2.key", "MEASURE_TWICE"),
            fault("timeBoxDays", "DAYS_OUT_OF_RANGE"),
        ]
    );
    assert_eq!(
        faults(&lab.owner.try_to_plan(&prototype, &[]).await),
        [fault("measures", "MEASURES_MISSING")]
    );
    assert_eq!(lab.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn nothing_starts_without_an_experiment_and_nothing_of_it_changes_after(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel { app, lead, .. } = &lab.panel;
    let (idea, prototype) = lab.queued("Badges").await;
    let refused = lab.owner.try_to_start(&prototype).await;
    let error = refused.refused_because("ILLEGAL_STEP", "EXPERIMENT_MISSING");
    assert_eq!(
        error["message"],
        "Nothing starts without an experiment; still missing: form, hypothesis, assumption, \
         measures, timeBoxDays."
    );
    assert_eq!(error["extensions"]["legalSteps"], json!(["abortPrototype"]));
    let input = json!({
        "prototypeId": prototype, "form": "FUNCTIONAL", "hypothesis": "It helps.",
        "measures": [measure("m")], "timeBoxDays": 5, "expectedRevision": 1,
    });
    let plan = async |input| {
        lab.owner
            .act("planExperiment", input, "prototype { revision }")
            .await
    };
    let planned = plan(input.clone()).await;
    assert_eq!(planned.at("planExperiment.prototype.revision"), 2);
    let stale = plan(input.clone()).await;
    let error = stale.refused_because("CONFLICT", "STALE_REVISION");
    assert_eq!(error["extensions"]["currentRevision"], 2);
    let refused = lab.owner.try_to_start(&prototype).await;
    let error = refused.refused_because("ILLEGAL_STEP", "EXPERIMENT_MISSING");
    assert_eq!(
        error["message"],
        "Nothing starts without an experiment; still missing: assumption."
    );

    lab.owner.plans(&prototype, &["m", "n"]).await;
    lab.owner.starts(&prototype).await;

    let started = app.clock().now();
    let fields = "state waitingFor { party members { name } dueAt isOverdue }
        prototype { state position revision form hypothesis assumption timeBoxDays dueAt startedAt
        measures { key name target disprovedBy result isMet } }";
    let seen = lead.sees(&idea, fields).await;
    let due = instant(started + 10 * DAY);
    assert_eq!(seen["state"], "PROTOTYPING");
    assert_eq!(
        seen["waitingFor"],
        json!({
            "party": "PROTOTYPE_OWNER", "members": [{"name": "Olga"}], "dueAt": due,
            "isOverdue": false,
        })
    );
    let of = |key: &str| {
        let mut of = measure(key);
        of["result"] = Value::Null;
        of["isMet"] = Value::Null;
        of
    };
    assert_eq!(
        seen["prototype"],
        json!({
            "state": "RUNNING", "position": null, "revision": 3, "form": "CLICKABLE",
            "hypothesis": "Visitors print alone.", "assumption": "They see the printer.",
            "timeBoxDays": 10, "dueAt": due, "startedAt": instant(started),
            "measures": [of("m"), of("n")],
        })
    );
    let kept = app.kept().await;
    let error = lab.owner.try_to_plan(&prototype, &["m"]).await;
    error.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    let error = lab.owner.try_to_start(&prototype).await;
    error.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    assert_eq!(app.kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn what_the_idea_says_is_taken_over(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let more = json!({"hypothesis": "Badges help.", "riskiestAssumption": "There is paper."});
    let idea = lab.panel.rated_with("Badges", more, &[[3; 6]; 3]).await;
    let prototype = lab.panel.lead.queues(&idea, &lab.owner).await;
    let fields = "prototype { hypothesis assumption }";
    let seen = lab.panel.author.sees(&idea, fields).await;
    assert_eq!(
        seen["prototype"],
        json!({"hypothesis": "Badges help.", "assumption": "There is paper."})
    );

    let input = json!({
        "prototypeId": prototype, "form": "PROOF_OF_CONCEPT", "hypothesis": "Paper helps.",
        "measures": [measure("m")], "timeBoxDays": 1,
    });
    lab.owner
        .act("planExperiment", input, "__typename")
        .await
        .ok();
    lab.owner.starts(&prototype).await;

    let seen = lab.panel.author.sees(&idea, fields).await;
    assert_eq!(
        seen["prototype"],
        json!({"hypothesis": "Paper helps.", "assumption": "There is paper."})
    );
}

#[rstest]
#[tokio::test]
async fn a_time_box_is_extended_once_and_its_owner_reminded_once_before_and_once_after(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let app = lab.app();
    let (idea, prototype) = lab.tried("Badges").await;
    let started = app.clock().now();
    let extend = async |days: i32| {
        let input = json!({"prototypeId": prototype, "days": days, "reason": "Snow."});
        lab.owner
            .act("extendPrototype", input, "prototype { dueAt }")
            .await
    };
    app.days_pass(14);
    app.calendar_turns().await;
    let kept = app.kept().await;
    assert_eq!(
        faults(&extend(0).await),
        [fault("days", "DAYS_OUT_OF_RANGE")]
    );
    assert_eq!(faults(&extend(3).await), [fault("days", "DUE_IN_THE_PAST")]);
    assert_eq!(app.kept().await, kept);
    let is_overdue = "waitingFor { isOverdue sentence } prototype { dueAt }";
    let seen = lab.panel.author.sees(&idea, is_overdue).await;
    assert_eq!(
        seen["waitingFor"],
        json!({
            "isOverdue": true,
            "sentence": "Waiting for Olga to conclude the prototype, overdue since 12 March 2026.",
        })
    );
    let found = "{ ideas(filter: {isOverdue: true, waitingFor: PROTOTYPE_OWNER}) {
        nodes { number } } }";
    let found = lab.panel.author.post(found, json!({})).await;
    assert_eq!(found.at("ideas.nodes"), &json!([{"number": idea.number}]));

    let extended = extend(8).await;

    let due = started + 18 * DAY;
    assert_eq!(
        extended.at("extendPrototype.prototype.dueAt"),
        &json!(instant(due))
    );
    let seen = lab.panel.author.sees(&idea, is_overdue).await;
    assert_eq!(seen["waitingFor"]["isOverdue"], false);
    let kept = app.kept().await;
    extend(8)
        .await
        .refused_because("CONFLICT", "ALREADY_EXTENDED");
    assert_eq!(app.kept().await, kept);

    for _ in 0..10 {
        app.days_pass(1);
        app.calendar_turns().await;
        app.calendar_turns().await;
    }
    let named = "#1 “Badges” waits for you: the next step is";
    assert_eq!(
        lab.owner.hears().await[1..],
        [
            json!(["OVERDUE", format!("{named} overdue.")]),
            json!(["DUE_SOON", format!("{named} due within a day.")]),
            json!(["OVERDUE", format!("{named} overdue.")]),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn what_is_given_up_is_back_where_it_was_queued_from(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel { app, lead, .. } = &lab.panel;
    let (idea, prototype) = lab.tried("Badges").await;
    let abort = async |prototype: &str| {
        let input = json!({"prototypeId": prototype, "reason": "Snow."});
        let fields = "prototype { state outcome concludedAt learning { id } } idea { state }";
        lab.owner.act("abortPrototype", input, fields).await
    };

    let aborted = abort(&prototype).await;

    assert_eq!(
        aborted.at("abortPrototype"),
        &json!({
            "prototype": {"state": "ABORTED", "outcome": null, "concludedAt": null,
                "learning": null},
            "idea": {"state": "BACKLOG"},
        })
    );
    assert_eq!(lead.sees(&idea, "rank").await, json!({"rank": 1}));
    let kept = app.kept().await;
    abort(&prototype)
        .await
        .refused_because("ILLEGAL_STEP", "WRONG_STATE");
    lab.owner
        .try_to_conclude(&prototype, "VALIDATED", "STOP")
        .await
        .refused_because("ILLEGAL_STEP", "WRONG_STATE");
    assert_eq!(app.kept().await, kept);

    // And once more, from where it was shown to work.
    let second = lead.queues(&idea, &lab.owner).await;
    lab.owner.plans(&second, &["m"]).await;
    lab.owner.starts(&second).await;
    lab.owner.concludes(&second, "VALIDATED", "PERSEVERE").await;
    let third = lead.queues(&idea, &lab.owner).await;
    let aborted = abort(&third).await;
    assert_eq!(aborted.at("abortPrototype.idea.state"), "VALIDATED");
    let seen = lead
        .sees(&idea, "prototypes { id state } prototype { id }")
        .await;
    assert_eq!(
        seen["prototypes"],
        json!([
            {"id": prototype, "state": "ABORTED"}, {"id": second, "state": "CONCLUDED"},
            {"id": third, "state": "ABORTED"},
        ])
    );
    assert_eq!(seen["prototype"]["id"], json!(third));
}

#[rstest]
#[tokio::test]
async fn a_prototype_is_handed_over_by_its_owner_or_a_lead_and_by_nobody_else(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let app = lab.app();
    let (idea, prototype) = lab.tried("Badges").await;
    let pat = app.member("Pat").await;
    let hand = async |by: &Person, to: &Person| {
        let input = json!({"prototypeId": prototype, "ownerId": to.id, "reason": "Away."});
        by.act("handOverPrototype", input, "prototype { owner { name } }")
            .await
    };
    let kept = app.kept().await;
    hand(&pat, &pat)
        .await
        .refused_because("FORBIDDEN", "NOT_OWNER");
    hand(&lab.owner, &lab.owner).await.ok();
    assert_eq!(app.kept().await, kept);

    let handed = hand(&lab.owner, &pat).await;

    assert_eq!(handed.at("handOverPrototype.prototype.owner.name"), "Pat");
    hand(&lab.owner, &lab.owner)
        .await
        .refused_because("FORBIDDEN", "NOT_OWNER");
    assert_eq!(
        pat.hears().await,
        [json!([
            "ASSIGNED",
            "The prototype of #1 “Badges” is yours to try."
        ])]
    );
    pat.concludes(&prototype, "INVALIDATED", "STOP").await;
    let seen = pat.sees(&idea, "state").await;
    assert_eq!(seen["state"], "INVALIDATED");
}
