//! Names of files that somebody else chose.

/// The longest name, in characters.
const MOST: usize = 120;

/// The longest ending of a name that is kept when the name is cut.
const MOST_ENDING: usize = 16;

/// What Windows takes for a device, whatever ending it has.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// What a file is called that has no name left.
const NAMELESS: &str = "file";

/// A name under which a file can be saved anywhere, and that leads nowhere else.
pub(crate) fn harmless(name: &str) -> String {
    // What stands before is the way to it.
    let last = name
        .rsplit(['/', '\\'])
        .find(|part| !part.trim().is_empty());
    let clean: String = last
        .unwrap_or_default()
        .chars()
        .take(4 * MOST)
        .map(|c| if is_allowed(c) { c } else { '_' })
        .collect();
    // A leading dot hides a file, and Windows drops one at the end.
    let clean = clean
        .trim_start_matches(|c: char| c == '.' || c.is_whitespace())
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let name = shorten(clean);
    match &*name {
        "" => NAMELESS.to_owned(),
        name if is_reserved(name) => format!("_{name}"),
        _ => name,
    }
}

/// Neither a control character nor one that turns the direction of writing, nor one that a file system
/// does not take.
fn is_allowed(c: char) -> bool {
    let is_invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    !c.is_control() && !is_invisible && !"/\\:*?\"<>|".contains(c)
}

/// Cuts the middle out, so that the ending stays: it says what kind of file it is.
fn shorten(name: &str) -> String {
    let count = name.chars().count();
    if count <= MOST {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.chars().count() <= MOST_ENDING {
        ending
    } else {
        ""
    };
    let beginning = name.chars().take(MOST - ending.chars().count());
    let mut short: String = beginning.collect();
    short.truncate(
        short
            .trim_end_matches(|c: char| c == '.' || c.is_whitespace())
            .len(),
    );
    short + ending
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_lowercase();
    let is_port = |kind: &str| {
        let number = stem.strip_prefix(kind);
        number.is_some_and(|number| number.chars().count() == 1 && "0123456789¹²³".contains(number))
    };
    RESERVED.contains(&&*stem) || is_port("com") || is_port("lpt")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_lead_nowhere() {
        for (name, expected) in [
            ("photo.jpg", "photo.jpg"),
            ("照片 1.jpg", "照片 1.jpg"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\system32\\x.dll", "x.dll"),
            ("/", "file"),
            ("..", "file"),
            ("a/..", "file"),
            ("", "file"),
            ("   ", "file"),
            (".bashrc", "bashrc"),
            ("...x...", "x"),
            ("a\nb\0c\u{7f}.txt", "a_b_c_.txt"),
            ("exe.\u{202e}gpj", "exe._gpj"),
            ("a:b*c?d\"e<f>g|h", "a_b_c_d_e_f_g_h"),
            ("con", "_con"),
            ("CON.txt", "_CON.txt"),
            ("con .txt", "_con .txt"),
            ("lpt1.doc", "_lpt1.doc"),
            ("COM¹", "_COM¹"),
            ("com10", "com10"),
            ("console.log", "console.log"),
            ("folder/name/", "name"),
        ] {
            assert_eq!(harmless(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = harmless(&format!("{}.tar", "長".repeat(300)));
        assert_eq!(name.chars().count(), MOST);
        assert!(name.ends_with("長.tar"));
        let name = harmless(&format!("x.{}", "y".repeat(300)));
        assert_eq!(name.chars().count(), MOST);
    }

    proptest! {
        #[test]
        fn every_name_is_harmless(name in "([./\\\\:a-zA-Z0-9 ]|\\PC|[\\x00-\\x1f\u{202e}]|con|nul){0,200}") {
            let harmless_name = harmless(&name);
            prop_assert!(!harmless_name.is_empty());
            // A reserved one has a sign more.
            prop_assert!(harmless_name.chars().count() <= MOST + 1);
            prop_assert!(!harmless_name.starts_with('.') && !harmless_name.ends_with('.'));
            prop_assert!(harmless_name.chars().all(is_allowed));
            prop_assert!(!is_reserved(&harmless_name));
            prop_assert_eq!(harmless(&harmless_name), harmless_name);
        }
    }
}
