//! How long a recording is, written into its head. The browser writes the head before it knows, so
//! that players neither show the length nor let one jump.
//!
//! WebM is a tree of elements, each with an id, a size and its content (RFC 8794, RFC 9559).

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const SEEK_HEAD: u32 = 0x114D_9B74;
const CLUSTER: u32 = 0x1F43_B675;
const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
const DURATION: u32 = 0x4489;
const VOID: u8 = 0xEC;

/// Where nothing is said, times are in milliseconds: so many nanoseconds.
const SCALE: f64 = 1_000_000.0;

/// The beginning of a file with its length in milliseconds, and how many bytes of the given ones it takes the
/// place of. `None` for what is no beginning of a WebM file.
pub(super) fn with_length(start: &[u8], milliseconds: f64) -> Option<(Vec<u8>, usize)> {
    let mut at = 0;
    let mut segment = None;
    let mut voids = Vec::new();
    loop {
        let head = Head::read(start, at)?;
        let end = head.end().filter(|end| *end <= start.len());
        match head.id {
            SEGMENT if segment.is_none() => {
                segment = Some((at, head));
                at = head.content;
                continue;
            }
            // What it points at moves; players find it all the same.
            SEEK_HEAD => voids.push((at, end?)),
            INFO => {
                let info = info(&start[head.content..end?], milliseconds)?;
                let mut out = start[..at].to_vec();
                for (from, to) in voids {
                    empty(&mut out[from..to])?;
                }
                if let Some((from, segment)) = segment {
                    let more = info.len() as i64 - (end? - at) as i64;
                    grow(&mut out, from, segment, more)?;
                }
                out.extend(info);
                return Some((out, end?));
            }
            CLUSTER => return None,
            _ => {}
        }
        at = end?;
    }
}

/// The element about the whole file, with its length.
fn info(content: &[u8], milliseconds: f64) -> Option<Vec<u8>> {
    let (mut kept, mut scale, mut at) = (Vec::new(), SCALE, 0);
    while at < content.len() {
        let head = Head::read(content, at)?;
        let end = head.end().filter(|end| *end <= content.len())?;
        if head.id == TIMESTAMP_SCALE {
            let value = &content[head.content..end];
            scale = value
                .iter()
                .fold(0.0, |sum, byte| sum * 256.0 + f64::from(*byte));
        }
        if head.id != DURATION {
            kept.extend(&content[at..end]);
        }
        at = end;
    }
    if scale < 1.0 {
        return None;
    }
    let length = milliseconds * 1_000_000.0 / scale;
    kept.extend([0x44, 0x89, 0x88]);
    kept.extend(length.to_be_bytes());
    let mut info = INFO.to_be_bytes().to_vec();
    info.extend(size(kept.len() as u64, 8)?);
    info.extend(kept);
    Some(info)
}

/// Makes room of an element: something to be skipped, as long as it was.
fn empty(element: &mut [u8]) -> Option<()> {
    let length = if element.len() > 9 { 8 } else { 1 };
    let content = element.len().checked_sub(1 + length)?;
    let size = size(content as u64, length)?;
    element.fill(0);
    element[0] = VOID;
    element[1..=length].copy_from_slice(&size);
    Some(())
}

/// Says of the segment that it is longer, unless its length is not known.
fn grow(out: &mut [u8], at: usize, segment: Head, more: i64) -> Option<()> {
    let Some(old) = segment.size else {
        return Some(());
    };
    let from = at + 4;
    let new = size(old.checked_add_signed(more)?, segment.content - from)?;
    out[from..segment.content].copy_from_slice(&new);
    Some(())
}

/// A size in so many bytes, 1 to 8.
fn size(value: u64, length: usize) -> Option<Vec<u8>> {
    let bits = 7 * length as u32;
    // All ones say that it is not known.
    let fits = (1..=8).contains(&length) && value < (1 << bits) - 1;
    fits.then(|| (value | 1 << bits).to_be_bytes()[8 - length..].to_vec())
}

/// What stands before an element's content.
#[derive(Clone, Copy)]
struct Head {
    id: u32,
    /// Where the content begins.
    content: usize,
    /// `None` where it is not known.
    size: Option<u64>,
}

impl Head {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let (id, length) = number(bytes, at)?;
        let id = u32::try_from(id).ok()?;
        let at = at + length;
        let (size, length) = number(bytes, at)?;
        let value = size & !(1 << (7 * length));
        let is_unknown = value == (1 << (7 * length)) - 1;
        Some(Self {
            id,
            content: at + length,
            size: (!is_unknown).then_some(value),
        })
    }

    fn end(self) -> Option<usize> {
        self.content.checked_add(usize::try_from(self.size?).ok()?)
    }
}

/// A number whose leading zeros say how many bytes it has, with the one that ends them, and how many
/// these are.
fn number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let length = bytes.get(at)?.leading_zeros() as usize + 1;
    let bytes = bytes
        .get(at..at.checked_add(length)?)
        .filter(|_| length <= 8)?;
    let value = bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte));
    Some((value, length))
}

#[cfg(test)]
mod tests;
