//! Confidential ideas: for whoever may not see one, everything is as if it did not exist.

use rstest::rstest;

use super::*;

/// All ways in which one might find an idea, or notice that it is there.
fn everywhere(id: &str, number: i64, member: &str, open: &str) -> String {
    let list = "totalCount nodes { number title }";
    format!(
        "{{ node(id: \"{id}\") {{ id }} nodes(ids: [\"{id}\"]) {{ id }} \
         idea(number: {number}) {{ id }} ideas {{ {list} }} \
         search: ideas(search: \"marvellous\") {{ {list} }} \
         tagged: ideas(filter: {{tags: [\"secret\"]}}) {{ {list} }} \
         authored: ideas(filter: {{authorId: \"{member}\"}}) {{ {list} }} \
         own: ideas(filter: {{viewer: [SUPPORTS, ASSESSED]}}) {{ {list} }} \
         open: ideas(filter: {{states: [SUBMITTED, IN_ASSESSMENT, BACKLOG]}}) {{ {list} }} \
         wanted: ideas(orderBy: {{field: SUPPORT}}) {{ {list} }} \
         scored: ideas(orderBy: {{field: SCORE}}) {{ {list} }} \
         overdue: ideas(filter: {{isOverdue: true}}) {{ {list} }} \
         similarIdeas(title: \"Marvellous bees\", problem: \"Hives\") {{ similarity }} \
         member: node(id: \"{member}\") {{ ... on Member {{ name ideas {{ {list} }} }} }} \
         backlog {{ totalCount nodes {{ idea {{ number }} rank }} }} \
         explainRank(ideaId: \"{id}\") {{ rank }} \
         similar: node(id: \"{open}\") {{ ... on Idea {{ similar {{ similarity }} }} }} }}"
    )
}

/// Every mutation of an idea, each with an input that would do.
fn mutations() -> Vec<(&'static str, Value)> {
    let ratings = json!({"ratings": [{"criterion": "problem", "level": 3}]});
    vec![
        ("updateIdea", json!({"title": "Mine"})),
        ("updateIdea", json!({"title": "", "expectedRevision": 9})),
        ("withdrawIdea", json!({})),
        ("supportIdea", json!({})),
        ("withdrawSupport", json!({})),
        ("submitDraft", json!({})),
        ("discardDraft", json!({})),
        ("answerQuestion", json!({"answer": "Yes."})),
        (
            "screenIdea",
            json!({"outcome": "ACCEPT", "reason": "Good."}),
        ),
        ("screenIdea", json!({"outcome": "DECLINE", "reason": ""})),
        ("submitAssessment", ratings),
        (
            "submitAssessment",
            json!({"ratings": [], "ideaRevision": 9}),
        ),
    ]
}

#[rstest]
#[tokio::test]
async fn a_stranger_finds_no_trace_of_it(
    #[values(Sqlite, Postgres)] store: Store,
    #[values("DRAFT", "SUBMITTED", "BACKLOG")] state: &str,
) {
    let (Some(with), Some(without)) = (App::start(store).await, App::start(store).await) else {
        return;
    };
    let mut seen = Vec::new();
    for (app, has_it) in [(&with, true), (&without, false)] {
        let (ann, lead) = (app.member("Ann").await, app.person("Lea", &["LEAD"]).await);
        let open = ann.submit("Marvellous wasps").await;
        let (mut id, mut number) = (NO_IDEA.to_owned(), 2);
        if has_it {
            let more = json!({
                "problem": "Hives", "tags": ["secret"], "visibility": "CONFIDENTIAL",
                "asDraft": state == "DRAFT",
            });
            let bees = ann.submit_with("Marvellous bees", more).await;
            if state == "BACKLOG" {
                // Rated while everybody saw it, and hidden since.
                let open = json!({"visibility": "ORGANIZATION"});
                ann.update(&bees, open).await.ok();
                into_backlog(app, &lead, &bees).await;
                let hide = json!({"visibility": "CONFIDENTIAL"});
                ann.update(&bees, hide).await.ok();
            }
            (id, number) = (bees.id, bees.number);
        }
        app.days_pass(10);
        for (name, roles) in [
            ("Bob", &[][..]),
            ("Xia", &["ASSESSOR"]),
            ("Org", &["ORGANIZER", "ASSESSOR"]),
        ] {
            let other = app.person(name, roles).await;
            let query = everywhere(&id, number, &ann.id, &open.id);
            let answer = other.post(&query, json!({})).await;
            seen.push((format!("{name} {query}"), answer.ok().clone()));
            let it = Idea {
                id: id.clone(),
                number,
            };
            for (mutation, more) in mutations() {
                let fields = match mutation {
                    "discardDraft" => "discardedId",
                    _ => "idea { id }",
                };
                let answer = other.on(&it, mutation, more, fields).await;
                seen.push((format!("{name} {mutation}"), json!(told(&answer))));
            }
        }
        let found = ann.titles("orderBy: {field: NUMBER}").await;
        assert_eq!(found.len(), if has_it { 2 } else { 1 });
        assert_eq!(lead.sees(&open, "state").await["state"], "SUBMITTED");
    }

    let (one, other) = seen.split_at(seen.len() / 2);
    for ((what, with), (_, without)) in one.iter().zip(other) {
        assert_eq!(with, without, "{what}");
    }
}

#[rstest]
#[tokio::test]
async fn authors_and_leads_see_it_and_work_with_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({"visibility": "CONFIDENTIAL", "coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Bees", more).await;
    let lead = app.person("Lea", &["LEAD"]).await;
    let admin = app.person("Max", &["ADMIN"]).await;

    for person in [&ann, &bob, &lead, &admin] {
        let seen = person.sees(&bees, "title visibility author { name }").await;
        assert_eq!(
            seen,
            json!({"title": "Bees", "visibility": "CONFIDENTIAL", "author": {"name": "Ann"}})
        );
        assert_eq!(person.titles("").await, ["Bees"]);
        person
            .on(&bees, "supportIdea", json!({}), "idea { id }")
            .await
            .ok();
    }
    lead.screen(&bees, "ACCEPT", json!({})).await.ok();
    let seen = bob.sees(&bees, "state supportCount").await;
    assert_eq!(seen, json!({"state": "IN_ASSESSMENT", "supportCount": 4}));
}

#[rstest]
#[tokio::test]
async fn hiding_an_idea_hides_it_from_those_who_knew_it(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    bob.on(&bees, "supportIdea", json!({}), "idea { id }")
        .await
        .ok();
    let event = bob.sees(&bees, "activity { nodes { id } }").await;
    let event = event["activity"]["nodes"][1]["id"].clone();

    ann.update(&bees, json!({"visibility": "CONFIDENTIAL"}))
        .await
        .ok();

    let query = "query($id: ID!, $event: ID!) { idea: node(id: $id) { id } \
        event: node(id: $event) { id } ideas(filter: {viewer: [SUPPORTS]}) { totalCount } }";
    let answer = bob
        .post(query, json!({"id": bees.id, "event": event}))
        .await;
    assert_eq!(
        answer.ok(),
        &json!({"idea": null, "event": null, "ideas": {"totalCount": 0}})
    );
    let answer = bob
        .on(&bees, "withdrawSupport", json!({}), "idea { id }")
        .await;
    answer.refused("NOT_FOUND");

    ann.update(&bees, json!({"visibility": "ORGANIZATION"}))
        .await
        .ok();
    let seen = bob.sees(&bees, "viewerSupports supportCount").await;
    assert_eq!(seen, json!({"viewerSupports": true, "supportCount": 1}));
}

#[rstest]
#[tokio::test]
async fn who_gives_up_being_its_co_author_no_longer_sees_it(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let more = json!({"visibility": "CONFIDENTIAL", "coAuthorIds": [bob.id]});
    let bees = ann.submit_with("Bees", more).await;

    let answer = bob.update(&bees, json!({"coAuthorIds": []})).await;

    assert_eq!(answer.at("updateIdea"), &json!({"idea": null}));
    assert_eq!(bob.sees(&bees, "id").await, Value::Null);
    let seen = ann.sees(&bees, "coAuthors { name } revision").await;
    assert_eq!(seen, json!({"coAuthors": [], "revision": 2}));
}
