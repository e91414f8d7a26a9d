//! Where a behaviour is tried: one server with its rooms in memory, one with a real Redis, or two
//! nodes that share a Redis.

use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use duplex::{server::Application, settings::Settings};
use tokio::{net::TcpStream, time::sleep};

use super::{client::Client, start_with};

/// One or two running nodes.
pub(crate) struct Stage {
    pub(crate) nodes: Vec<SocketAddr>,
    pub(crate) applications: Vec<Application>,
    pub(crate) redis: Option<Redis>,
    next: AtomicUsize,
}

impl Stage {
    pub(crate) async fn memory(settings: Settings) -> Self {
        Self::start(1, None, settings).await
    }

    pub(crate) async fn redis(settings: Settings) -> Self {
        Self::start(1, Some(Redis::start().await), settings).await
    }

    pub(crate) async fn two_nodes(settings: Settings) -> Self {
        Self::start(2, Some(Redis::start().await), settings).await
    }

    async fn start(count: usize, redis: Option<Redis>, settings: Settings) -> Self {
        let redis_url = redis.as_ref().map(Redis::url).unwrap_or_default();
        let settings = Settings {
            redis: redis_url,
            ..settings
        };
        let (mut nodes, mut applications) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let (node, application) = start_with(settings.clone()).await;
            nodes.push(node);
            applications.push(application);
        }
        Self {
            nodes,
            applications,
            redis,
            next: AtomicUsize::new(0),
        }
    }

    /// The node for the next client: each takes its turn.
    pub(crate) fn node(&self) -> SocketAddr {
        self.nodes[self.next.fetch_add(1, Ordering::Relaxed) % self.nodes.len()]
    }

    pub(crate) async fn connect(&self) -> Client {
        Client::connect(self.node()).await
    }

    /// Two who joined "r", on two nodes if there are two, after each has heard of the other.
    pub(crate) async fn pair(&self) -> [(Client, String); 2] {
        let (mut a, mut b) = (self.connect().await, self.connect().await);
        let a_id = a.join("r").await;
        let b_id = b.join("r").await;
        assert_eq!(a.event().await[0], "otherjoin");
        [(a, a_id), (b, b_id)]
    }
}

/// A Redis server of a test's own, which keeps nothing on disk and ends with the test.
pub(crate) struct Redis {
    port: u16,
    server: Option<Child>,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("just bound").port();
        drop(free);
        let mut redis = Self { port, server: None };
        redis.start_again().await;
        redis
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts it on the same port, with nothing in it.
    pub(crate) async fn start_again(&mut self) {
        let port = self.port.to_string();
        let server = Command::new("redis-server")
            .args(["--port", &port, "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir", "/tmp"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed (scripts/setup.sh test installs it)");
        self.server = Some(server);
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("redis-server does not listen");
    }

    /// How many commands it was given until now.
    pub(crate) async fn commands(&self) -> usize {
        let info = "INFO stats\r\nQUIT\r\n";
        let address = ([127, 0, 0, 1], self.port).into();
        let answer = super::request(address, info).await;
        let line = answer
            .lines()
            .find_map(|line| line.strip_prefix("total_commands_processed:"));
        line.and_then(|count| count.trim().parse().ok())
            .expect("Redis counts them")
    }

    /// Ends it at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().ok();
            server.wait().ok();
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
