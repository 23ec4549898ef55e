//! Which folders' events may be read, and whether what waits of them may still leave.
//!
//! Promises: the folder of a project is kept, sealed, before its first event is; a project is looked at anew for each call,
//! and one whose folder is not known any more is taken for denied. An answer that nobody can give (rules about
//! remotes are in force, and the folder is gone or its remotes are not understood) leaves the earlier one in force while the rules are the same.

use super::ship::lock;
use super::stop::Stop;
use super::stored::Stored;
use crate::config::{Config, ProjectRules};
use crate::edge::clock;
use crate::edge::key::NameKey;
use crate::edge::projects::ProjectFolders;
use crate::edge::store::{KeptProject, Store, StoreError};
use ring::digest::{Context, SHA256};
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
        Self { store, names, tags, rules: hash_of(&config.projects), stop }
    }

    /// Keeps a folder; waits while the store cannot, and reading with it. It is tried at the end as well: what was read last is still
    /// stored then. Where it fails then, the store does not take what was read of the folder.
    fn keep(&self, folder: &str) {
        let tag = self.tags.project(folder);
        let mut trouble = false;
        loop {
            let Ok(sealed) = self.names.seal(folder, &tag.0.to_le_bytes()) else {
                error!("cannot seal a project's folder: reading stops");
                return self.stop.set_as_sealing_fails();
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

/// Tells rules apart by what they say alone: it is kept over restarts and new versions.
fn hash_of(rules: &[ProjectRules]) -> u64 {
    let mut whole = Context::new(&SHA256);
    let mut part = |text: &str| {
        whole.update(&(text.len() as u64).to_le_bytes());
        whole.update(text.as_bytes());
    };
    for ProjectRules { allow, deny, allow_remotes, deny_remotes, tiers } in rules {
        for globs in [allow, deny, allow_remotes, deny_remotes] {
            part(&globs.len().to_string());
            globs.iter().for_each(|glob| part(glob));
        }
        part(&tiers.len().to_string());
        for (glob, tier) in tiers {
            part(glob);
            part(tier.as_str());
        }
    }
    whole.finish().as_ref().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// What a decision lets leave; what nobody can decide is as it was `before`.
fn ceiling_of(decision: ProjectDecision, before: Option<Tier>) -> Option<Tier> {
    match decision {
        ProjectDecision::Ship(tier) => Some(tier),
        ProjectDecision::Deny => None,
        ProjectDecision::Unknown => before,
    }
}

#[cfg(test)]
mod tests {
    use super::hash_of;
    use crate::config::ProjectRules;
    use scrubber::Tier;

    #[test]
    fn rules_have_one_number_for_ever_and_others_another() {
        let globs = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
        let rules = ProjectRules {
            allow: globs(&["/w", "~/x"]),
            deny_remotes: globs(&["github.com/me/*"]),
            tiers: vec![("/w/low".to_owned(), Tier::Metrics)],
            ..ProjectRules::default()
        };
        let hash = hash_of(std::slice::from_ref(&rules));
        assert_eq!(format!("{hash:016x}"), "aeb6262ee5c66b9d");
        let others = [
            ProjectRules { allow: globs(&["/w"]), deny: globs(&["~/x"]), ..rules.clone() },
            ProjectRules { allow: globs(&["/w~/x"]), ..rules.clone() },
            ProjectRules { tiers: vec![("/w/low".to_owned(), Tier::Activity)], ..rules.clone() },
        ];
        assert!(others.iter().all(|other| hash_of(std::slice::from_ref(other)) != hash));
        assert_ne!(hash_of(&[rules.clone(), ProjectRules::default()]), hash);
    }
}
