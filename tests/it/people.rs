//! The list of members: by name, found by a part of it however it is written, page by page.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use sluice::identity::domain::Roles;
use sluice::identity::tokens;
use sluice::platform::page::encode;

use super::support::people::Person;
use super::support::{App, Store, Store::*};

const MEMBERS: &str = "query($search: String, $role: Role, $first: Int, $after: String,
        $last: Int, $before: String) {
    members(search: $search, role: $role, first: $first, after: $after, last: $last,
            before: $before) {
        totalCount nodes { name }
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }";

/// The people here, in the order of the list.
const NAMES: [&str; 6] = [
    "Ann 100%",
    "Back\\slash",
    "Clémentine",
    "Consdorf",
    "Dan_Dan",
    "Émile",
];

/// A house with these people; the last of them asks.
async fn peopled(store: Store) -> Option<Person> {
    let app = App::start(store).await?;
    for (name, roles) in NAMES.iter().zip([
        &["LEAD"][..],
        &["ASSESSOR", "LEAD"],
        &[],
        &["ASSESSOR"],
        &["ORGANIZER"],
    ]) {
        app.person(name, roles).await;
    }
    Some(app.member(NAMES[5]).await)
}

/// The names on a page, and how many there are said to be.
async fn found(person: &Person, arguments: Value) -> (Vec<String>, Value) {
    let answer = person.post(MEMBERS, arguments).await;
    let nodes = answer.at("members.nodes").as_array().unwrap();
    let name = |node: &Value| node["name"].as_str().unwrap().to_owned();
    let names = nodes.iter().map(name).collect();
    (names, answer.at("members.totalCount").clone())
}

#[rstest]
#[tokio::test]
async fn a_member_is_found_by_a_part_of_the_name_however_it_is_written(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(emile) = peopled(store).await else {
        return;
    };

    for (search, names) in [
        ("ém", &["Clémentine", "Émile"][..]),
        ("EM", &["Clémentine", "Émile"]),
        ("e\u{301}M", &["Clémentine", "Émile"]),
        ("EMILE", &["Émile"]),
        ("émile", &["Émile"]),
        ("ＣＬÉ", &["Clémentine"]),
        ("dorf", &["Consdorf"]),
        // What means something to a database is looked for as it is.
        ("%", &["Ann 100%"]),
        ("0%", &["Ann 100%"]),
        ("n%d", &[]),
        ("_", &["Dan_Dan"]),
        ("n_d", &["Dan_Dan"]),
        ("\\", &["Back\\slash"]),
        ("\\_", &[]),
        ("'", &[]),
        ("", &NAMES),
        (&"é".repeat(200), &[]),
    ] {
        let (listed, count) = found(&emile, json!({"search": search})).await;
        assert_eq!(listed, names, "{search}");
        assert_eq!(count, names.len(), "{search}");
    }
}

#[rstest]
#[tokio::test]
async fn a_new_name_is_found_and_the_old_one_no_more(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let ann = app.member("Ann").await;
    let now = app.clock().now();
    let life = Duration::from_secs(60 * 60);
    let renamed =
        tokens::issue(app.key(), "ann", Some("Zoë"), Roles::default(), life, now).unwrap();
    let viewer = app.send(Some(&renamed), "{ viewer { id } }", json!({}));
    assert_eq!(viewer.await.text("viewer.id"), ann.id);
    let zoe = Person {
        token: renamed,
        ..ann
    };

    let (new, _) = found(&zoe, json!({"search": "zoe"})).await;
    let (old, count) = found(&zoe, json!({"search": "ann"})).await;

    assert_eq!(new, ["Zoë"]);
    assert_eq!((old, count), (vec![], json!(0)));
}

#[rstest]
#[tokio::test]
async fn members_are_listed_by_their_roles_in_force(#[values(Sqlite, Postgres)] store: Store) {
    let Some(emile) = peopled(store).await else {
        return;
    };

    for (arguments, names) in [
        (json!({"role": "LEAD"}), &["Ann 100%", "Back\\slash"][..]),
        (json!({"role": "ASSESSOR"}), &["Back\\slash", "Consdorf"]),
        (json!({"role": "ORGANIZER"}), &["Dan_Dan"]),
        (json!({"role": "ADMIN"}), &[]),
        // Everyone is one.
        (json!({"role": "MEMBER"}), &NAMES),
        (json!({"role": "LEAD", "search": "SLASH"}), &["Back\\slash"]),
        (json!({"role": "ORGANIZER", "search": "slash"}), &[]),
    ] {
        let (listed, count) = found(&emile, arguments.clone()).await;
        assert_eq!(listed, names, "{arguments}");
        assert_eq!(count, names.len(), "{arguments}");
    }
}

#[rstest]
#[tokio::test]
async fn pages_either_way_make_up_the_whole_list(#[values(Sqlite, Postgres)] store: Store) {
    let Some(emile) = peopled(store).await else {
        return;
    };
    // Somebody else of the same name: the id decides.
    let app = &emile.app;
    let now = app.clock().now();
    let life = Duration::from_secs(60 * 60);
    let (key, roles) = (app.key(), Roles::default());
    let twin = tokens::issue(key, "twin", Some("Consdorf"), roles, life, now).unwrap();
    app.send(Some(&twin), "{ viewer { id } }", json!({}))
        .await
        .ok();
    let (whole, count) = found(&emile, json!({})).await;
    assert_eq!(whole[2..5], ["Clémentine", "Consdorf", "Consdorf"]);
    assert_eq!(count, 7);

    for (size, from, cursor, end, more) in [
        (
            "first",
            "after",
            "endCursor",
            "hasNextPage",
            "hasPreviousPage",
        ),
        (
            "last",
            "before",
            "startCursor",
            "hasPreviousPage",
            "hasNextPage",
        ),
    ] {
        let (mut pages, mut place) = (Vec::new(), Value::Null);
        for number in 0..3 {
            let arguments = json!({size: 3, from: place});
            let page = emile.post(MEMBERS, arguments).await.at("members").clone();
            assert_eq!(page["totalCount"], 7);
            assert_eq!(page["pageInfo"][end], number < 2);
            assert_eq!(page["pageInfo"][more], number > 0);
            place = page["pageInfo"][cursor].clone();
            let nodes = page["nodes"].as_array().unwrap().iter();
            let names = nodes.map(|node| node["name"].as_str().unwrap().to_owned());
            pages.push(names.collect::<Vec<_>>());
        }
        if size == "last" {
            pages.reverse();
        }
        assert_eq!(pages.concat(), whole);
    }
}

#[rstest]
#[tokio::test]
async fn what_no_name_can_be_is_not_looked_for(#[values(Sqlite, Postgres)] store: Store) {
    let Some(emile) = peopled(store).await else {
        return;
    };
    let id = "0198c0de-0000-7000-8000-000000000000";
    let forged = |keys: Value| encode("members", keys.as_array().unwrap());

    for (argument, value, reason) in [
        ("search", "é".repeat(201), "TEXT_TOO_LONG"),
        ("search", "a\u{0}".to_owned(), "CONTROL_CHARACTERS"),
        ("search", "a\nb".to_owned(), "CONTROL_CHARACTERS"),
        ("search", "\u{7f}".to_owned(), "CONTROL_CHARACTERS"),
        ("after", forged(json!(["a\u{0}", id])), "BAD_CURSOR"),
        ("before", forged(json!(["a\u{0}", id])), "BAD_CURSOR"),
        ("after", forged(json!(["a\nb", id])), "BAD_CURSOR"),
        (
            "after",
            forged(json!(["a", format!("{id}\u{0}")])),
            "BAD_CURSOR",
        ),
        ("after", forged(json!(["a"])), "BAD_CURSOR"),
        ("after", forged(json!([1, id])), "BAD_CURSOR"),
    ] {
        let answer = emile.post(MEMBERS, json!({argument: value})).await;
        let error = answer.refused_because("BAD_USER_INPUT", reason);
        let faults = &error["extensions"]["faults"];
        assert_eq!(faults[0]["path"], json!([argument]));
        assert_eq!(faults.as_array().unwrap().len(), 1);
        assert_eq!(answer.data(), &json!({"members": null}));
    }
    // This one could have been made here.
    let answer = found(&emile, json!({"after": forged(json!(["Consdorg", id]))})).await;
    assert_eq!(
        answer,
        (vec!["Dan_Dan".to_owned(), "Émile".to_owned()], json!(6))
    );
}
