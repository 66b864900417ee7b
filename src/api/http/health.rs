//! Whether the process lives, whether it can serve, and what is said where nothing is.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Door;
use super::answer::{self, Media, Refused};
use crate::platform::error::Result;

type Asked = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A question that is asked at each `/readyz`: does the database answer, and is its schema
/// at least what this binary needs?
pub struct Ready(Box<dyn Fn() -> Asked + Send + Sync>);

impl Ready {
    /// Asks by this function; its error is logged, not told.
    pub fn new<F, A>(ask: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<()>> + Send + 'static,
    {
        Self(Box::new(move || Box::pin(ask())))
    }
}

/// The process answers.
pub(super) async fn alive() -> Response {
    text(StatusCode::OK, "ok\n")
}

/// 200 when requests can be served, 503 when not; why not stands in the log.
pub(super) async fn ready(State(door): State<Arc<Door>>) -> Response {
    let asked = tokio::time::timeout(door.limits.time, (door.ready.0)()).await;
    let cause = match asked {
        Ok(Ok(())) => return text(StatusCode::OK, "ok\n"),
        Ok(Err(cause)) => format!("{cause:?}"),
        Err(_late) => "no answer in time".to_owned(),
    };
    tracing::warn!(error.causes = cause, "not ready");
    text(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
}

/// Any other path.
pub(super) async fn nothing_here() -> Response {
    answer::refused(Media::Json, Refused::nothing_here())
}

/// Any other method than reading, where there is only something to read.
pub(crate) async fn not_so() -> Response {
    answer::refused(Media::Json, Refused::method("GET, HEAD"))
}

fn text(status: StatusCode, text: &'static str) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, kind, text).into_response()
}
