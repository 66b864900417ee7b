//! What people say about an idea, who hears it, and who takes it back.

use rstest::rstest;
use sea_orm::EntityTrait;
use sluice::entity::comment;
use tokio::task::JoinSet;

use super::*;

const COMMENT: &str = "author { name } body audience createdAt editedAt isRemoved";
const SAID: &str = "comments { totalCount nodes { body audience } }
    activity { totalCount nodes { kind actor { name } sentence reason } }";

/// Says something that is taken; the comment's id.
async fn say(who: &Person, idea: &Idea, body: &str, audience: &str) -> String {
    let input = json!({"body": body, "audience": audience});
    let answer = who.on(idea, "addComment", input, "comment { id }").await;
    answer.text("addComment.comment.id")
}

#[rstest]
#[tokio::test]
async fn what_is_said_is_read_as_written_and_whoever_says_it_follows(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let bees = ann.submit("Bees").await;
    let updated = ann.sees(&bees, "updatedAt").await["updatedAt"].clone();
    let body = "**Yes**, \"really\"\n\u{200f}שלום 🐝";

    let fields = format!("comment {{ id {COMMENT} }} idea {{ viewerFollows updatedAt }}");
    let answer = bob
        .on(
            &bees,
            "addComment",
            json!({"body": format!("{body}\r\n")}),
            &fields,
        )
        .await;

    let said = answer.at("addComment.comment");
    assert_eq!(
        said,
        &json!({
            "id": said["id"], "author": {"name": "Bob"}, "body": format!("{body}\n"),
            "audience": "EVERYONE", "createdAt": instant(app.clock().now()),
            "editedAt": null, "isRemoved": false,
        })
    );
    assert_eq!(
        answer.at("addComment.idea"),
        &json!({"viewerFollows": true, "updatedAt": updated})
    );
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ __typename id ... on Comment {{ {COMMENT} }} }} }}"
    );
    let node = ann.post(&query, json!({"id": said["id"]})).await;
    let mut expected = said.clone();
    expected["__typename"] = json!("Comment");
    assert_eq!(node.at("node"), &expected);
    let seen = ann.sees(&bees, SAID).await;
    assert_eq!(
        seen["activity"]["nodes"][1],
        json!({
            "kind": "COMMENTED", "actor": {"name": "Bob"}, "sentence": "Bob commented.",
            "reason": format!("{body}\n"),
        })
    );
}

#[rstest]
#[tokio::test]
async fn a_comment_is_edited_and_removed_by_its_author(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let admin = app.person("Ada", &["ADMIN"]).await;
    let bees = ann.submit("Bees").await;
    let id = say(&bob, &bees, "First", "EVERYONE").await;
    let edit = json!({"commentId": id, "body": "Second"});
    let fields = format!("comment {{ {COMMENT} }} idea {{ number }}");
    for stranger in [&ann, &admin] {
        let answer = stranger.act("updateComment", edit.clone(), &fields).await;
        answer.refused_because("FORBIDDEN", "NOT_AUTHOR");
        let answer = stranger.act("removeComment", json!({"commentId": id}), &fields);
        answer.await.refused_because("FORBIDDEN", "NOT_AUTHOR");
    }

    // The same text changes nothing.
    let same = json!({"commentId": id, "body": "First"});
    let answer = bob.act("updateComment", same, &fields).await;
    assert_eq!(answer.at("updateComment.comment.editedAt"), &Value::Null);
    let answer = bob.act("updateComment", edit.clone(), &fields).await;
    let edited = instant(app.clock().now());
    assert_eq!(answer.at("updateComment.comment.body"), &json!("Second"));
    assert_eq!(answer.at("updateComment.comment.editedAt"), &json!(edited));

    for _ in 0..2 {
        let input = json!({"commentId": id, "reason": "Rash."});
        let answer = bob.act("removeComment", input, &fields).await;
        let comment = answer.at("removeComment.comment");
        assert_eq!(comment["body"], "");
        assert_eq!(comment["isRemoved"], true);
        assert_eq!(comment["author"], json!({"name": "Bob"}));
    }
    let answer = bob.act("updateComment", edit, &fields).await;
    answer.refused_because("CONFLICT", "COMMENT_REMOVED");
    let seen = ann.sees(&bees, SAID).await;
    assert_eq!(
        seen["comments"],
        json!({"totalCount": 1, "nodes": [{"body": "", "audience": "EVERYONE"}]})
    );
    assert_eq!(seen["activity"]["totalCount"], 2);
    assert_eq!(seen["activity"]["nodes"][1]["reason"], Value::Null);
    // The words are gone from the table too.
    let rows = comment::Entity::find().all(app.db().reader()).await;
    assert_eq!(rows.unwrap()[0].body, "");
}

/// Everything of an idea that could tell of a comment that is not for everyone.
const TELLING: &str = "state stateSince updatedAt revision supportCount viewerFollows
    viewerRelation viewerCan waitingFor { sentence }
    comments(first: 2) { totalCount nodes { author { name } body audience createdAt }
        pageInfo { hasNextPage } }
    late: comments(last: 1) { nodes { body } pageInfo { hasPreviousPage } }
    activity(first: 3) { totalCount nodes { kind at actor { name } sentence reason }
        pageInfo { hasNextPage } }";

#[rstest]
#[tokio::test]
async fn what_is_for_reviewers_is_there_for_nobody_else(#[values(Sqlite, Postgres)] store: Store) {
    // Two houses that differ in what reviewers say look the same to everybody else.
    let mut houses = Vec::new();
    for has_secret in [true, false] {
        let Some(app) = App::start(store).await else {
            return;
        };
        let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
        let (lead, admin) = (
            app.person("Lea", &["LEAD"]).await,
            app.person("Ada", &["ADMIN"]).await,
        );
        let assessor = app.person("Rae", &["ASSESSOR"]).await;
        // One of its authors would be a reviewer of other ideas.
        let both = app.person("Bea", &["ASSESSOR", "LEAD"]).await;
        let bees = ann
            .submit_with("Bees", json!({"coAuthorIds": [both.id]}))
            .await;
        say(&bob, &bees, "Nice.", "EVERYONE").await;
        let mut ids = Vec::new();
        for body in ["Weak.", "Very weak."] {
            if has_secret {
                ids.push(say(&assessor, &bees, body, "REVIEWERS").await);
            } else {
                assessor.post("{ viewer { id } }", json!({})).await.ok();
            }
        }
        say(&lead, &bees, "Thanks.", "EVERYONE").await;
        if has_secret {
            let events = assessor
                .sees(&bees, "activity { nodes { id sentence } }")
                .await;
            let event = &events["activity"]["nodes"][2];
            assert_eq!(event["sentence"], "Rae commented to the reviewers.");
            let ids = json!({"ids": [ids[0], event["id"]]});
            let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }";
            for person in [&ann, &bob, &both] {
                let answer = person.post(query, ids.clone()).await;
                assert_eq!(answer.at("nodes"), &json!([null, null]));
                let input = json!({"commentId": ids["ids"][0], "body": "Mine"});
                let answer = person.act("updateComment", input, "idea { id }").await;
                answer.refused("NOT_FOUND");
            }
            for person in [&lead, &admin, &assessor] {
                let seen = person.sees(&bees, SAID).await;
                assert_eq!(seen["comments"]["totalCount"], 4, "{}", person.name);
                assert_eq!(seen["activity"]["totalCount"], 5, "{}", person.name);
                assert_eq!(
                    seen["comments"]["nodes"][1],
                    json!({"body": "Weak.", "audience": "REVIEWERS"})
                );
                let answer = person.post(query, ids.clone()).await;
                assert_eq!(
                    answer.at("nodes"),
                    &json!([{"__typename": "Comment"}, {"__typename": "Activity"}])
                );
            }
        } else {
            for _ in 0..16 {
                ann.post("{ viewer { id } }", json!({})).await.ok();
            }
        }
        let mut seen = Vec::new();
        for person in [&ann, &bob, &both] {
            seen.push(person.sees(&bees, TELLING).await);
        }
        houses.push(seen);
    }

    assert_eq!(houses[0], houses[1]);
    assert_eq!(houses[0][0]["comments"]["totalCount"], 2);
    assert_eq!(houses[0][0]["activity"]["totalCount"], 3);
}

#[rstest]
#[tokio::test]
async fn who_may_speak_to_reviewers(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.person("Ann", &["ASSESSOR"]).await;
    let bob = app.member("Bob").await;
    let bees = ann.submit("Bees").await;
    let input = json!({"body": "Hm.", "audience": "REVIEWERS"});

    let answer = bob
        .on(&bees, "addComment", input.clone(), "idea { id }")
        .await;
    answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
    let answer = ann
        .on(&bees, "addComment", input.clone(), "idea { id }")
        .await;
    answer.refused_because("FORBIDDEN", "OWN_IDEA");
    assert_eq!(
        bob.sees(&bees, "viewerFollows").await["viewerFollows"],
        false
    );

    // What somebody said to reviewers stays theirs to read and to take away.
    let rae = app.person("Rae", &["ASSESSOR"]).await;
    let id = say(&rae, &bees, "Weak.", "REVIEWERS").await;
    let rae = app.member("Rae").await;
    let answer = rae.act(
        "removeComment",
        json!({"commentId": id}),
        "comment { isRemoved }",
    );
    assert_eq!(
        answer.await.at("removeComment.comment.isRemoved"),
        &json!(true)
    );
    assert_eq!(rae.sees(&bees, SAID).await["activity"]["totalCount"], 2);
}

#[rstest]
#[tokio::test]
async fn whoever_wrote_an_anonymous_idea_is_not_told_by_their_comments(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob, cy) = (
        app.member("Ann").await,
        app.member("Bob").await,
        app.member("Cy").await,
    );
    let more = json!({"authorship": "ANONYMOUS", "coAuthorIds": [cy.id]});
    let bees = ann.submit_with("Bees", more).await;
    for person in [&ann, &bob, &cy] {
        say(
            person,
            &bees,
            &format!("From {}", person.name.len()),
            "EVERYONE",
        )
        .await;
    }
    let named = "comments { nodes { author { name } } }
        activity(last: 3) { nodes { actor { name } sentence } }";
    let hidden = json!({
        "comments": {"nodes": [{"author": null}, {"author": {"name": "Bob"}}, {"author": null}]},
        "activity": {"nodes": [
            {"actor": null, "sentence": "The author commented."},
            {"actor": {"name": "Bob"}, "sentence": "Bob commented."},
            {"actor": null, "sentence": "The author commented."},
        ]},
    });

    assert_eq!(bob.sees(&bees, named).await, hidden);
    let own = ann.sees(&bees, named).await;
    assert_eq!(own["comments"]["nodes"][2]["author"], json!({"name": "Cy"}));
    // Who is no author any more was one when they said it.
    ann.update(&bees, json!({"coAuthorIds": []})).await.ok();
    assert_eq!(
        bob.sees(&bees, "comments { nodes { author { name } } }")
            .await["comments"],
        hidden["comments"]
    );
    let theirs = cy.sees(&bees, named).await;
    assert_eq!(theirs["comments"]["nodes"][0]["author"], Value::Null);
    assert_eq!(
        theirs["comments"]["nodes"][2]["author"],
        json!({"name": "Cy"})
    );
}

#[rstest]
#[tokio::test]
async fn what_was_said_in_private_stays_so(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let (ann, bob) = (app.member("Ann").await, app.member("Bob").await);
    let lead = app.person("Lea", &["LEAD"]).await;
    let rae = app.person("Rae", &["ASSESSOR"]).await;
    let bees = ann.submit_with("Bees", json!({"asDraft": true})).await;
    say(&ann, &bees, "Draft", "EVERYONE").await;
    let comment = json!({"ideaId": bees.id, "body": "Hm."});
    let answer = lead.act("addComment", comment, "idea { id }").await;
    answer.refused("NOT_FOUND");
    ann.update(&bees, json!({"visibility": "CONFIDENTIAL"}))
        .await
        .ok();
    ann.on(&bees, "submitDraft", json!({}), "idea { id }")
        .await
        .ok();
    say(&ann, &bees, "Confidence", "EVERYONE").await;
    say(&lead, &bees, "Between leads", "REVIEWERS").await;
    ann.update(&bees, json!({"visibility": "ORGANIZATION"}))
        .await
        .ok();
    say(&bob, &bees, "Open", "EVERYONE").await;

    let heard = async |who: &Person| {
        let seen = who.sees(&bees, SAID).await;
        let nodes = seen["comments"]["nodes"].as_array().unwrap();
        assert_eq!(seen["comments"]["totalCount"], nodes.len());
        nodes
            .iter()
            .map(|node| node["body"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(heard(&ann).await, ["Draft", "Confidence", "Open"]);
    assert_eq!(heard(&lead).await, ["Confidence", "Between leads", "Open"]);
    assert_eq!(heard(&bob).await, ["Open"]);
    assert_eq!(heard(&rae).await, ["Open"]);
}

#[rstest]
#[tokio::test]
async fn what_was_taken_back_is_talked_about_no_more(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let id = say(&ann, &bees, "First", "EVERYONE").await;
    ann.on(&bees, "withdrawIdea", json!({}), "idea { id }")
        .await
        .ok();

    let more = ann
        .on(&bees, "addComment", json!({"body": "More"}), "idea { id }")
        .await;
    assert_eq!(legal_steps(&more), json!([]));
    let input = json!({"commentId": id, "body": "More"});
    let edit = ann.act("updateComment", input, "idea { id }").await;
    assert_eq!(legal_steps(&edit), json!([]));
    // To take one's words away is always possible.
    let input = json!({"commentId": id});
    ann.act("removeComment", input, "idea { id }").await.ok();
    let seen = ann
        .sees(&bees, "comments { nodes { body isRemoved } }")
        .await;
    assert_eq!(
        seen,
        json!({"comments": {"nodes": [{"body": "", "isRemoved": true}]}})
    );
}

#[rstest]
#[case::empty("", "BODY_MISSING")]
#[case::blank(" \n\u{200b}", "BODY_MISSING")]
#[case::nul("a\u{0}b", "CONTROL_CHARACTERS")]
#[tokio::test]
async fn what_cannot_be_kept_is_told_with_all_its_faults(#[case] body: &str, #[case] why: &str) {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;

    let answer = ann
        .on(&bees, "addComment", json!({"body": body}), "idea { id }")
        .await;
    assert_eq!(faults(&answer), json!([[["input", "body"], why]]));
    let input = json!({"ideaId": "idea_1", "body": body});
    let answer = ann.act("addComment", input, "idea { id }").await;
    assert_eq!(
        faults(&answer),
        json!([[["input", "ideaId"], "BAD_ID"], [["input", "body"], why]])
    );
    let input = json!({"commentId": "idea_1", "body": body});
    let answer = ann.act("updateComment", input, "idea { id }").await;
    assert_eq!(
        faults(&answer),
        json!([[["input", "commentId"], "BAD_ID"], [["input", "body"], why]])
    );
    assert_eq!(ann.sees(&bees, SAID).await["activity"]["totalCount"], 1);
}

#[rstest]
#[tokio::test]
async fn ten_thousand_characters_are_kept_and_no_more(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;

    let longest = "🐝".repeat(10_000);
    let id = say(&ann, &bees, &longest, "EVERYONE").await;
    let input = json!({"body": format!("{longest}🐝")});
    let answer = ann.on(&bees, "addComment", input, "idea { id }").await;
    assert_eq!(
        faults(&answer),
        json!([[["input", "body"], "TEXT_TOO_LONG"]])
    );
    let input = json!({"commentId": id, "reason": format!("{longest}🐝")});
    let answer = ann.act("removeComment", input, "idea { id }").await;
    assert_eq!(
        faults(&answer),
        json!([[["input", "reason"], "TEXT_TOO_LONG"]])
    );

    let never = json!({"commentId": "comment_0198c0de000070008000000000000000", "body": "Hm."});
    ann.act("updateComment", never, "idea { id }")
        .await
        .refused("NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn of_twenty_comments_at_once_none_is_lost_and_pages_hold_each_once(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    let mut acts = JoinSet::new();
    for index in 0..20 {
        let person = app.member(&format!("Member {index}")).await;
        let bees = bees.clone();
        acts.spawn(async move {
            let input = json!({"body": format!("{index}"), "idempotencyKey": "once"});
            let first = person.on(&bees, "addComment", input.clone(), "comment { id }");
            let first = first.await.text("addComment.comment.id");
            // The same once more is the same comment.
            let again = person
                .on(&bees, "addComment", input, "comment { id }")
                .await;
            assert_eq!(again.text("addComment.comment.id"), first);
            first
        });
    }
    let mut made: Vec<String> = acts.join_all().await;

    for (forward, size) in [(true, 7), (false, 7), (true, 100)] {
        let (mut found, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let arguments = match forward {
                true => "first: $size, after: $cursor",
                false => "last: $size, before: $cursor",
            };
            let query = format!(
                "query($id: ID!, $size: Int, $cursor: String) {{ node(id: $id) {{ ... on Idea {{
                    comments({arguments}) {{ totalCount nodes {{ id createdAt }}
                    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }} }}"
            );
            let asked = json!({"id": bees.id, "size": size, "cursor": cursor});
            let answer = ann.post(&query, asked).await;
            let page = answer.at("node.comments");
            assert_eq!(page["totalCount"], 20);
            let nodes = page["nodes"].as_array().unwrap().iter().map(|node| {
                let text = |key: &str| node[key].as_str().unwrap().to_owned();
                // Without the Z, texts sort as instants do, however many digits they have.
                let at = text("createdAt").trim_end_matches('Z').to_owned();
                (at, text("id"))
            });
            let nodes: Vec<_> = nodes.collect();
            assert!(nodes.is_sorted());
            let (more, end) = match forward {
                true => ("hasNextPage", "endCursor"),
                false => ("hasPreviousPage", "startCursor"),
            };
            found.extend(nodes.into_iter().map(|(_, id)| id));
            cursor = page["pageInfo"][end].clone();
            if page["pageInfo"][more] == false {
                break;
            }
        }
        found.sort();
        made.sort();
        assert_eq!(found, made);
    }
    assert_eq!(
        ann.sees(&bees, "activity { totalCount }").await,
        json!({"activity": {"totalCount": 21}})
    );
}

#[rstest]
#[tokio::test]
async fn of_an_edit_and_a_removal_at_once_the_words_are_gone(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let bees = ann.submit("Bees").await;
    for round in 0..10 {
        let id = say(&ann, &bees, "First", "EVERYONE").await;
        let edit = json!({"commentId": id, "body": format!("Round {round}")});
        let (edited, removed) = tokio::join!(
            ann.act("updateComment", edit, "comment { isRemoved }"),
            ann.act(
                "removeComment",
                json!({"commentId": id}),
                "comment { body }"
            )
        );
        assert_eq!(removed.at("removeComment.comment.body"), &json!(""));
        if !edited.errors().is_empty() {
            edited.refused_because("CONFLICT", "COMMENT_REMOVED");
        }
        let query = "query($id: ID!) { node(id: $id) { ... on Comment { body isRemoved } } }";
        let seen = ann.post(query, json!({"id": id})).await;
        assert_eq!(seen.at("node"), &json!({"body": "", "isRemoved": true}));
    }
}
