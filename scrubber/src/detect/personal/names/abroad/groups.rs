//! Lists of words, and of beginnings and ends of words, in which few entries are looked at for each word of a text.

/// Entries in groups, by the character that all of a group begin or end with.
pub(super) struct Groups(Vec<(char, &'static str)>);

impl Groups {
    /// The words of a list that is written as one text, by their first characters.
    pub(super) fn of_heads(list: &'static str) -> Self {
        Self::by(list, |word| word.chars().next())
    }

    /// The same by their last characters.
    pub(super) fn of_tails(list: &'static str) -> Self {
        Self::by(list, |word| word.chars().next_back())
    }

    fn by(list: &'static str, key: fn(&'static str) -> Option<char>) -> Self {
        let mut sorted: Vec<_> =
            list.split_ascii_whitespace().filter_map(|word| key(word).map(|key| (key, word))).collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    fn group(&self, key: Option<char>) -> impl Iterator<Item = &'static str> {
        let from = key.map_or(self.0.len(), |key| self.0.partition_point(|(other, _)| *other < key));
        let rest = self.0.get(from..).unwrap_or_default().iter();
        rest.take_while(move |(other, _)| Some(*other) == key).map(|(_, word)| *word)
    }

    /// Whether `word` is an entry, of [`Groups::of_heads`].
    pub(super) fn holds(&self, word: &str) -> bool {
        self.group(word.chars().next()).any(|entry| entry == word)
    }

    /// The entries that `text` begins with, of [`Groups::of_heads`], with short ones before long ones.
    pub(super) fn beginning(&self, text: &str) -> impl Iterator<Item = &'static str> {
        self.group(text.chars().next()).filter(move |entry| text.starts_with(*entry))
    }

    /// The entries that `text` ends with, of [`Groups::of_tails`].
    pub(super) fn ending(&self, text: &str) -> impl Iterator<Item = &'static str> {
        self.group(text.chars().next_back()).filter(move |entry| text.ends_with(*entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_either_end() {
        let heads = Groups::of_heads("ab a bc c");
        assert!(heads.holds("ab") && heads.holds("c") && !heads.holds("b") && !heads.holds("") && !heads.holds("abc"));
        assert_eq!(heads.beginning("abc").collect::<Vec<_>>(), ["a", "ab"]);
        let tails = Groups::of_tails("ova va in");
        assert_eq!(tails.ending("Petrova").count(), 2);
        assert_eq!(tails.ending("").count(), 0);
    }
}
