//! Where the lobby's forms lead in a page without JavaScript, and from HTTP to HTTPS.

use std::{future::ready, sync::Arc};

use axum::{
    Extension, Router,
    extract::{Query, Request},
    http::{
        HeaderMap, StatusCode, Uri,
        header::{CACHE_CONTROL, HOST, REFERER},
        uri::Authority,
    },
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::link::room_at;
use crate::{
    base::Base,
    pages::{CAPACITY_FIELD, room_path},
    protocol::RoomName,
    random::random,
    settings::Settings,
};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct JoinForm {
    #[serde(default)]
    room: String,
}

/// Leads to the room of this name or at this link, or back to the lobby, which says what is wrong.
pub(super) async fn join(
    Extension(base): Extension<Base>,
    Extension(settings): Extension<Arc<Settings>>,
    headers: HeaderMap,
    Query(form): Query<JoinForm>,
) -> Redirect {
    let room = RoomName::parse(&form.room).ok();
    let room = room.or_else(|| {
        let hosts = hosts(&headers, &settings);
        let hosts: Vec<_> = hosts.iter().map(String::as_str).collect();
        room_at(&form.room, &hosts, base.path())
    });
    if let Some(room) = room {
        return Redirect::to(&base.join(&room_path(&room)));
    }
    let text = utf8_percent_encode(&form.room, NON_ALPHANUMERIC);
    Redirect::to(&base.join(&format!("/?room={text}")))
}

/// Under which hosts this server is known: to whoever asks, to the browser (our pages tell their own
/// server where they are) and to the one who runs it.
fn hosts(headers: &HeaderMap, settings: &Settings) -> Vec<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host_of = |url: &str| Some(url.parse::<Uri>().ok()?.authority()?.to_string());
    let pages = text(REFERER).and_then(host_of);
    let known = [
        text(HOST).map(str::to_owned),
        pages,
        host_of(&settings.public_url),
    ];
    known.into_iter().flatten().collect()
}

/// What the button for more than two sends.
#[derive(Deserialize)]
pub(super) struct NewForm {
    #[serde(default, rename = "for")]
    capacity: String,
}

/// Leads to a new room. Nothing is made yet: a room exists while somebody sits in it.
pub(super) async fn new_room(
    Extension(base): Extension<Base>,
    Extension(settings): Extension<Arc<Settings>>,
    Query(form): Query<NewForm>,
) -> Redirect {
    let mut path = room_path(&RoomName::from_random(random()));
    if let Ok(capacity) = form.capacity.parse::<usize>() {
        let capacity = capacity.max(2).min(settings.max_capacity);
        path += &format!("?{CAPACITY_FIELD}={capacity}");
    }
    Redirect::to(&base.join(&path))
}

/// Leads every page to the same one over HTTPS: at the public URL, where the host says one. Otherwise
/// under the name that was asked for; `port`: where that is, if it is another port.
pub(super) fn to_https(settings: &Settings, port: Option<u16>) -> Router {
    let public = PublicUrl::of(settings);
    let lead = move |headers: HeaderMap, request: Request| {
        let path = request.uri().path_and_query().map(|path| path.as_str());
        // `OPTIONS *` asks for no page.
        let path = path.filter(|path| path.starts_with('/')).unwrap_or("/");
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        // 308 and 307: whoever posts goes on posting.
        ready(if let Some(public) = &public {
            Redirect::permanent(&public.page(path)).into_response()
        } else if let Some(url) = host.and_then(|host| https_url(host, port, path)) {
            // A guess, because from outside the port may be another one: no browser should keep it.
            let not_kept = [(CACHE_CONTROL, "no-store")];
            (not_kept, Redirect::temporary(&url)).into_response()
        } else {
            refusal()
        })
    };
    Router::new().fallback(lead)
}

/// Where people open the lobby, if that is known and over HTTPS.
#[derive(Clone)]
struct PublicUrl {
    origin: String,
    base: String,
}

impl PublicUrl {
    fn of(settings: &Settings) -> Option<Self> {
        let (url, base) = (
            settings.public_url.trim_end_matches('/'),
            settings.base_path(),
        );
        let origin = url.strip_suffix(base)?;
        origin.starts_with("https://").then(|| Self {
            origin: origin.to_owned(),
            base: base.to_owned(),
        })
    }

    /// The URL of a page, which is asked for with the base or without it.
    fn page(&self, path: &str) -> String {
        let Self { origin, base } = self;
        let rest = path.strip_prefix(base.as_str());
        let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        format!("{origin}{base}{}", rest.unwrap_or(path))
    }
}

fn https_url(host: &str, port: Option<u16>, path: &str) -> Option<String> {
    let authority: Authority = host.parse().ok()?;
    let host = authority.host();
    let port = port.or(authority.port_u16()).filter(|port| *port != 443);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("https://{host}{port}{path}"))
}

fn refusal() -> Response {
    let sentence = "This server speaks HTTPS: put https:// before its address.";
    (StatusCode::BAD_REQUEST, sentence).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_page_over_https() {
        let url = |host, port| https_url(host, port, "/room/a?b=c");
        for (host, port, expected) in [
            ("a.example", Some(443), "https://a.example/room/a?b=c"),
            (
                "a.example:80",
                Some(3000),
                "https://a.example:3000/room/a?b=c",
            ),
            ("a.example:3000", None, "https://a.example:3000/room/a?b=c"),
            ("[::1]:80", Some(443), "https://[::1]/room/a?b=c"),
        ] {
            assert_eq!(url(host, port).as_deref(), Some(expected), "{host}");
        }
        assert_eq!(url("a b", None), None);
    }

    #[test]
    fn the_public_url_comes_first_where_it_is_https() {
        let public = |url: &str| {
            PublicUrl::of(&Settings {
                public_url: url.to_owned(),
                ..Settings::default()
            })
        };
        for (url, path, expected) in [
            ("https://a.example", "/", "https://a.example/"),
            (
                "https://a.example/",
                "/room/a?b",
                "https://a.example/room/a?b",
            ),
            ("https://a.example:8443", "/", "https://a.example:8443/"),
            ("https://a.example/call", "/", "https://a.example/call/"),
            ("https://a.example/call/", "/call", "https://a.example/call"),
            (
                "https://a.example/call",
                "/call/x",
                "https://a.example/call/x",
            ),
            (
                "https://a.example/call",
                "/calls",
                "https://a.example/call/calls",
            ),
            (
                "https://a.example",
                "//b.example",
                "https://a.example//b.example",
            ),
        ] {
            let page = public(url).map(|public| public.page(path));
            assert_eq!(page.as_deref(), Some(expected), "{url} {path}");
        }
        assert!(public("").is_none() && public("http://a.example").is_none());
    }
}
