//! What a host's own tools ask: is it alive, is it ready, and how much does it do.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    Extension, Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, text::encode},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};
use tokio::net::TcpListener;
use tracing::{error, info};

use super::{tls::Awaited, turn::Turn};
use crate::signaling::Signaling;

/// What the relay does, for Prometheus.
#[derive(Debug)]
pub(super) struct Relaying(pub(super) Turn);

impl Collector for Relaying {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let counts = self.0.counts();
        let gauge = ConstGauge::new(counts.allocations as i64);
        let name = ("duplex_relay_allocations", "Allocations of the relay");
        let metric = encoder.encode_descriptor(name.0, name.1, None, gauge.metric_type())?;
        gauge.encode(metric)?;
        for (name, help, count) in [
            (
                "duplex_relay_packets",
                "Packets of media that were relayed",
                counts.relayed_packets,
            ),
            (
                "duplex_relay_bytes",
                "Size of the media that was relayed",
                counts.relayed_bytes,
            ),
            (
                "duplex_relay_refusals",
                "Requests to the relay that were refused",
                counts.refused,
            ),
        ] {
            let counter = ConstCounter::new(count);
            let metric = encoder.encode_descriptor(name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        Ok(())
    }
}

/// `/healthz`: the process answers. `/readyz`: it can take calls, or says why not. That has to do
/// with the certificate as well where an [`Extension`] has one that is awaited.
pub(super) fn health(signaling: Arc<Signaling>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(signaling)
}

async fn ready(
    State(signaling): State<Arc<Signaling>>,
    certificate: Option<Extension<Awaited>>,
) -> impl IntoResponse {
    let certificate = certificate.map_or(Ok(()), |certificate| certificate.ready());
    match signaling.ready().and(certificate) {
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
