//! `status`: what the agent does, what waits, what was dropped and replaced.

use super::args::JsonArgs;
use super::output::{BAD, GOOD, STRONG};
use super::{Context, Exit, consent};
use crate::driver::control::Control;
use crate::edge::clock;
use crate::edge::ledger::LedgerFile;
use crate::edge::lock::InstanceLock;
use crate::edge::store::{Count, Health, Kind, Store};
use scrubber::DataClass;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What the spool tells.
struct Spool {
    health: Health,
    counts: Vec<Count>,
    last_accepted_ms: BTreeMap<&'static str, i64>,
}

/// Prints the state, as JSON when asked.
///
/// # Errors
/// When the ledger or the spool cannot be read.
pub(super) fn run(context: &Context, arguments: &JsonArgs) -> anyhow::Result<Exit> {
    let state = state(context)?;
    if arguments.json {
        context.output.line(format_args!("{state:#}"))?;
    } else {
        print(context, &state)?;
    }
    Ok(Exit::Done)
}

/// Everything that `status` shows.
fn state(context: &Context) -> anyhow::Result<Value> {
    let file = LedgerFile::open(&context.paths.state_dir)?;
    let standing = file.ledger().stand(&context.circumstances());
    let control = Control::of(&context.paths.state_dir);
    let holder = InstanceLock::holder(&context.paths.state_dir);
    let spool = spool(context)?;
    let live = control.status().filter(|_| holder.is_some());
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "mode": standing.mode.as_str(),
        "off_because": standing.off.map(|reason| reason.as_str()),
        "hint": standing.off.map(consent::remedy),
        "consent_id": standing.granted.map(|granted| granted.consent_id.as_str()),
        "destination": context.destination,
        "running": holder.is_some(),
        "pid": holder.flatten(),
        "paused": control.is_paused(),
        "spool": spool.as_ref().map(|spool| json!({
            "segments": spool.health.segments,
            "events": spool.health.events,
            "bytes": spool.health.bytes,
            "bytes_max": spool.health.bytes_max,
            "disk_bytes": spool.health.disk_bytes,
            "oldest_ms": spool.health.oldest.map(|wall| wall.0),
            "files": spool.health.files,
        })),
        "last_accepted_ms": spool.as_ref().map(|spool| &spool.last_accepted_ms),
        "today": spool.as_ref().map(|spool| sums(&spool.counts, Some(clock::wall().0.div_euclid(DAY_MS)))),
        "total": spool.as_ref().map(|spool| sums(&spool.counts, None)),
        "streams": live.as_ref().and_then(|live| live.get("streams")).cloned(),
        "status_time_ms": live.as_ref().and_then(|live| live.get("time_ms")).cloned(),
    }))
}

fn spool(context: &Context) -> anyhow::Result<Option<Spool>> {
    let settings = context.store_settings();
    if !Store::exists(&settings) {
        return Ok(None);
    }
    let store = Store::open(settings, clock::wall())?.store;
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

fn print(context: &Context, state: &Value) -> anyhow::Result<()> {
    let output = &context.output;
    let text = |key: &str| state.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let is = |key: &str| state.get(key).and_then(Value::as_bool).unwrap_or(false);
    let style = if state.get("off_because").is_some_and(Value::is_string) { BAD } else { GOOD };
    output.line(format_args!("{STRONG}mode{STRONG:#}         {style}{}{style:#}", text("mode")))?;
    if style == BAD {
        output.line(format_args!("{STRONG}because{STRONG:#}      {}", text("off_because")))?;
    }
    let running = match (is("running"), state.get("pid").and_then(Value::as_u64)) {
        (true, Some(pid)) => format!("yes, process {pid}"),
        (true, None) => "yes".to_owned(),
        (false, _) => "no".to_owned(),
    };
    output
        .line(format_args!("{STRONG}running{STRONG:#}      {running}{}", if is("paused") { ", paused" } else { "" }))?;
    output.line(format_args!("{STRONG}destination{STRONG:#}  {}", context.destination_for_people()))?;
    for stream in state.get("streams").and_then(Value::as_array).into_iter().flatten() {
        let part = |key: &str| stream.get(key).and_then(Value::as_str).unwrap_or_default();
        let trouble = part("trouble");
        let colon = if trouble.is_empty() { "" } else { ": " };
        output.line(format_args!(
            "{STRONG}stream{STRONG:#}       {}: {}{colon}{trouble}",
            part("class"),
            part("state")
        ))?;
    }
    let Some(spool) = state.get("spool").filter(|spool| spool.is_object()) else {
        output.line(format_args!("{STRONG}spool{STRONG:#}        empty"))?;
        return hint(context, state);
    };
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(0);
    output.line(format_args!(
        "{STRONG}spool{STRONG:#}        {} events, {} of {} bytes",
        number(spool, "events"),
        number(spool, "bytes"),
        number(spool, "bytes_max")
    ))?;
    for (period, title) in [("today", "today"), ("total", "in all")] {
        let Some(Value::Object(sums)) = state.get(period) else { continue };
        output.line(format_args!("{STRONG}{title}{STRONG:#}"))?;
        for (kind, value) in sums {
            let Some(names) = value.as_object() else {
                output.line(format_args!("  {kind}: {value}"))?;
                continue;
            };
            output.line(format_args!("  {kind}"))?;
            for (name, count) in names {
                output.line(format_args!("  {count:>12}  {name}"))?;
            }
        }
    }
    hint(context, state)
}

fn hint(context: &Context, state: &Value) -> anyhow::Result<()> {
    if let Some(hint) = state.get("hint").and_then(Value::as_str) {
        context.output.note(format_args!("{GOOD}hint:{GOOD:#} {hint}"));
    }
    Ok(())
}
