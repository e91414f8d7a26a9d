//! What connections cost that do nothing.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{
    message::Template,
    options::Load,
    process::Process,
    scenario::{Metric, Results, Target},
    swarm::Swarm,
};

/// How long the last answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Resident memory of the server for each connection that is joined and silent. At the end every one of them must still
/// be there and get a message from its peer.
pub(crate) fn measure(target: &Target, load: &Load) -> Result<Results> {
    // The first few make the server allocate what it needs but once.
    let mut first = Swarm::new(target.address)?;
    first.grow(20, 10)?;
    drop(first);
    sleep(load.settle / 4);
    let resident = || target.process.map(Process::resident).transpose();
    let before = resident()?;
    let mut swarm = Swarm::new(target.address)?;
    swarm.grow(load.idle, load.joins_at_once)?;
    swarm.rest(load.settle)?;
    let after = resident()?;
    everyone_answers(&mut swarm)?;
    Ok(match (before, after) {
        (Some(before), Some(after)) => {
            let each = after.saturating_sub(before) as f64 / load.idle as f64;
            vec![(Metric::Memory, each)]
        }
        _ => Vec::new(),
    })
}

/// Each connection sends its peer one message, and gets the peer's.
fn everyone_answers(swarm: &mut Swarm) -> Result<()> {
    let mut heard = vec![false; swarm.len()];
    let mut missing = swarm.len();
    let begin = Instant::now();
    let mut next = 0;
    while missing > 0 {
        // A few at a time, so that heartbeats are not held up.
        for _ in 0..64 {
            if next < swarm.len() {
                let template = Template::new(swarm.room(next), 150)?;
                template.write(swarm.out(next), u32::try_from(next)?);
                swarm.flush(next)?;
                next += 1;
            }
        }
        for turn in 0..swarm.wait(Some(Duration::from_millis(10)))? {
            let index = swarm.ready(turn);
            let template = Template::new(swarm.room(index), 150)?;
            swarm.receive(index, |event| {
                if event.starts_with(br#"["message","#) {
                    let number = template.read(event)? as usize;
                    ensure!(
                        number == index ^ 1 && !heard[index],
                        "{index} got a message that is not its peer's"
                    );
                    heard[index] = true;
                    missing -= 1;
                }
                Ok(())
            })?;
            swarm.flush(index)?;
        }
        ensure!(
            begin.elapsed() < PATIENCE,
            "{missing} idle connections do not answer"
        );
    }
    Ok(())
}
