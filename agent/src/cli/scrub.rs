//! `scrub`: a filter from stdin to stdout.

use super::args::ScrubArgs;
use super::output::counted;
use super::{Context, Exit, detectors, progress};
use crate::edge::{clock, host::Host};
use crate::filter::scrub;
use anyhow::Context as _;
use scrubber::{Scratch, Tier};

/// Bytes of plain text that are scrubbed at a time.
const PIECE_BYTES: usize = 1024 * 1024;

/// Scrubs stdin to stdout.
///
/// # Errors
/// When reading or writing fails.
pub(super) fn run(context: &Context, arguments: &ScrubArgs) -> anyhow::Result<Exit> {
    let host = Host::read(&context.paths.home);
    let tier = if arguments.text { Tier::Content } else { arguments.tier };
    let policy = detectors::policy(context, &host, tier)?;
    let mut scratch = Scratch::default();
    let bar = progress::filter();
    let input = bar.wrap_read(std::io::stdin().lock());
    let mut output = context.output.bulk();
    let line_bytes_max = usize::try_from(context.config.limits.line_bytes_max).unwrap_or(usize::MAX);
    let done = if arguments.text {
        scrub::text(&policy, input, &mut **output, PIECE_BYTES, line_bytes_max, &mut scratch)
    } else {
        let mut projects = scrub::EveryProject::of(&context.config, &context.paths.home)?;
        let now = clock::wall().0;
        scrub::transcripts(&policy, input, &mut **output, line_bytes_max, now, &mut projects, &mut scratch)
    };
    drop(output);
    bar.finish_and_clear();
    done.context("cannot scrub stdin to stdout")?;
    for (reason, count) in &scratch.counts.dropped {
        context.output.note(format_args!("{} dropped: {}", counted(*count, "line"), reason.as_str()));
    }
    for (rule, count) in &scratch.counts.allowed {
        context.output.note(format_args!("{} let pass by settings: {rule}", counted(*count, "finding")));
    }
    detectors::tell_unread(context);
    Ok(Exit::Done)
}
