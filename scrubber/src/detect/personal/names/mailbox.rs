//! Names beside an e-mail address: before it, `Name <user@host>`, or near it where it spells them.

use super::gazetteer::class;
use super::{NEAR, addressed, context, other, program, read};
use crate::detect::builtin::Builtin;
use crate::detect::search::{Search, byte_at};

/// The longest name before an address, in bytes.
const MAILBOX_MAX: usize = 64;

impl Search<'_> {
    /// An `@` stands at `at`: `Name <user@host>`.
    pub(super) fn mailbox(&mut self, at: usize) {
        let text = self.text;
        let near = text.get(at.saturating_sub(MAILBOX_MAX)..at).unwrap_or_default();
        let local =
            near.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte)).count();
        let open = at - local;
        let nobody = || near.get(near.len() - local..).is_some_and(is_unattended);
        if local == 0 || nobody() {
            return;
        }
        if byte_at(text, open.wrapping_sub(1)) != b'<' {
            self.spelt_name(at, local);
            return;
        }
        self.work += 1;
        self.open(open, NEAR);
        let place = self.window.place(open - 1);
        if let Some((from, to)) = display_name(self.window.bytes(), place)
            && !context::is_copyright(self.window.bytes().get(..from).unwrap_or_default())
            && !other::is_other(self.window.bytes().get(from..to).unwrap_or_default())
            && !program::is_program(self.window.bytes().get(from..).unwrap_or_default())
        {
            self.report_places(Builtin::PersonName, from, to);
        }
    }

    /// A name near the address whose `@` stands at `at`, which the address spells.
    fn spelt_name(&mut self, at: usize, local: usize) {
        // Most addresses of code are none: `user@host`, `@Override`.
        if local < 4 || !byte_at(self.text, at + 1).is_ascii_alphanumeric() {
            return;
        }
        self.work += 1;
        self.open(at, NEAR);
        let place = self.window.place(at);
        let bytes = self.window.bytes();
        let low = place.saturating_sub(NEAR);
        let near = bytes.get(low..bytes.len().min(place + NEAR)).unwrap_or_default();
        if let Some((from, to)) = addressed::spelt(near, place - low)
            && !context::is_copyright(bytes.get(..low + from).unwrap_or_default())
            && !other::is_other(near.get(from..to).unwrap_or_default())
        {
            self.report_places(Builtin::PersonName, low + from, low + to);
        }
    }
}

/// `no-reply`: such addresses are a company's, and so is the name before them.
fn is_unattended(local: &[u8]) -> bool {
    [b"no-reply".as_slice(), b"noreply", b"no_reply", b"donotreply", b"do-not-reply", b"do_not_reply"]
        .iter()
        .any(|start| local.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// The name before the `<` at `place`.
fn display_name(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let near = bytes.get(place.saturating_sub(MAILBOX_MAX)..place)?;
    let blanks = near.iter().rev().take_while(|byte| b" \"'".contains(byte)).count();
    let near = near.get(..near.len() - blanks)?;
    let is_inner = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80 || b" .'-".contains(byte);
    let (head, mut line) =
        near.split_at_checked(near.len() - near.iter().rev().take_while(|byte| is_inner(byte)).count())?;
    // Letters behind a digit end a word that began before it: a hash.
    if head.last().is_some_and(u8::is_ascii_digit)
        && let Some(blank) = memchr::memchr(b' ', line).filter(|blank| *blank > 0)
    {
        line = line.get(blank..)?;
    }
    // From the end on, as far as words have capitals: what stands before belongs to a sentence.
    let (mut length, mut words, mut ordinary) = (0, 0, 0);
    for word in line.rsplit(|byte| *byte == b' ').take(6) {
        let may_belong = read::is_name_word(word) || (words == 0 && word.len() == line.len() && word.len() >= 3);
        if word.is_empty() || !may_belong || word.eq_ignore_ascii_case(b"bot") || word.ends_with(b"-bot") {
            break;
        }
        length += word.len() + usize::from(words > 0);
        words += 1;
        ordinary += usize::from(class(word).is_only_word());
    }
    let to = place - blanks;
    (words > 0 && words < 6 && length >= 3 && ordinary * 2 < words).then_some((to - length, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_is_told_from_a_list_or_a_machine() {
        for (text, expected) in [
            ("Author: Xan Quelibar <", Some("Xan Quelibar")),
            ("authors = [\"Anna Schmidt <", Some("Anna Schmidt")),
            ("To: \"Anna Schmidt\" <", Some("Anna Schmidt")),
            ("cc a@b.de, 王小明 <", Some("王小明")),
            ("85b7e Xan Quelibar <", Some("Xan Quelibar")),
            ("85b7e Xan <", Some("Xan")),
            ("author1 lastname <", None),
            ("Mailing List <", None),
            ("dependabot-bot <", None),
            ("many thanks to Xan Quelibar <", Some("Xan Quelibar")),
            ("Ludwig van Beethoven <", Some("Ludwig van Beethoven")),
            ("xquelibar <", Some("xquelibar")),
            ("if a <", None),
        ] {
            let found = display_name(text.as_bytes(), text.len() - 1);
            assert_eq!(found.and_then(|(from, to)| text.get(from..to)), expected, "{text}");
        }
    }
}
