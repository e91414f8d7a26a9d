use proptest::prelude::*;

use super::*;

#[test]
fn packets_are_read_as_they_are_written() {
    for text in [
        "1",
        "2",
        "3",
        "6",
        "40",
        "41",
        r#"44{"message":"no"}"#,
        r#"42["join","r"]"#,
        r#"4217["message","r",{"b":1,"a":1.0}]"#,
        "430[]",
        r#"4312[{"ok":true}]"#,
    ] {
        assert_eq!(
            Packet::parse(text).map(|packet| packet.to_string()),
            Ok(text.to_owned())
        );
    }
}

#[test]
fn the_handshake_tells_the_heartbeat() {
    let text =
        r#"0{"sid":"x","upgrades":[],"pingInterval":5000,"pingTimeout":4000,"maxPayload":65536}"#;
    let packet = Packet::parse(text);
    assert!(matches!(
        packet,
        Ok(Packet::Open {
            ping_interval: 5000,
            ping_timeout: 4000
        })
    ));
}

#[test]
fn the_default_namespace_may_be_written_out() {
    assert!(matches!(
        Packet::parse(r#"40/,{"sid":"x"}"#),
        Ok(Packet::Connect)
    ));
    assert!(matches!(Packet::parse("40/"), Ok(Packet::Connect)));
    assert!(matches!(
        Packet::parse(r#"42/,3["a"]"#),
        Ok(Packet::Event { ack: Some(3), .. })
    ));
}

#[test]
fn what_is_no_packet_is_an_error() {
    use PacketError::{Binary, Namespace, Payload, Truncated, UnknownType};
    for (text, error) in [
        ("", Truncated),
        ("4", Truncated),
        ("42", Truncated),
        ("x", UnknownType('x')),
        ("49", UnknownType('9')),
        ("0{}", Payload),
        ("42[]", Payload),
        ("42[1]", Payload),
        (r#"42{"a":1}"#, Payload),
        ("4299999999999999999999[\"a\"]", Payload),
        ("43[]", Truncated),
        (r#"451-["a",{"_placeholder":true,"num":0}]"#, Binary),
        (r#"42/admin,["a"]"#, Namespace),
    ] {
        assert_eq!(
            Packet::parse(text).map(|packet| packet.to_string()),
            Err(error),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text: String) {
        let _ = Packet::parse(&text);
        let _ = Packet::parse(&format!("42{text}"));
    }

    #[test]
    fn any_event_survives_the_way(name: String, ack: Option<u64>, args: Vec<String>) {
        let args: Vec<_> = args.iter()
            .map(|arg| serde_json::value::to_raw_value(arg).expect("text is JSON"))
            .collect();
        let text = Packet::Event { ack, name, args }.to_string();
        prop_assert_eq!(Packet::parse(&text).map(|packet| packet.to_string()), Ok(text));
    }
}
