//! `pause` and `resume`.

use super::{Context, Exit};
use crate::driver::control::Control;
use anyhow::Context as _;

/// Pauses sending, also over restarts. Reading goes on into the spool.
///
/// # Errors
/// When the state folder cannot be written.
pub(super) fn pause(context: &Context) -> anyhow::Result<Exit> {
    context.paths.prepare_state_dir()?;
    let news = Control::of(&context.paths.state_dir).pause().context("cannot pause")?;
    context.output.line(if news { "paused: nothing is sent" } else { "paused already" })?;
    context.output.note("`bcce-agent resume` goes on.");
    Ok(Exit::Done)
}

/// Ends a pause.
///
/// # Errors
/// When the state folder cannot be written.
pub(super) fn resume(context: &Context) -> anyhow::Result<Exit> {
    let news = Control::of(&context.paths.state_dir).resume().context("cannot resume")?;
    context.output.line(if news { "resumed" } else { "was not paused" })?;
    Ok(Exit::Done)
}
