//! Words after which a name is due, and the literals that lead to them.

use crate::detect::context::columns::NAMES_ABROAD;
use crate::detect::personal::labelled;
use crate::detect::search::byte_at;
use crate::detect::sets::literals::{Literal, Target};

/// What kind of word leads to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Cue {
    /// `Hi Anna,`
    Greeting,
    /// `Best regards,` and a name on the next line.
    Farewell,
    /// `Dr. Schmidt`
    Title,
    /// `my name is Anna`, `ask Anna`
    Phrase,
    /// `"firstName": "Anna"`
    Field,
    /// `@` of an address
    Mailbox,
}

const GREETINGS: &str = "Hi Hello Hey Dear Hallo Liebe Lieber Bonjour Salut Cher Chère Hola Estimado Estimada Querido Querida Ciao Gentile Caro \
    Cara Prezado Prezada Beste Hoi Hej Moin Thanks Thx Danke Merci Gracias Grazie Obrigado Obrigada Bedankt Kära Kjære \
    Cześć Witaj Drogi Droga Szia Kedves Ahoj Milý Milá Kære Hei Merhaba Sayın Dragă";
const FAREWELLS: &str = "regards cheers sincerely best thanks thx greetings love yours truly cordialement amicalement saludos atentamente saluti \
    cordialmente atenciosamente abraços groeten groet hilsen hälsningar terveisin pozdrawiam pozdravem üdvözlettel saygılarımla";
const TITLES: &str = "Mr Mrs Ms Miss Dr Prof Herr Herrn Frau Monsieur Madame Mme Mlle Señor Señora Sra Signor Signora Dott docteur dottor dottoressa Doña dokter Senhor Senhora Mevrouw \
    Meneer Pan Pani Panie pane paní Sig Sig.ra Signorina Dott.ssa Fru pani pana panu panem panią mevrouw meneer dhr mevr heer Sr Dña Familie Fam \
    sig.ra";
const PHRASES: &[&str] = &[
    "name is",
    "name's",
    "I am",
    "I'm",
    "this is",
    "named",
    "heiße",
    "appelle",
    "llamo",
    "chiamo",
    "ask",
    "asked",
    "tell",
    "told",
    "ping",
    "pinged",
    "contact",
    "contacted",
    "met",
    "colleague",
    "coworker",
    "boss",
    "manager",
    "wife",
    "husband",
    "brother",
    "sister",
    "daughter",
    "friend",
    "assigned to",
    "reported by",
    "written by",
    "approved by",
    "reviewed by",
    "owned by",
    "signed by",
    "requested by",
    "thanks to",
    "talk to",
    "talked to",
    "spoke with",
    "speak with",
    "spoke to",
    "meeting with",
    "interview with",
    "met with",
    "behalf of",
    "assign to",
    "cc",
    "emailed",
    "messaged",
    "called",
    "patient",
    "customer",
    "client",
    "employee",
    "guest",
    "passenger",
    "signed",
];
/// Phrases with which a name is due, known or not.
pub(super) const TOLD: [&[u8]; 5] = [b"name is", b"assigned to", b" by", b"appelle", b"hei\xc3\x9fe"];
const FIELDS: &[&str] = &[
    "firstname",
    "lastname",
    "fullname",
    "prenume",
    "firstName",
    "first_name",
    "name_first",
    "name_last",
    "first name",
    "First Name",
    "lastName",
    "last_name",
    "last name",
    "Last Name",
    "givenName",
    "given_name",
    "given name",
    "Given Name",
    "familyName",
    "family_name",
    "family name",
    "Family Name",
    "surname",
    "middle_name",
    "middleName",
    "maiden name",
    "maiden_name",
    "fullName",
    "full_name",
    "full name",
    "Full Name",
    "displayName",
    "display_name",
    "realName",
    "real_name",
    "preferred_name",
    "preferredName",
    "nickname",
    "vorname",
    "nachname",
    "prenom",
    "prénom",
    "apellido",
    "apellidos",
    "nombre",
    "cognome",
    "nazwisko",
    "imie",
    "imi\u{119}",
    "soyad",
    "soyad\u{131}",
    "f\u{f6}rnamn",
    "p\u{159}\u{ed}jmen\u{ed}",
    "customer_name",
    "customerName",
    "contact_name",
    "contactName",
    "patient_name",
    "patientName",
    "employee_name",
    "employeeName",
    "author_name",
    "authorName",
    "account_holder",
    "accountHolder",
    "card_holder",
    "cardHolder",
    "cardholder",
    "cardholder_name",
    "cardholderName",
    "user_name_full",
    "patient",
    "employee",
    "assignee",
    "reporter",
    "reviewer",
    "customer",
    "recipient",
    "sender",
    "attendee",
    "author",
    "maintainer",
    "contact",
    "passenger",
    "guest",
    "applicant",
    "candidate",
    "beneficiary",
];

/// The literals that lead to names. Each stands as it is and with a capital: other spellings would fill the filter of literals.
pub(in crate::detect) fn literals() -> impl Iterator<Item = Literal> {
    let list = |words: &'static str, cue| words.split_ascii_whitespace().map(move |word| (word, cue));
    let lines = |words: &'static [&'static str], cue| words.iter().map(move |word| (*word, cue));
    list(GREETINGS, Cue::Greeting)
        .chain(list(FAREWELLS, Cue::Farewell))
        .chain(list(TITLES, Cue::Title))
        .chain(lines(PHRASES, Cue::Phrase))
        .chain(lines(FIELDS, Cue::Field))
        .chain(lines(NAMES_ABROAD, Cue::Field))
        .chain([("@", Cue::Mailbox)])
        .flat_map(|(word, cue)| {
            let capital = word.bytes().next().map_or(b'@', |first| first.to_ascii_uppercase());
            let mut other = word.as_bytes().to_vec();
            other.iter_mut().take(1).for_each(|first| *first = capital);
            let other = Some(other).filter(|other| other != word.as_bytes());
            [Some(word.as_bytes().to_vec()), other].into_iter().flatten().map(move |bytes| (bytes, cue))
        })
        .flat_map(|(bytes, cue)| with_ends(bytes, b" ,.").map(move |bytes| (bytes, cue)))
        .map(|(bytes, cue)| Literal { bytes, before: 0, ignore_case: false, target: Target::Person(cue) })
}

/// A word of two letters with each of the bytes that may follow it, so that it does not lead to every word that begins with these
/// letters; any other word as it is.
pub(in crate::detect) fn with_ends(word: Vec<u8>, ends: &'static [u8]) -> impl Iterator<Item = Vec<u8>> {
    let short = word.len() == 2;
    let count = if short { ends.len() } else { 1 };
    (0..count).map(move |place| {
        let end = ends.get(place).filter(|_| short);
        word.iter().chain(end).copied().collect()
    })
}

/// Whether a word ends letters and is no name: `Thanks for all!`, and `Cheers,` below it.
pub(super) fn is_farewell(word: &[u8]) -> bool {
    FAREWELLS.split_ascii_whitespace().any(|farewell| word.eq_ignore_ascii_case(farewell.as_bytes()))
}

/// What forms call the names of people in languages whose words for them lead here to none.
const FIELDS_OF_FORMS: &[&str] = &[
    "nome",
    "nomes",
    "apelido",
    "nom",
    "nom complet",
    "imi\u{119}",
    "imie",
    "ad",
    "ad\u{131}",
    "soyad",
    "soyad\u{131}",
    "soyadi",
    "isim",
    "naam",
    "namn",
    "navn",
    "jm\u{e9}no",
    "p\u{159}\u{ed}jmen\u{ed}",
    "f\u{f6}rnamn",
    "etunimi",
    "sukunimi",
    "nimi",
    "keresztn\u{e9}v",
    "vezet\u{e9}kn\u{e9}v",
    "csal\u{e1}dn\u{e9}v",
    "n\u{e9}v",
    "nume",
    "ime",
    "prezime",
    "priimek",
    "meno",
    "priezvisko",
    "vardas",
    "pavard\u{117}",
    "v\u{101}rds",
    "uzv\u{101}rds",
    "eesnimi",
    "perekonnanimi",
    "t\u{ea}n",
    "h\u{1ecd}",
    "nama",
    "nama pengguna",
    "cognom",
    "名字",
    "ชื่อ",
    "นามสกุล",
    "प्रथमनाम",
    "nome de usu\u{e1}rio",
    "nome de utilizador",
    "nome utente",
    "nombre de usuario",
    "nom d'utilisateur",
    "nom d'usuari",
    "kullan\u{131}c\u{131} ad\u{131}",
    "n\u{e1}zev",
    "gebruikersnaam",
    "benutzername",
    "anv\u{e4}ndarnamn",
    "felhaszn\u{e1}l\u{f3}n\u{e9}v",
    "k\u{e4}ytt\u{e4}j\u{e4}nimi",
];

/// Whether a value is itself what such a key is called in some language, as texts of forms say it: `"firstName": "Vorname"`.
pub(super) fn is_field(value: &[u8]) -> bool {
    let is = |field: &&str| value.eq_ignore_ascii_case(field.as_bytes());
    FIELDS.iter().chain(NAMES_ABROAD).chain(FIELDS_OF_FORMS).any(is) || !value.is_ascii() && labelled::is_said(value)
}

/// Whether `cue` is an ordinary word of another language as well, or leads to what people are addressed by: only a known name counts
/// behind it. `Split the pane Horizontally`, `Hei Maailma,`, `Sayın Müşteri,`
pub(super) fn is_unsure(cue: &[u8]) -> bool {
    [
        "pane",
        "Pane",
        "Hei",
        "hei",
        "Sig",
        "sig",
        "K\u{e6}re",
        "k\u{e6}re",
        "Say\u{131}n",
        "say\u{131}n",
        "Sr",
        "Familie",
        "Fam",
    ]
    .iter()
    .any(|unsure| unsure.as_bytes() == cue)
}

/// Whether a name that is not known counts behind an unsure cue: another form of address leads to the cue, `Vážený pane Horáku`, or
/// the name ends a greeting and is none that everyone is addressed by.
pub(super) fn is_letter(before: &[u8], cue: &[u8], name: &[u8], behind: &[u8]) -> bool {
    const TITLED: &[&str] = &["V\u{e1}\u{17e}en\u{fd} ", "Mil\u{fd} ", "Drah\u{fd} ", "Gentile ", "Egregio "];
    const ADDRESSED: &[&str] = &[
        "Maailma",
        "Kaikki",
        "Asiakas",
        "Verden",
        "Alle",
        "Alle Sammen",
        "Kunde",
        "Kunder",
        "Kollega",
        "Kolleger",
        "Medlem",
        "Venner",
        "M\u{fc}\u{15f}teri",
        "M\u{fc}\u{15f}terimiz",
        "Yetkili",
        "\u{dc}ye",
        "\u{dc}yemiz",
        "Kullan\u{131}c\u{131}",
        "\u{130}lgili",
    ];
    let greets = !["pane", "Pane", "Sig", "sig"].iter().any(|title| title.as_bytes() == cue);
    let everyone = || ADDRESSED.iter().any(|addressed| addressed.as_bytes() == name);
    TITLED.iter().any(|title| before.ends_with(title.as_bytes()))
        || greets && matches!(behind, [b',', b'\n' | b'\r' | b'\\', ..] | [b',']) && !everyone()
}

/// The end of a word that [`with_ends`] may have made longer.
pub(in crate::detect) fn without_end(text: &[u8], start: usize, end: usize) -> usize {
    let is_letter =
        end.checked_sub(1).is_none_or(|last| byte_at(text, last).is_ascii_alphabetic() || byte_at(text, last) >= 0x80);
    if end - start == 3 && !is_letter { end - 1 } else { end }
}
