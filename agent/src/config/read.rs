//! Reads settings files. Errors name the file and the kind of trouble, never what stands in it.

use std::io::ErrorKind;
use std::path::Path;

use super::problem::{ConfigError, NO_SUCH_FILE, Origin, Problem};

/// A settings file longer than this is none.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What it means that a file is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    IsNone,
    IsError,
}

/// The bytes of a file; `None` where it is missing and may be.
pub(super) fn read(path: &Path, origin: &Origin, missing: Missing) -> Result<Option<Vec<u8>>, ConfigError> {
    let cannot = |error: std::io::Error| {
        if error.kind() == ErrorKind::NotFound {
            return problem(origin, NO_SUCH_FILE);
        }
        problem(origin, format!("cannot be read: {}", error.kind()))
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && missing == Missing::IsNone => {
            // Somebody put something in place: that it cannot be reached does not make it nothing.
            let leads_nowhere = [Some(path), path.parent()].into_iter().flatten().any(is_broken_link);
            return if leads_nowhere { Err(problem(origin, "is a link that leads nowhere")) } else { Ok(None) };
        }
        Err(error) => return Err(cannot(error)),
        // Asked before it is opened: opening a pipe would wait for whoever writes to it.
        // What stands for an empty file may be one.
        Ok(metadata) if !metadata.is_file() && path != Path::new("/dev/null") => {
            return Err(problem(origin, "is no regular file"));
        }
        Ok(metadata) if metadata.len() > FILE_BYTES_MAX => return Err(problem(origin, "is longer than 1MiB")),
        Ok(_) => {}
    }
    std::fs::read(path).map(Some).map_err(cannot)
}

fn is_broken_link(path: &Path) -> bool {
    path.is_symlink() && !path.exists()
}

/// The text of a file's bytes, without the byte order mark that Windows editors put first.
///
/// # Errors
/// When they are not UTF-8.
pub fn text(mut bytes: Vec<u8>, origin: &Origin) -> Result<String, ConfigError> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let (valid, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        let line = 1 + bytes.iter().take(valid).filter(|b| **b == b'\n').count();
        let problem = Problem { origin: origin.clone(), line: Some(line), key: None, what: "not UTF-8".to_owned() };
        ConfigError { problems: vec![problem] }
    })
}

/// One problem of a whole file.
pub(super) fn problem(origin: &Origin, what: impl Into<String>) -> ConfigError {
    ConfigError { problems: vec![Problem { origin: origin.clone(), line: None, key: None, what: what.into() }] }
}
