//! A link as a picture that the camera of a phone reads (ISO/IEC 18004).

use qrcodegen::{QrCode, QrCodeEcc};

/// Readers need so many light modules around it.
const QUIET: i32 = 4;

/// The picture: how many modules it is wide and high, and the dark ones as the path of an SVG.
pub(super) struct Picture {
    pub(super) size: i32,
    pub(super) path: String,
}

/// `None`: the text is too long for any picture.
pub(super) fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path += &format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some(Picture {
        size: code.size() + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a reader makes of it.
    fn read(picture: &Picture) -> Option<String> {
        let size = usize::try_from(picture.size).ok()?;
        let mut dark = vec![false; size * size];
        for module in picture.path.split('M').skip(1) {
            let (x, y) = module.strip_suffix("h1v1h-1z")?.split_once(' ')?;
            dark[y.parse::<usize>().ok()? * size + x.parse::<usize>().ok()?] = true;
        }
        // A camera sees each module several times.
        let scale = 4;
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(size * scale, size * scale, |x, y| {
                if dark[y / scale * size + x / scale] {
                    0
                } else {
                    255
                }
            });
        let grid = image.detect_grids().into_iter().next()?;
        Some(grid.decode().ok()?.1)
    }

    #[test]
    fn a_reader_finds_the_link_in_it() {
        for link in [
            "http://localhost:3000/room/a",
            "https://calls.example.org/duplex/room/lusab-babad-gutih-tugad",
            "https://a.example/room/%E8%A7%86%E9%A2%91",
        ] {
            let picture = picture(link).expect("it is short");
            assert_eq!(read(&picture).as_deref(), Some(link));
        }
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert!(picture(&"a".repeat(5_000)).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_link_can_be_read(path in "[a-z0-9%._-]{1,120}") {
            let link = format!("https://a.example/room/{path}");
            let picture = picture(&link);
            prop_assert_eq!(picture.as_ref().and_then(read), Some(link));
        }
    }
}
