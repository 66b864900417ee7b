//! The HTTP door: GraphQL over HTTP by its specification, the explorer, and health. It
//! turns requests into `async_graphql::Request`s and answers back into bytes; who is asking
//! is found out by the gate, and what may be asked is decided behind it.

mod answer;
mod health;
mod negotiate;
mod outcome;
mod parse;
mod serve;
mod trail;

use std::sync::Arc;

use async_graphql::{Request as GraphqlRequest, Response as GraphqlResponse};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use axum::routing::{any, get};
use axum::{Router, middleware};
use tokio::time::{Instant, timeout_at};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::error::{Code, refusal};
use super::explorer;
use super::limits::{Allowed, Limits};
use super::schema::Schema;
use crate::identity::gate::Gate;
use crate::platform::error::Result;
use answer::{Media, Refused};

pub use health::Ready;
pub(super) use health::not_so;
pub use serve::serve;

/// All that the door needs to answer.
pub struct Door {
    /// Built with `Limits::guard`.
    pub schema: Schema,
    /// Tells who is asking.
    pub gate: Gate,
    /// What one request may ask for.
    pub limits: Limits,
    /// Origins of pages that may call from a browser; none by default.
    pub origins: Vec<HeaderValue>,
    /// Whether the database answers and fits.
    pub ready: Ready,
}

/// Every path that is served, with the headers, the log line and the request's id around them.
pub fn router(door: Door) -> Router {
    let cors = cors(&door.origins);
    let body_bytes = door.limits.body_bytes;
    let routes = Router::new()
        .route("/graphql", any(graphql))
        .layer(DefaultBodyLimit::max(body_bytes))
        .route("/healthz", get(health::alive).fallback(health::not_so))
        .route("/readyz", get(health::ready).fallback(health::not_so))
        .merge(explorer::router())
        .fallback(health::nothing_here)
        .with_state(Arc::new(door));
    let routes = match cors {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    routes.layer(middleware::from_fn(trail::around))
}

/// The one place where a request meets its session: who is asking, then the answer.
async fn execute(
    door: &Door,
    token: Option<&str>,
    request: GraphqlRequest,
) -> Result<GraphqlResponse> {
    let session = door.gate.sign_in(token).await?;
    Ok(door.schema.execute(request, session).await)
}

/// `/graphql`, whatever the method.
async fn graphql(State(door): State<Arc<Door>>, request: Request) -> Response {
    let Some(media) = negotiate::accepted(request.headers()) else {
        return answer::refused(Media::Json, Refused::not_acceptable());
    };
    match answer_to(door, request).await {
        Ok(response) => answer::told(media, &response),
        Err(refused) => answer::refused(media, refused),
    }
}

async fn answer_to(door: Arc<Door>, request: Request) -> Result<GraphqlResponse, Refused> {
    let deadline = Instant::now() + door.limits.time;
    let token = bearer(request.headers())?;
    let (parsed, allowed) = match *request.method() {
        Method::GET | Method::HEAD => {
            let query = request.uri().query().unwrap_or_default();
            (parse::from_url(query)?, Allowed::Queries)
        }
        Method::POST => {
            if !negotiate::is_json(request.headers()) {
                return Err(Refused::unsupported_media());
            }
            let body = read(request, deadline).await?;
            (parse::from_body(&body)?, Allowed::Writes)
        }
        _ => return Err(Refused::method(answer::METHODS)),
    };
    let admitted = door
        .limits
        .admit(parsed, allowed)
        .map_err(Refused::of_document)?;
    let limits = door.limits;
    let work = async move { execute(&door, token.as_deref(), admitted).await };
    outcome::of(work, &limits).await
}

/// The token that was sent, if any.
fn bearer(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = sent.next() else {
        return Ok(None);
    };
    let token = first.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        let token = token.trim();
        let is_bearer = scheme.eq_ignore_ascii_case("bearer");
        (is_bearer && !token.is_empty() && !token.contains(' ')).then(|| token.to_owned())
    });
    match (token, sent.next()) {
        (Some(token), None) => Ok(Some(token)),
        _ => Err(Refused::token()),
    }
}

/// The whole body, if it comes in time and is not too large.
async fn read(request: Request, deadline: Instant) -> Result<Bytes, Refused> {
    match timeout_at(deadline, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)))) => {
            Err(Refused::too_large())
        }
        Ok(Err(_)) => Err(Refused::bad_request(refusal(
            Code::BadUserInput,
            "BODY_UNREADABLE",
            "The body broke off.",
        ))),
        Err(_late) => Err(Refused::slow()),
    }
}

/// Lets pages of these origins call; `None` when there are none, so that nothing is said.
fn cors(origins: &[HeaderValue]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let headers = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        trail::REQUEST_ID,
    ];
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins.iter().cloned()))
            .allow_methods([Method::GET, Method::POST])
            .allow_headers(headers)
            .expose_headers([trail::REQUEST_ID, header::RETRY_AFTER]),
    )
}
