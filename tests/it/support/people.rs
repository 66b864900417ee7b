//! People in a house: they have a name, roles and a token, and say what they want
//! through the public API like anybody else.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use sluice::identity::domain::Roles;
use sluice::identity::tokens;

use super::App;

/// Longer than any test lets pass.
const TOKEN_LIFE: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);

/// Someone signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) app: App,
    pub(crate) name: String,
    pub(crate) token: String,
    /// Their member's id, as the API shows it.
    pub(crate) id: String,
}

impl App {
    /// A member without further roles.
    pub(crate) async fn member(&self, name: &str) -> Person {
        self.person(name, &[]).await
    }

    /// A person with these roles (`LEAD`), who has been here once.
    pub(crate) async fn person(&self, name: &str, roles: &[&str]) -> Person {
        let token = self.token(name, roles);
        let mut person = Person {
            app: self.clone(),
            name: name.to_owned(),
            token,
            id: String::new(),
        };
        let viewer = person.post("{ viewer { id } }", json!({})).await;
        person.id = viewer.text("viewer.id");
        person
    }

    /// A token for this name; the subject is the name in small letters.
    pub(crate) fn token(&self, name: &str, roles: &[&str]) -> String {
        let roles: Roles = roles.iter().map(|role| role.parse().unwrap()).collect();
        let now = self.clock().now();
        let subject = name.to_lowercase();
        tokens::issue(self.key(), &subject, Some(name), roles, TOKEN_LIFE, now).unwrap()
    }

    /// What somebody who is not signed in gets.
    pub(crate) async fn post(&self, query: &str, variables: Value) -> Answer {
        self.send(None, query, variables).await
    }

    /// What whoever holds this token gets.
    pub(crate) async fn send(&self, token: Option<&str>, query: &str, variables: Value) -> Answer {
        self.clock().advance(Duration::from_millis(1));
        let mut request = self
            .client()
            .post(format!("{}/graphql", self.url()))
            .json(&json!({"query": query, "variables": variables}));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let body = response.text().await.unwrap();
        let whole: Value = serde_json::from_str(&body)
            .unwrap_or_else(|cause| panic!("{status}, no JSON ({cause}): {body}"));
        Answer { status, whole }
    }
}

impl Person {
    /// The same person at another server.
    pub(crate) fn at(&self, app: &App) -> Self {
        Self {
            app: app.clone(),
            ..self.clone()
        }
    }

    /// Asks, or acts.
    pub(crate) async fn post(&self, query: &str, variables: Value) -> Answer {
        self.app.send(Some(&self.token), query, variables).await
    }
}

/// What came back.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    whole: Value,
}

impl Answer {
    /// `data` as it came, null when there is none.
    pub(crate) fn data(&self) -> &Value {
        self.whole.get("data").unwrap_or(&Value::Null)
    }

    /// The errors, none when all went well.
    pub(crate) fn errors(&self) -> &[Value] {
        let errors = self.whole.get("errors").and_then(Value::as_array);
        errors.map(Vec::as_slice).unwrap_or_default()
    }

    /// `data`, when nothing at all was refused.
    #[track_caller]
    pub(crate) fn ok(&self) -> &Value {
        assert!(self.errors().is_empty(), "refused: {self:?}");
        self.data()
    }

    /// The value at a path of `data`, such as `backlog.nodes.0.rank`, when nothing was
    /// refused.
    #[track_caller]
    pub(crate) fn at(&self, path: &str) -> &Value {
        let pointer = format!("/{}", path.replace('.', "/"));
        let found = self.ok().pointer(&pointer);
        found.unwrap_or_else(|| panic!("nothing at {path}: {self:?}"))
    }

    /// The text at a path of `data`.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> String {
        let found = self.at(path);
        let text = found
            .as_str()
            .unwrap_or_else(|| panic!("{path} is {found}, no text"));
        text.to_owned()
    }

    /// The one error, when it has this code.
    #[track_caller]
    pub(crate) fn refused(&self, code: &str) -> &Value {
        let [error] = self.errors() else {
            panic!("not refused once with {code}: {self:?}");
        };
        assert_eq!(error["extensions"]["code"], code, "{self:?}");
        error
    }

    /// The one error, when it has this code and this reason.
    #[track_caller]
    pub(crate) fn refused_because(&self, code: &str, reason: &str) -> &Value {
        let error = self.refused(code);
        assert_eq!(error["extensions"]["reason"], reason, "{self:?}");
        error
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:#}", self.status, self.whole)
    }
}
