//! The first bytes of a value that tell it wherever they begin a word: `the key that starts with Zq7…`.

use super::{CUT, HEX_MIN, PASSWORD_MIN, is_own, is_random_end, is_telling};
use crate::detect::judge::{striking, value};

/// No more of a value is its head.
const HEAD_MAX: usize = 48;
/// Of a token it is no less.
const HEAD_MIN: usize = 10;

/// The fewest first bytes of a value that tell it: of a token ten or more, of a password with signs fewer. What others begin with as
/// well tells nothing: the name and settings of a hash, `SCRAM-SHA-256$4096:…`, the time in an id, what kind of token it is, and whose.
pub(super) fn head(value: &[u8]) -> Option<&[u8]> {
    const PARTS_OF_HASH: usize = 3;
    let parts = || value.iter().filter(|byte| b"$:".contains(byte)).count();
    if value.contains(&b'$') && parts() >= PARTS_OF_HASH {
        return None;
    }
    let most = HEAD_MAX.min(value.len().saturating_sub(1));
    (PASSWORD_MIN..=most).filter_map(|length| value.get(..length)).find(|head| {
        let shape = value::shape(head);
        let signs = head.iter().any(|byte| byte.is_ascii_punctuation() && !b"-_./:".contains(byte));
        let strong = signs && shape.digit > 0 && shape.letters() >= 3;
        strong && striking::is_striking(head) && is_telling(head)
            || head.len() >= HEAD_MIN && (tells_token(own(head), value) || tells_behind_kind(head))
    })
}

/// What stands behind the last sign of the head of a token: `xoxb-123456789012-…`, `x86_64-unknown-…`.
fn own(head: &[u8]) -> &[u8] {
    head.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// `glrt-Hu6Is_JCZ`: behind what kind of token it is stand letters and digits enough, and a sign among them.
fn tells_behind_kind(head: &[u8]) -> bool {
    const KIND: std::ops::RangeInclusive<usize> = 2..=8;
    let sign = head.iter().position(|byte| b"-_".contains(byte)).unwrap_or(0);
    let (kind, rest) = head.split_at(sign);
    let rest = rest.get(1..).unwrap_or_default();
    let form = value::shape(rest);
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    KIND.contains(&sign)
        && kind.iter().all(u8::is_ascii_lowercase)
        && rest.len() >= HEAD_MIN
        && rest.iter().all(token)
        && rest.iter().any(|byte| b"-_".contains(byte))
        && form.digit > 0
        && form.upper >= 3
        && form.lower >= 3
}

/// Whether the last part of a token's head tells it. Ids that one machine made in one second begin alike: those of MongoDB up to their
/// last digits, others up to a dozen signs.
fn tells_token(part: &[u8], value: &[u8]) -> bool {
    const MIXED_MIN: usize = 8;
    const ONE_CASE_MIN: usize = 14;
    const OBJECT_ID: usize = 24;
    let shape = value::shape(part);
    if own(value).len() == OBJECT_ID && own(value).iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let least = if part.iter().all(u8::is_ascii_hexdigit) {
        HEX_MIN
    } else if shape.upper == 0 || shape.lower == 0 {
        ONE_CASE_MIN
    } else {
        MIXED_MIN
    };
    is_random_end(part) && part.len() >= least || part.len() >= CUT && is_own(part) && value::is_jumbled(part)
}
