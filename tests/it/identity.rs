//! Who is let in: tokens that hold, tokens that do not, and the members they stand for.

use std::fs;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header};
use reqwest::StatusCode;
use reqwest::header::WWW_AUTHENTICATE;
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use sluice::entity::member;
use sluice::identity::keys::LocalKey;
use sluice::platform::clock::DAY;

use super::support::{App, Store, Store::*};

const VIEWER: &str = "{ viewer { id name email roles } }";

/// Signs what nobody should sign, with the house's own key.
pub(super) struct Forger {
    header: Header,
    key: EncodingKey,
    claims: Value,
}

impl Forger {
    pub(super) fn new(app: &App) -> Self {
        let pem = fs::read(app.config().data_dir.join("signing-key.pem")).unwrap();
        Self {
            header: jsonwebtoken::decode_header(app.token("Ann", &[])).unwrap(),
            key: EncodingKey::from_ec_pem(&pem).unwrap(),
            claims: json!({
                "iss": "sluice:local", "aud": "sluice", "sub": "mallory", "name": "Mallory",
                "exp": app.clock().now() / 1_000_000 + 3_600, "roles": ["ADMIN"],
            }),
        }
    }

    fn with_header(mut self, change: impl FnOnce(&mut Header)) -> Self {
        change(&mut self.header);
        self
    }

    pub(super) fn with_claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    fn without_claim(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    fn with_another_key(mut self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        LocalKey::open(folder.path()).unwrap();
        let pem = fs::read(folder.path().join("signing-key.pem")).unwrap();
        self.key = EncodingKey::from_ec_pem(&pem).unwrap();
        self
    }

    pub(super) fn sign(&self) -> String {
        jsonwebtoken::encode(&self.header, &self.claims, &self.key).unwrap()
    }

    /// The claims under another header, with a signature that says nothing.
    fn unsigned(&self, header: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(header), part(&self.claims))
    }
}

async fn answer_to(app: &App, token: &str) -> (StatusCode, Option<String>, Value) {
    let response = app
        .client()
        .post(format!("{}/graphql", app.url()))
        .bearer_auth(token)
        .json(&json!({"query": VIEWER}))
        .send()
        .await
        .unwrap();
    let challenge = response.headers().get(WWW_AUTHENTICATE);
    let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
    (response.status(), challenge, response.json().await.unwrap())
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_401_and_the_answer_never_says_why() {
    let app = App::on_sqlite().await;
    let now = app.clock().now() / 1_000_000;
    let forger = || Forger::new(&app);
    let none = json!({"alg": "none", "typ": "JWT", "kid": forger().header.kid});
    let hmac = json!({"alg": "HS256", "typ": "JWT", "kid": forger().header.kid});
    let tokens = [
        ("expired", forger().with_claim("exp", now - 61).sign()),
        (
            "not valid yet",
            forger().with_claim("nbf", now + 120).sign(),
        ),
        ("for ever", forger().without_claim("exp").sign()),
        (
            "for another audience",
            forger().with_claim("aud", "other").sign(),
        ),
        ("for no audience", forger().without_claim("aud").sign()),
        (
            "from another issuer",
            forger().with_claim("iss", "sluice").sign(),
        ),
        ("of nobody", forger().without_claim("sub").sign()),
        (
            "signed with another key",
            forger().with_another_key().sign(),
        ),
        ("alg none", forger().unsigned(&none)),
        ("alg HS256", forger().unsigned(&hmac)),
        ("without kid", forger().with_header(|h| h.kid = None).sign()),
        (
            "unknown kid",
            forger()
                .with_header(|h| h.kid = Some("k".to_owned()))
                .sign(),
        ),
        (
            "crit",
            forger()
                .with_header(|h| h.crit = Some(vec!["x".to_owned()]))
                .sign(),
        ),
        (
            "of another type",
            forger()
                .with_header(|h| h.typ = Some("dpop+jwt".to_owned()))
                .sign(),
        ),
        (
            "an id token",
            forger().with_claim("nonce", "n-0S6_WzA2Mj").sign(),
        ),
        (
            "an id token too",
            forger()
                .with_claim("at_hash", "77QmUPtjPfzWtF2AnpK9RQ")
                .sign(),
        ),
        ("no token", "hello".to_owned()),
    ];

    let mut told = Vec::new();
    for (what, token) in &tokens {
        let (status, challenge, body) = answer_to(&app, token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}");
        let challenge = challenge.unwrap_or_else(|| panic!("{what}: no WWW-Authenticate"));
        assert!(challenge.starts_with("Bearer"), "{what}: {challenge}");
        assert_eq!(
            body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{what}"
        );
        assert_eq!(
            body.get("data").unwrap_or(&Value::Null),
            &Value::Null,
            "{what}"
        );
        told.push((challenge, body));
    }
    assert!(
        told.iter().all(|answer| *answer == told[0]),
        "all are told the same: {told:?}"
    );

    // The same forger with nothing changed would have been let in.
    let (status, _, body) = answer_to(&app, &forger().sign()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"]["viewer"]["name"], "Mallory");
}

#[tokio::test]
async fn a_token_longer_than_16_kib_is_not_looked_at() {
    let app = App::on_sqlite().await;
    let sized = |bytes: usize| {
        let token = Forger::new(&app).with_claim("pad", "");
        let missing = bytes - token.sign().len();
        // Base64 writes four characters for three.
        token.with_claim("pad", "a".repeat(missing / 4 * 3)).sign()
    };
    let (longest, too_long) = (sized(16 * 1024 - 8), sized(16 * 1024 + 8));
    assert!(longest.len() <= 16 * 1024 && too_long.len() > 16 * 1024);

    assert_eq!(answer_to(&app, &longest).await.0, StatusCode::OK);
    assert_eq!(answer_to(&app, &too_long).await.0, StatusCode::UNAUTHORIZED);
}

#[rstest]
#[tokio::test]
async fn a_member_is_made_on_first_sight_and_known_again(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let token = Forger::new(&app)
        .with_claim("sub", "ann")
        .with_claim("name", "Ann B.")
        .with_claim("email", "ann@example.org")
        .with_claim("roles", json!(["ASSESSOR", "LEAD"]));

    let first = app.send(Some(&token.sign()), VIEWER, json!({})).await;
    let again = app.send(Some(&token.sign()), VIEWER, json!({})).await;
    let bob = app.member("Bob").await;

    assert_eq!(
        first.ok()["viewer"],
        json!({
            "id": first.text("viewer.id"),
            "name": "Ann B.",
            "email": "ann@example.org",
            "roles": ["MEMBER", "ASSESSOR", "LEAD"],
        })
    );
    assert_eq!(again.data(), first.data());
    assert_ne!(bob.id, first.text("viewer.id"));
}

#[rstest]
#[tokio::test]
async fn many_first_requests_at_once_make_one_member(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let token = app.token("Ann", &[]);

    let requests = (0..12).map(|_| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move { app.send(Some(&token), VIEWER, json!({})).await })
    });
    let mut ids = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        ids.push(request.await.unwrap().text("viewer.id"));
    }

    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let stored = member::Entity::find().count(app.db().reader()).await;
    assert_eq!(stored.unwrap(), 1);
}

#[rstest]
#[tokio::test]
async fn the_roles_of_a_token_are_those_in_force(#[values(Sqlite, Postgres)] store: Store) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let roles = async |value: Value| {
        let token = Forger::new(&app).with_claim("roles", value).sign();
        let answer = app
            .send(Some(&token), "{ viewer { roles } }", json!({}))
            .await;
        answer.at("viewer.roles").clone()
    };

    assert_eq!(roles(json!(["LEAD"])).await, json!(["MEMBER", "LEAD"]));
    assert_eq!(
        roles(json!("ORGANIZER,ASSESSOR")).await,
        json!(["MEMBER", "ASSESSOR", "ORGANIZER"])
    );
    assert_eq!(
        roles(json!({"ADMIN": {}})).await,
        json!(["MEMBER", "ADMIN"])
    );
    assert_eq!(roles(json!(["BOSS", "lead"])).await, json!(["MEMBER"]));
    let token = Forger::new(&app).without_claim("roles").sign();
    let none = app
        .send(Some(&token), "{ viewer { roles } }", json!({}))
        .await;
    assert_eq!(none.at("viewer.roles"), &json!(["MEMBER"]));
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_token() {
    let app = App::on_sqlite().await;
    let answer = app.post("{ viewer { id } }", json!({})).await;

    assert_eq!(answer.ok(), &json!({"viewer": null}));

    let answer = app.send(Some("guess"), VIEWER, json!({})).await;
    answer.refused_because("UNAUTHENTICATED", "BAD_TOKEN");
}

#[tokio::test]
async fn a_token_ends_by_the_clock_of_the_house() {
    let app = App::on_sqlite().await;
    let in_a_day = (app.clock().now() + DAY) / 1_000_000;
    let token = Forger::new(&app).with_claim("exp", in_a_day).sign();
    assert_eq!(answer_to(&app, &token).await.0, StatusCode::OK);

    app.days_pass(1);
    assert_eq!(
        answer_to(&app, &token).await.0,
        StatusCode::OK,
        "a minute of leeway"
    );

    app.clock().advance(Duration::from_secs(60));
    assert_eq!(answer_to(&app, &token).await.0, StatusCode::UNAUTHORIZED);
}

#[rstest]
#[tokio::test]
async fn of_two_tokens_of_one_person_each_acts_with_its_own_roles(
    #[values(Sqlite, Postgres)] store: Store,
) {
    let Some(app) = App::start(store).await else {
        return;
    };
    let bees = app.member("Ann").await.submit("Bees").await;
    let (lead, plain) = (app.person("Zoe", &["LEAD"]).await, app.member("Zoe").await);
    assert_eq!(lead.id, plain.id);
    let elsewhere = plain.at(&app.another().await);
    // Whoever may screen is told what else is wrong.
    let blank = json!({"ideaId": bees.id, "outcome": "DECLINE", "reason": ""});

    for _ in 0..40 {
        let (one, other, may, may_not, nor_elsewhere) = tokio::join!(
            lead.post("{ viewer { roles } }", json!({})),
            plain.post("{ viewer { roles } }", json!({})),
            lead.act("screenIdea", blank.clone(), "idea { id }"),
            plain.act("screenIdea", blank.clone(), "idea { id }"),
            elsewhere.act("screenIdea", blank.clone(), "idea { id }"),
        );
        assert_eq!(one.at("viewer.roles"), &json!(["MEMBER", "LEAD"]));
        assert_eq!(other.at("viewer.roles"), &json!(["MEMBER"]));
        may.refused_because("BAD_USER_INPUT", "REASON_MISSING");
        may_not.refused_because("FORBIDDEN", "ROLE_NEEDED");
        nor_elsewhere.refused_because("FORBIDDEN", "ROLE_NEEDED");
    }

    let fields = "state decisions { id }";
    let seen = lead.sees(&bees, fields).await;
    assert_eq!(seen, json!({"state": "SUBMITTED", "decisions": []}));
}
