//! Load generator for Socket.IO signaling servers: `bench/README.md` says what it measures and how.

mod bare;
mod connection;
mod frame;
mod joins;
mod latency;
mod memory;
mod message;
mod options;
mod process;
mod relay;
mod report;
mod saturation;
mod scenario;
mod server;
mod swarm;

use std::{net::ToSocketAddrs, process::ExitCode, thread::sleep, time::Duration};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};

use crate::{
    options::{Load, Options},
    process::Process,
    report::Column,
    scenario::{Results, Scenario, Target},
    server::Recipe,
};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Stopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    raise_file_limit()?;
    if let Some(port) = options.be_bare {
        return bare::serve(port);
    }
    let load = options.load()?;
    ensure_files(&load)?;
    let (server_core, generator_core) = cores()?;
    let mut own = CpuSet::new();
    own.set(generator_core);
    sched_setaffinity(None, &own).context("pinning the generator")?;

    let columns = match &options.server {
        Some(url) => running(url, options.pid, &options.scenarios(), &load)?,
        None => started(options, &load, server_core)?,
    };
    println!("\n{}", report::table(&columns, &load));
    Ok(())
}

/// Starts the servers in turns, so that whatever else the machine does meets all of them. Every scenario has a server of
/// its own that has done nothing before.
fn started(options: &Options, load: &Load, core: usize) -> Result<Vec<Column>> {
    let recipes = options.servers.iter();
    let recipes: Vec<_> = recipes
        .map(|name| Recipe::find(name, &options.command))
        .collect::<Result<_>>()?;
    let mut columns: Vec<_> = recipes
        .iter()
        .map(|recipe| Column::new(&recipe.name))
        .collect();
    for round in 1..=load.rounds {
        for column in &mut columns {
            column.rounds.push(Results::new());
        }
        for scenario in options.scenarios() {
            for (recipe, column) in recipes.iter().zip(&mut columns) {
                let server = recipe.start(core)?;
                let results = measure(scenario, &recipe.name, &server.target(), load)
                    .with_context(|| format!("round {round}"))?;
                if let Some(round) = column.rounds.last_mut() {
                    round.extend(results);
                }
            }
        }
    }
    Ok(columns)
}

/// Measures a server that somebody else has started.
fn running(
    url: &str,
    pid: Option<u32>,
    scenarios: &[Scenario],
    load: &Load,
) -> Result<Vec<Column>> {
    let host = url.strip_prefix("http://").unwrap_or(url);
    let host = host.trim_end_matches('/');
    let address = host
        .to_socket_addrs()
        .with_context(|| format!("--server {url}: give HOST:PORT"))?
        .next()
        .context("the name has an address")?;
    let target = Target {
        address,
        process: pid.map(Process::new),
    };
    let mut column = Column::new(host);
    for _ in 0..load.rounds {
        let mut round = Results::new();
        for &scenario in scenarios {
            round.extend(measure(scenario, host, &target, load)?);
            // It has the connections of this scenario to clear away.
            sleep(Duration::from_secs(2));
        }
        column.rounds.push(round);
    }
    Ok(vec![column])
}

fn measure(scenario: Scenario, name: &str, target: &Target, load: &Load) -> Result<Results> {
    let results = scenario
        .run(target, load)
        .with_context(|| format!("{name}, {scenario:?}"))?;
    for &(metric, value) in &results {
        eprintln!("{name}: {} {}", report::number(value), metric.label(load));
    }
    Ok(results)
}

/// As many open files as the system lets us have; the servers inherit it.
fn raise_file_limit() -> Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, limit).context("raising the limit of open files")
}

fn ensure_files(load: &Load) -> Result<()> {
    let needed = load.idle.max(load.joins) as u64 + 100;
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    ensure!(
        limit >= needed,
        "{needed} open files are needed and {limit} allowed: raise it (ulimit -Hn), or use --idle and --joins"
    );
    Ok(())
}

/// One core for the server and one for the generator, out of those that this process may use.
fn cores() -> Result<(usize, usize)> {
    let allowed = sched_getaffinity(None)?;
    let mut cores = (0..CpuSet::MAX_CPU).filter(|&core| allowed.is_set(core));
    let server = cores.next();
    server
        .zip(cores.next())
        .context("two processor cores are needed, one for the server and one for the generator")
}
