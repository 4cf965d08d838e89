//! Accepts connections and serves them until it is told to stop.
//!
//! Headers must arrive within [`HEADER_TIMEOUT`], so that slow clients hold nothing; at most
//! `MAX_CONNECTIONS` are open, more wait in the kernel's queue.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use platform::tasks::Tasks;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;
use tower::service_fn;

const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// Limits on connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connections: usize,
    pub(crate) keep_alive: Duration,
    pub(crate) grace: Duration,
}

/// Takes the socket that systemd passes, or binds one.
pub(crate) async fn bind(host: &str, port: u16) -> io::Result<TcpListener> {
    if let Some(passed) = listenfd::ListenFd::from_env().take_tcp_listener(0)? {
        passed.set_nonblocking(true)?;
        return TcpListener::from_std(passed);
    }
    TcpListener::bind((host.trim_matches(['[', ']']), port)).await
}

/// Serves until `tasks` stop, then returns when all open requests have been answered.
pub(crate) async fn serve(listener: TcpListener, router: Router, tasks: Tasks, limits: Limits) {
    let open = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.keep_alive)
        .max_concurrent_streams(256);
    let builder = Arc::new(builder);

    while !tasks.is_stopping() {
        let permit = tokio::select! {
            permit = open.clone().acquire_owned() => permit,
            () = tasks.stopping() => break,
        };
        let Ok(permit) = permit else { break };
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = tasks.stopping() => break,
        };
        let service = TowerToHyperService::new(with_peer(router.clone(), peer));
        let watcher = graceful.watcher();
        let builder = builder.clone();
        tasks.spawn("connection", async move {
            let connection =
                builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
            // The client went away or spoke nonsense; neither is our trouble.
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(error = %error, "connection ended");
            }
            drop(permit);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

fn with_peer(
    router: Router,
    peer: SocketAddr,
) -> impl tower::Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future: Send,
> + Clone {
    service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.oneshot(request).await
        }
    })
}

/// Accepts a connection; waits a little when the process is out of file descriptors.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Small answers leave at once.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if is_about_the_client(&error) => {}
            Err(error) => {
                tracing::error!(error = %error, "connections cannot be accepted");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

fn is_about_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
