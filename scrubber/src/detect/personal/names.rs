//! Finds names of people where the text says that one stands there, and pairs of words that are names anywhere.
//!
//! Three things lead here, all of them rare: two words with capitals in a row of which the first is a known name or stands where a
//! key's value begins; a *cue* after which a name is due (`Hi`, `Regards,`, `Dr.`, `firstName`); and a mailbox, `Name <user@host>`.
//! Names in notices of copyright are public and stay, and so do those of
//! programs that sign commits. Names in small letters and single names without a cue are not looked for.

use std::ops::Range;

use super::streets;
use crate::detect::builtin::Builtin;
use crate::detect::context::columns::Personal;
use crate::detect::search::{Search, byte_at, name_start};
pub(in crate::detect) use abroad::{abroad, is_person, may_be_abroad};
pub(in crate::detect) use cue::{Cue, literals, with_ends, without_end};

use cue::TOLD;
use gazetteer::class;
use read::{Context, Part, due_length, name_length, parts};
use values::{attribute_value, field_value, record_value};

mod abroad;
mod addressed;
mod beside;
mod context;
mod cue;
mod fields;
mod gazetteer;
mod mailbox;
mod other;
mod program;
mod read;
mod values;

/// A name and what stands around it fit into so many bytes.
const NEAR: usize = 160;
/// Whether the word that ends at `end` with a capital at its start may begin a name, by the bytes after it.
#[inline]
pub(in crate::detect) fn may_go_on(text: &[u8], end: usize, next: u8) -> bool {
    match next {
        b' ' => {
            let first = byte_at(text, end + 1);
            first.is_ascii_uppercase() || first.is_ascii_digit() || first >= 0x80 || is_particle_start(text, end + 1)
        }
        b',' => {
            let first = byte_at(text, end + 1);
            first.is_ascii_uppercase() || first == b' ' && byte_at(text, end + 2).is_ascii_uppercase()
        }
        b'\'' | b'"' => byte_at(text, end + 1) == b',',
        b'\t' => byte_at(text, end + 1).is_ascii_uppercase(),
        b'-' => byte_at(text, end + 1).is_ascii_alphabetic(),
        b':' => is_in_chat(text, end),
        b'.' => {
            let (last, first) = (byte_at(text, end - 1), byte_at(text, end + 2));
            let goes_on = || first.is_ascii_uppercase() || is_particle_start(text, end + 2);
            let initial = || last.is_ascii_uppercase() && goes_on() && is_keyed(text, end - 1);
            byte_at(text, end + 1) == b' ' && (first.is_ascii_digit() && last == b'r' || initial())
        }
        b'\\' => match byte_at(text, end + 1) {
            b'"' => byte_at(text, end + 2) == b',',
            b't' => byte_at(text, end + 2).is_ascii_uppercase(),
            letter => letter == b'u',
        },
        _ => next >= 0xc3,
    }
}

/// `[10:02] Anna: …`: whether a time in brackets stands before the word that ends at `end`.
fn is_in_chat(text: &[u8], end: usize) -> bool {
    const WORD_MAX: usize = 20;
    let head = text.get(..end).unwrap_or_default();
    let letters = head.iter().rev().take(WORD_MAX).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let before = head.get(..end - letters).unwrap_or_default();
    byte_at(text, end + 1) == b' '
        && matches!(before, [.., b':', a, b, b']', b' '] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// Whether a sign and a blank, or a quote, stand before `start`, as between a key and its value.
fn is_keyed(text: &[u8], start: usize) -> bool {
    let before = byte_at(text, start.wrapping_sub(1));
    b"\"'".contains(&before) || before == b' ' && b":=".contains(&byte_at(text, start.wrapping_sub(2)))
}

/// `van`, `von`, `de`, `del`, `di`, `da`, `dos`, `bin`, `al` by their first two letters.
#[inline]
fn is_particle_start(text: &[u8], at: usize) -> bool {
    matches!(text.get(at..at + 2), Some(b"va" | b"vo" | b"de" | b"di" | b"da" | b"do" | b"bi" | b"al"))
}

impl Search<'_> {
    /// A word that begins with a capital stands at `start`, and [`may_go_on`] says that another may follow it.
    #[inline(never)]
    pub(in crate::detect) fn capitals(&mut self, start: usize, end: usize) {
        let text = self.text;
        let word = text.get(start..end).unwrap_or_default();
        let follows = byte_at(text, end);
        if follows == b':' {
            let known = class(word);
            if known.is_given() && known.is_only_name() && !program::is_program(text.get(start..).unwrap_or_default()) {
                self.report(Builtin::PersonName, start, end);
            }
            return;
        }
        let escape = follows == b'\\' && byte_at(text, end + 1) == b'"';
        if escape || b"\"'\t".contains(&follows) || follows == b',' && byte_at(text, end + 1) != b' ' {
            self.cells(start, end);
            return;
        }
        let longer = || (follows == b'-' || follows >= 0x80) && streets::may_be_house(text, end);
        if byte_at(text, end + 1).is_ascii_digit()
            || follows == b'.'
            || (follows >= 0x80 && end - start > 3)
            || longer()
        {
            self.house(start, end);
        }
        let before = byte_at(text, start.wrapping_sub(1));
        let ends_here = b" ,-".contains(&byte_at(text, end));
        // The value of a key begins after a quote or a sign and a space.
        let opens =
            b"\"'`>=[(".contains(&before) || (before == b' ' && b":=r".contains(&byte_at(text, start.wrapping_sub(2))));
        // The second half of a double name begins none.
        let joined = before == b'-' && byte_at(text, start.wrapping_sub(2)).is_ascii_alphabetic();
        if word.len() > 20 || joined || (ends_here && !opens && !class(word).is_name()) || self.is_found(start) {
            return;
        }
        self.open(start, NEAR);
        let place = self.window.place(start);
        let bytes = self.window.bytes();
        let head = bytes.get(..place).unwrap_or_default();
        let read = parts(bytes, place);
        let context = context::before(head);
        let found = if byte_at(text, end) == b',' {
            listed(bytes, &read, place)
        } else {
            name_length(&read, context).and_then(|count| read.get(count - 1)).map(|last| last.end)
        };
        if let Some(stop) = found
            && !context::is_place(head)
            && !other::is_other(bytes.get(place..stop).unwrap_or_default())
            && (context == Context::Strong
                || (!context::is_translation(head) || are_names(&read, stop))
                    && !is_of_a_thing(bytes, place, stop)
                    && !bytes.get(place..stop).is_some_and(context::is_site))
            && !context::is_copyright(head)
            && !program::is_program(bytes.get(place..).unwrap_or_default())
        {
            self.report_places(Builtin::PersonName, place, stop);
        }
    }

    /// A word that begins with a capital may fill a cell of a row, and another the next: `'Anna', 'Schmidt'`, `Anna,Schmidt,1984`.
    fn cells(&mut self, start: usize, end: usize) {
        if !class(self.text.get(start..end).unwrap_or_default()).is_only_name() || self.is_found(start) {
            return;
        }
        self.open(start, NEAR);
        let place = self.window.place(start);
        if let Some([first, second]) = two_cells(self.window.bytes(), place) {
            self.report_places(Builtin::PersonName, first.start, first.end);
            self.report_places(Builtin::PersonName, second.start, second.end);
        }
    }

    /// A cue ends at `end`.
    pub(in crate::detect) fn person(&mut self, cue: Cue, start: usize, end: usize) {
        if cue == Cue::Mailbox {
            self.mailbox(start);
            return;
        }
        let text = self.text;
        let end = without_end(text, start, end);
        let next = byte_at(text, end);
        let joined = match cue {
            Cue::Greeting | Cue::Phrase => next == b' ' || (cue == Cue::Greeting && next == b','),
            Cue::Title => next == b' ' || next == b'.',
            Cue::Farewell => b",\n\\.! ".contains(&next),
            Cue::Field => b"\"'\\:= `*>".contains(&next),
            Cue::Mailbox => false,
        };
        let inside = byte_at(text, start.wrapping_sub(1));
        // A sign parts the line from its number where a file is shown.
        let inside = if text.get(..start).is_some_and(|head| head.ends_with("→".as_bytes())) { b' ' } else { inside };
        if !joined || (cue != Cue::Field && (inside >= 0x80 || inside == b'.' || inside == b'/')) {
            return;
        }
        // Most are followed by a small letter.
        let after = byte_at(text, end + 1);
        if matches!(cue, Cue::Greeting | Cue::Phrase | Cue::Title)
            && next == b' '
            && !(after.is_ascii_uppercase() || after >= 0x80 || after == b'\\')
            && !(cue == Cue::Title && is_particle_start(text, end + 1))
        {
            return;
        }
        self.work += 1;
        self.open(end, NEAR);
        let place = self.window.place(end);
        let bytes = self.window.bytes();
        if let Some((from, to)) = after_cue(cue, bytes, place)
            && !context::is_copyright(bytes.get(..from).unwrap_or_default())
            && (!cue::is_unsure(text.get(start..end).unwrap_or_default())
                || has_known(bytes.get(from..to))
                || cue::is_letter(
                    text.get(..start).unwrap_or_default(),
                    text.get(start..end).unwrap_or_default(),
                    bytes.get(from..to).unwrap_or_default(),
                    bytes.get(to..).unwrap_or_default(),
                ))
            && !other::is_other(bytes.get(from..to).unwrap_or_default())
            && !program::is_program(bytes.get(from..).unwrap_or_default())
        {
            let other = if cue == Cue::Field { beside::other_part(bytes, place, to) } else { None };
            self.report_places(Builtin::PersonName, from, to);
            if let Some((from, to)) = other {
                self.report_places(Builtin::PersonName, from, to);
            }
        }
    }

    /// A name that ends with `name` ends at `end`: it may be that of a field or column for a part of somebody's name.
    pub(in crate::detect) fn field_of_name(&mut self, end: usize) {
        let start = name_start(self.text, end);
        if self.text.get(start..end).is_some_and(fields::is_owned) {
            self.person(Cue::Field, start, end);
            self.personal_column(Personal::Name, end);
        }
    }

    /// Whether what was found last reaches over `start`.
    fn is_found(&self, start: usize) -> bool {
        self.found.last().is_some_and(|finding| finding.end > start && finding.start <= start)
    }
}

/// Whether each word up to `stop` is a name, be it a word as well.
fn are_names(read: &[Part], stop: usize) -> bool {
    read.iter().take_while(|part| part.end <= stop).all(|part| part.class.is_name())
}

/// Whether `bytes[start..end]` is the name of a brand, a method or somebody of history.
fn is_of_a_thing(bytes: &[u8], start: usize, end: usize) -> bool {
    let after = bytes.get(end..).unwrap_or_default();
    let name = bytes.get(start..end).unwrap_or_default();
    // `Samara Summer Time (obsolete)`
    let zone = || name.ends_with(b" Summer") && after.starts_with(b" Time");
    other::is_famous(name) || other::names_a_thing(after) || zone()
}

/// `Schmidt, Anna`: the end of the given names.
fn listed(bytes: &[u8], family: &[Part], place: usize) -> Option<usize> {
    let [family] = family else { return None };
    let given = parts(bytes, family.end + 2);
    let first = given.first()?;
    let sure =
        family.class.is_family() && family.class.is_only_name() && first.class.is_given() && first.class.is_only_name();
    let key = context::before(bytes.get(..place).unwrap_or_default());
    // Beside a key a given name is enough: most family names stand in no list.
    let keyed =
        key == Context::Strong && first.class.is_given() && (family.class.is_family() || !family.class.is_word())
            || key == Context::Weak && first.class.is_only_name() && first.class.is_given() && !family.class.is_word();
    (sure || keyed).then_some(first.end)
}

/// Whether a word stands with a capital where no person and no place is meant.
pub(in crate::detect) fn is_ordinary(word: &[u8]) -> bool {
    class(word).is_word()
}

/// The shortest name of a person that is found again in later texts, in bytes.
const REMEMBERED_MIN: usize = 9;

/// The forms in which the whole name of a person stands in later texts: `Xan Quelibar`, `Quelibar, Xan`, `Quelibar Xan`, `X. Quelibar`. None for names
/// with a word that says something else, for those of history, and for parts of names.
pub(in crate::detect) fn remembered(name: &[u8]) -> Vec<Vec<u8>> {
    let is_whole = |part: &[u8]| {
        let read = parts(part, 0);
        read.last().is_some_and(|last| last.end == part.len())
            && read.iter().all(|part| part.is_written_as_name() && !part.class.is_word() && !part.class.is_never())
    };
    let long = |part: &[u8]| part.len() >= 3;
    let telling = name.len() >= REMEMBERED_MIN
        && is_cell(name)
        && is_capitalised(name, 0)
        && !other::is_other(name)
        && !other::is_famous(name)
        && !context::is_site(name);
    let comma = memchr::memmem::find(name, b", ");
    let (given, family) = match comma {
        Some(comma) => (name.get(comma + 2..).unwrap_or_default(), name.get(..comma).unwrap_or_default()),
        None => name.split_at(memchr::memchr(b' ', name).unwrap_or(name.len())),
    };
    let family = family.trim_ascii();
    if !telling || !is_whole(given) || !is_whole(family) || !long(given) || !long(family) {
        return Vec::new();
    }
    if comma.is_none() && family.contains(&b' ') {
        return vec![name.to_vec()];
    }
    let initial = given.get(..1).filter(|initial| initial.is_ascii()).map(|initial| [initial, b". ", family].concat());
    let forms = [[given, b" ", family].concat(), [family, b", ", given].concat(), [family, b" ", given].concat()];
    forms.into_iter().chain(initial).collect()
}

/// Whether one of the words of a name is known as one.
fn has_known(name: Option<&[u8]>) -> bool {
    name.is_some_and(|name| name.split(|byte| *byte == b' ').any(|word| class(word).is_name()))
}

/// A given name and a family name, in either order, that fill two cells of a row side by side. Cells of names beside them make a list of
/// names, which is nobody's.
fn two_cells(bytes: &[u8], place: usize) -> Option<[Range<usize>; 2]> {
    let cell = |at: usize| match parts(bytes, at).as_slice() {
        [only] => Some((only.start..only.end, only.class)),
        _ => None,
    };
    // What parts cells, and where the next one begins.
    let next = |end: usize| {
        let rest = bytes.get(end..)?;
        let quote = rest.first().filter(|byte| b"\"'".contains(byte));
        let sign = rest.get(usize::from(quote.is_some())..)?;
        let blank = usize::from(quote.is_some() && sign.get(1) == Some(&b' '));
        let parted = sign.first() == Some(&b',') || quote.is_none() && sign.first() == Some(&b'\t');
        let from = end + usize::from(quote.is_some()) + 1 + blank;
        match quote {
            Some(quote) => (parted && bytes.get(from) == Some(quote)).then_some(from + 1),
            None => parted.then_some(from),
        }
    };
    let before = byte_at(bytes, place.wrapping_sub(1));
    let opens = place == 0 || b"\"',\t\n".contains(&before);
    let (first, one) = cell(place).filter(|_| opens)?;
    let (second, two) = cell(next(first.end)?)?;
    let both = one.is_given() && two.is_family() || one.is_family() && two.is_given();
    let after = byte_at(bytes, second.end);
    let closes = second.end >= bytes.len() || b"\"',\t\r\n".contains(&after);
    let third = next(second.end).and_then(cell);
    let listed = third.is_some_and(|(_, class)| class.is_name());
    let sure = two.is_only_name() && second.len() >= 3 && first.len() >= 3;
    // `["Ann", "Peter"]`: two are a list as well.
    let list = byte_at(bytes, place.wrapping_sub(2)) == b'[' && byte_at(bytes, second.end + 1) == b']';
    (both && sure && closes && !listed && !list && !follows_name(bytes, place)).then_some([first, second])
}

/// Whether the cell before the one at `place` holds a name as well.
fn follows_name(bytes: &[u8], place: usize) -> bool {
    let head = bytes.get(..place).unwrap_or_default();
    let signs = head.iter().rev().take(4).take_while(|byte| b"\"', \t".contains(byte)).count();
    let head = head.get(..head.len() - signs).unwrap_or_default();
    let letters = head.iter().rev().take(NEAR).take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    signs > 0 && head.get(head.len() - letters..).is_some_and(|word| class(word).is_name())
}

/// The name that a cue which ends at `place` leads to.
fn after_cue(cue: Cue, bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(place..)?;
    let skip = |any: &[u8], most: usize| rest.iter().take(most).take_while(|byte| any.contains(byte)).count();
    match cue {
        Cue::Greeting => {
            let from = place + skip(b" ,", 2);
            let read = parts(bytes, from);
            let first = read.first()?;
            let closes = |at: usize| b",!\n".contains(&byte_at(bytes, at)) || at >= bytes.len();
            let whole = spanned(&read, name_length(&read, Context::Strong)).filter(|(_, to)| closes(*to));
            let known = first.class.is_only_name()
                || (first.class.is_name() && closes(first.end))
                || byte_at(bytes, first.end) == b',';
            let one = || due(&read, known).filter(|(_, to)| first.class.is_only_name() || closes(*to));
            whole.or_else(one).filter(|(from, _)| is_capitalised(bytes, *from))
        }
        Cue::Farewell => {
            let line = rest.iter().take(24).position(|byte| *byte == b'\n')?;
            let between = rest.get(..line)?;
            if !between.iter().all(|byte| byte.is_ascii_lowercase() || b" ,.!\r".contains(byte)) {
                return None;
            }
            let blank = rest.get(line..)?.iter().take(8).take_while(|byte| b"\n\r -~>".contains(byte)).count();
            let read = parts(bytes, place + line + blank);
            let (from, to) = spanned(&read, name_length(&read, Context::Strong)).or_else(|| due(&read, true))?;
            let stop = to + usize::from(byte_at(bytes, to) == b'.');
            let alone = matches!(byte_at(bytes, stop), b'\n' | b'\r' | b'"' | b'\'' | b'<' | b',' | b'`')
                || stop >= bytes.len()
                || byte_at(bytes, to) == b' ' && byte_at(bytes, to + 1) == b'<';
            let farewell = bytes.get(from..to).is_some_and(cue::is_farewell);
            (alone && !farewell && is_capitalised(bytes, from)).then_some((from, to))
        }
        Cue::Title => {
            let dot = skip(b".", 1);
            let from = place + dot + usize::from(rest.get(dot) == Some(&b' '));
            let spaced = from > place + dot;
            let named = read::after_particles(bytes, from);
            let found = due(&parts(bytes, named), true).filter(|(from, _)| spaced && is_capitalised(bytes, *from));
            found.map(|(_, to)| (from, to))
        }
        Cue::Phrase => {
            let read = parts(bytes, place + skip(b" ", 1));
            let head = bytes.get(..place).unwrap_or_default();
            let told = TOLD.iter().any(|phrase| head.ends_with(phrase));
            let context = if told { Context::Strong } else { Context::Told };
            spanned(&read, name_length(&read, context)).or_else(|| due(&read, false))
        }
        Cue::Field => {
            field_value(bytes, place).or_else(|| attribute_value(bytes, place)).or_else(|| record_value(bytes, place))
        }
        Cue::Mailbox => None,
    }
}

/// The span of the parts that are a name where one is due.
fn due(parts: &[Part], unknown: bool) -> Option<(usize, usize)> {
    spanned(parts, due_length(parts, unknown))
}

/// Whether all of the cell of a column of names is one: words with capitals that are no ordinary ones, `Schmidt, Anna` as well.
pub(in crate::detect) fn is_cell(cell: &[u8]) -> bool {
    match memchr::memmem::find(cell, b", ").and_then(|comma| cell.split_at_checked(comma)) {
        Some((family, given)) => is_part_of_cell(family) && given.get(2..).is_some_and(is_part_of_cell),
        None => is_part_of_cell(cell),
    }
}

/// Whether the first or last name of an object is a person's, as the other one tells: one of them is a name and no word, both are names
/// of their sort, or the object is said to be a name. `{first: "Chapter", last: "Epilogue"}` are the ends of something.
pub(in crate::detect) fn is_cell_of_pair(cell: &[u8], before: &[u8], after: &[u8]) -> bool {
    let is_other = |part: &&[u8]| {
        *part != b"last" && part.first().is_some_and(|first| !first.is_ascii() || first.is_ascii_alphabetic())
    };
    let quotes = |byte: &u8| b"\"'".contains(byte);
    let is_last = begins_last(before);
    let other = if is_last { before.rsplit(quotes).find(is_other) } else { after.split(quotes).find(is_other) };
    let other = other.unwrap_or_default();
    let (first, last) = if is_last { (other, cell) } else { (cell, other) };
    let holds = |cell: &[u8], sort: fn(gazetteer::Class) -> bool| parts(cell, 0).iter().any(|part| sort(part.class));
    let said = || before.windows(4).any(|word| word.eq_ignore_ascii_case(b"name"));
    let person = || {
        holds(first, gazetteer::Class::is_only_name)
            || holds(last, gazetteer::Class::is_only_name)
            || holds(first, gazetteer::Class::is_given) && holds(last, gazetteer::Class::is_family)
    };
    is_cell(cell) && (person() || said())
}

/// Whether the name of the member that holds the last name ends `before`.
fn begins_last(before: &[u8]) -> bool {
    let name = before.trim_ascii_end();
    let end = name.iter().rposition(u8::is_ascii_alphabetic).map_or(0, |last| last + 1);
    name.get(..end).is_some_and(|name| name.ends_with(b"last"))
}

fn is_part_of_cell(cell: &[u8]) -> bool {
    let from = read::after_particles(cell, 0);
    let read = parts(cell, from);
    let whole = read.last().is_some_and(|last| last.end == cell.len());
    let sure = |part: &Part| part.class.is_name() || !part.class.is_word() && part.is_written_as_name();
    whole && !read.iter().any(|part| part.class.is_never()) && read.iter().all(sure) && is_capitalised(cell, from)
}

/// The span of the first `count` parts.
fn spanned(parts: &[Part], count: Option<usize>) -> Option<(usize, usize)> {
    Some((parts.first()?.start, parts.get(count? - 1)?.end))
}

/// Not all in capitals: `Dear ALL`, `Best, API`.
fn is_capitalised(bytes: &[u8], from: usize) -> bool {
    byte_at(bytes, from + 1).is_ascii_lowercase()
        || byte_at(bytes, from + 1) >= 0x80
        || b"'.".contains(&byte_at(bytes, from + 1))
}
