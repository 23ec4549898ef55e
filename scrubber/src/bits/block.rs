//! A block of sixty-four bytes on which comparisons are made at once.

use super::BLOCK;

/// Sixty-four bytes, or for each of them whether something holds (all its bits are set).
pub(super) trait Block: Copy {
    /// Reads a block.
    fn load(bytes: &[u8; BLOCK]) -> Self;
    /// Where the byte is `byte`.
    fn eq(self, byte: u8) -> Self;
    /// Where the byte is one of `low..=high`.
    fn within(self, low: u8, high: u8) -> Self;
    /// Where one of the two holds.
    fn or(self, other: Self) -> Self;
    /// The bytes with the bit 0x20 set: letters in lower case.
    fn fold(self) -> Self;
    /// One bit for each byte for which something holds.
    fn bits(self) -> u64;
}
