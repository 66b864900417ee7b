//! The two databases behind one door: SQLite with one writer and several readers, or
//! PostgreSQL. `session.rs` begins transactions here; stores run their SQL on what they get.

use super::clock::Micros;
use super::error::{Error, Result};
use super::outbox::Outbox;
use super::writer::Writer;
use migration::{Migrator, MigratorTrait};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, IntoActiveModel, IsolationLevel, RuntimeErr, SqlErr,
    Statement, TransactionTrait, sqlx,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many readers SQLite has, and how many connections PostgreSQL gets, unless told.
pub const DEFAULT_CONNECTIONS: u32 = 8;

/// A statement that takes longer is stopped; migrations, on one connection, take their time.
const LONGEST_STATEMENT: Duration = Duration::from_secs(30);

/// Between two tries to empty SQLite's write-ahead log.
const SCRUB_EVERY: Duration = Duration::from_secs(10);

/// An open database; clones share it.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    write: Write,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Write {
    Sqlite(Writer),
    Postgres,
    /// It was opened to be read.
    Never,
}

impl Db {
    /// Opens `sqlite:<path>` (made when it is not there) or `postgres://…`.
    pub async fn open(url: &str, connections: u32) -> Result<Self> {
        let statements = Arc::new(AtomicU64::new(0));
        if is_postgres(url) {
            let read = connect(url, connections, &statements).await?;
            let write = Write::Postgres;
            return Ok(Self {
                read,
                write,
                statements,
            });
        }
        // The writer first: it makes the file.
        let writer = connect(url, 1, &statements).await?;
        let read = connect(url, connections, &statements).await?;
        let write = Write::Sqlite(Writer::new(writer));
        Ok(Self {
            read,
            write,
            statements,
        })
    }

    /// Opens a database that is there to look at it: nothing is made, nothing can be written.
    /// One connection, whose statements take as long as they need.
    pub async fn open_to_read(url: &str) -> Result<Self> {
        let statements = Arc::new(AtomicU64::new(0));
        let mut options = options(url, 1);
        options.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(false)
                .read_only(true)
                .busy_timeout(Duration::from_secs(30))
        });
        let read = counted(options, &statements).await?;
        let write = Write::Never;
        Ok(Self {
            read,
            write,
            statements,
        })
    }

    /// Runs all migrations that are missing; several servers may do so at once.
    pub async fn migrate(url: &str) -> Result<()> {
        migrating(url, async |connection| {
            Migrator::up(connection, None).await?;
            adopt(connection).await
        })
        .await
    }

    /// Takes back the last migration.
    pub async fn migrate_down(url: &str) -> Result<()> {
        migrating(url, async |connection| {
            Migrator::down(connection, Some(1)).await
        })
        .await
    }

    /// Names of the migrations, each with whether it has been run.
    pub async fn migrations(url: &str) -> Result<Vec<(String, bool)>> {
        let connection = connect(url, 1, &Arc::default()).await?;
        let run = Migrator::get_applied_migrations(&connection).await?;
        let missing = Migrator::get_pending_migrations(&connection).await?;
        let named = |list: Vec<migration::Step>, done: bool| {
            list.into_iter()
                .map(move |step| (step.name().to_owned(), done))
        };
        let all = named(run, true).chain(named(missing, false)).collect();
        connection.close().await?;
        Ok(all)
    }

    /// Whether the database answers and holds every table this binary needs.
    pub async fn is_ready(&self) -> Result<bool> {
        Ok(Migrator::get_pending_migrations(&self.read)
            .await?
            .is_empty())
    }

    /// Whether a view has exactly the tables of this binary. Unlike `is_ready` it makes none.
    pub async fn is_current(view: &View) -> Result<bool> {
        let question = "select version from seaql_migrations";
        let question = Statement::from_string(view.get_database_backend(), question);
        let Ok(rows) = view.query_all_raw(question).await else {
            return Ok(false);
        };
        let run: Vec<String> = rows
            .iter()
            .map(|row| row.try_get("", "version"))
            .collect::<Result<_, DbErr>>()?;
        let needed = Migrator::migrations();
        let has = |step: &migration::Step| run.iter().any(|name| name == step.name());
        Ok(run.len() == needed.len() && Migrator::get_migration_files().iter().all(has))
    }

    /// For single statements that read.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    /// A view of the database as it is now, which stays so while several statements read it.
    pub async fn view(&self) -> Result<View> {
        if !on_postgres(&self.read) {
            return Ok(self.read.begin().await?);
        }
        let view = self.read.begin_with_config(
            Some(IsolationLevel::RepeatableRead),
            Some(AccessMode::ReadOnly),
        );
        Ok(view.await?)
    }

    /// One command in one transaction with its events: `Ok` keeps both, `Err` neither.
    pub(crate) async fn write<T>(
        &self,
        actor: Option<uuid::Uuid>,
        now: Micros,
        command: impl AsyncFnOnce(&Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let whole = async |sql: &DatabaseTransaction| {
            let tx = Tx {
                sql,
                outbox: Outbox::new(actor, now),
            };
            let value = command(&tx).await?;
            tx.outbox.deliver(sql).await?;
            Ok(value)
        };
        match &self.write {
            Write::Never => Err(Error::internal("this database was opened to be read")),
            Write::Sqlite(writer) => writer.run(whole).await,
            Write::Postgres => {
                let transaction = self.read.begin().await?;
                match whole(&transaction).await {
                    Ok(value) => {
                        transaction.commit().await?;
                        Ok(value)
                    }
                    Err(refusal) => {
                        transaction.rollback().await?;
                        Err(refusal)
                    }
                }
            }
        }
    }

    /// Takes what was overwritten out of SQLite's write-ahead log, too, by emptying it; when
    /// somebody reads an earlier state, as soon as they are done. Of PostgreSQL's log, dead
    /// rows and copies its keepers take care.
    pub async fn scrub(&self) {
        if !matches!(self.write, Write::Sqlite(_)) || self.is_scrubbed().await {
            return;
        }
        let db = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SCRUB_EVERY).await;
                if db.is_scrubbed().await {
                    return;
                }
            }
        });
    }

    /// Empties SQLite's write-ahead log; whether nobody stood in the way.
    async fn is_scrubbed(&self) -> bool {
        let scrub = async {
            let pool = self.read.get_sqlite_connection_pool();
            let mut connection = pool.acquire().await?;
            // Writers wait meanwhile: not for long.
            sqlx::query("pragma busy_timeout = 500")
                .execute(&mut *connection)
                .await?;
            let told = sqlx::query_as::<_, (i64, i64, i64)>("pragma wal_checkpoint(truncate)")
                .fetch_one(&mut *connection)
                .await;
            sqlx::query("pragma busy_timeout = 30000")
                .execute(&mut *connection)
                .await?;
            told
        };
        match scrub.await {
            Ok((is_busy, _, _)) => is_busy == 0,
            Err(cause) => {
                tracing::warn!(error = %cause, "the write-ahead log could not be emptied");
                false
            }
        }
    }

    /// Closes all connections, once nobody uses them: what was written is in the file itself.
    pub async fn close(self) -> Result<()> {
        if let Write::Sqlite(writer) = &self.write {
            writer.close().await?;
        }
        Ok(self.read.close().await?)
    }

    /// How many statements were run so far, those that open and end transactions aside.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}

/// A view that stays as it is while several statements read it.
pub type View = DatabaseTransaction;

/// A transaction that writes. Never used by two futures at once.
pub struct Tx<'a> {
    sql: &'a DatabaseTransaction,
    pub(super) outbox: Outbox,
}

impl Tx<'_> {
    /// Where stores run their SQL.
    pub fn sql(&self) -> &DatabaseTransaction {
        self.sql
    }

    /// The instant of this command.
    pub fn now(&self) -> Micros {
        self.outbox.now()
    }

    /// Who gave it; nobody for what happens by itself.
    pub fn actor(&self) -> Option<uuid::Uuid> {
        self.outbox.actor()
    }
}

/// Whether the address names a PostgreSQL server.
pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Whether two commands waited for each other, so that trying once more will do.
pub fn is_deadlock(error: &Error) -> bool {
    let Error::Internal(cause) = error else {
        return false;
    };
    let Some(
        DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)),
    ) = cause.downcast_ref::<DbErr>()
    else {
        return false;
    };
    matches!(&**inner, sqlx::Error::Database(told)
        if matches!(told.code().as_deref(), Some("40P01" | "40001")))
}

/// Turns the breach of a unique constraint into the refusal it means here.
pub fn on_unique<T>(result: Result<T, DbErr>, refusal: impl Into<Error>) -> Result<T> {
    match result {
        Err(cause) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(refusal.into())
        }
        other => Ok(other?),
    }
}

/// A whole row, to be inserted or written over the one with its key.
pub fn row_of<M, A>(row: M) -> A
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    row.into_active_model().reset_all()
}

/// Whether this connection leads to PostgreSQL.
pub fn on_postgres(sql: &impl ConnectionTrait) -> bool {
    sql.get_database_backend() == DbBackend::Postgres
}

async fn connect(
    url: &str,
    connections: u32,
    statements: &Arc<AtomicU64>,
) -> Result<DatabaseConnection> {
    let mut options = options(url, connections);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted or overwritten is zeroed, so that it can be read nowhere.
            .pragma("secure_delete", "on")
            .busy_timeout(Duration::from_secs(30))
    });
    if is_postgres(url) && connections > 1 {
        // A caller who gave up long ago does not keep a connection busy.
        options.statement_timeout(LONGEST_STATEMENT);
    }
    counted(options, statements).await
}

/// What all connections have in common.
fn options(url: &str, connections: u32) -> ConnectOptions {
    let address = if is_postgres(url) || url.contains('?') {
        url.to_owned()
    } else {
        format!("{url}?mode=rwc")
    };
    let mut options = ConnectOptions::new(address);
    options
        .max_connections(connections)
        .sqlx_logging(false)
        // A writer's transaction must not lose its connection to old age.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(is_postgres(url));
    options
}

/// Connects, and counts the statements.
async fn counted(
    options: ConnectOptions,
    statements: &Arc<AtomicU64>,
) -> Result<DatabaseConnection> {
    let mut connection = Database::connect(options).await?;
    let counter = Arc::clone(statements);
    connection.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    Ok(connection)
}

/// Makes what was restored from another PostgreSQL this one's own: its rows carry numbers of
/// transactions that have not begun here, and would look as if they might still vanish.
async fn adopt(sql: &DatabaseConnection) -> Result<(), DbErr> {
    if !on_postgres(sql) {
        return Ok(());
    }
    for table in ["event", "score_change"] {
        let restored = format!(
            "update {table} set transaction_id = 0 where transaction_id >=
             (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
        );
        sql.execute_unprepared(&restored).await?;
    }
    Ok(())
}

/// Migrates on a connection of its own, one process at a time.
async fn migrating(
    url: &str,
    steps: impl AsyncFnOnce(&DatabaseConnection) -> Result<(), DbErr>,
) -> Result<()> {
    let connection = connect(url, 1, &Arc::default()).await?;
    let (lock, unlock) = if is_postgres(url) {
        // Any number, as long as every Sluice takes the same one.
        (
            "select pg_advisory_lock(7583927)",
            "select pg_advisory_unlock(7583927)",
        )
    } else {
        ("begin immediate", "commit")
    };
    connection.execute_unprepared(lock).await?;
    let done = steps(&connection).await;
    // A failed step leaves nothing behind on SQLite: closing undoes what was not committed.
    if done.is_ok() {
        connection.execute_unprepared(unlock).await?;
    }
    connection.close().await?;
    Ok(done?)
}
