//! The pages as a browser without JavaScript gets them.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::net::SocketAddr;

use common::{client::Client, get, request, stage::Stage, start, start_with};
use duplex::settings::Settings;
use serde_json::{Value, json};

fn location(answer: &str) -> Option<&str> {
    answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
}

#[tokio::test]
async fn the_lobby_is_readable_and_has_its_forms() {
    let answer = get(start().await, "/").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("<title>Duplex</title>"));
    assert!(answer.contains(r#"action="/join""#) && answer.contains(r#"name="room""#));
    assert!(answer.contains(r#"action="/new""#));
}

#[tokio::test]
async fn the_forms_lead_to_rooms() {
    let server = start().await;
    let answer = get(server, "/join?room=my-room").await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(location(&answer), Some("/room/my-room"));
    let answer = get(server, "/join?room=%E8%A7%86%E9%A2%91").await;
    assert_eq!(location(&answer), Some("/room/%E8%A7%86%E9%A2%91"));
    let (one, other) = (get(server, "/new").await, get(server, "/new").await);
    assert!(
        location(&one).is_some_and(|path| path.len() == "/room/".len() + 23),
        "{one}"
    );
    assert_ne!(location(&one), location(&other));
}

#[tokio::test]
async fn a_link_leads_to_its_room_and_one_to_elsewhere_comes_back() {
    let server = start_under_a_base().await;
    for (link, path) in [
        ("https%3A%2F%2Fa.example%2Fcall%2Froom%2Fx", "/call/room/x"),
        ("http%3A%2F%2Fb.example%2Fcall%2Froom%2Fx", "/call/room/x"),
        ("%2Fcall%2Froom%2Fx%3Ffor%3D4", "/call/room/x"),
        (
            "https%3A%2F%2Fc.example%2Fcall%2Froom%2Fx",
            "/call/?room=https%3A%2F%2Fc%2Eexample%2Fcall%2Froom%2Fx",
        ),
    ] {
        let referer = "Referer: http://b.example/call/";
        let answer = get_with(server, &format!("/join?room={link}"), referer).await;
        assert_eq!(location(&answer), Some(path), "{link}");
    }
    let lobby = get(server, "/?room=https%3A%2F%2Fc%2Eexample%2Froom%2Fx").await;
    assert!(lobby.contains("This is no link to a room on this server."));
}

#[tokio::test]
async fn a_room_for_more_than_two_holds_as_many_as_the_server_allows() {
    let pairs = Settings {
        max_capacity: 2,
        ..Settings::default()
    };
    let is_offered = |lobby: &str| !lobby.contains(r#"class="only-pairs""#);
    for (settings, asked, said) in [
        (Settings::default(), "4", "?for=4"),
        (Settings::default(), "99", "?for=4"),
        (Settings::default(), "0", "?for=2"),
        (Settings::default(), "many", ""),
        (pairs, "4", "?for=2"),
    ] {
        let max = settings.max_capacity;
        let (server, _) = start_with(settings).await;
        let answer = get(server, &format!("/new?for={asked}")).await;
        let path = location(&answer).unwrap_or_default();
        assert_eq!(path.get("/room/".len() + 23..), Some(said), "{path}");
        assert_eq!(is_offered(&get(server, "/").await), max == 4);
    }
}

#[tokio::test]
async fn a_name_that_is_not_allowed_comes_back_with_the_reason() {
    let server = start().await;
    let answer = get(server, "/join?room=a%20%3Cb%3E").await;
    assert_eq!(location(&answer), Some("/?room=a%20%3Cb%3E"));
    let lobby = get(server, "/?room=a%20%3Cb%3E").await;
    assert!(
        lobby.contains("A room name has no spaces; use - instead."),
        "{lobby}"
    );
    assert!(
        lobby.contains(r#"value="a <b>""#) || lobby.contains(r#"value="a &lt;b&gt;""#),
        "{lobby}"
    );
    assert!(get(server, "/join").await.contains("location: /?room="));
}

#[tokio::test]
async fn the_call_page_names_its_room() {
    let server = start().await;
    let answer = get(server, "/room/my-room").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("<title>my-room · Duplex</title>"),
        "{answer}"
    );
    let answer = get(server, "/room/%E8%A7%86%E9%A2%91").await;
    assert!(answer.contains("视频"), "{answer}");
    let answer = get(server, "/room/a%20b").await;
    assert!(answer.contains("This link leads to no room"), "{answer}");
}

/// Somebody in the room, with these options.
async fn inside(stage: &Stage, room: &str, options: Value) -> Client {
    let mut client = stage.connect().await;
    client.emit(json!(["join", room, options])).await;
    assert_eq!(client.event().await[0], "joined");
    client
}

/// What the page of a room says to whoever was invited, on each node.
async fn invited_by_each(stage: &Stage, room: &str) -> Vec<String> {
    let mut said = Vec::new();
    for node in &stage.nodes {
        let page = get(*node, &format!("/room/{room}")).await;
        assert_eq!(header(&page, "cache-control"), Some("no-store"), "{page}");
        let (_, rest) = page
            .split_once(r#"<div class="invited">"#)
            .expect("a place");
        said.push(rest.split("</div>").next().unwrap_or_default().to_owned());
    }
    said
}

/// What all nodes say.
async fn invited(stage: &Stage, room: &str) -> String {
    let mut said = invited_by_each(stage, room).await;
    said.dedup();
    assert_eq!(said.len(), 1, "all nodes say the same: {said:?}");
    said.remove(0)
}

async fn the_page_says_who_is_there(stage: Stage) {
    assert_eq!(
        invited(&stage, "r").await,
        "<p data-nobody>Nobody is in this room yet.</p>"
    );
    // Looking makes no room.
    assert_eq!(
        invited(&stage, "r").await,
        "<p data-nobody>Nobody is in this room yet.</p>"
    );

    let name = json!({"name": "<b>Ann</b> & \"co\"", "capacity": 3});
    let mut ann = inside(&stage, "r", name).await;
    assert_eq!(
        invited(&stage, "r").await,
        "<p><bdi>&lt;b&gt;Ann&lt;/b&gt; &amp; &quot;co&quot;</bdi> is in this room.</p>"
    );
    let _somebody = inside(&stage, "r", json!({})).await;
    let said = invited(&stage, "r").await;
    assert!(
        said.starts_with("<p>2 people are in this room.</p><p><bdi>"),
        "{said}"
    );
    ann.emit(json!(["lock", "r"])).await;
    // It has been told of the other one as well.
    ann.events_until_settled().await;
    let said = invited(&stage, "r").await;
    assert!(
        said.starts_with("<p>This room is locked.") && !said.contains("Ann"),
        "{said}"
    );

    let _full = [
        inside(&stage, "full", json!({"name": "Ben"})).await,
        inside(&stage, "full", json!({"name": "Eve"})).await,
    ];
    assert_eq!(
        invited(&stage, "full").await,
        "<p>All 2 places in this room are taken.</p>"
    );
    let _secret = inside(&stage, "secret", json!({"name": "Ben", "passcode": "p"})).await;
    assert_eq!(
        invited(&stage, "secret").await,
        "<p>This room has a passcode.</p>"
    );

    let gone = inside(&stage, "gone", json!({"name": "Ben"})).await;
    drop(gone);
    // One node may be asked just before it notices, and the next one after that.
    let away = async {
        let is_said = |said: &String| said.contains("gone for a moment");
        while !invited_by_each(&stage, "gone").await.iter().all(is_said) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(common::PATIENCE, away)
        .await
        .expect("it notices in time");
}

#[tokio::test]
async fn the_page_of_a_room_says_who_is_there() {
    the_page_says_who_is_there(Stage::memory(Settings::default()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_a_room_says_who_is_there_on_another_node() {
    the_page_says_who_is_there(Stage::two_nodes(Settings::default()).await).await;
}

#[tokio::test]
async fn names_are_shown_only_where_the_host_wants_it() {
    let settings = Settings {
        show_names: false,
        ..Settings::default()
    };
    let stage = Stage::memory(settings).await;
    let _ann = inside(&stage, "r", json!({"name": "Ann"})).await;
    assert_eq!(
        invited(&stage, "r").await,
        "<p>Somebody is in this room.</p>"
    );
    let chinese = get_with(stage.nodes[0], "/room/r", "Accept-Language: zh").await;
    assert!(chinese.contains("<p>已有一个人在房间里。</p>") && !chinese.contains("Ann"));
    // Other pages are kept as before.
    let lobby = get(stage.nodes[0], "/").await;
    assert_eq!(header(&lobby, "cache-control"), Some("no-cache"));
    assert!(!lobby.contains("class=\"invited\""));
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_not_there() {
    let answer = get(start().await, "/nothing/here").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("There is no such page"), "{answer}");
}

/// What a header says.
fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let prefix = format!("{name}: ");
    head.lines().find_map(|line| line.strip_prefix(&prefix))
}

#[tokio::test]
async fn pages_run_their_own_scripts_only() {
    let server = start().await;
    for path in ["/", "/room/my-room", "/nothing/here"] {
        let answer = get(server, path).await;
        let policy = header(&answer, "content-security-policy").expect("a policy");
        for part in [
            "default-src 'none'",
            "style-src 'self';",
            "connect-src 'self';",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        let nonce = policy.split("'nonce-").nth(1).expect("a nonce");
        let nonce = nonce.split('\'').next().unwrap_or_default();
        assert!(nonce.len() >= 20, "{nonce}");
        let scripts = answer.matches("<script").count();
        let allowed = answer.matches(&format!("nonce=\"{nonce}\"")).count();
        assert!(scripts > 0 && allowed >= scripts, "{path}: {answer}");
        assert!(!answer.contains(" style=\"") && !answer.contains("<style"));
        let again = get(server, path).await;
        assert!(
            !again.contains(nonce),
            "{path}: a nonce is good for one page"
        );
    }
}

#[tokio::test]
async fn pages_may_use_what_a_call_needs_and_nothing_else() {
    let answer = get(start().await, "/").await;
    let permissions = header(&answer, "permissions-policy").unwrap_or_default();
    for allowed in [
        "camera",
        "microphone",
        "display-capture",
        "screen-wake-lock",
    ] {
        assert!(permissions.contains(&format!("{allowed}=(self)")));
    }
    assert_eq!(permissions.matches("=(self)").count(), 4, "{permissions}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(header(&answer, name), Some(value));
    }
    assert_eq!(header(&answer, "set-cookie"), None);
    assert_eq!(header(&answer, "strict-transport-security"), None);
}

#[tokio::test]
async fn pages_of_named_origins_may_frame_ours() {
    let settings = Settings {
        frame_ancestors: vec![
            "https://a.example".to_owned(),
            "https://b.example".to_owned(),
        ],
        ..Settings::default()
    };
    let (server, _) = start_with(settings).await;
    let answer = get(server, "/").await;
    let policy = header(&answer, "content-security-policy").unwrap_or_default();
    assert!(
        policy.ends_with("frame-ancestors https://a.example https://b.example"),
        "{policy}"
    );
}

/// A server that is seen under `/call`.
async fn start_under_a_base() -> SocketAddr {
    let settings = Settings {
        public_url: "https://a.example/call".to_owned(),
        ..Settings::default()
    };
    let (server, _) = start_with(settings).await;
    server
}

#[tokio::test]
async fn everything_stands_under_the_base() {
    let server = start_under_a_base().await;
    // With the base, and as a proxy asks that has taken it away.
    for base in ["/call", ""] {
        let lobby = get(server, &format!("{base}/")).await;
        assert!(lobby.starts_with("HTTP/1.1 200"), "{base}: {lobby}");
        for part in [
            r#"data-base="/call""#,
            r#"action="/call/join""#,
            r#"action="/call/new""#,
            r#"href="/call/icon.svg""#,
            r#"("/call", "pkg""#,
        ] {
            assert!(lobby.contains(part), "{base}: no {part} in {lobby}");
        }
        let answer = get(server, &format!("{base}/join?room=my-room")).await;
        assert_eq!(location(&answer), Some("/call/room/my-room"));
        let answer = get(server, &format!("{base}/join?room=a%20b")).await;
        assert_eq!(location(&answer), Some("/call/?room=a%20b"));
        let room = get(server, &format!("{base}/room/my-room")).await;
        assert!(room.contains(r#"href="/call/""#), "{room}");
        let open = format!("{base}/socket.io/?EIO=4&transport=polling");
        assert!(get(server, &open).await.starts_with("HTTP/1.1 200"));
        let health = get(server, &format!("{base}/healthz")).await;
        assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    }
    assert!(get(server, "/call").await.starts_with("HTTP/1.1 200"));
    assert!(get(server, "/other/").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn a_proxy_that_drops_the_upgrade_is_told_so() {
    let answer = get(start().await, "/socket.io/?EIO=4&transport=websocket").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("Upgrade and Connection"), "{answer}");
}

#[tokio::test]
async fn an_app_can_be_made_of_the_pages_under_their_base() {
    let server = start_under_a_base().await;
    for base in ["/call", ""] {
        let lobby = get(server, &format!("{base}/")).await;
        assert!(lobby.contains(r#"href="/call/app.webmanifest""#), "{lobby}");
        assert!(lobby.contains("register('/call/worker.js')"), "{lobby}");
        let manifest = get(server, &format!("{base}/app.webmanifest")).await;
        assert_eq!(
            header(&manifest, "content-type"),
            Some("application/manifest+json")
        );
        let (_, body) = manifest.split_once("\r\n\r\n").expect("a body");
        let body: Value = serde_json::from_str(body).expect("it is JSON");
        assert_eq!(
            (&body["scope"], &body["start_url"]),
            (&json!("/call/"), &json!("/call/"))
        );
        assert_eq!(body["icons"][1]["src"], "/call/icon-192.png");
        let worker = get(server, &format!("{base}/worker.js")).await;
        assert_eq!(header(&worker, "content-type"), Some("text/javascript"));
        assert_eq!(header(&worker, "cache-control"), Some("no-cache"));
        let policy = header(&worker, "content-security-policy");
        assert_eq!(policy, Some("default-src 'none'; connect-src 'self'"));
        assert!(
            worker.contains(r#"const offline = "/call/offline";"#),
            "{worker}"
        );
        let page = get(server, &format!("{base}/offline")).await;
        assert!(
            page.contains("No connection") && page.contains("无法连接"),
            "{page}"
        );
        let policy = header(&page, "content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("style-src 'sha256-") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
    let room = get(server, "/call/room/r").await;
    assert!(!room.contains("webmanifest"), "{room}");
}

/// A page as somebody gets it who sends this header.
async fn get_with(server: SocketAddr, path: &str, header: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close");
    request(server, &format!("{head}\r\n{header}\r\n\r\n")).await
}

#[tokio::test]
async fn pages_are_in_the_language_of_the_browser_or_the_chosen_one() {
    let server = start().await;
    for (asked, tag) in [
        ("Accept-Language: zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("Accept-Language: en,zh;q=0.5", "en"),
        ("Accept-Language: de", "en"),
        (
            "Accept-Language: en\r\nCookie: a=b; duplex-language=zh-CN",
            "zh-CN",
        ),
        ("Accept-Language: zh\r\nCookie: duplex-language=en", "en"),
        (
            "Accept-Language: zh\r\nCookie: duplex-language=\"><b>",
            "zh-CN",
        ),
    ] {
        for path in ["/", "/room/my-room", "/room/a%20b", "/nothing/here"] {
            let page = get_with(server, path, asked).await;
            let lang = format!(r#"<html lang="{tag}""#);
            assert!(page.contains(&lang), "{path}, {asked}: {page}");
            let vary = header(&page, "vary").unwrap_or_default();
            assert_eq!(vary, "accept-language, cookie", "{path}");
        }
    }
    let lobby = get_with(server, "/?room=a%20b", "Accept-Language: zh").await;
    assert!(lobby.contains("房间名不能有空格"), "{lobby}");
}

#[tokio::test]
async fn a_language_is_chosen_by_a_form_and_kept_in_a_cookie() {
    let server = start_under_a_base().await;
    let choose = |body: String, page: &'static str| async move {
        let length = body.len();
        let head = format!("POST /call/language HTTP/1.1\r\nHost: {server}\r\nConnection: close");
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let rest = format!("{kind}\r\nContent-Length: {length}\r\nReferer: {page}");
        request(server, &format!("{head}\r\n{rest}\r\n\r\n{body}")).await
    };
    let lobby = get(server, "/call/").await;
    assert!(
        lobby.contains(r#"method=post action="/call/language""#),
        "{lobby}"
    );

    let page = "https://a.example/call/room/a";
    let answer = choose("language=zh-CN".to_owned(), page).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(location(&answer), Some("/call/room/a"));
    let cookie = header(&answer, "set-cookie").unwrap_or_default();
    assert!(
        cookie.starts_with("duplex-language=zh-CN; Path=/call; "),
        "{cookie}"
    );

    let answer = choose("language=xx".to_owned(), page).await;
    assert_eq!(header(&answer, "set-cookie"), None);
    let answer = choose("language=zh".to_owned(), "https://b.example//c.example").await;
    assert_eq!(location(&answer), Some("/call/"));
    let answer = choose(format!("language={}", "z".repeat(1_000)), page).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}
