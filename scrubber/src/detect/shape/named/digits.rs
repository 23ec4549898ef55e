//! The rules for digits, and what else begins with them.

use super::ESCAPE_MAX;
use crate::detect::builtin::Builtin;
use crate::detect::personal::numbers::{end_of_counts, end_of_key_pair, is_after_letters, is_lettered, is_lone_date};
use crate::detect::search::{Search, byte_at};

/// Account numbers begin with no more letters.
const LETTERS_MAX: usize = 6;
/// Of a word that begins an account number no more is read.
const WORD_MAX: usize = 256;
/// A stretch of digits and what parts them is read as far as this.
const NUMBER_MAX: usize = 32;

impl Search<'_> {
    /// A word that starts with a digit, or with the letters of an account number, starts at `start`.
    #[inline(never)]
    pub(in crate::detect) fn number(&mut self, start: usize) {
        if start < self.counts_to {
            return;
        }
        let text = self.text;
        let rest = text.get(start..text.len().min(start + WORD_MAX)).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let word = rest.get(..length).unwrap_or_default();
        // `00000000: 2320 7365`, as `xxd` dumps data.
        if length == 8
            && matches!(rest, [_, _, _, _, _, _, _, _, b':', b' ', a, b, c, d, b' ', ..]
            if [a, b, c, d].iter().all(|byte| byte.is_ascii_hexdigit()))
        {
            // Its groups are bytes, whatever numbers they look like.
            self.counts_to = end_of_hex_groups(text, start + length + 2);
            return self.hex_pairs(start + length + 2);
        }
        // `0000000   k   e   y`, as `od -c` does.
        if length == 7 && word == b"0000000" && rest.get(length..length + 2) == Some(b"  ") {
            self.dumped_characters(start);
        }
        if self.again {
            return;
        }
        let letters = word.iter().take(LETTERS_MAX + 1).take_while(|byte| byte.is_ascii_uppercase()).count();
        if letters > 0 {
            let next = text.get(start + length..).unwrap_or_default();
            if length >= 4
                && !word.last().is_some_and(u8::is_ascii_lowercase)
                && (starts_like_account(word, letters) || is_in_groups(word, letters, next))
            {
                self.number_at(start, start + letters, true);
            }
        } else if looks_like_number(text, start, start + length) || is_hyphenated_hex(text, start) {
            if length == 4 && is_in_dump(text, start) {
                self.counts_to = end_of_hex_groups(text, start);
                return;
            }
            match end_of_counts(text, start) {
                Some(end) => self.counts_to = end,
                None => self.number_at(start, start, true),
            }
        } else if is_lone_date(text, start) {
            self.number_at(start, start, false);
        }
    }

    /// A number stands at `start` behind a bracket: the bytes of a key pair may follow.
    pub(in crate::detect) fn key_pair(&mut self, start: usize) {
        let open = start.saturating_sub(1);
        if let Some(end) = end_of_key_pair(self.text, open) {
            self.work += 1;
            self.report(Builtin::GenericSecret, open, end);
        }
    }

    /// Six groups of two hex digits seem to start at `start` with a letter.
    pub(in crate::detect) fn hyphenated_hex(&mut self, start: usize) {
        if is_hyphenated_hex(self.text, start) {
            self.number_at(start, start, true);
        }
    }

    /// Tries the rules for digits; those that need no context only where the digits are `free`.
    fn number_at(&mut self, start: usize, digit: usize, free: bool) {
        let text = self.text;
        let rules = &self.parts.rules;
        let digits = &rules.digits;
        // What stands before the digits may begin a match, and so may what an escape stands for.
        let near = text.get(digit.saturating_sub(ESCAPE_MAX)..digit).unwrap_or_default();
        let stepping = |last: &u8| digits.stepping.get(usize::from(*last)).copied();
        let stepped = match near.last().and_then(stepping) {
            _ if near.contains(&b'\\') => digits.with_back,
            stepping => stepping.unwrap_or(0),
        };
        let read = digits.heads.at(text, digit) & digits.behinds.at(text, digit) | stepped;
        let mut wanted = 0;
        if read & digits.in_context != 0 {
            // Escapes before the digits can only make the given text longer than what is read in the window.
            let from = start.saturating_sub(2 * digits.context.reach);
            wanted = read & self.digit_context.within(&digits.context.first_words, text, from, start);
        }
        let may_begin = |index: &u16| free && rules.may_begin_at_digits(*index, text, digit);
        let mut rest = digits.free_of(read).filter(may_begin).peekable();
        if wanted == 0 && rest.peek().is_none() {
            return;
        }
        self.open(start, 256);
        let place = self.window.place(digit);
        for index in rest {
            self.try_rule(index, place);
        }
        if wanted != 0 {
            let before = self.window.bytes().get(place.saturating_sub(digits.context.reach)..place).unwrap_or_default();
            for index in digits.context.rules_of(read & digits.context.bits_in(before)) {
                self.try_rule(index, place);
            }
        }
    }

    /// A word of up to four hex digits with a colon after it starts at `start`.
    #[inline(never)]
    pub(in crate::detect) fn hex_group(&mut self, start: usize, end: usize) {
        let text = self.text;
        let word = text.get(start..end).unwrap_or_default();
        if !word.iter().all(u8::is_ascii_hexdigit) {
            return;
        }
        let next = text.get(end + 1..text.len().min(end + 6)).unwrap_or_default();
        let Some(colon) = next.iter().position(|byte| *byte == b':') else { return };
        let clock = word.len() == 2
            && colon == 2
            && byte_at(text, end + 1 + colon + 3) != b':'
            && word.iter().all(u8::is_ascii_digit);
        if clock || !next.iter().take(colon).all(u8::is_ascii_hexdigit) {
            return;
        }
        self.open(start, 256);
        let place = self.window.place(start);
        let rules = self.parts;
        for &index in &rules.rules.hex_groups {
            if self.try_rule(index, place) {
                break;
            }
        }
    }
}

/// Groups of a line of a dump, which `xxd` parts by one blank.
const HEX_GROUPS_MAX: usize = 16;

/// Whether only groups of four hex digits stand between `start` and the number of bytes that begins a line of a dump.
fn is_in_dump(text: &[u8], start: usize) -> bool {
    const OFFSET: usize = 8;
    let before = text.get(start.saturating_sub(OFFSET + 3 + 5 * HEX_GROUPS_MAX)..start).unwrap_or_default();
    let Some(colon) = memchr::memrchr(b':', before).filter(|colon| *colon >= OFFSET) else { return false };
    let (line, groups) = (before.get(..colon).unwrap_or_default(), before.get(colon + 1..).unwrap_or_default());
    let is_group = |group: &[u8]| {
        group.split_first().is_some_and(|(first, digits)| *first == b' ' && digits.iter().all(u8::is_ascii_hexdigit))
    };
    let (head, offset) = line.split_at(colon - OFFSET);
    let whole = !head.last().is_some_and(u8::is_ascii_alphanumeric) || head.ends_with(b"\\n") || head.ends_with(b"\\t");
    let groups = groups.strip_suffix(b" ").unwrap_or_default();
    whole
        && offset.iter().all(u8::is_ascii_hexdigit)
        && groups.len().is_multiple_of(5)
        && groups.chunks(5).all(is_group)
}

/// Where the groups of four hex digits end that start at `start`.
fn end_of_hex_groups(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let is_group = |group: &&[u8]| {
        group.split_last().is_some_and(|(last, digits)| *last == b' ' && digits.iter().all(u8::is_ascii_hexdigit))
    };
    start + 5 * rest.chunks_exact(5).take(HEX_GROUPS_MAX).take_while(is_group).count()
}

/// Whether the digits at `start` may be more than a count, a date or a version.
fn looks_like_number(text: &[u8], start: usize, end: usize) -> bool {
    let length = end - start;
    if length < 7 && !b" -.()/".contains(&byte_at(text, end)) {
        return false;
    }
    let stretch = text.get(start..text.len().min(start + NUMBER_MAX)).unwrap_or_default();
    let (mut digits, mut dots, mut gap) = (0, 0, 0);
    // `030 / 901820`: behind the code of a town three signs may stand.
    let gap_max = if stretch.starts_with(b"0") { 3 } else { 2 };
    for &byte in stretch {
        if byte.is_ascii_digit() {
            digits += 1;
            gap = 0;
        } else if b" -.()/".contains(&byte) && gap < gap_max {
            gap += 1;
            dots += usize::from(byte == b'.');
        } else {
            break;
        }
    }
    // Six digits with a letter before their last ones, or with two letters before them: some countries number people so.
    if digits == 6 && (is_lettered(stretch) || is_after_letters(text, start)) {
        return true;
    }
    // `48.2082`, and `8.70647`: most of Western Europe lies less than ten degrees from Greenwich.
    if digits == 6 && dots == 1 && matches!(stretch, [_, b'.', ..] | [_, _, b'.', ..]) {
        return true;
    }
    let date = matches!(stretch, [_, _, _, _, b'-' | b'/', _, _, b'-' | b'/', _, _, ..]) && digits <= 8;
    !date && (digits >= 7 || (dots >= 3 && digits >= 4))
}

/// Whether a word that begins with so many capitals may be the number of an account, a person or a document.
fn starts_like_account(word: &[u8], letters: usize) -> bool {
    let after = word.get(letters..).unwrap_or_default();
    if letters == 2 && matches!(after, [a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit()) {
        return true;
    }
    let digits = after.iter().filter(|byte| byte.is_ascii_digit()).count();
    letters <= LETTERS_MAX
        && word.len() >= 7
        && digits >= 4
        && after.first().is_some_and(u8::is_ascii_digit)
        && !after.iter().any(u8::is_ascii_lowercase)
}

/// `D123-4567-8901`: a letter and groups of digits, as licences are written.
fn is_in_groups(word: &[u8], letters: usize, next: &[u8]) -> bool {
    letters == 1
        && word.get(letters..).is_some_and(|digits| digits.len() >= 3 && digits.iter().all(u8::is_ascii_digit))
        && matches!(next, [b'-', rest @ ..] if rest.len() >= 4 && rest.iter().take(4).all(u8::is_ascii_digit))
}

/// Six groups of two hex digits with hyphens between them, as far as three groups tell.
fn is_hyphenated_hex(text: &[u8], start: usize) -> bool {
    matches!(text.get(start..start + 9), Some(&[a, b, b'-', c, d, b'-', e, f, b'-'])
        if [a, b, c, d, e, f].iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_a_dump_are_told_from_numbers_in_groups() {
        for (before, expected) in [
            ("x\n00006d60: b06b 0400 ", true),
            ("x\\n00006d60: ", true),
            ("00009d10: 0001 0002 0003 0004 ", true),
            ("00006d60: b06b  ", false),
            ("card 00006d60: number ", false),
            ("a00006d60: ", false),
            ("card: ", false),
            ("", false),
        ] {
            let text = format!("{before}2600 0000 0000 0000  ..");
            assert_eq!(is_in_dump(text.as_bytes(), before.len()), expected, "{before}");
        }
        assert_eq!(end_of_hex_groups(b"2600 00ff  .&", 0), 10);
    }
}
