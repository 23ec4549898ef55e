//! `erase`.

use agent::cli::Exit;
use agent::cli::output::{BAD, printable, things};
use agent::stats::grouped;
use jiff::Timestamp;
use serde_json::json;

use super::Context;
use super::args::EraseArgs;
use super::table::{self, Side};
use crate::lake::erase::{
    Buckets, Counts, EraseError, Files, Left, Place, Plan, Pseudonyms, Record, State, TEAMS_ROWS,
};

/// What has come of it.
enum Came<'a> {
    /// Nothing was to be changed.
    Planned,
    /// Nobody confirmed it.
    Declined,
    /// It is over; with the place of its record.
    Ended(&'a Record, String),
}

/// Finds every event of some users and, once that is confirmed, erases it. Ends with 2 where something must be seen to by hand.
///
/// # Errors
/// When the lake cannot be read or written, or nobody confirms.
pub(super) async fn erase(context: &Context, arguments: &EraseArgs) -> anyhow::Result<Exit> {
    let place = open(context).await?;
    if !arguments.dry_run {
        place.tidy().map_err(EraseError::explained)?;
    }
    let of = Pseudonyms::of(&arguments.pseudonym);
    let plan = place.plan(&of).await.map_err(EraseError::explained)?;
    let found = plan.counts();
    if !context.global.json {
        context.output.line(format_args!("In {}:", place.name()))?;
        print(context, if found.is_empty() { "nothing is held of them" } else { "is held" }, &found)?;
    }
    if arguments.dry_run {
        return report(context, &place, &plan, &Came::Planned);
    }
    if !found.is_empty() && !arguments.yes {
        match context.confirmed(&question(&place, &found)) {
            Ok(true) => {}
            Ok(false) => {
                report(context, &place, &plan, &Came::Declined)?;
                context.output.note("nothing was erased");
                return Ok(Exit::No);
            }
            Err(error) => {
                report(context, &place, &plan, &Came::Declined)?;
                return Err(error);
            }
        }
    }
    let _lock = place.lock().map_err(EraseError::explained)?;
    // The record says that it was begun, should it never come to its end.
    let mut record = Record::begun(&of, (place.identity(), place.name()), &plan, Timestamp::now());
    place.keep(&record).await.map_err(EraseError::explained)?;
    let (erased, left) = place.erase(&plan, &of).await.map_err(interrupted)?;
    record.end(erased, left, Timestamp::now());
    let kept = place.keep(&record).await.map_err(EraseError::explained)?;
    place.close(&record).await.map_err(EraseError::explained)?;
    report(context, &place, &plan, &Came::Ended(&record, kept))
}

async fn open(context: &Context) -> anyhow::Result<Place> {
    let progress = context.progress("files");
    if let Some(folder) = &context.global.lake {
        return Files::open(folder, progress).map(Place::Folder).map_err(EraseError::explained);
    }
    let stack = &context.global.stack;
    let session = context.session().await?;
    let buckets = Buckets::open(session, stack, progress).await.map_err(EraseError::explained)?;
    let place = Place::Buckets(Box::new(buckets));
    for note in place.notes() {
        context.output.note(format_args!("note: {}", printable(note)));
    }
    Ok(place)
}

fn question(place: &Place, found: &Counts) -> String {
    let rows = found.get(TEAMS_ROWS).map_or(0, |count| count.events);
    let events: u64 = found.values().map(|count| count.events).sum::<u64>() - rows;
    let teams =
        if rows == 0 { String::new() } else { format!(" and {} {} of teams", grouped(rows), things(rows, "row")) };
    let assumed = if place.notes().is_empty() { "" } else { " These names are only assumed: look at them." };
    format!("Erase {} {}{teams} from {} for good?{assumed}", grouped(events), things(events, "event"), place.name())
}

fn interrupted(error: EraseError) -> anyhow::Error {
    error.explained().context("the erasure was interrupted, and some events may be left: run it again, it goes on")
}

fn report(context: &Context, place: &Place, plan: &Plan, came: &Came<'_>) -> anyhow::Result<Exit> {
    let (record, kept) = match came {
        Came::Planned | Came::Declined => (None, None),
        Came::Ended(record, kept) => (Some(*record), Some(kept)),
    };
    let left: &[Left] = record.map_or(&plan.left, |record| &record.not_erased);
    if context.global.json {
        let state = match came {
            Came::Planned => json!(null),
            Came::Declined => json!("declined"),
            Came::Ended(record, _) => json!(record.state),
        };
        let json = json!({
            "lake": place.name(),
            "notes": place.notes(),
            "dry_run": matches!(came, Came::Planned),
            "files_looked_at": plan.looked_at,
            "found": plan.counts(),
            "erased": record.map(|record| &record.erased),
            "not_erased": left,
            "state": state,
            "record": kept,
        });
        context.output.line(format_args!("{json:#}"))?;
    } else if let Came::Ended(record, kept) = came {
        print(context, if record.erased.is_empty() { "nothing was erased" } else { "was erased" }, &record.erased)?;
        context.output.line(format_args!("Record for the auditor: {kept}"))?;
    }
    for Left { place, reason } in left {
        context.output.note(format_args!("{BAD}not erased:{BAD:#} {place}: {reason}"));
    }
    if record.is_some() && context.global.lake.is_none() {
        context.output.note(
            "note: results of queries stay in the stack's results bucket for up to 30 days, and copies that others took (a SIEM) are \
             not reached; what the agent still sends comes anew: end it first",
        );
    }
    let is_done = left.is_empty() && record.is_none_or(|record| record.state == State::Done);
    Ok(if is_done { Exit::Done } else { Exit::Failed })
}

fn print(context: &Context, what: &str, counts: &Counts) -> anyhow::Result<()> {
    if counts.is_empty() {
        context.output.line(what)?;
        return Ok(());
    }
    let head = [("class", Side::Left), ("files", Side::Right), ("events", Side::Right), (what, Side::Left)];
    let rows: Vec<Vec<String>> = counts
        .iter()
        .map(|(class, count)| vec![class.clone(), grouped(count.files), grouped(count.events), String::new()])
        .collect();
    Ok(table::print(&context.output, &head, &rows, None)?)
}
