use proptest::prelude::*;

use super::*;

#[test]
fn the_browser_gets_the_language_that_it_asks_for_most() {
    use Language::{Chinese, English};
    for (header, expected) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", Chinese),
        ("en-US,en;q=0.9,zh-CN;q=0.8", English),
        ("zh", Chinese),
        ("zh-Hant-TW, en;q=0.5", Chinese),
        ("ZH-hans-cn", Chinese),
        ("de-DE,de;q=0.9,zh;q=0.3", Chinese),
        ("de,fr", English),
        ("zh;q=0.2,en;q=0.7", English),
        ("en;q=0.7,zh;q=0.7", English),
        ("zh;q=0.7 , en ; q=0.7", Chinese),
        ("zh;q=0", English),
        ("zh;q=0,en", English),
        ("*", English),
        ("*;q=0.5,zh;q=0.4", English),
        ("zh;Q=0.9,*;q=0.1", Chinese),
        ("zh;level=1;q=0.1,en;q=0.2", English),
        ("zh;q=NaN,en;q=0.1", English),
        ("zh;q=7", English),
        ("zh;q=", English),
        ("zhx", English),
        (",,;;q=,", English),
        ("", English),
    ] {
        assert_eq!(Language::wanted(header), expected, "{header}");
    }
}

proptest! {
    #[test]
    fn any_header_has_a_language(header: String) {
        Language::wanted(&header);
    }

    #[test]
    fn anything_that_looks_like_a_header_has_a_language(
        header in "((zh|en|de|\\*)?(-[A-Za-z]{0,4})?[;, ]{0,2}(q=[0-9.]{0,4})?[;, ]{0,2}){0,8}"
    ) {
        Language::wanted(&header);
    }

    #[test]
    fn the_heavier_one_wins_in_any_order(zh in 1_u16..=1000, en in 1_u16..=1000, is_first: bool) {
        prop_assume!(zh != en);
        let weight = |weight: u16| f32::from(weight) / 1000.0;
        let (zh, en) = (weight(zh), weight(en));
        let header = if is_first {
            format!("zh;q={zh},en;q={en}")
        } else {
            format!("en;q={en},zh;q={zh}")
        };
        prop_assert_eq!(Language::wanted(&header) == Language::Chinese, zh > en);
    }
}

#[test]
fn every_language_has_a_tag_of_its_own_that_leads_to_it() {
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
    }
}

/// All sentences of a language, as `Debug` prints them.
fn everything(language: Language) -> String {
    let (words, check, inside) = (language.words(), language.check(), language.inside());
    let invited = language.invited();
    let filled = [
        words.room_name.too_long.with(64),
        words.room_name.character.with("/"),
        words.lobby.forget.with("a-b"),
        words.call.silent.with(7),
        inside.verdict.upload_loss.with(15),
        inside.verdict.download_loss.with(15),
        inside.verdict.slow_upload.with(150),
        inside.verdict.far.with(900),
    ];
    for (sentence, value) in filled
        .iter()
        .zip(["64", "/", "a-b", "7", "15", "15", "150", "900"])
    {
        assert!(sentence.contains(value), "{sentence}");
    }
    format!("{words:#?}\n{filled:#?}\n{check:#?}\n{inside:#?}\n{invited:#?}")
}

/// What stands between quotation marks in Rust's notation.
fn texts(printed: &str) -> Vec<&str> {
    printed
        .lines()
        .filter_map(|line| {
            let (from, to) = (line.find('"')?, line.rfind('"')?);
            line.get(from + 1..to)
        })
        .collect()
}

#[test]
fn nothing_is_left_unsaid() {
    let count = |language: Language| {
        let printed = everything(language);
        let texts = texts(&printed);
        let empty = texts.iter().filter(|text| text.is_empty()).count();
        (texts.len(), empty)
    };
    let english = count(Language::English);
    for language in Language::ALL {
        let (all, empty) = count(language);
        assert!(all > 220, "{all} texts found");
        assert_eq!((all, empty), english, "{language:?} is as long as English");
    }
}

/// Words that Chinese people write in Latin letters as well.
const AS_THEY_ARE: [&str; 27] = [
    "ICE",
    "DTLS",
    "JSON",
    "JavaScript",
    "WebRTC",
    "Firefox",
    "Chrome",
    "Edge",
    "Safari",
    "https",
    "http",
    "localhost",
    "duplex",
    "doctor",
    "WebAssembly",
    "WebSocket",
    "HTTP",
    "HTTPS",
    "UDP",
    "TCP",
    "TLS",
    "STUN",
    "TURN",
    "coturn",
    "Mbit",
    "kbit",
    "bit",
];

/// What is written into files and headers; the longer of two that begin alike first.
const TO_BE_COPIED: [&str; 10] = [
    "<iframe allow=\"camera; microphone; display-capture; autoplay\">",
    "Upgrade 和 Connection",
    "sockets-per-address",
    "turn = true",
    "turn-host",
    "ice-servers",
    "turn-secret",
    "turn-allocations-per-peer",
    "turn-allocations",
    "allowed-peer-ip 和 external-ip",
];

/// A word in a Chinese text that is to be in Chinese.
pub(crate) fn english_in(text: &str) -> Option<String> {
    let mut text = text.replace('\\', "");
    for copied in TO_BE_COPIED {
        text = text.replace(copied, " ");
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    let left = words.find(|word| word.len() > 2 && !AS_THEY_ARE.contains(word));
    left.map(str::to_owned)
}

#[test]
fn no_english_is_left_in_chinese() {
    let printed = everything(Language::Chinese);
    for text in texts(&printed) {
        assert_eq!(english_in(text), None, "{text}");
    }
}

#[test]
fn english_has_no_other_letters() {
    let printed = everything(Language::English);
    for text in texts(&printed) {
        let other = text.chars().find(|c| !c.is_ascii() && !"…“”·".contains(*c));
        assert_eq!(other, None, "{text}");
    }
}
