//! Tells which transcripts changed, from the system's notifications.
//!
//! Promises: what is told is a hint and never the only way to news (a periodic listing is the other); nothing piles up
//! while nobody listens; reading the files wakes nobody (on Linux every `open` is notified: those are left out).
//! Where a folder does not exist yet, its nearest parent is watched by itself until it does.

mod inbox;
mod limits;

pub use inbox::{Inbox, Signals};
pub use limits::{Instance, Watching};

use super::files::{is_never_read, is_transcript_name};
use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Watches the folders that transcripts lie in.
pub struct Watch {
    watcher: Option<RecommendedWatcher>,
    inbox: Inbox,
    /// What the handler lets through; shared with the watcher's thread.
    wanted: Arc<Mutex<Vec<PathBuf>>>,
    watched: BTreeMap<PathBuf, (RecursiveMode, file_id::FileId)>,
    /// Some folder could not be watched, so files must be listed more often.
    patchy: bool,
}

impl Watch {
    /// Starts with nothing watched; hints go to `inbox`. Where the system has no notifications, that is logged and
    /// [`is_complete`](Self::is_complete) says no.
    pub fn new(inbox: Inbox) -> Self {
        let wanted: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
        let (hints, filter) = (inbox.clone(), Arc::clone(&wanted));
        let handler = move |event: notify::Result<Event>| match event {
            Ok(event) => sort(&event, &filter.lock().unwrap_or_else(PoisonError::into_inner), &hints),
            // A watch that could not be added, or a queue that ran over.
            Err(_) => hints.rescan(),
        };
        let config = Config::default().with_follow_symlinks(false);
        let watcher = RecommendedWatcher::new(handler, config);
        if watcher.is_err() {
            tracing::warn!("file notifications are not to be had; files are listed more often");
        }
        Self { watcher: watcher.ok(), inbox, wanted, watched: BTreeMap::new(), patchy: false }
    }

    /// Watches `folders` and all below them, those that exist; of the others the nearest parent. Called again whenever
    /// files are listed, so that folders that come, go or are replaced are noticed.
    pub fn sync(&mut self, folders: &[PathBuf]) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = folders.to_vec();
        let mut wanted = BTreeMap::new();
        for folder in folders {
            if let Some((path, mode)) = nearest(folder)
                && let Ok(id) = file_id::get_file_id(&path)
            {
                let entry = wanted.entry(path).or_insert((mode, id));
                if mode == RecursiveMode::Recursive {
                    *entry = (mode, id);
                }
            }
        }
        let Some(watcher) = &mut self.watcher else { return };
        let over: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(|(path, how)| wanted.get(*path) != Some(how))
            .map(|(path, _)| path.clone())
            .collect();
        for path in over {
            // Fails when the folder is gone, and the watch with it.
            let _ = watcher.unwatch(&path);
            self.watched.remove(&path);
        }
        let mut out_of_watches = false;
        for (path, how) in wanted {
            if self.watched.contains_key(&path) {
                continue;
            }
            match watcher.watch(&path, how.0) {
                Ok(()) => {}
                Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => continue,
                Err(error) => {
                    out_of_watches |= matches!(error.kind, notify::ErrorKind::MaxFilesWatch);
                    if !self.patchy {
                        tracing::warn!("some folders of transcripts cannot be watched; files are listed more often");
                    }
                    self.patchy = true;
                }
            }
            self.watched.insert(path, how);
            // What came between the listing and the watch.
            self.inbox.rescan();
        }
        if out_of_watches {
            // Gives back what others may need.
            self.watcher = None;
            self.watched.clear();
        }
    }

    /// Says whether all changes are notified; if not, files must be listed more often.
    pub fn is_complete(&self) -> bool {
        self.watcher.is_some() && !self.patchy
    }
}

/// The folder itself where it exists, else its nearest parent.
fn nearest(folder: &Path) -> Option<(PathBuf, RecursiveMode)> {
    if folder.is_dir() {
        return Some((folder.to_owned(), RecursiveMode::Recursive));
    }
    let parent = folder.ancestors().skip(1).find(|parent| parent.is_dir())?;
    Some((parent.to_owned(), RecursiveMode::NonRecursive))
}

/// Passes on what may be news of a transcript.
fn sort(event: &Event, wanted: &[PathBuf], hints: &Inbox) {
    if event.need_rescan() {
        return hints.rescan();
    }
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
        EventKind::Access(_) => return,
        EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Other => {}
    }
    for path in &event.paths {
        if wanted.iter().any(|folder| folder.starts_with(path)) {
            // A wanted folder or one of its parents came, went or was renamed; what else happens there is no news.
            if matches!(
                event.kind,
                EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
            ) {
                hints.rescan();
            }
        } else if let Some(below) = wanted.iter().find_map(|folder| path.strip_prefix(folder).ok()) {
            let transcript = path.file_name().is_some_and(is_transcript_name);
            if (transcript || brings_a_folder(event.kind)) && !below.iter().any(is_never_read) {
                hints.changed(path.clone());
            }
        } else if path.file_name().is_some_and(is_transcript_name) {
            // The prompt history, beside a wanted folder.
            hints.changed(path.clone());
        }
    }
}

/// Says whether a folder may have come with all that is in it.
fn brings_a_folder(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Any
            | EventKind::Create(CreateKind::Folder | CreateKind::Any | CreateKind::Other)
            | EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Any)
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use notify::event::{DataChange, RemoveKind, RenameMode};
    use std::fs::{create_dir_all, write};
    use std::time::{Duration, Instant};
    use tempfile::TempDir;

    #[track_caller]
    fn check(kind: EventKind, path: &str, changed: bool, rescan: bool) {
        let inbox = Inbox::default();
        sort(&Event::new(kind).add_path(path.into()), &["/h/.claude/projects".into()], &inbox);
        let signals = inbox.take();
        assert_eq!((signals.changed.len() == 1, signals.rescan), (changed, rescan), "{kind:?} {path}");
    }

    #[test]
    fn reading_is_no_news_and_writing_is() {
        let file = "/h/.claude/projects/-p/s.jsonl";
        check(EventKind::Access(AccessKind::Open(AccessMode::Any)), file, false, false);
        check(EventKind::Access(AccessKind::Close(AccessMode::Read)), file, false, false);
        check(EventKind::Access(AccessKind::Close(AccessMode::Write)), file, true, false);
        check(EventKind::Modify(ModifyKind::Data(DataChange::Any)), file, true, false);
        check(EventKind::Modify(ModifyKind::Name(RenameMode::To)), file, true, false);
    }

    #[test]
    fn what_lies_elsewhere_or_is_never_read_is_no_news() {
        let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        check(data, "/h/.claude/projects/-p/s/tool-results/x.jsonl", false, false);
        check(EventKind::Create(CreateKind::Folder), "/h/.claude/projects/-p/s/tool-results", false, false);
        check(data, "/h/.claude/projects/-p/s.txt", false, false);
        check(data, "/h/.bash_history", false, false);
        check(data, "/h", false, false);
    }

    #[test]
    fn a_folder_that_comes_is_looked_into_and_a_root_that_comes_or_goes_is_listed() {
        check(EventKind::Create(CreateKind::Folder), "/h/.claude/projects/-new", true, false);
        check(EventKind::Create(CreateKind::Folder), "/h/.claude", false, true);
        check(EventKind::Remove(RemoveKind::Folder), "/h/.claude/projects", false, true);
    }

    #[test]
    fn a_file_in_a_root_that_comes_later_is_told() {
        let home = TempDir::new().unwrap();
        let projects = std::fs::canonicalize(home.path()).unwrap().join(".claude/projects");
        let inbox = Inbox::default();
        let mut watch = Watch::new(inbox.clone());
        watch.sync(std::slice::from_ref(&projects));
        inbox.take();
        create_dir_all(&projects).unwrap();
        let limit = Instant::now() + Duration::from_secs(20);
        while !watch.watched.contains_key(&projects) {
            assert!(Instant::now() < limit, "the new root was not noticed");
            inbox.wait(Some(Duration::from_secs(1)));
            watch.sync(std::slice::from_ref(&projects));
        }
        inbox.take();
        let file = projects.join("s.jsonl");
        write(&file, "{}\n").unwrap();
        loop {
            assert!(Instant::now() < limit, "the file was not told");
            if inbox.wait(Some(Duration::from_secs(1))).changed.contains(&file) {
                return;
            }
        }
    }
}
