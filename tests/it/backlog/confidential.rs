//! A confidential idea shows the rank it would take, and takes none: nothing that others
//! see changes because it is there.

use rstest::rstest;
use serde_json::{Value, json};

use super::ranks;
use crate::support::panel::{Levels, Panel};
use crate::support::people::Person;
use crate::support::{Store, Store::*};

const LIST: &str = "{ backlog(first: 10) { totalCount nodes { rank rankLow rankHigh isTied
    idea { id title } scorecard { total low high spread disagreement } movement { change } } } }";

async fn list(person: &Person) -> Value {
    person.post(LIST, json!({})).await.at("backlog").clone()
}

async fn explained(person: &Person, id: &str) -> Value {
    let query = "query($id: ID!) { explainRank(ideaId: $id, cut: 1) { rank rankOf rankLow rankHigh
        tiedCount tiedWith { title } clearlyBetter clearlyWorse sentence
        above { idea { title } gap } below { idea { title } gap }
        changes { kind criterion { key } to rankAfter } } }";
    let answer = person.post(query, json!({"id": id})).await;
    answer.at("explainRank").clone()
}

#[rstest]
#[tokio::test]
async fn a_confidential_idea_shows_the_rank_it_would_take_and_takes_none(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let scored = |level: u8| -> [Levels; 3] { [[level; 6]; 3] };
    panel.rated("Best", &scored(5)).await;
    let middle = panel.rated("Middle", &scored(3)).await;
    panel.rated("Last", &scored(2)).await;
    let stranger = panel.app.member("Max").await;
    let open = list(&stranger).await;
    let why = explained(&stranger, &middle.id).await;

    // As good as the middle one, by three assessors who could not differ more.
    let secret = panel.idea("Secret").await;
    let torn = [[5, 5, 5, 5, 5, 1], [3; 6], [1, 1, 1, 1, 1, 5]];
    panel.rate(&secret, &torn).await;
    assert_ne!(list(&stranger).await, open);
    let hide = json!({"ideaId": secret.id, "visibility": "CONFIDENTIAL"});
    panel
        .author
        .act("updateIdea", hide, "idea { id }")
        .await
        .ok();

    assert_eq!(list(&stranger).await, open);
    assert_eq!(explained(&stranger, &middle.id).await, why);
    assert_eq!(explained(&stranger, &secret.id).await, Value::Null);
    // Those who may see it see it in its place; the others stand where they stood.
    for person in [&panel.lead, &panel.author] {
        let seen = list(person).await;
        assert_eq!(seen["totalCount"], 4);
        let nodes = seen["nodes"].as_array().unwrap();
        assert_eq!(
            ranks(nodes),
            [("Best", 1), ("Middle", 2), ("Secret", 2), ("Last", 3)]
        );
        let others: Vec<Value> = nodes
            .iter()
            .filter(|node| node["idea"]["title"] != "Secret")
            .cloned()
            .collect();
        assert_eq!(json!(others), open["nodes"]);
        assert_eq!(nodes[2]["isTied"], true);
        assert_eq!(explained(person, &middle.id).await, why);
        let own = explained(person, &secret.id).await;
        for (field, value) in [
            ("rank", json!(2)),
            ("rankOf", json!(3)),
            ("tiedCount", json!(1)),
            ("tiedWith", json!([{"title": "Middle"}])),
            ("above", json!({"idea": {"title": "Best"}, "gap": 40.0})),
            ("below", json!({"idea": {"title": "Last"}, "gap": -20.0})),
        ] {
            assert_eq!(own[field], value, "{field}");
        }
        let sentence = own["sentence"].as_str().unwrap();
        assert!(
            sentence.starts_with("Would be ranked 2nd among the 3 that everybody sees"),
            "{sentence}"
        );
    }

    // Shown again it takes its place.
    let show = json!({"ideaId": secret.id, "visibility": "ORGANIZATION"});
    panel
        .author
        .act("updateIdea", show, "idea { id }")
        .await
        .ok();
    let shown = list(&stranger).await;
    assert_eq!(
        ranks(shown["nodes"].as_array().unwrap()),
        [("Best", 1), ("Middle", 2), ("Secret", 2), ("Last", 4)]
    );
}

#[rstest]
#[tokio::test]
async fn everybody_counts_what_they_see(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let other = panel.app.member("Bob").await;
    panel.rated("Open", &[[3; 6]; 3]).await;
    let more = json!({"coAuthorIds": [other.id]});
    let secret = panel.rated_with("Secret", more, &[[4; 6]; 3]).await;
    let hide = json!({"ideaId": secret.id, "visibility": "CONFIDENTIAL"});
    let hidden = panel.author.act("updateIdea", hide, "idea { id }");
    hidden.await.ok();
    let stranger = panel.app.member("Max").await;
    let organizer = panel.app.person("Org", &["ORGANIZER"]).await;
    let admin = panel.app.person("Adm", &["ADMIN"]).await;

    // Counted by the histogram, and one by one.
    let query = "{ all: backlog { totalCount } some: backlog(filter: {minimumScore: 10}) {
        totalCount } better: backlog(filter: {minimumScore: 60}) { totalCount } }";
    for (person, counts) in [
        (&stranger, [1, 1, 0]),
        (&organizer, [1, 1, 0]),
        (&panel.assessors[0], [1, 1, 0]),
        (&panel.author, [2, 2, 1]),
        (&other, [2, 2, 1]),
        (&panel.lead, [2, 2, 1]),
        (&admin, [2, 2, 1]),
    ] {
        let answer = person.post(query, json!({})).await;
        let told = ["all", "some", "better"].map(|it| answer.at(it)["totalCount"].clone());
        assert_eq!(json!(told), json!(counts), "{}", person.name);
    }
}
