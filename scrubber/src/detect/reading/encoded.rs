//! The part of a search that looks through encodings: what is found beneath one is reported where it stands.

use super::{decode, views, window};
use crate::detect::Scratch;
use crate::detect::search::{Search, byte_at};
use crate::detect::shape::runs::RUN_MIN;

/// Layers of encoding that are taken off.
pub(in crate::detect) const LAYERS_MAX: u8 = 2;
/// Bytes of percent-encoded text that are decoded at once, to either side.
const PERCENT_MAX: usize = 4096;
/// Bytes before and after a place that are looked at without their escapes.
const VIEW_BACK: usize = 256;
const VIEW_AHEAD: usize = 2048;
/// The same of text of which each second byte is written as an escape of six or more.
const WIDE_AHEAD: usize = 8 * VIEW_AHEAD;
/// As much more when something found goes on at the end of that: a key in many lines.
const VIEW_FURTHER: usize = 24 * 1024;
/// What ends so close before the end of a view may go on.
const VIEW_CLOSE: usize = 80;
/// So close behind the beginning of packed data a sign may stand that cuts its first letters off.
const PACKED_MAX: usize = 24;
/// A line of a dump is no longer.
const DUMP_LINE_MAX: usize = 100;
/// Bytes of characters in a row that cannot be seen.
const UNSEEN_MAX: usize = 16;
/// A token beside an escape is read as far as this.
const LONG_MAX: usize = 64;
/// Lines of Base64 are at least so long, the last one excepted.
const LINE_MIN: usize = 40;
/// Bytes of lines or pairs that are read as one.
const LINES_MAX: usize = 48 * 1024;

/// For each encoding up to where a text was looked at without it.
#[derive(Default)]
pub(in crate::detect) struct Seen {
    percent: usize,
    escapes: usize,
    entities: usize,
    printable: usize,
    pairs: usize,
    lines: usize,
    signs: usize,
    found: usize,
}

impl Search<'_> {
    /// A word starts at `start` whose byte before it may be part of an encoding.
    pub(in crate::detect) fn veiled(&mut self, start: usize, before: u8) {
        if self.layer >= LAYERS_MAX {
            return;
        }
        let text = self.text;
        match before {
            b'%' => self.percent_encoded(start),
            b'#' if byte_at(text, start.wrapping_sub(2)) == b'&' => {
                let (from, to) = view_around(text, start - 2, self.seen.entities);
                if start > self.seen.entities {
                    self.seen.entities = self.view_on(from, to, views::entities);
                }
            }
            b'=' if text.get(start..start + 2) == Some(b"3D") && start > self.seen.printable => {
                let (from, to) = view_around(text, start, self.seen.printable);
                self.seen.printable = self.view_on(from, to, views::quoted_printable);
            }
            0 | b'\\' | b'@' if start > self.seen.escapes && views::is_wide(text, start) => {
                let (from, _) = view_around(text, start, self.seen.escapes);
                let to = text.len().min(start + WIDE_AHEAD);
                self.seen.escapes = self.view_on(from, to, views::wide);
            }
            b'\\' | b'[' | b';' | 0x8b..=0x8f | 0xa0..=0xae | 0xbf
                if start > self.seen.escapes && hides(text, start, before) =>
            {
                let (from, to) = view_around(text, start, self.seen.escapes);
                self.seen.escapes = self.view_on(from, to, views::escapes);
            }
            _ => {}
        }
    }

    /// Looks at string literals that are joined by a sign as one.
    pub(in crate::detect) fn joined_literals(&mut self) {
        if self.layer >= LAYERS_MAX {
            return;
        }
        let text = self.text;
        let mut seen = 0;
        let mut changed = 0;
        for plus in memchr::memchr_iter(b'+', text) {
            if plus >= changed && byte_at(text, plus.wrapping_sub(1)) == b'{' {
                changed = self.changed_words(plus, changed);
            }
            if plus >= seen && views::joins_literals(text, plus) {
                let (from, to) = view_around(text, plus, seen);
                seen = to;
                self.view(from, to, views::joined);
            }
        }
    }

    /// Looks at the line around `at` as it was and as it is, where it shows what changed in it by words. Says up to where.
    fn changed_words(&mut self, at: usize, seen: usize) -> usize {
        let text = self.text;
        let low = at.saturating_sub(VIEW_BACK).max(seen);
        let line =
            text.get(low..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(low, |line| low + line + 1);
        let rest = text.get(at..text.len().min(at + VIEW_AHEAD)).unwrap_or_default();
        let to = at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        for (side, close) in [(views::Side::Old, b"-]"), (views::Side::New, b"+}")] {
            let known = self.found.len();
            self.view(line, to, |text, view| views::changed_words(text, side, view));
            // What was read on to stands behind the marks.
            for found in self.found.iter_mut().skip(known) {
                let value = text.get(found.start..found.end).unwrap_or_default();
                let marked = value.ends_with(b"-]") || value.ends_with(b"+}");
                let inside = if marked { memchr::memmem::rfind(value, close) } else { None };
                found.end = found.start + inside.unwrap_or(value.len());
            }
        }
        to
    }

    /// Looks at the argument around `at` as the shell reads it that is given it. Says up to where.
    pub(in crate::detect) fn nested_quotes(&mut self, at: usize) -> usize {
        let (from, to) = view_around(self.text, at, 0);
        self.view(from, to, views::without_nesting)
    }

    /// Looks at letters of double width as those of ASCII, and at their `@`, which Asian keyboards write in addresses.
    pub(in crate::detect) fn double_width(&mut self) {
        let text = self.text;
        let is_letter =
            |at: usize| text.get(at..).and_then(views::narrow).is_some_and(|byte| byte.is_ascii_alphanumeric());
        let mut seen = 0;
        for at in memchr::memchr_iter(0xef, text) {
            if text.get(at..at + 3) == Some("：".as_bytes()) {
                self.wide_colon(at);
            }
            if at < seen {
                continue;
            }
            let letters = (0..4).all(|place| is_letter(at + 3 * place));
            let mailbox = text.get(at..at + 3) == Some(b"\xef\xbc\xa0")
                && byte_at(text, at.wrapping_sub(1)).is_ascii_alphanumeric()
                && byte_at(text, at + 3).is_ascii_alphanumeric();
            if (letters || mailbox) && self.layer < LAYERS_MAX {
                let (from, to) = view_around(text, at, seen);
                seen = to;
                self.view(from, to, views::narrowed);
            }
        }
    }

    /// Looks at values that a link of a terminal parts, where its codes stand as they are.
    pub(in crate::detect) fn links(&mut self) {
        if self.layer >= LAYERS_MAX {
            return;
        }
        let text = self.text;
        let mut seen = 0;
        for at in memchr::memchr_iter(0x1b, text) {
            let link = byte_at(text, at + 1) == b']';
            if link && at >= seen && touches_token(text, at) {
                let (from, to) = view_around(text, at, seen);
                seen = self.view_on(from, to, views::escapes);
            }
        }
    }

    /// Looks at what `od -c` wrote, of which the first place stands at `start`.
    pub(in crate::detect) fn dumped_characters(&mut self, start: usize) {
        if self.layer < LAYERS_MAX && start >= self.seen.pairs {
            let to = self.text.len().min(start + LINES_MAX);
            self.seen.pairs = self.view(start, to, views::dumped_characters).max(start + 1);
        }
    }

    /// Hex pairs with blanks between them start at `start`.
    pub(in crate::detect) fn hex_pairs(&mut self, start: usize) {
        if self.layer >= LAYERS_MAX || start < self.seen.pairs {
            return;
        }
        let to = self.text.len().min(start + LINES_MAX);
        let known = self.found.len();
        self.seen.pairs = self.view(start, to, views::hex_pairs).max(start + 1);
        // The readable column of a dump says the same again.
        let text = self.text;
        for found in self.found.iter_mut().skip(known) {
            // What was read on to stands behind the blanks before that column, where the value ends with its line.
            let end = found.end
                - text
                    .get(..found.end)
                    .unwrap_or_default()
                    .iter()
                    .rev()
                    .take(2)
                    .take_while(|byte| **byte == b' ')
                    .count();
            let rest = text.get(end..text.len().min(end + DUMP_LINE_MAX)).unwrap_or_default();
            let line = rest.get(..rest.iter().position(|byte| b"\n\\".contains(byte)).unwrap_or(rest.len()));
            let column = line.filter(|line| memchr::memmem::find(line, b"  ").is_some());
            found.end = column.map_or(found.end, |line| end + line.len());
        }
    }

    /// Looks into the run `text[start..end]`, and reports all of it when something is found inside.
    pub(in crate::detect) fn encoded_run(&mut self, start: usize, end: usize) {
        if self.layer >= LAYERS_MAX || start < self.seen.found {
            return;
        }
        let text = self.text;
        let mut nested = self.nested.take().unwrap_or_default();
        let mut decoded = std::mem::take(&mut nested.decoded);
        let mut joined = std::mem::take(&mut nested.joined);
        let (start, end) = (packed_start(text, start), self.over_signs(end));
        let end = end + text.get(end..).unwrap_or_default().iter().take(2).take_while(|byte| **byte == b'=').count();
        // Lines are joined once, from the first one on.
        let joins = end - start >= LINE_MIN && start >= self.seen.lines;
        let lines = if joins { views::base64_lines(text, start, end, LINES_MAX, &mut joined) } else { None };
        let found = lines.is_some_and(|last| {
            self.seen.lines = last;
            self.encoded_text(&joined, (start, last), &mut decoded, &mut nested)
        });
        match lines {
            Some(last) if found => self.seen.found = last,
            // The next line may be no part of it, and then its bytes hide where the value ends.
            _ => {
                let run = text.get(start..end).unwrap_or_default();
                self.encoded_text(run, (start, end), &mut decoded, &mut nested);
            }
        }
        nested.decoded = decoded;
        nested.joined = joined;
        self.nested = Some(nested);
    }

    /// Where Base64 ends that goes on at `end`: two of its signs in a row end a run of words.
    fn over_signs(&mut self, end: usize) -> usize {
        let rest = self.text.get(end..self.text.len().min(end + LINES_MAX)).unwrap_or_default();
        if end < self.seen.signs || !matches!(rest, [b'+' | b'/', _, ..]) {
            return end;
        }
        let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
        self.seen.signs = end + rest.iter().take_while(is_base64).count();
        self.seen.signs
    }

    /// Looks at what stands encoded in `run`, and reports all of it, which lies at `place`, when something is found. Says whether.
    fn encoded_text(&mut self, run: &[u8], place: (usize, usize), decoded: &mut Vec<u8>, nested: &mut Scratch) -> bool {
        if !decode::text_of(run, decoded) {
            return false;
        }
        self.work += decoded.len() as u64;
        let rule = self.scan_nested(decoded, nested).first().map(|finding| finding.rule);
        rule.is_some_and(|rule| {
            self.report_rule(rule, place.0, place.1);
            true
        })
    }

    /// Looks into the percent-encoded text around `at`; what is found is reported where it stands.
    fn percent_encoded(&mut self, at: usize) {
        if at < self.seen.percent {
            return;
        }
        let (start, end) = decode::percent_stretch(self.text, at, PERCENT_MAX);
        let start = start.max(self.seen.percent);
        let percent = |text: &[u8], view: &mut views::View| decode::percent(text, &mut view.bytes, &mut view.origins);
        let whole = end < at + PERCENT_MAX;
        let end = if whole { self.view(start, end, percent).max(end) } else { self.view_on(start, end, percent) };
        self.seen.percent = end;
        // Forms write blanks as plus signs, which Base64 has as well.
        if memchr::memchr(b'+', self.text.get(start..end).unwrap_or_default()).is_some() {
            self.view(start, end, |text, view| {
                let any = percent(text, view);
                let given = view.origins.iter().map(|origin| text.get(*origin as usize));
                let plus = view.bytes.iter_mut().zip(given).filter(|(_, given)| *given == Some(&b'+'));
                plus.for_each(|(byte, _)| *byte = b' ');
                any
            });
        }
    }

    /// Scans `text[start..end]` as `read` shows it. Says up to where it was read.
    fn view(&mut self, start: usize, end: usize, read: impl Fn(&[u8], &mut views::View) -> bool) -> usize {
        self.view_where(start, end, read, |_, _| true)
    }

    /// The same, and further on when what is found goes on at the end. Says up to where that was.
    fn view_on(&mut self, start: usize, end: usize, read: impl Fn(&[u8], &mut views::View) -> bool) -> usize {
        self.view(start, end, &read);
        let further = self.text.len().min(end + VIEW_FURTHER);
        let goes_on = self.nested.as_ref().is_some_and(|nested| {
            nested.findings.last().is_some_and(|finding| finding.end + VIEW_CLOSE > nested.view.bytes.len())
        });
        if !goes_on || further == end {
            return end;
        }
        self.view(start, further, read);
        further
    }

    /// The same as [`Search::view`]; of what is found only what `counts`, by the places where it starts and ends.
    pub(in crate::detect) fn view_where(
        &mut self,
        start: usize,
        end: usize,
        read: impl Fn(&[u8], &mut views::View) -> bool,
        counts: impl Fn(usize, usize) -> bool,
    ) -> usize {
        let mut nested = self.nested.take().unwrap_or_default();
        let mut view = std::mem::take(&mut nested.view);
        view.bytes.clear();
        view.origins.clear();
        if read(self.text.get(start..end).unwrap_or_default(), &mut view) {
            self.work += view.bytes.len() as u64;
            self.scan_nested(&view.bytes, &mut nested);
            for finding in &nested.findings {
                let place = |at: usize| view.origins.get(at).map(|&origin| start + origin as usize);
                if let (Some(from), Some(to)) = (place(finding.start), place(finding.end))
                    && counts(from, to)
                {
                    self.report_rule(finding.rule, from, to);
                }
            }
        }
        let read_to = start + view.origins.last().copied().unwrap_or(0) as usize;
        nested.view = view;
        self.nested = Some(nested);
        read_to
    }

    pub(in crate::detect) fn scan_nested<'s>(
        &mut self,
        decoded: &[u8],
        nested: &'s mut Scratch,
    ) -> &'s [crate::detect::Finding] {
        (nested.layer, nested.again, nested.is_joined) = (self.layer + 1, self.again, !self.joins);
        nested.memory = self.memory.take();
        self.parts.scan(decoded, nested);
        self.memory = nested.memory.take();
        &nested.findings
    }
}

/// Where packed data starts of which two signs in a row cut off the first letters.
fn packed_start(text: &[u8], start: usize) -> usize {
    if !matches!(byte_at(text, start.wrapping_sub(1)), b'+' | b'/') {
        return start;
    }
    let before = text.get(start.saturating_sub(PACKED_MAX)..start).unwrap_or_default();
    memchr::memmem::rfind(before, b"H4sI").map_or(start, |at| start - before.len() + at)
}

/// What a token is made of, as far as escapes in its middle go.
fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.+/=".contains(&byte)
}

/// Whether the escape at `at`, which stands for nothing, parts what belongs together, or begins or ends a long token, whose looks
/// count only where it stands by itself: most colour whole words.
fn touches_token(text: &[u8], at: usize) -> bool {
    let end = window::nothing_end(text, at);
    let end = end + text.get(at..).and_then(views::link).map_or(0, |length| (at + length).saturating_sub(end));
    let next = byte_at(text, end);
    (is_of_token(next) || next == b'@') && window::byte_before(text, at).is_some_and(is_of_token)
        || is_long(text.get(..at).unwrap_or_default().iter().rev())
        || is_long(text.get(end..).unwrap_or_default().iter())
}

/// Whether a long token with a digit begins these bytes.
fn is_long<'t>(bytes: impl Iterator<Item = &'t u8>) -> bool {
    let (mut length, mut digits) = (0, 0);
    for byte in bytes.take(LONG_MAX).take_while(|byte| is_of_token(**byte)) {
        length += 1;
        digits += usize::from(byte.is_ascii_digit());
    }
    length >= RUN_MIN && digits > 0
}

/// Whether the escape before `start`, or the character that cannot be seen, hides a part of a token: it stands for a letter or
/// a digit, or for nothing between two of them.
fn hides(text: &[u8], start: usize, before: u8) -> bool {
    match before {
        b'\\' => match window::escaped_byte(text, start - 1) {
            // Three octal digits make no escape by themselves: paths and references to groups look alike.
            Some((b'\\', _)) => views::is_octal_run(text, start - 1),
            // `API\_KEY`, as Markdown and LaTeX have it.
            Some((b'_', _)) => {
                let head = text.get(..start).unwrap_or_default();
                head.iter().rev().find(|byte| **byte != b'\\').is_some_and(u8::is_ascii_alphanumeric)
            }
            Some((byte, end)) => byte.is_ascii_alphanumeric() && end > start + 1,
            None => {
                let slashes =
                    text.get(..start).unwrap_or_default().iter().rev().take_while(|byte| **byte == b'\\').count();
                let last = byte_at(text, start.wrapping_sub(slashes + 1));
                let hidden = match window::escaped_character(text, start - slashes) {
                    None => touches_token(text, start - slashes),
                    // No tool has a need to escape a letter of ASCII: even where one begins a token, it is hidden. The words of
                    // other languages are known by their letters as they are.
                    Some(character) => {
                        character.is_alphanumeric()
                            || is_of_token(last)
                                && (character.is_ascii() && character != '\0'
                                    || views::narrow(character.encode_utf8(&mut [0; 4]).as_bytes()).is_some())
                    }
                };
                hidden || last == b'}' && text.get(start..start + 2) == Some(b"u{")
            }
        },
        b'[' | b';' => {
            let near = text.get(start.saturating_sub(8)..start).unwrap_or_default();
            let escape = near.iter().rposition(|byte| *byte == 0x1b);
            let bare = || before == b'[' && views::is_last_colour(text, start - 1);
            escape.map_or_else(bare, |at| touches_token(text, start - near.len() + at))
        }
        _ => {
            // As many as stand there: marks of direction come in pairs.
            let mut head = text.get(start.saturating_sub(UNSEEN_MAX)..start).unwrap_or_default();
            let given = head.len();
            while let Some(shorter) = without_unseen(head) {
                head = shorter;
            }
            head.len() < given && head.last().copied().is_some_and(is_of_token)
        }
    }
}

/// What stands before the character at the end that cannot be seen.
fn without_unseen(text: &[u8]) -> Option<&[u8]> {
    let from = text.len() - text.iter().rev().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let start = from.checked_sub(1)?;
    let character = std::str::from_utf8(text.get(start..)?).ok()?.chars().next();
    if window::is_unseen(character) { text.get(..start) } else { None }
}

/// The stretch around `at` that is looked at as a whole: from the blank or quote before it, where there is one near.
fn view_around(text: &[u8], at: usize, seen: usize) -> (usize, usize) {
    let from = at.saturating_sub(VIEW_BACK).max(seen.min(at));
    let before = text.get(from..at).unwrap_or_default();
    let blank =
        if from == 0 { None } else { before.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'"') };
    (from + blank.map_or(0, |at| at + 1), text.len().min(at + VIEW_AHEAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_hide_what_they_part_and_not_what_they_colour() {
        let hidden = |text: &str, word: &str| {
            let start = text.find(word).unwrap_or_default();
            hides(text.as_bytes(), start, byte_at(text.as_bytes(), start.wrapping_sub(1)))
        };
        let long = "a1b2".repeat(4);
        for (text, word) in [
            ("key\u{1b}[0mword", "0mword"),
            ("key\\u001b[0mword", "u001b"),
            ("key\\n\\u001b[1mke\\u001b[0m\\u001b[1my", "u001b[0m"),
            ("ann\\x1b[1m@host", "x1b"),
            ("pass\\u0077ord", "u0077"),
            ("pass\\uff57ord", "uff57"),
            (" \\u0070assword", "u0070"),
            (" \\x70assword", "x70"),
            (" \\160\\141\\163sword", "160"),
            (" \\0160\\0141\\0163sword", "0160"),
            (&format!("\\x1b[1m{long}\\x1b[0m"), "x1b"),
            (&format!(" {long}\u{1b}[0m"), "0m"),
        ] {
            assert!(hidden(text, word), "{text}");
        }
        for (text, word) in [
            ("test \u{1b}[31mFAILED\u{1b}[0m\n", "0m"),
            ("test \\u001b[31mFAILED\\u001b[0m\\n", "u001b[0m"),
            ("in 3 s\\n\\u001b[36mfile.ts\\u001b[0m", "u001b[36m"),
            ("\\u001b[1m\\u001b[32m  ok", "u001b[32m"),
            ("it\\u3266word", "u3266"),
            ("say \\u0022word\\u0022", "u0022"),
            ("C:\\160\\141\\word", "160"),
        ] {
            assert!(!hidden(text, word), "{text}");
        }
    }
}
