//! What is happening, in words: one sentence for every state of a call.

use leptos::{html::Div, prelude::*};

use crate::{
    call::{
        Call, Device, Link, MediaState, Membership, Obstacle, Problem, RemotePeer, Server, Verdict,
    },
    dom::is_focus_lost,
};

/// A sentence, and what the person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// How urgent it is.
    pub tone: Tone,
    /// What is happening.
    pub text: String,
    /// What the person can do about it; may be empty.
    pub hint: &'static str,
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
    let sentence = Memo::new(move |_| {
        let links: Vec<_> = call
            .peers
            .with(|peers| peers.iter().map(RemotePeer::link).collect());
        sentence(
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
            <p class="notice-text">{move || sentence.read().text.clone()}</p>
            <p class="notice-hint">{move || sentence.read().hint}</p>
            <p class="notice-hint">{move || words(verdict.get())}</p>
        </div>
    }
}

/// What is to be said about a way on which media flows; empty when all is well.
pub fn words(verdict: Verdict) -> String {
    match verdict {
        // The second is a state of the link, which has a sentence of its own.
        Verdict::Good | Verdict::Unheard => String::new(),
        Verdict::Frozen => "Your picture is frozen at the other person.".to_owned(),
        Verdict::UploadLoss(percent) => {
            format!("Your upload loses {percent} % of its packets. Sound goes first.")
        }
        Verdict::DownloadLoss(percent) => {
            format!("{percent} % of what the other person sends is lost on the way to you.")
        }
        Verdict::SlowUpload(kilobits) => {
            format!("Your upload has room for {kilobits} kbit/s only. The picture is smaller.")
        }
        Verdict::Late => "Your upload is overloaded. The picture is smaller.".to_owned(),
        Verdict::Far(milliseconds) => {
            format!("What you say is answered {milliseconds} ms late: the way is long.")
        }
        Verdict::SlowDevice => "This device is too slow for a better picture.".to_owned(),
        Verdict::Limited => "The picture is smaller, as the data limit wants it.".to_owned(),
        Verdict::RelayedOverTcp => {
            "Relayed over TCP, because a network lets nothing else through.".to_owned()
        }
    }
}

/// The sentence for a state of the call. `links` are the ways to the others in the room.
pub fn sentence(
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
    match membership {
        Membership::Loading => say(Busy, "Getting ready…", ""),
        Membership::Left => say(Good, "You left the call", ""),
        Membership::Unsupported => say(
            Warning,
            "This browser cannot make calls",
            "It has no WebRTC, or it is switched off. Use a current Firefox, Chrome, Edge or Safari.",
        ),
        Membership::Full => say(
            Warning,
            "This room is full",
            "Two people are in it already. Try again when one of them has left, or open a room of your own.",
        ),
        Membership::Refused(reason) => say(Warning, reason, ""),
        Membership::Inside if links.contains(&Link::Interrupted) => say(
            Warning,
            "The connection to the other person is interrupted",
            if server == Server::Lost {
                "The server does not answer either: this device may be offline. The last picture stays, and the call goes on by itself."
            } else {
                "Trying to get it back. The last picture stays meanwhile."
            },
        ),
        Membership::Inside if links.contains(&Link::Unheard) => say(
            Warning,
            "The other person does not receive you",
            "Trying to find another way. You may see and hear them meanwhile.",
        ),
        Membership::Inside if server == Server::Lost && links.contains(&Link::Connected) => say(
            Warning,
            "The connection to the server is lost",
            "Your call goes on without it. Nobody else can come in until it is back.",
        ),
        _ if server == Server::Lost => say(
            Warning,
            "The connection to the server is lost",
            "Trying again. Is this device online? The call is picked up as soon as the server answers.",
        ),
        Membership::Outside => before_joining(media),
        Membership::Joining => say(Busy, "Joining…", missing(media)),
        Membership::Waiting => say(
            Busy,
            "Waiting to be let in",
            "The room is locked. Its host was asked and can let you in.",
        ),
        Membership::Inside if links.is_empty() && deserted => say(
            Good,
            "The other person left",
            "They can come back with the same link.",
        ),
        Membership::Inside if links.is_empty() => say(
            Good,
            "Waiting for the other person",
            "This page tells you when they are here.",
        ),
        Membership::Inside if links.contains(&Link::Away) => say(
            Warning,
            "The other person is gone for a moment",
            "They closed the page or lost the network. Their place is kept, and the call goes on when they are back.",
        ),
        Membership::Inside if obstacle.is_some() => say(
            Warning,
            "No way to the other person found yet",
            obstacle.map_or("", way_out),
        ),
        Membership::Inside if links.contains(&Link::Connecting) => {
            say(Busy, "Connecting…", missing(media))
        }
        Membership::Inside => say(Good, "Connected", missing(media)),
    }
}

/// What to do about it.
fn way_out(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoRelay => {
            "Still trying. Your networks do not reach each other, and this server has no relay. Whoever runs it can switch it on."
        }
        Obstacle::Here => {
            "Still trying. Your network keeps you from the server's relay: try another one, such as your phone's."
        }
        Obstacle::There => {
            "Still trying. The other person's network keeps them from the server's relay: they can try another one."
        }
        Obstacle::Relay => {
            "Still trying. Both of you reach the relay, and nothing comes through. Whoever runs this server can ask it: duplex doctor."
        }
    }
}

fn before_joining(media: MediaState) -> Sentence {
    use Device::Unavailable;
    use Problem::{Denied, InUse, Insecure, NotFound};
    use Tone::{Busy, Good, Warning};
    if media.asking {
        return say(
            Busy,
            "Asking for your camera and microphone…",
            "If your browser shows a question, choose Allow.",
        );
    }
    match (media.microphone, media.camera) {
        (Unavailable(Insecure), _) | (_, Unavailable(Insecure)) => say(
            Warning,
            "Camera and microphone need a secure address",
            "Open this page with https:// at the front, or on the server itself as http://localhost. You can join without them meanwhile.",
        ),
        (Unavailable(Denied), _) | (_, Unavailable(Denied)) => say(
            Warning,
            "Your browser does not allow camera and microphone",
            "Click the sign left of the address, allow both, and press “Ask again”. You can also join without them.",
        ),
        (Unavailable(NotFound), Unavailable(NotFound)) => say(
            Warning,
            "No camera and no microphone found",
            "You can join to see and hear the other person.",
        ),
        (Unavailable(InUse), Unavailable(_)) | (Unavailable(_), Unavailable(InUse)) => say(
            Warning,
            "Camera and microphone cannot be used",
            "Another program may be using them. Close it and press “Ask again”, or join without.",
        ),
        (_, Unavailable(NotFound)) => say(
            Good,
            "No camera found, joining with sound only",
            missing(media),
        ),
        (_, Unavailable(_)) => say(
            Warning,
            "The camera cannot be used, joining with sound only",
            "Another program may be using it. Close it and press “Ask again”, or join as it is.",
        ),
        (Unavailable(_), Device::On) => say(
            Warning,
            "No microphone, joining with picture only",
            missing(media),
        ),
        (Unavailable(_), _) => say(
            Warning,
            "No microphone, and the camera is off",
            missing(media),
        ),
        _ => say(Good, "Ready to join", ""),
    }
}

/// What the other person misses, when it is not of one's own choice.
fn missing(media: MediaState) -> &'static str {
    use Device::Unavailable;
    match (media.microphone, media.camera) {
        (Unavailable(_), Unavailable(_)) => "The other person will neither hear nor see you.",
        (Unavailable(_), _) => "The other person will not hear you.",
        (_, Unavailable(_)) => "The other person will not see you.",
        _ => "",
    }
}

fn say(tone: Tone, text: &str, hint: &'static str) -> Sentence {
    Sentence {
        tone,
        text: text.to_owned(),
        hint,
    }
}

#[cfg(test)]
mod tests;
