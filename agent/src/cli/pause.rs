//! `pause` and `resume`.

use super::{Context, Exit};
use crate::driver::control::Control;
use anyhow::Context as _;
use scrubber::DataClass;

/// Pauses sending, also over restarts. Reading goes on into the spool.
///
/// # Errors
/// When the state folder cannot be written.
pub(super) fn pause(context: &Context, named: &[DataClass]) -> anyhow::Result<Exit> {
    context.state_dir()?;
    let classes = classes(named);
    let control = Control::of(&context.paths.state_dir);
    let news = control.pause(&classes).context("cannot pause")?;
    let what = if control.is_paused() { "nothing is".to_owned() } else { format!("no {} events are", words(&classes)) };
    context.output.line(if news { format!("paused: {what} sent") } else { "paused already".to_owned() })?;
    context.output.note("`bcce-agent resume` goes on.");
    Ok(Exit::Done)
}

/// Ends a pause.
///
/// # Errors
/// When the state folder cannot be written.
pub(super) fn resume(context: &Context, named: &[DataClass]) -> anyhow::Result<Exit> {
    context.state_dir()?;
    let control = Control::of(&context.paths.state_dir);
    let news = control.resume(&classes(named)).context("cannot resume")?;
    context.output.line(if news { "resumed" } else { "was not paused" })?;
    let left = control.paused();
    if !left.is_empty() {
        context.output.note(format_args!("still paused: {} events", words(&left)));
    }
    Ok(Exit::Done)
}

/// All of them where none is named.
fn classes(named: &[DataClass]) -> Vec<DataClass> {
    if named.is_empty() { DataClass::ALL.to_vec() } else { named.to_vec() }
}

fn words(classes: &[DataClass]) -> String {
    classes.iter().map(|class| class.as_str()).collect::<Vec<_>>().join(", ")
}
