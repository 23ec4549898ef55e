//! The part of a search that finds seeds of wallets, which are sentences of a published list of words and nothing else.
//!
//! They hold no digit and no sign, and no name needs to stand beside them, so that nothing else leads to them. They end a
//! line, with quotes and brackets that close behind them: the words before each longer line end are looked at from the last
//! one back, and nearly every line says no at its last word or the one before.

use std::sync::LazyLock;

use ring::digest;

use crate::detect::builtin::Builtin;
use crate::detect::judge::value;
use crate::detect::search::Search;
use crate::detect::sets::lexicon::Words;

/// The English words of BIP-0039, in their order (<https://github.com/bitcoin/bips/tree/master/bip-0039>).
static WORDS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("mnemonic/english.txt").split_ascii_whitespace().collect());

/// How many words there may be, the most first.
const COUNTS: [usize; 5] = [24, 21, 18, 15, 12];
/// A word of the list is no shorter and no longer.
const WORD_MIN: usize = 3;
const WORD_MAX: usize = 8;
/// The least bytes of a line that can hold one.
pub(in crate::detect) const LINE_MIN: usize = 12 * (WORD_MIN + 1) - 1;
/// So far before the end a part of it begins that holds nothing but words, and bytes of that part.
const SAMPLE: usize = 46;
const SAMPLED: usize = 32;
/// Signs that close behind the last word.
const CLOSING_MAX: usize = 12;
/// Bytes before the words in which something may say what they are.
const CONTEXT: usize = 96;
/// As many different words there are at least: samples repeat one.
const DIFFERENT_MIN: usize = 8;

/// Three words and their hyphens take as many bytes.
const TRIPLE_MIN: usize = 12;

/// Words of the list that end ordinary words of several: `anything`, `acceptable`.
const ENDINGS: &[&str] = &["able", "thing", "place", "hand", "ability", "age", "end", "code", "text", "ship"];
/// No more words are written as one.
const JOINED_MAX: usize = 4;

/// `sunshineday`: words of the list written as one, as people make up passwords without digits.
pub(in crate::detect) fn is_compound(word: &[u8]) -> bool {
    (8..=24).contains(&word.len())
        && word.iter().all(u8::is_ascii_lowercase)
        && !ENDINGS.iter().any(|ending| word.ends_with(ending.as_bytes()))
        && is_joined(word, 1)
}

/// `maple-tiger-rain`: three words that hyphens join, most of them of the list, and none that names and sentences are made of.
pub(in crate::detect) fn is_triple(text: &[u8]) -> bool {
    let words = || text.split(|byte| *byte == b'-');
    text.len() >= TRIPLE_MIN
        && words().count() == 3
        && value::are_words_of_passphrase(text)
        && words().filter(|word| is_word(word)).count() >= 2
}

/// Whether a word is one of the list.
pub(in crate::detect) fn is_word(text: &[u8]) -> bool {
    WORDS.binary_search_by(|word| word.as_bytes().cmp(text)).is_ok()
}

/// Whether a text is words of the list, of which there are `count` with its first one.
fn is_joined(text: &[u8], count: usize) -> bool {
    count > 1 && text.len() >= WORD_MIN && is_word(text)
        || count < JOINED_MAX
            && (WORD_MIN..=WORD_MAX.min(text.len().saturating_sub(WORD_MIN))).any(|length| {
                let (word, rest) = text.split_at(length);
                is_word(word) && is_joined(rest, count + 1)
            })
}

impl Search<'_> {
    /// Looks at the words before a line end, or the end of the text, that stands at `end`.
    #[inline]
    pub(in crate::detect) fn seed_before(&mut self, end: usize) {
        let text = self.text;
        // Where so many words stand, letters and blanks do.
        let Some(sample) = text.get(end.wrapping_sub(SAMPLE)..end).and_then(|sample| sample.first_chunk::<SAMPLED>())
        else {
            return;
        };
        if !(0..SAMPLED)
            .step_by(5)
            .all(|at| sample.get(at).is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b' '))
        {
            return;
        }
        let line = text.get(end.saturating_sub(CLOSING_MAX)..end).unwrap_or_default();
        let Some(last) = line.iter().rposition(|byte| !b"\"'`;,)]} .|\\".contains(byte)) else { return };
        if line.get(last).is_some_and(u8::is_ascii_lowercase) {
            self.seed_ending(end - line.len() + last + 1);
        }
    }

    #[inline(never)]
    fn seed_ending(&mut self, end: usize) {
        if let Some(start) = seed_start(self.text, end) {
            self.work += 1;
            self.report(Builtin::SeedPhrase, start, end);
        }
    }
}

/// Where the words of a seed start that ends at `end`.
fn seed_start(text: &[u8], end: usize) -> Option<usize> {
    // The words from the last one back: where each starts, and its number.
    let mut found: [(usize, u16); 24] = [(0, 0); 24];
    let (mut count, mut at) = (0, end);
    while let Some(slot) = found.get_mut(count) {
        let near = text.get(at.saturating_sub(WORD_MAX + 2)..at)?;
        let length = near.iter().rev().take_while(|byte| byte.is_ascii_lowercase()).count();
        // The letter of an escape is none of the word.
        let escaped = |length: usize| near.len() > length && near.get(near.len() - length - 1) == Some(&b'\\');
        let length = length - usize::from(length > 0 && escaped(length));
        if !(WORD_MIN..=WORD_MAX).contains(&length) {
            break;
        }
        let word = text.get(at - length..at)?;
        let Some(number) = may_be_listed(word).then(|| number_of(word)).flatten() else { break };
        *slot = (at - length, number);
        count += 1;
        if text.get(at - length - usize::from(at > length)) != Some(&b' ') {
            break;
        }
        at -= length + 1;
    }
    let words = found.get(..count)?;
    let allowed = || COUNTS.iter().copied().filter(|wanted| *wanted <= count);
    let proved = allowed().find(|wanted| words.get(..*wanted).is_some_and(holds_checksum));
    let count = proved.or_else(|| allowed().next().filter(|_| is_said(text, words.last().map_or(0, |word| word.0))))?;
    let words = words.get(..count)?;
    let mut numbers: Vec<u16> = words.iter().map(|word| word.1).collect();
    // In the order of the list: a part of it.
    if numbers.is_sorted_by(|one, next| one > next) {
        return None;
    }
    numbers.sort_unstable();
    numbers.dedup();
    (numbers.len() >= DIFFERENT_MIN).then(|| words.last().map(|word| word.0))?
}

/// Whether a word of the list may begin with the first letters of this one.
fn may_be_listed(word: &[u8]) -> bool {
    static FIRSTS: LazyLock<Box<[u32; FIRST_TWO]>> = LazyLock::new(|| {
        let mut bits = Box::new([0; FIRST_TWO]);
        for (two, third) in WORDS.iter().filter_map(|word| firsts(word.as_bytes())) {
            bits.get_mut(two).into_iter().for_each(|bits| *bits |= 1 << third);
        }
        bits
    });
    firsts(word).is_some_and(|(two, third)| FIRSTS.get(two).is_some_and(|bits| bits >> third & 1 == 1))
}

/// Places for the first two letters.
const FIRST_TWO: usize = 32 * 32;

/// The first two letters as a place, and the third.
fn firsts(word: &[u8]) -> Option<(usize, u8)> {
    let &[a, b, c] = word.first_chunk::<3>()?;
    Some((usize::from(a & 31) << 5 | usize::from(b & 31), c & 31))
}

/// The number of a word in the list.
fn number_of(word: &[u8]) -> Option<u16> {
    WORDS.binary_search_by(|known| known.as_bytes().cmp(word)).ok().and_then(|number| u16::try_from(number).ok())
}

/// Whether the last bits of the words, given from the last one back, are the first of the SHA-256 of the others.
fn holds_checksum(words: &[(usize, u16)]) -> bool {
    let bits = words.iter().rev().flat_map(|(_, number)| (0..11).rev().map(move |bit| (number >> bit & 1) as u8));
    let (mut bytes, mut last, mut length) = (Vec::with_capacity(33), 0u8, 0);
    for bit in bits {
        last = last << 1 | bit;
        length += 1;
        if length % 8 == 0 {
            bytes.push(last);
            last = 0;
        }
    }
    let check = words.len() / 3;
    let rest = length % 8;
    if check == 8 {
        last = bytes.pop().unwrap_or(0);
    }
    let sum = digest::digest(&digest::SHA256, &bytes);
    let rest = if check == 8 { 8 } else { rest };
    rest == check && sum.as_ref().first().is_some_and(|first| first >> (8 - check) == last)
}

/// Whether what stands before the words says that they are a seed.
fn is_said(text: &[u8], start: usize) -> bool {
    static CUES: LazyLock<Words> =
        LazyLock::new(|| Words::new(["mnemonic", "seed", "recovery", "wallet", "bip39", "bip-39"]));
    CUES.occur_in(text.get(start.saturating_sub(CONTEXT)..start).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that encode these bytes.
    fn seed(entropy: &[u8]) -> String {
        let sum = digest::digest(&digest::SHA256, entropy);
        let all: Vec<u8> = entropy.iter().chain(sum.as_ref().first()).copied().collect();
        let bit = |at: usize| all.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
        let count = entropy.len() * 3 / 4;
        let word = |place: usize| (0..11).fold(0, |number, at| number << 1 | bit(place * 11 + at));
        let words = (0..count).filter_map(|place| WORDS.get(word(place)).copied());
        words.collect::<Vec<_>>().join(" ")
    }

    fn entropy(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 37 + 11) as u8 ^ (at * at * 5) as u8).collect()
    }

    #[test]
    fn three_words_of_a_passphrase_are_told_from_names() {
        for text in ["maple-tiger-rain", "copper-lamp-seven", "correct-horse-battery"] {
            assert!(is_triple(text.as_bytes()), "{text}");
        }
        for text in [
            "red-button-large",
            "app-secret-store",
            "case-sensitive-only",
            "Maple-tiger-rain",
            "maple-tiger",
            "end-to-end",
        ] {
            assert!(!is_triple(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn the_list_is_the_published_one() {
        assert_eq!(WORDS.len(), 2048);
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| (WORD_MIN..=WORD_MAX).contains(&word.len())));
    }

    #[test]
    fn words_with_their_checksum_are_a_seed() {
        for length in [16, 20, 24, 28, 32] {
            let seed = seed(&entropy(length));
            for before in ["", "x is ", "\\n", "= \"", "phrase: ", "river "] {
                let text = format!("{before}{seed}");
                assert_eq!(seed_start(text.as_bytes(), text.len()), Some(before.len()), "{text}");
            }
            // Another order is none.
            let (first, rest) = seed.split_once(' ').unwrap_or_default();
            let turned = format!("{rest} {first}");
            let said = format!("recovery phrase: {turned}");
            assert_eq!(seed_start(said.as_bytes(), said.len()), Some(17), "{said}");
        }
    }

    #[test]
    fn a_part_of_the_list_is_no_seed() {
        for line in WORDS.chunks(12) {
            let said = format!("seed: {}", line.join(" "));
            assert_eq!(seed_start(said.as_bytes(), said.len()), None, "{said}");
        }
    }

    #[test]
    fn sentences_and_samples_are_no_seeds() {
        let sample = format!("{}about", "abandon ".repeat(11));
        for text in ["the seed can give you all that any one of them will need when there is time", &sample, "", "word"]
        {
            assert_eq!(seed_start(text.as_bytes(), text.len()), None, "{text}");
        }
    }
}
