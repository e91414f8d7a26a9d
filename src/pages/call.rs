use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    call::{Call, Device, Link, Membership, Problem, RemotePeer},
    components::{
        Controls, InTurn, LanguageChooser, Later, Notice, Step, Tile, VideoTile, passing,
    },
    language::{Text, use_words},
    protocol::{InvalidRoomName, PeerId, RoomName},
};

/// What the server, and only it, knows to say of the room to whoever was invited, as HTML.
#[derive(Clone)]
pub struct Invited(pub String);

/// The page of one room: looking at oneself, joining, the call.
#[component]
pub fn CallPage() -> impl IntoView {
    let params = use_params_map();
    let shown = StoredValue::new(None::<Owner>);
    move || {
        // An owner of its own, so that the call ends when another room's begins: the first view of a closure that
        // comes to life in steps belongs to the whole page. A call holds its owner, so dropping that is not enough.
        let owner = Owner::new();
        let before = shown.try_update_value(|shown| shown.replace(owner.clone()));
        if let Some(before) = before.flatten() {
            before.cleanup();
        }
        let view =
            owner.with(
                || match RoomName::parse(&params.read().get("name").unwrap_or_default()) {
                    Ok(room) => view! { <Room room /> }.into_any(),
                    Err(reason) => view! { <NoRoom reason /> }.into_any(),
                },
            );
        OwnedView::new_with_owner(view, owner)
    }
}

#[component]
fn NoRoom(reason: InvalidRoomName) -> impl IntoView {
    let words = use_words();
    let nowhere = &words.nowhere;
    view! {
        <Title text=nowhere.room_title />
        <main class="page">
            <h1>{nowhere.no_room}</h1>
            <p class="page-text">{words.room_name.why_not(reason)}</p>
            <a class="button button-primary" href=super::lobby_path()>
                {nowhere.to_lobby}
            </a>
        </main>
    }
}

#[component]
fn Room(room: RoomName) -> impl IntoView {
    let name = room.to_string();
    let call = Call::new(room);
    let later = Later::new(call);
    let invited = use_context().map_or_else(String::new, |Invited(html)| html);
    let has_company = move || call.peers.with(|peers| !peers.is_empty());
    view! {
        <Title text=name.clone() />
        <main
            class="call"
            data-view=move || if has_company() { "together" } else { "alone" }
        >
            {InTurn::new(move || view! { <Bar name later /> })}
            {InTurn::new(move || view! { <Pictures call later /> })}
            <Panel call later invited />
            <Controls call later />
            {InTurn::new(move || {
                // All of the page is alive by then.
                call.begin();
                later.place(Step::All, |parts| &parts.side)
            })}
        </main>
    }
}

/// The pill at the top.
#[component]
fn Bar(name: String, later: Later) -> impl IntoView {
    view! {
        <header class="call-bar">
            <a class="call-home" href=super::lobby_path()>
                "Duplex"
            </a>
            <h1 class="call-room">{name}</h1>
            // The style sheet hides it during a call.
            <LanguageChooser />
            {later.place(Step::Tiles, |parts| &parts.bar)}
        </header>
    }
}

/// The pictures of everybody.
#[component]
fn Pictures(call: Call, later: Later) -> impl IntoView {
    view! {
        <div class="stage">
            <For
                each=move || tiles(call)
                key=Clone::clone
                children=move |(id, is_screen)| view! { <Remote call later id is_screen /> }
            />
            <VideoTile
                label=use_words().call.you
                stream=call.preview
                has_picture=move || call.media.get().camera == Device::On
                is_muted=move || call.media.get().microphone == Device::Off
                is_mirrored=move || !call.devices.read().looks_away
                is_self=true
                tools=later.tools(Tile::Own)
            />
        </div>
    }
}

/// The card with what is happening and what can be done.
#[component]
fn Panel(call: Call, later: Later, invited: String) -> impl IntoView {
    view! {
        <section class="panel">
            {InTurn::new(move || view! { <Notice call later /> })}
            // Hydration leaves alone what the server wrote there.
            <div class="invited" inner_html=invited></div>
            {InTurn::new(move || {
                view! {
                    {later.place(Step::Tiles, |parts| &parts.toast)}
                    <Actions call later />
                    {later.place(Step::Card, |parts| &parts.card)}
                    {later.place(Step::Preview, |parts| &parts.preview)}
                    <noscript>
                        <p>{use_words().call.needs_javascript}</p>
                    </noscript>
                }
            })}
        </section>
    }
}

/// The pictures of the others: of each their camera's, and their screen's if they share it.
fn tiles(call: Call) -> Vec<(PeerId, bool)> {
    let mut tiles = Vec::new();
    for peer in &*call.peers.read() {
        tiles.push((peer.id.clone(), false));
        if peer.screen.is_some() {
            tiles.push((peer.id.clone(), true));
        }
    }
    tiles
}

/// The picture and sound of another peer, or of their screen.
#[component]
fn Remote(call: Call, later: Later, id: PeerId, is_screen: bool) -> impl IntoView {
    let tile = if is_screen {
        Tile::Screen
    } else {
        Tile::Camera
    };
    let tools = later.tools(tile(id.clone()));
    // Gone for a moment between the peer's leaving and the end of its tile.
    let peer = passing(move || {
        call.peers
            .with(|peers| peers.iter().find(|peer| peer.id == id).cloned())
    });
    let speaker = passing(move || call.devices.read().speaker().to_owned());
    let is = move |test: fn(&RemotePeer) -> bool| {
        Signal::derive(move || peer.read().as_ref().is_some_and(test))
    };
    let stream = passing(move || {
        let peer = peer.read();
        let peer = peer.as_ref()?;
        if is_screen {
            peer.screen.clone()
        } else {
            peer.stream.clone()
        }
    });
    let words = &use_words().call;
    let label = move || {
        let peer = peer.read();
        let peer = peer.as_ref();
        let name = peer.and_then(|peer| Some(peer.name.as_ref()?.as_str()));
        let mut label = match name {
            None if is_screen => words.screen,
            name => name.unwrap_or(words.other),
        }
        .to_owned();
        match peer {
            _ if is_screen => label.push_str(name.map_or("", |_| words.screen_of)),
            Some(peer) if peer.silent_seconds > 0 => {
                label.push_str(&words.silent.with(peer.silent_seconds));
            }
            _ => {}
        }
        label
    };
    view! {
        <VideoTile
            label=Signal::derive(label)
            stream=stream
            has_picture=is(if is_screen {
                |_| true
            } else {
                |peer| peer.sending.video && peer.stream.is_some()
            })
            is_muted=is(if is_screen { |_| false } else { |peer| !peer.sending.audio })
            is_interrupted=is(|peer| matches!(peer.link(), Link::Interrupted | Link::Away))
            speaker=speaker
            is_screen=is_screen
            tools=tools
        />
    }
}

/// What can be done in the present state, beside the controls.
#[component]
fn Actions(call: Call, later: Later) -> impl IntoView {
    let words = &use_words().call;
    let stage = Memo::new(move |_| match &*call.membership.read() {
        Membership::Loading => Stage::Loading,
        Membership::Outside => Stage::Before,
        Membership::Inside if call.peers.with(Vec::is_empty) => Stage::Alone,
        Membership::Inside
            if call.peers.with(|peers| {
                let is_broken = |link| matches!(link, Link::Interrupted | Link::Blocked(_));
                peers.iter().any(|peer| is_broken(peer.link()))
            }) =>
        {
            Stage::Interrupted
        }
        Membership::Inside
        | Membership::Joining
        | Membership::Waiting
        | Membership::Unsupported => Stage::Nothing,
        Membership::Full | Membership::Elsewhere | Membership::Refused(_) => {
            Stage::Again(words.try_again)
        }
        Membership::Left => Stage::Again(words.join_again),
    });
    let join = move |_| call.join();
    let can_ask_again = move || {
        let media = call.media.get();
        [media.microphone, media.camera].into_iter().any(|device| {
            matches!(
                device,
                Device::Unavailable(Problem::Denied | Problem::InUse)
            )
        })
    };
    let is_blocked = move || {
        let is_blocked = |peer: &RemotePeer| matches!(peer.link(), Link::Blocked(_));
        call.peers.with(|peers| peers.iter().any(is_blocked))
    };
    let check_path = StoredValue::new(super::check_path());
    let check = use_words().lobby.check;
    move || match stage.get() {
        Stage::Loading => view! {
            <div class="actions actions-before">
                <button class="button button-primary button-large" disabled>
                    {words.join}
                </button>
                <p class="actions-hint">{words.unseen}</p>
            </div>
        }
        .into_any(),
        Stage::Before => view! {
            <div class="actions actions-before">
                <button class="button button-primary button-large" on:click=join>
                    {words.join}
                </button>
                <Show when=can_ask_again>
                    <button class="button" on:click=move |_| call.ask_again()>
                        {words.ask_again}
                    </button>
                </Show>
                <p class="actions-hint">{words.unseen}</p>
            </div>
        }
        .into_any(),
        Stage::Alone => later
            .place(Step::Card, |parts| &parts.invitation)
            .into_any(),
        Stage::Interrupted => view! {
            <div class="actions">
                <button class="button" on:click=move |_| call.retry()>
                    {words.retry}
                </button>
                <Show when=is_blocked>
                    // In a tab of its own: the search for a way goes on here.
                    <a class="button" href=check_path.get_value() target="_blank">
                        {check}
                    </a>
                </Show>
            </div>
        }
        .into_any(),
        Stage::Again(label) => view! {
            <div class="actions">
                <button class="button button-primary" on:click=join>
                    {label}
                </button>
                <a class="button" href=super::lobby_path()>
                    {words.to_lobby}
                </a>
            </div>
        }
        .into_any(),
        Stage::Nothing => ().into_any(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not hydrated yet.
    Loading,
    /// Not joined yet.
    Before,
    /// In the room, and nobody else is.
    Alone,
    /// In the room, and nothing comes through.
    Interrupted,
    /// Outside again; the label says how to come in.
    Again(Text),
    /// The controls are enough.
    Nothing,
}
