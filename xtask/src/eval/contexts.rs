//! The places in which a transcript holds a secret: assignments in languages and formats, flags, headers, addresses,
//! files of credentials, output of commands; and what tools put around lines.
//!
//! In a template `<<value>>` is the secret and `<<snake>>`, `<<SNAKE>>`, `<<kebab>>`, `<<dotted>>`, `<<camel>>` and
//! `<<Pascal>>` are its name; `<<value|json>>` and its like write the secret in that encoding.

mod code;
mod commands;
mod files;
mod output;

/// Which values a place can hold as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Takes {
    /// Words without blanks, quotes and signs that part words in shells and addresses.
    Bare,
    /// One line without quotes and backslashes.
    Line,
    /// Anything.
    Any,
}

/// What the place says about the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// The value's own name.
    Name,
    /// That it is a token or key, whatever its own name.
    Token,
    /// That it is a password.
    Password,
    /// Nothing: the value stands with the text of its example.
    Nothing,
}

/// One place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub id: &'static str,
    pub says: Says,
    pub takes: Takes,
    pub template: &'static str,
}

const fn name(id: &'static str, takes: Takes, template: &'static str) -> Context {
    Context { id, says: Says::Name, takes, template }
}
const fn token(id: &'static str, takes: Takes, template: &'static str) -> Context {
    Context { id, says: Says::Token, takes, template }
}
const fn password(id: &'static str, takes: Takes, template: &'static str) -> Context {
    Context { id, says: Says::Password, takes, template }
}
const fn whole(id: &'static str, template: &'static str) -> Context {
    Context { id, says: Says::Nothing, takes: Takes::Any, template }
}

/// All places.
pub(crate) fn all() -> impl Iterator<Item = &'static Context> {
    [code::ALL, files::ALL, commands::ALL, output::ALL].into_iter().flatten()
}

/// What tools put around every line of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wrapper {
    pub id: &'static str,
    pub before_line: &'static str,
    pub after_line: &'static str,
}

const fn wrapper(id: &'static str, before_line: &'static str, after_line: &'static str) -> Wrapper {
    Wrapper { id, before_line, after_line }
}

/// Listings, comparisons, colours, logs and quotations.
pub(crate) const WRAPPERS: &[Wrapper] = &[
    wrapper("gutter with an arrow", "    12\u{2192}", ""),
    wrapper("gutter with a tab", "    12\t", ""),
    wrapper("gutter with a colon", "12:", ""),
    wrapper("gutter with a bar", "  12 | ", ""),
    wrapper("search result", "src/settings/base.py:12:", ""),
    wrapper("search result beside a match", "src/settings/base.py-12-", ""),
    wrapper("added line", "+", ""),
    wrapper("removed line", "-", ""),
    wrapper("changed line", "> ", ""),
    wrapper("container's log", "web-1  | ", ""),
    wrapper("log with a time", "2026-03-04T05:06:07.089Z INFO app: ", ""),
    wrapper("coloured line", "\u{1b}[32m", "\u{1b}[0m"),
    wrapper("comment with a hash", "# ", ""),
    wrapper("comment with slashes", "    // ", ""),
    wrapper("indented", "        ", ""),
    wrapper("carriage return", "", "\r"),
];
