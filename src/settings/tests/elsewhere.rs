//! What is wrong around the table `[duplex]`, and where.

use super::*;

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let mut wrong = Vec::new();
    for (text, variable, parts) in [
        ("[duplx]\ncapacity = 3", None, ["line 1", "duplx"]),
        ("capacity = 3", None, ["line 1", "[duplex]"]),
        ("[duplex]\ncapacity = ", None, ["line 2", "TOML"]),
        (
            "[package.metadata.leptos]\nsite-addr = \"3000\"",
            None,
            ["line 2: site-addr = \"3000\"", "127.0.0.1:3000"],
        ),
        (
            "[package.metadata.leptos]\nreload-port = 99999",
            None,
            ["line 2: reload-port = 99999", "65535"],
        ),
        (
            "[package.metadata.leptos]\nsite-adr = \"127.0.0.1:3000\"",
            None,
            ["line 2", "mean site-addr?"],
        ),
        // The same name in the other table is not what is meant.
        (
            "[package.metadata.leptos]\nsite-addr = \"127.0.0.1:3000\"\n[duplex]\nsite-addr = \"\"",
            None,
            ["line 4: site-addr", "under [package.metadata.leptos]"],
        ),
        (
            "[duplex]\ncapacity = 3\n[package.metadata.leptos]\ncapacity = 3",
            None,
            ["line 4: capacity", "under [duplex]"],
        ),
        (
            "[package]\ncapacity = 3\n[duplex]\ncapacity = 9",
            None,
            ["line 4: capacity = 9", "1 to max-capacity"],
        ),
        (
            "[[duplex]]\ncapacity = 3",
            None,
            ["line 1", "Write [duplex] once"],
        ),
        ("\nduplex = \"x\"", None, ["line 2", "Write [duplex] once"]),
        (
            "[package]\nmetadata = 1",
            None,
            ["line 2", "Write [package.metadata.leptos] once"],
        ),
        (
            "[duplex]\ncapacity = 99999999999999999999",
            None,
            ["line 2: capacity", "a whole number"],
        ),
        (
            "[duplex]\nturn-secret = 00012345678901234567",
            None,
            ["line 2", "leading zero"],
        ),
        (
            "[duplex]\ncapacity = 3",
            Some(("DUPLEX_CAPACITY", "many")),
            ["DUPLEX_CAPACITY=many", "a whole number"],
        ),
        (
            "",
            Some(("DUPLEX_GRACE_SECONDS", "-4")),
            ["DUPLEX_GRACE_SECONDS=-4", "0 to 86400"],
        ),
        (
            "",
            Some(("DUPLEX_GRACE", "4")),
            ["DUPLEX_GRACE: there is no such setting", "grace-seconds"],
        ),
    ] {
        let error = match parse(text, variable.as_slice()) {
            Ok(_) => "nothing".to_owned(),
            Err(error) => format!("{error:#}"),
        };
        println!("{error}");
        if !parts.iter().all(|part| error.contains(part)) {
            wrong.push(format!("{text:?} {variable:?} → {error}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
