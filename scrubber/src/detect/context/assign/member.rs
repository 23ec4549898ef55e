//! Forms in which name and value are members of one record: entries, elements, forms, blocks.

use super::call::fallback;
use super::{QUOTES, blank, broad, object, skip, until};
use crate::detect::reading::views;

/// Elements that hold a name, where they end, and elements that hold its value, where they begin.
const NAME_TAGS: &[&str] = &[
    "</key>",
    "</name>",
    "</param-name>",
    "</Name>",
    "</Key>",
    "</string-name>",
    "</stringProp>",
    "</td>",
    "</th>",
    "</dt>",
];
pub(super) const VALUE_TAGS: &[&str] = &[
    "<string>",
    "<data>",
    "<value>",
    "<param-value>",
    "<Value>",
    "<stringProp name=\"Argument.value\">",
    "<stringProp name=\"Header.value\">",
    "<td>",
    "<dd>",
    "<td><code>",
    "<dd><code>",
];

/// How far the value of a block such as Terraform's `variable` may lie from its name.
const BLOCK_MAX: usize = 320;

/// `<key>Token</key><string>…`: where the text of the next element starts.
pub(super) fn in_element(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let Some(tag) = NAME_TAGS.iter().find(|tag| rest.starts_with(tag.as_bytes())) else {
        return in_entry(text, at);
    };
    let next = broad(text, at + tag.len());
    let value = text.get(next..)?;
    // The longest of those that begin alike.
    let open = VALUE_TAGS.iter().rfind(|open| value.starts_with(open.as_bytes()))?;
    Some(next + open.len())
}

/// `<env-entry-name>token</env-entry-name><env-entry-type>…</env-entry-type><env-entry-value>…`: where the text of the value starts.
fn in_entry(text: &[u8], at: usize) -> Option<usize> {
    const ENTRY_MAX: usize = 200;
    let rest = text.get(at..text.len().min(at + ENTRY_MAX))?;
    let tag = rest.strip_prefix(b"</")?;
    let tag = tag.get(..memchr::memchr(b'>', tag)?)?;
    let kind = tag.strip_suffix(b"-name").or_else(|| tag.strip_suffix(b"-key"))?;
    let value = [b"<", kind, b"-value>"].concat();
    let found = memchr::memmem::find(rest, &value)?;
    // Of the next entry it is another one's.
    let own = memchr::memmem::find(rest.get(tag.len()..found)?, &[b"<", tag, b">"].concat()).is_none();
    own.then_some(at + found + value.len())
}

/// ` type="String" required="true">`: where the text of an element starts whose further attributes begin at `at`.
pub(super) fn behind_attributes(text: &[u8], mut at: usize) -> Option<usize> {
    const ATTRIBUTES_MAX: usize = 4;
    const ATTRIBUTE_MAX: usize = 80;
    for _ in 0..ATTRIBUTES_MAX {
        let rest = text.get(at..text.len().min(at + ATTRIBUTE_MAX))?;
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b":_-.".contains(byte)).count();
        let quote =
            rest.get(name + 1).filter(|quote| name > 0 && rest.get(name) == Some(&b'=') && QUOTES.contains(quote))?;
        at = blank(text, at + name + 3 + memchr::memchr(*quote, rest.get(name + 2..)?)?);
        if text.get(at) == Some(&b'>') {
            return Some(at + 1);
        }
    }
    None
}

/// Whether the tag that ends at `at` opens the value of an entry: `<param-value>`.
pub(super) fn is_value(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(40)..at).unwrap_or_default();
    let tag = before.iter().rposition(|byte| *byte == b'<').and_then(|open| before.get(open..)).unwrap_or_default();
    tag.ends_with(b"value>") || tag.ends_with(b"Value>")
}

/// `variable "token" { … default = …`, `--name token --value …`: where the value starts.
pub(super) fn in_block(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + BLOCK_MAX))?;
    if rest.first() == Some(&b'{') {
        let block = rest.get(..memchr::memchr(b'}', rest).unwrap_or(rest.len()))?;
        let found = memchr::memmem::find(block, b"default")?;
        let before = found.checked_sub(1).and_then(|at| block.get(at))?;
        let sign = blank(text, at + found + "default".len());
        return (before.is_ascii_whitespace() && text.get(sign) == Some(&b'=')).then(|| blank(text, sign + 1));
    }
    // A line that starts with a flag goes on with the one before it.
    let gap = rest.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count();
    let (rest, at) = (rest.get(gap..)?, at + gap);
    if rest.first() == Some(&b'-') {
        let ends = |end: &usize| rest.get(*end..).is_none_or(|rest| rest.trim_ascii_start().first() != Some(&b'-'));
        let line = rest.get(..memchr::memchr_iter(b'\n', rest).find(ends).unwrap_or(rest.len()))?;
        let flag = ["--value ", "-Value ", "--string-value ", "--body ", "--secret-string ", "--data-value "];
        let (found, length) =
            flag.iter().find_map(|flag| Some((memchr::memmem::find(line, flag.as_bytes())?, flag.len())))?;
        // A path in a store of parameters, or the argument of a flag, is the name.
        let named = start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| b"/ =\"'".contains(byte));
        return named.then_some(at + found + length);
    }
    None
}

/// `1) "token"` and `2) "…"` on the next line, as Redis answers: where the literal starts. Both may stand behind a margin.
pub(super) fn in_reply(text: &[u8], start: usize, at: usize) -> Option<usize> {
    const SIGN: &[u8] = b") \"";
    const MARGIN_MAX: usize = 64;
    // The number that ends there.
    let number = |part: &[u8]| {
        let digits = part.iter().rev().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(part.get(part.len() - digits..)?).ok()?.parse::<u32>().ok()
    };
    let head = text.get(start.saturating_sub(8)..start)?.strip_suffix(SIGN)?;
    let next = at + views::line_end(text.get(at..).filter(|_| text.get(at) == Some(&b'\n'))?);
    let line = text.get(next..text.len().min(next + MARGIN_MAX))?;
    let sign = memchr::memmem::find(line, SIGN)?;
    let follows = !line.get(..sign)?.contains(&b'\n') && number(line.get(..sign)?)? == number(head)? + 1;
    follows.then_some(next + sign + SIGN.len() - 1)
}

/// `name="token"`, an empty line and the value, as browsers send forms: where the value starts.
pub(super) fn in_form(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let value = skip(text, at, b"\r\n", 4);
    let breaks = text.get(at..value)?.iter().filter(|byte| **byte == b'\n').count();
    ((2..=4).contains(&breaks) && text.get(..start)?.ends_with(b" name=\"")).then_some(value)
}

/// `TOKEN:`, a rule of four dashes and the value, as `kubectl describe` shows what a map of settings holds: where the value starts.
pub(super) fn below_rule(text: &[u8], at: usize) -> Option<usize> {
    const RULE: &[u8] = b":\n----\n";
    text.get(at..)?.starts_with(RULE).then_some(at + RULE.len())
}

/// `- **DB password**` and `` - `…` `` below it, further to the right: where the word begins that is alone there.
pub(super) fn below_item(text: &[u8], start: usize, end: usize) -> Option<usize> {
    const LINE_MAX: usize = 80;
    const WORD_MAX: usize = 256;
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let item = |line: &[u8]| {
        let body = line.get(indent(line)..)?;
        ["- ", "* ", "+ "]
            .iter()
            .find_map(|mark| body.strip_prefix(mark.as_bytes()))
            .map(|rest| line.len() - rest.len())
    };
    let head = text.get(start.saturating_sub(LINE_MAX)..start)?.rsplit(|byte| *byte == b'\n').next()?;
    let own = item(head)?;
    let behind = text.get(end..text.len().min(end + WORD_MAX + LINE_MAX))?;
    let closed = behind.iter().take(4).take_while(|byte| b"*_`:".contains(byte)).count();
    let rest = behind.get(closed..)?.strip_prefix(b"\n")?;
    let line = rest.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    let word = item(line).filter(|_| indent(line) >= own.max(indent(head) + 1))?;
    let alone = !line.get(word..)?.is_empty() && !line.get(word..)?.iter().any(u8::is_ascii_whitespace);
    alone.then_some(end + closed + 1 + word)
}

/// `\newcommand{\apikey}{…}`, `\def\apikey{…}`: where the text begins that a macro of TeX stands for.
pub(super) fn in_macro(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let head = text.get(start.saturating_sub(24)..start)?;
    // The first letter may have been taken for that of an escape.
    let head = match head {
        [head @ .., b'\\', letter] if letter.is_ascii_alphabetic() => head,
        [head @ .., b'\\'] => head,
        _ => return None,
    };
    let rest = text.get(end..)?;
    let defined = head.ends_with(b"def") && rest.starts_with(b"{");
    let command = head.ends_with(b"command{") || head.ends_with(b"command*{");
    if defined { Some(end + 1) } else { (command && rest.starts_with(b"}{")).then_some(end + 2) }
}

/// `- --requirepass` and `- …` on the next line: where the next entry of a list of arguments starts.
pub(super) fn next_entry(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"\n")?;
    let blanks = rest.iter().take(40).take_while(|byte| **byte == b' ').count();
    let entry = rest.get(blanks..)?.strip_prefix(b"- ").filter(|entry| entry.first() != Some(&b'-'))?;
    let line = text.get(start.saturating_sub(64)..at)?.rsplit(|byte| *byte == b'\n').next()?;
    let flag = line.trim_ascii_start().strip_prefix(b"- ")?;
    let flag = flag.strip_prefix(b"\"").or_else(|| flag.strip_prefix(b"'")).unwrap_or(flag);
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.\"'".contains(byte);
    (flag.starts_with(b"-") && flag.iter().all(inner)).then_some(text.len() - entry.len())
}

/// `{"name": "API_TOKEN", "value": "…"}` and `key="X" value="…"`: moves to the sign after `value`.
pub(super) fn pair_member(text: &[u8], at: usize) -> usize {
    let mut next = at;
    if text.get(next) == Some(&b',') {
        next = broad(text, next + 1);
    } else if text.get(next) == Some(&b'\n') {
        next = broad(text, next);
    }
    let ahead = || if has_its_own(text, at) { None } else { object::member_ahead(text, at) };
    member(text, next).or_else(ahead).unwrap_or(at)
}

/// `- name: API_TOKEN` with `value: …` on the next line, or behind a comma: moves to the sign after `value`.
pub(super) fn next_line_member(text: &[u8], start: usize, at: usize) -> usize {
    let line = text.get(start.saturating_sub(16)..start).unwrap_or_default();
    // `ParameterKey=DbPassword,ParameterValue=…`, `name=DB_PASSWORD,value=…`
    if let Some(label) = line.strip_suffix(b"=") {
        let named = ["Key", "name", "Name"].iter().any(|word| label.ends_with(word.as_bytes()));
        return if named { member(text, skip(text, at, b",", 1)).unwrap_or(at) } else { at };
    }
    let label = line.trim_ascii_end().strip_suffix(b":").unwrap_or_default().trim_ascii_end();
    let names =
        line.ends_with(b" ") && ["name", "Name", "key", "Key"].iter().any(|name| label.ends_with(name.as_bytes()));
    if !names {
        return at;
    }
    member(text, broad(text, skip(text, at, b",", 1))).or_else(|| member_below(text, start, at)).unwrap_or(at)
}

/// `- name: X-Api-Key` and lines below it `in: header`, `schema:`, `default: …`, as OpenAPI describes a parameter: the sign after the
/// word that its value stands behind. The lines stand no less deep than `name`.
fn member_below(text: &[u8], start: usize, at: usize) -> Option<usize> {
    const LINES_MAX: usize = 8;
    let before = text.get(..start)?;
    let own = before.get(memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..)?;
    let depth = own.iter().take_while(|byte| b" -".contains(byte)).count();
    let mut line = at + usize::from(text.get(at) == Some(&b'\r')) + 1;
    for _ in 0..LINES_MAX {
        let rest = text.get(line..)?;
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let indent = rest.iter().take_while(|byte| **byte == b' ').count();
        if indent < depth || indent >= end {
            return None;
        }
        let word = ["value", "default", "example"].iter().find(|word| {
            let rest = rest.get(indent..).unwrap_or_default();
            rest.strip_prefix(word.as_bytes()).is_some_and(|rest| rest.starts_with(b": "))
        });
        if let Some(word) = word {
            return Some(line + indent + word.len());
        }
        line += end + 1;
    }
    None
}

/// Whether a value stands right beside the quoted name that ends at `at`, behind a sign or as the next argument: a member `value`
/// further on is another one's then. `"name": "API_TOKEN", "type": "x", "value": "…"` goes on with the name of a member.
fn has_its_own(text: &[u8], at: usize) -> bool {
    let argument = match text.get(at) {
        Some(b':' | b'=' | b'|' | b'?') => {
            let own = text.get(blank(text, skip(text, at, b":=>|?", 3))..).unwrap_or_default();
            // What says whether there is one, or how it is, is none.
            const NONE: [&[u8]; 8] = [b"null", b"None", b"nil", b"true", b"false", b"True", b"False", b"\"\""];
            let nothing = own.first().is_none_or(|byte| b"{\r\n0123456789".contains(byte));
            return !nothing && !own.starts_with(b"''") && !NONE.iter().any(|none| own.starts_with(none));
        }
        Some(b',') => blank(text, at + 1),
        _ => return fallback(text, at).is_some(),
    };
    let Some(quote) = text.get(argument).filter(|byte| QUOTES.contains(byte)) else { return false };
    let end = until(text, argument + 1, |byte| byte == *quote || byte == b'\n');
    let next = blank(text, end + 1);
    text.get(end) == Some(quote) && !text.get(next).is_some_and(|byte| b":=".contains(byte))
}

fn member(text: &[u8], at: usize) -> Option<usize> {
    let at = skip(text, at, QUOTES, 1);
    let at = if text.get(at..)?.starts_with(b"android:") { at + 8 } else { at };
    let rest = text.get(at..)?;
    let word = ["value", "Value", "content", "defaultValue", "default_value", "default", "ParameterValue"];
    let word = word.iter().find(|word| rest.starts_with(word.as_bytes()))?;
    Some(blank(text, skip(text, at + word.len(), QUOTES, 1)))
}

#[cfg(test)]
mod tests {
    use crate::detect::{Engine, KnownIdentities, Scratch};

    #[test]
    fn a_described_parameter_has_its_value_some_lines_below_its_name() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        let token = ["f0d4297c23312b6f", "5c4e7610006e3d98"].concat();
        for (text, expected) in [
            ("- name: X-Api-Key\n  in: header\n  schema:\n    type: string\n    default: ¶\n", true),
            ("- name: X-Api-Key\r\n  in: header\r\n  example: '¶'\r\n", true),
            (&format!("- name: X-Api-Key\n  description: {}\n  example: ¶\n", "what for ".repeat(20)), true),
            ("- name: X-Api-Key\n  in: header\n- name: Build\n  example: ¶\n", false),
            ("- name: X-Request-Id\n  in: header\n  example: ¶\n", false),
            ("- name: X-Api-Key\n  in: header\n  example: your-api-key\n", false),
        ] {
            let text = text.replace('¶', &token);
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch).first().and_then(|it| text.get(it.start..it.end));
            assert_eq!(found, expected.then_some(token.as_str()), "{text}");
        }
    }

    #[test]
    fn a_parameter_has_its_value_behind_its_key() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        for (text, expected) in [
            ("ParameterKey=DbPassword,ParameterValue=Open-1987!", Some("Open-1987!")),
            ("  ParameterKey: DbPassword\n  ParameterValue: Open-1987!\n", Some("Open-1987!")),
            ("ParameterKey=DbPassword,UsePreviousValue=true", None),
            ("ParameterKey=DbName,ParameterValue=Open-1987!", None),
        ] {
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch).first().and_then(|it| text.get(it.start..it.end));
            assert_eq!(found, expected, "{text}");
        }
    }
}
