//! The only place that prints: results on stdout, everything else on stderr.
//!
//! Colour goes away by itself in pipes, with `NO_COLOR` and with `--no-color`; it never carries meaning.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

pub use crate::words::{counted, things};

/// Headings and names.
pub const STRONG: Style = Style::new().bold();
/// What is less important.
pub const DIM: Style = Style::new().dimmed();
/// Errors and what is removed.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Hints and what is well.
pub const GOOD: Style = AnsiColor::Green.on_default();

/// Whether results may be coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Where a terminal shows it and the environment does not forbid it.
    Auto,
    /// Nowhere.
    Never,
}

/// The two streams of a command.
pub struct Output {
    out: Mutex<Box<dyn Write + Send>>,
    bulk: Mutex<Box<dyn Write + Send>>,
    err: Mutex<Box<dyn Write + Send>>,
    may_colour: bool,
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

impl Output {
    /// Prints to the process's own streams.
    pub fn new(colour: Colour) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let (out_choice, err_choice) = match colour {
            Colour::Auto => (AutoStream::choice(&out), AutoStream::choice(&err)),
            Colour::Never => (ColorChoice::Never, ColorChoice::Never),
        };
        let may_colour = out_choice != ColorChoice::Never;
        Self {
            may_colour,
            ..Self::to(AutoStream::new(out, out_choice), io::stdout(), AutoStream::new(err, err_choice))
        }
    }

    /// Prints to these writers: results for people, results for programs, messages.
    pub fn to(
        out: impl Write + Send + 'static,
        bulk: impl Write + Send + 'static,
        err: impl Write + Send + 'static,
    ) -> Self {
        let (out, bulk, err) =
            (Mutex::new(Box::new(out) as _), Mutex::new(Box::new(bulk) as _), Mutex::new(Box::new(err) as _));
        Self { out, bulk, err, may_colour: false }
    }

    /// Whether results may be coloured, for what draws by itself.
    pub fn may_colour(&self) -> bool {
        self.may_colour
    }

    /// Prints a line of the result.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn line(&self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.result(), "{text}")
    }

    /// The stream of the result, for much of it at once. Flushed by [`Output::flush`].
    pub fn result(&self) -> MutexGuard<'_, Box<dyn Write + Send>> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream of a result that other programs read: bytes pass as they are, and fast. [`Output::result`] looks for colours
    /// in all that passes and takes them out where they are not wanted, the text's own too.
    pub fn bulk(&self) -> MutexGuard<'_, Box<dyn Write + Send>> {
        self.bulk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the person at the terminal something that is not the result.
    pub fn note(&self, text: impl fmt::Display) {
        // Nobody is left to tell when stderr is closed.
        let _ = writeln!(self.messages(), "{text}");
    }

    /// Asks: as [`Output::note`], and the answer follows on the same line.
    pub fn ask(&self, text: impl fmt::Display) {
        let mut messages = self.messages();
        let _ = write!(messages, "{text}");
        let _ = messages.flush();
    }

    fn messages(&self) -> MutexGuard<'_, Box<dyn Write + Send>> {
        self.err.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints an error with its causes, each once, and what can be done about it.
    pub fn error(&self, error: &anyhow::Error) {
        // All other faults of the system come with what was being done.
        let of_stdout = error.chain().len() == 1 && error.is::<io::Error>();
        let mut told = if of_stdout { "cannot write the result".to_owned() } else { error.to_string() };
        self.note(format_args!("{BAD}error:{BAD:#} {told}"));
        for cause in error.chain().skip(usize::from(!of_stdout)).map(ToString::to_string) {
            // Some libraries say with an error what its cause says again, with a number before it.
            if !cause.ends_with(&told) {
                self.note(format_args!("  cause: {cause}"));
            }
            told = cause;
        }
        for hint in super::hints_of(error) {
            self.note(format_args!("{GOOD}hint:{GOOD:#} {hint}"));
        }
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn flush(&self) -> io::Result<()> {
        self.result().flush()?;
        self.bulk().flush()
    }
}

/// Text with everything removed that could steer a terminal. For values that others wrote.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Makes panics print where they happened and in which version, and nothing of what was being worked on.
pub fn install_panic_hook(program: &'static str) {
    std::panic::set_hook(Box::new(move |info| {
        let mut stderr = io::stderr();
        let version = env!("CARGO_PKG_VERSION");
        let _ = match info.location() {
            Some(place) => {
                writeln!(stderr, "{program} {version} panicked at {}:{}", source(place.file()), place.line())
            }
            None => writeln!(stderr, "{program} {version} panicked"),
        };
    }));
}

/// The name of a source file from its package on: where packages lie tells whose machine built the program.
fn source(file: &str) -> &str {
    let absolute = file.starts_with(['/', '\\']) || file.get(1..2) == Some(":");
    if !absolute {
        return file;
    }
    let sign = |c: char| c == '/' || c == '\\';
    let named = ["/src/", "\\src\\"].iter().filter_map(|folder| file.rfind(folder)).max();
    let package = named.and_then(|folder| file.get(..folder)?.rfind(sign));
    let start = package.or_else(|| file.rfind(sign)).map_or(0, |at| at + 1);
    file.get(start..).unwrap_or_default()
}

/// Sends logs to stderr. Warnings and errors by default; each `-v` says more, each `-q` less; `BCCE_LOG` (off, error, warn,
/// info, debug, trace) overrides both.
///
/// Only this program's own crates are heard: logs of others hold requests, paths and names of users.
pub fn install_log(verbose: u8, quiet: u8, from_environment: Option<&str>) {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::util::SubscriberInitExt as _;

    let level = match (quiet, verbose) {
        (0, 0) => LevelFilter::WARN,
        (0, 1) => LevelFilter::INFO,
        (0, 2) => LevelFilter::DEBUG,
        (0, _) => LevelFilter::TRACE,
        (1, _) => LevelFilter::ERROR,
        (_, _) => LevelFilter::OFF,
    };
    let level = from_environment.and_then(|text| text.parse().ok()).unwrap_or(level);
    let own = ["agent", "bcce", "bcce_agent", "pipeline", "scrubber", "samples"].map(|name| (name, level));
    let filter = Targets::new().with_targets(own).with_default(LevelFilter::OFF);
    let format = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false);
    // A second installation, as in tests, keeps the first.
    let _ = tracing_subscriber::registry().with(filter).with(format).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::stream::Stream;

    #[test]
    fn a_result_that_cannot_be_written_is_told_as_such() {
        let told = |error: anyhow::Error| {
            let err = Stream::default();
            Output::to(io::sink(), io::sink(), err.plain()).error(&error);
            err.take()
        };
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(told(full().into()), "error: cannot write the result\n  cause: no storage space\n");
        let written = anyhow::Error::from(full()).context("cannot write a file");
        assert_eq!(told(written), "error: cannot write a file\n  cause: no storage space\n");
    }

    #[test]
    fn a_panic_names_its_package_and_not_where_that_lies() {
        for (file, expected) in [
            ("agent/src/driver/run.rs", "agent/src/driver/run.rs"),
            ("/home/ada/.cargo/registry/src/index-1/aho-1.1.5/src/dfa/a.rs", "aho-1.1.5/src/dfa/a.rs"),
            ("C:\\Users\\ada\\.cargo\\aho-1.1.5\\src\\dfa.rs", "aho-1.1.5\\src\\dfa.rs"),
            ("/home/ada/build.rs", "build.rs"),
        ] {
            assert_eq!(source(file), expected);
        }
    }
}
