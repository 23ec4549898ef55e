//! Hashes of 64 bits that stay the same from build to build, which the standard library's do not promise: they are kept in the cache.
//!
//! Each sixteen bytes are multiplied to twice their width and folded. Nobody gains by making two ids collide who can write transcripts
//! anyway; by chance it happens once in some ten million machines of a million records.

use std::hash::{BuildHasherDefault, Hasher};

const START: u64 = 0x9e37_79b9_7f4a_7c15;
const MIX: u64 = 0xd1b5_4a32_d192_ed03;

/// The hash of an id.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    hash_after(START, bytes)
}

/// The hash of bytes that come after others of the hash `before`.
pub(super) fn hash_after(before: u64, bytes: &[u8]) -> u64 {
    let mut state = fold(before ^ MIX, bytes.len() as u64 ^ START);
    let mut parts = bytes.chunks_exact(16);
    for part in &mut parts {
        let (one, other) = part.split_at(8);
        state = fold(word(one) ^ state, word(other) ^ MIX);
    }
    let (one, other) = parts.remainder().split_at(parts.remainder().len().min(8));
    state = fold(word(one) ^ state, word(other) ^ MIX);
    fold(state ^ START, MIX)
}

fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    match bytes.try_into() {
        Ok(whole) => word = whole,
        Err(_) => word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from),
    }
    u64::from_le_bytes(word)
}

/// Both halves of the product, one over the other.
fn fold(one: u64, other: u64) -> u64 {
    let wide = u128::from(one) * u128::from(other);
    (wide >> 64) as u64 ^ wide as u64
}

/// For maps whose keys are hashes already.
pub(super) type Hashed = BuildHasherDefault<AsItIs>;

/// Hashes a number to itself.
#[derive(Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_after(self.0, bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_its_place_and_the_length_count() {
        let text: Vec<u8> = (0..40).collect();
        let mut seen = std::collections::HashSet::new();
        for length in 0..=text.len() {
            let mut bytes = text.get(..length).unwrap_or_default().to_vec();
            assert!(seen.insert(hash(&bytes)), "{length}");
            for at in 0..length {
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 0x80);
                assert!(seen.insert(hash(&bytes)), "{length} {at}");
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 0x80);
            }
        }
        assert!(seen.insert(hash_after(hash(b"a"), b"b")) && seen.insert(hash_after(hash(b"b"), b"a")));
    }
}
