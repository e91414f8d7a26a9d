//! How fast connections come.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    options::Load,
    scenario::{Metric, Results, Target},
    swarm::Swarm,
};

/// Connections made and seats taken in a second.
pub(crate) fn measure(target: &Target, load: &Load) -> Result<Results> {
    // What a server compiles or allocates on first use is not what is measured.
    let mut first = Swarm::new(target.address)?;
    first.grow(load.joins / 8, load.joins_at_once)?;
    drop(first);
    sleep(Duration::from_millis(500));
    let mut swarm = Swarm::new(target.address)?;
    let begin = Instant::now();
    swarm.grow(load.joins, load.joins_at_once)?;
    let rate = load.joins as f64 / begin.elapsed().as_secs_f64();
    Ok(vec![(Metric::Joins, rate)])
}
