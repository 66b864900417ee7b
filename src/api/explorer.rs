//! The explorer, GraphiQL, out of the binary: it works without any network but this server's.
//! Its files stand in `explorer/` with their licences; only the page and its
//! few lines of script are ours.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::http::not_so;

/// The page may load from this server only, be framed by nobody, and run no inline script.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);

/// A day: the page names a version of each file, so that a new one is fetched at once.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=86400");

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A path below `/graphiql/`, what is there, and its content type.
const FILES: [(&str, &[u8], &str); 5] = [
    (
        "/graphiql/explorer.js",
        include_bytes!("explorer/explorer.js"),
        SCRIPT,
    ),
    (
        "/graphiql/react.js",
        include_bytes!("explorer/react.production.min.js"),
        SCRIPT,
    ),
    (
        "/graphiql/react-dom.js",
        include_bytes!("explorer/react-dom.production.min.js"),
        SCRIPT,
    ),
    (
        "/graphiql/graphiql.js",
        include_bytes!("explorer/graphiql.min.js"),
        SCRIPT,
    ),
    (
        "/graphiql/graphiql.css",
        include_bytes!("explorer/graphiql.min.css"),
        "text/css; charset=utf-8",
    ),
];

/// `/graphiql` and its files.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let router = Router::new().route("/graphiql", get(page).fallback(not_so));
    FILES
        .into_iter()
        .fold(router, |router, (path, bytes, kind)| {
            let file = move || async move {
                let headers = [
                    (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
                    (header::CACHE_CONTROL, CACHED),
                ];
                (headers, bytes).into_response()
            };
            router.route(path, get(file).fallback(not_so))
        })
}

async fn page() -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
    ];
    (headers, include_str!("explorer/index.html")).into_response()
}
