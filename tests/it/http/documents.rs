//! Documents that cannot be executed: 400 in the newer media type, 200 in the older one, and in
//! both no `data`.

use serde_json::json;

use super::{BOTH, GRAPHQL, ask, get, post};
use crate::support::App;

#[tokio::test]
async fn a_document_that_cannot_be_read_says_where() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        let seen = ask(&app, media, "{ viewer { id }").await;
        seen.refuses_document(media, "INVALID_DOCUMENT");
        let place = json!([{"line": 1, "column": 16}]);
        assert_eq!(seen.body["errors"][0]["locations"], place);
        ask(&app, media, "")
            .await
            .refuses_document(media, "INVALID_DOCUMENT");
        get(&app, media, &[("query", "{")])
            .await
            .refuses_document(media, "INVALID_DOCUMENT");
    }
}

#[tokio::test]
async fn a_document_that_does_not_fit_the_schema_is_refused() {
    let app = App::on_sqlite().await;
    for media in BOTH {
        for document in [
            "{ nothingOfThatName }",
            "{ viewer }",
            "{ viewer { ...A } } fragment A on Member { ...B } fragment B on Member { ...A }",
            "{ viewer { ...Unknown } }",
            "query A { __typename } query B { __typename }",
        ] {
            let seen = ask(&app, media, document).await;
            let reason = &seen.body["errors"][0]["extensions"]["reason"];
            assert_eq!(reason, "INVALID_QUERY", "{document}: {seen:?}");
            assert_eq!(seen.body.get("data"), None, "{document}");
            assert_eq!(seen.status == 400, media == GRAPHQL, "{document}");
        }
        let unknown = json!({"query": "query A { __typename }", "operationName": "Z"});
        post(&app, media, &unknown)
            .await
            .refuses_document(media, "INVALID_QUERY");
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_before_anything_runs() {
    let app = App::on_sqlite().await;
    let document = "query($n: String!) { __type(name: $n) { name } }";
    for media in BOTH {
        ask(&app, media, "{ __type(name: 7) { name } }")
            .await
            .refuses_document(media, "INVALID_VALUE");
        for variables in [json!({"n": 7}), json!({"n": null}), json!({})] {
            let body = json!({"query": document, "variables": variables});
            post(&app, media, &body)
                .await
                .refuses_document(media, "INVALID_VALUE");
        }
    }
}
