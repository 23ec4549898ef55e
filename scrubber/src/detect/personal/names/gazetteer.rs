//! The names of people that are common in many countries, and words that are none, as one table of hashes.
//!
//! A word is looked up as it stands: case and accents do not count (`Jos\u{e9}`, `JOSE`). Two words can share a hash, but not
//! often enough to matter: one word in some ten million is taken for another.

use std::sync::LazyLock;

/// What is known of a word, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Class(u8);

impl Class {
    const GIVEN: Self = Self(1);
    const FAMILY: Self = Self(2);
    const WORD: Self = Self(4);
    const NEVER: Self = Self(8);
    const ORGANISATION: Self = Self(16);

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// A given name, perhaps an ordinary word as well.
    pub(super) fn is_given(self) -> bool {
        self.has(Self::GIVEN)
    }

    /// A family name, perhaps an ordinary word as well.
    pub(super) fn is_family(self) -> bool {
        self.has(Self::FAMILY)
    }

    /// A name of either sort.
    pub(super) fn is_name(self) -> bool {
        self.has(Self(3))
    }

    /// A name that is no ordinary word.
    pub(super) fn is_only_name(self) -> bool {
        self.is_name() && !self.has(Self(4 | 8 | 16))
    }

    /// A word that stands with a capital where no person is meant.
    pub(super) fn is_word(self) -> bool {
        self.has(Self(4 | 8 | 16))
    }

    /// A word that is no name at all.
    pub(super) fn is_only_word(self) -> bool {
        self.is_word() && !self.is_name()
    }

    /// A word that belongs to no name.
    pub(super) fn is_never(self) -> bool {
        self.has(Self::NEVER) && !self.is_name()
    }

    /// A word that makes the name before it that of a place, an organisation or a method.
    pub(super) fn is_organisation(self) -> bool {
        self.has(Self::ORGANISATION)
    }
}

/// Places in the table; less than half of them are taken.
const SLOTS: usize = 1 << 16;
/// The bits of an entry that hold the class.
const CLASS_BITS: u32 = 5;
/// No name of the lists is longer.
const WORD_MAX: usize = 24;

struct Gazetteer {
    /// A hash with the class in its lowest bits; zero where there is none.
    slots: Box<[u32]>,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let mut all = Gazetteer { slots: vec![0; SLOTS].into_boxed_slice() };
    all.add(include_str!("../../../../../config/names/given.txt"), Class::GIVEN);
    all.add(include_str!("../../../../../config/names/family.txt"), Class::FAMILY);
    all.add(include_str!("../../../../../config/names/ordinary.txt"), Class::WORD);
    all
});

/// What is known of a word.
pub(super) fn class(word: &[u8]) -> Class {
    let mut folded = [0; WORD_MAX];
    let Some(length) = fold(word, &mut folded) else { return Class::default() };
    GAZETTEER.get(hash(folded.get(..length).unwrap_or_default()))
}

impl Gazetteer {
    /// Adds the words of a list. A line that begins with `=` says what those after it are.
    fn add(&mut self, list: &str, mut class: Class) {
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            match line {
                "=never" => class = Class::NEVER,
                "=organisation" => class = Class::ORGANISATION,
                "=word" => class = Class::WORD,
                line => line.split_ascii_whitespace().for_each(|word| self.add_word(word, class)),
            }
        }
    }

    fn add_word(&mut self, word: &str, class: Class) {
        let hash = hash(word.as_bytes());
        let mut at = place(hash);
        loop {
            let Some(slot) = self.slots.get_mut(at) else { return };
            if *slot == 0 {
                *slot = tag(hash) << CLASS_BITS;
            }
            if *slot >> CLASS_BITS == tag(hash) {
                *slot |= u32::from(class.0);
                return;
            }
            at = (at + 1) % SLOTS;
        }
    }

    fn get(&self, hash: u64) -> Class {
        let mut at = place(hash);
        while let Some(&slot) = self.slots.get(at)
            && slot != 0
        {
            if slot >> CLASS_BITS == tag(hash) {
                return Class((slot & ((1 << CLASS_BITS) - 1)) as u8);
            }
            at = (at + 1) % SLOTS;
        }
        Class::default()
    }
}

fn hash(word: &[u8]) -> u64 {
    word.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn place(hash: u64) -> usize {
    (hash & 0xffff) as usize % SLOTS
}

/// What tells the words of one place apart: twenty-seven bits, never all zero.
fn tag(hash: u64) -> u32 {
    ((hash >> 37) as u32).max(1)
}

/// Writes `word` in lower case without its accents; `None` when it is too long or holds anything but letters.
fn fold(word: &[u8], out: &mut [u8; WORD_MAX]) -> Option<usize> {
    let mut length = 0;
    let mut push = |byte: u8| {
        *out.get_mut(length)? = byte;
        length += 1;
        Some(())
    };
    if word.is_ascii() {
        for &byte in word.iter().filter(|byte| **byte != b'\'') {
            if !byte.is_ascii_alphabetic() {
                return None;
            }
            push(byte.to_ascii_lowercase())?;
        }
        return Some(length);
    }
    for character in std::str::from_utf8(word).ok()?.chars() {
        match character {
            '\'' | '\u{2019}' => {}
            letter if letter.is_ascii_alphabetic() => push(letter.to_ascii_lowercase() as u8)?,
            letter => base(letter)?.bytes().try_for_each(&mut push)?,
        }
    }
    Some(length)
}

/// The letters of English that stand for a letter with an accent.
fn base(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{c0}'..='\u{c5}' | '\u{e0}'..='\u{e5}' | '\u{100}'..='\u{105}' | 'ạ'..='ặ' | 'Ạ'..='Ặ' => "a",
        '\u{c6}' | '\u{e6}' => "ae",
        '\u{c7}' | '\u{e7}' | '\u{106}'..='\u{10d}' => "c",
        '\u{d0}' | '\u{f0}' | '\u{10e}'..='\u{111}' => "d",
        '\u{c8}'..='\u{cb}' | '\u{e8}'..='\u{eb}' | '\u{112}'..='\u{11b}' | 'Ẹ'..='ệ' => "e",
        '\u{11c}'..='\u{123}' => "g",
        '\u{124}'..='\u{127}' => "h",
        '\u{cc}'..='\u{cf}' | '\u{ec}'..='\u{ef}' | '\u{128}'..='\u{131}' | 'Ỉ'..='ị' => "i",
        '\u{136}'..='\u{138}' => "k",
        '\u{139}'..='\u{142}' => "l",
        '\u{d1}' | '\u{f1}' | '\u{143}'..='\u{148}' => "n",
        '\u{d2}'..='\u{d6}' | '\u{d8}' | '\u{f2}'..='\u{f6}' | '\u{f8}' | '\u{14c}'..='\u{151}' => "o",
        '\u{1a0}' | '\u{1a1}' | 'Ọ'..='ợ' => "o",
        '\u{152}' | '\u{153}' => "oe",
        '\u{154}'..='\u{159}' => "r",
        '\u{15a}'..='\u{161}' | '\u{218}' | '\u{219}' => "s",
        '\u{df}' => "ss",
        '\u{162}'..='\u{167}' | '\u{21a}' | '\u{21b}' => "t",
        '\u{de}' | '\u{fe}' => "th",
        '\u{d9}'..='\u{dc}' | '\u{f9}'..='\u{fc}' | '\u{168}'..='\u{173}' => "u",
        '\u{1af}' | '\u{1b0}' | 'Ụ'..='ự' => "u",
        '\u{dd}' | '\u{fd}' | '\u{ff}' | '\u{176}'..='\u{178}' | 'Ỳ'..='ỹ' => "y",
        '\u{179}'..='\u{17e}' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_with_accents() {
        for name in ["Anna", "ANNA", "José", "Jürgen", "Łukasz", "Nguyễn", "Søren", "Müller", "O'Brien", "Šimek"]
        {
            assert!(class(name.as_bytes()).is_only_name(), "{name}");
        }
        for word in ["Visual", "Hash", "Apache", "Zxqvv", "", "Python"] {
            assert!(!class(word.as_bytes()).is_name(), "{word}");
        }
    }

    #[test]
    fn names_that_are_words_are_known_as_both() {
        for name in ["Mark", "Grace", "Baker", "Hill"] {
            let class = class(name.as_bytes());
            assert!(class.is_name() && class.is_word(), "{name}");
        }
        assert!(class(b"The").is_never() && class(b"University").is_organisation());
    }

    #[test]
    fn the_table_stays_sparse_and_the_lists_small() {
        let taken = GAZETTEER.slots.iter().filter(|slot| **slot != 0).count();
        assert!(taken > 15_000 && taken < SLOTS / 2, "{taken}");
        let lists = [
            include_str!("../../../../../config/names/given.txt"),
            include_str!("../../../../../config/names/family.txt"),
            include_str!("../../../../../config/names/ordinary.txt"),
        ];
        assert!(lists.iter().map(|list| list.len()).sum::<usize>() < 1 << 18);
        assert!(lists.iter().all(|list| list.is_ascii()));
        let mut seen = std::collections::HashSet::new();
        let given = lists[0].lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
        assert_eq!(given.filter(|name| !seen.insert(*name)).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
