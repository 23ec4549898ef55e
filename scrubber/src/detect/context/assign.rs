//! The value that stands beside a name, in any of the ways in which programs, settings and shells write it.
//!
//! Start at [`value_after`]. What stands between a name and its sign is read in `between`, what joins the value to the name in
//! `joint`, members of one record in `member`, what is given to calls in `call`, what the rest of the line says about the value in
//! `line`, what sentences say in `sentence`, what debuggers and pages put around both in `shown`, values that are here
//! documents in `heredoc`, two values of two names in `pair`, further ones of a list in `series`, and whole lines of settings in `setting`.

mod between;
mod call;
mod heredoc;
mod joint;
mod line;
mod member;
mod object;
mod pair;
mod quoted;
mod sentence;
pub(in crate::detect) mod series;
mod setting;
mod shown;

use super::{declared, foreign};
use crate::detect::judge::{generic, value};
use crate::detect::reading::boxes;
use crate::detect::reading::window::Window;
use crate::detect::sets::byteset::ByteSet;

pub(in crate::detect) use line::{ends_string, is_constant, is_given_to_flag, within_string};
pub(in crate::detect) use object::changed_to;
pub(in crate::detect) use pair::second;
pub(in crate::detect) use sentence::after_remark;
pub(in crate::detect) use setting::{Setting, setting};

/// How a value was joined to its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Joint {
    /// `=`, `:`, `=>`, `:=` and their like, the attributes and elements of XML, or a call that sets something.
    Assigned,
    /// A comma between arguments, a bracket, or a comparison.
    Passed,
    /// White space only: command-line flags, `.netrc`.
    Spaced,
    /// A sentence: `the password is …`, `with password …`.
    Said,
}

/// A value's place in a window.
#[derive(Debug, Clone, Copy)]
pub(in crate::detect) struct Value {
    pub start: usize,
    pub end: usize,
    pub joint: Joint,
    /// It stands in quotes, or fills an XML element.
    pub quoted: bool,
    /// What stands around says that this is no variable and no prose: even a plain word is a literal here.
    pub literal: bool,
}

/// The longest value that is taken whole.
const VALUE_MAX: usize = 2048;
const QUOTES: &[u8] = b"\"'`";

/// The value of the name that ends at `end` and starts at `start`.
pub(in crate::detect) fn value_after(window: &Window, start: usize, end: usize) -> Option<Value> {
    let text = window.bytes();
    if declared::is_type(text, start, end) {
        return None;
    }
    let next = blank(text, skip(text, end, QUOTES, 1));
    if let Some(border) = boxes::border_at(text, next) {
        let joint = if text.get(start..end).is_some_and(is_constant) { Joint::Assigned } else { Joint::Said };
        return cell(text, blank(text, next + border), joint);
    }
    if text.get(blank(text, end)).is_some_and(|byte| !byte.is_ascii()) {
        return foreign::value_after(text, end);
    }
    if let Some(value) = shown::answered(text, start, end) {
        return Some(value);
    }
    let joined = joint::read(text, start, end);
    if between::is_member_name(text, start, end)
        && joined.is_none_or(|(joint, after)| joint != Joint::Assigned || text.get(after - 1) == Some(&b'>'))
        && let Some(value) = object::member_behind(text, start)
    {
        return Some(value);
    }
    if let Some((start, end)) = between::paired(text, start, end) {
        return Some(Value { start, end, joint: Joint::Assigned, quoted: true, literal: true });
    }
    if let Some((from, to)) = call::compared_before(text, start) {
        return Some(Value { start: from, end: to, joint: Joint::Passed, quoted: true, literal: true });
    }
    let (joint, after) = joined?;
    let name = text.get(start..end).unwrap_or_default();
    let line_breaks = matches!(joint, Joint::Assigned | Joint::Passed);
    let mut at = if line_breaks { broad(text, after) } else { blank(text, after) };
    at = type_then_equals(text, after, emphasis(text, at + bare_colour(text, at)));
    at = opening(text, anchor(text, object::deeper(text, after, at).unwrap_or(at)));
    if joint == Joint::Assigned
        && let Some(default) = call::default_within(text, at)
    {
        at = default;
    }
    at = shown::visible(text, at);
    let quote = *text.get(at)?;
    if !quote.is_ascii()
        && let Some(value) = foreign::quoted(text, at)
    {
        return Some(value);
    }
    if joint == Joint::Assigned
        && text.get(after.wrapping_sub(1)) == Some(&b'>')
        && (line::is_element(text, start, after) || line::is_attribute(text, start) || member::is_value(text, after))
    {
        return element(text, at).map(|value| Value { joint: shown::cell_joint(text, after, joint), ..value });
    }
    if let Some((start, end)) = between::delimited(text, at).or_else(|| shown::taken_out(text, at)) {
        return Some(Value { start, end, joint, quoted: true, literal: false });
    }
    if joint == Joint::Assigned
        && let Some(value) = heredoc::line(text, at)
    {
        return Some(value);
    }
    if QUOTES.contains(&quote) {
        let listed = text.get(after.wrapping_sub(1)) == Some(&b',');
        return quoted::quoted(window, name, at, quote, joint)
            .filter(|value| !(listed && is_key(text, value.end)))
            .map(|value| Value { literal: false, ..value });
    }
    // What is passed without quotes is a variable, or names the next argument: `("--password", action=…)`.
    if joint == Joint::Passed
        || text.get(after.wrapping_sub(1)) == Some(&b',') && joint != Joint::Said
        || declared::declares_a_type(text, start, end)
    {
        return None;
    }
    // `--password \`: the line goes on.
    if joint == Joint::Spaced && text.get(at).is_some_and(|byte| b"\r\n".contains(byte)) {
        return on_next_line(window, start, after, broad(text, at));
    }
    // A bare value may not stand on a later line; a YAML key with nested keys has none.
    if object::deeper(text, after, broad(text, after)).is_none()
        && text.get(after..at).unwrap_or_default().contains(&b'\n')
    {
        return line::alone_on_next(text, start, after, at);
    }
    let at = scheme(text, name, shown::bracketed(text, block_scalar(text, at)));
    let end = object::unless_variable(text, start, at, shown::visible_end(text, at, bare_end(text, start, at)));
    if line::is_next_attribute(text, at, end) {
        return None;
    }
    let literal = line::says_literal(text, start, after, end, joint);
    (end > at).then_some(Value { start: at, end, joint, quoted: false, literal })
}

/// Whether the text from `at` on, or what stands before the name at `start`, may join name and value by words.
pub(in crate::detect) fn may_say(text: &[u8], start: usize, at: usize) -> bool {
    between::DECLARES.iter().any(|word| text.get(at..).is_some_and(|rest| rest.starts_with(word)))
        || sentence::may_say(text, start, at)
}

/// `env('DB_PASSWORD'), 'timeout' => 5`: whether the literal that ends at `end` is the name of the next member, by the sign behind it.
fn is_key(text: &[u8], end: usize) -> bool {
    let sign = blank(text, skip(text, end, QUOTES, 1));
    let rest = text.get(sign..).unwrap_or_default();
    rest.starts_with(b"=>") || rest.starts_with(b":") && !rest.starts_with(b"::")
}

/// The value of a flag that ends its line, at `at` in the next one.
fn on_next_line(window: &Window, start: usize, after: usize, at: usize) -> Option<Value> {
    let text = window.bytes();
    if let Some(quote) = text.get(at).filter(|byte| QUOTES.contains(byte)) {
        return quoted::quoted(window, &[], at, *quote, Joint::Said);
    }
    let flag = || {
        let end = bare_end(text, start, at);
        let word = end > at && line::is_flag(text, start) && text.get(at) != Some(&b'-');
        word.then_some(Value { start: at, end, joint: Joint::Said, quoted: false, literal: false })
    };
    line::alone_on_next(text, start, after, at).or_else(flag)
}

/// The word that stands in a cell of a drawn table.
fn cell(text: &[u8], at: usize, joint: Joint) -> Option<Value> {
    let start = skip(text, at, QUOTES, 1);
    let end = until(text, start, |byte| byte.is_ascii_whitespace() || QUOTES.contains(&byte));
    let closed = boxes::border_at(text, blank(text, skip(text, end, QUOTES, 1))).is_some();
    (end > start && closed).then_some(Value {
        start,
        end,
        joint,
        quoted: start > at,
        literal: joint == Joint::Assigned,
    })
}

/// The text of an XML element that begins at `at`.
fn element(text: &[u8], at: usize) -> Option<Value> {
    let start = object::unwrapped(text, broad(text, at));
    let end = until(text, start, |byte| byte == b'<');
    let end = if text.get(start..end)?.ends_with(b"]]>") { end - 3 } else { end };
    let end = start + text.get(start..end)?.trim_ascii_end().len();
    let value = Value { start, end, joint: Joint::Assigned, quoted: true, literal: false };
    // `Cell::<libc::passwd>::new()` is code.
    let code = text.get(start..end)?.starts_with(b"::");
    (text.get(start) != Some(&b'<') && end > start && !code).then_some(value)
}

/// Skips the sign of a YAML block that holds one line, and its indentation.
fn block_scalar(text: &[u8], at: usize) -> usize {
    if !text.get(at).is_some_and(|byte| b"|>".contains(byte)) {
        return at;
    }
    let sign = skip(text, skip(text, at + 1, b"+-", 1), b"\r", 1);
    let next = text.get(sign..).unwrap_or_default().iter().take(24).take_while(|byte| b" \n".contains(byte)).count();
    if text.get(sign) == Some(&b'\n') { sign + next } else { at }
}

/// Bytes of a word without the full stop or comma that ends it.
fn without_stop(word: &[u8]) -> usize {
    word.strip_suffix(b".").or_else(|| word.strip_suffix(b",")).unwrap_or(word).len()
}

/// The end of a value without quotes.
fn bare_end(text: &[u8], start: usize, at: usize) -> usize {
    /// No longer value without quotes holds brackets and commas.
    const WHOLE_MAX: usize = 256;
    static STOPS: ByteSet = ByteSet::of(b" \t\n\x0c\r\"'`");
    static CUTS: ByteSet = ByteSet::of(b" \t\n\x0c\r\"'`,;)]}>&|");
    let word = until(text, at, |byte| STOPS.holds(byte));
    // A setting that fills its line may hold any sign; elsewhere brackets and commas end the value.
    let cut = until(text, at, |byte| CUTS.holds(byte));
    let whole = |end| {
        let word = text.get(at..end).filter(|word| word.len() <= WHOLE_MAX);
        word.is_some_and(|word| value::is_scrambled(word) || value::is_noise(word) || generic::is_of_django(word))
    };
    // `Copper&Fog7,` in a sentence.
    let plain = at + without_stop(text.get(at..word).unwrap_or_default());
    let phrase = cut < plain && text.get(at..plain).is_some_and(value::is_joined_by_a_sign);
    let mut end = if phrase {
        plain
    } else if cut < word && line::fills_line(text, start, at, word) {
        word
    } else if cut < word && whole(word) {
        unclosed(text, at, word)
    } else {
        cut
    };
    // `?key=…&v=3`: in the query of an address the next member ends it.
    if start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| b"?&".contains(byte)) {
        end = next_of_query(text.get(at..end).unwrap_or_default()).map_or(end, |member| at + member);
    }
    // The element that a value fills may be closed right behind it, and its colour end there.
    let value = text.get(at..end).unwrap_or_default();
    if let Some(code) = memchr::memchr_iter(b'[', value).find(|code| bare_colour(text, at + code) > 0) {
        return at + code;
    }
    if let Some(tag) = value.windows(2).position(|two| two == b"</") {
        end = at + tag;
    }
    // Signs of sentences in Chinese and Japanese stand right behind the value.
    let value = text.get(at..end).unwrap_or_default();
    if let Some(sign) =
        memchr::memchr2_iter(0xe3, 0xef, value).find(|sign| ends_clause(value.get(*sign..).unwrap_or_default()))
    {
        return at + sign;
    }
    end - usize::from(value.ends_with(b"."))
}

/// `{ClientSecret:1tbh28zqTb}`, `connecting{db_password=1v2K8zTp}: ready`: the end of a word without the brackets that close what was
/// opened before it, and what stands behind them, or without the sign that parts it from the next one.
fn unclosed(text: &[u8], at: usize, end: usize) -> usize {
    let word = text.get(at..end).unwrap_or_default();
    let opened = |close: &u8| match close {
        b'}' => word.contains(&b'{'),
        b']' => word.contains(&b'['),
        _ => word.contains(&b'('),
    };
    let signs = word.iter().rev().take_while(|byte| b")}]:,;".contains(byte)).count();
    let first = word.len() - signs;
    let closes = word.iter().skip(first).position(|byte| b")}]".contains(byte) && !opened(byte));
    let parted = usize::from(word.ends_with(b",") || word.ends_with(b";"));
    closes.map_or(end - parted, |sign| at + first + sign)
}

/// Where the sign stands that begins the next member of a query.
fn next_of_query(value: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'&', value).find(|sign| {
        let rest = value.get(sign + 1..).unwrap_or_default();
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte)).count();
        name > 0 && rest.get(name) == Some(&b'=')
    })
}

/// `，` and its like.
fn ends_clause(text: &[u8]) -> bool {
    ["，", "。", "、", "；", "！", "？", "）", "」"].iter().any(|sign| text.starts_with(sign.as_bytes()))
}

/// `**Token:** …`: the value stands behind the end of the emphasis.
fn emphasis(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(b"** ") || rest.starts_with(b"__ ") { blank(text, at + 2) } else { at }
}

/// Skips the anchor that YAML gives a value: `token: &prod …`.
fn anchor(text: &[u8], at: usize) -> usize {
    if text.get(at) != Some(&b'&') {
        return at;
    }
    let end = until_within(text, at + 1, TYPE_MAX, |byte| !(byte.is_ascii_alphanumeric() || b"_-".contains(&byte)));
    let value = blank(text, end);
    let line = until(text, value, |byte| byte.is_ascii_whitespace());
    let alone = text.get(line).is_none_or(|byte| b"\r\n".contains(byte)) && line > value;
    if text.get(end) == Some(&b' ') && alone { value } else { at }
}

/// A type between a name and its value is no longer.
const TYPE_MAX: usize = 24;
/// Neither is what a value is wrapped in.
const WRAPPER_MAX: usize = 40;

/// `token: str = …`: the value stands after the second sign.
fn type_then_equals(text: &[u8], after: usize, at: usize) -> usize {
    // The next line may be that of another name.
    let same = text.get(after..at).is_some_and(|gap| !gap.contains(&b'\n'));
    if !same || !text.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || b"&[".contains(byte)) {
        return at;
    }
    // `&'static str`, `[]const u8`
    let rest = text.get(at..).unwrap_or_default();
    let lead = ["&'static ", "[]const "].into_iter().find(|lead| rest.starts_with(lead.as_bytes()));
    let word = at + lead.map_or(0, str::len);
    let word =
        until_within(text, word, TYPE_MAX + 1, |byte| !(byte.is_ascii_alphanumeric() || b"_<>[]&'.:?".contains(&byte)));
    let next = blank(text, word);
    let sign = text.get(next) == Some(&b'=') && text.get(next + 1) != Some(&b'=') && next > word;
    if sign && word - at <= TYPE_MAX { blank(text, next + 1) } else { at }
}

/// Skips what may stand between the sign and the value's quote: string prefixes, wrappers, brackets.
fn opening(text: &[u8], at: usize) -> usize {
    const WRAPPERS: &[&str] = &[
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
        "Sensitive",
        "std::string",
        "QString",
        "QLatin1String",
        "TEXT",
        "_T",
    ];
    let at = between::wrapped(text, between::braced(text, at).unwrap_or(at));
    // `r#"…"#`, `br##"…"##`
    let at = between::raw_literal(text, at).unwrap_or(at);
    // `<<"…">>`
    let at = if text.get(at..at + 3) == Some(b"<<\"") { at + 2 } else { at };
    let at = shown::typed_value(text, shown::pointer(text, at));
    if text.get(at).is_some_and(|byte| QUOTES.contains(byte)) {
        return at;
    }
    if let Some(entity) = between::entity(text, at) {
        return at + entity;
    }
    let name =
        until_within(text, at, WRAPPER_MAX + 1, |byte| !(byte.is_ascii_alphanumeric() || b"_.:&@$ ".contains(&byte)));
    if name - at > WRAPPER_MAX {
        return at;
    }
    let wrapper = text.get(at..name).unwrap_or_default();
    let call = skip(text, name, b"([", 2);
    let known = || {
        call > name
            && (WRAPPERS.iter().any(|start| wrapper.starts_with(start.as_bytes())) || call::is_conversion(wrapper))
    };
    // What `{:#?}` prints stands on a line of its own.
    let inner = broad(text, call);
    // `TOKEN = (` and literals below it.
    let grouped = || {
        call == at + 1 && text.get(at) == Some(&b'(') && text.get(call..inner).is_some_and(|gap| gap.contains(&b'\n'))
    };
    if inner > call && text.get(inner).is_some_and(|byte| QUOTES.contains(byte)) && (known() || grouped()) {
        return inner;
    }
    if text.get(call).is_some_and(|byte| QUOTES.contains(byte)) {
        let prefix = wrapper.len() <= 2 && !wrapper.contains(&b' ');
        if prefix || known() {
            return call;
        }
    }
    // `string(12) "…"`, as PHP dumps it.
    let length = until(text, call, |byte| !byte.is_ascii_digit());
    let dumped = blank(text, skip(text, length, b")", 1));
    if wrapper == b"string" && length > call && text.get(dumped) == Some(&b'"') { dumped } else { at }
}

/// Skips the scheme of an `Authorization` header, and what Spring says of how a password is kept.
fn scheme(text: &[u8], name: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let word = rest.iter().take(20).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let any =
        name.len() >= 13 && name.get(name.len() - 13..).is_some_and(|end| end.eq_ignore_ascii_case(b"authorization"));
    if any && word >= 2 && rest.get(word) == Some(&b' ') {
        return at + word + 1;
    }
    for word in [
        "Bearer ",
        "bearer ",
        "Basic ",
        "basic ",
        "Token ",
        "token ",
        "token=",
        "ApiKey ",
        "Key ",
        "AWS4-HMAC-SHA256 ",
        "{noop}",
    ] {
        if rest.starts_with(word.as_bytes()) {
            return at + word.len();
        }
    }
    at
}

fn skip(text: &[u8], at: usize, set: &[u8], max: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take(max).take_while(|byte| set.contains(byte)).count()
}

/// Skips blanks, and colour codes that lost their first byte: `[32m`.
fn blank(text: &[u8], at: usize) -> usize {
    let next = skip(text, at, b" \t", 64);
    let colour = bare_colour(text, next);
    if colour == 0 { next } else { skip(text, next + colour, b" \t", 64) }
}

/// The length of a terminal colour code without its first byte that starts at `at`.
fn bare_colour(text: &[u8], at: usize) -> usize {
    let Some(rest) = text.get(at..).filter(|rest| rest.first() == Some(&b'[')) else { return 0 };
    let numbers = rest.iter().skip(1).take(12).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    if numbers > 0 && rest.get(1 + numbers) == Some(&b'm') { numbers + 2 } else { 0 }
}

fn broad(text: &[u8], at: usize) -> usize {
    skip(text, at, b" \t\r\n\\", 64)
}

fn until(text: &[u8], at: usize, stop: impl Fn(u8) -> bool) -> usize {
    until_within(text, at, VALUE_MAX, stop)
}

fn until_within(text: &[u8], at: usize, max: usize, stop: impl Fn(u8) -> bool) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take(max).take_while(|byte| !stop(**byte)).count()
}
