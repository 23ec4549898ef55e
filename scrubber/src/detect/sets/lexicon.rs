//! Sets of words that are looked for in short texts, mostly whatever their case.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Words, found in one pass.
pub(in crate::detect) struct Words {
    /// `None` only if the automaton could not be built; then the words are tried one by one.
    automaton: Option<AhoCorasick>,
    words: Vec<&'static str>,
    ignore_case: bool,
}

/// The words of a list that is written as one text.
pub(in crate::detect) fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_ascii_whitespace()
}

/// Words that a text is held against as a whole.
pub(in crate::detect) struct List {
    sorted: Vec<&'static [u8]>,
    /// For each length a bit for each first letter: most texts are none of the words by these alone.
    first_letters: [u32; WORD_MAX + 1],
}

/// No word of a list is longer.
const WORD_MAX: usize = 32;

impl List {
    /// The words of a list that is written as one text, in lower case.
    pub(in crate::detect) fn new(list: &'static str) -> Self {
        let mut sorted: Vec<_> = words(list).map(str::as_bytes).collect();
        sorted.sort_unstable();
        let mut first_letters = [0; WORD_MAX + 1];
        for word in &sorted {
            if let Some(letters) = first_letters.get_mut(word.len()) {
                *letters |= first_letter(word);
            }
        }
        Self { sorted, first_letters }
    }

    /// Whether `text` is one of the words, whatever its case.
    pub(in crate::detect) fn holds(&self, text: &[u8]) -> bool {
        if self.first_letters.get(text.len()).is_none_or(|letters| letters & first_letter(text) == 0) {
            return false;
        }
        let mut buffer = [0; WORD_MAX];
        let Some(lower) = buffer.get_mut(..text.len()) else { return false };
        lower.copy_from_slice(text);
        lower.make_ascii_lowercase();
        let lower: &[u8] = lower;
        self.sorted.binary_search(&lower).is_ok()
    }

    /// Whether `text` ends with one of the words.
    pub(in crate::detect) fn ends(&self, text: &[u8]) -> bool {
        let Some(last) = text.last() else { return false };
        self.sorted.iter().any(|word| word.last() == Some(last) && text.ends_with(word))
    }
}

/// One bit for the first byte, the same for a letter in either case.
fn first_letter(word: &[u8]) -> u32 {
    word.first().map_or(0, |byte| 1 << (byte & 0x1f))
}

impl Words {
    pub(in crate::detect) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        Self::of(words, true)
    }

    /// Words that are written in this case only.
    pub(in crate::detect) fn exact(words: impl IntoIterator<Item = &'static str>) -> Self {
        Self::of(words, false)
    }

    fn of(words: impl IntoIterator<Item = &'static str>, ignore_case: bool) -> Self {
        let words: Vec<_> = words.into_iter().collect();
        let mut builder = AhoCorasick::builder();
        let automaton = builder.ascii_case_insensitive(ignore_case).kind(Some(AhoCorasickKind::DFA)).build(&words).ok();
        Self { automaton, words, ignore_case }
    }

    /// Whether one of the words stands in `text`.
    pub(in crate::detect) fn occur_in(&self, text: &[u8]) -> bool {
        match &self.automaton {
            Some(automaton) => automaton.is_match(text),
            None => {
                let same =
                    |part: &[u8], word: &[u8]| part == word || self.ignore_case && part.eq_ignore_ascii_case(word);
                self.words.iter().any(|word| text.windows(word.len()).any(|part| same(part, word.as_bytes())))
            }
        }
    }

    /// The word that ends last in `text`, as its place in the list and its end.
    pub(in crate::detect) fn last_in(&self, text: &[u8]) -> Option<(usize, usize)> {
        match &self.automaton {
            Some(automaton) => automaton
                .find_overlapping_iter(text)
                .map(|found| (found.pattern().as_usize(), found.end()))
                .max_by_key(|(_, end)| *end),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_its_words_in_any_case_and_nothing_else() {
        let list = List::new("token 3des key x-api-key");
        for word in ["token", "Token", "TOKEN", "3des", "3DES", "key", "x-API-key"] {
            assert!(list.holds(word.as_bytes()), "{word}");
        }
        for word in ["", "tokens", "taken", "kez", "sdes", "key\u{0}", &"k".repeat(40)] {
            assert!(!list.holds(word.as_bytes()), "{word}");
        }
    }
}
