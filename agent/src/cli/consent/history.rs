//! `consent history`: every entry of the ledger, and whether the chain holds.

use anyhow::Context as _;
use jiff::Timestamp;
use pipeline::consent::{Entry, Given, Mode, What};

use crate::cli::output::{BAD, GOOD, STRONG, counted, printable};
use crate::cli::{Context, Exit};
use crate::edge::ledger::LedgerFile;

pub(super) fn run(context: &Context) -> anyhow::Result<Exit> {
    let file = LedgerFile::open(&context.paths.state_dir)?;
    let output = &context.output;
    for entry in file.ledger().entries() {
        output.line(describe(entry))?;
    }
    if let Err(error) = file.ledger().verify() {
        output.line(format_args!("{BAD}altered:{BAD:#} {error}; consent is off"))?;
        output.note(format_args!("{GOOD}hint:{GOOD:#} `bcce-agent consent revoke` sets the altered ledger aside"));
        return Ok(Exit::No);
    }
    if file.ledger().is_torn() {
        output.line(format_args!(
            "{BAD}incomplete:{BAD:#} the last entry was cut off; consent is off until you give it again"
        ))?;
        return Ok(Exit::No);
    }
    let entries = counted(file.ledger().entries().len() as u64, "entry");
    output.line(format_args!("{entries}; each follows from the one before")).context("cannot print")?;
    Ok(Exit::Done)
}

fn describe(entry: &Entry) -> String {
    let time = time(entry.time_ms);
    let how = |given| match given {
        Given::Terminal => "at a terminal",
        Given::Flags => "by flags",
    };
    match &entry.what {
        What::Grant(grant) => {
            let backfill = if grant.backfill { ", with what was there before" } else { "" };
            let extras = grant.extras.iter().map(|extra| format!(", with {}", printable(extra))).collect::<String>();
            format!(
                "{time}  {STRONG}grant{STRONG:#}   {}{backfill}{extras}, {}, for {}, text version {}, id {}",
                grant.tier,
                how(grant.given),
                printable(&grant.destination),
                grant.text_version,
                grant.consent_id,
            )
        }
        What::Revoke(revoke) => format!("{time}  {STRONG}revoke{STRONG:#}  {}", how(revoke.given)),
        What::Refuse(refused) => {
            format!("{time}  {STRONG}refuse{STRONG:#}  {}, {}", Mode::from(refused.mode), how(refused.given))
        }
    }
}

/// With three digits after the second, so that lines stand below each other.
fn time(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms).map(|time| format!("{time:.3}"));
    time.unwrap_or_else(|_| "at an unknown time".to_owned())
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn all_times_are_as_long() {
        assert_eq!(time(1_764_232_350_900), "2025-11-27T08:32:30.900Z");
        assert_eq!([0, 9, 10, 1000].map(|ms| time(ms).len()), [24; 4]);
        assert_eq!(time(i64::MAX), "at an unknown time");
    }
}
