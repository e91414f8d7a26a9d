//! Finds the links in a text that somebody wrote.

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// Begins with `http://` or `https://`.
    Link(&'a str),
}

/// What ends a sentence rather than a link; the Chinese signs also end a link that no space follows.
const CHINESE: &str = "，。！？；：、“”‘’（）《》〈〉【】「」『』…　";

/// All pieces of a text, in order; together they are the text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    // What is before this is in a piece already.
    let mut done = 0;
    for (at, _) in text.match_indices("://") {
        let Some((begin, end)) = link_around(text, at) else {
            continue;
        };
        if begin < done {
            continue;
        }
        if begin > done {
            pieces.push(Piece::Text(&text[done..begin]));
        }
        pieces.push(Piece::Link(&text[begin..end]));
        done = end;
    }
    if done < text.len() {
        pieces.push(Piece::Text(&text[done..]));
    }
    pieces
}

/// Where the link begins and ends whose `://` is there.
fn link_around(text: &str, at: usize) -> Option<(usize, usize)> {
    let begins = |scheme: &str| {
        let begin = at.checked_sub(scheme.len())?;
        let is_it = text.get(begin..at)?.eq_ignore_ascii_case(scheme);
        let before = text[..begin].chars().next_back();
        let is_apart = before.is_none_or(|c| !c.is_ascii_alphanumeric());
        (is_it && is_apart).then_some(begin)
    };
    let begin = begins("https").or_else(|| begins("http"))?;
    let rest = &text[at + 3..];
    let ends =
        |c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c) || CHINESE.contains(c);
    let rest = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let rest = trim(rest);
    rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        .then_some((begin, at + 3 + rest.len()))
}

/// Without the signs of the sentence around it. A bracket stays if it was opened in the link.
fn trim(mut link: &str) -> &str {
    while let Some(last) = link.chars().next_back() {
        let opened = match last {
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' => None,
            _ => break,
        };
        let count = |c: char| link.matches(c).count();
        if opened.is_some_and(|opened| count(opened) >= count(last)) {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    link
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn links(text: &str) -> Vec<&str> {
        let link = |piece| match piece {
            Piece::Link(link) => Some(link),
            Piece::Text(_) => None,
        };
        pieces(text).into_iter().filter_map(link).collect()
    }

    #[test]
    fn links_are_found() {
        for (text, expected) in [
            ("https://a.example", &["https://a.example"][..]),
            (
                "See https://a.example/x?y=1#z, or not.",
                &["https://a.example/x?y=1#z"],
            ),
            ("(HTTP://a.example)", &["HTTP://a.example"]),
            ("https://a.example/b_(c)!", &["https://a.example/b_(c)"]),
            (
                "http://[::1]:3000/ and http://b",
                &["http://[::1]:3000/", "http://b"],
            ),
            ("看https://a.example/路，好", &["https://a.example/路"]),
            ("“https://a.example”", &["https://a.example"]),
            ("<a href=\"https://a.example\">", &["https://a.example"]),
            (
                "https://a.example/https://b.example",
                &["https://a.example/https://b.example"],
            ),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_link() {
        for text in [
            "javascript://a.example/%0Aalert(1)",
            "javascript:alert(1)",
            "data:text/html,<b>",
            "xhttp://a.example",
            "ftp://a.example",
            "https://",
            "http:// a",
            "https://.",
            "://a",
            "é://a",
            "www.example.com",
        ] {
            assert_eq!(links(text), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text(text in "(https?://|[a-z()]|[.,，。 é😀]|\\PC){0,40}") {
            let whole: String = pieces(&text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Link(text) => text,
                })
                .collect();
            prop_assert_eq!(whole, text);
        }
    }
}
