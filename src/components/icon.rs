use icondata_lu as lucide;
use leptos::prelude::*;

/// A picture beside or instead of a word. It has no name of its own: the button around it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A microphone in use.
    Microphone,
    /// A muted microphone.
    MicrophoneOff,
    /// A camera in use.
    Camera,
    /// A camera that is off.
    CameraOff,
    /// Copies something.
    Copy,
    /// Was done.
    Check,
    /// Ends the call.
    HangUp,
    /// A person without a picture.
    Person,
}

impl Icon {
    /// The picture, as large as the text around it.
    pub fn view(self) -> impl IntoView {
        let icon = match self {
            Self::Microphone => lucide::LuMic,
            Self::MicrophoneOff => lucide::LuMicOff,
            Self::Camera => lucide::LuVideo,
            Self::CameraOff => lucide::LuVideoOff,
            Self::Copy => lucide::LuCopy,
            Self::Check => lucide::LuCheck,
            Self::HangUp => lucide::LuPhoneOff,
            Self::Person => lucide::LuUserRound,
        };
        view! {
            <span class="icon" aria-hidden="true">
                <leptos_icons::Icon icon=icon />
            </span>
        }
    }
}
