//! Columns of personal data that no check tells: dates of birth, numbers of passports, telephones, persons and licences, names
//! and coordinates.
//!
//! A name of such a column leads here; what has the form of its kind in the rows below is found, however far down.

use std::sync::LazyLock;

use super::headings::{
    ADDRESSES, BIRTH_DATES, COORDINATES, DEVICES, LICENCES, NAMES, NAMES_ABROAD, NATIONAL_IDS, OWNED, PASSPORTS,
    PHONES, PLATES, POSTCODES, SHORT_NAMES, TOWNS,
};
use super::{Column, is_quote};
use crate::detect::builtin::Builtin;
use crate::detect::context::assign::{self, Joint, Value};
use crate::detect::personal::labelled;
use crate::detect::personal::names;
use crate::detect::rule::Validator;
use crate::detect::search::{AHEAD, Search, byte_at, name_start};
use crate::detect::sets::lexicon::Words;
use crate::detect::sets::literals::{Literal, Target};

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
    /// The code of a town, beside such a column.
    Postcode,
    /// A name, where the column stands beside one of other data of persons.
    NameBeside,
    /// A known name, where the name of the column may be that of settings as well.
    KnownName,
    /// An address that names its parts, where addresses of machines may stand as well.
    KnownAddress,
}

/// What names of columns of persons hold beside which a name, a town or its code is somebody's.
const TELLING: [&str; 30] = [
    "mail",
    "phone",
    "telef",
    "mobil",
    "dob",
    "birth",
    "geburt",
    "naissance",
    "nacimiento",
    "nascita",
    "nascimento",
    "urodz",
    "f\u{f6}dd",
    "first",
    "surname",
    "last_name",
    "lastname",
    "forename",
    "prenom",
    "pr\u{e9}nom",
    "cognome",
    "apellido",
    "nachname",
    "jmeno",
    "passport",
    "street",
    "address",
    "anschrift",
    "indirizzo",
    "direcci",
];
/// What keys of streets hold.
const STREET_KEYS: [&str; 12] = [
    "street",
    "address",
    "adres",
    "stra\u{df}e",
    "strasse",
    "anschrift",
    "indirizzo",
    "direcci",
    "endere",
    "morada",
    "calle",
    "ulic",
];
/// Bytes of a date that is made by a call or told by its parts.
const MADE_MAX: usize = 64;
/// Bytes of a street with its number, and of a town behind it.
const HOUSE_MAX: usize = 96;
/// Values of a list.
const LIST_MAX: usize = 256;

/// The names of such columns, each also with blanks in the place of what joins its words.
pub(in crate::detect) fn literals() -> impl Iterator<Item = Literal> {
    const KINDS: [(&[&str], Personal); 15] = [
        (BIRTH_DATES, Personal::BirthDate),
        (OWNED, Personal::BirthDate),
        (PASSPORTS, Personal::Passport),
        (PHONES, Personal::Phone),
        (NATIONAL_IDS, Personal::NationalId),
        (LICENCES, Personal::Licence),
        (NAMES, Personal::Name),
        (SHORT_NAMES, Personal::NameBeside),
        (TOWNS, Personal::Town),
        (POSTCODES, Personal::Postcode),
        (NAMES_ABROAD, Personal::Name),
        (COORDINATES, Personal::Coordinate),
        (PLATES, Personal::Plate),
        (DEVICES, Personal::Device),
        (ADDRESSES, Personal::Address),
    ];
    let names = KINDS.iter().flat_map(|(names, kind)| names.iter().map(move |name| (*name, *kind)));
    let spaced = |name: &str| {
        let spaced = name.replace('_', " ");
        let listed = KINDS.iter().any(|(names, _)| names.contains(&spaced.as_str()));
        (!listed).then_some(spaced)
    };
    names.flat_map(move |(name, kind)| {
        [Some(name.to_owned()), spaced(name)].into_iter().flatten().map(move |name| Literal {
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
            Self::Town => is_town(value).then_some(Builtin::StreetAddress),
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
            Self::BirthDate | Self::Passport | Self::Town => false,
        }
    }
}

/// Whether another column of data of persons stands in the line of the name of a column that ends at `end`: `nom;prenom`, `name,dob`,
/// `city,phone`.
fn is_beside_personal(text: &[u8], end: usize) -> bool {
    const BESIDE: usize = 128;
    static OTHERS: LazyLock<Words> = LazyLock::new(|| Words::new(TELLING));
    // A sign that parts cells, or a column of blanks, follows.
    let behind = text.get(end..text.len().min(end + BESIDE)).unwrap_or_default();
    let quote = usize::from(behind.first().is_some_and(|byte| b"\"'`".contains(byte)));
    let parted = match behind.get(quote..) {
        Some(
            [b',' | b';' | b'|' | b'\t' | b'\r' | b'\n', ..]
            | [b' ', b' ' | b'|', ..]
            | [b'\\', b't' | b'n' | b'r' | b'"', ..],
        ) => true,
        Some(rest) => rest.is_empty(),
        None => false,
    };
    if !parted {
        return false;
    }
    let before = text.get(end.saturating_sub(BESIDE)..end).unwrap_or_default();
    let escape = memchr::memmem::rfind(before, b"\\n").map(|at| at + 2);
    let line = memchr::memrchr2(b'\r', b'\n', before).map(|at| at + 1).max(escape).unwrap_or(0);
    let stop = memchr::memchr2(b'\r', b'\n', behind).unwrap_or(behind.len());
    let stop = memchr::memmem::find(behind, b"\\n").map_or(stop, |escape| escape.min(stop));
    [before.get(line..), behind.get(..stop)].into_iter().flatten().any(|part| OTHERS.occur_in(part))
}

/// Whether the key of a street stands near the one that ends at `end`, and a sign joins that one to its value:
/// `"street": "…", "city": "…"`.
fn is_in_address(text: &[u8], end: usize) -> bool {
    const APART: usize = 96;
    static STREETS: LazyLock<Words> = LazyLock::new(|| Words::new(STREET_KEYS));
    if !is_joined(text.get(end..text.len().min(end + 8)).unwrap_or_default()) {
        return false;
    }
    // Another record lies behind a brace.
    let before =
        text.get(end.saturating_sub(APART)..end).unwrap_or_default().rsplit(|byte| b"{}".contains(byte)).next();
    let behind =
        text.get(end..text.len().min(end + APART)).unwrap_or_default().split(|byte| b"{}".contains(byte)).next();
    [before, behind].into_iter().flatten().any(|part| STREETS.occur_in(part))
}

/// Whether a sign joins a name to its value in the text behind the name, perhaps behind a quote.
fn is_joined(rest: &[u8]) -> bool {
    let next = rest.iter().take(8).find(|byte| !b"\"'`\\ ".contains(byte));
    next.is_some_and(|byte| b":=".contains(byte))
}

/// What makes a date behind the sign at `sign`: `date(1984, 3, 12)`, `new Date("1984-03-12")`, `{"year": 1984, "month": 3, "day": 12}`.
fn made(text: &[u8], sign: usize) -> Option<(usize, usize)> {
    let rest = text.get(sign..text.len().min(sign + MADE_MAX))?;
    let maker = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic() || b"=: ._".contains(byte)).count();
    let close = match rest.get(maker)? {
        b'(' => b')',
        b'{' => b'}',
        _ => return None,
    };
    let inner = rest.get(maker + 1..)?;
    let inner = inner.get(..memchr::memchr(close, inner)?)?;
    let plain = |byte: &u8| byte.is_ascii_digit() || b"-/.".contains(byte);
    let parts: Vec<u8> = inner.iter().map(|byte| if plain(byte) { *byte } else { b' ' }).collect();
    let head = parts.len() - parts.trim_ascii_start().len();
    let date = parts.trim_ascii();
    let from = sign + maker + 1 + head;
    is_date(date).then_some((from, from + date.len()))
}

/// A date as people and programs write it, perhaps with a time.
fn is_date(value: &[u8]) -> bool {
    let time = value.iter().position(|byte| b"T ".contains(byte)).filter(|at| *at >= 8 && value.contains(&b':'));
    let date = value.get(..time.unwrap_or(value.len())).unwrap_or_default();
    let mut groups = date.split(|byte| b"-/. ,".contains(byte)).filter(|group| !group.is_empty());
    let groups = [groups.next(), groups.next(), groups.next(), groups.next()];
    let number = |group: &[u8]| group.len() <= 4 && group.iter().all(u8::is_ascii_digit);
    let month = |group: &[u8]| group.len() >= 3 && group.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    let year = |group: &[u8]| group.len() == 4 && (group.starts_with(b"19") || group.starts_with(b"20"));
    match groups {
        [Some(one), None, None, None] => {
            one.len() == 8 && one.iter().all(u8::is_ascii_digit) && one.get(..4).is_some_and(year)
        }
        [Some(a), Some(b), Some(c), None] => {
            number(a) && number(b) && number(c) && (year(a) || year(c) || is_short([a, b, c]))
                || year(c) && number(c) && (number(a) && month(b) || month(a) && number(b))
        }
        [Some(_) | None, ..] => false,
    }
}

/// `12.3.84`, and no version.
fn is_short(groups: [&[u8]; 3]) -> bool {
    groups.iter().all(|group| group.len() <= 2) && groups.iter().filter(|group| group.len() == 2).count() >= 2
}

fn is_passport(value: &[u8]) -> bool {
    // `4510 123456`: a series before the number.
    let series = matches!(value, [a, b, c, d, b' ', number @ ..] if number.len() == 6
        && [a, b, c, d].into_iter().chain(number).all(u8::is_ascii_digit));
    series
        || value.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && Validator::Passport.accepts(value, 0..value.len())
}

/// A telephone number of any country, with nothing but the signs that part its groups. Counts are shorter than a row of digits
/// alone, and fractions have one point.
fn is_phone(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let dots = value.iter().filter(|byte| **byte == b'.').count();
    let plain = digits == value.len() || digits + dots == value.len() && dots == 1;
    value.iter().all(|byte| byte.is_ascii_digit() || b" +-./()".contains(byte))
        && value.first().is_some_and(|byte| byte.is_ascii_digit() || b"+(".contains(byte))
        && (!plain || dots == 0 && digits >= 8)
        && Validator::NamedPhone.accepts(value, 0..value.len())
}

/// Whether a name that ends here is nothing but that of a coordinate.
fn is_degrees(head: &[u8]) -> bool {
    head.len().checked_sub(4).and_then(|from| head.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(b"tude"))
}

/// Whether the names of both coordinates stand near `at`: latency is called `lat` as well.
fn has_both(text: &[u8], at: usize) -> bool {
    const HEAD: usize = 96;
    let near = text.get(at.saturating_sub(HEAD)..text.len().min(at + HEAD)).unwrap_or_default().to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&near, word).is_some();
    has(b"lat") && (has(b"lng") || has(b"lon"))
}

/// Degrees with four digits behind their point at least: so many tell a house.
fn is_coordinate(value: &[u8]) -> bool {
    let degrees = value.strip_prefix(b"-").unwrap_or(value);
    let mut parts = degrees.split(|byte| *byte == b'.');
    let [whole, fraction] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    parts.next().is_none()
        && (1..=3).contains(&whole.len())
        && (4..=15).contains(&fraction.len())
        && whole.iter().chain(fraction).all(u8::is_ascii_digit)
        && Validator::Measured.accepts(value, 0..value.len())
}

/// The number of a person or of a person's document: no date, no hash and no number of a row.
fn is_id(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let signs = value.iter().filter(|byte| b" ./-()+".contains(byte)).count();
    digits + letters + signs == value.len()
        && (8..=20).contains(&value.len())
        && (digits >= 8 || letters > 0)
        && signs <= 5
        && !is_date(value)
        && Validator::NamedId.accepts(value, 0..value.len())
}

/// `M-AB 1234`, `AB12 CDE`, `7ABC123`: capitals and digits in up to three groups.
fn is_plate(value: &[u8]) -> bool {
    let count = |of: fn(&u8) -> bool| value.iter().filter(|byte| of(byte)).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase));
    let signs = count(|byte| b" -".contains(byte));
    digits + letters + signs == value.len()
        && (1..=5).contains(&digits)
        && (1..=6).contains(&letters)
        && (5..=8).contains(&(digits + letters))
        && signs <= 2
        && [value.first(), value.last()].iter().flatten().all(|byte| byte.is_ascii_alphanumeric())
}

/// Six bytes in hex, with any of the signs that part them or none.
fn is_device(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    let signs = value.len() - digits.len();
    let sign = value.iter().find(|byte| !byte.is_ascii_hexdigit());
    let width = match (sign, signs) {
        (None, 0) => 12,
        (Some(b':' | b'-'), 5) => 2,
        (Some(b'.' | b'-' | b':'), 2) => 4,
        _ => return false,
    };
    let groups = || value.split(|byte| Some(byte) == sign);
    // Digits alone count something where nothing parts them.
    let lettered = signs > 0 || digits.iter().any(u8::is_ascii_alphabetic);
    let (pairs, _) = digits.as_chunks::<2>();
    let parted: Vec<&[u8]> = pairs.iter().map(<[u8; 2]>::as_slice).collect();
    lettered && groups().all(|group| group.len() == width) && Validator::DeviceMac.accepts(&parted.join(&b':'), 0..17)
}

/// One to four words of letters, of which the first begins with a capital.
fn is_town(value: &[u8]) -> bool {
    const TOWN_MAX: usize = 40;
    let is_inside = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80 || b" -'./".contains(byte);
    let first = value.first().is_some_and(|first| first.is_ascii_uppercase() || *first >= 0xc3);
    (3..=TOWN_MAX).contains(&value.len())
        && first
        && value.iter().all(is_inside)
        && value.iter().filter(|byte| **byte == b' ').count() < 4
        // `city: String`
        && !names::is_ordinary(value)
        && !labelled::is_said(value)
}

/// `10115`, `00-238`, `SW1A 2AB`: digits and capitals.
fn is_postcode(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let signs = value.iter().filter(|byte| b" -".contains(byte)).count();
    digits + letters + signs == value.len()
        && signs <= 1
        && value.first().is_some_and(u8::is_ascii_alphanumeric)
        && (letters == 0 && (4..=9).contains(&digits) || (2..=6).contains(&digits) && (1..=5).contains(&letters))
        && (4..=10).contains(&value.len())
}

/// Words with a number beside them, as houses have: no host, no port, no path and no address in memory.
fn is_house(value: &[u8]) -> bool {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || b" ,.'/#-".contains(byte);
    let mut words = value.split(|byte| b" ,".contains(byte)).filter(|word| !word.is_empty());
    let number = |word: &&[u8]| {
        let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        (1..=5).contains(&digits) && word.len() - digits <= 2
    };
    let name = |word: &&[u8]| {
        word.len() >= 3 && word.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80 || b"-'.".contains(byte))
    };
    // `Am Markt 6` is no hour.
    let street = value.strip_prefix(b"Am ").unwrap_or(value);
    let capital = |word: &[u8]| word.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
    value.len() <= HOUSE_MAX
        && value.iter().all(inside)
        && words.clone().any(|word| number(&word))
        && words.clone().any(|word| name(&word) && capital(word))
        && !words.any(|word| word.windows(2).any(|pair| pair == b"//"))
        && Validator::Address.accepts(street, 0..street.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_passports_are_told_from_other_cells() {
        for date in [
            "1984-03-12",
            "12.03.1984",
            "3/12/84",
            "12/03/84",
            "19840312",
            "12 Mar 1984",
            "March 12, 1984",
            "1984/3/12",
            "1984-03-12 00:00:00",
            "1984-03-12T00:00:00Z",
            "12. M\u{e4}rz 1984",
        ] {
            assert!(is_date(date.as_bytes()), "{date}");
        }
        for other in
            ["", "DATE", "date", "1984", "12345678", "NOT NULL", "1.2.3", "10.0.0.1", "varchar(10)", "a b 1984"]
        {
            assert!(!is_date(other.as_bytes()), "{other}");
        }
        assert!(is_passport(b"X1234567"));
        assert!(is_passport(b"533380006"));
        for other in ["", "yes", "VALID", "x1234567", "TEXT", "11111111", "X12"] {
            assert!(!is_passport(other.as_bytes()), "{other}");
        }
        for phone in ["605 392 897", "02/58276026", "(01) 711 4131", "9587 0087", "13866044069", "01.42.68.53.10"] {
            assert!(is_phone(phone.as_bytes()), "{phone}");
        }
        for other in
            ["", "1234567", "4155551.5", "0.12345678", "2024-03-02", "10.20.30.40", "n/a", "varchar(20)", "4000 kg"]
        {
            assert!(!is_phone(other.as_bytes()), "{other}");
        }
        assert!(is_passport(b"4510 123456") && !is_passport(b"4510 12345"));
        for town in ["K\u{f6}ln", "Little Missenden", "Saint-Denis"] {
            assert!(is_town(town.as_bytes()), "{town}");
        }
        for other in ["", "NULL", "String", "eu-west-1", "Room 4", "Iu"] {
            assert!(!is_town(other.as_bytes()), "{other}");
        }
        for code in ["10115", "00-238", "SW1A 2AB", "1016 HP", "D04 X2T9"] {
            assert!(is_postcode(code.as_bytes()), "{code}");
        }
        for other in ["", "12", "1.2.3", "TEXT", "2024-03-02", "0x1234"] {
            assert!(!is_postcode(other.as_bytes()), "{other}");
        }
        assert!(is_beside_personal(b"id,name,dob\n", 7) && is_beside_personal(b"city\tPhone\n", 4));
        assert!(is_in_address(b"{\"street\":\"Quelweg 8\",\"city\":\"Ulm\"}", 28));
        assert!(!is_in_address(b"{\"host\":\"a\",\"city\":\"Ulm\"}", 18) && !is_in_address(b"street, city, zip", 12));
        assert!(!is_beside_personal(b"id,name,type\n", 7) && !is_beside_personal(b"f(name) # phone\n", 6));
        for degrees in ["48.2082", "-122.419416", "7.44744"] {
            assert!(is_coordinate(degrees.as_bytes()), "{degrees}");
        }
        for other in ["", "12", "48.21", "1.2.3456", "-", "2024.12345", "48.33333333"] {
            assert!(!is_coordinate(other.as_bytes()), "{other}");
        }
        assert!(has_both(b"id,lat,lng\n", 6) && !has_both(b"host,lat,bw\n", 8));
        for plate in ["M-AB 1234", "AB12 CDE", "7ABC123", "AB-123-CD", "KA 05 MG"] {
            assert!(is_plate(plate.as_bytes()), "{plate}");
        }
        for other in ["", "tectonic", "96", "12345", "A1", "2024-03-02", "NONE", "AB-123-CD-5", "Q3 2024 "] {
            assert!(!is_plate(other.as_bytes()), "{other}");
        }
        for device in ["3c22.fb9a.107e", "3C22FB9A107E", "3c:22:fb:9a:10:7e", "3c-22-fb-9a-10-7e", "3c22-fb9a-107e"] {
            assert!(is_device(device.as_bytes()), "{device}");
        }
        for other in ["", "123456789012", "3c22.fb9a", "ffff.ffff.ffff", "3c22fb9a107e11", "1.2.3", "ab:cd"] {
            assert!(!is_device(other.as_bytes()), "{other}");
        }
        for house in [
            "12 Elm Street",
            "N\u{f8}rregade 9",
            "Flat 432, Sector 78",
            "C/ Mayor, 36, 3\u{ba} B",
            "ul. D\u{142}uga 7",
            "Am Alten Markt 6",
            "Dlouh\u{e1} 525/91",
        ] {
            assert!(is_house(house.as_bytes()), "{house}");
        }
        for other in
            ["", "10.0.0.4:5432", "0x7ffe0010", "main street", "Berlin", "tcp 80", "http://a.B/1", "8080", "Port 22"]
        {
            assert!(!is_house(other.as_bytes()), "{other}");
        }
        for id in ["263683072", "8434904M", "230566-2654", "722 775 0116", "NA 88 28 45 B"] {
            assert!(is_id(id.as_bytes()), "{id}");
        }
        for other in
            ["", "1041", "100234", "2024-03-02", "2024-03-02 10:11", "yes", "0f9e8d7c0f9e8d7c", "11111111", "TEXT"]
        {
            assert!(!is_id(other.as_bytes()), "{other}");
        }
    }
}
