//! Finds the working folder of a session whose next record may name none.

use crate::edge::files::OpenLog;
use crate::edge::projects::{NAMED_WITHIN_BYTES, first_named, named_in, of_neighbours};
use pipeline::tail::Fingerprint;
use std::io;
use std::path::Path;

/// Bytes that are looked at: first few, since nearly every record names its folder, then more.
const PEEK_BYTES: [u64; 2] = [16 * 1024, NAMED_WITHIN_BYTES];

/// The working folder of the file at `path` that records before `offset` named last, or else that the first record after it names; looks
/// at 256 KiB on that side only. Where there is none, that of the transcripts beside it.
///
/// # Errors
/// What reading the file itself gives.
pub(super) fn of_session(
    (path, log): (&Path, &OpenLog),
    offset: u64,
    fingerprint: &Fingerprint,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    if let Some(cwd) = peek(log, offset, buffer)? {
        return Ok(Some(cwd));
    }
    Ok(of_neighbours(path, |other| peek(&OpenLog::open(other, fingerprint).ok()?, 0, buffer).ok()?))
}

fn peek(log: &OpenLog, offset: u64, buffer: &mut Vec<u8>) -> io::Result<Option<String>> {
    for bytes in PEEK_BYTES {
        let start = offset.saturating_sub(bytes);
        let before = read(log, start, offset, buffer)?;
        if let Some(cwd) = before.rsplit(|byte| *byte == b'\n').find_map(named_in) {
            return Ok(Some(cwd));
        }
        if start == 0 {
            break;
        }
    }
    for bytes in PEEK_BYTES {
        let after = read(log, offset, offset.saturating_add(bytes), buffer)?;
        if let Some(cwd) = first_named(after) {
            return Ok(Some(cwd));
        }
        if (after.len() as u64) < bytes {
            break;
        }
    }
    Ok(None)
}

fn read<'a>(log: &OpenLog, start: u64, end: u64, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
    buffer.resize(usize::try_from(end - start).unwrap_or(0), 0);
    let count = log.read_at(start, buffer)?;
    Ok(buffer.get(..count).unwrap_or_default())
}
