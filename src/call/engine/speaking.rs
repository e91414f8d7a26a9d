//! The engine's part that knows who speaks.

use leptos::prelude::*;

use super::Engine;

impl Engine {
    /// Listens to everybody for a moment.
    pub(super) fn hear(&mut self, now: u64) {
        let peers = self.peers.iter();
        let levels: Vec<_> = peers.map(|(id, peer)| (id.clone(), peer.level())).collect();
        self.speaking.hear(now, &levels);
        let talking = self.speaking.talking(now);
        if self
            .conversation
            .talking
            .with_untracked(|shown| *shown != talking)
        {
            self.conversation.talking.set(talking);
        }
        let speaker = self.speaking.speaker();
        if self
            .conversation
            .speaker
            .with_untracked(|shown| shown.as_ref() != speaker)
        {
            self.conversation.speaker.set(speaker.cloned());
        }
    }
}
