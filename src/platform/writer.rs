//! SQLite's one writer. Commands that queue up together share a commit: each is a savepoint
//! of the open transaction and is answered after the commit that holds it.

use super::error::{Error, Result};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, oneshot};

/// A commit is not put off for more commands than this,
const MOST_COMMANDS: usize = 64;
/// nor for longer than this.
const LONGEST_WAIT: Duration = Duration::from_millis(5);

#[derive(Clone)]
pub(super) struct Writer(Arc<Shared>);

struct Shared {
    connection: DatabaseConnection,
    batch: Mutex<Option<Batch>>,
    /// Commands that wait for their turn or are in it.
    queued: AtomicUsize,
}

/// A transaction that is open, and those who wait for its commit.
struct Batch {
    number: u64,
    transaction: DatabaseTransaction,
    opened: Instant,
    commands: usize,
    /// A command is inside its savepoint. Found set by the next one, it was abandoned half-way.
    in_command: bool,
    waiting: Vec<oneshot::Sender<Result<(), String>>>,
}

impl Writer {
    pub(super) fn new(connection: DatabaseConnection) -> Self {
        Self(Arc::new(Shared {
            connection,
            batch: Mutex::new(None),
            queued: AtomicUsize::new(0),
        }))
    }

    /// Ends the connection, after what is under way.
    pub(super) async fn close(&self) -> Result<()> {
        Ok(self.0.connection.close_by_ref().await?)
    }

    /// Runs one command in a savepoint; its rows are on disk when this returns `Ok`.
    pub(super) async fn run<T>(
        &self,
        command: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T>,
    ) -> Result<T> {
        let queued = Queued::enter(&self.0.queued);
        let mut turn = self.0.batch.lock().await;
        let batch = self.open(&mut turn).await?;
        batch
            .transaction
            .execute_unprepared("savepoint command")
            .await?;
        batch.in_command = true;
        let outcome = command(&batch.transaction).await;
        let ended = end_command(batch, outcome.is_ok()).await;
        if let Err(cause) = ended {
            // The database gave up the whole transaction: so is everything in it.
            let told = cause.to_string();
            self.give_up(&mut turn, &told).await;
            return outcome.and(Err(Error::internal(told)));
        }
        // Those who wait for the commit are no reason to put it off.
        let kept = outcome.map(|value| {
            let (done, committed) = oneshot::channel();
            batch.waiting.push(done);
            (value, committed)
        });
        drop(queued);
        let last = self.0.queued.load(Ordering::SeqCst) == 0;
        if last || batch.commands >= MOST_COMMANDS || batch.opened.elapsed() >= LONGEST_WAIT {
            commit(&mut turn);
        }
        drop(turn);
        let (value, committed) = kept?;
        match committed.await {
            Ok(Ok(())) => Ok(value),
            Ok(Err(cause)) => Err(Error::internal(cause)),
            Err(_) => Err(Error::internal(
                "the writer was stopped before it committed",
            )),
        }
    }

    /// The open transaction, or a new one; what an abandoned command left is undone first.
    async fn open<'a>(&self, turn: &'a mut Option<Batch>) -> Result<&'a mut Batch> {
        if let Some(batch) = turn.as_mut()
            && batch.in_command
            && let Err(cause) = end_command(batch, false).await
        {
            let told = cause.to_string();
            self.give_up(turn, &told).await;
        }
        if turn.is_none() {
            let transaction = self
                .0
                .connection
                .begin_with_options(TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                    ..TransactionOptions::default()
                })
                .await?;
            let number = BATCHES.fetch_add(1, Ordering::Relaxed) as u64;
            *turn = Some(Batch {
                number,
                transaction,
                opened: Instant::now(),
                commands: 0,
                in_command: false,
                waiting: Vec::new(),
            });
            self.close_in_time(number);
        }
        turn.as_mut()
            .ok_or_else(|| Error::internal("a batch was opened and is not there"))
    }

    /// Commits the batch soon, whoever of its commands is still there to do it.
    fn close_in_time(&self, number: u64) {
        let writer = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(LONGEST_WAIT).await;
            let mut turn = writer.0.batch.lock().await;
            if turn.as_ref().is_some_and(|batch| batch.number == number)
                && writer.open(&mut turn).await.is_ok()
            {
                commit(&mut turn);
            }
        });
    }

    async fn give_up(&self, turn: &mut Option<Batch>, cause: &str) {
        if let Some(batch) = turn.take() {
            if let Err(failed) = batch.transaction.rollback().await {
                tracing::debug!(error = %failed, "nothing was left to roll back");
            }
            for waiting in batch.waiting {
                // Nobody waits any more where the caller went away.
                let _ = waiting.send(Err(cause.to_owned()));
            }
        }
    }
}

static BATCHES: AtomicUsize = AtomicUsize::new(0);

async fn end_command(batch: &mut Batch, keep: bool) -> Result<(), sea_orm::DbErr> {
    let sql = if keep {
        "release command"
    } else {
        "rollback to command; release command"
    };
    batch.transaction.execute_unprepared(sql).await?;
    batch.in_command = false;
    batch.commands += 1;
    Ok(())
}

/// Commits in a task of its own: who began it may give up, and those who wait must hear. The
/// next transaction waits for the one connection.
fn commit(turn: &mut Option<Batch>) {
    let Some(batch) = turn.take() else { return };
    tokio::spawn(async move {
        let outcome = batch
            .transaction
            .commit()
            .await
            .map_err(|cause| cause.to_string());
        for waiting in batch.waiting {
            // Nobody waits any more where the caller went away.
            let _ = waiting.send(outcome.clone());
        }
    });
}

/// Counts a command for as long as it is queued or running, also when it is abandoned.
struct Queued<'a>(&'a AtomicUsize);

impl<'a> Queued<'a> {
    fn enter(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
