//! From text to `Config`. Every setting is judged, also when an earlier one was wrong;
//! each fault names flag and variable and says what would be right. Values of settings
//! that may hold secrets are never repeated.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use url::Url;

use super::{Config, Settings, sqlite_url};
use crate::api::limits::Limits;
use crate::ideas::promises::Promises;
use crate::identity::claims::RoleRules;
use crate::identity::domain::Role;

/// A hundred years: longer than anybody waits, short enough to add to any instant.
const DAYS: RangeInclusive<u64> = 1..=36_500;

/// Everything that is wrong with the settings, one sentence each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFaults(Vec<String>);

impl SettingFaults {
    /// The sentences, in the order of `--help`.
    pub fn sentences(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for SettingFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for SettingFaults {}

impl Settings {
    /// The settings for a command that does not serve.
    pub fn config(self) -> Result<Config, SettingFaults> {
        self.read(false)
    }

    /// The settings for serving. Also refused: an outside issuer, which this version
    /// cannot verify, and in local mode an address that others can reach.
    pub fn config_for_serving(self) -> Result<Config, SettingFaults> {
        self.read(true)
    }

    fn read(self, serving: bool) -> Result<Config, SettingFaults> {
        let mut faults = Vec::new();
        let listen = keep(&mut faults, listen(&self.listen));
        if serving {
            faults.extend(self.unsafe_serving(listen));
        }
        let mut whole = |flag, text: &str, range| {
            keep(&mut faults, number(flag, text, range)).unwrap_or_default()
        };
        let promises = Promises {
            answer: small(whole("answer-days", &self.answer_days, DAYS)),
            assessment: small(whole("assessment-days", &self.assessment_days, DAYS)),
            backlog: small(whole("backlog-days", &self.backlog_days, DAYS)),
            author_answer: small(whole("author-answer-days", &self.author_answer_days, DAYS)),
            validated: small(whole("validated-days", &self.validated_days, DAYS)),
            appeal: small(whole("appeal-days", &self.appeal_days, DAYS)),
        };
        let cut = small(whole("cut", &self.cut, 1..=1_000));
        let prototype_limit = small(whole("prototype-limit", &self.prototype_limit, 1..=1_000));
        let connections = small(whole(
            "database-connections",
            &self.database_connections,
            1..=1_000,
        ));
        let limits = Limits {
            body_bytes: size(whole(
                "max-body-bytes",
                &self.max_body_bytes,
                1024..=1 << 30,
            )),
            depth: size(whole("max-depth", &self.max_depth, 1..=1_000)),
            cost: size(whole("max-cost", &self.max_cost, 1..=1_000_000_000)),
            aliases: size(whole("max-aliases", &self.max_aliases, 1..=1_000_000)),
            directives: size(whole("max-directives", &self.max_directives, 0..=1_000_000)),
            tokens: size(whole("max-tokens", &self.max_tokens, 1..=10_000_000)),
            errors: size(whole("max-errors", &self.max_errors, 1..=1_000)),
            time: Duration::from_secs(whole("request-seconds", &self.request_seconds, 1..=3_600)),
        };
        let database_url = match self.database_url.as_deref() {
            None | Some("") => Some(sqlite_url(&self.data_dir)),
            Some(url) => keep(&mut faults, database(url)),
        };
        let migrate = keep(&mut faults, switch("migrate", &self.migrate));
        let cors_origins = keep_all(&mut faults, &self.cors_origins, origin);
        let role_map = keep_all(&mut faults, &self.role_map, mapping);
        let paths = list(&self.roles_claim);
        if paths.is_empty() {
            faults.push(told(
                "roles-claim",
                "it names no path; write for example roles, groups",
            ));
        }
        if EnvFilter::try_new(&self.log).is_err() {
            faults.push(told(
                "log",
                &format!(
                    "{:?} is no filter; write a level (error, warn, info, debug, trace) or \
                     for example info,sqlx=debug",
                    self.log
                ),
            ));
        }
        match (faults.is_empty(), listen, database_url, migrate) {
            (true, Some(listen), Some(database_url), Some(migrate)) => Ok(Config {
                data_dir: self.data_dir,
                database_url,
                connections,
                listen,
                migrate,
                cors_origins,
                roles: RoleRules::new(paths, role_map.into_iter().collect::<BTreeMap<_, _>>()),
                admins: list(&self.admins),
                promises,
                cut,
                prototype_limit,
                limits,
                log: self.log,
            }),
            _ => Err(SettingFaults(faults)),
        }
    }

    /// Why serving with these would be wrong.
    fn unsafe_serving(&self, listen: Option<SocketAddr>) -> Option<String> {
        match self.oidc_issuer.as_deref() {
            Some(issuer) if !issuer.is_empty() => Some(told(
                "oidc-issuer",
                "sign-in through an outside issuer is not in this version; leave it unset to \
                 use local mode, where `sluice token` makes the tokens",
            )),
            _ => listen.filter(|at| !at.ip().is_loopback()).map(|at| {
                told(
                    "listen",
                    &format!(
                        "{at} can be reached from outside, and in local mode whoever can read \
                         the data folder can sign in as anyone; listen on 127.0.0.1:{port} or \
                         [::1]:{port}",
                        port = at.port()
                    ),
                )
            }),
        }
    }
}

/// One fault: the setting by both its names, and the sentence.
fn told(flag: &str, sentence: &str) -> String {
    let variable = flag.to_uppercase().replace('-', "_");
    format!("--{flag} (SLUICE_{variable}): {sentence}.")
}

fn keep<T>(faults: &mut Vec<String>, read: Result<T, String>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

fn keep_all<T>(
    faults: &mut Vec<String>,
    text: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Vec<T> {
    list(text)
        .iter()
        .filter_map(|entry| keep(faults, read(entry)))
        .collect()
}

/// The entries between commas, trimmed; empty ones are none.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    // The one name everybody types; it is a loopback address by RFC 6761.
    if let Some(port) = text.strip_prefix("localhost:").map(u16::from_str) {
        let at = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        return port.map(at).map_err(|_| no_address(text));
    }
    text.parse().map_err(|_| no_address(text))
}

fn no_address(text: &str) -> String {
    told(
        "listen",
        &format!("{text:?} is no address and port; write for example 127.0.0.1:8080"),
    )
}

fn database(url: &str) -> Result<String, String> {
    let path_of = |scheme: &str| url.strip_prefix(scheme).filter(|rest| !rest.is_empty());
    let known = path_of("sqlite:").is_some()
        || ((path_of("postgres://").is_some() || path_of("postgresql://").is_some())
            && Url::parse(url).is_ok());
    if known {
        return Ok(url.to_owned());
    }
    Err(told(
        "database-url",
        "it is no address of a database; write sqlite:<path> or \
         postgres://user:password@host/name",
    ))
}

fn switch(flag: &str, text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(told(flag, &format!("{text:?} is neither on nor off"))),
    }
}

/// An origin as browsers send it: scheme, host and, unless it is the usual one, port.
fn origin(text: &str) -> Result<String, String> {
    let parsed = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .map(|url| url.origin().ascii_serialization());
    match parsed {
        Some(origin) if origin == text => Ok(origin),
        Some(origin) => Err(told(
            "cors-origins",
            &format!("{text:?} is more than an origin; write {origin}"),
        )),
        None => Err(told(
            "cors-origins",
            &format!("{text:?} is no origin; write for example https://app.example.org"),
        )),
    }
}

fn mapping(entry: &str) -> Result<(String, Role), String> {
    let pair = entry.rsplit_once('=').and_then(|(name, role)| {
        let name = name.trim();
        let role = role.trim().parse().ok()?;
        (!name.is_empty()).then(|| (name.to_owned(), role))
    });
    pair.ok_or_else(|| {
        told(
            "role-map",
            &format!(
                "{entry:?} maps no name to a role; write for example idea-leads=LEAD, the roles \
                 being {}",
                Role::ALL.map(Role::as_str).join(", ")
            ),
        )
    })
}

fn number(flag: &str, text: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
    match text.parse() {
        Ok(value) if range.contains(&value) => Ok(value),
        _ => Err(told(
            flag,
            &format!(
                "{text:?} is no whole number from {} to {}",
                range.start(),
                range.end()
            ),
        )),
    }
}

fn small(checked: u64) -> u32 {
    u32::try_from(checked).expect("the range it was checked against ends below 2³²")
}

fn size(checked: u64) -> usize {
    usize::try_from(checked).expect("the range it was checked against ends below 2³¹")
}

#[cfg(test)]
mod tests;
