//! Latency at a fixed rate.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{
    options::Load,
    relay::Relay,
    scenario::{Metric, Results, Target},
};

/// A message that is sent so much later than it ought to be says something about the machine and not about the server.
const LATE: Duration = Duration::from_micros(100);

/// Messages at a fixed rate that does not wait for the server. Latency counts from when a message ought to have been sent,
/// so a stall of the server shows in every message that it holds up.
pub(crate) fn measure(
    target: &Target,
    load: &Load,
    size: usize,
    metrics: [Metric; 2],
) -> Result<Results> {
    let mut relay = Relay::new(target, load.pairs, size)?;
    let interval = Duration::from_secs(1) / load.rate;
    let warm_up = (load.warm_up.as_nanos() / interval.as_nanos()) as u32;
    let count = warm_up + (load.duration.as_nanos() / interval.as_nanos()) as u32;
    let mut late = 0;
    let start = Instant::now();
    let mut next = 0;
    while next < count {
        let due = start + interval * next;
        let now = Instant::now();
        if now >= due {
            relay.measuring = next >= warm_up;
            if relay.measuring && now - due > LATE {
                late += 1;
            }
            let from = next as usize % relay.swarm.len();
            relay.send(from, 1, due);
            relay.swarm.flush(from)?;
            next += 1;
        }
        // Looking again and again: a sleep of 200 µs ends late, by more than what is measured.
        for turn in 0..relay.swarm.wait(None)? {
            let index = relay.swarm.ready(turn);
            relay.receive(index)?;
            relay.swarm.flush(index)?;
        }
    }
    relay.drain()?;
    let share = 100.0 * f64::from(late) / f64::from(count - warm_up);
    if share > 0.5 {
        eprintln!(
            "    note: the generator itself sent {share:.1} % of the messages more than {LATE:?} late: the machine had other \
             work, and the p99 is not the server's alone"
        );
    }
    Ok(vec![
        (metrics[0], relay.quantile(0.5)),
        (metrics[1], relay.quantile(0.99)),
    ])
}
