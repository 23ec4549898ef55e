//! A name and its value as two members of one object, in either order and with others between them, and values that stand one
//! level deeper than their name: `{"Name": "token", "Type": "x", "Value": "…"}`, `"token": {"value": "…"}`.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Joint, QUOTES, Value, blank, broad, skip, until};

/// How far apart the two members may lie.
const MEMBERS_MAX: usize = 240;
/// A literal one level deeper than its name, under a name that says nothing, is at least so long.
const TOKEN_MIN: usize = 16;
/// Lines of a block that are looked at for a default, and bytes of each.
const BLOCK_LINES_MAX: usize = 6;
const BLOCK_LINE_MAX: usize = 160;
/// The name of a space of XML names and its signs take no more bytes.
const SPACE_MAX: usize = 16;
/// Attributes of an element are looked at as far as this.
const ATTRIBUTES_MAX: usize = 96;
/// So are the properties of an argument before its value.
const PROPERTIES_MAX: usize = 240;

/// The sign after `value` in the rest of the object that goes on at `at`.
pub(super) fn member_ahead(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + MEMBERS_MAX))?;
    let end = rest.iter().position(|byte| b"{}<>[]".contains(byte)).unwrap_or(rest.len());
    let object = rest.get(..end)?;
    members(object).next().or_else(|| default(object)).map(|sign| at + sign)
}

/// The sign after another member of an object that holds the value: a default, the type of a database's field, what a change ends in.
fn default(object: &[u8]) -> Option<usize> {
    const NAMES: [&str; 12] = [
        "\"example\"",
        "\"default\"",
        "\"Default\"",
        "\"S\"",
        "\"string\"",
        "\"stringValue\"",
        "\"string_value\"",
        "\"new\"",
        "\"newValue\"",
        "\"new_value\"",
        "\"#text\"",
        "\"_text\"",
    ];
    memchr::memchr_iter(b'"', object).find_map(|quote| {
        let rest = object.get(quote..).filter(|rest| rest.get(1).is_some_and(|first| b"edDSsn#_".contains(first)))?;
        let name = NAMES.iter().find(|name| rest.starts_with(name.as_bytes()))?;
        let sign = blank(object, quote + name.len());
        (object.get(sign) == Some(&b':')).then_some(sign)
    })
}

/// The literal of a member `value` that stands before the name at `start`, when the name is one of a member `name` or `key`.
pub(super) fn member_behind(text: &[u8], start: usize) -> Option<Value> {
    let low = start.saturating_sub(MEMBERS_MAX);
    let before = text.get(low..start)?;
    let open = before.iter().rposition(|byte| b"{}<>".contains(byte)).map_or(0, |open| open + 1);
    let object = before.get(open..)?;
    let quote = object.last().filter(|byte| QUOTES.contains(byte))?;
    let label = object.get(..object.len() - 1)?.trim_ascii_end();
    let label = label.strip_suffix(b":").or_else(|| label.strip_suffix(b"="))?.trim_ascii_end();
    let label = label.strip_suffix(&[*quote]).unwrap_or(label);
    if !["name", "Name", "key", "Key"].iter().any(|word| label.ends_with(word.as_bytes())) {
        return None;
    }
    let sign = members(object).last()?;
    let at = blank(object, sign + 1);
    let quote = object.get(at).filter(|byte| QUOTES.contains(byte))?;
    let length = memchr::memchr(*quote, object.get(at + 1..)?)?;
    let from = low + open + at + 1;
    Some(Value { start: from, end: from + length, joint: Joint::Assigned, quoted: true, literal: true })
}

/// The end of a value without quotes, which is `at` for a variable that a member is set to, with the blanks of code:
/// `user["password"] = proposed`, `self.password = proposed`. A shell's `creds["password"]=…` has none.
pub(super) fn unless_variable(text: &[u8], start: usize, at: usize, end: usize) -> usize {
    const OWNERS: [&[u8]; 3] = [b"self.", b"this.", b"this->"];
    let before = text.get(start.saturating_sub(8)..start).unwrap_or_default();
    let index = matches!(before, [.., owner, b'[', b'"' | b'\'' | b':'] if owner.is_ascii_alphanumeric() || b"_])".contains(owner));
    let name_like = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let variable = (index
        || OWNERS
            .iter()
            .any(|owner| before.ends_with(owner) || text.get(start..at).is_some_and(|name| name.starts_with(owner))))
        && text.get(at.wrapping_sub(1)) == Some(&b' ')
        && text.get(at..end).is_some_and(|value| value.iter().all(name_like));
    if variable { at } else { end }
}

/// The signs that follow the word `value` in a part of an object.
fn members(object: &[u8]) -> impl Iterator<Item = usize> + '_ {
    static VALUE: LazyLock<Finder> = LazyLock::new(|| Finder::new(b"alue"));
    VALUE.find_iter(object).filter_map(|at| {
        let first = at.checked_sub(1).filter(|at| object.get(*at).is_some_and(|byte| b"vV".contains(byte)))?;
        let before = first.checked_sub(1).and_then(|at| object.get(at));
        let whole = before.is_none_or(|byte| byte.is_ascii_whitespace() || b"\"',:".contains(byte))
            || object.get(..first).is_some_and(|before| before.ends_with(b" default") || before.ends_with(b" string"));
        let sign = blank(object, skip(object, at + 4, QUOTES, 1));
        (whole && object.get(sign).is_some_and(|byte| b":=".contains(byte))).then_some(sign)
    })
}

/// Where the value starts in the object, the element or the YAML block that begins at `at`, after the sign of a name.
pub(super) fn deeper(text: &[u8], after: usize, at: usize) -> Option<usize> {
    if text.get(at) == Some(&b'{') {
        return member_ahead(text, at + 1).map(|sign| blank(text, sign + 1)).or_else(|| first_token(text, at + 1));
    }
    let lines = text.get(after..at)?.contains(&b'\n');
    let rest = text.get(at..)?;
    if lines && rest.starts_with(b"value: ") {
        return Some(blank(text, at + 7));
    }
    if lines && let Some(default) = default_below(text, after, at) {
        return Some(default);
    }
    (lines && rest.starts_with(b"- ")).then(|| blank(text, at + 2))
}

/// Where the value of `Default:` or `example:` starts in the YAML block that begins at `at`, below and deeper than the line that ends at `after`.
fn default_below(text: &[u8], after: usize, at: usize) -> Option<usize> {
    let indent = |place: usize| {
        let before = text.get(..place).unwrap_or_default();
        let line = before.get(memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..).unwrap_or_default();
        (line.iter().take_while(|byte| **byte == b' ').count(), place - line.len())
    };
    let (depth, mut line) = indent(at);
    if text.get(line + depth)? != text.get(at)? || depth <= indent(after).0 {
        return None;
    }
    for _ in 0..BLOCK_LINES_MAX {
        let rest = text.get(line..text.len().min(line + BLOCK_LINE_MAX))?;
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let member = rest.get(..end)?;
        if member.iter().take_while(|byte| **byte == b' ').count() < depth {
            return None;
        }
        let name = member.get(depth..)?;
        if name.starts_with(b"Default: ") || name.starts_with(b"default: ") || name.starts_with(b"example: ") {
            return Some(blank(text, line + depth + "default: ".len()));
        }
        line += end + 1;
    }
    None
}

/// `{"ci": "…"}`: the literal of the first member, if it is as long as tokens are and holds no blank.
fn first_token(text: &[u8], at: usize) -> Option<usize> {
    let name = broad(text, at);
    let quote = *text.get(name).filter(|byte| QUOTES.contains(byte))?;
    let close = until(text, name + 1, |byte| !(byte.is_ascii_alphanumeric() || b"_-./".contains(&byte)));
    let sign = blank(text, skip(text, close, &[quote], 1));
    let value = blank(text, sign + 1);
    let end = until(text, value + 1, |byte| byte == quote || byte.is_ascii_whitespace());
    let literal = text.get(value) == Some(&quote) && text.get(end) == Some(&quote);
    let token = end.saturating_sub(value) > TOKEN_MIN && text.get(value..end)?.iter().any(u8::is_ascii_digit);
    (text.get(close) == Some(&quote) && text.get(sign) == Some(&b':') && literal && token).then_some(value)
}

/// Where the text of an element starts whose tag holds attributes behind its name: `<password encrypted="false">…`.
pub(super) fn after_attributes(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let before = text.get(start.saturating_sub(SPACE_MAX)..start).unwrap_or_default();
    // `<wsse:Password Type="…">`
    let space = before.strip_suffix(b":").map(|space| {
        let name = space.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        space.get(..space.len() - name).unwrap_or_default()
    });
    let opened = space.unwrap_or(before).ends_with(b"<");
    if !opened || text.get(end) != Some(&b' ') {
        return None;
    }
    let tag = text.get(end..text.len().min(end + ATTRIBUTES_MAX))?;
    let close = tag.iter().position(|byte| b"<>\n".contains(byte))?;
    let attributes = tag.get(..close)?;
    if let Some(sign) = members(attributes).next() {
        return Some(blank(text, end + sign + 1));
    }
    let open = tag.get(close) == Some(&b'>') && !attributes.ends_with(b"/") && attributes.contains(&b'=');
    open.then_some(end + close + 1)
}

/// What a tag may wrap the text of an element in: another element, a section of data, or the properties of an argument in a JMeter
/// plan.
pub(super) fn unwrapped(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    const VALUE: &[u8] = b"\"Argument.value\">";
    if rest.starts_with(b"<boolProp ") || rest.starts_with(b"<stringProp ") {
        let properties = rest.get(..rest.len().min(PROPERTIES_MAX)).unwrap_or_default();
        return memchr::memmem::find(properties, VALUE).map_or(at, |value| at + value + VALUE.len());
    }
    let wraps = ["<![CDATA[", "<Value>", "<value>", "<string>", "<String>"];
    wraps.iter().find(|tag| rest.starts_with(tag.as_bytes())).map_or(at, |tag| broad(text, at + tag.len()))
}

/// The literal that takes the place of another one in a listing of changes: `"old" -> "new"`.
pub(in crate::detect) fn changed_to(text: &[u8], value: Value) -> Option<Value> {
    let rest = text.get(value.end..)?;
    // `changed the password from … to …`
    if rest.starts_with(b" to ") && text.get(..value.start)?.ends_with(b" from ") {
        let start = value.end + 4;
        let end = until(text, start, |byte| byte.is_ascii_whitespace() || b",;".contains(&byte));
        return (end > start).then_some(Value { start, end, ..value });
    }
    // `[-old-]{+new+}`
    if rest.starts_with(b"-]{+") {
        let start = value.end + 4;
        let end = until(text, start, |byte| byte.is_ascii_whitespace() || byte == b'}');
        let end = if text.get(..end)?.ends_with(b"+") { end - 1 } else { end };
        return (end > start).then_some(Value { start, end, ..value });
    }
    if let Some(new) = quoted_change(text, value) {
        return Some(Value { start: new.0, end: new.1, ..value });
    }
    let arrow = ["\" -> \"", "' -> '"].iter().find(|arrow| rest.starts_with(arrow.as_bytes()))?;
    let start = value.end + arrow.len();
    let end = until(text, start, |byte| QUOTES.contains(&byte) || byte == b'\n');
    (end > start).then_some(Value { start, end, ..value })
}

/// ``from `old` to `new` ``, in the words of several languages, or `` `old` → `new` ``: where the new value stands.
fn quoted_change(text: &[u8], value: Value) -> Option<(usize, usize)> {
    const WORDS: [(&str, &str); 8] = [
        (" from ", " to "),
        (" von ", " auf "),
        (" von ", " zu "),
        (" de ", " \u{e0} "),
        (" de ", " a "),
        (" de ", " para "),
        (" da ", " a "),
        (" van ", " naar "),
    ];
    let quote = *text.get(value.end).filter(|quote| QUOTES.contains(quote))?;
    let before = text.get(..value.start)?.strip_suffix(&[quote])?;
    let rest = text.get(value.end + 1..)?;
    let told = WORDS.iter().find(|(from, to)| before.ends_with(from.as_bytes()) && rest.starts_with(to.as_bytes()));
    let arrow = || [" \u{2192} ", " -> ", " => "].into_iter().find(|arrow| rest.starts_with(arrow.as_bytes()));
    let joint = told.map(|(_, to)| *to).or_else(|| if quote == b'`' { arrow() } else { None })?;
    let open = value.end + 1 + joint.len();
    let end = until(text, open + 1, |byte| byte == quote || byte == b'\n');
    (text.get(open) == Some(&quote) && text.get(end) == Some(&quote) && end > open + 1).then_some((open + 1, end))
}
