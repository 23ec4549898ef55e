//! What the text before a name says of it.

use super::fields::folded;
use super::read::Context;

/// Keys whose value is a person's name, written in one word. A longer key may end with one of them.
const STRONG: &[&str] = &[
    "author",
    "authors",
    "authoredby",
    "coauthoredby",
    "signedoffby",
    "reviewedby",
    "ackedby",
    "testedby",
    "reportedby",
    "suggestedby",
    "approvedby",
    "helpedby",
    "committer",
    "createdby",
    "writtenby",
    "assignedto",
    "fullname",
    "realname",
    "displayname",
    "legalname",
    "customername",
    "contactname",
    "authorname",
    "employeename",
    "patientname",
    "clientname",
    "holdername",
    "yourname",
    "assignee",
    "reporter",
    "reviewer",
    "maintainer",
    "maintainers",
    "contact",
    "contactperson",
    "attn",
    "patient",
    "employee",
    "customer",
    "cardholder",
    "accountholder",
    "firstname",
    "lastname",
    "surname",
    "givenname",
    "familyname",
    "middlename",
    "maidenname",
    "vorname",
    "nachname",
    "prenom",
    "nombre",
    "apellido",
    "apellidos",
    "nom",
    "cognome",
    "imie",
    "nazwisko",
    "ansprechpartner",
    "kunde",
    "mitarbeiter",
    "manager",
    "supervisor",
    "student",
    "teacher",
    "doctor",
    "nurse",
    "passenger",
    "guest",
    "tenant",
    "landlord",
    "applicant",
    "candidate",
    "beneficiary",
    "signatory",
    "signedby",
    "nextofkin",
    "emergencycontact",
    "spouse",
    "recipient",
    "sender",
    "attendee",
    "attendees",
    "participants",
    "organizer",
    "interviewer",
    "speaker",
    "payee",
    "payer",
    "witness",
    "defendant",
    "plaintiff",
    "mother",
    "father",
    "username",
    "editor",
    "translator",
    "creator",
    "owner",
    "lead",
    "buyer",
    "seller",
    "driver",
    "shipto",
    "billto",
];

/// Whose name a key that ends with `name` or `full_name` tells, written in one word: `mother_name`, `recipientName`.
const NAMED: &[&str] = &[
    "recipient",
    "sender",
    "mother",
    "father",
    "parent",
    "guardian",
    "spouse",
    "husband",
    "wife",
    "child",
    "nominee",
    "student",
    "teacher",
    "doctor",
    "nurse",
    "guest",
    "passenger",
    "tenant",
    "landlord",
    "applicant",
    "candidate",
    "beneficiary",
    "cardholder",
    "accountholder",
    "emergencycontact",
    "nextofkin",
    "billing",
    "shipping",
    "payee",
    "payer",
    "insured",
    "subscriber",
    "donor",
    "visitor",
    "resident",
    "attendee",
    "participant",
    "signatory",
    "witness",
    "buyer",
    "seller",
];

/// Keys whose value is often a person's name.
const WEAK: &[&str] = &[
    "name", "names", "from", "to", "cc", "bcc", "by", "user", "users", "client", "person", "people", "member",
    "members", "label", "title",
];

/// The longest key, in bytes.
const KEY_MAX: usize = 28;

/// What the text directly before a name says of it.
pub(super) fn before(before: &[u8]) -> Context {
    let Some(key) = key(before) else { return Context::None };
    let mut room = [0; KEY_MAX];
    let Some(folded) = folded(key, &mut room) else { return Context::None };
    let is = |known: &&str| {
        let known = known.as_bytes();
        folded == known || (known.len() > 4 && folded.ends_with(known))
    };
    let whose = folded.strip_suffix(b"name").map(|whose| whose.strip_suffix(b"full").unwrap_or(whose));
    let named = || whose.is_some_and(|whose| NAMED.iter().any(|known| whose.ends_with(known.as_bytes())));
    if STRONG.iter().any(is) || named() {
        Context::Strong
    } else if WEAK.iter().any(is) || folded.ends_with(b"name") {
        Context::Weak
    } else {
        Context::None
    }
}

/// The key whose value begins where `before` ends: `"author": "`, `Reviewed-by: `, `@author `, `author = [\"`, `<author>`.
fn key(before: &[u8]) -> Option<&[u8]> {
    let strip = |text: &mut &[u8], any: &[u8]| {
        let length = text.iter().rev().take_while(|byte| any.contains(byte)).count();
        *text = text.get(..text.len() - length).unwrap_or_default();
        length
    };
    let mut rest = before.get(before.len().saturating_sub(KEY_MAX + 12)..).unwrap_or_default();
    strip(&mut rest, b" \t\"'`[(\\");
    let tag = rest.last() == Some(&b'>') && rest.get(rest.len().saturating_sub(2)..) != Some(b"=>");
    let signs = strip(&mut rest, b"=:>");
    if signs == 0 {
        // A tag of a documentation comment has no sign.
        let length = rest.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (head, word) = rest.split_at_checked(rest.len() - length)?;
        return (head.last() == Some(&b'@')).then_some(word);
    }
    if !tag {
        strip(&mut rest, b" \t\"'`*\\");
    }
    let length =
        rest.iter().rev().take(KEY_MAX).take_while(|byte| byte.is_ascii_alphabetic() || b"_- ".contains(byte)).count();
    rest.get(rest.len() - length..)
}

/// Whether the line up to `before`'s end is a notice of copyright: those are public.
pub(super) fn is_copyright(before: &[u8]) -> bool {
    let near = before.get(before.len().saturating_sub(96)..).unwrap_or_default();
    let line = near.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let holds = |word: &[u8]| line.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    holds(b"copyright") || holds(b"(c) ") || holds("\u{a9}".as_bytes())
}

/// Whether the word before the name makes it that of a place: `San Jose`, `Lake Victoria`.
pub(super) fn is_place(before: &[u8]) -> bool {
    const WORDS: [&[u8]; 26] = [
        b"San", b"Santa", b"Sao", b"Saint", b"St", b"St.", b"Los", b"Las", b"El", b"La", b"Lake", b"Mount", b"Mt",
        b"Fort", b"Port", b"Cape", b"Camp", b"Villa", b"Hotel", b"Calle", b"Avenida", b"Via", b"Rue", b"Plaza",
        b"Paseo", b"Rua",
    ];
    let Some(before) = before.strip_suffix(b" ") else { return false };
    let word = before.rsplit(|byte| !byte.is_ascii_alphabetic() && *byte != b'.').next().unwrap_or_default();
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_many_syntaxes_are_read() {
        for text in [
            "Author: ",
            "\"author\": \"",
            "\\\"author\\\": \\\"",
            " * @author ",
            "authors = [\"",
            "Signed-off-by: ",
            "full_name='",
            "<author>",
            "created_by => \"",
            "customer_full_name: ",
            "patientName=\"",
        ] {
            assert_eq!(before(text.as_bytes()), Context::Strong, "{text}");
        }
        for text in ["\"name\": \"", "To: ", "product_name: "] {
            assert_eq!(before(text.as_bytes()), Context::Weak, "{text}");
        }
        for text in ["description: ", "we met ", "", "\"", "author "] {
            assert_eq!(before(text.as_bytes()), Context::None, "{text}");
        }
    }

    #[test]
    fn notices_of_copyright_and_places_are_told() {
        assert!(is_copyright(b"// Copyright (c) 2015 ") && !is_copyright(b"Copyright 2015 X\n "));
        assert!(is_place(b"in San ") && !is_place(b"met "));
    }
}
