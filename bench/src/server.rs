//! Servers that are started to be measured.

use std::{
    env,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::{process::Process, scenario::Target};

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(30);

/// How long it may take to stop before it is killed.
const STOP: Duration = Duration::from_secs(5);

/// Duplex limits what one socket and one address may do; all the load comes from one address. One worker, because there is
/// one core; no second listener for the metrics.
const ENVIRONMENT: [(&str, &str); 7] = [
    ("DUPLEX_MESSAGES_PER_SECOND", "100000000"),
    ("DUPLEX_MESSAGE_BURST", "100000000"),
    ("DUPLEX_JOINS_PER_MINUTE", "1000000"),
    ("DUPLEX_SOCKETS_PER_ADDRESS", "1000000"),
    ("DUPLEX_METRICS_ADDR", ""),
    ("TOKIO_WORKER_THREADS", "1"),
    ("NODE_ENV", "production"),
];

/// How to start a server.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    /// What the table calls it.
    pub(crate) name: String,
    /// Program and arguments; `{port}` stands for the port.
    command: Vec<String>,
}

impl Recipe {
    /// A server that is known by name, or one of `NAME=COMMAND`.
    pub(crate) fn find(name: &str, commands: &[String]) -> Result<Self> {
        let own = env::current_exe()?;
        let given = commands.iter().find_map(|command| {
            let (given, command) = command.split_once('=')?;
            (given == name).then_some(command)
        });
        let command = match (given, name) {
            (Some(command), _) => command.split_whitespace().map(str::to_owned).collect(),
            (_, "node") => words(&["node", "bench/reference/server.js", "{port}"]),
            (_, "duplex") => words(&[
                "target/release/duplex",
                "--listen",
                "127.0.0.1:{port}",
                "--log",
                "warn",
            ]),
            (_, "bare") => words(&[&own.to_string_lossy(), "--be-bare", "{port}"]),
            _ => bail!("no server is called {name}: node, duplex, bare, or what --command names"),
        };
        Ok(Self {
            name: name.to_owned(),
            command,
        })
    }

    /// Starts it on a free port, on this core alone, and waits until it listens.
    pub(crate) fn start(&self, core: usize) -> Result<Server> {
        if let Some(program) = self.command.first() {
            ensure!(
                !program.contains('/') || Path::new(program).exists(),
                "{program} is missing here: build it (`make build`), and run this in the root of the repository"
            );
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        // setpriv lets the kernel end the server when the generator ends, whatever ends it. Both programs become the
        // server, so its process id is the child's.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "taskset", "-c", &core.to_string()])
            .args(
                self.command
                    .iter()
                    .map(|word| word.replace("{port}", &port.to_string())),
            )
            .envs(ENVIRONMENT)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("setpriv and taskset (Debian package util-linux) are needed")?;
        let mut server = Server { child, address };
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{:?} ended with {status}", self.command);
            }
            if begin.elapsed() > START {
                bail!("{:?} does not listen on {address}", self.command);
            }
            sleep(Duration::from_millis(20));
        }
        // What a server still does after it listens.
        sleep(Duration::from_millis(500));
        Ok(server)
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// For the scenarios.
    pub(crate) fn target(&self) -> Target {
        Target {
            address: self.address,
            process: Some(Process::new(self.child.id())),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let begin = Instant::now();
        // Nothing can be done about a failure here, and pdeathsig stands behind it.
        kill_process(Pid::from_child(&self.child), Signal::TERM).ok();
        while matches!(self.child.try_wait(), Ok(None)) {
            if begin.elapsed() > STOP {
                self.child.kill().ok();
            }
            sleep(Duration::from_millis(20));
        }
    }
}
