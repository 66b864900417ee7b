//! A stop lets requests finish, waits for nobody else, and takes nobody new.

use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use sluice::api::http::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: sluice\r\n\r\n";

async fn slow() -> &'static str {
    sleep(Duration::from_millis(300)).await;
    "finished"
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_waits_for_no_idle_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = Router::new()
        .route("/", get(slow))
        .route("/fast", get(|| async { "ok" }));
    let served = tokio::spawn(serve(listener, router, stop.clone()));

    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /fast HTTP/1.1\r\nhost: sluice\r\n\r\n")
        .await
        .unwrap();
    let mut some = [0; 1024];
    assert_ne!(idle.read(&mut some).await.unwrap(), 0);
    let _silent = TcpStream::connect(address).await.unwrap();
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(100)).await;

    let begun = Instant::now();
    stop.cancel();
    let mut answer = String::new();
    busy.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\nfinished"), "{answer}");
    served.await.unwrap().unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(idle.read(&mut some).await.unwrap(), 0);
    TcpStream::connect(address).await.unwrap_err();
}
