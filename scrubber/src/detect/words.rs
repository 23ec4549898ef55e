//! Splits bytes into words, sixty-four bytes at a time.
//!
//! A word is a longest run of `[A-Za-z0-9_]`. Everything that the engine looks for starts or ends at a word's edge, so
//! this is the only pass that touches every byte. It is written so that the compiler turns it into vector code
//! without `unsafe`.

/// Calls `word` with the start and end of every word, in order.
#[inline]
pub(super) fn for_each_word(text: &[u8], mut word: impl FnMut(usize, usize)) {
    let (blocks, rest) = text.as_chunks::<64>();
    // What is left over is filled up with zeros, which end the last word.
    let mut tail = [0u8; 64];
    tail.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let mut open = None;
    let mut base = 0;
    // One when a word is open at the block's start, so that it can be shifted in as the bit before the block.
    let mut inside = 0u64;
    for block in blocks.iter().chain([&tail]) {
        let mask = word_mask(block);
        let mut edges = mask ^ (mask << 1 | inside);
        // The only place that calls, so that the call can be compiled into the loop.
        loop {
            let start = match open {
                Some(start) => start,
                None if edges == 0 => break,
                None => {
                    let start = base + edges.trailing_zeros() as usize;
                    edges &= edges - 1;
                    start
                }
            };
            if edges == 0 {
                open = Some(start);
                break;
            }
            open = None;
            word(start, base + edges.trailing_zeros() as usize);
            edges &= edges - 1;
        }
        inside = mask >> 63;
        base += 64;
    }
}

/// One bit for each byte of the block that belongs to a word.
fn word_mask(block: &[u8; 64]) -> u64 {
    let mut flags = [0u8; 64];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        *flag = u8::from(letter | digit | (byte == b'_'));
    }
    let (eights, _) = flags.as_chunks::<8>();
    let mut mask = 0;
    for (place, eight) in eights.iter().enumerate() {
        // Gathers the lowest bits of eight bytes in the product's highest byte.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (8 * place);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(text: &[u8]) -> Vec<(usize, usize)> {
        let mut words = Vec::new();
        let mut open = None;
        for (at, byte) in text.iter().enumerate() {
            let is_word = byte.is_ascii_alphanumeric() || *byte == b'_';
            match (open, is_word) {
                (None, true) => open = Some(at),
                (Some(start), false) => {
                    words.push((start, at));
                    open = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        words.extend(open.map(|start| (start, text.len())));
        words
    }

    proptest! {
        #[test]
        fn words_are_those_of_a_byte_by_byte_reading(text in "[a-z0-9_ .\u{e9}]{0,300}") {
            let mut words = Vec::new();
            for_each_word(text.as_bytes(), |start, end| words.push((start, end)));
            prop_assert_eq!(words, naive(text.as_bytes()));
        }
    }

    #[test]
    fn a_word_may_span_many_blocks() {
        for length in [1, 63, 64, 65, 127, 128, 129, 1000] {
            let text = vec![b'x'; length];
            let mut words = Vec::new();
            for_each_word(&text, |start, end| words.push((start, end)));
            assert_eq!(words, [(0, length)]);
        }
    }
}
