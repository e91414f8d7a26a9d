//! The connection to Redis and the few scripts that run there.

use std::time::Duration;

use redis::{
    Client, ProtocolVersion, PushInfo, RedisResult, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::sync::mpsc::UnboundedSender;

use super::wire::Node;
use crate::{protocol::RoomName, signaling::rooms::Time};

/// Nothing that Redis is asked may take longer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(1);

/// A node that was silent for so long is taken to be dead. Less than the time within which the
/// others have to learn that a peer is away.
pub(super) const LEASE: Duration = Duration::from_secs(6);

/// Reads a room, the time, and since when there is this data (after a loss it begins anew).
const LOAD: &str = "
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local born = redis.call('SET', 'duplex:born', now, 'NX', 'GET')
return {redis.call('GET', KEYS[1]), now, born or now}
";

/// Puts a room's next state in place if nobody else changed it meanwhile, and tells the nodes:
/// one step, so that all of them hear of the changes in their order.
const SWAP: &str = "
local before = redis.call('GET', KEYS[1]) or ''
if before ~= ARGV[1] then return 0 end
local room, after, due = ARGV[2], ARGV[3], ARGV[4]
if after == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], after) end
if due == '' then redis.call('ZREM', 'duplex:due', room) else redis.call('ZADD', 'duplex:due', due, room) end
local i = 5
while ARGV[i] do
  if ARGV[i + 1] == '1' then redis.call('SADD', ARGV[i], room) else redis.call('SREM', ARGV[i], room) end
  redis.call('PUBLISH', ARGV[i + 2], ARGV[i + 3])
  i = i + 4
end
return 1
";

/// Says that a node lives, and returns the time, the rooms in which a seat is to be freed, and
/// the nodes that were silent for too long.
const BEAT: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', 'duplex:nodes', string.format('%.0f', now), ARGV[1])
local due = redis.call('ZRANGEBYSCORE', 'duplex:due', '-inf', string.format('%.0f', now), 'LIMIT', 0, 256)
local lost = redis.call('ZRANGEBYSCORE', 'duplex:nodes', '-inf', string.format('%.0f', now - ARGV[2]))
return {due, lost}
";

/// A room as it was read.
pub(super) struct Loaded {
    /// The text of it; empty when there is none.
    pub(super) text: String,
    /// Microseconds since 1970.
    pub(super) micros: u64,
    /// Since when there is this data, in microseconds since 1970.
    born: u64,
}

impl Loaded {
    /// How long there has been this data.
    pub(super) fn age(&self) -> Duration {
        Duration::from_micros(self.micros.saturating_sub(self.born))
    }

    pub(super) fn now(&self) -> Time {
        Time::from_millis(self.micros / 1_000)
    }
}

/// What a node is told of a change, and whether the room has to do with it from now on.
pub(super) struct Copy {
    pub(super) node: Node,
    pub(super) member: bool,
    pub(super) notice: String,
}

/// The connection to Redis; clones share it. It comes back by itself.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) connection: ConnectionManager,
    load: Script,
    swap: Script,
    beat: Script,
}

impl Link {
    /// Connects, and has what is published for `node` sent to `pushes`.
    pub(super) async fn connect(
        url: &str,
        node: Node,
        pushes: UnboundedSender<PushInfo>,
    ) -> RedisResult<Self> {
        let info = redis::IntoConnectionInfo::into_connection_info(url)?;
        // What is published comes on the same connection as answers, which RESP3 can do.
        let settings = info
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_max_delay(Duration::from_millis(500))
            .set_push_sender(pushes)
            .set_automatic_resubscription();
        let mut connection = ConnectionManager::new_with_config(client, config).await?;
        connection.subscribe(node.channel()).await?;
        Ok(Self {
            connection,
            load: Script::new(LOAD),
            swap: Script::new(SWAP),
            beat: Script::new(BEAT),
        })
    }

    pub(super) async fn load(&self, room: &RoomName) -> RedisResult<Loaded> {
        let (text, micros, born): (Option<String>, u64, u64) = self
            .load
            .key(key(room))
            .invoke_async(&mut self.connection.clone())
            .await?;
        Ok(Loaded {
            text: text.unwrap_or_default(),
            micros,
            born,
        })
    }

    /// The text of a room; empty when there is none. Only reads.
    pub(super) async fn peek(&self, room: &RoomName) -> RedisResult<String> {
        let mut command = redis::cmd("GET");
        command.arg(key(room));
        let text: Option<String> = command.query_async(&mut self.connection.clone()).await?;
        Ok(text.unwrap_or_default())
    }

    /// Whether nobody was faster.
    pub(super) async fn swap(
        &self,
        room: &RoomName,
        before: &str,
        after: &str,
        due: Option<Time>,
        copies: &[Copy],
    ) -> RedisResult<bool> {
        let mut call = self.swap.key(key(room));
        let due = due.map(|time| time.as_millis().to_string());
        call.arg(before)
            .arg(room.as_str())
            .arg(after)
            .arg(due.unwrap_or_default());
        for copy in copies {
            call.arg(copy.node.rooms_key())
                .arg(u8::from(copy.member))
                .arg(copy.node.channel())
                .arg(&copy.notice);
        }
        call.invoke_async(&mut self.connection.clone()).await
    }

    /// The rooms in which a seat is to be freed, and the nodes that are dead.
    pub(super) async fn beat(&self, node: Node) -> RedisResult<(Vec<String>, Vec<String>)> {
        let lease = u64::try_from(LEASE.as_millis()).unwrap_or(u64::MAX);
        self.beat
            .arg(node.name())
            .arg(lease)
            .invoke_async(&mut self.connection.clone())
            .await
    }

    /// The rooms that have to do with a node.
    pub(super) async fn rooms_of(&self, node: Node) -> RedisResult<Vec<String>> {
        let mut command = redis::cmd("SMEMBERS");
        command.arg(node.rooms_key());
        command.query_async(&mut self.connection.clone()).await
    }

    /// Forgets a dead node whose rooms were dealt with, or one that stops.
    pub(super) async fn forget(&self, node: Node) -> RedisResult<()> {
        let mut pipe = redis::pipe();
        pipe.zrem("duplex:nodes", node.name()).ignore();
        pipe.del(node.rooms_key()).ignore();
        pipe.query_async(&mut self.connection.clone()).await
    }

    /// Publishes notices, in this order.
    pub(super) async fn publish(&self, notices: &[(Node, String)]) -> RedisResult<()> {
        let mut pipe = redis::pipe();
        for (node, notice) in notices {
            pipe.publish(node.channel(), notice).ignore();
        }
        pipe.query_async(&mut self.connection.clone()).await
    }
}

fn key(room: &RoomName) -> String {
    format!("duplex:room:{room}")
}
