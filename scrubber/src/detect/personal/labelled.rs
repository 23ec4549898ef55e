//! The part of a search that looks at what stands beside a label in a script other than Latin: names, addresses and dates of birth of
//! persons, `姓名：…`, `住所: …`, `생년월일: …`, `ФИО: …`. The names of columns of tables in these scripts are told here as well.
//!
//! Rules begin where a word of ASCII letters or digits does, and these values have none. Only a label with a colon behind it
//! counts: without one the next word of a sentence looks the same.

use std::sync::LazyLock;

use crate::detect::builtin::Builtin;
use crate::detect::context::columns::Personal;
use crate::detect::context::foreign::PairSet;
use crate::detect::personal::names;
use crate::detect::search::Search;

mod bare;
mod labels;
mod said;
mod told;
mod values;

pub(in crate::detect) use said::is_said;
pub(in crate::detect) use values::{has_parts_of_address, is_address, is_date, is_parted_name};

use bare::{BARE, Beside, is_beside};
use labels::{GIVEN, HEADINGS, Kind, LABELS, NAME_PARTS};
use values::{address, blanks, date, name, name_in_cyrillic, part_of_name};

/// No label takes more bytes.
const LABEL_MAX: usize = 48;
/// Bytes of an address.
const ADDRESS_MAX: usize = 160;
/// Bytes around the key of a given name in which that of a family name stands.
const PARTS_APART: usize = 96;
/// How letters in Russian and Ukrainian end, but for the first letter.
const FAREWELLS: [&str; 2] = ["важением", "овагою"];

impl Search<'_> {
    /// A colon of double width stands at `colon`.
    pub(in crate::detect) fn wide_colon(&mut self, colon: usize) {
        self.labelled(colon, colon + "：".len());
        self.told_behind(colon);
    }

    /// Characters beyond ASCII end at `end`, and a colon may follow, behind the quote of a key.
    pub(in crate::detect) fn label_end(&mut self, end: usize) {
        let rest = self.text.get(end..self.text.len().min(end + 8)).unwrap_or_default();
        let quote = rest.iter().take_while(|byte| b"\\\"'`*".contains(byte)).count();
        if rest.get(quote) == Some(&b':') {
            self.labelled(end, end + quote + 1);
            if rest.first().is_some_and(|byte| b"\\\"'".contains(byte)) {
                self.named_in_part(end, end + quote + 1);
            }
        } else if let Some(line) = [b",\n".as_slice(), b",\\n"].iter().find(|line| rest.starts_with(line))
            && self.text.get(..end).is_some_and(|head| FAREWELLS.iter().any(|word| head.ends_with(word.as_bytes())))
        {
            self.signed_in_cyrillic(end + line.len());
        } else if rest.starts_with(b". ") && self.text.get(..end).is_some_and(|head| head.ends_with("ул".as_bytes()))
        {
            self.street_of_russia(end);
        }
    }

    /// Characters beyond ASCII end at `end`: a name of a column may, before a sign that parts cells or at the end of its line.
    pub(in crate::detect) fn heading_end(&mut self, end: usize) {
        let text = self.text;
        // `ת.ז.`: short forms end with a full stop.
        let end = end + usize::from(text.get(end) == Some(&b'.'));
        if !may_head(text, end) {
            return;
        }
        let near = text.get(end.saturating_sub(LABEL_MAX)..end).unwrap_or_default();
        // At the end of its line it is the last of several, or no heading.
        let last = match text.get(end..) {
            Some([b'\r' | b'\n', ..] | [b'\\', b'r' | b'n', ..]) => true,
            Some(_) | None => false,
        };
        // All of its cell, or else words that end like it come before.
        let is_whole = |label: &&&str| {
            let head = near.strip_suffix(label.as_bytes());
            head.is_some_and(|head| {
                let begins = head.last().is_none_or(|byte| b",;|\t\n\"'` ".contains(byte))
                    || [b"\\n", b"\\t"].iter().any(|escape| head.ends_with(*escape));
                begins && (!last || follows_cell(head))
            })
        };
        let found = HEADINGS.iter().find_map(|(kind, labels)| Some((*kind, *labels.iter().find(is_whole)?)));
        if let Some((kind, label)) = found {
            let start = end - label.len();
            // Of no town is it known by itself whose it is, and departments have some.
            let town = matches!(kind, Personal::Town | Personal::Postcode);
            let beside = if town { Beside::Person } else { Beside::Employee };
            let sure = !BARE.contains(&label) || is_beside(beside, text, start, end);
            if sure || !town {
                self.personal_heading(if sure { kind } else { kind.known() }, start, end);
            }
        }
    }

    /// A label may end at `end`, and its value begin behind `at`.
    fn labelled(&mut self, end: usize, at: usize) {
        let text = self.text;
        let near = text.get(end.saturating_sub(LABEL_MAX)..end).unwrap_or_default();
        let kind = LABELS.iter().find(|(_, labels)| labels.iter().any(|label| near.ends_with(label.as_bytes())));
        let Some((kind, _)) = kind else { return };
        self.work += 1;
        let start = at + blanks(text.get(at..).unwrap_or_default());
        let rest = text.get(start..text.len().min(start + ADDRESS_MAX)).unwrap_or_default();
        let (builtin, length) = match kind {
            Kind::Name => (Builtin::PersonName, name(rest)),
            Kind::Party => {
                (Builtin::PersonName, name(rest).filter(|length| rest.get(..*length).is_some_and(names::is_person)))
            }
            Kind::Address => (Builtin::StreetAddress, address(rest)),
            Kind::Birth => (Builtin::BirthDate, date(rest)),
        };
        if let Some(length) = length {
            self.report(builtin, start, start + length);
        }
    }

    /// `"фамилия": "…"`: one word is enough beside a key in quotes that ends at `end`, in a value in quotes that starts behind `at`.
    fn named_in_part(&mut self, end: usize, at: usize) {
        let text = self.text;
        let near = text.get(end.saturating_sub(LABEL_MAX)..end).unwrap_or_default();
        let is_key = |key: &&str| {
            near.strip_suffix(key.as_bytes()).and_then(<[u8]>::last).is_some_and(|quote| b"\"'".contains(quote))
        };
        let around = || text.get(at.saturating_sub(PARTS_APART)..text.len().min(at + PARTS_APART)).unwrap_or_default();
        let beside = || NAME_PARTS.iter().any(|part| memchr::memmem::find(around(), part.as_bytes()).is_some());
        let sure = NAME_PARTS.iter().any(is_key) || GIVEN.iter().any(is_key) && beside();
        if !sure {
            return;
        }
        self.work += 1;
        let start = at + blanks(text.get(at..).unwrap_or_default());
        let quoted = text.get(start.wrapping_sub(1)).is_some_and(|byte| b"\"'".contains(byte));
        let rest = text.get(start..text.len().min(start + ADDRESS_MAX)).unwrap_or_default();
        if let Some(length) = part_of_name(rest).filter(|_| quoted) {
            self.report(Builtin::PersonName, start, start + length);
        }
    }

    /// `С уважением,`, and a name that is all of the next line, which starts at `start`.
    fn signed_in_cyrillic(&mut self, start: usize) {
        let rest = self.text.get(start..self.text.len().min(start + ADDRESS_MAX)).unwrap_or_default();
        let alone = |length: &usize| rest.get(*length).is_none_or(|byte| b"\r\n\\,\"".contains(byte));
        if let Some(length) = name_in_cyrillic(rest).filter(alone) {
            self.report(Builtin::PersonName, start, start + length);
        }
    }

    /// `ул. Ленина, д. 14, кв. 7`, `вул. Соборна, 5`: a street behind its short form, which ends at `end`.
    fn street_of_russia(&mut self, end: usize) {
        let start = end - "ул".len();
        let ukrainian = self.text.get(..start).is_some_and(|head| head.ends_with("в".as_bytes()));
        let start = if ukrainian { start - "в".len() } else { start };
        let rest = self.text.get(end..self.text.len().min(end + ADDRESS_MAX)).unwrap_or_default();
        let inside =
            |byte: &u8| matches!(byte, 0xd0 | 0xd1 | 0x80..=0xbf) || byte.is_ascii_digit() || b" .,-/".contains(byte);
        let part = rest.get(..rest.iter().position(|byte| !inside(byte)).unwrap_or(rest.len())).unwrap_or_default();
        let digit = part.iter().rposition(u8::is_ascii_digit);
        let upper = |pair: &[u8]| matches!(pair, [b' ', 0xd0, ..]);
        if let Some(digit) = digit.filter(|_| part.windows(2).any(upper)) {
            self.report(Builtin::StreetAddress, start, end + digit + 1);
        }
    }
}

/// Whether the name of a column may end before `end`, by its last two bytes.
#[inline]
fn may_head(text: &[u8], end: usize) -> bool {
    static LAST: LazyLock<PairSet> = LazyLock::new(|| {
        PairSet::of_ends(HEADINGS.iter().flat_map(|(_, labels)| labels.iter().map(|label| label.as_bytes())))
    });
    LAST.holds_end(text.get(..end).unwrap_or_default())
}

/// Whether a sign that parts cells ends `head`, before blanks.
fn follows_cell(head: &[u8]) -> bool {
    head.last() == Some(&b'\t')
        || head.ends_with(b"\\t")
        || head.trim_ascii_end().last().is_some_and(|byte| b",;|".contains(byte))
}
