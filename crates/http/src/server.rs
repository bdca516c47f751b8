//! The accept loop: connections, their limits, and a stop that finishes what is in flight.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use musubi_service::request::Peer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

use crate::tls::Tls;

/// Connections at one time; further ones wait in the operating system's queue.
const CONNECTIONS: usize = 10_000;
/// How long the head of a request may take to come in. Also ends connections on which nothing comes.
const HEAD: Duration = Duration::from_secs(60);
/// How long a failed accept rests: it fails where file handles have run out.
const REST: Duration = Duration::from_millis(50);

/// Serves, over TLS where it is given, until `stop` becomes true and everything in flight is answered.
///
/// # Errors
/// None at present; the accept loop goes on after failures of single connections.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Tls>,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    if let Some(tls) = &tls {
        tokio::spawn(tls.clone().follow(stop.clone()));
    }
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, address) = match accepted {
            Ok((stream, address)) => (stream, address.ip().to_canonical()),
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let connection = Connection { address, router: router.clone(), watcher: graceful.watcher() };
        let (tls, stop) = (tls.clone(), stop.clone());
        tokio::spawn(async move {
            match tls {
                Some(tls) => connection.answer_secretly(stream, &tls, stop).await,
                None => connection.answer(stream, false).await,
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// A connection that has just come in.
struct Connection {
    address: IpAddr,
    router: Router,
    watcher: Watcher,
}

impl Connection {
    /// As [`Connection::answer`], over TLS. One that is still at its handshake when the server is to stop has asked for nothing yet.
    async fn answer_secretly(self, stream: TcpStream, tls: &Tls, mut stop: watch::Receiver<bool>) {
        let shaken = tokio::select! {
            shaken = tls.handshake(stream) => shaken,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match shaken {
            Ok(stream) => self.answer(stream, true).await,
            Err(error) => tracing::debug!(%error, "a handshake failed"),
        }
    }

    /// Answers what comes, until it ends.
    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, secure: bool) {
        let Self { address, router, watcher } = self;
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(Peer { address, secure, host: None });
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended");
        }
    }
}
