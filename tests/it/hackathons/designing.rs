//! An organizer sets a hackathon up, and edits it as long as people do not rely on it.

use rstest::rstest;

use super::*;

const ALL: &str = "revision slug name theme brief phase judging startsAt endsAt submissionDeadline
    teamSizeMin teamSizeMax missing { code sentence } judges { name } viewerIsJudge organizer { name }
    viewerCan metrics { key name target actual } rubricVersion { number }";

#[rstest]
#[tokio::test]
async fn a_hackathon_reads_as_it_was_set_up(#[values(Sqlite, Postgres)] store: Store) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let read = event.organizer.visits("jam", ALL).await;

    let metric = |key: &str, name: &str, target: Value| json!({"key": key, "name": name, "target": target, "actual": 0.0});
    let wanted = json!({
        "revision": 1, "slug": "jam", "name": "Spring jam", "theme": "Welcoming visitors",
        "brief": "Two days, one floor, real visitors.", "phase": "DESIGN", "judging": "RUBRIC",
        "startsAt": day(10), "endsAt": day(12), "submissionDeadline": day(11),
        "teamSizeMin": 2, "teamSizeMax": 4, "missing": [], "judges": [],
        "viewerIsJudge": false, "organizer": {"name": "Ola"},
        "viewerCan": ["EDIT", "ADVANCE"],
        "metrics": [
            metric("REGISTRATIONS", "People registered", json!(10.0)),
            metric("TEAMS", "Teams formed", Value::Null),
            metric("ENTRIES", "Entries handed in", Value::Null),
            metric("IDEAS_NOMINATED", "Ideas nominated", Value::Null),
            metric("IDEAS_VALIDATED", "Ideas validated", Value::Null),
            metric("IDEAS_ADOPTED", "Ideas adopted", Value::Null),
        ],
        "rubricVersion": {"number": 1},
    });
    assert_eq!(read, wanted);
    let seen = event.panel.author.visits("jam", "name viewerCan").await;
    assert_eq!(seen, json!({"name": "Spring jam", "viewerCan": []}));
    assert_eq!(
        event.panel.author.visits("nowhere", "name").await,
        Value::Null
    );
}

#[rstest]
#[tokio::test]
async fn everything_wrong_with_a_plan_is_told_at_once_and_nothing_is_kept(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let kept = event.app().kept().await;
    let input = json!({
        "slug": "Spring Jam!", "name": " ", "theme": "", "brief": "\u{200b}",
        "startsAt": day(10), "endsAt": day(9), "submissionDeadline": day(8),
        "teamSizeMin": 5, "teamSizeMax": 4, "rubric": "nothing-like-that",
        "judgeIds": [event.panel.author.id, "member_00000000000000000000000000000000", "idea_1"],
        "targets": [
            {"key": "TEAMS", "target": -1}, {"key": "ENTRIES", "target": 3},
            {"key": "ENTRIES", "target": 4},
        ],
    });
    let answer = event
        .organizer
        .act("createHackathon", input, "hackathon { id }")
        .await;
    let wanted = listed(&[
        ("slug", "BAD_SLUG"),
        ("judgeIds.2", "BAD_ID"),
        ("targets.0.target", "TARGET_OUT_OF_RANGE"),
        ("targets.2.key", "METRIC_TWICE"),
        ("rubric", "UNKNOWN_RUBRIC"),
        ("name", "NAME_MISSING"),
        ("theme", "THEME_MISSING"),
        ("brief", "BRIEF_MISSING"),
        ("endsAt", "ENDS_BEFORE_START"),
        ("submissionDeadline", "DEADLINE_BEFORE_START"),
        ("teamSizeMax", "TEAM_SIZES_REVERSED"),
        ("judgeIds.1", "NOT_A_MEMBER"),
    ]);
    assert_eq!(faults(&answer), wanted);
    let input = with(
        plan("other"),
        json!({
            "submissionDeadline": day(13), "teamSizeMin": 0, "teamSizeMax": 101,
            "judging": "PAIRWISE", "rubric": "hackathon-judging", "name": "a\nb",
        }),
    );
    let answer = event
        .organizer
        .act("createHackathon", input, "hackathon { id }")
        .await;
    let wanted = listed(&[
        ("rubric", "ONLY_WITH_RUBRIC"),
        ("name", "CONTROL_CHARACTERS"),
        ("submissionDeadline", "DEADLINE_AFTER_END"),
        ("teamSizeMin", "TEAM_SIZE_OUT_OF_RANGE"),
        ("teamSizeMax", "TEAM_SIZE_OUT_OF_RANGE"),
    ]);
    assert_eq!(faults(&answer), wanted);
    for slug in ["a", "-ab", "ab-", "Ab", "a b", "ä-b", &"a".repeat(61), ""] {
        let answer = event
            .organizer
            .act("createHackathon", plan(slug), "hackathon { id }")
            .await;
        assert_eq!(faults(&answer), listed(&[("slug", "BAD_SLUG")]), "{slug}");
    }
    let taken = event
        .organizer
        .act("createHackathon", plan("jam"), "hackathon { id }")
        .await;
    taken.refused_because("CONFLICT", "SLUG_TAKEN");
    assert_eq!(event.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn organizers_alone_set_up_edit_and_lead(#[values(Sqlite, Postgres)] store: Store) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let kept = event.app().kept().await;
    for person in [
        &event.panel.lead,
        &event.panel.author,
        &event.panel.assessors[0],
    ] {
        let name = &person.name;
        let id = &event.id;
        for (mutation, input) in [
            ("createHackathon", plan("mine")),
            (
                "updateHackathon",
                json!({"hackathonId": id, "name": "Mine"}),
            ),
            (
                "advanceHackathon",
                json!({"hackathonId": id, "to": "NOMINATION"}),
            ),
        ] {
            let answer = person.act(mutation, input, "hackathon { id }").await;
            let error = answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
            assert_eq!(error["message"], "This needs the role ORGANIZER.", "{name}");
        }
    }
    assert_eq!(event.app().kept().await, kept);
    let admin = event.app().person("Adi", &["ADMIN"]).await;
    admin
        .act("createHackathon", plan("adis"), "hackathon { id }")
        .await
        .ok();
}

#[rstest]
#[tokio::test]
async fn an_edit_keeps_what_it_leaves_out_and_null_clears(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let fields = "hackathon { revision name theme judging judges { name }
        rubricVersion { number } metrics { key target } }";
    let edit = async |more: Value| {
        let input = with(json!({"hackathonId": event.id}), more);
        let answer = event.organizer.act("updateHackathon", input, fields).await;
        answer.at("updateHackathon.hackathon").clone()
    };
    let targets = |hackathon: &Value| -> Vec<Value> {
        let all = hackathon["metrics"].as_array().unwrap().iter();
        all.filter(|one| !one["target"].is_null())
            .cloned()
            .collect()
    };

    let judges = json!([
        event.panel.author.id,
        event.panel.lead.id,
        event.panel.author.id
    ]);
    let edited = edit(json!({"name": "Summer jam", "judgeIds": judges})).await;
    assert_eq!(edited["revision"], 2);
    assert_eq!(edited["name"], "Summer jam");
    assert_eq!(edited["theme"], "Welcoming visitors");
    assert_eq!(edited["judges"].as_array().unwrap().len(), 2);
    assert_eq!(
        targets(&edited),
        [json!({"key": "REGISTRATIONS", "target": 10.0})]
    );

    let edited = edit(json!({"targets": null, "judgeIds": null, "judging": "PAIRWISE"})).await;
    assert_eq!(edited["revision"], 3);
    assert_eq!(edited["judges"], json!([]));
    assert_eq!(edited["judging"], "PAIRWISE");
    assert_eq!(edited["rubricVersion"], Value::Null);
    assert_eq!(targets(&edited), [Value::Null; 0]);

    let edited = edit(json!({"judging": "RUBRIC", "rubric": "innovation"})).await;
    assert_eq!(edited["rubricVersion"], json!({"number": 1}));
    let unchanged = edit(json!({"name": "Summer jam"})).await;
    assert_eq!(unchanged["revision"], 4);

    let late = json!({"hackathonId": event.id, "name": "Late", "expectedRevision": 3});
    let refused = event.organizer.act("updateHackathon", late, fields).await;
    let error = refused.refused_because("CONFLICT", "STALE_REVISION");
    assert_eq!(error["extensions"]["currentRevision"], 4);
}

#[rstest]
#[tokio::test]
async fn what_people_rely_on_by_now_is_fixed(#[values(Sqlite, Postgres)] store: Store) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    event.advances("NOMINATION").await;
    let edit = async |more: Value| {
        let input = with(json!({"hackathonId": event.id}), more);
        let fields = "hackathon { revision }";
        event.organizer.act("updateHackathon", input, fields).await
    };
    edit(json!({"submissionDeadline": day(12), "teamSizeMax": 5}))
        .await
        .ok();
    let refused = edit(json!({"targets": [], "name": "Other"})).await;
    let error = refused.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    assert_eq!(
        error["message"],
        "In NOMINATION people rely on targets: that can no longer be changed."
    );
    let steps = json!(["advanceHackathon(RUNNING)", "advanceHackathon(CANCELLED)"]);
    assert_eq!(error["extensions"]["legalSteps"], steps);

    event.advances("CANCELLED").await;
    let refused = edit(json!({"name": "Other"})).await;
    let error = refused.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    assert_eq!(error["extensions"]["legalSteps"], json!([]));
    assert_eq!(
        event.organizer.visits("jam", "name").await["name"],
        "Spring jam"
    );
}

#[rstest]
#[tokio::test]
async fn phases_follow_each_other_and_none_begins_before_what_it_needs_is_there(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed_with(store, json!({"targets": []})).await else {
        return;
    };
    for to in ["RUNNING", "JUDGING", "CLOSED", "DESIGN"] {
        let refused = event.try_to_advance(to, json!({})).await;
        let error = refused.refused_because("ILLEGAL_STEP", "PHASE_ORDER");
        let told = format!("From DESIGN a hackathon does not go to {to}.");
        assert_eq!(error["message"], told.as_str());
        let steps = json!([
            "advanceHackathon(NOMINATION)",
            "advanceHackathon(CANCELLED)"
        ]);
        assert_eq!(error["extensions"]["legalSteps"], steps);
    }
    let missing = event
        .organizer
        .visits("jam", "missing { code sentence }")
        .await;
    let sentence = "Set a target for at least one metric first.";
    let wanted = json!({"missing": [{"code": "TARGETS_MISSING", "sentence": sentence}]});
    assert_eq!(missing, wanted);
    let refused = event.try_to_advance("NOMINATION", json!({})).await;
    let error = refused.refused_because("ILLEGAL_STEP", "PHASE_INCOMPLETE");
    let told = format!("The next phase cannot begin yet. {sentence}");
    assert_eq!(error["message"], told.as_str());

    let target = json!({"hackathonId": event.id, "targets": [{"key": "TEAMS", "target": 4}]});
    event
        .organizer
        .act("updateHackathon", target, "hackathon { id }")
        .await
        .ok();
    event.advances("NOMINATION").await;
    let refused = event.try_to_advance("RUNNING", json!({})).await;
    refused.refused_because("ILLEGAL_STEP", "PHASE_INCOMPLETE");
    let missing = event.organizer.visits("jam", "missing { code }").await;
    assert_eq!(
        missing,
        json!({"missing": [{"code": "CANDIDATES_MISSING"}]})
    );

    let admitted = json!({"admitTeamIds": ["team_00000000000000000000000000000000"]});
    let refused = event.try_to_advance("CANCELLED", admitted.clone()).await;
    let wanted = [
        ("admitTeamIds", "ONLY_WITH_RUNNING"),
        ("reason", "REASON_MISSING"),
        ("admitTeamIds.0", "UNKNOWN_TEAM"),
    ];
    assert_eq!(faults(&refused), listed(&wanted));
    event.advances("CANCELLED").await;
    let refused = event.try_to_advance("CANCELLED", json!({})).await;
    refused.refused_because("ILLEGAL_STEP", "PHASE_ORDER");
}

#[rstest]
#[tokio::test]
async fn of_twenty_organizers_who_press_at_once_one_leads_it_on_and_all_others_hear_so(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let pressing = (0..20).map(|_| {
        let event = event.clone();
        tokio::spawn(async move { event.try_to_advance("NOMINATION", json!({})).await })
    });
    let mut led = 0;
    for pressed in pressing.collect::<Vec<_>>() {
        let answer = pressed.await.unwrap();
        if answer.errors().is_empty() {
            led += 1;
        } else {
            answer.refused_because("ILLEGAL_STEP", "PHASE_ORDER");
        }
    }
    assert_eq!(led, 1);
}

#[rstest]
#[tokio::test]
async fn hackathons_are_listed_by_their_start_and_by_phase(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    for (slug, starts) in [("autumn", 100), ("winter", 200)] {
        let dates = json!({
            "startsAt": day(starts), "submissionDeadline": day(starts + 1), "endsAt": day(starts + 1),
        });
        let input = with(plan(slug), dates);
        event
            .organizer
            .act("createHackathon", input, "hackathon { id }")
            .await
            .ok();
    }
    event.advances("NOMINATION").await;
    let slugs = async |arguments: &str| {
        let query = format!(
            "{{ hackathons{arguments} {{ totalCount nodes {{ slug }}
            pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let answer = event.panel.author.post(&query, json!({})).await;
        answer.at("hackathons").clone()
    };
    let named = |list: &Value| -> Vec<String> {
        let nodes = list["nodes"].as_array().unwrap().iter();
        nodes
            .map(|one| one["slug"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = slugs("").await;
    assert_eq!(named(&all), ["winter", "autumn", "jam"]);
    assert_eq!(all["totalCount"], 3);
    let first = slugs("(first: 2)").await;
    assert_eq!(named(&first), ["winter", "autumn"]);
    let after = first["pageInfo"]["endCursor"].as_str().unwrap();
    let rest = slugs(&format!("(first: 2, after: {after:?})")).await;
    assert_eq!(named(&rest), ["jam"]);
    let nominating = slugs("(filter: {phases: [NOMINATION]})").await;
    assert_eq!(named(&nominating), ["jam"]);
    assert_eq!(nominating["totalCount"], 1);
    assert_eq!(slugs("(filter: {phases: []})").await["totalCount"], 0);
}
