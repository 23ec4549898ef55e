//! A folder of events as a lake: the views of `lake/sql` as passes over its files.
//!
//! Promises: the numbers are those of the views, which a test compares; nothing that belongs to a lake is passed over in silence;
//! memory holds what must be known of each event and message, and no file. There is no look-back: where the view `events` in AWS
//! ends 400 days ago, all files are read here.
//!
//! Left out on purpose: Parquet, an index, and any other question. Start at [`Folder::open`].

mod event;
mod facts;
pub(super) mod layout;
mod read;
mod requests;
mod scan;
mod search;
#[cfg(test)]
mod tests;
mod usage;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use agent::stats::Prices;
use indicatif::ProgressBar;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::rows::{Agents, ConsentDay, Costs, Dimension, Finds, Redaction, Requests, Retention, Search};
use super::teams::Teams;
use super::{LakeError, before};
use facts::{Answers, Facts, OfDays, retention};
use layout::Layout;
use requests::{Asked, Held};
use scan::scan;
use search::{Matching, Newest};
use usage::{Messages, Usage};

/// A day.
const DAY_US: i64 = 86_400_000_000;
const EPOCH: Date = date(1970, 1, 1);

/// A folder of events.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    layout: Layout,
    teams: Teams,
    prices: Prices,
    progress: ProgressBar,
    now: Timestamp,
    /// What was last asked about some days: several questions about them are one pass.
    asked: Mutex<Option<((Date, Date), Answers)>>,
}

impl Folder {
    /// Looks for a folder's files.
    ///
    /// # Errors
    /// When it is no lake that can be read here.
    pub fn open(path: &Path, now: Timestamp, progress: ProgressBar) -> Result<Self, LakeError> {
        let layout = Layout::of(path)?;
        if !layout.parquet.is_empty() && !layout.is_parquet_beside_raw() {
            let first = layout.parquet.first().map(|file| file.place.clone()).unwrap_or_default();
            return Err(LakeError::Parquet { path: path.to_owned(), count: layout.parquet.len(), first });
        }
        if layout.events.is_empty() {
            return Err(LakeError::Empty { path: path.to_owned(), foreign: layout.foreign.first().cloned() });
        }
        let teams = Teams::read(&layout.teams)?;
        let prices = Prices::shipped()?;
        Ok(Self { path: path.to_owned(), layout, teams, prices, progress, now, asked: Mutex::default() })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What there is besides events, and is not counted.
    pub fn notes(&self) -> Vec<String> {
        let Layout { parquet, refused, foreign, .. } = &self.layout;
        let mut notes = Vec::new();
        let mut note = |files: &[String], what: &str| {
            if let Some(first) = files.first() {
                notes.push(format!("{} {what}, the first is {first}", files.len()));
            }
        };
        note(foreign, "files belong to no lake and are passed over");
        let places: Vec<String> = parquet.iter().map(|file| file.place.clone()).collect();
        note(&places, "files of Parquet are passed over for those under raw/, which S3 keeps for a shorter time");
        let places: Vec<String> = refused.iter().map(|(place, _)| place.clone()).collect();
        note(&places, "files under errors/ hold events that the tables refused, which are not counted");
        notes
    }

    /// See [`super::Lake::costs`].
    pub(super) fn costs(&self, by: Dimension, from: Date, to: Date) -> Result<Costs, LakeError> {
        let mut messages = Messages::default();
        let (names, _) = scan(&self.layout.events, &Usage, &self.progress, |record| messages.add(record))?;
        let priced = (&self.prices, &self.teams);
        let rows = messages.costs(&names, priced, by, (from, to));
        let earlier = messages.costs(&names, priced, Dimension::Day, before(from, to));
        Ok(Costs::of(rows, Some(earlier)))
    }

    /// See [`super::Lake::search`].
    pub(super) fn search(&self, search: &Search, from: Date, to: Date) -> Result<Finds, LakeError> {
        let mut newest = Newest::of(search.limit);
        let matching = Matching { search, from: day_number(from), to: day_number(to) };
        scan(&self.layout.events, &matching, &self.progress, |found| newest.add(*found))?;
        Ok(newest.finds())
    }

    pub(super) fn consents(&self, from: Date, to: Date) -> Result<Vec<ConsentDay>, LakeError> {
        self.facts(from, to, |answers| answers.consents.clone())
    }

    pub(super) fn redactions(&self, from: Date, to: Date) -> Result<Vec<Redaction>, LakeError> {
        self.facts(from, to, |answers| answers.redactions.clone())
    }

    pub(super) fn agents(&self, from: Date, to: Date) -> Result<Agents, LakeError> {
        self.facts(from, to, |answers| answers.agents.clone())
    }

    pub(super) fn requests(&self) -> Result<Requests, LakeError> {
        let mut held = Held::default();
        scan(&self.layout.events, &Asked, &self.progress, |whose| held.add(&whose))?;
        Ok(held.answer())
    }

    pub(super) fn retention(&self) -> Result<Vec<Retention>, LakeError> {
        let today = TimeZone::UTC.to_datetime(self.now).date();
        let days = self.asked().as_ref().map_or((today, today), |(days, _)| *days);
        self.facts(days.0, days.1, |answers| retention(&answers.arrivals, today))
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Option<((Date, Date), Answers)>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn facts<T>(&self, from: Date, to: Date, answer: impl Fn(&Answers) -> T) -> Result<T, LakeError> {
        if let Some((days, answers)) = &*self.asked()
            && *days == (from, to)
        {
            return Ok(answer(answers));
        }
        let mut facts = Facts::default();
        let of_days = OfDays { from: day_number(from), to: day_number(to) };
        let (names, arrivals) = scan(&self.layout.events, &of_days, &self.progress, |seen| facts.add(seen))?;
        let end = Timestamp::from_microsecond((day_number(to) + 1).saturating_mul(DAY_US)).unwrap_or(self.now);
        let answers = facts.answers(&names, arrivals, self.now.min(end));
        let given = answer(&answers);
        *self.asked() = Some(((from, to), answers));
        Ok(given)
    }
}

/// Days since 1970.
fn day_number(day: Date) -> i64 {
    day.since(EPOCH).map_or(0, |span| i64::from(span.get_days()))
}

fn day_of(number: i64) -> Date {
    EPOCH.saturating_add(number.days())
}
