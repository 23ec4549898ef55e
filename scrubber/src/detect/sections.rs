//! The part of a search that looks at what stands below a heading such as `passwords:`, `[credentials]` or `SECRETS = {`: the values of
//! its entries, whatever they are called.

use super::assign::{Joint, Value};
use super::keys::Key;
use super::search::{AHEAD, Search};

/// Entries that are looked at below one heading.
const ENTRIES_MAX: usize = 24;

impl Search<'_> {
    /// Looks at the entries below the heading `window[start..end]`, if it is one.
    pub(super) fn section(&mut self, key: Key, start: usize, end: usize) {
        let text = self.window.bytes();
        let name = text.get(start..end).unwrap_or_default();
        let Some((block, first)) = Block::read(text, start, end).filter(|_| is_collective(name)) else { return };
        let key = if key == Key::Access { Key::Secret } else { key };
        let mut at = self.window.offset(first);
        for _ in 0..ENTRIES_MAX {
            self.open(at, AHEAD);
            let Some((value, next)) = block.entry(self.window.bytes(), self.window.place(at)) else { return };
            if let Some(value) = value {
                self.judge(key, value);
                // Credentials are tokens or passwords.
                if key == Key::Secret {
                    self.judge(Key::Password, value);
                }
            }
            let next = self.window.offset(next);
            if next <= at {
                return;
            }
            at = next;
        }
    }
}

/// A name of many: `passwords`, `DB_CREDENTIALS`, `creds`.
fn is_collective(name: &[u8]) -> bool {
    [b"passwords".as_slice(), b"passwds", b"credentials", b"secrets", b"creds", b"logins", b"passphrases"]
        .iter()
        .any(|word| name.len() >= word.len() && name.get(name.len() - word.len()..).is_some_and(|end| end.eq_ignore_ascii_case(word)))
}

/// How the entries of a section are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Members in brackets, parted by commas or lines.
    Braces,
    /// Lines that are indented more than this, or marked as those of a list.
    Indented(usize),
    /// Lines down to the next heading.
    Lines,
}

impl Block {
    /// The kind of block that the heading `text[start..end]` begins, and where its first entry may stand.
    fn read(text: &[u8], start: usize, end: usize) -> Option<(Self, usize)> {
        let line = text.get(..start)?.rsplit(|byte| *byte == b'\n').next()?;
        let indent = line.iter().take_while(|byte| b" \t".contains(byte)).count();
        let rest = text.get(end..)?;
        let closed = rest.iter().take(3).take_while(|byte| b"\"'*`]".contains(byte)).count();
        let gap = rest.get(closed..)?.iter().take_while(|byte| b" \t".contains(byte)).count();
        let sign = closed + gap;
        if line.ends_with(b"[") && rest.first() == Some(&b']') && line.len() == indent + 1 {
            return Some((Self::Lines, end + sign + line_break(rest.get(sign..)?)?));
        }
        if line.trim_ascii_start().starts_with(b"#") && line_break(rest.get(sign..)?).is_some() {
            return Some((Self::Lines, end + sign + line_break(rest.get(sign..)?)?));
        }
        let length = match rest.get(sign..)? {
            [b':', b'=', ..] | [b'=', b'>', ..] => 2,
            [b':' | b'=', ..] => 1,
            _ => return None,
        };
        let after = sign + length;
        let emphasis = rest.get(after..)?.iter().take(2).take_while(|byte| **byte == b'*').count();
        let after = after + emphasis;
        let gap = rest.get(after..)?.iter().take_while(|byte| b" \t".contains(byte)).count();
        let next = rest.get(after + gap)?;
        if b"{[".contains(next) {
            return Some((Self::Braces, end + after + gap + 1));
        }
        let line = line_break(rest.get(after + gap..)?)?;
        Some((Self::Indented(indent), end + after + gap + line))
    }

    /// The value of the entry that starts at `at`, where it has one, and where the next one starts.
    fn entry(self, text: &[u8], at: usize) -> Option<(Option<Value>, usize)> {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        if self == Self::Braces {
            return member(text, at);
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end)?;
        let indent = line.iter().take_while(|byte| b" \t".contains(byte)).count();
        let marks = line.get(indent..)?.iter().take_while(|byte| b"-*+ \t|".contains(byte)).count();
        let body = line.get(indent + marks..)?;
        if body.trim_ascii().is_empty() {
            // One empty line may stand below a heading.
            return (self == Self::Lines || rest.get(end + 1) != Some(&b'\n')).then_some((None, at + end + 1));
        }
        let inside = match self {
            Self::Indented(own) => indent > own || marks > 0,
            Self::Lines | Self::Braces => !body.starts_with(b"[") && !line.starts_with(b"#"),
        };
        inside.then_some((of_line(text, at + indent + marks, at + end), at + end + 1))
    }
}

/// The length of what ends a line here.
fn line_break(text: &[u8]) -> Option<usize> {
    match text {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

/// The value of `name: value`, `name = value` or of a value alone in a line.
fn of_line(text: &[u8], start: usize, end: usize) -> Option<Value> {
    let line = text.get(start..end)?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.@-\"'`* ".contains(byte);
    let name = line.iter().take_while(|byte| is_name(byte)).count();
    let sign = line.get(name..)?.iter().take(2).take_while(|byte| b":=>".contains(byte)).count();
    let from = if sign > 0 && name > 0 && name < 48 { name + sign } else { 0 };
    let value = line.get(from..)?;
    let head = value.iter().take_while(|byte| b" \t\"'`*".contains(byte)).count();
    let value = value.get(head..)?;
    let length = value.iter().take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'`".contains(byte)).count();
    let length = length - usize::from(value.get(..length)?.ends_with(b","));
    // What goes on behind the value is a sentence, unless it is a remark.
    let rest = value.get(length..)?.trim_ascii_start();
    let rest = rest.iter().position(|byte| !b"\"'`,*".contains(byte)).and_then(|at| rest.get(at..)).unwrap_or_default();
    let alone = rest.trim_ascii_start().first().is_none_or(|byte| b"#(/;".contains(byte));
    let quoted = head > 0 && value.get(length).is_some_and(|byte| b"\"'`".contains(byte));
    (length > 0 && alone).then_some(said(start + from + head, start + from + head + length, quoted))
}

/// The value of the member that starts at `at`, and where the next one starts; no more behind a bracket that closes.
fn member(text: &[u8], at: usize) -> Option<(Option<Value>, usize)> {
    let rest = text.get(at..)?;
    let gap = rest.iter().take(64).take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
    let mut place = gap;
    let mut value = None;
    // The last literal before the comma or the line's end is the value; of a list each is one.
    loop {
        match *rest.get(place)? {
            b'}' | b']' if place == gap => return None,
            b'{' | b'[' | b'(' if place == gap => place += 1,
            b',' | b'\n' | b'}' | b']' => return Some((value, at + place)),
            b'{' | b'[' | b'(' => return None,
            quote @ (b'"' | b'\'' | b'`') => {
                let length = memchr::memchr2(quote, b'\n', rest.get(place + 1..)?)?;
                value = (length > 0).then(|| said(at + place + 1, at + place + 1 + length, true));
                place += length + 2;
            }
            _ => place += 1,
        }
    }
}

fn said(start: usize, end: usize, quoted: bool) -> Value {
    Value { start, end, joint: Joint::Said, quoted, literal: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<&str> {
        let start = text.find(['p', 'P']).unwrap_or(0);
        let Some((block, mut at)) = Block::read(text.as_bytes(), start, start + 9) else { return Vec::new() };
        let mut values = Vec::new();
        while let Some((value, next)) = block.entry(text.as_bytes(), at) {
            values.extend(value.and_then(|value| text.get(value.start..value.end)));
            at = next;
        }
        values
    }

    #[test]
    fn entries_below_a_heading_are_found() {
        for (text, expected) in [
            ("passwords:\n  ann: a1\n  bob: \"b2\"\nother: x", vec!["a1", "b2"]),
            ("passwords:\n  - a1\n  - 'b2'\n", vec!["a1", "b2"]),
            ("passwords:\n- ann: a1 # old\n- bob = b2\n\n\nnext: x", vec!["a1", "b2"]),
            ("[passwords]\nann = a1\nbob=b2\n[next]\nx = y", vec!["a1", "b2"]),
            ("# passwords\n\nann: a1\n# next\nx: y", vec!["a1"]),
            ("{\"passwords\": {\"ann\": \"a1\", \"bob\": \"b2\"}, \"n\": \"x\"}", vec!["a1", "b2"]),
            ("PASSWORDS = {\n    'ann': 'a1',\n    'bob': 'b2',\n}\nx = 'y'", vec!["a1", "b2"]),
            ("PASSWORDS = ['a1', 'b2']\nx", vec!["a1", "b2"]),
            ("passwords: must be long\n  x: y", vec![]),
            ("passwords:\nnext: x", vec![]),
            ("the passwords\n  x: y", vec![]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }
}
