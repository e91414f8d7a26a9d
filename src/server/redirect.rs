//! Where the lobby's forms lead in a page without JavaScript, and from HTTP to HTTPS.

use axum::{
    Extension, Router,
    extract::{Query, Request},
    http::{HeaderMap, StatusCode, header::HOST, uri::Authority},
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::{base::Base, pages::room_path, protocol::RoomName, random::random};

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

/// Leads every page to the same one over HTTPS. `port`: where that is, if it is another port.
pub(super) fn to_https(port: Option<u16>) -> Router {
    Router::new().fallback(move |headers: HeaderMap, request: Request| async move {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        match host.and_then(|host| https_url(host, port, path)) {
            // 308: whoever posts goes on posting.
            Some(url) => Redirect::permanent(&url).into_response(),
            None => refusal(),
        }
    })
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
}
