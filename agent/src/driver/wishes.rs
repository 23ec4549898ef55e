//! Tells the shipping loop at once that another command left a wish, or that consent changed. Where the system notifies of
//! nothing the loop looks by itself, once a second.

use super::control::Control;
use super::ship::Message;
use notify::event::{EventKind, ModifyKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc::UnboundedSender;

/// Watches a state folder for as long as it is kept.
pub struct Wishes {
    _watcher: RecommendedWatcher,
    /// Set once the watch is known to miss something.
    lost: Arc<AtomicBool>,
}

impl Wishes {
    /// Watches; `None` where that cannot be had. What changes is told as [`Message::Look`].
    pub fn watch(state_dir: &Path, ledger: &Path, to_shipper: UnboundedSender<Message>) -> Option<Self> {
        let mut names: Vec<PathBuf> = Control::of(state_dir).wishes().map(Path::to_owned).collect();
        names.push(ledger.to_owned());
        let lost = Arc::new(AtomicBool::new(false));
        let (loses, folder) = (Arc::clone(&lost), state_dir.to_owned());
        let handler = move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, |event| loses_folder(event, &folder)) {
                loses.store(true, Ordering::Relaxed);
            }
            // What cannot be told may be anything.
            if event.map_or(true, |event| is_news(&event, &names)) {
                let _ = to_shipper.send(Message::Look);
            }
        };
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(handler, config).ok()?;
        watcher.watch(state_dir, RecursiveMode::NonRecursive).ok()?;
        Some(Self { _watcher: watcher, lost })
    }

    /// Whether changes are told; if not, the loop must look by itself.
    pub fn are_told(&self) -> bool {
        !self.lost.load(Ordering::Relaxed)
    }
}

/// The folder was removed or renamed: what comes in its place is not watched.
fn loses_folder(event: &Event, folder: &Path) -> bool {
    let goes = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    goes && event.paths.iter().any(|path| path == folder)
}

/// The folder holds the spool and the status as well, which the agent itself writes. Systems may tell a path in another
/// spelling, so names count.
fn is_news(event: &Event, wanted: &[PathBuf]) -> bool {
    let read = matches!(event.kind, EventKind::Access(_));
    let named = |path: &PathBuf| wanted.iter().any(|wanted| wanted.file_name() == path.file_name());
    event.need_rescan() || (!read && event.paths.iter().any(named))
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
        std::fs::write(&ledger, "x").unwrap();
        assert!(matches!(told().await, Some(Message::Look)));
        assert!(wishes.are_told());
        std::fs::rename(folder.path(), folder.path().with_extension("elsewhere")).unwrap();
        let until = std::time::Instant::now() + Duration::from_secs(10);
        while wishes.are_told() {
            assert!(std::time::Instant::now() < until, "the folder is lost");
            std::thread::sleep(Duration::from_millis(10));
        }
        std::fs::rename(folder.path().with_extension("elsewhere"), folder.path()).unwrap();
    }
}
