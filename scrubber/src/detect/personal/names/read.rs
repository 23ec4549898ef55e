//! Reads the words of what may be a name, and decides how many of them are one.

use super::gazetteer::{self, Class};

/// What the text before a name says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Context {
    /// Nothing.
    None,
    /// A key that often, but not always, has a person's name: `name`, `to`, `owner`.
    Weak,
    /// Words after which mostly a person's name comes: `talked to`, `met`.
    Told,
    /// A key that has a person's name: `author`, `Reviewed-by`, `full_name`.
    Strong,
}

/// The longest name, in words.
const PARTS_MAX: usize = 6;
/// The longest word of a name, in bytes.
const WORD_MAX: usize = 24;

/// What a word is in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// It begins with a capital.
    Word,
    /// All of it is in capitals.
    Capitals,
    /// One letter, with a full stop or without.
    Initial,
    /// `van`, `de`, `bin`.
    Particle,
}

/// One word of what may be a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub start: usize,
    pub end: usize,
    pub class: Class,
    sort: Sort,
    /// Letters that only the family name of a region ends or begins with.
    family_like: bool,
}

impl Part {
    fn letters(&self) -> usize {
        self.end - self.start
    }

    /// A capital and small letters, an initial, or a particle.
    pub(super) fn is_written_as_name(&self) -> bool {
        matches!(self.sort, Sort::Word | Sort::Initial | Sort::Particle)
    }

    /// It could be a name: no word that is nothing else.
    fn may_be_name(&self) -> bool {
        !self.class.is_only_word() && !self.class.is_never()
    }

    /// Known as nothing but a name, or shaped like one.
    fn is_sure(&self) -> bool {
        self.class.is_only_name() || (self.family_like && !self.class.is_word())
    }
}

/// The words from `at` on that could belong to a name, parted by single spaces.
pub(super) fn parts(bytes: &[u8], at: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::with_capacity(PARTS_MAX);
    let mut start = at;
    while parts.len() < PARTS_MAX
        && let Some(part) = part(bytes, start, parts.is_empty())
    {
        parts.push(part);
        start = part.end;
        let dot = part.sort == Sort::Initial && bytes.get(start) == Some(&b'.');
        start += usize::from(dot);
        // `J.W. van Dam`, `J.-B. Roux`: initials may stand side by side.
        match bytes.get(start) {
            Some(b' ') => start += 1,
            Some(b'-') if dot => start += 1,
            Some(byte) if dot && byte.is_ascii_uppercase() => {}
            Some(_) | None => break,
        }
    }
    while parts.last().is_some_and(|part| part.sort == Sort::Particle) {
        parts.pop();
    }
    parts
}

fn part(bytes: &[u8], start: usize, is_first: bool) -> Option<Part> {
    let rest = bytes.get(start..)?;
    let length = word_length(rest);
    let word = rest.get(..length)?;
    let first = first_char(word)?;
    let [next, further] = [length, length + 1].map(|at| rest.get(at).copied().unwrap_or(b' '));
    // A call, a path, a member, a version or a name with an underscore is code.
    let is_code = next.is_ascii_digit()
        || b"_(/@#$=*".contains(&next)
        || (next == b':' && further == b':')
        || (next == b'.' && (further.is_ascii_lowercase() || further == b'_'))
        || (next == b'-' && further.is_ascii_digit());
    if is_code {
        return None;
    }
    let end = start + length;
    let plain = |sort, class| Some(Part { start, end, class, sort, family_like: false });
    if !first.is_uppercase() {
        let is_caseless = !first.is_lowercase() && !first.is_ascii();
        return if is_particle(word) && !is_first {
            plain(Sort::Particle, Class::default())
        } else if is_caseless
            && (if first < '\u{1000}' { 4..=36 } else { 6..=12 }).contains(&length)
            && (is_first || first < '\u{1000}')
        {
            // Two to four characters of East Asia, or the letters of another script without capitals.
            plain(Sort::Word, Class::default())
        } else {
            None
        };
    }
    if length == first.len_utf8() {
        return plain(Sort::Initial, Class::default());
    }
    let has_lower = word.iter().any(|byte| byte.is_ascii_lowercase() || *byte >= 0x80);
    // `Liesbeth De Smedt`, `Gianluca De Angelis`: Flemish and Italian names write them with a capital.
    if !is_first && is_capital_particle(word) && next == b' ' && further.is_ascii_uppercase() {
        return plain(Sort::Particle, Class::default());
    }
    let class = class_of(word);
    if !has_lower {
        return if length >= 2 { plain(Sort::Capitals, class) } else { None };
    }
    // `JavaScript`, `HashMap`: capitals within a word, but for `McDonald`, `DeShawn` and both halves of a double name.
    let humps = word.windows(2).skip(2).any(|pair| {
        matches!(pair, [a, b] if (a.is_ascii_lowercase() && b.is_ascii_uppercase()) || (a.is_ascii_uppercase() && b.is_ascii_uppercase()))
    });
    if humps && !is_mac(word) && !class.is_name() {
        return None;
    }
    Some(Part { start, end, class, sort: Sort::Word, family_like: is_family_like(word) })
}

/// The length of the word at the start of `text`: letters of any script, with hyphens and apostrophes between them.
fn word_length(text: &[u8]) -> usize {
    let mut length = 0;
    while length < WORD_MAX * 2
        && let Some(&byte) = text.get(length)
    {
        let step = match byte {
            byte if byte.is_ascii_alphabetic() => 1,
            b'\''
                if text.get(length + 1) == Some(&b's')
                    && !text.get(length + 2).is_some_and(u8::is_ascii_alphabetic) =>
            {
                break;
            }
            b'-' | b'\''
                if length > 0
                    && text.get(length + 1).is_some_and(|next| next.is_ascii_alphabetic() || *next >= 0x80) =>
            {
                1
            }
            byte if byte >= 0x80 => match first_char(text.get(length..).unwrap_or_default()) {
                // A sign between the consonants of Indian scripts is no letter by itself.
                Some(letter) if letter.is_alphabetic() || (matches!(letter, '\u{2019}' | '\u{94d}') && length > 0) => {
                    letter.len_utf8()
                }
                _ => break,
            },
            _ => break,
        };
        length += step;
    }
    length
}

fn first_char(text: &[u8]) -> Option<char> {
    let head = text.get(..text.len().min(4))?;
    head.utf8_chunks().next()?.valid().chars().next()
}

/// A double name is what its halves are: a word if one is nothing else.
fn class_of(word: &[u8]) -> Class {
    let whole = gazetteer::class(word);
    if whole.is_name() || whole.is_word() || !word.contains(&b'-') {
        return whole;
    }
    let mut halves = word.split(|byte| *byte == b'-').map(gazetteer::class);
    let first = halves.next().unwrap_or_default();
    halves.fold(first, |all, half| if half.is_only_word() || !all.is_name() { half } else { all })
}

/// A word with a capital, in a script without capitals, in quotes, or a particle.
pub(super) fn is_name_word(word: &[u8]) -> bool {
    let letters = word.strip_prefix(b"'").unwrap_or(word);
    is_particle(word)
        || word.len() > letters.len()
        || first_char(letters).is_some_and(|first| !first.is_lowercase() && first.is_alphabetic())
}

fn is_particle(word: &[u8]) -> bool {
    const PARTICLES: [&[u8]; 33] = [
        b"van", b"von", b"der", b"den", b"de", b"del", b"della", b"di", b"da", b"do", b"dos", b"das", b"du", b"des",
        b"la", b"le", b"los", b"las", b"bin", b"ibn", b"al", b"el", b"ben", b"ter", b"ten", b"te", b"zu", b"zur",
        b"vom", b"af", b"av", b"y", b"e",
    ];
    word.len() <= 5 && PARTICLES.iter().any(|particle| particle.first() == word.first() && *particle == word)
}

fn is_capital_particle(word: &[u8]) -> bool {
    matches!(word, b"De" | b"Di" | b"Del" | b"Della" | b"Van" | b"Von" | b"Du" | b"Dos")
}

/// Where a name goes on behind the particles that begin it at `at`: `van den Berg`.
pub(super) fn after_particles(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let words = rest.split(|byte| *byte == b' ').take(3).take_while(|word| is_particle(word));
    at + words.map(|word| word.len() + 1).sum::<usize>()
}

/// `McDonald`, `MacLeod`, `O'Brien`, `DeShawn`, `LaToya`: a capital after what such names begin with.
fn is_mac(word: &[u8]) -> bool {
    let heads = [b"Mc".as_slice(), b"Mac", b"O'", b"D'", b"De", b"La", b"Le", b"Van", b"Di", b"Fitz"];
    heads.iter().filter(|head| head.first() == word.first()).any(|head| {
        word.strip_prefix(*head).is_some_and(|rest| rest.len() > 2 && rest.first().is_some_and(u8::is_ascii_uppercase))
    })
}

/// Whether a word ends as the family names of a region do and ordinary words do not.
fn is_family_like(word: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 61] = [
        b"o\xc4\x9flu",
        b"sson",
        b"ssen",
        b"nsen",
        b"rsen",
        b"lsen",
        b"dsen",
        b"tsen",
        b"sdottir",
        b"wski",
        b"wska",
        b"cki",
        b"cka",
        b"dzki",
        b"nski",
        b"nska",
        b"wicz",
        b"wics",
        b"czyk",
        b"czak",
        b"owitz",
        b"evich",
        b"ovich",
        b"ovic",
        b"evic",
        b"enko",
        b"chuk",
        b"yuk",
        b"shvili",
        b"adze",
        b"idze",
        b"yan",
        b"poulos",
        b"poulou",
        b"akis",
        b"idis",
        b"iadis",
        b"oglu",
        b"escu",
        b"eanu",
        b"stein",
        b"berg",
        b"mann",
        b"meyer",
        b"maier",
        b"huber",
        b"bauer",
        b"hofer",
        b"feld",
        b"baum",
        b"quist",
        b"qvist",
        b"strom",
        b"gren",
        b"lund",
        b"inen",
        b"etti",
        b"elli",
        b"ucci",
        b"acci",
        b"swamy",
    ];
    let last = word.last().copied().unwrap_or(0).to_ascii_lowercase();
    let ends = |ending: &&[u8]| {
        ending.last() == Some(&last)
            && word
                .len()
                .checked_sub(ending.len())
                .and_then(|at| word.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    (word.len() >= 6 && ENDINGS.iter().any(ends)) || is_mac(word)
}

/// How many of the parts are a person's name, or none.
pub(super) fn name_length(parts: &[Part], context: Context) -> Option<usize> {
    let never = parts.iter().position(|part| part.class.is_never() && part.sort != Sort::Particle);
    let most = never.unwrap_or(parts.len());
    // The name of a place or a method goes on after that of a person.
    let is_taken = |count: usize| parts.get(count).is_some_and(|next| next.class.is_organisation());
    (2..=most.min(5))
        .rev()
        .find(|&count| parts.get(..count).is_some_and(|parts| is_name(parts, context)) && !is_taken(count))
}

fn is_name(parts: &[Part], context: Context) -> bool {
    let [first, middle @ .., last] = parts else { return false };
    if !matches!(last.sort, Sort::Word | Sort::Capitals)
        || first.sort == Sort::Particle
        || !middle.iter().all(|part| part.sort != Sort::Capitals && part.may_be_name())
    {
        return false;
    }
    let capitals = parts.iter().any(|part| part.sort == Sort::Capitals);
    if capitals
        && !(last.class.is_only_name() && first.class.is_only_name() && last.letters() >= 4 && first.letters() >= 4)
    {
        return false;
    }
    let may_be = parts.iter().all(Part::may_be_name);
    match context {
        // `Daniel Grand`: what follows a given name may be any word.
        Context::Strong => {
            may_be
                || (first.class.is_only_name()
                    && first.class.is_given()
                    && parts.len() == 2
                    && !last.class.is_organisation()
                    && !last.class.is_never())
        }
        Context::Weak => may_be && (first.is_sure() || last.is_sure()),
        Context::Told => {
            may_be && (first.is_sure() || last.is_sure() || (first.class.is_given() && last.class.is_family()))
        }
        Context::None => first.sort != Sort::Initial && stands_alone(first, last),
    }
}

/// Whether two words are a name wherever they stand.
fn stands_alone(first: &Part, last: &Part) -> bool {
    if first.letters() + last.letters() < 5 || !last.may_be_name() {
        return false;
    }
    let given = first.class.is_given();
    let [first_known, last_known] = [first, last].map(|part| part.class.is_only_name());
    let in_order = given && first_known && (last.class.is_name() || last.family_like || is_unknown(last, first));
    let word_first = given && first.letters() >= 3 && last_known && last.class.is_family() && last.letters() >= 4;
    let turned = first.class.is_family() && first_known && last.class.is_given() && last_known;
    let unknown_first = last.class.is_family() && last_known && last.letters() >= 5 && is_unknown(first, last);
    in_order || word_first || turned || unknown_first
}

/// Whether a word is neither a known name nor a known word, and both it and the name beside it are long enough not to be chance.
fn is_unknown(part: &Part, known: &Part) -> bool {
    part.sort == Sort::Word
        && !part.class.is_name()
        && !part.class.is_word()
        && part.letters() >= 4
        && known.letters() >= 4
}

/// How many parts are a name where a name is due, such as after a greeting; one is enough.
pub(super) fn due_length(parts: &[Part], unknown: bool) -> Option<usize> {
    let first = parts.iter().find(|part| part.sort != Sort::Initial)?;
    if !first.may_be_name() || first.letters() < 2 || !(unknown || first.is_sure()) {
        return None;
    }
    let more = parts.iter().take_while(|part| part.may_be_name()).count();
    let more = if parts.get(more).is_some_and(|next| next.class.is_organisation()) { 0 } else { more };
    let length = more.min(4);
    // Initials and particles end no name.
    (1..=length)
        .rev()
        .find(|&count| parts.get(count - 1).is_some_and(|part| matches!(part.sort, Sort::Word | Sort::Capitals)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, context: Context, expected: Option<&str>) {
        let parts = parts(text.as_bytes(), 0);
        let end = name_length(&parts, context).and_then(|count| parts.get(count - 1)).map(|part| part.end);
        assert_eq!(end.and_then(|end| text.get(..end)), expected, "{text}");
    }

    #[test]
    fn names_of_many_countries_stand_alone() {
        for name in [
            "Anna Schmidt",
            "José García",
            "Jürgen Müller",
            "Nguyen Thi Lan",
            "Priya Raghunathan",
            "Jean-Pierre Dupont",
            "Mark Johnson",
            "Ludwig van Beethoven",
            "Katarzyna Wiśniewska",
            "Connor McAllister",
            "Björn Ólafsson",
            "Olumide Adeyemi",
            "Mary J. Watson",
            "María del Carmen Fernández",
            "Zsófia Kovács",
            "Hiroshi Tanaka",
            "ANNA SCHMIDT",
            "Kowalski Piotr",
        ] {
            check(&format!("{name} wrote"), Context::None, Some(name));
        }
    }

    #[test]
    fn ordinary_pairs_are_no_names() {
        for text in [
            "Visual Studio",
            "Hash Map",
            "Los Angeles",
            "Apache License",
            "Jenkins Pipeline",
            "Victoria Falls",
            "Martin Luther University",
            "Newton Raphson",
            "Morgan Stanley",
            "Will Power",
            "Grace Period",
            "April Summer",
            "Monte Carlo",
            "HashMap Entry",
            "Mark Key",
            "Claude Code",
            "Anna.Smith x",
            "Max Size",
            "Rose Gold",
            "Santa Clara",
            "Fisher Yates",
            "Jordan Normal Form",
            "Adam Optimizer",
        ] {
            check(text, Context::None, None);
        }
    }

    #[test]
    fn a_key_that_names_people_asks_for_less() {
        check("Xanthor Quelibar", Context::None, None);
        check("Xanthor Quelibar", Context::Strong, Some("Xanthor Quelibar"));
        check("Mark Hill", Context::Strong, Some("Mark Hill"));
        check("Visual Studio", Context::Strong, None);
        check("April Walker", Context::None, None);
        check("April Walker", Context::Told, Some("April Walker"));
        check("Xanthor Schmidt", Context::Weak, Some("Xanthor Schmidt"));
        check("Xanthor Quelibar", Context::Weak, None);
    }

    #[test]
    fn one_word_is_enough_where_a_name_is_due() {
        for (text, unknown, expected) in [
            ("Anna,", false, Some(1)),
            ("World", false, None),
            ("Xanthor,", true, Some(1)),
            ("Anna Schmidt", false, Some(2)),
            ("Team", true, None),
        ] {
            assert_eq!(due_length(&parts(text.as_bytes(), 0), unknown), expected, "{text}");
        }
    }
}
