//! What is happening, in words: one sentence for every state of a call.

use leptos::{html::Div, prelude::*};

use crate::{
    call::{
        Call, Device, Link, MediaState, Membership, Obstacle, Problem, RemotePeer, Server, Verdict,
    },
    dom::is_focus_lost,
    language::{Advice, Text, VerdictWords, Words, use_words},
    protocol::ErrorCode,
};

/// A sentence, and what the person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// How urgent it is.
    pub tone: Tone,
    /// What is happening.
    pub text: Text,
    /// What the person can do about it; may be empty.
    pub hint: Text,
}

/// How urgent a sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// All is as it should be.
    Good,
    /// Something is under way.
    Busy,
    /// Something is missing or broke.
    Warning,
}

impl Tone {
    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Warning => "warning",
        }
    }
}

/// Says what is happening in a call; changes are announced to screen readers.
#[component]
pub fn Notice(
    /// The call it speaks of.
    call: Call,
) -> impl IntoView {
    let words = use_words();
    let sentence = Memo::new(move |_| {
        let links: Vec<_> = call
            .peers
            .with(|peers| peers.iter().map(RemotePeer::link).collect());
        sentence(
            words,
            call.media.get(),
            &call.membership.read(),
            call.server.get(),
            &links,
            call.deserted.get(),
        )
    });
    let verdict = Memo::new(move |_| {
        let peers = call.peers.read();
        let connected = peers.iter().filter(|peer| peer.link() == Link::Connected);
        let mut verdicts = connected.map(|peer| peer.verdict);
        verdicts
            .find(|verdict| *verdict != Verdict::Good)
            .unwrap_or_default()
    });
    let element = NodeRef::<Div>::new();
    // The button that was pressed is gone in the next state: whoever uses the keyboard goes on here.
    Effect::new(move |before: Option<Membership>| {
        let now = call.membership.get();
        // Nobody has pressed anything while the page was loading.
        if before.is_some_and(|before| before != Membership::Loading && before != now) {
            request_animation_frame(move || {
                if let Some(element) = element.get_untracked().filter(|_| is_focus_lost()) {
                    // A focus that cannot be set stays where it is.
                    element.focus().ok();
                }
            });
        }
        now
    });
    view! {
        <div
            class="notice"
            role="status"
            tabindex="-1"
            node_ref=element
            data-tone=move || sentence.read().tone.as_str()
        >
            <p class="notice-text">{move || sentence.read().text}</p>
            <p class="notice-hint">{move || sentence.read().hint}</p>
            <p class="notice-hint">{move || remark(&words.verdict, verdict.get())}</p>
            <p class="notice-hint">{move || call.visit.get().then(|| visit(call, words))}</p>
        </div>
    }
}

/// What the two are told of each other before the one who is outside has joined.
fn visit(call: Call, words: &Words) -> Text {
    match *call.membership.read() {
        Membership::Inside => words.notice.visitor,
        _ => words.notice.visiting,
    }
}

/// What is to be said about a way on which media flows; empty when all is well.
pub(crate) fn remark(words: &VerdictWords, verdict: Verdict) -> String {
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
pub fn sentence(
    words: &Words,
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
    let notice = &words.notice;
    let missing = missing(words, media);
    match membership {
        Membership::Loading => say(Busy, (notice.loading, "")),
        Membership::Left => say(Good, (notice.left, "")),
        Membership::Unsupported => say(Warning, notice.unsupported),
        Membership::Full => say(Warning, notice.full),
        Membership::Elsewhere => say(Warning, words.refusal.elsewhere),
        Membership::Refused(code) => say(Warning, refusal(words, *code)),
        Membership::Inside if links.contains(&Link::Interrupted) => {
            let hint = if server == Server::Lost {
                notice.interrupted_offline
            } else {
                notice.interrupted_trying
            };
            say(Warning, (notice.interrupted, hint))
        }
        Membership::Inside if links.contains(&Link::Unheard) => say(Warning, notice.unheard),
        Membership::Inside if server == Server::Lost && links.contains(&Link::Connected) => {
            say(Warning, notice.server_lost_in_call)
        }
        _ if server == Server::Lost => say(Warning, notice.server_lost),
        Membership::Outside => before_joining(words, media),
        Membership::Joining => say(Busy, (notice.joining, missing)),
        Membership::Waiting => say(Busy, notice.waiting),
        Membership::Inside if links.is_empty() && deserted => say(Good, notice.deserted),
        Membership::Inside if links.is_empty() => say(Good, notice.alone),
        Membership::Inside if links.contains(&Link::Away) => say(Warning, notice.away),
        Membership::Inside if obstacle.is_some() => {
            let hint = obstacle.map_or("", |obstacle| way_out(words, obstacle));
            say(Warning, (notice.blocked, hint))
        }
        Membership::Inside if links.contains(&Link::Connecting) => {
            say(Busy, (notice.connecting, missing))
        }
        Membership::Inside => say(Good, (notice.connected, missing)),
    }
}

/// Why one is not in the room. Codes that only a page of another version can get share a sentence.
fn refusal(words: &Words, code: ErrorCode) -> Advice {
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
fn way_out(words: &Words, obstacle: Obstacle) -> Text {
    let words = &words.notice;
    match obstacle {
        Obstacle::NoRelay => words.blocked_no_relay,
        Obstacle::Here => words.blocked_here,
        Obstacle::There => words.blocked_there,
        Obstacle::Relay => words.blocked_relay,
    }
}

fn before_joining(words: &Words, media: MediaState) -> Sentence {
    use Device::Unavailable;
    use Problem::{Denied, InUse, Insecure, NotFound};
    use Tone::{Busy, Good, Warning};
    let missing = missing(words, media);
    let words = &words.notice;
    if media.asking {
        return say(Busy, words.asking);
    }
    match (media.microphone, media.camera) {
        (Unavailable(Insecure), _) | (_, Unavailable(Insecure)) => say(Warning, words.insecure),
        (Unavailable(Denied), _) | (_, Unavailable(Denied)) => say(Warning, words.denied),
        (Unavailable(NotFound), Unavailable(NotFound)) => say(Warning, words.no_devices),
        (Unavailable(InUse), Unavailable(_)) | (Unavailable(_), Unavailable(InUse)) => {
            say(Warning, words.devices_in_use)
        }
        (_, Unavailable(NotFound)) => say(Good, (words.no_camera, missing)),
        (_, Unavailable(_)) => say(Warning, words.camera_in_use),
        (Unavailable(_), Device::On) => say(Warning, (words.no_microphone, missing)),
        (Unavailable(_), _) => say(Warning, (words.no_microphone_camera_off, missing)),
        _ => say(Good, (words.ready, "")),
    }
}

/// What the other person misses, when it is not of one's own choice.
fn missing(words: &Words, media: MediaState) -> Text {
    use Device::Unavailable;
    let words = &words.notice;
    match (media.microphone, media.camera) {
        (Unavailable(_), Unavailable(_)) => words.neither_heard_nor_seen,
        (Unavailable(_), _) => words.not_heard,
        (_, Unavailable(_)) => words.not_seen,
        _ => "",
    }
}

fn say(tone: Tone, (text, hint): Advice) -> Sentence {
    Sentence { tone, text, hint }
}

#[cfg(test)]
mod tests;
