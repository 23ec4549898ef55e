//! Pieces of plain text, in memory that one piece or the longest line bounds.

use std::io::{self, Read};

/// A part of a text.
pub(super) enum Piece<'a> {
    /// Whole lines; the last piece may end without a newline.
    Text(&'a [u8]),
    /// A line that was not held. Its newline begins the next piece.
    TooLong,
}

/// Calls `take` for pieces of about `piece_bytes` that end with a line, and for each line that has not ended after `line_bytes_max`.
///
/// # Errors
/// What reading gives, and what `take` gives.
pub(super) fn for_each(
    input: &mut impl Read,
    piece_bytes: usize,
    line_bytes_max: usize,
    mut take: impl FnMut(Piece<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let (mut buffer, mut skipping) = (Vec::new(), false);
    loop {
        let wanted = step(buffer.len(), piece_bytes) as u64;
        // Fewer bytes than wanted are the last ones. They are read with the lines before them: a value may stand below its name.
        let ended = (input.by_ref().take(wanted).read_to_end(&mut buffer)? as u64) < wanted;
        if skipping {
            let line_end = memchr::memchr(b'\n', &buffer);
            skipping = line_end.is_none();
            buffer.drain(..line_end.unwrap_or(buffer.len()));
        } else if buffer.len() > line_bytes_max && memchr::memchr(b'\n', &buffer).is_none() {
            skipping = true;
            take(Piece::TooLong)?;
            buffer.clear();
        }
        let end = if ended {
            buffer.len()
        } else {
            match memchr::memrchr(b'\n', &buffer) {
                // A piece that ends inside a private key would hide its end from the detectors.
                Some(at) if !splits_a_key(buffer.get(..at).unwrap_or_default()) || buffer.len() >= 4 * piece_bytes => {
                    at + 1
                }
                _ => continue,
            }
        };
        take(Piece::Text(buffer.get(..end).unwrap_or_default()))?;
        buffer.drain(..end);
        if ended {
            return Ok(());
        }
    }
}

/// Bytes to read on where `held` are. A piece whose end is not there yet grows by large steps: each time all of it is looked at.
fn step(held: usize, piece_bytes: usize) -> usize {
    piece_bytes.saturating_sub(held).max(piece_bytes / 2).max(1)
}

/// Whether `text` ends between the first and the last line of a PEM block.
fn splits_a_key(text: &[u8]) -> bool {
    let last = |needle: &[u8]| memchr::memmem::rfind(text, needle);
    last(b"-----BEGIN ").is_some_and(|begin| last(b"-----END ").is_none_or(|end| end < begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_without_an_end_is_not_read_byte_by_byte() {
        let (mut held, mut steps) = (0, 0);
        while held < 4_000_000 {
            held += step(held, 1_000_000);
            steps += 1;
        }
        assert!(steps <= 8, "{steps}");
        assert!((0..100).all(|held| step(held, 1) > 0));
    }
}
