//! Finds which literals may start at a word, by the word's first bytes.

use crate::detect::context::columns;
use crate::detect::personal::{names, streets};
use crate::detect::reading::window;
use crate::detect::shape::runs::RUN_MIN;

/// Where a literal leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Target {
    /// The rule at this place in the rule set.
    Rule(u16),
    /// The rule at this place, whose keyword this is and whose value may be short or all letters.
    Near(u16),
    /// The known value at this place.
    Known(u16),
    /// The user's name in the path of a home folder.
    Home,
    /// A command that takes credentials among its arguments.
    Command,
    /// `://`: a user's name and password may follow.
    Url,
    /// The scheme of an `Authorization` header.
    Scheme,
    /// The line that ends a private key.
    KeyEnd,
    /// The name of a type of bytes: a list of them may follow.
    Bytes,
    /// A person's name may follow, or stand before.
    Person(names::Cue),
    /// A word for a street: a house's number may stand beside it.
    Street(streets::Order),
    /// The name of a column of personal data.
    Column(columns::Personal),
}

/// One literal, seen from the word at which it is anchored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::detect) struct Literal {
    /// All of its bytes.
    pub bytes: Vec<u8>,
    /// How many of its bytes stand before the anchoring word.
    pub before: usize,
    pub ignore_case: bool,
    pub target: Target,
}

/// Bytes of a word that the filter looks at.
const FIRST: usize = 4;
/// The bit in which the cases of a letter differ, in each of four bytes.
const CASES: u32 = 0x2020_2020;
/// What is known of the bytes from a literal's first one on: whether one may stand at a place.
pub(in crate::detect) type Head = crate::detect::rule::Head;

/// Literals by the first bytes of their anchoring word, and by the byte that follows a word.
pub(in crate::detect) struct Literals {
    /// By the hash of the word's first four bytes, whatever their case.
    words: Index,
    /// For each list of `words` what its words begin with.
    begin: Vec<Begin>,
    /// By the two first bytes: literals that say too little to be tried at every word, of values that are long runs.
    runs: Index,
    /// The first bytes of every literal, apart from the rest.
    entries: Vec<Entry>,
    literals: Vec<Literal>,
    /// Literals without a word, in the order of the bytes they start with: tried where a word ends.
    after_words: Vec<Literal>,
}

/// The first eight bytes of a literal from its word on: in which bits a text has to agree.
#[derive(Clone, Copy)]
pub(in crate::detect) struct Entry {
    value: u64,
    mask: u64,
    /// The bits that are set in the text before it is compared: the cases of letters where they do not matter.
    fold: u64,
}

impl Literals {
    /// `head` tells of a literal what may follow it, where that is known.
    pub(in crate::detect) fn new(literals: Vec<Literal>, head: impl Fn(&Literal) -> Option<Head>) -> Self {
        let (mut words, mut runs) = (Pairs::new(), Pairs::new());
        let (mut anchored, mut entries, mut after_words) = (Vec::new(), Vec::new(), Vec::new());
        for mut literal in literals {
            let Some(before) = literal.bytes.iter().position(|byte| is_word(*byte)) else {
                after_words.push(literal);
                continue;
            };
            literal.before = before;
            let item = u16::try_from(anchored.len()).unwrap_or(u16::MAX);
            let word = literal.bytes.get(before..).unwrap_or_default();
            let short = word.len() < FIRST && word.iter().all(|byte| is_word(*byte));
            let head = if short { head(&literal) } else { None };
            let (to, keys) = match head {
                Some(head) if !literal.ignore_case && head.begins_run(before, RUN_MIN) => (&mut runs, pairs(word)),
                head => (&mut words, hashes(&literal, head.as_ref())),
            };
            to.extend(keys.into_iter().map(|key| (key, item)));
            entries.push(Entry::new(word, literal.ignore_case));
            anchored.push(literal);
        }
        after_words.sort_by_key(first_byte);
        let (words, runs) = (Index::new(words, 1 << HASH_BITS), Index::new(runs, 1 << 16));
        let begin = words.lists().map(|list| Begin::of(list, &entries)).collect();
        Self { words, begin, runs, entries, literals: anchored, after_words }
    }

    /// Whether a literal may be anchored at a word that begins with these four bytes, `0` in place of those after its end.
    #[inline(always)]
    pub(in crate::detect) fn may(&self, first: u32, kept: u32) -> bool {
        self.may_hash(hash((first | CASES) & kept))
    }

    /// The same for the hash of the four bytes, [`hash_of`].
    #[inline(always)]
    pub(in crate::detect) fn may_hash(&self, hash: u32) -> bool {
        self.words.has(hash)
    }

    /// Whether a literal may be anchored at a word that begins with these two bytes and a long run.
    #[inline(always)]
    pub(in crate::detect) fn may_run(&self, two: u16) -> bool {
        self.runs.has(u32::from(two))
    }

    /// The list of the literals that may be anchored at the word at `word` of `text`, if there are any. `length` is the
    /// word's, four at most.
    #[inline(always)]
    pub(in crate::detect) fn list_at(&self, text: &[u8], word: usize, length: usize) -> Option<usize> {
        let eight = eight(text, word);
        let kept = if length >= FIRST { u32::MAX } else { !(u32::MAX << (8 * length)) };
        let list = self.words.list(hash((eight as u32 | CASES) & kept))?;
        // Most words that pass the filter begin like no literal, or go on like none.
        let begin = self.begin.get(list)?;
        let fifth = (eight >> (8 * FIRST) & 0x1f) as u32;
        let alike = begin.entry.agrees(eight, before_escape(eight));
        (alike && (length < FIRST || begin.fifths >> fifth & 1 == 1)).then_some(list)
    }

    /// The literals of a list of which the first bytes stand at the word, as far as no escape hides them.
    pub(in crate::detect) fn of_list<'a>(
        &'a self,
        list: usize,
        text: &[u8],
        word: usize,
    ) -> impl Iterator<Item = &'a Literal> {
        let eight = eight(text, word);
        let plain = before_escape(eight);
        let agrees = move |item: &usize| self.entries.get(*item).is_some_and(|entry| entry.agrees(eight, plain));
        let items = self.words.items(list).iter().map(|item| usize::from(*item));
        items.filter(agrees).filter_map(|item| self.literals.get(item))
    }

    /// The literals that stand at the word at `word`, which begins a long run.
    pub(in crate::detect) fn at_run<'a>(&'a self, text: &'a [u8], word: usize) -> impl Iterator<Item = &'a Literal> {
        let eight = eight(text, word);
        let items = self.runs.get(eight as u32 & 0xffff).iter().map(|item| usize::from(*item));
        items
            .filter(move |item| self.entries.get(*item).is_some_and(|entry| entry.agrees(eight, u64::MAX)))
            .filter_map(|item| self.literals.get(item))
            .filter(move |literal| literal.start_in(text, word).is_some())
    }

    /// The first bytes of literals without a word. Those of `://` are told by [`Literals::after_word`] only.
    pub(in crate::detect) fn leads(&self) -> Vec<u8> {
        let mut leads: Vec<u8> = self
            .after_words
            .iter()
            .filter(|literal| !literal.bytes.starts_with(b":/"))
            .filter_map(|literal| literal.bytes.first().copied())
            .collect();
        leads.sort_unstable();
        leads.dedup();
        leads
    }

    /// The literals without a word that stand at `end`, where a word ends.
    pub(in crate::detect) fn after_word<'a>(&'a self, text: &'a [u8], end: usize) -> impl Iterator<Item = &'a Literal> {
        let rest = text.get(end..).unwrap_or_default();
        let first = rest.first().copied();
        let from = self.after_words.partition_point(|literal| first_byte(literal) < first);
        let alike = self.after_words.iter().skip(from).take_while(move |literal| first_byte(literal) == first);
        alike.filter(move |literal| rest.starts_with(&literal.bytes))
    }
}

fn first_byte(literal: &Literal) -> Option<u8> {
    literal.bytes.first().copied()
}

/// Keys, each with an item, while they are gathered.
pub(in crate::detect) type Pairs = Vec<(u32, u16)>;

/// Items by key: a filter of one bit for each key, and behind it lists in the order of the keys, so that the number of bits
/// before a key's tells where its list begins. Small, since it is asked at random places all the time.
pub(in crate::detect) struct Index {
    filter: Vec<u64>,
    /// For each word of the filter how many bits are set in those before it.
    before: Vec<u32>,
    /// For each bit that is set where its list begins, and one more for the end. One literal of one letter has 50,000 keys.
    starts: Vec<u32>,
    items: Vec<u16>,
}

impl Index {
    /// `keys` is above every key. The items of a key are kept in their order.
    pub(in crate::detect) fn new(mut pairs: Pairs, keys: usize) -> Self {
        pairs.retain(|(key, _)| (*key as usize) < keys);
        pairs.sort_unstable();
        let (mut filter, mut starts) = (vec![0_u64; keys / 64], Vec::new());
        for (place, (key, _)) in pairs.iter().enumerate() {
            if let Some(bits) = filter.get_mut(*key as usize / 64)
                && *bits >> (key % 64) & 1 == 0
            {
                *bits |= 1 << (key % 64);
                starts.push(place as u32);
            }
        }
        starts.push(pairs.len() as u32);
        starts.shrink_to_fit();
        let counts = filter.iter().scan(0, |count, bits| Some(std::mem::replace(count, *count + bits.count_ones())));
        let before = counts.collect();
        Self { filter, before, starts, items: pairs.into_iter().map(|(_, item)| item).collect() }
    }

    #[inline(always)]
    pub(in crate::detect) fn has(&self, key: u32) -> bool {
        self.filter.get(key as usize / 64).is_some_and(|bits| bits >> (key % 64) & 1 == 1)
    }

    /// The items of a key.
    pub(in crate::detect) fn get(&self, key: u32) -> &[u16] {
        self.list(key).map_or(&[], |list| self.items(list))
    }

    /// The place of a key's list among all lists.
    #[inline(always)]
    fn list(&self, key: u32) -> Option<usize> {
        let word = key as usize / 64;
        let (bits, before) = (self.filter.get(word)?, self.before.get(word)?);
        let bit = 1 << (key % 64);
        (bits & bit != 0).then(|| *before as usize + (bits & (bit - 1)).count_ones() as usize)
    }

    /// The items of the list at this place.
    #[inline(always)]
    fn items(&self, list: usize) -> &[u16] {
        let end = |list: usize| self.starts.get(list).map(|start| *start as usize);
        let range = end(list).zip(end(list + 1));
        range.and_then(|(from, to)| self.items.get(from..to)).unwrap_or_default()
    }

    fn lists(&self) -> impl Iterator<Item = &[u16]> {
        (0..self.starts.len() - 1).map(|list| self.items(list))
    }
}

/// What the texts begin with at whose words a literal of a list may stand.
#[derive(Clone, Copy)]
struct Begin {
    /// In which bits all literals of the list agree.
    entry: Entry,
    /// Their fifth bytes in the text, by the lowest five bits.
    fifths: u32,
}

impl Begin {
    fn of(list: &[u16], entries: &[Entry]) -> Self {
        // An escape may hide what follows.
        const ESCAPES: u32 = 1 << (b'\\' & 0x1f) | 1 << (0x1b & 0x1f);
        let of_list = || list.iter().filter_map(|item| entries.get(usize::from(*item)).copied());
        Self {
            entry: of_list().reduce(Entry::in_common).unwrap_or(Entry { value: 0, mask: 0, fold: 0 }),
            fifths: of_list().fold(ESCAPES, |all, entry| all | entry.fifth_bytes()),
        }
    }
}

impl Entry {
    /// The first bytes of `text`.
    pub(in crate::detect) fn new(text: &[u8], ignore_case: bool) -> Self {
        let (mut value, mut mask, mut fold) = ([0; 8], [0; 8], [0; 8]);
        for (at, byte) in text.iter().enumerate().take(8) {
            let folded = ignore_case && byte.is_ascii_alphabetic();
            let places = (value.get_mut(at), mask.get_mut(at), fold.get_mut(at));
            if let (Some(value), Some(mask), Some(fold)) = places {
                (*value, *mask) = (if folded { byte.to_ascii_lowercase() } else { *byte }, u8::MAX);
                *fold = if folded { 0x20 } else { 0 };
            }
        }
        let [value, mask, fold] = [value, mask, fold].map(u64::from_le_bytes);
        Self { value, mask, fold }
    }

    /// What holds for both.
    fn in_common(self, other: Self) -> Self {
        let fold = self.fold | other.fold;
        // Where one of them does not tell cases apart, both are compared without the case.
        let (value, differ) = (self.value | fold, (self.value | fold) ^ (other.value | fold));
        Self { value, mask: self.mask & other.mask & !differ, fold }
    }

    /// A bit for the lowest five bits of the fifth byte, or all bits when there is none. No case is told by them.
    fn fifth_bytes(&self) -> u32 {
        let at = 8 * FIRST;
        if self.mask >> at & 0xff == 0 { u32::MAX } else { 1 << (self.value >> at & 0x1f) }
    }

    /// Whether a text that begins with these eight bytes agrees as far as they go, looking only at the bits in `plain`.
    #[inline(always)]
    pub(in crate::detect) fn agrees(&self, eight: u64, plain: u64) -> bool {
        ((eight | self.fold) ^ self.value) & self.mask & plain == 0
    }
}

impl Literal {
    /// Whether the literal stands in `text` with its anchoring word at `word`; then where it starts.
    pub(in crate::detect) fn start_in(&self, text: &[u8], word: usize) -> Option<usize> {
        let start = word.checked_sub(self.before)?;
        let part = text.get(start..start + self.bytes.len())?;
        let same = if self.ignore_case { part.eq_ignore_ascii_case(&self.bytes) } else { part == self.bytes };
        same.then_some(start)
    }

    /// Whether the literal, from its word on, may stand at `word` once escapes are removed.
    pub(in crate::detect) fn may_hide_in(&self, text: &[u8], word: usize) -> bool {
        let mut at = word;
        for wanted in self.bytes.get(self.before..).unwrap_or_default() {
            let given = match text.get(at) {
                None => return false,
                Some(b'\\' | 0x1b) => match window::escaped_byte(text, at) {
                    Some((byte, end)) => {
                        at = end;
                        byte
                    }
                    None => return true,
                },
                Some(&byte) => {
                    at += 1;
                    byte
                }
            };
            let same = if self.ignore_case { wanted.eq_ignore_ascii_case(&given) } else { *wanted == given };
            if !same {
                return false;
            }
        }
        // The byte before the word is the one that is given, unless it belongs to an escape.
        let Some(wanted) = self.before.checked_sub(1).and_then(|at| self.bytes.get(at)) else { return true };
        window::byte_before(text, word)
            .is_none_or(|given| if self.ignore_case { wanted.eq_ignore_ascii_case(&given) } else { *wanted == given })
    }
}

/// The hashes of the first bytes of all words at which `literal` may be anchored.
fn hashes(literal: &Literal, head: Option<&Head>) -> Vec<u32> {
    let rest = literal.bytes.get(literal.before..).unwrap_or_default();
    let length = rest.iter().take(FIRST).take_while(|byte| is_word(**byte)).count();
    let mut first = [0; FIRST];
    first.iter_mut().zip(rest).take(length).for_each(|(to, from)| *to = *from | 0x20);
    let mut firsts = vec![first];
    // The name of a command ends before a sign, or it is another one.
    let ends_word = literal.target == Target::Command && literal.before == 0;
    // Where the literal ends within its word, the word may go on.
    for at in if rest.len() == length { length..FIRST } else { 0..0 } {
        let may_follow = |byte: &u8| {
            head.is_none_or(|head| head.may_have(literal.before + at, *byte))
                && (at > length || !ends_word || !byte.is_ascii_alphanumeric())
        };
        let word = (0..=u8::MAX).filter(|byte| is_word(*byte));
        let next: Vec<u8> = word.filter(may_follow).map(|byte| byte | 0x20).collect();
        let open = firsts.iter().filter(|first| first.iter().filter(|byte| **byte != 0).count() == at);
        let longer: Vec<_> = open.flat_map(|first| next.iter().map(move |byte| with(*first, at, *byte))).collect();
        firsts.extend(longer);
        firsts.sort_unstable();
        firsts.dedup();
    }
    let mut hashes: Vec<_> = firsts.into_iter().map(|first| hash(u32::from_le_bytes(first))).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The two first bytes of all words that begin with `word`.
fn pairs(word: &[u8]) -> Vec<u32> {
    match *word {
        [first, second, ..] => vec![u32::from(u16::from_le_bytes([first, second]))],
        [first] => (0..=u8::MAX).map(|second| u32::from(u16::from_le_bytes([first, second]))).collect(),
        [] => Vec::new(),
    }
}

fn with(mut first: [u8; FIRST], at: usize, byte: u8) -> [u8; FIRST] {
    first.iter_mut().skip(at).take(1).for_each(|to| *to = byte);
    first
}

/// The bits of a hash: few enough for the filter to stay in the processor's nearest cache.
pub(in crate::detect) const HASH_BITS: u32 = 17;

/// The hash of a word's first four bytes, whatever their case.
#[inline(always)]
pub(in crate::detect) fn hash_of(first: u32) -> u32 {
    hash(first | CASES)
}

#[inline(always)]
fn hash(first: u32) -> u32 {
    first.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The eight bytes from `at` on, zeros where the text ends.
pub(in crate::detect) fn eight(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    match rest.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
    }
}

/// The bits of eight bytes before the first that begins an escape.
#[inline(always)]
fn before_escape(eight: u64) -> u64 {
    let found = zeros(eight ^ u64::from_le_bytes([b'\\'; 8])) | zeros(eight ^ u64::from_le_bytes([0x1b; 8]));
    // The highest bit of the first such byte: all below it but the byte's own bits count.
    if found == 0 { u64::MAX } else { (found & found.wrapping_neg()).wrapping_sub(1) >> 7 }
}

/// The highest bit of each byte that is zero, and perhaps of some after it.
#[inline(always)]
fn zeros(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    eight.wrapping_sub(ONES) & !eight & (ONES << 7)
}

/// How many of the first bytes at `word` belong to a word, up to as many as the filter looks at.
pub(in crate::detect) fn first_length(text: &[u8], word: usize) -> usize {
    text.get(word..).unwrap_or_default().iter().take(FIRST).take_while(|byte| is_word(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_before_an_escape_is_compared() {
        for (text, bytes) in
            [("abcdefgh", 8), ("\\bcdefgh", 0), ("abc\\e\\gh", 3), ("ab\u{1b}\\efgh", 2), ("abcdefg\\", 7)]
        {
            let expected = if bytes == 8 { u64::MAX } else { (1 << (8 * bytes)) - 1 };
            assert_eq!(before_escape(eight(text.as_bytes(), 0)), expected, "{text:?}");
        }
    }

    #[test]
    fn more_keys_than_sixteen_bits_count_are_all_found() {
        let pairs: Pairs = (0..70_000).map(|key| (key, (key % 1000) as u16)).collect();
        let index = Index::new(pairs, 1 << HASH_BITS);
        for key in [0, 65_535, 65_536, 69_999] {
            assert_eq!(index.get(key), [(key % 1000) as u16], "{key}");
        }
        assert!(index.get(70_000).is_empty());
    }
}
