//! What the transcripts hold, and how an event is told to be of one of their records.

use std::collections::HashMap;

use scrubber::PseudonymKey;

use super::dice::Dice;

/// The secret behind pseudonyms and event ids.
pub(crate) const SECRET: [u8; 32] = [7; 32];
/// What the second policy's rule finds.
pub(crate) const HUSH: &str = "hushword";

/// One record of a transcript, as its writer made it.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) project: u32,
    /// Records of one strand were written to one file, one behind the other, with nothing but appends in between.
    pub(crate) strand: u32,
    /// Whether it holds what the second policy's rule finds.
    pub(crate) hush: bool,
    /// The service refuses each call that holds it.
    pub(crate) poison: bool,
    /// Bytes of its line, without line end.
    length: usize,
}

/// All records of a run, by number.
#[derive(Debug, Default)]
pub(crate) struct Records {
    all: Vec<Record>,
    by_id: HashMap<u128, u32>,
}

/// What is written next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) session: u32,
    pub(crate) project: u32,
    pub(crate) strand: u32,
    pub(crate) poison: bool,
}

impl Records {
    /// Makes a record; gives its number and its line, without line end.
    pub(crate) fn make(&mut self, wanted: Wanted, dice: &mut Dice) -> (u32, Vec<u8>) {
        let Wanted { session, project, strand, poison } = wanted;
        let number = self.all.len() as u32;
        let words = match dice.weighted(&[60, 30, 9, 1]) {
            0 => dice.within(3, 20),
            1 => dice.within(20, 120),
            2 => dice.within(120, 500),
            _ => dice.within(500, 2500),
        };
        let hush = dice.permille(150);
        let mut text = String::new();
        for place in 0..words {
            if hush && place == 1 {
                text.push_str(&format!("{HUSH}{number} "));
            }
            text.push_str(dice.pick(&["some ", "of ", "these ", "words ", "mean ", "nothing "]));
        }
        let uuid = format!("{number:08x}-0000-4000-8000-000000000000");
        let session = format!("session-{session}");
        let line = format!(
            r#"{{"type":"user","uuid":"{uuid}","sessionId":"{session}","cwd":"/w/p{project}","message":{{"role":"user","content":"{text}"}}}}"#
        );
        self.by_id.insert(event_id(&session, &uuid), number);
        self.all.push(Record { project, strand, hush, poison, length: line.len() });
        (number, line.into_bytes())
    }

    pub(crate) fn get(&self, number: u32) -> &Record {
        &self.all[number as usize]
    }

    /// The record that a line holds whole, be it behind the torn half of another.
    pub(crate) fn whole_in(&self, line: &[u8]) -> Option<u32> {
        let line = line.trim_ascii();
        let starts = (0..line.len()).rev().filter(|at| line[*at] == b'{');
        let start = starts.into_iter().find(|at| line[*at..].starts_with(BEGINNING))?;
        let number = number_of(&line[start..])?;
        let record = self.all.get(number as usize)?;
        // Zeros may stand in place of its end, and just as many.
        (line.len() - start == record.length && line.ends_with(ENDING)).then_some(number)
    }

    /// All records that a line holds whole, glued to each other or not.
    pub(crate) fn all_in(&self, line: &[u8]) -> impl Iterator<Item = u32> {
        let starts = (0..line.len()).filter_map(move |at| line.get(at..).filter(|rest| rest.starts_with(BEGINNING)));
        starts.filter_map(|rest| {
            let number = number_of(rest)?;
            let length = self.all.get(number as usize)?.length;
            rest.get(..length)?.ends_with(ENDING).then_some(number)
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The record of an event with this id, 32 hexadecimal digits.
    pub(crate) fn of_event(&self, id: &str) -> Option<u32> {
        let id = u128::from_str_radix(id, 16).ok()?;
        self.by_id.get(&id).copied()
    }
}

/// What an event line tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told<'a> {
    pub(crate) id: &'a str,
    pub(crate) tier: &'a str,
    pub(crate) policy: &'a str,
    pub(crate) hush: bool,
}

/// Reads the members that matter here; they come once and unescaped, before any text.
pub(crate) fn told(line: &[u8]) -> Option<Told<'_>> {
    let text = std::str::from_utf8(line).ok()?;
    let member = |name: &str| {
        let start = text.find(&format!("\"{name}\":\""))? + name.len() + 4;
        let length = text.get(start..)?.find('"')?;
        text.get(start..start + length)
    };
    let (id, tier, policy) = (member("event_id")?, member("tier")?, member("policy_id")?);
    Some(Told { id, tier, policy, hush: text.contains(HUSH) })
}

/// How the line of a record begins.
const BEGINNING: &[u8] = b"{\"type\":\"user\",\"uuid\":\"";

/// How it ends.
const ENDING: &[u8] = b"\"}}";

/// The number of the record that begins a transcript line, by its uuid.
pub(crate) fn number_of(line: &[u8]) -> Option<u32> {
    let digits = line.strip_prefix(BEGINNING)?.get(..8)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The id that an event must have: computed here anew from the promise that events are told apart by.
fn event_id(session: &str, uuid: &str) -> u128 {
    let id = PseudonymKey::new(&SECRET).pseudonym("event", &[session.as_bytes(), uuid.as_bytes(), b"user", b"0"]);
    u128::from_str_radix(&id.to_string(), 16).unwrap_or_default()
}
