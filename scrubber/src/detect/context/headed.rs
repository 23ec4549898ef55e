//! The part of a search that looks at pages as they are copied: a label fills its line, and the value the next one.
//!
//! ```text
//! Client secret
//! 8Qx…
//! ```
//!
//! Fields of forms and lists of words look the same, so that the value must be one that nothing else can be. What somebody answers
//! to a question for a secret stands so as well: `ann: what's the password?`, and the name of another one before the answer.

use super::keys::Key;
use crate::detect::builtin::Builtin;
use crate::detect::judge::{generic, striking};
use crate::detect::search::{Search, of_two_words};

/// Bytes of a line that is a label, and its words.
const LABEL_MAX: usize = 40;
const WORDS_MAX: usize = 4;
/// Bytes of a value.
const VALUE_MAX: usize = 512;
/// Bytes of the name of who answers.
const SPEAKER_MAX: usize = 24;
/// Labels of an account, two lines above that of its password.
const ACCOUNTS: [&[u8]; 19] = [
    b"user",
    b"username",
    b"user name",
    b"login",
    b"email",
    b"e-mail",
    b"account",
    b"benutzer",
    b"benutzername",
    b"utilisateur",
    b"identifiant",
    b"usuario",
    b"utente",
    b"gebruiker",
    b"gebruikersnaam",
    b"host",
    b"mail",
    b"users",
    "usu\u{e1}rio".as_bytes(),
];

/// Whether a label, or its last word, is that of an account.
pub(in crate::detect) fn is_account(label: &[u8]) -> bool {
    let is = |label: &[u8]| ACCOUNTS.iter().any(|known| label.eq_ignore_ascii_case(known));
    let part = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphabetic() && *byte != b'-';
    is(label) || label.rsplit(part).next().is_some_and(is)
}

impl Search<'_> {
    /// Looks at the line below the one that the name `key` at `start..end` of the window ends.
    pub(in crate::detect) fn below_label(&mut self, key: Key, start: usize, end: usize) {
        let text = self.window.bytes();
        if !text.get(end).is_some_and(|byte| b"\n\r\t *?".contains(byte)) {
            return;
        }
        let key = if key == Key::Hint { of_two_words(text, start, end).unwrap_or(key) } else { key };
        if !matches!(key, Key::Password | Key::Secret) {
            return;
        }
        let answer = answer_below(text, end).filter(|_| key == Key::Secret || asks(line_before(text, end)));
        if let Some((from, to)) = counted_below(text, end).filter(|_| key == Key::Password) {
            return self.report_places(Builtin::GenericPassword, from, to);
        }
        let Some((from, to)) = answer.or_else(|| value_below(text, start, end)) else { return };
        if to == text.len() && !self.window.reaches(self.text.len()) {
            return;
        }
        let value = text.get(from..to).unwrap_or_default();
        // A word in small letters is one of a list more often than a label.
        let label = answer.is_some() || is_label(line_before(text, start), text.get(start..end).unwrap_or_default());
        let (likely, builtin) = match key {
            Key::Password => {
                let short = || label && (generic::is_short_password(value) || striking::is_mixed_up(value));
                let account = || follows_account(text, start) && generic::is_told_password(value, true);
                let answered = || answer.is_some() && generic::is_told_password(value, false);
                (striking::is_striking(value) || short() || answered() || account(), Builtin::GenericPassword)
            }
            Key::Secret | Key::Access | Key::Hint | Key::PasswordOf | Key::SecretOf => {
                (generic::is_told_token(value), Builtin::GenericSecret)
            }
        };
        if likely {
            self.report_places(builtin, from, to);
        }
    }
}

/// The word that fills the line below the label which the name at `start..end` ends; one line between them may be empty.
fn value_below(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let rest = text.get(end..)?;
    let blanks = rest.iter().take(8).take_while(|byte| b" \t*\r".contains(byte)).count();
    let label = is_label(line_before(text, start), text.get(start..end)?) || is_alone(text, start, end);
    if rest.get(blanks) != Some(&b'\n') || !label {
        return None;
    }
    let blanks = blanks + underline(rest.get(blanks..)?);
    let gap = rest.get(blanks..)?.iter().take(24).take_while(|byte| byte.is_ascii_whitespace()).count();
    let breaks = rest.get(blanks..blanks + gap)?.iter().filter(|byte| **byte == b'\n').count();
    let from = end + blanks + gap;
    let line = text.get(from..text.len().min(from + VALUE_MAX))?;
    let line = line.get(..memchr::memchr(b'\n', line).unwrap_or(line.len()))?.trim_ascii_end();
    (breaks <= 2 && !line.is_empty() && !line.iter().any(u8::is_ascii_whitespace)).then_some((from, from + line.len()))
}

/// The line whose length the one below the name at `end` tells, as Subversion keeps passwords: `V 9`.
fn counted_below(text: &[u8], end: usize) -> Option<(usize, usize)> {
    let rest = text.get(end..)?.strip_prefix(b"\nV ")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length: usize = str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()?;
    let below = rest.get(digits..)?.strip_prefix(b"\n")?;
    let from = text.len() - below.len();
    let whole = below.get(length).is_none_or(|next| *next == b'\n');
    (length > 0 && whole && !below.get(..length)?.contains(&b'\n')).then_some((from, from + length))
}

/// The length of a line below a label that makes a heading of it: `=====`, `-----`.
fn underline(below: &[u8]) -> usize {
    const SIGNS_MIN: usize = 3;
    let Some(line) = below.get(1..) else { return 0 };
    let Some(sign) = line.first().filter(|sign| b"=-".contains(sign)) else { return 0 };
    let signs = line.iter().take_while(|byte| *byte == sign).count();
    let ends = matches!(line.get(signs..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
    if signs >= SIGNS_MIN && ends { 1 + signs } else { 0 }
}

/// The word that somebody says in the line below the question which the name at `end` ends: `<ann> …`, `A: …`.
fn answer_below(text: &[u8], end: usize) -> Option<(usize, usize)> {
    let rest = text.get(end..)?.strip_prefix(b"?")?;
    let blanks = rest.iter().take(8).take_while(|byte| b" \t\r".contains(byte)).count();
    let below = rest.get(blanks..)?.strip_prefix(b"\n")?;
    let line = below.get(..memchr::memchr(b'\n', below).unwrap_or(below.len()).min(VALUE_MAX))?.trim_ascii_end();
    // `[10:43] ann: …`
    let stamp = if line.starts_with(b"[") { memchr::memmem::find(line, b"] ")? + 2 } else { 0 };
    let line = line.get(stamp..)?;
    let sign = line.iter().take(SPEAKER_MAX).position(|byte| b":>".contains(byte))?;
    let speaker = line.get(..sign)?.strip_prefix(b"<").unwrap_or(line.get(..sign)?);
    let named =
        !speaker.is_empty() && speaker.iter().all(|byte| byte.is_ascii_alphanumeric() || b" ._-".contains(byte));
    let value = line.get(sign + 1..)?.strip_prefix(b" ")?.trim_ascii();
    let from = text.len() - below.len() + stamp + line.len() - value.len();
    let word = !value.is_empty() && !value.iter().any(u8::is_ascii_whitespace);
    (named && word).then_some((from, from + value.len()))
}

/// Whether a question, of which the last word is the name of a password, asks for the value itself, and not whether there is one or where.
fn asks(question: &[u8]) -> bool {
    const WORDS: [&str; 10] = [
        "hat is",
        "hat's",
        "hats ",
        "hat was",
        "utet ",
        "uel est",
        "u\u{e1}l es",
        "ual es",
        "ual \u{e9}",
        "ual \u{e8}",
    ];
    let sign = question.iter().position(|byte| b":>".contains(byte)).map_or(0, |sign| sign + 1);
    let said = question.get(sign..).unwrap_or_default().trim_ascii();
    !said.iter().any(u8::is_ascii_whitespace)
        || WORDS.iter().any(|word| memchr::memmem::find(said, word.as_bytes()).is_some())
}

/// The part of the line that stands before the place.
fn line_before(text: &[u8], at: usize) -> &[u8] {
    let before = text.get(..at).unwrap_or_default();
    before.get(memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..).unwrap_or_default()
}

/// Whether the name at `start..end` is a word or two, and the first of its line.
fn is_alone(text: &[u8], start: usize, end: usize) -> bool {
    const NAME_MAX: usize = 24;
    let name = text.get(start..end).unwrap_or_default();
    let plain = name.iter().all(|byte| byte.is_ascii_alphabetic() || b"_-".contains(byte));
    name.len() <= NAME_MAX && plain && line_before(text, start).iter().all(u8::is_ascii_whitespace)
}

/// Whether a few words, of which the name is the last one, begin with a capital and are nothing but words.
fn is_label(before: &[u8], name: &[u8]) -> bool {
    let before = before.trim_ascii_start();
    let before = before.strip_prefix(b"**").unwrap_or(before);
    let letters = |text: &[u8]| text.iter().all(|byte| byte.is_ascii_alphabetic() || b" -".contains(byte));
    let first = before.first().or_else(|| name.first());
    before.len() + name.len() <= LABEL_MAX
        && letters(before)
        && letters(name)
        && first.is_some_and(u8::is_ascii_uppercase)
        && before.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count() < WORDS_MAX
}

/// Whether the label of an account and the account stand in the two lines above that of the place.
fn follows_account(text: &[u8], at: usize) -> bool {
    let mut lines = text.get(..at).unwrap_or_default().rsplit(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.next();
    let mut lines = lines.filter(|line| !line.is_empty());
    let account = lines.next().is_some_and(|line| !line.iter().any(u8::is_ascii_whitespace));
    account && lines.next().is_some_and(is_account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_below_a_label_fills_its_line() {
        for (text, expected) in [
            ("Client secret\nopen1\n", Some("open1")),
            ("a\n**Secret**\n\n  open1", Some("open1")),
            ("secret\nopen1\n", Some("open1")),
            ("Client secret\n======\n\nopen1\n", Some("open1")),
            ("Client secret\n------\nopen1\n", Some("open1")),
            ("Client secret\n------ x\nopen1\n", None),
            ("Client secret\nopen 1\n", None),
            ("Client secret\n\n\nopen1\n", None),
            ("x = client secret\nopen1\n", None),
            ("client secret\nopen1\n", None),
            ("This is where you put the secret\nopen1\n", None),
        ] {
            let start = text.to_ascii_lowercase().find("secret").unwrap_or(0);
            let found = value_below(text.as_bytes(), start, start + 6);
            assert_eq!(found.and_then(|(from, to)| text.get(from..to)), expected, "{text}");
        }
        assert_eq!(counted_below(b"K 8\npassword\nV 6\nopen 1\nEND", 12), Some((17, 23)));
        assert_eq!(counted_below(b"K 8\npassword\nV 5\nopen 1\nEND", 12), None);
        assert!(follows_account(b"Username\nann\nPassword", 13));
        assert!(!follows_account(b"Username\nis required\nPassword", 21));
    }
}
