//! What stands in place of a found value: `[kind:hash]`.
//!
//! The hash is keyed. Where the organisation asks for it, the key changes with time, so that equal hashes mean equal values
//! for that long and no longer, and a part of the value stays: `[payment-card:1a2b3c4d:1111]`, `[email:1a2b3c4d:@acme.example]`.

use super::PolicyParts;
use crate::PseudonymKey;

/// Hexadecimal digits of the keyed hash in a replacement, and of a key's id.
const HASH_DIGITS: usize = 8;
/// Letters and digits that a value has at least where its last four stay: most of it is hidden still.
const LAST4_MIN: usize = 12;

/// How found values are replaced. Default: `[kind:hash]`, under the installation's key for ever.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replacements {
    /// Milliseconds after which hashes are made under another key; `None`: never. Session, user and other fields keep theirs.
    pub rotate_after_ms: Option<i64>,
    /// Kinds of which the last four letters or digits stay, in values that have twelve at least.
    pub last4: Vec<String>,
    /// E-mail domains that stay, in small letters: the organisation's own.
    pub email_domains: Vec<String>,
}

impl Replacements {
    /// Everything in it, for the policy's id.
    pub(super) fn fingerprint(&self) -> Vec<u8> {
        format!("{:?}\n{:?}\n{:?}", self.rotate_after_ms, self.last4, self.email_domains).into_bytes()
    }

    /// The part of the value that stays; empty in most cases.
    fn kept(&self, kind: &str, value: &[u8]) -> Vec<u8> {
        if kind == "email"
            && let Some(at) = memchr::memrchr(b'@', value)
            && let Some(domain) = value.get(at + 1..).map(<[u8]>::to_ascii_lowercase)
            && self.email_domains.iter().any(|own| own.as_bytes() == domain)
        {
            return [b":@", domain.as_slice()].concat();
        }
        let signs = || value.iter().filter(|byte| byte.is_ascii_alphanumeric());
        let count = signs().count();
        if count < LAST4_MIN || !self.last4.iter().any(|known| known == kind) {
            return Vec::new();
        }
        [b':'].iter().chain(signs().skip(count - 4)).copied().collect()
    }
}

/// The key in use, made anew when its time is over.
#[derive(Default)]
pub(super) struct Rotation {
    current: Option<Current>,
}

struct Current {
    period: i64,
    key: PseudonymKey,
    id: String,
}

/// What replacements are written with at one time.
pub(super) struct Stamp<'a> {
    key: &'a PseudonymKey,
    how: &'a Replacements,
}

impl Rotation {
    /// What replacements are written with at a time, in milliseconds since 1970.
    pub(super) fn stamp<'a>(&'a mut self, parts: &'a PolicyParts, now_ms: i64) -> Stamp<'a> {
        let how = &parts.replacements;
        let Some(rotate_after) = how.rotate_after_ms.filter(|ms| *ms > 0) else {
            self.current = None;
            return Stamp { key: &parts.key, how };
        };
        let period = now_ms.div_euclid(rotate_after);
        if self.current.as_ref().is_none_or(|current| current.period != period) {
            // Another length of the periods is another row of keys.
            let key = parts.key.derived("replacements", &[&rotate_after.to_le_bytes(), &period.to_le_bytes()]);
            let mut id = Vec::new();
            key.pseudonym("key id", &[]).write_hex(HASH_DIGITS, &mut id);
            self.current = Some(Current { period, key, id: String::from_utf8_lossy(&id).into_owned() });
        }
        Stamp { key: self.current.as_ref().map_or(&parts.key, |current| &current.key), how }
    }

    /// What replacements are written with where there is no time.
    pub(super) fn stamp_of_no_time(parts: &PolicyParts) -> Stamp<'_> {
        Stamp { key: &parts.key, how: &parts.replacements }
    }

    /// The id of the key that was asked for last; `None` where keys do not change.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.current.as_ref().map(|current| current.id.as_str())
    }
}

impl Stamp<'_> {
    /// Writes what stands for a value, whose escapes are removed.
    pub(super) fn write(&self, kind: &str, value: &[u8], out: &mut Vec<u8>) {
        out.push(b'[');
        out.extend_from_slice(kind.as_bytes());
        out.push(b':');
        // Of the value alone: one secret has one hash, whichever rule finds it.
        self.key.pseudonym("redaction", &[value]).write_hex(HASH_DIGITS, out);
        out.extend_from_slice(&self.how.kept(kind, value));
        out.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(kind: &str, value: &str) -> String {
        let how = Replacements {
            rotate_after_ms: None,
            last4: vec!["payment-card".to_owned()],
            email_domains: vec!["acme.example".to_owned()],
        };
        String::from_utf8_lossy(&how.kept(kind, value.as_bytes())).into_owned()
    }

    #[test]
    fn a_part_stays_only_where_it_was_asked_for() {
        for (kind, value, part) in [
            ("payment-card", "4111 1111 1111 1234", ":1234"),
            ("payment-card", "411111111", ""),
            ("iban", "DE44500105175407324931", ""),
            ("email", "mira@ACME.example", ":@acme.example"),
            ("email", "mira@notacme.example", ""),
            ("email", "mira@acme.example.org", ""),
            ("password", "mira@acme.example", ""),
        ] {
            assert_eq!(kept(kind, value), part, "{kind} {value}");
        }
    }
}
