//! Which folder the records of a transcript name, and where they name none, those of the transcripts beside it; at last the folder on
//! this machine whose path reads like the name of the one that transcripts lie in.

use super::IGNORE_FILE;
use crate::edge::files::is_transcript_name;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Bytes in which a session names its folder, if it does.
pub const NAMED_WITHIN_BYTES: u64 = 256 * 1024;
/// Transcripts beside one that are asked at most, and names looked through for them.
const NEIGHBOURS_MAX: usize = 16;
const ENTRIES_MAX: usize = 4096;
/// Folders that are listed at most to find the one that a project's transcripts are named after.
const LOOKS_MAX: usize = 256;
/// The folder below which each folder holds the transcripts of one project.
const PROJECTS: &str = "projects";

/// The folder that a record itself names, if it names one.
pub fn named_in(record: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Record {
        cwd: Option<String>,
    }
    // Quotes within strings are escaped and do not match.
    memchr::memmem::find(record, b"\"cwd\"")?;
    let cwd = serde_json::from_slice::<Record>(record).ok()?.cwd?;
    scrubber::is_folder(cwd.as_bytes()).then_some(cwd)
}

/// The folder that the first of these lines to name one names.
pub fn first_named(lines: &[u8]) -> Option<String> {
    lines.split(|byte| *byte == b'\n').find_map(named_in)
}

/// The folder in which the transcript at `path` was begun, as far as those beside it tell: the session that a subagent works for,
/// else the other sessions of the same project, where all agree. `first` tells what a transcript names first.
pub fn of_neighbours(path: &Path, mut first: impl FnMut(&Path) -> Option<String>) -> Option<String> {
    let holder = path.ancestors().find(|folder| folder.file_name() == Some(OsStr::new("subagents")));
    let session = holder.and_then(Path::parent);
    if let Some(folder) = session.and_then(|session| first(&session.with_extension("jsonl"))) {
        return Some(folder);
    }
    let project = session.unwrap_or(path).parent()?;
    if project.parent()?.file_name()? != PROJECTS {
        return None;
    }
    let named: BTreeSet<String> = transcripts(project, path).ok()?.iter().filter_map(|path| first(path)).collect();
    let fits = |folder: &&String| encoded(folder) == project.file_name().unwrap_or_default().to_string_lossy();
    // A session that goes on from another may begin in a folder below.
    let mut fitting = named.iter().filter(fits).peekable();
    let agreed = if fitting.peek().is_some() { only(fitting) } else { only(named.iter()) };
    let opted_out = || named.iter().find(|folder| is_opted_out(Path::new(folder))).cloned();
    agreed.or_else(opted_out).or_else(|| of_name(project.file_name()?.to_str()?))
}

fn is_opted_out(folder: &Path) -> bool {
    folder.ancestors().any(|above| above.join(IGNORE_FILE).symlink_metadata().is_ok())
}

/// The folder on this machine of which the transcripts' folder has its name; of several such one that is opted out, if any is. One that
/// is not there can hold nothing that opts it out.
fn of_name(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let (root, rest) = match bytes {
        [b'-', ..] if !cfg!(windows) => (PathBuf::from("/"), name),
        [drive, b'-', b'-', ..] if cfg!(windows) && drive.is_ascii_alphabetic() => {
            (PathBuf::from(format!("{}:\\", char::from(*drive))), name.get(2..)?)
        }
        _ => return None,
    };
    let (mut looks, mut found) = (LOOKS_MAX, Vec::new());
    search(&root, rest, &mut looks, &mut found);
    let folder = found.iter().find(|folder| is_opted_out(folder)).or_else(|| found.first())?;
    folder.to_str().map(str::to_owned)
}

/// Folders below `folder` whose path from there is encoded as `rest`.
fn search(folder: &Path, rest: &str, looks: &mut usize, found: &mut Vec<PathBuf>) {
    let Some(rest) = rest.strip_prefix('-').filter(|_| *looks > 0) else { return };
    *looks -= 1;
    let below = match folder.read_dir() {
        Ok(entries) => entries.take(ENTRIES_MAX).flatten().filter_map(|it| it.file_name().into_string().ok()).collect(),
        // `/home` may often be passed through and not listed.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => guessed(rest),
        Err(_) => return,
    };
    for name in below {
        let Some(after) = rest.strip_prefix(encoded(&name).as_str()) else { continue };
        let path = folder.join(&name);
        if after.is_empty() && path.is_dir() {
            found.push(path);
        } else if after.starts_with('-') && path.is_dir() {
            search(&path, after, looks, found);
        }
    }
}

/// The names that a path encoded as `rest` may begin with, if nothing but letters, digits and hyphens is in them.
fn guessed(rest: &str) -> Vec<String> {
    let ends = rest.match_indices('-').map(|(at, _)| at).chain([rest.len()]);
    ends.filter_map(|end| rest.get(..end)).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The folder of the session at `path`, found as when it is sent.
pub fn of_file(path: &Path) -> Option<String> {
    let first = |path: &Path| {
        // What a pipe gives it gives once.
        path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mut lines = Vec::new();
        File::open(path).ok()?.take(NAMED_WITHIN_BYTES).read_to_end(&mut lines).ok()?;
        first_named(&lines)
    };
    first(path).or_else(|| of_neighbours(path, first))
}

fn only<'a>(mut named: impl Iterator<Item = &'a String>) -> Option<String> {
    let first = named.next()?;
    named.next().is_none().then(|| first.clone())
}

/// Some of the transcripts in a folder but one.
fn transcripts(project: &Path, but: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in project.read_dir()?.take(ENTRIES_MAX) {
        let entry = entry?;
        let path = entry.path();
        if is_transcript_name(&entry.file_name()) && path != but && entry.file_type()?.is_file() {
            found.push(path);
        }
    }
    found.sort();
    found.truncate(NEIGHBOURS_MAX);
    Ok(found)
}

/// What Claude Code calls the folder for transcripts of sessions in a folder.
fn encoded(folder: &str) -> String {
    folder.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{guessed, named_in, of_file};

    #[test]
    fn a_record_names_its_folder_in_any_layout() {
        let check = |record: &str, expected: Option<&str>| {
            assert_eq!(named_in(record.as_bytes()).as_deref(), expected, "{record}");
        };
        check(r#"{"type":"user","cwd":"/w"}"#, Some("/w"));
        check(r#"{"type": "user", "cwd" : "/w"}"#, Some("/w"));
        check("{\"cwd\"\t:\t\"C:\\\\code\"}", Some("C:\\code"));
        check(r#"{"message":{"cwd":"/w"},"text":"\"cwd\":\"/x\""}"#, None);
        for odd in [r#""""#, r#""w""#, "null", "7", r#"["/w"]"#] {
            check(&format!(r#"{{"cwd":{odd}}}"#), None);
        }
    }

    #[test]
    fn names_are_guessed_where_a_folder_may_not_be_listed() {
        assert_eq!(guessed("ann-lee-work"), ["ann", "ann-lee", "ann-lee-work"]);
        assert_eq!(guessed("-x"), ["-x"]);
    }

    #[test]
    fn a_transcript_that_names_no_folder_has_that_of_its_neighbours_where_they_agree() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, cwd: &str| {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let later = if cwd.is_empty() { "" } else { "{\"cwd\":\"/later\"}\n" };
            std::fs::write(&path, format!("{{\"type\":\"summary\"}}\n{{\"cwd\":\"{cwd}\"}}\n{later}")).unwrap();
            path
        };
        let session = write("projects/-w-a/1.jsonl", "");
        let agent = write("projects/-w-a/1/subagents/agent-1.jsonl", "");
        assert_eq!((of_file(&session), of_file(&agent)), (None, None));
        write("projects/-w-b/1.jsonl", "/w/b");
        write("projects/-w-a/2.jsonl", "/w/a/sub");
        assert_eq!(of_file(&session).as_deref(), Some("/w/a/sub"));
        write("projects/-w-a/3.jsonl", "/w/a");
        assert_eq!(of_file(&session).as_deref(), Some("/w/a"));
        assert_eq!(of_file(&agent).as_deref(), Some("/w/a"));
        // `-w-a` is what `/w-a` is called as well.
        write("projects/-w-a/4.jsonl", "/w-a");
        assert_eq!((of_file(&session), of_file(&agent)), (None, None));
        write("projects/-w-a/1.jsonl", "/w-a");
        assert_eq!(of_file(&agent).as_deref(), Some("/w-a"));
        let elsewhere = write("elsewhere/projects/-w-a/1.jsonl", "");
        assert_eq!(of_file(&elsewhere), None, "no such folder is on this machine");
        let alone = write("elsewhere/1.jsonl", "");
        write("elsewhere/2.jsonl", "/w/a");
        assert_eq!(of_file(&alone), None);
    }
}
