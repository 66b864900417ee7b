//! What one request may ask for, each limit with its own reason, and what just fits.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{BOTH, GRAPHQL, JSON, ask, get, post_text};
use crate::support::{App, Sqlite};

/// The schema's own types, nested `levels` deep.
fn nested(levels: usize) -> String {
    let inner = levels - 3;
    let (open, close) = ("ofType { ".repeat(inner), " }".repeat(inner));
    format!("{{ __schema {{ queryType {{ {open}name{close} }} }} }}")
}

/// A document of fragments, each of which spreads the next one twice, around `core`.
fn doubled(times: u32, core: &str) -> String {
    let mut document = "{ ...F0 }".to_owned();
    for n in 0..times {
        let next = n + 1;
        document += &format!(" fragment F{n} on Query {{ ...F{next} ...F{next} }}");
    }
    document + &format!(" fragment F{times} on Query {{ {core} }}")
}

#[tokio::test]
async fn a_document_goes_fifteen_levels_deep() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let seen = ask(&app, media, &nested(15)).await;
        seen.answers(json!({"__schema": {"queryType": {"ofType": null}}}));
        for levels in [16, 60, 190, 3_000] {
            let seen = ask(&app, media, &nested(levels)).await;
            seen.refuses_document(media, "TOO_DEEP");
        }
    }
}

#[tokio::test]
async fn the_introspection_of_the_usual_tools_fits() {
    let app = App::on_sqlite().await;
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let document = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name }}
           mutationType {{ name }} subscriptionType {{ name }} types {{ ...FullType }}
           directives {{ name description locations args {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description
           fields(includeDeprecated: true) {{ name description args {{ ...InputValue }}
             type {{ ...TypeRef }} isDeprecated deprecationReason }}
           inputFields {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name }} possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name type {{ ...TypeRef }} defaultValue }}
         fragment TypeRef on __Type {{ kind name {of_type} }}"
    );
    let seen = ask(&app, GRAPHQL, &document).await;

    assert_eq!(seen.status, 200, "{seen:?}");
    let query = &seen.body["data"]["__schema"]["queryType"];
    assert_eq!(query, &json!({"name": "Query"}));
}

#[tokio::test]
async fn an_introspection_does_not_multiply_the_schema_by_itself() {
    let app = App::on_sqlite().await;
    let document =
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    for media in BOTH {
        ask(&app, media, document)
            .await
            .refuses_document(media, "TOO_DEEP");
    }
}

#[tokio::test]
async fn a_request_costs_no_more_than_its_limit() {
    let app = App::start_with(Sqlite, |config| config.limits.cost = 4)
        .await
        .unwrap();
    for media in BOTH {
        let seen = ask(&app, media, "{ __typename viewer { id name } }").await;
        seen.answers(json!({"__typename": "Query", "viewer": null}));
        let seen = ask(
            &app,
            media,
            "{ __schema { queryType { kind name description } } }",
        )
        .await;
        seen.refuses_document(media, "TOO_COSTLY");
    }
}

#[tokio::test]
async fn fragments_that_double_are_refused_at_once() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let begun = Instant::now();
        let seen = ask(&app, media, &doubled(10, "__typename")).await;
        seen.answers(json!({"__typename": "Query"}));
        let seen = ask(&app, media, &doubled(15, "__typename")).await;
        seen.refuses_document(media, "TOO_COSTLY");
        let seen = ask(&app, media, &doubled(40, "__typename")).await;
        seen.refuses_document(media, "TOO_COSTLY");
        let seen = ask(&app, media, &doubled(600, "__typename")).await;
        seen.refuses_document(media, "TOO_DEEP");
        let circle = doubled(30, "...F0 ...F0");
        ask(&app, media, &circle)
            .await
            .refuses_document(media, "INVALID_QUERY");
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{:?}",
            begun.elapsed()
        );
    }
}

#[tokio::test]
async fn a_hundred_aliases_fit_wherever_they_stand() {
    let app = App::on_sqlite().await;
    let aliases = |count| -> String {
        let all: Vec<String> = (0..count).map(|n| format!("a{n}: __typename")).collect();
        format!("{{ {} }}", all.join(" "))
    };
    for media in BOTH {
        let seen = ask(&app, media, &aliases(100)).await;
        assert_eq!(
            seen.body["data"].as_object().map(|data| data.len()),
            Some(100)
        );
        ask(&app, media, &aliases(101))
            .await
            .refuses_document(media, "TOO_MANY_ALIASES");
        let seen = ask(&app, media, &doubled(6, "a: __typename")).await;
        seen.answers(json!({"a": "Query"}));
        ask(&app, media, &doubled(7, "a: __typename"))
            .await
            .refuses_document(media, "TOO_MANY_ALIASES");
    }
}

#[tokio::test]
async fn fifty_directives_fit_wherever_they_stand() {
    let app = App::on_sqlite().await;
    let field = "__typename @include(if: true) ";
    for media in BOTH {
        let seen = ask(&app, media, &format!("{{ {} }}", field.repeat(50))).await;
        seen.answers(json!({"__typename": "Query"}));
        ask(&app, media, &format!("{{ {} }}", field.repeat(51)))
            .await
            .refuses_document(media, "TOO_MANY_DIRECTIVES");
        ask(&app, media, &doubled(6, field))
            .await
            .refuses_document(media, "TOO_MANY_DIRECTIVES");
    }
}

#[tokio::test]
async fn ten_thousand_tokens_fit() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let seen = ask(
            &app,
            media,
            &format!("{{ {} }}", "__typename ".repeat(9_998)),
        )
        .await;
        seen.answers(json!({"__typename": "Query"}));
        ask(
            &app,
            media,
            &format!("{{ {} }}", "__typename ".repeat(9_999)),
        )
        .await
        .refuses_document(media, "TOO_MANY_TOKENS");
    }
}

#[tokio::test]
async fn a_body_of_one_mebibyte_fits() {
    let app = App::on_sqlite().await;
    let frame = r#"{"query": "{ __typename }", "id": ""}"#.len();
    let body = |bytes: usize| {
        let filling = "x".repeat(bytes - frame);
        format!(r#"{{"query": "{{ __typename }}", "id": "{filling}"}}"#)
    };
    for media in BOTH {
        let seen = post_text(&app, media, JSON, body(1 << 20)).await;
        seen.answers(json!({"__typename": "Query"}));
        let seen = post_text(&app, media, JSON, body((1 << 20) + 1)).await;
        seen.refuses(413, "BAD_USER_INPUT", "BODY_TOO_LARGE");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = App::start_with(Sqlite, |config| {
        config.limits.time = Duration::from_millis(100)
    })
    .await
    .unwrap();
    let address = app.url().strip_prefix("http://").unwrap();
    let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: sluice\r\ncontent-type: application/json\r\n\
                content-length: 100\r\nconnection: close\r\n\r\n{";
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").last().unwrap()).unwrap();
    let told = json!({"code": "BAD_USER_INPUT", "reason": "BODY_TOO_SLOW"});
    assert_eq!(body["errors"][0]["extensions"], told);
}

#[tokio::test]
async fn limits_hold_for_a_get_too() {
    let app = App::on_sqlite().await;
    let document = doubled(40, "__typename");
    for media in BOTH {
        let seen = get(&app, media, &[("query", &document)]).await;
        seen.refuses_document(media, "TOO_COSTLY");
    }
}
