//! What the page of a room says before it is alive: whether somebody is there, and who.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header::CACHE_CONTROL, request::Parts},
    middleware::Next,
    response::Response,
};
use leptos::prelude::{provide_context, use_context};
use percent_encoding::percent_decode_str;

use crate::{
    language::InvitedWords,
    pages::Invited,
    protocol::{DisplayName, RoomName},
    signaling::{Glimpse, Signaling},
};

/// What the room of the page that is asked for shows.
#[derive(Clone)]
struct Seen(Glimpse);

/// Where it is seen, and whether names are shown.
#[derive(Clone)]
pub(super) struct Rooms {
    pub(super) signaling: Arc<Signaling>,
    pub(super) shows_names: bool,
}

/// Looks at the room, which changes nothing in it, and hands on what is seen. Nobody may keep such a page.
pub(super) async fn look(State(rooms): State<Rooms>, mut request: Request, next: Next) -> Response {
    let Some(room) = room_of(request.uri().path()) else {
        return next.run(request).await;
    };
    if let Some(mut glimpse) = rooms.signaling.glimpse(&room).await {
        if let (Glimpse::Open(names), false) = (&mut glimpse, rooms.shows_names) {
            names.fill(None);
        }
        request.extensions_mut().insert(Seen(glimpse));
    }
    let mut response = next.run(request).await;
    let not_kept = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, not_kept);
    response
}

fn room_of(path: &str) -> Option<RoomName> {
    let name = percent_decode_str(path.strip_prefix("/room/")?);
    RoomName::parse(&name.decode_utf8().ok()?).ok()
}

/// Puts what was seen into the page that is being rendered.
pub(super) fn provide() {
    let parts = use_context::<Parts>();
    let seen = parts.and_then(|parts| parts.extensions.get::<Seen>().cloned());
    if let Some(Seen(glimpse)) = seen {
        let words = super::language::of_page().invited();
        provide_context(Invited(html(words, &glimpse)));
    }
}

fn html(words: &InvitedWords, glimpse: &Glimpse) -> String {
    let said = match glimpse {
        // Marked, because it is not so any more once somebody is seen to be there.
        Glimpse::Nobody => return format!("<p data-nobody>{}</p>", words.nobody),
        Glimpse::Passcode => words.passcode.to_owned(),
        Glimpse::Locked => words.locked.to_owned(),
        Glimpse::Full(capacity) => words.full.with(capacity),
        Glimpse::Open(people) => match &people[..] {
            [] => words.away.to_owned(),
            [None] => words.one.to_owned(),
            [Some(name)] => words.one_named.with(named(name)),
            _ => {
                let names: Vec<_> = people.iter().flatten().map(named).collect();
                let names = names.join(words.between);
                let count = words.several.with(people.len());
                return format!("<p>{count}</p><p>{names}</p>");
            }
        },
    };
    format!("<p>{said}</p>")
}

/// A name as HTML, which does not change the direction of the text around it.
fn named(name: &DisplayName) -> String {
    let mut text = String::from("<bdi>");
    for c in name.as_str().chars() {
        match c {
            '&' => text += "&amp;",
            '<' => text += "&lt;",
            '>' => text += "&gt;",
            '"' => text += "&quot;",
            '\'' => text += "&#39;",
            c => text.push(c),
        }
    }
    text + "</bdi>"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::language::Language;

    fn name(text: &str) -> Option<DisplayName> {
        DisplayName::parse(text).ok().flatten()
    }

    #[test]
    fn who_is_there_is_said_in_words() {
        use Glimpse::{Full, Locked, Nobody, Open, Passcode};
        for (glimpse, english, chinese) in [
            (Nobody, "Nobody is in this room yet.", "房间里还没有人。"),
            (
                Open(vec![None]),
                "Somebody is in this room.",
                "已有一个人在房间里。",
            ),
            (
                Open(vec![name("李雷")]),
                "<bdi>李雷</bdi> is in this room.",
                "<bdi>李雷</bdi> 在房间里。",
            ),
            (
                Open(vec![name("Ann"), None, name("<b>")]),
                "3 people are in this room.</p><p><bdi>Ann</bdi>, <bdi>&lt;b&gt;</bdi>",
                "已有 3 个人在房间里。</p><p><bdi>Ann</bdi>、<bdi>&lt;b&gt;</bdi>",
            ),
            (
                Open(Vec::new()),
                "Whoever is in this room is gone for a moment.",
                "房间里的人暂时离开了。",
            ),
            (
                Full(4),
                "All 4 places in this room are taken.",
                "房间的 4 个位置都已有人。",
            ),
            (
                Locked,
                "This room is locked. When you join, its host is asked to let you in.",
                "房间已锁定。你加入时，会先请房主同意。",
            ),
            (Passcode, "This room has a passcode.", "这个房间设有密码。"),
        ] {
            for (language, text) in [(Language::English, english), (Language::Chinese, chinese)] {
                let said = html(language.invited(), &glimpse);
                let begin = if glimpse == Nobody {
                    "<p data-nobody>"
                } else {
                    "<p>"
                };
                assert_eq!(said, format!("{begin}{text}</p>"));
            }
        }
    }

    #[test]
    fn only_pages_of_rooms_have_a_room() {
        for (path, expected) in [
            ("/room/a", Some("a")),
            ("/room/%E8%A7%86", Some("视")),
            ("/room/a%20b", None),
            ("/room/a/b", None),
            ("/room/%ff", None),
            ("/", None),
            ("/rooms/a", None),
        ] {
            let room = room_of(path);
            assert_eq!(room.as_ref().map(RoomName::as_str), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_name_is_html(text: String) {
            if let Some(name) = name(&text) {
                let html = named(&name);
                let inside = html.strip_prefix("<bdi>").and_then(|it| it.strip_suffix("</bdi>"));
                prop_assert!(inside.is_some_and(|it| !it.contains(['<', '>', '"', '\''])));
            }
        }
    }
}
