//! Signals that ask the process to end.

use super::stop::Stop;
use std::io;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Watches for signals until the process ends, also between runs, when nothing else would hear them.
#[derive(Clone, Default)]
pub struct Signals {
    seen: Arc<Stop>,
    run: Arc<Mutex<Arc<Stop>>>,
}

/// A runtime with timers, network and signals, on the thread that enters it.
///
/// # Errors
/// When the system gives no timers, or lets this process open no more files.
pub fn runtime() -> io::Result<Runtime> {
    // Tokio's first runtime makes a pair of sockets for signals and panics where there is no room for it; the five files before
    // it end in an error.
    #[cfg(unix)]
    drop([UnixStream::pair()?, UnixStream::pair()?, UnixStream::pair()?, UnixStream::pair()?]);
    Builder::new_current_thread().enable_all().build()
}

impl Signals {
    /// Begins to watch, on a thread of its own.
    ///
    /// # Errors
    /// When the system gives no thread or no timers.
    pub fn watch() -> io::Result<Self> {
        let signals = Self::default();
        let watching = signals.clone();
        let runtime = runtime()?;
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            runtime.block_on(wait_for_signals(Arc::clone(&watching.seen)));
            watching.end();
        })?;
        Ok(signals)
    }

    /// Asks for an end, as a signal does.
    pub fn end(&self) {
        self.seen.set();
        self.run.lock().unwrap_or_else(PoisonError::into_inner).set();
    }

    /// The wish to end of one run: set by a signal, and by the run's own end without ending the next one.
    pub fn stop_of_a_run(&self) -> Arc<Stop> {
        let stop = Arc::new(Stop::default());
        self.run.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&stop);
        // Looked at after the stop was left for the watcher: a signal is seen by one of the two.
        if self.seen.is_set() {
            stop.set();
        }
        stop
    }

    /// Waits that long, or until a signal asks for an end; says whether one did.
    ///
    /// # Errors
    /// When the system gives no timers.
    pub fn wait(&self, patience: Duration) -> io::Result<bool> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        // Whether it was the signal or the time is asked below.
        let _ = runtime.block_on(async { tokio::time::timeout(patience, self.seen.wait()).await });
        Ok(self.seen.is_set())
    }
}

/// Sets the stop at the first signal that asks for an end.
pub(super) async fn wait_for_signals(stop: Arc<Stop>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
        let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else { return };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    stop.set();
}
