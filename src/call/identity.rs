//! Which certificates both ends of a connection have, as its descriptions name them: whoever sits in
//! the middle has another one.

use std::collections::BTreeSet;

use crate::protocol::PeerId;

/// So many fingerprints of one description are looked at: pages have one.
const MOST: usize = 16;

/// The two ends of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Oneself.
    pub own: PeerId,
    /// The other.
    pub peer: PeerId,
    /// The fingerprints of both ends' certificates, the same text on both sides.
    pub fingerprints: String,
}

/// The fingerprints of both ends (RFC 8122, section 5), in an order that does not depend on which end
/// is asked. `None` while one of them has none.
///
/// A description with several is bound to all of them: to add one on the way changes the text as much as
/// to replace one.
pub(super) fn fingerprints(local: &str, remote: &str) -> Option<String> {
    let (mut one, mut other) = (of(local)?, of(remote)?);
    if other < one {
        std::mem::swap(&mut one, &mut other);
    }
    Some(format!("{one}\n{other}"))
}

fn of(description: &str) -> Option<String> {
    let all: BTreeSet<String> = description
        .lines()
        .filter_map(|line| line.trim_end().strip_prefix("a=fingerprint:"))
        .filter_map(read)
        .take(MOST * 64)
        .collect();
    let is_sound = !all.is_empty() && all.len() <= MOST;
    is_sound.then(|| all.into_iter().collect::<Vec<_>>().join(" "))
}

/// A fingerprint in one way of writing.
fn read(text: &str) -> Option<String> {
    let mut words = text.split_ascii_whitespace();
    let (hash, value) = (words.next()?, words.next()?);
    // The longest is that of SHA-512.
    let is_short = hash.len() <= 16 && value.len() <= 3 * 64;
    is_short.then(|| {
        format!(
            "{}:{}",
            hash.to_ascii_lowercase(),
            value.to_ascii_uppercase()
        )
    })
}

#[cfg(test)]
mod tests;
