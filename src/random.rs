//! Randomness that nobody can guess, from the operating system.

/// Random bytes for ids and names.
///
/// # Panics
/// When the operating system has none to give. Ids that can be guessed would let strangers into
/// calls, so there is nothing safe left to do.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "see above")]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
