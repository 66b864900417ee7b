//! What a merge joins: edges, supporters, followers, what is said; and what undoing it parts.

use rstest::rstest;

use super::*;

const EDGES: &str = "state mergedInto { number } mergedFrom { number } supportCount";

#[rstest]
#[tokio::test]
async fn each_merge_keeps_its_own_edge_and_undoing_takes_along_what_came_before(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let people = [
        app.member("Bo").await,
        app.member("Cy").await,
        app.member("Dee").await,
    ];
    let [a, b, c, d] = [
        ann.submit("A").await,
        ann.submit("B").await,
        ann.submit("C").await,
        ann.submit("D").await,
    ];
    for (person, ideas) in people.iter().zip([&[&a, &c][..], &[&a, &b], &[&d]]) {
        for idea in ideas {
            person
                .says_of("supportIdea", idea, "idea { id }")
                .await
                .ok();
        }
    }
    let number = |idea: &Idea| json!({"number": idea.number});

    let merged = lea.merge(&a, &b).await;

    assert_eq!(
        merged.at("mergeIdeas"),
        &json!({
            "idea": {"number": a.number, "state": "MERGED"},
            "into": {"number": b.number, "state": "SUBMITTED"},
            "decision": {"kind": "MERGED"},
        })
    );
    lea.merge(&d, &c).await.ok();
    lea.merge(&b, &c).await.ok();
    let edge = |into: Value, from: Value, count: i64| json!({"state": "MERGED", "mergedInto": into, "mergedFrom": from, "supportCount": count});
    assert_eq!(ann.sees(&a, EDGES).await, edge(number(&b), json!([]), 2));
    assert_eq!(
        ann.sees(&b, EDGES).await,
        edge(number(&c), json!([number(&a)]), 2)
    );
    assert_eq!(
        ann.sees(&c, EDGES).await,
        json!({
            "state": "SUBMITTED", "mergedInto": null, "mergedFrom": [number(&d), number(&b)],
            "supportCount": 3,
        })
    );

    let freed = lea.unmerge(&b).await;

    assert_eq!(
        freed.at("unmergeIdeas"),
        &json!({
            "idea": {"number": b.number, "state": "SUBMITTED"},
            "into": {"number": c.number, "state": "SUBMITTED"},
            "decision": {"kind": "UNMERGED"},
        })
    );
    assert_eq!(ann.sees(&a, EDGES).await, edge(number(&b), json!([]), 2));
    assert_eq!(
        ann.sees(&b, EDGES).await,
        json!({
            "state": "SUBMITTED", "mergedInto": null, "mergedFrom": [number(&a)],
            "supportCount": 2,
        })
    );
    assert_eq!(
        ann.sees(&c, EDGES).await,
        json!({
            "state": "SUBMITTED", "mergedInto": null, "mergedFrom": [number(&d)],
            "supportCount": 2,
        })
    );
    lea.unmerge(&a).await.ok();
    assert_eq!(ann.looks(&a, "supportCount").await, 2);
    assert_eq!(ann.looks(&b, "supportCount").await, 1);
    crate::verify::fits(&app);
}

#[rstest]
#[tokio::test]
async fn what_is_said_of_a_merged_idea_is_said_of_the_one_that_goes_on(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let (bo, cy) = (app.member("Bo").await, app.member("Cy").await);
    let (a, b, c) = (
        ann.submit("A").await,
        ann.submit("B").await,
        ann.submit("C").await,
    );
    for (mutation, fields) in [
        ("supportIdea", "idea { id }"),
        ("followIdea", "idea { id }"),
        ("addComment", "idea { id }"),
    ] {
        cy.says_of(mutation, &a, fields).await.ok();
    }
    lea.merge(&a, &b).await.ok();
    lea.merge(&b, &c).await.ok();

    for (mutation, fields) in [
        ("supportIdea", "idea { number supportCount viewerSupports }"),
        ("followIdea", "idea { number viewerFollows }"),
        ("addComment", "idea { number } comment { body }"),
    ] {
        let answer = bo.says_of(mutation, &a, fields).await;
        assert_eq!(
            answer.at(&format!("{mutation}.idea.number")),
            &json!(c.number)
        );
    }

    const SEEN: &str = "supportCount viewerSupports viewerFollows comments { totalCount }";
    let seen = |count: i64, supports: bool, follows: bool, comments: i64| {
        json!({
            "supportCount": count, "viewerSupports": supports, "viewerFollows": follows,
            "comments": {"totalCount": comments},
        })
    };
    assert_eq!(bo.sees(&c, SEEN).await, seen(2, true, true, 1));
    assert_eq!(cy.sees(&c, SEEN).await, seen(2, true, true, 1));
    assert_eq!(bo.sees(&a, SEEN).await, seen(1, false, false, 1));
    assert_eq!(cy.sees(&a, SEEN).await, seen(1, true, true, 1));
    for relation in ["SUPPORTS", "FOLLOWS"] {
        let query = format!(
            "{{ ideas(filter: {{viewer: [{relation}], states: [SUBMITTED]}}) {{
                totalCount nodes {{ number viewerRelation }} }} }}"
        );
        for person in [&bo, &cy] {
            assert_eq!(
                person.post(&query, json!({})).await.at("ideas"),
                &json!({
                    "totalCount": 1,
                    "nodes": [{"number": c.number, "viewerRelation": ["FOLLOWS", "SUPPORTS"]}],
                })
            );
        }
    }
    // Once more changes nothing; and what they take back they take back everywhere.
    cy.says_of("supportIdea", &c, "idea { id }").await.ok();
    let back = cy
        .says_of(
            "withdrawSupport",
            &c,
            "idea { number supportCount viewerSupports }",
        )
        .await;
    assert_eq!(
        back.at("withdrawSupport.idea"),
        &json!({"number": c.number, "supportCount": 1, "viewerSupports": false})
    );
    cy.says_of("unfollowIdea", &b, "idea { id }").await.ok();
    assert_eq!(cy.sees(&c, SEEN).await, seen(1, false, false, 1));
    lea.unmerge(&a).await.ok();
    assert_eq!(cy.sees(&a, SEEN).await, seen(0, false, false, 1));
    assert_eq!(bo.sees(&a, SEEN).await, seen(0, false, false, 1));
    assert_eq!(bo.sees(&c, SEEN).await, seen(1, true, true, 1));
    crate::verify::fits(&app);
}

#[rstest]
#[tokio::test]
async fn both_ideas_tell_of_it_and_the_decision_keeps_score_and_rank(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let first = panel.rated("First", &[[5, 5, 5, 5, 5, 1]; 3]).await;
    let second = panel.rated("Second", &[[3; 6]; 3]).await;

    panel.lead.merge(&second, &first).await.ok();

    const TOLD: &str = "state rank waitingFor { party dueAt sentence }
        decisions { kind reason rankThen scoreThen isOverride decidedBy { name } }
        activity(last: 1) { nodes { kind sentence reason actor { name } } }
        nextSteps { to mutation isOpen closedReason }";
    let (one, two) = (first.number, second.number);
    let seen = panel.lead.sees(&second, TOLD).await;
    assert_eq!(
        seen["decisions"][1],
        json!({
            "kind": "MERGED", "reason": "The same.", "rankThen": 2, "scoreThen": 50.0,
            "isOverride": false, "decidedBy": {"name": "Lea"},
        })
    );
    assert_eq!(
        (&seen["state"], &seen["rank"], &seen["waitingFor"]),
        (
            &json!("MERGED"),
            &json!(null),
            &json!({
                "party": "NOBODY", "dueAt": null,
                "sentence": format!("Nobody owes a next step here: it goes on in #{one}."),
            })
        )
    );
    assert_eq!(
        seen["activity"]["nodes"][0],
        json!({
            "kind": "MERGED", "sentence": format!("Lea merged it into #{one}."),
            "reason": "The same.", "actor": {"name": "Lea"},
        })
    );
    assert_eq!(
        seen["nextSteps"],
        json!([{
            "to": "BACKLOG", "mutation": "unmergeIdeas", "isOpen": true, "closedReason": null,
        }])
    );
    let there = panel.author.sees(&first, TOLD).await;
    assert_eq!(
        there["activity"]["nodes"][0],
        json!({
            "kind": "MERGED", "sentence": format!("Lea merged #{two} into it."), "reason": null,
            "actor": {"name": "Lea"},
        })
    );

    panel.app.days_pass(3);
    panel.lead.unmerge(&second).await.ok();

    let seen = panel.lead.sees(&second, TOLD).await;
    assert_eq!(
        seen["decisions"][2],
        json!({
            "kind": "UNMERGED", "reason": "Not the same.", "rankThen": null, "scoreThen": 50.0,
            "isOverride": false, "decidedBy": {"name": "Lea"},
        })
    );
    assert_eq!(
        (&seen["state"], &seen["rank"]),
        (&json!("BACKLOG"), &json!(2))
    );
    assert_eq!(
        seen["activity"]["nodes"][0]["sentence"],
        format!("Lea set it free from #{one} again.")
    );
    // Its promise begins anew.
    assert!(
        seen["waitingFor"]["sentence"]
            .as_str()
            .unwrap()
            .contains("by 3 June 2026"),
        "{seen}"
    );
    let there = panel.author.sees(&first, TOLD).await;
    assert_eq!(
        there["activity"]["nodes"][0]["sentence"],
        format!("Lea set #{two} free from it again.")
    );
    crate::verify::fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn a_text_like_what_was_merged_is_answered_with_the_idea_that_goes_on(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let (badges, queue) = (
        ann.submit("Badge printer").await,
        ann.submit("Shorter queue").await,
    );
    let alike = "{ similarIdeas(title: \"Badge printer\") { idea { number } matchedWords } }";
    let found = async || ann.post(alike, json!({})).await.at("similarIdeas").clone();
    let of = |idea: &Idea| json!([{"idea": {"number": idea.number}, "matchedWords": ["badge", "printer"]}]);
    assert_eq!(found().await, of(&badges));

    lea.merge(&badges, &queue).await.ok();

    assert_eq!(found().await, of(&queue));
    let similar = ann.looks(&queue, "similar { idea { number } }").await;
    assert_eq!(similar, json!([]));
}

#[rstest]
#[tokio::test]
async fn who_follows_either_is_told_of_both(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let (bo, cy) = (app.member("Bo").await, app.member("Cy").await);
    let (a, b) = (ann.submit("A").await, ann.submit("B").await);
    bo.says_of("followIdea", &a, "idea { id }").await.ok();
    cy.says_of("followIdea", &b, "idea { id }").await.ok();

    lea.merge(&a, &b).await.ok();
    let hold = json!({
        "ideaId": b.id, "outcome": "HOLD", "reason": "Later.",
        "revisitAt": "2027-01-01T00:00:00Z",
    });
    lea.act("decideIdea", hold, "idea { id }").await.ok();
    lea.unmerge(&a).await.ok();

    let told = async |person: &Person| -> Vec<String> {
        let query = "{ viewer { notifications { nodes { kind sentence } } } }";
        let answer = person.post(query, json!({})).await;
        let nodes = answer.at("viewer.notifications.nodes").as_array().unwrap();
        let nodes = nodes.iter().filter(|node| node["kind"] == "DECIDED");
        nodes
            .map(|node| node["sentence"].as_str().unwrap().to_owned())
            .collect()
    };
    let (a, b) = (format!("#{} “A”", a.number), format!("#{} “B”", b.number));
    assert_eq!(
        told(&bo).await,
        [
            format!("{a} was set free again."),
            format!("{b} was put on hold."),
            format!("{a} was merged into another idea and goes on there."),
        ]
    );
    assert_eq!(
        told(&cy).await,
        [
            format!("Another idea was set free from {b} again."),
            format!("{b} was put on hold."),
            format!("Another idea was merged into {b}."),
        ]
    );
}
