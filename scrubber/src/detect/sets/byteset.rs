//! Sets of bytes that cost one look-up a byte, however many they hold.

/// A set of bytes, one bit for each.
pub(in crate::detect) struct ByteSet([u64; 4]);

impl ByteSet {
    /// The bytes given.
    pub(in crate::detect) const fn of(bytes: &[u8]) -> Self {
        let mut bits = [0; 4];
        let mut at = 0;
        while at < bytes.len() {
            bits[(bytes[at] >> 6) as usize] |= 1 << (bytes[at] & 63);
            at += 1;
        }
        Self(bits)
    }

    /// The first bytes of these words.
    pub(in crate::detect) const fn of_first(words: &[&str]) -> Self {
        let mut bits = [0; 4];
        let mut at = 0;
        while at < words.len() {
            let first = words[at].as_bytes()[0];
            bits[(first >> 6) as usize] |= 1 << (first & 63);
            at += 1;
        }
        Self(bits)
    }

    /// Letters and digits of ASCII, and the bytes given.
    pub(in crate::detect) const fn alphanumeric_and(bytes: &[u8]) -> Self {
        const ALPHANUMERIC: ByteSet = ByteSet::of(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        let Self([a, b, c, d]) = Self::of(bytes);
        let Self([e, f, g, h]) = ALPHANUMERIC;
        Self([a | e, b | f, c | g, d | h])
    }

    #[inline(always)]
    pub(in crate::detect) fn holds(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|bits| bits >> (byte & 63) & 1 == 1)
    }

    /// How many of the bytes of the set begin `text`.
    #[inline]
    pub(in crate::detect) fn at_start(&self, text: &[u8]) -> usize {
        text.iter().position(|byte| !self.holds(*byte)).unwrap_or(text.len())
    }

    /// How many end it.
    #[inline]
    pub(in crate::detect) fn at_end(&self, text: &[u8]) -> usize {
        text.len() - text.iter().rposition(|byte| !self.holds(*byte)).map_or(0, |at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let set = ByteSet::alphanumeric_and(b"_-\xff\0");
        for byte in 0..=u8::MAX {
            assert_eq!(set.holds(byte), byte.is_ascii_alphanumeric() || b"_-\xff\0".contains(&byte), "{byte}");
        }
        assert_eq!((set.at_start(b"ab-c d"), set.at_end(b"ab c_d")), (4, 3));
        assert_eq!((set.at_start(b"abc"), set.at_end(b"abc"), set.at_end(b"")), (3, 3, 0));
    }
}
