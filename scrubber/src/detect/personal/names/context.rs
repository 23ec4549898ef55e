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

/// Whether a line begins before the name that holds a text of a program or its translation: `msgstr "Nomor Pokok`. A name and a word of
/// the other language make nobody there.
pub(super) fn is_translation(before: &[u8]) -> bool {
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    [b"msgid".as_slice(), b"msgstr", b"msgctxt"].iter().any(|word| line.starts_with(word))
}

/// Words that make what follows the name of a place, which people are called as well: `San Jose`, `Lake Victoria`.
const PLACES: &[&str] = &["San", "Santa", "Sao", "Saint", "St", "St.", "Los", "Las", "El", "La", "Port", "Camp"];
/// Words for mountains, waters, streets, houses, rooms and schools, which begin the name of nobody.
const SITES: &[&str] = &[
    "Lake",
    "Mount",
    "Mt",
    "Fort",
    "Cape",
    "Villa",
    "Hotel",
    "Calle",
    "Avenida",
    "Via",
    "Rue",
    "Plaza",
    "Paseo",
    "Rua",
    "Monte",
    "Mont",
    "Pico",
    "Lago",
    "Passo",
    "Piazza",
    "Viale",
    "Corso",
    "Largo",
    "Travessa",
    "Torre",
    "Castello",
    "Ulica",
    "ulica",
    "ulice",
    "ulicy",
    "rue",
    "calle",
    "rua",
    "piazza",
    "plaza",
    "avenida",
    "avenue",
    "Cours",
    "Boulevard",
    "boulevard",
    "Playa",
    "Praia",
    "Room",
    "Raum",
    "raum",
    "Saal",
    "Salle",
    "salle",
    "Sala",
    "sala",
    "Rum",
    "rum",
    "Zaal",
    "zaal",
    "room",
    "Aula",
    "IES",
    "Colegio",
    "Instituto",
    "Liceo",
    "Gymnasium",
    "Collège",
    "Lycée",
    "École",
    "Escuela",
    "Escola",
    "Scuola",
    "Teatro",
    "Théâtre",
    "Estadio",
    "Stadio",
    "Stade",
    "Hospital",
    "Klinikum",
    "Château",
    "Schloss",
    "Museo",
    "Musée",
    "Parque",
    "Parc",
];

/// Whether the word before the name makes it that of a place.
pub(super) fn is_place(before: &[u8]) -> bool {
    let Some(before) = before.strip_suffix(b" ") else { return false };
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic() || **byte >= 0x80 || **byte == b'.';
    let length = before.iter().rev().take(16).take_while(is_letter).count();
    let word = before.get(before.len() - length..).unwrap_or_default();
    PLACES.iter().chain(SITES).any(|place| place.as_bytes() == word)
}

/// Whether what may be a name begins with a word for a place: `Monte Rosa`, `Rua Coelho da Rocha`.
pub(super) fn is_site(name: &[u8]) -> bool {
    let word = name.split(|byte| *byte == b' ').next().unwrap_or_default();
    SITES.iter().any(|site| site.as_bytes() == word)
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
        assert!(is_translation(b"x\nmsgstr \"Baris ") && !is_translation(b"msgstr \"\"\n\"Last-Translator: "));
        assert!(is_place(b"in San ") && !is_place(b"met "));
        for text in ["LOCATION:Rum ", "au Lycée ", "on ulice ", "IES "] {
            assert!(is_place(text.as_bytes()), "{text}");
        }
        // In English it says by whom.
        assert!(is_place(b"in Via ") && !is_place(b"shared via "));
        assert!(is_site(b"Monte Rosa") && is_site(b"Rua Coelho da Rocha"));
        assert!(!is_site(b"Rosa Monte") && !is_site(b"San Zhang") && !is_site(b"La Tour"));
    }
}
