//! The folders of projects of which something waits, sealed, by their keyed hashes.

use pipeline::seal::Sealed;
use rusqlite::{Connection, OptionalExtension, params};
use scrubber::ProjectTag;

use super::{Store, StoreError};

/// A project as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptProject {
    /// A hash of the rules by which its events were let pass last.
    pub rules: u64,
    /// Its folder, sealed.
    pub folder: Vec<u8>,
}

impl Store {
    /// Keeps a project's folder; before that, no events of it are appended.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is kept then.
    pub fn keep_project(&mut self, tag: ProjectTag, project: &KeptProject) -> Result<(), StoreError> {
        let transaction = self.relaxed()?;
        transaction
            .prepare_cached("INSERT OR REPLACE INTO project (tag, rules, folder) VALUES (?1, ?2, ?3)")?
            .execute(params![tag.0.cast_signed(), project.rules.cast_signed(), project.folder])?;
        Ok(transaction.commit()?)
    }

    /// What was kept of a project.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn project(&self, tag: ProjectTag) -> Result<Option<KeptProject>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT rules, folder FROM project WHERE tag = ?1")?;
        let found = query.query_row([tag.0.cast_signed()], |row| {
            Ok(KeptProject { rules: row.get::<_, i64>(0)?.cast_unsigned(), folder: row.get(1)? })
        });
        Ok(found.optional()?)
    }

    /// Forgets labels and folders of which nothing waits. For the start, when nothing is on its way.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is forgotten then.
    pub fn forget_idle_projects(&mut self) -> Result<(), StoreError> {
        let transaction = self.relaxed()?;
        transaction.execute_batch(
            "DELETE FROM label WHERE id NOT IN (SELECT label FROM segment);
             DELETE FROM project WHERE tag NOT IN (SELECT project FROM label);",
        )?;
        Ok(transaction.commit()?)
    }

    /// Whether reading began anew since this spool was opened: what is known of positions holds no more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn is_outdated(&self) -> Result<bool, StoreError> {
        Ok(reading(&self.connection)? != self.reading)
    }
}

/// Whether the folder of each of these segments' projects is kept, of those that have one.
pub(super) fn are_kept(connection: &Connection, segments: &[Sealed]) -> rusqlite::Result<bool> {
    let mut kept = connection.prepare_cached("SELECT 1 FROM project WHERE tag = ?1")?;
    let mut last = ProjectTag::NONE;
    for segment in segments {
        let tag = segment.header().label.project();
        if tag != last && tag != ProjectTag::NONE && tag != ProjectTag::AGENT && !kept.exists([tag.0.cast_signed()])? {
            return Ok(false);
        }
        last = tag;
    }
    Ok(true)
}

/// How often reading began anew.
pub(super) fn reading(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT reading FROM total")?.query_row([], |row| row.get(0))
}
