//! Which folders' events may be read, and whether what waits of them may still leave.
//!
//! Promises: the folder of a project is kept, sealed, before its first event is; a project is looked at anew for each call,
//! and one whose folder is not known any more is taken for denied. An answer that nobody can give (the folder is gone, and
//! rules about remotes are in force) leaves the earlier one in force while the rules are the same.

use super::ship::lock;
use super::stop::Stop;
use super::stored::Stored;
use crate::config::Config;
use crate::edge::clock;
use crate::edge::key::NameKey;
use crate::edge::projects::ProjectFolders;
use crate::edge::store::{KeptProject, Store, StoreError};
use ring::digest::{SHA256, digest};
use scrubber::{EventId, ProjectDecision, ProjectTag, Projects, PseudonymKey, Scopes, SessionTag, Tier};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tracing::error;

/// Folders remembered at most as kept; those of one user number in the hundreds.
const KEPT_MAX: usize = 4096;
/// How long to leave a store alone that failed.
const STORE_WAIT: Duration = Duration::from_millis(250);

/// What both sides need: where folders are kept, and the key that seals them.
pub struct Keeper<'a> {
    store: &'a Mutex<Store>,
    names: NameKey,
    tags: PseudonymKey,
    rules: u64,
    stop: &'a Stop,
}

impl<'a> Keeper<'a> {
    /// Keeps folders under the project rules of these settings.
    pub fn new(
        config: &Config,
        store: &'a Mutex<Store>,
        (names, tags): (NameKey, PseudonymKey),
        stop: &'a Stop,
    ) -> Self {
        let hash = digest(&SHA256, format!("{:?}", config.projects).as_bytes());
        let rules = hash.as_ref().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        Self { store, names, tags, rules, stop }
    }

    /// Keeps a folder; waits while the store cannot, and reading with it. It is tried at the end as well: what was read last is still
    /// stored then. Where it fails then, the store does not take what was read of the folder.
    fn keep(&self, folder: &str) {
        let tag = self.tags.project(folder);
        let mut trouble = false;
        loop {
            let Ok(sealed) = self.names.seal(folder, &tag.0.to_le_bytes()) else {
                error!("cannot seal a project's folder: reading stops");
                return self.stop.set();
            };
            let kept = KeptProject { rules: self.rules, folder: sealed };
            match lock(self.store).keep_project(tag, &kept) {
                Ok(()) => return self.stop.note_store(None),
                Err(fault) => {
                    self.stop.note_store(Some(clock::mono()));
                    self.stop.set_if_damaged(&fault);
                    if !std::mem::replace(&mut trouble, true) {
                        error!(%fault, "the spool takes no project: reading waits, nothing is lost");
                    }
                }
            }
            if self.stop.is_set() {
                return;
            }
            std::thread::sleep(STORE_WAIT);
        }
    }
}

/// Decides for a reader, and keeps the folders of what it lets pass.
pub struct Reading<'a> {
    folders: ProjectFolders,
    keeper: &'a Keeper<'a>,
    stored: &'a Stored<'a>,
    kept: HashSet<String>,
    last: Option<String>,
}

impl<'a> Reading<'a> {
    /// Decides by the rules of the settings.
    ///
    /// # Errors
    /// When a glob is not valid, which checked settings rule out.
    pub fn new(
        config: &Config,
        home: &Path,
        keeper: &'a Keeper<'a>,
        stored: &'a Stored<'a>,
    ) -> Result<Self, globset::Error> {
        let folders = ProjectFolders::new(&config.projects, home)?.with_scopes(&config.scrub.folders)?;
        Ok(Self { folders, keeper, stored, kept: HashSet::new(), last: None })
    }
}

impl Projects for Reading<'_> {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        self.folders.tick(clock::mono());
        let decision = self.folders.decide(cwd);
        if let (ProjectDecision::Ship(_), Some(cwd)) = (decision, cwd)
            && self.last.as_deref() != Some(cwd)
        {
            if self.kept.len() >= KEPT_MAX {
                // They are kept once more then.
                self.kept.clear();
            }
            if self.kept.insert(cwd.to_owned()) {
                self.keeper.keep(cwd);
            }
            self.last = Some(cwd.to_owned());
        }
        decision
    }

    fn scopes(&self) -> Scopes {
        self.folders.scopes()
    }

    fn is_stored(&mut self, session: SessionTag, id: EventId) -> bool {
        self.stored.holds(session, id)
    }
}

/// Decides for the shipper.
pub struct Leaving<'a> {
    folders: ProjectFolders,
    keeper: &'a Keeper<'a>,
}

impl<'a> Leaving<'a> {
    /// Decides by the rules of the settings.
    ///
    /// # Errors
    /// When a glob is not valid, which checked settings rule out.
    pub fn new(config: &Config, home: &Path, keeper: &'a Keeper<'a>) -> Result<Self, globset::Error> {
        Ok(Self { folders: ProjectFolders::new(&config.projects, home)?, keeper })
    }

    /// The widest tier at which events of a project may leave at this moment; `None` for not at all.
    ///
    /// # Errors
    /// When the store fails.
    pub fn ceiling(&self, tag: ProjectTag) -> Result<Option<Tier>, StoreError> {
        if tag == ProjectTag::AGENT {
            return Ok(Some(Tier::Content));
        }
        if tag == ProjectTag::NONE {
            return Ok(ceiling_of(self.folders.look_now(None), None));
        }
        let Some(kept) = lock(self.keeper.store).project(tag)? else { return Ok(None) };
        let Some(folder) = self.keeper.names.open(&kept.folder, &tag.0.to_le_bytes()) else { return Ok(None) };
        let before = (kept.rules == self.keeper.rules).then_some(Tier::Content);
        Ok(ceiling_of(self.folders.look_now(Some(&folder)), before))
    }
}

/// What a decision lets leave; what nobody can decide is as it was `before`.
fn ceiling_of(decision: ProjectDecision, before: Option<Tier>) -> Option<Tier> {
    match decision {
        ProjectDecision::Ship(tier) => Some(tier),
        ProjectDecision::Deny => None,
        ProjectDecision::Unknown => before,
    }
}
