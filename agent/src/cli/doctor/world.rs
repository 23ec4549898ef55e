//! What the checks are told of the world besides settings and files, gathered in one place so that tests can tell otherwise.

use super::super::Context;
use super::super::args::DoctorArgs;
use super::super::{delivery, service};
use crate::driver::session;
use crate::driver::sinks::AnySink;
use crate::edge::clock;
use crate::edge::files::Listed;
use crate::edge::key::KeyFile;
use crate::edge::lock::InstanceLock;
use crate::edge::sandbox::Sandbox;
use crate::edge::store::Store;
use pipeline::ship::Trouble;
use pipeline::tail::Fingerprint;
use pipeline::time::Wall;
use std::path::Path;

/// All that checks look at.
pub(super) struct World<'a> {
    pub(super) context: &'a Context,
    pub(super) now: Wall,
    /// Bytes that the user can still write where the state lies; `None` where the system does not tell.
    pub(super) free_bytes: Option<u64>,
    /// Folders that a user's programs can watch, on systems with such a limit.
    pub(super) watches_max: Option<u64>,
    /// How far threads that read transcripts can be restricted.
    pub(super) sandbox: Sandbox,
    /// Variables that name proxies, with their values.
    pub(super) proxies: Vec<(&'static str, String)>,
    /// What keeps a running agent's events from arriving.
    pub(super) running: Option<Live>,
    pub(super) service: Option<String>,
    /// What a call without records brought; `None` when it was not made.
    pub(super) probe: Option<Result<(), Trouble>>,
    /// All transcripts, with a passing key for their paths.
    pub(super) files: Vec<Listed>,
    pub(super) troubles: Vec<crate::edge::files::Trouble>,
}

/// What a running agent says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    /// What keeps events from arriving, and what helps.
    pub(super) finding: Option<(String, &'static str)>,
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
            watches_max: watches_max(),
            sandbox: Sandbox::on_trial(),
            proxies: proxies(),
            running: live(context),
            service: service::finding(context),
            probe: arguments.probe.then(|| AnySink::probe(&context.config, &context.paths)).flatten(),
            files,
            troubles,
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

fn live(context: &Context) -> Option<Live> {
    InstanceLock::holder(&context.paths.state_dir)?;
    Some(Live { finding: delivery::finding(context) })
}

fn proxies() -> Vec<(&'static str, String)> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names
        .into_iter()
        .filter_map(|name| Some((name, std::env::var(name).ok().filter(|value| !value.is_empty())?)))
        .collect()
}

/// Of the folder, or the first above it that is there.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let facts = folder.ancestors().find_map(|folder| rustix::fs::statvfs(folder).ok())?;
    Some(facts.f_bavail.saturating_mul(facts.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(target_os = "linux")]
fn watches_max() -> Option<u64> {
    std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?.trim().parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn watches_max() -> Option<u64> {
    None
}
