//! The check page in English.

use super::*;

pub(in crate::language) static WORDS: CheckWords = CheckWords {
    page_title: "Will it work here?",
    heading: "Will a call work from here?",
    promise: "This page tries what a call needs, in this browser and through this network. Nobody is called, and nothing is recorded.",
    needs_javascript: "The check needs JavaScript, and so does a call. Please switch it on for this page.",
    try_devices: "Try camera and microphone",
    again: "Check again",
    tone: ToneWords {
        waiting: "Not checked yet:",
        busy: "Checking:",
        good: "OK:",
        warning: "Warning:",
        wrong: "Wrong:",
    },
    browser: BrowserWords {
        title: "Browser",
        question: "Whether this browser can make calls.",
        good: "It has what calls need: WebRTC and WebAssembly.",
        no_webrtc: (
            "It has no WebRTC, or it is switched off.",
            "Use a current Firefox, Chrome, Edge or Safari, and look for extensions and settings that switch WebRTC off.",
        ),
    },
    address: AddressWords {
        title: "Address",
        question: "Whether browsers hand out camera and microphone at this address.",
        secure: "It is secure: browsers hand out camera and microphone here.",
        insecure: (
            "It is not secure: browsers hand out no camera and no microphone here.",
            "Open this page with https:// at the front, or on the server itself as http://localhost. Whoever runs this server can switch HTTPS on.",
        ),
    },
    frame: FrameWords {
        title: "Frame",
        open: "This page stands in another one, which lets it use camera and microphone.",
        closed: (
            "This page stands in another one, which keeps camera or microphone from it.",
            "Open it in a tab of its own. Whoever made the page around it can write: <iframe allow=\"camera; microphone; display-capture; autoplay\">.",
        ),
    },
    server: ServerWords {
        title: "Server",
        question: "Whether the server can be reached from here.",
        connecting: "Connecting…",
        reached: Template::new("It is reached: a WebSocket to it was open after {} ms."),
        silent: (
            "It does not answer.",
            "Is this device online? Otherwise the server is stopped, or something between it and you keeps it away: try another network.",
        ),
        no_upgrade: (
            "It answers, but opens no WebSocket.",
            "A proxy has to hand on the upgrade of WebSockets (the headers Upgrade and Connection, over HTTP/1.1), be it one before the server or one of your network: try another one. Whoever runs this server can ask it: duplex doctor.",
        ),
        origin: (
            "It takes this page for one of another server.",
            "The proxy before the server has to hand on the host that the browser asked for, with its port. Whoever runs this server can ask it: duplex doctor.",
        ),
        too_many: (
            "It takes no more connections from here now.",
            "Close other tabs with calls, and check again in a minute. Where many people share one address, whoever runs this server can raise sockets-per-address.",
        ),
        proxy: (
            "A proxy answers in its place.",
            "The proxy does not reach the server: whoever runs it finds more in the log of the proxy.",
        ),
    },
    room: RoomWords {
        title: "Room",
        question: "Whether the server lets you into a room.",
        joining: "Joining a room that is for this check only…",
        seated: Template::new("The server gave a seat in one after {} ms."),
        one_way: " With it came one way for calls to try.",
        several_ways: Template::new(" With it came {} ways for calls to try."),
        silent: (
            "The server does not answer.",
            "Something cuts the connection, or the server is overloaded. Check again; whoever runs it can ask it: duplex doctor.",
        ),
        too_fast: (
            "The server gives no seat: too many attempts in too short a time.",
            "Check again in a minute.",
        ),
        closing: (
            "The server gives no seat: it is about to stop.",
            "Check again in a minute.",
        ),
        unavailable: (
            "The server gives no seat: it does not reach what it keeps its rooms in.",
            "Check again in a minute; if it stays, whoever runs this server finds more in its log.",
        ),
        refused: (
            "The server gives no seat.",
            "This page may be older than the server: load it again. If it stays, whoever runs this server finds more in its log.",
        ),
    },
    relay: RelayWords {
        title: "Relay",
        stun: "STUN",
        udp: "Relay over UDP",
        tcp: "Relay over TCP",
        tls: "Relay over TLS",
        question: "Whether the server's relay is reached, for two networks that do not reach each other.",
        none: (
            "This server has none, and names no STUN or TURN server.",
            "Calls within one network work without. For others, whoever runs this server can switch its relay on: turn = true.",
        ),
        colon: ": ",
        waiting: "its turn comes.",
        trying: "trying…",
        answers: Template::new("it answers after {} ms."),
        relays: Template::new("a message was there and back in {} ms."),
        unreached: "not reached.",
        unclear: "nothing usable comes back.",
        no_name: "no machine has this name.",
        credentials: "it refuses the credentials.",
        full: "it has no place left.",
        silent: "it gives out addresses, and what is sent to them does not arrive.",
        invalid: "the browser does not take this address.",
        open_udp: Template::new(
            "Probably a firewall blocks UDP, the one of your network or the one of the server. Check again in another network, such as your phone's: if it is the same there, whoever runs this server has to open port {} over UDP.",
        ),
        open_tcp: Template::new(
            "Probably a firewall blocks TCP, the one of your network or the one of the server. Check again in another network, such as your phone's: if it is the same there, whoever runs this server has to open port {} over TCP.",
        ),
        or_refused: " Or the relay refuses the credentials: duplex doctor, on the server, tells more.",
        mend_name: "Whoever runs this server has to correct the name: turn-host, or ice-servers.",
        mend_credentials: "Whoever runs this server: turn-secret has to be the secret of the relay, and both clocks have to be right.",
        make_room: "Check again later. Whoever runs this server can raise turn-allocations and turn-allocations-per-peer, or those of coturn.",
        ask_doctor: "Whoever runs this server can ask it: duplex doctor. With coturn, allowed-peer-ip and external-ip are to be looked at.",
        mend_address: "Whoever runs this server has to correct it: turn-host, or ice-servers.",
    },
    device: DeviceTrialWords {
        microphone: "Microphone",
        camera: "Camera",
        question: "Whether there is one.",
        asking: "If your browser shows a question, choose Allow.",
        works: "It works.",
        named_works: Template::new("It works: {}."),
        allowed: (
            "There is one, and this page may use it.",
            "The button below tries it.",
        ),
        unasked: (
            "There is one. The browser asks before it hands it out.",
            "The button below has it ask.",
        ),
        missing: (
            "None is found.",
            "Plug one in, or look whether the settings of the system or a switch on the device turn it off. A call goes without it.",
        ),
        insecure: (
            "Browsers hand out none at this address.",
            "See what stands above about the address.",
        ),
        framed: (
            "The page around this one keeps it.",
            "Open this page in a tab of its own.",
        ),
        denied: (
            "Your browser does not allow it.",
            "Click the sign left of the address and allow it, then try it with the button below.",
        ),
        dismissed: (
            "The browser's question was closed without an answer.",
            "Try again, and choose Allow.",
        ),
        system: (
            "The system keeps it from the browser.",
            "Allow it for the browser in the settings of the system, under privacy, then start the browser anew.",
        ),
        in_use: (
            "It cannot be used now.",
            "Another program may be using it: close that one, or plug the device in again, and try again.",
        ),
    },
    verdict: CheckVerdictWords {
        unchecked: (
            "Nothing has been checked yet",
            "The checks begin by themselves. If nothing moves here after some seconds, something keeps WebAssembly from this page: a setting of the browser, an extension, or the network.",
        ),
        no_webrtc: "This browser cannot make calls",
        no_server: "No call can begin from here: the server is not reached",
        no_seat: "No call can begin from here now: the server lets nobody in",
        busy: "Still checking…",
        no_relay: (
            "Most calls will work from here, but not all",
            "There is no relay: two people whose networks are both strict, such as those of companies and phones, find no way to each other.",
        ),
        neither_stun_nor_relay: (
            "Calls within your own network work, others perhaps not",
            "Two people whose networks keep them apart need a relay, and there is none.",
        ),
        relay_fails: (
            "Calls work only where nothing keeps the two apart, as within one network",
            "For all others a relay is needed, and none works from here.",
        ),
        only_websites: (
            "Calls work from here, but not in networks that let only websites through",
            "For these the relay over TLS is needed.",
        ),
        works: "A call will work from here",
        not_all: "Not everything that this server offers for it is reached, though: see above.",
        blocks_udp: (
            "Calls work from here, but not in networks that block UDP",
            "For these the relay is needed over TCP or TLS.",
        ),
        only_tcp: (
            "A call will work from here, perhaps not smoothly",
            "The relay is not reached over UDP. Over TCP whatever is lost on the way holds up the rest, so that sound and picture may falter.",
        ),
        neither_heard_nor_seen: "The other person will neither hear nor see you: see above.",
        not_heard: "The other person will not hear you: see above.",
        not_seen: "The other person will not see you: see above.",
    },
};
