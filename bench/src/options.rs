//! The command line.

use std::time::Duration;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};

use crate::scenario::Scenario;

/// Measures Socket.IO signaling servers that speak the core contract (join, joined, otherjoin, message).
///
/// Run it in the root of the repository. Without options it starts the Node.js reference and Duplex in turns, each pinned
/// to one core and itself to another, and prints one table.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Smaller and shorter: one round, 2 s each, 1,000 idle connections. Good for "does it work", not for numbers.
    #[arg(long)]
    quick: bool,

    /// How often each server is measured; the table has medians.
    #[arg(long)]
    rounds: Option<usize>,

    /// Only these.
    #[arg(long, value_delimiter = ',')]
    pub(crate) scenarios: Vec<Scenario>,

    /// The servers, the first of which the others are compared with: node, duplex, bare (a relay that does nothing else:
    /// what this machine and this generator can do at most), or a name given with --command.
    #[arg(long, value_delimiter = ',', default_value = "node,duplex")]
    pub(crate) servers: Vec<String>,

    /// One more server: its name and how to start it, with {port} where the port goes. May be repeated.
    #[arg(long, value_name = "NAME=COMMAND")]
    pub(crate) command: Vec<String>,

    /// Measure this one server that is running already, for example 127.0.0.1:3000. Nothing is started or pinned but the
    /// generator.
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,

    /// The process of --server, to read its processor time and memory.
    #[arg(long, requires = "server")]
    pub(crate) pid: Option<u32>,

    /// Pairs that relay.
    #[arg(long, default_value_t = 128)]
    pairs: usize,

    /// Messages in flight per pair at saturation, half of them each way. With 2 no two messages can share a read or a
    /// write, which is the hardest case for a server; more let it batch. 128 for one receiver overflow its queue.
    #[arg(long, default_value_t = 2)]
    window: usize,

    /// Messages per second in the latency scenario.
    #[arg(long, default_value_t = 5000)]
    rate: u32,

    /// Idle connections in the memory scenario.
    #[arg(long)]
    idle: Option<usize>,

    /// Connections in the joins scenario.
    #[arg(long)]
    joins: Option<usize>,

    /// Seconds that relaying is measured.
    #[arg(long)]
    seconds: Option<u64>,

    /// Be the bare relay on this port.
    #[arg(long, hide = true)]
    pub(crate) be_bare: Option<u16>,
}

/// How much of everything.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) rounds: usize,
    pub(crate) pairs: usize,
    pub(crate) window: usize,
    pub(crate) rate: u32,
    pub(crate) idle: usize,
    pub(crate) joins: usize,
    /// Connections that are on their way at the same time.
    pub(crate) joins_at_once: usize,
    /// Relaying that is not measured, so that the server is warm.
    pub(crate) warm_up: Duration,
    /// Relaying that is.
    pub(crate) duration: Duration,
    /// How long connections are idle before memory is read.
    pub(crate) settle: Duration,
}

impl Options {
    /// What to do, with what --quick and the other options say.
    pub(crate) fn load(&self) -> Result<Load> {
        let quick = |normal, quick| if self.quick { quick } else { normal };
        let seconds = |normal, quick| Duration::from_secs(if self.quick { quick } else { normal });
        let load = Load {
            rounds: self.rounds.unwrap_or(quick(3, 1)),
            pairs: self.pairs,
            window: self.window,
            rate: self.rate,
            idle: self.idle.unwrap_or(quick(10_000, 1000)),
            joins: self.joins.unwrap_or(quick(4000, 1000)),
            joins_at_once: 64,
            warm_up: seconds(2, 1),
            duration: self.seconds.map_or(seconds(5, 2), Duration::from_secs),
            settle: seconds(10, 2),
        };
        ensure!(load.rounds > 0, "--rounds 0 measures nothing");
        ensure!(load.pairs > 0, "--pairs 0 sends nothing");
        ensure!(load.rate > 0, "--rate 0 sends nothing");
        ensure!(!load.duration.is_zero(), "--seconds 0 measures nothing");
        ensure!(
            (2..=200).contains(&load.window),
            "--window must be 2 to 200: a receiver with 128 messages waiting is disconnected"
        );
        for count in [load.idle, load.joins] {
            ensure!(count % 2 == 0, "rooms have two: an even number is needed");
        }
        Ok(load)
    }

    /// The scenarios that are asked for, or all.
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        if self.scenarios.is_empty() {
            Scenario::value_variants().to_vec()
        } else {
            self.scenarios.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }
}
