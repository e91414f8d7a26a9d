//! The pages as a browser without JavaScript gets them.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod common;

use common::{get, start};

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

#[tokio::test]
async fn what_is_not_there_is_said_to_be_not_there() {
    let answer = get(start().await, "/nothing/here").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("There is no such page"), "{answer}");
}
