//! Pairs that send each other numbered messages, and check everything that arrives.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};

use crate::{message::Template, scenario::Target, swarm::Swarm};

/// How long the last messages may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// From one connection to the other of its pair.
struct Lane {
    template: Template,
    /// How many have been sent.
    sent: u32,
    /// When each of those that have not arrived was sent, or ought to have been.
    in_flight: VecDeque<Instant>,
}

/// Pairs that send each other messages, both ways.
pub(crate) struct Relay {
    pub(crate) swarm: Swarm,
    /// By the connection that sends.
    lanes: Vec<Lane>,
    pub(crate) arrived: u64,
    /// In nanoseconds, of those that arrived while it was measured.
    latencies: Vec<u64>,
    /// Whether latencies are kept.
    pub(crate) measuring: bool,
}

impl Relay {
    /// Pairs that have joined and have not sent anything.
    pub(crate) fn new(target: &Target, pairs: usize, size: usize) -> Result<Self> {
        let mut swarm = Swarm::new(target.address)?;
        swarm.grow(2 * pairs, 32)?;
        // Those who came first still have an `otherjoin` to read.
        swarm.rest(Duration::from_millis(100))?;
        let lane = |index| {
            Ok(Lane {
                template: Template::new(swarm.room(index), size)?,
                sent: 0,
                in_flight: VecDeque::new(),
            })
        };
        let lanes = (0..swarm.len()).map(lane).collect::<Result<_>>()?;
        Ok(Self {
            swarm,
            lanes,
            arrived: 0,
            latencies: Vec::with_capacity(1 << 20),
            measuring: false,
        })
    }

    /// Queues `count` messages of one sender, stamped with this time.
    pub(crate) fn send(&mut self, from: usize, count: usize, time: Instant) {
        let lane = &mut self.lanes[from];
        let out = self.swarm.out(from);
        for _ in 0..count {
            lane.template.write(out, lane.sent);
            lane.sent += 1;
            lane.in_flight.push_back(time);
        }
    }

    /// Reads what has come to one connection, and returns how many messages that was. Every message must be the next one
    /// of its sender, unchanged: whatever is lost, doubled or overtaken ends the run.
    pub(crate) fn receive(&mut self, to: usize) -> Result<usize> {
        let lane = &mut self.lanes[to ^ 1];
        let mut now = None;
        let mut count = 0;
        self.swarm.receive(to, |event| {
            if !event.starts_with(br#"["message","#) {
                let bad = [r#"["refused","#, r#"["bye","#, r#"["away","#];
                if bad.iter().any(|name| event.starts_with(name.as_bytes())) {
                    bail!("the server says {}", String::from_utf8_lossy(event));
                }
                return Ok(());
            }
            let number = lane.template.read(event)?;
            let expected = lane.sent - u32::try_from(lane.in_flight.len())?;
            let Some(time) = lane.in_flight.pop_front() else {
                bail!("message {number} came twice");
            };
            ensure!(
                number == expected,
                "message {number} came when {expected} was due: lost or out of order"
            );
            if self.measuring {
                let now: Instant = *now.get_or_insert_with(Instant::now);
                self.latencies.push(u64::try_from((now - time).as_nanos())?);
            }
            count += 1;
            Ok(())
        })?;
        self.arrived += count as u64;
        Ok(count)
    }

    /// Receives until nothing is in flight any more, and then for a moment longer, because a message could come twice.
    pub(crate) fn drain(&mut self) -> Result<()> {
        let mut since = Instant::now();
        let mut complete = false;
        while !complete || since.elapsed() < Duration::from_millis(100) {
            for turn in 0..self.swarm.wait(Some(Duration::from_millis(10)))? {
                let index = self.swarm.ready(turn);
                self.receive(index)?;
                self.swarm.flush(index)?;
            }
            let missing: usize = self.lanes.iter().map(|lane| lane.in_flight.len()).sum();
            if missing == 0 && !complete {
                complete = true;
                since = Instant::now();
            }
            ensure!(
                complete || since.elapsed() < PATIENCE,
                "{missing} messages are lost"
            );
        }
        Ok(())
    }

    /// The latency that this share of the messages did not exceed, in milliseconds.
    pub(crate) fn quantile(&mut self, share: f64) -> f64 {
        self.latencies.sort_unstable();
        let at = (self.latencies.len() as f64 * share) as usize;
        let at = at.min(self.latencies.len().saturating_sub(1));
        self.latencies
            .get(at)
            .map_or(f64::NAN, |&nanos| nanos as f64 / 1e6)
    }
}
