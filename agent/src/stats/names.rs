//! Texts by number, each kept once.

use std::collections::HashMap;

/// Texts by number, each kept once.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Made when it is first needed: most files of a cache are never added to.
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

impl Eq for Names {}

impl From<Vec<String>> for Names {
    fn from(texts: Vec<String>) -> Self {
        Self { texts, numbers: HashMap::new() }
    }
}

impl Names {
    /// The number of a text, new or not.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if self.numbers.len() < self.texts.len() {
            self.numbers = (0..).zip(&self.texts).map(|(number, text)| (text.clone(), number)).collect();
        }
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The text of a number.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }

    /// All texts by number.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }
}
