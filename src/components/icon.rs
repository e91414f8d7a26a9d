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
    /// Another camera.
    TurnCamera,
    /// Shows the own screen to the others.
    Screen,
    /// Opens a choice above.
    Up,
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
            Self::TurnCamera => lucide::LuSwitchCamera,
            Self::Screen => lucide::LuScreenShare,
            Self::Up => lucide::LuChevronUp,
            Self::Copy => lucide::LuCopy,
            Self::Check => lucide::LuCheck,
            Self::HangUp => lucide::LuPhoneOff,
            Self::Person => lucide::LuUserRound,
        };
        picture(icon)
    }
}

/// The picture of this icon; one that is only needed later has no name here.
pub(crate) fn picture(icon: icondata_core::Icon) -> impl IntoView {
    // Size and stroke are the same for all of them and stand in the style sheet.
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" inner_html=icon.data></svg> }
}
