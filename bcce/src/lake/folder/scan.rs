//! Every event of a folder, each once: the view `events`, as one pass over the files.
//!
//! Of all deliveries of an event the first to arrive holds, by day of arrival and then by the time at which it was read. Days are
//! taken in their order, so that only the deliveries of one day have to be compared with each other; of what came before only the
//! ids are kept, 16 bytes each. Files are read by several threads and taken in their order: a result depends on no chance.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use indicatif::ProgressBar;
use jiff::civil::Date;
use ring::digest::{SHA256, digest};

use super::super::LakeError;
use super::super::error::Problem;
use super::event::Event;
use super::layout::{CLASSES, EventFile};
use super::read::each_line;

/// Files that are read before any of them is taken, for each thread.
const FILES_AHEAD: usize = 4;

/// What is to be known of each event.
pub(super) trait Gather: Sync {
    /// What is kept of an event. Texts in it are numbers of `Names`.
    type Item: Send;

    /// Takes what is to be known; `None` for an event that says nothing about it.
    fn take(&self, event: &Event<'_>, names: &mut Names) -> Option<Self::Item>;

    /// Gives the texts of an item their numbers among all files.
    fn renumber(item: &mut Self::Item, numbers: &[u32]);
}

/// Texts by number, each kept once; 0 is no text.
#[derive(Debug)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

/// What arrived on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lake) struct Arrivals {
    /// The day.
    pub(in crate::lake) dt: Date,
    /// Deliveries by class.
    pub(in crate::lake) received: [u64; 3],
}

/// One file, read.
struct Yield<T> {
    names: Names,
    rows: Vec<(u128, i64, Option<T>)>,
    received: [u64; 3],
}

/// The deliveries of one day: of each event when its first one was read, and the place of what is known of it.
struct Day<T> {
    first: HashMap<u128, (i64, Option<usize>)>,
    items: Vec<Option<T>>,
    received: [u64; 3],
}

/// Reads all files and hands out what is known of each event, once. The names are those of all items.
pub(super) fn scan<G: Gather>(
    files: &[EventFile],
    gather: &G,
    progress: &ProgressBar,
    mut keep: impl FnMut(G::Item),
) -> Result<(Names, Vec<Arrivals>), LakeError> {
    let mut names = Names::new();
    let mut seen = HashSet::new();
    let mut days = Vec::new();
    let mut day = Day::new();
    progress.set_length(files.len() as u64);
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut last: Option<Date> = None;
    for some in files.chunks(threads * FILES_AHEAD) {
        for (file, read) in some.iter().zip(read_all(some, gather, threads, progress)) {
            if let Some(dt) = last.replace(file.dt).filter(|dt| *dt != file.dt) {
                days.push(std::mem::replace(&mut day, Day::new()).end(dt, &mut seen, &mut keep));
            }
            day.add::<G>(read?, &mut names);
        }
    }
    if let Some(dt) = last {
        days.push(day.end(dt, &mut seen, &mut keep));
    }
    progress.finish_and_clear();
    Ok((names, days))
}

/// Reads some files, each by one thread; what they hold comes in the order of the files.
fn read_all<G: Gather>(
    files: &[EventFile],
    gather: &G,
    threads: usize,
    progress: &ProgressBar,
) -> Vec<Result<Yield<G::Item>, LakeError>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((place, file)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            files.get(place).map(|file| (place, file))
        } {
            done.push((place, read_file(file, gather)));
            progress.inc(1);
        }
        done
    };
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(files.len())).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, read)| read).collect()
}

fn read_file<G: Gather>(file: &EventFile, gather: &G) -> Result<Yield<G::Item>, LakeError> {
    let mut read = Yield { names: Names::new(), rows: Vec::new(), received: [0; 3] };
    let folder = file.class.and_then(|number| CLASSES.get(number)).copied();
    each_line(file, |line, _| {
        let event = Event::read(line, folder)?;
        let class = CLASSES.iter().position(|class| *class == event.data_class.0).ok_or(Problem::NotAnEvent)?;
        if let Some(count) = read.received.get_mut(class) {
            *count += 1;
        }
        let item = gather.take(&event, &mut read.names);
        read.rows.push((key(&event.event_id.0), event.ingest_us, item));
        Ok(())
    })?;
    Ok(read)
}

/// 128 bits for a text: ids of events as they are, everything else hashed.
pub(super) fn key(text: &str) -> u128 {
    if text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return u128::from_str_radix(text, 16).unwrap_or_default();
    }
    let hash = digest(&SHA256, text.as_bytes());
    let bytes: [u8; 16] = hash.as_ref().first_chunk().copied().unwrap_or_default();
    u128::from_be_bytes(bytes)
}

impl Names {
    fn new() -> Self {
        Self { numbers: HashMap::new(), texts: vec![Box::default()] }
    }

    /// The number of a text.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    /// The text of a number.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }
}

/// A number among all files for one among those of a file.
pub(super) fn renumbered(number: u32, numbers: &[u32]) -> u32 {
    numbers.get(number as usize).copied().unwrap_or_default()
}

impl<T> Day<T> {
    fn new() -> Self {
        Self { first: HashMap::new(), items: Vec::new(), received: [0; 3] }
    }

    fn add<G: Gather<Item = T>>(&mut self, read: Yield<T>, names: &mut Names) {
        let numbers: Vec<u32> = read.names.texts.iter().map(|text| names.number(text)).collect();
        for (count, more) in self.received.iter_mut().zip(read.received) {
            *count += more;
        }
        for (id, ingest_us, item) in read.rows {
            let known = self.first.get(&id);
            if known.is_some_and(|(first, _)| *first <= ingest_us) {
                continue;
            }
            let place = item.map(|mut item| {
                G::renumber(&mut item, &numbers);
                self.items.push(Some(item));
                self.items.len() - 1
            });
            // What came later no longer holds.
            if let Some((_, Some(later))) = self.first.insert(id, (ingest_us, place))
                && let Some(item) = self.items.get_mut(later)
            {
                *item = None;
            }
        }
    }

    fn end(mut self, dt: Date, seen: &mut HashSet<u128>, keep: &mut impl FnMut(T)) -> Arrivals {
        for (id, (_, place)) in &self.first {
            if !seen.insert(*id)
                && let Some(item) = place.and_then(|place| self.items.get_mut(place))
            {
                *item = None;
            }
        }
        self.items.into_iter().flatten().for_each(keep);
        Arrivals { dt, received: self.received }
    }
}
