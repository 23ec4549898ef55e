//! The part of a search that looks at long runs of token characters: values that their own looks give away.

use super::assign::{Joint, Value};
use super::builtin::Builtin;
use super::generic::Named;
use super::keys::Key;
use super::search::{Search, byte_at, name_start};
use super::{generic, keys, value};

/// Runs of token characters shorter than this are only looked at beside a name.
pub(super) const RUN_MIN: usize = 16;
/// Longer runs are encoded data, not tokens.
const RUN_MAX: usize = 2048;

impl Search<'_> {
    /// A run of token characters, longer than its digits were looked for: it may be a value by its own looks.
    pub(super) fn end_of_run(&mut self, start: usize, end: usize) {
        if self.text.get(start..end).unwrap_or_default().iter().any(u8::is_ascii_digit) {
            self.long_run(start, end);
        }
    }

    /// Works on the given bytes: a run holds no escapes, and those before it are stepped over.
    #[inline(never)]
    pub(super) fn long_run(&mut self, start: usize, end: usize) {
        let text = self.text;
        let run = text.get(start..end).unwrap_or_default();
        self.encoded_run(start, end);
        if run.len() <= RUN_MAX {
            self.by_keyword(start);
            self.inside_run(start, end);
        }
        if run.len() > RUN_MAX {
            return;
        }
        let shape = value::shape(run);
        if !shape.is_mixed() {
            return;
        }
        let name = name_before(text, start);
        if let Some(key) = name.and_then(|(from, to)| keys::classify(text.get(from..to).unwrap_or_default())) {
            self.work += 1;
            let quoted = b"\"'`".contains(&byte_at(text, start.wrapping_sub(1)));
            let place = Value { start, end, joint: Joint::Spaced, quoted };
            let next = text.get(end).copied();
            let previous = start.checked_sub(1).and_then(|at| text.get(at)).copied();
            if generic::is_secret(&Named { key, value: run, place, next, previous }) {
                self.report(
                    if key == Key::Password { Builtin::GenericPassword } else { Builtin::GenericSecret },
                    start,
                    end,
                );
            }
            return;
        }
        // Without a name of its own a value has to be random by every measure.
        if shape.length < 20 || shape.upper < 2 || shape.lower < 2 || shape.digit < 2 || !generic::is_random(run, 20) {
            return;
        }
        self.work += 1;
        if generic::is_id(run) || value::is_placeholder(run) || is_piece(text, start, end) {
            return;
        }
        let line = text.get(start.saturating_sub(40)..start).unwrap_or_default();
        let line = line
            .iter()
            .rposition(|byte| b"\n\\,;{}()".contains(byte))
            .and_then(|at| line.get(at + 1..))
            .unwrap_or(line);
        if shape.digit * 8 >= shape.length && keys::mentions_secret(line) {
            self.report(Builtin::GenericSecret, start, end);
        } else if is_clearly_random(run) && stands_alone(text, start, end) && !is_digest_context(line) {
            self.report(Builtin::RandomToken, start, end);
        }
    }
}

/// A piece of something longer: a line of encoded data, a part of an address or path.
fn is_piece(text: &[u8], start: usize, end: usize) -> bool {
    let joins = |byte: u8| b"+/=%@#&".contains(&byte);
    let run = text.get(start..end).unwrap_or_default();
    let before = byte_at(text, start.wrapping_sub(1));
    (start > 0 && (joins(before) && before != b'='))
        || joins(byte_at(text, end))
        || run.iter().any(|byte| b"+/".contains(byte))
        || run.windows(8).any(|part| part == b"ABCDEFGH" || part == b"abcdefgh" || part == b"01234567")
}

/// Not a line or a column of encoded data: in quotes, after a sign, or a word among others.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let before = byte_at(text, start.wrapping_sub(1));
    let after = byte_at(text, end);
    let whole_line = (start == 0 || matches!(before, b'\n' | b'n' | b' ' | b'\t'))
        && (end == text.len() || matches!(after, b'\n' | b'\r' | b'\\'));
    let data = whole_line && (end - start).is_multiple_of(4) && end - start >= 48;
    !data && matches!(before, b'"' | b'\'' | b'`' | b' ' | b'=' | b':' | b'\n' | b'\t' | b'n' | b'(')
}

/// Random beyond doubt, with nothing around that says so.
fn is_clearly_random(value: &[u8]) -> bool {
    let shape = value::shape(value);
    let separators = shape.length - shape.lower - shape.upper - shape.digit;
    shape.length >= 32
        && shape.length <= 200
        && shape.digit * 12 >= shape.length
        && shape.upper * 6 >= shape.length
        && shape.lower * 6 >= shape.length
        && separators * 10 <= shape.length
        && generic::is_random(value, 32)
        && value::entropy(value) >= 4.3
}

/// Whether the text before a value says that it is a digest or an id.
fn is_digest_context(before: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "sha512-",
        "sha384-",
        "sha256-",
        "sha1-",
        "h1:",
        "integrity",
        "base64,",
        "digest",
        "checksum",
        "hash",
        "sha256:",
        "etag",
        "_id",
        "uuid",
        "signature",
        "id\":",
        "Id\":",
        "id:",
        "ID:",
        "toolu_",
        "msg_",
        "req_",
        "http",
        "/",
        "cid",
        "nonce",
        "fingerprint",
    ];
    WORDS.iter().any(|word| before.windows(word.len()).any(|part| part == word.as_bytes()))
}

/// The name before a value that starts at `place`, over quotes, signs, white space and escapes.
fn name_before(text: &[u8], place: usize) -> Option<(usize, usize)> {
    let mut at = place;
    while at > 0 && place - at < 24 {
        let byte = byte_at(text, at - 1);
        if b" \t\"'`=:>,|&\\".contains(&byte) {
            at -= 1;
        } else if at > 1 && byte == b't' && byte_at(text, at - 2) == b'\\' {
            at -= 2;
        } else {
            break;
        }
    }
    let start = name_start(text, at);
    (at < place && start < at).then_some((start, at))
}
