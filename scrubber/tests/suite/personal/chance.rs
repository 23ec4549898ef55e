//! Numbers that look random and are the same in every run, and what is built from them.

/// A small generator (SplitMix64, <https://prng.di.unimi.it/splitmix64.c>).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.range(0, all.len() as u64 - 1) as usize]
    }

    /// So many digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + ((self.next() >> 7) % 10) as u8)).collect()
    }

    pub(crate) fn letters(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| self.pick(&["A", "B", "C", "E", "H", "K", "L", "M", "N", "P", "R", "S", "T", "W", "X", "Y"]))
            .collect()
    }

    /// Replaces every `#` by a digit, every `N` by one from two to nine and every `@` by a capital letter.
    pub(crate) fn fill(&mut self, form: &str) -> String {
        form.chars()
            .map(|character| match character {
                '#' => self.digits(1),
                'N' => self.range(2, 9).to_string(),
                '@' => self.letters(1),
                other => other.to_string(),
            })
            .collect()
    }

    /// A day as year, month and day.
    pub(crate) fn day(&mut self) -> (u64, u64, u64) {
        (self.range(1940, 2004), self.range(1, 12), self.range(1, 28))
    }
}

/// The values of the digits in a text.
pub(crate) fn values(text: &str) -> Vec<u64> {
    text.chars().filter_map(|digit| digit.to_digit(10)).map(u64::from).collect()
}

/// The sum of the digits times their weights.
pub(crate) fn weighted(text: &str, weights: &[u64]) -> u64 {
    values(text).iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The Luhn digit that belongs behind a text.
pub(crate) fn luhn(text: &str) -> u64 {
    let sum: u64 = values(text)
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    (10 - sum % 10) % 10
}

/// The ISO 7064 MOD 11,10 digit that belongs behind a text.
pub(crate) fn mod_11_10(text: &str) -> u64 {
    let rest = values(text).iter().fold(10, |rest, digit| {
        let sum = (rest + digit) % 10;
        if sum == 0 { 20 % 11 } else { sum * 2 % 11 }
    });
    (11 - rest) % 10
}

/// Draws until the maker gives something.
pub(crate) fn until(chance: &mut Chance, make: impl Fn(&mut Chance) -> Option<String>) -> String {
    loop {
        if let Some(made) = make(chance) {
            return made;
        }
    }
}
