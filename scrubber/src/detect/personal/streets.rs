//! Finds street addresses: a house's number beside the name of a street, with the town that follows.
//!
//! A word for a kind of street leads here (`Street`, `Rue`, `Calle`, `Jalan`), or a word with a capital that ends as street names of
//! some languages do and has a number after it (`Hauptstra\u{df}e 5`, `Storgatan 12`). A street without a number stays.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::names;
use crate::detect::builtin::Builtin;
use crate::detect::search::{Search, byte_at};
use crate::detect::sets::literals::{Literal, Target};

/// An address and its town are no longer than this.
const AHEAD: usize = 160;
/// The name of a street before its last word is no longer than this.
const BEHIND: usize = 64;

/// Where the number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Order {
    /// `12 Elm Street`
    Before,
    /// `Calle Mayor 5`, `12 rue de la Paix`
    After,
    /// `Orman Cad. No:118 D:4`
    Behind,
    /// `Kossuth Lajos utca 12`, `Pikk tn 63`
    Between,
}

const LAST_WORDS: &str = "Street St Avenue Ave Road Rd Boulevard Blvd Lane Ln Drive Dr Court Ct Place Pl Square Sq Terrace Way Parkway Pkwy \
    Highway Hwy Circle Cir Crescent Cres Close Gardens Grove Row Trail Loop Alley Walk Mews Turnpike Expressway Plaza Ridge Heights Manor \
    Estate Estates Meadows Meadow Junction Lakes Landing Knoll Knolls Orchard Pike Shore Shores Skyway Springs Summit Valley Views Village \
    Vista Walks Wells Brook Bypass Canyon Causeway Crossing Cove Creek Dale Drives Forest Freeway Glen Glens Green Harbor Haven Hill Hills \
    Hollow Inlet Island Islands Isle Parade Quay Wharf Rise Vale Croft Paddock Embankment";
const FIRST_WORDS: &str = "rue Rue avenue boulevard place allée chemin impasse quai Calle calle C/ Avenida Av Carrer Paseo Plaza Via Viale Piazza \
    Corso Largo Rua Travessa Praça Alameda ulica ul al os Jalan Jl Jln Gang Strada Str Bulevardul Aleea Chemin Ulice Calea Callejón \
    Avinguda Ronda Pasaje Vía Borgo Contrada Vicolo Strada Phố Đường";
const WORDS_OF_TURKEY: &str = "Cad Cd Cadde Caddesi Sok Sk Sokak Sokağı Mah Mahallesi Bulvarı Blv";
const WORDS_BETWEEN: &str = "utca k\u{f6}r\u{fa}t rakpart tn mnt pst";

/// The literals that lead to streets.
pub(in crate::detect) fn literals() -> impl Iterator<Item = Literal> {
    let list = |words: &'static str, order| words.split_ascii_whitespace().map(move |word| (word, order));
    list(LAST_WORDS, Order::Before)
        .chain(list(FIRST_WORDS, Order::After))
        .chain(list(WORDS_OF_TURKEY, Order::Behind))
        .chain(list(WORDS_BETWEEN, Order::Between))
        .flat_map(|(word, order)| {
            names::with_ends(word.as_bytes().to_vec(), b" ,.\"\\\n<;)'|^\t").map(move |bytes| (bytes, order))
        })
        .map(|(bytes, order)| Literal { bytes, before: 0, ignore_case: false, target: Target::Street(order) })
}

/// A flat and the town after a street; every part may be missing.
const TOWN: &str = r"(?:, (?:int|scala|sc|bl|et|ap|kv|bt|b\xc3\xa2t)\.? ?[0-9A-Z]{1,3}|, [0-9]{1,2}\. (?:tv|th|mf|sal|og)\b\.?){0,3}(?:,? {0,2}(?i:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|Appt|Apto|Piso|Interno|Wohnung|Whg|Box|bus|lok|lgh|m|T\xc3\xbcr|Top|#)\.? ?#?[0-9A-Z][0-9A-Za-z-]{0,5})?(?:(?:(?:[,;]? {0,2}\n?| - | ?<br ?/?> ?\n?)(?:[A-Z]{1,2}-)?(?:[0-9]{4,6}(?:-[0-9]{3,4})?|[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}) (?:[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]+ ?){1,4}(?:[0-9]{1,2}\b)?)|(?:,? (?:[0-9]{1,3}(?:\.?\xc2[\xba\xb0\xaa]|[a-z])?,? ?(?:(?i:izq|dcha|der|izda|esq|dto|dir|frente|bajo)\b\.?|[A-Z]?\b)|bajo\b))(?:(?:(?:[,;]? {0,2}\n?| - | ?<br ?/?> ?\n?)(?:[A-Z]{1,2}-)?(?:[0-9]{4,6}(?:-[0-9]{3,4})?|[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}) (?:[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]+ ?){1,4}(?:[0-9]{1,2}\b)?))?)?(?:(?:, ?|,? ?\n)[A-Z\x80-\xff][A-Za-z\x80-\xff'. -]{1,40},? (?:[A-Z]{2,3}|[A-Z][a-z]+(?: [A-Z][a-z]+)?),? [0-9]{4,5}(?:-[0-9]{4})?|(?:(?:, ?|,? ?\n)[A-Z\x80-\xff][A-Za-z\x80-\xff'. -]{1,40}){0,2}(?:, ?|,? ?\n| )(?:[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z]{2} [A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]))?";

struct Patterns {
    /// From the number to the street's last word, which the search starts at.
    before: Regex,
    /// What stands before the last word, up to its end.
    after: Regex,
    /// A number before a street's first word.
    number: Regex,
    /// What follows a street whose number is known.
    town: Regex,
    /// A number after a street's one word, and what follows it.
    house: Regex,
    /// The number of a house, and the code and name of a town.
    coded: Regex,
    /// What stands before the last word of a street: `Am `, `Auf der `, `Wilhelmsh\u{f6}her `.
    lead: Regex,
    /// The name of a street or quarter before the word for it, in Turkish.
    named: Regex,
    /// What follows that word, with the number of a house.
    numbered: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let compile = |pattern: String| {
        regex::bytes::RegexBuilder::new(&pattern).unicode(false).size_limit(1 << 20).dfa_size_limit(1 << 18).build()
    };
    let first = r"(?:[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]*|[0-9]{1,3}(?:st|nd|rd|th))";
    let word = r"(?:[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]*|[0-9]{1,3}(?:st|nd|rd|th)|de|la|the|of|du|van|le)";
    Some(Patterns {
        before: compile(format!(
            r"(?:^|[^0-9A-Za-z_.#/-])(?P<all>(?:(?:Flat|Apartment|Apt\.?|Unit|Suite) [0-9]{{1,4}}[A-Za-z]?, )?[0-9]{{1,5}}[A-Za-z]?(?:[/-][0-9]{{1,4}}[A-Za-z]?)?,? {first} (?:{word} ){{0,3}})$"
        ))
        .ok()?,
        after: compile(r"\A(?P<street>\.? (?:d[eiu] |del |de la |de los |de las |dels? |della |dello |delle |degli |dei |dos |das |da |do |des |de l'|dell'|l'|d'|la |el |los |las |san |santa )?(?:[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]*)(?: (?:d[eiu]|del|della|dos|da|do|des|la|y|e|i|[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]*)){0,4})(?P<number>,? (?:[nN](?:r|o|um)?\.? ?(?:\xc2[\xba\xb0])? ?)?[0-9]{1,5}(?:[/-]?[0-9]{0,4}[A-Za-z]?\b))?".to_owned())
        .ok()?,
        number: compile(r"(?:^|[^0-9A-Za-z_.#/-])(?P<all>[0-9]{1,4}(?: ?(?:bis|ter|[A-Z]))?,? )$".into()).ok()?,
        town: compile(format!(r"\A{TOWN}")).ok()?,
        house: compile(format!(r"\A,? [0-9]{{1,4}} ?(?:[a-zA-Z]\b)?(?:[/-][0-9]{{1,4}}[a-z]?)?\b{TOWN}")).ok()?,
        coded: compile(r"\A [0-9]{1,4} ?[a-zA-Z]?(?:[/-][0-9]{1,4}[a-z]?)?(?:, ?\n?| ?\n)(?:[A-Z]{1,2}-)?(?:[0-9]{5}|[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}) (?P<town>[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]{2,})(?: [A-Z\x80-\xff][A-Za-z\x80-\xff'.-]{2,}){0,2}".into()).ok()?,
        lead: compile(r"(?:^|[^A-Za-z\x80-\xff-])(?P<all>(?:(?:Am|An|Im|In|Auf|Zum|Zur|Unter|Hinter|Vor|Bei) (?:der |dem |den )?)?(?:[A-Z\x80-\xff][A-Za-z\x80-\xff-]{2,}er )?)$".into()).ok()?,
        named: compile(r"(?:^|[^A-Za-z\x80-\xff.])(?P<all>(?:(?:[A-Z\x80-\xff]|[0-9]{1,4}\.)[A-Za-z\x80-\xff]*\.? ){1,3})$".into()).ok()?,
        numbered: compile(format!(r"\A(?:\.,?(?: (?:(?:[A-Z\x80-\xff]|[0-9]{{1,4}}\.)[A-Za-z\x80-\xff]*\.? ){{1,3}}(?:Cad|Cd|Cadde|Caddesi|Sok|Sk|Sokak|Soka\xc4\x9f\xc4\xb1)\.?,?)? ?(?:No ?[:.]? ?)?|,?(?: (?:(?:[A-Z\x80-\xff]|[0-9]{{1,4}}\.)[A-Za-z\x80-\xff]*\.? ){{1,3}}(?:Cad|Cd|Cadde|Caddesi|Sok|Sk|Sokak|Soka\xc4\x9f\xc4\xb1)\.?,?)? ?No ?[:.]? ?)[0-9]{{1,4}}(?:/[0-9]{{1,4}})?(?:[ ,]{{1,2}}(?:D|Daire|K|Kat|Blok) ?[:. ] ?[0-9A-Z]{{1,3}}){{0,3}}\b{TOWN}")).ok()?,
    })
});

/// Whether a word ends as the names of streets do in German, Dutch and the Nordic languages.
fn is_street_name(word: &[u8]) -> bool {
    const ENDINGS: &[&[u8]] = &[
        b"stra\xc3\x9fe",
        b"strasse",
        b"str.",
        b"weg",
        b"platz",
        b"gasse",
        b"allee",
        b"damm",
        b"ufer",
        b"chaussee",
        b"steig",
        b"straat",
        b"laan",
        b"plein",
        b"kade",
        b"gracht",
        b"dijk",
        b"singel",
        b"gatan",
        b"v\xc3\xa4gen",
        b"torget",
        b"gr\xc3\xa4nd",
        b"gade",
        b"vej",
        b"gata",
        b"veien",
        b"vegen",
        b"katu",
        b"tie",
        b"kuja",
        b"polku",
        b"utca",
        b"ulica",
        b"stra\xc3\x9fen",
    ];
    let lower = word.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| lower.len() > ending.len() + 2 && lower.ends_with(ending))
}

/// Words for streets behind what tells one by the town that it leads to: `Wilhelmsh\u{f6}her Allee`.
const WHOLE: [&[u8]; 11] = [
    b"Stra\xc3\x9fe",
    b"Strasse",
    b"Str.",
    b"Allee",
    b"Platz",
    b"Weg",
    b"Ring",
    b"Damm",
    b"Chaussee",
    b"Landstra\xc3\x9fe",
    b"Ufer",
];

/// What stands before such words and is no town: `Unter Ring 0`, `Zweiter Weg 1`.
const NO_TOWNS: [&[u8]; 10] =
    [b"Unter", b"Hinter", b"Dieser", b"Jeder", b"Anderer", b"Erster", b"Zweiter", b"Dritter", b"Kurzer", b"Weiterer"];

/// What has numbers and is no street, with a count of something behind a comma: `Chapter 3, 12345 Words`.
const NUMBERED: [&[u8]; 20] = [
    b"Chapter",
    b"Section",
    b"Figure",
    b"Page",
    b"Part",
    b"Volume",
    b"Step",
    b"Line",
    b"Kapitel",
    b"Abschnitt",
    b"Seite",
    b"Teil",
    b"Tabelle",
    b"Modell",
    b"Umsatz",
    b"Tabla",
    b"Tableau",
    b"Anexo",
    b"Annexe",
    b"Bloque",
];

/// Whether the word that goes on at `at` behind a hyphen or a letter beyond ASCII has the number of a house after it:
/// `Karl-Marx-Allee 5`, `N\u{f8}rregade 8`.
pub(in crate::detect) fn may_be_house(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 40)).unwrap_or_default();
    let word = rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80 || **byte == b'-').count();
    matches!(rest.get(word..), Some([b' ', digit, ..]) if digit.is_ascii_digit())
}

impl Search<'_> {
    /// A word for a street stands at `start`.
    pub(in crate::detect) fn street(&mut self, order: Order, start: usize, end: usize) {
        let text = self.text;
        let end = names::without_end(text, start, end);
        let next = byte_at(text, end);
        let previous = byte_at(text, start.wrapping_sub(1));
        if previous != b' ' && order != Order::After || next.is_ascii_alphanumeric() || next == b'_' {
            return;
        }
        // A capital, a number or a small word stands beside it.
        let before = byte_at(text, start.wrapping_sub(2));
        if order == Order::Before && !(before.is_ascii_alphanumeric() || before >= 0x80 || before == b'.')
            || order == Order::After && next != b' ' && next != b'.'
        {
            return;
        }
        self.work += 1;
        self.open(start, AHEAD);
        let place = self.window.place(start);
        let stop = self.window.place(end);
        if let Some((from, to)) = address(order, self.window.bytes(), place, stop) {
            self.report_places(Builtin::StreetAddress, from, to);
        }
    }

    /// A word with a capital stands at `start` and a number after it.
    pub(in crate::detect) fn house(&mut self, start: usize, end: usize) {
        let Some(patterns) = &*PATTERNS else { return };
        self.open(start, AHEAD);
        let place = self.window.place(start);
        let bytes = self.window.bytes();
        let rest = bytes.get(place..).unwrap_or_default();
        let length = rest
            .iter()
            .take(40)
            .take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80 || b"-.".contains(byte))
            .count();
        let word = rest.get(..length).unwrap_or_default();
        if length < end - start {
            return;
        }
        let after = rest.get(length..rest.len().min(length + AHEAD)).unwrap_or_default();
        let head = bytes.get(place.saturating_sub(BEHIND)..place).unwrap_or_default();
        let lead = || {
            let lead = patterns.lead.captures(head).and_then(|found| found.name("all"));
            lead.map_or(b"".as_slice(), |all| all.as_bytes())
        };
        let known = is_street_name(word);
        let found = if known || WHOLE.contains(&word) && ends_with_town(lead()) {
            patterns.house.find(after)
        } else if !names::is_ordinary(word) && !NUMBERED.contains(&word) {
            let is_town = |found: &regex::bytes::Captures| {
                found.name("town").is_some_and(|town| !names::is_ordinary(town.as_bytes()))
            };
            patterns.coded.captures(after).filter(is_town).and_then(|found| found.get(0))
        } else {
            None
        };
        let Some(found) = found else { return };
        let start = if known { place } else { place - lead().len() };
        self.report_places(Builtin::StreetAddress, start, place + length + trimmed(after, found.end()));
    }
}

/// Whether what stands before a street ends with a town as `Wilhelmsh\u{f6}her` does, and not with `In der`.
fn ends_with_town(lead: &[u8]) -> bool {
    let word = lead.trim_ascii_end().rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    word.ends_with(b"er") && word != b"der" && !NO_TOWNS.contains(&word)
}

/// The address around the word for a street at `bytes[place..stop]`.
fn address(order: Order, bytes: &[u8], place: usize, stop: usize) -> Option<(usize, usize)> {
    let patterns = PATTERNS.as_ref()?;
    let head = bytes.get(place.saturating_sub(BEHIND)..place)?;
    let rest = bytes.get(stop..bytes.len().min(stop + AHEAD))?;
    match order {
        Order::Before => {
            let found = patterns.before.captures(head)?.name("all")?;
            if is_copyright(head.get(..found.start())?, found.as_bytes()) {
                return None;
            }
            let dot = usize::from(rest.first() == Some(&b'.'));
            let direction = [
                b" NW".as_slice(),
                b" NE",
                b" SW",
                b" SE",
                b" N",
                b" S",
                b" E",
                b" W",
                b" North",
                b" South",
                b" East",
                b" West",
            ]
            .iter()
            .find(|word| {
                rest.get(dot..).is_some_and(|rest| {
                    rest.starts_with(word) && !rest.get(word.len()).is_some_and(u8::is_ascii_alphanumeric)
                })
            })
            .map_or(0, |word| word.len());
            let after = rest.get(dot + direction..)?;
            let town = patterns.town.find(after).map_or(0, |found| found.end());
            Some((place - head.len() + found.start(), stop + dot + direction + trimmed(after, town)))
        }
        // `Luzum, Brian et al. “The IAU 2009 …`
        Order::After if head.ends_with(b" et ") && bytes.get(place..).is_some_and(|rest| rest.starts_with(b"al. ")) => {
            None
        }
        Order::After => {
            let street = patterns.after.captures(rest)?;
            let number = patterns.number.captures(head).and_then(|found| found.name("all"));
            if number.is_none() && street.name("number").is_none() {
                return None;
            }
            // What follows a street whose number stands before it is the town's.
            let house = street.name("number").filter(|_| number.is_none());
            let length = house.or(street.name("street"))?.end();
            let after = rest.get(length..)?;
            let town = patterns.town.find(after).map_or(0, |found| found.end());
            let from = number.map_or(place, |found| place - head.len() + found.start());
            Some((from, stop + length + trimmed(after, town)))
        }
        Order::Behind => {
            let name = patterns.named.captures(head)?.name("all")?;
            let number = patterns.numbered.find(rest)?;
            Some((place - head.len() + name.start(), stop + trimmed(rest, number.end())))
        }
        Order::Between => {
            let name = patterns.named.captures(head)?.name("all")?;
            let number = patterns.house.find(rest)?;
            Some((place - head.len() + name.start(), stop + trimmed(rest, number.end())))
        }
    }
}

/// Whether the number before a street is a year, and years or a sign of copyright stand before it: `(C) 1991-1998, Thomas G. Lane`.
fn is_copyright(before: &[u8], found: &[u8]) -> bool {
    let year = |text: &[u8]| matches!(text, [b'1', b'9', a, b] | [b'2', b'0', a, b] if a.is_ascii_digit() && b.is_ascii_digit());
    let digits = found.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let range =
        found.get(digits..).and_then(|rest| rest.strip_prefix(b"-")).and_then(|rest| rest.get(..4)).is_some_and(year);
    let before = before.trim_ascii_end();
    let before = before.strip_suffix(b":").unwrap_or(before);
    let listed = before.strip_suffix(b",").and_then(|text| text.get(text.len().saturating_sub(4)..)).is_some_and(year);
    let sign = [b"opyright".as_slice(), b"(C)", b"(c)", b"\xc2\xa9", b"since", b"Since"]
        .iter()
        .any(|sign| before.ends_with(sign));
    found.get(..digits).is_some_and(year) && (listed || sign || range)
}

/// `length` without what ends no address, and without a sentence that follows.
fn trimmed(text: &[u8], length: usize) -> usize {
    let taken = text.get(..length).unwrap_or_default();
    // Most short forms have fewer letters before their full stop; behind `Appt. 4, 75002 Paris` the code of the town follows.
    let has_digit = |part: Option<&[u8]>| part.is_some_and(|part| part.iter().any(u8::is_ascii_digit));
    let stop = taken.windows(6).enumerate().position(|(at, near)| {
        near.iter().take(4).all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
            && near.ends_with(b". ")
            && (has_digit(taken.get(..at)) || !has_digit(taken.get(at + 6..)))
    });
    let taken = stop.and_then(|stop| taken.get(..stop + 4)).unwrap_or(taken);
    // `Allee 5 f\u{fc}hrt`: a letter beyond ASCII goes on a word.
    let cut = taken.len() == length && text.get(length).is_some_and(|next| *next >= 0x80);
    let taken = match taken {
        [rest @ .., b' ', letter] if cut && letter.is_ascii_alphabetic() => rest,
        all => all,
    };
    let length = taken.len();
    length - taken.iter().rev().take_while(|byte| b" ,.\n".contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, word: &str, order: Order, expected: Option<&str>) {
        let Some(place) = text.find(word) else { panic!("{text}") };
        let found = address(order, text.as_bytes(), place, place + word.len());
        assert_eq!(found.and_then(|(from, to)| text.get(from..to)), expected, "{text}");
    }

    #[test]
    fn the_patterns_compile() {
        assert!(PATTERNS.is_some());
    }

    #[test]
    fn an_address_ends_with_its_town() {
        check("at 12 Elm Street, please", "Street", Order::Before, Some("12 Elm Street"));
        check(
            "to 1600 Foxglove Hill Ave NW, Springfield, IL 62704 now",
            "Ave",
            Order::Before,
            Some("1600 Foxglove Hill Ave NW, Springfield, IL 62704"),
        );
        check(
            "10 Downing Street, London SW1A 2AB",
            "Street",
            Order::Before,
            Some("10 Downing Street, London SW1A 2AB"),
        );
        check("12 rue de la Paix, 75002 Paris", "rue", Order::After, Some("12 rue de la Paix, 75002 Paris"));
        check("Calle Mayor 5, 28013 Madrid", "Calle", Order::After, Some("Calle Mayor 5, 28013 Madrid"));
        check("ul. Bema 4, 00-238 Warszawa", "ul", Order::After, Some("ul. Bema 4, 00-238 Warszawa"));
        for text in [
            "12 rue de la Paix, Appt. 4, 75002 Paris",
            "Calle Mayor 5, Edif. Sol, 28013",
            "Rua Augusta 100, Apto. 12, 01305-000 S\u{e3}o Paulo",
        ] {
            let word = ["rue", "Calle", "Rua"].into_iter().find(|word| text.contains(word)).unwrap_or_default();
            check(&format!("{text}\n"), word, Order::After, Some(text));
        }
        check("Via Roma 10", "Via", Order::After, Some("Via Roma 10"));
        check(
            "Calle del Olivar, 17, 3.\u{ba} izq., 28012 Madrid\n",
            "Calle",
            Order::After,
            Some("Calle del Olivar, 17, 3.\u{ba} izq., 28012 Madrid"),
        );
        check("Via dei Mille, 41 - 25122 Brescia\n", "Via", Order::After, Some("Via dei Mille, 41 - 25122 Brescia"));
        check(
            "Via Roma 118, int. 4, 44121 Ferrara\n",
            "Via",
            Order::After,
            Some("Via Roma 118, int. 4, 44121 Ferrara"),
        );
        check("8 rue Pasteur<br>29200 Brest<", "rue", Order::After, Some("8 rue Pasteur<br>29200 Brest"));
        check("at Orman Cad. No:118 D:4 now", "Cad", Order::Behind, Some("Orman Cad. No:118 D:4"));
        check("Yeni Mah. G\u{fc}l Sok. No: 12/5\"", "Mah", Order::Behind, Some("Yeni Mah. G\u{fc}l Sok. No: 12/5"));
        check("(Jon Mah, 2009 Jan 12)", "Mah", Order::Behind, None);
        check("C\u{ed}m: Kossuth Lajos utca 12., 1053", "utca", Order::Between, Some("Kossuth Lajos utca 12"));
        check("at Pikk tn 63, 10123 Tallinn\n", "tn", Order::Between, Some("Pikk tn 63, 10123 Tallinn"));
        check("the tn 63 and mnt 5", "tn", Order::Between, None);
    }

    #[test]
    fn years_of_copyright_are_no_numbers_of_houses() {
        check("Copyright (C) 1991, 1992, Thomas G. Lane.", "Lane", Order::Before, None);
        check("Copyright: 1991-1998, Thomas G. Lane", "Lane", Order::Before, None);
        check("(C) 2005 Lars Knoll", "Knoll", Order::Before, None);
        check("at 1991 Thomas G. Lane", "Lane", Order::Before, Some("1991 Thomas G. Lane"));
        check("at 1991, Thomas Lane", "Lane", Order::Before, Some("1991, Thomas Lane"));
    }

    #[test]
    fn a_street_without_a_number_stays() {
        check("on Wall Street today", "Street", Order::Before, None);
        check("la rue de la Paix est", "rue", Order::After, None);
        check("chapter 3 of Hash Drive", "Drive", Order::Before, None);
    }

    #[test]
    fn streets_of_one_word_are_known_by_their_endings() {
        for word in ["Hauptstra\u{df}e", "Lindenweg", "Storgatan", "Keizersgracht", "Mannerheimintie"] {
            assert!(is_street_name(word.as_bytes()), "{word}");
        }
        for word in ["Section", "Version", "Storing", "Delegate", "Weg"] {
            assert!(!is_street_name(word.as_bytes()), "{word}");
        }
        assert!(ends_with_town("Wilhelmsh\u{f6}her ".as_bytes()) && ends_with_town(b"Am Berliner "));
        assert!(!["", "In der ", "Am ", "Unter "].iter().any(|lead| ends_with_town(lead.as_bytes())));
    }
}
