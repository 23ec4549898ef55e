//! Files and folders for this user alone.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_is_made_is_for_this_user_alone() -> io::Result<()> {
        let within = tempfile::tempdir()?;
        let mode = |path: &Path| std::fs::metadata(path).map(|found| found.permissions().mode() & 0o777);
        let (made, file) = (within.path().join("folder"), within.path().join("file"));
        folder().create(&made)?;
        write(&file, b"longer")?;
        write(&file, b"new")?;
        assert_eq!((mode(&made)?, mode(&file)?), (0o700, 0o600));
        assert_eq!(std::fs::read(&file)?, b"new");
        Ok(())
    }
}
