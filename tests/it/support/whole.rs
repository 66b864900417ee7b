//! A whole node as a selection: every field that needs no argument, down to what other nodes
//! are called. It is read off the schema, so that fields that come later are in it by
//! themselves.

use std::fmt::Write;

use serde_json::{Value, json};

use super::App;
use super::people::Person;

const TYPES: &str = "{ __schema { types { name fields {
    name args { type { kind } defaultValue }
    type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

/// Where other nodes begin: what is told of them.
const NAMES: [(&str, &str); 10] = [
    ("Idea", "id"),
    ("Member", "id"),
    ("Appeal", "id state dueAt reason openedAt answer answeredAt"),
    ("Rubric", "key"),
    ("RubricVersion", "number"),
    ("Criterion", "key"),
    ("SimilarIdea", "idea { id }"),
    ("Hackathon", "slug"),
    (
        "Candidate",
        "id state nominatedAt fit nominationReason droppedReason hackathon { slug }",
    ),
    ("Team", "id name isOpen lookingFor members { id }"),
];

/// The object types of the schema.
pub(crate) struct Types(Vec<Value>);

impl Types {
    /// Those that this person's server tells of.
    pub(crate) async fn of(app: &App) -> Self {
        let told = app.post(TYPES, json!({})).await;
        Self(told.at("__schema.types").as_array().unwrap().clone())
    }

    fn fields(&self, name: &str) -> Option<&Vec<Value>> {
        let found = self.0.iter().find(|one| one["name"] == name);
        found.unwrap()["fields"].as_array()
    }

    /// All fields of a type, as a selection.
    pub(crate) fn whole(&self, name: &str) -> String {
        let mut selection = String::new();
        for field in self.fields(name).unwrap() {
            let arguments = field["args"].as_array().unwrap();
            let is_asked = arguments
                .iter()
                .any(|it| it["type"]["kind"] == "NON_NULL" && it["defaultValue"].is_null());
            if is_asked || field["name"] == "edges" || field["name"] == "pageInfo" {
                continue;
            }
            let field_name = field["name"].as_str().unwrap();
            let inner = base(&field["type"]);
            let named = NAMES.iter().find(|(name, _)| *name == inner);
            match (self.fields(inner), named) {
                (None, _) => write!(selection, "{field_name} "),
                (_, Some((_, told))) => write!(selection, "{field_name} {{ {told} }} "),
                (Some(_), None) => {
                    write!(selection, "{field_name} {{ {} }} ", self.whole(inner))
                }
            }
            .unwrap();
        }
        if selection.is_empty() {
            "__typename".clone_into(&mut selection);
        }
        selection
    }
}

/// The type below lists and marks.
fn base(kind: &Value) -> &str {
    match kind["ofType"] {
        Value::Null => kind["name"].as_str().unwrap(),
        _ => base(&kind["ofType"]),
    }
}

impl Person {
    /// A whole idea as this person sees it; null when they do not.
    pub(crate) async fn sees_whole(&self, types: &Types, id: &str) -> Value {
        let whole = types.whole("Idea");
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Idea {{ {whole} }} }} }}");
        let answer = self.post(&query, json!({"id": id})).await;
        answer.at("node").clone()
    }
}
