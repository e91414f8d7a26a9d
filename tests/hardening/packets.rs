//! Bad packets, and what becomes of a connection that sends them.

use super::Fate;

fn refused(code: &str) -> Fate {
    Fate::Refused(code.to_owned())
}

/// Texts that reach the server as one packet each, over either transport.
pub(super) fn packets() -> Vec<(String, Fate)> {
    use Fate::{Closed, Ignored};
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let owned = |(text, fate): (&str, Fate)| (text.to_owned(), fate);
    let mut table: Vec<(String, Fate)> = [
        // Wrong types and missing arguments.
        (r#"42["join"]"#, refused("invalid-message")),
        (r#"42["join",7]"#, refused("invalid-message")),
        (r#"42["join",["r"]]"#, refused("invalid-message")),
        (r#"42["join","x",[]]"#, refused("invalid-message")),
        (r#"42["join","x",{"name":{}}]"#, refused("invalid-message")),
        (
            r#"42["join","x",{"capacity":1e999}]"#,
            refused("invalid-message"),
        ),
        (
            r#"42["join","x",{"capacity":-1}]"#,
            refused("invalid-message"),
        ),
        (r#"42["message","r"]"#, refused("invalid-message")),
        (
            r#"42["message","r",1,{"to":["x"]}]"#,
            refused("invalid-message"),
        ),
        (r#"42["admit","r",{"id":"x"}]"#, refused("invalid-message")),
        (r#"42["join","\u0000"]"#, refused("invalid-room")),
        (r#"42["join","a/../b"]"#, refused("invalid-room")),
        (r#"42["join","\u202e"]"#, refused("invalid-room")),
        // Lone surrogates are no text.
        (r#"42["join","\ud800"]"#, refused("invalid-message")),
        (r#"42["\ud800","r"]"#, Closed),
        // Events that there are not, and that there are in every JavaScript object.
        (r#"42["applause","r"]"#, refused("invalid-message")),
        (r#"42["__proto__","r"]"#, refused("invalid-message")),
        (r#"42["disconnect"]"#, refused("invalid-message")),
        (r#"42["","r"]"#, refused("invalid-message")),
        // Rooms and peers of others.
        (r#"42["message","bystanders",1]"#, refused("not-in-room")),
        (
            r#"42["message","r",1,{"to":"nobody"}]"#,
            refused("no-such-peer"),
        ),
        (r#"42["leave","bystanders"]"#, refused("not-in-room")),
        (r#"42["remove","bystanders","x"]"#, refused("not-in-room")),
        (r#"42["remove","r","nobody"]"#, refused("no-such-peer")),
        (r#"42["join","r"]"#, refused("already-in-room")),
        (r#"42["join","x",{"resume":"a.b"}]"#, refused("bad-resume")),
        // Packets that are broken, or that a client does not send. Too large a number of an
        // acknowledgement is none.
        ("42", Closed),
        ("42[", Closed),
        ("42{}", Closed),
        ("42[]", Closed),
        ("42[7]", Closed),
        ("42null", Closed),
        (r#"42["join""#, Closed),
        (r#"42["join","r"]]"#, refused("invalid-message")),
        (r#"4299999999999999999999["x"]"#, refused("invalid-message")),
        (r#"42-1["x"]"#, Closed),
        (
            r#"4200000000000000000000["applause"]"#,
            refused("invalid-message"),
        ),
        ("9", Closed),
        ("4", Closed),
        ("47", Closed),
        ("4\u{0}", Closed),
        ("\u{0}", Closed),
        ("é", Closed),
        ("4é", Closed),
        ("42é", Closed),
        ("0{}", Closed),
        ("5", Closed),
        // An acknowledgement may come too late; it needs a number.
        ("430[]", Ignored),
        ("43[]", Closed),
        ("4399999999999999999999[]", Closed),
        // Namespaces that there are not are answered by the library, as Node.js does.
        (r#"42/other,["join","r"]"#, Ignored),
        ("40/other,", Ignored),
        ("40/é", Ignored),
        (r#"40{"auth":[[[[]]]]}"#, Ignored),
        // A packet that could have attachments and has none is an event like others.
        // Attachments: announced and not there, too many, wrong places, wrong counts.
        (r#"45["message","r",{"_placeholder":true,"num":0}]"#, Closed),
        (r#"45-["message","r"]"#, Closed),
        (r#"4599999999999999999999-["message","r"]"#, Closed),
        (
            r#"4510001-["message","r",{"_placeholder":true,"num":0}]"#,
            Closed,
        ),
        (
            r#"451-["message","r",{"_placeholder":true,"num":7}]"#,
            Closed,
        ),
        (
            r#"450-["message","r",{"_placeholder":true,"num":0}]"#,
            Ignored,
        ),
        (r#"450-["message","r",1]"#, Ignored),
        ("460-[]", Closed),
    ]
    .map(owned)
    .into();
    table.extend([
        // What is relayed may be as deep as it likes, because nobody here reads it; everything
        // else has a bottom.
        (format!(r#"42["message","r",{}]"#, deep(10_000)), Ignored),
        (
            format!(r#"42["message","r",{}"#, "[".repeat(10_000)),
            Closed,
        ),
        (
            format!(r#"42["join",{}]"#, deep(10_000)),
            refused("invalid-message"),
        ),
        (
            format!(r#"42["join","x",{}]"#, deep(10_000)),
            refused("invalid-message"),
        ),
        (format!("42{}", deep(10_000)), Closed),
        (format!("42{}", "[".repeat(10_000)), Closed),
        (format!("42{}", r#"{"a":"#.repeat(10_000)), Closed),
        // Huge, but not so huge that the frame is refused.
        (
            format!(r#"42["join","{}"]"#, "x".repeat(60_000)),
            refused("invalid-room"),
        ),
        (
            format!(r#"42["{}","r"]"#, "x".repeat(60_000)),
            refused("invalid-message"),
        ),
        (
            format!(r#"42["join","x",{{"name":"{}"}}]"#, "é".repeat(20_000)),
            refused("invalid-name"),
        ),
        (
            format!(r#"42["message","r","{}"]"#, "x".repeat(70_000)),
            refused("too-large"),
        ),
        (
            format!("42{}[\"x\"]", "1".repeat(60_000)),
            refused("invalid-message"),
        ),
        (format!("45{}-[\"x\"]", "1".repeat(60_000)), Closed),
    ]);
    table
}
