//! Where log lines go: standard error, as JSON for programs and as plain lines on a terminal.
//! What a line says is up to who writes it; titles, tokens and addresses are never in one.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// What is logged unless `SLUICE_LOG` says otherwise: our own steps, and of the database only
/// what goes wrong.
pub const DEFAULT_FILTER: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn";

/// Starts logging by a filter such as `info,sqlx=warn`. A second call keeps the
/// first one's; a filter that cannot be read is the only error.
pub fn init(filter: &str) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let lines = fmt::layer().with_writer(stderr);
    let lines = if stderr().is_terminal() {
        lines.with_target(false).boxed()
    } else {
        lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed()
    };
    let already: Result<(), TryInitError> = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init();
    if already.is_err() {
        tracing::debug!("logging had been started before");
    }
    Ok(())
}
