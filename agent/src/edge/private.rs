//! Files and folders for this user alone.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How a file is opened, whoever makes it first: for this user alone. On Windows it inherits the folder's access, which in a user's
/// profile is the same.
pub fn options() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has a mode to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// How a folder is made for this user alone.
pub fn folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has a mode to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Writes a file anew. One that is there keeps its access.
///
/// # Errors
/// When it cannot be made or written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    options().write(true).create(true).truncate(true).open(path)?.write_all(bytes)
}

/// Replaces a file: half of it is never seen, and a power loss does not undo it.
///
/// # Errors
/// When it cannot be made or written, and then the one that was there still is; or when the new name cannot be synced.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (beside, written) = write_beside(path, bytes);
    match written.and_then(|()| fs::rename(&beside, path)) {
        Ok(()) => path.parent().map_or(Ok(()), sync_folder),
        Err(error) => {
            // What failed is reported; half a file is not left.
            let _ = fs::remove_file(&beside);
            Err(error)
        }
    }
}

/// A whole file beside `path`, and whether it was written and synced.
pub fn write_beside(path: &Path, bytes: &[u8]) -> (PathBuf, io::Result<()>) {
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let written = options().write(true).create(true).truncate(true).open(&beside);
    let written = written.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    (beside, written)
}

/// Writes a folder's entries to disk, so that a new name in it survives a power loss.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Windows has no call for it; NTFS journals the entry.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_is_made_is_for_this_user_alone() -> io::Result<()> {
        let within = tempfile::tempdir()?;
        let mode = |path: &Path| fs::metadata(path).map(|found| found.permissions().mode() & 0o777);
        let (made, file) = (within.path().join("folder"), within.path().join("file"));
        folder().create(&made)?;
        write(&file, b"longer")?;
        write(&file, b"new")?;
        assert_eq!((mode(&made)?, mode(&file)?), (0o700, 0o600));
        assert_eq!(fs::read(&file)?, b"new");
        replace(&file, b"other")?;
        replace(&within.path().join("another"), b"made")?;
        assert_eq!((fs::read(&file)?.as_slice(), mode(&file)?), (b"other".as_slice(), 0o600));
        assert_eq!(fs::read_dir(within.path())?.count(), 3);
        Ok(())
    }
}
