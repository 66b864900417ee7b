//! `sluice token`: a sign-in token for local mode, alone on standard output, so that a
//! script can take it. Needs the data folder only: it works before the server ever ran,
//! and while it runs.

use std::time::Duration;

use clap::Args;

use super::{Stop, checked};
use crate::config::Settings;
use crate::identity::domain::{Role, Roles};
use crate::identity::keys::LocalKey;
use crate::identity::tokens;
use crate::platform::clock::Clock;

/// Longest life of a token, in days: it cannot be taken back.
const LONGEST_DAYS: u64 = 366;

const DAY: u64 = 24 * 60 * 60;

#[derive(Args)]
pub(super) struct Arguments {
    /// Who signs in: a short name that stays the same, such as ann
    #[arg(long = "as", value_name = "SUBJECT", value_parser = subject)]
    subject: String,

    /// A role (MEMBER, ASSESSOR, LEAD, ORGANIZER, ADMIN); can be given several times
    #[arg(long = "role", value_name = "ROLE", value_parser = role)]
    roles: Vec<Role>,

    /// The name that others see; without one they see the subject, until one is given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// How long the token holds: 30m, 8h or 7d, at most 366d
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = lifetime)]
    ttl: Duration,
}

pub(super) fn run(settings: Settings, arguments: Arguments) -> Result<(), Stop> {
    if settings
        .oidc_issuer
        .as_deref()
        .is_some_and(|issuer| !issuer.is_empty())
    {
        return Err(Stop::failed(
            "there are no local tokens while SLUICE_OIDC_ISSUER is set",
        ));
    }
    let config = checked(settings)?;
    let key = LocalKey::open(&config.data_dir).map_err(|cause| Stop::failed(cause.to_string()))?;
    let token = tokens::issue(
        &key,
        &arguments.subject,
        arguments.name.as_deref(),
        arguments.roles.into_iter().collect::<Roles>(),
        arguments.ttl,
        Clock::system().now(),
    )
    .map_err(|cause| Stop::failed(format!("cannot sign: {cause}")))?;
    println!("{token}");
    Ok(())
}

/// A subject that verification accepts.
fn subject(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > 255 {
        return Err("write 1 to 255 bytes, such as ann".to_owned());
    }
    Ok(text.to_owned())
}

/// The role of this name, however it is capitalized.
fn role(text: &str) -> Result<Role, String> {
    text.to_uppercase()
        .parse()
        .map_err(|unknown: crate::identity::domain::UnknownRole| unknown.to_string())
}

/// A whole number and its unit: s, m, h or d.
fn lifetime(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 60 * 60), ("d", DAY)];
    units
        .iter()
        .find_map(|(unit, seconds)| {
            let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
            count.checked_mul(*seconds)
        })
        .filter(|seconds| (1..=LONGEST_DAYS * DAY).contains(seconds))
        .map(Duration::from_secs)
        .ok_or_else(|| format!("write for example 30m, 8h or 7d, at most {LONGEST_DAYS}d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_whole_numbers_with_a_unit() {
        assert_eq!(lifetime("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(lifetime("30m"), Ok(Duration::from_secs(1_800)));
        assert_eq!(lifetime("8h"), Ok(Duration::from_secs(28_800)));
        assert_eq!(lifetime("366d"), Ok(Duration::from_secs(366 * DAY)));
        for wrong in [
            "",
            "8",
            "h",
            "0s",
            "-1h",
            "1.5h",
            "367d",
            "8 h",
            "99999999999999999999d",
        ] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn roles_may_be_typed_in_small_letters() {
        assert_eq!(role("lead"), Ok(Role::Lead));
        assert!(role("boss").unwrap_err().contains("ORGANIZER"));
    }
}
