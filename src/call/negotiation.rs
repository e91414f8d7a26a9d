//! Perfect negotiation (webrtc-pc section 10.7) as a plain state machine: what happened in, what to do out.
//!
//! The sample in the specification keeps three flags, because a peer connection may still be busy
//! with one description while the next arrives. Here one description is dealt with at a time and
//! the next waits in line, so an offer that arrives while an answer is being applied (the sample's
//! `srdAnswerPending`) or while an offer is being made (`makingOffer`) simply waits.

use std::{collections::VecDeque, mem};

use crate::protocol::{About, Candidate, Description, DescriptionKind};

/// How many candidates are kept for a description that has not come. A real one brings about 20.
const MAX_EARLY: usize = 256;

/// The negotiation with one peer.
#[derive(Debug, Clone)]
pub(super) struct Negotiation {
    role: Role,
    state: State,
    doing: Option<Doing>,
    /// The browser asked for an offer and has not got it.
    needed: bool,
    /// Whether this side may offer: the newcomer waits for the first offer.
    may_offer: bool,
    /// The first offer travels by itself, and nothing else is sent until the other side says a word:
    /// it may be a page that does not see the offer.
    ahead: bool,
    /// The last offer of the other side was ignored, and so are its candidates.
    ignoring: bool,
    remote: Option<Description>,
    /// The number of the remote offer.
    offer: Option<u32>,
    /// The last answer of this side: it may have been lost.
    answer: Option<(Description, About)>,
    /// The number of the last description that was sent, and the largest that came.
    said: u32,
    heard: u32,
    waiting: VecDeque<(Description, About)>,
    /// Candidates that arrived before the description they belong to.
    early: VecDeque<Candidate>,
    /// Own candidates that were found before the description they belong to was sent.
    found: Vec<Candidate>,
}

/// Who gives way when both offer at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Came in and gives way: takes its own offer back for the other's.
    Polite,
    /// Was there already and offers first: ignores an offer that crosses its own.
    Impolite,
}

/// Who makes the first offer of a new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// This side.
    Offer,
    /// This side, before it knows the other one: see [`Negotiation::offer_ahead`].
    Ahead,
    /// The other side.
    Wait,
    /// This side, in place of a connection that was lost with its page; the other one may be
    /// doing the same.
    Anew,
}

/// What happened.
#[derive(Debug, Clone)]
pub(super) enum Input {
    /// The browser's `negotiationneeded`.
    Needed,
    /// The browser's `icecandidate`.
    Found(Candidate),
    /// The peer sent a description. Its session is not looked at here.
    Description(Description, About),
    /// The peer sent a candidate.
    Candidate(Candidate),
    /// [`Action::SetLocal`] is done, with the description that the browser made.
    LocalSet(Description),
    /// [`Action::SetRemote`] is done.
    RemoteSet,
    /// [`Action::Rollback`] is done.
    RolledBack,
    /// The browser refused the last `SetLocal`, `SetRemote` or `Rollback`.
    Failed,
}

/// What to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// `setLocalDescription()`: the browser makes the offer or answer that its state asks for.
    SetLocal,
    /// `setRemoteDescription()`; an offer takes an own one back by itself.
    SetRemote(Description),
    /// `setLocalDescription({type: "rollback"})`: takes the own offer back.
    Rollback,
    /// `addIceCandidate()`; an error concerns this candidate only.
    AddCandidate(Candidate),
    /// Send our description to the peer; perhaps once more.
    SendDescription(Description, About),
    /// Send our candidate to the peer.
    SendCandidate(Candidate),
}

/// The signaling state of the peer connection between two operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Stable,
    HaveLocalOffer,
    HaveRemoteOffer,
}

/// The operation that the browser is busy with.
#[derive(Debug, Clone)]
enum Doing {
    Local,
    Rollback,
    Remote(Description),
}

impl Negotiation {
    /// Nothing negotiated yet.
    pub(super) fn new(role: Role, start: Start) -> Self {
        Self {
            role,
            state: State::Stable,
            doing: None,
            needed: false,
            may_offer: start != Start::Wait,
            ahead: start == Start::Ahead,
            ignoring: false,
            remote: None,
            answer: None,
            said: 0,
            heard: 0,
            offer: None,
            waiting: VecDeque::new(),
            early: VecDeque::new(),
            found: Vec::new(),
        }
    }

    /// Whether nothing of the other side was taken yet.
    pub(super) fn is_unanswered(&self) -> bool {
        self.remote.is_none()
    }

    /// What belongs to an offer of this side that has not been answered yet.
    pub(super) fn unanswered_offer(&self) -> Option<About> {
        (self.state == State::HaveLocalOffer).then_some(About {
            number: Some(self.said),
            ..About::default()
        })
    }

    /// What belongs to the offer that was made ahead, now that it leaves with all candidates that
    /// were found so far; `None` while the browser is making it.
    pub(super) fn offer_ahead(&mut self) -> Option<About> {
        let about = self.unanswered_offer()?;
        self.found.clear();
        Some(about)
    }

    /// Takes in what happened and says what to do about it.
    pub(super) fn handle(&mut self, input: Input) -> Vec<Action> {
        let mut actions = Vec::new();
        match input {
            Input::Needed => self.needed = true,
            Input::Found(candidate) if self.ahead || matches!(self.doing, Some(Doing::Local)) => {
                self.found.push(candidate);
            }
            Input::Found(candidate) => actions.push(Action::SendCandidate(candidate)),
            Input::Description(description, about) => self.waiting.push_back((description, about)),
            Input::Candidate(candidate) => {
                self.early.push_back(candidate);
                self.add_candidates(&mut actions);
            }
            Input::LocalSet(description) => self.local_set(description, &mut actions),
            Input::RemoteSet => self.remote_set(&mut actions),
            Input::RolledBack => self.rolled_back(),
            Input::Failed => self.failed(&mut actions),
        }
        while self.doing.is_none() {
            if let Some((description, about)) = self.waiting.pop_front() {
                self.consider(description, about, &mut actions);
            } else if self.needed && self.may_offer && self.state == State::Stable {
                self.needed = false;
                self.set_local(&mut actions);
            } else {
                break;
            }
        }
        actions
    }

    fn consider(&mut self, description: Description, about: About, actions: &mut Vec<Action>) {
        let number = about.number.unwrap_or(self.heard);
        match description.kind {
            // A later one has overtaken it.
            DescriptionKind::Offer if number < self.heard => return,
            DescriptionKind::Offer => {
                if let Some((answer, told)) = &self.answer
                    && self.is_answered(&description, about)
                {
                    // Said once more, because our answer was lost, or is on its way.
                    actions.push(Action::SendDescription(answer.clone(), *told));
                    return;
                }
                let collision = self.state == State::HaveLocalOffer;
                self.ignoring = collision && self.role == Role::Impolite;
                self.heard = number;
                if self.ignoring {
                    return;
                }
                self.offer = about.number;
            }
            // The answer to an offer that was taken back, or to none, or to another.
            DescriptionKind::Answer
                if self.state != State::HaveLocalOffer
                    || about.answers.is_some_and(|offer| offer != self.said) =>
            {
                return;
            }
            DescriptionKind::Answer => {
                self.ignoring = false;
                self.heard = self.heard.max(number);
                if mem::take(&mut self.ahead) {
                    self.send_found(actions);
                }
            }
        }
        self.doing = Some(Doing::Remote(description.clone()));
        actions.push(Action::SetRemote(description));
    }

    /// Whether this is the offer that this side answered last.
    fn is_answered(&self, offer: &Description, about: About) -> bool {
        match (about.number, &self.answer) {
            (Some(number), Some((_, told))) => told.answers == Some(number),
            // One who does not count says the same again only by the same words.
            (None, _) => self.remote.as_ref() == Some(offer),
            (_, None) => false,
        }
    }

    fn set_local(&mut self, actions: &mut Vec<Action>) {
        self.doing = Some(Doing::Local);
        actions.push(Action::SetLocal);
    }

    fn local_set(&mut self, description: Description, actions: &mut Vec<Action>) {
        self.doing = None;
        self.state = match description.kind {
            DescriptionKind::Offer => State::HaveLocalOffer,
            DescriptionKind::Answer => {
                // Whatever was needed is in the answer, or the browser asks for it again now
                // that it is stable.
                self.needed = false;
                self.may_offer = true;
                State::Stable
            }
        };
        self.said += 1;
        let is_answer = description.kind == DescriptionKind::Answer;
        let about = About {
            session: None,
            number: Some(self.said),
            answers: self.offer.filter(|_| is_answer),
        };
        if is_answer {
            self.answer = Some((description.clone(), about));
        }
        if !self.ahead {
            actions.push(Action::SendDescription(description, about));
            self.send_found(actions);
        }
    }

    fn send_found(&mut self, actions: &mut Vec<Action>) {
        let found = mem::take(&mut self.found);
        actions.extend(found.into_iter().map(Action::SendCandidate));
    }

    fn remote_set(&mut self, actions: &mut Vec<Action>) {
        let Some(Doing::Remote(description)) = self.doing.take() else {
            return;
        };
        let kind = description.kind;
        self.remote = Some(description);
        self.add_candidates(actions);
        match kind {
            DescriptionKind::Offer => {
                if mem::take(&mut self.ahead) {
                    // They belong to the offer that was taken back.
                    self.found.clear();
                }
                self.state = State::HaveRemoteOffer;
                self.set_local(actions);
            }
            DescriptionKind::Answer => self.state = State::Stable,
        }
    }

    fn rolled_back(&mut self) {
        self.doing = None;
        self.state = State::Stable;
    }

    /// The browser is back where it was before the operation.
    fn failed(&mut self, actions: &mut Vec<Action>) {
        self.found.clear();
        match self.doing.take() {
            // An answer that cannot be used: with our offer still out, no other one would get in.
            Some(Doing::Remote(answer)) if answer.kind == DescriptionKind::Answer => {
                self.doing = Some(Doing::Rollback);
                actions.push(Action::Rollback);
            }
            // An offer that cannot be answered stays pending in the browser until the next one.
            Some(Doing::Local) if self.state == State::HaveRemoteOffer => {
                self.state = State::Stable;
            }
            Some(Doing::Rollback) => self.state = State::Stable,
            _ => {}
        }
    }

    /// Hands over the candidates whose description is there.
    fn add_candidates(&mut self, actions: &mut Vec<Action>) {
        if matches!(self.doing, Some(Doing::Remote(_))) {
            return;
        }
        // What nobody came for in all that time is left over from an offer that was not taken.
        self.early
            .drain(..self.early.len().saturating_sub(MAX_EARLY));
        let Some(remote) = &self.remote else { return };
        self.early.retain(|candidate| match candidate.ufrag() {
            Some(ufrag) if !remote.has_ufrag(ufrag) => true,
            // One that does not say where it belongs is taken to follow the last description.
            None if self.ignoring => false,
            _ => {
                actions.push(Action::AddCandidate(candidate.clone()));
                false
            }
        });
    }
}

#[cfg(test)]
mod tests;
