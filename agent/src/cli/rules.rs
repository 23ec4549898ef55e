//! `rules …`: what the detectors look for, and why they find something or do not.

use std::io::Read;
use std::path::PathBuf;

use anyhow::Context as _;

use super::args::RulesCommand;
use super::output::{BAD, DIM, GOOD, Output, STRONG, counted, printable};
use super::{Context, Exit, detectors};
use crate::edge::host::Host;
use crate::rules;
use scrubber::detect::rule::{Examples, Refusal};
use scrubber::detect::{Allowed, Engine, Explained, Refused, Why, value_hash};

/// Runs `rules …`.
///
/// # Errors
/// When files of rules or the allow-list of settings cannot be used, or stdout is closed.
pub(super) fn run(context: &Context, command: &RulesCommand) -> anyhow::Result<Exit> {
    let host = Host::read(&context.paths.home);
    let engine = || detectors::engine(context, &host);
    match command {
        RulesCommand::List => list(context, &host),
        RulesCommand::Test => test(context, &engine()?),
        RulesCommand::Explain { text } if text == "-" => {
            explain(&engine()?, &stdin(&mut std::io::stdin().lock())?, &context.output)
        }
        RulesCommand::Explain { text } => explain(&engine()?, text.as_bytes(), &context.output),
        RulesCommand::Check { files } => check(context, files),
        RulesCommand::Hash => hash(&mut std::io::stdin().lock(), &context.output),
    }
}

/// Prints the entry of the value that `input` holds.
///
/// # Errors
/// When reading fails, nothing is read, or stdout is closed.
pub(super) fn hash(input: &mut dyn Read, output: &Output) -> anyhow::Result<Exit> {
    let text = stdin(input)?;
    let value = text.strip_suffix(b"\n").unwrap_or(&text);
    let value = value.strip_suffix(b"\r").unwrap_or(value);
    anyhow::ensure!(!value.is_empty(), "there is no value on stdin");
    output.line(value_hash(value))?;
    Ok(Exit::Done)
}

fn stdin(input: &mut dyn Read) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    input.read_to_end(&mut text).context("cannot read stdin")?;
    Ok(text)
}

/// Lists the rules also where the allow-list names some that there are not: whoever mends it looks for the right ones.
fn list(context: &Context, host: &Host) -> anyhow::Result<Exit> {
    let config = &context.config;
    let mut engine = rules::engine_that_allows_nothing(&config.scrub, &host.known(&config.identity))?;
    if let Err(error) = rules::allow(&config.scrub, &mut engine) {
        context.output.note(error);
    }
    let widest = engine.rules().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in engine.rules() {
        let off = config.scrub.allow.iter().filter(|entry| entry.allowed == Allowed::Rule(rule.id.to_string()));
        let off = match off.map(|entry| entry.folder).min() {
            None => "",
            Some(None) => " (off)",
            Some(Some(_)) => " (off in some folders)",
        };
        let description = printable(&rule.description);
        context.output.line(format_args!("{:widest$}  {description}{BAD}{off}{BAD:#}", rule.id))?;
    }
    Ok(Exit::Done)
}

/// Runs the whole engine over every example: each must be found where it stands, plain and escaped.
fn test(context: &Context, engine: &Engine) -> anyhow::Result<Exit> {
    let output = &context.output;
    let (rules, _) = rules::load(&context.config, Examples::Kept)?;
    let report = engine.self_test(rules.rules());
    for failure in &report.failures {
        output.line(format_args!("{BAD}failed{BAD:#} {failure}"))?;
    }
    let failures = counted(report.failures.len() as u64, "failure");
    output.line(format_args!("{}, {failures}", counted(report.examples as u64, "example")))?;
    Ok(if report.failures.is_empty() { Exit::Done } else { Exit::No })
}

fn check(context: &Context, files: &[PathBuf]) -> anyhow::Result<Exit> {
    let mut errors = Vec::new();
    let files = if files.is_empty() {
        rules::load(&context.config, Examples::LeftOut)?.1
    } else {
        let read = |path: &PathBuf| match rules::read(path) {
            Ok(imported) => {
                let count = imported.rules.rules().len();
                Some(rules::FileRules { path: path.clone(), count, notes: imported.notes })
            }
            Err(error) => {
                errors.push(error);
                None
            }
        };
        files.iter().filter_map(read).collect()
    };
    for file in &files {
        let mut notes: Vec<_> = file.notes.iter().collect();
        notes.sort_by_key(|note| note.line);
        for note in notes {
            context.output.line(note)?;
        }
        let (path, rules) = (file.path.display(), counted(file.count as u64, "rule"));
        let notes = counted(file.notes.len() as u64, "thing");
        context.output.line(format_args!("{STRONG}{path}{STRONG:#}: {rules}, {notes} not supported"))?;
    }
    // The last one ends the command.
    let last = errors.pop();
    for error in errors {
        context.output.error(&error.into());
    }
    if let Some(error) = last {
        return Err(error.into());
    }
    if files.is_empty() {
        context.output.note("scrub.rules names no file");
    }
    Ok(Exit::Done)
}

fn explain(engine: &Engine, text: &[u8], output: &Output) -> anyhow::Result<Exit> {
    let explanation = engine.explain(text);
    for explained in &explanation.findings {
        found(engine, explained, output)?;
    }
    if explanation.findings.is_empty() {
        output.line("nothing is found")?;
    }
    for refused in &explanation.refused {
        let Refused { rule, woke, at, refusal } = refused;
        let Some(info) = engine.rules().get(usize::from(rule.0)) else { continue };
        let why = reason(refusal);
        output.line(format_args!("{DIM}not{DIM:#} {}: woken by {} at {at}, but {why}", info.id, woken(woke)))?;
    }
    Ok(Exit::Done)
}

fn found(engine: &Engine, explained: &Explained, output: &Output) -> anyhow::Result<()> {
    let Explained { finding, why, hash, is_allowed } = explained;
    let Some(info) = engine.rules().get(usize::from(finding.rule.0)) else { return Ok(()) };
    let (start, end) = (finding.start, finding.end);
    let found = if *is_allowed { "let pass" } else { "found" };
    output.line(format_args!("{GOOD}{found}{GOOD:#} {}: {} at {start}..{end}", info.id, info.kind))?;
    output.line(format_args!("  what: {}", printable(&info.description)))?;
    match why {
        Some(Why { woke, validators, entropy, .. }) => {
            output.line(format_args!("  woken by: {}", woken(woke)))?;
            let mut passed: Vec<_> = validators.iter().map(|name| (*name).to_owned()).collect();
            passed.extend(entropy.map(|(found, wanted)| format!("entropy {found:.1} of at least {wanted:.1}")));
            if !passed.is_empty() {
                output.line(format_args!("  passed: {}", passed.join(", ")))?;
            }
        }
        None => output.line("  woken by: what stands around the value, or an encoding")?,
    }
    if !is_allowed {
        output.line(format_args!("  {DIM}to let it pass: scrub.allow = [\"{hash}\"]{DIM:#}"))?;
    }
    Ok(())
}

fn woken(woke: &str) -> String {
    if woke.is_empty() { "digits".to_owned() } else { format!("`{}`", printable(woke)) }
}

fn reason(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Pattern => "its pattern does not match there".to_owned(),
        Refusal::Left => "what stands before joins it to something longer".to_owned(),
        Refusal::Right => "what stands after joins it to something longer".to_owned(),
        Refusal::Context => "none of its keywords stands near enough before".to_owned(),
        Refusal::Entropy { found, wanted } => {
            format!("the value is too regular: entropy {found:.1} of at least {wanted:.1}")
        }
        Refusal::Validator(validator) => format!("the check `{}` says no", validator.name()),
        Refusal::Characters => "the value has too few characters of some class".to_owned(),
        Refusal::Exempt => "the rule exempts such values".to_owned(),
    }
}
