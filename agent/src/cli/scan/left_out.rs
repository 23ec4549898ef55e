//! What `scan` could not look into: named on stderr as it is met, and told by the exit code at the end.

use std::fmt;
use std::io;
use std::path::Path;

use indicatif::ProgressBar;

use super::super::output::{Output, counted, printable};
use super::super::{Exit, hinted_exit};
use crate::filter::scan::Answered;

/// What was not scanned.
pub(super) struct LeftOut<'a> {
    output: &'a Output,
    /// What is drawn meanwhile.
    bar: ProgressBar,
    /// Whether anything was looked into.
    scanned: bool,
    missing: u64,
    places: u64,
    long_lines: u64,
    unanswered: u64,
}

impl<'a> LeftOut<'a> {
    /// Nothing so far.
    pub(super) fn new(output: &'a Output, bar: ProgressBar) -> Self {
        Self { output, bar, scanned: false, missing: 0, places: 0, long_lines: 0, unanswered: 0 }
    }

    /// An input is looked into.
    pub(super) fn begin(&mut self) {
        self.scanned = true;
    }

    /// A file or folder that is not there, or cannot be opened or read.
    pub(super) fn place(&mut self, path: &Path, what: &str, error: &io::Error) {
        if error.kind() == io::ErrorKind::NotFound {
            self.missing += 1;
            self.note(path, format_args!("there is no such file or folder"));
            return;
        }
        self.places += 1;
        self.note(path, format_args!("it cannot be {what}: {}", error.kind()));
    }

    /// Lines that are above the limit.
    pub(super) fn long_lines(&mut self, path: &Path, count: u64) {
        self.long_lines += count;
        if count > 0 {
            self.note(path, format_args!("too long: {}", counted(count, "line")));
        }
    }

    /// Lines of `json-lines` input that are not of its form.
    pub(super) fn unanswered(&mut self, path: &Path, answered: &Answered) {
        self.unanswered += answered.unanswered;
        if answered.unanswered > 0 {
            let numbers: Vec<String> = answered.numbers.iter().map(ToString::to_string).collect();
            let more = if answered.unanswered > numbers.len() as u64 { ", …" } else { "" };
            let lines = counted(answered.unanswered, "line");
            let numbers = numbers.join(", ");
            self.note(path, format_args!("no objects with `id` and `text`: {lines} ({numbers}{more})"));
        }
    }

    fn note(&self, path: &Path, why: fmt::Arguments<'_>) {
        let name = path.display().to_string();
        self.bar.suspend(|| self.output.note(format_args!("{}: not scanned, as {why}", printable(&name))));
    }

    /// How the command ends.
    ///
    /// # Errors
    /// When nothing was found and something was left out: whether there was anything is not known.
    pub(super) fn exit(&self, found: bool) -> anyhow::Result<Exit> {
        let remedies = [
            (self.missing, "name files and folders that are there"),
            (self.places, "make what is named above readable for you, or leave it out"),
            (self.long_lines, "raise limits.line_bytes_max, or scan what was skipped with --input text"),
            (self.unanswered, "mend the lines named above: `text` is a text without halves of characters"),
        ];
        let remedies: Vec<&str> = remedies.into_iter().filter(|(count, _)| *count > 0).map(|(_, help)| help).collect();
        match (found, remedies.is_empty()) {
            (true, _) => Ok(Exit::No),
            (false, true) => Ok(Exit::Done),
            (false, false) => {
                let what = match self.scanned {
                    true => "nothing was found, and not everything was scanned",
                    false => "nothing was scanned",
                };
                Err(hinted_exit(Exit::Failed, what, remedies.join("; ")))
            }
        }
    }
}
