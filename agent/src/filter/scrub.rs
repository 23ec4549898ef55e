//! Transcript lines in, events out; or plain text in, scrubbed text out.

use super::pieces::{self, Piece};
use super::{lines, utf16};
use crate::config::Config;
use crate::edge::projects::ProjectFolders;
use pipeline::tail::each_record;
use scrubber::{Policy, ProjectDecision, Projects, Scopes, Scratch, Source, SourceKind, Tier};
use std::io::{self, Read, Write};
use std::path::Path;

/// Bytes of events at which they are written out.
const WRITE_BYTES: usize = 256 * 1024;

/// Every project is looked at: the user asked for it, and nothing leaves. What settings let pass in some folders only is
/// let pass in these, so that previews show what would leave.
#[derive(Debug, Default)]
pub struct EveryProject(Option<ProjectFolders>);

impl EveryProject {
    /// Tells the folders of the settings apart.
    ///
    /// # Errors
    /// When a glob is not valid, which checked settings rule out.
    pub fn of(config: &Config, home: &Path) -> Result<Self, globset::Error> {
        let folders = &config.scrub.folders;
        if folders.is_empty() {
            return Ok(Self(None));
        }
        Ok(Self(Some(ProjectFolders::new(&[], home)?.with_scopes(folders)?)))
    }
}

impl Projects for EveryProject {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        // Only the folder counts, not the answer.
        self.0.as_mut().map(|folders| folders.decide(cwd));
        ProjectDecision::Ship(Tier::Content)
    }

    fn scopes(&self) -> Scopes {
        self.0.as_ref().map_or(Scopes::default(), Projects::scopes)
    }
}

/// Writes the event of every line of `input` to `output`, one a line, in order.
///
/// # Errors
/// What reading and writing give.
pub fn transcripts(
    policy: &Policy,
    input: impl Read,
    output: &mut dyn Write,
    line_bytes_max: usize,
    now_ms: i64,
    projects: &mut EveryProject,
    scratch: &mut Scratch,
) -> io::Result<()> {
    let mut events = policy.events();
    let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
    let skipped = lines::for_each_bytes(input, line_bytes_max, |line, place| {
        each_record(line, place, |record, _| policy.scrub(record, &mut source, projects, now_ms, scratch, &mut events));
        for run in &mut events {
            if run.ndjson().len() >= WRITE_BYTES {
                output.write_all(run.ndjson())?;
                run.clear();
            }
        }
        Ok(())
    })?;
    if skipped > 0 {
        *scratch.counts.dropped.entry(scrubber::DropReason::LineTooLong).or_default() += skipped;
    }
    for run in &events {
        output.write_all(run.ndjson())?;
    }
    output.flush()
}

/// Copies plain text from `input` to `output`, in the encoding that it has, with everything found in it replaced. Reads pieces of about
/// `piece_bytes` that end with a line. Of a line that has not ended after `line_bytes_max` nothing but its newline is written,
/// and it is counted, so that memory stays bounded.
///
/// # Errors
/// What reading and writing give.
pub fn text(
    policy: &Policy,
    input: impl Read,
    output: &mut dyn Write,
    piece_bytes: usize,
    line_bytes_max: usize,
    scratch: &mut Scratch,
) -> io::Result<()> {
    let (encoding, mut input) = utf16::decoded(input)?;
    let mut output = utf16::encoded(output, encoding)?;
    let mut scrubbed = Vec::new();
    pieces::for_each(&mut input, piece_bytes, line_bytes_max, |piece| match piece {
        Piece::Text(text) => {
            scrubbed.clear();
            policy.scrub_text(text, scratch, &mut scrubbed);
            output.write_all(&scrubbed)
        }
        Piece::TooLong => {
            *scratch.counts.dropped.entry(scrubber::DropReason::LineTooLong).or_default() += 1;
            Ok(())
        }
    })?;
    output.flush()
}
