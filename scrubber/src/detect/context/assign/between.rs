//! What may stand between a name and the sign that assigns to it: closing quotes and brackets, types, and signs around values.

use super::{QUOTES, blank, member, object, shown, skip, until};
use crate::detect::judge::value;

/// Names before the last one of a list that is assigned to.
const PAIRED_MAX: usize = 4;

/// The gap behind a name.
pub(super) struct Gap {
    /// Where the sign may stand.
    pub at: usize,
    /// A quote closes right behind the name.
    pub quoted_name: bool,
    /// Where the value starts, when the form alone tells.
    pub value: Option<usize>,
}

/// Reads on from the end of the name `text[start..end]`.
pub(super) fn after_name(text: &[u8], start: usize, end: usize) -> Gap {
    let mut at = end + array(text, end);
    let quoted_name = text.get(at).is_some_and(|byte| QUOTES.contains(byte)) || entity(text, at).is_some();
    at += entity(text, at).unwrap_or(0);
    let closing: &[u8] = if opens_before(text, start) { b"\"'`])}*" } else { b"\"'`])" };
    at = skip(text, at, closing, 3);
    at = skip(text, at, b"*", 2);
    at = shown::typed_name(text, start, at);
    let value = object::after_attributes(text, start, end)
        .or_else(|| member::in_element(text, at))
        .or_else(|| member::in_block(text, start, blank(text, at)))
        .or_else(|| declared(text, blank(text, at)))
        .or_else(|| member::below_rule(text, at))
        .or_else(|| member::next_entry(text, start, at))
        .or_else(|| member::in_macro(text, start, end))
        .or_else(|| {
            if quoted_name {
                member::in_reply(text, start, at).or_else(|| member::in_form(text, start, at))
            } else {
                None
            }
        })
        .or_else(|| if quoted_name { shown::serialized(text, at) } else { None });
    at = blank(text, at);
    if quoted_name {
        at = member::pair_member(text, at);
    } else if matches!(text.get(at), Some(b'\r' | b'\n' | b',')) {
        at = member::next_line_member(text, start, at);
    }
    Gap { at: annotation(text, at), quoted_name, value }
}

/// `lv_token TYPE string VALUE '…'`, `WS-TOKEN PIC X(24) VALUE "…"`: where the literal stands that a declaration of ABAP or COBOL gives a name.
fn declared(text: &[u8], at: usize) -> Option<usize> {
    const DECLARATION_MAX: usize = 64;
    let rest = text.get(at..text.len().min(at + DECLARATION_MAX))?;
    DECLARES.iter().find(|word| rest.starts_with(word))?;
    let line = rest.get(..memchr::memchr2(b'\n', b'.', rest).unwrap_or(rest.len()))?;
    let sign =
        [b" VALUE ".as_slice(), b" value ", b" Value "].iter().find_map(|word| memchr::memmem::find(line, word))?;
    let literal = blank(text, at + sign + b" VALUE ".len());
    is_literal_next(text, literal).then_some(literal)
}

/// What begins such a declaration behind its name.
pub(super) const DECLARES: [&[u8]; 4] = [b"TYPE ", b"type ", b"PIC ", b"pic "];

/// `$config{token}`, `{token}`: the name stands in brackets of its own.
fn opens_before(text: &[u8], start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    // `ENV{'API_TOKEN'}`
    let before = before.strip_suffix(b"'").or_else(|| before.strip_suffix(b"\"")).unwrap_or(before);
    // `${SHOP PASSWORD}`
    let words = before.iter().rev().take(32).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b' ').count();
    let before = before.get(..before.len() - words).filter(|before| before.ends_with(b"${")).unwrap_or(before);
    before.last().is_some_and(|byte| b"{*".contains(byte)) || before.ends_with(b"{env:")
}

/// Whether a quote closes behind the name, so that it may be the value of a member `name`.
pub(super) fn is_member_name(text: &[u8], start: usize, end: usize) -> bool {
    let quote = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| QUOTES.contains(byte));
    // A path of a store of parameters may begin with other names.
    let path = text.get(start.saturating_sub(1)..start) == Some(b"/");
    quote(Some(end)) && (quote(start.checked_sub(1)) || path)
}

/// `q(…)`, `qq{…}`, `%q(…)`, `%(…)`: where the content of a literal of Perl or Ruby at `at` starts and ends.
pub(super) fn delimited(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let head = ["%qq", "%q", "%Q", "%w", "%", "qq", "q"].iter().find(|head| rest.starts_with(head.as_bytes()))?;
    let open = rest.get(head.len())?;
    let close = match open {
        b'(' => b')',
        b'{' => b'}',
        b'[' => b']',
        b'|' if *head != "%" => *open,
        _ => return None,
    };
    let start = at + head.len() + 1;
    let end = until(text, start, |byte| byte == close || byte == *open || byte == b'\n');
    let literal = text.get(end) == Some(&close) && end > start;
    // Of a list of words the last one is no account.
    let words = text.get(start..end).filter(|_| *head == "%w").unwrap_or_default();
    let first = words.iter().rposition(|byte| *byte == b' ').map_or(0, |blank| blank + 1);
    // `%{name}` is filled in.
    (literal && rest.get(..2) != Some(b"%{")).then_some((start + first, end))
}

/// The length of a leader of dots before a colon: `Password......: x`.
pub(super) fn dots(text: &[u8], at: usize) -> usize {
    let dots = skip(text, at, b".", 40) - at;
    if dots >= 2 && text.get(blank(text, at + dots)) == Some(&b':') { blank(text, at + dots) - at } else { 0 }
}

/// Skips what a shell or YAML puts before a literal: `$(echo …)`, `!!str …`.
pub(super) fn wrapped(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let quote = usize::from(rest.starts_with(b"\"$("));
    let inner = rest.get(quote..).unwrap_or_default();
    let words = ["$(echo -n ", "$(echo ", "$(printf %s ", "!!str ", "[]byte("];
    words.iter().find(|word| inner.starts_with(word.as_bytes())).map_or(at, |word| blank(text, at + quote + word.len()))
}

/// `PWD={…};`, as ODBC quotes a value: where it starts. A template or an expression of JSX holds a name there.
pub(super) fn braced(text: &[u8], at: usize) -> Option<usize> {
    const VALUE_MAX: usize = 64;
    let tight = text.get(at.checked_sub(1)?) == Some(&b'=') && text.get(at) == Some(&b'{');
    let rest = text.get(at + 1..text.len().min(at + 1 + VALUE_MAX)).filter(|_| tight)?;
    let value = rest.get(..rest.iter().position(|byte| byte.is_ascii_whitespace() || b"{}\"'`".contains(byte))?)?;
    let head = || text.get(at.saturating_sub(VALUE_MAX)..at).unwrap_or_default();
    let closed = rest.get(value.len()) == Some(&b'}')
        && match rest.get(value.len() + 1) {
            None | Some(b';' | b'\r' | b'\n') => true,
            // `f"password={name}"`: other members stand before that of ODBC.
            Some(b'"' | b'\'') => head().contains(&b';'),
            Some(_) => false,
        };
    let form = value::shape(value);
    let random = form.length >= 8 && form.digit >= 3 || value::is_scrambled(value) || value::is_jumbled(value);
    (closed && random).then_some(at + 1)
}

/// `r#"…"#`, a literal of Rust that holds quotes: where its own quote stands.
pub(super) fn raw_literal(text: &[u8], at: usize) -> Option<usize> {
    let signs = skip(text, at, b"b", 1);
    let open = skip(text, signs + 1, b"#", 4);
    (text.get(signs) == Some(&b'r') && open > signs + 1 && text.get(open) == Some(&b'"')).then_some(open)
}

/// `user, password = "ann", "…"`, `const [user, pass] = ["ann", "…"]`: the literal that stands in its list where the name at
/// `start..end` does, the last one of its own.
pub(super) fn paired(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let before = text.get(..start)?.strip_suffix(b" ").unwrap_or(text.get(..start)?);
    let mut before = before.strip_suffix(b",")?;
    let mut others = 1;
    loop {
        let name = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        before = before.get(..before.len() - name).filter(|_| name > 0 && others <= PAIRED_MAX)?;
        let Some(further) = before.strip_suffix(b" ").unwrap_or(before).strip_suffix(b",") else { break };
        (before, others) = (further, others + 1);
    }
    let sign = blank(text, skip(text, end, b"])", 1));
    let after = skip(text, sign, b":", 1) + 1;
    let assigned = text.get(after - 1) == Some(&b'=') && text.get(after) != Some(&b'=');
    let mut at = skip(text, blank(text, after), b"[(", 1);
    for _ in 0..others {
        let (_, close) = literal(text, at)?;
        at = blank(text, skip(text, close + 1, b",", 1));
    }
    literal(text, at).filter(|_| assigned)
}

/// The literal in one line whose quote stands at `at`.
fn literal(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let quote = *text.get(at).filter(|byte| QUOTES.contains(byte))?;
    let close = until(text, at + 1, |byte| byte == quote || byte == b'\n');
    (text.get(close) == Some(&quote)).then_some((at + 1, close))
}

/// The length of `[]` or `[64]` at `at`.
fn array(text: &[u8], at: usize) -> usize {
    if text.get(at) != Some(&b'[') {
        return 0;
    }
    let close = until(text, at + 1, |byte| !byte.is_ascii_digit());
    if text.get(close) == Some(&b']') { close + 1 - at } else { 0 }
}

/// The length of a quote that is written as an entity.
pub(super) fn entity(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..).filter(|rest| rest.first() == Some(&b'&'))?;
    ["&quot;", "&#34;", "&apos;", "&#39;"]
        .iter()
        .find(|entity| rest.starts_with(entity.as_bytes()))
        .map(|one| one.len())
}

/// Whether the name at `start` is a symbol among the arguments of a call: `(:app, :db_password, …`.
pub(super) fn is_symbol(text: &[u8], start: usize) -> bool {
    matches!(text.get(start.saturating_sub(2)..start), Some([b' ' | b'(', b':']))
}

/// Whether a literal stands at `at`.
pub(super) fn is_literal_next(text: &[u8], at: usize) -> bool {
    let prefix = skip(text, at, b"@bruL", 1);
    [at, prefix].into_iter().any(|at| text.get(at).is_some_and(|byte| QUOTES.contains(byte)))
}

/// Skips the type in `var token string = …`, `token As String = …` and `Token { get; set; } = …`.
fn annotation(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(b"{ get;") {
        let end = until(text, at, |byte| byte == b'}' || byte == b'\n');
        let next = blank(text, end + 1);
        return if text.get(next) == Some(&b'=') { next } else { at };
    }
    let at_type = [b"As ".as_slice(), b"CONSTANT ", b"constant "]
        .iter()
        .find(|word| rest.starts_with(word))
        .map_or(at, |word| blank(text, at + word.len()));
    let word = until(text, at_type, |byte| !(byte.is_ascii_alphanumeric() || b"_*&[]".contains(&byte)));
    if word == at_type || word - at_type > 16 || !text.get(at_type).is_some_and(u8::is_ascii_alphabetic) {
        return at;
    }
    // `VARCHAR2(64) := …`
    let sized = skip(text, word + 1, b"0123456789", 5);
    let close = if text.get(word) == Some(&b'(') && text.get(sized) == Some(&b')') { sized + 1 } else { word };
    let next = blank(text, close);
    let sign = text.get(next) == Some(&b'=') || text.get(next..next + 2) == Some(b":=");
    if sign && next > word { next } else { at }
}
