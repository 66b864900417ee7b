//! What came of a trial: the measures, the outcome, and where it leads.

use rstest::rstest;

use super::*;

fn fault(path: &str, reason: &str) -> (String, String) {
    (path.to_owned(), reason.to_owned())
}

#[rstest]
#[tokio::test]
async fn a_conclusion_speaks_to_every_measure_and_agrees_with_them_or_says_why_not(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let (idea, prototype) = lab.queued("Badges").await;
    lab.owner.plans(&prototype, &["m", "n"]).await;
    lab.owner.starts(&prototype).await;
    let conclude = async |results: Value, more: Value| {
        let mut input = json!({
            "prototypeId": prototype, "results": results, "outcome": "VALIDATED",
            "decision": "PERSEVERE", "learning": {"found": "They print."},
        });
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        lab.owner.act("concludePrototype", input, CONCLUDED).await
    };
    let one =
        |key: &str, is_met: Option<bool>| json!({"key": key, "result": "Six.", "isMet": is_met});
    let kept = lab.app().kept().await;

    let refused = conclude(
        json!([one("n", Some(true)), one("x", None), one("n", None),
            {"key": "n", "result": " "}]),
        json!({
            "outcome": "INVALIDATED", "decision": "PERSEVERE",
            "learning": {"found": ""},
        }),
    )
    .await;
    assert_eq!(
        faults(&refused),
        [
            fault("results.3.result", "RESULT_MISSING"),
            fault("learning.found", "LEARNING_MISSING"),
            fault("decision", "INVALIDATED_GOES_ON"),
            fault("results.1.key", "UNKNOWN_MEASURE"),
            fault("results.2.key", "MEASURE_TWICE"),
            fault("results.3.key", "MEASURE_TWICE"),
            fault("results", "RESULT_MISSING"),
        ]
    );
    let missed = json!([one("n", Some(false)), one("m", Some(true))]);
    let refused = conclude(missed.clone(), json!({})).await;
    assert_eq!(faults(&refused), [fault("outcome", "OUTCOME_DISAGREES")]);
    assert_eq!(lab.app().kept().await, kept);

    let why = "The printer was broken on the day of n.";
    let concluded = conclude(missed, json!({"reason": why})).await;

    let told = concluded.at("concludePrototype.prototype");
    assert_eq!(told["outcome"], "VALIDATED");
    assert_eq!(
        told["measures"],
        json!([
            {"key": "m", "result": "Six.", "isMet": true},
            {"key": "n", "result": "Six.", "isMet": false},
        ])
    );
    let seen = lab
        .panel
        .author
        .sees(
            &idea,
            "state decisions { kind reason decidedBy { name } scoreThen }",
        )
        .await;
    assert_eq!(
        seen["decisions"][2],
        json!({
            "kind": "EXPERIMENT_CONCLUDED", "reason": why, "decidedBy": {"name": "Olga"},
            "scoreThen": 50.0,
        })
    );
}

#[rstest]
#[tokio::test]
async fn outcome_and_decision_lead_where_they_say(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    for (outcome, goes_on, to) in [
        ("VALIDATED", "PERSEVERE", "VALIDATED"),
        ("VALIDATED", "STOP", "VALIDATED"),
        ("INVALIDATED", "STOP", "INVALIDATED"),
        ("INCONCLUSIVE", "STOP", "BACKLOG"),
        ("VALIDATED", "PIVOT", "IN_ASSESSMENT"),
        ("INVALIDATED", "PIVOT", "IN_ASSESSMENT"),
        ("INCONCLUSIVE", "PIVOT", "IN_ASSESSMENT"),
    ] {
        let (idea, prototype) = lab.tried(&format!("{outcome} {goes_on}")).await;

        let concluded = lab
            .owner
            .try_to_conclude(&prototype, outcome, goes_on)
            .await;

        let told = concluded.at("concludePrototype");
        assert_eq!(told["idea"]["state"], to, "{outcome} {goes_on}");
        assert_eq!(told["prototype"]["outcome"], outcome);
        assert_eq!(told["prototype"]["decision"], goes_on);
        assert_eq!(told["prototype"]["state"], "CONCLUDED");
        assert_eq!(told["prototype"]["isSelfReported"], false);
        let learning = &told["prototype"]["learning"];
        assert_eq!(learning["found"], "Nobody reads the signpost.");
        assert_eq!(learning["recordedBy"]["name"], "Olga");
        let seen = lab
            .panel
            .author
            .sees(&idea, "learnings { id outcome }")
            .await;
        assert_eq!(
            seen["learnings"],
            json!([{"id": learning["id"], "outcome": outcome}])
        );
    }
    // Whoever follows hears of it, and the activity tells it.
    let heard = lab.panel.author.hears().await;
    assert_eq!(
        heard.last().unwrap(),
        &json!([
            "DECIDED",
            "It was told what came of the prototype of #7 “INCONCLUSIVE PIVOT”."
        ])
    );
}

#[rstest]
#[tokio::test]
async fn after_a_pivot_it_is_assessed_anew_and_blind(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel {
        lead,
        author,
        assessors,
        ..
    } = &lab.panel;
    let idea = lab.panel.idea("Badges").await;
    let asked: Vec<&str> = assessors.iter().map(|one| one.id.as_str()).collect();
    let input = json!({"ideaId": idea.id, "assessorIds": asked});
    lead.act("assignAssessors", input, "idea { id }").await.ok();
    lab.panel.rate(&idea, &[[3; 6]; 3]).await;
    let prototype = lead.queues(&idea, &lab.owner).await;
    lab.owner.plans(&prototype, &["m"]).await;
    lab.owner.starts(&prototype).await;
    lab.app().days_pass(30);

    lab.owner
        .concludes(&prototype, "INVALIDATED", "PIVOT")
        .await;

    let fields = "state rank scorecard { total } assessmentProgress { submitted quorum
        openAssignments } waitingFor { party isOverdue }";
    let pivoted = json!({
        "state": "IN_ASSESSMENT", "rank": null, "scorecard": null,
        "assessmentProgress": {"submitted": 0, "quorum": 3, "openAssignments": 3},
        "waitingFor": {"party": "ASSESSORS", "isOverdue": false},
    });
    assert_eq!(author.sees(&idea, fields).await, pivoted);
    for assessor in assessors {
        let ratings = crate::support::panel::ratings([5, 5, 5, 5, 5, 1]);
        let fields = "assessment { wasBlind isCounted }";
        let answer = assessor.try_to_assess(&idea, ratings, fields).await;
        assert_eq!(answer.at("submitAssessment.assessment.wasBlind"), true);
    }
    let seen = author
        .sees(&idea, "state scorecard { total assessmentCount }")
        .await;
    assert_eq!(
        seen,
        json!({"state": "BACKLOG", "scorecard": {"total": 100.0, "assessmentCount": 3}})
    );
    crate::verify::fits(lab.app());
}

#[rstest]
#[tokio::test]
async fn what_told_nothing_is_queued_again_last_with_its_plan(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let (idea, prototype) = lab.tried("Badges").await;
    lab.queued("Other").await;

    let concluded = lab
        .owner
        .try_to_conclude(&prototype, "INCONCLUSIVE", "PERSEVERE")
        .await;

    assert_eq!(
        concluded.at("concludePrototype.idea"),
        &json!({"state": "PROTOTYPE_QUEUED", "prototype": {"state": "QUEUED", "position": 2}})
    );
    let seen = lab
        .panel
        .author
        .sees(
            &idea,
            "prototypes { state outcome owner { name } timeBoxDays hypothesis
                measures { key result } }
            activity(last: 2) { nodes { kind sentence } }",
        )
        .await;
    let plan = |result: Value| json!([{"key": "m", "result": result}]);
    assert_eq!(
        seen["prototypes"],
        json!([
            {"state": "CONCLUDED", "outcome": "INCONCLUSIVE", "owner": {"name": "Olga"},
             "timeBoxDays": 10, "hypothesis": "Visitors print alone.",
             "measures": plan(json!("Six of ten."))},
            {"state": "QUEUED", "outcome": null, "owner": {"name": "Olga"},
             "timeBoxDays": 10, "hypothesis": "Visitors print alone.",
             "measures": plan(Value::Null)},
        ])
    );
    assert_eq!(
        seen["activity"]["nodes"],
        json!([
            {"kind": "PROTOTYPE_CONCLUDED",
             "sentence": "Olga concluded the prototype: nobody can tell, it goes on."},
            {"kind": "PROTOTYPE_QUEUED",
             "sentence": "It waits for another trial, with the same plan."},
        ])
    );
    let again = lab.panel.author.sees(&idea, "prototype { id }").await;
    lab.owner
        .starts(again["prototype"]["id"].as_str().unwrap())
        .await;
}

#[rstest]
#[tokio::test]
async fn an_author_may_try_their_own_idea_and_what_they_tell_says_so(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel { lead, author, .. } = &lab.panel;
    let idea = lab.ranked("Badges").await;
    let prototype = lead.queues(&idea, author).await;
    author.plans(&prototype, &["m"]).await;
    author.starts(&prototype).await;

    let concluded = author
        .try_to_conclude(&prototype, "VALIDATED", "PERSEVERE")
        .await;

    let told = concluded.at("concludePrototype.prototype");
    assert_eq!(told["isSelfReported"], true);
    assert_eq!(told["learning"]["recordedBy"]["name"], "Ann");
    let stranger = lab.owner.sees(&idea, "prototype { isSelfReported }").await;
    assert_eq!(stranger["prototype"]["isSelfReported"], true);
}
