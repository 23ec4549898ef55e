//! Checks of what this installation keeps and is told: policy, consent, state folder, keys, spool.

use super::Found;
use super::world::World;
use crate::cli::{Context, LOCKABLE, hints_of, spool_help};
use crate::config::{KEY_FILE, PolicyFound, PolicyState, Signing, is_managed, signature_file};
#[cfg(unix)]
use crate::driver::control::Control;
use crate::edge::key::{KeyError, KeyFile};
use crate::edge::ledger::LedgerFile;
use crate::edge::lock::InstanceLock;
use crate::edge::store::Store;
use crate::policy::PolicyError;
use crate::rules;
use pipeline::consent::OffReason;
use scrubber::detect::KnownIdentities;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

pub(super) fn policy(world: &World<'_>) -> Found {
    match &world.context.config.policy {
        PolicyState::Broken(problems) => Found::problem(
            format!("the organisation policy cannot be used, so nothing is sent: {problems}"),
            "`bcce-agent config check` tells what is wrong; your administrator can mend it",
        ),
        PolicyState::Absent | PolicyState::InForce => Found::Well,
    }
}

/// Whether others than the administrator could change the policy, and whether a signature goes unused. A policy that cannot be
/// used is looked at as well: who can change it may be who broke it.
pub(super) fn policy_rights(world: &World<'_>) -> Found {
    let Context { config, paths, .. } = world.context;
    let is_there = |path: &Path| [path.to_owned(), path.with_file_name(KEY_FILE)].iter().any(|part| part.exists());
    let files: Vec<_> = paths.policies.iter().filter(|path| !is_managed(path) && is_there(path)).collect();
    if files.is_empty() {
        return Found::Skipped("no policy file is installed");
    }
    for path in files {
        let folder = path.parent().unwrap_or(Path::new("/"));
        let parts = [folder.to_owned(), path.clone(), folder.join(KEY_FILE)];
        if let Some(part) = parts.iter().find(|part| open_to_others(part)) {
            return Found::problem(
                format!("{} can be changed by others than the administrator", part.display()),
                RIGHTFUL,
            );
        }
        let unsigned = |found: &PolicyFound| found.path == *path && found.signing == Signing::Unsigned;
        if config.policies.iter().any(unsigned) && signature_file(path).exists() {
            return Found::problem(
                format!("{} has a signature, but no key is pinned to hold it against", path.display()),
                format!("put the public key into {KEY_FILE} beside it"),
            );
        }
    }
    Found::Well
}

/// In a sandbox with a user namespace, files of root show the owner 65534.
#[cfg(unix)]
fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let root = |owner: u32| owner == 0 || owner == 65_534;
    fs::metadata(path).is_ok_and(|facts| !root(facts.uid()) || facts.mode() & 0o022 != 0)
}

#[cfg(not(windows))]
const RIGHTFUL: &str = "it should belong to root and be writable by nobody else";
#[cfg(windows)]
const RIGHTFUL: &str = "it should belong to Administrators and be writable by them and SYSTEM alone, as docs/administrators.md shows; a prompt run \
                        as administrator may always write";

/// Whether the system would let this user change it, now or after giving themselves the right. Asked by opening it for each such
/// right, which changes nothing: rules that a program reads itself it can read wrongly. An owner always has `WRITE_DAC`.
///
/// <https://learn.microsoft.com/windows/win32/fileio/file-access-rights-constants> (checked 2026-11-26)
#[cfg(windows)]
fn open_to_others(path: &Path) -> bool {
    use std::os::windows::fs::OpenOptionsExt as _;
    const FILE_WRITE_DATA: u32 = 0x0002;
    const FILE_APPEND_DATA: u32 = 0x0004;
    const FILE_DELETE_CHILD: u32 = 0x0040;
    const DELETE: u32 = 0x0001_0000;
    const WRITE_DAC: u32 = 0x0004_0000;
    const WRITE_OWNER: u32 = 0x0008_0000;
    /// Without it a folder is not opened.
    const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
    [FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_DELETE_CHILD, DELETE, WRITE_DAC, WRITE_OWNER].into_iter().any(|right| {
        let mut options = fs::OpenOptions::new();
        options.access_mode(right).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(path).is_ok()
    })
}

#[cfg(not(any(unix, windows)))]
fn open_to_others(_path: &Path) -> bool {
    false
}

#[cfg(all(test, windows))]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn what_this_user_may_change_is_open_and_asking_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.toml");
        fs::write(&file, "max_tier = \"metrics\"").unwrap();
        assert!(open_to_others(&file) && open_to_others(folder.path()));
        assert_eq!(fs::read_to_string(&file).unwrap(), "max_tier = \"metrics\"");
        assert!(!open_to_others(&folder.path().join("missing")));
    }
}

/// Whether the rules and the allow-list of settings can be used: without them nothing is scrubbed, so nothing is sent.
pub(super) fn rules(world: &World<'_>) -> Found {
    let config = &world.context.config;
    if config.scrub.rules.is_empty() && config.scrub.allow.is_empty() {
        // Those of the program itself hold.
        return Found::Well;
    }
    let Err(error) = rules::engine(config, &KnownIdentities::default()) else { return Found::Well };
    let error = anyhow::Error::from(PolicyError::from(error));
    let remedy = hints_of(&error).join("; ");
    let remedy = if remedy.is_empty() { "`bcce-agent config check` tells what is wrong".to_owned() } else { remedy };
    Found::problem(format!("{error:#}"), remedy)
}

pub(super) fn consent(world: &World<'_>) -> Found {
    let context = world.context;
    match LedgerFile::open(&context.paths.state_dir) {
        Err(error) => Found::problem(error.to_string(), "make consent.jsonl in the state folder readable for you"),
        Ok(file) => match file.ledger().stand(&context.circumstances()).off {
            None => Found::Well,
            // The check of the policy tells: one cause is one finding.
            Some(OffReason::PolicyBroken) => {
                Found::Skipped("the policy cannot be used, so what was granted does not count")
            }
            // The settings can be changed back, and a question asked again.
            Some(reason @ OffReason::Setting) if world.declined => {
                Found::Told(format!("{reason}; {}", context.words_of(reason).1))
            }
            Some(reason) if world.declined => Found::Told(format!("{reason}; `bcce-agent consent grant` asks again")),
            Some(reason) => {
                let (words, remedy) = context.words_of(reason);
                // With file, line and key of each problem.
                let wrong = context.config.wrong.as_ref().filter(|_| reason == OffReason::Setting);
                Found::problem(wrong.map_or_else(|| words.to_owned(), ToString::to_string), remedy)
            }
        },
    }
}

pub(super) fn folder(world: &World<'_>) -> Found {
    let folder = &world.context.paths.state_dir;
    if let Some(finding) = folder_finding(folder) {
        return Found::problem(finding, "make it yours alone (mode 0700), or choose another with --state-dir");
    }
    #[cfg(unix)]
    if let Some(foreign) = foreign_within(folder) {
        return Found::problem(
            format!("{} belongs to another user", foreign.display()),
            format!("`sudo chown -R \"$(id -u)\" '{}'` gives it back", folder.display()),
        );
    }
    // Asked while nobody else does: what is held can be locked.
    match InstanceLock::is_possible(folder) {
        Ok(()) => Found::Well,
        Err(error) => Found::problem(format!("{} cannot be locked ({error})", folder.display()), LOCKABLE),
    }
}

/// What in the state folder is not its owner's: `sudo` may leave such files, which the agent cannot read.
#[cfg(unix)]
fn foreign_within(folder: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = fs::metadata(folder).ok()?.uid();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let wishes = Control::of(folder).wishes().map(Path::to_owned).collect::<Vec<_>>();
    entries.chain(wishes).find(|path| fs::symlink_metadata(path).is_ok_and(|facts| facts.uid() != owner))
}

fn folder_finding(folder: &Path) -> Option<String> {
    let metadata = match fs::metadata(folder) {
        Ok(metadata) => metadata,
        // It is made with the first grant.
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return Some(format!("{} cannot be read ({})", folder.display(), error.kind())),
    };
    if !metadata.is_dir() {
        return Some(format!("{} is no folder", folder.display()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Some(format!("{} is open to other users", folder.display()));
        }
    }
    unwritable(folder)
}

/// What keeps this user from making files in a folder. Asked by making one under a name that nobody has, and removing it.
pub(super) fn unwritable(folder: &Path) -> Option<String> {
    let probe = folder.join(format!(".bcce-agent-doctor-{}", std::process::id()));
    let written = fs::File::create_new(&probe).and_then(|_| fs::remove_file(&probe));
    written.err().map(|error| format!("{} cannot be written ({})", folder.display(), error.kind()))
}

pub(super) fn keys(world: &World<'_>) -> Found {
    let file = KeyFile::new(&world.context.paths.state_dir);
    let wanted = file.possible(world.context.config.spool.keys);
    match file.load() {
        Err(error @ KeyError::Keychain(_)) => Found::problem(
            error.to_string(),
            "unlock the keychain, or let bcce-agent use its entry, and start `bcce-agent run` anew",
        ),
        Err(error) => {
            Found::problem(error.to_string(), "`chmod 600` the key file; a damaged one is set aside at the next start")
        }
        Ok(Some(_)) if file.place().is_ok_and(|place| place != wanted) => Found::problem(
            "the keys lie elsewhere than spool.keys says",
            "they are moved when `bcce-agent run` starts anew",
        ),
        Ok(None) if Store::exists(&world.context.store_settings()) => Found::problem(
            "the key file is gone",
            "`bcce-agent run` makes new keys at its next start: pseudonyms and event ids begin anew, and what was sent before is sent again under new ids where it is read again",
        ),
        Ok(_) => Found::Well,
    }
}

pub(super) fn spool(world: &World<'_>) -> Found {
    let settings = world.context.store_settings();
    if !Store::exists(&settings) {
        return Found::Skipped("nothing was spooled yet");
    }
    let damaged = "a damaged spool is set aside and read again at the next start of `bcce-agent run`";
    match Store::open_existing(settings).and_then(|store| store.check()) {
        Err(error) => Found::problem(error.to_string(), spool_help(&error).unwrap_or(damaged)),
        Ok(health) if !health.sound => Found::problem("the database is damaged", damaged),
        Ok(health) if health.bytes >= health.bytes_max => Found::problem(
            "the spool is full: reading waits",
            "`bcce-agent status` tells why nothing is sent; spool.bytes_max makes it larger",
        ),
        Ok(_) => Found::Well,
    }
}
