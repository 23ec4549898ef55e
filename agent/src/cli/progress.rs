//! What shows on stderr how far long work has come, where somebody looks. Elsewhere nothing is drawn.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _};
use std::time::Duration;

/// Time between two looks of what turns.
const TICK: Duration = Duration::from_millis(120);

/// Work without a known end.
pub(super) fn spinner(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    bar.enable_steady_tick(TICK);
    bar
}

/// Work of a known length, whose result comes to a terminal at its end.
pub(super) fn bar(length: u64, template: &str) -> ProgressBar {
    let bar = styled(ProgressBar::new(length), template);
    if !io::stdout().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}

/// Bytes of files that are read while results come.
pub(super) fn files(bytes: u64) -> ProgressBar {
    styled(ProgressBar::new(bytes), "{bar:40} {bytes}/{total_bytes} {eta}")
}

/// Bytes that pass from stdin to stdout; not drawn where either is the terminal itself.
pub(super) fn filter() -> ProgressBar {
    if io::stdin().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = styled(ProgressBar::new_spinner(), "{spinner} {bytes}, {bytes_per_sec}");
    bar.enable_steady_tick(TICK);
    bar
}

/// Events that go, of a number that may grow; the result is one line.
pub(super) fn events() -> ProgressBar {
    styled(ProgressBar::new(0), "{bar:40} {pos}/{len} events")
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
