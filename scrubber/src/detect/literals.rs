//! Finds which literals may start at a word, by the first three bytes.

/// Where a literal leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The rule at this place in the rule set.
    Rule(u16),
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
}

/// One literal, seen from the word at which it is anchored.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    /// All of its bytes.
    pub bytes: Vec<u8>,
    /// How many of its bytes stand before the anchoring word.
    pub before: usize,
    pub ignore_case: bool,
    pub target: Target,
}

const SLOTS: usize = 1 << 14;

/// Literals by the first three bytes of their anchoring word, and by the byte that follows a word.
pub(super) struct Literals {
    bits: Box<[u64; SLOTS / 64]>,
    /// Sorted by slot.
    at_words: Vec<(u16, Literal)>,
    /// Literals without a word, by the byte they start with: tried where a word ends.
    after_words: Vec<Literal>,
    after_bits: [bool; 256],
}

impl Literals {
    pub(super) fn new(literals: Vec<Literal>) -> Self {
        let mut all = Self {
            bits: Box::new([0; SLOTS / 64]),
            at_words: Vec::new(),
            after_words: Vec::new(),
            after_bits: [false; 256],
        };
        for mut literal in literals {
            let Some(before) = literal.bytes.iter().position(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            else {
                if let Some(flag) = literal.bytes.first().and_then(|byte| all.after_bits.get_mut(usize::from(*byte))) {
                    *flag = true;
                    all.after_words.push(literal);
                }
                continue;
            };
            literal.before = before;
            for slot in slots(literal.bytes.get(before..).unwrap_or_default()) {
                if let Some(bits) = all.bits.get_mut(usize::from(slot) / 64) {
                    *bits |= 1 << (slot % 64);
                }
                all.at_words.push((slot, literal.clone()));
            }
        }
        all.at_words.sort_by_key(|(slot, _)| *slot);
        all
    }

    /// Whether a literal may have its anchoring word start with these bytes.
    #[inline]
    pub(super) fn may(&self, first: u32) -> bool {
        let slot = slot(first);
        self.bits.get(usize::from(slot) / 64).is_some_and(|bits| bits >> (slot % 64) & 1 == 1)
    }

    /// The literals whose anchoring word may start with these bytes.
    pub(super) fn at_word(&self, first: u32) -> impl Iterator<Item = &Literal> {
        let slot = slot(first);
        let from = self.at_words.partition_point(|(other, _)| *other < slot);
        self.at_words.iter().skip(from).take_while(move |(other, _)| *other == slot).map(|(_, literal)| literal)
    }

    /// Whether a literal without a word may start with this byte.
    #[inline]
    pub(super) fn may_follow(&self, byte: u8) -> bool {
        self.after_bits.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// The literals without a word that start with this byte.
    pub(super) fn after_word(&self, byte: u8) -> impl Iterator<Item = &Literal> {
        self.after_words.iter().filter(move |literal| literal.bytes.first() == Some(&byte))
    }
}

impl Literal {
    /// Whether the literal stands in `text` with its anchoring word at `word`; then where it starts.
    pub(super) fn start_in(&self, text: &[u8], word: usize) -> Option<usize> {
        let start = word.checked_sub(self.before)?;
        let part = text.get(start..start + self.bytes.len())?;
        let same = if self.ignore_case { part.eq_ignore_ascii_case(&self.bytes) } else { part == self.bytes };
        same.then_some(start)
    }
}

/// The slot of the first three of four bytes. Case is folded for all literals; which ones mind it is checked later.
#[inline]
fn slot(first: u32) -> u16 {
    ((first & 0x00ff_ffff | 0x0020_2020).wrapping_mul(0x9E37_79B1) >> 18) as u16
}

/// The slots of a literal's word; of a short one those of every continuation.
fn slots(word: &[u8]) -> Vec<u16> {
    let mut slots: Vec<u16> = match *word {
        [a, b, c, ..] => vec![slot(u32::from_le_bytes([a, b, c, 0]))],
        [a, b] => (0..=255).map(|c| slot(u32::from_le_bytes([a, b, c, 0]))).collect(),
        [a] => (0..=255).flat_map(|b| (0..=255).map(move |c| slot(u32::from_le_bytes([a, b, c, 0])))).collect(),
        [] => Vec::new(),
    };
    slots.sort_unstable();
    slots.dedup();
    slots
}
