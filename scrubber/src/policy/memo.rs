//! Remembers the last pseudonyms: session, folder and branch are the same for many records on end.

use crate::{Pseudonym, PseudonymKey};

const ENTRIES: usize = 256;

/// A small direct-mapped cache. Holds raw values in memory only, as the reader's buffer does.
#[derive(Default)]
pub(super) struct Memo {
    entries: Vec<Option<(&'static str, Vec<u8>, Pseudonym)>>,
}

impl Memo {
    pub(super) fn pseudonym(&mut self, key: &PseudonymKey, domain: &'static str, value: &[u8]) -> Pseudonym {
        if self.entries.is_empty() {
            self.entries.resize_with(ENTRIES, || None);
        }
        let Some(entry) = self.entries.get_mut(place(domain, value)) else { return key.pseudonym(domain, &[value]) };
        if let Some((known_domain, known, pseudonym)) = entry
            && *known_domain == domain
            && known == value
        {
            return *pseudonym;
        }
        let pseudonym = key.pseudonym(domain, &[value]);
        match entry {
            Some((known_domain, known, last)) => {
                (*known_domain, *last) = (domain, pseudonym);
                known.clear();
                known.extend_from_slice(value);
            }
            None => *entry = Some((domain, value.to_vec(), pseudonym)),
        }
        pseudonym
    }
}

/// Where a value is looked for: told by its length, its first bytes and its last ones.
fn place(domain: &str, value: &[u8]) -> usize {
    let first = value.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let last = value.last_chunk().map_or_else(
        || value.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        |bytes| u64::from_le_bytes(*bytes),
    );
    let sum = (first ^ last.rotate_left(23)).wrapping_add((domain.len() + value.len()) as u64);
    (sum.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize % ENTRIES
}
