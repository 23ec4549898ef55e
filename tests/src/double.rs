//! Starts and stops the server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::call::Violation;
use crate::received::{Received, Store};
use crate::script::{Player, Script};
use crate::server::{Shared, serve};
use crate::sigv4::AccessKey;

/// How a double is set up.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which faults are played.
    pub script: Script,
    /// A folder that keeps what was accepted; none by default.
    pub store: Option<PathBuf>,
    /// The key that calls must be signed with. By default any key will do, and only the signature's shape is checked.
    pub key: Option<AccessKey>,
}

/// A running double on a free port of 127.0.0.1, with a thread of its own.
///
/// Dropping it stops the server, and panics when a limit was violated.
pub struct Double {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Double {
    /// Starts a double that plays `script`.
    ///
    /// # Errors
    ///
    /// When no port or thread is to be had.
    pub fn start(script: Script) -> io::Result<Self> {
        Self::with(Options { script, ..Options::default() })
    }

    /// Starts a double with options.
    ///
    /// # Errors
    ///
    /// When no port or thread is to be had, or the store's folder cannot be made.
    pub fn with(options: Options) -> io::Result<Self> {
        let store = Store::new(options.store.as_deref())?;
        let shared = Arc::new(Shared::new(&options.script, store, options.key));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("firehose-double".to_owned()).spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = serve(listener, serving) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint's URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A copy of everything accepted so far.
    pub fn received(&self) -> Received {
        self.shared.lock().store.received.clone()
    }

    /// Looks at everything accepted so far, without copying it.
    pub fn look<T>(&self, at: impl FnOnce(&Received) -> T) -> T {
        at(&self.shared.lock().store.received)
    }

    /// Plays another script from the next call on; the clock stays.
    pub fn play(&self, script: &Script) {
        self.shared.lock().player = Player::new(script);
    }

    /// The limits violated so far.
    pub fn violations(&self) -> Vec<Violation> {
        self.shared.lock().violations.clone()
    }

    /// How many calls carried a session token.
    pub fn calls_with_session(&self) -> u64 {
        self.shared.lock().sessions
    }

    /// Stops the server and gives out what it accepted.
    ///
    /// # Errors
    ///
    /// The first limit violated.
    pub fn finish(mut self) -> Result<Received, Violation> {
        self.halt();
        let mut state = self.shared.lock();
        let violations = std::mem::take(&mut state.violations);
        match violations.into_iter().next() {
            Some(violation) => Err(violation),
            None => Ok(state.store.received.clone()),
        }
    }

    fn halt(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself; then nobody listens.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed; nothing is left to stop.
            let _ = thread.join();
        }
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.halt();
        let violations = std::mem::take(&mut self.shared.lock().violations);
        assert!(
            violations.is_empty() || std::thread::panicking(),
            "limits of the service were violated: {violations:?}"
        );
    }
}
