//! Tells the shipping loop at once that another command left a wish, or that consent changed. Where the system notifies of
//! nothing the loop looks by itself, once a second.
//!
//! The folder of wishes and the ledger's file are watched, not the state folder, so that what the agent writes itself wakes nobody, but
//! for the wish that it takes away; on Windows the system tells of a file's whole folder.

use super::control::Control;
use super::ship::Message;
use notify::event::{EventKind, ModifyKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc::UnboundedSender;

/// Watches wishes and consent for as long as it is kept.
pub struct Wishes {
    _watcher: RecommendedWatcher,
    /// Set once the watch is known to miss something.
    lost: Arc<AtomicBool>,
}

impl Wishes {
    /// Watches; `None` where that cannot be had. What changes is told as [`Message::Look`].
    pub fn watch(state_dir: &Path, ledger: &Path, to_shipper: UnboundedSender<Message>) -> Option<Self> {
        let control = Control::of(state_dir);
        let watched = watched(&control, ledger)?;
        let mut names: Vec<PathBuf> = control.wishes().map(Path::to_owned).collect();
        names.push(ledger.to_owned());
        let lost = Arc::new(AtomicBool::new(false));
        let (loses, places) = (Arc::clone(&lost), watched.clone());
        let watcher = watch(&watched, move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, |event| loses_one(event, &places)) {
                loses.store(true, Ordering::Relaxed);
            }
            // What cannot be told may be anything.
            if event.map_or(true, |event| is_news(&event, &names)) {
                let _ = to_shipper.send(Message::Look);
            }
        });
        Some(Self { _watcher: watcher.ok()?, lost })
    }

    /// Whether changes are told; if not, the loop must look by itself.
    pub fn are_told(&self) -> bool {
        !self.lost.load(Ordering::Relaxed)
    }
}

/// What is watched: nothing that the agent writes to.
fn watched(control: &Control, ledger: &Path) -> Option<[PathBuf; 2]> {
    Some([control.folder().ok()?.to_owned(), ledger.to_owned()])
}

fn watch(places: &[PathBuf], handler: impl notify::EventHandler) -> notify::Result<RecommendedWatcher> {
    let config = Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(handler, config)?;
    places.iter().try_for_each(|place| watcher.watch(place, RecursiveMode::NonRecursive))?;
    Ok(watcher)
}

/// What is watched was removed or renamed: what comes in its place is not watched.
fn loses_one(event: &Event, watched: &[PathBuf]) -> bool {
    let goes = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    goes && is_of(event, watched)
}

/// Beside wishes lies what is written of them first.
fn is_news(event: &Event, wanted: &[PathBuf]) -> bool {
    let read = matches!(event.kind, EventKind::Access(_));
    event.need_rescan() || (!read && is_of(event, wanted))
}

/// Systems may tell a path in another spelling, so names count.
fn is_of(event: &Event, files: &[PathBuf]) -> bool {
    event.paths.iter().any(|path| files.iter().any(|file| file.file_name() == path.file_name()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn wishes_and_consent_are_told_and_the_agents_own_files_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("consent.jsonl");
        std::fs::write(&ledger, "x").unwrap();
        let (to_shipper, mut inputs) = mpsc::unbounded_channel();
        let Some(wishes) = Wishes::watch(folder.path(), &ledger, to_shipper) else {
            panic!("the system notifies of nothing, or has no watches left");
        };
        let control = Control::of(folder.path());
        control.leave_status(&serde_json::json!({}));
        std::fs::write(folder.path().join("spool.db"), "x").unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(300), inputs.recv()).await.is_err());
        let mut told = async || tokio::time::timeout(Duration::from_secs(10), inputs.recv()).await.unwrap();
        control.pause(&scrubber::DataClass::ALL).unwrap();
        assert!(matches!(told().await, Some(Message::Look)));
        control.want_flush().unwrap();
        assert!(matches!(told().await, Some(Message::Look)));
        std::fs::write(&ledger, "xx").unwrap();
        assert!(matches!(told().await, Some(Message::Look)));
        assert!(wishes.are_told());
    }

    #[tokio::test]
    async fn a_ledger_or_a_folder_that_goes_is_told_and_looked_for_from_then_on() {
        for goes in ["consent.jsonl", "wishes"] {
            let folder = tempfile::tempdir().unwrap();
            let ledger = folder.path().join("consent.jsonl");
            std::fs::write(&ledger, "x").unwrap();
            let (to_shipper, _inputs) = mpsc::unbounded_channel();
            let wishes = Wishes::watch(folder.path(), &ledger, to_shipper).unwrap();
            assert!(wishes.are_told());
            std::fs::rename(folder.path().join(goes), folder.path().join("elsewhere")).unwrap();
            let until = std::time::Instant::now() + Duration::from_secs(10);
            while wishes.are_told() {
                assert!(std::time::Instant::now() < until, "{goes} is lost");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    /// A thread that is woken to find that nothing is to be told is woken all the same.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_the_agent_writes_wakes_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("consent.jsonl");
        std::fs::write(&ledger, "x").unwrap();
        let control = Control::of(folder.path());
        let watched = watched(&control, &ledger).unwrap();
        let (told, events) = std::sync::mpsc::channel();
        let _watcher = watch(&watched, told).unwrap();
        for _ in 0..3 {
            control.leave_status(&serde_json::json!({}));
            std::fs::write(folder.path().join("spool.db-wal"), "x").unwrap();
            assert!(control.paused().is_empty() && !control.take_flush() && ledger.exists());
        }
        assert!(events.recv_timeout(Duration::from_millis(300)).is_err());
        control.want_flush().unwrap();
        assert!(events.recv_timeout(Duration::from_secs(10)).is_ok());
    }
}
