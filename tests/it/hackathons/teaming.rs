//! Teams are formed, joined, changed and left.

use rstest::rstest;

use super::*;
use crate::support::acts::Idea;

#[rstest]
#[tokio::test]
async fn a_team_is_formed_for_a_candidate_or_for_an_idea_of_its_own_or_for_nothing_yet(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let [tia, tom, tea] = event.people(["Tia", "Tom", "Tea"]).await;
    let idea = author.submit("Badges").await;
    let candidate = lead.nominates(&event, &idea).await;

    let more = json!({
        "name": " Printers ", "candidateId": candidate, "lookingFor": ["Rust", "An eye for paper"],
    });
    let first = tia.try_to_form(&event, more).await;
    let own = json!({
        "name": "Owls", "newIdea": {"title": "Night shift", "problem": "Nobody is there."},
    });
    let second = tom.try_to_form(&event, own).await;
    let third = tea.try_to_form(&event, json!({"name": "Open minds"})).await;

    let team = |answer: &Answer| answer.at("createTeam.team").clone();
    assert_eq!(
        team(&first),
        json!({
            "id": first.text("createTeam.team.id"), "name": "Printers", "isOpen": true,
            "lookingFor": ["Rust", "An eye for paper"], "members": [{"name": "Tia"}],
            "candidate": {"id": candidate, "state": "NOMINATED", "idea": {"title": "Badges"}},
        })
    );
    let of_own = &team(&second)["candidate"];
    assert_eq!(of_own["state"], "NOMINATED");
    assert_eq!(of_own["idea"]["title"], "Night shift");
    assert_eq!(team(&third)["candidate"], Value::Null);
    let found = tom
        .post(
            "{ ideas(search: \"Night\") { nodes { id number } } }",
            json!({}),
        )
        .await;
    let night = Idea::at(&found, "ideas.nodes.0");
    let fields = "state author { name } authorship viewerRelation
        candidacies { nominatedBy { name } nominationReason teams { name } }";
    assert_eq!(
        tom.sees(&night, fields).await,
        json!({
            "state": "SUBMITTED", "author": {"name": "Tom"}, "authorship": "NAMED",
            "viewerRelation": ["AUTHOR", "FOLLOWS", "TEAM_MEMBER"],
            "candidacies": [{
                "nominatedBy": {"name": "Tom"},
                "nominationReason": "The team “Owls” wants to work on it.",
                "teams": [{"name": "Owls"}],
            }],
        })
    );
    assert_eq!(
        tea.reads_teams().await,
        [
            json!(["Printers", ["Tia"]]),
            json!(["Owls", ["Tom"]]),
            json!(["Open minds", ["Tea"]]),
        ]
    );
    let filter = "{ ideas(filter: {viewer: [TEAM_MEMBER]}) { nodes { title } } }";
    let mine = tia.post(filter, json!({})).await;
    assert_eq!(mine.at("ideas.nodes"), &json!([{"title": "Badges"}]));
    let none = tea.post(filter, json!({})).await;
    assert_eq!(none.at("ideas.nodes"), &json!([]));
}

#[rstest]
#[tokio::test]
async fn forming_a_team_is_refused_with_every_fault_and_to_who_is_in_one(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let tia = event.app().member("Tia").await;
    let other = event.another("winter").await;
    let [here, there] = [author.submit("Here").await, author.submit("There").await];
    let dropped = lead.nominates(&event, &here).await;
    author.tries_to("dropCandidate", &dropped).await.ok();
    let foreign = lead.nominates(&other, &there).await;
    let kept = event.app().kept().await;

    let more = json!({
        "hackathonId": "x", "name": "two\nlines", "candidateId": "y",
        "newIdea": {"title": "", "problem": " "}, "lookingFor": [""],
    });
    let wrong = tia.try_to_form(&event, more).await;
    assert_eq!(
        faults(&wrong),
        listed(&[
            ("hackathonId", "BAD_ID"),
            ("name", "CONTROL_CHARACTERS"),
            ("candidateId", "BAD_ID"),
            ("newIdea.title", "TITLE_MISSING"),
            ("newIdea.problem", "PROBLEM_MISSING"),
            ("newIdea", "CANDIDATE_AND_IDEA"),
            ("lookingFor.0", "BAD_ITEM"),
        ])
    );
    for candidate in [
        &dropped,
        &foreign,
        &dropped.replace("candidate_0", "candidate_1"),
    ] {
        let more = json!({"name": "", "candidateId": candidate});
        let wrong = tia.try_to_form(&event, more).await;
        assert_eq!(
            faults(&wrong),
            listed(&[("name", "NAME_MISSING"), ("candidateId", "NOT_A_CANDIDATE")])
        );
    }
    let long = tia
        .try_to_form(&event, json!({"name": "x".repeat(121)}))
        .await;
    assert_eq!(faults(&long), listed(&[("name", "TEXT_TOO_LONG")]));
    assert_eq!(event.app().kept().await, kept);
    tia.forms(&event, &"x".repeat(120), None).await;
    let kept = event.app().kept().await;
    let own = json!({"name": "Owls", "newIdea": {"title": "Night", "problem": "Dark."}});
    let twice = tia.try_to_form(&event, own).await;
    twice.refused_because("CONFLICT", "ALREADY_IN_TEAM");
    assert_eq!(event.app().kept().await, kept);
    // One of another hackathon is another question.
    tia.forms(&other, "Elsewhere", Some(&foreign)).await;
}

#[rstest]
#[tokio::test]
async fn people_join_an_open_team_as_long_as_there_is_room(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let [tia, tom, tea, tim, ted] = event.people(["Tia", "Tom", "Tea", "Tim", "Ted"]).await;
    let team = tia.forms(&event, "Printers", None).await;
    tom.joins(&team).await.ok();
    let again = tom.joins(&team).await;
    again.refused_because("CONFLICT", "ALREADY_IN_TEAM");
    tia.changes(&team, json!({"isOpen": false})).await.ok();
    let kept = event.app().kept().await;
    let closed = tea.joins(&team).await;
    closed.refused_because("CONFLICT", "TEAM_CLOSED");
    let seen = tea
        .visits("jam", "teams(isOpen: true) { totalCount }")
        .await;
    assert_eq!(seen["teams"]["totalCount"], 0);
    assert_eq!(event.app().kept().await, kept);
    tom.changes(&team, json!({"isOpen": true})).await.ok();
    tea.joins(&team).await.ok();

    let fourth = tim.joins(&team).await;
    assert_eq!(
        names(fourth.at("joinTeam.team")),
        ["Tia", "Tom", "Tea", "Tim"]
    );
    let kept = event.app().kept().await;
    let full = ted.joins(&team).await;

    full.refused_because("CONFLICT", "TEAM_FULL");
    ted.joins(&team.replace("team_0", "team_1"))
        .await
        .refused("NOT_FOUND");
    assert_eq!(event.app().kept().await, kept);
    tia.leaves(&team).await.ok();
    ted.joins(&team).await.ok();
    assert_eq!(
        ted.reads_teams().await,
        [json!(["Printers", ["Tom", "Tea", "Tim", "Ted"]])]
    );
}

#[rstest]
#[tokio::test]
async fn the_last_one_who_leaves_dissolves_the_team(#[values(Sqlite, Postgres)] store: Store) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let [tia, tom] = event.people(["Tia", "Tom"]).await;
    let team = tia.forms(&event, "Printers", None).await;
    tom.joins(&team).await.ok();
    let left = tia.leaves(&team).await;
    assert_eq!(names(left.at("leaveTeam.team")), ["Tom"]);
    let kept = event.app().kept().await;
    let stranger = tia.leaves(&team).await;
    stranger.refused_because("FORBIDDEN", "NOT_IN_TEAM");
    assert_eq!(event.app().kept().await, kept);

    let last = tom.leaves(&team).await;

    assert_eq!(last.at("leaveTeam.team"), &Value::Null);
    assert_eq!(tom.reads_teams().await, Vec::<Value>::new());
    let seen = tom
        .visits("jam", "viewerTeam { id } metrics { key actual }")
        .await;
    assert_eq!(seen["viewerTeam"], Value::Null);
    let metrics = seen["metrics"].as_array().unwrap();
    assert!(metrics.contains(&json!({"key": "TEAMS", "actual": 1.0})));
    let kept = event.app().kept().await;
    tia.joins(&team).await.refused("NOT_FOUND");
    tia.changes(&team, json!({"name": "Ghosts"}))
        .await
        .refused("NOT_FOUND");
    assert_eq!(event.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn those_in_a_team_and_organizers_change_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let [tia, tom, tea] = event.people(["Tia", "Tom", "Tea"]).await;
    let idea = author.submit("Badges").await;
    let candidate = lead.nominates(&event, &idea).await;
    let team = tia.forms(&event, "Printers", Some(&candidate)).await;
    tom.joins(&team).await.ok();
    let kept = event.app().kept().await;
    let stranger = tea.changes(&team, json!({"name": "Mine"})).await;
    stranger.refused_because("FORBIDDEN", "NOT_IN_TEAM");
    let more = json!({
        "name": " ", "candidateId": "x", "lookingFor": ["\t"],
        "removeMemberIds": ["y", tea.id, tom.id],
    });
    let wrong = tia.changes(&team, more).await;
    assert_eq!(
        faults(&wrong),
        listed(&[
            ("name", "NAME_MISSING"),
            ("candidateId", "BAD_ID"),
            ("lookingFor.0", "BAD_ITEM"),
            ("removeMemberIds.0", "BAD_ID"),
            ("removeMemberIds.1", "NOT_IN_TEAM"),
        ])
    );
    let all = json!({"removeMemberIds": [tia.id, tom.id]});
    let nobody = tia.changes(&team, all).await;
    nobody.refused_because("CONFLICT", "LAST_MEMBER");
    // Nothing changes, and nothing is told.
    tia.changes(&team, json!({"name": "Printers", "isOpen": true}))
        .await
        .ok();
    assert_eq!(event.app().kept().await, kept);

    let more = json!({"name": "Presses", "lookingFor": ["Ink"]});
    let renamed = tom.changes(&team, more).await;
    let of = renamed.at("updateTeam.team");
    assert_eq!(
        (&of["name"], &of["lookingFor"]),
        (&json!("Presses"), &json!(["Ink"]))
    );
    assert_eq!(of["candidate"]["id"], candidate);
    let more = json!({"candidateId": null, "lookingFor": null, "removeMemberIds": [tom.id]});
    let changed = event.organizer.changes(&team, more).await;

    assert_eq!(
        changed.at("updateTeam.team"),
        &json!({
            "id": team, "name": "Presses", "isOpen": true, "lookingFor": [], "candidate": null,
            "members": [{"name": "Tia"}],
        })
    );
    let told = json!([
        "TEAM_CHANGED",
        "You were taken off your team of “Spring jam”.",
        "jam"
    ]);
    assert_eq!(tom.heard().await, [told]);
    assert_eq!(tia.heard().await, Vec::<Value>::new());
    let query = "mutation($input: ReadNotificationsInput!) { readNotifications(input: $input) {
        notifications { isRead idea { id } } viewer { unreadCount } } }";
    let ids = tom
        .post("{ viewer { notifications { nodes { id } } } }", json!({}))
        .await;
    let id = ids.text("viewer.notifications.nodes.0.id");
    let read = tom.post(query, json!({"input": {"upTo": id}})).await;
    assert_eq!(
        read.at("readNotifications"),
        &json!({
            "notifications": [{"isRead": true, "idea": null}], "viewer": {"unreadCount": 0},
        })
    );
}

#[rstest]
#[tokio::test]
async fn once_it_runs_a_team_keeps_its_candidate_and_nobody_forms_a_new_one(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((event, _, candidate, [tia, tom], team)) = Event::running(store).await else {
        return;
    };
    let tea = event.app().member("Tea").await;
    let kept = event.app().kept().await;

    let fixed = tia.changes(&team, json!({"candidateId": null})).await;
    fixed.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    let late = tea.try_to_form(&event, json!({"name": "Late"})).await;
    late.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    for mutation in ["dropCandidate", "confirmCandidate", "shortlistCandidate"] {
        let late = event.organizer.tries_to(mutation, &candidate).await;
        late.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    }
    assert_eq!(event.app().kept().await, kept);

    tea.joins(&team).await.ok();
    let same = json!({"candidateId": candidate, "name": "Presses"});
    let renamed = tia.changes(&team, same).await;
    assert_eq!(renamed.at("updateTeam.team.name"), "Presses");
    tom.leaves(&team).await.ok();
    let can = tom.visits("jam", "viewerCan").await;
    assert_eq!(can["viewerCan"], json!(["REGISTER", "JOIN_TEAM"]));
}

#[rstest]
#[tokio::test]
async fn who_leaves_the_house_leaves_teams_and_judges_of_open_hackathons(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((event, _, _, [tia, tom], team)) = Event::running(store).await else {
        return;
    };
    let admin = event.app().person("Ada", &["ADMIN"]).await;
    let input = json!({"hackathonId": event.id, "judgeIds": [event.organizer.id]});
    event
        .organizer
        .act("updateHackathon", input, "__typename")
        .await
        .ok();
    tom.registers(&event, json!({"skills": ["Ink"]})).await.ok();

    for who in [&tom, &event.organizer] {
        let input = json!({"memberId": who.id, "reason": "Moved on."});
        admin
            .act("deactivateMember", input, "__typename")
            .await
            .ok();
    }

    let fields = "organizer { name } judges { name } teams { nodes { id members { name } } }
        registrations { nodes { member { name } seeksTeam } }";
    assert_eq!(
        tia.visits("jam", fields).await,
        json!({
            "organizer": null, "judges": [],
            "teams": {"nodes": [{"id": team, "members": [{"name": "Tia"}]}]},
            "registrations": {"nodes": [{"member": {"name": "Tom"}, "seeksTeam": false}]},
        })
    );
    let input = json!({"memberId": tia.id, "reason": "Moved on."});
    admin
        .act("deactivateMember", input, "__typename")
        .await
        .ok();
    let seen = admin.visits("jam", "teams { totalCount }").await;
    assert_eq!(seen["teams"]["totalCount"], 0);
}

#[rstest]
#[tokio::test]
async fn what_is_said_again_under_its_key_happens_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let [tia, tom] = event.people(["Tia", "Tom"]).await;
    let own = json!({
        "name": "Owls", "newIdea": {"title": "Night", "problem": "Dark."}, "idempotencyKey": "k",
    });
    let first = tia.try_to_form(&event, own.clone()).await;
    let team = first.text("createTeam.team.id");
    let input = json!({"teamId": team, "idempotencyKey": "k"});
    tom.act("joinTeam", input.clone(), TEAM).await.ok();
    let left = tom.act("leaveTeam", input.clone(), TEAM).await;
    let kept = event.app().kept().await;

    assert_eq!(tia.try_to_form(&event, own).await.ok(), first.ok());
    assert_eq!(tom.act("leaveTeam", input, TEAM).await.ok(), left.ok());
    assert_eq!(event.app().kept().await, kept);
}
