//! Whether a value looks like what the row of its command asks for.

use super::kept;
use super::row::{Place, Proof, Row};
use crate::detect::judge::{generic, striking, value};
use crate::detect::shape::mnemonic;

/// Whether the value looks like what the row asks for.
pub(super) fn is_proved(row: &Row, line: &[u8], (start, end): (usize, usize)) -> bool {
    let value = line.get(start..end).unwrap_or_default();
    match row.proof {
        Proof::None => true,
        Proof::Account => generic::is_account(value),
        Proof::Hashed => generic::is_given_password(value) || generic::is_told_password(value, true),
        Proof::Setting => line.get(end..).is_some_and(ends_setting) && !matches!(value, b"public" | b"private"),
        Proof::Literal => {
            let quote = start.checked_sub(1).and_then(|at| line.get(at));
            let word = !value.iter().any(u8::is_ascii_whitespace);
            // `"input_tokens":`: a name of a member, behind a sentence that ends with `assert`.
            let member = line.get(end + 1) == Some(&b':');
            word && !member
                && quote.is_some_and(|byte| b"\"'".contains(byte))
                && generic::is_told_password(value, false)
        }
        Proof::Said => generic::is_given_password(value) || value::is_jumbled(value),
        Proof::Number => (4..=8).contains(&value.len()) && value.iter().all(u8::is_ascii_digit),
        Proof::MadeUp => {
            // Digests and ids are longer.
            let disorder = || value.len() <= 24 && striking::is_mixed_up(value);
            let set = row.place == Place::Set && (kept::is_key(value) || disorder());
            generic::is_short_password(value) || set
        }
        Proof::Chosen => generic::is_given_password(value) || mnemonic::is_compound(value),
        Proof::Machine => generic::is_machine_made(value.strip_prefix(b"0x").unwrap_or(value)),
        Proof::Striking => {
            let login = || striking::is_simple(value) || striking::is_mixed_up(value) || generic::is_signed_amid(value);
            striking::is_striking(value) || row.place == Place::Login && login()
        }
    }
}

/// Whether nothing follows in a line of settings but rights, a number or an address.
fn ends_setting(rest: &[u8]) -> bool {
    let rest = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
    let next = rest.trim_ascii_start();
    next.is_empty()
        || next.first().is_some_and(u8::is_ascii_digit)
        || next.split(u8::is_ascii_whitespace).next().is_some_and(|word| {
            [b"ro".as_slice(), b"rw", b"view", b"default"].iter().any(|right| word.eq_ignore_ascii_case(right))
        })
}
