//! One gzip member a segment, with buffers that are used again.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

const WINDOW_BITS: u8 = 15;
/// Room for header and trailer. Level 1 may write nine bits for a byte, hence the eighth beside it.
const SLACK: usize = 64;

/// A gzip member does not unpack to the length that its segment promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot unpack a segment")]
pub struct UnpackError;

/// The compressor failed.
pub(super) struct PackError;

/// A compressor that is used for one member after another. It holds some 400 KiB, and nothing before the first.
pub(super) struct Packing {
    compress: Option<Compress>,
    buffer: Vec<u8>,
}

impl Packing {
    /// Holds nothing yet.
    pub(super) fn new() -> Self {
        Self { compress: None, buffer: Vec::new() }
    }

    /// Packs `plain` into a member, with room for `tail` more bytes.
    pub(super) fn pack(&mut self, plain: &[u8], tail: usize) -> Result<Vec<u8>, PackError> {
        // Level 1: segments are packed on the user's processor, and NDJSON of few keys packs to a quarter at any level.
        let make = || Compress::new_gzip(Compression::fast(), WINDOW_BITS);
        let compress = self.compress.get_or_insert_with(make);
        compress.reset();
        self.buffer.clear();
        self.buffer.reserve(plain.len() + plain.len() / 8 + SLACK);
        match compress.compress_vec(plain, &mut self.buffer, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => {}
            Ok(Status::Ok | Status::BufError) | Err(_) => return Err(PackError),
        }
        let mut member = Vec::with_capacity(self.buffer.len() + tail);
        member.extend_from_slice(&self.buffer);
        Ok(member)
    }
}

/// Unpacks a member of `bytes` bytes and appends them to `out`.
pub(super) fn unpack(member: &[u8], bytes: usize, out: &mut Vec<u8>) -> Result<(), UnpackError> {
    let start = out.len();
    // One byte more than promised, so that the end of the stream is seen, and a longer stream too.
    out.reserve_exact(bytes + 1);
    let mut decompress = Decompress::new_gzip(WINDOW_BITS);
    let status = decompress.decompress_vec(member, out, FlushDecompress::Finish);
    if matches!(status, Ok(Status::StreamEnd))
        && out.len() - start == bytes
        && decompress.total_in() == member.len() as u64
    {
        return Ok(());
    }
    out.truncate(start);
    Err(UnpackError)
}
