//! Bearer tokens: what makes one hold, and how local mode issues its own. There is one
//! way of verifying, whoever issued; nothing here touches the network or a table, and no
//! refusal ever says to the caller why.

use std::time::Duration;

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::claims::{Claims, RoleRules, display_text};
use super::domain::Roles;
use super::keys::{KeySet, LocalKey};
use crate::platform::clock::Micros;

/// `iss` of tokens that `sluice token` makes.
pub const LOCAL_ISSUER: &str = "sluice:local";

/// `aud` of tokens that `sluice token` makes.
pub const LOCAL_AUDIENCE: &str = "sluice";

/// Longest token that is looked at, in bytes.
pub const LARGEST_TOKEN: usize = 16 * 1024;

/// How far the clocks of issuer and server may differ, in seconds.
const LEEWAY: f64 = 60.0;

/// Longest `sub`, in bytes (OpenID Connect Core §2).
const LONGEST_SUBJECT: usize = 255;

const ALLOWED: [Algorithm; 5] = [
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// Why a token does not hold: for the log, never for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    #[error("longer than 16 KiB")]
    TooLarge,
    #[error("no JWT with a known algorithm")]
    Malformed,
    #[error("algorithm {0:?} is not accepted")]
    Algorithm(Algorithm),
    #[error("header typ is neither JWT nor at+jwt")]
    Type,
    #[error("header crit asks for what nobody here understands")]
    Critical,
    #[error("header has no kid")]
    NoKeyId,
    #[error("no key {0:?} for this algorithm")]
    UnknownKey(String),
    #[error("signature does not fit")]
    Signature,
    #[error("claims are missing or of a wrong type: exp, iss, aud and sub are needed")]
    Claims,
    #[error("expired")]
    Expired,
    #[error("not valid yet")]
    NotYet,
    #[error("from another issuer")]
    Issuer,
    #[error("for another audience")]
    Audience,
    #[error("an id token, not an access token")]
    IdToken,
}

/// Tells tokens that hold from those that do not.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// What `iss` must be, byte for byte.
    pub issuer: String,
    /// What `aud` must be or contain.
    pub audience: String,
    /// The issuer's keys.
    pub keys: KeySet,
    /// How its roles are read.
    pub roles: RoleRules,
}

impl Verifier {
    /// Verifies what `key` issues.
    pub fn local(key: &LocalKey, roles: RoleRules) -> Self {
        Self {
            issuer: LOCAL_ISSUER.to_owned(),
            audience: LOCAL_AUDIENCE.to_owned(),
            keys: key.key_set(),
            roles: roles.and_own_names(),
        }
    }

    /// Who the token speaks of, when it holds at `now`.
    /// A refusal is also written to the log, as one line with its reason.
    pub fn verify(&self, token: &str, now: Micros) -> Result<Claims, TokenRefused> {
        self.judge(token, now)
            .inspect_err(|why| tracing::info!(reason = %why, "bearer token refused"))
    }

    fn judge(&self, token: &str, now: Micros) -> Result<Claims, TokenRefused> {
        if token.len() > LARGEST_TOKEN {
            return Err(TokenRefused::TooLarge);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenRefused::Malformed)?;
        let kid = acceptable(&header)?;
        let key = self.keys.find(kid, header.alg).ok_or_else(|| {
            // Written by a stranger: enough of it to recognize a rotated key, no more.
            TokenRefused::UnknownKey(kid.chars().take(64).collect())
        })?;
        let payload =
            jsonwebtoken::decode::<Map<String, Value>>(token, key, &signature_only(header.alg))
                .map_err(|cause| match cause.kind() {
                    jsonwebtoken::errors::ErrorKind::Json(_) => TokenRefused::Claims,
                    _ => TokenRefused::Signature,
                })?
                .claims;
        self.judge_claims(&payload, now)
    }

    fn judge_claims(
        &self,
        payload: &Map<String, Value>,
        now: Micros,
    ) -> Result<Claims, TokenRefused> {
        let registered = Registered::deserialize(payload).map_err(|_| TokenRefused::Claims)?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "exact to the microsecond until 2255"
        )]
        let now = now as f64 / 1e6;
        if registered.exp + LEEWAY <= now {
            return Err(TokenRefused::Expired);
        }
        if registered.nbf.is_some_and(|nbf| nbf - LEEWAY > now) {
            return Err(TokenRefused::NotYet);
        }
        if registered.iss != self.issuer {
            return Err(TokenRefused::Issuer);
        }
        if !registered.aud.names(&self.audience) {
            return Err(TokenRefused::Audience);
        }
        // Meant for the application that signed the person in, and kept less carefully.
        if payload.contains_key("nonce") || payload.contains_key("at_hash") {
            return Err(TokenRefused::IdToken);
        }
        if registered.sub.is_empty() || registered.sub.len() > LONGEST_SUBJECT {
            return Err(TokenRefused::Claims);
        }
        Ok(Claims {
            name: display_text(payload, "name"),
            email: display_text(payload, "email"),
            roles: self.roles.read(payload),
            issuer: registered.iss,
            subject: registered.sub,
        })
    }
}

/// The key id of a header that may be looked into further.
fn acceptable(header: &Header) -> Result<&str, TokenRefused> {
    if !ALLOWED.contains(&header.alg) {
        return Err(TokenRefused::Algorithm(header.alg));
    }
    if header.crit.is_some() {
        return Err(TokenRefused::Critical);
    }
    if let Some(typ) = &header.typ {
        // RFC 7515 §4.1.9: a media type, "application/" left out by custom.
        let typ = typ.to_ascii_lowercase();
        let short = typ.strip_prefix("application/").unwrap_or(&typ);
        if !matches!(short, "jwt" | "at+jwt") {
            return Err(TokenRefused::Type);
        }
    }
    header.kid.as_deref().ok_or(TokenRefused::NoKeyId)
}

/// The library checks the signature; the claims are judged here, by the house's own
/// clock.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

/// The claims every token must have (RFC 7519 §4.1); times are seconds since 1970.
#[derive(Deserialize)]
struct Registered {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    nbf: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(name) => name == wanted,
            Self::Several(names) => names.iter().any(|name| name == wanted),
        }
    }
}

/// A token of local mode for `subject`, issued at `now`
/// and valid for `ttl`, in whole seconds.
///
/// # Errors
/// When the key refuses to sign, which the operating system's randomness could cause.
pub fn issue(
    key: &LocalKey,
    subject: &str,
    name: Option<&str>,
    roles: Roles,
    ttl: Duration,
    now: Micros,
) -> Result<String, jsonwebtoken::errors::Error> {
    let issued = now.div_euclid(1_000_000);
    let lifetime = i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX);
    let mut claims = json!({
        "iss": LOCAL_ISSUER,
        "aud": LOCAL_AUDIENCE,
        "sub": subject,
        "iat": issued,
        "exp": issued.saturating_add(lifetime),
        "roles": roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
    });
    if let Some(name) = name {
        claims["name"] = name.into();
    }
    jsonwebtoken::encode(&key.header(), &claims, key.encoding())
}

#[cfg(test)]
mod tests;
