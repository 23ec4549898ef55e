//! Columns of personal data that no check tells: dates of birth, numbers of passports, telephones, persons and licences, names
//! and coordinates.
//!
//! A name of such a column leads here; what has the form of its kind in the rows below is found, however far down.

mod beside;
mod dates;
mod numbers;
mod places;

use std::collections::HashSet;

use super::headings::{
    ADDRESSES, BIRTH_DATES, BIRTH_PLACES, COORDINATES, DEVICES, LICENCES, NAMES, NAMES_ABROAD, NATIONAL_IDS, OWNED,
    PASSPORTS, PHONES, PLATES, POSTCODES, SHORT_NAMES, TOWNS,
};
use super::{Column, is_quote};
use crate::detect::builtin::Builtin;
use crate::detect::context::assign::{self, Joint, Value};
use crate::detect::personal::{labelled, names};
use crate::detect::search::{AHEAD, Search, byte_at, name_start};
use crate::detect::sets::literals::{Literal, Target};
use beside::{has_both, is_beside_personal, is_degrees, is_in_address, is_joined};
use dates::{is_date, made};
pub(in crate::detect) use numbers::is_plate;
use numbers::{is_device, is_id, is_passport, is_phone};
use places::{is_coded_town, is_coordinate, is_house, is_postcode, is_town};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Personal {
    BirthDate,
    Passport,
    Phone,
    NationalId,
    Licence,
    Name,
    /// A latitude or a longitude, beside a column of the other.
    Coordinate,
    /// The plate of a vehicle.
    Plate,
    /// The hardware address of a device.
    Device,
    /// A street and the number of a house in it.
    Address,
    /// A town, beside a column of other data of persons.
    Town,
    /// The town where somebody was born.
    BirthPlace,
    /// The code of a town, beside such a column.
    Postcode,
    /// A name, where the column stands beside one of other data of persons.
    NameBeside,
    /// A known name, where the name of the column may be that of settings as well.
    KnownName,
    /// An address that names its parts, where addresses of machines may stand as well.
    KnownAddress,
}

/// Values of a list.
const LIST_MAX: usize = 256;

/// The names of such columns, each also with blanks in the place of what joins its words.
pub(in crate::detect) fn literals() -> impl Iterator<Item = Literal> {
    const KINDS: [(&str, Personal); 15] = [
        (BIRTH_DATES, Personal::BirthDate),
        (OWNED, Personal::BirthDate),
        (PASSPORTS, Personal::Passport),
        (PHONES, Personal::Phone),
        (NATIONAL_IDS, Personal::NationalId),
        (LICENCES, Personal::Licence),
        (NAMES, Personal::Name),
        (SHORT_NAMES, Personal::NameBeside),
        (TOWNS, Personal::Town),
        (BIRTH_PLACES, Personal::BirthPlace),
        (POSTCODES, Personal::Postcode),
        (COORDINATES, Personal::Coordinate),
        (PLATES, Personal::Plate),
        (DEVICES, Personal::Device),
        (ADDRESSES, Personal::Address),
    ];
    let listed = KINDS.iter().flat_map(|(names, kind)| names.split(", ").map(move |name| (name, *kind)));
    let names: Vec<_> = listed.chain(NAMES_ABROAD.iter().map(|name| (*name, Personal::Name))).collect();
    let known: HashSet<&str> = names.iter().map(|(name, _)| *name).collect();
    names.into_iter().flat_map(move |(name, kind)| {
        let spaced = Some(name.replace('_', " ")).filter(|spaced| !known.contains(spaced.as_str()));
        [Some(name.to_owned()), spaced].into_iter().flatten().map(move |name| Literal {
            bytes: name.into_bytes(),
            before: 0,
            ignore_case: true,
            target: Target::Column(kind),
        })
    })
}

impl Search<'_> {
    /// A name of a column of personal data may end at `end`; what stands beside a name has the same forms.
    pub(in crate::detect) fn personal_column(&mut self, kind: Personal, end: usize) {
        // What goes on otherwise is another name, or a sentence; escapes may stand for blanks and line ends.
        let rest = self.text.get(end..self.text.len().min(end + 1)).unwrap_or_default();
        if !rest.iter().all(|byte| b",;|)]}\"'`\\\t\r\n *=:<>".contains(byte)) {
            return;
        }
        // Most go on as sentences do.
        if rest == b" " && byte_at(self.text, end + 1).is_ascii_alphanumeric() {
            return;
        }
        if kind.has_rules() && is_joined(self.text.get(end..).unwrap_or_default())
            || kind == Personal::Coordinate
                && !self.text.get(..end).is_some_and(is_degrees)
                && !has_both(self.text, end)
            || kind.needs_another()
                && !(is_beside_personal(self.text, end) || kind == Personal::Town && is_in_address(self.text, end))
        {
            return;
        }
        self.work += 1;
        self.open(end, AHEAD);
        let place = self.window.place(end);
        let bytes = self.window.bytes();
        let start = name_start(bytes, place);
        let quotes = bytes.get(place..).unwrap_or_default().iter().take(2).take_while(|byte| is_quote(byte)).count();
        let close = place + quotes;
        let blanks = bytes.get(close..).unwrap_or_default().iter().take(64).take_while(|byte| **byte == b' ').count();
        let next = byte_at(bytes, close + blanks);
        let tab = blanks > 0 && self.window.depth(close) > 0;
        let gap = tab || bytes.get(close..close + 2) == Some(b"  ");
        if b"<,]}".contains(&next) && self.markup_column(Column::Personal(kind), start, place) {
            return;
        }
        if b"=:<>".contains(&next) {
            if kind.has_rules() {
                return;
            }
            self.personal_value(kind, start, place, close + blanks);
        } else if b",;|)\r\n\t\xe2".contains(&next) || gap {
            self.column(Column::Personal(kind), start, place, close);
            self.margins(end);
        }
    }

    /// The name `text[start..end]` of such a column stands in a script other than Latin, and may head a table.
    pub(in crate::detect) fn personal_heading(&mut self, kind: Personal, start: usize, end: usize) {
        let rest = self.text.get(end..).unwrap_or_default();
        let quotes = rest.iter().take(2).take_while(|byte| is_quote(byte)).count();
        let blanks = rest.iter().skip(quotes).take(64).take_while(|byte| **byte == b' ').count();
        let next = rest.get(quotes + blanks);
        if next.is_some_and(|byte| b",;|\t\r\n\\".contains(byte)) {
            self.work += 1;
            self.open(end, AHEAD);
            let [start, end] = [start, end].map(|at| self.window.place(at));
            self.column(Column::Personal(kind), start, end, end + quotes);
        }
    }

    /// Looks at the value beside the name `window[start..end]`; the sign that joins them stands at `sign`.
    fn personal_value(&mut self, kind: Personal, start: usize, end: usize, sign: usize) {
        let value = assign::value_after(&self.window, start, end).filter(|value| value.joint == Joint::Assigned);
        let found = self.found.len();
        if let Some(value) = value {
            self.judge_personal(kind, value);
            self.list_from(kind, self.window.offset(value.end));
        }
        if kind == Personal::BirthDate
            && self.found.len() == found
            && let Some((from, to)) = made(self.window.bytes(), sign)
        {
            self.report_places(Builtin::BirthDate, from, to);
        }
    }

    /// Looks at the further values of a list whose first one ends at the offset `at`: in quotes behind commas, or a line each.
    fn list_from(&mut self, kind: Personal, mut at: usize) {
        for _ in 0..LIST_MAX {
            self.open(at, AHEAD);
            let place = self.window.place(at);
            let rest = self.window.bytes().get(place..).unwrap_or_default();
            let gap = rest.iter().take(48).take_while(|byte| b"\"'`, \t\r\n-".contains(byte)).count();
            let parted = rest.get(..gap).unwrap_or_default().iter().any(|byte| b",\n".contains(byte));
            let value = rest.get(gap..).unwrap_or_default();
            let length = value.iter().take(48).take_while(|byte| !b"\"'`,]})\r\n".contains(byte)).count();
            let value = value.get(..length).unwrap_or_default().trim_ascii_end();
            let Some(builtin) = kind.builtin(value).filter(|_| parted) else { return };
            let (start, end) = (place + gap, place + gap + value.len());
            at = self.window.offset(end);
            self.report_places(builtin, start, end);
        }
    }

    /// Reports the value of a row when it has the form of its column.
    pub(super) fn judge_personal(&mut self, kind: Personal, place: Value) {
        let value = self.window.bytes().get(place.start..place.end).unwrap_or_default();
        let Some(builtin) = kind.builtin(value) else { return };
        self.report_places(builtin, place.start, place.end);
    }
}

impl Personal {
    /// What finds a value that has the form of this kind.
    fn builtin(self, value: &[u8]) -> Option<Builtin> {
        match self {
            Self::BirthDate => is_date(value).then_some(Builtin::BirthDate),
            Self::Passport => is_passport(value).then_some(Builtin::Passport),
            Self::Phone => is_phone(value).then_some(Builtin::Phone),
            Self::NationalId => is_id(value).then_some(Builtin::NationalId),
            Self::Licence => is_id(value).then_some(Builtin::Licence),
            Self::Name => {
                let named = names::is_cell(value) && !labelled::is_said(value) || labelled::is_parted_name(value);
                named.then_some(Builtin::PersonName)
            }
            Self::NameBeside => Self::Name.builtin(value),
            Self::Town | Self::BirthPlace => (is_town(value) || is_coded_town(value)).then_some(Builtin::StreetAddress),
            Self::Postcode => is_postcode(value).then_some(Builtin::StreetAddress),
            Self::KnownName => names::is_person(value).then_some(Builtin::PersonName),
            Self::Coordinate => is_coordinate(value).then_some(Builtin::Coordinates),
            Self::Plate => is_plate(value).then_some(Builtin::Plate),
            Self::Device => is_device(value).then_some(Builtin::Device),
            Self::Address => (is_house(value) || labelled::is_address(value)).then_some(Builtin::StreetAddress),
            Self::KnownAddress => Self::Address.builtin(value).filter(|_| labelled::has_parts_of_address(value)),
        }
    }

    /// The kind whose values show by themselves what they are, where there is one.
    pub(in crate::detect) fn known(self) -> Self {
        if self == Self::Name {
            Self::KnownName
        } else if self == Self::Address {
            Self::KnownAddress
        } else {
            self
        }
    }

    /// Whether columns of this kind head tables of other things as well.
    fn needs_another(self) -> bool {
        matches!(self, Self::Town | Self::Postcode | Self::NameBeside)
    }

    /// Whether rules find a value right behind its name, so that only rows below it are left to look at.
    fn has_rules(self) -> bool {
        match self {
            Self::Phone
            | Self::NationalId
            | Self::Licence
            | Self::Name
            | Self::Coordinate
            | Self::Plate
            | Self::Device
            | Self::Address
            | Self::Postcode
            | Self::NameBeside
            | Self::KnownName
            | Self::KnownAddress => true,
            Self::BirthDate | Self::Passport | Self::Town | Self::BirthPlace => false,
        }
    }
}
