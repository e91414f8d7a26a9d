//! Finds out whether a call will work from here: what [`duplex doctor`](crate) does from a terminal,
//! from the browser and the network of whoever looks at the page.
//!
//! It tries things and asks for nothing. What it found is plain data ([`Findings`]); what that means
//! is said in [`words`], which knows no browser.

mod findings;
mod media;
mod relay;
mod run;
mod seat;
pub mod words;

use futures::future::{AbortHandle, abortable};
use leptos::{prelude::*, task::spawn_local};

pub use findings::{
    Answer, Cause, Device, Findings, Frame, Kind, Millis, Page, Refusal, Trial, Unreached, Way,
};
pub(crate) use media::look;

/// The check of one page. Copies are the same check.
///
/// It begins when the page is hydrated, and lives as long as the reactive owner that made it.
#[derive(Clone, Copy)]
pub struct Check {
    /// What is known by now.
    pub findings: RwSignal<Findings>,
    /// What is under way.
    task: StoredValue<Option<AbortHandle>>,
}

impl Default for Check {
    fn default() -> Self {
        let check = Self {
            findings: RwSignal::default(),
            task: StoredValue::default(),
        };
        Effect::new(move || check.start());
        on_cleanup(move || check.stop());
        check
    }
}

impl Check {
    /// Checks everything, from the beginning.
    pub fn start(self) {
        self.stop();
        self.findings.set(Findings::default());
        let (task, handle) = abortable(run::run(self));
        self.task.set_value(Some(handle));
        spawn_local(async move {
            // Whoever stopped it knows.
            task.await.ok();
        });
    }

    /// Asks the person for camera and microphone, and gives them back at once.
    pub fn try_devices(self) {
        let is_busy = self.findings.with_untracked(|findings| {
            [&findings.microphone, &findings.camera].contains(&&Trial::Busy)
        });
        if !is_busy {
            spawn_local(media::try_devices(self));
        }
    }

    fn stop(self) {
        if let Some(Some(task)) = self.task.try_update_value(Option::take) {
            task.abort();
        }
    }

    /// Notes what was found, unless the page is gone.
    fn note(self, change: impl FnOnce(&mut Findings)) {
        self.findings.try_update(change);
    }
}
