//! How a refusal reads on the wire: every error of an answer gets a `code`, a stable
//! `reason` and, where they help, faults, legal steps, a revision or a waiting time.
//! Inner faults are logged here, once, with all their causes; the caller gets an
//! `errorId` to quote. Nothing here decides whether something is refused.

use std::error::Error as StdError;
use std::sync::Arc;

use async_graphql::{PathSegment, Pos, Response, ServerError, Value};
use uuid::Uuid;

use crate::platform::error::{Error, Fault, Step};

/// The last error of an answer that had more than could be told.
const MORE: &str = "MORE_ERRORS";

/// The classes of `extensions.code`: what kind of answer a program should give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    BadUserInput,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    IllegalStep,
    TooManyRequests,
    Internal,
}

impl Code {
    /// The code as it stands in `extensions.code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::IllegalStep => "ILLEGAL_STEP",
            Self::TooManyRequests => "TOO_MANY_REQUESTS",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error that is complete as it stands: it carries its code and its reason.
pub fn refusal(code: Code, reason: &str, message: impl Into<String>) -> ServerError {
    told(ServerError::new(message, None), code, reason)
}

/// The same, with the place in the document it speaks of.
pub fn refusal_at(code: Code, reason: &str, message: impl Into<String>, at: Pos) -> ServerError {
    told(ServerError::new(message, Some(at)), code, reason)
}

/// A refusal outside any field: what a `platform::Error` says when the whole request meets it.
pub fn whole(error: Error) -> ServerError {
    let place = ServerError::new(error.to_string(), None);
    tell_ours(place, &error)
}

/// An inner fault without a value to tell it by: a panic, a request out of time.
/// Logged here under the id that the caller gets.
pub fn broken(reason: &str, message: &str, cause: &str) -> ServerError {
    let id = Uuid::now_v7();
    tracing::error!(error.id = %id, error.reason = reason, error.causes = cause, "request failed");
    with(
        refusal(Code::Internal, reason, message),
        "errorId",
        id.to_string(),
    )
}

/// Completes every error of an answer, and keeps at most `most` of them; one more then
/// says how many were left out. Inner faults among those are logged all the same.
pub fn tell_all(response: &mut Response, most: usize) {
    let errors: Vec<ServerError> = std::mem::take(&mut response.errors)
        .into_iter()
        .map(tell)
        .collect();
    let total = errors.len();
    response.errors = errors;
    if total > most {
        let rest = total - most;
        let code = reason_of(&response.errors[most], "code").map(str::to_owned);
        response.errors.truncate(most);
        let last = ServerError::new(format!("And {rest} more errors of this request."), None);
        let last = with(last, "code", code.unwrap_or_default());
        response.errors.push(with(last, "reason", MORE));
    }
}

/// The stable reason of an error that was told, if it has one.
pub fn reason(error: &ServerError) -> Option<&str> {
    reason_of(error, "reason")
}

/// Whether an error that was told is of this class.
pub fn is(error: &ServerError, code: Code) -> bool {
    reason_of(error, "code") == Some(code.as_str())
}

fn reason_of<'a>(error: &'a ServerError, key: &str) -> Option<&'a str> {
    match error.extensions.as_ref()?.get(key)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn tell(error: ServerError) -> ServerError {
    // A loader hands one failure to many waiting fields, so its errors are shared.
    let source = error.source.clone();
    let shared = source.as_deref().and_then(|any| {
        any.downcast_ref::<Error>()
            .or_else(|| any.downcast_ref::<Arc<Error>>().map(AsRef::as_ref))
    });
    match shared {
        Some(cause) => tell_ours(error, cause),
        None => tell_theirs(error),
    }
}

/// An error of a resolver: it knows what the caller can do.
fn tell_ours(error: ServerError, cause: &Error) -> ServerError {
    match cause {
        Error::Invalid(faults) => {
            let reason = faults.as_slice().first().map_or("INVALID", |f| f.reason);
            let list: Vec<Value> = faults.as_slice().iter().map(fault).collect();
            with(
                told(error, Code::BadUserInput, reason),
                "faults",
                Value::List(list),
            )
        }
        Error::Unauthenticated => told(error, Code::Unauthenticated, "SIGN_IN_NEEDED"),
        Error::Forbidden { reason, .. } => told(error, Code::Forbidden, reason),
        Error::NotFound { .. } => told(error, Code::NotFound, "NOT_FOUND"),
        Error::Conflict {
            reason,
            current_revision,
            ..
        } => {
            let error = told(error, Code::Conflict, reason);
            match current_revision {
                Some(revision) => with(error, "currentRevision", *revision),
                None => error,
            }
        }
        Error::IllegalStep {
            reason,
            legal_steps,
            ..
        } => {
            let steps = legal_steps.iter().map(|step| Value::from(step.as_str()));
            with(
                told(error, Code::IllegalStep, reason),
                "legalSteps",
                Value::List(steps.collect()),
            )
        }
        Error::TooMany {
            retry_after_seconds,
        } => with(
            told(error, Code::TooManyRequests, "TOO_MANY_REQUESTS"),
            "retryAfterSeconds",
            *retry_after_seconds,
        ),
        Error::Internal(inner) => {
            let id = Uuid::now_v7();
            tracing::error!(
                error.id = %id,
                graphql.path = path(&error.path),
                error.causes = causes(inner.as_ref()),
                "request failed"
            );
            with(
                told(error, Code::Internal, "INTERNAL"),
                "errorId",
                id.to_string(),
            )
        }
    }
}

/// An error of the GraphQL layer itself: document, validation or coercion.
///
/// Most are told apart by where they come from: our own checks bring their reason along, and
/// only execution knows a path. For three kinds the layer keeps nothing but its
/// message; its version is pinned, and `tests/it/http.rs` notices when one changes.
fn tell_theirs(error: ServerError) -> ServerError {
    let known = |key| reason_of(&error, key).is_some();
    if known("code") && known("reason") {
        return error;
    }
    let reason = match reason_of(&error, "reason") {
        Some(reason) => reason.to_owned(),
        None if error.message == "Query is too complex." => "TOO_COSTLY".to_owned(),
        None if error.message == "Query is nested too deep." => "TOO_DEEP".to_owned(),
        None if error.message.starts_with("Invalid value for argument")
            || !error.path.is_empty() =>
        {
            "INVALID_VALUE".to_owned()
        }
        None => "INVALID_QUERY".to_owned(),
    };
    told(error, Code::BadUserInput, &reason)
}

fn told(error: ServerError, code: Code, reason: &str) -> ServerError {
    with(with(error, "code", code.as_str()), "reason", reason)
}

fn with(mut error: ServerError, key: &str, value: impl Into<Value>) -> ServerError {
    error
        .extensions
        .get_or_insert_default()
        .set(key, value.into());
    error
}

fn fault(fault: &Fault) -> Value {
    let path = fault.path.iter().map(|step| match step {
        Step::Field(name) => Value::from(name.as_str()),
        Step::Index(index) => Value::from(*index),
    });
    let entries = [
        ("path", Value::List(path.collect())),
        ("reason", Value::from(fault.reason)),
        ("message", Value::from(fault.message.as_str())),
    ];
    Value::Object(
        entries
            .into_iter()
            .map(|(key, value)| (async_graphql::Name::new(key), value))
            .collect(),
    )
}

/// Where in the answer it happened, as `backlog.nodes.3.title`: names of fields only.
fn path(segments: &[PathSegment]) -> String {
    let parts: Vec<String> = segments
        .iter()
        .map(|segment| match segment {
            PathSegment::Field(name) => name.clone(),
            PathSegment::Index(index) => index.to_string(),
        })
        .collect();
    parts.join(".")
}

/// A cause and all causes below it, outermost first.
fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        told = format!("{told}: {cause}");
        next = cause.source();
    }
    told
}

#[cfg(test)]
mod tests;
