//! Asks a STUN server under which address it sees this machine (RFC 8489).

use std::{net::SocketAddr, time::Duration};

use tokio::time::timeout;
use turn_types::stun::{
    attribute::{ErrorCode, XorMappedAddress},
    message::{BINDING, Message, MessageClass, MessageWriteVec},
    prelude::MessageWrite,
};

use super::{
    ice::Trouble,
    way::{Way, trouble},
};
use crate::settings::IceUrl;

/// A datagram may be lost: it is sent so often …
const ATTEMPTS: usize = 4;

/// … and an answer awaited for so long each time.
const WAIT: Duration = Duration::from_secs(1);

/// Where the server sees a packet of this machine come from.
///
/// # Errors
/// When it does not answer, or says no.
pub(super) async fn ask(url: &IceUrl, server: SocketAddr) -> Result<SocketAddr, Trouble> {
    let mut way = Way::open(url, server).await?;
    let request = Message::builder_request(BINDING, MessageWriteVec::new()).finish();
    let mut buffer = vec![0; 2_000];
    for attempt in 0..ATTEMPTS {
        // A stream loses nothing.
        if attempt == 0 || matches!(way, Way::Datagrams(_)) {
            let written = way.write(&request).await;
            written.map_err(|error| trouble(&error, server))?;
        }
        match timeout(WAIT, way.read(&mut buffer)).await {
            Ok(Ok(length)) => {
                if let Some(answer) = buffer
                    .get(..length)
                    .and_then(|answer| read(answer, &request))
                {
                    return answer;
                }
            }
            Ok(Err(error)) => return Err(trouble(&error, server)),
            Err(_) => {}
        }
    }
    Err(Trouble::Silent)
}

/// What an answer says, if it is one to this request.
fn read(answer: &[u8], request: &[u8]) -> Option<Result<SocketAddr, Trouble>> {
    let answer = Message::from_bytes(answer).ok()?;
    let request = Message::from_bytes(request).ok()?;
    let id = answer.transaction_id();
    if id != request.transaction_id() {
        return None;
    }
    if answer.has_class(MessageClass::Error) {
        let error = answer.attribute::<ErrorCode>().ok()?;
        return Some(Err(Trouble::Refused(
            error.code(),
            error.reason().to_owned(),
        )));
    }
    let mapped = answer.attribute::<XorMappedAddress>().ok()?;
    Some(Ok(mapped.addr(id)))
}
