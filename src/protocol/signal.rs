use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};
use serde_json::value::RawValue;

use super::Talk;

/// What one page tells another in the `data` of `message`. The server relays it unread.
///
/// Descriptions and candidates look as the well-known tutorial pages spell them, so that such a
/// page and ours can call each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// `{"type": "offer" | "answer", "sdp"[, "session"][, "number"][, "answers"]}`; see [`About`].
    Description(Description, About),
    /// `{"type": "candidate", "label", "id", "candidate"}`
    Candidate(Candidate),
    /// `{"type": "media", "audio", "video"[, "screen"]}`: what the sender's microphone, camera and
    /// screen do.
    Media(MediaSending),
    /// `{"type": "hangup"}`: the sender's connection to the receiver is gone; if there is to be
    /// another one, it offers it.
    Hangup,
    /// `{"type": "beat"}`: the sender is there. Goes through the data channel now and then, and its
    /// first one says that somebody reads what comes through it.
    Beat,
    /// `{"type": "report", "hears", "frames", "loss", "concealed"[, "most"]}`: what the sender
    /// receives. Goes through the data channel once a second, and through the server when nothing
    /// arrives any more.
    Report(Report),
    /// What people tell each other besides the call itself.
    Talk(Talk),
}

/// What a page receives from another: so a speaker learns that they are frozen or silent over there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Packets of sound arrive.
    pub hears: bool,
    /// Pictures per second.
    pub frames: u16,
    /// Packets that were lost, in percent.
    pub loss: u8,
    /// Sound that had to be made up, in percent.
    pub concealed: u8,
    /// The most that the receiver wants to be sent, in bits per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
}

impl Report {
    /// Nothing arrives.
    pub const NOTHING: Self = Self {
        hears: false,
        frames: 0,
        loss: 100,
        concealed: 100,
        most: None,
    };
}

/// Where a description belongs. Tutorial pages know of one connection and one way to it only, and
/// leave both out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct About {
    /// Names the connection, so that a page that was loaded again can begin a new one.
    pub session: Option<u32>,
    /// Counts the descriptions of its sender on this connection, from 1. They travel through the
    /// server or through the data channel, so one may overtake another, come much later, or twice.
    pub number: Option<u32>,
    /// Of an answer: the number of the offer that it answers.
    pub answers: Option<u32>,
}

/// An offer or an answer (a rollback is local and never travels).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Offer or answer.
    pub kind: DescriptionKind,
    /// The session description, RFC 8866.
    pub sdp: String,
}

/// Which half of an offer/answer exchange (RFC 3264) a description is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DescriptionKind {
    /// Proposes a session.
    Offer,
    /// Accepts the other's proposal.
    Answer,
}

/// An ICE candidate. An empty `candidate` says that no more will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// `sdpMLineIndex`: which media section it belongs to, counted from 0.
    pub label: Option<u16>,
    /// `sdpMid`: the name of that media section.
    pub id: Option<String>,
    /// The candidate attribute, RFC 8839 section 5.1.
    pub candidate: String,
}

/// Which of its own media a page sends now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaSending {
    /// The microphone is on.
    pub audio: bool,
    /// The camera is on.
    pub video: bool,
    /// The screen is shared, in the media stream with this id (the first word of `msid` in the
    /// description, RFC 8830): so the receiver can tell its tracks from the camera's.
    pub screen: Option<String>,
}

/// Every field that a signal of any kind may have, ours or a tutorial page's.
#[derive(Deserialize)]
struct Fields {
    #[serde(rename = "type")]
    kind: Option<String>,
    sdp: Option<String>,
    candidate: Option<String>,
    #[serde(alias = "sdpMLineIndex")]
    label: Option<u16>,
    #[serde(alias = "sdpMid")]
    id: Option<String>,
    audio: Option<bool>,
    video: Option<bool>,
    screen: Option<String>,
    session: Option<u32>,
    number: Option<u32>,
    answers: Option<u32>,
}

impl Signal {
    /// Reads what another page sent.
    ///
    /// `None` for whatever this version does not know or cannot read: pages add kinds of their
    /// own, and a page must skip those it does not know.
    pub fn parse(data: &RawValue) -> Option<Self> {
        let Fields {
            kind,
            sdp,
            candidate,
            label,
            id,
            audio,
            video,
            screen,
            session,
            number,
            answers,
        } = serde_json::from_str(data.get()).ok()?;
        let about = About {
            session,
            number,
            answers,
        };
        match kind.as_deref() {
            Some("offer") => Some(Self::description(DescriptionKind::Offer, sdp?, about)),
            Some("answer") => Some(Self::description(DescriptionKind::Answer, sdp?, about)),
            Some("media") => Some(Self::Media(MediaSending {
                audio: audio?,
                video: video?,
                screen,
            })),
            Some("hangup") => Some(Self::Hangup),
            Some("beat") => Some(Self::Beat),
            Some("report") => serde_json::from_str(data.get()).ok().map(Self::Report),
            // A candidate as `RTCIceCandidate.toJSON()` spells it has no `type`.
            Some("candidate") | None => Some(Self::Candidate(Candidate {
                label,
                id,
                candidate: candidate?,
            })),
            Some(_) => serde_json::from_str(data.get()).ok().map(Self::Talk),
        }
    }

    fn description(kind: DescriptionKind, sdp: String, about: About) -> Self {
        Self::Description(Description { kind, sdp }, about)
    }
}

impl Serialize for Signal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Description(Description { kind, sdp }, about) => {
                let About {
                    session,
                    number,
                    answers,
                } = about;
                let more = [
                    ("session", session),
                    ("number", number),
                    ("answers", answers),
                ];
                let fields = 2 + more.iter().filter(|(_, value)| value.is_some()).count();
                let mut out = serializer.serialize_struct("Description", fields)?;
                out.serialize_field("type", kind)?;
                out.serialize_field("sdp", sdp)?;
                for (name, value) in more {
                    if let Some(value) = value {
                        out.serialize_field(name, value)?;
                    }
                }
                out.end()
            }
            Self::Candidate(Candidate {
                label,
                id,
                candidate,
            }) => {
                let mut out = serializer.serialize_struct("Candidate", 4)?;
                out.serialize_field("type", "candidate")?;
                out.serialize_field("label", label)?;
                out.serialize_field("id", id)?;
                out.serialize_field("candidate", candidate)?;
                out.end()
            }
            Self::Media(MediaSending {
                audio,
                video,
                screen,
            }) => {
                let fields = 3 + usize::from(screen.is_some());
                let mut out = serializer.serialize_struct("Media", fields)?;
                out.serialize_field("type", "media")?;
                out.serialize_field("audio", audio)?;
                out.serialize_field("video", video)?;
                if let Some(screen) = screen {
                    out.serialize_field("screen", screen)?;
                }
                out.end()
            }
            Self::Talk(talk) => talk.serialize(serializer),
            Self::Hangup => bare("hangup", serializer),
            Self::Beat => bare("beat", serializer),
            Self::Report(report) => {
                /// The type first, as with all others.
                #[derive(Serialize)]
                struct Typed<'a> {
                    r#type: &'static str,
                    #[serde(flatten)]
                    report: &'a Report,
                }
                let r#type = "report";
                Typed { r#type, report }.serialize(serializer)
            }
        }
    }
}

/// A signal that is nothing but its type.
fn bare<S: Serializer>(kind: &'static str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_struct("Bare", 1)?;
    out.serialize_field("type", kind)?;
    out.end()
}

impl Candidate {
    /// The ICE user name fragment that the candidate names, when it names one.
    ///
    /// It tells which description the candidate belongs to (RFC 8839 section 5.1, extension
    /// attribute `ufrag`).
    pub fn ufrag(&self) -> Option<&str> {
        let mut words = self.candidate.split_ascii_whitespace();
        words.find(|word| *word == "ufrag")?;
        words.next()
    }
}

impl Description {
    /// Whether the description is the one that a candidate with this user name fragment
    /// belongs to.
    pub fn has_ufrag(&self, ufrag: &str) -> bool {
        self.sdp
            .lines()
            .any(|line| line.trim_end().strip_prefix("a=ice-ufrag:") == Some(ufrag))
    }
}

#[cfg(test)]
mod tests;
