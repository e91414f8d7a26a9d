//! Where the lobby's forms lead in a page without JavaScript, and from HTTP to HTTPS.

use std::future::ready;

use axum::{
    Extension, Router,
    extract::{Query, Request},
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, HOST},
        uri::Authority,
    },
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::{base::Base, pages::room_path, protocol::RoomName, random::random, settings::Settings};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct JoinForm {
    #[serde(default)]
    room: String,
}

/// Leads to the room, or back to the lobby, which says what is wrong with the name.
pub(super) async fn join(
    Extension(base): Extension<Base>,
    Query(form): Query<JoinForm>,
) -> Redirect {
    match RoomName::parse(&form.room) {
        Ok(room) => to_room(&base, &room),
        Err(_) => {
            let text = utf8_percent_encode(&form.room, NON_ALPHANUMERIC);
            Redirect::to(&base.join(&format!("/?room={text}")))
        }
    }
}

/// Leads to a new room. Nothing is made yet: a room exists while somebody sits in it.
pub(super) async fn new_room(Extension(base): Extension<Base>) -> Redirect {
    to_room(&base, &RoomName::from_random(random()))
}

fn to_room(base: &Base, room: &RoomName) -> Redirect {
    Redirect::to(&base.join(&room_path(room)))
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
