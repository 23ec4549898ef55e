//! `erase`.

use agent::cli::Exit;
use agent::cli::output::BAD;
use agent::stats::grouped;
use jiff::Timestamp;
use serde_json::json;

use super::Context;
use super::args::EraseArgs;
use super::table::{self, Side};
use crate::lake::LakeError;
use crate::lake::erase::{Buckets, Counts, Files, Left, Place, Plan, Pseudonyms, Record, State};

/// Finds every event of some users and, once that is confirmed, erases it. Ends with 2 where something must be seen to by hand.
///
/// # Errors
/// When the lake cannot be read or written, or nobody confirms.
pub(super) async fn erase(context: &Context, arguments: &EraseArgs) -> anyhow::Result<Exit> {
    let place = open(context).await?;
    let of = Pseudonyms::of(&arguments.pseudonym);
    let plan = place.plan(&of).await.map_err(LakeError::explained)?;
    let found = plan.counts();
    if !context.global.json {
        print(context, if found.is_empty() { "nothing is held of them" } else { "is held" }, &found)?;
    }
    if arguments.dry_run {
        return report(context, &plan, None, None);
    }
    let events: u64 = found.values().map(|count| count.events).sum();
    if events > 0 && !arguments.yes {
        let question = format!("Erase {} events from {} for good?", grouped(events), place.name());
        if !context.confirmed(&question)? {
            context.output.note("nothing was erased");
            return Ok(Exit::No);
        }
    }
    // The record says that it was begun, should it never come to its end.
    let mut record = Record::begun(&of, (place.identity(), place.name()), &plan, Timestamp::now());
    place.keep(&record).await.map_err(LakeError::explained)?;
    let (erased, left) = place.erase(&plan, &of).await.map_err(interrupted)?;
    record.end(erased, left, Timestamp::now());
    let kept = place.keep(&record).await.map_err(LakeError::explained)?;
    report(context, &plan, Some(&record), Some(&kept))
}

async fn open(context: &Context) -> anyhow::Result<Place> {
    let progress = context.progress("files");
    let opened = match &context.global.lake {
        Some(folder) => Files::open(folder, progress).map(Place::Folder),
        None => {
            let session = context.session().await?;
            Buckets::open(session, &context.global.stack, progress)
                .await
                .map(|buckets| Place::Buckets(Box::new(buckets)))
        }
    };
    opened.map_err(LakeError::explained)
}

fn interrupted(error: LakeError) -> anyhow::Error {
    error.explained().context("the erasure was interrupted, and some events may be left: run it again, it goes on")
}

fn report(context: &Context, plan: &Plan, record: Option<&Record>, kept: Option<&str>) -> anyhow::Result<Exit> {
    let left: &[Left] = record.map_or(&plan.left, |record| &record.not_erased);
    if context.global.json {
        let json = json!({
            "dry_run": record.is_none(),
            "files_looked_at": plan.looked_at,
            "found": plan.counts(),
            "erased": record.map(|record| &record.erased),
            "not_erased": left,
            "state": record.map(|record| record.state),
            "record": kept,
        });
        context.output.line(format_args!("{json:#}"))?;
    } else if let Some(record) = record {
        print(context, if record.erased.is_empty() { "nothing was erased" } else { "was erased" }, &record.erased)?;
        if let Some(kept) = kept {
            context.output.line(format_args!("Record for the auditor: {kept}"))?;
        }
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
