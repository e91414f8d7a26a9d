//! What is counted, for Prometheus.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

use crate::protocol::ErrorCode;

/// The counters of one server; clones are the same counters.
#[derive(Debug, Clone)]
pub struct Metrics {
    pub(super) connections: Gauge,
    pub(super) rooms: Gauge,
    pub(super) peers: Gauge,
    pub(super) joins: Family<OutcomeLabel, Counter>,
    pub(super) relayed: Counter,
    pub(super) relayed_bytes: Counter,
    pub(super) refusals: Family<CodeLabel, Counter>,
    pub(super) slow: Counter,
    handling: Histogram,
}

/// How a `join` ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OutcomeLabel {
    pub(super) outcome: Outcome,
}

/// How a `join` ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(super) enum Outcome {
    Joined,
    Full,
    Waiting,
    Refused,
}

/// Why an event was refused, in the spelling of the wire.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct CodeLabel {
    pub(super) code: Code,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Code(pub(super) ErrorCode);

impl EncodeLabelValue for Code {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        let code = serde_json::to_value(self.0).unwrap_or_default();
        code.as_str().unwrap_or("unknown").encode(encoder)
    }
}

impl Metrics {
    /// New counters, listed in the registry.
    pub fn new(registry: &mut Registry) -> Self {
        let metrics = Self {
            connections: Gauge::default(),
            rooms: Gauge::default(),
            peers: Gauge::default(),
            joins: Family::default(),
            relayed: Counter::default(),
            relayed_bytes: Counter::default(),
            refusals: Family::default(),
            slow: Counter::default(),
            // 10 µs to 0.65 s
            handling: Histogram::new(exponential_buckets(1e-5, 4.0, 9)),
        };
        let all = metrics.clone();
        let registry = registry.sub_registry_with_prefix("duplex");
        registry.register(
            "connections",
            "Socket.IO connections that are open",
            all.connections,
        );
        registry.register("rooms", "Rooms in which somebody has a seat", all.rooms);
        registry.register("peers", "Seats that are taken", all.peers);
        registry.register("joins", "Answers to join, by outcome", all.joins);
        registry.register(
            "relayed_messages",
            "Messages handed to a receiver",
            all.relayed,
        );
        registry.register_with_unit(
            "relayed",
            "Size of the messages handed to a receiver",
            Unit::Bytes,
            all.relayed_bytes,
        );
        registry.register(
            "refusals",
            "Events that were refused, by code",
            all.refusals,
        );
        registry.register(
            "slow_receivers",
            "Connections ended because they did not read what they were sent",
            all.slow,
        );
        registry.register_with_unit(
            "handling",
            "How long it took to deal with an event",
            Unit::Seconds,
            all.handling,
        );
        metrics
    }

    pub(super) fn handled(&self, time: Duration) {
        self.handling.observe(time.as_secs_f64());
    }

    pub(super) fn joined(&self, outcome: Outcome) {
        self.joins.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    pub(super) fn refused(&self, code: ErrorCode) {
        self.refusals
            .get_or_create(&CodeLabel { code: Code(code) })
            .inc();
    }
}
