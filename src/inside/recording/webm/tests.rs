use proptest::prelude::*;

use super::*;

fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let mut out = id.to_vec();
    out.extend(size(content.len() as u64, 2).unwrap_or_default());
    out.extend(content);
    out
}

/// A file as browsers begin it: with these elements before the one about the whole, and these in it.
fn file(segment_size: &[u8], before: &[u8], in_info: &[u8]) -> Vec<u8> {
    let mut out = element(&[0x1A, 0x45, 0xDF, 0xA3], b"doctype");
    out.extend([0x18, 0x53, 0x80, 0x67]);
    out.extend(segment_size);
    out.extend(before);
    out.extend(element(&[0x15, 0x49, 0xA9, 0x66], in_info));
    out.extend(element(&[0x16, 0x54, 0xAE, 0x6B], b"tracks"));
    out.extend([0x1F, 0x43, 0xB6, 0x75, 0xFF]);
    out
}

const UNKNOWN: [u8; 8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

/// The length that a file says it has, its app, and what follows.
fn told(file: &[u8], length: f64) -> (f64, Vec<u8>, Vec<u8>) {
    let (head, taken) = with_length(file, length).unwrap_or_default();
    let at = head.len() - 8;
    let bytes: [u8; 8] = head[at..].try_into().unwrap_or_default();
    (f64::from_be_bytes(bytes), head, file[taken..].to_vec())
}

#[test]
fn a_file_says_how_long_it_is() {
    let scale = element(&[0x2A, 0xD7, 0xB1], &1_000_000_u32.to_be_bytes());
    let app = element(&[0x4D, 0x80], b"Chrome");
    let file = file(&UNKNOWN, &[], &[scale, app.clone()].concat());
    let (length, head, rest) = told(&file, 30_500.0);
    assert!((length - 30_500.0).abs() < 0.001);
    assert!(head.windows(app.len()).any(|part| part == app));
    assert!(
        rest.starts_with(&[0x16, 0x54, 0xAE, 0x6B]),
        "the rest is as it was"
    );
    assert!(rest.ends_with(&[0x1F, 0x43, 0xB6, 0x75, 0xFF]));
}

#[test]
fn times_may_be_counted_in_other_units() {
    let scale = element(&[0x2A, 0xD7, 0xB1], &[0x27, 0x10]);
    let (length, ..) = told(&file(&UNKNOWN, &[], &scale), 2_000.0);
    assert!((length - 200_000.0).abs() < 0.001);
}

#[test]
fn a_length_that_is_there_is_replaced() {
    let old = element(&[0x44, 0x89], &1_f64.to_be_bytes());
    let file = file(&UNKNOWN, &[], &old);
    let (head, taken) = with_length(&file, 5.0).unwrap_or_default();
    let again = [head.clone(), file[taken..].to_vec()].concat();
    let (second, ..) = with_length(&again, 7.0).unwrap_or_default();
    assert_eq!(head.len(), second.len());
    assert_ne!(head, second);
}

#[test]
fn a_list_of_places_that_move_is_taken_out() {
    let seek = element(&[0x11, 0x4D, 0x9B, 0x74], &[7; 40]);
    let file = file(&UNKNOWN, &seek, &[]);
    let (head, _) = with_length(&file, 5.0).unwrap_or_default();
    let at = element(&[0x1A, 0x45, 0xDF, 0xA3], b"doctype").len() + 12;
    let mut void = vec![VOID];
    void.extend(size(seek.len() as u64 - 9, 8).unwrap_or_default());
    assert_eq!(head[at..at + 9], void);
    assert!(head[at + 9..at + seek.len()].iter().all(|byte| *byte == 0));
}

#[test]
fn a_known_size_grows_along() {
    let known = size(500, 8).unwrap_or_default();
    let file = file(&known, &[], &[]);
    let (head, taken) = with_length(&file, 5.0).unwrap_or_default();
    let at = element(&[0x1A, 0x45, 0xDF, 0xA3], b"doctype").len() + 4;
    let grown = 500 + head.len() - taken;
    assert_eq!(head[at..at + 8], size(grown as u64, 8).unwrap_or_default());
}

#[test]
fn what_is_no_such_file_stays_as_it_is() {
    let whole = file(&UNKNOWN, &[], &[1]);
    assert_eq!(with_length(&whole, 1.0), None, "an element that is cut off");
    for bytes in [&[][..], &[0], &[0xFF; 9], b"ftypisom"] {
        assert_eq!(with_length(bytes, 1.0), None);
    }
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(bytes: Vec<u8>, length: f64) {
        with_length(&bytes, length);
    }

    #[test]
    fn a_damaged_head_can_be_read(at in 0_usize..60, byte: u8, cut in 0_usize..80) {
        let seek = element(&[0x11, 0x4D, 0x9B, 0x74], &[7; 3]);
        let scale = element(&[0x2A, 0xD7, 0xB1], &[1, 2, 3]);
        let mut file = file(&UNKNOWN, &seek, &scale);
        let at = at % file.len();
        file[at] = byte;
        file.truncate(file.len() - cut.min(file.len()));
        if let Some((_, taken)) = with_length(&file, 9.0) {
            prop_assert!(taken <= file.len());
        }
    }
}
