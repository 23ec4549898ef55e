//! Lines of files and pipes in bounded memory.

use scrubber::{Place, RawLine};
use std::io::{self, Read};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Calls `line` for every line of `input` as [`for_each_bytes`] does, for the scrubber alone.
///
/// # Errors
/// What reading gives, and what `line` gives.
pub fn for_each(
    input: impl Read,
    line_bytes_max: usize,
    mut line: impl FnMut(RawLine<'_>) -> io::Result<()>,
) -> io::Result<u64> {
    for_each_bytes(input, line_bytes_max, |bytes, place| line(RawLine::new(bytes, place)))
}

/// Calls `line` for every line of `input`, the last one with or without its newline. Lines above `line_bytes_max` are
/// skipped without being held.
///
/// Returns how many lines were skipped for their length.
///
/// # Errors
/// What reading gives, and what `line` gives.
pub fn for_each_bytes(
    input: impl Read,
    line_bytes_max: usize,
    mut line: impl FnMut(&[u8], Place) -> io::Result<()>,
) -> io::Result<u64> {
    let mut skipped = 0;
    for_each_line(input, line_bytes_max, |found| match found {
        Line::Whole(bytes, place) => line(bytes, place),
        Line::TooLong { .. } => {
            skipped += 1;
            Ok(())
        }
    })?;
    Ok(skipped)
}

/// A line, or that there was one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// Its bytes without the newline.
    Whole(&'a [u8], Place),
    /// It is above the limit and was not held.
    TooLong {
        /// Where it begins.
        offset: u64,
    },
}

/// Calls `line` for every line of `input` as [`for_each_bytes`] does, and for each that is skipped, so that lines can be numbered.
///
/// # Errors
/// What reading gives, and what `line` gives.
pub fn for_each_line(
    mut input: impl Read,
    line_bytes_max: usize,
    mut line: impl FnMut(Line<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let (mut filled, mut offset, mut skipping) = (0, 0_u64, false);
    loop {
        if filled == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        let read = match input.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let searched = filled;
        filled += read;
        let mut start = 0;
        let mut from = searched;
        while let Some(end) = memchr::memchr(b'\n', buffer.get(from..filled).unwrap_or_default()).map(|at| from + at) {
            if std::mem::take(&mut skipping) {
                offset += (end + 1 - start) as u64;
            } else {
                offset += emit(&buffer, start, end, 1, offset, line_bytes_max, &mut line)?;
            }
            start = end + 1;
            from = start;
        }
        if read == 0 {
            if start < filled && !skipping {
                emit(&buffer, start, filled, 0, offset, line_bytes_max, &mut line)?;
            }
            return Ok(());
        }
        buffer.copy_within(start..filled, 0);
        filled -= start;
        if filled > line_bytes_max || skipping {
            if !std::mem::replace(&mut skipping, true) {
                line(Line::TooLong { offset })?;
            }
            offset += filled as u64;
            filled = 0;
            buffer.truncate(CHUNK_BYTES);
            buffer.shrink_to_fit();
        }
    }
}

/// Hands out the line between `start` and `end`; returns its bytes with its newline.
fn emit(
    buffer: &[u8],
    start: usize,
    end: usize,
    newline: u64,
    offset: u64,
    line_bytes_max: usize,
    line: &mut impl FnMut(Line<'_>) -> io::Result<()>,
) -> io::Result<u64> {
    let bytes = buffer.get(start..end).unwrap_or_default();
    let length = bytes.len() as u64 + newline;
    line(if bytes.len() > line_bytes_max {
        Line::TooLong { offset }
    } else {
        Line::Whole(bytes, Place { offset, length })
    })?;
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes a few at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(to.len()).min(self.0.len());
            let (now, later) = self.0.split_at(count);
            to[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    #[test]
    fn lines_and_places_are_the_same_for_any_split_of_the_input() {
        let text = b"a\n\nlonger than eight\nbc\r\nlast";
        for size in 1..=text.len() {
            let mut places = Vec::new();
            let skipped = for_each(Drip(text, size), 8, |line| {
                places.push((line.place().offset, line.place().length));
                Ok(())
            });
            assert_eq!(skipped.ok(), Some(1), "{size}");
            assert_eq!(places, [(0, 2), (2, 1), (21, 4), (25, 4)], "{size}");
            let mut skipped = Vec::new();
            let mut number = 0;
            let ended = for_each_line(Drip(text, size), 8, |line| {
                number += 1;
                if let Line::TooLong { offset } = line {
                    skipped.push((number, offset));
                }
                Ok(())
            });
            assert!(ended.is_ok(), "{size}");
            assert_eq!((number, skipped), (5, vec![(3, 3)]), "{size}");
        }
    }
}
