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
        let sum = value.iter().rev().take(16).fold(domain.len(), |sum, byte| sum.wrapping_mul(31) + usize::from(*byte));
        let Some(entry) = self.entries.get_mut(sum % ENTRIES) else { return key.pseudonym(domain, &[value]) };
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
