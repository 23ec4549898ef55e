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

/// Asks everybody to end when the thread that has it panics: the others would go on, and nobody would notice that nothing is read.
pub struct EndsAll<'a>(pub &'a Stop);

impl Drop for EndsAll<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set();
        }
    }
}

/// Runs `work`, which starts other threads, and ends them by `end` when it is over. So it does by a panic, which comes out once they
/// have ended: without that, who reads would go on, and nothing would be sent.
pub fn scope<'env, T>(end: impl Fn(), work: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T) -> T {
    struct Ends<F: Fn()>(F);
    impl<F: Fn()> Drop for Ends<F> {
        fn drop(&mut self) {
            (self.0)();
        }
    }
    std::thread::scope(|scope| {
        let _ends = Ends(end);
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
    use crate::edge::watch::Inbox;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

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
    fn who_started_threads_ends_them_by_a_panic_too() {
        for panics in [false, true] {
            let (inbox, stopped) = (Inbox::default(), AtomicBool::new(false));
            // As whoever reads does. A test that waits for ever tells nobody anything.
            let waits = || stopped.store(inbox.wait(Some(Duration::from_secs(30))).stop, Ordering::SeqCst);
            let ended = catch_unwind(AssertUnwindSafe(|| {
                scope(
                    || inbox.stop(),
                    |scope| {
                        scope.spawn(waits);
                        assert!(!panics, "as a broken invariant does");
                    },
                );
            }));
            assert_eq!((ended.is_err(), stopped.load(Ordering::SeqCst)), (panics, true));
        }
    }
}
