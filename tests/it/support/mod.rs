//! A whole house for each test: the real server in this process, on a port of its own,
//! with its own database, data folder and clock. People in it (`people.rs`) act through
//! the public API alone.

use std::sync::Arc;
use std::time::Duration;

use sluice::backlog::folds::Folds;
use sluice::cli::serve;
use sluice::config::Config;
use sluice::identity::keys::LocalKey;
use sluice::platform::clock::{Clock, Micros};
use sluice::platform::db::Db;
use sluice::platform::telemetry;
use sluice::session::House;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) mod acts;
mod kept;
mod ledger;
pub(crate) mod panel;
pub(crate) mod people;
mod postgres;
mod sqlite;
mod throwaway;
pub(crate) mod whole;

pub(crate) use Store::{Postgres, Sqlite};

/// When every house opens: 2026-03-02T09:00:00Z, a Monday.
pub(crate) const OPENING: Micros = 1_772_442_000_000_000;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    Sqlite,
    Postgres,
}

/// A running house; clones are the same one. It closes with the last of them.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

struct Inner {
    url: String,
    client: reqwest::Client,
    config: Config,
    clock: Clock,
    house: House,
    folds: Arc<Folds>,
    key: LocalKey,
    stop: CancellationToken,
    // Dropped in this order: first the database is gone, then the folder.
    _database: Option<Arc<postgres::Database>>,
    _folder: Arc<TempDir>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl App {
    /// A house on this database. None where there is no PostgreSQL to be had: then the
    /// test has nothing to say, and that was told on standard error.
    pub(crate) async fn start(store: Store) -> Option<Self> {
        Self::start_with(store, |_| ()).await
    }

    /// The same on SQLite, for what does not depend on the database.
    pub(crate) async fn on_sqlite() -> Self {
        let app = Self::start(Sqlite).await;
        app.expect("SQLite comes with the binary")
    }

    /// The same with some settings changed before it opens.
    pub(crate) async fn start_with(store: Store, change: impl FnOnce(&mut Config)) -> Option<Self> {
        // For whoever looks into a failing test; past libtest, which keeps quiet.
        if let Ok(filter) = std::env::var("SLUICE_LOG") {
            telemetry::init(&filter).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::local(folder.path());
        // Hundreds of houses are open at once, each with few guests.
        config.connections = 3;
        sqlite::furnish(folder.path(), store == Sqlite).await;
        let database = match store {
            Sqlite => None,
            Postgres => {
                let Some(database) = postgres::database().await else {
                    eprintln!("skipped: no PostgreSQL");
                    return None;
                };
                config.database_url = database.url().to_owned();
                config.migrate = false;
                Some(database)
            }
        };
        change(&mut config);
        let clock = Clock::stopped_at(OPENING);
        let database = database.map(Arc::new);
        Some(Self::open(config, clock, Arc::new(folder), database).await)
    }

    /// A second server on the same database, folder and clock: what it knows, it read there.
    pub(crate) async fn another(&self) -> Self {
        let Inner {
            config,
            clock,
            _folder: folder,
            _database: database,
            ..
        } = &*self.0;
        Self::open(
            config.clone(),
            clock.clone(),
            Arc::clone(folder),
            database.clone(),
        )
        .await
    }

    async fn open(
        config: Config,
        clock: Clock,
        folder: Arc<TempDir>,
        database: Option<Arc<postgres::Database>>,
    ) -> Self {
        let house = serve::open(&config, clock.clone()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        tokio::spawn(sluice::api::http::serve(
            listener,
            house.router,
            stop.clone(),
        ));
        Self(Arc::new(Inner {
            url,
            client: reqwest::Client::new(),
            config,
            clock,
            house: house.house,
            folds: house.folds,
            key: house.key,
            stop,
            _database: database,
            _folder: folder,
        }))
    }

    /// `http://127.0.0.1:port`.
    pub(crate) fn url(&self) -> &str {
        &self.0.url
    }

    /// For requests no person would send.
    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.0.client
    }

    /// The settings it runs with.
    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// Its database, to count statements or to look behind the API.
    pub(crate) fn db(&self) -> &Db {
        &self.0.house.db
    }

    /// The calendar turns once: what was due has happened after.
    pub(crate) async fn calendar_turns(&self) {
        self.try_to_turn().await.unwrap();
    }

    /// The same, whatever becomes of it.
    pub(crate) async fn try_to_turn(&self) -> sluice::platform::error::Result<()> {
        let Inner { house, folds, .. } = &*self.0;
        sluice::calendar::turn(house, folds).await.map(drop)
    }

    /// What signs its tokens.
    pub(crate) fn key(&self) -> &LocalKey {
        &self.0.key
    }

    /// Its clock. It stands at `OPENING`, goes on by a millisecond with every request of
    /// a person, so that what comes later is later, and moves when told to.
    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Lets time pass, in days.
    pub(crate) fn days_pass(&self, days: u64) {
        self.0
            .clock
            .advance(Duration::from_secs(days * 24 * 60 * 60));
    }
}
