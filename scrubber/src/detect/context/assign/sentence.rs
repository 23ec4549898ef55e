//! What a sentence says about the value of a name: `the password for the test host is …`, `with password …`.

use super::line::{MARKS, before, ends_line, is_last_word};
use super::{broad, until};
use crate::detect::context::keys::{self, Key};
use crate::detect::sets::byteset::ByteSet;

/// A remark in brackets between a name and its value is no longer.
const REMARK_MAX: usize = 48;

/// Words between a name and its value, in several languages; the first that fits counts, so longer ones come first.
const SAYS: &[&str] = &[
    "is now ",
    "is set to ",
    "was set to ",
    "is now set to ",
    "was changed to ",
    "was reset to ",
    "has been set to ",
    "has been changed to ",
    "has been reset to ",
    "is currently ",
    "is still ",
    "is : ",
    "is ",
    "was ",
    "is: ",
    "is:\n",
    "is\n",
    "set to ",
    "ist jetzt ",
    "ist nun ",
    "ist aktuell ",
    "ist derzeit ",
    "ist ",
    "ist: ",
    "lautet jetzt ",
    "lautet nun ",
    "lautet ",
    "lautet: ",
    "est maintenant ",
    "est actuellement ",
    "est ",
    "es ahora ",
    "es actualmente ",
    "es ",
    "e ",
    "jest ",
    "er ",
    "on ",
    "je ",
    "este ",
    "\u{e9} ",
    "\u{e8} ",
    "\u{662f} ",
    "\u{306f} ",
    "will be ",
    "should be set to ",
    "must be set to ",
    "has to be set to ",
    "should be ",
    "should read ",
    "'s ",
    "auf ",
    "changed from ",
    "changed to ",
    "reset to ",
    "updated to ",
    "rotated to ",
    "As ",
];

/// What they begin with.
static SAYING: ByteSet = ByteSet::of_first(SAYS);

/// What leads to the values of `changed the password from … to …`.
const CHANGES: &[&[u8]] = &[b"to ", b"from "];

/// Words before a name that is directly followed by its value: `with password …`, `use the password …`.
const LEADS: &[&str] =
    &["with ", "using ", "and ", "Using ", "new ", "ith the ", "sing the ", "use ", "Use ", "se the ", "try ", "Try "];

/// Whether the text from `at` on, or what stands before the name at `start`, may join name and value by words.
pub(super) fn may_say(text: &[u8], start: usize, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let before = text.get(..start).unwrap_or_default();
    // Most words begin like none of them.
    let first = rest.first().copied().unwrap_or(0);
    let says = |word: &str| rest.starts_with(word.strip_suffix('\n').unwrap_or(word).as_bytes());
    SAYING.holds(first) && SAYS.iter().any(|word| word.as_bytes().first() == Some(&first) && says(word))
        || CHANGES.iter().any(|word| rest.starts_with(word))
        || after_purpose(text, at).is_some()
        || behind_purpose(text, start, at).is_some()
        || before.ends_with(b" ") && LEADS.iter().any(|word| before.ends_with(word.as_bytes()))
        || follows_user(before.get(before.len().saturating_sub(48)..).unwrap_or_default())
}

/// `password is …`, `with password …`: where the value starts.
pub(super) fn said(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let at = after_remark(text, at).or_else(|| after_purpose(text, at)).unwrap_or(at);
    let rest = text.get(at..)?;
    if let Some(word) = SAYS.iter().find(|word| rest.starts_with(word.as_bytes())) {
        return Some(broad(text, at + word.len()));
    }
    if let Some(value) = behind_purpose(text, start, at) {
        return Some(value);
    }
    let line = before(text, start, MARKS);
    if let Some(word) = CHANGES.iter().find(|word| rest.starts_with(word))
        && tells_of_change(line)
    {
        return Some(at + word.len());
    }
    // `password 0 …`, `password 7 …`, as routers store them.
    if let [b'0' | b'5' | b'7' | b'8' | b'9', b' ', ..] = rest
        && ["username ", "enable ", "line ", "neighbor "].iter().any(|word| line.starts_with(word.as_bytes()))
    {
        return Some(at + 2);
    }
    // `ssh ann@host, password x9`: an account stands before it in the line, and nothing after.
    let account = || {
        [b"login ".as_slice(), b"user ", b"ssh ", b"@", b"ere is ", b"ere's "]
            .iter()
            .any(|it| memchr::memmem::find(line, it).is_some())
    };
    if is_last_word(text, at) && account() {
        return Some(at);
    }
    LEADS.iter().any(|word| line.ends_with(word.as_bytes())).then_some(at).or_else(|| follows_user(line).then_some(at))
}

/// `What is the password?` and the answer behind the mark at `at`: in quotes of its own, `?"="x9"`, or alone in the next line.
pub(super) fn answer(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if let Some(sign) = ["\"=\"", "\": \"", "\":\""].iter().find(|sign| rest.starts_with(sign.as_bytes())) {
        return Some(at + sign.len() - 1);
    }
    let breaks = ["\n\n", "\r\n", "\n"].iter().find(|line| rest.starts_with(line.as_bytes()))?;
    let from = at + breaks.len();
    let word = until(text, from, |byte| byte.is_ascii_whitespace());
    (word > from && ends_line(text, word)).then_some(from)
}

/// Where a remark in brackets ends that stands between a name and what is said of it: `the password (of the test host) is …`.
pub(in crate::detect) fn after_remark(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + REMARK_MAX))?;
    let close = memchr::memchr2(b')', b'\n', rest).filter(|_| rest.first() == Some(&b'('))?;
    let behind = rest.get(close..)?.strip_prefix(b") ")?;
    [b"is ".as_slice(), b"was ", b"ist ", b"es ", b"est "]
        .iter()
        .any(|word| behind.starts_with(word))
        .then_some(at + close + 2)
}

/// Where what a name is for ends and what is said of it begins: `the password for the test host is …`.
fn after_purpose(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + REMARK_MAX))?;
    if ![b"for ".as_slice(), b"of ", b"on "].iter().any(|word| rest.starts_with(word)) {
        return None;
    }
    let clause = rest.get(..rest.iter().position(|byte| b"\n.,;:()".contains(byte)).unwrap_or(rest.len()))?;
    memchr::memmem::find(clause, b" is ").map(|found| at + found + 1)
}

/// Where the value starts behind what a name is for and a sign: `the password for the test host: …`, `passphrase of the key = …`.
fn behind_purpose(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + REMARK_MAX))?;
    if let Some(behind) = qualified(rest) {
        return Some(at + behind);
    }
    let first = rest.get(..memchr::memchr(b' ', rest.get(..rest.len().min(6))?)?)?;
    let purpose = matches!(
        first,
        b"for"
            | b"of"
            | b"on"
            | b"to"
            | b"zum"
            | b"vom"
            | b"von"
            | b"de"
            | b"del"
            | b"du"
            | b"do"
            | b"da"
            | b"di"
            | b"f\xc3\xbcr"
            | b"fuer"
            | b"pour"
            | b"voor"
            | b"van"
            | b"per"
    );
    if !purpose {
        return None;
    }
    let clause = rest.get(..rest.iter().position(|byte| b"\n.,;()\"'{}<>".contains(byte)).unwrap_or(rest.len()))?;
    let sign = memchr::memmem::find(clause, b": ").map(|sign| sign + 2);
    let sign = sign.or_else(|| memchr::memmem::find(clause, b" = ").map(|sign| sign + 3))?;
    // `Creating a secret for tenant: …`: of other names the value tells what they are for.
    let password = || keys::classify(text.get(start..at).unwrap_or_default().trim_ascii()) == Some(Key::Password);
    (sign > first.len() + 2 && password()).then_some(at + sign)
}

/// `token de acceso: …`, `mot de passe wifi : …`: the length of the words behind a name that say of what kind it is or where it is used,
/// as languages have it whose adjectives follow, and of what joins a value to it.
fn qualified(rest: &[u8]) -> Option<usize> {
    const WORDS: [&str; 27] = [
        "de acceso",
        "de acesso",
        "d'acc\u{e8}s",
        "d'acces",
        "di accesso",
        "dost\u{119}pu",
        "de la API",
        "de l'API",
        "da API",
        "dell'API",
        "wifi",
        "Wi-Fi",
        "admin",
        "administrateur",
        "root",
        "temporaire",
        "provisoire",
        "actuel",
        "initial",
        "temporal",
        "tempor\u{e1}ria",
        "provis\u{f3}ria",
        "atual",
        "inicial",
        "temporanea",
        "provvisoria",
        "iniziale",
    ];
    const SIGNS: [&str; 9] = [": ", " : ", " = ", " es ", " est : ", " est ", " \u{e9} ", " \u{e8} ", " to "];
    WORDS.iter().find_map(|words| {
        let behind = rest.strip_prefix(words.as_bytes())?;
        let sign = SIGNS.iter().find(|sign| behind.starts_with(sign.as_bytes()))?;
        Some(words.len() + sign.len())
    })
}

/// Whether a line says that something is changed.
fn tells_of_change(line: &[u8]) -> bool {
    [b"reset".as_slice(), b"chang", b"set ", b"updat", b"rotat", b"Reset", b"Chang", b"Set ", b"Updat", b"Rotat"]
        .iter()
        .any(|word| memchr::memmem::find(line, word).is_some())
}

/// `user admin password …`: a word for an account and its name end the line before the name.
fn follows_user(line: &[u8]) -> bool {
    if !line.ends_with(b" ") {
        return false;
    }
    let mut words = line.trim_ascii_end().rsplit(|byte| *byte == b' ');
    words.next().is_some_and(|account| !account.is_empty())
        && words
            .next()
            .is_some_and(|word| [b"user".as_slice(), b"username", b"login", b"account", b"as"].contains(&word))
}

/// Whether a sentence hands over what the name at `start` is: `here is my …`, `this is the new …`.
pub(super) fn hands_over(text: &[u8], start: usize) -> bool {
    const BEFORE_MAX: usize = 40;
    const LEADS: [&str; 6] = ["ere is my ", "ere is the ", "ere's my ", "ere's the ", "his is my ", "his is the "];
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let words = LEADS.iter().find_map(|lead| line.get(memchr::memmem::rfind(line, lead.as_bytes())? + lead.len()..));
    words.is_some_and(|words| words.iter().all(|byte| byte.is_ascii_alphanumeric() || b" _-".contains(byte)))
}
