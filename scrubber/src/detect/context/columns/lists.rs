//! Lines of lists that look like the head of a table: checksums, packages with their versions, words of a language.

use std::ops::Range;

/// Whether no column is called so: `9d2f…c4  usr/bin/passwd`, `apt  base-passwd  3.6.1`, `SetKey,  // of a store`, `BACK_PASS  0x8803`.
pub(super) fn is_of_list(cell: &[u8]) -> bool {
    is_digest(cell)
        || is_version(cell)
        || is_code(cell)
        || [b"//".as_slice(), b"/*"].iter().any(|sign| cell.starts_with(sign))
}

/// Whether a cell beside gaps is a number, the option of a command or what its help says of it, and names no column:
/// `yppasswdd  100009`, `--delete-password  Delete it`, `pwd   Print the working directory`.
pub(super) fn is_said(cell: &[u8]) -> bool {
    const WORDS_MIN: usize = 4;
    let number = !cell.is_empty() && cell.iter().all(u8::is_ascii_digit);
    let option = matches!(cell, [b'-', b'-', letter, ..] | [b'-', letter, ..] if letter.is_ascii_alphabetic());
    let words =
        cell.split(|byte| *byte == b' ').filter(|word| word.iter().all(u8::is_ascii_alphabetic) && !word.is_empty());
    number || option || words.count() >= WORDS_MIN
}

/// Whether a cell holds an MD5 or SHA-1; longer ones are no names of columns.
fn is_digest(cell: &[u8]) -> bool {
    matches!(cell.len(), 32 | 40)
        && cell.iter().all(u8::is_ascii_hexdigit)
        && cell.iter().any(u8::is_ascii_digit)
        && cell.iter().any(u8::is_ascii_alphabetic)
}

/// Whether a cell holds a version or a number with a fraction, which no column is called.
fn is_version(cell: &[u8]) -> bool {
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && matches!(cell.get(digits..), Some([b'.', next, ..]) if next.is_ascii_digit())
}

/// Whether a cell holds a number in hex, as constants of a program have it.
fn is_code(cell: &[u8]) -> bool {
    cell.strip_prefix(b"0x").is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit))
}

/// Whether the two lines below the one that ends at `to` begin with its first cell: `keyword  passwd`, `keyword  portmap`, …
/// The rows of a table do not say its head again.
pub(super) fn is_in_list(text: &[u8], first: Range<usize>, to: usize) -> bool {
    let Some(head) = text.get(first.start..first.end + 1).filter(|_| !first.is_empty()) else { return false };
    let mut below = text.get(to + 1..).unwrap_or_default().splitn(3, |byte| *byte == b'\n');
    [below.next(), below.next()].iter().all(|line| line.is_some_and(|line| line.starts_with(head)))
}
