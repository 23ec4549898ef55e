//! The wish to end, seen by every thread.

use crate::edge::store::StoreError;
use pipeline::time::Mono;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::Scope;
use tokio::sync::Notify;

/// Set once, by a signal or by the first part that ends.
#[derive(Debug, Default)]
pub struct Stop {
    set: AtomicBool,
    damaged: AtomicBool,
    anew: AtomicBool,
    seal_fails: AtomicBool,
    store_fails_since: Mutex<Option<Mono>>,
    notify: Notify,
}

/// Asks everybody to end when the thread that has it panics: the others would go on, and nobody would notice that nothing is read,
/// or sent.
pub struct EndsAll<'a>(pub &'a Stop);

impl Drop for EndsAll<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set();
        }
    }
}

/// Runs `work`, which starts other threads, and ends all of them should it panic: the panic itself comes out once they have ended.
pub fn scope<'env, T>(stop: &Stop, work: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T) -> T {
    std::thread::scope(|scope| {
        let _ends_all = EndsAll(stop);
        work(scope)
    })
}

impl Stop {
    /// Asks everybody to end.
    pub fn set(&self) {
        self.set.store(true, Ordering::SeqCst);
        self.notify.notify_waiters();
        // For the one who is about to wait.
        self.notify.notify_one();
    }

    /// Asks everybody to end where a fault of the store says that its database is damaged: waiting would not mend it.
    pub fn set_if_damaged(&self, fault: &StoreError) {
        if matches!(fault, StoreError::Damaged(_)) {
            self.damaged.store(true, Ordering::SeqCst);
            self.set();
        }
    }

    /// Whether a damaged database is why everybody should end.
    pub fn is_for_damage(&self) -> bool {
        self.damaged.load(Ordering::SeqCst)
    }

    /// Asks everybody to end so that what was read last is read again.
    pub fn set_to_begin_anew(&self) {
        self.anew.store(true, Ordering::SeqCst);
        self.set();
    }

    /// Whether beginning anew is why everybody should end.
    pub fn is_to_begin_anew(&self) -> bool {
        self.anew.load(Ordering::SeqCst)
    }

    /// Asks everybody to end because events cannot be sealed: what was not stored is read again by whoever begins next.
    pub fn set_as_sealing_fails(&self) {
        self.seal_fails.store(true, Ordering::SeqCst);
        self.set();
    }

    /// Whether everybody should end because events cannot be sealed.
    pub fn is_as_sealing_fails(&self) -> bool {
        self.seal_fails.load(Ordering::SeqCst)
    }

    /// Notes that who fills the store waits for it, or no more: a single run does not wait for ever.
    pub fn note_store(&self, fails_at: Option<Mono>) {
        let mut since = self.store_fails_since.lock().unwrap_or_else(PoisonError::into_inner);
        *since = fails_at.map(|now| since.unwrap_or(now));
    }

    /// Since when the store has taken nothing; `None` while it does.
    pub fn store_fails_since(&self) -> Option<Mono> {
        *self.store_fails_since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether everybody should end.
    pub fn is_set(&self) -> bool {
        self.set.load(Ordering::SeqCst)
    }

    /// Waits until everybody should end.
    pub async fn wait(&self) {
        if !self.is_set() {
            self.notify.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_ends_all_and_one_that_ends_does_not() {
        let stop = Stop::default();
        let ends = |panics: bool| {
            let _ends_all = EndsAll(&stop);
            assert!(!panics, "as a broken invariant does");
        };
        std::thread::scope(|scope| {
            assert!(scope.spawn(|| ends(false)).join().is_ok() && !stop.is_set());
            assert!(scope.spawn(|| ends(true)).join().is_err() && stop.is_set());
        });
    }

    #[test]
    fn who_started_threads_ends_them_by_a_panic() {
        let stop = Stop::default();
        let waits = || {
            // A test that waits for ever tells nobody anything.
            (0..3000).any(|_| {
                std::thread::sleep(std::time::Duration::from_millis(10));
                stop.is_set()
            })
        };
        let saw = AtomicBool::new(false);
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            scope(&stop, |scope| {
                scope.spawn(|| saw.store(waits(), Ordering::SeqCst));
                assert!(stop.is_set(), "as a broken invariant does");
            });
        }));
        assert!(ended.is_err() && saw.load(Ordering::SeqCst));
    }
}
