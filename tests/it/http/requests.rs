//! What a request must look like, and in which clothes its answer comes.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use super::{BOTH, GRAPHQL, JSON, Seen, ask, get, post, post_text, send};
use crate::support::App;

const TYPENAME: &str = "{ __typename }";

#[tokio::test]
async fn an_answer_comes_in_the_media_type_that_was_asked_for() {
    let app = App::on_sqlite().await;
    for (accept, kind) in [
        (GRAPHQL, "application/graphql-response+json; charset=utf-8"),
        (JSON, "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        ("application/*", "application/json; charset=utf-8"),
        (
            "application/json;q=0.9, application/graphql-response+json",
            "application/graphql-response+json; charset=utf-8",
        ),
    ] {
        let seen = ask(&app, accept, TYPENAME).await;
        seen.answers(json!({"__typename": "Query"}));
        assert_eq!(seen.header("content-type"), Some(kind), "{accept}");
    }
}

#[tokio::test]
async fn without_accept_the_answer_is_plain_json() {
    let app = App::on_sqlite().await;
    let request = app
        .client()
        .post(format!("{}/graphql", app.url()))
        .header(CONTENT_TYPE, JSON)
        .body(json!({"query": TYPENAME}).to_string());
    let mut request = request.build().unwrap();
    request.headers_mut().remove("accept");
    let seen = Seen::of(app.client().execute(request).await.unwrap()).await;

    seen.answers(json!({"__typename": "Query"}));
    assert_eq!(
        seen.header("content-type"),
        Some("application/json; charset=utf-8")
    );
}

#[tokio::test]
async fn a_media_type_that_is_not_spoken_is_refused() {
    let app = App::on_sqlite().await;
    for accept in [
        "text/html",
        "application/json; charset=latin1",
        "application/json;q=0",
    ] {
        let seen = ask(&app, accept, TYPENAME).await;
        seen.refuses(406, "BAD_USER_INPUT", "NOT_ACCEPTABLE");
    }
}

#[tokio::test]
async fn a_body_comes_as_json_in_utf8_and_in_no_other_way() {
    let app = App::on_sqlite().await;
    let body = json!({"query": "{ __type(name: \"Bee🐝\") { name } }"}).to_string();
    for media in BOTH {
        for kind in [
            JSON,
            "application/json; charset=utf-8",
            "Application/Json;charset=\"UTF-8\"",
        ] {
            let seen = post_text(&app, media, kind, body.clone()).await;
            seen.answers(json!({"__type": null}));
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=latin1",
        ] {
            let seen = post_text(&app, media, kind, body.clone()).await;
            seen.refuses(415, "BAD_USER_INPUT", "UNSUPPORTED_MEDIA_TYPE");
        }
    }
    let seen = send(&app, Method::POST, "/graphql").await;
    seen.refuses(415, "BAD_USER_INPUT", "UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        for body in ["", "{ \"not a JSON", "7", "\"{ __typename }\"", "null"] {
            let seen = post_text(&app, media, JSON, body).await;
            seen.refuses(400, "BAD_USER_INPUT", "INVALID_JSON");
        }
    }
}

#[tokio::test]
async fn requests_come_one_at_a_time() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let seen = post(&app, media, &json!([{"query": TYPENAME}])).await;
        seen.refuses(400, "BAD_USER_INPUT", "BATCH_NOT_SUPPORTED");
    }
}

#[tokio::test]
async fn a_request_without_a_document_is_refused() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        for body in [
            json!({}),
            json!({"qeury": TYPENAME}),
            json!({"query": null}),
        ] {
            let seen = post(&app, media, &body).await;
            seen.refuses(400, "BAD_USER_INPUT", "QUERY_MISSING");
        }
        get(&app, media, &[])
            .await
            .refuses(400, "BAD_USER_INPUT", "QUERY_MISSING");
    }
}

#[tokio::test]
async fn a_parameter_of_another_type_is_refused() {
    let app = App::on_sqlite().await;
    let strings = [json!({"a": 1}), json!(0), json!(false), json!(["a"])];
    let objects = [json!("a"), json!(0), json!(false), json!(["a"])];
    for media in BOTH {
        for (name, wrong) in [
            ("query", &strings),
            ("operationName", &strings),
            ("variables", &objects),
            ("extensions", &objects),
        ] {
            for value in wrong {
                let mut body = json!({"query": TYPENAME});
                body[name] = value.clone();
                let seen = post(&app, media, &body).await;
                seen.refuses(400, "BAD_USER_INPUT", "INVALID_PARAMETER");
            }
        }
    }
}

#[tokio::test]
async fn parameters_may_be_null_and_unknown_ones_do_not_matter() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let body = json!({
            "query": TYPENAME,
            "operationName": null,
            "variables": null,
            "extensions": null,
            "id": 7,
        });
        post(&app, media, &body)
            .await
            .answers(json!({"__typename": "Query"}));
    }
}

#[tokio::test]
async fn variables_and_an_operation_name_are_taken() {
    let app = App::on_sqlite().await;
    let document = "query A { __typename } query B($n: String!) { __type(name: $n) { name } }";
    for media in BOTH {
        let body = json!({
            "query": document,
            "operationName": "B",
            "variables": {"n": "Query"},
            "extensions": {"some": "value"},
        });
        post(&app, media, &body)
            .await
            .answers(json!({"__type": {"name": "Query"}}));
        let parameters = [
            ("query", document),
            ("operationName", "B"),
            ("variables", "{\"n\": \"Query\"}"),
            ("extensions", "{}"),
        ];
        get(&app, media, &parameters)
            .await
            .answers(json!({"__type": {"name": "Query"}}));
    }
}

#[tokio::test]
async fn a_get_with_broken_parameters_is_refused() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let seen = get(&app, media, &[("query", TYPENAME), ("variables", "{")]).await;
        seen.refuses(400, "BAD_USER_INPUT", "INVALID_JSON");
        let seen = get(&app, media, &[("query", TYPENAME), ("variables", "7")]).await;
        seen.refuses(400, "BAD_USER_INPUT", "INVALID_PARAMETER");
        let seen = get(&app, media, &[("query", TYPENAME), ("query", TYPENAME)]).await;
        seen.refuses(400, "BAD_USER_INPUT", "INVALID_PARAMETER");
    }
}

#[tokio::test]
async fn a_get_never_runs_a_mutation() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let seen = get(&app, media, &[("query", "mutation { __typename }")]).await;
        seen.refuses(405, "BAD_USER_INPUT", "QUERIES_ONLY");
        assert_eq!(seen.header("allow"), Some("POST"));
        let both = "query A { __typename } mutation B { __typename }";
        let seen = get(&app, media, &[("query", both), ("operationName", "B")]).await;
        seen.refuses(405, "BAD_USER_INPUT", "QUERIES_ONLY");
        let seen = get(&app, media, &[("query", both), ("operationName", "A")]).await;
        seen.answers(json!({"__typename": "Query"}));
    }
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let app = App::on_sqlite().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let seen = send(&app, method, "/graphql").await;
        seen.refuses(405, "BAD_USER_INPUT", "METHOD_NOT_ALLOWED");
        assert_eq!(seen.header("allow"), Some("GET, HEAD, POST"));
    }
}
