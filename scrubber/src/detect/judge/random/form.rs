//! Keys of providers that begin with nothing of their own and are told by their form alone.

use crate::detect::validate::is_wif;

/// Whether a run has the form of such a key. The length rules nearly all runs out.
pub(super) fn is_of_a_provider(run: &[u8]) -> bool {
    match run.len() {
        // Product keys.
        29 => groups(run, b'-', &[5; 5], is_capital) && count(run, u8::is_ascii_digit) >= 3 && is_past_hex(run),
        // Zhipu: an id and a secret.
        49 => {
            let secret = run.get(33..).unwrap_or_default();
            let mixed = count(secret, u8::is_ascii_uppercase) > 1
                && count(secret, u8::is_ascii_lowercase) > 1
                && count(secret, u8::is_ascii_digit) > 0;
            mixed && run.get(..33).is_some_and(|id| groups(id, b'.', &[32, 0], is_hex)) && secret.iter().all(is_plain)
        }
        // Mailgun; RapidAPI.
        50 => groups(run, b'-', &[32, 8, 8], is_hex) || is_rapid(run),
        // Bitcoin, with its checksum.
        51 | 52 => is_wif(run) || is_rapid(run),
        _ => false,
    }
}

/// Letters of the id of a Ghost key, and of its secret.
const GHOST: [usize; 2] = [24, 64];

/// Where a key of Ghost starts whose secret is the run `text[start..end]`: an id and a colon stand before it.
pub(super) fn of_id_and_secret(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let [id, secret] = GHOST;
    let from = start.checked_sub(id + 1).filter(|_| end - start == secret && text.get(start - 1) == Some(&b':'))?;
    let edge = from.checked_sub(1).and_then(|at| text.get(at));
    let whole = edge.is_none_or(|byte| !byte.is_ascii_alphanumeric() || *byte == b'n');
    let hex = [text.get(from..start - 1)?, text.get(start..end)?].iter().all(|part| {
        part.iter().all(is_hex) && part.iter().any(u8::is_ascii_digit) && part.iter().any(u8::is_ascii_alphabetic)
    });
    (whole && hex).then_some(from)
}

/// `…msh…p1…jsn…`.
fn is_rapid(run: &[u8]) -> bool {
    run.iter().all(is_plain)
        && run.get(10..13) == Some(b"msh")
        && run.get(28..30) == Some(b"p1")
        && run.get(36..39) == Some(b"jsn")
}

/// Whether groups of these lengths make up the run.
fn groups(run: &[u8], sign: u8, lengths: &[usize], holds: fn(&u8) -> bool) -> bool {
    let mut parts = run.split(|byte| *byte == sign);
    let fit =
        lengths.iter().all(|length| parts.next().is_some_and(|part| part.len() == *length && part.iter().all(holds)));
    fit && parts.next().is_none()
}

fn count(run: &[u8], holds: fn(&u8) -> bool) -> usize {
    run.iter().filter(|byte| holds(byte)).count()
}

fn is_past_hex(run: &[u8]) -> bool {
    run.iter().any(|byte| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit())
}

fn is_capital(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn is_hex(byte: &u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(byte)
}

fn is_plain(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
}
