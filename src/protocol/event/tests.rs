use super::*;
use crate::protocol::ErrorCode;

fn args(json: &str) -> Vec<Box<RawValue>> {
    serde_json::from_str(json).expect("a test writes JSON")
}

fn rejected(name: &str, json: &str) -> (String, ErrorCode) {
    let rejection = ClientEvent::decode(name, &args(json)).expect_err(json);
    (rejection.room, rejection.error.code)
}

#[test]
fn client_events_are_read_as_they_are_written() {
    for (name, json) in [
        ("join", r#"["r"]"#),
        (
            "join",
            r#"["r",{"name":"Ann","resume":"t","passcode":"p","capacity":3,"offer":{"sdp":1.0}}]"#,
        ),
        ("leave", r#"["r"]"#),
        ("lock", r#"["r"]"#),
        ("unlock", r#"["r"]"#),
        ("admit", r#"["r","x"]"#),
        ("deny", r#"["r","x"]"#),
        ("remove", r#"["r","x"]"#),
        (
            "message",
            r#"["r",{"b":1,"a":[1.0,12345678901234567890]},{"to":"x"}]"#,
        ),
        ("message", r#"["r",null,{}]"#),
    ] {
        let event = ClientEvent::decode(name, &args(json)).expect(json);
        assert_eq!(event.name(), name);
        assert_eq!(serde_json::to_string(&event).ok().as_deref(), Some(json));
    }
}

#[test]
fn missing_options_and_arguments_of_later_versions_are_no_error() {
    for json in [
        r#"["r",1]"#,
        r#"["r",1,null]"#,
        r#"["r",1,{"to":null}]"#,
        r#"["r",1,{"x":1},2,3]"#,
    ] {
        let event = ClientEvent::decode("message", &args(json)).expect(json);
        assert!(matches!(
            event,
            ClientEvent::Message {
                options: SendOptions { to: None },
                ..
            }
        ));
    }
}

#[test]
fn malformed_client_events_are_rejected_with_their_code() {
    use ErrorCode::{InvalidMessage, InvalidRoom};
    for json in ["[]", "[1]", "[null]", "[{}]", r#"[["r"]]"#] {
        assert_eq!(
            rejected("join", json),
            (String::new(), InvalidMessage),
            "{json}"
        );
    }
    assert_eq!(rejected("join", r#"[""]"#), (String::new(), InvalidRoom));
    assert_eq!(
        rejected("join", r#"["a b"]"#),
        ("a b".to_owned(), InvalidRoom)
    );
    assert_eq!(
        rejected("message", r#"["r"]"#),
        ("r".to_owned(), InvalidMessage)
    );
    assert_eq!(
        rejected("message", r#"["r",1,"x"]"#),
        ("r".to_owned(), InvalidMessage)
    );
    for json in [
        r#"["r",1]"#,
        r#"["r","Ann"]"#,
        r#"["r",[]]"#,
        r#"["r",["Ann"]]"#,
        r#"["r",{"name":1}]"#,
        r#"["r",{"capacity":0}]"#,
        r#"["r",{"capacity":-1}]"#,
        r#"["r",{"capacity":2.5}]"#,
        r#"["r",{"resume":{}}]"#,
    ] {
        assert_eq!(
            rejected("join", json),
            ("r".to_owned(), InvalidMessage),
            "{json}"
        );
    }
    let long = format!(r#"["r",{{"name":"{}"}}]"#, "x".repeat(65));
    assert_eq!(
        rejected("join", &long),
        ("r".to_owned(), ErrorCode::InvalidName)
    );
    for name in ["admit", "deny", "remove"] {
        for json in [r#"["r"]"#, r#"["r",1]"#, r#"["r",{"id":"x"}]"#] {
            assert_eq!(rejected(name, json), ("r".to_owned(), InvalidMessage));
        }
    }
    assert_eq!(
        rejected("wave", r#"["r"]"#),
        ("r".to_owned(), InvalidMessage)
    );
}

#[test]
fn server_events_are_read_as_they_are_written() {
    for (name, json) in [
        (
            "joined",
            r#"["r","me",{"protocol":1,"peers":[{"id":"you","name":"李","away":true}],"host":"you","capacity":2,"locked":false,"resume":"t","ice":{"iceServers":[],"expires":null}}]"#,
        ),
        ("full", r#"["r","me"]"#),
        (
            "refused",
            r#"["a b",{"code":"invalid-room","message":"No."}]"#,
        ),
        ("waiting", r#"["r","me"]"#),
        ("otherjoin", r#"["r","you",{}]"#),
        (
            "otherjoin",
            r#"["r","you",{"name":"Ann","offer":{"sdp":1.0}}]"#,
        ),
        ("message", r#"["r",{"z":1,"a":2},{"from":"you"}]"#),
        ("leaved", r#"["r","me",{"reason":"left"}]"#),
        ("bye", r#"["r","you",{"reason":"timeout"}]"#),
        ("away", r#"["r","you"]"#),
        ("back", r#"["r","you"]"#),
        ("host", r#"["r","you"]"#),
        ("locked", r#"["r"]"#),
        ("unlocked", r#"["r"]"#),
        ("knock", r#"["r","you",{"name":"Ann"}]"#),
        ("unknock", r#"["r","you"]"#),
    ] {
        let event = ServerEvent::decode(name, &args(json)).expect(json);
        assert_eq!(event.name(), name);
        assert_eq!(serde_json::to_string(&event).ok().as_deref(), Some(json));
    }
}

#[test]
fn what_a_later_server_says_is_read_as_far_as_it_is_known() {
    let bye = ServerEvent::decode("bye", &args(r#"["r","you",{"reason":"bored","at":1},7]"#));
    let unknown = Departure {
        reason: Reason::Unknown,
    };
    assert!(matches!(bye, Ok(ServerEvent::Bye { departure, .. }) if departure == unknown));
    assert!(matches!(
        ServerEvent::decode("applause", &args("[]")),
        Err(DecodeError::UnknownEvent)
    ));
    assert!(matches!(
        ServerEvent::decode("full", &args(r#"["r"]"#)),
        Err(DecodeError::Missing(1))
    ));
}
