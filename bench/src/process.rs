//! What the kernel says about a process.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

/// A process that is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process {
    pid: u32,
}

impl Process {
    /// By its id.
    pub(crate) fn new(pid: u32) -> Self {
        Self { pid }
    }

    /// The generator itself.
    pub(crate) fn own() -> Self {
        Self::new(std::process::id())
    }

    /// The processor time of all its threads, in user and kernel mode, since it began.
    pub(crate) fn cpu(self) -> Result<Duration> {
        let path = format!("/proc/{}/stat", self.pid);
        let stat = fs::read_to_string(&path).with_context(|| path.clone())?;
        // The second field is the program's name in brackets and may hold spaces.
        let (_, rest) = stat.rsplit_once(')').context("stat has a name")?;
        let mut fields = rest.split_whitespace().skip(11);
        let mut ticks = || -> Result<u64> {
            Ok(fields
                .next()
                .context("stat has utime and stime")?
                .parse::<u64>()?)
        };
        let ticks = ticks()? + ticks()?;
        let per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_millis(ticks * 1000 / per_second))
    }

    /// Its resident memory in KiB.
    pub(crate) fn resident(self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.pid);
        let status = fs::read_to_string(&path).with_context(|| path.clone())?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("a running process has VmRSS")?;
        let number = line.trim().trim_end_matches(" kB");
        Ok(number.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_process_uses_memory_and_time() {
        assert!(Process::own().resident().unwrap() > 100);
        let before = Process::own().cpu().unwrap();
        let mut sum = 0u64;
        while Process::own().cpu().unwrap() == before {
            sum = std::hint::black_box(sum.wrapping_mul(31) + 1);
        }
    }
}
