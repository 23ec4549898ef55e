//! A name that an e-mail address near it spells: `{"name": "Zyla Quonk", "email": "z.quonk@…"}`. No list need have it.

use std::sync::LazyLock;

use crate::detect::sets::lexicon::List;

/// A family name that the address spells is no shorter.
const FAMILY_MIN: usize = 4;
/// The local part of an address that spells a name.
const LOCAL_MAX: usize = 48;
/// What is called so is a part of a company, or its software.
const OFFICES: &str = "\
    support service services team teams admin administrator info sales help helpdesk desk care customer customers office news \
    newsletter letter marketing security billing account accounts contact contacts dev devops ops platform data cloud web webmaster \
    master postmaster post mail mailer mailing list lists reply bot ci build release releases project projects group groups lab labs \
    studio studios software system systems solutions tech technology technologies digital media design shop store market success \
    human resources jobs careers press legal privacy abuse open source foundation community committee council department engineering \
    research development test tests user users example company university institute school college online network networks partner \
    partners product products finance payments orders invoice invoices agent agents manager managers developer developers docs \
    documentation status monitor monitoring alert alerts notification notifications hosting domain domains server servers core \
    maintainers maintainer contributors authors";

/// The two words of `text` that the address whose `@` stands at `at` spells.
pub(super) fn spelt(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let head = text.get(at.saturating_sub(LOCAL_MAX)..at)?;
    let length = head.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || b"._-".contains(byte)).count();
    let local = head.get(head.len() - length..)?.to_ascii_lowercase();
    let domain = text.get(at + 1..)?;
    let host = domain.iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
    if local.len() < FAMILY_MIN || !domain.get(..host)?.contains(&b'.') {
        return None;
    }
    let own = at - length..at + 1 + host;
    // Most stand beside no name: a word near it ends as the local part does.
    let tail = local.last_chunk::<3>()?;
    let near = [text.get(..own.start)?, text.get(own.end..)?];
    if !near.iter().any(|part| memchr::memmem::find(part, tail).is_some()) {
        return None;
    }
    let mut words = Words { text, at: 0 };
    let mut before = words.next()?;
    for word in words {
        let (one, two) = (text.get(before.0..before.1)?, text.get(word.0..word.1)?);
        let apart = own.contains(&before.0) || own.contains(&word.0);
        if !apart && word.0 == before.1 + 1 && text.get(before.1) == Some(&b' ') && is_name(one, two, &local) {
            return Some((before.0, word.1));
        }
        before = word;
    }
    None
}

/// Whether a local part spells both words: `zyla.quonk`, `quonk_zyla`, `zquonk`, `zylaquonk`, `z.quonk`.
fn is_name(one: &[u8], two: &[u8], local: &[u8]) -> bool {
    static OFFICE_WORDS: LazyLock<List> = LazyLock::new(|| List::new(OFFICES));
    let (given, family) = (one.to_ascii_lowercase(), two.to_ascii_lowercase());
    let initial = given.get(..1).unwrap_or_default();
    let joined: Vec<u8> = local.iter().copied().filter(u8::is_ascii_alphabetic).collect();
    let spells = |first: &[u8], last: &[u8]| {
        joined.len() == first.len() + last.len() && joined.starts_with(first) && joined.ends_with(last)
    };
    let spelt = spells(&given, &family) || spells(&family, &given) || spells(initial, &family);
    spelt && family.len() >= FAMILY_MIN && ![given, family].iter().any(|word| OFFICE_WORDS.holds(word))
}

/// Steps over the words of two letters or more that begin with a capital, and have small letters behind it.
struct Words<'a> {
    text: &'a [u8],
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.text.get(self.at..)?;
            let start = self.at + rest.iter().position(u8::is_ascii_alphabetic)?;
            let rest = self.text.get(start..)?;
            let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            self.at = start + length;
            let small =
                rest.get(1..length).is_some_and(|rest| !rest.is_empty() && rest.iter().any(u8::is_ascii_lowercase));
            let letter =
                |at: usize| self.text.get(at).is_some_and(|byte| byte.is_ascii_digit() || b"_-@".contains(byte));
            let alone = !start.checked_sub(1).is_some_and(letter) && !letter(self.at);
            if rest.first().is_some_and(u8::is_ascii_uppercase) && small && alone {
                return Some((start, self.at));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_spells_the_name_beside_it() {
        for (text, expected) in [
            ("{\"name\": \"Zyla Quonk\", \"email\": \"zyla.quonk@acme.io\"}", Some("Zyla Quonk")),
            ("email: zquonk@acme.io\nname: Zyla Quonk\n", Some("Zyla Quonk")),
            ("Zyla Quonk (quonk-zyla@acme.io)", Some("Zyla Quonk")),
            ("ask Zyla Quonk, z.quonk@acme.io", Some("Zyla Quonk")),
            ("Checkout Service: checkout-service@acme.io", None),
            ("Acme Labs, acmelabs@acme.io", None),
            ("Acme Rockets, rockets@acme.io", None),
            ("Zyla Quonk <ann@acme.io>", None),
            ("Zyla Quonk zquonk@localhost", None),
        ] {
            let at = text.find('@').unwrap_or(0);
            let found = spelt(text.as_bytes(), at).and_then(|(from, to)| text.get(from..to));
            assert_eq!(found, expected, "{text}");
        }
    }
}
