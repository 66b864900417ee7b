//! What trials taught is found: by search, at similar ideas, while one is being written.

use rstest::rstest;

use super::*;
use crate::verify::{misfit, tamper};

#[rstest]
#[tokio::test]
async fn what_was_learned_is_found_by_its_words_and_those_of_its_idea(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let reader = lab.app().member("Sam").await;
    for title in ["Badge printer", "Free desks"] {
        let (_, prototype) = lab.tried(title).await;
        lab.owner.concludes(&prototype, "INVALIDATED", "STOP").await;
    }

    assert_eq!(reader.learns(None).await, ["Free desks", "Badge printer"]);
    assert_eq!(
        reader.learns(Some("SIGNPOST")).await,
        ["Free desks", "Badge printer"]
    );
    assert_eq!(
        reader.learns(Some("badge signpost porter")).await,
        ["Badge printer"]
    );
    assert_eq!(reader.learns(Some("unicorn signpost")).await, [""; 0]);
    assert_eq!(reader.learns(Some("!?")).await, [""; 0]);
    let query = "query($after: String) { learnings(first: 1, after: $after) {
        pageInfo { endCursor hasNextPage } nodes { idea { title } believed found nextTime outcome
        recordedBy { name } recordedAt } } }";
    let page = reader.post(query, json!({})).await;
    assert_eq!(page.at("learnings.pageInfo.hasNextPage"), true);
    let after = page.at("learnings.pageInfo.endCursor").clone();
    let page = reader.post(query, json!({"after": after})).await;
    let node = page.at("learnings.nodes.0");
    assert_eq!(node["idea"]["title"], "Badge printer");
    assert_eq!(node["believed"], "They see it.");
    assert_eq!(node["nextTime"], "Ask the porter.");
    assert_eq!(node["outcome"], "INVALIDATED");
}

#[rstest]
#[tokio::test]
async fn whoever_writes_or_plans_something_alike_is_told_what_was_learned(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let (_, prototype) = lab.tried("Badge printer for visitors at reception").await;
    let learning = lab.owner.concludes(&prototype, "INVALIDATED", "STOP").await;
    let query = "{ similarIdeas(title: \"A printer for visitors' badges at reception\") {
        idea { number } lesson } }";
    let similar = lab.owner.post(query, json!({})).await;
    assert_eq!(
        similar.at("similarIdeas"),
        &json!([{"idea": {"number": 1}, "lesson": "Nobody reads the signpost."}])
    );

    let (idea, _) = lab.queued("Printer of visitors' badges at reception").await;

    let fields = "prototype { relatedLearnings { id found idea { number } } }";
    let seen = lab.panel.author.sees(&idea, fields).await;
    assert_eq!(
        seen["prototype"]["relatedLearnings"],
        json!([{"id": learning, "found": "Nobody reads the signpost.", "idea": {"number": 1}}])
    );
}

#[rstest]
#[tokio::test]
async fn what_was_learned_can_go_and_the_record_stays_whole(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let app = lab.app();
    let nora = app.person("Nora", &["ADMIN"]).await;
    let (idea, prototype) = lab.tried("Badges").await;
    let learning = lab.owner.concludes(&prototype, "INVALIDATED", "STOP").await;
    let told = crate::verify::fits(app);
    assert!(
        told.contains("trials:      1 prototypes, 1 learnings"),
        "{told}"
    );
    let redact = async |id: &str, field: Option<&str>| {
        let input = json!({"subjectId": id, "field": field, "reason": "Told in error."});
        nora.act("redact", input, "subject { id }").await
    };
    assert_eq!(
        faults(&redact(&learning, Some("body")).await),
        [("field".to_owned(), "UNKNOWN_FIELD".to_owned())]
    );

    redact(&learning, None).await.ok();
    redact(&prototype, Some("results")).await.ok();
    redact(&prototype, Some("hypothesis")).await.ok();

    let fields = "prototype { hypothesis assumption measures { key result isMet }
        learning { believed found nextTime outcome } }";
    let seen = lab.owner.sees(&idea, fields).await;
    assert_eq!(
        seen["prototype"],
        json!({
            "hypothesis": "[redacted]", "assumption": "They see the printer.",
            "measures": [{"key": "m", "result": "[redacted]", "isMet": false}],
            "learning": {"believed": null, "found": "[redacted]", "nextTime": null,
                "outcome": "INVALIDATED"},
        })
    );
    assert_eq!(lab.owner.learns(Some("signpost")).await, [""; 0]);
    assert_eq!(lab.owner.learns(Some("redacted")).await, [""; 0]);
    crate::verify::fits(app);
    let kept = app.kept().await;
    redact(&learning, None).await.ok();
    assert_eq!(app.kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn one_word_changed_behind_its_back_is_found(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let (_, prototype) = lab.tried("Badges").await;
    lab.owner.concludes(&prototype, "INVALIDATED", "STOP").await;
    for (change, back, told) in [
        (
            "update prototype set hypothesis = 'Other.'",
            "update prototype set hypothesis = 'Visitors print alone.'",
            "is not what it was",
        ),
        (
            "update prototype set outcome = 'VALIDATED'",
            "update prototype set outcome = 'INVALIDATED'",
            "what came of",
        ),
        (
            "update prototype set measures = replace(measures, '8 of 10', '2 of 10')",
            "update prototype set measures = replace(measures, '2 of 10', '8 of 10')",
            "the plan of",
        ),
        (
            "update learning set found = 'Everybody reads the signpost.'",
            "update learning set found = 'Nobody reads the signpost.'",
            "is not what it was when it was told",
        ),
    ] {
        crate::verify::tamper(lab.app(), change, 1).await;
        let found = crate::verify::misfit(lab.app());
        assert!(found.contains(told), "{found}");
        crate::verify::tamper(lab.app(), back, 1).await;
    }
    crate::verify::fits(lab.app());
}

#[rstest]
#[tokio::test]
async fn what_a_plan_took_over_from_its_idea_is_redacted_with_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel {
        app, lead, author, ..
    } = &lab.panel;
    let nora = app.person("Nora", &["ADMIN"]).await;
    let more = json!({
        "hypothesis": "We believe Bo, because.", "riskiestAssumption": "Bo is there.",
    });
    let idea = lab.panel.rated_with("Badges", more, &[[3; 6]; 3]).await;
    let prototype = lead.queues(&idea, author).await;
    let plan = json!({
        "prototypeId": prototype, "form": "CLICKABLE", "timeBoxDays": 10,
        "hypothesis": "We believe Bo, because.", "measures": [measure("m")],
    });
    let fields = "prototype { assumption }";
    let planned = author.act("planExperiment", plan, fields).await;
    assert_eq!(
        planned.at("planExperiment.prototype.assumption"),
        "Bo is there."
    );
    let fields = "hypothesis riskiestAssumption prototype { hypothesis assumption
        measures { name } }";
    let redact = async |field: &str| {
        let input = json!({"subjectId": idea.id, "field": field, "reason": "Who is Bo?"});
        nora.act("redact", input, "subject { id }").await.ok();
        author.sees(&idea, fields).await
    };

    let problem = redact("problem").await;
    let first = redact("hypothesis").await;
    let second = redact("riskiestAssumption").await;

    let seen = |of_idea: [Option<&str>; 2], planned: [&str; 2]| {
        json!({
            "hypothesis": of_idea[0], "riskiestAssumption": of_idea[1],
            "prototype": {"hypothesis": planned[0], "assumption": planned[1],
                "measures": [{"name": "Badges"}]},
        })
    };
    let (believed, assumed, gone) = ("We believe Bo, because.", "Bo is there.", "[redacted]");
    assert_eq!(
        problem,
        seen([Some(believed), Some(assumed)], [believed, assumed])
    );
    assert_eq!(first, seen([None, Some(assumed)], [gone, assumed]));
    assert_eq!(second, seen([None, None], [gone, gone]));
    crate::verify::fits(app);
    tamper(app, "update prototype set assumption = 'Cy is there.'", 1).await;
    assert!(misfit(app).contains("(REDACTED): the plan of prototype_"));
}
