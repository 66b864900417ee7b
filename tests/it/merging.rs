//! Ideas that say the same are joined and set free again: who said what stays where it was
//! said, counts are of people, nobody judges an idea in which an own one goes on, and what is
//! hidden stays so.

use serde_json::{Value, json};

use super::support::acts::Idea;
use super::support::panel::Panel;
use super::support::people::{Answer, Person};
use super::support::{App, Store, Store::*};

mod conflicts;
mod hidden;
mod joining;
mod model;
mod racing;
mod ranking;
mod refusing;

impl Person {
    /// Merges an idea into another; the bare answer.
    async fn merge(&self, idea: &Idea, into: &Idea) -> Answer {
        let input = json!({"ideaId": idea.id, "intoId": into.id, "reason": "The same."});
        let fields = "idea { number state } into { number state } decision { kind }";
        self.act("mergeIdeas", input, fields).await
    }

    /// Sets an idea free again; the bare answer.
    async fn unmerge(&self, idea: &Idea) -> Answer {
        let input = json!({"ideaId": idea.id, "reason": "Not the same."});
        let fields = "idea { number state } into { number state } decision { kind }";
        self.act("unmergeIdeas", input, fields).await
    }

    /// One mutation of an idea; the bare answer.
    async fn says_of(&self, mutation: &str, idea: &Idea, fields: &str) -> Answer {
        let mut input = json!({"ideaId": idea.id});
        if mutation == "addComment" {
            input["body"] = json!("Yes!");
        }
        self.act(mutation, input, fields).await
    }

    /// One field of an idea.
    async fn looks(&self, idea: &Idea, field: &str) -> Value {
        let name = field.split([' ', '(']).next().unwrap();
        self.sees(idea, field).await[name].clone()
    }
}

/// The steps that a refusal names instead.
#[track_caller]
fn legal_steps(answer: &Answer) -> Value {
    let error = answer.refused_because("ILLEGAL_STEP", "WRONG_STATE");
    error["extensions"]["legalSteps"].clone()
}
