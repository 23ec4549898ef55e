//! The part of a search that looks at what stands below a heading such as `passwords:`, `[credentials]` or `SECRETS = {`: the values of
//! its entries, whatever they are called.

use std::sync::LazyLock;

use super::assign::{Joint, Value};
use super::keys::Key;
use crate::detect::search::{AHEAD, Search};
use crate::detect::sets::lexicon::List;

/// Bytes of what a container is made by.
const MAKER_MAX: usize = 32;

/// Entries that are looked at below one heading.
const ENTRIES_MAX: usize = 24;

/// Headings among the entries of other headings.
const NESTED_MAX: u8 = 6;

/// The sections that were looked at.
#[derive(Default)]
pub(in crate::detect) struct Sections {
    /// What lies before here has been.
    to: usize,
    /// Headings met since in what others began.
    nested: u8,
}

impl Search<'_> {
    /// Looks at the entries below the heading `window[start..end]`, if it is one.
    pub(in crate::detect) fn section(&mut self, key: Key, start: usize, end: usize) {
        let text = self.window.bytes();
        let name = text.get(start..end).unwrap_or_default();
        let block = if is_collective(name) { Block::read(text, start, end) } else { None };
        let Some((block, first)) = block else { return };
        let name = name.to_vec();
        let key = if key == Key::Access { Key::Secret } else { key };
        let mut at = self.window.offset(first);
        // Sections stand in sections, but not in many of them.
        self.sections.nested = if at < self.sections.to { self.sections.nested + 1 } else { 0 };
        if self.sections.nested > NESTED_MAX {
            return;
        }
        let mut depth = 1;
        for _ in 0..ENTRIES_MAX {
            self.open(at, AHEAD);
            let (text, place) = (self.window.bytes(), self.window.place(at));
            let entry = if block == Block::Braces { member(text, place, &mut depth) } else { block.entry(text, place) };
            let Some((value, next)) = entry else { return };
            // `credentials: INTERNET_CREDENTIALS_0`: the name of a type.
            let value = value.filter(|value| {
                let value = text.get(value.start..value.end).unwrap_or_default();
                !is_collective_within(value) && !is_prefix(value, &name)
            });
            if let Some(value) = value {
                self.judge(key, value);
                // Credentials are tokens or passwords, and some of what stands with them is neither.
                if key == Key::Secret {
                    self.judge(Key::Password, Value { quoted: false, ..value });
                }
            }
            let next = self.window.offset(next);
            if next <= at {
                return;
            }
            at = next;
            self.sections.to = self.sections.to.max(at);
        }
    }
}

/// A name of many: `passwords`, `DB_CREDENTIALS`, `creds`.
fn is_collective(name: &[u8]) -> bool {
    const WORDS: [&str; 14] = [
        "passwords",
        "passwds",
        "credentials",
        "secrets",
        "creds",
        "logins",
        "passphrases",
        "Passw\u{f6}rter",
        "contrase\u{f1}as",
        "senhas",
        "credenciales",
        "identifiants",
        "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{438}",
        "\u{41f}\u{430}\u{440}\u{43e}\u{43b}\u{438}",
    ];
    WORDS.iter().any(|word| {
        name.len() >= word.len()
            && name.get(name.len() - word.len()..).is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// `Win32_Security_Credentials = ["Win32_Security"]`: whether the heading's name begins with the value, of two words or more.
fn is_prefix(value: &[u8], name: &[u8]) -> bool {
    value.contains(&b'_') && name.strip_prefix(value).is_some_and(|rest| rest.starts_with(b"_"))
}

/// Whether a word for credentials is part of the value.
fn is_collective_within(value: &[u8]) -> bool {
    value.windows(10).any(|part| part.eq_ignore_ascii_case(b"credential"))
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
        // `[secrets.staging]`, `[[credentials]]`
        if line.trim_ascii_start().iter().all(|byte| *byte == b'[') && line.ends_with(b"[") {
            let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte)).count();
            let close = name + rest.get(name..)?.iter().take_while(|byte| **byte == b']').count();
            return (close > name)
                .then_some(())
                .and_then(|()| line_break(rest.get(close..)?))
                .map(|length| (Self::Lines, end + close + length));
        }
        // A heading that is underlined.
        let below = line_break(rest).and_then(|length| rest.get(length..)).unwrap_or_default();
        let drawn = below.iter().take_while(|byte| b"=-".contains(byte)).count();
        if drawn >= 3 && line.trim_ascii().is_empty() {
            return Some((Self::Lines, end + rest.len() - below.len() + drawn + line_break(below.get(drawn..)?)?));
        }
        let length = match rest.get(sign..)? {
            [b':', b'=', ..] | [b'=', b'>', ..] => 2,
            [b':' | b'=', ..] => 1,
            [b'{', ..] if gap > 0 => 0,
            _ => return None,
        };
        let after = sign + length;
        let emphasis = rest.get(after..)?.iter().take(2).take_while(|byte| **byte == b'*').count();
        let after = after + emphasis;
        let gap = rest.get(after..)?.iter().take_while(|byte| b" \t".contains(byte)).count();
        // `map[string]string{`, `dict(`, `HashMap::from([`: what a container of many is made by.
        let of = rest.get(after + gap..)?;
        let maker = of
            .iter()
            .take(MAKER_MAX)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.:@!<>, []".contains(byte))
            .count();
        let maker = if of.first().is_some_and(|byte| b"{[(".contains(byte)) { 0 } else { maker };
        // `'passwords' => env('SHOP_BROKER', 'users')`: one variable is asked.
        let asked = of.get(..maker).is_some_and(|call| call.ends_with(b"env")) && of.get(maker) == Some(&b'(');
        if !asked && of.get(maker).is_some_and(|byte| b"{[(".contains(byte)) && (maker == 0 || length > 0) {
            return Some((Self::Braces, end + after + gap + maker + 1));
        }
        let line = line_break(rest.get(after + gap..)?)?;
        Some((Self::Indented(indent), end + after + gap + line))
    }

    /// The value of the entry that starts at `at`, where it has one, and where the next one starts.
    fn entry(self, text: &[u8], at: usize) -> Option<(Option<Value>, usize)> {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
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
    if from > 0 && is_other(line.get(..name)?.trim_ascii_end()) {
        return None;
    }
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

/// The next literal from `at` on that is a value, in the brackets of the section or in some within it, and where reading goes on; no
/// more behind the bracket that closes.
fn member(text: &[u8], at: usize, depth: &mut usize) -> Option<(Option<Value>, usize)> {
    let rest = text.get(at..text.len().min(at + MEMBER_MAX))?;
    let mut name: &[u8] = b"";
    let mut place = 0;
    while let Some(&byte) = rest.get(place) {
        match byte {
            b'{' | b'[' | b'(' => *depth += 1,
            b'}' | b']' | b')' => *depth = depth.checked_sub(1).filter(|depth| *depth > 0)?,
            b'"' | b'\'' | b'`' => {
                let length = memchr::memchr2(byte, b'\n', rest.get(place + 1..)?)?;
                let literal = rest.get(place + 1..place + 1 + length)?;
                let after = rest.get(place + 2 + length..).unwrap_or_default().trim_ascii_start();
                let is_name = after.first().is_some_and(|sign| b":=".contains(sign)) || after.starts_with(b"]=");
                if is_name {
                    name = literal;
                } else if length > 0 && !is_other(name) {
                    let start = at + place + 1;
                    return Some((Some(said(start, start + length, true)), start + length + 1));
                } else {
                    name = b"";
                }
                place += length + 1;
            }
            b':' | b'=' => {
                let word = rest.get(..place)?.trim_ascii_end();
                let length =
                    word.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
                if length > 0 {
                    name = word.get(word.len() - length..)?;
                }
                // `{dev: x9, prod: y7}`: without quotes.
                let blanks = rest.get(place + 1..)?.iter().take_while(|byte| **byte == b' ').count();
                let from = place + 1 + blanks;
                let bare = rest
                    .get(from..)?
                    .iter()
                    .take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'`,{}[]()".contains(byte))
                    .count();
                if bare > 0 && blanks > 0 && !is_other(name) {
                    return Some((Some(said(at + from, at + from + bare, false)), at + from + bare));
                }
            }
            b',' | b'\n' | b';' => name = b"",
            _ => {}
        }
        place += 1;
    }
    (rest.len() == MEMBER_MAX).then_some((None, at + MEMBER_MAX))
}

/// Bytes between two values.
const MEMBER_MAX: usize = 256;

/// Whether the member of a credential is none of its secrets.
fn is_other(name: &[u8]) -> bool {
    static OTHERS: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "id name user username login email account host hostname url uri type kind status state date created updated region arn \
             ref algorithm path file description title role roles version scope scopes env port format schema provider service label \
             domain realm required enum",
        )
    });
    let last = name.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    let hump = last.iter().rposition(u8::is_ascii_uppercase).and_then(|at| last.get(at..)).unwrap_or(last);
    OTHERS.holds(last) || OTHERS.holds(hump) || name.ends_with(b"ID")
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
        let mut depth = 1;
        let mut next = |at| {
            if block == Block::Braces {
                member(text.as_bytes(), at, &mut depth)
            } else {
                block.entry(text.as_bytes(), at)
            }
        };
        while let Some((value, next)) = next(at) {
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
            ("passwords := map[string]string{\n\t\"ann\": \"a1\",\n}\nx \"y\"", vec!["a1"]),
            ("PASSWORDS = [(\"ann\", \"a1\")]", vec!["ann", "a1"]),
            ("passwords: {dev: a1, prod: b2}\nx: y", vec!["a1", "b2"]),
            ("\"passwords\": [{\"name\": \"ann\", \"value\": \"a1\"}], \"x\": \"y\"", vec!["a1"]),
            ("[passwords.web]\nann = a1\n", vec!["a1"]),
            ("Passwords\n=====\nann: a1\n", vec!["a1"]),
            ("passwords: must be long\n  x: y", vec![]),
            ("passwords:\nnext: x", vec![]),
            ("the passwords\n  x: y", vec![]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }
}
