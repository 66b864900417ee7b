//! Settings as people type them. Nothing here reads the environment of whoever runs the
//! tests.

use std::path::Path;

use clap::{Args, Command, FromArgMatches};

use super::*;

/// Flags on top of the defaults.
fn settings(flags: &[&str]) -> Settings {
    let command = Settings::augment_args(Command::new("sluice"))
        .mut_args(|arg| arg.env(clap::builder::Resettable::Reset));
    let arguments = std::iter::once(&"sluice").chain(flags);
    Settings::from_arg_matches(&command.get_matches_from(arguments)).unwrap()
}

fn faults(flags: &[&str]) -> Vec<String> {
    let refused = settings(flags).config_for_serving().err().unwrap();
    refused.sentences().to_vec()
}

#[test]
fn without_flags_the_defaults_hold() {
    let config = settings(&[]).config_for_serving().ok().unwrap();
    let plain = Config::local(Path::new("./data"));

    assert_eq!(config.database_url, "sqlite:./data/sluice.db");
    assert_eq!(config.database_url, plain.database_url);
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listen, plain.listen);
    assert_eq!(config.limits, Limits::default());
    assert_eq!(config.promises, Promises::default());
    assert_eq!(config.roles, plain.roles);
    assert!(config.migrate && plain.migrate);
    assert_eq!(config.log, plain.log);
    assert!(config.cors_origins.is_empty() && config.admins.is_empty());
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_what_would_be_right() {
    let told = faults(&[
        "--listen=here",
        "--answer-days=soon",
        "--max-depth=0",
        "--database-url=mysql://u:secret@h/n",
        "--migrate=yes",
        "--cors-origins=https://a.example,https://b.example/x,c",
        "--role-map=leads=LEAD,jury=JUROR",
        "--log=a=b=c",
    ]);

    let named = [
        "--listen (SLUICE_LISTEN): \"here\" is no address and port; write for example 127.0.0.1:8080.",
        "--answer-days (SLUICE_ANSWER_DAYS): \"soon\" is no whole number from 1 to 36500.",
        "--max-depth (SLUICE_MAX_DEPTH): \"0\" is no whole number from 1 to 1000.",
        "--database-url (SLUICE_DATABASE_URL): it is no address of a database; write sqlite:<path> or postgres://user:password@host/name.",
        "--migrate (SLUICE_MIGRATE): \"yes\" is neither on nor off.",
        "--cors-origins (SLUICE_CORS_ORIGINS): \"https://b.example/x\" is more than an origin; write https://b.example.",
        "--cors-origins (SLUICE_CORS_ORIGINS): \"c\" is no origin; write for example https://app.example.org.",
        "--role-map (SLUICE_ROLE_MAP): \"jury=JUROR\" maps no name to a role; write for example idea-leads=LEAD, the roles being MEMBER, ASSESSOR, LEAD, ORGANIZER, ADMIN.",
        "--log (SLUICE_LOG): \"a=b=c\" is no filter; write a level (error, warn, info, debug, trace) or for example info,sqlx=debug.",
    ];
    assert_eq!(told, named);
}

#[test]
fn local_mode_serves_nobody_outside() {
    for outside in ["0.0.0.0:8080", "192.0.2.7:80", "[::]:8080"] {
        let told = faults(&["--listen", outside]);
        assert_eq!(told.len(), 1);
        assert!(
            told[0].contains("can be reached from outside"),
            "{}",
            told[0]
        );
        assert!(settings(&["--listen", outside]).config().is_ok());
    }
    for inside in [
        "127.0.0.1:0",
        "127.8.9.1:80",
        "[::1]:8080",
        "localhost:8080",
    ] {
        assert!(settings(&["--listen", inside]).config_for_serving().is_ok());
    }
}

#[test]
fn an_outside_issuer_is_refused_rather_than_half_believed() {
    let told = faults(&[
        "--oidc-issuer=https://id.example.org",
        "--listen=0.0.0.0:80",
    ]);

    assert_eq!(told.len(), 1);
    assert!(told[0].contains("not in this version"), "{}", told[0]);
    assert!(settings(&["--oidc-issuer="]).config_for_serving().is_ok());
}

#[test]
fn lists_may_have_spaces_and_a_name_may_hold_an_equals_sign() {
    let config = settings(&[
        "--admins= ann , bob,",
        "--role-map=cn=leads = LEAD , jury=ASSESSOR",
        "--roles-claim=a, b.c",
        "--data-dir=/tmp/50% ?",
    ])
    .config()
    .ok()
    .unwrap();

    let names = [("cn=leads", Role::Lead), ("jury", Role::Assessor)];
    let names = names.map(|(name, role)| (name.to_owned(), role)).into();
    assert_eq!(config.admins, ["ann", "bob"]);
    assert_eq!(config.roles, RoleRules::new(list("a,b.c"), names));
    assert_eq!(config.database_url, "sqlite:/tmp/50%25 %3f/sluice.db");
}
