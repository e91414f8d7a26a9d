//! Two notes to try a speaker with, as a file of sound that is made here: nothing is loaded for it.

use std::f32::consts::TAU;

const RATE: u32 = 16_000;

/// Two notes, in hertz, and how long each of them sounds, in samples.
const NOTES: [f32; 2] = [523.25, 783.99];
const LENGTH: u32 = RATE * 45 / 100;

/// The sound as a WAV file with one channel and 16 bits a sample.
pub(super) fn wav() -> Vec<u8> {
    let samples = NOTES.into_iter().flat_map(note);
    let bytes = 2 * LENGTH * NOTES.len() as u32;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // Plain samples, in one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(RATE.to_le_bytes());
    file.extend((2 * RATE).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples.flat_map(i16::to_le_bytes));
    file
}

/// One note, which swells at once and fades.
fn note(frequency: f32) -> impl Iterator<Item = i16> {
    (0..LENGTH).map(move |i| {
        // So few are exact in 32 bits.
        let (time, end) = (i as f32 / RATE as f32, LENGTH as f32 / RATE as f32);
        let loudness = (time * 100.0).min(1.0) * (1.0 - time / end).powi(2);
        // The cast keeps the whole part, of a number that fits.
        ((time * frequency * TAU).sin() * loudness * 0.3 * f32::from(i16::MAX)) as i16
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_file_of_sound() {
        let file = wav();
        let number =
            |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap_or_default());
        assert_eq!((&file[..4], &file[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
        assert_eq!(number(4) as usize, file.len() - 8);
        assert_eq!(number(40) as usize, file.len() - 44);
        assert_eq!((number(24), number(28)), (RATE, 2 * RATE));
    }

    #[test]
    fn it_begins_and_ends_softly_and_is_never_too_loud() {
        for frequency in NOTES {
            let samples: Vec<_> = note(frequency).collect();
            assert!(samples[0].abs() < 100 && samples[samples.len() - 1].abs() < 100);
            let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max();
            assert!(loudest.is_some_and(|it| (3_000..12_000).contains(&it)));
        }
    }
}
