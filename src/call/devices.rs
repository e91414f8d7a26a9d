//! Which microphone, camera and speaker to use, given what the person chose, what is plugged in
//! and what was unplugged: a plain state machine for each, without a browser.
//!
//! The rule: what was chosen, whenever it is there; otherwise what is in use stays in use, and
//! when that goes too, whatever the browser gives.

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

/// What to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pick {
    /// Whatever the browser gives.
    Any,
    /// The device with this id.
    Device(String),
    /// A camera that looks this way.
    Facing(Facing),
}

/// Which way the camera of a phone looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facing {
    /// At the person.
    User,
    /// Away from the person.
    Environment,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// All is as it should be, or on its way.
    Stay,
    /// Open this, then report to [`Source::opened`].
    Open(Pick),
    /// Let go of the device.
    Close,
}

/// A device that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) id: String,
    pub(super) label: String,
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
            (_, Some(current), None) if self.lacks(current) => {
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
        let told = std::mem::take(&mut self.just_chosen);
        match result {
            Ok(device) => {
                self.problem = None;
                let before = self.current.replace(device.id.clone());
                match pick {
                    Pick::Device(id) if id != device.id => self.passed_over = Some(id),
                    Pick::Facing(_) => self.chosen = Some(device.id.clone()),
                    _ => {}
                }
                let lost = self.lost.take();
                if lost.as_ref().is_some_and(|lost| *lost != device.id) {
                    return Some(News::Gone(self.kind, Some(device.label)));
                }
                let is_back = before.is_some_and(|before| before != device.id)
                    && self.chosen.as_ref() == Some(&device.id)
                    && !told
                    && lost.is_none();
                is_back.then_some(News::Back(self.kind, device.label))
            }
            Err(problem @ (Problem::Denied | Problem::Insecure)) => {
                self.fail(problem);
                None
            }
            Err(problem) => match pick {
                Pick::Any => {
                    let lost = self.lost.take().is_some();
                    self.fail(problem);
                    lost.then_some(News::Gone(self.kind, None))
                }
                Pick::Device(id) => {
                    self.passed_over = Some(id);
                    told.then_some(News::Refused(self.kind))
                }
                Pick::Facing(_) => Some(News::Refused(self.kind)),
            },
        }
    }

    fn fail(&mut self, problem: Problem) {
        self.problem = Some(problem);
        // What is open stays open, unless it is what went.
        if self.current.as_deref().is_some_and(|id| self.lacks(id)) {
            self.current = None;
        }
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

/// The speaker. It is never opened: media elements are told its id.
#[derive(Debug, Clone, Default)]
pub(super) struct Output {
    chosen: Option<String>,
    current: Option<String>,
    /// The browser has told what there is.
    is_known: bool,
}

impl Output {
    /// The choice of an earlier visit.
    pub(super) fn new(chosen: Option<String>) -> Self {
        Self {
            chosen,
            ..Self::default()
        }
    }

    /// The id of the speaker to use; `None` is the one that the system prefers.
    pub(super) fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// The person chose this one.
    pub(super) fn choose(&mut self, id: String) {
        self.chosen = Some(id.clone());
        self.current = Some(id);
    }

    /// What is plugged in now; returns what the person should be told.
    pub(super) fn plugged(&mut self, present: &[DeviceInfo]) -> Option<News> {
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

/// Whether the browser tells the ids.
fn is_known(present: &[DeviceInfo]) -> bool {
    present.iter().any(|device| !device.id.is_empty())
}

fn has(present: &[DeviceInfo], id: &str) -> bool {
    present.iter().any(|device| device.id == id)
}

#[cfg(test)]
mod tests;
