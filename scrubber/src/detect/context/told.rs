//! The part of a search that looks at secrets which stand before what tells of them: `hunter2 is the password`, `still uses … as
//! the API key`.

use super::keys::Key;
use crate::detect::builtin::Builtin;
use crate::detect::judge::{generic, striking, value};
use crate::detect::reading::views;
use crate::detect::search::{Search, byte_at, of_two_words};

/// Words between the one that joins and the name: `as the Acme secret access key`.
const WORDS_MAX: usize = 4;
/// Bytes before a name that are looked at.
const BEFORE_MAX: usize = 128;

impl Search<'_> {
    /// Whether a sentence may lead up to a name at `start` with nothing between it and the word that joins.
    #[inline]
    pub(in crate::detect) fn may_be_told(&self, start: usize) -> bool {
        let near = self.text.get(start.wrapping_sub(4)..start);
        let article = matches!(near, Some([b't', b'h', b'e', b' '] | [_, b'm', b'y', b' '] | [_, b'a', b's', b' ']));
        // `the deploy key`
        let key = || matches!(near, Some([.., b' '])) && self.text.get(start..start + 3) == Some(b"key");
        (article || key()) && told_before(self.text, start).is_some()
    }

    /// Looks at what a sentence says that the name `key` at `start` of the text is.
    #[inline]
    pub(in crate::detect) fn told(&mut self, key: Key, start: usize, end: usize) {
        if byte_at(self.text, start.wrapping_sub(1)) != b' ' {
            return;
        }
        let key = if key == Key::Hint { of_two_words(self.text, start, end).unwrap_or(key) } else { key };
        if matches!(key, Key::Password | Key::Secret) {
            let ends = matches!(self.text.get(end), None | Some(b'\n' | b'\r' | b'\\'));
            self.judge_told(key, start, ends);
        }
        if key == Key::Password
            && byte_at(self.text, end) == b')'
            && let Some((from, to)) = glossed_before(self.text, start)
            && self.text.get(from..to).is_some_and(|value| generic::is_told_password(value, true))
        {
            self.report(Builtin::GenericPassword, from, to);
        }
    }

    /// Looks at what a sentence puts in brackets behind the name `key`, of which the bracket stands at `open`: `the db pass (…)`,
    /// ``the old db_password (`…`)``.
    pub(in crate::detect) fn in_brackets(&mut self, key: Key, open: usize) {
        let text = self.text;
        let inner = text.get(open + 1..text.len().min(open + BEFORE_MAX)).unwrap_or_default();
        let Some(inner) = memchr::memchr(b')', inner).and_then(|close| inner.get(..close)) else { return };
        let quoted = inner.strip_prefix(b"`").and_then(|inner| inner.strip_suffix(b"`"));
        let value = quoted.unwrap_or(inner);
        let from = open + 1 + usize::from(quoted.is_some());
        let (likely, builtin) = match key {
            Key::Password => {
                let short = quoted.is_some() && generic::is_short_password(value);
                (striking::is_striking(value) || striking::is_simple(value) || short, Builtin::GenericPassword)
            }
            Key::Secret => (generic::is_told_token(value), Builtin::GenericSecret),
            Key::Access | Key::Hint | Key::PasswordOf | Key::SecretOf => return,
        };
        // A commit, or another digest.
        let digest = value.len() >= 40 && value::shape(value).is_hex(value);
        if likely && !digest && !value.iter().any(u8::is_ascii_whitespace) {
            self.report(builtin, from, from + value.len());
        }
    }

    /// The name may end its line.
    pub(in crate::detect) fn judge_told(&mut self, key: Key, start: usize, ends: bool) {
        let used = || used_before(self.text, start).filter(|_| key == Key::Secret);
        let told = told_before(self.text, start).or_else(|| taken_before(self.text, start)).or_else(used);
        let told = told.or_else(|| if ends { noted_before(self.text, start) } else { None });
        let Some((from, to, quoted)) = told else { return };
        let value = self.text.get(from..to).unwrap_or_default();
        let (likely, builtin) = match key {
            Key::Password => (generic::is_told_password(value, quoted), Builtin::GenericPassword),
            Key::Secret => (generic::is_told_token(value), Builtin::GenericSecret),
            Key::Access | Key::Hint | Key::PasswordOf | Key::SecretOf => (false, Builtin::GenericSecret),
        };
        if likely {
            self.work += 1;
            self.report(builtin, from, to);
        }
    }
}

/// The word that stands before `is the`, `as my` and their like at the end of what leads up to `start`, and whether it is quoted.
fn told_before(text: &[u8], start: usize) -> Option<(usize, usize, bool)> {
    let low = start.saturating_sub(BEFORE_MAX);
    let mut end = start.checked_sub(1)?;
    let mut article = false;
    for _ in 0..=WORDS_MAX {
        let before = text.get(low..end)?;
        let length = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let from = end - length;
        // `… <- that's the token`, `… (it's my token)`
        if article && before.ends_with(b"'s") {
            let that = ["that's", "That's", "it's"].iter().find(|word| before.ends_with(word.as_bytes()))?;
            return value_before(text, low, low + before_remark(before.get(..before.len() - that.len())?));
        }
        if let Some(before) = before.trim_ascii_end().strip_suffix("作为".as_bytes()) {
            return value_before(text, low, low + before.trim_ascii_end().len());
        }
        if length == 0 || from <= low || byte_at(text, from - 1) != b' ' {
            return None;
        }
        match text.get(from..end)? {
            b"is" | b"was" if article => return value_before(text, low, from - 1),
            // `types "…" into the password field`
            b"into" if article => return value_before(text, low, from - 1).filter(|(_, _, quoted)| *quoted),
            b"as" | b"als" | b"comme" | b"como" | b"come" | b"jako" | b"som" => {
                return value_before(text, low, from - 1);
            }
            b"the" | b"my" | b"our" | b"your" | b"a" | b"an" | b"their" | b"its" => article = true,
            // An adjective stands behind the article.
            _ if article => return None,
            _ => {}
        }
        end = from - 1;
    }
    None
}

/// What stands in backticks before a remark in brackets that the name at `start` ends: `` `…` (the old db_password) ``.
fn glossed_before(text: &[u8], start: usize) -> Option<(usize, usize)> {
    const REMARK_MAX: usize = 24;
    const ARTICLES: [&[u8]; 4] = [b"the ", b"our ", b"my ", b"your "];
    let low = start.saturating_sub(BEFORE_MAX);
    let before = text.get(low..start)?;
    let open = memchr::memrchr(b'(', before).filter(|open| before.len() - open <= REMARK_MAX)?;
    let remark = before.get(open + 1..)?;
    let plain = remark.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ');
    let given = plain && ARTICLES.iter().any(|article| remark.starts_with(article));
    let closed = before.get(..open)?.strip_suffix(b"` ").filter(|_| given)?;
    let from = memchr::memrchr(b'`', closed)? + 1;
    (from < closed.len()).then_some((low + from, low + closed.len()))
}

/// The word before `for the` and a name of up to two words, which no password is told by: algorithms stand there too.
fn used_before(text: &[u8], start: usize) -> Option<(usize, usize, bool)> {
    const JOINTS: [&[u8]; 4] = [b" for the ", b" for my ", b" for our ", b" for your "];
    let low = start.saturating_sub(BEFORE_MAX);
    let before = text.get(low..start)?;
    let adjective = || {
        let word = before.strip_suffix(b" ")?;
        let length = word.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        word.get(..word.len() - length)
    };
    let ends = |text: &[u8]| JOINTS.iter().find_map(|joint| Some(text.strip_suffix(*joint)?.len()));
    value_before(text, low, low + ends(before).or_else(|| ends(adjective()?))?)
}

/// The word before a remark that begins with the name at `start`, or with a word or two before it: `"x9", // Acme API key`.
fn noted_before(text: &[u8], start: usize) -> Option<(usize, usize, bool)> {
    const SIGNS: [&[u8]; 4] = [b" # ", b" // ", b" -- ", b" <- "];
    const NOTED_WORDS_MAX: usize = 2;
    let low = start.saturating_sub(BEFORE_MAX);
    let mut before = text.get(low..start)?;
    for _ in 0..=NOTED_WORDS_MAX {
        if let Some(code) = SIGNS.iter().find_map(|sign| before.strip_suffix(*sign)) {
            let code = code.trim_ascii_end();
            let code = code.strip_suffix(b",").or_else(|| code.strip_suffix(b";")).unwrap_or(code);
            let commit = |value: &[u8]| value.len() == 40 && value::shape(value).is_hex(value);
            return value_before(text, low, low + code.len())
                .filter(|(from, to, _)| !text.get(*from..*to).is_some_and(commit));
        }
        let word = before.strip_suffix(b" ")?;
        let length = word.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        before = word.get(..word.len() - length).filter(|_| length > 0)?;
    }
    None
}

/// The word before what says, in a script without blanks, that it is taken as the name at `start`: `使用…作为密码`, `…をパスワードとして`.
fn taken_before(text: &[u8], start: usize) -> Option<(usize, usize, bool)> {
    const SIGNS: [&str; 5] = ["作为", "作為", "当作", "當作", "を"];
    let low = start.saturating_sub(BEFORE_MAX);
    let before = text.get(low..start)?.trim_ascii_end();
    let before = SIGNS.iter().find_map(|sign| before.strip_suffix(sign.as_bytes()))?;
    value_before(text, low, low + before.trim_ascii_end().len())
}

/// Where the text before a remark ends: before an arrow, a dash, a comma or a bracket.
fn before_remark(text: &[u8]) -> usize {
    const SIGNS: [&str; 9] = ["<-", "<--", "<=", "--", "-", "(", ",", "\u{2190}", "\u{2014}"];
    let text = text.trim_ascii_end();
    let sign = SIGNS.iter().filter(|sign| text.ends_with(sign.as_bytes())).map(|sign| sign.len()).max().unwrap_or(0);
    text.get(..text.len() - sign).unwrap_or_default().trim_ascii_end().len()
}

/// The word that ends at `end`, its quotes left out.
fn value_before(text: &[u8], low: usize, end: usize) -> Option<(usize, usize, bool)> {
    let is_quote = |byte: &u8| b"\"'`*\\".contains(byte);
    let marks = text.get(low..end)?.iter().rev().take(8).take_while(|byte| is_quote(byte)).count();
    let to = end - marks;
    let word = text.get(low..to)?;
    let from = low + graphic_start(word, |byte| *byte == b'*' || !is_quote(byte));
    let from = from + text.get(from..to)?.iter().take(3).take_while(|byte| **byte == b'*').count();
    // What is no whole word began before what is looked at.
    let whole = from > low || low == 0;
    // `src/a.rs:40:` as `grep` prints it.
    let from = from + views::grepped(text.get(from..to).unwrap_or_default());
    // The letter of an escape is none of the value, nor is a colour or the mark of a difference.
    let escape = byte_at(text, from.wrapping_sub(1)) == b'\\' && b"nrt".contains(&byte_at(text, from));
    let from = from + usize::from(escape);
    let from = from + colour(text.get(from..to).unwrap_or_default());
    let begins = escape || from == 0 || byte_at(text, from - 1) == b'\n';
    let from = from + usize::from(begins && byte_at(text, from) == b'+' && from + 1 < to);
    (whole && from < to).then_some((from, to, marks > 0))
}

/// The length of a terminal colour code that a word begins with, without its backslash: `[32m`, `u001b[1;32m`.
fn colour(word: &[u8]) -> usize {
    let Some(open) = memchr::memchr(b'[', word.get(..word.len().min(6)).unwrap_or_default()) else { return 0 };
    let escape = matches!(word.get(..open), Some(b"" | b"u001b" | b"u001B" | b"x1b" | b"x1B" | b"033" | b"e"));
    let rest = word.get(open + 1..).unwrap_or_default();
    let code = rest.iter().take(12).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    if escape && rest.get(code) == Some(&b'm') { open + code + 2 } else { 0 }
}

/// Where the word starts that `text` ends with: signs and letters, also those with accents.
fn graphic_start(text: &[u8], is_part: impl Fn(&u8) -> bool) -> usize {
    let mut start = text.len();
    loop {
        let before = text.get(..start).unwrap_or_default();
        start -= match before {
            [.., byte] if byte.is_ascii_graphic() && is_part(byte) => 1,
            [.., a, b] if value::is_accented(&[*a, *b]) => 2,
            _ => return start,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_what_tells_of_it_is_found() {
        for (text, expected) in [
            ("open1 is the ", Some("open1")),
            ("so `open1` is my ", Some("open1")),
            ("open1 is the admin ", Some("open1")),
            ("still uses open1 as the ", Some("open1")),
            ("set \\\"open1\\\" as ", Some("open1")),
            ("\\nopen1 is our ", Some("open1")),
            ("src/a.rs:40:open1 is our ", Some("open1")),
            ("+open1 is the ", Some("open1")),
            ("\\n+open1 is the ", Some("open1")),
            ("\\u001b[32mopen1 is the ", Some("open1")),
            ("\u{1b}[1;32mopen1 is the ", Some("open1")),
            ("a +open1 is the ", Some("+open1")),
            ("使用 grün1 is our ", Some("grün1")),
            ("使用open1 is our ", Some("open1")),
            ("a.rs:40:What is the ", Some("What")),
            ("what is ", None),
            ("open1 is no ", None),
            ("open1 was reset with ", None),
        ] {
            let found = told_before(text.as_bytes(), text.len());
            assert_eq!(found.and_then(|(from, to, _)| text.get(from..to)), expected, "{text}");
        }
    }
}
