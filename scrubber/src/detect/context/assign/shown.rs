//! How debuggers, interpreters and pages show a name and its value: types behind the name, addresses and brackets around the value.

use super::{Joint, QUOTES, Value, line, skip, until};
use crate::detect::reading::{views, window};

/// A prompt and the expression behind it take no more bytes.
const PROMPT_MAX: usize = 96;

/// What stands before an expression at the prompt of an interpreter or a debugger.
const PROMPTS: &[&str] =
    &[">>> ", "In [", "irb(", "iex(", "[1] pry", "(Pdb) ", "ipdb> ", "(byebug) ", "php > ", "scala> ", "julia> ", "> "];

/// Words that print what stands behind them.
const PRINTS: &[&str] = &["print(", "puts ", "pp ", "p ", "echo ", "println(", "console.log(", "IO.puts(", "print "];

/// `>>> settings.SECRET_KEY` and the answer in the line below: a literal, or one word where it is printed.
pub(super) fn answered(text: &[u8], start: usize, end: usize) -> Option<Value> {
    let close = skip(text, end, b"\"'])(;", 6);
    let next = skip(text, close, b"\r", 1);
    if text.get(next) != Some(&b'\n') {
        return None;
    }
    let before = text.get(start.saturating_sub(PROMPT_MAX)..start)?;
    let line = before.rsplit(|byte| *byte == b'\n').next()?;
    let prompt = PROMPTS.iter().find_map(|prompt| {
        let at = memchr::memmem::find(line, prompt.as_bytes())? + prompt.len();
        // `In [3]: `, `irb(main):001:0> `: the number ends with a blank.
        let number = if prompt.ends_with(' ') { 0 } else { memchr::memchr(b' ', line.get(at..)?)? + 1 };
        line.get(at + number..)
    });
    let expression = prompt?;
    let printed = PRINTS.iter().find_map(|word| expression.strip_prefix(word.as_bytes()));
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.:&$@([\"'".contains(byte);
    if !printed.unwrap_or(expression).iter().all(is_part) {
        return None;
    }
    let answer = next + 1;
    let rest = text.get(answer..)?;
    let mark = ["=> ", "Out["].iter().find(|mark| rest.starts_with(mark.as_bytes())).map_or(0, |mark| {
        let number =
            if mark.ends_with(' ') { Some(0) } else { rest.iter().position(|byte| *byte == b' ').map(|at| at - 3) };
        mark.len() + number.unwrap_or(0)
    });
    let at = answer + mark;
    let quote = text.get(at).copied().filter(|byte| QUOTES.contains(byte));
    let from = at + usize::from(quote.is_some());
    let to = until(text, from, |byte| quote.map_or(byte.is_ascii_whitespace(), |quote| byte == quote) || byte == b'\n');
    let alone = line::ends_line(text, to + usize::from(quote.is_some())) && to > from;
    let joint = if quote.is_some() { Joint::Assigned } else { Joint::Said };
    (alone && (quote.is_some() || printed.is_some())).then_some(Value {
        start: from,
        end: to,
        joint,
        quoted: quote.is_some(),
        literal: quote.is_some(),
    })
}

/// `[-old-]{+new+}`, as `git diff --word-diff` shows a change: where the old value starts and ends.
pub(super) fn taken_out(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..).filter(|rest| rest.starts_with(b"[-"))?;
    let line = rest.iter().take(LINE_MAX).position(|byte| *byte == b'\n').unwrap_or(rest.len().min(LINE_MAX));
    let close = memchr::memmem::find(rest.get(..line)?, b"-]")?;
    let word = rest.get(2..close)?;
    (!word.is_empty() && !word.iter().any(u8::is_ascii_whitespace)).then_some((at + 2, at + close))
}

/// A value that was taken out is looked for within so many bytes.
const LINE_MAX: usize = 160;

/// Skips what languages write right behind a name when they show an object: `["token":protected]`, `[token:Config:private]`, as
/// PHP does, and `<<"token">>`, as Erlang does.
pub(super) fn typed_name(text: &[u8], start: usize, at: usize) -> usize {
    const TYPE_MAX: usize = 64;
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(b">>") && text.get(..start).is_some_and(|before| before.ends_with(b"<<\"")) {
        return at + 2;
    }
    if rest.first() != Some(&b':') {
        return at;
    }
    let is_type = |byte: &&u8| byte.is_ascii_alphanumeric() || b":\"_\\".contains(byte);
    let length = rest.iter().take(TYPE_MAX).take_while(is_type).count();
    let (shown, rest) = rest.split_at(length);
    let seen = shown.ends_with(b":private") || shown.ends_with(b":protected");
    if seen && rest.first() == Some(&b']') { at + length + 1 } else { at }
}

/// Skips what languages write around a literal when they show its type: `String("…")`, `Some(Text("…"))`, `chr "…"`.
pub(super) fn typed_value(text: &[u8], at: usize) -> usize {
    const TYPES: [&str; 17] = [
        "String(",
        "Some(",
        "Text(",
        "Str(",
        "Utf8(",
        "Value::String(",
        "Borrowed(",
        "Owned(",
        "Cow::Borrowed(",
        "Optional(",
        "Ok(",
        "TEXT(",
        "VARCHAR(",
        "Json(",
        "StringValue(",
        "Just ",
        "chr ",
    ];
    const LAYERS_MAX: usize = 3;
    let inner = (0..LAYERS_MAX).fold(at, |at, _| {
        let rest = text.get(at..).unwrap_or_default();
        TYPES.iter().find(|shown| rest.starts_with(shown.as_bytes())).map_or(at, |shown| at + shown.len())
    });
    if text.get(inner).is_some_and(|byte| QUOTES.contains(byte)) { inner } else { at }
}

/// Skips the bracket in `token=[…]`, as logs set values apart: one word stands in it, and nothing behind it. The same of `PWD={…};`, as
/// strings for ODBC do.
pub(super) fn bracketed(text: &[u8], at: usize) -> usize {
    // `Some(…)`, `Optional[…]`, as Scala and Java show what may be missing.
    let rest = text.get(at..).unwrap_or_default();
    if let Some(open) = ["Some(", "Optional["].iter().find(|open| rest.starts_with(open.as_bytes())) {
        let end = until(text, at + open.len(), |byte| byte.is_ascii_whitespace() || b"\"'`[](){},".contains(&byte));
        let closed = matches!(text.get(end), Some(b')' | b']'));
        return if closed { at + open.len() } else { at };
    }
    if text.get(at) == Some(&b'{') && text.get(at.wrapping_sub(1)) == Some(&b'=') {
        let end = until(text, at + 1, |byte| byte.is_ascii_whitespace() || b"\"'`{}();".contains(&byte));
        return if text.get(end..end + 2) == Some(b"};") && end > at + 1 { at + 1 } else { at };
    }
    if text.get(at) != Some(&b'[') || !text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
        return at;
    }
    let end = until(text, at + 1, |byte| byte.is_ascii_whitespace() || b"\"'`[](){},;:".contains(&byte));
    let apart = text.get(end + 1).is_none_or(|byte| byte.is_ascii_whitespace() || b",;)}".contains(byte));
    // Or the first word of a list: `[…, …]`.
    let first = text.get(end..end + 2) == Some(b", ");
    if text.get(end) == Some(&b']') && apart || first { at + 1 } else { at }
}

/// Skips blanks that do not break, and what nobody sees: what is copied from a page holds them.
pub(super) fn visible(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| !byte.is_ascii())
        && let Some(blank) = views::character(text.get(at..).unwrap_or_default())
        && (window::is_unseen(Some(blank)) || matches!(blank, '\u{a0}' | '\u{202f}' | '\u{3000}'))
    {
        at = skip(text, at + blank.len_utf8(), b" ", 8);
    }
    at
}

/// The end of the value `text[at..end]`, or the first such blank in it.
pub(super) fn visible_end(text: &[u8], at: usize, end: usize) -> usize {
    let value = text.get(at..end).unwrap_or_default();
    if value.is_ascii() {
        return end;
    }
    let blank = |from: &usize| visible(text, *from) > *from;
    (at + 1..end).find(blank).unwrap_or(end)
}

/// `s:8:"password";s:12:"…"`, as PHP stores it: where the literal starts behind the quote that closes the name.
pub(super) fn serialized(text: &[u8], at: usize) -> Option<usize> {
    let length = text.get(at..)?.strip_prefix(b";s:")?;
    let digits = length.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0 && length.get(digits..digits + 2) == Some(b":\"")).then_some(at + 3 + digits + 1)
}

/// Skips the address that a debugger shows before the literal that lies there: `0x00005555 "…"`.
pub(super) fn pointer(text: &[u8], at: usize) -> usize {
    const DIGITS_MAX: usize = 16;
    let Some(address) = text.get(at..).and_then(|rest| rest.strip_prefix(b"0x")) else { return at };
    let digits = address.iter().take(DIGITS_MAX).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let literal = address.get(digits) == Some(&b' ') && address.get(digits + 1) == Some(&b'"');
    if digits > 0 && literal { at + 2 + digits + 1 } else { at }
}

/// How the text of an element whose tag ends before `after` is joined to its name: cells of tables and lists hold words as well.
pub(super) fn cell_joint(text: &[u8], after: usize, joint: Joint) -> Joint {
    let tag = text.get(after.saturating_sub(12)..after).unwrap_or_default();
    let cell = ["<td>", "<dd>", "<code>"].iter().any(|cell| tag.ends_with(cell.as_bytes()));
    if cell { Joint::Said } else { joint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_around_a_value_is_skipped() {
        assert_eq!(typed_name(b"<<\"token\">> =>", 3, 9), 11);
        assert_eq!(typed_name(b"[token:protected] =>", 1, 6), 17);
        assert_eq!(typed_name(b"[token:Acme\\Config:private] =>", 1, 6), 27);
        assert_eq!(typed_name(b"[token:other] =>", 1, 6), 6);
        assert_eq!(serialized(b"token\";s:12:\"x", 6), Some(12));
        assert_eq!(serialized(b"token\";i:12;", 6), None);
        assert_eq!(pointer(b"0x00ff \"x", 0), 7);
        assert_eq!(pointer(b"0x00ff x", 0), 0);
        assert_eq!(bracketed(b"[open1] x", 0), 1);
        assert_eq!(bracketed(b"[open1, x]", 0), 1);
        for text in ["[u8; 4]", "[open1](x)", "[secret:1a2b3c4d]", "[]"] {
            assert_eq!(bracketed(text.as_bytes(), 0), 0, "{text}");
        }
    }
}
