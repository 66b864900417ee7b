//! The flags and variables, with their manual. They are taken as text, so that `read.rs`
//! can judge all of them together instead of stopping at the first.

use std::path::PathBuf;

use clap::Args;

use super::{DEFAULT_CUT, DEFAULT_LISTEN, DEFAULT_PROTOTYPE_LIMIT};
use crate::api::limits::Limits;
use crate::ideas::promises::Promises;
use crate::identity::claims::DEFAULT_ROLES_CLAIM;
use crate::platform::db::DEFAULT_CONNECTIONS;
use crate::platform::telemetry::DEFAULT_FILTER;

/// Every setting, as it was typed.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Folder of the signing key and of the SQLite file; made when it is not there
    #[arg(
        long,
        global = true,
        env = "SLUICE_DATA_DIR",
        value_name = "FOLDER",
        default_value = "./data"
    )]
    pub data_dir: PathBuf,

    /// Database: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`
    /// [default: sluice.db in the data folder]
    #[arg(
        long,
        global = true,
        env = "SLUICE_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Option<String>,

    /// Connections to a PostgreSQL database, or readers of an SQLite file
    #[arg(
        long,
        global = true,
        env = "SLUICE_DATABASE_CONNECTIONS",
        value_name = "CONNECTIONS",
        default_value_t = DEFAULT_CONNECTIONS.to_string(),
        hide_short_help = true
    )]
    pub database_connections: String,

    /// Address and port of the server; in local mode a loopback address
    #[arg(
        long,
        global = true,
        env = "SLUICE_LISTEN",
        value_name = "ADDRESS:PORT",
        default_value_t = DEFAULT_LISTEN.to_string()
    )]
    pub listen: String,

    /// on: `serve` and `import` bring a PostgreSQL database's tables up to date first;
    /// off: only `sluice migrate` does. An SQLite file is always brought up to date
    #[arg(
        long,
        global = true,
        env = "SLUICE_MIGRATE",
        value_name = "on|off",
        default_value = "on",
        hide_short_help = true
    )]
    pub migrate: String,

    /// Origins whose pages may call the API, with commas, such as `https://app.example.org`;
    /// none means the server's own pages only
    #[arg(
        long,
        global = true,
        env = "SLUICE_CORS_ORIGINS",
        value_name = "ORIGINS",
        default_value = "",
        hide_short_help = true
    )]
    pub cors_origins: String,

    /// Issuer of sign-in tokens. Not in this version: unset means local mode, where
    /// `sluice token` makes the tokens
    #[arg(
        long,
        global = true,
        env = "SLUICE_OIDC_ISSUER",
        value_name = "URL",
        hide_short_help = true
    )]
    pub oidc_issuer: Option<String>,

    /// Where a token names roles: paths with commas, looked at in this order, the first
    /// that gives a role counts
    #[arg(
        long,
        global = true,
        env = "SLUICE_ROLES_CLAIM",
        value_name = "PATHS",
        default_value = DEFAULT_ROLES_CLAIM,
        hide_short_help = true
    )]
    pub roles_claim: String,

    /// What the names in a token mean, such as "idea-leads=LEAD,jury=ASSESSOR"; other
    /// names give nothing. In local mode the roles' own names also mean themselves
    #[arg(
        long,
        global = true,
        env = "SLUICE_ROLE_MAP",
        value_name = "NAME=ROLE,…",
        default_value = "",
        hide_short_help = true
    )]
    pub role_map: String,

    /// Subjects (`sub` of their tokens) who are ADMIN whatever their token says, with commas
    #[arg(
        long,
        global = true,
        env = "SLUICE_ADMINS",
        value_name = "SUBJECTS",
        default_value = "",
        hide_short_help = true
    )]
    pub admins: String,

    /// Days in which leads owe a first answer to an idea
    #[arg(
        long,
        global = true,
        env = "SLUICE_ANSWER_DAYS",
        value_name = "DAYS",
        default_value_t = Promises::default().answer.to_string(),
        hide_short_help = true
    )]
    pub answer_days: String,

    /// Days in which an idea's assessments are owed
    #[arg(
        long,
        global = true,
        env = "SLUICE_ASSESSMENT_DAYS",
        value_name = "DAYS",
        default_value_t = Promises::default().assessment.to_string(),
        hide_short_help = true
    )]
    pub assessment_days: String,

    /// Days in which the steward owes an idea in the backlog a look
    #[arg(
        long,
        global = true,
        env = "SLUICE_BACKLOG_DAYS",
        value_name = "DAYS",
        default_value_t = Promises::default().backlog.to_string(),
        hide_short_help = true
    )]
    pub backlog_days: String,

    /// Days in which an author owes the answer to a question
    #[arg(
        long,
        global = true,
        env = "SLUICE_AUTHOR_ANSWER_DAYS",
        value_name = "DAYS",
        default_value_t = Promises::default().author_answer.to_string(),
        hide_short_help = true
    )]
    pub author_answer_days: String,

    /// Days in which the steward owes a decision about what was shown to work
    #[arg(
        long,
        global = true,
        env = "SLUICE_VALIDATED_DAYS",
        value_name = "DAYS",
        default_value_t = Promises::default().validated.to_string(),
        hide_short_help = true
    )]
    pub validated_days: String,

    /// Days in which another lead owes the answer to an appeal
    #[arg(
        long,
        global = true,
        env = "SLUICE_APPEAL_DAYS",
        value_name = "DAYS",
        default_value_t = Promises::default().appeal.to_string(),
        hide_short_help = true
    )]
    pub appeal_days: String,

    /// How many ideas count as the best of the backlog: turning down one that likely belongs
    /// to them is marked as an override. Never more than a third of the backlog
    #[arg(
        long,
        global = true,
        env = "SLUICE_CUT",
        value_name = "IDEAS",
        default_value_t = DEFAULT_CUT.to_string(),
        hide_short_help = true
    )]
    pub cut: String,

    /// So many prototypes are tried at once; confidential ones take no place from others
    #[arg(
        long,
        global = true,
        env = "SLUICE_PROTOTYPE_LIMIT",
        value_name = "PROTOTYPES",
        default_value_t = DEFAULT_PROTOTYPE_LIMIT.to_string(),
        hide_short_help = true
    )]
    pub prototype_limit: String,

    /// Largest body of a request, in bytes
    #[arg(
        long,
        global = true,
        env = "SLUICE_MAX_BODY_BYTES",
        value_name = "BYTES",
        default_value_t = Limits::default().body_bytes.to_string(),
        hide_short_help = true
    )]
    pub max_body_bytes: String,

    /// Deepest nesting of a query
    #[arg(
        long,
        global = true,
        env = "SLUICE_MAX_DEPTH",
        value_name = "FIELDS",
        default_value_t = Limits::default().depth.to_string(),
        hide_short_help = true
    )]
    pub max_depth: String,

    /// Highest cost of a query; a field costs 1 times the sizes of the pages above it
    #[arg(
        long,
        global = true,
        env = "SLUICE_MAX_COST",
        value_name = "COST",
        default_value_t = Limits::default().cost.to_string(),
        hide_short_help = true
    )]
    pub max_cost: String,

    /// Most aliases in a query
    #[arg(
        long,
        global = true,
        env = "SLUICE_MAX_ALIASES",
        value_name = "ALIASES",
        default_value_t = Limits::default().aliases.to_string(),
        hide_short_help = true
    )]
    pub max_aliases: String,

    /// Most directives in a query
    #[arg(
        long,
        global = true,
        env = "SLUICE_MAX_DIRECTIVES",
        value_name = "DIRECTIVES",
        default_value_t = Limits::default().directives.to_string(),
        hide_short_help = true
    )]
    pub max_directives: String,

    /// Most lexical tokens in a query's text
    #[arg(
        long,
        global = true,
        env = "SLUICE_MAX_TOKENS",
        value_name = "TOKENS",
        default_value_t = Limits::default().tokens.to_string(),
        hide_short_help = true
    )]
    pub max_tokens: String,

    /// Most errors told in one answer; how many more there were is told too
    #[arg(
        long,
        global = true,
        env = "SLUICE_MAX_ERRORS",
        value_name = "ERRORS",
        default_value_t = Limits::default().errors.to_string(),
        hide_short_help = true
    )]
    pub max_errors: String,

    /// Seconds until a request that has no answer yet is given up
    #[arg(
        long,
        global = true,
        env = "SLUICE_REQUEST_SECONDS",
        value_name = "SECONDS",
        default_value_t = Limits::default().time.as_secs().to_string(),
        hide_short_help = true
    )]
    pub request_seconds: String,

    /// What is logged: a level (error, warn, info, debug, trace) or filters for parts
    #[arg(
        long,
        global = true,
        env = "SLUICE_LOG",
        value_name = "FILTER",
        default_value = DEFAULT_FILTER,
        hide_short_help = true
    )]
    pub log: String,
}
