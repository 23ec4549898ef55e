//! Checks of this machine: disk, clock, watcher, whether the agent runs.

use super::Found;
use super::world::World;
use crate::edge::sandbox::Sandbox;
use crate::stats::grouped;
use std::time::{Duration, SystemTime};

/// Room that the database's log and its upkeep need besides the events.
const HEADROOM_BYTES: u64 = 64 << 20;
/// No clock that is right shows an earlier time: this version was not made yet. 2026-01-01.
const MADE_MS: i64 = 1_767_225_600_000;
/// AWS takes signatures that are up to five minutes old (reference of Signature Version 4, checked 2026-11).
const SKEW: Duration = Duration::from_secs(300);

pub(super) fn disk_space(world: &World<'_>) -> Found {
    let Some(free) = world.free_bytes else { return Found::Skipped("this system does not tell") };
    let spooled = world.store().and_then(|store| store.measure().ok()).map_or(0, |health| health.disk_bytes);
    let wanted = world.context.config.spool.bytes_max.saturating_sub(spooled).saturating_add(HEADROOM_BYTES);
    if free >= wanted {
        return Found::Well;
    }
    Found::problem(
        format!("{} bytes are free where the spool lies, which may still grow by {}", grouped(free), grouped(wanted)),
        "make room, or set spool.bytes_max lower",
    )
}

pub(super) fn clock(world: &World<'_>) -> Found {
    let remedy = "set this machine's clock; signatures of AWS last five minutes";
    if world.now.0 < MADE_MS {
        return Found::problem("the clock shows a time before this version was made", remedy);
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(world.now.0).unwrap_or(0));
    let newest = world.files.iter().filter_map(|file| std::fs::metadata(&file.path).ok()?.modified().ok()).max();
    match newest.and_then(|newest| newest.duration_since(now).ok()) {
        Some(ahead) if ahead > SKEW => Found::problem("a transcript was written in the future, by this clock", remedy),
        _ => Found::Well,
    }
}

pub(super) fn watcher(world: &World<'_>) -> Found {
    let Some(most) = world.watches_max else { return Found::Skipped("this system has no such limit") };
    let mut folders: Vec<_> = world.files.iter().filter_map(|file| file.path.parent()).collect();
    folders.sort_unstable();
    folders.dedup();
    // Editors share the limit: more than half of it leaves too little for one of the two.
    if (folders.len() as u64).saturating_mul(2) <= most {
        return Found::Well;
    }
    Found::problem(
        format!("{} folders are to be watched, and this user may watch {most} in all programs together", folders.len()),
        "raise fs.inotify.max_user_watches with sysctl; until then changes are found by looking every few seconds",
    )
}

pub(super) fn sandbox(world: &World<'_>) -> Found {
    // Nothing that a user could mend: it keeps nothing from leaving.
    match world.sandbox {
        Sandbox::Full => Found::Well,
        Sandbox::Partial => Found::Skipped("this kernel knows a part of Landlock only; all of it from Linux 6.12 on"),
        Sandbox::None => {
            Found::Skipped("this system has no Landlock: the threads that read transcripts are not restricted")
        }
    }
}

pub(super) fn running(world: &World<'_>) -> Found {
    let finding = world.running.is_none().then(|| "the agent is not running".to_owned());
    Found::of(finding, "start `bcce-agent run`, or install it with `bcce-agent service install`")
}

pub(super) fn service(world: &World<'_>) -> Found {
    Found::of(world.service.clone(), "see `bcce-agent service status`")
}
