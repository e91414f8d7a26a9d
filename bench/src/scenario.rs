//! What can be measured, and what comes out of it.

use std::net::SocketAddr;

use anyhow::Result;
use clap::ValueEnum;

use crate::{joins, latency, memory, options::Load, process::Process, saturation};

/// A running server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its process, if it is known: without it there is no processor time and no memory.
    pub(crate) process: Option<Process>,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    Joins,
    LargeRate,
    LargeP50,
    LargeP99,
    LargeCpu,
    SmallRate,
    SmallP50,
    SmallP99,
    SmallCpu,
    FixedP50,
    FixedP99,
    Memory,
}

/// What one run of one scenario measured.
pub(crate) type Results = Vec<(Metric, f64)>;

impl Metric {
    /// In the order of the table.
    pub(crate) const ALL: [Self; 12] = [
        Self::Joins,
        Self::LargeRate,
        Self::SmallRate,
        Self::LargeCpu,
        Self::SmallCpu,
        Self::LargeP50,
        Self::LargeP99,
        Self::SmallP50,
        Self::SmallP99,
        Self::FixedP50,
        Self::FixedP99,
        Self::Memory,
    ];

    /// For people.
    pub(crate) fn label(self, load: &Load) -> String {
        let (idle, rate) = (load.idle, load.rate);
        match self {
            Self::Joins => "connects and joins/s".to_owned(),
            Self::LargeRate => "relays/s at saturation, 1.5 KB".to_owned(),
            Self::SmallRate => "relays/s at saturation, 150 B".to_owned(),
            Self::LargeCpu => "server CPU s per 100,000 relays, 1.5 KB".to_owned(),
            Self::SmallCpu => "server CPU s per 100,000 relays, 150 B".to_owned(),
            Self::LargeP50 => "latency at saturation, 1.5 KB, p50 ms".to_owned(),
            Self::LargeP99 => "latency at saturation, 1.5 KB, p99 ms".to_owned(),
            Self::SmallP50 => "latency at saturation, 150 B, p50 ms".to_owned(),
            Self::SmallP99 => "latency at saturation, 150 B, p99 ms".to_owned(),
            Self::FixedP50 => format!("latency at {rate}/s of 150 B, p50 ms"),
            Self::FixedP99 => format!("latency at {rate}/s of 150 B, p99 ms"),
            Self::Memory => format!("resident KiB per idle connection, {idle} of them"),
        }
    }

    /// Whether more of it is better.
    pub(crate) fn is_rate(self) -> bool {
        matches!(self, Self::Joins | Self::LargeRate | Self::SmallRate)
    }
}

/// One thing to do with a server that was started for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Connections made and rooms joined per second.
    Joins,
    /// As many messages of 1.5 KB as the server relays.
    Large,
    /// As many messages of 150 bytes as the server relays.
    Small,
    /// Latency at a fixed rate.
    Latency,
    /// Memory of idle connections.
    Memory,
}

impl Scenario {
    /// Measures.
    pub(crate) fn run(self, target: &Target, load: &Load) -> Result<Results> {
        use Metric as M;
        match self {
            Self::Joins => joins::measure(target, load),
            Self::Large => saturation::measure(
                target,
                load,
                1500,
                [M::LargeRate, M::LargeP50, M::LargeP99, M::LargeCpu],
            ),
            Self::Small => saturation::measure(
                target,
                load,
                150,
                [M::SmallRate, M::SmallP50, M::SmallP99, M::SmallCpu],
            ),
            Self::Latency => latency::measure(target, load, 150, [M::FixedP50, M::FixedP99]),
            Self::Memory => memory::measure(target, load),
        }
    }
}
