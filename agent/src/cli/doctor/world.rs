//! What the checks are told of the world besides settings and files, gathered in one place so that tests can tell otherwise.

use super::super::Context;
use super::super::args::DoctorArgs;
use super::super::{delivery, preview, service, status};
use crate::driver::control::Control;
use crate::driver::session;
use crate::driver::sinks::{AnySink, Probe, Source};
use crate::driver::status::{FRESHNESS_SECONDS_MAX, waited_seconds};
use crate::edge::clock;
use crate::edge::files::Listed;
use crate::edge::key::KeyFile;
use crate::edge::ledger::LedgerFile;
use crate::edge::lock::InstanceLock;
use crate::edge::sandbox::Sandbox;
use crate::edge::store::Store;
use crate::edge::watch::Watching;
use crate::service::Standing;
use pipeline::consent::OffReason;
use pipeline::tail::Fingerprint;
use pipeline::time::Wall;
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a running agent may take to tell anew and to read on: it looks for wishes at once, or every few seconds.
const PATIENCE: Duration = Duration::from_secs(8);
/// Between two looks at what it left.
const LOOK: Duration = Duration::from_millis(200);

/// All that checks look at.
pub(super) struct World<'a> {
    pub(super) context: &'a Context,
    pub(super) now: Wall,
    /// Bytes that the user can still write where the state lies; `None` where the system does not tell.
    pub(super) free_bytes: Option<u64>,
    /// What watching takes, on systems with limits.
    pub(super) watching: Option<Watching>,
    /// How far threads that read transcripts can be restricted.
    pub(super) sandbox: Sandbox,
    /// Variables that name proxies, with their values.
    pub(super) proxies: Vec<(&'static str, String)>,
    /// What a running agent says of itself; `None` where none runs.
    pub(super) running: Option<Live>,
    /// `None` where the home folder is not known.
    pub(super) service: Option<Standing>,
    /// Which source of AWS credentials is set up.
    pub(super) credentials: Option<Source>,
    /// What calls without records brought; `None` when none was made.
    pub(super) probe: Option<Probe>,
    /// All transcripts, with a passing key for their paths.
    pub(super) files: Vec<Listed>,
    pub(super) troubles: Vec<crate::edge::files::Trouble>,
    /// Whether the user chose that nothing leaves: then nothing is amiss where nothing is read or sent.
    pub(super) declined: bool,
}

/// What a running agent says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    /// What keeps events from arriving, and what helps.
    pub(super) finding: Option<(String, String)>,
    /// When it last told anything.
    pub(super) told: Option<Wall>,
    /// Bytes of transcripts that wait to be read, and since when.
    pub(super) unread: Option<(u64, Wall)>,
}

impl<'a> World<'a> {
    /// The real one.
    pub(super) fn of(context: &'a Context, arguments: &DoctorArgs) -> Self {
        let mut files = Vec::new();
        let roots = session::roots(&context.config, &context.paths);
        let troubles = roots.list(&fingerprint(context), &mut |file| files.push(file));
        Self {
            context,
            now: clock::wall(),
            free_bytes: free_bytes(&context.paths.state_dir),
            watching: Watching::look(&roots.projects()),
            sandbox: Sandbox::on_trial(),
            proxies: proxies(),
            running: live(context, PATIENCE),
            service: service::standing(context),
            credentials: AnySink::credentials_source(&context.config, &context.paths),
            probe: arguments.probe.then(|| probe(context)).flatten(),
            files,
            troubles,
            declined: declined(context),
        }
    }

    /// The spool, if there is one that opens.
    pub(super) fn store(&self) -> Option<Store> {
        let settings = self.context.store_settings();
        if !Store::exists(&settings) {
            return None;
        }
        Store::open_existing(settings).ok()
    }
}

/// The installation's own key where there is one, so that positions are found; else a passing one.
pub(super) fn fingerprint(context: &Context) -> Fingerprint {
    let keys = KeyFile::new(&context.paths.state_dir).load().ok().flatten();
    keys.map_or_else(|| Fingerprint::new(&[0; 32]), |keys| session::fingerprint_of(&keys))
}

/// Where nobody was asked yet, or settings cannot be used, nothing was chosen.
fn declined(context: &Context) -> bool {
    if context.config.wrong.is_some() {
        return false;
    }
    let chosen = |reason| matches!(reason, OffReason::Refused | OffReason::Revoked | OffReason::Setting);
    let ledger = LedgerFile::open(&context.paths.state_dir);
    ledger.is_ok_and(|file| file.ledger().stand(&context.circumstances()).off.is_some_and(chosen))
}

fn probe(context: &Context) -> Option<Probe> {
    AnySink::probe(&context.config, &context.paths, preview::tier_in_force(context))
}

/// Right after this machine slept, or its clock was set, what the agent left last is of long ago, and so may be what waits to be read.
/// It is asked to tell anew, and what grows less while it is watched does not stand still.
pub(super) fn live(context: &Context, patience: Duration) -> Option<Live> {
    let control = Control::of(&context.paths.state_dir);
    let (began, mut unread_first) = (Instant::now(), None);
    loop {
        let live = left(context)?;
        let now = clock::wall();
        if live.silent_minutes(now).is_none() {
            match (live.standing(now), unread_first) {
                (None, _) => return Some(live),
                (Some((bytes, _)), Some(first)) if bytes < first => return Some(Live { unread: None, ..live }),
                (Some((bytes, _)), None) => unread_first = Some(bytes),
                (Some(_), Some(_)) => {}
            }
        }
        // Where it cannot be asked, what it left must do. Root asks nobody: the wish would be root's, in the folder of another.
        if began.elapsed() >= patience || context.environment.superuser || control.want_status().is_err() {
            return Some(live);
        }
        std::thread::sleep(LOOK);
    }
}

/// What the agent that runs left last.
fn left(context: &Context) -> Option<Live> {
    InstanceLock::holder(&context.paths.state_dir)?;
    let state = status::live(context).unwrap_or_default();
    let wall = |key: &str| state.get(key).and_then(Value::as_i64).map(Wall);
    let bytes = state.get("unread_bytes").and_then(Value::as_u64);
    let unread = bytes.filter(|bytes| *bytes > 0).zip(wall("unread_since_ms"));
    // One that waits looks every few seconds, and tells what for.
    let told = wall("time_ms").filter(|_| state.get("waits_because").is_none());
    Some(Live { finding: delivery::finding(context), told, unread })
}

impl Live {
    /// For how many minutes the agent has told nothing, where that is too long.
    pub(super) fn silent_minutes(&self, now: Wall) -> Option<u64> {
        late(self.told?, now)
    }

    /// How many bytes have waited to be read for too long, and for how many minutes.
    pub(super) fn standing(&self, now: Wall) -> Option<(u64, u64)> {
        let (bytes, since) = self.unread?;
        Some((bytes, late(since, now)?))
    }
}

fn late(since: Wall, now: Wall) -> Option<u64> {
    let seconds = waited_seconds(None, Some(since), now);
    (seconds > FRESHNESS_SECONDS_MAX).then_some(seconds / 60)
}

/// In the order in which the client asks for them.
fn proxies() -> Vec<(&'static str, String)> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names
        .into_iter()
        .filter_map(|name| Some((name, std::env::var(name).ok().filter(|value| !value.is_empty())?)))
        .collect()
}

/// Of the folder, or the first above it that is there.
fn free_bytes(folder: &Path) -> Option<u64> {
    folder.ancestors().find_map(|folder| fs4::available_space(folder).ok())
}
