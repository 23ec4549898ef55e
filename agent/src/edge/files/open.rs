//! An open transcript.

use super::{identify, seen};
use pipeline::tail::{FileId, Fingerprint, Seen};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// A transcript, open for reading at offsets. Dropped as soon as what is there was read.
#[derive(Debug)]
pub struct OpenLog {
    file: File,
    seen: Seen,
}

impl OpenLog {
    /// Opens the regular file at `path`; a symbolic link there is an error, and so is one, or a junction, in place of a folder above it. A
    /// pipe or device blocks nothing. `path` is as a listing shows it: without links.
    ///
    /// The file's facts are those of what was opened, whatever a listing showed before.
    ///
    /// # Errors
    /// What the system says, and `InvalidInput` for what is no regular file.
    pub fn open(path: &Path, fingerprint: &Fingerprint) -> io::Result<Self> {
        let file = options().open(path)?;
        let facts = file.metadata()?;
        if !facts.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let id = identify(path, &facts)?;
        if cfg!(unix) {
            check_way(path, id)?;
        } else if leads_through_a_link(path) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let seen = seen(path, id, &facts, fingerprint);
        Ok(Self { file, seen })
    }

    /// The file as it was when it was opened.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Reads at `offset` until `to` is full or the file ends; returns how many bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_at(&self, offset: u64, to: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(room) = to.get_mut(filled..).filter(|room| !room.is_empty()) {
            match read_some(&self.file, offset + filled as u64, room) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// Checks that a path without links leads to what was opened there: a folder may have been exchanged for a link since it was listed,
/// and the file then be one that nobody meant to be read.
fn check_way(path: &Path, opened: FileId) -> io::Result<()> {
    let facts = path.symlink_metadata()?;
    if path.canonicalize()? != path {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // Another file lies there by now, which is found by itself.
    if identify(path, &facts)? == opened { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// Whether a folder above `path` is a link. A junction counts as one: so does every reparse point that stands for another place.
pub(super) fn leads_through_a_link(path: &Path) -> bool {
    let is_link = |folder: &Path| folder.symlink_metadata().is_ok_and(|facts| facts.file_type().is_symlink());
    path.ancestors().skip(1).any(is_link)
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    options.read(true).custom_flags(i32::try_from(flags).unwrap_or(0));
    options
}

#[cfg(windows)]
fn options() -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt;
    // Others may read, write, rename and delete meanwhile: FILE_SHARE_READ, _WRITE, _DELETE.
    const SHARE_ALL: u32 = 1 | 2 | 4;
    // FILE_FLAG_OPEN_REPARSE_POINT: a link is opened itself, and is then no regular file
    // (<https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew>, checked 2026-11-24).
    const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    let mut options = OpenOptions::new();
    options.read(true).share_mode(SHARE_ALL).custom_flags(OPEN_REPARSE_POINT);
    options
}

#[cfg(unix)]
fn read_some(file: &File, offset: u64, to: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, to, offset)
}

#[cfg(windows)]
fn read_some(file: &File, offset: u64, to: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, to, offset)
}
