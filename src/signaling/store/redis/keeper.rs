//! What has to be done from time to time: saying that this node lives, freeing seats whose time
//! is over and those of dead nodes, and making up for what was missed.

use std::{sync::Arc, time::Duration};

use socketioxide::socket::Sid;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tracing::{info, warn};

use super::{
    Redis, Task,
    link::{LEASE, TIMEOUT},
    parse,
    wire::{Address, Node},
};
use crate::{protocol::RoomName, signaling::rooms::Action};

/// How often; also how much later than its time a seat may be freed.
const PERIOD: Duration = Duration::from_millis(500);

impl Redis {
    pub(super) async fn keep(self: Arc<Self>) {
        let mut period = interval(PERIOD);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // While Redis was away nobody could say that it lived.
        let mut judges_from = Instant::now();
        loop {
            period.tick().await;
            let beat = timeout(2 * TIMEOUT, self.link.beat(self.node)).await;
            let (due, lost) = match beat {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) | Err(_) => {
                    self.set_available(false);
                    continue;
                }
            };
            if self.set_available(true) {
                info!("Redis is back");
                judges_from = Instant::now() + LEASE;
                self.catch_up();
            }
            for room in due.iter().filter_map(|name| RoomName::parse(name).ok()) {
                self.enqueue(
                    room,
                    self.address(Sid::new()),
                    Task::Act(Action::Expire),
                    None,
                );
            }
            if Instant::now() < judges_from {
                continue;
            }
            for node in lost.iter().filter_map(|name| Node::parse(name)) {
                if let Err(error) = self.bury(node).await {
                    warn!(%error, "a dead node was not dealt with");
                }
            }
        }
    }

    /// Whether that is a change.
    fn set_available(&self, available: bool) -> bool {
        use std::sync::atomic::Ordering::Relaxed;
        self.available.swap(available, Relaxed) != available
    }

    /// After Redis was away: puts rooms back that were lost, hears of changes that were missed,
    /// and gives up the seats of connections that went meanwhile.
    fn catch_up(&self) {
        // The lock must be free again: each request takes it.
        let rooms = self.views().names();
        for room in rooms {
            self.enqueue(room, self.address(Sid::new()), Task::CatchUp, None);
        }
    }

    /// The connections of a dead node are gone; their seats are kept for the grace time.
    async fn bury(&self, node: Node) -> redis::RedisResult<()> {
        let rooms = self.link.rooms_of(node).await?;
        warn!(node = node.name(), rooms = rooms.len(), "a node is dead");
        for room in rooms.iter().filter_map(|name| RoomName::parse(name).ok()) {
            let Some(stored) = parse(&self.link.load(&room).await?.text) else {
                continue;
            };
            let all: Vec<Address> = stored.room.connections();
            for by in all.into_iter().filter(|address| address.node == node) {
                self.enqueue(room.clone(), by, Task::Act(Action::Drop), None);
            }
        }
        self.link.forget(node).await
    }
}
