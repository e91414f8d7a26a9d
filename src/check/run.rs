//! The checks, one after the other.

use super::{
    Check,
    findings::{Page, Trial, Way},
    media::{frame, is_secure, look},
    relay::try_way,
    seat::Connection,
};
use crate::dom::{has, window};

/// Checks all that can be checked without asking the person.
pub(super) async fn run(check: Check) {
    let page = Page {
        is_secure: is_secure(),
        has_webrtc: has(&window(), "RTCPeerConnection"),
        frame: frame(),
    };
    check.note(|findings| {
        findings.page = Trial::Done(page);
        findings.server = Trial::Busy;
    });
    let [microphone, camera] = look().await;
    check.note(|findings| {
        findings.microphone = Trial::Done(microphone);
        findings.camera = Trial::Done(camera);
    });
    let opened = Connection::open().await;
    let (connection, outcome) = match opened {
        Ok((connection, millis)) => (Some(connection), Ok(millis)),
        Err(unreached) => (None, Err(unreached)),
    };
    check.note(|findings| findings.server = Trial::Done(outcome));
    // Without WebRTC there is nothing to try what comes with a seat with.
    if let Some(connection) = connection.filter(|_| page.has_webrtc) {
        try_seat(check, connection).await;
    }
}

/// Takes a seat and tries what is handed out with it. The seat is kept meanwhile, because the
/// credentials end with it.
async fn try_seat(check: Check, mut connection: Connection) {
    check.note(|findings| findings.seat = Trial::Busy);
    let (millis, servers) = match connection.join().await {
        Ok(joined) => joined,
        Err(refusal) => {
            check.note(|findings| findings.seat = Trial::Done(Err(refusal)));
            return;
        }
    };
    check.note(|findings| {
        findings.seat = Trial::Done(Ok(millis));
        findings.ways = Some(servers.iter().flat_map(Way::of).collect());
    });
    // One after the other: a peer may have few addresses on a relay at a time.
    let mut index = 0;
    for server in &servers {
        for (url, way) in server.urls.iter().zip(Way::of(server)) {
            let set = |trial| {
                check.note(|findings| {
                    let ways = findings.ways.as_mut();
                    if let Some(way) = ways.and_then(|ways| ways.get_mut(index)) {
                        way.trial = trial;
                    }
                });
            };
            set(Trial::Busy);
            let outcome = try_way(server, url, way.kind).await;
            set(Trial::Done(outcome));
            index += 1;
        }
    }
}
