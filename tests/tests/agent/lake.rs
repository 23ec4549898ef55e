//! Reads what the directory sink wrote.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::binary::Agent;

/// Everything in a lake: its lines as they stand, by event id.
#[derive(Default)]
pub(crate) struct Lake {
    /// All lines, one after the other.
    pub(crate) text: String,
    /// The events of each id; more than one is a duplicate.
    pub(crate) events: BTreeMap<String, Vec<Value>>,
}

impl Lake {
    /// Reads the lake of an installation; an empty one where there is no folder.
    pub(crate) fn of(agent: &Agent) -> Self {
        Self::at(&agent.home().join("state/lake"))
    }

    /// Reads a lake.
    pub(crate) fn at(folder: &Path) -> Self {
        let mut lake = Self::default();
        for file in files(folder) {
            let name = file.file_name().unwrap().to_str().unwrap();
            // What a kill left half written; readers of lakes pass over such names, and a sweep removes them.
            if name.starts_with(".bcce-part-") && name.ends_with(".tmp") {
                continue;
            }
            assert!(name.ends_with(".ndjson.gz"), "only whole files lie in the lake: {name}");
            MultiGzDecoder::new(std::fs::File::open(&file).unwrap()).read_to_string(&mut lake.text).unwrap();
            assert!(lake.text.ends_with('\n'), "{name}");
        }
        for line in lake.text.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            lake.events.entry(event["event_id"].as_str().unwrap().to_owned()).or_default().push(event);
        }
        lake
    }
}

/// All files below a folder, in order; none where there is no such folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        // A socket holds no bytes.
        if path.is_dir() {
            found.extend(files(&path))
        } else if path.is_file() {
            found.push(path)
        }
    }
    found.sort();
    found
}
