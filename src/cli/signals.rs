//! Being told to end: SIGTERM and ctrl-c, heard from the moment they are listened for.

use std::io;

/// Ready, with the name of the signal, when the process is told to end. It listens at once,
/// not when it is first waited for: a signal that comes meanwhile is heard.
#[cfg(unix)]
pub(super) fn told_to_end() -> io::Result<impl Future<Output = &'static str> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        }
    })
}

/// The same where there is ctrl-c alone.
#[cfg(not(unix))]
pub(super) fn told_to_end() -> io::Result<impl Future<Output = &'static str> + Send + 'static> {
    Ok(async {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "ctrl-c",
            Err(cause) => {
                tracing::warn!(%cause, "ctrl-c will end the process at once");
                std::future::pending().await
            }
        }
    })
}
