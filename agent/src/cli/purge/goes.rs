//! What `purge` deletes, and in which words it says so.

use crate::cli::output::things;
use crate::cli::{Context, preview};
use crate::edge::clock;
use crate::edge::kept::Kept;
use crate::edge::key::KeyFile;
use crate::edge::store::{Store, StoreError, set_aside_files};
use crate::stats::grouped;
use anyhow::Context as _;
use pipeline::ship::SpoolDrop;
use std::fs;
use std::path::PathBuf;

/// What there is to delete.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Goes {
    events: u64,
    /// Damaged spools that were set aside: what waited in them is in them still, sealed.
    damaged: Vec<PathBuf>,
    /// A key file that was damaged and set aside.
    keys: Option<PathBuf>,
    notes: Option<PathBuf>,
    kept: Vec<PathBuf>,
}

impl Goes {
    /// Looks what there is.
    ///
    /// # Errors
    /// When the spool or the state folder cannot be read.
    pub(super) fn find(context: &Context) -> anyhow::Result<Self> {
        let folder = &context.paths.state_dir;
        let settings = context.store_settings();
        let mut damaged = set_aside_files(&settings).context("cannot look for damaged spools")?;
        let mut events = 0;
        if Store::exists(&settings) {
            match Store::open_to_empty(settings.clone()).and_then(|store| store.measure()) {
                Ok(health) => events = health.events,
                Err(StoreError::Damaged(_)) => damaged.push(Store::file(&settings)),
                Err(error) => return Err(error).context("cannot measure the spool"),
            }
        }
        Ok(Self {
            events,
            damaged,
            keys: Some(KeyFile::new(folder).damaged()).filter(|path| path.exists()),
            notes: Some(preview::notes(context)).filter(|path| path.exists()),
            kept: Kept::files(folder).context("cannot look for what stats kept")?,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A line for each.
    pub(super) fn lines(&self) -> Vec<String> {
        let names = |paths: &[PathBuf]| {
            let names =
                paths.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
            names.collect::<Vec<_>>().join(", ")
        };
        let mut lines = Vec::new();
        if self.events > 0 {
            lines.push(format!("{} {} waiting to be sent", grouped(self.events), things(self.events, "event")));
        }
        if !self.damaged.is_empty() {
            lines.push(format!("spools that were damaged, and what waited in them: {}", names(&self.damaged)));
        }
        if let Some(keys) = &self.keys {
            lines.push(format!("a key file that was damaged: {}", names(std::slice::from_ref(keys))));
        }
        if let Some(notes) = &self.notes {
            lines.push(format!("your notes of what was missed: {}", names(std::slice::from_ref(notes))));
        }
        if !self.kept.is_empty() {
            lines.push(format!("what `stats` and `report` kept of your transcripts: {}", names(&self.kept)));
        }
        lines
    }

    /// Deletes all of it; says what was deleted.
    ///
    /// # Errors
    /// When something cannot be deleted: it is said what, and the rest may be deleted or not.
    pub(super) fn delete(&self, context: &Context) -> anyhow::Result<String> {
        let settings = context.store_settings();
        let mut words = Vec::new();
        let has_spool = Store::exists(&settings);
        let events = Store::empty(settings, SpoolDrop::Purged, clock::wall()).context("cannot empty the spool")?;
        if has_spool {
            words.push(format!("{events} waiting events"));
        }
        if let Some(keys) = &self.keys {
            fs::remove_file(keys).context("cannot delete the key file that was damaged")?;
        }
        preview::forget_notes(context)?;
        Kept::delete(&context.paths.state_dir).context("cannot delete what stats kept")?;
        let rest = [
            (!self.damaged.is_empty(), "damaged spools"),
            (self.keys.is_some(), "a damaged key file"),
            (self.notes.is_some(), "notes of what was missed"),
            (!self.kept.is_empty(), "what stats kept"),
        ];
        words.extend(rest.into_iter().filter(|(was, _)| *was).map(|(_, what)| what.to_owned()));
        Ok(words.join(", "))
    }
}
