//! The storing thread: seals runs of events and commits them with the positions behind them, several at a time under load.

use super::ship::{Message, lock};
use super::stop::Stop;
use super::stored::Stored;
use super::tail::Ahead;
use crate::edge::clock;
use crate::edge::store::{PositionUpdate, Store, StoreError};
use pipeline::seal::{Sealed, Sealer};
use pipeline::ship::Input;
use pipeline::tail::Passed;
use pipeline::time::Mono;
use scrubber::{Counts, DropReason, EventsByTier, Policy};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tracing::{error, info, warn};

/// Packages that may wait: enough to keep reading while a commit waits for the disk, few enough to keep memory small.
const PACKAGES_WAITING: usize = 8;
/// Bytes of events that go into one commit under load; more than a package, which is never split.
const COMMIT_BYTES: usize = 8 * 1024 * 1024;
/// Sealed bytes that go into one commit under load.
const COMMIT_SEALED_BYTES: usize = 2 * 1024 * 1024;
/// How long a package waits for others to be committed with, when others are about to follow.
const COMMIT_WAIT: Duration = Duration::from_millis(100);
/// How long to leave a store alone that is full or failed.
const STORE_WAIT: Duration = Duration::from_millis(250);
/// Buffers kept for use again.
const BUFFERS_KEPT: usize = PACKAGES_WAITING + 2;

/// What the tail thread hands over: what was read of one file, and where reading goes on. Committed together.
pub struct Package {
    /// The events, by tier.
    pub events: EventsByTier,
    /// Where reading goes on.
    pub positions: Vec<PositionUpdate>,
    /// What was done on the way.
    pub counts: Counts,
    /// Whether another package is about to follow.
    pub ahead: Ahead,
}

/// The hand-over to the storing thread, and empty buffers back. Clones hand over to the same thread.
#[derive(Clone)]
pub struct Handover {
    packages: SyncSender<Package>,
    empty: Buffers,
}

/// Empty buffers that wait to be used again.
type Buffers = Arc<Mutex<Vec<EventsByTier>>>;

/// The storing thread is gone: it was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

impl Handover {
    /// Hands a package over; waits while the storing thread is behind, which is what stops reading when the spool is full.
    ///
    /// # Errors
    /// When everything ends. What was in the package is read again by the next run.
    pub fn give(&self, package: Package) -> Result<(), Stopped> {
        self.packages.send(package).map_err(|_| Stopped)
    }

    /// Empty buffers for the next package.
    pub fn empty(&self, policy: &Policy) -> EventsByTier {
        let kept = self.empty.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| policy.events())
    }
}

/// The storing thread's side.
pub struct Spooling<'a> {
    packages: Receiver<Package>,
    empty: Buffers,
    store: &'a Mutex<Store>,
    policy: &'a Policy,
    sealer: Sealer,
    shipper: UnboundedSender<Message>,
    stop: &'a Stop,
    totals: &'a Mutex<Counts>,
    stored: &'a Stored<'a>,
}

/// Sealed packages that are committed together.
#[derive(Default)]
struct Gathered {
    sealed: Vec<Sealed>,
    positions: Vec<PositionUpdate>,
    counts: Counts,
    bytes: usize,
    sealed_bytes: usize,
    /// When they are committed at the latest; `None` while there are none.
    due: Option<Mono>,
}

/// Makes the two sides. What is committed is added to `totals`.
pub fn pair<'a>(
    store: &'a Mutex<Store>,
    policy: &'a Policy,
    sealer: Sealer,
    shipper: UnboundedSender<Message>,
    stop: &'a Stop,
    totals: &'a Mutex<Counts>,
    stored: &'a Stored<'a>,
) -> (Handover, Spooling<'a>) {
    let (give, packages) = sync_channel(PACKAGES_WAITING);
    let empty = Buffers::default();
    (
        Handover { packages: give, empty: Arc::clone(&empty) },
        Spooling { packages, empty, store, policy, sealer, shipper, stop, totals, stored },
    )
}

impl Gathered {
    fn is_full(&self) -> bool {
        self.bytes >= COMMIT_BYTES || self.sealed_bytes >= COMMIT_SEALED_BYTES
    }
}

impl Spooling<'_> {
    /// Runs until the other side is dropped, or everything ends while the store takes nothing.
    pub fn run(mut self) {
        let mut gathered = Gathered::default();
        loop {
            let received = match gathered.due {
                None => self.packages.recv().map_err(RecvTimeoutError::from),
                Some(due) => self.packages.recv_timeout(clock::mono().until(due)),
            };
            let (under_load, ended) = match received {
                Ok(package) => {
                    let ahead = package.ahead;
                    if !self.seal(package, &mut gathered) {
                        return;
                    }
                    if ahead == Ahead::More && !gathered.is_full() {
                        continue;
                    }
                    (ahead == Ahead::More, false)
                }
                Err(RecvTimeoutError::Timeout) => (false, false),
                Err(RecvTimeoutError::Disconnected) => (false, true),
            };
            if !self.commit(std::mem::take(&mut gathered)) {
                return;
            }
            if !under_load {
                // A quiet agent holds no buffers for the next backlog.
                self.buffers().truncate(1);
                self.sealer.rest();
            }
            if ended {
                let _ = self.shipper.send(Message::TailDone);
                return;
            }
        }
    }

    /// Seals a package's events; says whether to go on.
    fn seal(&mut self, mut package: Package, gathered: &mut Gathered) -> bool {
        if !self.sift(&mut package) {
            return false;
        }
        for run in &package.events {
            match self.sealer.seal(run, self.policy) {
                Ok(mut segments) => {
                    gathered.bytes += run.ndjson().len();
                    gathered.sealed_bytes += segments.segments.iter().map(|one| one.ciphertext().len()).sum::<usize>();
                    gathered.sealed.append(&mut segments.segments);
                    if segments.too_large > 0 {
                        *package.counts.dropped.entry(DropReason::TooLarge).or_default() += segments.too_large;
                    }
                }
                Err(fault) => {
                    // Nothing of what was gathered is committed, so it is read again by the next run.
                    error!(%fault, "cannot seal events: reading stops");
                    self.stop.set_as_sealing_fails();
                    return false;
                }
            }
        }
        gathered.positions.append(&mut package.positions);
        gathered.counts.add(&package.counts);
        gathered.due.get_or_insert_with(|| clock::mono().after(COMMIT_WAIT));
        package.events.iter_mut().for_each(scrubber::Events::clear);
        let mut empty = self.buffers();
        if empty.len() < BUFFERS_KEPT {
            empty.push(package.events);
        }
        true
    }

    fn buffers(&self) -> MutexGuard<'_, Vec<EventsByTier>> {
        self.empty.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits what was gathered; says whether to go on.
    fn commit(&mut self, gathered: Gathered) -> bool {
        if gathered.due.is_none() {
            return true;
        }
        let passed = self.stored.take_passed();
        let appended = self.append(&gathered.sealed, &gathered.positions, &passed, &gathered.counts);
        if appended {
            self.totals.lock().unwrap_or_else(PoisonError::into_inner).add(&gathered.counts);
        }
        appended
    }

    /// Takes out what was stored before; says whether to go on. Waits while the store cannot be asked.
    fn sift(&mut self, package: &mut Package) -> bool {
        let mut trouble = false;
        for run in &mut package.events {
            let known = loop {
                match self.stored.sift(run) {
                    Ok(known) => break known,
                    Err(_) if self.stop.is_set() => return false,
                    Err(fault) => {
                        self.stop.note_store(Some(clock::mono()));
                        self.stop.set_if_damaged(&fault);
                        if !std::mem::replace(&mut trouble, true) {
                            error!(%fault, "the spool does not tell what it holds: reading waits, nothing is lost");
                        }
                        std::thread::sleep(STORE_WAIT);
                    }
                }
            };
            if known > 0 {
                package.counts.events = package.counts.events.saturating_sub(known);
                *package.counts.dropped.entry(DropReason::AlreadyStored).or_default() += known;
            }
        }
        true
    }

    fn append(&mut self, sealed: &[Sealed], positions: &[PositionUpdate], passed: &[Passed], counts: &Counts) -> bool {
        let mut trouble = false;
        loop {
            let appended = lock(self.store).append(sealed, positions, passed, counts, clock::wall());
            match appended {
                Ok(segments) => {
                    self.stop.note_store(None);
                    if trouble {
                        info!("the spool takes events again");
                    }
                    // The shipper ends first only when everything ends.
                    return segments.is_empty() || self.shipper.send(Message::Input(Input::Appended(segments))).is_ok();
                }
                Err(fault) => {
                    if !trouble {
                        if matches!(fault, StoreError::Full) {
                            warn!("the spool is full: reading waits, nothing is lost");
                        } else if matches!(fault, StoreError::Outdated) {
                            info!("reading begins anew under another consent: what was just read is read again");
                        } else if matches!(fault, StoreError::FolderNotKept) {
                            warn!("a project's folder is not kept: what was just read of it is read again");
                        } else {
                            error!(%fault, "the spool takes nothing: reading waits, nothing is lost");
                        }
                    }
                    trouble = true;
                    self.stop.note_store(Some(clock::mono()));
                    self.stop.set_if_damaged(&fault);
                    if matches!(fault, StoreError::FolderNotKept) && !self.stop.is_set() {
                        self.stop.set_to_begin_anew();
                    }
                }
            }
            if self.stop.is_set() {
                return false;
            }
            std::thread::sleep(STORE_WAIT);
        }
    }
}
