//! Puts threads together: one reads and scrubs, one seals and stores, this one ships.

use super::control::Control;
use super::gate::{Gate, Terms};
use super::metrics;
use super::projects::{Keeper, Leaving, Reading};
use super::session::{self, Session, SessionError, Unknown};
use super::ship::{Ended, Message, Ship, Until, lock};
use super::signals::{self, wait_for_signals};
use super::sinks::{AnySink, SinkError};
use super::spooler;
use super::stop::{self, EndsAll, Stop};
use super::stored::Stored;
use super::tail::{self, PolicyScrubber, Tail, TailReport, TailSettings, ToStore};
use super::wishes::Wishes;
use crate::config::{Config, Paths};
use crate::edge::files::Roots;
use crate::edge::key::{KeyError, random};
use crate::edge::sandbox::{Sandbox, restrict_thread};
use crate::edge::store::{Store, StoreError};
use crate::edge::watch::Inbox;
use crate::edge::{clock, host::Host};
use crate::policy::{self, Engine, PolicyError};
use pipeline::ship::{Shipper, SpoolDrop};
use scrubber::{Counts, Policy};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::Scope;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedSender};
use tracing::{error, info, warn};

/// Work cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Keys or spool.
    #[error("cannot open the installation")]
    Session(#[from] SessionError),
    /// The sink.
    #[error("cannot reach where events go")]
    Sink(#[from] SinkError),
    /// The policy.
    #[error("cannot put the policy together")]
    Policy(#[from] PolicyError),
    /// Project rules.
    #[error("cannot use the rules for projects")]
    Projects(#[from] globset::Error),
    /// Randomness.
    #[error("cannot begin")]
    Random(#[from] KeyError),
    /// The spool failed at the start.
    #[error("cannot read the spool")]
    Store(#[from] StoreError),
    /// Positions.
    #[error("cannot record where the transcripts end now")]
    Positions(#[source] std::io::Error),
    /// The runtime.
    #[error("the system gives no timers")]
    Runtime(#[source] std::io::Error),
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Tail and ship until stopped.
    Daemon,
    /// Read what is there, deliver it, end.
    Once,
    /// Deliver what waits, end; read nothing.
    Flush,
}

impl Job {
    /// When shipping ends.
    const fn until(self) -> Until {
        match self {
            Self::Daemon => Until::Stopped,
            Self::Once => Until::Delivered,
            Self::Flush => Until::DeliveredOrHeld,
        }
    }
}

/// What a run did.
pub struct Done {
    /// How it ended.
    pub ended: Ended,
    /// What was read and made of it.
    pub counts: Counts,
    /// What the tailer saw last.
    pub report: TailReport,
    /// Events and bytes accepted by the sink.
    pub delivered: (u64, u64),
}

/// Everything a run needs.
pub struct Work<'a> {
    /// Settings.
    pub config: &'a Config,
    /// Places.
    pub paths: &'a Paths,
    /// Consent.
    pub gate: Gate,
    /// The terms in force.
    pub terms: Terms,
    /// What to do.
    pub job: Job,
    /// The wish to end.
    pub stop: &'a Arc<Stop>,
}

/// Runs until the job is done, consent changes, or the stop is set.
///
/// # Errors
/// When work cannot begin.
pub fn run(work: Work<'_>) -> Result<Done, RunError> {
    let Work { config, paths, gate, terms, job, stop } = work;
    let host = Host::read(&paths.home);
    let (session, engine) = open(config, paths, &host)?;
    begin(&session, &session::roots(config, paths), &terms)?;
    let (key, consent) = (session.pseudonym_key(), terms.consent_id.as_str());
    let policy = policy::with_engine(engine, config, &host, key, terms.tier, consent)?;
    info!(tier = terms.tier.as_str(), "work begins");
    let sink = AnySink::new(config, paths)?;
    lock(&session.store).forget_idle_projects()?;
    let keeper = Keeper::new(config, &session.store, session.project_keys(), stop);
    let shipper = shipper(&sink, config, &session, job)?;
    let (to_shipper, mut inputs) = mpsc::unbounded_channel();
    let wishes =
        (job == Job::Daemon).then(|| Wishes::watch(&paths.state_dir, gate.ledger_path(), to_shipper.clone())).flatten();
    let inbox = Inbox::default();
    let (counts, report) = (Mutex::new(Counts::default()), Mutex::new(TailReport::default()));
    let (latest, sandbox) = (Mutex::default(), OnceLock::new());
    let mut ship = Ship {
        shipper,
        credentials: sink.credentials(),
        report: &report,
        latest: &latest,
        sandbox: &sandbox,
        sink,
        store: &session.store,
        opener: session.opener(),
        sealer: session.sealer()?,
        policy: &policy,
        projects: Leaving::new(config, &paths.home, &keeper)?,
        gate,
        terms,
        control: Control::of(&paths.state_dir),
        wishes,
        stop,
        until: job.until(),
    };
    let runtime = signals::runtime().map_err(RunError::Runtime)?;
    let stored = Stored::new(&session.store);
    let partners = Partners {
        config,
        paths,
        store: &session.store,
        keeper: &keeper,
        stored: &stored,
        policy: &policy,
        stop,
        inbox: &inbox,
        counts: &counts,
        report: &report,
        sandbox: &sandbox,
        job,
    };
    let tailing = (job != Job::Flush).then(|| Tailing::new(&partners, &session)).transpose()?;
    let end = || {
        stop.set();
        inbox.stop();
    };
    let ended = stop::scope(end, |scope| {
        match tailing {
            None => drop(to_shipper.send(Message::TailDone)),
            Some(tailing) => tailing.start(scope, &partners, to_shipper),
        }
        runtime.block_on(async {
            let signals = tokio::spawn(wait_for_signals(Arc::clone(stop)));
            let metrics = || metrics::render(&latest, &session.store);
            let ended = tokio::select! {
                ended = ship.run(&mut inputs) => ended,
                never = metrics::serve(&paths.state_dir, job, &metrics) => match never {},
            };
            signals.abort();
            ended
        })
    });
    if matches!(ended, Ended::Off(reason) if reason.ends_consent()) {
        // What was on its way to the spool when consent ended came after it was emptied.
        lock(&session.store).purge(SpoolDrop::Revoked, clock::wall())?;
    }
    let delivered = delivered(&ship.shipper);
    let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Done { ended, counts, report, delivered })
}

/// What decides when to ship what: a command that ends waits for nothing but the service.
fn shipper(sink: &AnySink, config: &Config, session: &Session, job: Job) -> Result<Shipper, RunError> {
    let (now, wall) = (clock::mono(), clock::wall());
    let bytes_today = lock(&session.store).bytes_today(wall)?;
    let mut settings = sink.ship_settings(config);
    if job != Job::Daemon {
        settings.start_jitter = Duration::ZERO;
    }
    Ok(Shipper::new(settings, u64::from_le_bytes(random()?), bytes_today, now, wall))
}

/// Events and bytes that the sink accepted.
fn delivered(shipper: &Shipper) -> (u64, u64) {
    let streams = shipper.status().streams;
    streams
        .iter()
        .fold((0, 0), |(events, bytes), stream| (events + stream.events_accepted, bytes + stream.bytes_accepted))
}

/// Sees to it that what stood in files before a grant that covers only later text is not read, whatever was lost since.
fn begin(session: &Session, roots: &Roots, terms: &Terms) -> Result<(), RunError> {
    let consent = terms.consent_id.as_str();
    if terms.backfill && session.is_to_begin_at_the_starts(consent)? {
        session.begin_at_the_starts(roots, consent)?;
    }
    match session.unknown(roots)? {
        Unknown::Nothing => {}
        Unknown::Everything if terms.backfill => session.begin_at_the_starts(roots, consent)?,
        Unknown::Everything => {
            if let Some(files) = session.begin_at_the_grant(consent)? {
                error!(files, "where reading had got to is lost: what was written since the consent is read again");
                return begin(session, roots, terms);
            }
            let files = session.begin_at_the_ends(roots).map_err(RunError::Positions)?;
            error!(files, "where reading had got to is lost: reading goes on at the end of each file, as consent asks");
        }
        Unknown::Folders(_) if terms.backfill => {}
        Unknown::Folders(folders) => {
            let (folders, files) = (folders.len(), session.add_at_the_ends(folders).map_err(RunError::Positions)?);
            info!(
                folders,
                files, "the consent did not know of some folders: reading begins at the end of each file there"
            );
        }
    }
    if !terms.backfill
        && let Err(fault) = lock(&session.store).keep_beginnings(consent)
    {
        // It is for when the spool is lost, and tried again at the next start.
        warn!(%fault, "cannot keep where reading began");
    }
    Ok(())
}

/// Opens the installation, which waits for the disk, while the detectors are put together.
fn open(config: &Config, paths: &Paths, host: &Host) -> Result<(Session, Engine), RunError> {
    std::thread::scope(|scope| {
        let engine = scope.spawn(|| policy::engine(config, host));
        let session = Session::open(config, paths)?;
        Ok((session, engine.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))?))
    })
}

/// What the threads that read and store are made of.
struct Tailing<'a> {
    settings: TailSettings,
    records: Vec<pipeline::tail::FileRecord>,
    scrubber: PolicyScrubber<'a, Reading<'a>>,
    sealer: pipeline::seal::Sealer,
    fingerprint: pipeline::tail::Fingerprint,
}

impl<'a> Tailing<'a> {
    fn new(partners: &Partners<'a>, session: &Session) -> Result<Self, RunError> {
        let Partners { config, paths, job, .. } = *partners;
        Ok(Self {
            settings: TailSettings {
                roots: session::roots(config, paths),
                rescan: config.tail.rescan_interval,
                quiet: config.tail.quiet_line,
                line_bytes_max: usize::try_from(config.limits.line_bytes_max).unwrap_or(usize::MAX),
                until: if job == Job::Daemon { tail::Until::Stopped } else { tail::Until::CaughtUp },
            },
            records: lock(&session.store).positions()?,
            scrubber: partners.scrubber()?,
            sealer: session.sealer()?,
            fingerprint: session.fingerprint(),
        })
    }

    /// Starts one thread that reads and scrubs, and one that seals and stores.
    fn start<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        partners: &'scope Partners<'scope>,
        to_shipper: UnboundedSender<Message>,
    ) where
        'a: 'scope,
    {
        let Self { settings, records, scrubber, sealer, fingerprint } = self;
        let Partners { store, policy, stop, counts, stored, .. } = *partners;
        let (handover, spooling) = spooler::pair(store, policy, sealer, to_shipper, stop, counts, stored);
        scope.spawn(move || {
            let _ends_all = EndsAll(stop);
            partners.confine();
            spooling.run();
        });
        scope.spawn(move || {
            let _ends_all = EndsAll(stop);
            partners.confine();
            let to_store = ToStore::new(handover.clone(), policy);
            let helper = move || Some((partners.scrubber().ok()?, ToStore::new(handover.clone(), policy)));
            let tail = Tail::new(settings, records, &fingerprint, partners.inbox.clone(), scrubber, to_store);
            // Whoever waits for the end of a command gets a second thread; a daemon leaves the other cores alone.
            let tail = if partners.job == Job::Daemon { tail } else { tail.helped_by(Box::new(helper)) };
            let report = |seen: &TailReport| {
                partners.report.lock().unwrap_or_else(PoisonError::into_inner).clone_from(seen);
            };
            // A closed spool means that everything ends; the other threads say why.
            let _ = tail.run(&mut { report });
        });
    }
}

/// What both threads work with.
struct Partners<'a> {
    config: &'a Config,
    paths: &'a Paths,
    store: &'a Mutex<Store>,
    keeper: &'a Keeper<'a>,
    stored: &'a Stored<'a>,
    policy: &'a Policy,
    stop: &'a Stop,
    inbox: &'a Inbox,
    counts: &'a Mutex<Counts>,
    report: &'a Mutex<TailReport>,
    sandbox: &'a OnceLock<Sandbox>,
    job: Job,
}

impl<'a> Partners<'a> {
    /// Takes from the calling thread what reading and storing do not need. The one that ships keeps its rights: it starts what
    /// finds credentials.
    fn confine(&self) {
        let holds = restrict_thread(&[&self.paths.state_dir]);
        // Each thread finds the same.
        if self.sandbox.set(holds).is_ok() && cfg!(target_os = "linux") && holds != Sandbox::Full {
            info!(landlock = holds.as_str(), "the threads that read are not restricted in full");
        }
    }

    /// Scrubs under the policy for projects as the settings have it.
    fn scrubber(&self) -> Result<PolicyScrubber<'a, Reading<'a>>, globset::Error> {
        let reading = Reading::new(self.config, &self.paths.home, self.keeper, self.stored)?;
        Ok(PolicyScrubber::new(self.policy, reading))
    }
}
