//! Literals in quotes, with those that are joined to them.

use super::{Joint, TYPE_MAX, VALUE_MAX, Value, blank, scheme, skip, until, until_within};
use crate::detect::reading::window::Window;

/// As many literals in a row are read as one.
const PIECES_MAX: usize = 16;

/// The literal whose opening quote stands at `at`, with those that are joined to it.
pub(super) fn quoted(window: &Window, name: &[u8], at: usize, quote: u8, joint: Joint) -> Option<Value> {
    let text = window.bytes();
    let triple = text.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
    // Exports double the quotes of what they hold.
    let doubled = text.get(at + 1) == Some(&quote) && text.get(at + 2).is_some_and(u8::is_ascii_alphanumeric);
    // The line of a fence may name a language.
    let fence = triple && quote == b'`';
    let language =
        if fence { until_within(text, at + 3, TYPE_MAX, |byte| !byte.is_ascii_alphabetic()) } else { at + 3 };
    let block = triple && text.get(language).is_some_and(|byte| b"\r\n".contains(byte));
    let open = match () {
        () if block => skip(text, language, b"\r\n", 2),
        () if triple => at + 3,
        () => at + 1 + usize::from(doubled),
    };
    let joint = if fence && block { Joint::Said } else { joint };
    let mut end = literal_end(window, open, at, triple);
    if block {
        end = open + text.get(open..end).unwrap_or_default().trim_ascii_end().len();
    }
    for _ in 1..PIECES_MAX {
        // The quote that ends the string which holds all of it begins none.
        let joins = |next: &usize| !triple && end > open && window.depth(*next) == window.depth(at);
        let Some(next) = next_literal(text, end, quote).filter(joins) else { break };
        end = literal_end(window, next + 1, next, false);
    }
    let open = scheme(text, name, open);
    if ends_outer_literal(text, open, end, quote) {
        return None;
    }
    (end > open).then_some(Value { start: open, end, joint, quoted: true, literal: true })
}

/// Whether the quote before `open` ends the literal that the name stands in: `"Password: ")?;`, `"Password:"),h("code",`,
/// `'… key='.quoted($key);`, `"… password='".$password."' "`. What seems to be a literal ends at `end`.
fn ends_outer_literal(text: &[u8], open: usize, end: usize, quote: u8) -> bool {
    let value = text.get(open..end).unwrap_or_default();
    let closed = text.get(end) == Some(&quote);
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || b"$_".contains(byte));
    let joins = |sign: Option<&u8>| sign.is_some_and(|sign| b".+&".contains(sign));
    match value {
        [b')', next, ..] if closed => b",;.)}?".contains(next) && value.contains(&b'('),
        [b')', ..] => !closed,
        [b'.', rest @ ..] => !closed && is_name(rest.trim_ascii_start().first()) && rest.contains(&b'('),
        // Another quote: what is between the signs that join is code.
        [other @ (b'"' | b'\''), inner @ .., last] if other == last => {
            let inner = inner.trim_ascii();
            let code = inner.get(1..).unwrap_or_default().trim_ascii_start();
            joins(inner.first()) && joins(inner.last()) && is_name(code.first())
        }
        _ => false,
    }
}

/// Where the literal that starts at `open` ends; its quote stands at `at`.
fn literal_end(window: &Window, open: usize, at: usize, triple: bool) -> usize {
    let text = window.bytes();
    let quote = text.get(at).copied().unwrap_or(b'"');
    let depth = window.depth(at);
    let mut end = open;
    while let Some(&byte) = text.get(end) {
        let closes = byte == quote && window.depth(end) <= depth;
        let breaks = byte == b'\n' && !triple && !goes_on(window, open, end, at);
        if closes || breaks || end - open >= VALUE_MAX {
            break;
        }
        end += 1;
    }
    end
}

/// Whether the literal that starts at `open` was broken at `end`, as terminals wrap lines and a backslash continues them: what stands
/// before and what stands behind, up to the same quote, is a part of one word.
fn goes_on(window: &Window, open: usize, end: usize, at: usize) -> bool {
    const PIECE_MIN: usize = 4;
    const PIECE_MAX: usize = 256;
    let text = window.bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.+/=$".contains(byte);
    let piece =
        |piece: &[u8]| piece.len() >= PIECE_MIN && piece.iter().all(is_part) && piece.iter().any(u8::is_ascii_digit);
    let Some(before) = text.get(open..end) else { return false };
    let last = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let rest = text.get(end + 1..text.len().min(end + 1 + PIECE_MAX)).unwrap_or_default();
    let length = rest.iter().take_while(|byte| is_part(byte)).count();
    let close = end + 1 + length;
    piece(last)
        && rest.get(..length).is_some_and(piece)
        && text.get(close) == text.get(at)
        && window.depth(close) == window.depth(at)
}

/// The opening quote of a literal that is joined to the one whose closing quote stands at `close`: `"abc" + "def"`.
fn next_literal(text: &[u8], close: usize, quote: u8) -> Option<usize> {
    if text.get(close) != Some(&quote) {
        return None;
    }
    let gap = text.get(close + 1..)?.iter().take(48).take_while(|byte| b" \r\n+.&\\_".contains(byte)).count();
    let next = close + 1 + gap;
    // Without a sign between them only literals on two lines, or right beside each other, make one.
    let between = text.get(close + 1..next)?;
    let joins = between.iter().filter(|byte| b"+.&".contains(byte)).count();
    // `-v pass='…' '{ print }'`: what a shell is given next is no part of the same word.
    let spaced = between.iter().all(|byte| *byte == b' ');
    let word = |at: usize| !until_quote(text, at, quote).iter().any(|byte| b" ${".contains(byte));
    let joined = joins <= 1 && !between.is_empty() && (!spaced || word(next + 1));
    // Behind an empty line, at the start of a line or with a sign of its own it is another one.
    let lines = between.iter().filter(|byte| **byte == b'\n').count();
    let apart = || {
        let end = until(text, next + 1, |byte| byte == quote || byte == b'\n');
        let key = text.get(blank(text, end + 1)) == Some(&b':');
        key || between.iter().all(|byte| b"\r\n".contains(byte))
    };
    let other = lines > 1 || lines == 1 && joins == 0 && apart();
    (text.get(next) == Some(&quote) && joined && !other).then_some(next)
}

/// What stands from `at` on before a quote or a line end.
fn until_quote(text: &[u8], at: usize, quote: u8) -> &[u8] {
    text.get(at..until(text, at, |byte| byte == quote || byte == b'\n')).unwrap_or_default()
}
