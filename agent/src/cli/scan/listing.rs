//! Which files `scan` reads.

use std::io;
use std::path::{Path, PathBuf};

use super::super::args::ScanInput;
use super::super::{Exit, hinted_exit};

/// What there is to scan.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The files, in order.
    pub(super) files: Vec<PathBuf>,
    /// Files and folders that could not be looked at.
    pub(super) unlisted: Vec<(PathBuf, io::Error)>,
}

/// The files to scan: those named, and in folders every transcript, or every file when the input is text.
///
/// # Errors
/// When folders were named and nothing is in them.
pub(super) fn files(paths: &[PathBuf], input: Option<ScanInput>) -> anyhow::Result<Listed> {
    let mut listed = Listed::default();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => below(path, input, &mut listed),
            Ok(_) => listed.files.push(path.clone()),
            Err(error) => listed.unlisted.push((path.clone(), error)),
        }
    }
    if listed.files.is_empty() && listed.unlisted.is_empty() && !paths.is_empty() {
        let hint = "give files, or --input text to scan every file of a folder";
        return Err(hinted_exit(Exit::Failed, "there is no transcript (*.jsonl) in these folders", hint));
    }
    Ok(listed)
}

/// Whether a file is a transcript by its name.
pub(super) fn is_transcript(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "jsonl")
}

fn below(folder: &Path, input: Option<ScanInput>, listed: &mut Listed) {
    let entries = std::fs::read_dir(folder).and_then(|entries| {
        let kinds = entries.map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))));
        kinds.collect::<io::Result<Vec<_>>>()
    });
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return listed.unlisted.push((folder.to_owned(), error)),
    };
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (path, kind) in entries {
        if kind.is_dir() {
            below(&path, input, listed);
        } else if kind.is_file() && (input == Some(ScanInput::Text) || is_transcript(&path)) {
            listed.files.push(path);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_listed_is_told_and_the_rest_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let (gone, here) = (dir.path().join("gone"), dir.path().join("here.jsonl"));
        std::fs::write(&here, "{}\n").unwrap();
        let Listed { files, unlisted } = files(&[gone.clone(), dir.path().to_owned()], Some(ScanInput::Text)).unwrap();
        assert_eq!(files, [here]);
        assert!(matches!(&*unlisted, [(path, error)] if *path == gone && error.kind() == io::ErrorKind::NotFound));
        let mut listed = Listed::default();
        below(&gone, Some(ScanInput::Text), &mut listed);
        assert!(matches!(&*listed.unlisted, [(path, _)] if *path == gone), "{listed:?}");
    }
}
