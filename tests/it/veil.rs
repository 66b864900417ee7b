//! Blind means blind: two worlds that differ only in what a person may not see give that person
//! the same answers, byte for byte, to questions made over every field of the served schema.
//! Key order, order of lists, counts, errors, times, sentences and what cursors hold are
//! compared; only what ids and what cursors look like is put plainly (`veil/plain.rs`).
//!
//! There is no list of allowed signals: what may exist in one world only has the last number,
//! so that no gap tells of it, and both worlds stand on the same side of every quorum.

mod arguments;
mod plain;
mod questions;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use rstest::rstest;
use serde_json::{Value, json};

use self::plain::{Names, differences, ids_in};
use self::questions::{Maker, Question, Schema, Walk, question};
use self::worlds::{PEOPLE, SECRETS, Secret, WORLDS, World};
use super::support::people::Person;
use super::support::{Store, Store::*};

/// Fields that hold nothing in any of these worlds, each with the reason: `Type.field: why`.
const EMPTY: &str = "tests/it/veil/empty.txt";

/// At most so many pages one way.
const PAGES: usize = 5;

/// And so many differences of one person are told.
const MOST_TOLD: usize = 6;

/// What a person was told: each answer as it came, and with its ids put plainly.
struct Heard<'a> {
    person: &'a Person,
    names: Names,
    told: Vec<Told>,
}

struct Told {
    plain: String,
    value: Value,
    /// What each alias was asked with.
    asked: BTreeMap<String, String>,
}

impl Heard<'_> {
    /// Asks without letting time pass.
    async fn ask(&mut self, question: Question) -> &Value {
        let Question { text, asked } = question;
        let app = &self.person.app;
        let request = app
            .client()
            .post(format!("{}/graphql", app.url()))
            .bearer_auth(&self.person.token)
            .json(&json!({"query": text}));
        let body = request.send().await.unwrap().text().await.unwrap();
        let value: Value = serde_json::from_str(&body).unwrap();
        let is_told = !value["data"].is_null() && !body.contains("\"INTERNAL\"");
        assert!(is_told, "{} asks {text}: {body}", self.person.name);
        let plain = self.names.plain(&body);
        self.told.push(Told {
            plain,
            value,
            asked,
        });
        &self.told.last().unwrap().value
    }

    /// Walks through lists page by page, all of them at once, and asks for what is no list.
    async fn walk(&mut self, walks: &[Walk], backward: bool) {
        let mut open: Vec<(&Walk, Option<String>)> = walks
            .iter()
            .filter(|walk| walk.is_list || !backward)
            .map(|walk| (walk, None))
            .collect();
        let (more, end) = match backward {
            false => ("hasNextPage", "endCursor"),
            true => ("hasPreviousPage", "startCursor"),
        };
        for _ in 0..PAGES {
            if open.is_empty() {
                break;
            }
            let pages = open
                .iter()
                .map(|(walk, cursor)| walk.page(backward, cursor.as_deref()));
            let value = self.ask(question(pages)).await;
            let mut next = Vec::new();
            for (walk, _) in open {
                let page = &value["data"][&walk.name]["pageInfo"];
                if walk.is_list && page[more] == true {
                    next.push((walk, page[end].as_str().map(str::to_owned)));
                }
            }
            open = next;
        }
    }

    /// Whatever was named so far, by its id.
    fn ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for told in &self.told {
            ids_in(&told.value, &mut ids);
        }
        ids
    }
}

/// Everything that can be asked, asked by one person; and which arguments have no value.
async fn hear<'a>(
    schema: &Schema,
    world: &World,
    person: &'a Person,
) -> (Heard<'a>, BTreeSet<String>) {
    let mut names = Names::default();
    for (name, id) in &world.ids {
        names.call(id, &format!("<{name}>"));
    }
    let mut heard = Heard {
        person,
        names,
        told: Vec::new(),
    };
    let mut maker = Maker {
        schema,
        told: arguments::told(world),
        missing: BTreeSet::new(),
    };
    for whole in maker.whole() {
        heard.ask(whole).await;
    }
    let walks = maker.rows();
    for backward in [false, true] {
        heard.walk(&walks, backward).await;
    }
    // Of what type each thing is, and then each of them whole.
    let ids = heard.ids();
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for some in ids.chunks(100) {
        let quoted: Vec<String> = some.iter().map(|id| format!("\"{id}\"")).collect();
        let text = format!(
            "x0__nodes: nodes(ids: [{}]) {{ __typename id }}",
            quoted.join(", ")
        );
        let told = ("x0__nodes".to_owned(), text, "kinds".to_owned());
        let value = heard.ask(question([told])).await;
        for node in value["data"]["x0__nodes"].as_array().unwrap() {
            if let (Some(kind), Some(id)) = (node["__typename"].as_str(), node["id"].as_str()) {
                kinds
                    .entry(kind.to_owned())
                    .or_default()
                    .push(id.to_owned());
            }
        }
    }
    for (kind, ids) in &kinds {
        for some in ids.chunks(25) {
            heard.ask(maker.things(kind, some)).await;
        }
    }
    (heard, maker.missing)
}

/// What is served in a world where this differs, and what these people hear there.
async fn all_heard(
    store: Store,
    secrets: &[Secret],
    people: &[&str],
) -> Option<(Schema, BTreeMap<String, Vec<Told>>)> {
    let world = World::open(store, secrets).await?.lived().await;
    let schema = Schema::of(&world.app).await;
    let mut all = BTreeMap::new();
    for name in people {
        let (mut heard, missing) = hear(&schema, &world, world.who(name)).await;
        assert!(missing.is_empty(), "{missing:#?}");
        for id in &world.hidden {
            let told = format!("x0__node: node(id: \"{id}\") {{ id }}");
            let told = question([("x0__node".to_owned(), told, id.clone())]);
            let is_found = !heard.ask(told).await["data"]["x0__node"].is_null();
            assert!(!is_found, "{name} finds {id}, one of {:?}", world.hidden);
            heard.told.pop();
        }
        all.insert((*name).to_owned(), heard.told);
    }
    Some((schema, all))
}

/// Where what one person hears differs, in words; nothing when it is the same.
fn told_apart(common: &[Told], other: &[Told]) -> Vec<String> {
    let mut found = Vec::new();
    for (one, with) in common.iter().zip(other) {
        if one.plain == with.plain || found.len() >= MOST_TOLD {
            continue;
        }
        let value = |plain: &str| serde_json::from_str::<Value>(plain).unwrap();
        let mut places = Vec::new();
        differences("", &value(&one.plain), &value(&with.plain), &mut places);
        for place in places {
            let alias = place.split(['.', ':']).nth(2).unwrap_or_default();
            let asked = one.asked.get(alias).map_or("", String::as_str);
            found.push(format!("  {asked}\n    {place}"));
        }
        if found.is_empty() {
            found.push(format!("  not in the same order of keys: {}", one.plain));
        }
    }
    if found.is_empty() && common.len() != other.len() {
        found.push("  one more question could be asked".to_owned());
    }
    found
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_can_tell_what_is_hidden_from_them(#[values(Sqlite, Postgres)] store: Store) {
    let worlds = worlds();
    let everybody: BTreeSet<&str> = worlds.iter().flat_map(|(_, who)| who.clone()).collect();
    let everybody: Vec<&str> = everybody.into_iter().collect();
    let common = tokio::spawn(async move { all_heard(store, &[], &everybody).await });
    let others = tokio::spawn(async move {
        let mut others = Vec::new();
        for (secrets, people) in worlds {
            others.push((secrets.clone(), all_heard(store, &secrets, &people).await?));
        }
        Some(others)
    });
    let (Some((schema, common)), Some(others)) = (common.await.unwrap(), others.await.unwrap())
    else {
        return;
    };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    held(&schema, common.values().flatten(), &mut seen);
    for (secrets, (_, other)) in others {
        held(&schema, other.values().flatten(), &mut seen);
        for (name, told) in other {
            let places = told_apart(&common[&name], &told);
            if !places.is_empty() {
                let places = places.join("\n");
                found.push(format!("{name} can tell one of {secrets:?}:\n{places}"));
            }
        }
    }
    if std::env::var("VEIL").is_err() {
        found.extend(untold(&schema, &seen));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Worlds to compare with the common one, and who is asked there. No one is asked who may know.
fn worlds() -> Vec<(Vec<Secret>, Vec<&'static str>)> {
    if let Ok(alone) = std::env::var("VEIL") {
        let is_it = |(secret, _): &&(Secret, &[&str])| format!("{secret:?}") == alone;
        let (secret, may) = SECRETS.iter().find(is_it).unwrap();
        let people = PEOPLE.iter().map(|(name, _)| *name);
        let people = people.filter(|name| !may.contains(name)).collect();
        return vec![(vec![*secret], people)];
    }
    for (secret, may) in SECRETS {
        let told = WORLDS
            .iter()
            .filter(|(secrets, _)| secrets.contains(secret));
        let mut people = told.flat_map(|(_, people)| *people).peekable();
        assert!(people.peek().is_some(), "nobody is asked about {secret:?}");
        for name in people {
            assert!(!may.contains(name), "{name} may know {secret:?}");
        }
    }
    let whole =
        |(secrets, people): &(&[Secret], &[&'static str])| (secrets.to_vec(), people.to_vec());
    WORLDS.iter().map(whole).collect()
}

/// Which fields hold something in what was told.
fn held<'a>(
    schema: &Schema,
    told: impl IntoIterator<Item = &'a Told>,
    seen: &mut BTreeSet<String>,
) {
    for one in told {
        schema.note("Query", &one.value["data"], seen);
    }
}

/// What nobody was told anything of, in words: nothing would be compared with nothing.
fn untold(schema: &Schema, seen: &BTreeSet<String>) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let excepted = std::fs::read_to_string(format!("{path}{EMPTY}")).unwrap();
    let excepted: BTreeSet<String> = excepted
        .lines()
        .filter_map(|line| Some(line.split_once(": ")?.0.to_owned()))
        .collect();
    let empty: BTreeSet<String> = schema.readable().difference(seen).cloned().collect();
    let unsaid = empty.difference(&excepted).map(|field| {
        format!(
            "{field} holds nothing in any world: let something happen in `veil/worlds.rs` that \
             fills it, or say why not in `{EMPTY}`."
        )
    });
    let needless = excepted
        .difference(&empty)
        .map(|field| format!("{field} holds something: take it out of `{EMPTY}`."));
    unsaid.chain(needless).collect()
}
