//! `status`: what the agent does, what waits, what was dropped and replaced.

mod words;

use super::args::StatusArgs;
use super::{Context, Exit, delivery, roots};
use crate::driver::control::Control;
use crate::driver::metrics;
use crate::driver::status::{FRESHNESS_SECONDS_MAX, help, waited_seconds};
use crate::edge::clock;
use crate::edge::ledger::LedgerFile;
use crate::edge::lock::InstanceLock;
use crate::edge::store::{Count, Health, Kind, Store};
use pipeline::time::{DAY_MS, Wall};
use scrubber::DataClass;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What the spool tells.
struct Spool {
    health: Health,
    counts: Vec<Count>,
    last_accepted_ms: BTreeMap<&'static str, i64>,
}

/// Prints the state, as JSON or metrics when asked.
///
/// # Errors
/// When the ledger or the spool cannot be read.
pub(super) fn run(context: &Context, arguments: &StatusArgs) -> anyhow::Result<Exit> {
    if arguments.metrics {
        return print_metrics(context);
    }
    let spool = spool(context);
    let (spool, trouble) = match spool {
        Ok(spool) => (spool, None),
        Err(error) => (None, Some(error)),
    };
    let mut state = state(context, spool.as_ref())?;
    if let (Some(members), Some(error)) = (state.as_object_mut(), &trouble) {
        members.insert("spool_trouble".to_owned(), error.to_string().into());
    }
    if arguments.json {
        context.output.line(format_args!("{state:#}"))?;
    } else {
        words::print(context, &state)?;
    }
    // All else was told.
    trouble.map_or(Ok(Exit::Done), |error| Err(error.context("cannot tell what waits")))
}

/// Prints what the running agent's socket gives, or the same from the spool where there is none.
fn print_metrics(context: &Context) -> anyhow::Result<Exit> {
    if InstanceLock::holder(&context.paths.state_dir).is_some()
        && let Ok(text) = crate::edge::socket::read(&context.paths.state_dir)
    {
        context.output.line(text.trim_end())?;
        return Ok(Exit::Done);
    }
    if let Some(Spool { health, counts, .. }) = spool(context)? {
        let state = live(context).unwrap_or_default();
        context.output.line(metrics::text(&state, &counts, &health, clock::wall()).trim_end())?;
    }
    Ok(Exit::Done)
}

/// What the running agent left last; none where none runs.
pub(super) fn live(context: &Context) -> Option<Value> {
    InstanceLock::holder(&context.paths.state_dir)?;
    Control::of(&context.paths.state_dir).status()
}

/// How far what arrives is behind what was written: bytes not read yet, and the age of what waits longest. Of what is to be read
/// only a running agent knows; without one, nobody can say that all is in time.
pub(super) fn lag(spool: Option<&Health>, live: Option<&Value>, now: Wall) -> Value {
    let told = |key: &str| live.and_then(|live| live.get(key)).and_then(Value::as_i64);
    let unread_bytes = told("unread_bytes");
    let spooled = spool.and_then(|health| health.oldest);
    let seconds = waited_seconds(spooled, told("unread_since_ms").map(Wall), now);
    let late = seconds > FRESHNESS_SECONDS_MAX;
    let behind = live.and_then(|live| live.get("behind")).and_then(Value::as_array);
    json!({
        "unread_bytes": unread_bytes,
        "files": behind.map(|files| files.iter().map(|file| lag_of(file, now)).collect::<Vec<_>>()),
        "waiting_events": spool.map_or(0, |health| health.events),
        "waiting_bytes": spool.map_or(0, |health| health.bytes),
        "seconds": seconds,
        "seconds_max": FRESHNESS_SECONDS_MAX,
        "fresh": (late || unread_bytes.is_some()).then_some(!late),
    })
}

/// How far reading is behind in one file.
fn lag_of(file: &Value, now: Wall) -> Value {
    let since = file.get("unread_since_ms").and_then(Value::as_i64).map(Wall);
    json!({
        "file_number": file.get("file_number"),
        "unread_bytes": file.get("unread_bytes"),
        "seconds": waited_seconds(None, since, now),
    })
}

/// Everything that `status` shows.
fn state(context: &Context, spool: Option<&Spool>) -> anyhow::Result<Value> {
    let file = LedgerFile::open(&context.paths.state_dir)?;
    let standing = file.ledger().stand(&context.circumstances());
    let off = standing.off.map(|reason| context.words_of(reason));
    let control = Control::of(&context.paths.state_dir);
    let holder = InstanceLock::holder(&context.paths.state_dir);
    let live = live(context);
    let from_live = |key: &str| live.as_ref().and_then(|live| live.get(key)).cloned();
    let last_receipt = spool.and_then(|spool| spool.last_accepted_ms.values().max().copied());
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "mode": standing.mode.as_str(),
        "off_because": off.map(|(reason, _)| reason),
        "hint": off.map(|(_, remedy)| remedy),
        "consent_id": standing.granted.map(|granted| granted.consent_id.as_str()),
        "destination": context.is_known().then_some(&context.destination),
        "running": holder.is_some(),
        "pid": holder.flatten(),
        "paused": control.is_paused(),
        "paused_classes": control.paused().into_iter().map(DataClass::as_str).collect::<Vec<_>>(),
        "roots_in_trouble": roots::troubles(&context.paths).len(),
        "spool": spool.map(|spool| json!({
            "segments": spool.health.segments,
            "events": spool.health.events,
            "bytes": spool.health.bytes,
            "bytes_max": spool.health.bytes_max,
            "disk_bytes": spool.health.disk_bytes,
            "oldest_ms": spool.health.oldest.map(|wall| wall.0),
            "files": spool.health.files,
        })),
        "lag": lag(spool.map(|spool| &spool.health), live.as_ref(), clock::wall()),
        "waits_because": from_live("waits_because"),
        "sparing": from_live("sparing"),
        "credentials": from_live("credentials"),
        "sandbox": from_live("sandbox"),
        "last_receipt_ms": last_receipt,
        "last_accepted_ms": spool.map(|spool| &spool.last_accepted_ms),
        "today": spool.map(|spool| sums(&spool.counts, Some(clock::wall().0.div_euclid(DAY_MS)))),
        "total": spool.map(|spool| sums(&spool.counts, None)),
        "streams": from_live("streams").map(|streams| with_help(streams, context)),
        "status_time_ms": from_live("time_ms"),
    }))
}

/// The streams, with what helps under these settings.
fn with_help(mut streams: Value, context: &Context) -> Value {
    for stream in streams.as_array_mut().into_iter().flatten() {
        let help = delivery::trouble_of(stream).map(|trouble| help(trouble, &context.config));
        if let (Some(members), Some(help)) = (stream.as_object_mut(), help) {
            members.insert("help".to_owned(), help.into());
        }
    }
    streams
}

fn spool(context: &Context) -> anyhow::Result<Option<Spool>> {
    let settings = context.store_settings();
    if !Store::exists(&settings) {
        return Ok(None);
    }
    let store = Store::open_existing(settings)?;
    let mut last_accepted_ms = BTreeMap::new();
    for class in DataClass::ALL {
        if let Some(wall) = store.last_accepted(class)? {
            last_accepted_ms.insert(class.as_str(), wall.0);
        }
    }
    Ok(Some(Spool { health: store.measure()?, counts: store.counts()?, last_accepted_ms }))
}

/// Counters added up by kind and name, of one day or of all.
fn sums(counts: &[Count], day: Option<i64>) -> Value {
    let mut sums: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for count in counts.iter().filter(|count| day.is_none_or(|day| day == count.day)) {
        *sums.entry(kind_name(count.kind)).or_default().entry(&count.name).or_default() += count.n;
    }
    let value = |(kind, names): (&str, BTreeMap<&str, u64>)| {
        let alone = names.len() == 1 && names.contains_key("");
        let value = if alone { json!(names.values().sum::<u64>()) } else { json!(names) };
        (kind.to_owned(), value)
    };
    Value::Object(sums.into_iter().map(value).collect::<Map<_, _>>())
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Lines => "lines",
        Kind::Bytes => "bytes",
        Kind::Events => "events",
        Kind::Dropped => "records_dropped",
        Kind::FieldsUnlisted => "fields_unlisted",
        Kind::FieldsMisshapen => "fields_misshapen",
        Kind::TextsTwin => "texts_twin",
        Kind::TextsCut => "texts_cut",
        Kind::Redaction => "redactions",
        Kind::Allowed => "allowed",
        Kind::UnknownType => "unknown_types",
        Kind::SpoolDrop => "events_dropped",
        Kind::SentRecords => "records_sent",
        Kind::SentEvents => "events_sent",
        Kind::SentBytes => "bytes_sent",
        Kind::SetAside => "spools_set_aside",
    }
}
