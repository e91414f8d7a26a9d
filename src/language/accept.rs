//! Reading the header `Accept-Language`: few enough lines to have no crate for it.

use super::Language;

/// The language of ours that is wanted most; of those that are wanted alike, the first.
pub(super) fn first(header: &str) -> Option<Language> {
    let mut best = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim();
        let language = match tag {
            "*" => Some(Language::default()),
            _ => Language::from_tag(tag),
        };
        let weight = parts.find_map(weight).unwrap_or(Some(1.0));
        // What has the weight 0 is not wanted, and what is no weight says nothing.
        let Some((language, weight)) = language.zip(weight.filter(|weight| *weight > 0.0)) else {
            continue;
        };
        if best.is_none_or(|(_, most)| weight > most) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// The weight if this parameter is one: from 0 to 1, and `None` within for what is not.
fn weight(parameter: &str) -> Option<Option<f32>> {
    let (name, value) = parameter.split_once('=')?;
    let value = value.trim().parse().ok();
    name.trim()
        .eq_ignore_ascii_case("q")
        .then(|| value.filter(|weight| (0.0..=1.0).contains(weight)))
}
