//! A filter of names by their last four bytes: most words announce nothing.

use super::words::{ACCESS, CUT_SHORT, HINTS, PASSWORDS, SECRETS};
use crate::detect::sets::lexicon::words;

/// The endings of all names that announce something: a filter before [`classify`].
pub(in crate::detect) struct Endings {
    bits: Box<[u64; ENDINGS / 64]>,
}

/// One bit in eighty is set.
const ENDINGS: usize = 1 << 16;

impl Endings {
    pub(in crate::detect) fn new() -> Self {
        let mut endings = Self { bits: Box::new([0; ENDINGS / 64]) };
        for word in words(CUT_SHORT) {
            endings.add_word(word.as_bytes());
        }
        // The last one: parts of names of people, `billing_first_name`.
        let more = ["pass", "passe", "psk", "key", "secrets", "credentials", "pswd", "name"];
        for word in words(PASSWORDS).chain(words(SECRETS)).chain(words(ACCESS)).chain(words(HINTS)).chain(more) {
            endings.add_word(word.as_bytes());
        }
        // The last ones: a variable, letters of escapes, marks of differences and searches, the arrow that numbers lines, and the second
        // of two names.
        for separator in *b"_-. \n\"'=&$nt\t+:(\x92/" {
            for word in [*b"pwd", *b"mdp"] {
                let [a, b, c] = word;
                endings.add([separator, a, b, c]);
            }
            for before in 0..32 {
                endings.add([before, separator, b'p', b'w']);
            }
        }
        // `client_sec`, `bot-tok`, `oauth_cs`
        for separator in *b"_-." {
            endings.add([separator, b's', b'e', b'c']);
            endings.add([separator, b't', b'o', b'k']);
            endings.add([b'h', separator, b'c', b's']);
        }
        // `${PW:-x9}`
        endings.add(*b"${pw");
        endings
    }

    fn add_word(&mut self, word: &[u8]) {
        match *word {
            [.., a, b, c, d] => self.add([a, b, c, d]),
            // Only the lowest five bits of a byte count.
            [a, b, c] => (0..32).for_each(|before| self.add([before, a, b, c])),
            _ => {}
        }
    }

    fn add(&mut self, four: [u8; 4]) {
        let place = place(u32::from_le_bytes(four));
        if let Some(bits) = self.bits.get_mut(place / 64) {
            *bits |= 1 << (place % 64);
        }
    }

    /// Whether a name that ends with these bytes may announce something.
    #[inline]
    pub(in crate::detect) fn may(&self, four: u32) -> bool {
        let place = place(four);
        self.bits.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }
}

/// Four bytes without their case, as a place in the filter.
#[inline]
fn place(four: u32) -> usize {
    ((four & 0x1f1f_1f1f).wrapping_mul(0x9E37_79B1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_lets_pass_whatever_names_a_secret() {
        let endings = Endings::new();
        for name in ["client_sec", "oauth_cs", "bot-tok", "apiTok", "tkn", "acct_cred", "ftpPw", "csrf", "x_sess"] {
            let Some(four) = format!(" {name}").as_bytes().last_chunk::<4>().copied() else { continue };
            assert!(endings.may(u32::from_le_bytes(four)), "{name}");
        }
    }
}
