//! The lines of one file, unpacked on the way. No more than one line is held.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::super::LakeError;
use super::super::error::Problem;
use super::layout::EventFile;

/// The longest line: the agent makes no record above 1,000 KiB, and Firehose takes none.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// What gzip begins with (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What Parquet begins with.
const PARQUET: [u8; 4] = *b"PAR1";

/// Hands out each line that is not blank, with its number. What is packed is known by its first bytes and not by its name.
pub(super) fn each_line(
    file: &EventFile,
    mut take: impl FnMut(&[u8], u64) -> Result<(), Problem>,
) -> Result<(), LakeError> {
    let unread = |source| LakeError::Io { place: file.place.clone(), source };
    let mut packed = BufReader::with_capacity(256 * 1024, File::open(&file.path).map_err(unread)?);
    let head = packed.fill_buf().map_err(unread)?;
    if head.starts_with(&PARQUET) {
        let path = file.path.parent().unwrap_or(&file.path).to_owned();
        return Err(LakeError::Parquet { path, count: 1, first: file.place.clone() });
    }
    // A packed file of no bytes is torn: even nothing has a head.
    let is_packed = head.starts_with(&GZIP) || head.is_empty() && file.place.ends_with(".gz");
    let mut lines: Box<dyn BufRead> = if is_packed {
        Box::new(BufReader::with_capacity(256 * 1024, MultiGzDecoder::new(packed)))
    } else {
        Box::new(packed)
    };
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = lines.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        let bytes = read.map_err(|error| torn(file, number - 1, error))?;
        let wrong = |problem| LakeError::Line { place: file.place.clone(), line: number, problem };
        if bytes == 0 {
            return Ok(());
        }
        if bytes as u64 == LINE_BYTES_MAX {
            return Err(wrong(Problem::TooLong));
        }
        if !line.iter().all(u8::is_ascii_whitespace) {
            take(&line, number).map_err(wrong)?;
        }
    }
    Ok(())
}

fn torn(file: &EventFile, line: u64, source: io::Error) -> LakeError {
    let place = file.place.clone();
    let is_torn = matches!(
        source.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
    );
    if is_torn { LakeError::Torn { place, line } } else { LakeError::Io { place, source } }
}
