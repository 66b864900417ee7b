//! Whom leads can ask, by when, and what everybody reads of it.

use rstest::rstest;
use serde_json::{Value, json};

use super::{DAY, faults, instant};
use crate::support::panel::Panel;
use crate::support::people::Person;
use crate::support::{Store, Store::*};

/// All that is told of who assesses an idea.
const TOLD: &str = "state updatedAt assessmentProgress { submitted quorum openAssignments }
    waitingFor { party members { name } dueAt isOverdue sentence }
    assignments { assessor { name } dueAt isDone isRecused }
    viewerAssignment { assessor { name } isDone } viewerRelation viewerCan
    activity { totalCount nodes { kind sentence reason actor { name } } }";

#[rstest]
#[tokio::test]
async fn leads_ask_assessors_who_owe_the_next_step_then(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let Panel {
        lead,
        author,
        assessors,
        ..
    } = &panel;
    let idea = panel.idea("Badges").await;
    let before = panel.app.clock().now();

    let answer = lead
        .try_to_assign(&idea, &[&assessors[1], &assessors[0]], json!({}))
        .await;

    let due = instant(before + 21 * DAY + 1_000);
    let asked = |name: &str| {
        json!({
            "assessor": {"name": name}, "dueAt": due, "isDone": false, "isRecused": false,
        })
    };
    let mut given = answer.at("assignAssessors.assignments").clone();
    for one in given.as_array_mut().unwrap() {
        let id = one.as_object_mut().unwrap().remove("id").unwrap();
        assert!(id.as_str().unwrap().starts_with("assignment_"));
    }
    assert_eq!(given, json!([asked("Assessor2"), asked("Assessor1")]));
    let progress = json!({"submitted": 0, "quorum": 3, "openAssignments": 2});
    assert_eq!(
        answer.at("assignAssessors.idea.assessmentProgress"),
        &progress
    );
    let waiting = answer.at("assignAssessors.idea.waitingFor");
    assert_eq!(waiting["party"], "ASSESSORS");
    assert_eq!(waiting["dueAt"], json!(due));
    assert_eq!(
        waiting["sentence"],
        "Waiting for the 2 assigned assessors to assess it, by 23 March 2026."
    );
    let names = |waiting: &Value| {
        let members = waiting["members"].as_array().unwrap().iter();
        let mut names: Vec<&str> = members.map(|it| it["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(names(waiting), "Assessor1 Assessor2");

    let told = author.sees(&idea, TOLD).await;
    assert_eq!(names(&told["waitingFor"]), "Assessor1 Assessor2");
    assert_eq!(told["assessmentProgress"], progress);
    assert_eq!(told["assignments"], json!([]));
    assert_eq!(told["viewerAssignment"], Value::Null);
    assert_eq!(
        told["activity"]["nodes"][2],
        json!({
            "kind": "ASSESSORS_ASSIGNED", "sentence": "Lea asked 2 assessors to assess it.",
            "reason": null, "actor": {"name": "Lea"},
        })
    );
    let told = assessors[0].sees(&idea, TOLD).await;
    assert_eq!(told["assignments"], json!([asked("Assessor1")]));
    let own = json!({"assessor": {"name": "Assessor1"}, "isDone": false});
    assert_eq!(told["viewerAssignment"], own);
    assert_eq!(told["viewerRelation"], json!(["ASSIGNED"]));
    let told = lead.sees(&idea, TOLD).await;
    assert_eq!(told["assignments"].as_array().unwrap().len(), 2);
    let can = told["viewerCan"].as_array().unwrap();
    assert!(can.contains(&json!("ASSIGN")), "{can:?}");

    // Those who are asked already stay as they are; one more is asked beside them.
    let later = json!({"dueAt": instant(before + 30 * DAY)});
    let again = lead
        .try_to_assign(&idea, &[&assessors[0], &assessors[2]], later)
        .await;
    let dues: Vec<&Value> = again
        .at("assignAssessors.assignments")
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["dueAt"])
        .collect();
    assert_eq!(dues, [&json!(due), &json!(instant(before + 30 * DAY))]);
    let count = lead.sees(&idea, "activity { totalCount }").await;
    let same = lead
        .try_to_assign(&idea, &[&assessors[0], &assessors[2]], json!({}))
        .await;
    same.ok();
    assert_eq!(lead.sees(&idea, "activity { totalCount }").await, count);
}

#[rstest]
#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_nobody_is_asked(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let idea = panel
        .idea_with("Badges", json!({"coAuthorIds": [assessors[2].id]}))
        .await;
    let before = lead.sees(&idea, TOLD).await;
    let nobody = "member_0198c0de000070008000000000000000";
    let past = instant(panel.app.clock().now() - DAY);
    let input = json!({
        "ideaId": idea.id, "dueAt": past,
        "assessorIds": [
            assessors[0].id, nobody, panel.author.id, assessors[0].id, "Bo", assessors[2].id,
        ],
    });

    let answer = lead
        .act("assignAssessors", input, "assignments { id }")
        .await;

    let at = |index: usize, reason: &str| json!([["input", "assessorIds", index], reason]);
    assert_eq!(
        faults(&answer),
        json!([
            [["input", "dueAt"], "DUE_IN_THE_PAST"],
            at(1, "UNKNOWN_MEMBER"),
            at(2, "NOT_ASSESSOR"),
            at(3, "ASSESSOR_TWICE"),
            at(4, "BAD_ID"),
            at(5, "CONFLICT_OF_INTEREST"),
        ])
    );
    let none = lead.try_to_assign(&idea, &[], json!({})).await;
    let told = json!([[["input", "assessorIds"], "ASSESSORS_MISSING"]]);
    assert_eq!(faults(&none), told);
    let many: Vec<&Person> = (0..200).map(|_| &assessors[0]).collect();
    let many = lead.try_to_assign(&idea, &many, json!({})).await;
    let told = json!([[["input", "assessorIds"], "TOO_MANY_ITEMS"]]);
    assert_eq!(faults(&many), told);
    assert_eq!(lead.sees(&idea, TOLD).await, before);

    // Of those who may not ask nothing is looked at.
    let not = assessors[0].try_to_assign(&idea, &[], json!({})).await;
    not.refused_because("FORBIDDEN", "ROLE_NEEDED");
    // A conflict that was declared counts like authorship.
    assessors[1].declare(&idea, json!({})).await.ok();
    let barred = lead.try_to_assign(&idea, &[&assessors[1]], json!({})).await;
    assert_eq!(
        faults(&barred),
        json!([[["input", "assessorIds", 0], "CONFLICT_OF_INTEREST"]])
    );
}

#[rstest]
#[tokio::test]
async fn assessors_are_asked_while_an_idea_is_assessed(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let submitted = panel.author.submit("Lamp").await;

    let early = lead
        .try_to_assign(&submitted, &[&assessors[0]], json!({}))
        .await;

    let error = early.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    let legal = error["extensions"]["legalSteps"].as_array().unwrap();
    assert!(legal.contains(&json!("screenIdea(ACCEPT)")), "{legal:?}");
    let nothing = json!({"assignments": []});
    assert_eq!(lead.sees(&submitted, "assignments { id }").await, nothing);

    // In the backlog one more may be asked; who has assessed already is done at once.
    let ranked = panel.rated("Badges", &[[3; 6]; 3]).await;
    let answer = lead
        .try_to_assign(&ranked, &[&assessors[0], &assessors[3]], json!({}))
        .await;
    let done = |index: usize| {
        answer
            .at(&format!("assignAssessors.assignments.{index}.isDone"))
            .clone()
    };
    assert_eq!((done(0), done(1)), (json!(true), json!(false)));
    let state = answer.text("assignAssessors.idea.state");
    let party = answer.text("assignAssessors.idea.waitingFor.party");
    assert_eq!((&*state, &*party), ("BACKLOG", "STEWARD"));
}

#[rstest]
#[tokio::test]
async fn nobody_learns_by_asking_who_wrote_an_anonymous_idea(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(mut panel) = Panel::seated(store, 2).await else {
        return;
    };
    let (lead, other) = (panel.lead.clone(), panel.assessors[0].clone());
    let author = panel.assessors[1].clone();
    panel.author = author.clone();
    let idea = panel
        .idea_with("Badges", json!({"authorship": "ANONYMOUS"}))
        .await;

    let answer = lead
        .try_to_assign(&idea, &[&author, &other], json!({}))
        .await;

    let flags = |index: usize| {
        let one = answer.at(&format!("assignAssessors.assignments.{index}"));
        json!([one["isDone"], one["isRecused"]])
    };
    assert_eq!(flags(0), flags(1));
    let open = answer.at("assignAssessors.idea.assessmentProgress.openAssignments");
    assert_eq!(open, &json!(2));
    let own = author.try_to_assess(&idea, json!([]), "idea { id }").await;
    own.refused_because("FORBIDDEN", "OWN_IDEA");

    // They have a way out that tells no more than that somebody has a conflict.
    author.declare(&idea, json!({"kind": "OTHER"})).await.ok();
    let told = lead
        .sees(
            &idea,
            "assessmentProgress { openAssignments } assignments { isRecused assessor { name } }
            activity(last: 1) { nodes { kind sentence actor { name } } }",
        )
        .await;
    assert_eq!(told["assessmentProgress"]["openAssignments"], 1);
    let last = json!({
        "kind": "CONFLICT_DECLARED", "sentence": "Somebody declared a conflict of interest.",
        "actor": null,
    });
    assert_eq!(told["activity"]["nodes"], json!([last]));
}

#[rstest]
#[tokio::test]
async fn twenty_leads_ask_the_same_assessor_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 2).await else {
        return;
    };
    let idea = panel.idea("Badges").await;
    let mut begun = Vec::new();
    for number in 0..20 {
        let lead = panel.app.person(&format!("Lead{number}"), &["LEAD"]).await;
        let (idea, assessors) = (idea.clone(), panel.assessors.clone());
        begun.push(tokio::spawn(async move {
            let both = [&assessors[number % 2], &assessors[(number + 1) % 2]];
            lead.assign(&idea, &both).await
        }));
    }
    let mut seen = std::collections::BTreeSet::new();
    for one in begun {
        seen.extend(one.await.unwrap());
    }

    assert_eq!(seen.len(), 2);
    let told = panel
        .lead
        .sees(&idea, "assignments { id } activity { nodes { kind } }")
        .await;
    assert_eq!(told["assignments"].as_array().unwrap().len(), 2);
    let kinds = told["activity"]["nodes"].as_array().unwrap().iter();
    let assigned = kinds.filter(|it| it["kind"] == "ASSESSORS_ASSIGNED");
    assert_eq!(assigned.count(), 1);
}
