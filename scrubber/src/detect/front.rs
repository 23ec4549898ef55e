//! The one pass over all bytes of a text: finds the places that deserve a closer look.
//!
//! A word is a longest run of `[A-Za-z0-9_]` once the letters of escapes are taken off. Everything that the engine looks for
//! starts or ends at a word's edge, so that shifts and sums over the bits of a block tell nearly all of a text apart
//! from what may matter. The tests here may let too much through, and never too little; the functions of `Search`
//! that they call decide.

use super::personal::names;
use super::search::{Search, after_escape, byte_at};
use super::sets::literals::{first_length, hash_of};
use super::shape::runs::RUN_MIN;
use crate::bits::{self, BLOCK, TextBits, TextBlocks};

/// One block more than there are bytes for ends the last word, another one the last run, and a third one stands behind that.
const BLOCKS_BEYOND: usize = 3;
/// Groups of digits and what parts them are read as far as this.
const NUMBER_MAX: u32 = 32;
/// Fewer digits are a count, unless dots part them.
const DIGITS_MIN: u32 = 6;

/// What is handed from block to block: bits of the last one, as the bit before the first of the next, and what is open.
#[derive(Default)]
struct Carry {
    backslash: u64,
    veil: u64,
    equals: u64,
    bracket: u64,
    foreign: u64,
    word: u64,
    /// One when the last byte is a letter of a word, and when it is a small one.
    letter: u64,
    small: u64,
    /// One when the last byte is the first of two that join words.
    two: u64,
    /// Word starts, letters of escapes and gaps after pairs of characters in the last block.
    starts: u64,
    escaped: u64,
    pairs: u64,
    /// One when the last word goes on and began with a capital.
    capital: u64,
    /// Where the last word began.
    last_start: usize,
    /// Bytes before here belong to an escape.
    escape_end: usize,
    runs: Runs,
}

/// Runs of token characters: the last block's, since the next one's tell where they end.
#[derive(Default)]
struct Runs {
    bits: u64,
    digits: u64,
    /// The bit before the block's first.
    before: u64,
    /// The start of a run that goes on.
    open: Option<usize>,
}

/// The search with the block that waits for the bits of the next one.
struct Front<'s, 'a> {
    search: &'s mut Search<'a>,
    carry: Carry,
    /// Where the waiting block begins; none waits before the first one.
    base: Option<usize>,
    waiting: TextBits,
}

impl TextBlocks for Front<'_, '_> {
    #[inline(always)]
    fn block(&mut self, bits: TextBits) {
        if let Some(base) = self.base {
            self.search.block(base, &self.waiting, &bits, &mut self.carry);
        }
        self.base = Some(self.base.map_or(0, |base| base + BLOCK));
        self.waiting = bits;
    }
}

impl Search<'_> {
    /// Looks at all of the text.
    pub(super) fn run(&mut self) {
        self.joined_literals();
        self.literals_in_a_row();
        self.joined_lists();
        self.double_width();
        self.links();
        self.folded_lines();
        let (text, leads) = (self.text, self.parts.leads.as_slice());
        let front = Front { search: self, carry: Carry::default(), base: None, waiting: TextBits::default() };
        bits::of_text(text, leads, BLOCKS_BEYOND, front);
    }

    #[inline(always)]
    fn block(&mut self, base: usize, block: &TextBits, next: &TextBits, carry: &mut Carry) {
        let after_backslash = (block.backslash << 1 | carry.backslash) & !block.backslash;
        let escaped = after_backslash & block.letter;
        let mut word = block.word & !escaped;
        if carry.escape_end > base {
            word &= !low_bits(carry.escape_end - base);
        }
        let odd = word
            & ((after_backslash & !escaped)
                | (block.veil << 1 | carry.veil)
                | ((block.bracket << 1 | carry.bracket) & block.digit)
                | ((block.equals << 1 | carry.equals) & block.digit & (block.upper >> 1 | next.upper << 63)));
        if odd != 0 {
            word = self.escapes(base, odd, word, carry);
        }
        let before = word << 1 | carry.word;
        let (starts, ends) = (word & !before, before & !word);
        self.words(base, block, next, starts, escaped);
        let parts = parts_of_names(word, block, next, carry);
        if !self.again {
            self.names(base, starts, (ends, parts), carry.last_start);
        }
        self.numbers(base, block, next, starts);
        // Adding a bit at the start of a run of bits carries it to the place after the run.
        let (sum, beyond) = word.overflowing_add(starts & block.upper);
        let (sum, further) = sum.overflowing_add(carry.capital);
        if !self.again {
            self.capitalised(base, starts, sum & ends, carry.last_start);
        }
        carry.capital = u64::from(beyond | further);
        let pairs = ends & block.gap & (starts << 2 | carry.starts >> 62);
        let groups = pairs & (pairs << 3 | carry.pairs >> 61);
        if groups != 0 {
            self.pairs(base, groups);
        }
        let leads = ends & (block.lead | block.colon & (block.slash >> 1 | next.slash << 63));
        let groups = ends & block.colon;
        if groups | leads != 0 {
            let colons = u128::from(block.colon) | u128::from(next.colon) << 64;
            self.signs(base, (groups, colons), leads, starts, carry.last_start);
        }
        if block.foreign | carry.foreign != 0 && !self.again {
            self.foreign_names(base, (block.foreign << 1 | carry.foreign) & !block.foreign);
        }
        let mut joined = block.joiner & before & (word >> 1 | next.word << 63);
        let two = block.joiner & before & (block.joiner >> 1 | next.joiner << 63) & (word >> 2 | next.word << 62);
        joined |= two | two << 1 | carry.two;
        self.runs(base, word | joined, block.digit, carry.starts | carry.escaped, &mut carry.runs);
        carry.backslash = block.backslash >> 63;
        carry.veil = block.veil >> 63;
        carry.equals = block.equals >> 63;
        carry.bracket = block.bracket >> 63;
        carry.foreign = block.foreign >> 63;
        (carry.word, carry.two) = (word >> 63, two >> 63);
        (carry.starts, carry.escaped, carry.pairs) = (starts, escaped, pairs);
        if starts != 0 {
            carry.last_start = base + highest(starts);
        }
    }

    /// Takes the rest of escapes off words that begin with one. `odd` are the starts of words that may.
    #[inline(never)]
    fn escapes(&mut self, base: usize, mut odd: u64, mut word: u64, carry: &mut Carry) -> u64 {
        while odd != 0 {
            let start = base + odd.trailing_zeros() as usize;
            odd &= odd - 1;
            if start < carry.escape_end {
                continue;
            }
            let before = byte_at(self.text, start.wrapping_sub(1));
            self.literals_at(start, first_length(self.text, start));
            self.veiled(start, before);
            if before == b'[' {
                self.key_pair(start);
            }
            let end = after_escape(self.text, start, before);
            if end > start {
                carry.escape_end = end;
                let within = low_bits(end - base) & !low_bits(start - base);
                word &= !within;
                odd &= !within;
            }
        }
        word
    }

    /// Tries the literals at the words that start in the block. What looks like an escape may part folders, `C:\new`: the
    /// letters in `escaped` may begin a word as well.
    #[inline(always)]
    fn words(&mut self, base: usize, block: &TextBits, next: &TextBits, starts: u64, escaped: u64) {
        let two = block.word & (block.word >> 1 | next.word << 63);
        let three = two & (block.word >> 2 | next.word << 62);
        let four = three & (block.word >> 3 | next.word << 61);
        let starts = starts | escaped & two;
        // Places, above them the lengths as far as they matter, and whether a secret is known that begins like the word.
        let mut found = [0u16; BLOCK];
        let mut count = 0;
        let mut add = |place: u32, length: u32, literal: bool, secret: bool| {
            if let Some(slot) = found.get_mut(count) {
                *slot = (place | length << 8 | u32::from(secret) << 12) as u16;
            }
            count += usize::from(literal | secret);
        };
        let (literals, secrets) = (&self.parts.literals, self.secrets());
        let mut long = starts & four;
        while long != 0 {
            let place = long.trailing_zeros();
            long &= long - 1;
            let bytes = self.text.get(base + place as usize..).and_then(|rest| rest.first_chunk::<4>());
            let hash = bytes.map_or(0, |four| hash_of(u32::from_le_bytes(*four)));
            add(place, 4, literals.may_hash(hash), secrets.may(hash));
        }
        let mut short = starts & !four;
        while short != 0 {
            let place = short.trailing_zeros();
            short &= short - 1;
            let further = ((two >> place & 1) + (three >> place & 1)) as u32;
            let kept = 0x00ff_ffff >> (8 * (2 - further));
            add(place, 1 + further, literals.may(first_four(self.text, base + place as usize), kept), false);
        }
        for found in found.iter().take(count) {
            let word = base + usize::from(found & 0xff);
            self.literals_at(word, usize::from(found >> 8 & 7));
            if found >> 12 == 1 {
                self.known_secret(word);
            }
        }
    }

    /// Looks at the words, and parts of words, that end in the block: they may end a name, or all of it that tells of a secret.
    #[inline(always)]
    fn names(&mut self, base: usize, starts: u64, (ends, parts): (u64, u64), last_start: usize) {
        let mut found = [0u8; BLOCK];
        let mut count = 0;
        let mut either = ends | parts;
        while either != 0 {
            let place = either.trailing_zeros();
            either &= either - 1;
            if let Some(slot) = found.get_mut(count) {
                *slot = place as u8;
            }
            count += usize::from(self.parts.endings.may(last_four(self.text, base + place as usize)));
        }
        for place in found.iter().take(count) {
            let end = base + usize::from(*place);
            let start = start_of(base, starts, usize::from(*place), last_start);
            if parts >> place & 1 == 1 {
                self.part_of_name(start, end);
            } else {
                self.end_of_name(start, end);
                self.suffix_of_name(start, end);
            }
        }
    }

    /// Looks at the words that begin with a capital and end in the block.
    #[inline(always)]
    fn capitalised(&mut self, base: usize, starts: u64, mut ends: u64, last_start: usize) {
        while ends != 0 {
            let place = ends.trailing_zeros() as usize;
            ends &= ends - 1;
            let end = base + place;
            if names::may_go_on(self.text, end, byte_at(self.text, end)) {
                self.capitals(start_of(base, starts, place, last_start), end);
            }
        }
    }

    /// Looks at words that start with a digit, or with capitals and then a digit.
    #[inline(always)]
    fn numbers(&mut self, base: usize, block: &TextBits, next: &TextBits, starts: u64) {
        let mut digits = starts & block.digit;
        while digits != 0 {
            let place = digits.trailing_zeros();
            digits &= digits - 1;
            let ahead = |bits: u64, next: u64| ((u128::from(bits) | u128::from(next) << 64) >> place) as u32;
            let (digit, gap) = (ahead(block.digit, next.digit), ahead(block.gap, next.gap));
            let length = (digit | gap).trailing_ones().min(NUMBER_MAX);
            let stretch = low_bits(length as usize) as u32;
            let count = (digit & stretch).count_ones();
            if count >= DIGITS_MIN || count >= 4 && (ahead(block.dot, next.dot) & stretch).count_ones() >= 3 {
                self.number(base + place as usize);
            }
        }
        let capitals = starts & block.upper;
        if capitals != 0 {
            let (sum, beyond) = block.upper.overflowing_add(capitals);
            let mut found = sum & !block.upper & block.digit;
            while found != 0 {
                let place = found.trailing_zeros() as usize;
                found &= found - 1;
                self.number(base + highest(starts & low_bits(place)));
            }
            if beyond {
                self.number(base + highest(capitals));
            }
        }
    }

    /// Looks at pairs of characters that hyphens or blanks part.
    #[inline(never)]
    fn pairs(&mut self, base: usize, mut groups: u64) {
        while groups != 0 {
            let gap = base + groups.trailing_zeros() as usize;
            groups &= groups - 1;
            let by = byte_at(self.text, gap);
            // `to 3c-22-`: the word before the first group is none.
            if byte_at(self.text, gap.wrapping_sub(3)) != by {
                continue;
            }
            // The first of the groups is the start.
            let mut start = gap.saturating_sub(5);
            let pair_before = |at: usize| {
                let three = at.checked_sub(3).and_then(|from| self.text.get(from..at));
                matches!(three, Some([a, b, c]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() && *c == by)
            };
            while start >= self.pairs_to && pair_before(start) {
                start -= 3;
            }
            let known = start < self.pairs_to;
            self.pairs_to = gap + 1;
            match by {
                _ if known => {}
                b'-' => self.hyphenated_hex(start),
                b' ' => self.hex_pairs(start),
                _ => {}
            }
        }
    }

    /// Looks at the words that a colon ends, and at signs that lead somewhere.
    #[inline(never)]
    fn signs(
        &mut self,
        base: usize,
        (mut groups, colons): (u64, u128),
        mut leads: u64,
        starts: u64,
        last_start: usize,
    ) {
        while groups != 0 {
            let place = groups.trailing_zeros() as usize;
            groups &= groups - 1;
            let start = start_of(base, starts, place, last_start);
            let end = base + place;
            if colons >> (place + 1) & 0x1f != 0 && end - start <= 4 {
                self.hex_group(start, end);
            }
        }
        while leads != 0 {
            let place = leads.trailing_zeros() as usize;
            leads &= leads - 1;
            self.literals_after(base + place);
        }
    }

    /// Finds the long runs that start in the block before this one and those that end there; `words` start in that block.
    #[inline(always)]
    fn runs(&mut self, base: usize, bits: u64, digits: u64, words: u64, last: &mut Runs) {
        let base = base.wrapping_sub(BLOCK);
        if let Some(start) = last.open {
            let ones = last.bits.trailing_ones() as usize;
            if ones < BLOCK {
                last.open = None;
                self.end_of_run(start, base + ones);
            }
        }
        let both = u128::from(last.bits) | u128::from(bits) << 64;
        let two = both & both >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        const { assert!(RUN_MIN == 16) };
        let sixteen = eight & eight >> 8;
        let mut words = words & (sixteen | sixteen >> 1) as u64;
        while words != 0 {
            let word = base + words.trailing_zeros() as usize;
            words &= words - 1;
            let two = self.text.get(word..).and_then(|rest| rest.first_chunk::<2>());
            if two.is_some_and(|two| self.parts.literals.may_run(u16::from_le_bytes(*two))) {
                self.literals_at_run(word);
            }
        }
        let mut starts = sixteen as u64 & !(last.bits << 1 | last.before);
        while starts != 0 {
            let place = starts.trailing_zeros();
            starts &= starts - 1;
            let length = (both >> place).trailing_ones();
            if place + length == 128 {
                last.open = Some(base + place as usize);
            } else {
                let digits = (u128::from(last.digits) | u128::from(digits) << 64) >> place;
                // Long names and prose are dropped here.
                if digits.trailing_zeros() < length {
                    self.long_run(base + place as usize, base + (place + length) as usize);
                }
            }
        }
        *last = Runs { bits, digits, before: last.bits >> 63, open: last.open };
    }
}

/// Where a part of a word ends and another one follows: `PASSWORD_PROD`, `passwordRepeat`, `password2`.
#[inline(always)]
fn parts_of_names(word: u64, block: &TextBits, next: &TextBits, carry: &mut Carry) -> u64 {
    let letter = word & !(block.digit | block.underscore);
    let small = letter & !block.upper;
    let (after, after_small) = (letter << 1 | carry.letter, small << 1 | carry.small);
    (carry.letter, carry.small) = (letter >> 63, small >> 63);
    let goes_on = block.word >> 1 | next.word << 63;
    let digit = block.digit >> 1 | next.digit << 63;
    // One digit or two end the word: of hashes no more parts are looked at than that.
    let number = block.digit & (!goes_on | digit & !(block.word >> 2 | next.word << 62));
    word & (after & (block.underscore | number) | after_small & block.upper)
}

/// Bits below `count`.
#[inline(always)]
fn low_bits(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

/// The place of the highest bit; one must be set.
#[inline(always)]
fn highest(bits: u64) -> usize {
    63 - bits.leading_zeros().min(63) as usize
}

/// The start of the word that ends at `place` of a block, or the last one's before the block.
#[inline(always)]
fn start_of(base: usize, starts: u64, place: usize, last_start: usize) -> usize {
    let within = starts & low_bits(place);
    if within == 0 { last_start } else { base + highest(within) }
}

/// The four bytes from `start` on, zeros where the text ends.
#[inline(always)]
fn first_four(text: &[u8], start: usize) -> u32 {
    match text.get(start..).and_then(|rest| rest.first_chunk::<4>()) {
        Some(four) => u32::from_le_bytes(*four),
        None => u32::from_le_bytes([0, 1, 2, 3].map(|at| text.get(start + at).copied().unwrap_or(0))),
    }
}

/// The four bytes before `end`, blanks where the text begins.
#[inline(always)]
fn last_four(text: &[u8], end: usize) -> u32 {
    match text.get(..end).and_then(|head| head.last_chunk::<4>()) {
        Some(four) => u32::from_le_bytes(*four),
        None => u32::from_le_bytes([4, 3, 2, 1].map(|back| end.checked_sub(back).map_or(b' ', |at| byte_at(text, at)))),
    }
}
