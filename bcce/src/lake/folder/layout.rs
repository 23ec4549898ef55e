//! Which files of a folder belong to a lake.
//!
//! Two forms are known: that of the agent's own folder, `class=<class>/dt=<day>/part-….ndjson.gz`, and that of a bucket's copies,
//! `raw/dt=<day>/…`, with or without `raw`, alone or below `class=<class>`. What has a name that begins with a dot or an
//! underscore is passed over, as Athena does it.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::super::LakeError;

/// Folders in folders at most: `class=…/raw/dt=…` and some more to name what is foreign.
const DEPTH_MAX: usize = 8;

/// Where records of erasures lie, which readers pass over for the underscore.
pub(in crate::lake) const RECORDS: &str = "_erasures";

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
    /// Where something may lie that is in none of these lists, or that lies elsewhere in truth. Readers need not know.
    pub(in crate::lake) unseen: Vec<(String, Unseen)>,
}

/// Why it cannot be said what lies somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::lake) enum Unseen {
    /// A link.
    #[error("it is a link, and what it leads to is not changed")]
    Link,
    /// No file and no folder, such as a pipe.
    #[error("it is neither a file nor a folder")]
    Special,
    /// A name that cannot be told.
    #[error("its name is not written in UTF-8")]
    Name,
    /// A folder that readers pass over for its name.
    #[error("it is a folder with a name that readers of lakes pass over, and was not looked into")]
    Hidden,
    /// A folder below too many others.
    #[error("it is a folder below more folders than a lake has, and was not looked into")]
    Deep,
}

/// A folder or file that cannot be listed.
pub(in crate::lake) type Unread = (String, io::Error);

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
        let (layout, unread) = Self::with_unread(root)?;
        match unread.into_iter().next() {
            Some((place, source)) => Err(LakeError::Io { place, source }),
            None => Ok(layout),
        }
    }

    /// Looks for files, and goes on where a folder cannot be listed.
    pub(in crate::lake) fn with_unread(root: &Path) -> Result<(Self, Vec<Unread>), LakeError> {
        if !root.is_dir() {
            return Err(LakeError::NotAFolder(root.to_owned()));
        }
        let (mut layout, mut unread) = (Self::default(), Vec::new());
        layout.walk(root, &mut Vec::new(), &mut unread);
        layout.events.sort();
        layout.parquet.sort();
        layout.teams.sort();
        layout.refused.sort();
        layout.foreign.sort();
        Ok((layout, unread))
    }

    fn walk(&mut self, folder: &Path, names: &mut Vec<String>, unread: &mut Vec<Unread>) {
        let listed = fs::read_dir(folder).and_then(|entries| {
            let entries = entries.map(|entry| entry.and_then(|entry| Ok((entry.file_type()?, entry))));
            entries.collect::<io::Result<Vec<_>>>()
        });
        let listed = listed.unwrap_or_else(|source| {
            unread.push((names.join("/"), source));
            Vec::new()
        });
        for (kind, entry) in listed {
            let name = entry.file_name();
            names.push(name.to_string_lossy().into_owned());
            self.enter(kind, &name, entry.path(), names, unread);
            names.pop();
        }
    }

    fn enter(
        &mut self,
        kind: FileType,
        name: &OsStr,
        path: PathBuf,
        names: &mut Vec<String>,
        unread: &mut Vec<Unread>,
    ) {
        let is_hidden = names.last().is_some_and(|name| name.starts_with(['.', '_']));
        let is_records = names.as_slice() == [RECORDS];
        let unseen = if kind.is_symlink() {
            Some(Unseen::Link)
        } else if !kind.is_file() && !kind.is_dir() {
            Some(Unseen::Special)
        } else if name.to_str().is_none() {
            Some(Unseen::Name)
        } else if kind.is_dir() && is_hidden && !is_records {
            Some(Unseen::Hidden)
        } else if kind.is_dir() && names.len() >= DEPTH_MAX && !is_hidden {
            Some(Unseen::Deep)
        } else {
            None
        };
        let place = || names.join("/");
        self.unseen.extend(unseen.map(|why| (place(), why)));
        if is_hidden {
            if unseen.is_none() && !kind.is_dir() {
                self.hidden.push(place());
            }
        // A link is followed to a file, and not to a folder, where it could go round.
        } else if kind.is_dir() && names.len() < DEPTH_MAX {
            self.walk(&path, names, unread);
        } else {
            self.sort_in(names, path);
        }
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
        let put = |place: &str| -> io::Result<()> {
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

    #[cfg(unix)]
    #[test]
    fn what_is_not_looked_at_is_named() -> Result<(), Box<dyn std::error::Error>> {
        use std::os::unix::ffi::OsStrExt as _;

        let root = tempfile::tempdir()?;
        let deep = "a/".repeat(DEPTH_MAX);
        for folder in ["dt=2026-01-01", "_erasures", ".trash", "dt=2026-01-01/_old", &deep] {
            fs::create_dir_all(root.path().join(folder))?;
        }
        let day = root.path().join("dt=2026-01-01");
        fs::write(root.path().join("_erasures/a.json"), "")?;
        std::os::unix::fs::symlink("/dev/null", day.join("linked.ndjson"))?;
        std::os::unix::fs::symlink("/tmp", root.path().join("dt=2026-01-02"))?;
        fs::write(day.join(OsStr::from_bytes(b"\xff.ndjson")), "")?;
        let layout = Layout::of(root.path())?;
        let mut unseen: Vec<_> = layout.unseen.iter().map(|(place, why)| (place.as_str(), *why)).collect();
        unseen.sort_by_key(|(place, _)| *place);
        let wanted = [
            (".trash", Unseen::Hidden),
            ("a/a/a/a/a/a/a/a", Unseen::Deep),
            ("dt=2026-01-01/_old", Unseen::Hidden),
            ("dt=2026-01-01/linked.ndjson", Unseen::Link),
            ("dt=2026-01-01/\u{fffd}.ndjson", Unseen::Name),
            ("dt=2026-01-02", Unseen::Link),
        ];
        assert_eq!(unseen, wanted);
        Ok(())
    }
}
