//! What there is to say about STUN and TURN servers.

use super::{Line, Tone::Wrong, busy, good, line, waiting};
use crate::{
    check::{Cause, Kind, Trial, Way},
    language::RelayWords,
};

/// One STUN or TURN server under one of its addresses.
pub(super) fn way(words: &RelayWords, way: &Way) -> Line {
    let title = match way.kind {
        Kind::Stun => words.stun,
        Kind::Udp => words.udp,
        Kind::Tcp => words.tcp,
        Kind::Tls => words.tls,
    };
    let about = |text: &str| [&way.address, words.colon, text].concat();
    let cause = match &way.trial {
        Trial::Waiting => return waiting(title, about(words.waiting)),
        Trial::Busy => return busy(title, about(words.trying)),
        Trial::Done(Ok(millis)) => {
            let works = match way.kind {
                Kind::Stun => words.answers,
                _ => words.relays,
            };
            return good(title, about(&works.with(millis)));
        }
        Trial::Done(Err(cause)) => *cause,
    };
    let text = match cause {
        Cause::Unreached => words.unreached,
        Cause::Unclear => words.unclear,
        Cause::NoName => words.no_name,
        Cause::Credentials => words.credentials,
        Cause::Full => words.full,
        Cause::Silent => words.silent,
        Cause::Invalid => words.invalid,
    };
    line(Wrong, title, about(text), way_out(words, cause, way))
}

fn way_out(words: &RelayWords, cause: Cause, way: &Way) -> String {
    let blocked = || {
        let port = way.address.rsplit_once(':').map_or("", |(_, port)| port);
        match way.kind {
            Kind::Stun | Kind::Udp => words.open_udp.with(port),
            Kind::Tcp | Kind::Tls => words.open_tcp.with(port),
        }
    };
    let known = match cause {
        Cause::Unreached => return blocked(),
        Cause::Unclear => return blocked() + words.or_refused,
        Cause::NoName => words.mend_name,
        Cause::Credentials => words.mend_credentials,
        Cause::Full => words.make_room,
        Cause::Silent => words.ask_doctor,
        Cause::Invalid => words.mend_address,
    };
    known.to_owned()
}
