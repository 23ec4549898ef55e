//! Checks of Claude Code: its folders, its version, records and fields that nobody knows, and its clean-up.

use super::world::{World, fingerprint};
use super::{DECLINED, Found};
use crate::cli::output::counted;
use crate::edge::files::OpenLog;
use crate::edge::store::Kind;
use pipeline::tail::Seen;
use pipeline::time::DAY_MS;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// The oldest and the newest version that the allow-list was measured with.
const TESTED: [(u64, u64, u64); 2] = [(1, 0, 0), (2, 1, 232)];
/// Newest sessions whose last lines are looked at.
const SESSIONS: usize = 3;
/// Bytes of a session's end that are looked at: many times a usual line.
const END_BYTES: u64 = 64 * 1024;
/// Days over which unknown records and fields count as lately.
const LATELY_DAYS: i64 = 7;
/// Days after which Claude Code deletes sessions where its settings name none (its documentation, checked 2026-11).
const CLEANUP_DAYS: u64 = 30;
/// A session that will be deleted within so many days should have been read.
const NOTICE_DAYS: u64 = 3;

pub(super) fn roots(world: &World<'_>) -> Found {
    let named = crate::cli::roots::troubles(&world.context.paths);
    if !named.is_empty() {
        return Found::problem(named.join("; "), "name Claude Code's folder with --root, and make it readable for you");
    }
    let Some(first) = world.troubles.first() else {
        return crate::cli::roots::nothing_there(&world.context.paths).map_or(Found::Well, Found::Told);
    };
    let (count, place, kind) = (counted(world.troubles.len() as u64, "place"), first.path.display(), first.kind);
    Found::problem(
        format!("{count} cannot be listed, among them {place} ({kind})"),
        "make the folder readable for you, or name another one with --root",
    )
}

pub(super) fn transcripts(world: &World<'_>) -> Found {
    let files = world.files.len();
    if files == 0 {
        return Found::problem(
            "no transcript of Claude Code was found",
            "start Claude Code once, or name its folder with --root",
        );
    }
    let fingerprint = fingerprint(world.context);
    let unreadable = world.files.iter().filter(|file| OpenLog::open(&file.path, &fingerprint).is_err()).count();
    let finding = (unreadable > 0).then(|| format!("{unreadable} of {files} transcripts cannot be opened"));
    Found::of(finding, "make them readable for you")
}

/// Looks at the version alone, in the last lines of the newest sessions.
pub(super) fn version(world: &World<'_>) -> Found {
    let mut newest: Vec<_> = world.files.iter().filter_map(|file| Some((modified(&file.path)?, file))).collect();
    newest.sort_unstable_by_key(|(time, _)| std::cmp::Reverse(*time));
    let fingerprint = fingerprint(world.context);
    let versions = newest.iter().take(SESSIONS).filter_map(|(_, file)| {
        let log = OpenLog::open(&file.path, &fingerprint).ok()?;
        version_of(&log)
    });
    let Some(version) = versions.max() else { return Found::Skipped("the newest sessions name no version") };
    let [from, to] = TESTED;
    let show = |(major, minor, patch): (u64, u64, u64)| format!("{major}.{minor}.{patch}");
    if version < from {
        return Found::problem(
            format!("Claude Code {} is older than {}, with which this agent was tested", show(version), show(from)),
            "update Claude Code; fields that the agent does not know are dropped and counted until then",
        );
    }
    if version <= to {
        return Found::Well;
    }
    Found::problem(
        format!("Claude Code {} is newer than {}, with which this agent was tested", show(version), show(to)),
        "update bcce-agent; fields that it does not know are dropped and counted until then",
    )
}

fn version_of(log: &OpenLog) -> Option<(u64, u64, u64)> {
    let Seen { length, .. } = *log.seen();
    let start = length.saturating_sub(END_BYTES);
    let mut bytes = vec![0; usize::try_from(length - start).ok()?];
    let read = log.read_at(start, &mut bytes).ok()?;
    bytes.truncate(read);
    let lines = bytes.rsplit(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice::<Version>(line).ok()).find_map(|record| parse(&record.version?))
}

/// The only field that is looked at.
#[derive(serde::Deserialize)]
struct Version {
    version: Option<String>,
}

fn parse(text: &str) -> Option<(u64, u64, u64)> {
    let mut parts = text.split(['.', '-']).map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

fn modified(path: &std::path::Path) -> Option<SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}

/// How many of each of these were counted lately; `None` where nothing was read yet.
fn lately<const N: usize>(world: &World<'_>, kinds: [Kind; N]) -> Option<[u64; N]> {
    let since = world.now.0.div_euclid(DAY_MS) - LATELY_DAYS;
    let counts = world.store()?.counts().unwrap_or_default();
    let of = |kind| counts.iter().filter(|count| count.kind == kind && count.day > since).map(|count| count.n).sum();
    Some(kinds.map(of))
}

/// Values that no rule names, or that have another shape than it says: a version that writes other fields.
pub(super) fn unknown_fields(world: &World<'_>) -> Found {
    let kinds = [Kind::FieldsUnlisted, Kind::FieldsMisshapen, Kind::Lines];
    let Some([unlisted, misshapen, lines]) = lately(world, kinds) else {
        return Found::Skipped("nothing was read yet");
    };
    let unknown = unlisted.saturating_add(misshapen);
    // Over 9,136 lines of 64 people, in which rare names were made up, there were 0.4 for each line (2026-11-27); most people have
    // none. A new version's field comes with each record of some kind.
    if unknown.saturating_mul(2) <= lines {
        return Found::Well;
    }
    Found::problem(
        format!(
            "this version does not know the name or the shape of {} in {} of the last {LATELY_DAYS} days",
            counted(unknown, "value"),
            counted(lines, "record")
        ),
        "update bcce-agent; `bcce-agent status` counts them, and nothing of them leaves",
    )
}

pub(super) fn unknown_records(world: &World<'_>) -> Found {
    let Some([unknown, lines]) = lately(world, [Kind::UnknownType, Kind::Lines]) else {
        return Found::Skipped("nothing was read yet");
    };
    // One in a thousand comes with every new version; more means that whole kinds of records are missed.
    if unknown.saturating_mul(1000) <= lines {
        return Found::Well;
    }
    Found::problem(
        format!(
            "this version does not know the kind of {unknown} of {} of the last {LATELY_DAYS} days",
            counted(lines, "record")
        ),
        "update bcce-agent; `bcce-agent status` counts them, and nothing of them leaves",
    )
}

/// Sessions that Claude Code will soon delete and that were not read to their end.
pub(super) fn retention(world: &World<'_>) -> Found {
    if world.declined {
        return DECLINED;
    }
    let Some(store) = world.store() else { return Found::Skipped("nothing was read yet") };
    let Ok(positions) = store.positions() else { return Found::Skipped("the spool cannot be read") };
    let read: BTreeMap<_, _> = positions.iter().map(|record| (record.key, record.position.offset)).collect();
    let cleanup = world.context.paths.roots.iter().filter_map(|root| cleanup_days(root)).min().unwrap_or(CLEANUP_DAYS);
    let age = Duration::from_secs(cleanup.saturating_sub(NOTICE_DAYS) * 24 * 60 * 60);
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(world.now.0).unwrap_or(0));
    let late = world.files.iter().filter(|file| {
        let behind = read.get(&file.seen.key).is_none_or(|offset| *offset < file.seen.length);
        behind && modified(&file.path).and_then(|time| now.duration_since(time).ok()).is_some_and(|old| old >= age)
    });
    let count = late.count();
    if count == 0 {
        return Found::Well;
    }
    Found::problem(
        format!(
            "Claude Code will delete {} within {NOTICE_DAYS} days without its having been read to the end",
            counted(count as u64, "session")
        ),
        "start `bcce-agent run`; cleanupPeriodDays in Claude Code's settings.json keeps sessions longer",
    )
}

/// After how many days Claude Code deletes sessions of a root, where its settings say so.
fn cleanup_days(root: &std::path::Path) -> Option<u64> {
    /// The only setting that is looked at.
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Cleanup {
        cleanup_period_days: Option<u64>,
    }
    let text = std::fs::read(root.join("settings.json")).ok()?;
    serde_json::from_slice::<Cleanup>(&text).ok()?.cleanup_period_days
}
