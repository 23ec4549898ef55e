//! The tags that Claude Code puts around what a command printed and what somebody typed: `<bash-stdout>…</bash-stdout>`. They are no
//! part of the text between them, and a value that ends it stands right beside one.

use std::borrow::Cow;

/// The names of the tags.
const NAMES: &[&str] = &[
    "bash-input",
    "bash-stdout",
    "bash-stderr",
    "local-command-stdout",
    "local-command-stderr",
    "local-command-caveat",
    "command-name",
    "command-message",
    "command-args",
    "command-contents",
    "tool_use_error",
    "task-notification",
    "system-reminder",
];

/// The text with its tags in lines of their own, every other byte at its place; only of a text that begins with one.
pub(in crate::detect) fn set_apart(text: &[u8]) -> Cow<'_, [u8]> {
    if text.first() != Some(&b'<') || tag(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut apart = text.to_vec();
    for at in memchr::memchr_iter(b'<', text) {
        let rest = text.get(at..).unwrap_or_default();
        let Some(length) = tag(rest) else { continue };
        let edge = if rest.get(1) == Some(&b'/') { at } else { at + length - 1 };
        if let Some(byte) = apart.get_mut(edge) {
            *byte = b'\n';
        }
    }
    Cow::Owned(apart)
}

/// The length of the tag that `text` begins with.
fn tag(text: &[u8]) -> Option<usize> {
    let name = text.strip_prefix(b"</").or_else(|| text.strip_prefix(b"<"))?;
    let known = NAMES.iter().find(|known| name.starts_with(known.as_bytes()))?;
    (name.get(known.len()) == Some(&b'>')).then_some(text.len() - name.len() + known.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_in_lines_of_their_own() {
        for (text, expected) in [
            (
                "<bash-stdout>a b</bash-stdout><bash-stderr></bash-stderr>",
                "<bash-stdout\na b\n/bash-stdout><bash-stderr\n\n/bash-stderr>",
            ),
            ("<command-args>a < b</command-args>", "<command-args\na < b\n/command-args>"),
            ("<bash-stdout2>a</bash-stdout2>", "<bash-stdout2>a</bash-stdout2>"),
            ("a <bash-stdout>b</bash-stdout>", "a <bash-stdout>b</bash-stdout>"),
            ("<key>a</key>", "<key>a</key>"),
            ("", ""),
        ] {
            assert_eq!(set_apart(text.as_bytes()), expected.as_bytes(), "{text}");
        }
    }
}
