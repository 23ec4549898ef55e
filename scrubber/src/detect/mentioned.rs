//! The part of a search that looks at sentences which name a password or token and hold a word that can be nothing else: `Nimm … als
//! Passwort`, `use the password … on staging`, `the token, which is …`.
//!
//! No grammar is read, so that it holds in every language whose word for a password is known. In return the word itself must be
//! striking: ordinary words, names of algorithms, versions and ids are not.

use std::sync::LazyLock;

use super::builtin::Builtin;
use super::keys::Key;
use super::lexicon::{Words, words};
use super::search::{AHEAD, Search};
use super::{generic, value};

/// Bytes of the sentence that are looked at before and behind the name.
const BEFORE_MAX: usize = 72;
const AFTER_MAX: usize = 96;

/// Bytes of a striking word.
const LENGTH_MIN: usize = 8;
const LENGTH_MAX: usize = 64;

impl Search<'_> {
    /// Looks at the words around the name `key`, which ends at `end` of the text.
    pub(super) fn mentioned(&mut self, key: Key, start: usize, end: usize) {
        let key = if key == Key::Hint && self.is_kind_of_key(start) { Key::Secret } else { key };
        if !matches!(key, Key::Password | Key::Secret) || !self.may_be_mentioned(start, end) {
            return;
        }
        self.work += 1;
        self.open(end, AHEAD);
        let (from, to) = (self.window.place(start), self.window.place(end));
        let text = self.window.bytes();
        let head = text.get(from.saturating_sub(BEFORE_MAX)..from).unwrap_or_default();
        let tail = text.get(to..text.len().min(to + AFTER_MAX)).unwrap_or_default();
        let head = head.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let tail = tail.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let (low, high) = (from - head.len(), to + tail.len());
        let mut at = low;
        while at < high {
            let Some((start, end)) = next_word(text, at, high) else { break };
            at = end;
            // What is cut off at the ends of what is looked at is no whole word.
            let cut = start == low && low > 0 && !head.is_empty() && is_inner(text, low) || end == high && is_inner(text, high);
            let (start, end) = trimmed(text, start, end);
            let word = text.get(start..end).unwrap_or_default();
            if !cut && (is_striking(word) || key == Key::Secret && is_token(text, start, word)) {
                let builtin = if key == Key::Password { Builtin::GenericPassword } else { Builtin::GenericSecret };
                let (start, end) = (self.window.offset(start), self.window.offset(end));
                self.report(builtin, start, end);
                return;
            }
        }
    }

    /// `the API key`, `an access key`: the word before the name says that it is one for a service.
    fn is_kind_of_key(&self, start: usize) -> bool {
        let before = self.text.get(start.saturating_sub(8)..start).unwrap_or_default();
        ["api ", "API ", "Api ", "access ", "secret ", "private ", "API-"].iter().any(|word| before.ends_with(word.as_bytes()))
    }

    /// Whether a striking word may stand near the name: there are digits, and the name is a word of its own.
    fn may_be_mentioned(&self, start: usize, end: usize) -> bool {
        let near = self.text.get(start.saturating_sub(BEFORE_MAX)..self.text.len().min(end + AFTER_MAX));
        near.is_some_and(|near| near.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2)
    }
}

/// Whether the bytes on both sides of `at` belong to one word.
fn is_inner(text: &[u8], at: usize) -> bool {
    let inner = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| !byte.is_ascii_whitespace());
    inner(at.checked_sub(1)) && inner(Some(at))
}

/// The next stretch without blanks and without characters beyond ASCII.
fn next_word(text: &[u8], at: usize, high: usize) -> Option<(usize, usize)> {
    let part = text.get(at..high)?;
    let parts = |byte: &u8| byte.is_ascii_whitespace() || !byte.is_ascii();
    let start = at + part.iter().position(|byte| !parts(byte))?;
    let rest = text.get(start..high)?;
    Some((start, start + rest.iter().position(parts).unwrap_or(rest.len())))
}

/// The word without what sentences put around one; a sign behind digits is its own.
fn trimmed(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && text.get(start).is_some_and(|byte| b"\"'`([{<*_,;:".contains(byte)) {
        start += 1;
    }
    while let Some(byte) = end.checked_sub(1).filter(|last| *last >= start).and_then(|last| text.get(last)) {
        if !b"\"'`)]}>*_,;:.?".contains(byte) {
            break;
        }
        end -= 1;
    }
    (start, end)
}

/// A word that no text holds by chance: made up with digits and a sign, or as a machine mixes letters and digits.
fn is_striking(word: &[u8]) -> bool {
    static KNOWN: LazyLock<Words> = LazyLock::new(|| {
        Words::new(words(
            "aes des3 sha1 sha2 sha3 sha5 md4 md5 hmac pbkdf rsa1 rsa2 rsa4 ecdsa ed25519 x25519 curve25 chacha20 poly1305 blake2 \
             argon2 scrypt base16 base32 base58 base64 utf8 utf16 utf-8 utf-16 x509 oauth rfc iso8601 tls1 http1 http2 win32 win64 \
             ipv4 ipv6 i18n l10n k8s log4j example",
        ))
    });
    let form = value::shape(word);
    let plain = (LENGTH_MIN..=LENGTH_MAX).contains(&form.length)
        && form.digit >= 2
        && form.letters() >= 3
        && form.foreign == 0
        && word.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"!#$%^&".contains(byte))
        && !word.iter().any(|byte| b"/\\=()[]{}<>|;,:\"'`".contains(byte));
    plain
        && (is_signed(word) || is_mixed(word))
        && !KNOWN.occur_in(word)
        && !generic::is_id(word)
        && !generic::is_marker(word)
        && !value::is_placeholder(word)
        && !value::is_code(word)
}

/// `Sommer2024!`, `Tr0ub4dor&3`: letters and digits, and a sign that neither names nor versions have.
fn is_signed(word: &[u8]) -> bool {
    let last = word.len() - 1;
    let signs = word.iter().enumerate().filter(|(_, byte)| b"!$%^&*~#@+".contains(byte));
    let (mut count, mut amid) = (0, 0);
    for (at, byte) in signs {
        count += 1;
        // `issue#1234`, `bcrypt@5.1`, `C++17`, `50%`: only at the end are these signs of a password.
        amid += usize::from(at < last && b"#@+%".contains(byte));
    }
    let mail = word.contains(&b'@') && word.contains(&b'.');
    count > 0 && count > amid && count * 3 <= word.len() && !mail && value::shape(word).letters() >= 3
}

/// `Qx82hhPl`: both cases and digits, and pairs of letters that words seldom have.
fn is_mixed(word: &[u8]) -> bool {
    let form = value::shape(word);
    form.upper >= 2
        && form.lower >= 2
        && form.letters() + form.digit == form.length
        && !form.is_hex(word)
        && value::pieces(word) * 2 >= form.length
        && !value::is_wordlike(word)
}

/// What a sentence calls a token: random, or as many hex digits as keys have behind a word or sign that says so.
fn is_token(text: &[u8], start: usize, word: &[u8]) -> bool {
    const SAYS: &[&[u8]] = &[b" is ", b" was ", b": ", b" = ", b"\"", b"'", b"`", b" it's "];
    if generic::is_told_token(word) && !value::shape(word).is_hex(word) {
        return true;
    }
    let before = text.get(..start).unwrap_or_default();
    let hex = value::shape(word).is_hex(word) && matches!(word.len(), 32 | 48 | 96 | 128) && !word.contains(&b'-');
    hex && generic::is_machine_made(word) && SAYS.iter().any(|says| before.ends_with(says))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn striking_words_are_told_from_names() {
        for word in ["Sommer2024!", "Kx7!vTq2pW", "Tr0ub4dor&3", "Qx82hhPl", "#Admin97#", "blue$Cactus77"] {
            assert!(is_striking(word.as_bytes()), "{word}");
        }
        for word in [
            "OAuth2Client", "AES256Gcm", "PBKDF2-HMAC-SHA256", "bcrypt@5.1.1", "issue#1234", "C++17", "React18", "db-1.internal",
            "v2beta1", "2024-11-02", "user1234", "ann12@acme.example", "src/app2.test1.ts", "README.md#step-12", "8-128", "100%",
            "f(x2,y2)", "ISO8601", "Password1", "step12!",
        ] {
            assert!(!is_striking(word.as_bytes()), "{word}");
        }
    }
}
