//! What the HTTP door promises, over real HTTP: GraphQL over HTTP by its specification in
//! both media types, limits, tokens, the explorer, health, and how it stops.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::App;

mod documents;
mod explorer;
mod limits;
mod requests;
mod stopping;
mod surroundings;
mod tokens;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";
const BOTH: [&str; 2] = [GRAPHQL, JSON];

/// An answer, read.
#[derive(Debug)]
struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Seen {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self {
            status,
            headers,
            body,
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Exactly this came back, executed and without errors.
    #[track_caller]
    fn answers(&self, data: Value) {
        assert_eq!(
            (self.status, &self.body),
            (StatusCode::OK, &json!({"data": data}))
        );
    }

    /// Nothing was executed: this status, one error, and no `data` at all.
    #[track_caller]
    fn refuses(&self, status: u16, code: &str, reason: &str) {
        let keys: Vec<&String> = self.body.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["errors"], "{self:?}");
        let errors = self.body["errors"].as_array().unwrap();
        let seen: Vec<(&Value, &Value)> = errors
            .iter()
            .map(|error| (&error["extensions"]["code"], &error["extensions"]["reason"]))
            .collect();
        assert_eq!(seen, [(&json!(code), &json!(reason))], "{self:?}");
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_ne!(errors[0]["message"], json!(""), "{self:?}");
    }

    /// The same, where the document is at fault: 400, or 200 for `application/json`.
    #[track_caller]
    fn refuses_document(&self, media: &str, reason: &str) {
        let status = if media == GRAPHQL { 400 } else { 200 };
        self.refuses(status, "BAD_USER_INPUT", reason);
    }
}

/// Posts a body as JSON.
async fn post(app: &App, accept: &str, body: &Value) -> Seen {
    post_text(app, accept, JSON, body.to_string()).await
}

/// Posts any body as any content type.
async fn post_text(app: &App, accept: &str, kind: &str, body: impl Into<String>) -> Seen {
    let request = app
        .client()
        .post(format!("{}/graphql", app.url()))
        .header(ACCEPT, accept)
        .header(CONTENT_TYPE, kind)
        .body(body.into());
    Seen::of(request.send().await.unwrap()).await
}

/// Posts a document without variables.
async fn ask(app: &App, accept: &str, document: &str) -> Seen {
    post(app, accept, &json!({"query": document})).await
}

/// Sends a request without a body to a path.
async fn send(app: &App, method: Method, path: &str) -> Seen {
    let request = app.client().request(method, format!("{}{path}", app.url()));
    Seen::of(request.send().await.unwrap()).await
}

/// A GET of `/graphql` with these parameters.
async fn get(app: &App, accept: &str, parameters: &[(&str, &str)]) -> Seen {
    let mut url = url::Url::parse(&format!("{}/graphql", app.url())).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    let request = app.client().get(url).header(ACCEPT, accept);
    Seen::of(request.send().await.unwrap()).await
}
