//! Sends a packet through a TURN server and back (RFC 8656), between two clients of our own.

mod caller;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use turn_client_proto::{
    api::TurnConfig, prelude::TurnClientApi, stun::auth::Feature, tcp::TurnClientTcp,
    types::TurnCredentials, udp::TurnClientUdp,
};

use self::caller::Caller;
use super::{ice::Trouble, target::PATIENCE};
use crate::settings::{IceUrl, Over};

/// What is sent. Over TCP a length that is no multiple of four would need padding.
const KNOCK: &[u8; 16] = b"knock, by duplex";
const THERE: &[u8; 16] = b"there, by duplex";
const BACK: &[u8; 16] = b"back, by duplex.";

/// A packet that does not come is sent anew after so long.
const AGAIN: Duration = Duration::from_millis(500);

/// So often a packet is sent.
const ATTEMPTS: usize = 4;

/// How long a packet takes from one client through the server to another one, and back.
///
/// # Errors
/// When it does not arrive, for whatever reason.
pub(super) async fn there_and_back(
    url: &IceUrl,
    server: SocketAddr,
    username: &str,
    password: &str,
) -> Result<Duration, Trouble> {
    let config = || {
        let mut config = TurnConfig::new(TurnCredentials::new(username, password));
        // Browsers always say their names in the clear.
        config.set_anonymous_username(Feature::Disabled);
        config
    };
    match url.over {
        Over::Udp => {
            let client = |local| TurnClientUdp::allocate(local, server, config());
            relay(url, server, client).await
        }
        Over::Tcp | Over::Tls => {
            let client = |local| TurnClientTcp::allocate(local, server, config());
            relay(url, server, client).await
        }
    }
}

async fn relay<C: TurnClientApi>(
    url: &IceUrl,
    server: SocketAddr,
    client: impl Fn(SocketAddr) -> C,
) -> Result<Duration, Trouble> {
    let allocate = async || {
        let mut caller = Caller::open(url, server, &client).await?;
        let relayed = caller.until(PATIENCE, Caller::relayed).await?;
        Ok::<_, Trouble>((caller, relayed))
    };
    let both = tokio::try_join!(allocate(), allocate());
    let ((mut one, one_relayed), (mut other, other_relayed)) = both?;
    tokio::try_join!(one.permit(other_relayed), other.permit(one_relayed))?;

    let took = exchange((&mut one, one_relayed), (&mut other, other_relayed)).await;
    // They would take room until they expire.
    tokio::join!(one.delete(), other.delete());
    took
}

async fn exchange<C: TurnClientApi>(
    (one, one_relayed): (&mut Caller<C>, SocketAddr),
    (other, other_relayed): (&mut Caller<C>, SocketAddr),
) -> Result<Duration, Trouble> {
    // As in a call, where both sides send at first: some relays, ours among them, deliver packets only
    // to those who have sent some to where they come from.
    for _ in 0..ATTEMPTS {
        one.send(other_relayed, KNOCK).await?;
        if pass_once(other, one, one_relayed, KNOCK).await? {
            break;
        }
    }
    let start = Instant::now();
    pass(one, other, other_relayed, THERE).await?;
    pass(other, one, one_relayed, BACK).await?;
    Ok(start.elapsed())
}

/// Has one client send a packet to the relayed address of the other, until it is there.
async fn pass<C: TurnClientApi>(
    from: &mut Caller<C>,
    to: &mut Caller<C>,
    address: SocketAddr,
    packet: &[u8],
) -> Result<(), Trouble> {
    for _ in 0..ATTEMPTS {
        if pass_once(from, to, address, packet).await? {
            return Ok(());
        }
    }
    Err(Trouble::Lost)
}

/// Does so once: whether it is there soon.
async fn pass_once<C: TurnClientApi>(
    from: &mut Caller<C>,
    to: &mut Caller<C>,
    address: SocketAddr,
    packet: &[u8],
) -> Result<bool, Trouble> {
    from.send(address, packet).await?;
    let is_it = |to: &mut Caller<C>| to.received.take().filter(|data| data == packet);
    match to.until(AGAIN, is_it).await {
        Err(Trouble::Silent) => Ok(false),
        arrived => arrived.map(|_| true),
    }
}
