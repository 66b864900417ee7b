//! A database per test on PostgreSQL: on the server that `TEST_DATABASE_URL` names, else
//! on a throw-away one (`throwaway.rs`) that this process starts once. Each is a copy of
//! a template that was migrated once, and is dropped with its test.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tokio::sync::OnceCell;
use url::Url;

use super::{ledger, throwaway};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the names of all databases of tests begin with.
const NAME: &str = "sluice_test_";

/// No run takes as long as this.
const LONG_AGO: Duration = Duration::from_secs(6 * 60 * 60);

static CLUSTER: OnceCell<Option<Cluster>> = OnceCell::const_new();
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A server with the template on it.
struct Cluster {
    /// Of its database `postgres`, from where others are made and dropped.
    admin: Url,
    /// What the names of this process's databases begin with.
    prefix: String,
}

/// One test's own database.
pub(super) struct Database {
    admin: Url,
    name: String,
    url: String,
}

/// A fresh copy of the template; none where no PostgreSQL can be had.
///
/// # Panics
/// When there is none although `REQUIRE_POSTGRES=1`, and when a server misbehaves.
pub(super) async fn database() -> Option<Database> {
    let cluster = CLUSTER.get_or_init(prepare).await.as_ref()?;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}_{number}", cluster.prefix);
    let make = format!(
        "create database {name} template {}_template",
        cluster.prefix
    );
    execute(&cluster.admin, &make).await.unwrap();
    Some(Database {
        url: named(&cluster.admin, &name).into(),
        admin: cluster.admin.clone(),
        name,
    })
}

impl Database {
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    /// The test's runtime may be on its way out, so this takes one of its own.
    fn drop(&mut self) {
        let admin = self.admin.clone();
        let statement = format!("drop database if exists {} with (force)", self.name);
        let dropped = thread::spawn(move || on_own_runtime(execute(&admin, &statement))).join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("the database {} stayed behind: {dropped:?}", self.name);
        }
    }
}

fn on_own_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

/// Finds or starts the server and makes the template.
async fn prepare() -> Option<Cluster> {
    let admin = match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => Url::parse(&url).expect("TEST_DATABASE_URL is an address"),
        Err(_) => match throwaway::start() {
            Ok(url) => url,
            Err(why) if std::env::var("REQUIRE_POSTGRES").is_ok_and(|it| it == "1") => {
                panic!("REQUIRE_POSTGRES=1, but {why}")
            }
            Err(why) => {
                // Once for all tests, past libtest, which would keep it to itself.
                let line = format!("PostgreSQL: its tests are skipped, {why}\n");
                std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
                return None;
            }
        },
    };
    let version = wait_for(&admin).await;
    ledger::note(&format!("postgres {version}"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    sweep(&admin, now).await.unwrap();
    let prefix = format!("{NAME}{}_{}", now.as_secs(), std::process::id());
    let template = format!("{prefix}_template");
    execute(&admin, &format!("create database {template}"))
        .await
        .unwrap();
    let url: String = named(&admin, &template).into();
    sluice::platform::db::Db::migrate(&url).await.unwrap();
    Some(Cluster { admin, prefix })
}

/// Drops what runs of long ago left behind: their templates, and all of those that were
/// killed. The second in which a run began stands in the names.
async fn sweep(admin: &Url, now: Duration) -> Result<(), DbErr> {
    for name in texts(admin, "select datname from pg_database").await? {
        let begun = name
            .strip_prefix(NAME)
            .and_then(|rest| rest.split('_').next()?.parse().ok())
            .map(Duration::from_secs);
        if begun.is_some_and(|begun| now.saturating_sub(begun) > LONG_AGO) {
            execute(
                admin,
                &format!("drop database if exists {name} with (force)"),
            )
            .await?;
        }
    }
    Ok(())
}

/// The server's version, once it answers.
async fn wait_for(admin: &Url) -> String {
    let begun = Instant::now();
    loop {
        match version(admin).await {
            Ok(version) => return version,
            Err(cause) if begun.elapsed() > PATIENCE => {
                panic!(
                    "no PostgreSQL answers after {PATIENCE:?}: {cause}{}",
                    throwaway::log(admin)
                )
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// The same server's other database.
fn named(admin: &Url, name: &str) -> Url {
    let mut url = admin.clone();
    url.set_path(name);
    url
}

async fn connect(admin: &Url) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(admin.as_str());
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}

async fn execute(admin: &Url, statement: &str) -> Result<(), DbErr> {
    let connection = connect(admin).await?;
    connection.execute_unprepared(statement).await?;
    connection.close().await
}

/// The server's version, such as `15.6`.
async fn version(admin: &Url) -> Result<String, DbErr> {
    let question = "select split_part(current_setting('server_version'), ' ', 1)";
    let told = texts(admin, question).await?;
    Ok(told.concat())
}

/// The first column of an answer.
async fn texts(admin: &Url, question: &str) -> Result<Vec<String>, DbErr> {
    let connection = connect(admin).await?;
    let question = Statement::from_string(connection.get_database_backend(), question);
    let rows = connection.query_all_raw(question).await?;
    let texts = rows.iter().map(|row| row.try_get_by_index(0)).collect();
    connection.close().await?;
    texts
}
