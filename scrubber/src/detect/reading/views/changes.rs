//! Differences by words, read as the text was and as it is.

use super::View;

/// Which side of a change is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Side {
    Old,
    New,
}

/// Reads a difference by words as one side of it: `token: [-…-]{+…+}`.
pub(in crate::detect) fn changed_words(text: &[u8], side: Side, view: &mut View) -> bool {
    let (mut at, mut any) = (0, false);
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let marks = match byte {
            b'[' => changed(rest, b"[-", b"-]").map(|length| (length, Side::Old)),
            b'{' => changed(rest, b"{+", b"+}").map(|length| (length, Side::New)),
            _ => None,
        };
        match marks {
            Some((length, of)) => {
                if of == side {
                    view.append(text, at + 2..at + length - 2);
                }
                (at, any) = (at + length, true);
            }
            None => {
                view.push(byte, at);
                at += 1;
            }
        }
    }
    view.end(at);
    any
}

/// The length of a changed word with its marks.
fn changed(text: &[u8], open: &[u8], close: &[u8]) -> Option<usize> {
    const WORD_MAX: usize = 512;
    let word = text.strip_prefix(open)?;
    let end = memchr::memmem::find(word.get(..word.len().min(WORD_MAX))?, close)?;
    let line = word.get(..end)?;
    (!line.is_empty() && !line.contains(&b'\n')).then_some(open.len() + end + close.len())
}
