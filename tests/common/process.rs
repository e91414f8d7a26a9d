//! The server as its host runs it: a process, with what it uses of memory.

use std::{
    fs::{self, File},
    net::SocketAddr,
    process::{Child, Command},
    time::Duration,
};

use tokio::time::sleep;

/// A server process, which ends with the test.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Process {
    /// Starts it; `name` is for its folder, one for each test.
    pub(crate) async fn start(name: &str) -> Self {
        let folder = format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(format!("{folder}/pkg")).expect("a folder for the test");
        let said = format!("{folder}/stdout");
        let stdout = File::create(&said).expect("a file in it");
        let child = Command::new(env!("CARGO_BIN_EXE_duplex"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("LEPTOS_SITE_ROOT", &folder)
            .env("DUPLEX_STATE_DIR", &folder)
            .env("DUPLEX_METRICS_ADDR", "")
            .env("DUPLEX_SOCKETS_PER_ADDRESS", "1000")
            .env("RUST_LOG", "error")
            .stdout(stdout)
            .spawn()
            .expect("the server was built");
        let address = ([127, 0, 0, 1], 0).into();
        let mut process = Self { address, child };
        for _ in 0..500 {
            let said = fs::read_to_string(&said).expect("the server writes text");
            let ready = said.split_once("http://localhost:");
            if let Some(port) = ready.and_then(|(_, port)| port.strip_suffix('\n')) {
                process.address.set_port(port.parse().expect("a port"));
                return process;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the server does not start");
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The most memory that it ever had, in KiB. Linux only; 0 elsewhere.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
