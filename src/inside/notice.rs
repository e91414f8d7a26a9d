//! What is happening in a room, in words: one sentence for every state of a call.

use leptos::prelude::*;

use super::Inside;
use crate::{
    call::{Link, MediaState, Membership, Obstacle, RemotePeer, Server, Verdict},
    components::{Sentence, Tone, before_joining, missing, say},
    language::{Advice, InsideWords, Text, VerdictWords, Words},
    protocol::ErrorCode,
};

/// What is happening now.
pub(super) fn now(inside: Inside) -> Sentence {
    let Inside { call, words, .. } = inside;
    let links: Vec<_> = call
        .peers
        .with(|peers| peers.iter().map(RemotePeer::link).collect());
    sentence(
        (inside.first, words),
        call.media.get(),
        &call.membership.read(),
        call.server.get(),
        &links,
        call.deserted.get(),
    )
}

/// What is to be said about the ways on which media flows.
pub(super) fn remark_now(inside: Inside) -> String {
    let peers = inside.call.peers.read();
    let connected = peers.iter().filter(|peer| peer.link() == Link::Connected);
    let mut verdicts = connected.map(|peer| peer.verdict);
    let verdict = verdicts.find(|verdict| *verdict != Verdict::Good);
    remark(&inside.words.verdict, verdict.unwrap_or_default())
}

/// What the two are told of each other before the one who is outside has joined.
pub(super) fn visit(inside: Inside) -> Text {
    let Inside { call, words, .. } = inside;
    match *call.membership.read() {
        _ if !call.visit.get() => "",
        Membership::Inside => words.state.visitor,
        _ => words.state.visiting,
    }
}

/// What is to be said about a way on which media flows; empty when all is well.
pub(super) fn remark(words: &VerdictWords, verdict: Verdict) -> String {
    let text = match verdict {
        // The second is a state of the link, which has a sentence of its own.
        Verdict::Good | Verdict::Unheard => "",
        Verdict::Frozen => words.frozen,
        Verdict::UploadLoss(percent) => return words.upload_loss.with(percent),
        Verdict::DownloadLoss(percent) => return words.download_loss.with(percent),
        Verdict::SlowUpload(kilobits) => return words.slow_upload.with(kilobits),
        Verdict::Late => words.late,
        Verdict::Far(milliseconds) => return words.far.with(milliseconds),
        Verdict::SlowDevice => words.slow_device,
        Verdict::Limited => words.limited,
        Verdict::RelayedOverTcp => words.relayed_over_tcp,
    };
    text.to_owned()
}

/// The sentence for a state of the call. `links` are the ways to the others in the room.
fn sentence(
    (first, words): (&Words, &InsideWords),
    media: MediaState,
    membership: &Membership,
    server: Server,
    links: &[Link],
    deserted: bool,
) -> Sentence {
    use Tone::{Busy, Good, Warning};
    let obstacle = links.iter().find_map(|link| match link {
        Link::Blocked(obstacle) => Some(*obstacle),
        _ => None,
    });
    let state = &words.state;
    let missing = missing(first, media);
    match membership {
        Membership::Loading => say(Busy, (first.notice.loading, "")),
        Membership::Left => say(Good, (state.left, "")),
        Membership::Unsupported => say(Warning, first.notice.unsupported),
        Membership::Full => say(Warning, state.full),
        Membership::Elsewhere => say(Warning, words.refusal.elsewhere),
        Membership::Refused(code) => say(Warning, refusal(words, *code)),
        Membership::Inside if links.contains(&Link::Interrupted) => {
            let hint = if server == Server::Lost {
                state.interrupted_offline
            } else {
                state.interrupted_trying
            };
            say(Warning, (state.interrupted, hint))
        }
        Membership::Inside if links.contains(&Link::Unheard) => say(Warning, state.unheard),
        Membership::Inside if server == Server::Lost && links.contains(&Link::Connected) => {
            say(Warning, state.server_lost_in_call)
        }
        _ if server == Server::Lost => say(Warning, state.server_lost),
        Membership::Outside => before_joining(first, media),
        Membership::Joining => say(Busy, (first.notice.joining, missing)),
        Membership::Waiting => say(Busy, state.waiting),
        Membership::Inside if links.is_empty() && deserted => say(Good, state.deserted),
        Membership::Inside if links.is_empty() => say(Good, state.alone),
        Membership::Inside if links.contains(&Link::Away) => say(Warning, state.away),
        Membership::Inside if obstacle.is_some() => {
            let hint = obstacle.map_or("", |obstacle| way_out(words, obstacle));
            say(Warning, (state.blocked, hint))
        }
        Membership::Inside if links.contains(&Link::Connecting) => {
            say(Busy, (state.connecting, missing))
        }
        Membership::Inside => say(Good, (state.connected, missing)),
    }
}

/// Why one is not in the room. Codes that only a page of another version can get share a sentence.
fn refusal(words: &InsideWords, code: ErrorCode) -> Advice {
    let words = &words.refusal;
    match code {
        ErrorCode::Removed => words.removed,
        ErrorCode::Denied => words.denied,
        ErrorCode::PasscodeRequired | ErrorCode::WrongPasscode => words.passcode,
        ErrorCode::RateLimited => words.too_fast,
        _ => words.other,
    }
}

/// What to do about it.
fn way_out(words: &InsideWords, obstacle: Obstacle) -> Text {
    let words = &words.state;
    match obstacle {
        Obstacle::NoRelay => words.blocked_no_relay,
        Obstacle::Here => words.blocked_here,
        Obstacle::There => words.blocked_there,
        Obstacle::Relay => words.blocked_relay,
    }
}

#[cfg(test)]
mod tests;
