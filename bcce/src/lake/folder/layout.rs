//! Which files of a folder belong to a lake.
//!
//! Two forms are known: that of the agent's own folder, `class=<class>/dt=<day>/part-….ndjson.gz`, and that of a bucket's copies,
//! `raw/dt=<day>/…`, with or without `raw`, alone or below `class=<class>`. What has a name that begins with a dot or an
//! underscore is passed over, as Athena does it.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::super::LakeError;

/// Folders in folders at most: `class=…/raw/dt=…` and some more to name what is foreign.
const DEPTH_MAX: usize = 8;

/// The classes of data.
pub(in crate::lake) const CLASSES: [&str; 3] = ["internal", "confidential", "restricted"];

/// The files of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::lake) struct Layout {
    /// Events, by day of arrival and name.
    pub(in crate::lake) events: Vec<EventFile>,
    /// Which user is in which team.
    pub(in crate::lake) teams: Vec<(String, PathBuf)>,
    /// Events as Parquet.
    pub(in crate::lake) parquet: Vec<EventFile>,
    /// What the table of a stream refused, as Firehose keeps it.
    pub(in crate::lake) refused: Vec<(String, PathBuf)>,
    /// What readers pass over for its name, such as a file that is still being written.
    pub(in crate::lake) hidden: Vec<String>,
    /// What belongs to no lake.
    pub(in crate::lake) foreign: Vec<String>,
}

/// A file of events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lake) struct EventFile {
    /// Day of arrival.
    pub(in crate::lake) dt: Date,
    /// The file, below the lake.
    pub(in crate::lake) place: String,
    /// The file.
    pub(in crate::lake) path: PathBuf,
    /// Number of the class in whose folder it lies, where there is one.
    pub(in crate::lake) class: Option<usize>,
}

impl Layout {
    /// Looks for files; each list is in order.
    pub(in crate::lake) fn of(root: &Path) -> Result<Self, LakeError> {
        if !root.is_dir() {
            return Err(LakeError::NotAFolder(root.to_owned()));
        }
        let mut layout = Self::default();
        layout.walk(root, &mut Vec::new())?;
        layout.events.sort();
        layout.parquet.sort();
        layout.teams.sort();
        layout.refused.sort();
        layout.foreign.sort();
        Ok(layout)
    }

    fn walk(&mut self, folder: &Path, names: &mut Vec<String>) -> Result<(), LakeError> {
        let unread = |source| LakeError::Io { place: names.join("/"), source };
        let mut below = Vec::new();
        for entry in fs::read_dir(folder).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A link is followed to a file, and not to a folder, where it could go round.
            let is_folder = entry.file_type().map_err(unread)?.is_dir();
            if name.starts_with(['.', '_']) {
                if !is_folder {
                    self.hidden.push(names.iter().chain([&name]).map(String::as_str).collect::<Vec<_>>().join("/"));
                }
                continue;
            }
            below.push((name, entry.path(), is_folder));
        }
        for (name, path, is_folder) in below {
            names.push(name);
            if is_folder && names.len() < DEPTH_MAX {
                self.walk(&path, names)?;
            } else {
                self.sort_in(names, path);
            }
            names.pop();
        }
        Ok(())
    }

    fn sort_in(&mut self, names: &[String], path: PathBuf) {
        let place = names.join("/");
        let mut parts: Vec<&str> = names.iter().map(String::as_str).collect();
        let file = parts.pop().unwrap_or_default();
        let class = parts.first().and_then(|part| part.strip_prefix("class="));
        let class = match class {
            None => None,
            Some(name) => match CLASSES.iter().position(|class| *class == name) {
                Some(number) => {
                    parts.remove(0);
                    Some(number)
                }
                None => return self.foreign.push(place),
            },
        };
        let form = match parts.as_slice() {
            ["errors", ..] => return self.refused.push((place, path)),
            ["teams"] | ["reference", "teams"] if file.ends_with(".csv") => return self.teams.push((place, path)),
            [dt] | ["raw" | "events", dt] => dt.strip_prefix("dt=").and_then(|day| day.parse().ok()),
            _ => None,
        };
        match (form, file.rsplit_once('.').map(|(_, extension)| extension)) {
            (Some(dt), Some("parquet")) => self.parquet.push(EventFile { dt, place, path, class }),
            (Some(dt), Some("ndjson" | "gz" | "json") | None) => self.events.push(EventFile { dt, place, path, class }),
            (Some(_) | None, Some(_) | None) => self.foreign.push(place),
        }
    }

    /// Whether all Parquet there is holds what `raw/` holds as well.
    pub(super) fn is_parquet_beside_raw(&self) -> bool {
        let has =
            |files: &[EventFile], name: &str| files.iter().any(|file| file.place.split('/').any(|part| part == name));
        has(&self.events, "raw") && self.parquet.iter().all(|file| has(std::slice::from_ref(file), "events"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_where_they_lie() -> Result<(), Box<dyn std::error::Error>> {
        let root = tempfile::tempdir()?;
        let put = |place: &str| -> std::io::Result<()> {
            let path = root.path().join(place);
            fs::create_dir_all(path.parent().unwrap_or(root.path()))?;
            fs::write(path, "")
        };
        let known = [
            "class=internal/dt=2026-01-02/part-1.ndjson.gz",
            "class=restricted/dt=2026-01-01/part-1.ndjson",
            "class=internal/raw/dt=2026-01-03/stream-1.gz",
            "raw/dt=2026-01-04/stream-1",
            "dt=2026-01-05/stream-1.gz",
        ];
        let foreign =
            ["notes.txt", "class=secret/dt=2026-01-01/a.ndjson", "class=internal/dt=yesterday/a.ndjson", "raw/a.gz"];
        let others = [
            "events/dt=2026-01-01/a.parquet",
            "errors/format-conversion-failed/dt=2026-01-01/a",
            "teams/all.csv",
            "reference/teams/all.csv",
            "class=internal/dt=2026-01-01/.part-1.ndjson.gz",
            "_erasures/a.json",
        ];
        for place in known.iter().chain(&foreign).chain(&others) {
            put(place)?;
        }
        let layout = Layout::of(root.path())?;
        let places: Vec<&str> = layout.events.iter().map(|file| file.place.as_str()).collect();
        assert_eq!(places, [known[1], known[0], known[2], known[3], known[4]], "by day of arrival");
        assert_eq!(
            layout.events.iter().map(|file| file.class).collect::<Vec<_>>(),
            [Some(2), Some(0), Some(0), None, None]
        );
        assert_eq!((layout.parquet.len(), layout.refused.len(), layout.teams.len()), (1, 1, 2));
        let mut wanted = foreign.map(str::to_owned);
        wanted.sort();
        assert_eq!(layout.foreign, wanted);
        assert!(layout.is_parquet_beside_raw());
        put("class=internal/dt=2026-01-02/b.parquet")?;
        assert!(!Layout::of(root.path())?.is_parquet_beside_raw());
        Ok(())
    }
}
