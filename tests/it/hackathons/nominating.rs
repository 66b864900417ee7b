//! Ideas are nominated for a hackathon, shortlisted, confirmed and dropped again.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn whoever_sees_an_idea_nominates_it_and_it_stays_where_it_is(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let bob = event.app().member("Bob").await;
    let idea = event.panel.rated("Badges", &[[3; 6]; 3]).await;
    let can = bob.sees(&idea, "viewerCan").await;
    assert!(
        can["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("NOMINATE"))
    );

    let candidate = bob.nominates(&event, &idea).await;

    let seen = lead
        .sees(
            &idea,
            "state rank viewerCan candidacies { id state nominatedBy { name } fit fitLines { mean }
            viewerFit { theme } nominationReason droppedReason teams { id }
            hackathon { slug } idea { number } }
            activity(last: 1) { nodes { kind actor { name } sentence reason } }",
        )
        .await;
    assert_eq!(
        (&seen["state"], &seen["rank"]),
        (&json!("BACKLOG"), &json!(1))
    );
    assert!(
        !seen["viewerCan"]
            .as_array()
            .unwrap()
            .contains(&json!("NOMINATE"))
    );
    assert_eq!(
        seen["candidacies"],
        json!([{
            "id": candidate, "state": "NOMINATED", "nominatedBy": {"name": "Bob"}, "fit": null,
            "fitLines": [], "viewerFit": null, "nominationReason": "It fits.",
            "droppedReason": null, "teams": [], "hackathon": {"slug": "jam"},
            "idea": {"number": idea.number},
        }])
    );
    assert_eq!(
        seen["activity"]["nodes"],
        json!([{
            "kind": "NOMINATED", "actor": {"name": "Bob"},
            "sentence": "Bob nominated it for a hackathon.", "reason": "It fits.",
        }])
    );
    let told = json!([
        "NOMINATED",
        format!("#{} “Badges” was nominated for “Spring jam”.", idea.number),
        "jam"
    ]);
    assert_eq!(author.heard().await.last(), Some(&told));
    assert!(!bob.heard().await.contains(&told));
    assert_eq!(
        bob.reads_candidates().await,
        [json!(["Badges", "NOMINATED"])]
    );
    let node = bob
        .post(
            "query($id: ID!) { node(id: $id) { id ... on Candidate { state } } }",
            json!({"id": candidate}),
        )
        .await;
    assert_eq!(
        node.at("node"),
        &json!({"id": candidate, "state": "NOMINATED"})
    );
}

#[rstest]
#[tokio::test]
async fn nominating_is_refused_with_every_fault_and_outside_its_phase(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::designed(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let badges = author.submit("Badges").await;
    let kept = event.app().kept().await;
    let early = lead.try_to_nominate(&event, &badges).await;
    let error = early.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    assert_eq!(
        error["extensions"]["legalSteps"],
        json!([
            "advanceHackathon(NOMINATION)",
            "advanceHackathon(CANCELLED)"
        ])
    );
    assert_eq!(event.app().kept().await, kept);
    event.advances("NOMINATION").await;
    let secret = author
        .submit_with("Secret", json!({"visibility": "CONFIDENTIAL"}))
        .await;
    let declined = author.submit("Declined").await;
    let input = json!({"ideaId": declined.id, "outcome": "DECLINE", "reason": "No."});
    lead.act("screenIdea", input, "__typename").await.ok();
    let kept = event.app().kept().await;

    let input = json!({"hackathonId": "x", "ideaId": "y", "reason": " "});
    let wrong = lead.act("nominateCandidate", input, "__typename").await;
    assert_eq!(
        faults(&wrong),
        listed(&[
            ("hackathonId", "BAD_ID"),
            ("ideaId", "BAD_ID"),
            ("reason", "REASON_MISSING"),
        ])
    );
    let input = json!({"hackathonId": event.id, "ideaId": secret.id, "reason": ""});
    let hidden = author.act("nominateCandidate", input, "__typename").await;
    assert_eq!(
        faults(&hidden),
        listed(&[
            ("reason", "REASON_MISSING"),
            ("ideaId", "CONFIDENTIAL_IDEA")
        ])
    );
    let unseen = event.organizer.try_to_nominate(&event, &secret).await;
    unseen.refused("NOT_FOUND");
    let input = json!({
        "hackathonId": badges.id.replace("idea", "hackathon"), "ideaId": badges.id, "reason": "So.",
    });
    let nowhere = lead.act("nominateCandidate", input, "__typename").await;
    nowhere.refused("NOT_FOUND");
    let over = lead.try_to_nominate(&event, &declined).await;
    let error = over.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    assert_eq!(
        error["extensions"]["legalSteps"],
        json!(["decideIdea(REOPEN)", "resolveAppeal(UPHELD)"])
    );
    assert_eq!(event.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn an_idea_is_nominated_for_a_hackathon_once_whatever_became_of_that(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let idea = author.submit("Badges").await;
    let candidate = lead.nominates(&event, &idea).await;
    let again = author.try_to_nominate(&event, &idea).await;
    again.refused_because("CONFLICT", "ALREADY_CANDIDATE");
    author.tries_to("dropCandidate", &candidate).await.ok();
    let kept = event.app().kept().await;

    let once_more = lead.try_to_nominate(&event, &idea).await;

    once_more.refused_because("CONFLICT", "ALREADY_CANDIDATE");
    assert_eq!(event.app().kept().await, kept);
    let other = event.another("winter").await;
    lead.nominates(&other, &idea).await;
    let seen = lead
        .sees(&idea, "candidacies { state hackathon { slug } }")
        .await;
    assert_eq!(
        seen["candidacies"],
        json!([
            {"state": "DROPPED", "hackathon": {"slug": "jam"}},
            {"state": "NOMINATED", "hackathon": {"slug": "winter"}},
        ])
    );
}

#[rstest]
#[tokio::test]
async fn an_organizer_shortlists_and_confirms_and_the_idea_waits_for_the_hackathon(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let fan = event.app().member("Fan").await;
    let idea = event.panel.rated("Badges", &[[3; 6]; 3]).await;
    fan.act("followIdea", json!({"ideaId": idea.id}), "__typename")
        .await
        .ok();
    let candidate = lead.nominates(&event, &idea).await;
    let steps = "nextSteps { mutation to by isOpen closedReason }";
    let step = |seen: &Value| {
        let steps = seen["nextSteps"].as_array().unwrap();
        let found = steps.iter().find(|it| it["mutation"] == "confirmCandidate");
        found.unwrap().clone()
    };
    assert_eq!(
        step(&event.organizer.sees(&idea, steps).await),
        json!({
            "mutation": "confirmCandidate", "to": "HACKATHON_CANDIDATE", "by": ["ORGANIZER"],
            "isOpen": true, "closedReason": null,
        })
    );
    let lone = author.submit("Lone").await;
    let closed = step(&event.organizer.sees(&lone, steps).await);
    assert_eq!(closed["closedReason"], "NOT_NOMINATED");
    assert_eq!(
        step(&lead.sees(&idea, steps).await)["closedReason"],
        "ROLE_NEEDED"
    );

    let shortlisted = event
        .organizer
        .tries_to("shortlistCandidate", &candidate)
        .await;
    let state = "shortlistCandidate.candidate.state";
    assert_eq!(shortlisted.at(state), "SHORTLISTED");
    let confirmed = event
        .organizer
        .tries_to("confirmCandidate", &candidate)
        .await;

    assert_eq!(
        confirmed.at("confirmCandidate.candidate"),
        &json!({
            "id": candidate, "state": "CONFIRMED", "fit": null,
            "idea": {"state": "HACKATHON_CANDIDATE"},
        })
    );
    let seen = author
        .sees(
            &idea,
            "state rank waitingFor { party members { name } dueAt sentence }
            decisions { kind reason decidedBy { name } rankThen scoreThen isOverride }
            nextSteps { mutation to by isOpen closedReason }
            activity(last: 2) { nodes { kind sentence reason } }",
        )
        .await;
    assert_eq!(
        (&seen["state"], &seen["rank"]),
        (&json!("HACKATHON_CANDIDATE"), &Value::Null)
    );
    assert_eq!(
        seen["waitingFor"],
        json!({
            "party": "ORGANIZER", "members": [{"name": "Ola"}], "dueAt": day(10),
            "sentence": "Waiting for Ola to start the hackathon, by 12 March 2026.",
        })
    );
    assert_eq!(
        seen["decisions"][1],
        json!({
            "kind": "CANDIDATE_CONFIRMED", "reason": "So we said.", "decidedBy": {"name": "Ola"},
            "rankThen": 1, "scoreThen": 50.0, "isOverride": false,
        })
    );
    assert_eq!(
        seen["nextSteps"],
        json!([
            {"mutation": "advanceHackathon", "to": "IN_HACKATHON", "by": ["ORGANIZER"],
                "isOpen": false, "closedReason": "ROLE_NEEDED"},
            {"mutation": "dropCandidate", "to": "BACKLOG", "by": ["ORGANIZER", "AUTHOR"],
                "isOpen": true, "closedReason": null},
            {"mutation": "advanceHackathon", "to": "BACKLOG", "by": ["ORGANIZER"],
                "isOpen": false, "closedReason": "ROLE_NEEDED"},
        ])
    );
    assert_eq!(
        seen["activity"]["nodes"],
        json!([
            {"kind": "CANDIDATE_CHANGED", "reason": "So we said.",
                "sentence": "Ola shortlisted it for a hackathon."},
            {"kind": "CANDIDATE_CHANGED", "reason": "So we said.",
                "sentence": "Ola confirmed it for a hackathon."},
        ])
    );
    let told = json!([
        "DECIDED",
        format!("#{} “Badges” was confirmed for “Spring jam”.", idea.number),
        "jam"
    ]);
    assert_eq!(author.heard().await.last(), Some(&told));
    assert_eq!(fan.heard().await.last(), Some(&told));
}

#[rstest]
#[tokio::test]
async fn an_idea_confirmed_for_one_hackathon_is_refused_to_another(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let other = event.another("winter").await;
    let idea = author.submit("Badges").await;
    let here = lead.nominates(&event, &idea).await;
    let there = lead.nominates(&other, &idea).await;
    event.organizer.confirms(&here).await;
    let kept = event.app().kept().await;

    let twice = event.organizer.tries_to("confirmCandidate", &there).await;

    twice.refused_because("CONFLICT", "ALREADY_CANDIDATE");
    assert_eq!(event.app().kept().await, kept);
    author.tries_to("dropCandidate", &here).await.ok();
    event.organizer.confirms(&there).await;
    assert_eq!(
        author.sees(&idea, "state").await["state"],
        "HACKATHON_CANDIDATE"
    );
}

#[rstest]
#[tokio::test]
async fn an_author_drops_a_confirmed_idea_and_it_is_back_where_it_was(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let idea = event.panel.rated("Badges", &[[3; 6]; 3]).await;
    let candidate = lead.nominates(&event, &idea).await;
    event.organizer.confirms(&candidate).await;
    let bob = event.app().member("Bob").await;
    let kept = event.app().kept().await;
    let stranger = bob.tries_to("dropCandidate", &candidate).await;
    stranger.refused_because("FORBIDDEN", "ROLE_NEEDED");
    assert_eq!(event.app().kept().await, kept);

    author.tries_to("dropCandidate", &candidate).await.ok();

    let seen = lead
        .sees(
            &idea,
            "state rank candidacies { state droppedReason }
            decisions { kind decidedBy { name } reason }
            activity(last: 1) { nodes { kind sentence reason } }",
        )
        .await;
    assert_eq!(
        (&seen["state"], &seen["rank"]),
        (&json!("BACKLOG"), &json!(1))
    );
    assert_eq!(
        seen["candidacies"],
        json!([{"state": "DROPPED", "droppedReason": "So we said."}])
    );
    assert_eq!(
        seen["decisions"][2],
        json!({
            "kind": "CANDIDATE_DROPPED", "decidedBy": {"name": "Ann"}, "reason": "So we said.",
        })
    );
    assert_eq!(
        seen["activity"]["nodes"],
        json!([{
            "kind": "CANDIDATE_CHANGED", "sentence": "Ann dropped it from a hackathon.",
            "reason": "So we said.",
        }])
    );
    let kept = event.app().kept().await;
    for mutation in ["dropCandidate", "confirmCandidate", "shortlistCandidate"] {
        let gone = event.organizer.tries_to(mutation, &candidate).await;
        gone.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    }
    assert_eq!(event.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn an_idea_that_reached_its_quorum_while_it_was_away_is_ranked_when_it_comes_back(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let idea = event.panel.idea("Badges").await;
    let candidate = lead.nominates(&event, &idea).await;
    event.panel.rate(&idea, &[[3; 6]; 2]).await;
    event.organizer.confirms(&candidate).await;
    let late = event.panel.assessors[2]
        .try_to_assess(&idea, crate::support::panel::ratings([3; 6]), "__typename")
        .await;
    late.refused("ILLEGAL_STEP");

    event
        .organizer
        .tries_to("dropCandidate", &candidate)
        .await
        .ok();

    assert_eq!(author.sees(&idea, "state").await["state"], "IN_ASSESSMENT");
    event.panel.assessors[2].assess(&idea, [3; 6]).await;
    assert_eq!(author.sees(&idea, "state").await["state"], "BACKLOG");
}

#[rstest]
#[tokio::test]
async fn organizers_decide_nothing_about_their_own_idea_but_drop_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let idea = event.organizer.submit("Mine").await;
    let candidate = event.organizer.nominates(&event, &idea).await;
    let kept = event.app().kept().await;
    for mutation in ["shortlistCandidate", "confirmCandidate"] {
        let own = event.organizer.tries_to(mutation, &candidate).await;
        own.refused_because("FORBIDDEN", "OWN_IDEA");
        let role = event.panel.lead.tries_to(mutation, &candidate).await;
        role.refused_because("FORBIDDEN", "ROLE_NEEDED");
    }
    let own = event.organizer.rates(&candidate, [5; 4]).await;
    own.refused_because("FORBIDDEN", "OWN_IDEA");
    assert_eq!(event.app().kept().await, kept);

    let dropped = event.organizer.tries_to("dropCandidate", &candidate).await;

    assert_eq!(dropped.at("dropCandidate.candidate.state"), "DROPPED");
}

#[rstest]
#[tokio::test]
async fn a_candidate_that_turned_confidential_is_unknown_to_others_and_cannot_be_confirmed(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, .. } = &event.panel;
    let chief = event.app().person("Chief", &["ORGANIZER", "LEAD"]).await;
    let bob = event.app().member("Bob").await;
    let idea = author.submit("Badges").await;
    let candidate = bob.nominates(&event, &idea).await;
    let team = bob.forms(&event, "Printers", Some(&candidate)).await;
    let input = json!({"ideaId": idea.id, "visibility": "CONFIDENTIAL"});
    author.act("updateIdea", input, "__typename").await.ok();

    assert_eq!(bob.reads_candidates().await, Vec::<Value>::new());
    assert_eq!(
        author.reads_candidates().await,
        [json!(["Badges", "NOMINATED"])]
    );
    let query = "query($id: ID!) { node(id: $id) { id ... on Team { candidate { id } } } }";
    let seen = bob.post(query, json!({"id": candidate})).await;
    assert_eq!(seen.at("node"), &Value::Null);
    let seen = bob.post(query, json!({"id": team})).await;
    assert_eq!(seen.at("node"), &json!({"id": team, "candidate": null}));
    let seen = chief.post(query, json!({"id": team})).await;
    assert_eq!(
        seen.at("node"),
        &json!({"id": team, "candidate": {"id": candidate}})
    );
    assert_eq!(bob.sees(&idea, "id").await, Value::Null);
    let kept = event.app().kept().await;
    for mutation in ["confirmCandidate", "shortlistCandidate", "dropCandidate"] {
        let unseen = event.organizer.tries_to(mutation, &candidate).await;
        unseen.refused("NOT_FOUND");
    }
    let more = json!({"name": "Others", "candidateId": candidate});
    let unseen = event.organizer.try_to_form(&event, more).await;
    assert_eq!(
        faults(&unseen),
        listed(&[("candidateId", "NOT_A_CANDIDATE")])
    );
    let hidden = chief.tries_to("confirmCandidate", &candidate).await;
    assert_eq!(
        faults(&hidden),
        listed(&[("candidateId", "CONFIDENTIAL_IDEA")])
    );
    assert_eq!(event.app().kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn who_acts_as_the_author_of_an_anonymous_idea_is_not_told(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let idea = author
        .submit_with("Badges", json!({"authorship": "ANONYMOUS"}))
        .await;
    let candidate = author.nominates(&event, &idea).await;
    author.tries_to("dropCandidate", &candidate).await.ok();

    let fields = "candidacies { nominatedBy { name } } decisions { kind decidedBy { name } }
        activity(last: 2) { nodes { actor { name } sentence } }";
    let seen = lead.sees(&idea, fields).await;

    assert_eq!(
        seen,
        json!({
            "candidacies": [{"nominatedBy": null}],
            "decisions": [{"kind": "CANDIDATE_DROPPED", "decidedBy": null}],
            "activity": {"nodes": [
                {"actor": null, "sentence": "The author nominated it for a hackathon."},
                {"actor": null, "sentence": "The author dropped it from a hackathon."},
            ]},
        })
    );
    let seen = author
        .sees(&idea, "candidacies { nominatedBy { name } }")
        .await;
    assert_eq!(
        seen["candidacies"],
        json!([{"nominatedBy": {"name": "Ann"}}])
    );
}

#[rstest]
#[tokio::test]
async fn candidates_are_listed_by_state_and_page_by_page(#[values(Sqlite, Postgres)] store: Store) {
    let Some(event) = Event::nominating(store).await else {
        return;
    };
    let Panel { author, lead, .. } = &event.panel;
    let mut all = Vec::new();
    for title in ["A", "B", "C", "D"] {
        let idea = author.submit(title).await;
        all.push(lead.nominates(&event, &idea).await);
    }
    event.organizer.confirms(&all[2]).await;

    let fields = "confirmed: candidates(state: CONFIRMED) { totalCount nodes { id } }
        page: candidates(first: 2) { nodes { id } pageInfo { endCursor hasNextPage } }";
    let seen = lead.visits("jam", fields).await;
    assert_eq!(
        seen["confirmed"],
        json!({"totalCount": 1, "nodes": [{"id": all[2]}]})
    );
    assert_eq!(
        seen["page"]["nodes"],
        json!([{"id": all[0]}, {"id": all[1]}])
    );
    assert_eq!(seen["page"]["pageInfo"]["hasNextPage"], true);
    let after = seen["page"]["pageInfo"]["endCursor"].as_str().unwrap();
    let fields = format!("candidates(first: 2, after: \"{after}\") {{ nodes {{ id }} }}");
    let seen = lead.visits("jam", &fields).await;
    assert_eq!(
        seen["candidates"]["nodes"],
        json!([{"id": all[2]}, {"id": all[3]}])
    );
}
