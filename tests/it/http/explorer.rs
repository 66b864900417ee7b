//! The explorer comes out of the binary, whole.

use reqwest::Method;

use super::send;
use crate::support::App;

/// What a page or style sheet loads, as it stands in its attributes.
fn loads(page: &str) -> Vec<&str> {
    ["src=\"", "href=\""]
        .iter()
        .flat_map(|start| page.split(start).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[tokio::test]
async fn the_explorer_loads_nothing_but_its_own_files() {
    let app = App::on_sqlite().await;
    let seen = send(&app, Method::GET, "/graphiql").await;
    assert_eq!(seen.status, 200);
    assert_eq!(
        seen.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let policy = seen.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("http"), "{policy}");

    let page = seen.body.as_str().unwrap();
    let files = loads(page);
    assert_eq!(files.len(), 6, "{files:?}");
    for file in files.into_iter().filter(|file| *file != "data:,") {
        let seen = send(&app, Method::GET, file).await;
        assert_eq!(seen.status, 200, "{file}");
        let kind = if file.contains(".css") {
            "text/css"
        } else {
            "text/javascript"
        };
        assert_eq!(
            seen.header("content-type"),
            Some(format!("{kind}; charset=utf-8").as_str()),
            "{file}"
        );
        assert_eq!(
            seen.header("cache-control"),
            Some("public, max-age=86400"),
            "{file}"
        );
    }
}

#[tokio::test]
async fn the_explorer_is_only_read() {
    let app = App::on_sqlite().await;
    for path in ["/graphiql", "/graphiql/graphiql.js"] {
        let seen = send(&app, Method::POST, path).await;
        seen.refuses(405, "BAD_USER_INPUT", "METHOD_NOT_ALLOWED");
        assert_eq!(seen.header("allow"), Some("GET, HEAD"));
    }
}
