//! Which microphone, camera and speaker to use, given what the person chose, what is plugged in
//! and what was unplugged: a plain state machine for each, without a browser.
//!
//! The rule: what was chosen, whenever it is there; otherwise what is in use stays in use, and
//! when that goes too, whatever the browser gives.

mod output;
mod step;

pub(super) use output::Output;
pub(super) use step::{Facing, Opened, Pick, Step};

use super::state::{DeviceInfo, DeviceKind, News, Problem};

/// A device that ends this often by itself, with nothing plugged or chosen in between, is given
/// up: reopening it would go on for ever.
const MAX_ENDINGS: u8 = 3;

/// The microphone or the camera.
#[derive(Debug, Clone)]
pub(super) struct Source {
    kind: DeviceKind,
    /// The person wants it to be open.
    wanted: bool,
    /// The id of the device that the person chose, now or on an earlier visit.
    chosen: Option<String>,
    /// What is plugged in, once the browser has told. Before the person allowed anything the ids
    /// are empty.
    present: Option<Vec<DeviceInfo>>,
    /// The id of the device that is open.
    current: Option<String>,
    /// It was in the list: only then it can be missed there.
    was_listed: bool,
    opening: Option<Pick>,
    /// The other way to look: asked for and not begun.
    turning: Option<Facing>,
    problem: Option<Problem>,
    /// The chosen device, when it is there and does not work.
    passed_over: Option<String>,
    /// The id of the device that went while it was in use.
    lost: Option<String>,
    /// The person has just chosen, and need not be told.
    just_chosen: bool,
    endings: u8,
}

impl Source {
    /// Nothing open, nothing wanted.
    pub(super) fn new(kind: DeviceKind, chosen: Option<String>) -> Self {
        Self {
            kind,
            wanted: false,
            chosen,
            present: None,
            current: None,
            was_listed: false,
            opening: None,
            turning: None,
            problem: None,
            passed_over: None,
            lost: None,
            just_chosen: false,
            endings: 0,
        }
    }

    /// The device in use.
    pub(super) fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// What the person chose.
    pub(super) fn chosen(&self) -> Option<&str> {
        self.chosen.as_deref()
    }

    /// Whether the browser is opening a device, or asking the person whether it may.
    pub(super) fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// Why there is no device.
    pub(super) fn problem(&self) -> Option<Problem> {
        self.problem.filter(|_| self.current.is_none())
    }

    /// The person wants the device to be open, or not. Wanting it again tries again.
    pub(super) fn want(&mut self, wanted: bool) {
        self.wanted = wanted;
        self.try_again();
    }

    /// Everything is let go of; what is being opened is not waited for any more.
    pub(super) fn reset(&mut self) {
        *self = Self {
            present: self.present.take(),
            ..Self::new(self.kind, self.chosen.take())
        };
    }

    /// Tries once more what did not work.
    pub(super) fn try_again(&mut self) {
        self.problem = None;
        self.endings = 0;
    }

    /// The browser's permission changed to yes.
    pub(super) fn allowed(&mut self) {
        self.passed_over = None;
        if self.problem == Some(Problem::Denied) {
            self.try_again();
        }
    }

    /// The person chose the device with this id.
    pub(super) fn choose(&mut self, id: String) {
        self.just_chosen = self.current.as_ref() != Some(&id);
        self.chosen = Some(id);
        self.passed_over = None;
        self.try_again();
    }

    /// The person wants the camera that looks this way.
    pub(super) fn turn(&mut self, facing: Facing) {
        self.turning = Some(facing);
        self.just_chosen = true;
        self.try_again();
    }

    /// What is plugged in now.
    pub(super) fn plugged(&mut self, present: &[DeviceInfo]) {
        let before = self.present.replace(present.to_vec()).unwrap_or_default();
        let is_new = |device: &DeviceInfo| !has(&before, &device.id);
        // Ids come with the first permission; those are no new devices.
        if present.iter().any(is_new) && (is_known(&before) || before.is_empty()) {
            self.endings = 0;
            if matches!(self.problem, Some(Problem::NotFound | Problem::InUse)) {
                self.problem = None;
            }
        }
        self.see_current();
        // When it is plugged in again it gets another chance.
        if self.passed_over.as_deref().is_some_and(|id| self.lacks(id)) {
            self.passed_over = None;
        }
    }

    /// The device ended by itself: it was unplugged, or somebody took it away.
    pub(super) fn ended(&mut self) {
        self.lost = self.current.take();
        self.endings += 1;
        if self.endings > MAX_ENDINGS {
            self.problem = Some(Problem::InUse);
        }
    }

    /// The device was closed, although it is wanted, because only one can be open at a time.
    pub(super) fn closed(&mut self) {
        self.current = None;
    }

    /// What to do now.
    pub(super) fn next(&mut self) -> Step {
        if self.opening.is_some() {
            return Step::Stay;
        }
        if !self.wanted {
            self.turning = None;
            return self.current.take().map_or(Step::Stay, |_| Step::Close);
        }
        if self.current.is_none() && self.problem.is_some() {
            return Step::Stay;
        }
        let pick = match (self.turning.take(), &self.current, self.best()) {
            (Some(facing), ..) => Pick::Facing(facing),
            (_, None, None) => Pick::Any,
            (_, None, Some(best)) => Pick::Device(best.to_owned()),
            (_, Some(current), Some(best)) if current != best => Pick::Device(best.to_owned()),
            (_, Some(_), None) if self.is_gone() => {
                self.lost = self.current.clone();
                Pick::Any
            }
            _ => return Step::Stay,
        };
        self.opening = Some(pick.clone());
        Step::Open(pick)
    }

    /// What came of the last [`Step::Open`]; returns what the person should be told.
    pub(super) fn opened(&mut self, result: Result<Opened, Problem>) -> Option<News> {
        let pick = self.opening.take()?;
        let is_choice = match &pick {
            Pick::Any => false,
            Pick::Device(id) => self.chosen.as_ref() == Some(id),
            Pick::Facing(_) => true,
        };
        let was_asked_for = is_choice && std::mem::take(&mut self.just_chosen);
        match result {
            Ok(device) => {
                self.problem = None;
                let before = self.current.replace(device.id.clone());
                self.was_listed = false;
                self.see_current();
                match pick {
                    Pick::Device(id) if id != device.id => self.passed_over = Some(id),
                    Pick::Facing(_) => self.chosen = Some(device.id.clone()),
                    _ => {}
                }
                let is_other = |id: String| id != device.id;
                if self.lost.take().is_some_and(is_other) {
                    return Some(News::Gone(self.kind, Some(device.label)));
                }
                let is_back = self.chosen.as_ref() == Some(&device.id)
                    && before.is_some_and(is_other)
                    && !was_asked_for;
                is_back.then_some(News::Back(self.kind, device.label))
            }
            // What is open goes on, or another is tried.
            Err(problem) if pick != Pick::Any && (self.current.is_some() || !is_no(problem)) => {
                if let Pick::Device(id) = pick {
                    self.passed_over = Some(id);
                }
                was_asked_for.then_some(News::Refused(self.kind))
            }
            Err(problem) => {
                self.problem = Some(problem);
                // What is open stays open, unless it is what went.
                if self.is_gone() {
                    self.current = None;
                }
                let lost = self.lost.take_if(|_| !is_no(problem));
                lost.map(|_| News::Gone(self.kind, None))
            }
        }
    }

    fn see_current(&mut self) {
        let (current, present) = (self.current.as_ref(), self.present.as_ref());
        self.was_listed |= current.is_some_and(|id| present.is_some_and(|list| has(list, id)));
    }

    /// Whether the device in use is not there any more.
    fn is_gone(&self) -> bool {
        let current = self.current.as_deref();
        self.was_listed && current.is_some_and(|id| self.lacks(id))
    }

    /// The chosen device, when it can be used as far as anybody knows.
    fn best(&self) -> Option<&str> {
        let chosen = self.chosen.as_deref()?;
        let is_passed_over = self.passed_over.as_deref() == Some(chosen);
        (!is_passed_over && !self.lacks(chosen)).then_some(chosen)
    }

    /// Whether the device is known not to be there.
    fn lacks(&self, id: &str) -> bool {
        self.present.as_ref().is_some_and(|present| {
            // An empty id, in the list or of what is open, tells nothing.
            present.is_empty() || (!id.is_empty() && is_known(present) && !has(present, id))
        })
    }
}

/// Whether no device at all may be used.
fn is_no(problem: Problem) -> bool {
    matches!(problem, Problem::Denied | Problem::Insecure)
}

/// Whether the browser tells the ids.
fn is_known(present: &[DeviceInfo]) -> bool {
    present.iter().any(|device| !device.id.is_empty())
}

fn has(present: &[DeviceInfo], id: &str) -> bool {
    present.iter().any(|device| device.id == id)
}

#[cfg(test)]
mod tests;
