//! `consent history`: every entry of the ledger, and whether the chain holds.

use anyhow::Context as _;
use jiff::Timestamp;
use pipeline::consent::{Entry, Given, Mode, What};

use crate::cli::output::{BAD, GOOD, STRONG, printable};
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
    let entries = file.ledger().entries().len();
    output.line(format_args!("{entries} entries; each follows from the one before")).context("cannot print")?;
    Ok(Exit::Done)
}

fn describe(entry: &Entry) -> String {
    let time = Timestamp::from_millisecond(entry.time_ms).map(|time| time.to_string());
    let time = time.unwrap_or_else(|_| "at an unknown time".to_owned());
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
