//! Chance, from one seed: the same seed gives the same transcripts on every system and with every version of `rand`.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

const HEX: &[u8] = b"0123456789abcdef";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A seeded source of choices. The named generator is used because its numbers are part of its contract.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    source: Xoshiro256PlusPlus,
    /// Sizes are halved and have short tails, so that a small set is not a few long records.
    pub(crate) small: bool,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { source: Xoshiro256PlusPlus::seed_from_u64(seed), small: false }
    }

    /// A number below `end` (0 when `end` is 0).
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.source.next_u64()) * u128::try_from(end).unwrap_or(u128::MAX);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// The same as [`Dice::between`], for JSON numbers.
    pub(crate) fn int(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high.saturating_sub(low)).unwrap_or(0);
        low + i64::try_from(self.below(span + 1)).unwrap_or(0)
    }

    /// True `share` times out of a thousand.
    pub(crate) fn per_mille(&mut self, share: usize) -> bool {
        self.below(1000) < share
    }

    /// One of the items; the list must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// A size around `median` with a long upper tail: most are near the median, one in a hundred some forty times that.
    pub(crate) fn size(&mut self, median: usize) -> usize {
        // The sum of uniform steps is near enough to a normal distribution; its power of two to a log-normal one.
        let steps: usize = (0..12).map(|_| self.below(1000)).sum();
        let normal = (f64::from(u32::try_from(steps).unwrap_or(6000)) - 5994.0) / 1000.0;
        let base = f64::from(u32::try_from(median).unwrap_or(u32::MAX));
        let size = base * (normal * 1.55).exp();
        // Bounded: floats turn into integers by saturating.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are small and positive")]
        let size = size as usize;
        if self.small {
            (size / 2).clamp(1, median.saturating_mul(12).max(1))
        } else {
            size.clamp(1, median.saturating_mul(60).max(1))
        }
    }

    fn chars(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count).map(|_| char::from(self.pick(alphabet))).collect()
    }

    /// `count` characters of an alphabet given as a string of ASCII characters.
    pub(crate) fn letters(&mut self, alphabet: &str, count: usize) -> String {
        self.chars(alphabet.as_bytes(), count)
    }

    pub(crate) fn hex(&mut self, count: usize) -> String {
        self.chars(HEX, count)
    }

    pub(crate) fn base62(&mut self, count: usize) -> String {
        self.chars(BASE62, count)
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.chars(b"0123456789", count)
    }

    /// Random base64 text of about `count` characters. Above 4 KiB one random block repeats, which is fast and looks
    /// no different to a reader that does not decode it.
    pub(crate) fn base64(&mut self, count: usize) -> String {
        let block = self.chars(BASE64, count.min(4096));
        let mut out = String::with_capacity(count + 4);
        while out.len() < count {
            let take = (count - out.len()).min(block.len());
            out.push_str(block.get(..take).unwrap_or_default());
        }
        while !out.len().is_multiple_of(4) {
            out.push('=');
        }
        out
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let (a, b, c, e) = (self.hex(8), self.hex(4), self.hex(3), self.hex(12));
        let variant = char::from(self.pick(b"89ab"));
        let d = self.hex(3);
        format!("{a}-{b}-4{c}-{variant}{d}-{e}")
    }
}
