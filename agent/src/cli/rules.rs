//! `rules list` and `rules test`.

use super::Exit;
use super::args::RulesCommand;
use super::output::{BAD, Output};
use scrubber::detect::{Engine, KnownIdentities};

/// Runs `rules …`.
///
/// # Errors
/// When the rules shipped with the program are broken.
pub(super) fn run(command: RulesCommand, output: &Output) -> anyhow::Result<Exit> {
    let engine = Engine::new(&KnownIdentities::default())?;
    match command {
        RulesCommand::List => {
            let widest = engine.rules().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            for rule in engine.rules() {
                output.line(format_args!("{:widest$}  {}", rule.id, rule.description))?;
            }
            Ok(Exit::Done)
        }
        RulesCommand::Test => test(&engine, output),
    }
}

/// Runs the whole engine over every example: each must be found where it stands, plain and escaped.
fn test(engine: &Engine, output: &Output) -> anyhow::Result<Exit> {
    let report = engine.self_test();
    for failure in &report.failures {
        output.line(format_args!("{BAD}failed{BAD:#} {failure}"))?;
    }
    output.line(format_args!("{} examples, {} failures", report.examples, report.failures.len()))?;
    Ok(if report.failures.is_empty() { Exit::Done } else { Exit::No })
}
