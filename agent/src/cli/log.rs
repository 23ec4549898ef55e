//! `log`: what was ever sent from this machine, by the hour, and where to: as the consent says under which it was sent.

use super::args::LogArgs;
use super::output::{DIM, STRONG, printable, things};
use super::stats::start;
use super::{Context, Exit};
use crate::edge::store::{Kind, Sent, Store};
use crate::edge::{clock, ledger};
use crate::stats::grouped;
use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pipeline::time::Wall;
use serde_json::json;
use std::collections::BTreeMap;

/// In place of a destination whose consent stands in no ledger any more.
const NOT_KNOWN: &str = "not known (its consent is not in the ledger)";

/// Prints the log, as JSON lines when asked.
///
/// # Errors
/// When the spool cannot be read.
pub(super) fn run(context: &Context, arguments: &LogArgs) -> anyhow::Result<Exit> {
    let zone = TimeZone::system();
    let today = zone.to_datetime(Timestamp::from_millisecond(clock::wall().0)?).date();
    let since = arguments.since.as_deref().map(|since| start(since, today)).transpose()?;
    let since = since.map(|day| zone.to_timestamp(day.at(0, 0, 0, 0))).transpose()?;
    let (sent, damaged) = sent(context, Wall(since.map_or(0, Timestamp::as_millisecond)))?;
    let output = &context.output;
    let hour = |one: &Sent| Timestamp::from_millisecond(one.hour.0).unwrap_or_default();
    let destinations = ledger::destinations(&context.paths.state_dir);
    let to = |one: &Sent| destinations.get(&one.consent).map(String::as_str);
    if arguments.json {
        for one in &sent {
            output.line(json!({
                "hour": hour(one).to_string(), "data_class": one.class.as_str(), "events": one.events, "bytes": one.bytes,
                "consent_id": one.consent, "policy_id": one.policy, "destination": to(one),
            }))?;
        }
        return Ok(Exit::Done);
    }
    if sent.is_empty() {
        output.line("nothing was sent")?;
        tell_damage(context, damaged);
        return Ok(Exit::Done);
    }
    output.line(format_args!(
        "{STRONG}{:<16}  {:<12}  {:>9}  {:>13}  {:<16}  {:<32}  {}{STRONG:#}",
        "hour", "class", "events", "bytes", "policy", "consent", "to"
    ))?;
    let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for one in &sent {
        let to = to(one).map_or_else(|| NOT_KNOWN.to_owned(), printable);
        output.line(format_args!(
            "{:<16}  {:<12}  {:>9}  {:>13}  {:<16}  {:<32}  {to}",
            zone.to_datetime(hour(one)).strftime("%Y-%m-%d %H:%M").to_string(),
            one.class.as_str(),
            grouped(one.events),
            grouped(one.bytes),
            printable(&one.policy),
            printable(&one.consent),
        ))?;
        let (events, bytes) = sums.entry(to).or_default();
        (*events, *bytes) = (*events + one.events, *bytes + one.bytes);
    }
    for (to, (events, bytes)) in sums {
        let sum = |count, thing: &str| format!("{} {}", grouped(count), things(count, thing));
        let (events, bytes) = (sum(events, "event"), sum(bytes, "byte"));
        output.line(format_args!("{DIM}{events}, {bytes} in all to: {to}{DIM:#}"))?;
    }
    tell_damage(context, damaged);
    Ok(Exit::Done)
}

/// What was sent, and how many damaged spools were set aside since.
fn sent(context: &Context, since: Wall) -> anyhow::Result<(Vec<Sent>, u64)> {
    let settings = context.store_settings();
    if !Store::exists(&settings) {
        return Ok((Vec::new(), 0));
    }
    let store = Store::open_existing(settings).context("cannot open the spool")?;
    let counts = store.counts().context("cannot read the spool")?;
    let damaged = counts.iter().filter(|count| count.kind == Kind::SetAside).map(|count| count.n).sum();
    Ok((store.sent_since(since).context("cannot read the spool")?, damaged))
}

fn tell_damage(context: &Context, damaged: u64) {
    if damaged > 0 {
        context.output.note(format_args!(
            "Damaged spools were set aside {damaged} times; of what they told of before, what could not be read is missing here."
        ));
    }
}
