//! The sessions that `preview` lists: each with the files of the subagents that it started.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders below a session's own that are looked into for files of subagents.
const DEPTH_MAX: usize = 4;

/// A transcript in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Listed {
    /// When it was last written.
    pub(in crate::cli) modified: SystemTime,
    /// The file.
    pub(in crate::cli) path: PathBuf,
    /// What it is.
    pub(in crate::cli) part: Part,
    /// The last part of its project's folder, as Claude Code writes it.
    pub(in crate::cli) project: String,
    /// The files of the subagents that it started, newest first: they leave as it does.
    pub(in crate::cli) subagents: Vec<Listed>,
}

/// What a transcript is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Part {
    /// A session.
    Session,
    /// What a subagent did; one whose session is not there, or is not told by its place, is listed by itself.
    Subagent,
}

impl Listed {
    /// All files of the session.
    pub(in crate::cli) fn files(&self) -> Vec<PathBuf> {
        std::iter::once(self).chain(&self.subagents).map(|listed| listed.path.clone()).collect()
    }
}

/// The newest session of the roots, for those who name no file; a subagent's only where there is nothing else.
///
/// # Errors
/// When there is none.
pub(in crate::cli) fn newest(roots: &[PathBuf]) -> anyhow::Result<Listed> {
    sessions_first(roots).into_iter().next().ok_or_else(super::no_session)
}

/// All sessions, newest first, and then what subagents did without one.
pub(super) fn sessions_first(roots: &[PathBuf]) -> Vec<Listed> {
    let (mut first, rest): (Vec<_>, Vec<_>) =
        sessions(roots).into_iter().partition(|listed| listed.part == Part::Session);
    first.extend(rest);
    first
}

/// All sessions of the roots, newest first.
pub(super) fn sessions(roots: &[PathBuf]) -> Vec<Listed> {
    let mut found = Vec::new();
    for root in roots {
        for project in folders(&root.join("projects")) {
            of_project(&project, &mut found);
        }
    }
    found.sort_unstable_by(newest_first);
    found
}

fn newest_first(a: &Listed, b: &Listed) -> std::cmp::Ordering {
    (b.modified, &b.path).cmp(&(a.modified, &a.path))
}

/// A session lies in its project's folder; its subagents' files lie in a folder of its name, of earlier versions of Claude
/// Code beside it.
fn of_project(folder: &Path, found: &mut Vec<Listed>) {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let project = name.rsplit('-').next().unwrap_or_default();
    let listed = |path: PathBuf, part: Part| {
        let modified = std::fs::metadata(&path).and_then(|facts| facts.modified()).ok()?;
        Some(Listed { modified, path, part, project: project.to_owned(), subagents: Vec::new() })
    };
    let mut of_sessions: BTreeMap<PathBuf, Vec<Listed>> = BTreeMap::new();
    for session in folders(folder) {
        let mut files = Vec::new();
        below(&session, 0, &mut files);
        let mut subagents: Vec<Listed> = files.into_iter().filter_map(|path| listed(path, Part::Subagent)).collect();
        subagents.sort_unstable_by(newest_first);
        of_sessions.insert(session, subagents);
    }
    for path in transcripts(folder) {
        let is_subagent = path.file_name().unwrap_or_default().to_string_lossy().starts_with("agent-");
        let part = if is_subagent { Part::Subagent } else { Part::Session };
        let subagents = of_sessions.remove(&path.with_extension("")).unwrap_or_default();
        match listed(path, part) {
            Some(session) => found.push(Listed { subagents, ..session }),
            None => found.extend(subagents),
        }
    }
    found.extend(of_sessions.into_values().flatten());
}

fn below(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    files.extend(transcripts(folder));
    if depth < DEPTH_MAX {
        folders(folder).iter().for_each(|folder| below(folder, depth + 1, files));
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder, std::fs::FileType::is_dir)
}

fn transcripts(folder: &Path) -> Vec<PathBuf> {
    let mut files = entries(folder, std::fs::FileType::is_file);
    files.retain(|path| path.extension() == Some(OsStr::new("jsonl")));
    files
}

fn entries(folder: &Path, wanted: fn(&std::fs::FileType) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let wanted = entries.filter(|entry| entry.file_type().is_ok_and(|kind| wanted(&kind)));
    wanted.map(|entry| entry.path()).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use std::fs;
    use std::time::Duration;

    /// A root with these files below `projects`, each so many seconds old.
    fn root(files: &[(&str, u64)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, age) in files {
            let path = dir.path().join("projects").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "{}\n").unwrap();
            let file = fs::File::options().append(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(*age)).unwrap();
        }
        dir
    }

    fn name(listed: &Listed) -> String {
        listed.path.file_stem().unwrap().to_string_lossy().into_owned()
    }

    #[test]
    fn sessions_are_listed_newest_first_each_with_its_subagents() {
        let root = root(&[
            ("-work-old/o.jsonl", 3_000),
            ("-work-new/s.jsonl", 100),
            ("-work-new/s/subagents/agent-1.jsonl", 20),
            ("-work-new/s/subagents/deeper/agent-2.jsonl", 10),
            ("-work-new/gone/subagents/agent-3.jsonl", 200),
            ("-work-new/notes.txt", 1),
        ]);
        let listed = sessions(&[root.path().to_owned()]);
        assert_eq!(listed.iter().map(name).collect::<Vec<_>>(), ["s", "agent-3", "o"]);
        let session = listed.first().unwrap();
        assert_eq!(session.subagents.iter().map(name).collect::<Vec<_>>(), ["agent-2", "agent-1"]);
        assert_eq!((session.part, session.project.as_str(), session.files().len()), (Part::Session, "new", 3));
        assert!(sessions(&[root.path().join("nowhere")]).is_empty());
    }

    #[test]
    fn the_newest_session_is_none_of_a_subagent_where_there_is_another() {
        let files = [("-p/agent-1.jsonl", 1), ("-p/s.jsonl", 100), ("-p/r.jsonl", 200)];
        assert_eq!(name(&newest(&[root(&files).path().to_owned()]).unwrap()), "s");
        assert_eq!(name(&newest(&[root(&files[..1]).path().to_owned()]).unwrap()), "agent-1");
        assert!(newest(&[root(&[]).path().to_owned()]).is_err());
    }
}
