//! `scan`: findings, never the values.

use super::args::{ScanArgs, ScanFormat, ScanInput};
use super::output::{BAD, DIM, counted, printable};
use super::{Context, Exit, detectors, hinted_exit, progress};
use crate::edge::host::Host;
use crate::filter::{sarif, scan};
use anyhow::Context as _;
use indicatif::ProgressBar;
use scrubber::detect::{Engine, Scratch};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Scans files, folders or stdin.
///
/// # Errors
/// When something cannot be read, or the input is not of the form that was said.
pub(super) fn run(context: &Context, arguments: &ScanArgs) -> anyhow::Result<Exit> {
    let host = Host::read(&context.paths.home);
    let engine = detectors::engine(context, &host)?;
    if arguments.input == ScanInput::JsonLines {
        if arguments.format == ScanFormat::Sarif {
            let what = "--input json-lines has a form of its own, which is not SARIF";
            return Err(hinted_exit(Exit::Usage, what, "leave --format out, or scan files with --input text"));
        }
        return json_lines(context, arguments, &engine);
    }
    let mut report = Report { format: arguments.format, results: Vec::new(), found: 0, engine: &engine };
    let mut scratch = Scratch::default();
    let line_bytes_max = usize::try_from(context.config.limits.line_bytes_max).unwrap_or(usize::MAX);
    let mut output = context.output.result();
    let paths = files(&arguments.paths, arguments.input)?;
    let bar = bar(&paths);
    let mut all_skipped = 0;
    let mut one = |name: &str, input: &mut dyn Read, out: &mut dyn Write| -> anyhow::Result<()> {
        let mut found = |found: &scan::Found<'_>| bar.suspend(|| report.add(found, out));
        match arguments.input {
            ScanInput::Text => scan::text(&engine, name, input, &mut scratch, &mut found)?,
            ScanInput::Transcripts | ScanInput::JsonLines => {
                let skipped = scan::transcript(&engine, name, input, line_bytes_max, &mut scratch, &mut found)?;
                all_skipped += skipped;
                if skipped > 0 {
                    let lines = counted(skipped, "line");
                    let name = printable(name);
                    bar.suspend(|| context.output.note(format_args!("{name}: not scanned, as too long: {lines}")));
                }
            }
        }
        Ok(())
    };
    if arguments.paths.is_empty() {
        one("-", &mut io::stdin().lock(), &mut **output).context("cannot scan stdin")?;
    }
    for path in &paths {
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        one(&name, &mut bar.wrap_read(file), &mut **output).with_context(|| format!("cannot scan {name}"))?;
    }
    bar.finish_and_clear();
    report.finish(&mut **output)?;
    drop(output);
    allowed(context, &engine, &mut scratch);
    match report.found {
        0 if all_skipped > 0 => {
            let what = "nothing was found, and not everything was scanned";
            Err(hinted_exit(
                Exit::Failed,
                what,
                "raise limits.line_bytes_max, or scan what was skipped with --input text",
            ))
        }
        0 => Ok(Exit::Done),
        _ => Ok(Exit::No),
    }
}

fn json_lines(context: &Context, arguments: &ScanArgs, engine: &Engine) -> anyhow::Result<Exit> {
    let mut scratch = Scratch::default();
    let mut exit = Exit::Done;
    let mut output = context.output.bulk();
    let mut one = |input: &mut dyn Read, output: &mut dyn Write| -> anyhow::Result<()> {
        let input = BufReader::with_capacity(1 << 20, input);
        if scan::json_lines(engine, input, output, &mut scratch)? == ControlFlow::Break(()) {
            exit = Exit::No;
        }
        Ok(())
    };
    let mut buffered = io::BufWriter::with_capacity(1 << 20, &mut **output);
    if arguments.paths.is_empty() {
        one(&mut io::stdin().lock(), &mut buffered).context("cannot scan stdin")?;
    }
    let bar = bar(&arguments.paths);
    for path in &arguments.paths {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        one(&mut bar.wrap_read(file), &mut buffered).with_context(|| format!("cannot scan {name}"))?;
    }
    bar.finish_and_clear();
    buffered.flush()?;
    drop(buffered);
    drop(output);
    allowed(context, engine, &mut scratch);
    Ok(exit)
}

/// How much of these files was read; stdin has no end that is known.
fn bar(paths: &[PathBuf]) -> ProgressBar {
    if paths.is_empty() {
        return ProgressBar::hidden();
    }
    progress::files(paths.iter().filter_map(|path| path.metadata().ok()).map(|found| found.len()).sum())
}

/// Tells what was found and let pass, and what was not looked into.
fn allowed(context: &Context, engine: &Engine, scratch: &mut Scratch) {
    detectors::tell_unread(context);
    let mut counts = std::collections::BTreeMap::new();
    scratch.take_allowed(engine, &mut counts);
    for (rule, count) in counts {
        context.output.note(format_args!("{} let pass by settings: {rule}", counted(count, "finding")));
    }
}

/// The files to scan: those named, and in folders every transcript, or every file when the input is text.
fn files(paths: &[PathBuf], input: ScanInput) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).with_context(|| format!("cannot open {}", path.display()))?;
        if metadata.is_dir() {
            below(path, input, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() && !paths.is_empty() {
        let hint = "give files, or --input text to scan every file of a folder";
        return Err(hinted_exit(Exit::Failed, "there is no transcript (*.jsonl) in these folders", hint));
    }
    Ok(files)
}

fn below(folder: &Path, input: ScanInput, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let listed = std::fs::read_dir(folder).and_then(|entries| {
        let kinds = entries.map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))));
        kinds.collect::<io::Result<Vec<_>>>()
    });
    let mut entries = listed.with_context(|| format!("cannot list {}", folder.display()))?;
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (path, kind) in entries {
        if kind.is_dir() {
            below(&path, input, files)?;
        } else if kind.is_file() && (input == ScanInput::Text || path.extension().is_some_and(|end| end == "jsonl")) {
            files.push(path);
        }
    }
    Ok(())
}

struct Report<'a> {
    format: ScanFormat,
    results: Vec<serde_json::Value>,
    found: u64,
    engine: &'a Engine,
}

impl Report<'_> {
    fn add(&mut self, found: &scan::Found<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.found += 1;
        match self.format {
            ScanFormat::Text => {
                let file = printable(found.file);
                let (rule, kind) = (found.rule, found.kind);
                let (line, column, length) = (found.line, found.column, found.length);
                writeln!(out, "{file}:{line}:{column}: {BAD}{kind}{BAD:#} {DIM}({rule}, {length} bytes){DIM:#}")
            }
            ScanFormat::Json => {
                serde_json::to_writer(&mut *out, found)?;
                writeln!(out)
            }
            ScanFormat::Sarif => {
                self.results.push(sarif::result(found, self.engine.rules()));
                Ok(())
            }
        }
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.format == ScanFormat::Sarif {
            let log = sarif::log(self.engine.rules(), std::mem::take(&mut self.results));
            writeln!(out, "{log:#}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_cannot_be_listed_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone");
        let error = below(&gone, ScanInput::Text, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot list {}", gone.display()));
    }
}
