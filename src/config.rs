//! Settings from flags and the environment, read once at start and never again. What is
//! wrong with them is told all together, each with what would be right. The flags stand
//! in `settings.rs`; nothing here opens a file or a port.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::api::limits::Limits;
use crate::ideas::promises::Promises;
use crate::identity::claims::{DEFAULT_ROLES_CLAIM, RoleRules};
use crate::platform::db::DEFAULT_CONNECTIONS;
use crate::platform::telemetry::DEFAULT_FILTER;

mod read;
mod settings;

pub use read::SettingFaults;
pub use settings::Settings;

/// Everything the house was told at start; all of it holds together.
#[derive(Clone)]
pub struct Config {
    /// Where the signing key and, by default, the SQLite file live.
    pub data_dir: PathBuf,
    /// `sqlite:<path>` or `postgres://…`. May hold a password: never for a log.
    pub database_url: String,
    /// Connections to PostgreSQL, or readers of the SQLite file beside its one writer.
    pub connections: u32,
    /// Where the server listens; a loopback address in local mode.
    pub listen: SocketAddr,
    /// Whether `serve` brings the tables of a PostgreSQL database up to date.
    pub migrate: bool,
    /// Origins, besides the server's own, whose pages may call it.
    pub cors_origins: Vec<String>,
    /// How roles are read from tokens.
    pub roles: RoleRules,
    /// Subjects who are `ADMIN` whatever their token says.
    pub admins: Vec<String>,
    /// By when people are owed what.
    pub promises: Promises,
    /// How many ideas count as the best ones when a decision goes against the ranking.
    pub cut: u32,
    /// How many prototypes are tried at once.
    pub prototype_limit: u32,
    /// What a single request may ask for.
    pub limits: Limits,
    /// What is written to the log, as `tracing` filter directives.
    pub log: String,
}

/// The port is 8080, and nobody from outside can reach it.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// As many as can be given attention.
const DEFAULT_PROTOTYPE_LIMIT: u32 = 5;

/// A backlog's best ten.
const DEFAULT_CUT: u32 = 10;

impl Config {
    /// Local mode in this folder with every setting at its default: what the commands
    /// get from an empty environment.
    pub fn local(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            database_url: sqlite_url(data_dir),
            connections: DEFAULT_CONNECTIONS,
            listen: DEFAULT_LISTEN,
            migrate: true,
            cors_origins: Vec::new(),
            roles: RoleRules::new(read::list(DEFAULT_ROLES_CLAIM), BTreeMap::new()),
            admins: Vec::new(),
            promises: Promises::default(),
            cut: DEFAULT_CUT,
            prototype_limit: DEFAULT_PROTOTYPE_LIMIT,
            limits: Limits::default(),
            log: DEFAULT_FILTER.to_owned(),
        }
    }
}

/// The file in the data folder, as an address.
fn sqlite_url(data_dir: &Path) -> String {
    file_url(&data_dir.join("sluice.db"))
}

/// An SQLite file as an address. `%` and `?` would mean something else in one.
pub(crate) fn file_url(path: &Path) -> String {
    let path = path.to_string_lossy();
    format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3f"))
}
