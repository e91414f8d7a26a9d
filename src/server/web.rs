//! The web server: HTTP/1.1 on connections that a port has taken.
//!
//! axum's own server waits for ever for the rest of a request, and knows nothing of the places of
//! newcomers. It would also speak HTTP/2 with those who do not ask whether it does, and wait for them
//! too.

use std::{cell::Cell, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{select, sync::watch};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_service::Service;
use tracing::debug;

use super::{listener::Connection, newcomers::Place};

/// So long a request's head may take, from the answer before it: also so long a connection is kept that
/// nobody uses. Balancers in the cloud close theirs after 60 s; if we did first, a request that is on
/// its way just then would be lost.
const HEAD: Duration = Duration::from_secs(75);

/// The same for a proxy, which waits for slow clients itself. Some keep what they do not use for two
/// minutes.
const HEAD_OF_PROXY: Duration = Duration::from_secs(300);

/// So long the next part of a request's body may take.
const BODY: Duration = Duration::from_secs(30);

/// A head may have so many bytes; hyper would take six times as many.
const MAX_HEAD: usize = 64 * 1024;

/// Serves HTTP; clones are the same server.
#[derive(Clone)]
pub(super) struct Web {
    router: Router,
    is_stopping: watch::Sender<bool>,
}

impl Web {
    pub(super) fn new(router: Router) -> Self {
        Self {
            router: router.layer(RequestBodyTimeoutLayer::new(BODY)),
            is_stopping: watch::Sender::new(false),
        }
    }

    /// Serves one client, until either side has enough or the connection is something else than HTTP,
    /// such as a WebSocket. The client is a newcomer until its first request is there.
    pub(super) async fn serve(&self, stream: Connection, client: SocketAddr, place: Place) {
        let patience = if place.is_of_proxy() {
            HEAD_OF_PROXY
        } else {
            HEAD
        };
        let place = Cell::new(Some(place));
        let router = self.router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            drop(place.take());
            request.extensions_mut().insert(ConnectInfo(client));
            router.clone().call(request)
        });
        let mut server = http1::Builder::new();
        server
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .max_buf_size(MAX_HEAD);
        let connection = server.serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection.with_upgrades());
        let mut is_stopping = self.is_stopping.subscribe();
        let told = async { drop(is_stopping.wait_for(|it_is| *it_is).await) };
        let served = select! {
            served = connection.as_mut() => served,
            () = told => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            debug!(%error, "a connection that ended badly");
        }
    }

    /// Answers what it was asked, and keeps no connection open for more.
    pub(super) async fn stop(&self) {
        self.is_stopping.send_replace(true);
        self.is_stopping.closed().await;
    }
}
