//! Which bytes of a text belong to a class: one bit for each byte, sixty-four bytes at a time.
//!
//! Every pass over all bytes is made of these bits: the reading of JSON and the search for secrets. The widest
//! instructions that the processor has are chosen once, at the first use; every choice gives the same bits, which a
//! property test holds. The only unsafe code of the library stands in `bits::wide`.

mod block;
#[cfg(any(test, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod plain;
mod wide;

use block::Block;

/// Bytes that one word of bits stands for.
pub(crate) const BLOCK: usize = 64;

/// What a search for secrets asks of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextBits {
    /// `A-Z a-z 0-9 _`.
    pub(crate) word: u64,
    /// `0-9`.
    pub(crate) digit: u64,
    /// `A-Z`.
    pub(crate) upper: u64,
    pub(crate) underscore: u64,
    pub(crate) backslash: u64,
    /// `n r t b f`: after a backslash they are white space.
    pub(crate) letter: u64,
    /// `%`, `#`, `@`, a zero byte, or the last byte of a character that cannot be seen: what follows may be encoded.
    pub(crate) veil: u64,
    pub(crate) equals: u64,
    /// `[` or `;`: the numbers of a terminal colour code follow.
    pub(crate) bracket: u64,
    /// `- . / + ~`: one or two between two words make one token of them.
    pub(crate) joiner: u64,
    /// Blank, `- . ( ) /`: between groups of digits.
    pub(crate) gap: u64,
    pub(crate) hyphen: u64,
    pub(crate) dot: u64,
    pub(crate) slash: u64,
    pub(crate) colon: u64,
    /// Bytes of characters beyond ASCII.
    pub(crate) foreign: u64,
    /// One of the bytes asked for.
    pub(crate) lead: u64,
}

/// A block of a JSON text: where something stands in it, told when it is asked for.
pub(crate) trait JsonBlock: Copy {
    fn quote(self) -> u64;
    fn backslash(self) -> u64;
    /// `{ } [ ] , :`.
    fn structure(self) -> u64;
    /// Below 0x20.
    fn control(self) -> u64;
    /// What may follow a backslash: `" \ / b f n r t u`.
    fn escapable(self) -> u64;
    /// `n`: after a backslash a line end.
    fn n(self) -> u64;
    /// `u`: after a backslash four hex digits follow.
    fn u(self) -> u64;
}

/// Takes the bits of a text block by block. `block` is to be compiled into the pass, with the instructions chosen for it:
/// `#[inline(always)]`. What it does not ask for is not made then.
pub(crate) trait TextBlocks {
    /// Takes the next block's bits; the text's last block is filled up with zeros.
    fn block(&mut self, bits: TextBits);
}

/// Shows `visitor` the bits of `text`, and of so many blocks `beyond` it of which no bit is set.
pub(crate) fn of_text<V: TextBlocks>(text: &[u8], leads: &[u8], beyond: usize, visitor: V) -> V {
    wide::of_text(text, leads, beyond, visitor)
}

/// Reads a JSON text block by block. `block` is to be compiled into the pass, with the instructions chosen for it:
/// `#[inline(always)]`.
pub(crate) trait JsonBlocks {
    /// Takes the block at `place`; the last one is filled up with zeros.
    fn block(&mut self, place: usize, block: impl JsonBlock);
}

/// Shows `visitor` the blocks of `text`.
pub(crate) fn of_json<V: JsonBlocks>(text: &[u8], visitor: V) -> V {
    wide::of_json(text, visitor)
}

#[inline(always)]
fn text_blocks<B: Block, V: TextBlocks>(text: &[u8], leads: &[u8], beyond: usize, mut visitor: V) -> V {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let last = padded(rest);
    let filled = text.len().div_ceil(BLOCK);
    for place in 0..filled + beyond {
        let bits = text_block(B::load(blocks.get(place).unwrap_or(&last)), leads);
        visitor.block(if place < filled { bits } else { TextBits::default() });
    }
    visitor
}

#[inline(always)]
fn text_block<B: Block>(block: B, leads: &[u8]) -> TextBits {
    let folded = block.fold();
    let (digit, hyphen, dot, slash) = (block.within(b'0', b'9'), block.eq(b'-'), block.eq(b'.'), block.eq(b'/'));
    let joined = hyphen.or(dot).or(slash);
    let gap = joined.or(block.eq(b' ')).or(block.within(b'(', b')'));
    let letter = block.eq(b'n').or(block.eq(b't')).or(block.eq(b'r')).or(block.eq(b'b')).or(block.eq(b'f'));
    let underscore = block.eq(b'_');
    let sign = block.eq(b'%').or(block.eq(b'#')).or(block.eq(b'@')).or(block.eq(0));
    let veil = sign.or(block.within(0x8b, 0x8f)).or(block.within(0xa0, 0xae)).or(block.eq(0xbf));
    let mut lead = 0;
    for &byte in leads {
        lead |= block.eq(byte).bits();
    }
    TextBits {
        word: folded.within(b'a', b'z').or(digit).or(underscore).bits(),
        digit: digit.bits(),
        upper: block.within(b'A', b'Z').bits(),
        underscore: underscore.bits(),
        backslash: block.eq(b'\\').bits(),
        letter: letter.bits(),
        veil: veil.bits(),
        equals: block.eq(b'=').bits(),
        bracket: block.eq(b'[').or(block.eq(b';')).bits(),
        joiner: joined.or(block.eq(b'+')).or(block.eq(b'~')).bits(),
        gap: gap.bits(),
        hyphen: hyphen.bits(),
        dot: dot.bits(),
        slash: slash.bits(),
        colon: block.eq(b':').bits(),
        foreign: block.within(0x80, 0xff).bits(),
        lead,
    }
}

// By value, so that what it carries from block to block stays in registers.
#[inline(always)]
fn json_blocks<B: Block, V: JsonBlocks>(text: &[u8], mut visitor: V) -> V {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for (place, block) in blocks.iter().enumerate() {
        visitor.block(place, B::load(block));
    }
    if !rest.is_empty() {
        visitor.block(blocks.len(), B::load(&padded(rest)));
    }
    visitor
}

impl<B: Block> JsonBlock for B {
    #[inline(always)]
    fn quote(self) -> u64 {
        self.eq(b'"').bits()
    }

    #[inline(always)]
    fn backslash(self) -> u64 {
        self.eq(b'\\').bits()
    }

    #[inline(always)]
    fn structure(self) -> u64 {
        // `[` and `{`, `]` and `}` differ in the bit that tells upper from lower case.
        let folded = self.fold();
        folded.eq(b'{').or(folded.eq(b'}')).or(self.eq(b',')).or(self.eq(b':')).bits()
    }

    #[inline(always)]
    fn control(self) -> u64 {
        self.within(0, 0x1f).bits()
    }

    #[inline(always)]
    fn escapable(self) -> u64 {
        let letters =
            self.eq(b'b').or(self.eq(b'f')).or(self.eq(b'n')).or(self.eq(b'r')).or(self.eq(b't')).or(self.eq(b'u'));
        letters.or(self.eq(b'"')).or(self.eq(b'\\')).or(self.eq(b'/')).bits()
    }

    #[inline(always)]
    fn n(self) -> u64 {
        self.eq(b'n').bits()
    }

    #[inline(always)]
    fn u(self) -> u64 {
        self.eq(b'u').bits()
    }
}

fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All that may be asked of a block.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) struct JsonBits {
        quote: u64,
        backslash: u64,
        structure: u64,
        control: u64,
        escapable: u64,
        n: u64,
        u: u64,
    }

    impl TextBlocks for Vec<TextBits> {
        fn block(&mut self, bits: TextBits) {
            self.push(bits);
        }
    }

    impl JsonBlocks for Vec<JsonBits> {
        fn block(&mut self, place: usize, block: impl JsonBlock) {
            assert_eq!(place, self.len());
            self.push(JsonBits {
                quote: block.quote(),
                backslash: block.backslash(),
                structure: block.structure(),
                control: block.control(),
                escapable: block.escapable(),
                n: block.n(),
                u: block.u(),
            });
        }
    }

    fn bits(text: &[u8], block: usize, holds: impl Fn(u8) -> bool) -> u64 {
        let bytes = text.iter().skip(block * BLOCK).take(BLOCK);
        bytes.enumerate().filter(|(_, byte)| holds(**byte)).fold(0, |bits, (at, _)| bits | 1 << at)
    }

    /// The bits of the zeros behind the text.
    fn padding(text: &[u8], block: usize) -> u64 {
        let length = text.len().saturating_sub(block * BLOCK).min(BLOCK);
        if length == BLOCK { 0 } else { u64::MAX << length }
    }

    fn naive_text(text: &[u8], leads: &[u8], block: usize) -> TextBits {
        let bits = |set: &[u8]| bits(text, block, |byte| set.contains(&byte));
        let padding = padding(text, block);
        TextBits {
            word: self::bits(text, block, |byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            digit: self::bits(text, block, |byte| byte.is_ascii_digit()),
            upper: self::bits(text, block, |byte| byte.is_ascii_uppercase()),
            underscore: bits(b"_"),
            backslash: bits(b"\\"),
            letter: bits(b"nrtbf"),
            veil: padding
                | self::bits(text, block, |byte| {
                    b"\0%#@\xbf".contains(&byte) || matches!(byte, 0x8b..=0x8f | 0xa0..=0xae)
                }),
            equals: bits(b"="),
            bracket: bits(b"[;"),
            joiner: bits(b"-./+~"),
            gap: bits(b" -.()/"),
            hyphen: bits(b"-"),
            dot: bits(b"."),
            slash: bits(b"/"),
            colon: bits(b":"),
            foreign: self::bits(text, block, |byte| !byte.is_ascii()),
            lead: bits(leads),
        }
    }

    fn naive_json(text: &[u8], block: usize) -> JsonBits {
        let set = |set: &[u8]| bits(text, block, |byte| set.contains(&byte));
        let padding = padding(text, block);
        JsonBits {
            quote: set(b"\""),
            backslash: set(b"\\"),
            structure: set(b"{}[],:"),
            control: bits(text, block, |byte| byte < 0x20) | padding,
            escapable: set(b"\"\\/bfnrtu"),
            n: set(b"n"),
            u: set(b"u"),
        }
    }

    /// Compares every way to make bits with a byte-by-byte reading.
    fn check(text: &[u8]) {
        let leads = b"@*";
        let blocks = text.len().div_ceil(BLOCK);
        let mut texts: Vec<_> = (0..blocks).map(|block| naive_text(text, leads, block)).collect();
        texts.extend([TextBits::default(); 2]);
        let jsons: Vec<_> = (0..blocks).map(|block| naive_json(text, block)).collect();
        for choice in wide::all() {
            assert_eq!((choice.text)(text, leads, 2, Vec::new()), texts, "{}", choice.name);
            assert_eq!((choice.json)(text, Vec::new()), jsons, "{}", choice.name);
        }
    }

    proptest! {
        #[test]
        fn every_choice_gives_the_bits_of_a_byte_by_byte_reading(text in proptest::collection::vec(any::<u8>(), 0..400)) {
            check(&text);
        }
    }

    #[test]
    fn every_byte_has_its_bits() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        check(&all);
        check(&all.iter().rev().copied().collect::<Vec<_>>());
    }
}
