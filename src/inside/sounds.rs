//! Short sounds: somebody came, went, knocks, or cannot be reached any more. They are made, not loaded.

use js_sys::Promise;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::Inside;
use crate::{
    call::{Link, RemotePeer},
    protocol::PeerId,
};

#[wasm_bindgen]
extern "C" {
    /// A graph of sound of our own. Nothing that is received goes into it.
    #[wasm_bindgen(js_name = AudioContext)]
    type Player;

    #[wasm_bindgen(constructor, catch, js_class = AudioContext)]
    fn new() -> Result<Player, JsValue>;

    #[wasm_bindgen(method, getter, js_name = currentTime)]
    fn current_time(this: &Player) -> f64;

    #[wasm_bindgen(method, getter)]
    fn destination(this: &Player) -> Node;

    #[wasm_bindgen(method)]
    fn resume(this: &Player) -> Promise;

    #[wasm_bindgen(method, catch, js_name = createOscillator)]
    fn oscillator(this: &Player) -> Result<Oscillator, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createGain)]
    fn gain(this: &Player) -> Result<Gain, JsValue>;

    type Node;

    #[wasm_bindgen(method)]
    fn connect(this: &Node, to: &Node) -> Node;

    #[wasm_bindgen(extends = Node)]
    type Oscillator;

    #[wasm_bindgen(method, getter)]
    fn frequency(this: &Oscillator) -> Parameter;

    #[wasm_bindgen(method)]
    fn start(this: &Oscillator, at: f64);

    #[wasm_bindgen(method)]
    fn stop(this: &Oscillator, at: f64);

    #[wasm_bindgen(extends = Node)]
    type Gain;

    #[wasm_bindgen(method, getter, js_name = gain)]
    fn level(this: &Gain) -> Parameter;

    type Parameter;

    #[wasm_bindgen(method, js_name = setValueAtTime)]
    fn set(this: &Parameter, value: f64, at: f64) -> Parameter;

    #[wasm_bindgen(method, js_name = linearRampToValueAtTime)]
    fn ramp(this: &Parameter, value: f64, at: f64) -> Parameter;
}

/// What a sound says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    Came,
    Went,
    Lost,
    Knock,
}

impl Sound {
    /// Its tones, in hertz, one after another.
    fn tones(self) -> &'static [f64] {
        match self {
            Self::Came => &[523.25, 783.99],
            Self::Went => &[783.99, 523.25],
            Self::Lost => &[329.63, 293.66, 261.63],
            Self::Knock => &[659.25, 659.25],
        }
    }
}

/// A tone takes so long, in seconds.
const TONE: f64 = 0.14;

/// Not louder than a voice.
const LEVEL: f64 = 0.08;

/// Who was there, and who could be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Company {
    here: Vec<PeerId>,
    lost: Vec<PeerId>,
    knocks: usize,
}

impl Company {
    fn of(peers: &[RemotePeer], knocks: usize) -> Self {
        let is_lost = |peer: &&RemotePeer| matches!(peer.link(), Link::Interrupted | Link::Away);
        Self {
            here: peers.iter().map(|peer| peer.id.clone()).collect(),
            lost: peers
                .iter()
                .filter(is_lost)
                .map(|peer| peer.id.clone())
                .collect(),
            knocks,
        }
    }

    /// What has happened since.
    fn since(&self, before: &Self) -> Option<Sound> {
        let is_new = |now: &[PeerId], before: &[PeerId]| now.iter().any(|id| !before.contains(id));
        if self.knocks > before.knocks {
            Some(Sound::Knock)
        } else if is_new(&self.here, &before.here) {
            Some(Sound::Came)
        } else if is_new(&before.here, &self.here) {
            Some(Sound::Went)
        } else if is_new(&self.lost, &before.lost) {
            Some(Sound::Lost)
        } else {
            None
        }
    }
}

/// Plays what there is to hear.
pub(super) fn play(inside: Inside) {
    let player = StoredValue::new_local(None::<Player>);
    let call = inside.call;
    let company = Memo::new(move |_| {
        let knocks = inside.conversation.hosting.read().knocks.len();
        Company::of(&call.peers.read(), knocks)
    });
    Effect::new(move |before: Option<(bool, Company)>| {
        let (is_in, now) = (inside.is_in(), company.get());
        // Coming in and going is not news of the others.
        if let Some((true, before)) = before
            && is_in
            && let Some(sound) = now.since(&before)
            && inside.settings.sounds.try_get_untracked() == Some(true)
        {
            player.update_value(|player| {
                if player.is_none() {
                    *player = Player::new().ok();
                }
                if let Some(player) = player {
                    // Where there is no sound the page goes on without.
                    sound_with(player, sound).ok();
                }
            });
        }
        (is_in, now)
    });
}

fn sound_with(player: &Player, sound: Sound) -> Result<(), JsValue> {
    // Browsers let a page play when the person has done something on it: they joined.
    let resumed = player.resume();
    spawn_local(async move { drop(JsFuture::from(resumed).await) });
    let mut at = player.current_time() + 0.02;
    for tone in sound.tones() {
        let (oscillator, gain) = (player.oscillator()?, player.gain()?);
        oscillator.frequency().set(*tone, at);
        // Without edges, which would click.
        gain.level().set(0.0, at);
        gain.level().ramp(LEVEL, at + 0.02);
        gain.level().ramp(0.0, at + TONE);
        oscillator.connect(&gain);
        gain.connect(player.destination().unchecked_ref());
        oscillator.start(at);
        oscillator.stop(at + TONE);
        at += TONE;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u8]) -> Vec<PeerId> {
        let id = |n: &u8| PeerId::from_random([*n; 16]);
        numbers.iter().map(id).collect()
    }

    fn company(here: &[u8], lost: &[u8], knocks: usize) -> Company {
        Company {
            here: ids(here),
            lost: ids(lost),
            knocks,
        }
    }

    #[test]
    fn each_change_has_its_sound() {
        let two = company(&[1, 2], &[], 0);
        for (now, sound) in [
            (company(&[1, 2, 3], &[], 0), Some(Sound::Came)),
            (company(&[1], &[], 0), Some(Sound::Went)),
            (company(&[1, 2], &[2], 0), Some(Sound::Lost)),
            (company(&[1, 2], &[], 1), Some(Sound::Knock)),
            (two.clone(), None),
        ] {
            assert_eq!(now.since(&two), sound, "{now:?}");
        }
        let lost = company(&[1, 2], &[2], 1);
        assert_eq!(two.since(&lost), None, "what is well again makes no noise");
    }
}
