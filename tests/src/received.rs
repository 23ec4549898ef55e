//! What the double accepted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::call::Line;

const BILLING_STEP: u64 = 5 * 1024;

/// Bytes that the service would bill for one record: each is rounded up to the next 5 KB.
///
/// <https://aws.amazon.com/firehose/pricing/> (2026-11-24).
pub fn billed_bytes(record_bytes: u64) -> u64 {
    record_bytes.div_ceil(BILLING_STEP) * BILLING_STEP
}

/// What became of the answer to a call of which something was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It was given, whether or not anybody was left to hear it.
    Given,
    /// It told of too few records.
    Short,
    /// It was cut off.
    Cut,
    /// None was given.
    Lost,
}

/// Lines that came again after they had been accepted with one kind of answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Again {
    /// How many lines.
    pub lines: u64,
    /// The calls in which they had been accepted before, by number.
    pub calls: BTreeSet<u64>,
}

/// Everything accepted so far.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// Calls that came in, refused and broken ones included.
    pub calls: u64,
    /// Records accepted.
    pub records: u64,
    /// Bytes of accepted records before base64.
    pub bytes: u64,
    /// Bytes that the service would bill for them.
    pub billed_bytes: u64,
    /// Lines accepted, duplicates included.
    pub lines: u64,
    /// By stream, event ids with each differing line that arrived under them, and how often.
    pub events: BTreeMap<String, BTreeMap<String, BTreeMap<Vec<u8>, u64>>>,
    /// Lines that came again, by the answer that the last call had which held them.
    pub again: BTreeMap<Answer, Again>,
    last: HashMap<String, (u64, Answer)>,
}

impl Received {
    /// Different event ids over all streams.
    pub fn distinct_events(&self) -> usize {
        self.events.values().map(BTreeMap::len).sum()
    }

    /// Lines that came more often than once, counted beyond the first.
    pub fn duplicates(&self) -> u64 {
        let versions = self.events.values().flat_map(BTreeMap::values);
        versions.map(|lines| lines.values().sum::<u64>().saturating_sub(1)).sum()
    }

    /// Event ids under which different bytes arrived.
    pub fn altered(&self) -> Vec<&str> {
        let ids = self.events.values().flatten();
        ids.filter(|(_, versions)| versions.len() > 1).map(|(id, _)| id.as_str()).collect()
    }

    /// Whether an event has arrived.
    pub fn has(&self, event_id: &str) -> bool {
        self.last.contains_key(event_id)
    }

    fn accept(&mut self, stream: &str, bytes: usize, lines: &[Line], answer: Answer) {
        self.records += 1;
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bytes += bytes;
        self.billed_bytes += billed_bytes(bytes);
        let events = self.events.entry(stream.to_owned()).or_default();
        for line in lines {
            self.lines += 1;
            if let Some((call, answer)) = self.last.insert(line.event_id.clone(), (self.calls, answer)) {
                let again = self.again.entry(answer).or_default();
                again.lines += 1;
                again.calls.insert(call);
            }
            *events.entry(line.event_id.clone()).or_default().entry(line.bytes.clone()).or_default() += 1;
        }
    }
}

/// [`Received`], and a folder that outlives the process: `<stream>.ndjson`, one file a stream, in the order accepted.
pub(crate) struct Store {
    pub(crate) received: Received,
    folder: Option<PathBuf>,
    files: BTreeMap<String, File>,
}

impl Store {
    pub(crate) fn new(folder: Option<&Path>) -> io::Result<Self> {
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Self { received: Received::default(), folder: folder.map(Path::to_owned), files: BTreeMap::new() })
    }

    /// Keeps one record. The file holds it when this returns, so that an answer never promises more than is kept.
    pub(crate) fn accept(&mut self, stream: &str, bytes: usize, lines: &[Line], answer: Answer) -> io::Result<()> {
        self.received.accept(stream, bytes, lines, answer);
        let Some(folder) = &self.folder else { return Ok(()) };
        if !self.files.contains_key(stream) {
            let file = OpenOptions::new().create(true).append(true).open(folder.join(format!("{stream}.ndjson")))?;
            self.files.insert(stream.to_owned(), file);
        }
        let joined: Vec<u8> = lines.iter().flat_map(|line| line.bytes.iter().copied()).collect();
        self.files.get_mut(stream).map_or(Ok(()), |file| file.write_all(&joined))
    }

    /// Appends a broken limit to `violations.txt`, and writes `summary.json` anew.
    pub(crate) fn note(&mut self, violation: Option<&str>) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        if let Some(violation) = violation {
            let mut file = OpenOptions::new().create(true).append(true).open(folder.join("violations.txt"))?;
            writeln!(file, "{violation}")?;
        }
        let received = &self.received;
        let summary = serde_json::json!({
            "calls": received.calls,
            "records": received.records,
            "bytes": received.bytes,
            "billed_bytes": received.billed_bytes,
            "lines": received.lines,
        });
        let temporary = folder.join(".summary.json");
        std::fs::write(&temporary, summary.to_string())?;
        std::fs::rename(temporary, folder.join("summary.json"))
    }
}
