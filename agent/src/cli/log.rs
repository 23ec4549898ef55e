//! `log`: what was ever sent from this machine, by the hour.

use super::args::LogArgs;
use super::output::{DIM, STRONG, printable};
use super::stats::start;
use super::{Context, Exit};
use crate::edge::clock;
use crate::edge::store::{Sent, Store};
use crate::stats::grouped;
use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pipeline::time::Wall;
use serde_json::json;

/// Prints the log, as JSON lines when asked.
///
/// # Errors
/// When the spool cannot be read.
pub(super) fn run(context: &Context, arguments: &LogArgs) -> anyhow::Result<Exit> {
    let zone = TimeZone::system();
    let today = zone.to_datetime(Timestamp::from_millisecond(clock::wall().0)?).date();
    let since = arguments.since.as_deref().map(|since| start(since, today)).transpose()?;
    let since = since.map(|day| zone.to_timestamp(day.at(0, 0, 0, 0))).transpose()?;
    let sent = sent(context, Wall(since.map_or(0, Timestamp::as_millisecond)))?;
    let output = &context.output;
    let hour = |one: &Sent| Timestamp::from_millisecond(one.hour.0).unwrap_or_default();
    if arguments.json {
        for one in &sent {
            output.line(json!({
                "hour": hour(one).to_string(), "data_class": one.class.as_str(), "events": one.events, "bytes": one.bytes,
                "consent_id": one.consent, "policy_id": one.policy,
            }))?;
        }
        return Ok(Exit::Done);
    }
    if sent.is_empty() {
        output.line("nothing was sent")?;
        return Ok(Exit::Done);
    }
    output.line(format_args!(
        "{STRONG}{:<16}  {:<12}  {:>9}  {:>13}  {:<16}  {}{STRONG:#}",
        "hour", "class", "events", "bytes", "policy", "consent"
    ))?;
    for one in &sent {
        output.line(format_args!(
            "{:<16}  {:<12}  {:>9}  {:>13}  {:<16}  {}",
            zone.to_datetime(hour(one)).strftime("%Y-%m-%d %H:%M").to_string(),
            one.class.as_str(),
            grouped(one.events),
            grouped(one.bytes),
            printable(&one.policy),
            printable(&one.consent),
        ))?;
    }
    let sum = |of: fn(&Sent) -> u64| grouped(sent.iter().map(of).sum());
    output.line(format_args!(
        "{DIM}{} events, {} bytes in all. Sent to: {}{DIM:#}",
        sum(|one| one.events),
        sum(|one| one.bytes),
        context.destination
    ))?;
    Ok(Exit::Done)
}

fn sent(context: &Context, since: Wall) -> anyhow::Result<Vec<Sent>> {
    let settings = context.store_settings();
    if !Store::exists(&settings) {
        return Ok(Vec::new());
    }
    let store = Store::open_existing(settings).context("cannot open the spool")?;
    store.sent_since(since).context("cannot read the spool")
}
