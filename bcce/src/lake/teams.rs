//! Which user is in which team, from CSV files with the columns `user` and `team`.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use super::LakeError;

/// Teams by pseudonym of the user.
#[derive(Debug, Default)]
pub(super) struct Teams(HashMap<String, String>);

impl Teams {
    /// Reads files, each named and where it lies.
    pub(super) fn read(files: &[(String, PathBuf)]) -> Result<Self, LakeError> {
        let mut teams = Self::default();
        for (place, path) in files {
            let text = fs::read_to_string(path).map_err(|source| LakeError::Io { place: place.clone(), source })?;
            teams.add(&text).ok_or_else(|| LakeError::Teams(place.clone()))?;
        }
        Ok(teams)
    }

    /// Adds the rows of a file; `None` where a column is missing.
    fn add(&mut self, text: &str) -> Option<()> {
        let mut rows = rows(text.strip_prefix('\u{feff}').unwrap_or(text)).into_iter();
        let head = rows.next()?;
        let column = |name: &str| head.iter().position(|cell| cell.trim() == name);
        let (user, team) = (column("user")?, column("team")?);
        for row in rows {
            let cell = |column: usize| row.get(column).map_or("", |cell| cell.as_str());
            if cell(user).is_empty() || cell(team).is_empty() {
                continue;
            }
            // Who stands in several teams is counted in the first by name, as in the view.
            let known = self.0.entry(cell(user).to_owned()).or_insert_with(|| cell(team).to_owned());
            if cell(team) < known.as_str() {
                cell(team).clone_into(known);
            }
        }
        Some(())
    }

    /// The team of a user.
    pub(super) fn of(&self, user: &str) -> &str {
        self.0.get(user).map_or("unassigned", String::as_str)
    }
}

/// The cells of each row (RFC 4180).
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_find_their_teams() {
        let mut teams = Teams::default();
        assert_eq!(teams.add("team,user\r\nzulu,a\r\n\"ink, \"\"paper\"\"\",b\nalpha,a\n,c"), Some(()));
        let held = ["a", "b", "c", "d"].map(|user| teams.of(user).to_owned());
        assert_eq!(held, ["alpha", "ink, \"paper\"", "unassigned", "unassigned"]);
        assert_eq!(teams.add("user;team\na;b\n"), None);
        assert_eq!(teams.add(""), None);
    }
}
