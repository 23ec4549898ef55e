//! The places at which something stands that makes up a JSON text's structure, read from bits.
//!
//! The way of telling quotes in strings from quotes around them, with sums and shifts over the bits of a block, is that of
//! simdjson (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019, checked 2026-11-25).

use super::text::{hex4, unit_length};
use super::{NotJson, Span};
use crate::bits::{self, BLOCK, JsonBits};

/// Blocks whose bits are made at once.
const CHUNK: usize = 64;
/// Every other bit, from the first one on.
const EVEN: u64 = 0x5555_5555_5555_5555;

/// The marks of one text; buffers are kept from text to text.
#[derive(Default)]
pub(super) struct Marks {
    /// The first `count` of these; the others are room for more.
    places: Vec<u32>,
    count: usize,
    /// For each block, which bytes end a line, and how many do so in all blocks before it.
    line_ends: Vec<(u64, u32)>,
    /// Some string holds a control character or half a surrogate pair.
    has_odd: bool,
    bits: Vec<JsonBits>,
}

/// What is handed from block to block.
#[derive(Default)]
struct Carry {
    /// One when the next block's first byte is escaped.
    escaped: u64,
    /// All ones when the next block begins within a string.
    in_string: u64,
    line_ends: u32,
}

impl Marks {
    /// Where quotes around strings stand, and brackets, commas and colons outside of them.
    pub(super) fn places(&self) -> &[u32] {
        self.places.get(..self.count).unwrap_or_default()
    }

    /// Whether a string may hold a control character or half a surrogate pair.
    pub(super) fn has_odd(&self) -> bool {
        self.has_odd
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
        self.count = 0;
        self.line_ends.clear();
        self.line_ends.reserve(text.len() / BLOCK + 2);
        self.has_odd = false;
        self.bits.resize(CHUNK, JsonBits::default());
        let mut bits = std::mem::take(&mut self.bits);
        let mut carry = Carry::default();
        let mut result = Ok(());
        for (chunk, part) in text.chunks(CHUNK * BLOCK).enumerate() {
            let blocks = part.len().div_ceil(BLOCK);
            let room = self.count + blocks * BLOCK;
            if self.places.len() < room {
                self.places.resize(room, 0);
            }
            bits::of_json(part, bits.get_mut(..blocks).unwrap_or_default());
            for (place, block) in bits.iter().take(blocks).enumerate() {
                result = result.and(self.block(text, (chunk * CHUNK + place) * BLOCK, block, &mut carry));
            }
        }
        self.bits = bits;
        // A text that ends within its last block is followed by zeros, which are no escape of anything.
        self.line_ends.push((0, carry.line_ends));
        if carry.in_string != 0 || carry.escaped != 0 { Err(NotJson) } else { result }
    }

    #[inline(always)]
    fn block(&mut self, text: &[u8], base: usize, block: &JsonBits, carry: &mut Carry) -> Result<(), NotJson> {
        let escaped = escaped(block.backslash, &mut carry.escaped);
        let quotes = block.quote & !escaped;
        let in_string = up_to(quotes) ^ carry.in_string;
        carry.in_string = 0u64.wrapping_sub(in_string >> 63);
        let length = text.len() - base;
        let within = if length < BLOCK { (1 << length) - 1 } else { u64::MAX };
        let line_ends = escaped & block.n;
        self.line_ends.push((line_ends, carry.line_ends));
        if line_ends != 0 {
            carry.line_ends += line_ends.count_ones();
        }
        self.has_odd |= block.control & in_string & within != 0;
        let mut result = Ok(());
        if (escaped & !block.escapable | escaped & block.u | block.backslash & !in_string) & within != 0 {
            let unknown = escaped & !block.escapable | block.backslash & !in_string & !escaped;
            result = if unknown & within != 0 { Err(NotJson) } else { self.units(text, base, escaped & block.u) };
        }
        let marks = block.structure & !in_string | quotes;
        if marks != 0 {
            self.mark(base, marks);
        }
        result
    }

    /// Notes the places of the block's marks, eight at a time: how many there are is hard to foretell.
    #[inline(always)]
    fn mark(&mut self, base: usize, mut marks: u64) {
        let room = self.places.get_mut(self.count..).unwrap_or_default();
        self.count += marks.count_ones() as usize;
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
    #[inline(never)]
    fn units(&mut self, text: &[u8], base: usize, mut letters: u64) -> Result<(), NotJson> {
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
            self.has_odd |= !pair.is_some_and(|pair| pair.first() == Some(&b'\\') && unit_length(pair) == Some(12));
        }
        Ok(())
    }
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
