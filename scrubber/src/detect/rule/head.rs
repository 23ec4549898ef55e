//! What a match must begin with, read from the pattern: a filter that turns nearly every hit away before the regular
//! expression is run, or even compiled.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::behind::Behind;

/// As many bytes of a match are told apart; more would reject hardly anything else.
const HEAD_MAX_BYTES: usize = 40;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) fn of(bytes: impl IntoIterator<Item = u8>) -> Self {
        let mut set = Self::default();
        bytes.into_iter().for_each(|byte| set.add(byte));
        set
    }

    fn add(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    pub(super) fn holds(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    pub(super) fn without_digits(mut self) -> Self {
        let [digits, ..] = &mut self.0;
        *digits &= !(0x3ff << b'0');
        self
    }

    fn union(mut self, other: Self) -> Self {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
        self
    }

    fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(word, whole)| word & !whole == 0)
    }
}

/// For the first bytes of every match, which ones can stand there; runs of one set are kept with their length.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::detect) struct Head {
    runs: Vec<(ByteSet, usize)>,
    /// What stands behind the digits that a match begins with.
    behind: Option<Box<Behind>>,
}

impl Head {
    /// The head of `pattern`, and what stands behind its `digits` if it is asked for; nothing is known of one that does not parse.
    pub(super) fn of(pattern: &str, digits: bool) -> Self {
        let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
        let Ok(hir) = parsed else { return Self::default() };
        Self { behind: digits.then(|| Behind::of(&hir)).flatten().map(Box::new), ..Self::of_sets(Sets::of(&hir)) }
    }

    pub(super) fn behind(&self) -> Option<&Behind> {
        self.behind.as_deref()
    }

    fn of_sets(sets: Sets) -> Self {
        let mut runs: Vec<(ByteSet, usize)> = Vec::new();
        for set in sets.sets {
            match runs.last_mut() {
                Some((last, len)) if *last == set => *len += 1,
                _ => runs.push((set, 1)),
            }
        }
        Self { runs, behind: None }
    }

    /// What every match has from `literal` on, where the pattern itself holds it as it stands.
    pub(super) fn from_literal(pattern: &str, literal: &[u8]) -> Option<Self> {
        let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
        let HirKind::Concat(parts) = parsed.kind() else { return None };
        let mut rest = parts.iter();
        while let Some(part) = rest.next() {
            let HirKind::Literal(text) = part.kind() else { continue };
            let Some(at) = text.0.windows(literal.len()).position(|part| part == literal) else { continue };
            let mut sets = Sets::exact(text.0.iter().skip(at).map(|byte| singleton(*byte)).collect());
            rest.for_each(|part| sets.append(Sets::of(part)));
            return Some(Self::of_sets(sets));
        }
        None
    }

    /// The sets of the bytes, one for each run of equal ones.
    pub(super) fn sets(&self) -> impl Iterator<Item = &ByteSet> {
        self.runs.iter().map(|(set, _)| set)
    }

    /// The sets of the bytes, one for each byte.
    pub(super) fn places(&self) -> impl Iterator<Item = &ByteSet> {
        self.runs.iter().flat_map(|(set, len)| std::iter::repeat_n(set, *len))
    }

    /// Of how many bytes something is known.
    pub(super) fn len(&self) -> usize {
        self.runs.iter().map(|(_, len)| len).sum()
    }

    /// Whether what follows the first `skipped` bytes begins with `length` bytes of a token.
    pub(in crate::detect) fn begins_run(&self, skipped: usize, length: usize) -> bool {
        let run = ByteSet::of((0..=u8::MAX).filter(|byte| byte.is_ascii_alphanumeric() || b"_-./+~".contains(byte)));
        let mut places = self.places().skip(skipped).take(length);
        self.len() >= skipped + length && places.all(|set| set.is_within(&run))
    }

    /// The same, where one of the bytes may be a digit: then a search that tries the rule at long runs with digits finds it.
    pub(super) fn begins_long_run(&self, length: usize) -> bool {
        let digits = |set: &ByteSet| (b'0'..=b'9').any(|digit| set.holds(digit));
        self.begins_run(0, length) && self.places().take(length).any(digits)
    }

    /// Whether the byte at `place` of a match may be `byte`; beyond what is known it may.
    pub(in crate::detect) fn may_have(&self, place: usize, byte: u8) -> bool {
        self.places().nth(place).is_none_or(|set| set.holds(byte))
    }

    /// Whether a match could begin with `text`.
    pub(super) fn allows(&self, text: &[u8]) -> bool {
        let mut rest = text;
        self.runs.iter().all(|(set, len)| {
            let Some((run, after)) = rest.split_at_checked(*len) else { return false };
            rest = after;
            run.iter().all(|byte| set.holds(*byte))
        })
    }
}

impl Head {
    /// Whether a match could begin with `text` once escapes are removed: bytes are the same up to the first backslash.
    pub(super) fn allows_escaped(&self, text: &[u8]) -> bool {
        let mut rest = text.iter();
        for (set, len) in &self.runs {
            for byte in (0..*len).map(|_| rest.next()) {
                match byte {
                    None => return false,
                    Some(b'\\' | 0x1b) => return true,
                    Some(byte) if !set.holds(*byte) => return false,
                    Some(_) => {}
                }
            }
        }
        true
    }
}

/// The sets of the bytes that every match of an expression has at least.
struct Sets {
    sets: Vec<ByteSet>,
    /// Whether every match is exactly that long, so that what follows the expression can be told too.
    is_exact: bool,
}

impl Sets {
    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self { sets: Vec::new(), is_exact: true },
            HirKind::Literal(literal) => Self::exact(literal.0.iter().map(|byte| singleton(*byte)).collect()),
            HirKind::Class(class) => Self::of_class(class),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Concat(parts) => {
                let mut whole = Self::exact(Vec::new());
                for part in parts {
                    whole.append(Self::of(part));
                }
                whole
            }
            HirKind::Alternation(parts) => Self::of_alternation(parts),
            HirKind::Repetition(repetition) => {
                let mut whole = Self::exact(Vec::new());
                let least = usize::try_from(repetition.min).unwrap_or(usize::MAX).min(HEAD_MAX_BYTES);
                for _ in 0..least {
                    whole.append(Self::of(&repetition.sub));
                }
                whole.is_exact &= repetition.max == Some(repetition.min);
                whole
            }
        }
    }

    fn exact(sets: Vec<ByteSet>) -> Self {
        let mut whole = Self { sets, is_exact: true };
        whole.limit();
        whole
    }

    fn of_class(class: &Class) -> Self {
        // Of a character beyond ASCII the length is not known.
        if matches!(class, Class::Unicode(chars) if chars.ranges().iter().any(|range| !range.end().is_ascii())) {
            return Self { sets: Vec::new(), is_exact: false };
        }
        Self::exact(vec![bytes_of(class)])
    }

    fn of_alternation(parts: &[Hir]) -> Self {
        let mut branches = parts.iter().map(Self::of);
        let Some(mut whole) = branches.next() else { return Self::exact(Vec::new()) };
        for branch in branches {
            whole.is_exact &= branch.is_exact && branch.sets.len() == whole.sets.len();
            whole.sets = whole.sets.iter().zip(branch.sets).map(|(a, b)| a.union(b)).collect();
        }
        whole
    }

    fn append(&mut self, next: Self) {
        if self.is_exact {
            self.sets.extend(next.sets);
            self.is_exact = next.is_exact;
            self.limit();
        }
    }

    fn limit(&mut self) {
        if self.sets.len() > HEAD_MAX_BYTES {
            self.sets.truncate(HEAD_MAX_BYTES);
            self.is_exact = false;
        }
    }
}

/// The bytes of a class; of characters those of ASCII.
pub(super) fn bytes_of(class: &Class) -> ByteSet {
    match class {
        Class::Bytes(bytes) => ByteSet::of(bytes.ranges().iter().flat_map(|range| range.start()..=range.end())),
        Class::Unicode(chars) => {
            let ascii = chars.ranges().iter().flat_map(|range| range.start()..=range.end()).take_while(char::is_ascii);
            ByteSet::of(ascii.filter_map(|character| u8::try_from(character).ok()))
        }
    }
}

/// Classes of bytes that are in the same of these sets: the class of each byte, and a byte of each class.
pub(super) fn classes_of<'a>(all: impl Iterator<Item = &'a ByteSet>) -> (Vec<u8>, Vec<u8>) {
    let mut sets: Vec<&ByteSet> = Vec::new();
    for set in all {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    let mut classes = Vec::new();
    let mut kinds: Vec<(Vec<bool>, u8)> = Vec::new();
    for byte in 0..=u8::MAX {
        let kind: Vec<_> = sets.iter().map(|set| set.holds(byte)).collect();
        let known = kinds.iter().position(|(other, _)| *other == kind);
        classes.push(known.unwrap_or(kinds.len()) as u8);
        if known.is_none() {
            kinds.push((kind, byte));
        }
    }
    (classes, kinds.into_iter().map(|(_, byte)| byte).collect())
}

fn singleton(byte: u8) -> ByteSet {
    ByteSet::of([byte])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(Head::of(pattern, false).allows(text.as_bytes()), expected, "{pattern} on {text}");
    }

    #[test]
    fn a_head_turns_away_what_cannot_match() {
        check("ab[0-9]{4}", "ab12345", true);
        check("ab[0-9]{4}", "ab123x", false);
        check("ab[0-9]{4}", "ab123", false);
        check("(?:ab|cde)[0-9]", "ab1", true);
        check("(?:ab|cde)[0-9]", "cd", true);
        check("(?:ab|cde)[0-9]", "xd", false);
        check("(?i:ab)c", "aBc", true);
        check("a?b", "b", true);
        check("[0-9]{2,4}-x", "12-x", true);
        check("[0-9]{2,4}-x", "1-x", false);
        check("(?:-[0-9]{2}){2}z", "-12-34z", true);
        check("(?:-[0-9]{2}){2}z", "-12-3xz", false);
    }

    #[test]
    fn nothing_is_known_of_a_broken_pattern() {
        check("ab[", "zz", true);
    }
}
