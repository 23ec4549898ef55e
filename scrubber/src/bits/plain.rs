//! Blocks without vector instructions, which tests hold the others against.

use super::BLOCK;
use super::block::Block;

/// A block in plain code, for processors of which nothing is known. Compilers make vector instructions of most of it.
#[derive(Clone, Copy)]
pub(super) struct Plain([u8; BLOCK]);

impl Plain {
    #[inline(always)]
    fn map(self, change: impl Fn(u8) -> u8) -> Self {
        Self(self.0.map(change))
    }
}

impl Block for Plain {
    #[inline(always)]
    fn load(bytes: &[u8; BLOCK]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> Self {
        self.map(|given| if given == byte { u8::MAX } else { 0 })
    }

    #[inline(always)]
    fn within(self, low: u8, high: u8) -> Self {
        self.map(|given| if given.wrapping_sub(low) <= high - low { u8::MAX } else { 0 })
    }

    #[inline(always)]
    fn or(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(to, from)| *to |= from);
        self
    }

    #[inline(always)]
    fn fold(self) -> Self {
        self.map(|given| given | 0x20)
    }

    #[inline(always)]
    fn bits(self) -> u64 {
        let (eights, _) = self.0.as_chunks::<8>();
        eights.iter().enumerate().fold(0, |bits, (place, eight)| {
            // Gathers the lowest bits of eight bytes in the product's highest byte.
            let lowest = u64::from_le_bytes(*eight) & 0x0101_0101_0101_0101;
            bits | (lowest.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place)
        })
    }
}
