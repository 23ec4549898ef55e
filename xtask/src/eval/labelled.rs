//! Labelled sets: JSON lines, plain or packed with gzip, of `{"id", "text", "spans": [[start, end, kind]], "source"}`.
//!
//! Offsets are bytes of the text's UTF-8. A set's name says what it holds: `*_pos` texts with spans to find, `*_neg` texts
//! that only look like it, `hn_*` hard negatives by the megabyte. The folder `embedded` beside the sets may hold the positives
//! again inside a record; their ids then end with `-d1` or `-d2`, the depth of the escapes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use serde_json::Value;

use super::embed;
use super::score::Label;

/// What a set is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Holds spans that are to be found.
    Positive,
    /// Texts in which nothing is to be found, counted by the text.
    Negative,
    /// The same, counted by the megabyte.
    Hard,
}

/// One text and what is to be found in it.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub id: String,
    pub text: String,
    pub labels: Vec<Label>,
}

/// A set in one form: as it stands, or within a record.
pub(crate) struct Set {
    pub name: String,
    /// `raw`, `d1` or `d2`.
    pub form: String,
    pub purpose: Purpose,
    pub records: Vec<Record>,
}

/// All sets of a folder, positives in all their forms.
pub(crate) fn sets(folder: &Path) -> Result<Vec<Set>> {
    let embedded = folder.join("embedded");
    let mut sets = Vec::new();
    for (name, records) in files(folder)? {
        let purpose = if name.starts_with("hn_") {
            Purpose::Hard
        } else if name.ends_with("_neg") {
            Purpose::Negative
        } else {
            Purpose::Positive
        };
        let mut deeper = Vec::new();
        if purpose == Purpose::Positive {
            let given = if embedded.is_dir() { file(&embedded, &name)? } else { None };
            for depth in 1..=2 {
                let form = format!("d{depth}");
                let records = match &given {
                    Some(all) => all.iter().filter(|record| record.id.ends_with(&form)).cloned().collect(),
                    None => records.iter().map(|record| embed::record(record, depth)).collect(),
                };
                deeper.push(Set { name: name.clone(), form, purpose, records });
            }
        }
        sets.push(Set { name, form: "raw".to_owned(), purpose, records });
        sets.append(&mut deeper);
    }
    Ok(sets)
}

/// The files of a folder by the names of their sets, in order.
fn files(folder: &Path) -> Result<BTreeMap<String, Vec<Record>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).context("cannot list the folder of labelled sets")? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = name.strip_suffix(".gz").unwrap_or(name);
        if let Some(stem) = stem.strip_suffix(".jsonl") {
            found.insert(stem.to_owned(), read(&path)?);
        }
    }
    Ok(found)
}

fn file(folder: &Path, name: &str) -> Result<Option<Vec<Record>>> {
    let path = [".jsonl.gz", ".jsonl"].map(|ending| folder.join(format!("{name}{ending}")));
    path.iter().find(|path| path.is_file()).map(|path| read(path)).transpose()
}

fn read(path: &Path) -> Result<Vec<Record>> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let input: Box<dyn Read> = if packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut records = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(input).lines()) {
        let line = line.with_context(|| format!("cannot read {shown}"))?;
        if !line.trim().is_empty() {
            let record = parse(&line).with_context(|| format!("line {number} of {shown} is no labelled text"))?;
            records.push(record);
        }
    }
    Ok(records)
}

fn parse(line: &str) -> Option<Record> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = value.get("text")?.as_str()?.to_owned();
    let mut labels = Vec::new();
    for span in value.get("spans").and_then(Value::as_array).into_iter().flatten() {
        let offset = |place: usize| Some(usize::try_from(span.get(place)?.as_u64()?).ok()?.min(text.len()));
        let kind = span.get(2).and_then(Value::as_str).unwrap_or("unnamed").to_owned();
        labels.push(Label { start: offset(0)?, end: offset(1)?, kind });
    }
    Some(Record { id: value.get("id")?.as_str()?.to_owned(), text, labels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_spans_is_read_and_anything_else_is_refused() {
        let record = parse(r#"{"id":"a-1","text":"x=\"yz\"","spans":[[3,5,"k"]],"source":"s"}"#);
        let record = record.map(|record| (record.id, record.text, record.labels));
        let label = Label { start: 3, end: 5, kind: "k".to_owned() };
        assert_eq!(record, Some(("a-1".to_owned(), "x=\"yz\"".to_owned(), vec![label])));
        for broken in ["", "{}", r#"{"id":"a"}"#, r#"{"id":"a","text":"b","spans":[["x"]]}"#] {
            assert!(parse(broken).is_none(), "{broken}");
        }
    }
}
