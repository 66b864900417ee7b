//! What teams hand in: the whole is replaced until the deadline, and until the results are
//! published only those see it who have to do with it.

use super::contest::{Contest, ENTRY};
use super::*;
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn a_team_hands_in_and_replaces_the_whole(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::running(store, 1, 0).await else {
        return;
    };
    let squad = &contest.squads[0];
    let [tia, tom] = &squad.people;
    let more = json!({
        "title": " Badge printer ", "summary": "It prints.\r\nAlone.", "learned": "Ink dries.",
        "demoUrl": "https://badges.example/demo", "repositoryUrl": "https://git.example/badges",
        "videoUrl": "https://video.example/1",
    });
    let answer = tia.tries_to_hand_in(&squad.team, more).await;
    let entry = answer.at("submitEntry.entry");
    let id = entry["id"].clone();
    assert_eq!(
        *entry,
        json!({
            "id": id, "revision": 1, "title": "Badge printer", "summary": "It prints.\nAlone.",
            "demoUrl": "https://badges.example/demo",
            "repositoryUrl": "https://git.example/badges", "videoUrl": "https://video.example/1",
            "learned": "Ink dries.", "isFrozen": false, "team": {"name": "Team 1"},
            "viewerJudgement": null,
        })
    );

    let again = json!({"title": "Printer", "demoUrl": "", "expectedRevision": 1});
    let answer = tom.tries_to_hand_in(&squad.team, again.clone()).await;
    let entry = answer.at("submitEntry.entry");
    assert_eq!((&entry["id"], &entry["revision"]), (&id, &json!(2)));
    for field in ["demoUrl", "repositoryUrl", "videoUrl", "learned"] {
        assert_eq!(entry[field], Value::Null, "{field}");
    }
    let stale = tia.tries_to_hand_in(&squad.team, again).await;
    let error = stale.refused_because("CONFLICT", "STALE_REVISION");
    assert_eq!(error["extensions"]["currentRevision"], 2);
    let seen = tia
        .visits("jam", "viewerTeam { entry { revision title } }")
        .await;
    assert_eq!(
        seen["viewerTeam"]["entry"],
        json!({"revision": 2, "title": "Printer"})
    );
}

#[rstest]
#[tokio::test]
async fn everything_wrong_with_an_entry_is_told_at_once(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::running(store, 1, 0).await else {
        return;
    };
    let squad = &contest.squads[0];
    let input = json!({
        "title": " ", "summary": "", "demoUrl": "javascript:alert(1)",
        "repositoryUrl": "git.example/badges", "videoUrl": "ftp://video.example",
        "learned": "x".repeat(10_001),
    });
    let answer = squad.people[0].tries_to_hand_in(&squad.team, input).await;
    assert_eq!(
        faults(&answer),
        listed(&[
            ("title", "TITLE_MISSING"),
            ("summary", "SUMMARY_MISSING"),
            ("demoUrl", "BAD_URL"),
            ("repositoryUrl", "BAD_URL"),
            ("videoUrl", "BAD_URL"),
            ("learned", "TEXT_TOO_LONG"),
        ])
    );
    let long = json!({"title": format!("{}\n", "y".repeat(60)).repeat(2).trim()});
    let answer = squad.people[0].tries_to_hand_in(&squad.team, long).await;
    assert_eq!(
        faults(&answer),
        listed(&[("title", "CONTROL_CHARACTERS"), ("title", "TITLE_TOO_LONG")])
    );
    assert_eq!(contest.found_by(&contest.event.organizer).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn only_those_in_a_team_that_takes_part_hand_in_and_only_while_it_runs(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some((event, _, _, [tia, _], team)) = Event::running(store).await else {
        return;
    };
    let stranger = event.app().member("Sue").await;
    for person in [&stranger, &event.organizer, &event.panel.lead] {
        let answer = person.tries_to_hand_in(&team, json!({})).await;
        answer.refused_because("FORBIDDEN", "NOT_IN_TEAM");
    }
    let unknown = team.replace(&team[team.len() - 4..], "0000");
    let answer = tia.tries_to_hand_in(&unknown, json!({})).await;
    answer.refused("NOT_FOUND");
    tia.tries_to_hand_in("team_1", json!({}))
        .await
        .refused_because("BAD_USER_INPUT", "BAD_ID");
    let seen = tia.visits("jam", "viewerCan").await;
    let can = seen["viewerCan"].as_array().unwrap();
    assert!(can.contains(&json!("SUBMIT_ENTRY")), "{can:?}");

    // Another hackathon takes nominations still.
    let other = event.another("other").await;
    let early = stranger.forms(&other, "Early", None).await;
    let answer = stranger.tries_to_hand_in(&early, json!({})).await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    let fields = "entries { totalCount } viewerCan";
    let seen = event.organizer.visits("other", fields).await;
    assert_eq!(seen["entries"]["totalCount"], 0);
}

#[rstest]
#[tokio::test]
async fn a_millisecond_after_the_deadline_is_too_late(#[values(Sqlite, Postgres)] store: Store) {
    let Some(contest) = Contest::running(store, 1, 1).await else {
        return;
    };
    let squad = &contest.squads[0];
    let tia = &squad.people[0];
    contest.next_request_at(OPENING + 11 * DAY);
    let answer = tia
        .tries_to_hand_in(&squad.team, json!({"title": "In time"}))
        .await;
    assert_eq!(answer.at("submitEntry.entry.revision"), 1);
    let answer = tia
        .tries_to_hand_in(&squad.team, json!({"title": "Too late"}))
        .await;
    answer.refused_because("ILLEGAL_STEP", "DEADLINE_PASSED");
    let seen = tia
        .visits(
            "jam",
            "viewerTeam { entry { title revision isFrozen } } viewerCan",
        )
        .await;
    assert_eq!(
        seen["viewerTeam"]["entry"],
        json!({"title": "In time", "revision": 1, "isFrozen": true})
    );
    assert!(
        !seen["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("SUBMIT_ENTRY"))
    );

    // The organizer may put it off; then there is time again.
    contest.edits(json!({"submissionDeadline": day(12)})).await;
    let answer = tia
        .tries_to_hand_in(&squad.team, json!({"title": "Better"}))
        .await;
    let entry = answer.at("submitEntry.entry");
    assert_eq!(
        (&entry["revision"], &entry["isFrozen"]),
        (&json!(2), &json!(false))
    );
    contest.event.advances("JUDGING").await;
    let answer = tia.tries_to_hand_in(&squad.team, json!({})).await;
    answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
}

#[rstest]
#[tokio::test]
async fn before_the_results_only_those_see_an_entry_who_have_to_do_with_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(mut contest) = Contest::running(store, 2, 1).await else {
        return;
    };
    contest.hands_in(0).await;
    contest.hands_in(1).await;
    let app = contest.event.app().clone();
    let stranger = app.member("Sue").await;
    let admin = app.person("Ada", &["ADMIN"]).await;
    let judge = contest.judges[0].clone();
    let (panel, organizer) = (&contest.event.panel, &contest.event.organizer);
    let own = contest.squads[0].people[1].clone();
    let expect = async |contest: &Contest, judge_sees: bool| {
        let expected = [
            (&own, [true, false]),
            (organizer, [true, true]),
            (&admin, [true, true]),
            (&judge, [judge_sees; 2]),
            (&stranger, [false, false]),
            (&panel.lead, [false, false]),
            (&panel.author, [false, false]),
        ];
        for (person, seen) in expected {
            for number in [0, 1] {
                let found = contest.is_found_by(number, person).await;
                assert_eq!(found, seen[number], "{} {number}", person.name);
            }
        }
    };
    expect(&contest, false).await;
    contest.event.advances("JUDGING").await;
    expect(&contest, true).await;
    judge.gives(&contest.squads[0].entry, 50.0).await.ok();
    let fields =
        "teams { nodes { entry { judgementCount placement { place } } } } results { place }";
    let seen = judge.visits("jam", fields).await;
    let entry = json!({"entry": {"judgementCount": null, "placement": null}});
    assert_eq!(seen["teams"]["nodes"], json!([entry, entry]));
    assert_eq!(seen["results"], json!([]));
    contest.publishes(organizer, json!({})).await.ok();
    for person in [&own, organizer, &admin, &judge, &stranger, &panel.lead] {
        assert_eq!(contest.found_by(person).await, ["Entry 1", "Entry 2"]);
    }
    let fields = "teams { nodes { entry { judgementCount placement { place score } } } }";
    let seen = stranger.visits("jam", fields).await;
    assert_eq!(
        seen["teams"]["nodes"],
        json!([
            {"entry": {"judgementCount": 1, "placement": {"place": 1, "score": 50.0}}},
            {"entry": {"judgementCount": 0, "placement": {"place": null, "score": null}}},
        ])
    );
}

#[rstest]
#[tokio::test]
async fn of_a_cancelled_hackathon_an_entry_stays_its_team_s(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = Contest::judging(store, 2, 1).await else {
        return;
    };
    contest.event.advances("CANCELLED").await;
    let stranger = contest.event.app().member("Sue").await;
    assert_eq!(contest.found_by(&stranger).await, [""; 0]);
    assert_eq!(contest.found_by(&contest.judges[0]).await, [""; 0]);
    assert_eq!(
        contest.found_by(&contest.squads[1].people[0]).await,
        ["Entry 2"]
    );
    let all = contest.found_by(&contest.event.organizer).await;
    assert_eq!(all, ["Entry 1", "Entry 2"]);
}

#[rstest]
#[tokio::test]
async fn an_entry_of_an_idea_that_became_confidential_is_its_team_s_and_its_readers_(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = Contest::judging(store, 2, 1).await else {
        return;
    };
    let judge = &contest.judges[0];
    for squad in &contest.squads {
        judge.gives(&squad.entry, 50.0).await.ok();
    }
    contest
        .publishes(&contest.event.organizer, json!({}))
        .await
        .ok();
    let hide = json!({"ideaId": contest.squads[0].idea.id, "visibility": "CONFIDENTIAL"});
    let author = &contest.event.panel.author;
    author.act("updateIdea", hide, "idea { id }").await.ok();
    let stranger = contest.event.app().member("Sue").await;
    let both = ["Entry 1", "Entry 2"];
    assert_eq!(contest.found_by(&stranger).await, ["Entry 2"]);
    assert_eq!(contest.found_by(judge).await, ["Entry 2"]);
    let tia = &contest.squads[0].people[0];
    for person in [tia, author, &contest.event.panel.lead] {
        assert_eq!(contest.found_by(person).await, both, "{}", person.name);
    }
    assert!(!contest.is_found_by(0, &stranger).await);
    assert_eq!(
        contest.results_for(&stranger).await,
        [json!([1, "Entry 2", 50.0])]
    );
}

#[rstest]
#[tokio::test]
async fn of_two_who_hand_in_at_once_without_reading_one_is_told(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = Contest::running(store, 1, 0).await else {
        return;
    };
    let squad = &contest.squads[0];
    for round in 0..10 {
        let both = squad.people.clone().map(|person| {
            let team = squad.team.clone();
            tokio::spawn(async move {
                let more = json!({"title": person.name, "expectedRevision": round});
                person.tries_to_hand_in(&team, more).await
            })
        });
        let mut taken = Vec::new();
        for one in both {
            let answer = one.await.unwrap();
            if answer.errors().is_empty() {
                taken.push(answer.text("submitEntry.entry.title"));
                assert_eq!(answer.at("submitEntry.entry.revision"), round + 1);
            } else {
                answer.refused_because("CONFLICT", "STALE_REVISION");
            }
        }
        assert_eq!(taken.len(), 1);
        let seen = squad.people[0]
            .visits("jam", "viewerTeam { entry { title } }")
            .await;
        assert_eq!(seen["viewerTeam"]["entry"]["title"], *taken[0]);
    }
}

#[rstest]
#[tokio::test]
async fn texts_of_an_entry_are_redacted_and_the_chain_stays_whole(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(contest) = Contest::judging(store, 1, 1).await else {
        return;
    };
    let squad = &contest.squads[0];
    let judge = &contest.judges[0];
    let input = json!({
        "entryId": squad.entry, "comment": "secret",
        "ratings": [{"criterion": "points", "level": 40.0, "rationale": "secret"}],
    });
    judge.act("judgeEntry", input, ENTRY).await.ok();
    let award = json!({"awards": [{
        "entryId": squad.entry, "award": "secret", "nextStep": "secret",
        "ownerId": judge.id, "dueAt": day(40),
    }]});
    contest
        .publishes(&contest.event.organizer, award)
        .await
        .ok();
    let admin = contest.event.app().person("Ada", &["ADMIN"]).await;
    let asked = |field: Value| json!({"subjectId": squad.entry, "field": field, "reason": "Told in error."});
    judge
        .act("redact", asked(json!("title")), "subject { id }")
        .await
        .refused_because("FORBIDDEN", "ROLE_NEEDED");
    let fields =
        "subject { ... on Entry { title summary placement { awards nextStep { text } } } }";
    let answer = admin.act("redact", asked(json!("title")), fields).await;
    assert_eq!(
        *answer.at("redact.subject"),
        json!({
            "title": "[redacted]", "summary": "It prints badges.",
            "placement": {"awards": ["secret"], "nextStep": {"text": "secret"}},
        })
    );
    let answer = admin.act("redact", asked(Value::Null), fields).await;
    assert_eq!(
        *answer.at("redact.subject"),
        json!({
            "title": "[redacted]", "summary": "[redacted]",
            "placement": {"awards": ["[redacted]"], "nextStep": {"text": "[redacted]"}},
        })
    );
    let own = "viewerJudgement { comment ratings { level rationale } }";
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Entry {{ {own} }} }} }}");
    let seen = judge.post(&query, json!({"id": squad.entry})).await;
    assert_eq!(
        *seen.at("node.viewerJudgement"),
        json!({"comment": null, "ratings": [{"level": 40.0, "rationale": null}]})
    );
    assert_eq!(
        contest.results_for(judge).await,
        [json!([1, "[redacted]", 40.0])]
    );
    crate::verify::fits(contest.event.app());
}
