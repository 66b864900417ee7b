//! Every kind of refusal, as it comes out of a resolver and goes onto the wire.

use std::sync::Arc;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Response, Schema};
use serde_json::{Value, json};

use super::tell_all;
use crate::platform::error::{Error, Faults};

struct Query;

#[Object]
impl Query {
    async fn refuse(&self, kind: String) -> Option<async_graphql::Result<i32>> {
        Some(Err(error(&kind).into()))
    }

    /// As a loader hands one failure to many.
    async fn shared(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err(Arc::new(error("missing")).into()))
    }
}

fn error(kind: &str) -> Error {
    match kind {
        "invalid" => {
            let mut faults = Faults::default();
            faults.add(
                &["ratings", "2", "level"],
                "LEVEL_OUT_OF_RANGE",
                "Too high.",
            );
            faults.add_argument("first", "PAGE_TOO_LARGE", "At most 100.");
            faults.check().unwrap_err()
        }
        "nobody" => Error::Unauthenticated,
        "forbidden" => Error::Forbidden {
            reason: "OWN_IDEA",
            message: "It is yours.".to_owned(),
        },
        "missing" => Error::NotFound { noun: "idea" },
        "stale" => Error::Conflict {
            reason: "STALE_REVISION",
            message: "It was edited.".to_owned(),
            current_revision: Some(3),
        },
        "twice" => Error::Conflict {
            reason: "KEY_REUSED",
            message: "Another input.".to_owned(),
            current_revision: None,
        },
        "step" => Error::IllegalStep {
            reason: "WRONG_STATE",
            message: "Not from here.".to_owned(),
            legal_steps: vec!["withdrawIdea".to_owned(), "screenIdea(ACCEPT)".to_owned()],
        },
        "busy" => Error::TooMany {
            retry_after_seconds: 7,
        },
        _ => Error::internal("secret"),
    }
}

async fn answer(document: &str) -> Response {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let mut response = schema.execute(Request::new(document)).await;
    tell_all(&mut response, 20);
    response
}

/// The message and the extensions of the only error of an answer.
async fn told(document: &str) -> (String, Value) {
    let response = answer(document).await;
    let [error] = response.errors.try_into().unwrap();
    let extensions = serde_json::to_value(&error.extensions).unwrap();
    (error.message, extensions)
}

#[track_caller]
fn is(told: (String, Value), message: &str, extensions: Value) {
    assert_eq!(told, (message.to_owned(), extensions));
}

#[tokio::test]
async fn an_invalid_input_tells_all_its_faults_and_the_first_reason() {
    is(
        told("{ refuse(kind: \"invalid\") }").await,
        "Too high. At most 100.",
        json!({
            "code": "BAD_USER_INPUT",
            "reason": "LEVEL_OUT_OF_RANGE",
            "faults": [
                {
                    "path": ["input", "ratings", 2, "level"],
                    "reason": "LEVEL_OUT_OF_RANGE",
                    "message": "Too high.",
                },
                {"path": ["first"], "reason": "PAGE_TOO_LARGE", "message": "At most 100."},
            ],
        }),
    );
}

#[tokio::test]
async fn each_refusal_says_what_the_caller_can_do() {
    is(
        told("{ refuse(kind: \"nobody\") }").await,
        "Sign in first: send a bearer token.",
        json!({"code": "UNAUTHENTICATED", "reason": "SIGN_IN_NEEDED"}),
    );
    is(
        told("{ refuse(kind: \"forbidden\") }").await,
        "It is yours.",
        json!({"code": "FORBIDDEN", "reason": "OWN_IDEA"}),
    );
    is(
        told("{ refuse(kind: \"missing\") }").await,
        "There is no such idea.",
        json!({"code": "NOT_FOUND", "reason": "NOT_FOUND"}),
    );
    is(
        told("{ refuse(kind: \"stale\") }").await,
        "It was edited.",
        json!({"code": "CONFLICT", "reason": "STALE_REVISION", "currentRevision": 3}),
    );
    is(
        told("{ refuse(kind: \"twice\") }").await,
        "Another input.",
        json!({"code": "CONFLICT", "reason": "KEY_REUSED"}),
    );
    is(
        told("{ refuse(kind: \"step\") }").await,
        "Not from here.",
        json!({
            "code": "ILLEGAL_STEP",
            "reason": "WRONG_STATE",
            "legalSteps": ["withdrawIdea", "screenIdea(ACCEPT)"],
        }),
    );
    is(
        told("{ refuse(kind: \"busy\") }").await,
        "Too many requests: try again in 7 s.",
        json!({
            "code": "TOO_MANY_REQUESTS",
            "reason": "TOO_MANY_REQUESTS",
            "retryAfterSeconds": 7,
        }),
    );
}

#[tokio::test]
async fn an_inner_fault_tells_an_id_and_nothing_of_the_inside() {
    let (message, mut extensions) = told("{ refuse(kind: \"broken\") }").await;

    let id = extensions["errorId"].take();
    uuid::Uuid::parse_str(id.as_str().unwrap()).unwrap();
    is(
        (message, extensions),
        "Something went wrong on our side.",
        json!({"code": "INTERNAL", "reason": "INTERNAL", "errorId": null}),
    );
}

#[tokio::test]
async fn a_failure_shared_by_many_fields_keeps_its_kind() {
    is(
        told("{ shared }").await,
        "There is no such idea.",
        json!({"code": "NOT_FOUND", "reason": "NOT_FOUND"}),
    );
}

#[tokio::test]
async fn after_twenty_errors_one_says_how_many_more() {
    let fields: Vec<String> = (0..25)
        .map(|n| format!("a{n}: refuse(kind: \"missing\")"))
        .collect();
    let response = answer(&format!("{{ {} }}", fields.join(" "))).await;

    let messages: Vec<&str> = response.errors.iter().map(|e| e.message.as_str()).collect();
    let mut expected = vec!["There is no such idea."; 20];
    expected.push("And 5 more errors of this request.");
    assert_eq!(messages, expected);
    assert_eq!(
        serde_json::to_value(&response.errors[20].extensions).unwrap(),
        json!({"code": "NOT_FOUND", "reason": "MORE_ERRORS"}),
    );
}
