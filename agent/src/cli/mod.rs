//! The command line: arguments in, results on stdout, everything else on stderr, an exit code.
//!
//! Each command is a function in a file of its own that takes a [`Context`] and returns an [`Exit`]. Only [`output`] prints.

pub mod args;
