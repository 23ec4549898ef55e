//! Keyed pseudonyms: equal for equal values within one installation, and not reversible without the key.

use ring::hmac;
use std::fmt;

/// The installation's secret key for pseudonyms. Made at the first grant of consent, never before.
pub struct PseudonymKey(hmac::Key);

/// A keyed hash of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(pub(crate) [u8; 16]);

impl PseudonymKey {
    /// Takes 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// What events of records in a working folder are tagged with.
    pub fn project(&self, folder: &str) -> crate::ProjectTag {
        crate::ProjectTag(self.pseudonym("project", &[folder.as_bytes()]).half())
    }

    /// Another key that follows from this one, `domain` and `parts`, and does not tell this one.
    pub(crate) fn derived(&self, domain: &str, parts: &[&[u8]]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, self.tag(domain, parts).as_ref()))
    }

    /// Hashes `parts` under `domain`. Parts are kept apart by their lengths.
    pub fn pseudonym(&self, domain: &str, parts: &[&[u8]]) -> Pseudonym {
        let tag = self.tag(domain, parts);
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        Pseudonym(bytes)
    }

    fn tag(&self, domain: &str, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(domain.as_bytes());
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        context.sign()
    }
}

impl Pseudonym {
    /// The number that the first 16 hexadecimal digits write.
    pub(crate) fn half(&self) -> u64 {
        self.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    /// Appends the first `digits` hexadecimal digits (32 at most).
    pub(crate) fn write_hex(&self, digits: usize, out: &mut Vec<u8>) {
        let mut text = [0; 32];
        let (fours, _) = self.0.as_chunks::<4>();
        for (eight, four) in text.as_chunks_mut::<8>().0.iter_mut().zip(fours) {
            *eight = eight_digits(u32::from_be_bytes(*four));
        }
        out.extend_from_slice(text.get(..digits).unwrap_or(&text));
    }
}

/// The eight hexadecimal digits that write a number, made all at once.
fn eight_digits(number: u32) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The nibbles are moved apart until each has a byte.
    let mut nibbles = u64::from(number);
    nibbles = (nibbles | nibbles << 16) & 0x0000_ffff_0000_ffff;
    nibbles = (nibbles | nibbles << 8) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles | nibbles << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    // One for each nibble above nine: those are letters.
    let letters = (nibbles + 6 * EACH) >> 4 & EACH;
    (nibbles + u64::from(b'0') * EACH + letters * u64::from(b'a' - b'0' - 10)).to_be_bytes()
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
