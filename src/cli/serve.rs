//! `sluice serve`: puts the house together, opens the port and stays until it is told to
//! stop. Tests put the same house together and open a port of their own.

use std::io::{ErrorKind, IsTerminal};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::signals::told_to_end;
use super::{Stop, block_on, open_house, unknown_variables};
use crate::api::http::{self, Door, Ready};
use crate::api::schema::Schema;
use crate::assessment::commands::ensure_presets;
use crate::backlog::folds::Folds;
use crate::calendar;
use crate::config::Config;
use crate::identity::gate::Gate;
use crate::identity::keys::{KeyError, LocalKey};
use crate::identity::tokens::Verifier;
use crate::platform::clock::Clock;
use crate::platform::db::Db;
use crate::platform::error::{Error, Result};
use crate::platform::telemetry;
use crate::session::House;

/// A house with its doors open, not yet at a port.
pub struct Open {
    /// Every path.
    pub router: Router,
    /// Its database, migrated, and its clock.
    pub house: House,
    /// What signs its tokens.
    pub key: LocalKey,
    /// What it keeps in memory of the ranked ideas.
    pub folds: Arc<Folds>,
}

impl From<KeyError> for Error {
    fn from(cause: KeyError) -> Self {
        Self::internal(cause)
    }
}

/// Puts a house together: key, database with its tables up to date, and all that answers.
///
/// # Errors
/// When the key cannot be had or trusted, or the database cannot be opened or migrated.
pub async fn open(config: &Config, clock: Clock) -> Result<Open> {
    let key = LocalKey::open(&config.data_dir)?;
    let house = open_house(config, clock).await?;
    ensure_presets(&house).await?;
    let verifier = Verifier::local(&key, config.roles.clone());
    let door = door(config, house.clone(), verifier);
    let folds = door.schema.folds();
    let router = http::router(door);
    Ok(Open {
        router,
        house,
        key,
        folds,
    })
}

/// What stands behind the HTTP door.
fn door(config: &Config, house: House, verifier: Verifier) -> Door {
    let db = house.db.clone();
    Door {
        schema: Schema::new(&config.limits),
        gate: Gate {
            house,
            verifier,
            admins: config.admins.clone(),
        },
        limits: config.limits,
        origins: origins(config),
        ready: Ready::new(move || is_ready(db.clone())),
    }
}

fn origins(config: &Config) -> Vec<HeaderValue> {
    config
        .cors_origins
        .iter()
        .map(|origin| {
            HeaderValue::from_str(origin).expect("an origin was written by the URL parser")
        })
        .collect()
}

async fn is_ready(db: Db) -> Result<()> {
    if db.is_ready().await? {
        return Ok(());
    }
    Err(Error::internal(
        "the database lacks tables of this version; run `sluice migrate`",
    ))
}

/// Serves until SIGTERM or ctrl-c, then lets the requests under way finish.
pub(super) fn run(config: Config) -> Result<(), Stop> {
    run_after(config, async |_| Ok(()), greeting)
}

/// The same after `prepare`, where the port was free; `greeting` is what a person is told.
pub(super) fn run_after(
    config: Config,
    prepare: impl AsyncFnOnce(&Config) -> Result<(), Stop>,
    greeting: impl FnOnce(SocketAddr, &Config) -> String,
) -> Result<(), Stop> {
    telemetry::init(&config.log).map_err(|cause| Stop::failed(cause.to_string()))?;
    for setting in unknown_variables() {
        tracing::warn!(setting, "no setting of this version; see --help");
    }
    block_on(async {
        // The port first: who started it twice shall not wait for the database to hear so.
        let listener = listen(config.listen).await?;
        let address = listener
            .local_addr()
            .map_err(|cause| Stop::failed(cause.to_string()))?;
        prepare(&config).await?;
        let open = open(&config, Clock::system()).await?;
        // Heard before anybody is told that there is a server to stop.
        let end = told_to_end().map_err(|cause| Stop::failed(cause.to_string()))?;
        tracing::info!(%address, "listening");
        // Programs get the log line alone.
        if std::io::stdout().is_terminal() {
            print!("{}", greeting(address, &config));
        }
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        tokio::spawn(async move {
            let signal = end.await;
            tracing::info!(signal, "stopping");
            stop.cancel();
        });
        tokio::spawn(forget_keys(open.house.clone()));
        tokio::spawn(calendar::keep(open.house, open.folds, shutdown.clone()));
        http::serve(listener, open.router, shutdown)
            .await
            .map_err(|cause| Stop::failed(format!("the port was lost: {cause}")))?;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Forgets old idempotency keys, now and every hour, for as long as the process lives.
async fn forget_keys(house: House) {
    let mut hours = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        hours.tick().await;
        match house.forget_keys().await {
            Ok(keys) => tracing::debug!(keys, "old keys are forgotten"),
            Err(cause) => tracing::error!(error = ?cause, "old keys could not be forgotten"),
        }
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Stop> {
    TcpListener::bind(address).await.map_err(|cause| {
        let port = address.port();
        Stop::failed(match cause.kind() {
            ErrorKind::AddrInUse => format!(
                "port {port} is taken; choose another with --listen {}:{}",
                address.ip(),
                port.checked_add(1).unwrap_or(8080)
            ),
            _ => format!("cannot listen on {address} (--listen): {cause}"),
        })
    })
}

/// Tells a person where they are.
fn greeting(address: SocketAddr, config: &Config) -> String {
    let (program, folder) = program(config);
    format!(
        "
  Sluice is ready.
    GraphQL   http://{address}/graphql
    Explorer  http://{address}/graphiql
    A token   {program} token --as ann --role LEAD{folder}

  Send it as the header  Authorization: Bearer <token>.  Ctrl-C stops.

"
    )
}

/// How a command of this house begins and ends, as it can be pasted into a shell.
pub(super) fn program(config: &Config) -> (&'static str, String) {
    let program = std::env::args().next().unwrap_or_default();
    // Whoever came by `cargo run` has no `sluice` on their path.
    let program = if program.contains("target/") {
        "cargo run -q --"
    } else {
        "sluice"
    };
    let folder = config.data_dir.display().to_string();
    let folder = match folder.as_str() {
        "./data" => String::new(),
        _ => format!(" --data-dir '{}'", folder.replace('\'', r"'\''")),
    };
    (program, folder)
}
