//! Transcript lines in, events out; or plain text in, scrubbed text out.

use super::{lines, utf16};
use crate::config::Config;
use crate::edge::projects::ProjectFolders;
use pipeline::tail::each_record;
use scrubber::{Policy, ProjectDecision, Projects, RawLine, Scopes, Scratch, Source, SourceKind, Tier};
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
        each_record(line, place, |record, place| {
            policy.scrub(&RawLine::new(record, place), &mut source, projects, now_ms, scratch, &mut events)
        });
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
    let (mut buffer, mut scrubbed) = (Vec::new(), Vec::new());
    let mut skipping = false;
    loop {
        let wanted = step(buffer.len(), piece_bytes) as u64;
        // Fewer bytes than wanted are the last ones. They are read with the lines before them: a value may stand below its name.
        let ended = (input.by_ref().take(wanted).read_to_end(&mut buffer)? as u64) < wanted;
        if skipping {
            let line_end = memchr::memchr(b'\n', &buffer);
            skipping = line_end.is_none();
            buffer.drain(..line_end.unwrap_or(buffer.len()));
        } else if buffer.len() > line_bytes_max && memchr::memchr(b'\n', &buffer).is_none() {
            skipping = true;
            *scratch.counts.dropped.entry(scrubber::DropReason::LineTooLong).or_default() += 1;
            buffer.clear();
        }
        let end = if ended {
            buffer.len()
        } else {
            match memchr::memrchr(b'\n', &buffer) {
                // A piece that ends inside a private key would hide its end from the detectors.
                Some(at) if !splits_a_key(buffer.get(..at).unwrap_or_default()) || buffer.len() >= 4 * piece_bytes => {
                    at + 1
                }
                _ => continue,
            }
        };
        scrubbed.clear();
        policy.scrub_text(buffer.get(..end).unwrap_or_default(), scratch, &mut scrubbed);
        output.write_all(&scrubbed)?;
        buffer.drain(..end);
        if ended {
            return output.flush();
        }
    }
}

/// Bytes to read on where `held` are. A piece whose end is not there yet grows by large steps: each time all of it is looked at.
fn step(held: usize, piece_bytes: usize) -> usize {
    piece_bytes.saturating_sub(held).max(piece_bytes / 2).max(1)
}

/// Whether `text` ends between the first and the last line of a PEM block.
fn splits_a_key(text: &[u8]) -> bool {
    let last = |needle: &[u8]| memchr::memmem::rfind(text, needle);
    last(b"-----BEGIN ").is_some_and(|begin| last(b"-----END ").is_none_or(|end| end < begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_without_an_end_is_not_read_byte_by_byte() {
        let (mut held, mut steps) = (0, 0);
        while held < 4_000_000 {
            held += step(held, 1_000_000);
            steps += 1;
        }
        assert!(steps <= 8, "{steps}");
        assert!((0..100).all(|held| step(held, 1) > 0));
    }
}
