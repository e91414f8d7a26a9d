//! A client of a TURN server: the protocol is the library's, sockets and time are ours.

use std::{
    fmt,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};
use turn_client_proto::{
    api::{TurnEvent, TurnPollRet, TurnRecvRet},
    prelude::TurnClientApi,
    stun::agent::Transmit,
    types::{
        TransportType,
        stun::{attribute::ErrorCode, message::Message},
    },
};

use super::super::{
    ice::Trouble,
    target::PATIENCE,
    way::{Way, trouble},
};
use crate::settings::IceUrl;

/// A client of the server, and its way there.
pub(super) struct Caller<C> {
    client: C,
    way: Way,
    server: SocketAddr,
    local: SocketAddr,
    start: Instant,
    /// The packet that came last.
    pub(super) received: Option<Vec<u8>>,
    /// Whether the first request was refused, as it always is: the refusal has the nonce.
    is_challenged: bool,
    /// What else was refused last.
    refused: Option<(u16, String)>,
    has_failed: bool,
}

impl<C: TurnClientApi> Caller<C> {
    pub(super) async fn open(
        url: &IceUrl,
        server: SocketAddr,
        client: &impl Fn(SocketAddr) -> C,
    ) -> Result<Self, Trouble> {
        let way = Way::open(url, server).await?;
        let local = way.local().map_err(|error| trouble(&error, server))?;
        Ok(Self {
            client: client(local),
            way,
            server,
            local,
            start: Instant::now(),
            received: None,
            is_challenged: false,
            refused: None,
            has_failed: false,
        })
    }

    fn now(&self) -> turn_types::Instant {
        turn_types::Instant::ZERO + self.start.elapsed()
    }

    pub(super) fn relayed(&mut self) -> Option<SocketAddr> {
        let relayed = self.client.relayed_addresses().next();
        relayed.map(|(_, address)| address)
    }

    pub(super) async fn permit(&mut self, peer: SocketAddr) -> Result<(), Trouble> {
        let now = self.now();
        let permitted = self
            .client
            .create_permission(TransportType::Udp, peer.ip(), now);
        permitted.map_err(broken)?;
        self.until(PATIENCE, |this| {
            let is_there = this.client.have_permission(TransportType::Udp, peer.ip());
            is_there.then_some(())
        })
        .await
    }

    pub(super) async fn send(&mut self, to: SocketAddr, packet: &[u8]) -> Result<(), Trouble> {
        let now = self.now();
        let sent = self.client.send_to(TransportType::Udp, to, packet, now);
        if let Some(message) = sent.map_err(broken)? {
            self.write(&message.build().data).await?;
        }
        Ok(())
    }

    /// Gives the allocation back, without waiting for an answer.
    pub(super) async fn delete(&mut self) {
        let now = self.now();
        if self.client.delete(now).is_ok() {
            let written = async {
                loop {
                    if self.flush().await? {
                        return Ok::<_, Trouble>(());
                    }
                    sleep(Duration::from_millis(10)).await;
                }
            };
            timeout(PATIENCE, written).await.ok();
        }
    }

    /// Goes on until this is so, for as long as this.
    pub(super) async fn until<T>(
        &mut self,
        time: Duration,
        is_so: impl Fn(&mut Self) -> Option<T>,
    ) -> Result<T, Trouble> {
        match timeout(time, self.go_on_until(is_so)).await {
            Ok(result) => result,
            Err(_) => Err(self.failure()),
        }
    }

    async fn go_on_until<T>(
        &mut self,
        is_so: impl Fn(&mut Self) -> Option<T>,
    ) -> Result<T, Trouble> {
        let mut buffer = vec![0; 4_096];
        loop {
            while let Some(event) = self.client.poll_event() {
                self.has_failed |= matches!(
                    event,
                    TurnEvent::AllocationCreateFailed(_) | TurnEvent::PermissionCreateFailed(..)
                );
            }
            if let Some(so) = is_so(self) {
                return Ok(so);
            }
            if self.has_failed {
                return Err(self.failure());
            }
            self.flush().await?;
            let now = self.now();
            let TurnPollRet::WaitUntil(next) = self.client.poll(now) else {
                self.has_failed = true;
                continue;
            };
            // Not at once, lest this never rests.
            let wait = (next - now).max(Duration::from_millis(1));
            tokio::select! {
                read = self.way.read(&mut buffer) => {
                    let length = read.map_err(|error| trouble(&error, self.server))?;
                    self.take(buffer.get(..length).unwrap_or_default());
                }
                () = sleep(wait) => {}
            }
        }
    }

    /// Sends what the client has to send now; whether there was something.
    async fn flush(&mut self) -> Result<bool, Trouble> {
        let mut was_there = false;
        let now = self.now();
        while let Some(message) = self.client.poll_transmit(now) {
            self.write(&message.data).await?;
            was_there = true;
        }
        Ok(was_there)
    }

    async fn write(&mut self, message: &[u8]) -> Result<(), Trouble> {
        let written = self.way.write(message).await;
        written.map_err(|error| trouble(&error, self.server))
    }

    fn take(&mut self, data: &[u8]) {
        // The library says that something was refused, and not why.
        if let Ok(message) = Message::from_bytes(data)
            && let Ok(error) = message.attribute::<ErrorCode>()
        {
            let is_expected = match error.code() {
                ErrorCode::UNAUTHORIZED => !self.is_challenged,
                code => code == ErrorCode::STALE_NONCE,
            };
            self.is_challenged = true;
            if !is_expected {
                self.refused = Some((error.code(), error.reason().to_owned()));
            }
        }
        let message = Transmit::new(data, self.client.transport(), self.server, self.local);
        let now = self.now();
        if let TurnRecvRet::PeerData(data) = self.client.recv(message, now) {
            self.received = Some(data.data().to_vec());
        }
        while let Some(data) = self.client.poll_recv(now) {
            self.received = Some(data.data().to_vec());
        }
    }

    fn failure(&mut self) -> Trouble {
        match self.refused.take() {
            Some((code, reason)) => Trouble::Refused(code, reason),
            None => Trouble::Silent,
        }
    }
}

fn broken(error: impl fmt::Display) -> Trouble {
    Trouble::Broken(error.to_string())
}
