//! The queue beside the rest of the house: owners who leave, ideas merged into one that is
//! tried, conflicts of interest.

use rstest::rstest;

use super::*;

#[rstest]
#[tokio::test]
async fn what_an_owner_who_leaves_tries_goes_to_the_heir_or_to_all_leads(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel {
        app, lead, author, ..
    } = &lab.panel;
    let nora = app.person("Nora", &["ADMIN"]).await;
    let pat = app.member("Pat").await;
    let leave = async |who: &Person, heir: Option<&Person>| {
        let input = json!({
            "memberId": who.id, "handToId": heir.map(|it| &it.id), "reason": "Moved on.",
        });
        nora.act("deactivateMember", input, "member { id }")
            .await
            .ok();
    };
    let (first, _) = lab.tried("First").await;
    let (second, prototype) = lab.queued("Second").await;
    let hand = json!({"prototypeId": prototype, "ownerId": pat.id, "reason": "Away."});
    lead.act("handOverPrototype", hand, "__typename").await.ok();

    leave(&lab.owner, Some(lead)).await;
    leave(&pat, None).await;

    let fields = "prototype { owner { name } } waitingFor { party members { name } sentence }
        activity(last: 1) { nodes { kind sentence } }";
    let seen = author.sees(&first, fields).await;
    assert_eq!(seen["prototype"]["owner"]["name"], "Lea");
    assert_eq!(
        seen["activity"]["nodes"][0]["sentence"],
        "Who tried it left; a lead took it over."
    );
    let heard = json!(["ASSIGNED", "The prototype of #1 “First” is yours to try."]);
    assert!(lead.hears().await.contains(&heard));
    let seen = author.sees(&second, fields).await;
    assert_eq!(seen["prototype"]["owner"], Value::Null);
    assert_eq!(
        seen["waitingFor"],
        json!({
            "party": "PROTOTYPE_OWNER", "members": [],
            "sentence": "Waiting for the leads to start the prototype.",
        })
    );
    assert_eq!(
        seen["activity"]["nodes"][0]["sentence"],
        "Who tried it left; the leads see to it."
    );
    lead.plans(&prototype, &["m"]).await;
    lead.starts(&prototype).await;
    app.days_pass(11);
    app.calendar_turns().await;
    let heard = json!([
        "OVERDUE",
        "#2 “Second” waits for you: the next step is overdue."
    ]);
    assert!(lead.hears().await.contains(&heard));
    crate::verify::fits(app);
}

#[rstest]
#[tokio::test]
async fn an_heir_gets_what_they_may_see_and_judge_and_the_leads_see_to_the_rest(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let Panel {
        app, lead, author, ..
    } = &lab.panel;
    let nora = app.person("Nora", &["ADMIN"]).await;
    let lou = app.person("Lou", &["LEAD"]).await;
    let mut ideas = Vec::new();
    for (title, more) in [
        ("Open", json!({})),
        ("Torn", json!({})),
        ("Masked", json!({"authorship": "ANONYMOUS"})),
        ("Shut", json!({"visibility": "CONFIDENTIAL"})),
    ] {
        let idea = lab.panel.idea_with(title, more).await;
        if title == "Shut" {
            let asked: Vec<_> = lab.panel.assessors.iter().map(|it| &it.id).collect();
            let asked = json!({"ideaId": idea.id, "assessorIds": asked});
            lead.act("assignAssessors", asked, "idea { id }").await.ok();
        }
        lab.panel.rate(&idea, &[[3; 6]; 3]).await;
        lead.queues(&idea, &lou).await;
        ideas.push(idea);
    }
    let conflict = json!({"ideaId": ideas[1].id, "kind": "SPONSOR"});
    lead.act("declareConflict", conflict, "idea { id }")
        .await
        .ok();
    let leave = |heir: &Person| {
        let input = json!({"memberId": lou.id, "handToId": heir.id, "reason": "Moved on."});
        let nora = nora.clone();
        async move { nora.act("deactivateMember", input, "member { id }").await }
    };
    let kept = app.kept().await;
    leave(author)
        .await
        .refused_because("BAD_USER_INPUT", "NOT_A_LEAD");
    assert_eq!(app.kept().await, kept);

    leave(lead).await.ok();

    let mut owners = Vec::new();
    for idea in &ideas {
        let seen = author.sees(idea, "prototype { owner { name } }").await;
        owners.push(seen["prototype"]["owner"].clone());
    }
    let lea = json!({"name": "Lea"});
    assert_eq!(owners, [lea.clone(), Value::Null, Value::Null, lea]);
    crate::verify::fits(app);
}

#[rstest]
#[tokio::test]
async fn a_lead_in_conflict_touches_no_prototype_of_it_unless_it_is_theirs_to_try(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let lou = lab.app().person("Lou", &["LEAD"]).await;
    let (idea, prototype) = lab.tried("Badges").await;
    let conflict = json!({"ideaId": idea.id, "kind": "SPONSOR"});
    lou.act("declareConflict", conflict, "idea { id }")
        .await
        .ok();
    let kept = lab.app().kept().await;

    let refused = lou
        .try_to_conclude(&prototype, "VALIDATED", "PERSEVERE")
        .await;

    refused.refused_because("FORBIDDEN", "CONFLICT_OF_INTEREST");
    assert_eq!(lab.app().kept().await, kept);
    let hand = json!({"prototypeId": prototype, "ownerId": lou.id, "reason": "Away."});
    lab.owner
        .act("handOverPrototype", hand, "__typename")
        .await
        .ok();
    lou.concludes(&prototype, "VALIDATED", "PERSEVERE").await;
}

#[rstest]
#[tokio::test]
async fn another_idea_goes_on_in_one_that_is_tried(#[values(Sqlite, Postgres)] store: Store) {
    let Some(lab) = Lab::open(store).await else {
        return;
    };
    let (idea, prototype) = lab.tried("Badges").await;
    let other = lab.owner.submit("Other badges").await;
    let merge = json!({"ideaId": other.id, "intoId": idea.id, "reason": "The same."});
    lab.panel
        .lead
        .act("mergeIdeas", merge, "idea { state }")
        .await
        .ok();

    lab.owner
        .concludes(&prototype, "VALIDATED", "PERSEVERE")
        .await;

    let seen = lab.owner.sees(&idea, "state mergedFrom { number }").await;
    assert_eq!(
        seen,
        json!({"state": "VALIDATED", "mergedFrom": [{"number": other.number}]})
    );
    crate::verify::fits(lab.app());
}
