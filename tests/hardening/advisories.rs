//! The malformed packets of the published advisories on the Node.js implementation, replayed. Each
//! test has a server process of its own, so that one that dies, or swallows all memory, shows.

mod engine_io;
mod socket_io;

use super::Bystanders;
use crate::common::process::Process;

/// So much more than when it started may a server need for an attack, in KiB.
const ROOM: u64 = 48 * 1_024;

/// A server process and two who use it.
struct Scene {
    server: Process,
    bystanders: Bystanders,
    memory: u64,
}

impl Scene {
    async fn start(name: &str) -> Self {
        let server = Process::start(name).await;
        let mut bystanders = Bystanders::join(server.address).await;
        bystanders.are_undisturbed("nothing").await;
        let memory = server.peak_memory();
        Self {
            server,
            bystanders,
            memory,
        }
    }

    async fn is_unharmed(&mut self, after: &str) {
        self.bystanders.are_undisturbed(after).await;
        assert!(self.server.is_alive(), "after {after}");
        let grown = self.server.peak_memory().saturating_sub(self.memory);
        assert!(grown < ROOM, "{grown} KiB more after {after}");
    }
}
