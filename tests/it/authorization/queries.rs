//! Reading needs somebody who is signed in.

use async_graphql::parser::types::BaseType;
use rstest::rstest;
use serde_json::{Value, json};

use super::served;
use crate::rubrics::rubric;
use crate::support::panel::Panel;
use crate::support::{Store, Store::*};

/// Arguments of root queries that cannot do without.
const ARGUMENTS: [(&str, &str); 10] = [
    ("node", "id: $id"),
    ("nodes", "ids: [$id]"),
    ("idea", "number: 1"),
    ("similarIdeas", "title: \"Badges\""),
    ("rubric", "key: \"innovation\""),
    ("explainRank", "ideaId: $id"),
    ("whatIf", "weights: []"),
    ("ranking", "number: 1"),
    ("previewRubric", "rubricVersionId: $id"),
    ("hackathon", "slug: \"jam\""),
];

/// What leads and admins alone may ask.
const LEADS_ONLY: [&str; 5] = [
    "appeals",
    "assignments",
    "counts",
    "nextAssessments",
    "previewRubric",
];

/// Whether there is nothing in an answer but its form.
fn is_nothing(data: &Value) -> bool {
    match data {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(fields) => fields.values().all(is_nothing),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[rstest]
#[tokio::test]
async fn nobody_reads_anything_but_that_they_are_nobody(#[values(Sqlite, Postgres)] store: Store) {
    let Some(panel) = Panel::seated(store, 3).await else {
        return;
    };
    let idea = panel.rated("Badges", &[[3; 6]; 3]).await;

    let freeze = json!({"reason": "For the board."});
    let frozen = panel.lead.act("publishRanking", freeze, "ranking { id }");
    frozen.await.ok();
    let organizer = panel.app.person("Ola", &["ORGANIZER"]).await;
    let jam = crate::hackathons::plan("jam");
    let made = organizer.act("createHackathon", jam, "hackathon { id }");
    made.await.ok();
    let draft = panel.lead.drafts(rubric("drafted", json!({}))).await;

    let fields = served("Query");
    assert!(fields.len() >= 11);
    for field in fields {
        let name = field.name.node.as_str();
        let given = ARGUMENTS.iter().find(|(query, _)| *query == name);
        let needed = field.arguments.iter().any(|argument| {
            !argument.node.ty.node.nullable && argument.node.default_value.is_none()
        });
        assert_eq!(
            needed,
            given.is_some(),
            "{name}: which arguments must it have?"
        );
        let arguments = given.map_or(String::new(), |(_, arguments)| format!("({arguments})"));
        assert!(matches!(
            field.ty.node.base,
            BaseType::Named(_) | BaseType::List(_)
        ));
        let variable = if arguments.contains("$id") {
            "query($id: ID!) "
        } else {
            ""
        };
        let query = format!("{variable}{{ {name}{arguments} {{ __typename }} }}");

        let id = match name {
            "previewRubric" => &draft,
            _ => &idea.id,
        };
        let nobody = panel.app.post(&query, json!({"id": id})).await;
        let reader = match LEADS_ONLY.contains(&name) {
            true => &panel.lead,
            false => &panel.author,
        };
        let somebody = reader.post(&query, json!({"id": id})).await;

        assert!(
            !somebody.ok()[name].is_null(),
            "{name}: who may see it does"
        );
        if LEADS_ONLY.contains(&name) {
            let member = panel.author.post(&query, json!({"id": id})).await;
            member.refused_because("FORBIDDEN", "ROLE_NEEDED");
            assert!(is_nothing(member.data()), "{name}: {member:?}");
        }
        if name == "viewer" {
            assert_eq!(nobody.ok(), &json!({"viewer": null}));
        } else {
            nobody.refused_because("UNAUTHENTICATED", "SIGN_IN_NEEDED");
            assert!(is_nothing(nobody.data()), "{name}: {nobody:?}");
        }
    }
}
