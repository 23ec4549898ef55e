//! Checks of this machine: disk, clock, watcher, whether the agent runs.

use super::world::World;
use super::{DECLINED, Found};
use crate::cli::output::counted;
use crate::edge::sandbox::Sandbox;
use crate::edge::watch::{Instance, Watching};
use crate::service::Standing;
use crate::stats::grouped;
use pipeline::seal::SEGMENT_BYTES;
use std::time::{Duration, SystemTime};

/// Room that the database's log and its upkeep need besides the events.
const HEADROOM_BYTES: u64 = 64 << 20;
/// No clock that is right shows an earlier time: this version was not made yet. 2026-01-01.
const MADE_MS: i64 = 1_767_225_600_000;
/// AWS takes signatures that are up to five minutes old (reference of Signature Version 4, checked 2026-11).
const SKEW: Duration = Duration::from_secs(300);
const START_ANEW: &str = "start it anew with `bcce-agent service stop` and `bcce-agent service start`, or end `bcce-agent run` and run it again: it goes on where it was; \
                          `bcce-agent status --json` names the files (lag.files) by their inode numbers";

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
    let Some(watching) = world.watching else { return Found::Skipped("this system has no such limit") };
    let Watching { folders, watches_max, instances_max, instance } = watching;
    if instance == Instance::Refused {
        return Found::problem(
            format!("this user's programs have all {instances_max} watchers that they may have"),
            "raise fs.inotify.max_user_instances with sysctl; until then changes are found by looking every few seconds",
        );
    }
    // Editors share the limit: more than half of it leaves too little for one of the two.
    if folders.saturating_mul(2) <= watches_max {
        return Found::Well;
    }
    let more = if folders > watches_max { "or more " } else { "" };
    Found::problem(
        format!(
            "{folders} folders {more}are to be watched, and this user may watch {watches_max} in all programs together"
        ),
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
    if world.declined {
        return DECLINED;
    }
    let finding = world.running.is_none().then(|| "the agent is not running".to_owned());
    Found::of(finding, "start `bcce-agent run`, or install it with `bcce-agent service install`")
}

/// Whether a running agent reads what is there to be read.
pub(super) fn reading(world: &World<'_>) -> Found {
    let Some(live) = &world.running else { return Found::Skipped("the agent is not running") };
    if let Some(minutes) = live.silent_minutes(world.now) {
        let remedy = format!("look again in a minute if this computer has just woken up; else {START_ANEW}");
        return Found::problem(format!("the agent has done nothing for {minutes} minutes"), remedy);
    }
    let Some((bytes, minutes)) = live.standing(world.now) else { return Found::Well };
    let finding =
        format!("reading stands still: {} of transcripts have waited for {minutes} minutes", counted(bytes, "byte"));
    // The next segment must fit as well.
    let room = world
        .store()
        .and_then(|store| store.measure().ok())
        .map(|spool| spool.bytes_max - spool.bytes.min(spool.bytes_max));
    if room.is_some_and(|room| room < SEGMENT_BYTES as u64) {
        let help = "`bcce-agent status` tells why nothing is sent; reading goes on when something is";
        return Found::problem(format!("{finding}, as the spool is full"), help);
    }
    Found::problem(finding, START_ANEW)
}

pub(super) fn service(world: &World<'_>) -> Found {
    if world.declined {
        return DECLINED;
    }
    let install = "`bcce-agent service install` installs it and starts it at each login";
    match world.service {
        Some(Standing::Well) => Found::Well,
        Some(Standing::NotInstalled) => Found::problem("the service is not installed", install),
        Some(Standing::NotAtLogin) => Found::problem("the service runs, but does not start at the next login", install),
        Some(Standing::Stopped) => {
            Found::problem("the service is installed and does not run", "`bcce-agent service start` starts it")
        }
        Some(Standing::Unknown) => Found::problem(
            "the service is installed, and the system's manager of services cannot be asked about it",
            "log in as this user and see `bcce-agent service status`",
        ),
        Some(Standing::Unreachable) => Found::Skipped(
            "the system's manager of services does not answer here; `bcce-agent service status` says why",
        ),
        Some(Standing::NoManager) => Found::Skipped("this system has no manager of services that the agent knows"),
        None => Found::Skipped("the home folder is not known"),
    }
}
