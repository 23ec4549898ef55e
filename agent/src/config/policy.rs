//! Where organisation policies come from: files, macOS managed preferences, the policy branch of the Windows registry.
//!
//! Promises: a policy that cannot be read, is not what it should be or is not signed as it must be makes the state
//! [`PolicyState::Broken`]; it never counts as missing. Which of the three a place is tells its path: a property list ends with
//! `.plist`, a place in the registry begins with `HKEY_LOCAL_MACHINE`.

mod managed;
#[cfg(all(windows, not(test)))]
mod registry;
mod signature;

use std::path::{Path, PathBuf};

use super::keys::{By, KEYS, Key, Merge};
use super::load::Sources;
use super::merge::problem;
use super::problem::{ConfigError, Origin, Problem};
use super::raw::{self, RawConfig};
use super::read::{Missing, read, text};
use super::value::Value;
use super::{PolicyFound, PolicyState};
pub use managed::is_managed;
#[cfg(test)]
pub(super) use managed::layer as managed_layer;
pub use signature::{KEY_FILE, Signing, signature_file};

/// All policies, in the order in which they were found.
pub(super) struct Policies {
    pub(super) layers: Vec<RawConfig>,
    pub(super) state: PolicyState,
    pub(super) found: Vec<PolicyFound>,
}

/// Reads all policies. One that was named on the command line must exist and need not be signed: beside installed ones it may
/// set only what narrows further.
pub(super) fn load(sources: &Sources) -> Policies {
    let mut problems = Vec::new();
    let (mut layers, mut found) = (Vec::new(), Vec::new());
    let installed = sources.policies.iter().map(|path| installed(path));
    let extra = sources.extra_policy.iter().map(|path| named(path));
    let installed = installed.map(|policy| (policy, By::Policy));
    for (policy, by) in installed.chain(extra.map(|policy| (policy, By::Anyone))) {
        match policy {
            Ok(Some((layer, policy))) => {
                if by == By::Anyone && !layers.is_empty() {
                    problems.extend(widening(&layer, &layers));
                }
                layers.push(layer);
                found.push(policy);
            }
            Ok(None) => {}
            Err(error) => problems.extend(error.problems),
        }
    }
    let state = match (problems.is_empty(), layers.is_empty()) {
        (false, _) => PolicyState::Broken(ConfigError { problems }),
        (true, true) => PolicyState::Absent,
        (true, false) => PolicyState::InForce,
    };
    Policies { layers, state, found }
}

/// What a policy that anyone may name could let leave beside installed ones.
fn widening(layer: &RawConfig, installed: &[RawConfig]) -> Vec<Problem> {
    let narrows = |key: &Key, value: &Value| match key.merge {
        Merge::Lowest | Merge::AtMost | Merge::Each => true,
        Merge::StaysOff => *value == Value::Flag(false),
        Merge::StaysOn => *value == Value::Flag(true),
        // What only a policy may set is nothing until one does.
        Merge::Intersection => {
            key.by == By::Anyone || installed.iter().any(|layer| layer.entries.contains_key(key.name))
        }
        Merge::Fixed | Merge::Latest | Merge::Union => false,
    };
    let set = KEYS.iter().filter_map(|key| Some((key, layer.entries.get(key.name)?)));
    let wide = set.filter(|(key, entry)| !narrows(key, &entry.value));
    let what = "a policy named with --policy may only narrow what installed policies let leave";
    wide.map(|(key, entry)| problem(entry, key.name, what.to_owned())).collect()
}

type Found = Option<(RawConfig, PolicyFound)>;

fn installed(path: &Path) -> Result<Found, ConfigError> {
    let origin = Origin::Policy(path.to_owned());
    if is_managed(path) {
        let layer = managed::read_layer(path, &origin)?;
        return Ok(layer.map(|layer| (layer, found(path, Signing::BySystem))));
    }
    let bytes = read(path, &origin, Missing::IsNone)?;
    let pinned = match machine_keys()? {
        Some(keys) => Some(keys),
        None => signature::beside(path)?,
    };
    let signing = signature::verify(path, bytes.as_deref(), &origin, pinned.as_ref())?;
    let Some(bytes) = bytes else { return Ok(None) };
    let layer = raw::parse(&text(bytes, &origin)?, &origin)?;
    Ok(Some((layer, found(path, signing))))
}

/// Keys that were pinned for the machine, apart from the policy's folder.
fn machine_keys() -> Result<Option<signature::Pinned>, ConfigError> {
    #[cfg(all(windows, not(test)))]
    {
        registry::public_keys()
    }
    #[cfg(not(all(windows, not(test))))]
    {
        Ok(None)
    }
}

fn named(path: &Path) -> Result<Found, ConfigError> {
    let origin = Origin::Policy(path.to_owned());
    let Some(bytes) = read(path, &origin, Missing::IsError)? else { return Ok(None) };
    let layer = raw::parse(&text(bytes, &origin)?, &origin)?;
    Ok(Some((layer, found(path, Signing::NotAsked))))
}

fn found(path: &Path, signing: Signing) -> PolicyFound {
    PolicyFound { path: PathBuf::from(path), signing }
}

/// Says whether a policy's file passes the key that is pinned beside it, for `config check`.
///
/// # Errors
/// When it is not signed as it must be.
pub fn check_signature(path: &Path, bytes: &[u8]) -> Result<Signing, ConfigError> {
    let pinned = signature::beside(path)?;
    signature::verify(path, Some(bytes), &Origin::Policy(path.to_owned()), pinned.as_ref())
}
