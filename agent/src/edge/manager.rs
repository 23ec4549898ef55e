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

/// What a definition's file holds; `None` where there is none.
///
/// # Errors
/// When there is one and it cannot be read.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
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
