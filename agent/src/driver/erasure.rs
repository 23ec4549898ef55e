//! Sends one request for erasure, and nothing else.
//!
//! Promises: the request goes through the shipping loop, under a grant that is looked up for each call, by a spool in memory of
//! which it is all there is: what waits on the disk stays there, and whether an agent runs makes no difference. When a request
//! was made is kept until it was accepted, so that one that was not comes again under the same id. What was accepted stands in
//! the log of this installation. No keys are made for it: under new ones the receiver would know nothing.

use super::control::Control;
use super::gate::{Gate, Terms};
use super::projects::{Keeper, Leaving};
use super::run::RunError;
use super::session::{Session, store_settings};
use super::ship::{Ended, Message, Ship, Until, lock};
use super::signals::{self, wait_for_signals};
use super::sinks::AnySink;
use super::stop::Stop;
use super::tail::TailReport;
use crate::config::{Config, Paths};
use crate::edge::key::{KeyError, Keys, random};
use crate::edge::store::Store;
use crate::edge::{clock, host::Host};
use crate::policy;
use pipeline::ship::{Settings, Shipper};
use pipeline::time::Wall;
use scrubber::{Counts, EventId, Policy};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::mpsc;

/// Under which the spool keeps when the request was made that was not accepted yet.
const REQUESTED: &str = "erasure_requested";

/// What sending needs.
pub struct Work<'a> {
    /// Settings.
    pub config: &'a Config,
    /// Places.
    pub paths: &'a Paths,
    /// The keys under which the receiver knows this installation.
    pub keys: Keys,
    /// Consent.
    pub gate: Gate,
    /// The terms in force.
    pub terms: Terms,
}

/// What became of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requested {
    /// The receiver has it, under this id.
    Accepted(EventId),
    /// It was not accepted, and waits nowhere.
    Not(Ended),
}

/// Sends the request.
///
/// # Errors
/// When work cannot begin, or the spool cannot keep when the request was made.
pub fn request(work: Work<'_>) -> Result<Requested, RunError> {
    let Work { config, paths, keys, gate, terms } = work;
    let mut kept = Store::open_existing(store_settings(config, paths))?;
    let time = time_of_request(&mut kept)?;
    let session = Session::beside(config, paths, keys)?;
    let host = Host::read(&paths.home);
    let policy = policy::build(config, &host, session.pseudonym_key(), terms.tier, terms.consent_id.as_str())?;
    spool(&session, &policy, time)?;
    let stop = Arc::new(Stop::default());
    let (ended, accepted) = ship(config, paths, &session, &policy, (gate, terms), &stop)?;
    if !accepted {
        return Ok(Requested::Not(ended));
    }
    let id = policy.erasure_id(time.0).1;
    kept.add_sent(&lock(&session.store), clock::wall())?;
    kept.set_meta(REQUESTED, b"")?;
    Ok(Requested::Accepted(id))
}

/// When the request was made that waits to be accepted: now, where none does.
fn time_of_request(kept: &mut Store) -> Result<Wall, RunError> {
    if let Some(time) = kept.meta(REQUESTED)?.and_then(|bytes| bytes.try_into().ok()) {
        return Ok(Wall(i64::from_le_bytes(time)));
    }
    let now = clock::wall();
    kept.set_meta(REQUESTED, &now.0.to_le_bytes())?;
    Ok(now)
}

fn spool(session: &Session, policy: &Policy, time: Wall) -> Result<(), RunError> {
    let mut events = policy.events();
    policy.erasure(time.0, &mut events);
    let (mut sealer, mut segments) = (session.sealer()?, Vec::new());
    for run in &events {
        segments.append(&mut sealer.seal(run, policy).map_err(|_| KeyError::NoRandomness)?.segments);
    }
    lock(&session.store).append(&segments, &[], &[], &Counts::default(), time)?;
    Ok(())
}

/// Ships what the session's spool holds; says how that ended, and whether it was accepted.
fn ship(
    config: &Config,
    paths: &Paths,
    session: &Session,
    policy: &Policy,
    (gate, terms): (Gate, Terms),
    stop: &Arc<Stop>,
) -> Result<(Ended, bool), RunError> {
    let sink = AnySink::new(config, paths)?;
    // One small event, for which its user waits: no jitter, and the day's limit is not for it.
    let settings = Settings { start_jitter: Duration::ZERO, bytes_per_day: None, ..sink.ship_settings(config) };
    let (now, wall) = (clock::mono(), clock::wall());
    let keeper = Keeper::new(config, &session.store, session.project_keys(), stop);
    let (report, latest, sandbox) = (Mutex::new(TailReport::default()), Mutex::default(), OnceLock::new());
    let mut ship = Ship {
        shipper: Shipper::new(settings, u64::from_le_bytes(random()?), 0, now, wall),
        credentials: sink.credentials(),
        sink,
        store: &session.store,
        opener: session.opener(),
        sealer: session.sealer()?,
        policy,
        projects: Leaving::new(config, &paths.home, &keeper)?,
        gate,
        terms,
        control: Control::beside(&paths.state_dir),
        wishes: None,
        stop,
        until: Until::Delivered,
        report: &report,
        latest: &latest,
        sandbox: &sandbox,
    };
    let (to_shipper, mut inputs) = mpsc::unbounded_channel();
    // Nothing is read: what is there is all that will come.
    let _ = to_shipper.send(Message::TailDone);
    let runtime = signals::runtime().map_err(RunError::Runtime)?;
    let ended = runtime.block_on(async {
        let signals = tokio::spawn(wait_for_signals(Arc::clone(stop)));
        let ended = ship.run(&mut inputs).await;
        signals.abort();
        ended
    });
    let accepted: u64 = ship.shipper.status().streams.iter().map(|stream| stream.events_accepted).sum();
    Ok((ended, accepted > 0))
}
