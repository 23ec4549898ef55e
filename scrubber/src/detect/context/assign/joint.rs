//! What joins a value to its name: signs, brackets, calls, white space, the words of a sentence.

use super::{Joint, QUOTES, between, blank, call, line, member, sentence};

/// Reads what stands between the name and the value: how it joins them, and where the value begins.
pub(super) fn read(text: &[u8], start: usize, end: usize) -> Option<(Joint, usize)> {
    // `--- PASS: TestToken2 (0.00s)`, as Go's tests say it.
    if text.get(start.saturating_sub(4)..end) == Some(b"--- PASS") {
        return None;
    }
    // `private checksum = "…"`: who may read it.
    if text.get(start..end)? == b"private"
        && matches!(text.get(end..end + 2), Some([b' ', next]) if next.is_ascii_alphabetic())
    {
        return None;
    }
    // `the token's …`
    let said = text.get(end..)?.starts_with(b"'s ") && text.get(..start)?.ends_with(b" ");
    if said {
        return Some((Joint::Said, end + "'s ".len()));
    }
    if let Some(value) = member::below_item(text, start, end) {
        return Some((Joint::Said, value));
    }
    let gap = between::after_name(text, start, end);
    let (at, quoted_name) = (gap.at, gap.quoted_name);
    if let Some(value) = gap.value {
        return Some((Joint::Assigned, value));
    }
    if let Some(argument) = call::compared(text, start, end) {
        return Some((Joint::Passed, argument));
    }
    if quoted_name && let Some(argument) = call::fallback(text, at) {
        return Some((Joint::Assigned, argument));
    }
    let at = at + between::dots(text, at);
    let at = at + call::call(text, at);
    let sign_end = at + text.get(at..)?.iter().take(4).take_while(|byte| b"=:?|.+-<>!~".contains(byte)).count();
    match text.get(at..sign_end)? {
        b"" => return unsigned(text, start, end, at, quoted_name),
        b"=" | b":" | b":=" | b"::=" | b":::=" | b"=>" | b"->" | b".=" | b"?=" | b"||=" | b"??=" | b"+=" | b"<-"
        | b"?:" | b"=:" | b"!:" | b":-" | b"<<<" => {}
        // A default: only a literal counts.
        b"||" | b"??" if text.get(sign_end).is_none_or(|byte| byte.is_ascii_whitespace() || QUOTES.contains(byte)) => {
            let next = blank(text, sign_end);
            return text.get(next).filter(|byte| QUOTES.contains(byte)).map(|_| (Joint::Assigned, sign_end));
        }
        b"==" | b"===" | b"!=" | b"!==" => return Some((Joint::Passed, sign_end)),
        b">" if line::is_element(text, start, at + 1) => return Some((Joint::Assigned, at + 1)),
        [b'>', ..] if quoted_name && line::is_attribute(text, start) => return Some((Joint::Assigned, at + 1)),
        b"=<" | b":<" | b"=|" | b":|" | b":>" | b"=!" => return Some((Joint::Assigned, at + 1)),
        [b'>', ..] if line::is_element(text, start, at + 1) => return Some((Joint::Assigned, at + 1)),
        sign if begins_the_value(sign) => {}
        // `SecretString::new("…")`
        b"::"
            if at == end
                && let Some(argument) = call::constructed(text, start, at) =>
        {
            return Some((Joint::Passed, argument));
        }
        // `Enter the password? x9`
        b"?" if at == end && text.get(at + 1) == Some(&b' ') => return Some((Joint::Said, at + 1)),
        b"?" if at == end
            && let Some(answer) = sentence::answer(text, at + 1) =>
        {
            return Some((Joint::Said, answer));
        }
        // `Password - x9`
        b"-" | b">" if at > end && text.get(at + 1) == Some(&b' ') && line::begins_line(text, start) => {
            return Some((Joint::Said, blank(text, at + 1)));
        }
        // `here is my signing key - … - keep it safe`
        b"-" if at > end && text.get(at + 1) == Some(&b' ') && sentence::hands_over(text, start) => {
            return Some((Joint::Said, blank(text, at + 1)));
        }
        // A cell of a table: only what cannot be a word of its text.
        b"|" if line::is_row(text, start) || line::begins_line(text, start) => {
            return Some((Joint::Said, blank(text, at + 1)));
        }
        sign => return spaced(text, start, end, at, sign),
    }
    // A sign such as `=-` belongs to the value from its second byte on.
    let sign = text.get(at..sign_end)?;
    // `${TOKEN:-"…"}`
    let split = sign == b":-" && !between::is_literal_next(text, sign_end) || begins_the_value(sign);
    Some((Joint::Assigned, if split { at + 1 } else { sign_end }))
}

/// What joins a value to the name where no sign stands at `at`: markup, a bracket, a comma, the words of a command.
fn unsigned(text: &[u8], start: usize, end: usize, at: usize, quoted_name: bool) -> Option<(Joint, usize)> {
    // `<setting name="Token" type="String">…`
    if quoted_name
        && line::is_attribute(text, start)
        && let Some(open) = member::behind_attributes(text, at)
    {
        return Some((Joint::Assigned, open));
    }
    // `&lt;token&gt;…&lt;/token&gt;`
    if text.get(end..)?.starts_with(b"&gt;") && text.get(..start)?.ends_with(b"&lt;") {
        return Some((Joint::Assigned, end + 4));
    }
    if quoted_name && text.get(at..)?.starts_with(b"or ") {
        let next = blank(text, at + 3);
        return text.get(next).filter(|byte| QUOTES.contains(byte)).map(|_| (Joint::Assigned, at + 3));
    }
    // `$ENV{DB_PASSWORD} // "x"`: a comment stands behind the sign of a statement.
    if at > end && text.get(at..)?.starts_with(b"// ") {
        return between::is_literal_next(text, at + 3).then_some((Joint::Assigned, at + 3));
    }
    match text.get(at) {
        Some(b',') => listed(text, start, end, at, quoted_name),
        Some(b'(' | b'{') if at == end => given(text, start, end),
        _ => spaced(text, start, end, at, b""),
    }
}

/// A comma parts the name and what stands at `at`.
fn listed(text: &[u8], start: usize, end: usize, at: usize, quoted_name: bool) -> Option<(Joint, usize)> {
    let next = blank(text, at + 1);
    let literal = || between::is_literal_next(text, next);
    // `-define(TOKEN, "…")`
    if at == end && text.get(..start)?.ends_with(b"define(") {
        return literal().then_some((Joint::Assigned, next));
    }
    if line::is_tuple(text, start, end, at) {
        return Some((Joint::Passed, at + 1));
    }
    if at == end && line::is_export(text, start, end) {
        return Some((Joint::Said, at + 1));
    }
    if quoted_name {
        // The name must be a whole literal: `"password", "x"`, not `"/etc/passwd", "r"`.
        let whole = start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| QUOTES.contains(byte));
        let joint = if line::is_setter(text, start) { Joint::Assigned } else { Joint::Passed };
        return whole.then_some((joint, at + 1));
    }
    if call::is_asserted(text, start) {
        return literal().then_some((Joint::Passed, at + 1));
    }
    // `set :password, "x"`
    if at == end && line::is_setting(text, start) {
        return literal().then_some((Joint::Assigned, at + 1));
    }
    // `get_env(:app, :db_password, "x")`
    if at == end && between::is_symbol(text, start) {
        return literal().then_some((Joint::Passed, at + 1));
    }
    spaced(text, start, end, at, b"")
}

/// A bracket opens behind the name: a call that is given a literal.
fn given(text: &[u8], start: usize, end: usize) -> Option<(Joint, usize)> {
    let name = text.get(start..end).unwrap_or_default();
    // `url.set_password(Some("…"))`
    let setter = call::sets(name);
    let some = setter && text.get(end + 1..).is_some_and(|rest| rest.starts_with(b"Some("));
    let literal = blank(text, end + 1 + if some { b"Some(".len() } else { 0 });
    if !between::is_literal_next(text, literal) {
        return spaced(text, start, end, end, b"");
    }
    let given = text.get(end) == Some(&b'{') || call::takes_a_value(name) || call::is_told(text, name, literal);
    let joint = if setter { Joint::Assigned } else { Joint::Passed };
    given.then_some((joint, literal))
}

/// A name and a value with nothing but white space between them, or the words of a sentence.
fn spaced(text: &[u8], start: usize, end: usize, at: usize, sign: &[u8]) -> Option<(Joint, usize)> {
    if at == end {
        return None;
    }
    if line::is_flag(text, start) || line::is_alone(text, start, at) || line::is_variable(text, start, end, at) {
        return Some((Joint::Spaced, at));
    }
    if !matches!(sign, b"") {
        return None;
    }
    if text.get(at).is_some_and(|byte| QUOTES.contains(byte)) {
        // `Pass `x` in …`: the verb.
        if text.get(at) == Some(&b'`') && text.get(start..end).is_some_and(|name| name.eq_ignore_ascii_case(b"pass")) {
            return None;
        }
        let statement =
            text.get(at) == Some(&b'\'') && line::is_statement(text, start, end) || line::is_defined(text, start, end);
        return Some((if statement { Joint::Assigned } else { Joint::Passed }, at));
    }
    sentence::said(text, start, at).map(|at| (Joint::Said, at))
}

/// `PASSWORD=?x9`, `password:!x9`: one sign, and a value that begins with a character that may be part of others.
fn begins_the_value(sign: &[u8]) -> bool {
    match sign {
        b"=>" | b"=:" | b"=<" | b"=|" | b"=!" | [b'=', b'=', ..] => false,
        [b'=', _, ..] | [b':', b'~' | b'.' | b'!', ..] => true,
        _ => false,
    }
}
