//! What admins do with members: roles that are granted inside, leaving, and being forgotten.

use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::support::panel::Panel;
use super::support::people::{Answer, Person};
use super::support::{App, Store, Store::*};
use super::verify::{fits, misfit, tamper};

const MEMBER: &str = "member { id name email roles grantedRoles isActive }";

async fn grant(who: &Person, whom: &Person, roles: &[&str]) -> Answer {
    let input = json!({"memberId": whom.id, "roles": roles, "reason": "It is their turn."});
    who.act("setMemberRoles", input, MEMBER).await
}

async fn deactivate(who: &Person, whom: &Person, more: Value) -> Answer {
    let mut input = json!({"memberId": whom.id, "reason": "A new job."});
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    who.act("deactivateMember", input, MEMBER).await
}

/// Each fault as path and reason.
#[track_caller]
fn faults(answer: &Answer) -> Value {
    let faults = answer.refused("BAD_USER_INPUT")["extensions"]["faults"].clone();
    let told = |fault: &Value| json!([fault["path"][1], fault["reason"]]);
    faults.as_array().unwrap().iter().map(told).collect()
}

async fn count(app: &App, what: &str) -> i64 {
    let sql = app.db().reader();
    let query = format!("select count(*) as n from {what}");
    let row = sql.query_one_raw(Statement::from_string(sql.get_database_backend(), query));
    row.await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// The roles somebody has by themselves.
async fn roles(who: &Person) -> Value {
    let answer = who
        .post("{ viewer { roles grantedRoles } }", json!({}))
        .await;
    answer.at("viewer").clone()
}

#[rstest]
#[tokio::test]
async fn granted_roles_are_in_force_with_the_next_request_on_every_server(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let admin = app.person("Max", &["ADMIN"]).await;
    let bob = app.person("Bob", &["ASSESSOR"]).await;
    let there = bob.at(&app.another().await);

    let answer = grant(&admin, &bob, &["MEMBER", "LEAD", "LEAD", "ORGANIZER"]).await;

    let all = json!(["MEMBER", "ASSESSOR", "LEAD", "ORGANIZER"]);
    let granted = json!(["LEAD", "ORGANIZER"]);
    assert_eq!(answer.at("setMemberRoles.member.roles"), &all);
    assert_eq!(answer.at("setMemberRoles.member.grantedRoles"), &granted);
    for bob in [&bob, &there] {
        assert_eq!(
            roles(bob).await,
            json!({"roles": all, "grantedRoles": granted})
        );
    }
    // A token that says less takes nothing of it.
    let again = app.person("Bob", &[]).await;
    assert_eq!(roles(&again).await["grantedRoles"], granted);
    // The same changes nothing, and none takes them all.
    let events = count(&app, "event").await;
    grant(&admin, &bob, &["ORGANIZER", "LEAD"]).await.ok();
    assert_eq!(count(&app, "event").await, events);
    grant(&admin, &bob, &[]).await.ok();
    assert_eq!(
        roles(&there).await,
        json!({"roles": ["MEMBER", "ASSESSOR"], "grantedRoles": []})
    );
    fits(&app);
    let change = "update member set granted_roles = 'ADMIN' where subject = 'bob'";
    tamper(&app, change, 1).await;
    assert!(misfit(&app).contains("the roles granted to them are not those of their events"));
    tamper(
        &app,
        "update member set granted_roles = '' where subject = 'bob'",
        1,
    )
    .await;
    tamper(&app, "update member_note set text = 'x'", 2).await;
    assert!(misfit(&app).contains("(ROLES_GRANTED): what was said with it"));
}

#[rstest]
#[tokio::test]
async fn the_last_admin_stays_one(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let max = app.person("Max", &["ADMIN"]).await;
    let eve = app.member("Eve").await;
    grant(&max, &eve, &["ADMIN"]).await.ok();
    // Their own token still says so.
    grant(&max, &max, &["ADMIN"]).await.ok();
    grant(&max, &max, &[]).await.ok();
    deactivate(&max, &max, json!({}))
        .await
        .refused_because("FORBIDDEN", "YOURSELF");

    deactivate(&eve, &max, json!({})).await.ok();

    for roles in [&[][..], &["LEAD"]] {
        grant(&eve, &eve, roles)
            .await
            .refused_because("CONFLICT", "LAST_ADMIN");
    }
    deactivate(&eve, &eve, json!({"erase": true}))
        .await
        .refused_because("CONFLICT", "LAST_ADMIN");
    let input = json!({"roles": ["MEMBER", "ADMIN"], "grantedRoles": ["ADMIN"]});
    assert_eq!(roles(&eve).await, input);
    grant(&eve, &max, &["LEAD"])
        .await
        .refused_because("CONFLICT", "MEMBER_INACTIVE");
}

#[rstest]
#[tokio::test]
async fn of_two_admins_who_act_on_each_other_one_remains(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let root = app.person("Root", &["ADMIN"]).await;
    for round in 0..10 {
        let (one, other) = (
            app.member(&format!("One{round}")).await,
            app.member(&format!("Other{round}")).await,
        );
        grant(&root, &one, &["ADMIN"]).await.ok();
        grant(&root, &other, &["ADMIN"]).await.ok();
        let (first, second) = match round % 2 {
            0 => tokio::join!(
                deactivate(&one, &other, json!({})),
                deactivate(&other, &one, json!({}))
            ),
            _ => tokio::join!(grant(&one, &other, &[]), grant(&other, &one, &[])),
        };
        let refused = [&first, &second]
            .into_iter()
            .filter(|it| !it.errors().is_empty());
        assert_eq!(refused.count(), 1, "{first:?} {second:?}");
        let named = format!("{round}");
        let query = format!("{{ members(search: \"{named}\", role: ADMIN) {{ nodes {{ id }} }} }}");
        let left = root.post(&query, json!({})).await;
        assert_eq!(left.at("members.nodes").as_array().unwrap().len(), 1);
        let left = left.text("members.nodes.0.id");
        let left = if left == one.id { one } else { other };
        deactivate(&root, &left, json!({})).await.ok();
    }
    // Two who give it away themselves, and nobody else is left.
    let (one, other) = (app.member("One").await, app.member("Other").await);
    grant(&root, &one, &["ADMIN"]).await.ok();
    grant(&root, &other, &["ADMIN"]).await.ok();
    deactivate(&one, &root, json!({})).await.ok();
    let (first, second) = tokio::join!(grant(&one, &one, &[]), grant(&other, &other, &[]));
    let refused = [&first, &second]
        .into_iter()
        .filter(|it| !it.errors().is_empty());
    assert_eq!(refused.count(), 1, "{first:?} {second:?}");
    fits(&app);
}

#[rstest]
#[tokio::test]
async fn whoever_left_is_let_in_no_more_and_what_they_did_stays(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let admin = app.person("Max", &["ADMIN"]).await;
    let (lea, kim) = (
        app.person("Lea", &["LEAD"]).await,
        app.person("Kim", &["LEAD"]).await,
    );
    let ann = app.member("Ann").await;
    let there = lea.at(&app.another().await);
    let mut ideas = Vec::new();
    for (title, author, authorship) in [
        ("Bees", &ann, "NAMED"),
        ("Kim's", &kim, "NAMED"),
        ("Secret", &ann, "ANONYMOUS"),
    ] {
        let more = json!({"authorship": authorship});
        let idea = author.submit_with(title, more).await;
        lea.accept(&idea).await;
        ideas.push(idea);
    }
    let with = json!({"coAuthorIds": [kim.id]});
    let shared = ann.submit_with("Shared", with).await;
    lea.accept(&shared).await;
    ideas.push(shared);
    // Kim's sister wrote this one.
    let sisters = ann.submit("Sister's").await;
    lea.accept(&sisters).await;
    let conflict = json!({"ideaId": sisters.id, "kind": "OTHER"});
    kim.act("declareConflict", conflict, "__typename")
        .await
        .ok();
    ideas.push(sisters);

    let answer = deactivate(&admin, &lea, json!({"handToId": kim.id})).await;

    assert_eq!(answer.at("deactivateMember.member.isActive"), &json!(false));
    assert_eq!(answer.at("deactivateMember.member.name"), &json!("Lea"));
    for lea in [&lea, &there] {
        let refused = lea.post("{ viewer { id } }", json!({})).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        refused.refused_because("UNAUTHENTICATED", "BAD_TOKEN");
    }
    // Nor with a token made after, whatever it says.
    let token = app.token("Lea", &["ADMIN"]);
    let refused = app.send(Some(&token), "{ viewer { id } }", json!({})).await;
    refused.refused_because("UNAUTHENTICATED", "BAD_TOKEN");
    let row = count(
        &app,
        "member where subject = 'lea' and token_roles like '%ADMIN%'",
    );
    assert_eq!(row.await, 0);
    let fields =
        "steward { name } waitingFor { sentence } decisions { decidedBy { name isActive } }
        activity(last: 1) { nodes { kind sentence } }";
    let nobody = "Who looked after it left; the leads see to it.";
    let heir = "Who looked after it left; another lead does.";
    let expected = [(json!({"name": "Kim"}), heir), (Value::Null, nobody)];
    for (idea, kept) in ideas.iter().zip([0, 1, 1, 1, 1]) {
        let seen = admin.sees(idea, fields).await;
        assert_eq!(seen["steward"], expected[kept].0, "{seen}");
        let told = json!([{"kind": "STEWARD_CHANGED", "sentence": expected[kept].1}]);
        assert_eq!(seen["activity"]["nodes"], told);
        let lea = json!([{"decidedBy": {"name": "Lea", "isActive": false}}]);
        assert_eq!(seen["decisions"], lea);
    }
    let query = "{ viewer { notifications(first: 1) { nodes { kind sentence idea { id } } } } }";
    let told = kim.post(query, json!({})).await;
    let name = admin.sees(&ideas[0], "number title").await;
    let sentence = format!(
        "#{} “{}” was handed to you to look after.",
        name["number"],
        name["title"].as_str().unwrap()
    );
    assert_eq!(
        told.at("viewer.notifications.nodes"),
        &json!([{"kind": "ASSIGNED", "sentence": sentence, "idea": {"id": ideas[0].id}}])
    );
    let list = admin
        .post("{ members(search: \"Lea\") { totalCount } }", json!({}))
        .await;
    assert_eq!(list.at("members.totalCount"), &json!(0));
    // Once more changes nothing.
    let events = count(&app, "event").await;
    deactivate(&admin, &lea, json!({})).await.ok();
    assert_eq!(count(&app, "event").await, events);
    fits(&app);
    tamper(
        &app,
        "update member set is_active = true where subject = 'lea'",
        1,
    )
    .await;
    assert!(misfit(&app).contains("the events say otherwise whether they left"));
}

#[rstest]
#[tokio::test]
async fn many_ideas_are_handed_on_in_one_command_with_few_statements(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let admin = app.person("Max", &["ADMIN"]).await;
    let (lea, kim) = (
        app.person("Lea", &["LEAD"]).await,
        app.person("Kim", &["LEAD"]).await,
    );
    let ann = app.member("Ann").await;
    for index in 0..30 {
        let idea = ann.submit(&format!("Idea {index}")).await;
        lea.accept(&idea).await;
    }
    let before = app.db().statements();

    deactivate(&admin, &lea, json!({"handToId": kim.id}))
        .await
        .ok();

    let stewards = "idea join member on member.id = idea.steward_id where member.subject";
    assert_eq!(count(&app, &format!("{stewards} = 'kim'")).await, 30);
    assert_eq!(count(&app, &format!("{stewards} = 'lea'")).await, 0);
    // A lock each, and a few for all of them.
    let statements = app.db().statements() - before;
    assert!(statements < 30 + 35, "{statements}");
    fits(&app);
}

#[rstest]
#[tokio::test]
async fn an_assessor_who_leaves_is_waited_for_no_more(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 4).await else {
        return;
    };
    let admin = panel.app.person("Max", &["ADMIN"]).await;
    let bees = panel.idea("Bees").await;
    let late = &panel.assessors[3];
    let input = json!({"ideaId": bees.id, "assessorIds": [late.id]});
    let assigned = panel.lead.act("assignAssessors", input, "__typename").await;
    assigned.ok();
    panel.rate(&bees, &[[3; 6]; 3]).await;
    let fields = "state assessmentProgress { openAssignments }
        activity(last: 2) { nodes { kind } }";
    let before = panel.author.sees(&bees, fields).await;
    assert_eq!(before["state"], "IN_ASSESSMENT");

    deactivate(&admin, late, json!({"erase": true})).await.ok();

    let seen = panel.author.sees(&bees, fields).await;
    assert_eq!(seen["state"], "BACKLOG");
    assert_eq!(seen["assessmentProgress"], json!({"openAssignments": 0}));
    fits(&panel.app);
}

#[rstest]
#[tokio::test]
async fn whoever_is_erased_leaves_no_name(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let admin = app.person("Max", &["ADMIN"]).await;
    let zoe = app.member("Zoeplatypus").await;
    let bees = zoe.submit("Bees").await;
    let said = json!({"ideaId": bees.id, "body": "Mine."});
    zoe.act("addComment", said, "__typename").await.ok();
    let input = json!({"memberId": zoe.id, "roles": ["LEAD"], "reason": "Zoeplatypus asked."});
    admin.act("setMemberRoles", input, "__typename").await.ok();
    deactivate(&admin, &zoe, json!({})).await.ok();

    let answer = deactivate(&admin, &zoe, json!({"erase": true})).await;

    let left = json!({
        "id": zoe.id, "name": "Erased member", "email": null, "roles": ["MEMBER"],
        "grantedRoles": [], "isActive": false,
    });
    assert_eq!(answer.at("deactivateMember.member"), &left);
    for (table, column) in [
        ("member", "name"),
        ("member", "folded_name"),
        ("member", "subject"),
        ("member_note", "text"),
        ("event", "data"),
    ] {
        let what = format!("{table} where lower({column}) like '%zoeplatypus%'");
        assert_eq!(count(&app, &what).await, 0, "{what}");
    }
    let fields =
        "author { name } activity { nodes { sentence } } comments { nodes { author { name } } }";
    let seen = admin.sees(&bees, fields).await;
    let nameless = json!({
        "author": {"name": "Erased member"},
        "activity": {"nodes": [
            {"sentence": "Erased member submitted the idea."},
            {"sentence": "Erased member commented."},
        ]},
        "comments": {"nodes": [{"author": {"name": "Erased member"}}]},
    });
    assert_eq!(seen, nameless);
    let events = count(&app, "event").await;
    deactivate(&admin, &zoe, json!({"erase": true})).await.ok();
    assert_eq!(count(&app, "event").await, events);
    fits(&app);
    // The same person is a new member, with nothing of what was granted to the old one.
    let again = app.member("Zoeplatypus").await;
    assert_ne!(again.id, zoe.id);
    assert_eq!(
        roles(&again).await,
        json!({"roles": ["MEMBER"], "grantedRoles": []})
    );
    let edit = json!({"ideaId": bees.id, "title": "Wasps"});
    again
        .act("updateIdea", edit, "__typename")
        .await
        .refused_because("FORBIDDEN", "NOT_AUTHOR");
    // At once, too: the reason stays, and the name goes.
    deactivate(&admin, &again, json!({"erase": true}))
        .await
        .ok();
    assert_eq!(count(&app, "member where subject = 'zoeplatypus'").await, 0);
    assert_eq!(
        count(&app, "member_note where text = 'A new job.'").await,
        2
    );
    fits(&app);
}

#[rstest]
#[tokio::test]
async fn nobody_who_is_erased_comes_back_by_signing_in_meanwhile(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let admin = app.person("Max", &["ADMIN"]).await;
    for round in 0..5 {
        let name = format!("Zoe{round}");
        let zoe = app.member(&name).await;
        let mut signing_in = JoinSet::new();
        for index in 0..20 {
            let app = app.clone();
            // Tokens that each say something else are written down each time.
            let roles: &[&str] = if index % 2 == 0 { &["LEAD"] } else { &[] };
            let token = app.token(&name, roles);
            signing_in
                .spawn(async move { app.send(Some(&token), "{ viewer { id } }", json!({})).await });
        }
        deactivate(&admin, &zoe, json!({"erase": true})).await.ok();
        while let Some(answer) = signing_in.join_next().await {
            let status = answer.unwrap().status;
            assert!(
                [StatusCode::OK, StatusCode::UNAUTHORIZED].contains(&status),
                "{status}"
            );
        }
        let node = json!({"id": zoe.id});
        let query = "query($id: ID!) { node(id: $id) { ... on Member { name isActive } } }";
        let left = admin.post(query, node).await;
        let erased = json!({"node": {"name": "Erased member", "isActive": false}});
        assert_eq!(left.ok(), &erased);
    }
    fits(&app);
}

#[rstest]
#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_nothing_changes(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let admin = app.person("Max", &["ADMIN"]).await;
    let (lea, ann) = (app.person("Lea", &["LEAD"]).await, app.member("Ann").await);
    let before = count(&app, "event").await;
    let nobody = "member_0198c0de000070008000000000000000";

    let all = json!({"memberId": "ann", "handToId": ann.id, "reason": " "});
    let answer = admin.act("deactivateMember", all, "__typename").await;
    let three = json!([
        ["memberId", "BAD_ID"],
        ["reason", "REASON_MISSING"],
        ["handToId", "NOT_A_LEAD"],
    ]);
    assert_eq!(faults(&answer), three);
    for heir in [nobody, &ann.id, &lea.id] {
        let answer = deactivate(&admin, &lea, json!({"handToId": heir})).await;
        assert_eq!(faults(&answer), json!([["handToId", "NOT_A_LEAD"]]));
    }
    let input = json!({"memberId": "", "roles": [], "reason": ""});
    let answer = admin.act("setMemberRoles", input, "__typename").await;
    assert_eq!(
        faults(&answer),
        json!([["memberId", "BAD_ID"], ["reason", "REASON_MISSING"]])
    );
    for mutation in ["setMemberRoles", "deactivateMember"] {
        let mut input = json!({"memberId": nobody, "reason": "Gone."});
        if mutation == "setMemberRoles" {
            input["roles"] = json!(["LEAD"]);
        }
        admin
            .act(mutation, input.clone(), "__typename")
            .await
            .refused("NOT_FOUND");
        for other in [&lea, &ann] {
            let answer = other.act(mutation, input.clone(), "__typename").await;
            answer.refused_because("FORBIDDEN", "ROLE_NEEDED");
        }
    }

    assert_eq!(count(&app, "event").await, before);
}

#[tokio::test]
async fn whoever_administers_by_a_setting_is_known_as_admin_to_all() {
    let app = App::start_with(Sqlite, |config| config.admins = vec!["max".to_owned()]);
    let app = app.await.unwrap();
    let (max, ann) = (app.member("Max").await, app.member("Ann").await);
    let query = "{ members(role: ADMIN) { nodes { id roles grantedRoles } } }";

    let known = ann.post(query, json!({})).await;

    let admin = json!([{"id": max.id, "roles": ["MEMBER", "ADMIN"], "grantedRoles": []}]);
    assert_eq!(known.at("members.nodes"), &admin);
    grant(&max, &ann, &["LEAD"]).await.ok();
}
