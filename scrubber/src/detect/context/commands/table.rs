//! Finds the rows of what a line starts with: programs, settings, phrases and calls, each in a table of its own.

use std::sync::LazyLock;

use super::calls::CALLS;
use super::phrases::PHRASES;
use super::programs::PROGRAMS;
use super::row::Row;
use super::settings::SETTINGS;
use super::starts::{OneOf, Starts};
use super::{asked, behind, listed, printed};

/// All rows.
const ROWS: [&[Row]; 4] = [PROGRAMS, SETTINGS, PHRASES, CALLS];

/// Names that are no rows.
const NAMES: [&[&str]; 5] =
    [&["data", "stringData", "chpasswd:"], behind::NAMES, printed::NAMES, asked::NAMES, listed::NAMES];

/// The names that are looked for.
pub(in crate::detect) const COMMANDS: &[&str] = &{
    const LENGTH: usize = {
        let (mut length, mut list) = (0, 0);
        while list < ROWS.len() {
            length += ROWS[list].len();
            list += 1;
        }
        list = 0;
        while list < NAMES.len() {
            length += NAMES[list].len();
            list += 1;
        }
        length
    };
    let mut names = [""; LENGTH];
    let (mut at, mut list) = (0, 0);
    while list < ROWS.len() {
        let mut row = 0;
        while row < ROWS[list].len() {
            names[at] = ROWS[list][row].name;
            (at, row) = (at + 1, row + 1);
        }
        list += 1;
    }
    list = 0;
    while list < NAMES.len() {
        let mut name = 0;
        while name < NAMES[list].len() {
            names[at] = NAMES[list][name];
            (at, name) = (at + 1, name + 1);
        }
        list += 1;
    }
    names
};

/// A row with its words made ready.
pub(super) struct Command {
    pub row: &'static Row,
    /// One of these must stand in the line.
    pub needs: OneOf,
    /// One of these must stand near.
    pub near: OneOf,
}

/// The rows of the command that `line` starts with.
pub(super) fn rows(line: &[u8]) -> impl Iterator<Item = &'static Command> + '_ {
    static BY_NAME: LazyLock<Starts<Command>> = LazyLock::new(|| {
        let command = |row: &'static Row| Command { row, needs: OneOf::new(row.needs), near: OneOf::new(row.near) };
        Starts::new(ROWS.into_iter().flatten().map(|row| (row.name, command(row))))
    });
    BY_NAME.of(line).filter(|command| {
        let name = command.row.name;
        let whole = line.get(name.len()).is_none_or(|next| !(next.is_ascii_alphanumeric() || *next == b'_'));
        whole || name.ends_with(['(', '[', '{'])
    })
}
