//! Values of fields that are called names: behind a key, in the attribute of an element, in a record.

use super::read::parts;
use super::{cue, due, is_cell, is_part_of_cell};
use crate::detect::search::byte_at;

/// Bytes of an element or object between the name of a field and its value.
const ATTRIBUTES_MAX: usize = 80;
/// The value of a key that holds a name and ends at `place`.
pub(super) fn field_value(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
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
    if of_page && to == first.end && !first.class.is_given() && !first.class.is_only_name() {
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
pub(super) fn attribute_value(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(place..bytes.len().min(place + ATTRIBUTES_MAX))?;
    let quoted = rest.first().is_some_and(|byte| b"\"'".contains(byte));
    let attributes = rest.split(|byte| b"{}<>".contains(byte)).next()?;
    let value = memchr::memmem::find(attributes, b"value").filter(|_| quoted)?;
    field_value(bytes, place + value + 5).filter(|_| bytes.get(..place).is_some_and(is_key_of_name))
}

/// The value of a field that ends at `place` in a record of which each line is a field, as psql shows it: `first_name | Anna`.
pub(super) fn record_value(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
