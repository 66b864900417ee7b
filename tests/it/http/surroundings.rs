//! What goes around every answer: health, request ids, headers, other origins, other paths.

use reqwest::header::ORIGIN;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Seen, send};
use crate::support::{App, Sqlite};

#[tokio::test]
async fn the_process_says_that_it_lives_and_whether_it_can_serve() {
    let app = App::on_sqlite().await;
    for path in ["/healthz", "/readyz"] {
        let seen = send(&app, Method::GET, path).await;
        assert_eq!((seen.status, &seen.body), (StatusCode::OK, &json!("ok\n")));
        assert_eq!(
            seen.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        let seen = send(&app, Method::POST, path).await;
        seen.refuses(405, "BAD_USER_INPUT", "METHOD_NOT_ALLOWED");
        assert_eq!(seen.header("allow"), Some("GET, HEAD"));
    }
}

#[tokio::test]
async fn where_nothing_is_the_answer_is_json_too() {
    let app = App::on_sqlite().await;
    for path in [
        "/",
        "/graphql/",
        "/graphiql/nothing.js",
        "/.well-known/nothing",
    ] {
        send(&app, Method::GET, path)
            .await
            .refuses(404, "NOT_FOUND", "NO_SUCH_PATH");
        send(&app, Method::POST, path)
            .await
            .refuses(404, "NOT_FOUND", "NO_SUCH_PATH");
    }
}

#[tokio::test]
async fn answers_are_not_stored_and_not_guessed_at() {
    let app = App::on_sqlite().await;
    for path in [
        "/graphql?query={__typename}",
        "/graphql",
        "/healthz",
        "/graphiql",
        "/nothing",
    ] {
        let seen = send(&app, Method::GET, path).await;
        assert_eq!(seen.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(
            seen.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_request_keeps_its_id_when_that_is_harmless() {
    let app = App::on_sqlite().await;
    let id_for = async |sent: Option<String>| {
        let mut request = app.client().get(format!("{}/healthz", app.url()));
        if let Some(sent) = sent {
            request = request.header("x-request-id", sent);
        }
        let seen = Seen::of(request.send().await.unwrap()).await;
        seen.header("x-request-id").unwrap().to_owned()
    };

    for sent in ["abc-123_x.y:z".to_owned(), "a".repeat(100)] {
        assert_eq!(id_for(Some(sent.clone())).await, sent);
    }
    for sent in [
        None,
        Some("a\tb".to_owned()),
        Some("{}".to_owned()),
        Some("a".repeat(101)),
    ] {
        let id = id_for(sent).await;
        assert_eq!(uuid::Uuid::parse_str(&id).unwrap().get_version_num(), 7);
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_not_call_unless_listed() {
    let ours = "https://ideas.example";
    let preflight = async |app: &App, origin: &str| {
        let request = app
            .client()
            .request(Method::OPTIONS, format!("{}/graphql", app.url()))
            .header(ORIGIN, origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            );
        Seen::of(request.send().await.unwrap()).await
    };

    let closed = App::on_sqlite().await;
    let seen = preflight(&closed, ours).await;
    assert_eq!(seen.header("access-control-allow-origin"), None);

    let open = App::start_with(Sqlite, |config| config.cors_origins = vec![ours.to_owned()])
        .await
        .unwrap();
    let seen = preflight(&open, ours).await;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.header("access-control-allow-origin"), Some(ours));
    assert_eq!(
        seen.header("access-control-allow-methods"),
        Some("GET,POST")
    );
    let seen = preflight(&open, "https://elsewhere.example").await;
    assert_eq!(seen.header("access-control-allow-origin"), None);
}
