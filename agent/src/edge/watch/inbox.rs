//! Where hints wait until somebody listens: each path once, and a listing in place of too many.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Paths that wait at most; beyond, everything is listed.
const PATHS_MAX: usize = 1024;

/// Hints from the watcher and wishes from other threads. Clones share their content.
#[derive(Debug, Clone, Default)]
pub struct Inbox(Arc<(Mutex<Signals>, Condvar)>);

/// What came in since it was last taken.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// Files and folders that may have news.
    pub changed: BTreeSet<PathBuf>,
    /// Everything must be listed.
    pub rescan: bool,
    /// The listener is to end. Stays set.
    pub stop: bool,
}

impl Inbox {
    /// Tells that `path` may have news.
    pub fn changed(&self, path: PathBuf) {
        let mut signals = self.lock();
        if signals.changed.len() >= PATHS_MAX {
            signals.rescan = true;
            signals.changed.clear();
        } else {
            signals.changed.insert(path);
        }
        self.0.1.notify_all();
    }

    /// Asks for a listing of everything.
    pub fn rescan(&self) {
        self.lock().rescan = true;
        self.0.1.notify_all();
    }

    /// Asks the listener to end.
    pub fn stop(&self) {
        self.lock().stop = true;
        self.0.1.notify_all();
    }

    /// Says whether the listener is to end.
    pub fn is_stopped(&self) -> bool {
        self.lock().stop
    }

    /// Takes what is there.
    pub fn take(&self) -> Signals {
        let mut signals = self.lock();
        let stop = signals.stop;
        std::mem::replace(&mut *signals, Signals { stop, ..Signals::default() })
    }

    /// Waits until something is there, `patience` at most, and takes it.
    pub fn wait(&self, patience: Option<Duration>) -> Signals {
        let idle = |signals: &mut Signals| signals.changed.is_empty() && !signals.rescan && !signals.stop;
        let signals = self.lock();
        match patience {
            Some(patience) => drop(self.0.1.wait_timeout_while(signals, patience, idle)),
            None => drop(self.0.1.wait_while(signals, idle)),
        }
        self.take()
    }

    fn lock(&self) -> MutexGuard<'_, Signals> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_paths_become_one_listing() {
        let inbox = Inbox::default();
        (0..=PATHS_MAX).for_each(|at| inbox.changed(format!("/{at}").into()));
        let signals = inbox.take();
        assert!(signals.rescan && signals.changed.is_empty());
        assert_eq!(inbox.take(), Signals::default());
    }

    #[test]
    fn a_stop_ends_every_later_wait() {
        let inbox = Inbox::default();
        inbox.stop();
        assert!(inbox.wait(None).stop && inbox.wait(None).stop && inbox.is_stopped());
    }
}
