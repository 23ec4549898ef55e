//! What is to be said of the folders in which transcripts are looked for.
//!
//! Promises: one that somebody named and that gives nothing to read is told, with why. Claude Code's own places need not be
//! there: only that there is nothing at all is said of them. Left out: what lies deeper; who lists it tells of that.

use super::Context;
use crate::config::Paths;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is wrong with folders that somebody named, and with others that are there and cannot be read.
pub(super) fn troubles(paths: &Paths) -> Vec<String> {
    let found = paths.roots.iter().filter_map(|root| {
        let why = look(root)?;
        (is_named(paths, root) || matches!(why, Why::Unreadable(_))).then(|| in_words(root, &why))
    });
    found.collect()
}

fn is_named(paths: &Paths, root: &Path) -> bool {
    paths.named_roots.iter().any(|named| named == root)
}

/// That nothing of Claude Code is there, where that is so.
pub(super) fn nothing_there(paths: &Paths) -> Option<String> {
    let absent = |root: &&PathBuf| matches!(look(root), Some(Why::Missing | Why::NoProjects));
    if paths.roots.iter().filter(absent).count() < paths.roots.len() {
        return None;
    }
    let roots: Vec<String> = paths.roots.iter().map(|root| root.display().to_string()).collect();
    Some(format!("no transcript of Claude Code is there: looked for in {}", roots.join(" and ")))
}

/// Tells the person at the terminal.
pub(super) fn tell(context: &Context) {
    tell_these(context, &troubles(&context.paths));
}

/// As [`tell`], for who lists the folders and says by itself what cannot be read.
pub(super) fn tell_missing(context: &Context) {
    let paths = &context.paths;
    let missing = |root: &&PathBuf| is_named(paths, root) && matches!(look(root), Some(Why::Missing | Why::NoProjects));
    let found = paths.roots.iter().filter(missing).filter_map(|root| Some(in_words(root, &look(root)?)));
    tell_these(context, &found.collect::<Vec<_>>());
}

fn tell_these(context: &Context, troubles: &[String]) {
    for trouble in troubles.iter().chain(&nothing_there(&context.paths).filter(|_| troubles.is_empty())) {
        context.output.note(format_args!("warning: {trouble}"));
    }
}

/// Why there is nothing to read.
enum Why {
    Missing,
    NoProjects,
    Unreadable(ErrorKind),
}

/// Why there is nothing to read in a folder, if that is so.
fn look(root: &Path) -> Option<Why> {
    let missing = || if root.is_dir() { Why::NoProjects } else { Why::Missing };
    match fs::read_dir(root.join("projects")) {
        Ok(_) => None,
        Err(error) if error.kind() == ErrorKind::NotFound => Some(missing()),
        Err(error) => Some(Why::Unreadable(error.kind())),
    }
}

fn in_words(root: &Path, why: &Why) -> String {
    let root = root.display();
    match why {
        Why::Missing => format!("the folder {root} does not exist, so nothing is read of it"),
        Why::NoProjects => {
            format!("{root} has no folder `projects`, so it is none of Claude Code, or one that was never used")
        }
        Why::Unreadable(kind) => format!("{root} cannot be read ({kind})"),
    }
}
