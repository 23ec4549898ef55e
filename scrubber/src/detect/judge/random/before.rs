//! The name that stands before a value, and what it announces.

use std::sync::LazyLock;

use super::beside::without_sign;
use crate::detect::context::keys::{self, Key};
use crate::detect::search::{byte_at, name_start, of_two_words};
use crate::detect::sets::lexicon::List;

/// What the name before a value announces. Two words may make it: `secret key`, `acme access`.
pub(super) fn key_before(text: &[u8], start: usize) -> Option<Key> {
    let (from, to) = name_before(text, start)?;
    // `the API key is …`, `Token created: …`: the name stands before what is said of it.
    let said = text.get(from..to).is_some_and(|word| SAID.contains(&word));
    let (from, to) = if said { name_before(text, from)? } else { (from, to) };
    let name = text.get(from..to)?;
    if name.eq_ignore_ascii_case(b"base") && is_key_base(text, to) {
        return Some(Key::Secret);
    }
    let key = keys::classify(name);
    if matches!(key, None | Some(Key::Hint))
        && let Some(key) = for_purpose(text, from, to)
    {
        return Some(key);
    }
    if !matches!(key, Some(Key::Hint | Key::Access) | None) {
        return key;
    }
    // The word before, over a single blank: `private key`, `SECRET KEY`.
    let Some(blank) = from.checked_sub(1).filter(|at| text.get(*at) == Some(&b' ')) else { return key };
    let first = name_start(text, blank);
    // `the public key is …`
    if text.get(first..blank).is_some_and(|word| word.eq_ignore_ascii_case(b"public")) {
        return None;
    }
    let both =
        keys::classify(text.get(first..to)?).filter(|both| first < blank && !matches!(both, Key::Hint | Key::Access));
    both.or(key)
}

/// `secret key base`, as Rails calls it.
fn is_key_base(text: &[u8], end: usize) -> bool {
    const NAME: &[u8] = b"secret key base";
    text.get(end.saturating_sub(NAME.len())..end).is_some_and(|name| name.eq_ignore_ascii_case(NAME))
}

/// What stands before the word that tells what it is for: `token for npm: …`, `secret for the webhook: …`.
fn for_purpose(text: &[u8], from: usize, to: usize) -> Option<Key> {
    let before = text.get(..from)?;
    let before = before.strip_suffix(b"the ").unwrap_or(before).strip_suffix(b" for ")?;
    // What such a word names has an id.
    static OWNERS: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "tenant user account commit session id build job run device org organization organisation project customer client request \
             order tag branch release image container row record key sha hash revision workspace team event message task issue resource \
             deployment environment subscription object entity thread chat conversation",
        )
    });
    let signed = text.get(to).is_some_and(|byte| b":=".contains(byte));
    let name = name_start(before, before.len());
    let key = keys::classify(before.get(name..)?);
    let key = if key == Some(Key::Hint) { of_two_words(before, name, before.len()) } else { key };
    key.filter(|key| signed && *key == Key::Secret && !text.get(from..to).is_some_and(|word| OWNERS.holds(word)))
}

/// Words between a name and its value.
const SAID: &[&[u8]] =
    &[b"is", b"was", b"created", b"generated", b"issued", b"value", b"provided", b"ist", b"lautet", b"est", b"es"];

/// The same words, and signs, in letters beyond ASCII: `API key：…`, `API key 是 …`.
const SAID_ABROAD: &[&str] = &[
    "设置为",
    "设为",
    "改为",
    "는",
    "은",
    "هو",
    "：",
    "＝",
    "是",
    "为",
    "為",
    "は",
    "é",
    "è",
    "это",
    "—",
    "–",
    "→",
    "“",
    "„",
    "？",
    "·",
    "⇒",
    "‘",
    "«",
    "‹",
    "「",
    "『",
    "【",
    "（",
    "›",
    "❯",
    "➜",
    "הוא",
    "היא",
    "هي",
    "คือ",
    // Blanks that do not break, and such that are not seen.
    "\u{a0}",
    "\u{202f}",
    "\u{200b}",
    "\u{feff}",
];

/// The name before a value that starts at `place`, over quotes, signs, white space and escapes.
pub(super) fn name_before(text: &[u8], place: usize) -> Option<(usize, usize)> {
    let place = without_sign(text, place);
    let mut at = place;
    while at > 0 && place - at < 24 {
        let byte = byte_at(text, at - 1);
        if b" \t\"'`=:<>,|&*\\".contains(&byte) || byte == b'?' && byte_at(text, at) == b' ' {
            at -= 1;
        } else if let Some(sign) = sign_before(text, at) {
            at -= sign;
        } else if byte == b')'
            && let Some(before) = before_remark(text, at)
        {
            at = before;
        } else if at > 1 && byte == b't' && byte_at(text, at - 2) == b'\\' {
            at -= 2;
        } else if !byte.is_ascii()
            && let Some(word) = said_abroad(text, at)
        {
            at -= word;
        } else {
            break;
        }
    }
    // `--passphrase "" 'Ann'`: the value is empty, and another one follows.
    let gap = text.get(at..place)?.iter().filter(|byte| **byte != b'\\');
    let mut last = [0; 2];
    for &byte in gap {
        if byte == b' ' && matches!(&last, b"\"\"" | b"''") {
            return None;
        }
        last = [last[1], byte];
    }
    let start = name_start(text, at);
    (at < place && start < at).then_some((start, at))
}

/// The length of what joins a name and a value before `at`, beyond plain signs: an arrow, a bracket that stands apart, the end of a
/// question, behind which the answer stands in a line or in quotes of its own.
fn sign_before(text: &[u8], at: usize) -> Option<usize> {
    // The same signs, and quotes, as an encoder of JSON escapes them.
    const ESCAPED: [&[u8]; 13] = [
        b"201c", b"201e", b"2018", b"00ab", b"00a0", b"202f", b"200b", b"203a", b"300c", b"ff1a", b"2013", b"2014",
        b"2192",
    ];
    if let [b'\\', b'u', code @ ..] = text.get(at.saturating_sub(6)..at)? {
        return ESCAPED.contains(&code).then_some(6);
    }
    match text.get(at.saturating_sub(3)..at)? {
        [.., b'-'] if byte_at(text, at) == b'>' => Some(1),
        // `${TOKEN:-…}`
        [.., b':', b'-'] => Some(2),
        [.., b' ' | b':' | b'=', b'(' | b'['] => Some(1),
        [.., b'?'] if matches!(text.get(at..at + 2), Some(b"\"=" | b"\":" | b"\\\"")) => Some(1),
        [.., b'?', b'\n'] => Some(2),
        [b'?', b'\r', b'\n'] | [b'?', b'\n', b'\n'] | [b'?', b'\\', b'n'] => Some(3),
        _ => None,
    }
}

/// Where a name ends behind which a remark stands that ends at `at`, with a sign after it: `encryption key (hex): …`.
fn before_remark(text: &[u8], at: usize) -> Option<usize> {
    const REMARK_MAX: usize = 24;
    let signed = matches!((byte_at(text, at), byte_at(text, at + 1)), (b':' | b'=', _) | (b' ', b'='));
    let inner = text.get(at.saturating_sub(REMARK_MAX)..at - 1).filter(|_| signed)?;
    let open = inner.iter().rposition(|byte| !(byte.is_ascii_alphanumeric() || b" -_.,/".contains(byte)))?;
    let before = inner.get(..=open)?.strip_suffix(b" (")?;
    Some(at - 1 - inner.len() + before.len())
}

/// The length of one of [`SAID_ABROAD`] that ends at `at`.
fn said_abroad(text: &[u8], at: usize) -> Option<usize> {
    let before = text.get(at.saturating_sub(9)..at)?;
    SAID_ABROAD.iter().find(|word| before.ends_with(word.as_bytes())).map(|word| word.len())
}
