//! The room of a link that somebody pasted where the name of a room is asked for.

use percent_encoding::percent_decode_str;

use crate::protocol::RoomName;

/// The room whose page stands at a link of this server, which is known under these hosts and has its
/// pages under this base path. The scheme may be missing, and so may scheme and host.
pub(super) fn room_at(link: &str, hosts: &[&str], base: &str) -> Option<RoomName> {
    let link = link.trim();
    let path = match without_scheme(link) {
        Some(rest) => path_at(rest, hosts)?,
        None if link.starts_with('/') => link,
        None => path_at(link, hosts)?,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix(base)?;
    let name = path.strip_prefix("/room/")?.trim_end_matches('/');
    let name = percent_decode_str(name).decode_utf8().ok()?;
    RoomName::parse(&name).ok()
}

fn without_scheme(link: &str) -> Option<&str> {
    let (scheme, rest) = link.split_once("://")?;
    let is_ours = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    is_ours.then_some(rest)
}

/// What follows the host, if that is one of these.
fn path_at<'a>(rest: &'a str, hosts: &[&str]) -> Option<&'a str> {
    let (host, path) = rest.split_at(rest.find('/')?);
    let is_ours = hosts.iter().any(|known| host.eq_ignore_ascii_case(known));
    is_ours.then_some(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTS: [&str; 2] = ["a.example", "localhost:3000"];

    fn room(link: &str, base: &str) -> Option<String> {
        room_at(link, &HOSTS, base).map(String::from)
    }

    #[test]
    fn links_to_our_rooms_lead_there() {
        for link in [
            "https://a.example/room/my-room",
            " http://localhost:3000/room/my-room\n",
            "HTTPS://A.Example/room/my-room/",
            "a.example/room/my-room?for=4",
            "https://a.example/room/my-room#top",
            "/room/my-room",
        ] {
            assert_eq!(room(link, "").as_deref(), Some("my-room"), "{link}");
        }
        assert_eq!(
            room("https://a.example/room/%E8%A7%86%E9%A2%91", "").as_deref(),
            Some("视频")
        );
        assert_eq!(
            room("https://a.example/call/room/x", "/call").as_deref(),
            Some("x")
        );
    }

    #[test]
    fn other_links_lead_nowhere() {
        for (link, base) in [
            ("https://b.example/room/x", ""),
            ("https://a.example:8443/room/x", ""),
            ("https://a.example@b.example/room/x", ""),
            ("https://a.example/", ""),
            ("https://a.example/room/", ""),
            ("https://a.example/room/a%20b", ""),
            ("https://a.example/room/a%2Fb", ""),
            ("https://a.example/room/%ff", ""),
            ("https://a.example/room/x/y", ""),
            ("https://a.example/rooms/x", ""),
            ("https://a.example/room/x", "/call"),
            ("https://a.example/other/room/x", "/call"),
            ("javascript://a.example/room/x", ""),
            ("//a.example/room/x", ""),
            ("my-room", ""),
            ("", ""),
        ] {
            assert_eq!(room(link, base), None, "{link} {base}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_link_or_not(text: String) {
            room(&text, "");
            room(&format!("https://a.example/room/{text}"), "");
        }

        #[test]
        fn the_link_of_a_room_leads_to_it(name in "[a-z0-9.视ä_-]{1,20}") {
            let name = RoomName::parse(&name);
            prop_assume!(name.is_ok());
            let name = name?;
            let link = format!("https://a.example/call{}", crate::pages::room_path(&name));
            prop_assert_eq!(room_at(&link, &HOSTS, "/call"), Some(name));
        }
    }
}
