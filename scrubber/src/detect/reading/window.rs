//! The neighbourhood of a candidate with every layer of backslash escapes removed, and the way back to the given bytes.
//!
//! Layers need not be counted: a quote inside a JSON string is `\"`, two strings deep it is `\\\"`, and in every case
//! "some backslashes, then a quote". So any run of backslashes is taken together with what follows it as one unit:
//! `n`, `r`, `t`, `b`, `f` are white space, `uXXXX` and `xXX` the character, any other character itself. A literal backslash
//! before such a letter is read wrongly, but in the same way at every depth. Terminal colour codes vanish, as do the numbers that
//! tools put before lines, and signs that HTML writes by a name are read ([`veil`](super::veil)).

mod escape;

use super::veil;
use escape::{BACKSLASHES_MAX, Content, ESCAPE_MAX, short_escape, unit};
pub(in crate::detect) use escape::{
    byte_before, escape_end, escaped_byte, escaped_character, is_unseen, nothing_end, unescape_into,
};

/// A window that grows is emptied before it is longer.
const WINDOW_MAX: usize = 4 << 10;

/// Escapes removed, with the way back to the given bytes.
#[derive(Default)]
pub(in crate::detect) struct Window {
    bytes: Vec<u8>,
    /// Where each stretch of plain bytes and each escape begins, and one more for the end. Empty when nothing was escaped.
    steps: Vec<Step>,
    low: usize,
    high: usize,
}

/// A stretch of plain bytes, or what one escape stands for.
#[derive(Clone, Copy)]
struct Step {
    /// Where it begins in the content.
    place: u32,
    /// Where it begins in the given bytes, from `low`.
    origin: u32,
    /// Backslashes of the escape; `None` for plain bytes.
    depth: Option<u8>,
}

impl Window {
    /// Fills the window from `text[low..high]`. The ends move outwards a little where they would cut an escape or a character.
    pub(in crate::detect) fn fill(&mut self, text: &[u8], low: usize, high: usize) {
        let low = unit_start(text, low);
        let high = unit_start(text, high.min(text.len()));
        let raw = text.get(low..high).unwrap_or_default();
        self.low = low;
        self.high = high;
        self.bytes.clear();
        self.steps.clear();
        if plain_length(raw) == raw.len() && veil::first(raw, true).is_none() {
            self.bytes.extend_from_slice(raw);
        } else {
            self.unescape(raw, 0);
        }
    }

    /// Makes the window hold `text[low..high]`, of the text that it was filled from: by what it lacks at its end, where it holds
    /// the rest. Says how many bytes were read.
    pub(in crate::detect) fn reach(&mut self, text: &[u8], low: usize, high: usize) -> usize {
        if !self.covers(low, low) || high - self.low > WINDOW_MAX {
            self.fill(text, low, high);
            return self.bytes.len();
        }
        let from = self.high - self.low;
        let raw = text.get(self.low..unit_start(text, high.min(text.len())).max(self.high)).unwrap_or_default();
        self.high = self.low + raw.len();
        let added = raw.get(from..).unwrap_or_default();
        if self.steps.is_empty() {
            // What was read already may hold the beginning of what veils, or the line end before it.
            let again = raw.get(from.saturating_sub(ESCAPE_MAX)..).unwrap_or_default();
            if plain_length(added) == added.len() && veil::first(again, true).is_none() {
                self.bytes.extend_from_slice(added);
                return added.len();
            }
            self.steps.push(Step { place: 0, origin: 0, depth: None });
        }
        let at = self.back_to(from.saturating_sub(ESCAPE_MAX));
        self.unescape(raw, at);
        raw.len() - at
    }

    /// Forgets what was read from `origin` on, from `low`: an escape near the end may have been cut. Says from where to read on.
    fn back_to(&mut self, origin: usize) -> usize {
        let next = self.steps.partition_point(|step| step.origin as usize <= origin);
        let end = self.steps.get(next).map_or(self.bytes.len(), |step| step.place as usize);
        self.steps.truncate(next);
        match self.steps.last().copied() {
            Some(Step { place, origin: start, depth: None }) => {
                // Behind the plain bytes stands what stands for nothing, perhaps.
                let plain = (origin - start as usize).min(end - place as usize);
                self.bytes.truncate(place as usize + plain);
                start as usize + plain
            }
            Some(step) => {
                self.steps.pop();
                self.bytes.truncate(step.place as usize);
                step.origin as usize
            }
            None => {
                self.bytes.clear();
                0
            }
        }
    }

    /// Whether the window holds all of `text[low..high]` of the text it was filled from.
    pub(in crate::detect) fn covers(&self, low: usize, high: usize) -> bool {
        self.low <= low && high <= self.high && self.low < self.high
    }

    /// Whether the window ends where a text of `length` bytes does.
    pub(in crate::detect) fn reaches(&self, length: usize) -> bool {
        self.high >= length
    }

    /// Forgets the content; the next [`covers`](Self::covers) is false.
    pub(in crate::detect) fn clear(&mut self) {
        self.bytes.clear();
        self.steps.clear();
        self.low = 0;
        self.high = 0;
    }

    /// The content without escapes.
    pub(in crate::detect) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The place in [`bytes`](Self::bytes) of an offset in the text.
    pub(in crate::detect) fn place(&self, offset: usize) -> usize {
        let relative = offset.saturating_sub(self.low);
        if self.steps.is_empty() {
            return relative.min(self.bytes.len());
        }
        let next = self.steps.partition_point(|step| (step.origin as usize) < relative);
        let end = self.steps.get(next).map_or(self.bytes.len(), |step| step.place as usize);
        match next.checked_sub(1).and_then(|last| self.steps.get(last)) {
            Some(Step { place, origin, depth: None }) => end.min(*place as usize + relative - *origin as usize),
            Some(_) | None => end,
        }
    }

    /// The offset in the text of a place in [`bytes`](Self::bytes).
    pub(in crate::detect) fn offset(&self, place: usize) -> usize {
        if self.steps.is_empty() {
            return self.low + place.min(self.bytes.len());
        }
        match self.step_of(place) {
            _ if place > self.bytes.len() => self.high,
            Some(Step { place: start, origin, depth: None }) => self.low + *origin as usize + place - *start as usize,
            Some(step) => self.low + step.origin as usize,
            None => self.high,
        }
    }

    /// How many backslashes stood before the byte at `place`.
    pub(in crate::detect) fn depth(&self, place: usize) -> u8 {
        self.step_of(place).and_then(|step| step.depth).unwrap_or(0)
    }

    /// The step that holds the byte at `place`.
    fn step_of(&self, place: usize) -> Option<&Step> {
        let next = self.steps.partition_point(|step| step.place as usize <= place);
        self.steps.get(next.checked_sub(1)?)
    }

    /// Appends `raw` from `at` on.
    fn unescape(&mut self, raw: &[u8], mut at: usize) {
        let mut sign = veil::sign(raw, at);
        loop {
            let rest = raw.get(at..).unwrap_or_default();
            let plain = plain_length(rest);
            if plain > 0 {
                let stretch = rest.get(..plain).unwrap_or_default();
                if sign < at {
                    sign = veil::sign(raw, at);
                }
                let begins = || self.bytes.last().is_none_or(|last| veil::BEFORE.contains(last));
                let veil = if sign < at + plain { veil::first(stretch, begins()) } else { None };
                let open = stretch.get(..veil.map_or(plain, |veil| veil.start)).unwrap_or_default();
                if !open.is_empty() {
                    self.step(at, None);
                    self.bytes.extend_from_slice(open);
                }
                if let Some(veil) = veil {
                    if let Some(byte) = veil.content {
                        self.step(at + veil.start, Some(0));
                        self.bytes.push(byte);
                    }
                    at += veil.end;
                    continue;
                }
                at += plain;
            }
            if at >= raw.len() {
                break;
            }
            if let Some(&[b'\\', sign]) = rest.get(plain..plain + 2)
                && let Some(byte) = short_escape(sign)
            {
                if sign == b't' && self.ends_a_number() {
                    at += 2;
                    continue;
                }
                self.step(at, Some(1));
                self.bytes.push(byte);
                at += 2;
                continue;
            }
            let unit = unit(raw, at);
            if unit.backslashes > 0 && raw.get(unit.end - 1) == Some(&b't') && self.ends_a_number() {
                at = unit.end;
                continue;
            }
            if !matches!(unit.content, Content::Nothing) {
                self.step(at, Some(unit.backslashes.min(255) as u8));
            }
            let mut buffer = [0; 4];
            match unit.content {
                Content::Nothing => {}
                Content::Byte(byte) => self.bytes.push(byte),
                Content::Char(character) => {
                    self.bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
                }
            }
            at = unit.end;
        }
        self.step(raw.len(), None);
    }

    /// Takes the number of a line off the end of what was read; a tab stands behind it.
    fn ends_a_number(&mut self) -> bool {
        let start = veil::tabbed(&self.bytes);
        self.bytes.truncate(start.unwrap_or(self.bytes.len()));
        start.is_some()
    }

    fn step(&mut self, origin: usize, depth: Option<u8>) {
        self.steps.push(Step { place: self.bytes.len() as u32, origin: origin as u32, depth });
    }
}

/// How many bytes of `text` stand before the first backslash or ESC. Stretches are short: eight bytes at once, with no call.
#[inline]
fn plain_length(text: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    // The lowest byte marked is the first that is zero.
    let zeros = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes & HIGHS;
    let (eights, rest) = text.as_chunks::<8>();
    for (place, eight) in eights.iter().enumerate() {
        let bytes = u64::from_le_bytes(*eight);
        let marked = zeros(bytes ^ (ONES * u64::from(b'\\'))) | zeros(bytes ^ (ONES * 0x1b));
        if marked != 0 {
            return place * 8 + marked.trailing_zeros() as usize / 8;
        }
    }
    let plain = rest.iter().position(|byte| b"\\\x1b".contains(byte)).unwrap_or(rest.len());
    text.len() - rest.len() + plain
}

/// Moves an offset back to the start of the escape or character that it stands in.
fn unit_start(text: &[u8], mut at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    while at > 0 && text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at -= 1;
    }
    // Up to the eight digits and the letter of an escape, then its backslashes.
    let near = text.get(at.saturating_sub(10)..at).unwrap_or_default();
    if let Some(back) = near.iter().rposition(|&byte| byte == b'\\') {
        at -= near.len() - back;
        let mut steps = 0;
        while at > 0 && text.get(at - 1) == Some(&b'\\') && steps < BACKSLASHES_MAX {
            at -= 1;
            steps += 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, layers: usize) -> String {
        (0..layers).fold(text.to_owned(), |text, _| {
            let quoted = serde_json::Value::String(text).to_string();
            quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
        })
    }

    #[test]
    fn every_depth_gives_the_same_content() {
        let text = "a = \"b\"\n\tc: 'd'\u{1f600} e/f";
        let mut window = Window::default();
        window.fill(text.as_bytes(), 0, text.len());
        let plain = text.replace('\t', " ");
        for layers in 1..=3 {
            let deep = escaped(text, layers);
            window.fill(deep.as_bytes(), 0, deep.len());
            assert_eq!(String::from_utf8_lossy(window.bytes()), plain);
            for (place, _) in plain.char_indices() {
                assert!(deep.is_char_boundary(window.offset(place)));
                assert_eq!(window.place(window.offset(place)), place);
            }
            assert_eq!(window.offset(plain.len()), deep.len());
        }
    }

    #[test]
    fn a_window_that_grew_is_one_that_was_filled() {
        for text in [
            "plain all the way, and further",
            r#"plain, then \"a\" \\n b"#,
            r"\u0061\\\u003d x\ny",
            "\u{1b}[1mab é \\x41",
        ]
        .map(|text| format!("{text}{}{text}", "\u{1b}[31m".repeat(9) + &"x".repeat(60)))
        {
            let mut whole = Window::default();
            whole.fill(text.as_bytes(), 0, text.len());
            for first in 1..text.len() {
                let mut grown = Window::default();
                grown.fill(text.as_bytes(), 0, first);
                grown.reach(text.as_bytes(), 0, first + (text.len() - first) / 2);
                grown.reach(text.as_bytes(), 0, text.len());
                assert_eq!(String::from_utf8_lossy(grown.bytes()), String::from_utf8_lossy(whole.bytes()), "{first}");
                for place in 0..=whole.bytes().len() {
                    assert_eq!(grown.offset(place), whole.offset(place), "{text} {first} {place}");
                    assert_eq!(grown.depth(place), whole.depth(place), "{text} {first} {place}");
                }
            }
        }
    }

    #[test]
    fn unicode_escapes_and_colours_are_read() {
        for text in
            ["\\u001b[31mab\\u001b[0m", "\u{1b}[1;31mab\u{1b}[0m", "\\x1b[31mab\\e[0m", "\\u0061b", "\\033[1mab"]
        {
            let mut out = Vec::new();
            unescape_into(text.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), "ab", "{text}");
        }
        let mut out = Vec::new();
        unescape_into(br"a\u003db\/c\ud83d\ude00", &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "a=b/c\u{1f600}");
    }

    #[test]
    fn two_signs_end_one_line() {
        for (text, expected) in
            [("a\\r\\nb", "a\nb"), ("a\\\\r\\\\nb", "a\nb"), ("a\\rb", "a\nb"), ("a\\r\\\\nb", "a\n\nb")]
        {
            let mut out = Vec::new();
            unescape_into(text.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{text}");
        }
    }

    #[test]
    fn an_end_inside_an_escape_moves_to_its_start() {
        let text = br"abc\\\u003d";
        for at in 4..text.len() {
            let mut window = Window::default();
            window.fill(text, 0, at);
            assert_eq!(window.bytes(), b"abc", "{at}");
        }
    }
    #[test]
    fn what_veils_leads_back_to_where_it_stood_however_the_window_grew() {
        let text = "a&quot;b\n     7\u{2192}c\\n     8\\td";
        let mut window = Window::default();
        window.fill(text.as_bytes(), 0, text.len());
        assert_eq!(window.bytes(), b"a\"b\nc\nd");
        let offsets: Vec<_> = (0..7).map(|place| window.offset(place)).collect();
        assert_eq!(offsets, [0, 1, 7, 8, 18, 19, 29]);
        for cut in (1..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let mut grown = Window::default();
            grown.fill(text.as_bytes(), 0, cut);
            grown.reach(text.as_bytes(), 0, text.len());
            assert_eq!(grown.bytes(), window.bytes(), "{cut}");
        }
    }
}
