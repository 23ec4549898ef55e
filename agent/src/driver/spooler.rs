//! The storing thread: seals runs of events and commits them with the positions behind them, several at a time under load.

use super::ship::{Message, lock};
use super::stop::Stop;
use crate::edge::clock;
use crate::edge::store::{PositionUpdate, Store, StoreError};
use pipeline::seal::{Sealed, Sealer};
use pipeline::ship::Input;
use pipeline::tail::{Passed, Sieve};
use scrubber::{Counts, DropReason, EventsByTier, Policy};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tracing::{error, info, warn};

/// Packages that may wait: enough to keep both threads busy, few enough to keep memory small.
const PACKAGES_WAITING: usize = 4;
/// Packages that go into one commit at most: about 2 MiB of events.
const PACKAGES_PER_COMMIT: usize = 8;
/// How long to leave a store alone that is full or failed.
const STORE_WAIT: Duration = Duration::from_millis(250);

/// What the tail thread hands over: what was read of one file, and where reading goes on. Committed together.
pub struct Package {
    /// The events, by tier.
    pub events: EventsByTier,
    /// Where reading goes on.
    pub positions: Vec<PositionUpdate>,
    /// What was done on the way.
    pub counts: Counts,
}

/// The hand-over to the storing thread, and empty buffers back.
pub struct Handover {
    packages: SyncSender<Package>,
    empty: Receiver<EventsByTier>,
}

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
        self.empty.try_recv().unwrap_or_else(|_| policy.events())
    }
}

/// The storing thread's side.
pub struct Spooling<'a> {
    packages: Receiver<Package>,
    empty: SyncSender<EventsByTier>,
    store: &'a Mutex<Store>,
    policy: &'a Policy,
    sealer: Sealer,
    shipper: UnboundedSender<Message>,
    stop: &'a Stop,
    totals: &'a Mutex<Counts>,
    sieve: Sieve,
}

/// Makes the two sides. What is committed is added to `totals`.
pub fn pair<'a>(
    store: &'a Mutex<Store>,
    policy: &'a Policy,
    sealer: Sealer,
    shipper: UnboundedSender<Message>,
    stop: &'a Stop,
    totals: &'a Mutex<Counts>,
) -> (Handover, Spooling<'a>) {
    let (give, packages) = sync_channel(PACKAGES_WAITING);
    let (back, empty) = sync_channel(PACKAGES_WAITING + PACKAGES_PER_COMMIT);
    (
        Handover { packages: give, empty },
        Spooling { packages, empty: back, store, policy, sealer, shipper, stop, totals, sieve: Sieve::default() },
    )
}

impl Spooling<'_> {
    /// Runs until the other side is dropped, or everything ends while the store takes nothing.
    pub fn run(mut self) {
        while let Ok(first) = self.packages.recv() {
            let more = std::iter::from_fn(|| self.packages.try_recv().ok()).take(PACKAGES_PER_COMMIT - 1);
            let packages: Vec<Package> = std::iter::once(first).chain(more).collect();
            if !self.commit(packages) {
                return;
            }
        }
        let _ = self.shipper.send(Message::TailDone);
    }

    /// Commits packages together; says whether to go on.
    fn commit(&mut self, packages: Vec<Package>) -> bool {
        let (mut sealed, mut positions, mut counts) = (Vec::new(), Vec::new(), Counts::default());
        for mut package in packages {
            if !self.sift(&mut package) {
                return false;
            }
            for run in &package.events {
                match self.sealer.seal(run, self.policy) {
                    Ok(mut segments) => {
                        sealed.append(&mut segments.segments);
                        if segments.too_large > 0 {
                            *package.counts.dropped.entry(DropReason::TooLarge).or_default() += segments.too_large;
                        }
                    }
                    Err(fault) => {
                        // Nothing of these packages is committed, so they are read again by the next run.
                        error!(%fault, "cannot seal events: reading stops");
                        self.stop.set();
                        return false;
                    }
                }
            }
            positions.append(&mut package.positions);
            counts.add(&package.counts);
            package.events.iter_mut().for_each(scrubber::Events::clear);
            // Full when the tail thread has enough of them.
            let _ = self.empty.try_send(package.events);
        }
        let passed = self.sieve.take_passed();
        let appended = self.append(&sealed, &positions, &passed, &counts);
        if appended {
            self.totals.lock().unwrap_or_else(PoisonError::into_inner).add(&counts);
        }
        appended
    }

    /// Takes out what was stored before; says whether to go on. Waits while the store cannot be asked.
    fn sift(&mut self, package: &mut Package) -> bool {
        let mut trouble = false;
        for run in &mut package.events {
            let known = loop {
                match self.sieve.sift(run, |session| lock(self.store).stored_ids(session)) {
                    Ok(known) => break known,
                    Err(_) if self.stop.is_set() => return false,
                    Err(fault) => {
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
                        } else {
                            error!(%fault, "the spool takes nothing: reading waits, nothing is lost");
                        }
                    }
                    trouble = true;
                }
            }
            if self.stop.is_set() {
                return false;
            }
            std::thread::sleep(STORE_WAIT);
        }
    }
}
