//! Pages of records, read in bounded memory and scrubbed with the real policy.

use super::state::{Count, Line, Mark, Page, Record};
use crate::edge::projects::of_file;
use crate::filter::lines;
use crate::filter::preview::{TAB, flatten, redactions};
use crate::filter::projects::{Held, PreviewProjects};
use pipeline::tail::each_record;
use scrubber::detect::Scratch as ScanScratch;
use scrubber::{DropReason, Outcome, Place, Policy, Scratch, Source, SourceKind, Tier};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::path::PathBuf;

/// Records of a page.
const RECORDS_MAX: usize = 100;
/// Bytes of lines that a page is made of; one line more may come on top.
const PAGE_BYTES: u64 = 4 << 20;
/// Characters of a value that are shown.
const VALUE_CHARACTERS: usize = 4_000;

/// Makes the policy of a tier.
pub type MakePolicy<'a> = dyn Fn(Tier) -> io::Result<Policy> + 'a;

/// Reads pages of sessions. Holds no records itself.
pub struct Loader<'a> {
    files: Vec<PathBuf>,
    line_bytes_max: usize,
    make_policy: Box<MakePolicy<'a>>,
    policies: Vec<(Tier, Policy)>,
    projects: PreviewProjects,
    /// The session that `starts` belong to.
    session: Option<usize>,
    starts: Vec<Start>,
    now_ms: i64,
}

/// Where a page begins, and what was known there.
#[derive(Debug, Clone, Default)]
struct Start {
    offset: u64,
    lines: u64,
    cwd: Option<String>,
}

impl<'a> Loader<'a> {
    /// Reads these files; policies are made when a tier is first asked for.
    pub fn new(
        files: Vec<PathBuf>,
        line_bytes_max: usize,
        projects: PreviewProjects,
        now_ms: i64,
        make_policy: Box<MakePolicy<'a>>,
    ) -> Self {
        Self {
            files,
            line_bytes_max,
            make_policy,
            policies: Vec::new(),
            projects,
            session: None,
            starts: Vec::new(),
            now_ms,
        }
    }

    /// A page of a session at a tier. Pages are asked for in order; one that was passed can be asked for again.
    ///
    /// # Errors
    /// What reading gives, and what making a policy gives.
    pub fn load(&mut self, session: usize, page: usize, tier: Tier) -> io::Result<Page> {
        if self.session != Some(session) {
            self.session = Some(session);
            let cwd = self.files.get(session).and_then(|path| of_file(path));
            self.starts = vec![Start { cwd, ..Start::default() }];
        }
        let (Some(path), Some(start)) = (self.files.get(session), self.starts.get(page).cloned()) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        if !self.policies.iter().any(|(of, _)| *of == tier) {
            self.policies.push((tier, (self.make_policy)(tier)?));
        }
        let Some((_, policy)) = self.policies.iter().find(|(of, _)| *of == tier) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start.offset))?;
        let line_bytes_max = self.line_bytes_max;
        let (records, next) = read(policy, tier, file, line_bytes_max, &start, &mut self.projects, self.now_ms)?;
        let more = next.is_some();
        if let Some(next) = next {
            self.starts.truncate(page + 1);
            self.starts.push(next);
        }
        Ok(Page { number: page, records, more })
    }
}

/// Reads records until the page is full; says where the next page begins, if there is one.
fn read(
    policy: &Policy,
    tier: Tier,
    file: File,
    line_bytes_max: usize,
    start: &Start,
    projects: &mut PreviewProjects,
    now_ms: i64,
) -> io::Result<(Vec<Record>, Option<Start>)> {
    let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: start.cwd.clone() };
    let (mut records, mut bytes, mut next) = (Vec::new(), 0_u64, None);
    let mut number = start.lines;
    let ended = lines::for_each_line(file, line_bytes_max, |read| {
        let offset = start.offset
            + match read {
                lines::Line::Whole(_, place) => place.offset,
                lines::Line::TooLong { offset } => offset,
            };
        if records.len() >= RECORDS_MAX || bytes >= PAGE_BYTES {
            next = Some(Start { offset, lines: number, cwd: source.cwd.clone() });
            return Err(io::ErrorKind::Other.into());
        }
        number += 1;
        let lines::Line::Whole(line, place) = read else {
            records.push(record(policy, number, offset, nothing_leaves(DropReason::LineTooLong), b"", None));
            return Ok(());
        };
        let place = Place { offset, ..place };
        bytes += place.length;
        each_record(line, place, |raw, at| {
            let (mut scratch, mut events) = (Scratch::default(), policy.events());
            let outcome = policy.scrub(raw, &mut source, projects, now_ms, &mut scratch, &mut events);
            let event = events.iter().flat_map(|run| run.iter()).next().map(|event| event.line().to_vec());
            let held = |projects: &PreviewProjects| {
                projects.held(tier).map(|held| Held { words: printable(&held.words), ..held })
            };
            let (title, held) = match outcome {
                Outcome::Blank => return outcome,
                Outcome::Dropped(reason) => {
                    let by_rule = matches!(reason, DropReason::ProjectDenied | DropReason::ProjectUnknown);
                    (nothing_leaves(reason), if by_rule { held(projects) } else { None })
                }
                Outcome::Event(_) => (String::new(), held(projects)),
            };
            let offset = place.offset + at.start as u64;
            let shown = line.get(at).unwrap_or_default();
            records.push(Record { held, ..record(policy, number, offset, title, shown, event.as_deref()) });
            outcome
        });
        Ok(())
    });
    match (ended, &next) {
        // The page is full.
        (_, Some(_)) => Ok((records, next)),
        (Ok(_), None) => Ok((records, None)),
        (Err(error), None) => Err(error),
    }
}

/// What a record without an event is called.
fn nothing_leaves(reason: DropReason) -> String {
    format!("nothing leaves ({})", reason.as_str())
}

fn record(policy: &Policy, number: u64, offset: u64, title: String, raw: &[u8], event: Option<&[u8]>) -> Record {
    let fields = |json: &[u8]| {
        let mut fields = Vec::new();
        match serde_json::from_slice::<Value>(json) {
            Ok(value) => flatten("", &value, &mut fields),
            // Not JSON: shown as it is, for its own user.
            Err(_) => fields.push(("line".to_owned(), String::from_utf8_lossy(json).into_owned())),
        }
        fields
    };
    let outcome = event.map(fields).unwrap_or_default();
    let rules = policy.engine().rules();
    let count = |(key, value): &(String, String)| {
        let rule = key.strip_prefix("redactions.")?.to_owned();
        let kind =
            rules.iter().find(|known| *known.id == *rule).map_or_else(|| rule.clone(), |rule| rule.kind.to_string());
        Some(Count { rule, kind, times: value.parse().ok()? })
    };
    let kind = outcome.iter().find(|(key, _)| key == "kind").map(|(_, kind)| kind.clone());
    let mut scratch = ScanScratch::default();
    let replaced: Vec<Count> = outcome.iter().filter_map(count).collect();
    let mut only_found: Vec<Count> = Vec::new();
    let mut found = |value: &str| -> Vec<Span> {
        let mut spans = Vec::new();
        for finding in policy.engine().scan(value.as_bytes(), &mut scratch) {
            let Some(rule) = rules.get(usize::from(finding.rule.0)) else { continue };
            spans.push((finding.start, finding.end, rule.kind.to_string()));
            if replaced.iter().any(|count| *count.rule == *rule.id) {
                continue;
            }
            match only_found.iter_mut().find(|count| *count.rule == *rule.id) {
                Some(count) => count.times += 1,
                None => {
                    only_found.push(Count { rule: rule.id.to_string(), kind: rule.kind.to_string(), times: 1 });
                }
            }
        }
        spans
    };
    let original = fields(raw).iter().flat_map(|(key, value)| marked(key, value, &mut found)).collect();
    Record {
        number,
        offset,
        title: kind.unwrap_or(title),
        original,
        replaced,
        only_found,
        held: None,
        outcome: outcome.iter().flat_map(|(key, value)| marked(key, value, &mut replacements)).collect(),
    }
}

fn replacements(value: &str) -> Vec<Span> {
    let kind = |start: usize, end: usize| {
        let inside = value.get(start + 1..end).unwrap_or_default();
        inside.split(':').next().unwrap_or_default().to_owned()
    };
    redactions(value).map(|(start, end)| (start, end, kind(start, end))).collect()
}

/// A span of a value, and the kind that stands there.
type Span = (usize, usize, String);

/// The lines of a field, cut where it is long. Spans are found in the whole value, so that a cut hides none.
fn marked(key: &str, value: &str, spans: &mut dyn FnMut(&str) -> Vec<Span>) -> Vec<Line> {
    let spans = spans(value);
    let cut = value.char_indices().nth(VALUE_CHARACTERS).map_or(value.len(), |(place, _)| place);
    let mut lines: Vec<Line> = vec![vec![(format!("{}: ", printable(key)), Mark::Name)]];
    let mut from = 0;
    for (start, end, kind) in spans.into_iter().filter(|(start, _, _)| *start < cut) {
        push(&mut lines, value.get(from..start).unwrap_or_default(), &Mark::Plain);
        from = end.min(cut);
        push(&mut lines, value.get(start..from).unwrap_or_default(), &Mark::Kind(kind));
    }
    push(&mut lines, value.get(from..cut).unwrap_or_default(), &Mark::Plain);
    let hidden = value.get(cut..).unwrap_or_default().chars().count();
    if hidden > 0 {
        lines.push(vec![(format!("… {hidden} more characters; --plain shows all"), Mark::Name)]);
    }
    lines
}

fn push(lines: &mut Vec<Line>, text: &str, mark: &Mark) {
    for (place, part) in text.split('\n').enumerate() {
        if place > 0 {
            lines.push(Line::new());
        }
        if let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) {
            line.push((printable(part), mark.clone()));
        }
    }
}

/// Without what a terminal would act on. Tabs become spaces: indented code runs together without them.
fn printable(text: &str) -> String {
    text.replace('\t', TAB).chars().filter(|character| !character.is_control()).collect()
}
