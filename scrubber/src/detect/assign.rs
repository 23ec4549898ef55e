//! The value that stands beside a name, in any of the ways in which programs, settings and shells write it.

use super::window::Window;

/// How a value was joined to its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// `=`, `:`, `=>`, `:=` and their like, or the attributes and elements of XML.
    Assigned,
    /// A comma between arguments, or a comparison.
    Passed,
    /// White space only: command-line flags, `.netrc`.
    Spaced,
}

/// A value's place in a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    pub start: usize,
    pub end: usize,
    pub joint: Joint,
    /// It stands in quotes, or fills an XML element.
    pub quoted: bool,
}

/// The longest value that is taken whole.
const VALUE_MAX: usize = 2048;
const QUOTES: &[u8] = b"\"'`";

/// The value of the name that ends at `end` and starts at `start`.
pub(super) fn value_after(window: &Window, start: usize, end: usize) -> Option<Value> {
    let text = window.bytes();
    let mut at = end;
    let quoted_name = text.get(at).is_some_and(|byte| QUOTES.contains(byte));
    at = skip(text, at, b"\"'`])", 3);
    at = blank(text, at);
    if quoted_name {
        at = pair_member(text, at);
    }
    at = annotation(text, at);
    let (joint, after) = joint(text, start, end, at, quoted_name)?;
    let line_breaks = joint != Joint::Spaced;
    let mut at = if line_breaks { broad(text, after) } else { blank(text, after) };
    at = type_then_equals(text, at);
    at = opening(text, at);
    let quote = *text.get(at)?;
    let element = joint == Joint::Assigned && text.get(after.wrapping_sub(1)) == Some(&b'>') && is_element(text, start);
    if element {
        let at = broad(text, at);
        let end = until(text, at, |byte| byte == b'<');
        let end = at + text.get(at..end)?.trim_ascii_end().len();
        return (text.get(at) != Some(&b'<') && end > at).then_some(Value { start: at, end, joint, quoted: true });
    }
    if QUOTES.contains(&quote) {
        let triple = text.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
        let open = at + if triple { 3 } else { 1 };
        let depth = window.depth(at);
        let mut end = open;
        while let Some(&byte) = text.get(end) {
            let closes = byte == quote && window.depth(end) <= depth;
            let breaks = byte == b'\n' && !triple;
            if closes || breaks || end - open >= VALUE_MAX {
                break;
            }
            end += 1;
        }
        let open = scheme(text, open);
        return (end > open).then_some(Value { start: open, end, joint, quoted: true });
    }
    if joint == Joint::Passed {
        return None;
    }
    if !line_breaks_allowed(text, after, at) {
        return None;
    }
    let at = scheme(text, at);
    let end = until(text, at, |byte| byte.is_ascii_whitespace() || b"\"'`,;)]}>&|".contains(&byte));
    // The element that a value fills may be closed right behind it.
    let trimmed = text.get(at..end)?;
    let trimmed = trimmed.windows(2).position(|two| two == b"</").and_then(|tag| trimmed.get(..tag)).unwrap_or(trimmed);
    let end = at + trimmed.strip_suffix(b".").unwrap_or(trimmed).len();
    (end > at).then_some(Value { start: at, end, joint, quoted: false })
}

/// A bare value may only stand on a later line where a block was opened; a YAML key with nested keys has none.
fn line_breaks_allowed(text: &[u8], from: usize, to: usize) -> bool {
    !text.get(from..to).unwrap_or_default().contains(&b'\n')
}

/// Reads the sign between name and value at `at`.
fn joint(text: &[u8], start: usize, end: usize, at: usize, quoted_name: bool) -> Option<(Joint, usize)> {
    let sign_end = at + text.get(at..)?.iter().take(4).take_while(|byte| b"=:?|.+-<>!~".contains(byte)).count();
    match text.get(at..sign_end)? {
        b"=" | b":" | b":=" | b"::=" | b":::=" | b"=>" | b"->" | b".=" | b"?=" | b"||=" | b"??=" | b"+=" | b"<-"
        | b"||" | b"??" | b"?:" | b"=:" | b"!:" | b":-" => {}
        b"==" | b"===" | b"!=" | b"!==" => return Some((Joint::Passed, sign_end)),
        b">" if is_element(text, start) => return Some((Joint::Assigned, at + 1)),
        b"=<" | b":<" | b"=|" | b":|" | b":>" | b"=!" => return Some((Joint::Assigned, at + 1)),
        sign if begins_the_value(sign) => {}
        b"" if text.get(at) == Some(&b',') && quoted_name => return Some((Joint::Passed, at + 1)),
        b"" | b"-" | b"." | b"+" | b"!" | b"~" | b"<" if at > end && is_flag(text, start) => {
            return Some((Joint::Spaced, at));
        }
        b"" if at > end && is_alone(text, start, at) => return Some((Joint::Spaced, at)),
        b"" if at > end => {
            return text.get(at).filter(|byte| QUOTES.contains(byte)).map(|_| (Joint::Passed, at));
        }
        // The value begins with what would be a sign elsewhere.
        _ if at > end && (is_flag(text, start) || is_alone(text, start, at)) => return Some((Joint::Spaced, at)),
        _ => return None,
    }
    // A sign such as `=-` belongs to the value from its second byte on.
    let sign = text.get(at..sign_end)?;
    let split = sign == b":-" || begins_the_value(sign);
    Some((Joint::Assigned, if split { at + 1 } else { sign_end }))
}

/// `PASSWORD=?x9`, `password:!x9`: one sign, and a value that begins with a character that may be part of others.
fn begins_the_value(sign: &[u8]) -> bool {
    match sign {
        b"=>" | b"=:" | b"=<" | b"=|" | b"=!" | [b'=', b'=', ..] => false,
        [b'=', _, ..] | [b':', b'~' | b'.' | b'!', ..] => true,
        _ => false,
    }
}

/// `{"name": "API_TOKEN", "value": "…"}` and `key="X" value="…"`: moves to the sign after `value`.
fn pair_member(text: &[u8], at: usize) -> usize {
    let mut next = at;
    if text.get(next) == Some(&b',') {
        next = broad(text, next + 1);
    }
    next = skip(text, next, QUOTES, 1);
    let rest = text.get(next..).unwrap_or_default();
    for word in ["value", "Value", "content", "default"] {
        if let Some(after) = rest.strip_prefix(word.as_bytes()) {
            let place = text.len() - after.len();
            return blank(text, skip(text, place, QUOTES, 1));
        }
    }
    at
}

/// `var token string = …`: skips the type.
fn annotation(text: &[u8], at: usize) -> usize {
    let word = until(text, at, |byte| !(byte.is_ascii_alphanumeric() || b"_*&[]".contains(&byte)));
    if word == at || word - at > 16 || !text.get(at).is_some_and(u8::is_ascii_alphabetic) {
        return at;
    }
    let next = blank(text, word);
    if text.get(next) == Some(&b'=') && next > word { next } else { at }
}

/// `token: str = …`: the value stands after the second sign.
fn type_then_equals(text: &[u8], at: usize) -> usize {
    if !text.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'&') {
        return at;
    }
    let word = until(text, at, |byte| !(byte.is_ascii_alphanumeric() || b"_<>[]&'.:?".contains(&byte)));
    let next = blank(text, word);
    let sign = text.get(next) == Some(&b'=') && text.get(next + 1) != Some(&b'=') && next > word;
    if sign && word - at <= 24 { blank(text, next + 1) } else { at }
}

/// Skips what may stand between the sign and the value's quote: string prefixes, wrappers, brackets.
fn opening(text: &[u8], at: usize) -> usize {
    if text.get(at).is_some_and(|byte| QUOTES.contains(byte)) {
        return at;
    }
    if let Some(entity) = ["&quot;", "&#34;", "&apos;", "&#39;"]
        .iter()
        .find(|entity| text.get(at..).unwrap_or_default().starts_with(entity.as_bytes()))
    {
        return at + entity.len();
    }
    let name = until(text, at, |byte| !(byte.is_ascii_alphanumeric() || b"_.:&@$ ".contains(&byte)));
    if name - at > 40 {
        return at;
    }
    let call = skip(text, name, b"([", 2);
    if text.get(call).is_some_and(|byte| QUOTES.contains(byte)) {
        let wrapper = text.get(at..name).unwrap_or_default();
        let prefix = wrapper.len() <= 2 && !wrapper.contains(&b' ');
        let known = [
            "String::from",
            "Some",
            "new ",
            "Secret",
            "str",
            "bytes",
            "b64",
            "Bytes",
            "to",
            "quote",
            "literal",
            "pulumi.",
        ]
        .iter()
        .any(|start| wrapper.starts_with(start.as_bytes()));
        if prefix || (call > name && known) {
            return call;
        }
    }
    at
}

/// Skips the scheme of an `Authorization` header.
fn scheme(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    for word in
        ["Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token ", "token=", "ApiKey ", "Key ", "AWS4-HMAC-SHA256 "]
    {
        if rest.starts_with(word.as_bytes()) {
            return at + word.len();
        }
    }
    at
}

fn is_element(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(48)..start).unwrap_or_default();
    before.iter().rev().find(|byte| !(byte.is_ascii_alphanumeric() || b"_-.:".contains(byte))) == Some(&b'<')
}

fn is_flag(text: &[u8], start: usize) -> bool {
    start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'-') || text.get(start) == Some(&b'-')
}

/// Whether the name at `start` and one word at `at` fill a line: `.netrc` and its like.
fn is_alone(text: &[u8], start: usize, at: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let blanks = |byte: &u8| b" \t".contains(byte);
    let rest = before.iter().rev().skip_while(|byte| blanks(byte) || "\u{2192}".as_bytes().contains(byte));
    // The number that a listing puts before every line is no part of it.
    let first =
        rest.skip_while(|byte| byte.is_ascii_digit()).find(|byte| !blanks(byte)).is_none_or(|byte| *byte == b'\n');
    let word = until(text, at, |byte| byte.is_ascii_whitespace());
    first && word > at && text.get(blank(text, word)).is_none_or(|byte| *byte == b'\n')
}

fn skip(text: &[u8], at: usize, set: &[u8], max: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take(max).take_while(|byte| set.contains(byte)).count()
}

fn blank(text: &[u8], at: usize) -> usize {
    skip(text, at, b" \t", 64)
}

fn broad(text: &[u8], at: usize) -> usize {
    skip(text, at, b" \t\r\n\\", 64)
}

fn until(text: &[u8], at: usize, stop: impl Fn(u8) -> bool) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take(VALUE_MAX).take_while(|byte| !stop(**byte)).count()
}
