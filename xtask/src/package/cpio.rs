//! An archive in cpio's portable form ("odc"), as payloads and scripts of macOS packages are: written, and read back.

use anyhow::{Context, Result, bail, ensure};

const MAGIC: &[u8] = b"070707";
const HEADER: usize = 76;
const END: &str = "TRAILER!!!";

/// One file, folder or link of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// As `./usr/local/bin`.
    pub(super) path: String,
    /// Kind and permissions, as `st_mode`.
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mtime: u32,
    pub(super) content: Vec<u8>,
}

impl Entry {
    pub(super) fn is_folder(&self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }
}

/// Writes the entries in their order.
pub(super) fn write(entries: &[Entry]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for (inode, entry) in (1_u32..).zip(entries) {
        put(&mut out, entry, inode)?;
    }
    let end = Entry { path: END.to_owned(), mode: 0, uid: 0, gid: 0, mtime: 0, content: Vec::new() };
    put(&mut out, &end, 0)?;
    Ok(out)
}

fn put(out: &mut Vec<u8>, entry: &Entry, inode: u32) -> Result<()> {
    let links = if entry.is_folder() { 2 } else { 1 };
    let Entry { path, mode, uid, gid, mtime, content } = entry;
    for number in [*mode, *uid, *gid, inode] {
        ensure!(number < 1 << 18, "{path}: a number is too large for cpio's six digits");
    }
    let head = format!(
        "070707{:06o}{inode:06o}{mode:06o}{uid:06o}{gid:06o}{links:06o}{:06o}{mtime:011o}{:06o}{:011o}",
        0,
        0,
        path.len() + 1,
        content.len()
    );
    ensure!(head.len() == HEADER, "{path}: the header of cpio has {} bytes", head.len());
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(path.as_bytes());
    out.push(0);
    out.extend_from_slice(content);
    Ok(())
}

/// Reads an archive.
///
/// # Errors
/// When it is cut, or is none.
pub(super) fn read(mut bytes: &[u8]) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    loop {
        let head = take(&mut bytes, HEADER)?;
        if !head.starts_with(MAGIC) {
            bail!("no header of cpio where one should be");
        }
        let field = |from: usize, digits: usize| -> Result<u32> {
            let text = std::str::from_utf8(&head[from..from + digits])?;
            u32::from_str_radix(text, 8).context("a header of cpio holds no octal number")
        };
        let (mode, uid, gid, mtime) = (field(18, 6)?, field(24, 6)?, field(30, 6)?, field(48, 11)?);
        let name = take(&mut bytes, field(59, 6)? as usize)?;
        let name = name.strip_suffix(b"\0").context("a name in cpio is not ended")?;
        let path = std::str::from_utf8(name)?.to_owned();
        let content = take(&mut bytes, field(65, 11)? as usize)?.to_vec();
        if path == END {
            return Ok(entries);
        }
        entries.push(Entry { path, mode, uid, gid, mtime, content });
    }
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count).context("the archive is cut")?;
    *bytes = rest;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let folder = Entry { path: ".".to_owned(), mode: 0o040_755, uid: 0, gid: 0, mtime: 1, content: Vec::new() };
        let file =
            Entry { path: "./a b".to_owned(), mode: 0o100_644, content: b"07070\0words".to_vec(), ..folder.clone() };
        vec![folder, file]
    }

    #[test]
    fn what_is_written_is_read() -> Result<()> {
        assert_eq!(read(&write(&entries())?)?, entries());
        Ok(())
    }

    #[test]
    fn a_cut_archive_is_an_error() -> Result<()> {
        let whole = write(&entries())?;
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        Ok(())
    }
}
