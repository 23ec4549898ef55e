//! Lines of files of settings, and their like, in which a value without quotes is what it says and no variable can stand.

use super::line::{MARKS, before, ends_line, is_constant};
use super::{Joint, QUOTES, Value};
use crate::detect::context::keys::Key;

/// Bytes beside a line in which its neighbours are looked at.
const NEAR_MAX: usize = 160;

/// How a password is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Setting {
    /// By a line `DB_PASSWORD=…`, `key-store.password=…`, or `password = …` below `[client]`: any word is a value.
    Environment,
    /// By a line `password: …`, `auth: {password: …}`: so are words that no variable and no title is.
    Yaml,
    /// Where no variable stands, but a title may: `--password …`, `user=ann&password=…`, `{user=ann, password=…}`, `DB_PASSWORD: …`.
    Given,
    /// By an argument that has a line to itself, or a member of an object: it may be a variable.
    Argument,
}

/// How the password at this place is set, if by a line of settings or its like.
pub(in crate::detect) fn setting(text: &[u8], key: Key, place: Value) -> Option<Setting> {
    if key != Key::Password || !matches!(place.joint, Joint::Assigned | Joint::Spaced) {
        return None;
    }
    if place.quoted {
        // `DB_PASSWORD="…"`
        let (open, close) = (place.start.checked_sub(1)?, place.end + 1);
        let quoted = text.get(open).is_some_and(|byte| QUOTES.contains(byte));
        return of_line(text, open, close).filter(|setting| quoted && *setting == Setting::Environment);
    }
    let line = if place.joint == Joint::Assigned { of_line(text, place.start, place.end) } else { None };
    line.or_else(|| match place.literal {
        true if ends_line(text, place.end) && is_among(text, place.start, place.end, OF_CALL) => {
            Some(Setting::Argument)
        }
        true => Some(Setting::Given),
        false => is_of_map(text, place.start, place.end).then_some(Setting::Given),
    })
}

/// How the line sets the name of which `text[start..end]` is the value.
fn of_line(text: &[u8], start: usize, end: usize) -> Option<Setting> {
    let line = before(text, start, MARKS);
    let line = ["export ", "ENV ", "ARG ", "set ", "$ export "]
        .iter()
        .find_map(|setter| line.strip_prefix(setter.as_bytes()))
        .unwrap_or(line);
    let (kind, code) = if let Some(name) = line.strip_suffix(b"=") {
        (is_name(name) && ends_line(text, end)).then_some((Setting::Environment, OF_CALL))?
    } else if let Some(name) = line.strip_suffix(b" = ").or_else(|| line.strip_suffix(b"= ")) {
        let ini = is_name(name.trim_ascii_end()) && ends_line(text, end) && is_in_section(text, start);
        ini.then_some((Setting::Environment, OF_OBJECT))?
    } else {
        let name = line.strip_suffix(b": ")?;
        let whole = is_name(name) && ends_line(text, end);
        let kind = if whole && is_constant(name) { Setting::Given } else { Setting::Yaml };
        (whole || is_flow(text, name, end)).then_some((kind, OF_OBJECT))?
    };
    (!is_among(text, start - line.len(), end, code)).then_some(kind)
}

/// Whether the line that holds `at` stands below a head in brackets, `[client]`, as in files of settings.
fn is_in_section(text: &[u8], at: usize) -> bool {
    const SECTION_MAX: usize = 400;
    let above = text.get(at.saturating_sub(SECTION_MAX)..at).unwrap_or_default();
    above.split(|byte| *byte == b'\n').any(|line| {
        let Some((mark, head)) = memchr::memchr(b'[', line).and_then(|open| line.split_at_checked(open)) else {
            return false;
        };
        let marked = mark.iter().all(|byte| byte.is_ascii_digit() || !byte.is_ascii() || MARKS.contains(byte));
        // What is indented is an attribute of code: `    [Fact]`.
        let indent = mark.iter().rev().take_while(|byte| b" \t".contains(byte)).count();
        let name = head.trim_ascii().strip_prefix(b"[").and_then(|head| head.strip_suffix(b"]")).unwrap_or_default();
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-. :".contains(byte);
        let words = name.split(|byte| *byte == b' ').count();
        marked
            && indent <= 1
            && words <= 2
            && name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().all(word)
    })
}

/// Whether `text[start..end]` is the value of a member of `{user=ann, password=…}`, as Java prints a map.
fn is_of_map(text: &[u8], start: usize, end: usize) -> bool {
    let line = text.get(start.saturating_sub(NEAR_MAX)..start).unwrap_or_default();
    let line = line.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(members) = memchr::memrchr(b'{', line).and_then(|open| line.get(open + 1..)) else { return false };
    let member = |member: &[u8]| {
        memchr::memchr(b'=', member).is_some_and(|sign| is_name(member.get(..sign).unwrap_or_default()))
    };
    line.ends_with(b"=")
        && !members.iter().any(|byte| b"\"'`()<>;$[]".contains(byte))
        && members.split(|byte| *byte == b',').all(|part| member(part.trim_ascii_start()))
        && text.get(end).is_some_and(|byte| b",}".contains(byte))
}

fn is_name(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte))
}

/// `auth: {enabled: true, password: `, and behind the value the bracket that ends the line, perhaps with more members before it.
fn is_flow(text: &[u8], head: &[u8], end: usize) -> bool {
    let Some((name, members)) = memchr::memchr(b':', head).and_then(|sign| head.split_at_checked(sign)) else {
        return false;
    };
    let rest = text.get(end..text.len().min(end + NEAR_MAX)).unwrap_or_default();
    let rest = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
    let bare = |part: &[u8]| !part.iter().any(|byte| b"\"'`()<>;$".contains(byte));
    let opens = members.starts_with(b": {") || members.starts_with(b": [{");
    let rest = rest.trim_ascii_end();
    let closes = rest.strip_suffix(b"]").unwrap_or(rest).ends_with(b"}");
    is_name(name) && opens && closes && bare(members) && bare(rest)
}

/// Signs at the end of the line above one, and at the start of the line below it, that tell of a call; those that tell of an object too.
const OF_CALL: (&[u8], &[u8]) = (b",(", b")");
const OF_OBJECT: (&[u8], &[u8]) = (b",;({[", b")}]");

/// Whether the lines beside that of `text[start..end]` end and begin with such signs.
fn is_among(text: &[u8], start: usize, end: usize, (opening, closing): (&[u8], &[u8])) -> bool {
    let above = text.get(start.saturating_sub(NEAR_MAX)..start).unwrap_or_default();
    let above = memchr::memrchr(b'\n', above).and_then(|at| above.get(..at)).unwrap_or_default().trim_ascii_end();
    let below = text.get(end..text.len().min(end + NEAR_MAX)).unwrap_or_default();
    let below = memchr::memchr(b'\n', below).and_then(|at| below.get(at..)).unwrap_or_default().trim_ascii_start();
    above.last().is_some_and(|byte| opening.contains(byte)) || below.first().is_some_and(|byte| closing.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(before: &str, value: &str, after: &str) -> Option<Setting> {
        let text = format!("{before}{value}{after}");
        of_line(text.as_bytes(), before.len(), before.len() + value.len())
    }

    #[test]
    fn lines_of_settings_are_told_from_code() {
        for before in ["DB_PASSWORD=", "a=1\nexport DB_PASS=", "x\n   12\u{2192}key-store.password=", "b=2\npassword="]
        {
            assert_eq!(of(before, "Copper*7", "\nc=3"), Some(Setting::Environment), "{before}");
        }
        for before in
            ["password: ", "db:\n  user: ann\n  password: ", "- password: ", "auth: {enabled: true, password: "]
        {
            let after = if before.contains('{') { "}\n" } else { "\nport: 7" };
            assert_eq!(of(before, "copper_fog", after), Some(Setting::Yaml), "{before}");
        }
        for (before, after) in [
            ("connect(\n    password=", "\n)"),
            ("connect(host,\n    password=", "\n"),
            ("{\n  password: ", "\n}"),
            ("const { user, password: ", " } = form;"),
            ("return {auth: {password: ", "}};"),
            ("password=", ", port=7"),
            ("password = ", "\n"),
            ("if password=", "\n"),
        ] {
            assert_eq!(of(before, "copper_fog", after), None, "{before}");
        }
    }
}
