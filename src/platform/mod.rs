//! What every room stands on and no feature lives in: the database and its transactions,
//! the event log, time, ids, pages, refusals, logs.

pub mod clock;
pub mod db;
pub mod digest;
pub mod error;
pub mod ids;
pub mod outbox;
pub mod page;
pub mod telemetry;
pub mod text;
mod writer;
