//! As many messages as the server can relay.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{
    options::Load,
    process::Process,
    relay::Relay,
    scenario::{Metric, Results, Target},
};

/// What the clocks say at the beginning or the end of what is measured.
struct Clocks {
    time: Instant,
    arrived: u64,
    server: Option<Duration>,
    own: Duration,
}

impl Clocks {
    fn now(target: &Target, arrived: u64) -> Result<Self> {
        Ok(Self {
            server: target.process.map(Process::cpu).transpose()?,
            own: Process::own().cpu()?,
            time: Instant::now(),
            arrived,
        })
    }
}

/// As many messages as the server relays, with a window of them in flight.
pub(crate) fn measure(
    target: &Target,
    load: &Load,
    size: usize,
    metrics: [Metric; 4],
) -> Result<Results> {
    let mut relay = Relay::new(target, load.pairs, size)?;
    for index in 0..relay.swarm.len() {
        relay.send(index, load.window / 2, Instant::now());
        relay.swarm.flush(index)?;
    }
    let start = Instant::now();
    let mut begin = None;
    loop {
        for turn in 0..relay.swarm.wait(Some(Duration::from_millis(10)))? {
            let index = relay.swarm.ready(turn);
            let count = relay.receive(index)?;
            relay.swarm.flush(index)?;
            if count > 0 {
                relay.send(index ^ 1, count, Instant::now());
                relay.swarm.flush(index ^ 1)?;
            }
        }
        let elapsed = start.elapsed();
        if begin.is_none() && elapsed >= load.warm_up {
            begin = Some(Clocks::now(target, relay.arrived)?);
            relay.measuring = true;
        }
        if elapsed >= load.warm_up + load.duration {
            break;
        }
    }
    let end = Clocks::now(target, relay.arrived)?;
    let begin = begin.unwrap_or(Clocks { ..end });
    relay.measuring = false;
    relay.drain()?;

    let seconds = (end.time - begin.time).as_secs_f64();
    let relayed = (end.arrived - begin.arrived) as f64;
    let mut results = vec![
        (metrics[0], relayed / seconds),
        (metrics[1], relay.quantile(0.5)),
        (metrics[2], relay.quantile(0.99)),
    ];
    if let (Some(before), Some(after)) = (begin.server, end.server) {
        let used = (after - before).as_secs_f64();
        results.push((metrics[3], used * 100_000.0 / relayed));
        let own = (end.own - begin.own).as_secs_f64();
        if used < 0.9 * seconds {
            eprintln!(
                "    note: the server had its core to {:.0} % and the generator its own to {:.0} %: not saturated, \
                 or the machine had other work",
                100.0 * used / seconds,
                100.0 * own / seconds
            );
        }
    }
    Ok(results)
}
