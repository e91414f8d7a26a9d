//! What is said about findings: in English to the tests, and in Chinese to be looked at.

use super::super::{self as words, *};
use crate::{
    check::Device,
    language::{Language, tests::english_in},
};

/// What is said in English, of which the tests know the words. Whatever it is, it is said in Chinese
/// as well.
pub(super) fn said<T>(say: impl Fn(&CheckWords) -> T, texts: impl Fn(&T) -> Vec<String>) -> T {
    let english = say(Language::English.check());
    let chinese = texts(&say(Language::Chinese.check()));
    let pairs = chinese.iter().zip(texts(&english));
    assert_eq!(pairs.len(), chinese.len());
    for (text, in_english) in pairs {
        // What is not ours: an address and the name of a device.
        let ours = text.replace("a.example:3478", "").replace("Front", "");
        assert_eq!(english_in(&ours), None, "{text}");
        assert_eq!(text.is_empty(), in_english.is_empty(), "{in_english}");
        let is_name = matches!(&**text, "" | "STUN");
        assert!(is_name || text.chars().any(|c| c > '\u{4e00}'), "{text}");
    }
    english
}

fn texts(line: &Line) -> Vec<String> {
    vec![
        line.title.to_owned(),
        line.text.clone(),
        line.advice.clone(),
    ]
}

pub(super) fn lines(findings: &Findings) -> Vec<Line> {
    said(
        |language| words::lines(language, findings),
        |lines| lines.iter().flat_map(texts).collect(),
    )
}

pub(super) fn verdict(findings: &Findings) -> Verdict {
    said(
        |language| words::verdict(language, findings),
        |verdict| {
            [verdict.text, verdict.hint, verdict.missing]
                .map(str::to_owned)
                .to_vec()
        },
    )
}

pub(super) fn way(way: &Way) -> Line {
    said(|words| ways::way(&words.relay, way), texts)
}

pub(super) fn microphone(device: &Trial<Device>) -> Line {
    let say = |words: &CheckWords| {
        let words = &words.device;
        devices::device(words, words.microphone, device)
    };
    said(say, texts)
}
