//! Erasing from a folder.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use super::super::LakeError;
use super::super::folder::layout::{CLASSES, Layout};
use super::record::Record;
use super::{Counts, Hold, Left, Plan, Pseudonyms, Rewritten, add, held, rewrite};

/// Records of erasures, which readers of lakes pass over for the underscore.
const RECORDS: &str = "_erasures";

/// The files of a folder.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    progress: ProgressBar,
}

impl Files {
    /// A folder.
    ///
    /// # Errors
    /// When there is none, or it holds nothing of a lake.
    pub fn open(root: &Path, progress: ProgressBar) -> Result<Self, LakeError> {
        let layout = Layout::of(root)?;
        if layout.events.is_empty() && layout.parquet.is_empty() && layout.refused.is_empty() {
            return Err(LakeError::Empty { path: root.to_owned(), foreign: layout.foreign.first().cloned() });
        }
        Ok(Self { root: root.to_owned(), progress })
    }

    pub(super) fn name(&self) -> String {
        format!("folder {}", self.root.display())
    }

    pub(super) fn plan(&self, of: &Pseudonyms) -> Result<Plan, LakeError> {
        let layout = Layout::of(&self.root)?;
        let mut plan = Plan::default();
        let of_class = |number: Option<usize>| number.and_then(|number| CLASSES.get(number)).copied();
        let events = layout.events.iter().chain(&layout.parquet).map(|file| (&file.place, of_class(file.class)));
        let refused = layout.refused.iter().map(|(place, _)| (place, None));
        let known: Vec<_> = events.chain(refused).collect();
        let others: Vec<_> = layout.foreign.iter().chain(&layout.hidden).collect();
        self.progress.set_length((known.len() + others.len()) as u64);
        for (place, class) in known {
            plan.looked_at += 1;
            match fs::read(self.path(place))
                .map_err(|error| error.to_string())
                .and_then(|bytes| held(&bytes, of).map_err(|error| error.to_string()))
            {
                Ok(0) => {}
                Ok(events) => plan.holds.push(hold(place, class.unwrap_or("unknown class"), events)),
                Err(reason) => plan.left.push(Left { place: place.clone(), reason }),
            }
            self.progress.inc(1);
        }
        for place in others {
            let bytes = fs::read(self.path(place)).unwrap_or_default();
            if !matches!(held(&bytes, of), Ok(0)) {
                let reason = "it belongs to no lake and may hold events of the user: see to it by hand".to_owned();
                plan.left.push(Left { place: place.clone(), reason });
            }
            self.progress.inc(1);
        }
        self.progress.finish_and_clear();
        Ok(plan)
    }

    pub(super) fn erase(&self, plan: &Plan, of: &Pseudonyms) -> Result<(Counts, Vec<Left>), LakeError> {
        let (mut counts, mut left) = (Counts::new(), Vec::new());
        self.progress.set_length(plan.holds.len() as u64);
        for hold in &plan.holds {
            let path = self.path(&hold.place);
            let failed = |source| LakeError::Io { place: hold.place.clone(), source };
            let bytes = match fs::read(&path) {
                Ok(bytes) => bytes,
                // The agent may have replaced it by another.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            let erased = match rewrite(&bytes, of) {
                Ok(Rewritten::Untouched) => continue,
                Ok(Rewritten::Without { bytes, erased, .. }) => {
                    replace(&path, &bytes).map_err(failed)?;
                    erased
                }
                Ok(Rewritten::Nothing { erased }) => {
                    fs::remove_file(&path).and_then(|()| sync_folder(&path)).map_err(failed)?;
                    erased
                }
                Err(error) => {
                    left.push(Left { place: hold.place.clone(), reason: error.to_string() });
                    continue;
                }
            };
            add(&mut counts, hold, erased);
            self.progress.inc(1);
        }
        self.progress.finish_and_clear();
        for hold in self.plan(of)?.holds {
            left.push(Left { place: hold.place, reason: "it holds events of the user again".to_owned() });
        }
        Ok((counts, left))
    }

    pub(super) fn keep(&self, record: &Record) -> Result<String, LakeError> {
        let folder = self.root.join(RECORDS);
        let path = folder.join(record.file_name());
        let failed = |source| LakeError::Io { place: format!("{RECORDS}/{}", record.file_name()), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        replace(&path, record.text().as_bytes()).map_err(failed)?;
        Ok(path.display().to_string())
    }

    fn path(&self, place: &str) -> PathBuf {
        self.root.join(place)
    }
}

fn hold(place: &str, class: &str, events: u64) -> Hold {
    Hold {
        class: class.to_owned(),
        bucket: String::new(),
        place: place.to_owned(),
        version: String::new(),
        is_latest: true,
        events,
    }
}

/// Puts a file in the place of another, or of none: it is there whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Readers of lakes pass over a name with a dot.
    let beside = path.with_file_name(format!(".{name}.erasing"));
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)?;
    sync_folder(path)
}

/// Brings a change of names to the disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
