//! What would leave of the user's own newest session, in a few lines of the question.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use scrubber::detect::Scopes;
use scrubber::{Outcome, Policy, ProjectDecision, Projects, RawLine, Scratch, Source, SourceKind, Tier};
use serde_json::Value;

use crate::cli::Context;
use crate::cli::config::explain::flatten;
use crate::cli::output::{printable, things};
use crate::edge::{clock, host::Host};
use crate::filter::lines;
use crate::filter::scrub::EveryProject;
use crate::policy;
use crate::stats::grouped;

/// Bytes of a session that are looked at, so that the question comes at once.
const BYTES_MAX: u64 = 4 << 20;
/// Characters of an example, so that a line fits a screen.
const CHARACTERS: usize = 68;
/// Fields that tell most, for each tier; the first that the session has are shown.
const TELLING: [(Tier, &[&str]); 3] = [
    (Tier::Metrics, &["model", "usage.output_tokens", "tools[].name", "event_time"]),
    (
        Tier::Activity,
        &["tools[].command", "tools[].extension", "labels.error_class", "shapes[].length", "shapes[].lines"],
    ),
    (Tier::Content, &["text[].body"]),
];

/// Two lines for each tier, from the real scrubber; nothing but the session is read for it.
///
/// # Errors
/// When the session cannot be read or the scrubber cannot be put together.
pub(in crate::cli) fn of(context: &Context, session: &Path) -> anyhow::Result<Vec<String>> {
    let mut text = Vec::new();
    let file = File::open(session).context("cannot open the newest session")?;
    file.take(BYTES_MAX).read_to_end(&mut text).context("cannot read the newest session")?;
    // The last line may have been cut.
    let whole = memchr::memrchr(b'\n', &text).map_or(0, |end| end + 1);
    text.truncate(whole);
    let host = Host::read(&context.paths.home);
    let mut projects = EveryProject::of(&context.config, &context.paths.home)?;
    let policy = policy::before_consent(&context.config, &host, Tier::Content)?;
    let row = |(tier, telling)| row(&policy, tier, telling, &text, &mut At { tier, projects: &mut projects });
    TELLING.into_iter().map(row).collect()
}

/// Every project at a tier: one policy for the widest serves all.
struct At<'a> {
    tier: Tier,
    projects: &'a mut EveryProject,
}

impl Projects for At<'_> {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        self.projects.decide(cwd);
        ProjectDecision::Ship(self.tier)
    }

    fn scopes(&self) -> Scopes {
        self.projects.scopes()
    }
}

fn row(policy: &Policy, tier: Tier, telling: &[&str], text: &[u8], projects: &mut At<'_>) -> anyhow::Result<String> {
    let (mut scratch, mut events) = (Scratch::default(), policy.events());
    let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
    let (mut count, mut bytes) = (0_u64, 0_u64);
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    lines::for_each_bytes(text, text.len().max(1), |line, place| {
        let raw = RawLine::new(line, place);
        let outcome = policy.scrub(&raw, &mut source, projects, clock::wall().0, &mut scratch, &mut events);
        if matches!(outcome, Outcome::Event(_)) {
            for run in &mut events {
                for event in run.iter() {
                    (count, bytes) = (count + 1, bytes + event.line().len() as u64);
                    if let Ok(value) = serde_json::from_slice::<Value>(event.line()) {
                        let mut fields = BTreeMap::new();
                        flatten("", &value, &mut fields);
                        fields.into_iter().for_each(|(path, value)| {
                            // The longest text tells most; of the rest the first is as good as any.
                            let kept = found.entry(path).or_insert_with(|| value.clone());
                            if tier == Tier::Content && value.len() > kept.len() {
                                *kept = value;
                            }
                        });
                    }
                }
                run.clear();
            }
        }
        Ok(())
    })?;
    let examples = telling.iter().filter_map(|path| found.get_key_value(*path));
    let examples: Vec<String> = examples.map(|(path, value)| format!("{path} {value}")).collect();
    let examples = printable(&examples.join(", "));
    let shown: String = examples.chars().take(CHARACTERS).collect();
    let cut = if shown.len() < examples.len() { "…" } else { "" };
    let such_as = if shown.is_empty() { String::new() } else { format!(":\n         {shown}{cut}") };
    Ok(format!("{:<9}{} {}, {} bytes{such_as}", tier.as_str(), grouped(count), things(count, "event"), grouped(bytes)))
}
