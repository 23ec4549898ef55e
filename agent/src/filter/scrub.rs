//! Transcript lines in, events out; or plain text in, scrubbed text out.

use super::lines;
use scrubber::{Policy, ProjectDecision, Projects, Scratch, Source, SourceKind, Tier};
use std::io::{self, Read, Write};

/// Bytes of events at which they are written out.
const WRITE_BYTES: usize = 256 * 1024;

/// Every project is looked at: the user asked for it, and nothing leaves.
pub struct EveryProject;

impl Projects for EveryProject {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
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
    scratch: &mut Scratch,
) -> io::Result<()> {
    let mut events = policy.events();
    let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
    let skipped = lines::for_each(input, line_bytes_max, |line| {
        policy.scrub(&line, &mut source, &mut EveryProject, now_ms, scratch, &mut events);
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

/// Copies plain text from `input` to `output` with everything found in it replaced. Reads pieces of about
/// `piece_bytes` that end with a line, so that memory stays bounded.
///
/// # Errors
/// What reading and writing give.
pub fn text(
    policy: &Policy,
    mut input: impl Read,
    output: &mut dyn Write,
    piece_bytes: usize,
    scratch: &mut Scratch,
) -> io::Result<()> {
    let (mut buffer, mut scrubbed) = (Vec::new(), Vec::new());
    loop {
        let wanted = piece_bytes.saturating_sub(buffer.len()).max(1) as u64;
        let read = input.by_ref().take(wanted).read_to_end(&mut buffer)?;
        let end = if read == 0 {
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
        if read == 0 {
            return output.flush();
        }
    }
}

/// Whether `text` ends between the first and the last line of a PEM block.
fn splits_a_key(text: &[u8]) -> bool {
    let last = |needle: &[u8]| memchr::memmem::rfind(text, needle);
    last(b"-----BEGIN ").is_some_and(|begin| last(b"-----END ").is_none_or(|end| end < begin))
}
