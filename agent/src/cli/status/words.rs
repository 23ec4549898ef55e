//! The state in words, for a terminal.

use crate::cli::output::{BAD, GOOD, STRONG, counted};
use crate::cli::{Context, roots};
use anstyle::Style;
use scrubber::{DataClass, Tier};
use serde_json::{Value, json};

const SPARING: &str = "on battery or a metered network: events wait for company for up to 5 minutes";
const UNREAD_UNKNOWN: &str = "what is to be read is not known while no agent reads";

pub(super) fn print(context: &Context, state: &Value) -> anyhow::Result<()> {
    agent(context, state)?;
    folders(context)?;
    streams(context, state)?;
    match state.get("spool").filter(|spool| spool.is_object()) {
        Some(spool) => {
            waiting(context, state, spool)?;
            counts(context, state)?;
        }
        None => {
            let trouble = text(state, "spool_trouble");
            context.output.line(format_args!("{STRONG}spool{STRONG:#}        {}", trouble.unwrap_or("empty")))?;
        }
    }
    if let Some(hint) = text(state, "hint") {
        context.output.note(format_args!("{GOOD}hint:{GOOD:#} {hint}"));
    }
    Ok(())
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

fn is(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or(0)
}

/// Whether and why anything is sent, and whether the agent runs.
fn agent(context: &Context, state: &Value) -> anyhow::Result<()> {
    let output = &context.output;
    let off = text(state, "off_because");
    let style = if off.is_some() { BAD } else { GOOD };
    let mode = text(state, "mode").unwrap_or_default();
    output.line(format_args!("{STRONG}mode{STRONG:#}         {style}{mode}{style:#}"))?;
    if let Some(off) = off {
        output.line(format_args!("{STRONG}because{STRONG:#}      {off}"))?;
    }
    let running = match (is(state, "running"), state.get("pid").and_then(Value::as_u64)) {
        (true, Some(pid)) => format!("yes, process {pid}"),
        (true, None) => "yes".to_owned(),
        (false, _) => "no".to_owned(),
    };
    let classes = state.get("paused_classes").and_then(Value::as_array);
    let classes: Vec<_> = classes.into_iter().flatten().filter_map(Value::as_str).collect();
    let paused = match (is(state, "paused"), classes.is_empty()) {
        (true, _) => ", paused".to_owned(),
        (false, false) => format!(", {} events paused", classes.join(", ")),
        (false, true) => String::new(),
    };
    output.line(format_args!("{STRONG}running{STRONG:#}      {running}{paused}"))?;
    if let Some(why) = text(state, "waits_because") {
        output.line(format_args!("{STRONG}waiting{STRONG:#}      {BAD}{why}{BAD:#}; it is tried again by itself"))?;
    }
    output.line(format_args!("{STRONG}destination{STRONG:#}  {}", context.destination_for_people()))?;
    Ok(())
}

/// Where nothing is to be read.
fn folders(context: &Context) -> anyhow::Result<()> {
    let troubles = roots::troubles(&context.paths);
    for trouble in &troubles {
        context.output.line(format_args!("{STRONG}root{STRONG:#}         {BAD}{trouble}{BAD:#}"))?;
    }
    if let Some(nothing) = roots::nothing_there(&context.paths).filter(|_| troubles.is_empty()) {
        context.output.line(format_args!("{STRONG}root{STRONG:#}         {nothing}"))?;
    }
    Ok(())
}

/// What sending meets, of those streams that the tier in force may use, or that hold something.
fn streams(context: &Context, state: &Value) -> anyhow::Result<()> {
    let output = &context.output;
    let class = text(state, "mode").and_then(|mode| mode.parse::<Tier>().ok()).map(Tier::data_class);
    for stream in state.get("streams").and_then(Value::as_array).into_iter().flatten() {
        let part = |key: &str| text(stream, key).unwrap_or_default();
        let trouble = part("trouble");
        let is_beyond =
            DataClass::ALL.into_iter().any(|of| of.as_str() == part("class") && class.is_some_and(|class| of > class));
        if is_beyond && trouble.is_empty() && number(stream, "waiting_segments") == 0 {
            continue;
        }
        let colon = if trouble.is_empty() { "" } else { ": " };
        output.line(format_args!(
            "{STRONG}stream{STRONG:#}       {}: {}{colon}{trouble}",
            part("class"),
            part("state")
        ))?;
        if !trouble.is_empty() {
            output.line(format_args!("              {}", part("help")))?;
        }
    }
    if let Some(credentials) = text(state, "credentials").filter(|word| *word != "not_needed") {
        output.line(format_args!("{STRONG}credentials{STRONG:#}  {}", credentials.replace('_', " ")))?;
    }
    if let Some(sandbox) = text(state, "sandbox") {
        output.line(format_args!("{STRONG}sandbox{STRONG:#}      {sandbox}"))?;
    }
    Ok(())
}

/// What waits, and for how long.
fn waiting(context: &Context, state: &Value, spool: &Value) -> anyhow::Result<()> {
    let output = &context.output;
    output.line(format_args!(
        "{STRONG}spool{STRONG:#}        {}, {} of {} bytes",
        counted(number(spool, "events"), "event"),
        number(spool, "bytes"),
        number(spool, "bytes_max")
    ))?;
    // What the machine runs on is looked at while something waits.
    if is(state, "sparing") && number(spool, "events") > 0 {
        output.line(format_args!("{STRONG}power{STRONG:#}        {SPARING}"))?;
    }
    let lag = state.get("lag").unwrap_or(&Value::Null);
    let style = match lag.get("fresh").and_then(Value::as_bool) {
        Some(true) => GOOD,
        Some(false) => BAD,
        None => Style::new(),
    };
    let unread = lag.get("unread_bytes").and_then(Value::as_u64);
    output.line(format_args!(
        "{STRONG}lag{STRONG:#}          {}, {style}{} s on the way{style:#} (goal: at most {} s)",
        unread.map_or_else(|| UNREAD_UNKNOWN.to_owned(), |unread| format!("{} to read", counted(unread, "byte"))),
        number(lag, "seconds"),
        number(lag, "seconds_max")
    ))?;
    Ok(())
}

/// What was read, dropped, replaced and sent.
fn counts(context: &Context, state: &Value) -> anyhow::Result<()> {
    let output = &context.output;
    // On the first day, and on one on which nothing else was counted, they are the same.
    let periods: &[_] = match state.get("today") == state.get("total") {
        true => &[("total", "today and in all")],
        false => &[("today", "today"), ("total", "in all")],
    };
    for (period, title) in periods {
        let Some(Value::Object(sums)) = state.get(*period).filter(|sums| **sums != json!({})) else { continue };
        output.line(format_args!("{STRONG}{title}{STRONG:#}"))?;
        for (kind, value) in sums {
            let words = meaning(kind).map_or_else(String::new, |words| format!(" ({words})"));
            let Some(names) = value.as_object() else {
                output.line(format_args!("  {kind}{words}: {value}"))?;
                continue;
            };
            output.line(format_args!("  {kind}{words}"))?;
            for (name, count) in names {
                output.line(format_args!("  {:>12}  {name}", count.as_u64().unwrap_or(0)))?;
            }
        }
    }
    Ok(())
}

/// What a counter counts, where its name, which `--json` and the documents have too, does not say so.
fn meaning(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "records_dropped" => "left out whole, by reason",
        "fields_unlisted" => "left out, as no rule names them",
        "fields_misshapen" => "left out, as their values are not of the form that the rule asks for",
        "texts_twin" => "left out, as the same text ships elsewhere",
        "texts_cut" => "cut to fit into a record",
        "redactions" => "values replaced, by rule",
        "allowed" => "values that settings let pass, by rule",
        "unknown_types" => "records of types that no rule names",
        "events_dropped" => "given up, by reason",
        "spools_set_aside" => "damaged, and begun anew",
        _ => return None,
    })
}
