//! What a host's own tools ask: is it alive, is it ready, and how much does it do.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use prometheus_client::{encoding::text::encode, registry::Registry};
use tokio::net::TcpListener;
use tracing::{error, info};

use crate::signaling::Signaling;

/// `/healthz`: the process answers. `/readyz`: it can take calls, or says why not.
pub(super) fn health(signaling: Arc<Signaling>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(signaling)
}

async fn ready(State(signaling): State<Arc<Signaling>>) -> impl IntoResponse {
    match signaling.ready() {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

/// Serves `/metrics` on an address of its own, until the process ends.
///
/// # Errors
/// When the address cannot be listened on.
pub(super) async fn serve_metrics(address: SocketAddr, registry: Registry) -> Result<()> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "Cannot listen on {address} for the metrics. Choose another address \
             (metrics-addr in Leptos.toml, or DUPLEX_METRICS_ADDR), or an empty one for none."
        )
    })?;
    info!(address = %listener.local_addr()?, "metrics");
    let router = metrics(registry);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            error!(%error, "no metrics any more");
        }
    });
    Ok(())
}

/// `/metrics`, in the text format of OpenMetrics.
pub fn metrics(registry: Registry) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .with_state(Arc::new(registry))
}

async fn show(State(registry): State<Arc<Registry>>) -> impl IntoResponse {
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => (
            [(
                CONTENT_TYPE,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            )],
            text,
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
