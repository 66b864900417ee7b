//! Who a request speaks for, as far as HTTP says it.

use reqwest::header::{ACCEPT, AUTHORIZATION};
use serde_json::json;

use super::{BOTH, Seen, ask};
use crate::support::App;

const WHO: &str = "{ viewer { name } }";

async fn ask_as(app: &App, media: &str, authorization: &[&str]) -> Seen {
    let mut request = app
        .client()
        .post(format!("{}/graphql", app.url()))
        .header(ACCEPT, media)
        .json(&json!({"query": WHO}));
    for value in authorization {
        request = request.header(AUTHORIZATION, *value);
    }
    Seen::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_request_speaks_for_whom_its_token_names() {
    let app = App::on_sqlite().await;
    let ann = app.member("Ann").await;
    for media in BOTH {
        for scheme in ["Bearer", "bearer"] {
            let seen = ask_as(&app, media, &[&format!("{scheme} {}", ann.token)]).await;
            seen.answers(json!({"viewer": {"name": "Ann"}}));
        }
    }
}

#[tokio::test]
async fn a_request_without_a_token_speaks_for_nobody() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        ask(&app, media, WHO).await.answers(json!({"viewer": null}));
    }
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_refused_with_a_challenge() {
    let app = App::on_sqlite().await;
    let ann = format!("Bearer {}", app.member("Ann").await.token);
    for media in BOTH {
        for sent in [
            &["Bearer not.a.token"][..],
            &["Bearer"],
            &["Bearer "],
            &["Basic YW5uOnNlY3JldA=="],
            &["Bearer two words"],
            &[&ann, &ann],
        ] {
            let seen = ask_as(&app, media, sent).await;
            seen.refuses(401, "UNAUTHENTICATED", "BAD_TOKEN");
            assert_eq!(
                seen.header("www-authenticate"),
                Some("Bearer realm=\"sluice\", error=\"invalid_token\""),
            );
        }
    }
}
