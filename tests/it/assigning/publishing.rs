//! A score is published at the quorum once nobody is awaited whose time is not yet over.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use sluice::assessment::publish_what_waited;

use super::{DAY, house, instant};
use crate::support::panel::Panel;
use crate::support::{Store, Store::*};

const STANDS: &str = "state scorecard { total } assessmentProgress { submitted openAssignments }";

fn waits(submitted: u8, open: u8) -> Value {
    json!({
        "state": "IN_ASSESSMENT", "scorecard": null,
        "assessmentProgress": {"submitted": submitted, "openAssignments": open},
    })
}

fn published(submitted: u8, open: u8, total: f64) -> Value {
    json!({
        "state": "BACKLOG", "scorecard": {"total": total},
        "assessmentProgress": {"submitted": submitted, "openAssignments": open},
    })
}

#[rstest]
#[tokio::test]
async fn the_last_one_who_is_awaited_publishes_the_score(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 5).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let idea = panel.idea("Badges").await;
    lead.assign(&idea, &[&assessors[3], &assessors[4]]).await;

    // The quorum is in, by others.
    panel.rate(&idea, &[[3; 6]; 3]).await;

    let stranger = panel.app.member("Max").await;
    for person in [lead, &panel.author, &stranger, &assessors[0]] {
        assert_eq!(person.sees(&idea, STANDS).await, waits(3, 2));
        let query = "{ backlog { totalCount } }";
        let listed = person.post(query, json!({})).await;
        assert_eq!(listed.ok(), &json!({"backlog": {"totalCount": 0}}));
    }
    assessors[3].assess(&idea, [3; 6]).await;
    assert_eq!(stranger.sees(&idea, STANDS).await, waits(4, 1));
    // To leads who is left; to everybody else the list stays as it was.
    let members = "waitingFor { members { name } }";
    let left = json!({"waitingFor": {"members": [{"name": "Assessor5"}]}});
    assert_eq!(lead.sees(&idea, members).await, left);
    let both = stranger.sees(&idea, members).await;
    assert_eq!(both["waitingFor"]["members"].as_array().unwrap().len(), 2);

    // An incomplete one is advice, and still owed.
    let advice = json!([{"criterion": "fit", "level": 3}]);
    let given = assessors[4]
        .try_to_assess(&idea, advice, "idea { state }")
        .await;
    assert_eq!(given.text("submitAssessment.idea.state"), "IN_ASSESSMENT");
    assert_eq!(stranger.sees(&idea, STANDS).await, waits(4, 1));
    assessors[4].assess(&idea, [3; 6]).await;

    assert_eq!(stranger.sees(&idea, STANDS).await, published(5, 0, 50.0));
    // One that is taken back is owed again, and a published score stays so.
    let own = assessors[4].sees(&idea, "viewerAssessment { id }").await;
    let id = own["viewerAssessment"]["id"].as_str().unwrap();
    assessors[4].take_back(id, "idea { id }").await.ok();
    assert_eq!(stranger.sees(&idea, STANDS).await, published(4, 1, 50.0));
    super::super::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn taking_the_last_assignment_away_publishes_the_score(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let idea = panel.idea("Badges").await;
    let assignment = lead.assign(&idea, &[&assessors[3]]).await.remove(0);
    panel.rate(&idea, &[[3; 6]; 3]).await;
    assert_eq!(lead.sees(&idea, STANDS).await, waits(3, 1));

    let answer = lead
        .unassign(&assignment, "idea { state } assignments { id }")
        .await;

    let done = json!({"unassignAssessor": {"idea": {"state": "BACKLOG"}, "assignments": []}});
    assert_eq!(answer.ok(), &done);
    let again = lead.unassign(&assignment, "idea { state }").await;
    again.refused("NOT_FOUND");
    let last = "activity { nodes { kind sentence reason actor { name } } }";
    for (person, reason) in [
        (lead, json!("She is on leave.")),
        (&panel.author, Value::Null),
        (&assessors[3], json!("She is on leave.")),
    ] {
        let told = person.sees(&idea, last).await;
        let told = told["activity"]["nodes"].as_array().unwrap();
        let one = told.iter().find(|it| it["kind"] == "UNASSIGNED").unwrap();
        assert_eq!(one["sentence"], "Lea took an assignment away.");
        assert_eq!(one["reason"], reason);
    }
    super::super::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn an_assignment_that_falls_overdue_publishes_once_whichever_server_sees_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let due = panel.app.clock().now() + 3 * DAY;
    let mut waiting = Vec::new();
    for title in ["Badges", "Lamp"] {
        let idea = panel.idea(title).await;
        lead.assign_until(&idea, &[&assessors[3]], Some(due)).await;
        panel.rate(&idea, &[[3; 6]; 3]).await;
        waiting.push(idea);
    }
    // One without the quorum only becomes overdue.
    let few = panel.rated("Few", &[[3; 6]; 2]).await;
    lead.assign_until(&few, &[&assessors[3]], Some(due)).await;
    let other = panel.app.another().await;
    assert_eq!(publish_what_waited(&house(&panel.app)).await.unwrap(), 0);
    panel.app.days_pass(2);
    panel.app.clock().advance(Duration::from_secs(60 * 60));
    // The day before they are looked at, and nothing is published.
    assert_eq!(publish_what_waited(&house(&panel.app)).await.unwrap(), 3);
    assert_eq!(publish_what_waited(&house(&panel.app)).await.unwrap(), 0);
    assert_eq!(lead.sees(&waiting[0], STANDS).await, waits(3, 1));

    panel.app.days_pass(1);
    let turns = (0..6).map(|turn| {
        let house = house(if turn % 2 == 0 { &panel.app } else { &other });
        tokio::spawn(async move { publish_what_waited(&house).await })
    });
    for turn in turns.collect::<Vec<_>>() {
        turn.await.unwrap().unwrap();
    }

    for idea in &waiting {
        assert_eq!(lead.sees(idea, STANDS).await, published(3, 1, 50.0));
        let told = "activity(last: 2) { nodes { kind sentence actor { name } } }";
        let told = lead.sees(idea, told).await;
        assert_eq!(
            told["activity"]["nodes"],
            json!([
                {"kind": "STATE_CHANGED", "actor": null,
                    "sentence": "Enough assessments are in: it joined the ranked backlog."},
                {"kind": "SCORE_CHANGED", "actor": null,
                    "sentence": "The score was published: 50.00."},
            ])
        );
    }
    assert_eq!(lead.sees(&few, STANDS).await, waits(2, 1));
    let told = |words: &str| -> Vec<String> {
        let titles = ["#1 “Badges”", "#2 “Lamp”", "#3 “Few”"].into_iter();
        titles.map(|title| words.replace("IT", title)).collect()
    };
    let mut notices = assessors[3].notices().await;
    for part in notices.chunks_mut(3) {
        part.sort_by_key(|notice| notice.split('#').nth(1).map(str::to_owned));
    }
    assert_eq!(
        notices,
        [
            told("ASSIGNED: You are asked to assess IT."),
            told("DUE_SOON: Your assessment of IT falls due within a day."),
            told("OVERDUE: Your assessment of IT is overdue."),
        ]
        .concat()
    );
    let overdue = lead.sees(&few, "waitingFor { isOverdue sentence }").await;
    assert_eq!(
        overdue["waitingFor"],
        json!({"isOverdue": true, "sentence":
            "Waiting for the assigned assessor to assess it, overdue since 5 March 2026."})
    );
    // The third one then publishes although the assignment is still open.
    assessors[2].assess(&few, [3; 6]).await;
    assert_eq!(lead.sees(&few, STANDS).await, published(3, 1, 50.0));
    assert_eq!(publish_what_waited(&house(&panel.app)).await.unwrap(), 0);
    super::super::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn the_promise_is_the_first_of_those_that_are_open_and_else_the_stewards(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let idea = panel.idea("Badges").await;
    let told = "stateSince updatedAt waitingFor { dueAt members { name } }";
    let before = lead.sees(&idea, told).await;
    let now = panel.app.clock().now();
    let due =
        async || lead.sees(&idea, "waitingFor { dueAt }").await["waitingFor"]["dueAt"].clone();

    lead.assign_until(&idea, &[&assessors[0]], Some(now + 9 * DAY))
        .await;
    assert_eq!(due().await, instant(now + 9 * DAY));
    lead.assign_until(&idea, &[&assessors[1]], Some(now + 4 * DAY))
        .await;
    assert_eq!(due().await, instant(now + 4 * DAY));
    assessors[1].assess(&idea, [3; 6]).await;
    assert_eq!(due().await, instant(now + 9 * DAY));
    assessors[0].assess(&idea, [3; 6]).await;

    assert_eq!(lead.sees(&idea, told).await, before);
    assert_eq!(before["waitingFor"]["members"], json!([{"name": "Lea"}]));
}

#[rstest]
#[tokio::test]
async fn while_an_idea_is_on_hold_its_assessors_have_time(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let idea = panel.idea("Badges").await;
    let now = panel.app.clock().now();
    lead.assign_until(&idea, &[&assessors[3]], Some(now + 5 * DAY))
        .await;
    panel.rate(&idea, &[[3; 6]; 3]).await;
    let hold = json!({
        "ideaId": idea.id, "outcome": "HOLD", "reason": "Later.",
        "revisitAt": instant(now + 40 * DAY),
    });
    lead.act("decideIdea", hold, "idea { id }").await.ok();
    let held = lead.sees(&idea, "stateSince").await;
    panel.app.days_pass(10);
    publish_what_waited(&house(&panel.app)).await.unwrap();
    let state = json!({"state": "ON_HOLD", "assessmentProgress": {"openAssignments": 0}});
    let fields = "state assessmentProgress { openAssignments }";
    assert_eq!(lead.sees(&idea, fields).await, state);

    let reopen = json!({"ideaId": idea.id, "outcome": "REOPEN", "reason": "Now."});
    lead.act("decideIdea", reopen, "idea { id }").await.ok();

    assert_eq!(lead.sees(&idea, STANDS).await, waits(3, 1));
    let told = "stateSince assignments { dueAt } waitingFor { dueAt isOverdue }";
    let told = lead.sees(&idea, told).await;
    let at = |value: &Value| {
        let text = value.as_str().unwrap().to_owned();
        let read = async_graphql::Value::String(text);
        <sluice::graph::DateTime as async_graphql::ScalarType>::parse(read)
            .unwrap()
            .0
    };
    let away = at(&told["stateSince"]) - at(&held["stateSince"]);
    assert!(away >= 10 * DAY);
    assert_eq!(at(&told["assignments"][0]["dueAt"]), now + 5 * DAY + away);
    assert_eq!(
        told["waitingFor"],
        json!({"dueAt": told["assignments"][0]["dueAt"], "isOverdue": false})
    );
    panel.app.days_pass(6);
    assert_eq!(publish_what_waited(&house(&panel.app)).await.unwrap(), 1);
    assert_eq!(lead.sees(&idea, STANDS).await, published(3, 1, 50.0));
}

#[rstest]
#[tokio::test]
async fn whoever_leaves_is_awaited_no_more(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let (lead, assessors) = (&panel.lead, &panel.assessors);
    let gone = &assessors[3];
    let (waiting, done) = (panel.idea("Badges").await, panel.idea("Lamp").await);
    lead.assign(&waiting, &[gone]).await;
    lead.assign(&done, &[gone]).await;
    gone.assess(&done, [3; 6]).await;
    panel.rate(&waiting, &[[3; 6]; 3]).await;

    let house = house(&panel.app);
    let promises = house.promises;
    let member = sluice::identity::domain::MemberId::read(&[], &gone.id).unwrap();
    let nobody = sluice::session::Session::new(house, sluice::policy::Actor::nobody());
    let ended = nobody
        .write(async |tx| sluice::assessment::end_assignments_of(tx, member, &promises).await)
        .await
        .unwrap();

    assert_eq!(ended, 1);
    assert_eq!(lead.sees(&waiting, STANDS).await, published(3, 0, 50.0));
    let kept = lead.sees(&done, "assignments { isDone }").await;
    assert_eq!(kept, json!({"assignments": [{"isDone": true}]}));
    super::super::verify::fits(&panel.app);
}
