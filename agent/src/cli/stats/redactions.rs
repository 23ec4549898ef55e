//! `stats --by redaction`: how many values of which kind detectors find in this machine's transcripts.
//!
//! By the detectors of `scan`, which take many times as long as counting usage: no other table waits for them. What they found in a file is
//! kept, and only what is new is looked at. Nothing is kept where credential files were looked into: what they found depends on
//! files of others.

use super::reader::Reader;
use super::{Asked, Context, Exit, detectors, walk};
use crate::edge::host::Host;
use crate::edge::kept::{Content, Kept};
use crate::stats::{Findings, FindingsCache, Redacted, Redactions, grouped};
use jiff::civil::Date;
use scrubber::detect::{Engine, KnownIdentities, Scratch};
use std::path::PathBuf;

/// What was found, and in how many files.
pub(super) struct Found {
    pub(super) rows: Vec<Redacted>,
    files: usize,
    unread: usize,
}

impl Found {
    fn total(&self) -> u64 {
        self.rows.iter().map(|row| row.count).sum()
    }
}

/// Prints a table, or all of it as JSON.
///
/// # Errors
/// When the detectors cannot be put together or stdout is closed.
pub(super) fn run(context: &Context, asked: &Asked, is_json: bool) -> anyhow::Result<Exit> {
    let found = find(context, asked)?;
    let output = &context.output;
    if is_json {
        let json = serde_json::json!({
            "by": "redaction", "since": asked.since.as_ref().map(Date::to_string), "files": found.files,
            "files_unread": found.unread, "rows": found.rows, "total": Redacted { name: "total".to_owned(), count: found.total() },
        });
        output.line(format_args!("{json:#}"))?;
        return Ok(Exit::Done);
    }
    let mut cells: Vec<Vec<String>> =
        found.rows.iter().map(|row| vec![super::printable(&row.name).to_string(), grouped(row.count)]).collect();
    cells.push(vec!["total".to_owned(), grouped(found.total())]);
    super::lines(context, &["redaction", "found"], &cells)?;
    output.line(format_args!(
        "{dim}{} files, as `bcce-agent scan` finds it. Nothing of this leaves this machine.{dim:#}",
        found.files,
        dim = super::DIM
    ))?;
    if found.unread > 0 {
        output.note(format_args!("{} files could not be read", found.unread));
    }
    Ok(Exit::Done)
}

/// Looks at all transcripts of the roots, and says what was not looked into.
///
/// # Errors
/// When the detectors cannot be put together.
pub(super) fn find(context: &Context, asked: &Asked) -> anyhow::Result<Found> {
    let host = Host::read(&context.paths.home);
    let engine = detectors::engine(context, &host)?;
    let about = FindingsCache::about(asked.line_bytes_max, &told(&engine, &host.known(&context.config.identity)));
    let knows_secrets = detectors::looks_into_credentials(context);
    let kept =
        asked.state_dir.as_deref().filter(|_| !knows_secrets).map(|folder| Kept::new(folder, Content::Redactions));
    let old = kept.as_ref().and_then(|kept| kept.load(&about)).and_then(|bytes| FindingsCache::from_bytes(&bytes));
    let found = look(&context.paths.roots, asked, &engine, old, |cache| {
        if let Some(kept) = &kept
            && let Err(error) = kept.save(&about, cache.to_bytes())
        {
            tracing::debug!(kind = ?error.kind(), "what detectors found was not kept");
        }
    });
    detectors::tell_unread(context);
    Ok(found)
}

/// All that decides what detectors find.
fn told(engine: &Engine, known: &KnownIdentities) -> Vec<u8> {
    let rules = engine.rules().iter().flat_map(|rule| [rule.id.to_string(), rule.kind.to_string()]);
    let KnownIdentities { logins, names, emails, hosts, homes } = known;
    let lists = [logins, names, emails, hosts, homes].into_iter();
    let identities = lists.flat_map(|list| [list.len().to_string()].into_iter().chain(list.iter().cloned()));
    let mut told = engine.fingerprint();
    for text in rules.chain(identities) {
        told.extend(text.len().to_le_bytes());
        told.extend(text.as_bytes());
    }
    told
}

fn look(
    roots: &[PathBuf],
    asked: &Asked,
    engine: &Engine,
    old: Option<FindingsCache>,
    keep: impl FnOnce(&FindingsCache),
) -> Found {
    let reader = Reader::new(asked.line_bytes_max, asked.now);
    let mut scratch = Scratch::default();
    let mut redactions = Redactions::since(asked.since_ms);
    let mut is_new = old.is_none();
    let (mut old, mut new) = (old.unwrap_or_default(), FindingsCache::default());
    let files = walk::transcripts(roots);
    let length = |found: &walk::Found| found.look.as_ref().map_or(0, |(_, stamp)| stamp.length);
    let bar = super::gather::bar(files.iter().map(length).sum(), "{bar:40} {bytes}/{total_bytes} {eta}");
    let mut unread = 0;
    for found in &files {
        let Ok((id, stamp)) = &found.look else {
            unread += 1;
            continue;
        };
        let known = old.files.remove(id).or_else(|| new.files.remove(id));
        let (id, seen) = match known {
            Some(seen) if seen.stamp == Some(*stamp) => (*id, seen),
            known => {
                is_new = true;
                let read = reader.read(&found.path, known.map(|seen| (*id, seen)), |findings: &mut Findings, line| {
                    let kinds = engine
                        .scan(line, &mut scratch)
                        .iter()
                        .filter_map(|one| engine.rules().get(usize::from(one.rule.0)));
                    findings.add(line, kinds.map(|rule| &*rule.kind));
                });
                let Ok((id, seen, ended)) = read else {
                    unread += 1;
                    continue;
                };
                unread += usize::from(ended.is_err());
                (id, seen)
            }
        };
        bar.inc(stamp.length);
        redactions.file(&seen);
        new.files.insert(id, seen);
    }
    bar.finish_and_clear();
    // What is left of the old one is of files that are gone.
    if is_new || !old.files.is_empty() {
        keep(&new);
    }
    Found { rows: redactions.rows(), files: files.len(), unread }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
