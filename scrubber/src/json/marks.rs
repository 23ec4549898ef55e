//! Finds the bytes at which the reading of a JSON string has to stop.

/// Where quotes and backslashes stand, sixty-four bytes at a time: one bit for each byte of a block. Every byte is looked
/// at once, and without `unsafe` the compiler makes vector code of it.
pub(super) struct Marks<'a> {
    bytes: &'a [u8],
    /// The block that `bits` are of.
    block: usize,
    bits: u64,
}

impl<'a> Marks<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, block: usize::MAX, bits: 0 }
    }

    /// The place of the first quote or backslash from `at` on.
    #[inline]
    pub(super) fn next(&mut self, at: usize) -> Option<usize> {
        let mut block = at / 64;
        let mut wanted = u64::MAX << (at % 64);
        loop {
            if block != self.block {
                self.load(block)?;
            }
            let bits = self.bits & wanted;
            if bits != 0 {
                return Some(block * 64 + bits.trailing_zeros() as usize);
            }
            block += 1;
            wanted = u64::MAX;
        }
    }

    /// Reads a block; `None` after the last one.
    fn load(&mut self, block: usize) -> Option<()> {
        let rest = self.bytes.get(block * 64..).filter(|rest| !rest.is_empty())?;
        self.bits = match rest.first_chunk::<64>() {
            Some(block) => marks(block),
            None => {
                let mut last = [0; 64];
                last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                marks(&last)
            }
        };
        self.block = block;
        Some(())
    }
}

fn marks(block: &[u8; 64]) -> u64 {
    let mut flags = [0u8; 64];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        *flag = u8::from((byte == b'"') | (byte == b'\\'));
    }
    let (eights, _) = flags.as_chunks::<8>();
    let mut bits = 0;
    for (place, eight) in eights.iter().enumerate() {
        // Gathers the lowest bits of eight bytes in the product's highest byte.
        bits |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_stands_in_its_block() {
        for length in [1, 63, 64, 65, 128, 200] {
            for place in 0..length {
                for mark in [b'"', b'\\'] {
                    let mut text = vec![b'x'; length];
                    text.iter_mut().skip(place).take(1).for_each(|byte| *byte = mark);
                    let mut marks = Marks::new(&text);
                    assert_eq!(marks.next(0), Some(place));
                    assert_eq!(marks.next(place), Some(place));
                    assert_eq!(marks.next(place + 1), None);
                }
            }
        }
    }
}
