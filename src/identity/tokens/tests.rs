//! Which tokens hold and which do not, each refused for its own reason.

use std::collections::BTreeMap;
use std::path::Path;

use jsonwebtoken::EncodingKey;

use super::super::domain::Role;
use super::*;

/// 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600_000_000;

struct Issuer {
    key: LocalKey,
    verifier: Verifier,
}

fn issuer(folder: &Path) -> Issuer {
    let key = LocalKey::open(folder).unwrap();
    let rules = RoleRules::new(Vec::new(), BTreeMap::new());
    let verifier = Verifier::local(&key, rules);
    Issuer { key, verifier }
}

fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": LOCAL_ISSUER, "aud": LOCAL_AUDIENCE, "sub": "ann",
        "exp": NOW / 1_000_000 + 600, "roles": ["LEAD"], "name": "Ann", "email": "a@example.org",
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

impl Issuer {
    fn judge(&self, changes: Value) -> Result<Claims, TokenRefused> {
        self.judge_with(self.key.header(), changes)
    }

    fn judge_with(&self, header: Header, changes: Value) -> Result<Claims, TokenRefused> {
        let token = jsonwebtoken::encode(&header, &claims(changes), self.key.encoding()).unwrap();
        self.verifier.verify(&token, NOW)
    }
}

#[test]
fn an_issued_token_holds_until_it_ends_and_a_minute_longer() {
    let folder = tempfile::tempdir().unwrap();
    let Issuer { key, verifier } = issuer(folder.path());
    let roles: Roles = [Role::Lead, Role::Assessor].into_iter().collect();
    let ttl = Duration::from_secs(600);
    let token = issue(&key, "ann", Some("Ann"), roles, ttl, NOW).unwrap();

    let end = NOW + 660_000_000;
    let expected = Claims {
        issuer: LOCAL_ISSUER.to_owned(),
        subject: "ann".to_owned(),
        name: Some("Ann".to_owned()),
        email: None,
        roles: "MEMBER,ASSESSOR,LEAD".parse().unwrap(),
    };
    assert_eq!(verifier.verify(&token, NOW), Ok(expected.clone()));
    assert_eq!(verifier.verify(&token, end - 1), Ok(expected));
    assert_eq!(verifier.verify(&token, end), Err(TokenRefused::Expired));
}

#[test]
fn claims_are_judged_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = issuer(folder.path());
    let seconds = NOW / 1_000_000;
    for (changes, why) in [
        (json!({"exp": seconds - 60}), TokenRefused::Expired),
        (json!({"exp": -1e300}), TokenRefused::Expired),
        (json!({"nbf": seconds + 61}), TokenRefused::NotYet),
        (json!({"exp": null}), TokenRefused::Claims),
        (json!({"exp": "tomorrow"}), TokenRefused::Claims),
        (json!({"nbf": "today"}), TokenRefused::Claims),
        (json!({"iss": null}), TokenRefused::Claims),
        (json!({"iss": [LOCAL_ISSUER]}), TokenRefused::Claims),
        (json!({"iss": "sluice:local/"}), TokenRefused::Issuer),
        (json!({"aud": null}), TokenRefused::Claims),
        (json!({"aud": "sluices"}), TokenRefused::Audience),
        (json!({"aud": []}), TokenRefused::Audience),
        (json!({"sub": null}), TokenRefused::Claims),
        (json!({"sub": ""}), TokenRefused::Claims),
        (json!({"sub": 7}), TokenRefused::Claims),
        (json!({"sub": "a".repeat(256)}), TokenRefused::Claims),
        (json!({"nonce": "n"}), TokenRefused::IdToken),
        (json!({"at_hash": "h"}), TokenRefused::IdToken),
        (
            json!({"name": "a".repeat(LARGEST_TOKEN)}),
            TokenRefused::TooLarge,
        ),
    ] {
        let told = changes.to_string().chars().take(60).collect::<String>();
        assert_eq!(issuer.judge(changes), Err(why), "{told}");
    }
    for changes in [
        json!({"exp": seconds - 59}),
        json!({"exp": 1e300}),
        json!({"nbf": seconds as f64 + 59.5}),
        json!({"aud": ["else", LOCAL_AUDIENCE]}),
        json!({"sub": "a".repeat(255)}),
        json!({"name": 7, "email": [], "roles": 3}),
    ] {
        assert!(issuer.judge(changes.clone()).is_ok(), "{changes}");
    }
}

#[test]
fn headers_are_judged_before_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = issuer(folder.path());
    let judge = |change: fn(&mut Header)| {
        let mut header = issuer.key.header();
        change(&mut header);
        issuer.judge_with(header, json!({}))
    };

    assert_eq!(judge(|h| h.kid = None), Err(TokenRefused::NoKeyId));
    assert_eq!(
        judge(|h| h.kid = Some("k".repeat(99))),
        Err(TokenRefused::UnknownKey("k".repeat(64)))
    );
    assert_eq!(
        judge(|h| h.crit = Some(vec!["exp".to_owned()])),
        Err(TokenRefused::Critical)
    );
    assert_eq!(
        judge(|h| h.crit = Some(Vec::new())),
        Err(TokenRefused::Critical)
    );
    assert_eq!(
        judge(|h| h.typ = Some("logout+jwt".to_owned())),
        Err(TokenRefused::Type)
    );
    assert!(judge(|h| h.typ = None).is_ok());
    assert!(judge(|h| h.typ = Some("at+jwt".to_owned())).is_ok());
    assert!(judge(|h| h.typ = Some("application/AT+JWT".to_owned())).is_ok());
}

#[test]
fn a_secret_made_of_the_public_key_signs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = issuer(folder.path());
    let mut header = issuer.key.header();
    header.alg = Algorithm::HS256;
    let secret = EncodingKey::from_secret(issuer.key.key_set_json().as_bytes());
    let token = jsonwebtoken::encode(&header, &claims(json!({})), &secret).unwrap();

    assert_eq!(
        issuer.verifier.verify(&token, NOW),
        Err(TokenRefused::Algorithm(Algorithm::HS256))
    );
}

#[test]
fn another_key_a_changed_claim_and_no_signature_are_refused() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (ours, theirs) = (issuer(here.path()), issuer(there.path()));
    let sign = |key: &LocalKey, claims: &Value| {
        jsonwebtoken::encode(&ours.key.header(), claims, key.encoding()).unwrap()
    };
    let good = sign(&ours.key, &claims(json!({})));
    let admin = sign(&ours.key, &claims(json!({"roles": ["ADMIN"]})));
    let part = |token: &str, index: usize| token.split('.').nth(index).unwrap().to_owned();
    let mixed = [part(&good, 0), part(&admin, 1), part(&good, 2)].join(".");
    let unsigned = [part(&good, 0), part(&good, 1), String::new()].join(".");
    // {"alg":"none","typ":"JWT"}
    let none = [
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0".to_owned(),
        part(&good, 1),
        String::new(),
    ]
    .join(".");

    assert!(ours.verifier.verify(&good, NOW).is_ok());
    for (token, why) in [
        (
            sign(&theirs.key, &claims(json!({}))),
            TokenRefused::Signature,
        ),
        (mixed, TokenRefused::Signature),
        (unsigned, TokenRefused::Signature),
        (none, TokenRefused::Malformed),
        (String::new(), TokenRefused::Malformed),
        ("a.b.c".to_owned(), TokenRefused::Malformed),
        (good.replace('.', " "), TokenRefused::Malformed),
    ] {
        assert_eq!(ours.verifier.verify(&token, NOW), Err(why), "{token}");
    }
}
