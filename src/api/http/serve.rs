//! Takes connections, hands their requests to the router, and ends them all in time. Knows
//! nothing of what is answered.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long a client may take for the headers of a request, from the moment one is awaited.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// How long requests under way may take after the stop was asked for. The process has 20 s,
/// and the database is closed after this.
const FINISH_WITHIN: Duration = Duration::from_secs(15);

/// Failures to take a connection, one after the other and a tenth of a second apart, before
/// the listener counts as lost.
const LOST_AFTER: u32 = 100;

/// Serves until `shutdown` is cancelled, then lets the requests under way finish, for 15 s at
/// most; idle connections end at once. An error means that the listener was lost.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let mut connections = JoinSet::new();
    let mut failures = 0;
    let lost = loop {
        tokio::select! {
            () = shutdown.cancelled() => break None,
            Some(_ended) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _peer)) => {
                    failures = 0;
                    connections.spawn(keep(stream, router.clone(), shutdown.child_token()));
                }
                // Mostly too many open files, or a client that was gone again.
                Err(cause) => {
                    failures += 1;
                    tracing::warn!(error.causes = %cause, "a connection could not be taken");
                    if failures == LOST_AFTER {
                        break Some(cause);
                    }
                    sleep(Duration::from_millis(100)).await;
                }
            },
        }
    };
    drop(listener);
    shutdown.cancel();
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(FINISH_WITHIN, all_ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "cut off at the stop");
        connections.shutdown().await;
    }
    lost.map_or(Ok(()), Err)
}

/// One connection, to its end.
async fn keep(stream: TcpStream, router: Router, shutdown: CancellationToken) {
    // Answers are written whole; waiting to fill a packet only delays them.
    if let Err(cause) = stream.set_nodelay(true) {
        tracing::debug!(error.causes = %cause, "a connection that was gone at once");
        return;
    }
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEADERS_WITHIN);
    let heard = Arc::new(AtomicBool::new(false));
    let service = noticing(router, heard.clone());
    let mut connection =
        std::pin::pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    // The timeout above begins with the first byte; before it, nothing has been said yet.
    let mut silence = std::pin::pin!(sleep(HEADERS_WITHIN));
    let mut is_awaited = true;
    let mut is_stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(cause) = ended {
                    tracing::debug!(error.causes = %cause, "a connection ended early");
                }
                return;
            }
            () = silence.as_mut(), if is_awaited => {
                is_awaited = false;
                if !heard.load(Ordering::Relaxed) {
                    return;
                }
            }
            () = shutdown.cancelled(), if !is_stopping => {
                is_stopping = true;
                if !heard.load(Ordering::Relaxed) {
                    return;
                }
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The router, and a note when the first request has come.
fn noticing(
    router: Router,
    heard: Arc<AtomicBool>,
) -> impl Service<
    Request<Incoming>,
    Response = Response<Body>,
    Error = Infallible,
    Future: Send + 'static,
> + Send
+ 'static {
    service_fn(move |request| {
        heard.store(true, Ordering::Relaxed);
        TowerToHyperService::new(router.clone()).call(request)
    })
}
