//! The system's manager of services: runs its commands, writes and removes definitions.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::service::{Answer, Call};

/// Runs a command of the system and waits for its end.
///
/// # Errors
/// When it cannot be started, though it is there.
pub fn ask(call: &Call) -> io::Result<Answer> {
    let output = match Command::new(call.program).args(&call.arguments).stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Answer::NoProgram),
        Err(error) => return Err(error),
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Answer::Ended { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) })
}

/// What a definition's file holds; `None` where there is none, or a mask of systemd in its place.
///
/// # Errors
/// When there is one and it cannot be read.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(_) if std::fs::read_link(path).is_ok_and(|target| target == Path::new("/dev/null")) => Ok(None),
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a definition, whole or not at all, and the folders above it.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("new");
    std::fs::write(&new, bytes)?;
    std::fs::rename(&new, path)
}

/// Removes a definition; one that is not there is removed.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Whether the machine starts the service for each of its users: [`crate::service::Service::for_all`].
pub fn for_all() -> bool {
    #[cfg(windows)]
    {
        use winreg::enums::{HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_64KEY};
        let key = winreg::RegKey::predef(HKEY_LOCAL_MACHINE)
            .open_subkey_with_flags(r"Software\Microsoft\Windows\CurrentVersion\Run", KEY_READ | KEY_WOW64_64KEY);
        key.is_ok_and(|key| key.get_raw_value(crate::service::LOGON_ENTRY).is_ok())
    }
    #[cfg(not(windows))]
    {
        // Of systemd.unit(5), "Unit File Load Path", those that are no user's own.
        let folders = ["/etc", "/etc/xdg", "/run", "/usr/local/lib", "/usr/lib"];
        folders.iter().any(|folder| is_wanted(&Path::new(folder).join("systemd/user")))
    }
}

/// Whether a unit below this folder wants the service.
#[cfg(not(windows))]
fn is_wanted(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let wants = |path: &Path| path.extension().is_some_and(|end| end == "wants" || end == "requires");
    let mut wants = entries.map(|entry| entry.path()).filter(|path| wants(path));
    wants.any(|path| path.join(crate::service::UNIT).symlink_metadata().is_ok())
}

/// The numerical id of this process's user on Unix, `DOMAIN\name` on Windows.
pub fn user() -> String {
    #[cfg(unix)]
    {
        rustix::process::geteuid().as_raw().to_string()
    }
    #[cfg(not(unix))]
    {
        let name = whoami::username().unwrap_or_default();
        match std::env::var("USERDOMAIN") {
            Ok(domain) if !domain.is_empty() => format!("{domain}\\{name}"),
            Ok(_) | Err(_) => name,
        }
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_mask_is_no_definition() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(crate::service::UNIT);
        assert_eq!(read(&file).unwrap(), None);
        symlink("/dev/null", &file).unwrap();
        assert_eq!(read(&file).unwrap(), None);
        write(&file, b"text").unwrap();
        assert_eq!(read(&file).unwrap(), Some(b"text".to_vec()));
    }

    #[test]
    fn a_link_for_all_users_is_seen_though_what_it_names_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_wanted(dir.path()));
        fs::create_dir(dir.path().join("default.target.wants")).unwrap();
        symlink("/nowhere", dir.path().join("default.target.wants/another.service")).unwrap();
        assert!(!is_wanted(dir.path()));
        symlink("/nowhere", dir.path().join("default.target.wants").join(crate::service::UNIT)).unwrap();
        assert!(is_wanted(dir.path()));
    }
}
