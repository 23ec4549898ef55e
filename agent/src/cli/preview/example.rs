//! Which session the question for consent takes for its example, and what project rules say of it.

use super::sessions::{Listed, sessions_first};
use crate::cli::Context;
use crate::cli::consent::example;
use crate::cli::output::printable;
use crate::edge::{clock, host::Host};
use crate::filter::lines;
use crate::filter::projects::{PreviewProjects, Reach};
use crate::policy;
use scrubber::{ProjectDecision, Projects, RawLine, Scopes, Scratch, Source, SourceKind, Tier};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Newest sessions that are tried; the question has to come at once.
const SESSIONS_MAX: usize = 20;
/// Bytes of a session that are looked at: at least as many as the example is made of.
const BYTES_MAX: u64 = 4 << 20;
/// Characters of a row, so that it fits a screen.
const CHARACTERS: usize = 110;

/// The rows of the example: of the newest session that no project rule keeps out. Where rules keep all out, that is what is said.
/// Empty where there is no session, or none can be read.
pub(in crate::cli) fn rows(context: &Context) -> Vec<String> {
    let mut kept_out: Option<String> = None;
    for Listed { path, .. } in sessions_first(&context.paths.roots).into_iter().take(SESSIONS_MAX) {
        let Ok(standing) = standing(context, &path) else { continue };
        match (standing.ceiling, standing.words) {
            (None, words) => kept_out = kept_out.or(words),
            (Some(ceiling), words) => {
                let Ok(mut rows) = example::of(context, &path) else { continue };
                for (tier, row) in Tier::ALL.into_iter().zip(&mut rows).filter(|(tier, _)| *tier > ceiling) {
                    *row = short(&format!("{:<9}{}", tier.as_str(), words.as_deref().unwrap_or_default()));
                }
                rows.extend(kept_out.map(|words| short(&format!("A newer one is {words}"))));
                return rows;
            }
        }
    }
    kept_out.map(|words| short(&words)).into_iter().collect()
}

/// What the project rules say of a session.
struct Standing {
    /// The widest tier at which all of it leaves; `None` where some of it is kept out.
    ceiling: Option<Tier>,
    /// The rule that says so.
    words: Option<String>,
}

fn standing(context: &Context, session: &Path) -> anyhow::Result<Standing> {
    let host = Host::read(&context.paths.home);
    let policy = policy::before_consent(&context.config, &host, Tier::Metrics)?;
    let mut lowest = Lowest {
        projects: PreviewProjects::new(&context.config, &context.paths.home, Reach::AsSent)?,
        standing: Standing { ceiling: Some(Tier::Content), words: None },
    };
    let (mut scratch, mut events) = (Scratch::default(), policy.events());
    let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
    let line_bytes_max = usize::try_from(BYTES_MAX).unwrap_or(usize::MAX);
    let read = lines::for_each_bytes(File::open(session)?.take(BYTES_MAX), line_bytes_max, |line, place| {
        let raw = RawLine::new(line, place);
        policy.scrub(&raw, &mut source, &mut lowest, clock::wall().0, &mut scratch, &mut events);
        events.iter_mut().for_each(|run| run.clear());
        // No more has to be known of it.
        if lowest.standing.ceiling.is_none() { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
    });
    if lowest.standing.ceiling.is_some() {
        read?;
    }
    Ok(lowest.standing)
}

/// Remembers the least that any record is let through with.
struct Lowest {
    projects: PreviewProjects,
    standing: Standing,
}

impl Projects for Lowest {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        let decision = self.projects.decide(cwd);
        let ceiling = self.projects.ceiling();
        // Records before the first that names a folder say nothing of the session.
        if cwd.is_some() && ceiling < self.standing.ceiling {
            let words = self.projects.held(Tier::Content).map(|held| held.words);
            self.standing = Standing { ceiling, words };
        }
        decision
    }

    fn scopes(&self) -> Scopes {
        self.projects.scopes()
    }
}

fn short(words: &str) -> String {
    let words = printable(words);
    let shown: String = words.chars().take(CHARACTERS).collect();
    if shown.len() < words.len() { format!("{shown}…") } else { shown }
}
