//! Finds the working folder of a session whose next record may name none.

use crate::edge::files::OpenLog;
use std::io;

/// Bytes that are looked at.
const PEEK_BYTES: u64 = 256 * 1024;

/// The working folder that records before `offset` named last, or else that the first record after it names; looks at
/// [`PEEK_BYTES`] on that side only.
///
/// # Errors
/// What reading gives.
pub(super) fn peek(log: &OpenLog, offset: u64, buffer: &mut Vec<u8>) -> io::Result<Option<String>> {
    if offset > 0 {
        let start = offset.saturating_sub(PEEK_BYTES);
        if let Some(cwd) = lines_with_cwd(read(log, start, offset, buffer)?).filter_map(cwd_of).last() {
            return Ok(Some(cwd));
        }
    }
    let after = read(log, offset, offset.saturating_add(PEEK_BYTES), buffer)?;
    Ok(lines_with_cwd(after).find_map(cwd_of))
}

fn read<'a>(log: &OpenLog, start: u64, end: u64, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
    buffer.resize(usize::try_from(end - start).unwrap_or(0), 0);
    let count = log.read_at(start, buffer)?;
    Ok(buffer.get(..count).unwrap_or_default())
}

/// The lines that have a key `cwd` at some depth; quotes within strings are escaped and do not match.
fn lines_with_cwd(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let finder = memchr::memmem::Finder::new(b"\"cwd\":\"");
    bytes.split(|byte| *byte == b'\n').filter(move |line| finder.find(line).is_some())
}

/// The record's own `cwd`.
fn cwd_of(line: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Record {
        cwd: Option<String>,
    }
    serde_json::from_slice::<Record>(line).ok()?.cwd
}
