//! Finds the working folder of a session whose next record may name none.

use crate::edge::files::OpenLog;
use std::io;

/// Bytes that are looked at: first few, since nearly every record names its folder, then more.
const PEEK_BYTES: [u64; 2] = [16 * 1024, 256 * 1024];

/// The working folder that records before `offset` named last, or else that the first record after it names; looks at
/// 256 KiB on that side only.
///
/// # Errors
/// What reading gives.
pub(super) fn peek(log: &OpenLog, offset: u64, buffer: &mut Vec<u8>) -> io::Result<Option<String>> {
    for bytes in PEEK_BYTES {
        let start = offset.saturating_sub(bytes);
        let before = read(log, start, offset, buffer)?;
        if let Some(cwd) = before.rsplit(|byte| *byte == b'\n').find_map(cwd_of) {
            return Ok(Some(cwd));
        }
        if start == 0 {
            break;
        }
    }
    for bytes in PEEK_BYTES {
        let after = read(log, offset, offset.saturating_add(bytes), buffer)?;
        if let Some(cwd) = after.split(|byte| *byte == b'\n').find_map(cwd_of) {
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

/// The record's own `cwd`, if it has one.
fn cwd_of(line: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Record {
        cwd: Option<String>,
    }
    // Quotes within strings are escaped and do not match.
    memchr::memmem::find(line, b"\"cwd\":\"")?;
    serde_json::from_slice::<Record>(line).ok()?.cwd
}
