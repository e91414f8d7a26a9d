//! Why microphone and camera are missing, where the sentence of the notice is not exact: the page around this one, the
//! system, or a question that nobody answered.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    call::{self, Problem},
    check::{Device, look},
    dom::window,
    inside::Inside,
    language::Advice,
};

/// What is known besides, and the way to mend it.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let words = &words.preview;
    let cause = RwSignal::new(None::<Cause>);
    let problems = Memo::new(move |_| {
        let media = call.media.read();
        [media.microphone, media.camera].map(problem)
    });
    Effect::new(move || {
        let problems = problems.get();
        cause.set(None);
        if problems != [None, None] {
            spawn_local(async move {
                cause.try_set(Cause::of(problems, &look().await));
            });
        }
    });
    let said = move || {
        cause.get().map(|cause| {
            let (text, hint): Advice = match cause {
                Cause::Frame => words.framed,
                Cause::System => words.system,
                Cause::Question => words.dismissed,
            };
            let address = window().location().href().unwrap_or_default();
            let tab = (cause == Cause::Frame).then(|| {
                view! {
                    <a class="button" href=address target="_blank" rel="noopener">
                        {words.new_tab}
                    </a>
                }
            });
            view! {
                <p>{text}</p>
                <p class="hint">{hint}</p>
                {tab}
            }
        })
    };
    view! {
        <div class="missing" aria-live="polite">
            {said}
        </div>
    }
    .into_any()
}

fn problem(device: call::Device) -> Option<Problem> {
    match device {
        call::Device::Unavailable(problem) => Some(problem),
        _ => None,
    }
}

/// What keeps a device from the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The page around this one does not hand it on.
    Frame,
    /// The person said yes, and the system no.
    System,
    /// The browser's question was closed without an answer, or is open still.
    Question,
}

impl Cause {
    /// What is the matter, when these problems came up and a look finds the devices so. `None`: all is said already.
    fn of(problems: [Option<Problem>; 2], found: &[Device; 2]) -> Option<Self> {
        let causes = problems.into_iter().zip(found).map(|it| match it {
            (Some(Problem::Denied | Problem::NotFound), Device::Framed) => Some(Self::Frame),
            (Some(Problem::Denied), Device::Allowed) => Some(Self::System),
            (Some(Problem::Denied), Device::Unasked) => Some(Self::Question),
            _ => None,
        });
        causes.flatten().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_device_is_told_apart() {
        use Problem::{Denied, InUse, Insecure, NotFound};
        for (problem, found, expected) in [
            (Denied, Device::Framed, Some(Cause::Frame)),
            (NotFound, Device::Framed, Some(Cause::Frame)),
            (Denied, Device::Allowed, Some(Cause::System)),
            (Denied, Device::Unasked, Some(Cause::Question)),
            (Denied, Device::Denied, None),
            (NotFound, Device::Missing, None),
            (Insecure, Device::Insecure, None),
            (InUse, Device::Allowed, None),
        ] {
            let found = [Device::Allowed, found];
            assert_eq!(Cause::of([None, Some(problem)], &found), expected);
            assert_eq!(Cause::of([None, None], &found), None);
        }
    }
}
