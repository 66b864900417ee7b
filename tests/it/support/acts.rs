//! What people do, in the words of the API: each act is one mutation, sent like anybody
//! sends it. `act` gives the bare answer; the others expect that it went well.

use serde_json::{Value, json};

use super::people::{Answer, Person};

/// An idea as tests speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Idea {
    pub(crate) id: String,
    pub(crate) number: i64,
}

impl Idea {
    /// The idea at a path of an answer that asked for its id and number.
    #[track_caller]
    pub(crate) fn at(answer: &Answer, path: &str) -> Self {
        Self {
            id: answer.text(&format!("{path}.id")),
            number: answer.at(&format!("{path}.number")).as_i64().unwrap(),
        }
    }
}

impl Person {
    /// One mutation with this input; `fields` are those of its payload.
    pub(crate) async fn act(&self, mutation: &str, input: Value, fields: &str) -> Answer {
        let mut letters = mutation.chars();
        let first = letters.next().unwrap().to_ascii_uppercase();
        let kind = format!("{first}{}Input", letters.as_str());
        let query =
            format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} }} }}");
        self.post(&query, json!({"input": input})).await
    }

    /// Submits an idea of this title that everybody sees.
    pub(crate) async fn submit(&self, title: &str) -> Idea {
        self.submit_with(title, json!({})).await
    }

    /// The same with more fields, or others.
    pub(crate) async fn submit_with(&self, title: &str, more: Value) -> Idea {
        let mut input = json!({"title": title, "problem": "It costs us an hour every week."});
        let fields = input.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let answer = self.act("submitIdea", input, "idea { id number }").await;
        Idea::at(&answer, "submitIdea.idea")
    }

    /// Accepts it for assessment, under the default rubric.
    pub(crate) async fn accept(&self, idea: &Idea) {
        self.accept_under(idea, None).await;
    }

    /// Accepts it for assessment under the rubric of this key.
    pub(crate) async fn accept_under(&self, idea: &Idea, rubric: Option<&str>) {
        let input = json!({
            "ideaId": idea.id, "outcome": "ACCEPT", "reason": "Clear problem", "rubric": rubric,
        });
        let answer = self.act("screenIdea", input, "idea { state }").await;
        assert_eq!(answer.text("screenIdea.idea.state"), "IN_ASSESSMENT");
    }

    /// The fields of an idea as this person sees them; null when they do not see it.
    pub(crate) async fn sees(&self, idea: &Idea, fields: &str) -> Value {
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Idea {{ {fields} }} }} }}");
        let answer = self.post(&query, json!({"id": idea.id})).await;
        answer.at("node").clone()
    }
}
