//! The places at which something stands that makes up a JSON text's structure, read from bits.
//!
//! The way of telling quotes in strings from quotes around them, with sums and shifts over the bits of a block, is that of
//! simdjson (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019, checked 2026-11-25).

use super::text::{hex4, unit_length};
use super::{NotJson, Span};
use crate::bits::{self, BLOCK, JsonBlock, JsonBlocks};

/// Blocks whose bits are made at once.
const CHUNK: usize = 64;
/// Every other bit, from the first one on.
const EVEN: u64 = 0x5555_5555_5555_5555;

/// The marks of one text; buffers are kept from text to text.
#[derive(Default)]
pub(super) struct Marks {
    /// The first `state.count` of these; the others are room for more.
    places: Vec<u32>,
    /// For each block, which bytes end a line, and how many do so in all blocks before it. May hold more than the text's.
    line_ends: Vec<(u64, u32)>,
    state: State,
}

/// What is handed from block to block.
#[derive(Default)]
struct State {
    /// One when the next block's first byte is escaped.
    escaped: u64,
    /// All ones when the next block begins within a string.
    in_string: u64,
    line_ends: u32,
    /// Marks noted.
    count: usize,
    /// Some string holds a control character or half a surrogate pair.
    has_odd: bool,
    is_broken: bool,
}

/// A chunk of a text as it is read.
struct Chunk<'a> {
    text: &'a [u8],
    /// Where the chunk begins.
    start: usize,
    /// Room for what is noted of this chunk and the ones before it.
    places: &'a mut [u32],
    line_ends: &'a mut [(u64, u32)],
    state: State,
}

impl Marks {
    /// Where quotes around strings stand, and brackets, commas and colons outside of them.
    pub(super) fn places(&self) -> &[u32] {
        self.places.get(..self.state.count).unwrap_or_default()
    }

    /// Whether a string may hold a control character or half a surrogate pair.
    pub(super) fn has_odd(&self) -> bool {
        self.state.has_odd
    }

    /// How many line ends stand in a stretch of the text.
    pub(super) fn line_ends(&self, span: Span) -> u32 {
        let before = |at: u32| {
            let (bits, count) = self.line_ends.get(at as usize / BLOCK).copied().unwrap_or_default();
            count + (bits & ((1 << (at as usize % BLOCK)) - 1)).count_ones()
        };
        before(span.end).saturating_sub(before(span.start))
    }

    /// Reads a text. Backslashes outside of strings, unknown escapes and strings without an end are refused.
    pub(super) fn read(&mut self, text: &[u8]) -> Result<(), NotJson> {
        let mut state = State::default();
        grow(&mut self.line_ends, text.len() / BLOCK + 2);
        for (chunk, part) in text.chunks(CHUNK * BLOCK).enumerate() {
            grow(&mut self.places, state.count + CHUNK * BLOCK);
            let line_ends = self.line_ends.get_mut(chunk * CHUNK..).unwrap_or_default();
            let start = chunk * CHUNK * BLOCK;
            let reading = Chunk { text, start, places: &mut self.places, line_ends, state };
            Chunk { state, .. } = bits::of_json(part, reading);
        }
        if let Some(last) = self.line_ends.get_mut(text.len().div_ceil(BLOCK)) {
            *last = (0, state.line_ends);
        }
        self.state = state;
        // A text that ends within its last block is followed by zeros, which are no escape of anything.
        let is_whole = self.state.in_string == 0 && self.state.escaped == 0 && !self.state.is_broken;
        if is_whole { Ok(()) } else { Err(NotJson) }
    }
}

/// Makes room without filling again what is there.
fn grow<T: Clone + Default>(room: &mut Vec<T>, length: usize) {
    if room.len() < length {
        room.resize(length, T::default());
    }
}

impl JsonBlocks for Chunk<'_> {
    #[inline(always)]
    fn block(&mut self, place: usize, block: impl JsonBlock) {
        let base = self.start + place * BLOCK;
        let (quotes, backslash) = (block.quote(), block.backslash());
        // Most blocks lie within a text, many of them without an escape.
        let is_plain = quotes | backslash | self.state.escaped | !self.state.in_string == 0;
        let escaped = if is_plain { 0 } else { escaped(backslash, &mut self.state.escaped) };
        let line_ends = if escaped == 0 { 0 } else { escaped & block.n() };
        if let Some(slot) = self.line_ends.get_mut(place) {
            *slot = (line_ends, self.state.line_ends);
        }
        self.state.line_ends += line_ends.count_ones();
        if is_plain {
            self.state.has_odd |= block.control() != 0;
            return;
        }
        let quotes = quotes & !escaped;
        let in_string = up_to(quotes) ^ self.state.in_string;
        self.state.in_string = 0u64.wrapping_sub(in_string >> 63);
        self.state.has_odd |= block.control() & in_string != 0;
        self.state.is_broken |= backslash & !in_string != 0;
        if escaped != 0 {
            self.state.is_broken |= escaped & !block.escapable() != 0;
            self.units(base, escaped & block.u());
        }
        let marks = block.structure() & !in_string | quotes;
        if marks != 0 {
            self.mark(base, marks);
        }
    }
}

impl Chunk<'_> {
    /// Notes the places of a block's marks, eight at a time: how many there are is hard to foretell.
    #[inline(always)]
    fn mark(&mut self, base: usize, mut marks: u64) {
        let room = self.places.get_mut(self.state.count..).unwrap_or_default();
        self.state.count += marks.count_ones() as usize;
        for eight in room.as_chunks_mut::<8>().0 {
            for place in eight {
                *place = (base + marks.trailing_zeros() as usize) as u32;
                marks &= marks.wrapping_sub(1);
            }
            if marks == 0 {
                return;
            }
        }
    }

    /// Looks at `\u` escapes, whose `u` are given.
    #[inline(always)]
    fn units(&mut self, base: usize, letters: u64) {
        if letters != 0 {
            match has_half(self.text, base, letters) {
                Ok(has_half) => self.state.has_odd |= has_half,
                Err(NotJson) => self.state.is_broken = true,
            }
        }
    }
}

/// Whether one of the `\u` escapes whose `u` are given is half a surrogate pair.
#[inline(never)]
fn has_half(text: &[u8], base: usize, mut letters: u64) -> Result<bool, NotJson> {
    let mut found = false;
    while letters != 0 {
        let letter = base + letters.trailing_zeros() as usize;
        letters &= letters - 1;
        let unit = hex4(text, letter + 1).ok_or(NotJson)?;
        // Halves of surrogate pairs are told from whole ones when a string that holds any is looked at.
        let pair = match unit {
            0xD800..=0xDBFF => letter.checked_sub(1),
            0xDC00..=0xDFFF => letter.checked_sub(7),
            _ => continue,
        };
        let pair = pair.and_then(|start| text.get(start..));
        found |= !pair.is_some_and(|pair| pair.first() == Some(&b'\\') && unit_length(pair) == Some(12));
    }
    Ok(found)
}

/// The bytes that a backslash escapes.
#[inline(always)]
fn escaped(backslash: u64, carry: &mut u64) -> u64 {
    if backslash == 0 {
        return std::mem::take(carry);
    }
    let backslash = backslash & !*carry;
    let follows = backslash << 1 | *carry;
    let odd_starts = backslash & !EVEN & !follows;
    let (sequences, beyond) = odd_starts.overflowing_add(backslash);
    *carry = u64::from(beyond);
    (EVEN ^ sequences << 1) & follows
}

/// For each bit whether the number of bits up to it and with it is odd.
#[inline(always)]
fn up_to(mut bits: u64) -> u64 {
    for by in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << by;
    }
    bits
}
