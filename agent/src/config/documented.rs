//! What `config/default.toml` says of each key, and how each is written there.

use super::keys::{self, KEYS};
use super::load::DEFAULTS;

/// A key as templates for administrators show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Documented {
    /// The dotted name.
    pub(super) name: &'static str,
    /// What it means, in one paragraph.
    pub(super) text: String,
    /// A value as it stands in the file: the default, or an example where there is none.
    pub(super) example: String,
}

/// All keys in the order of the table. A key without words of its own has those of the key, or the section, above it.
pub(super) fn all() -> Vec<Documented> {
    let (mut found, mut section) = (Vec::new(), String::new());
    let (mut words, mut open) = (String::new(), false);
    for line in DEFAULTS.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_end_matches(']'));
            open = false;
        } else if let Some((name, value)) = setting(line)
            && let Some(key) = keys::find(&format!("{section}{name}"))
        {
            open = false;
            found.push(Documented { name: key.name, text: words.clone(), example: value.to_owned() });
        } else if let Some(text) = line.strip_prefix('#') {
            if !open {
                words.clear();
            }
            open = true;
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(text.trim());
        } else {
            open = false;
        }
    }
    found.sort_by_key(|one| KEYS.iter().position(|key| key.name == one.name));
    found
}

/// The key and the value of a line that sets one, or shows how one is set.
fn setting(line: &str) -> Option<(&str, &str)> {
    let shown = line.strip_prefix("#: ");
    if shown.is_none() && line.starts_with('#') {
        return None;
    }
    shown.unwrap_or(line).split_once(" = ")
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::config::keys::KEYS;

    #[test]
    fn every_key_has_words_and_an_example() {
        let all = all();
        assert_eq!(
            all.iter().map(|one| one.name).collect::<Vec<_>>(),
            KEYS.iter().map(|key| key.name).collect::<Vec<_>>()
        );
        for one in &all {
            assert!(one.text.len() > 10 && !one.example.is_empty(), "{}: {}", one.name, one.text);
        }
        let text = |name: &str| all.iter().find(|one| one.name == name).map(|one| one.text.clone()).unwrap_or_default();
        assert!(
            text("consent.retention").starts_with("How long what was sent is kept"),
            "{}",
            text("consent.retention")
        );
        assert!(text("projects.deny").contains("Globs of folders"), "{}", text("projects.deny"));
    }
}
