//! `scan`: findings, never the values.

mod left_out;
mod listing;

use super::args::{ScanArgs, ScanFormat, ScanInput};
use super::output::{BAD, DIM, counted, printable};
use super::{Context, Exit, detectors, hinted_exit, progress};
use crate::edge::host::Host;
use crate::filter::form::{self, Form};
use crate::filter::sarif;
use crate::filter::scan::{self, JsonLinesError};
use anyhow::Context as _;
use indicatif::ProgressBar;
use left_out::LeftOut;
use listing::Listed;
use scrubber::detect::{Engine, Scratch};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Bytes of plain text that are looked at together.
const PIECE_BYTES: usize = 8 * 1024 * 1024;

/// Scans files, folders or stdin. What cannot be opened or read is named, and the rest is scanned.
///
/// # Errors
/// When nothing is found and not everything was scanned, or the input is not of the form that was said.
pub(super) fn run(context: &Context, arguments: &ScanArgs) -> anyhow::Result<Exit> {
    let host = Host::read(&context.paths.home);
    let engine = detectors::engine(context, &host)?;
    if arguments.input == Some(ScanInput::JsonLines) {
        if arguments.format == ScanFormat::Sarif {
            let what = "--input json-lines has a form of its own, which is not SARIF";
            return Err(hinted_exit(Exit::Usage, what, "leave --format out, or scan files with --input text"));
        }
        return json_lines(context, arguments, &engine);
    }
    let Listed { files, unlisted } = listing::files(&arguments.paths, arguments.input)?;
    let bar = bar(&files);
    let mut work = Work {
        engine: &engine,
        input: arguments.input,
        line_bytes_max: usize::try_from(context.config.limits.line_bytes_max).unwrap_or(usize::MAX),
        report: Report { format: arguments.format, results: Vec::new(), found: 0, engine: &engine },
        left_out: LeftOut::new(&context.output, bar.clone()),
        bar,
        scratch: Scratch::default(),
    };
    let mut output = context.output.result();
    for (path, error) in &unlisted {
        work.left_out.place(path, "opened", error);
    }
    if arguments.paths.is_empty() {
        work.scan(Path::new("-"), &mut io::stdin().lock(), &mut **output)?;
    }
    for path in &files {
        match File::open(path) {
            Ok(file) => work.scan(path, &mut work.bar.clone().wrap_read(file), &mut **output)?,
            Err(error) => work.left_out.place(path, "opened", &error),
        }
    }
    work.bar.finish_and_clear();
    work.report.finish(&mut **output)?;
    drop(output);
    allowed(context, &engine, &mut work.scratch);
    work.left_out.exit(work.report.found > 0)
}

/// A scan under way.
struct Work<'a> {
    engine: &'a Engine,
    /// What was said of the input.
    input: Option<ScanInput>,
    line_bytes_max: usize,
    report: Report<'a>,
    left_out: LeftOut<'a>,
    bar: ProgressBar,
    scratch: Scratch,
}

impl Work<'_> {
    /// Scans one input. That it cannot be read is told; that nothing can be written ends the command.
    fn scan(&mut self, path: &Path, input: &mut dyn Read, out: &mut dyn Write) -> anyhow::Result<()> {
        let Self { engine, report, left_out, bar, scratch, .. } = self;
        left_out.begin();
        let name = path.display().to_string();
        let mut closed = false;
        let mut found = |found: &scan::Found<'_>| {
            let written = bar.suspend(|| report.add(found, out));
            closed |= written.is_err();
            written
        };
        let scanned = form(self.input, path, input).and_then(|(form, input)| match form {
            Form::Text => scan::text(engine, &name, input, PIECE_BYTES, scratch, &mut found).map(|()| 0),
            Form::Transcript => scan::transcript(engine, &name, input, self.line_bytes_max, scratch, &mut found),
        });
        match scanned {
            Ok(skipped) => left_out.long_lines(path, skipped),
            Err(error) if closed => return Err(error).context("cannot write what was found"),
            Err(error) => left_out.place(path, "read to its end", &error),
        }
        Ok(())
    }
}

/// How an input is read, and all of it to read.
fn form<'a>(said: Option<ScanInput>, path: &Path, input: &'a mut dyn Read) -> io::Result<(Form, Box<dyn Read + 'a>)> {
    match said {
        Some(ScanInput::Text) => Ok((Form::Text, Box::new(input))),
        Some(ScanInput::Transcripts | ScanInput::JsonLines) => Ok((Form::Transcript, Box::new(input))),
        None if listing::is_transcript(path) => Ok((Form::Transcript, Box::new(input))),
        None => form::told(input),
    }
}

fn json_lines(context: &Context, arguments: &ScanArgs, engine: &Engine) -> anyhow::Result<Exit> {
    let bar = bar(&arguments.paths);
    let mut left_out = LeftOut::new(&context.output, bar.clone());
    let (mut scratch, mut found) = (Scratch::default(), 0);
    let mut output = context.output.bulk();
    let mut buffered = io::BufWriter::with_capacity(1 << 20, &mut **output);
    let mut one = |path: &Path, input: &mut dyn Read, left_out: &mut LeftOut<'_>| {
        left_out.begin();
        let input = BufReader::with_capacity(1 << 20, input);
        match scan::json_lines(engine, input, &mut buffered, &mut scratch) {
            Ok(answered) => {
                found += answered.found;
                left_out.unanswered(path, &answered);
                Ok(())
            }
            Err(JsonLinesError::Read(error)) => {
                left_out.place(path, "read to its end", &error);
                Ok(())
            }
            Err(error @ JsonLinesError::Write(_)) => Err(error),
        }
    };
    if arguments.paths.is_empty() {
        one(Path::new("-"), &mut io::stdin().lock(), &mut left_out)?;
    }
    for path in &arguments.paths {
        match File::open(path) {
            Ok(file) => one(path, &mut bar.wrap_read(file), &mut left_out)?,
            Err(error) => left_out.place(path, "opened", &error),
        }
    }
    bar.finish_and_clear();
    buffered.flush()?;
    drop(buffered);
    drop(output);
    allowed(context, engine, &mut scratch);
    left_out.exit(found > 0)
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
