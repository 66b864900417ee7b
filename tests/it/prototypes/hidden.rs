//! What is confidential takes no place from others, and an author who is hidden stays so.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn a_confidential_one_takes_no_place_and_nobody_else_knows_of_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel {
        app, lead, author, ..
    } = &lab.panel;
    let stranger = app.member("Sam").await;
    let secret = lab.ranked("Secret").await;
    let hide = json!({"ideaId": secret.id, "visibility": "CONFIDENTIAL"});
    author.act("updateIdea", hide, "idea { id }").await.ok();
    let kept = app.kept().await;
    assert_eq!(
        faults(&lead.try_to_queue(&secret, &lab.owner).await),
        [("ownerId".to_owned(), "OWNER_SEES_NOTHING".to_owned())]
    );
    assert_eq!(app.kept().await, kept);
    let prototype = lead.queues(&secret, author).await;
    lab.queued("Open").await;
    let open = json!(["Open", "QUEUED", 1]);
    let whole = [json!(["Secret", "QUEUED", 1]), open.clone()];
    assert_eq!(lead.reads_the_queue().await, whole);
    assert_eq!(author.reads_the_queue().await, whole);
    assert_eq!(stranger.reads_the_queue().await, [open]);

    author.plans(&prototype, &["m"]).await;
    author.starts(&prototype).await;
    let learning = author.concludes(&prototype, "INVALIDATED", "STOP").await;

    assert_eq!(author.learns(None).await, ["Secret"]);
    assert_eq!(author.learns(Some("signpost")).await, ["Secret"]);
    assert_eq!(lead.learns(Some("secret porter")).await, ["Secret"]);
    for search in [None, Some("signpost"), Some("secret")] {
        assert_eq!(stranger.learns(search).await, [""; 0]);
    }
    for id in [&prototype, &learning] {
        let query = "query($id: ID!) { node(id: $id) { id } }";
        let answer = stranger.post(query, json!({"id": id})).await;
        assert_eq!(answer.at("node"), &Value::Null);
    }
    for mutation in ["startPrototype", "abortPrototype"] {
        let mut input = json!({"prototypeId": prototype});
        if mutation == "abortPrototype" {
            input["reason"] = json!("No.");
        }
        let refused = stranger.act(mutation, input, "__typename").await;
        refused.refused_because("NOT_FOUND", "NOT_FOUND");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_hidden_from_some_takes_no_place_among_those_tried(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let limit = |config: &mut sluice::config::Config| config.prototype_limit = 1;
    let Some(panel) = Panel::seated_with(store, 3, limit).await else {
        return;
    };
    let Panel { lead, author, .. } = &panel;
    let mut prototypes = Vec::new();
    for title in ["Secret", "Open", "Closed"] {
        let idea = panel.rated(title, &[[3; 6]; 3]).await;
        if title != "Open" {
            let hide = json!({"ideaId": idea.id, "visibility": "CONFIDENTIAL"});
            author.act("updateIdea", hide, "idea { id }").await.ok();
        }
        let prototype = lead.queues(&idea, author).await;
        author.plans(&prototype, &["m"]).await;
        prototypes.push(prototype);
    }
    author.starts(&prototypes[0]).await;

    author.starts(&prototypes[1]).await;
    let refused = author.try_to_start(&prototypes[2]).await;

    refused.refused_because("CONFLICT", "LIMIT_REACHED");
}

#[rstest]
#[tokio::test]
async fn that_no_more_can_be_tried_is_told_beforehand_and_tells_of_nothing_hidden(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let limit = |config: &mut sluice::config::Config| config.prototype_limit = 1;
    let Some(panel) = Panel::seated_with(store, 3, limit).await else {
        return;
    };
    let Panel {
        app, lead, author, ..
    } = &panel;
    let bob = app.member("Bob").await;
    let [secret, shut, open] = [("Secret", author), ("Shut", &bob), ("Open", &bob)];
    let mut all = Vec::new();
    for (title, who) in [secret, shut, open] {
        let idea = who.submit(title).await;
        lead.accept(&idea).await;
        panel.rate(&idea, &[[3; 6]; 3]).await;
        if title != "Open" {
            let hide = json!({"ideaId": idea.id, "visibility": "CONFIDENTIAL"});
            who.act("updateIdea", hide, "idea { id }").await.ok();
        }
        let prototype = lead.queues(&idea, who).await;
        who.plans(&prototype, &["m"]).await;
        all.push((idea, prototype));
    }
    let steps = async |who: &Person, of: usize| {
        let fields = "nextSteps { mutation isOpen closedReason closedBecause }";
        who.sees(&all[of].0, fields).await["nextSteps"][0].clone()
    };
    let is_open = json!({
        "mutation": "startPrototype", "isOpen": true, "closedReason": null, "closedBecause": null,
    });
    let is_full = json!({
        "mutation": "startPrototype", "isOpen": false, "closedReason": "LIMIT_REACHED",
        "closedBecause": "As many prototypes are being tried as may be at once: conclude or \
                          abort one first.",
    });
    assert_eq!(steps(author, 0).await, is_open);

    author.starts(&all[0].1).await;

    // The lead sees what takes the place; Bob does not, and may start his.
    assert_eq!(steps(lead, 1).await, is_full);
    assert_eq!(steps(&bob, 1).await, is_open);
    assert_eq!(
        (steps(lead, 2).await, steps(&bob, 2).await),
        (is_open.clone(), is_open)
    );
    let refused = lead.try_to_start(&all[1].1).await;
    refused.refused_because("CONFLICT", "LIMIT_REACHED");
    bob.starts(&all[2].1).await;
    assert_eq!(steps(&bob, 1).await, is_full);
    let kept = app.kept().await;
    let refused = bob.try_to_start(&all[1].1).await;
    refused.refused_because("CONFLICT", "LIMIT_REACHED");
    assert_eq!(app.kept().await, kept);
}

#[rstest]
#[tokio::test]
async fn that_a_hidden_author_tries_their_idea_is_told_to_nobody(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel {
        app, lead, author, ..
    } = &lab.panel;
    let pat = app.member("Pat").await;
    let fields = "title decisions { kind decidedBy { name } }
        activity(first: 100) { nodes { kind actor { name } sentence reason } }
        prototype { isSelfReported learning { recordedBy { name } } }
        learnings { recordedBy { name } }";
    let mut seen = Vec::new();
    // The same is shown whoever of the two tries it.
    for owner in [author, &pat] {
        let more = json!({"authorship": "ANONYMOUS"});
        let idea = lab.panel.rated_with("Badges", more, &[[3; 6]; 3]).await;
        let prototype = lead.queues(&idea, owner).await;
        owner.plans(&prototype, &["m"]).await;
        owner.starts(&prototype).await;
        let extend = json!({"prototypeId": prototype, "days": 2, "reason": "Snow."});
        owner
            .act("extendPrototype", extend, "__typename")
            .await
            .ok();
        owner.concludes(&prototype, "VALIDATED", "PERSEVERE").await;
        seen.push((
            lead.sees(&idea, fields).await,
            lab.owner.sees(&idea, fields).await,
        ));
        let own = author.sees(&idea, "prototype { isSelfReported }").await;
        let is_own = owner.name == author.name;
        assert_eq!(own["prototype"]["isSelfReported"], is_own);
    }

    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].0["prototype"]["isSelfReported"], false);
    assert_eq!(
        seen[0].0["prototype"]["learning"]["recordedBy"],
        Value::Null
    );
}
