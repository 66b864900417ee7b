//! Answers as bytes: status, headers and a body in the GraphQL shape, for refusals of the
//! transport too. Which of them applies is decided where the request is read.

use std::collections::BTreeMap;

use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use crate::api::error::{self, Code, refusal};
use crate::api::limits::QUERIES_ONLY;
use crate::platform::error::Error;

/// What `/graphql` answers to, as `Allow` says it.
pub(super) const METHODS: &str = "GET, HEAD, POST";

/// In which clothes an answer goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status tells whether the request was executed.
    GraphqlResponse,
    /// `application/json`: a well-formed request is answered with 200, whatever came of it.
    Json,
}

impl Media {
    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// A request that was not executed: the error, and what HTTP says about it.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    /// What clients that only know `application/json` get, where it differs.
    json_status: StatusCode,
    header: Option<(HeaderName, HeaderValue)>,
    error: Box<ServerError>,
}

impl Refused {
    fn new(status: StatusCode, error: ServerError) -> Self {
        Self {
            status,
            json_status: status,
            header: None,
            error: Box::new(error),
        }
    }

    fn input(status: StatusCode, reason: &str, message: &str) -> Self {
        Self::new(status, refusal(Code::BadUserInput, reason, message))
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }

    /// What was sent is no GraphQL request.
    pub(super) fn bad_request(error: ServerError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// The document was refused before anything ran.
    pub(super) fn of_document(error: ServerError) -> Self {
        if error::reason(&error) == Some(QUERIES_ONLY) {
            return Self::new(StatusCode::METHOD_NOT_ALLOWED, error)
                .with(header::ALLOW, HeaderValue::from_static("POST"));
        }
        Self {
            json_status: StatusCode::OK,
            ..Self::bad_request(error)
        }
    }

    /// A refusal that met the request as a whole: nobody could even be signed in.
    pub(super) fn whole(refused: Error) -> Self {
        let wait = match refused {
            Error::TooMany {
                retry_after_seconds,
            } => Some(HeaderValue::from(retry_after_seconds)),
            _ => None,
        };
        let error = error::whole(refused);
        let refused = Self::new(status_of(&error), error);
        match wait {
            Some(seconds) => refused.with(header::RETRY_AFTER, seconds),
            None => refused,
        }
    }

    /// The token does not hold. Why stands in the log, not here.
    pub(super) fn token() -> Self {
        let message = "The token does not hold: sign in again.";
        Self::new(
            StatusCode::UNAUTHORIZED,
            refusal(Code::Unauthenticated, "BAD_TOKEN", message),
        )
        .with(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer realm="sluice", error="invalid_token""#),
        )
    }

    /// It was begun and given up.
    pub(super) fn late(error: ServerError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error)
    }

    /// It broke on our side.
    pub(super) fn broken(error: ServerError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error)
    }

    /// None of the media types that the caller accepts.
    pub(super) fn not_acceptable() -> Self {
        Self::input(
            StatusCode::NOT_ACCEPTABLE,
            "NOT_ACCEPTABLE",
            "Accept application/graphql-response+json or application/json, in utf-8.",
        )
    }

    /// A body that is not JSON. Pages of other origins can send forms and plain text
    /// without being asked, and are stopped here.
    pub(super) fn unsupported_media() -> Self {
        Self::input(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the request as application/json, in utf-8.",
        )
    }

    /// A method that the path does not know; `allow` lists those it does.
    pub(super) fn method(allow: &'static str) -> Self {
        Self::input(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            &format!("Use one of these methods: {allow}."),
        )
        .with(header::ALLOW, HeaderValue::from_static(allow))
    }

    /// A body beyond the limit.
    pub(super) fn too_large() -> Self {
        Self::input(
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
            "The body is larger than this server takes.",
        )
    }

    /// A body that did not arrive in time.
    pub(super) fn slow() -> Self {
        Self::input(
            StatusCode::REQUEST_TIMEOUT,
            "BODY_TOO_SLOW",
            "The body did not arrive in time.",
        )
    }

    /// A path where nothing is.
    pub(super) fn nothing_here() -> Self {
        let message = "There is nothing here; the API is at /graphql, its explorer at /graphiql.";
        Self::new(
            StatusCode::NOT_FOUND,
            refusal(Code::NotFound, "NO_SUCH_PATH", message),
        )
    }
}

/// The body of an answer; `data` is left out when nothing was executed.
#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

/// What came of a request, its errors told.
pub(super) fn told(media: Media, response: &GraphqlResponse) -> Response {
    // Only the execution knows paths; without any, and without data, nothing was executed.
    let is_refused = response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty());
    let status = match (media, response.errors.first()) {
        (Media::GraphqlResponse, Some(first)) if is_refused => status_of(first),
        _ => StatusCode::OK,
    };
    let body = Content {
        errors: &response.errors,
        data: (!is_refused).then_some(&response.data),
        extensions: &response.extensions,
    };
    with_body(status, media, &body)
}

/// A request that was not executed.
pub(super) fn refused(media: Media, refused: Refused) -> Response {
    let status = match media {
        Media::GraphqlResponse => refused.status,
        Media::Json => refused.json_status,
    };
    let body = Content {
        errors: std::slice::from_ref(&*refused.error),
        data: None,
        extensions: &BTreeMap::new(),
    };
    let mut response = with_body(status, media, &body);
    if let Some((name, value)) = refused.header {
        response.headers_mut().insert(name, value);
    }
    response
}

fn with_body(status: StatusCode, media: Media, body: &Content<'_>) -> Response {
    let bytes = serde_json::to_vec(body).expect("names are strings, and numbers are JSON's own");
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media.content_type());
    response
}

fn status_of(error: &ServerError) -> StatusCode {
    [
        (Code::Unauthenticated, StatusCode::UNAUTHORIZED),
        (Code::Forbidden, StatusCode::FORBIDDEN),
        (Code::TooManyRequests, StatusCode::TOO_MANY_REQUESTS),
        (Code::Internal, StatusCode::INTERNAL_SERVER_ERROR),
    ]
    .into_iter()
    .find(|(code, _)| error::is(error, *code))
    .map_or(StatusCode::BAD_REQUEST, |(_, status)| status)
}
