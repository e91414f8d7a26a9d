//! Whether Redis can be used.

use redis::{AsyncConnectionConfig, Client, RedisResult, cmd};

use super::{Outcome, target::PATIENCE};
use crate::settings::{Settings, without_password};

/// The oldest one that carries answers and what is published on one connection, and can do all that
/// our scripts ask for.
const OLDEST: u32 = 7;

pub(super) async fn check(settings: &Settings) -> Outcome {
    if settings.redis.is_empty() {
        return Outcome::skipped(
            "redis is not set: rooms are kept in memory, which is right for one node",
        );
    }
    let url = without_password(&settings.redis);
    let advice = "Is it running, version 7 or newer, and is the address right? It is redis in \
                  Leptos.toml, or DUPLEX_REDIS.";
    match version(&settings.redis).await {
        Ok(Some(version)) if major(&version).is_some_and(|major| major < OLDEST) => {
            Outcome::failed(
                format!("{url} answers, but its version is {version}"),
                "Take Redis 7 or newer.",
            )
        }
        Ok(Some(version)) => Outcome::fine(format!("{url} answers, version {version}")),
        Ok(None) => Outcome::fine(format!("{url} answers; it does not tell its version")),
        Err(error) => Outcome::failed(format!("cannot use {url}: {error}"), advice),
    }
}

async fn version(url: &str) -> RedisResult<Option<String>> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    let client = Client::open(url)?;
    let mut connection = client
        .get_multiplexed_async_connection_with_config(&config)
        .await?;
    cmd("PING").query_async::<()>(&mut connection).await?;
    // It may be forbidden to this user.
    let info = cmd("INFO")
        .arg("server")
        .query_async::<String>(&mut connection)
        .await;
    Ok(info.ok().as_deref().and_then(version_in))
}

fn version_in(info: &str) -> Option<String> {
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("redis_version:"));
    line.map(|version| version.trim().to_owned())
}

fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_redis_tells() {
        let info = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n";
        let version = version_in(info).expect("a version");
        assert_eq!(version, "7.0.15");
        assert_eq!(major(&version), Some(7));
        assert_eq!(version_in("nothing"), None);
    }
}
