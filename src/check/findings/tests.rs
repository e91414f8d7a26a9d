use super::*;

#[test]
fn addresses_of_servers_are_taken_apart() {
    let server = IceServer {
        urls: [
            "stun:a.example",
            "turn:a.example:3000?transport=udp",
            "turn:[::1]?transport=tcp",
            "turn:[::1]:3000",
            "turns:a.example?transport=tcp",
        ]
        .map(str::to_owned)
        .into(),
        username: None,
        credential: None,
    };
    let ways = Way::of(&server);
    let ways: Vec<_> = ways.iter().map(|way| (way.kind, &*way.address)).collect();
    assert_eq!(
        ways,
        [
            (Kind::Stun, "a.example:3478"),
            (Kind::Udp, "a.example:3000"),
            (Kind::Tcp, "[::1]:3478"),
            (Kind::Udp, "[::1]:3000"),
            (Kind::Tls, "a.example:5349"),
        ]
    );
}

#[test]
fn errors_of_candidates_have_causes() {
    let timed_out = Cause::from_error(701, "TURN allocate request timed out.");
    assert_eq!(timed_out, Cause::Unreached);
    let lookup = "TURN host lookup received error.";
    assert_eq!(Cause::from_error(701, lookup), Cause::NoName);
    assert_eq!(Cause::from_error(401, "Unauthorized"), Cause::Credentials);
    assert_eq!(Cause::from_error(486, ""), Cause::Full);
    // The first network has no way there, and the second is refused.
    assert_eq!(timed_out.or(Cause::Full), Cause::Full);
    assert_eq!(Cause::Full.or(timed_out), Cause::Full);
}

#[test]
fn a_status_says_what_is_in_the_way_of_the_websocket() {
    for (status, expected) in [
        (None, Unreached::Silent),
        (Some(200), Unreached::NoUpgrade),
        (Some(400), Unreached::NoUpgrade),
        (Some(403), Unreached::Origin),
        (Some(429), Unreached::TooMany),
        (Some(502), Unreached::Proxy),
    ] {
        assert_eq!(Unreached::from_status(status), expected, "{status:?}");
    }
}

#[test]
fn what_is_known_of_a_device_before_it_is_asked_for() {
    let before = Device::before;
    assert_eq!(before(true, false, true, "prompt"), Device::Unasked);
    assert_eq!(before(true, false, true, ""), Device::Unasked);
    assert_eq!(before(true, false, true, "granted"), Device::Allowed);
    assert_eq!(before(true, false, true, "denied"), Device::Denied);
    assert_eq!(before(true, false, false, "denied"), Device::Missing);
    assert_eq!(before(true, true, false, "denied"), Device::Framed);
    assert_eq!(before(false, true, false, ""), Device::Insecure);
}

#[test]
fn who_refuses_a_device_is_told_apart() {
    let refused = |name: &str, message: &str, permission: &str| {
        Device::refused(&Answer {
            name: name.to_owned(),
            message: message.to_owned(),
            permission: permission.to_owned(),
        })
    };
    let no = "NotAllowedError";
    assert_eq!(refused(no, "Permission denied", "denied"), Device::Denied);
    assert_eq!(refused(no, "", ""), Device::Denied);
    assert_eq!(
        refused(no, "Permission dismissed", "prompt"),
        Device::Dismissed
    );
    assert_eq!(
        refused(no, "Permission denied by system", "prompt"),
        Device::System
    );
    // Firefox and Safari do not say so, but the page may use it as far as they are concerned.
    assert_eq!(refused(no, "", "granted"), Device::System);
    assert_eq!(refused("NotFoundError", "", "prompt"), Device::Missing);
    assert_eq!(refused("NotReadableError", "", "granted"), Device::InUse);
}
