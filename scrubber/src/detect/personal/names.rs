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

mod abroad;
mod addressed;
mod beside;
mod context;
mod cue;
mod fields;
mod gazetteer;
mod other;
mod program;
mod read;

/// A name and what stands around it fit into so many bytes.
const NEAR: usize = 160;
/// Bytes of an element or object between the name of a field and its value.
const ATTRIBUTES_MAX: usize = 80;
/// The longest name before an address, in bytes.
const MAILBOX_MAX: usize = 64;

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
            && (context == Context::Strong || !is_of_a_thing(bytes, place, stop))
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

    /// An `@` stands at `at`: `Name <user@host>`.
    fn mailbox(&mut self, at: usize) {
        let text = self.text;
        let near = text.get(at.saturating_sub(MAILBOX_MAX)..at).unwrap_or_default();
        let local =
            near.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte)).count();
        let open = at - local;
        if local == 0 {
            return;
        }
        if byte_at(text, open.wrapping_sub(1)) != b'<' {
            self.spelt_name(at, local);
            return;
        }
        self.work += 1;
        self.open(open, NEAR);
        let place = self.window.place(open - 1);
        if let Some((from, to)) = display_name(self.window.bytes(), place)
            && !context::is_copyright(self.window.bytes().get(..from).unwrap_or_default())
            && !other::is_other(self.window.bytes().get(from..to).unwrap_or_default())
            && !program::is_program(self.window.bytes().get(from..).unwrap_or_default())
        {
            self.report_places(Builtin::PersonName, from, to);
        }
    }

    /// A name near the address whose `@` stands at `at`, which the address spells.
    fn spelt_name(&mut self, at: usize, local: usize) {
        // Most addresses of code are none: `user@host`, `@Override`.
        if local < 4 || !byte_at(self.text, at + 1).is_ascii_alphanumeric() {
            return;
        }
        self.work += 1;
        self.open(at, NEAR);
        let place = self.window.place(at);
        let bytes = self.window.bytes();
        let low = place.saturating_sub(NEAR);
        let near = bytes.get(low..bytes.len().min(place + NEAR)).unwrap_or_default();
        if let Some((from, to)) = addressed::spelt(near, place - low)
            && !context::is_copyright(bytes.get(..low + from).unwrap_or_default())
            && !other::is_other(near.get(from..to).unwrap_or_default())
        {
            self.report_places(Builtin::PersonName, low + from, low + to);
        }
    }

    /// Whether what was found last reaches over `start`.
    fn is_found(&self, start: usize) -> bool {
        self.found.last().is_some_and(|finding| finding.end > start && finding.start <= start)
    }
}

/// Whether `bytes[start..end]` is the name of a brand, a method or somebody of history.
fn is_of_a_thing(bytes: &[u8], start: usize, end: usize) -> bool {
    let after = bytes.get(end..).unwrap_or_default();
    bytes.get(start..end).is_some_and(other::is_famous) || other::names_a_thing(after)
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

/// The value of a key that holds a name and ends at `place`.
fn field_value(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(place..)?;
    let closing = rest.iter().take(2).take_while(|byte| b"\"'`* ".contains(byte)).count();
    // `first_name { "Anna" }`, as factories of tests say it.
    let in_block = matches!(rest.get(closing..), Some([b'{', b' ', b'"' | b'\'', ..]));
    let signs = || rest.get(closing..).unwrap_or_default().iter().take(3);
    let sign = if in_block { 2 } else { signs().take_while(|byte| b" :=>*".contains(byte)).count() };
    // `<givenName>Anna</givenName>`
    let of_element = sign == 1 && closing == 0 && rest.first() == Some(&b'>');
    if !of_element && !in_block && !rest.get(closing..closing + sign)?.iter().any(|byte| b":=".contains(byte)) {
        return None;
    }
    let mut from = place + closing + sign;
    from += usize::from(b" ".contains(&byte_at(bytes, from)));
    let quote = Some(byte_at(bytes, from)).filter(|byte| b"\"'`".contains(byte));
    from += usize::from(quote.is_some());
    let read = parts(bytes, from);
    let first = read.first()?;
    // `<author>Pearson</author>`: other elements than those of names hold companies as well.
    let of_name = of_element && bytes.get(..place).is_some_and(is_key_of_name);
    let (from, to) = due(&read, quote.is_some() || of_name || first.class.is_name())?;
    if bytes.get(from..to).is_some_and(cue::is_field) {
        return None;
    }
    // `Card.displayName = "CardHeader"`: parts of a page have such a name too.
    let of_page = bytes.get(place.saturating_sub(11)..place)?.eq_ignore_ascii_case(b"displayname");
    if of_page && to == first.end && !first.class.is_name() {
        return None;
    }
    // `"Schmidt, Anna"`
    let given = || bytes.get(to..)?.strip_prefix(b", ")?.iter().position(|byte| Some(*byte) == quote);
    let listed = quote.and_then(|_| given()).map(|length| to + 2..to + 2 + length);
    let to = listed.filter(|given| bytes.get(given.clone()).is_some_and(is_part_of_cell)).map_or(to, |given| given.end);
    let stop = byte_at(bytes, to);
    // `Mark Complete`: another word with a capital makes it none.
    let goes_on = stop == b' ' && byte_at(bytes, to + 1).is_ascii_uppercase() && !is_key(bytes, to + 1);
    let ends = to >= bytes.len() || (b",;\n\r<&|)\"'. ".contains(&stop) && !goes_on);
    let ends = if of_element { bytes.get(to..to + 2) == Some(b"</") } else { ends };
    let whole = quote.map_or(ends, |quote| stop == quote);
    let known = read.iter().take(3).any(|part| part.class.is_only_name());
    // `author = Database`, `fullName = String`: an unknown word needs a quote, and one alone a key that leaves no doubt.
    (whole && (known || quote.is_some() || of_name || first.class.is_name())).then_some((from, to))
}

/// The value of a field whose name is a value too and ends at `place`: `<input name="surname" value="Schmidt">`,
/// `{"name": "last_name", "value": "Schmidt"}`.
fn attribute_value(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(place..bytes.len().min(place + ATTRIBUTES_MAX))?;
    let quoted = rest.first().is_some_and(|byte| b"\"'".contains(byte));
    let attributes = rest.split(|byte| b"{}<>".contains(byte)).next()?;
    let value = memchr::memmem::find(attributes, b"value").filter(|_| quoted)?;
    field_value(bytes, place + value + 5).filter(|_| bytes.get(..place).is_some_and(is_key_of_name))
}

/// The value of a field that ends at `place` in a record of which each line is a field, as psql shows it: `first_name | Anna`.
fn record_value(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(place..)?;
    let blanks = rest.iter().take(40).take_while(|byte| **byte == b' ').count();
    let line = rest.get(blanks..)?.strip_prefix(b"| ")?.split(|byte| *byte == b'\n').next()?;
    let value = line.trim_ascii_end();
    let key =
        bytes.get(..place)?.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let begins = place == key || bytes.get(place - key - 1) == Some(&b'\n');
    let from = place + blanks + 2;
    (begins && blanks > 0 && !value.is_empty() && is_cell(value)).then_some((from, from + value.len()))
}

/// Whether a key that is called a name ends here.
fn is_key_of_name(head: &[u8]) -> bool {
    let ends = |end: &&[u8]| {
        head.len()
            .checked_sub(end.len())
            .and_then(|from| head.get(from..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    [b"name".as_slice(), b"prenom", b"apellido", b"apellidos", b"cognome", b"nazwisko"].iter().any(ends)
}

/// Whether the word at `start` is the next key of a dump: `{FirstName:Anna Plan:pro}`.
fn is_key(bytes: &[u8], start: usize) -> bool {
    let rest = bytes.get(start..).unwrap_or_default();
    rest.iter().find(|byte| !byte.is_ascii_alphanumeric() && **byte != b'_') == Some(&b':')
}

/// The name before the `<` at `place`.
fn display_name(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let near = bytes.get(place.saturating_sub(MAILBOX_MAX)..place)?;
    let blanks = near.iter().rev().take_while(|byte| b" \"'".contains(byte)).count();
    let near = near.get(..near.len() - blanks)?;
    let is_inner = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80 || b" .'-".contains(byte);
    let (head, mut line) =
        near.split_at_checked(near.len() - near.iter().rev().take_while(|byte| is_inner(byte)).count())?;
    // Letters behind a digit end a word that began before it: a hash.
    if head.last().is_some_and(u8::is_ascii_digit)
        && let Some(blank) = memchr::memchr(b' ', line).filter(|blank| *blank > 0)
    {
        line = line.get(blank..)?;
    }
    // From the end on, as far as words have capitals: what stands before belongs to a sentence.
    let (mut length, mut words, mut ordinary) = (0, 0, 0);
    for word in line.rsplit(|byte| *byte == b' ').take(6) {
        let may_belong = read::is_name_word(word) || (words == 0 && word.len() == line.len() && word.len() >= 3);
        if word.is_empty() || !may_belong || word.eq_ignore_ascii_case(b"bot") || word.ends_with(b"-bot") {
            break;
        }
        length += word.len() + usize::from(words > 0);
        words += 1;
        ordinary += usize::from(class(word).is_only_word());
    }
    let to = place - blanks;
    (words > 0 && words < 6 && length >= 3 && ordinary * 2 < words).then_some((to - length, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_is_told_from_a_list_or_a_machine() {
        for (text, expected) in [
            ("Author: Xan Quelibar <", Some("Xan Quelibar")),
            ("authors = [\"Anna Schmidt <", Some("Anna Schmidt")),
            ("To: \"Anna Schmidt\" <", Some("Anna Schmidt")),
            ("cc a@b.de, 王小明 <", Some("王小明")),
            ("85b7e Xan Quelibar <", Some("Xan Quelibar")),
            ("85b7e Xan <", Some("Xan")),
            ("author1 lastname <", None),
            ("Mailing List <", None),
            ("dependabot-bot <", None),
            ("many thanks to Xan Quelibar <", Some("Xan Quelibar")),
            ("Ludwig van Beethoven <", Some("Ludwig van Beethoven")),
            ("xquelibar <", Some("xquelibar")),
            ("if a <", None),
        ] {
            let found = display_name(text.as_bytes(), text.len() - 1);
            assert_eq!(found.and_then(|(from, to)| text.get(from..to)), expected, "{text}");
        }
    }

    #[test]
    fn a_field_holds_a_name_and_no_type() {
        for (text, expected) in [
            ("\": \"Anna\"", Some("Anna")),
            (": Anna\n", Some("Anna")),
            ("='Xanthor Quelibar'", Some("Xanthor Quelibar")),
            (": String,", None),
            (" = Database", None),
            ("\": \"First Name\"", None),
            (" is Anna", None),
            (">Xanthor <b>", None),
            (":Anna Plan:pro}", Some("Anna")),
            (": Mark Complete", None),
            ("\": \"Vorname\"", None),
        ] {
            let found = field_value(text.as_bytes(), 0);
            assert_eq!(found.and_then(|(from, to)| text.get(from..to)), expected, "{text}");
        }
        for (text, expected) in [
            ("a.displayName=\"Xanthor\"", None),
            ("<givenName>Xanthor</givenName>", Some("Xanthor")),
            ("\"displayName\": \"Anna\"", Some("Anna")),
            ("\"displayName\": \"Xanthor Quelibar\"", Some("Xanthor Quelibar")),
        ] {
            let place = text.find("Name").unwrap_or(0) + 4;
            let found = field_value(text.as_bytes(), place);
            assert_eq!(found.and_then(|(from, to)| text.get(from..to)), expected, "{text}");
        }
    }
}
