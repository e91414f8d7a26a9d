use super::is_known;
use crate::call::state::{DeviceInfo, DeviceKind, News};

/// The speaker. It is never opened: media elements are told its id.
#[derive(Debug, Clone, Default)]
pub(in crate::call) struct Output {
    chosen: Option<String>,
    current: Option<String>,
    /// The browser has told what there is.
    is_known: bool,
}

impl Output {
    /// The choice of an earlier visit.
    pub(in crate::call) fn new(chosen: Option<String>) -> Self {
        Self {
            chosen,
            ..Self::default()
        }
    }

    /// The id of the speaker to use; `None` is the one that the system prefers.
    pub(in crate::call) fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// The person chose this one.
    pub(in crate::call) fn choose(&mut self, id: String) {
        self.chosen = Some(id.clone());
        self.current = Some(id);
    }

    /// What is plugged in now; returns what the person should be told.
    pub(in crate::call) fn plugged(&mut self, present: &[DeviceInfo]) -> Option<News> {
        let was_known = self.is_known;
        self.is_known |= is_known(present);
        let find = |id: &String| present.iter().find(|device| device.id == *id);
        let now = self.chosen.as_ref().and_then(find);
        let before = std::mem::replace(&mut self.current, now.map(|device| device.id.clone()));
        match (before, now) {
            (Some(_), None) => {
                let instead = present.first().map(|device| device.label.clone());
                Some(News::Gone(DeviceKind::Speaker, instead))
            }
            (None, Some(device)) if was_known => {
                Some(News::Back(DeviceKind::Speaker, device.label.clone()))
            }
            _ => None,
        }
    }
}
