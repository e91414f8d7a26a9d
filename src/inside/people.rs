//! Who is in the room.

use leptos::prelude::*;

use super::Inside;

/// The list of them, oneself first.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside {
        call,
        conversation,
        words,
        ..
    } = inside;
    let hand = move |is_up: bool| {
        let hand = || view! { <span role="img" aria-label=words.hand.is_up>"✋"</span> };
        is_up.then(hand)
    };
    let others = move || {
        let hands = conversation.hands.read();
        let other =
            |id| view! { <li class="person">{words.people.other} {hand(hands.contains(id))}</li> };
        let peers = call.peers.read();
        peers.iter().map(|peer| other(&peer.id)).collect_view()
    };
    view! {
        <ul class="people">
            <li class="person">{words.people.you} {move || hand(conversation.own_hand.get())}</li>
            {others}
        </ul>
    }
    .into_any()
}
