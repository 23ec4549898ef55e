//! `cargo xtask eval`: recall, precision and speed of the engine that the release binary holds.
//!
//! With a folder it reads labelled sets (see [`labelled`]); without one it plants every rule's examples and made-up passwords
//! and tokens in every place of [`contexts`], and looks for findings in hard negatives that this machine has ([`hard`]). What
//! counts as found stands in [`score`]. Speeds are those of one run on this machine as it is loaded: compare them only with
//! speeds of the same run.

mod contexts;
mod embed;
mod encode;
mod hard;
mod judge;
mod labelled;
mod plant;
mod report;
mod score;
mod values;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use scrubber::detect::Scratch;
use serde_json::json;

use crate::cargo;
use judge::{Class, Judge};
use labelled::{Purpose, Record, Set};
use report::{Baseline, Report, Row};
use score::{Fate, Score, is_extra};

#[derive(Args)]
pub(crate) struct Options {
    /// Folder of labelled sets (`*.jsonl`, `*.jsonl.gz`); without it, texts of our own making
    folder: Option<PathBuf>,
    /// Writes the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Shows the change since the figures in this file, which `--json` has written
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Counts findings in the text files below this folder as well; may be given several times
    #[arg(long, value_name = "FOLDER")]
    sources: Vec<PathBuf>,
    /// Leaves out everything but `--sources`
    #[arg(long, requires = "sources")]
    sources_only: bool,
    /// Writes every miss and every finding too much to this file, one JSON object a line. Holds the texts
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,
}

/// The state of one evaluation.
struct Evaluation {
    judge: Judge,
    scratch: Scratch,
    report: Report,
    cases: Option<std::fs::File>,
}

/// Measures, and prints the report as Markdown.
#[expect(clippy::print_stdout, reason = "the report is the result of this chore")]
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    if cfg!(debug_assertions) {
        return run_as_released(root);
    }
    let baseline = match &options.baseline {
        Some(path) => Baseline::parse(&std::fs::read_to_string(path).context("cannot read the baseline")?)?,
        None => Baseline::default(),
    };
    let cases = options.cases.as_ref().map(std::fs::File::create).transpose().context("cannot write the cases")?;
    let mut evaluation =
        Evaluation { judge: Judge::new()?, scratch: Scratch::default(), report: Report::default(), cases };
    match &options.folder {
        _ if options.sources_only => {}
        Some(folder) => labelled::sets(folder)?.iter().try_for_each(|set| evaluation.set(set))?,
        None => evaluation.own(root)?,
    }
    for folder in &options.sources {
        evaluation.set(&hard::folder(folder))?;
    }
    let rules = evaluation.judge.rules();
    print!("{}", evaluation.report.markdown(rules, &baseline));
    if let Some(path) = &options.json {
        let text = format!("{:#}\n", evaluation.report.json(rules));
        std::fs::write(path, text).context("cannot write the figures")?;
    }
    Ok(())
}

/// Starts the chore again with the engine compiled as it is released.
fn run_as_released(root: &Path) -> Result<()> {
    let mut command = cargo::command();
    command.arg("run").args(["--quiet", "--release", "--package", "xtask", "--manifest-path"]);
    command.arg(root.join("Cargo.toml")).arg("--").args(std::env::args_os().skip(1));
    ensure!(command.status().context("cannot start cargo")?.success(), "the evaluation failed");
    Ok(())
}

impl Evaluation {
    /// Scans all texts of a set and adds its row.
    fn set(&mut self, set: &Set) -> Result<()> {
        let mut score = Score::default();
        for record in &set.records {
            self.record(&set.name, record, Class::Secret, &mut score)?;
        }
        score.seconds = self.seconds(&set.records);
        let row =
            Row { set: set.name.clone(), form: set.form.clone(), purpose: set.purpose, class: Class::Secret, score };
        self.report.rows.push(row);
        Ok(())
    }

    fn record(&mut self, set: &str, record: &Record, wanted: Class, score: &mut Score) -> Result<Vec<Fate>> {
        let found = self.judge.scan(&record.text, &mut self.scratch);
        let fates = score.add(&record.text, &record.labels, &found, wanted);
        let Some(file) = &mut self.cases else { return Ok(fates) };
        let around = |start: usize, end: usize| {
            let bytes = record.text.as_bytes();
            let part = bytes.get(start.saturating_sub(90)..bytes.len().min(end + 60)).unwrap_or_default();
            String::from_utf8_lossy(part).into_owned()
        };
        for (label, fate) in record.labels.iter().zip(&fates).filter(|(_, fate)| **fate != Fate::Caught) {
            let secret = record.text.get(label.start..label.end);
            let case = json!({ "set": set, "id": record.id, "fate": format!("{fate:?}"), "kind": label.kind,
                "secret": secret, "text": around(label.start, label.end) });
            writeln!(file, "{case}")?;
        }
        for finding in found.iter().filter(|finding| is_extra(finding, &record.labels)) {
            let secret = record.text.get(finding.start..finding.end);
            let case = json!({ "set": set, "id": record.id, "fate": "Extra", "rule": finding.rule,
                "class": format!("{:?}", finding.class), "secret": secret, "text": around(finding.start, finding.end) });
            writeln!(file, "{case}")?;
        }
        Ok(fates)
    }

    /// The seconds that the engine, whose patterns are compiled by now, needs for the texts once; none is looked up.
    fn seconds(&self, records: &[Record]) -> f64 {
        let mut scratch = Scratch::default();
        let started = Instant::now();
        for record in records {
            std::hint::black_box(self.judge.count(&record.text, &mut scratch));
        }
        started.elapsed().as_secs_f64()
    }

    /// Plants values in every place, at every depth, and looks into hard negatives.
    fn own(&mut self, root: &Path) -> Result<()> {
        let rules = values::of_rules()?;
        let generic = values::generic();
        for (set, class, values) in [
            ("planted: rules' examples", Class::Secret, &rules),
            ("planted: passwords, tokens", Class::Secret, &generic),
            ("planted: rules' examples", Class::Personal, &rules),
        ] {
            let mut scores: [Score; 4] = Default::default();
            for value in values.iter().filter(|value| value.class == class) {
                for context in contexts::all() {
                    // Personal data has no names: it stands in its example's text.
                    if class == Class::Personal && context.says != contexts::Says::Nothing {
                        continue;
                    }
                    let Some(record) = plant::record(value, context) else { continue };
                    self.planted(context.id, &record, class, &mut scores)?;
                }
            }
            for (form, score) in ["raw", "d1", "d2", "d3"].into_iter().zip(scores) {
                let row = Row { set: set.to_owned(), form: form.to_owned(), purpose: Purpose::Positive, class, score };
                self.report.rows.push(row);
            }
        }
        let values: Vec<_> = rules.into_iter().chain(generic).collect();
        self.wrapped(&values)?;
        let (sets, left_out) = hard::sets(root);
        sets.iter().try_for_each(|set| self.set(set))?;
        self.report.notes.extend(left_out.into_iter().map(|what| format!("Left out: {what}.")));
        Ok(())
    }

    /// One planted value as it stands and within records of three depths.
    fn planted(&mut self, place: &str, record: &Record, class: Class, scores: &mut [Score; 4]) -> Result<()> {
        for (depth, score) in scores.iter_mut().enumerate() {
            let deeper = (depth > 0).then(|| embed::record(record, depth));
            for fate in self.record("planted", deeper.as_ref().unwrap_or(record), class, score)? {
                let kind = record.labels.first().map(|label| label.kind.clone()).unwrap_or_default();
                self.report.contexts.entry(place.to_owned()).or_default().add(fate);
                self.report.planted.entry(kind).or_default().add(fate);
            }
        }
        Ok(())
    }

    /// A few places once more with what tools put around lines.
    fn wrapped(&mut self, values: &[values::Value]) -> Result<()> {
        const PLACES: &[&str] = &["dotenv", "python", "yaml, quoted", "json", "by itself", "flag", "netrc"];
        let mut scores: [Score; 4] = Default::default();
        for value in values.iter().filter(|value| value.class == Class::Secret) {
            for context in contexts::all().filter(|context| PLACES.contains(&context.id)) {
                let Some(record) = plant::record(value, context) else { continue };
                for wrapper in contexts::WRAPPERS {
                    self.planted(wrapper.id, &plant::wrapped(&record, wrapper), Class::Secret, &mut scores)?;
                }
            }
        }
        for (form, score) in ["raw", "d1", "d2", "d3"].into_iter().zip(scores) {
            let row = Row {
                set: "planted, lines wrapped".to_owned(),
                form: form.to_owned(),
                purpose: Purpose::Positive,
                class: Class::Secret,
                score,
            };
            self.report.rows.push(row);
        }
        Ok(())
    }
}
