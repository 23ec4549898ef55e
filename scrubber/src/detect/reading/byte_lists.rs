//! The part of a search that reads lists of bytes as the text they spell: `[]byte{115, 107}`, `{"type":"Buffer","data":[115,107]}`,
//! `char key[] = {0x73, 0x6b}`.
//!
//! A list is looked at behind the name of a type, or behind one that announces a secret. It counts when something is found in its
//! text, when its name announces what it spells, or when that is the name of a key and its bytes are random.

use super::decode;
use super::encoded::LAYERS_MAX;
use crate::detect::builtin::Builtin;
use crate::detect::context::keys::{self, Key};
use crate::detect::search::{Search, byte_at, name_start};

/// Types of bytes, by the words that they begin with.
pub(in crate::detect) const TYPES: &[&str] = &[
    "byte",
    "Byte",
    "Buffer",
    "Uint8Array",
    "uint8",
    "UInt8",
    "u8",
    "char",
    "fromCharCode",
    "fromCodePoint",
    "chr(",
    "chr,",
    "Chr(",
    "ChrW(",
    "CHR(",
    "CHAR(",
];

/// Bytes between the type and the bracket of the list.
const GAP_MAX: usize = 64;
/// No shorter list spells a secret.
const LIST_MIN: usize = 8;
/// Longer lists are data.
const LIST_MAX: usize = 8192;
/// The name of a call that makes a character of a number is no longer.
const CALL_MAX: usize = 8;
/// Bytes before a list that may hold its name.
const NAME_BACK: usize = 96;

impl Search<'_> {
    /// The name of a type of bytes stands at `word`.
    pub(in crate::detect) fn byte_list(&mut self, word: usize) {
        let text = self.text;
        if word < self.bytes_to || self.layer >= LAYERS_MAX {
            return;
        }
        let Some(start) = opening(text, word) else { return };
        self.list(start, name_of(text, word, start));
    }

    /// The name `key` ends at `end`: its value may be a list without a type, as YAML and JSON write it.
    pub(in crate::detect) fn list_of_name(&mut self, key: Key, end: usize) {
        let text = self.text;
        if key == Key::Hint || end < self.bytes_to || self.layer >= LAYERS_MAX {
            return;
        }
        if let Some(start) = behind_name(text, end) {
            self.list(start, text.get(name_start(text, end)..end).unwrap_or_default());
        }
    }

    /// Looks at the list whose first number starts at `start` and that is assigned to `name`.
    fn list(&mut self, start: usize, name: &[u8]) {
        let text = self.text;
        let mut nested = self.nested.take().unwrap_or_default();
        let mut decoded = std::mem::take(&mut nested.decoded);
        decoded.clear();
        if !name.is_empty() {
            decoded.extend_from_slice(name);
            decoded.push(b'=');
        }
        let head = decoded.len();
        let end = read(text, start, &mut decoded);
        self.bytes_to = end;
        self.work += (end - start) as u64;
        let list = decoded.get(head..).unwrap_or_default();
        let odd = list.iter().filter(|byte| !decode::is_text(**byte)).count();
        if list.len() >= LIST_MIN
            && odd * 8 <= list.len()
            && let Some(rule) = self.scan_nested(&decoded, &mut nested).first().map(|finding| finding.rule)
        {
            self.report_rule(rule, start, end);
        } else if is_key(list) && matches!(keys::classify(name), Some(Key::Secret | Key::Access)) {
            self.report(Builtin::GenericSecret, start, end);
        }
        nested.decoded = decoded;
        self.nested = Some(nested);
    }
}

/// Where the first number of the list starts that follows the type at `word`.
fn opening(text: &[u8], word: usize) -> Option<usize> {
    let near = text.get(word..text.len().min(word + GAP_MAX))?;
    let brackets = memchr::memchr3_iter(b'[', b'{', b'(', near).map(|at| word + at + 1);
    brackets.map(|at| blanks(text, at)).find(|at| {
        // Only what another number follows is a list.
        number(text, *at).is_some_and(|(_, end)| next_item(text, end).is_some())
    })
}

/// Where the first number of a list starts that is assigned to the name ending at `end`: `key: [1, 2`, `"key": [1, 2`, `key:\n  - 1\n`.
fn behind_name(text: &[u8], end: usize) -> Option<usize> {
    let quote = text.get(end..)?.iter().take(4).take_while(|byte| b"\\\"'".contains(byte)).count();
    // `APPKEY[16] = {`
    let length =
        text.get(end..)?.iter().take(6).take_while(|byte| byte.is_ascii_digit() || b"[]".contains(byte)).count();
    let sign = blanks(text, end + quote.max(length));
    if !b":=".contains(&byte_at(text, sign)) {
        return None;
    }
    let at = blanks(text, sign + 1);
    let first = match byte_at(text, at) {
        b'[' | b'{' => blanks(text, at + 1),
        _ => block_item(text, sign + 1)?,
    };
    number(text, first).filter(|(_, end)| next_item(text, *end).is_some()).map(|_| first)
}

/// Whether a machine made the bytes of a list up: most of those that count, fill tables or spell text are small.
fn is_key(list: &[u8]) -> bool {
    const LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
    let large = list.iter().filter(|byte| **byte >= 128).count();
    let repeated = list.windows(2).filter(|pair| matches!(pair, [a, b] if a.abs_diff(*b) <= 1)).count();
    LENGTHS.contains(&list.len()) && large * 4 >= list.len() && repeated * 4 <= list.len()
}

/// The name that the list is assigned to, before the first sign of its line: the type stands before or behind it.
fn name_of(text: &[u8], word: usize, start: usize) -> &[u8] {
    let low = word.saturating_sub(NAME_BACK);
    let line = text.get(low..word).unwrap_or_default();
    let line = line.iter().rposition(|byte| b"\n{}".contains(byte)).map_or(0, |at| at + 1);
    let escaped = text.get(low..word).and_then(|it| memchr::memmem::rfind(it, b"\\n")).map_or(0, |at| at + 2);
    let from = low + line.max(escaped);
    let before = text.get(from..start).unwrap_or_default();
    let Some(sign) = before.iter().position(|byte| b"=:".contains(byte)) else { return b"" };
    let is_joint = |byte: &&u8| b" \t=:[];\"'\\0123456789".contains(byte);
    // The length of an array stands between its name and the sign.
    let joint = before.get(..sign).unwrap_or_default().iter().rev().take_while(is_joint).count();
    let end = from + sign - joint;
    text.get(name_start(text, end)..end).unwrap_or_default()
}

/// Appends the bytes of the list whose first number starts at `at`; says where the last one ends.
fn read(text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let (mut next, mut last) = (at, at);
    while let Some((value, end)) = number(text, next) {
        out.push(value);
        last = end;
        match next_item(text, end).filter(|_| out.len() < LIST_MAX) {
            Some(item) => next = item,
            None => break,
        }
    }
    last
}

/// Where the number starts that a comma parts from the one that ends at `end`, or a sign between two calls: `chr(115) . chr(107)`.
fn next_item(text: &[u8], end: usize) -> Option<usize> {
    let at = blanks(text, end);
    if byte_at(text, at) == b',' {
        return Some(remark(text, blanks(text, at + 1)));
    }
    if let Some(item) = block_item(text, end) {
        return Some(item);
    }
    let sign = blanks(text, (byte_at(text, at) == b')').then_some(at + 1)?);
    let rest = text.get(sign..)?;
    let length = if rest.starts_with(b"||") { 2 } else { usize::from(b",.+&".contains(rest.first()?)) };
    let call = blanks(text, (length > 0).then_some(sign + length)?);
    let name = text.get(call..)?.iter().take(CALL_MAX).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let named = text.get(call..call + name)?.get(..3)?.eq_ignore_ascii_case(b"chr");
    (named && byte_at(text, call + name) == b'(').then(|| blanks(text, call + name + 1))
}

/// Skips a remark between the items of a list, to the next line.
fn remark(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..text.len().min(at + 96)).filter(|rest| rest.starts_with(b"//"));
    let line = rest.and_then(|rest| memchr::memchr(b'\n', rest).or_else(|| memchr::memmem::find(rest, b"\\n")));
    line.map_or(at, |length| blanks(text, at + length))
}

/// Where the item of a YAML block starts that stands in the line below `end`.
fn block_item(text: &[u8], end: usize) -> Option<usize> {
    let at = blanks(text, end);
    let gap = text.get(end..at)?;
    let breaks = gap.contains(&b'\n') || memchr::memmem::find(gap, b"\\n").is_some();
    (breaks && text.get(at..at + 2) == Some(b"- ")).then_some(at + 2)
}

/// The byte that is written at `at`, and where that ends: `115`, `0x73`, `115u8`, `'s'`.
fn number(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at..text.len().min(at + 8))?;
    let (value, length) = match rest {
        [b'\'', letter, b'\'', ..] => return Some((*letter, at + 3)),
        [b'\'', b'\\', escaped @ ..] => {
            let slashes = 1 + escaped.iter().take_while(|byte| **byte == b'\\').count();
            return match rest.get(1 + slashes..)? {
                [b'n' | b'r', b'\'', ..] => Some((b'\n', at + slashes + 3)),
                [b't', b'\'', ..] => Some((b'\t', at + slashes + 3)),
                [letter @ (b'"' | b'\''), b'\'', ..] => Some((*letter, at + slashes + 3)),
                [b'\'', ..] => Some((b'\\', at + slashes + 2)),
                _ => None,
            };
        }
        [b'0', b'x' | b'X', digits @ ..] => {
            let length = digits.iter().take(3).take_while(|byte| byte.is_ascii_hexdigit()).count();
            let digits = digits.get(..length).filter(|digits| matches!(digits.len(), 1 | 2))?;
            let value =
                digits.iter().filter_map(|digit| decode::digit(*digit)).fold(0, |value, digit| value << 4 | digit);
            (value, 2 + length)
        }
        _ => {
            let length = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
            let digits = rest.get(..length).filter(|digits| (1..=3).contains(&digits.len()))?;
            let value = digits.iter().fold(0u16, |value, digit| value * 10 + u16::from(digit - b'0'));
            (u8::try_from(value).ok()?, length)
        }
    };
    let suffix = if rest.get(length..)?.starts_with(b"u8") { 2 } else { 0 };
    Some((value, at + length + suffix))
}

/// Skips blanks and line ends, escaped ones too.
fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..text.len().min(at + 96)).unwrap_or_default();
    let mut length = 0;
    loop {
        let rest = rest.get(length..).unwrap_or_default();
        let slashes = rest.iter().take(8).take_while(|byte| **byte == b'\\').count();
        match rest.get(slashes) {
            Some(b' ' | b'\t' | b'\r' | b'\n') if slashes == 0 => length += 1,
            Some(b'n' | b'r' | b't') if slashes > 0 => length += slashes + 1,
            _ => return at + length,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::{Engine, KnownIdentities, Scratch};

    fn listed(value: &str, write: impl Fn(u8) -> String) -> String {
        value.bytes().map(write).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_secret_that_is_spelled_by_bytes_is_found() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        let token = ["gl", "pat-", "x7Kq2", "Lm9Zt4", "Wb6Rv1Pa"].concat();
        let line = format!("API_TOKEN={token}");
        let decimal = |byte: u8| byte.to_string();
        let hex = |byte: u8| format!("0x{byte:02x}");
        for (before, list, after) in [
            ("{\"type\":\"Buffer\",\"data\":[", listed(&line, decimal), "]}"),
            ("{\\\"type\\\":\\\"Buffer\\\",\\\"data\\\":[", listed(&line, decimal), "]}"),
            ("var token = []byte{", listed("q7zp4xw2lr9tb6nk", decimal), "}"),
            ("uint8_t secret_key[16] = {\n    ", listed("q7zp4xw2lr9tb6nk", hex), "};"),
            ("uint8_t secret_key[] = {\\n    ", listed("q7zp4xw2lr9tb6nk", hex), "\\n};"),
            (
                "static const char password[] = { ",
                listed("open-1987-sesame", |byte| format!("'{}'", char::from(byte))),
                "};",
            ),
            ("let token: [u8; 26] = [", listed(&token, |byte| format!("{byte}u8")), "];"),
            ("new byte[] {", listed(&line, hex), "}"),
            ("const password = String.fromCharCode(", listed("q7zp4xw2lr9tb6nk", decimal), ");"),
            ("secret = \"\".join(map(chr, [", listed("q7zp4xw2lr9tb6nk", decimal), "]))"),
            ("$password = chr(", listed("q7zp4xw2lr9tb6nk", decimal).replace(", ", ").chr("), ");"),
            ("password = Chr(", listed("q7zp4xw2lr9tb6nk", decimal).replace(", ", ") & Chr("), ")"),
        ] {
            let text = format!("{before}{list}{after}");
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch).first().and_then(|it| text.get(it.start..it.end));
            assert_eq!(found, Some(list.as_str()), "{text}");
        }
    }

    #[test]
    fn a_key_that_is_listed_by_its_bytes_is_found() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        // Spread over all bytes, as those of a key are.
        let bytes = || (1..=16u32).map(|at| (at * 101 + at * at * 37) % 256);
        let list = |between: &str| bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(between);
        for (before, between, after) in [
            ("advanced:\n  network_key:\n    - ", "\n    - ", "\n  pan_id: 57399\n"),
            ("advanced:\\n  network_key:\\n    - ", "\\n    - ", "\\n  pan_id: 57399\\n"),
            ("network_key: [", ", ", "]"),
            ("const TREASURY_PRIVATE_KEY = [", ",", "];"),
            ("{\"aes_key\": [", ", ", "]}"),
            ("{\\\"aes_key\\\": [", ", ", "]}"),
            ("let secret_key: [u8; 16] = [", ", ", "];"),
            ("static const u1_t PROGMEM APPKEY[16] = { ", ", ", " };"),
            ("static const u1_t PROGMEM APPKEY[16] = {\n  ", ", // and so on\n  ", "\n};"),
        ] {
            let list = list(between);
            let text = format!("{before}{list}{after}");
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch).first().and_then(|it| text.get(it.start..it.end));
            assert_eq!(found, Some(list.as_str()), "{text}");
            // Neither the key of a row nor one that everybody reads.
            for (name, other) in [("network", "sort"), ("PRIVATE", "PUBLIC"), ("aes", "row"), ("secret", "public")] {
                let text = text.replace(name, other);
                let found = engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty();
                assert!(found || !text.contains(other), "{text}");
            }
        }
    }

    #[test]
    fn lists_of_other_numbers_are_left_alone() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        for text in [
            "let table: [u8; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];",
            "bytes([72, 101, 108, 108, 111, 44, 32, 119, 111, 114, 108, 100])",
            "u8x16::new(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)",
            "char x[3] = {300, 301, 302};",
            "bytes: [1024, 2048, 4096]",
            "network_key: [1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 13]",
            "private_key: [200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215]",
            "secret_key:\n  - 200\n  - 13\n",
        ] {
            assert!(engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty(), "{text}");
        }
    }
}
