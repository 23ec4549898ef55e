//! The part of a search that looks at sentences which name a password or token and hold a word that can be nothing else: `Nimm … als
//! Passwort`, `use the password … on staging`, `the token, which is …`.
//!
//! No grammar is read, so that it holds in every language whose word for a password is known. In return the word itself must be
//! striking: ordinary words, names of algorithms, versions and ids are not.

use std::sync::LazyLock;

use super::assign::{Joint, Value, within_string};
use super::keys::Key;
use crate::detect::builtin::Builtin;
use crate::detect::judge::{generic, striking, value};
use crate::detect::search::{AHEAD, Search, with_word_before};
use crate::detect::sets::lexicon::{Words, words};

/// Bytes of the sentence that are looked at before and behind the name.
const BEFORE_MAX: usize = 72;
const AFTER_MAX: usize = 96;

/// Words that are found in one sentence.
const FOUND_MAX: usize = 4;

/// Bytes of words in a script of their own between a name and a word.
const FOREIGN_MAX: usize = 40;

impl Search<'_> {
    /// Looks at the words around the name `key`, which ends at `end` of the text.
    pub(in crate::detect) fn mentioned(&mut self, key: Key, start: usize, end: usize) {
        // `the deploy key`; of `the API key` and its like people write more.
        let words = with_word_before(self.text, start, end, key);
        let loud = words.is_none() || self.is_kind_of_key(start);
        let key = words.unwrap_or(key);
        let public = key == Key::Secret && self.is_public(start);
        if !matches!(key, Key::Password | Key::Secret) || public || !self.may_be_mentioned(start, end) {
            return;
        }
        self.work += 1;
        self.open(end, AHEAD);
        let (from, to) = (self.window.place(start), self.window.place(end));
        let text = self.window.bytes();
        let head = text.get(from.saturating_sub(BEFORE_MAX)..from).unwrap_or_default();
        let tail = text.get(to..text.len().min(to + AFTER_MAX)).unwrap_or_default();
        let head = head.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let tail = tail.split(|byte| *byte == b'\n').next().unwrap_or_default();
        // What a token is told by, and no token: `token accessor: …`.
        if tail.starts_with(b" accessor") {
            return;
        }
        let (low, high) = (from - head.len(), to + tail.len());
        if let Some(answer) = answered(tail).and_then(|at| answer_at(text, to + at)) {
            self.judge(key, answer);
            return;
        }
        let mut places = [None; FOUND_MAX];
        let mut slots = places.iter_mut();
        let (mut at, mut known) = (low, false);
        while at < high {
            let Some((start, end)) = next_word(text, at, high) else { break };
            at = end;
            // What is cut off at the ends of what is looked at is no whole word, and what holds the name is none beside it.
            let cut = start == low && is_inner(text, low) || end == high && is_inner(text, high);
            // `def sign(credentials) -> S3SigV4Auth:`
            let returned = text.get(..start).is_some_and(|before| before.ends_with(b") -> "));
            // `contraseña`: what stands behind the letter with an accent is no word of its own.
            // `token revoke -accessor …`
            let accessor = text.get(..start).is_some_and(|before| before.ends_with(b"-accessor "));
            let part = (start.checked_sub(2).and_then(|at| text.get(at..)).is_some_and(value::is_accented)
                || text.get(end..).is_some_and(value::is_accented))
                && !text.get(start..end).is_some_and(|word| word.iter().any(u8::is_ascii_digit));
            let handed = start >= to && is_handed_on(text, (from, to), end);
            if cut || part || accessor || returned || handed || start < to && from < end {
                continue;
            }
            let (start, end) = trimmed(text, start, end);
            if self.was_found(start, end) {
                known = true;
                continue;
            }
            let word = text.get(start..end).unwrap_or_default();
            let changed = || {
                let quoted =
                    start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| b"\"'`".contains(byte));
                is_changed_to(text.get(to..start), text.get(low..high))
                    && (striking::is_made_of_words(word)
                        || striking::is_made_up(word)
                        || striking::is_mixed_up(word)
                        || striking::is_simple(word)
                        || quoted && generic::is_told_password(word, true))
            };
            let glossed =
                || is_glossed(text.get(end..from), tail) && (striking::is_simple(word) || striking::is_made_up(word));
            let simple = || {
                is_beside(text, (start, end), (from, to)) && striking::is_simple(word)
                    || is_joined(text.get(to..start))
                        && (striking::is_made_of_words(word)
                            || striking::is_made_up(word)
                            || striking::is_mixed_up(word))
            };
            let place = striking_part(text, start, end)
                .filter(|_| loud)
                .or_else(|| (key == Key::Password && (simple() || changed() || glossed())).then_some((start, end)));
            let token = || key == Key::Secret && is_token(text, start, word);
            if let Some(place) = place.or_else(|| token().then_some((start, end)))
                && let Some(slot) = slots.next()
            {
                *slot = Some(place);
            }
        }
        let led = || led_to_below(text, tail, high, key).filter(|_| tail.len() < AFTER_MAX);
        if places[0].is_none() && !known {
            places[0] = led();
        }
        let builtin = if key == Key::Password { Builtin::GenericPassword } else { Builtin::GenericSecret };
        for (start, end) in places.into_iter().flatten() {
            self.report_places(builtin, start, end);
        }
    }

    /// Whether all of what lies at these places of the window was found lately, by the name before: where many names stand, each word is
    /// looked at once.
    fn was_found(&self, start: usize, end: usize) -> bool {
        const LATELY: usize = 8;
        let (start, end) = (self.window.offset(start), self.window.offset(end));
        self.found.iter().rev().take(LATELY).any(|found| found.start <= start && end <= found.end)
    }

    /// `the public key`
    fn is_public(&self, start: usize) -> bool {
        let before = self.text.get(start.saturating_sub(12)..start).unwrap_or_default();
        ["ublic ", "ublishable "].iter().any(|word| before.ends_with(word.as_bytes()))
    }

    /// `the API key`, `an access key`: the word before the name says that it is one for a service.
    fn is_kind_of_key(&self, start: usize) -> bool {
        let before = self.text.get(start.saturating_sub(8)..start).unwrap_or_default();
        ["api ", "API ", "Api ", "access ", "secret ", "private ", "API-"]
            .iter()
            .any(|word| before.ends_with(word.as_bytes()))
    }

    /// Whether a striking word may stand near the name: there are digits, and the name is a word of its own.
    fn may_be_mentioned(&self, start: usize, end: usize) -> bool {
        let ahead = end + AFTER_MAX + striking::LENGTH_MAX / 2;
        let near = self.text.get(start.saturating_sub(BEFORE_MAX)..self.text.len().min(ahead));
        near.is_some_and(holds_mixed_word)
    }
}

/// The word that fills the line below a sentence which ends with a colon at `end`, or hands something over: `use the following password
/// to proceed:`, `here is the redis password you asked for`. One line between them may be empty. It is striking, or a number in hex of
/// the length that Jenkins has, and said to be the one.
fn led_to_below(text: &[u8], tail: &[u8], end: usize, key: Key) -> Option<(usize, usize)> {
    const JENKINS: usize = 32;
    const HEAD: usize = 96;
    const HANDS: [&str; 10] = [
        "ere is ",
        "ere's ",
        "eres ",
        "ere are ",
        "ier ist ",
        "oici ",
        "cco ",
        "qu\u{ed} est\u{e1} ",
        "asked for",
        " as requested",
    ];
    const OTHERS: [&str; 6] = ["commit", "hash", "sha", "digest", "checksum", "revision"];
    // `the password policy`, `the token count`: the name of another thing.
    const AFTER: &str = "you i we as for that to of from on in below base again";
    let next = tail.trim_ascii_start().split(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    let own = next.is_empty() || words(AFTER).any(|word| word.as_bytes() == next);
    let line = text.get(..end)?.trim_ascii_end();
    let sentence = line.get(line.len().saturating_sub(HEAD)..)?.rsplit(|byte| *byte == b'\n').next()?;
    let holds = |words: &[&str]| words.iter().any(|word| memchr::memmem::find(sentence, word.as_bytes()).is_some());
    let hands = || own && holds(&HANDS) && !holds(&OTHERS);
    let colon = line.ends_with(b":");
    let rest = text.get(end..).filter(|_| colon && key == Key::Password || hands())?;
    let gap = rest.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count();
    let breaks = rest.get(..gap)?.iter().filter(|byte| **byte == b'\n').count();
    let from = end + gap;
    let line = text.get(from..text.len().min(from + striking::LENGTH_MAX + 1))?;
    let word = within_string(line.get(..memchr::memchr(b'\n', line).unwrap_or(line.len()))?).trim_ascii_end();
    let head = text.get(end.saturating_sub(HEAD)..end).unwrap_or_default();
    let hex = || word.len() == JENKINS && value::shape(word).is_hex(word) && value::shape(word).is_mixed();
    let given = memchr::memmem::find(head, b"following").is_some() && hex();
    let striking = || striking::is_striking(word) || striking::is_made_up(word) || striking::is_mixed_up(word) || given;
    let likely = match key {
        Key::Password => {
            striking() || hands() && (generic::is_told_password(word, true) || generic::is_machine_made(word))
        }
        Key::Secret | Key::Access | Key::Hint | Key::PasswordOf | Key::SecretOf => generic::is_told_token(word),
    };
    let whole = !word.iter().any(u8::is_ascii_whitespace);
    ((1..=2).contains(&breaks) && whole && likely).then_some((from, from + word.len()))
}

/// Where the quote of an answer stands behind the question that `tail` goes on: `… should I use?"="x9"`, as Claude Code shows it.
fn answered(tail: &[u8]) -> Option<usize> {
    ["?\"=\"", "?\": \""].iter().find_map(|sign| Some(memchr::memmem::find(tail, sign.as_bytes())? + sign.len()))
}

/// The answer of one word that starts at `start` and ends with its quote.
fn answer_at(text: &[u8], start: usize) -> Option<Value> {
    let rest = text.get(start..text.len().min(start + 4 * striking::LENGTH_MAX))?;
    let length = rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'"')?;
    let whole = length > 0 && rest.get(length) == Some(&b'"');
    whole.then_some(Value { start, end: start + length, joint: Joint::Said, quoted: true, literal: true })
}

/// Whether a digit and three letters stand in one word: every word that is looked for has them. The letters of escapes count, and join
/// words.
fn holds_mixed_word(text: &[u8]) -> bool {
    // Most texts end here, many bytes at a time.
    if !text.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let (mut letters, mut digits) = (0, 0);
    text.iter().any(|byte| {
        if byte.is_ascii_digit() {
            digits += 1;
        } else if byte.is_ascii_alphabetic() {
            letters += 1;
        } else if byte.is_ascii_whitespace() || *byte >= 0x80 {
            (letters, digits) = (0, 0);
        }
        digits > 0 && letters > 2
    })
}

/// Whether no more than one word stands between a word and the name.
fn is_beside(text: &[u8], word: (usize, usize), name: (usize, usize)) -> bool {
    let between = if word.1 <= name.0 { text.get(word.1..name.0) } else { text.get(name.1..word.0) };
    between.is_some_and(|between| {
        let mut words =
            between.split(u8::is_ascii_whitespace).filter(|part| part.iter().any(u8::is_ascii_alphanumeric));
        words.next().is_none_or(|word| word.len() <= 8) && words.next().is_none()
    })
}

/// `We pass userId42 to the handler`: whether the name is the verb, as the word before it says or the start of a sentence, and the word that
/// ends at `end` its object. Behind every other word it is a password: `use pass harbor42 to deploy`.
fn is_handed_on(text: &[u8], (from, to): (usize, usize), end: usize) -> bool {
    const BEFORE: [&str; 23] = [
        "we", "i", "you", "they", "to", "will", "can", "could", "must", "may", "should", "would", "which", "that",
        "then", "just", "also", "always", "never", "not", "t", "ll", "default",
    ];
    const OPENS: [&str; 8] = ["log", "sign", "access", "open", "enter", "unlock", "connect", "get"];
    const WORD_MAX: usize = 16;
    if !text.get(from..to).is_some_and(|name| name.eq_ignore_ascii_case(b"pass")) {
        return false;
    }
    let rest = text.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(b"`").unwrap_or(rest);
    let Some(next) = rest.strip_prefix(b" to ").or_else(|| rest.strip_prefix(b" into ")) else { return false };
    let head = text.get(from.saturating_sub(WORD_MAX)..from).unwrap_or_default();
    let before = head.trim_ascii_end();
    let last = before.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    let line = head.get(before.len()..).is_some_and(|gap| gap.contains(&b'\n')) || before.ends_with(b"\\n");
    let begins = line || before.last().is_none_or(|sign| b"`.,;-*".contains(sign));
    let opens = || OPENS.iter().any(|word| next.starts_with(word.as_bytes()));
    begins && !opens() || BEFORE.iter().any(|word| last.eq_ignore_ascii_case(word.as_bytes()))
}

/// `x9 (the admin password)`: a remark of few words behind a word says what it is.
fn is_glossed(between: Option<&[u8]>, tail: &[u8]) -> bool {
    const REMARK_MAX: usize = 32;
    let remark = between.and_then(|between| between.trim_ascii_start().strip_prefix(b"("));
    let closed = tail.first().is_some_and(|byte| b"),".contains(byte));
    closed && remark.is_some_and(|remark| remark.len() <= REMARK_MAX && !remark.contains(&b')'))
}

/// Whether what stands between a name and a word behind it joins them: nothing, a comma, a word by which something becomes another
/// thing, or words of a script of their own.
fn is_joined(between: Option<&[u8]>) -> bool {
    const JOINTS: &str = "to auf en a para na naar op til till is as come como als von van de da olarak";
    let Some(between) = between.map(<[u8]>::trim_ascii) else { return false };
    let between = between.strip_suffix(b"\"").or_else(|| between.strip_suffix(b"`")).unwrap_or(between).trim_ascii();
    let foreign = !between.is_ascii() && between.len() <= FOREIGN_MAX && !between.iter().any(u8::is_ascii_alphanumeric);
    matches!(between, b"" | b"," | b", c'est") || foreign || words(JOINTS).any(|word| word.as_bytes() == between)
}

/// Whether a sentence says that something is changed, and what stands between a name and a word behind it ends with what leads to
/// the new one: `changed the password of the app user to …`, `troquei a senha do banco para …`.
fn is_changed_to(between: Option<&[u8]>, sentence: Option<&[u8]>) -> bool {
    const LEADS: &str = "to auf para por na naar in en par a ser";
    const VERBS: &str = "set reset passou chang updat rotat gesetzt \u{e4}nder \u{c4}nder troq alter mud zmieni ustawi cambi impost wijzig verander \
                         gezet remplac d\u{e9}fini";
    static CHANGES: LazyLock<Words> = LazyLock::new(|| Words::new(words(VERBS)));
    // Words before the name, and right behind it, are most.
    let Some((between, sentence)) = between.filter(|it| it.len() > 6).map(<[u8]>::trim_ascii).zip(sentence) else {
        return false;
    };
    let between = between.strip_suffix(b"\"").or_else(|| between.strip_suffix(b"'")).unwrap_or(between);
    let between = between.strip_suffix(b"`").unwrap_or(between).trim_ascii_end();
    let mut parts = between.rsplit(|byte| *byte == b' ');
    let lead = parts.next().unwrap_or_default();
    let clause = !between.iter().any(|byte| b".,;:()=".contains(byte));
    clause
        && words(LEADS).any(|word| word.as_bytes() == lead)
        && (1..=8).contains(&parts.count())
        && CHANGES.occur_in(sentence)
}

/// Whether the bytes on both sides of `at` belong to one word.
fn is_inner(text: &[u8], at: usize) -> bool {
    let inner = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| !byte.is_ascii_whitespace());
    inner(at.checked_sub(1)) && inner(Some(at))
}

/// The next stretch without blanks and without characters beyond ASCII.
pub(in crate::detect) fn next_word(text: &[u8], at: usize, high: usize) -> Option<(usize, usize)> {
    let part = text.get(at..high)?;
    let parts = |byte: &u8| byte.is_ascii_whitespace() || !byte.is_ascii();
    let start = at + part.iter().position(|byte| !parts(byte))?;
    let rest = text.get(start..high)?;
    Some((start, start + rest.iter().position(parts).unwrap_or(rest.len())))
}

/// The word without what sentences put around one; a sign behind digits is its own.
pub(in crate::detect) fn trimmed(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    // Signs of emphasis stand on both sides. Behind a type, as C writes pointers, the line goes on.
    let own = text.get(start) != Some(&b'*') && text.get(end).is_none_or(|byte| b"\r\n\"'`".contains(byte));
    let whole = end;
    while start < end && text.get(start).is_some_and(|byte| b"\"'`([{<*_,;:".contains(byte)) {
        start += 1;
    }
    while let Some(byte) = end.checked_sub(1).filter(|last| *last >= start).and_then(|last| text.get(last)) {
        if own && end == whole && *byte == b'*' || !b"\"'`)]}>*_,;:.?".contains(byte) {
            break;
        }
        end -= 1;
    }
    (start, end)
}

/// The striking word at `text[start..end]`: all of it, or what stands behind the account in `ann:…`, `admin/…`.
pub(in crate::detect) fn striking_part(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let word = text.get(start..end)?;
    if striking::is_striking(word) {
        return Some((start, end));
    }
    let sign = word.iter().position(|byte| b":/".contains(byte))?;
    let (account, rest) = (word.get(..sign)?, word.get(sign + 1..)?);
    let named =
        !account.is_empty() && account.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._@-\\".contains(byte));
    // `SHA256:…`: the fingerprint of a key.
    let named = named && account != b"SHA256";
    (named && (striking::is_striking(rest) || striking::is_simple(rest))).then_some((start + sign + 1, end))
}

/// What a sentence calls a token: random, or as many hex digits as keys have, behind a word or sign that says so.
fn is_token(text: &[u8], start: usize, word: &[u8]) -> bool {
    const SAYS: &[&str] = &[" is ", " was ", ": ", " it's ", "\u{2014} ", "\u{2013} ", " (", " is `", " is \"", ": `"];
    let before = text.get(..start).unwrap_or_default();
    let form = value::shape(word);
    let hex = form.is_hex(word);
    SAYS.iter().any(|says| before.ends_with(says.as_bytes()))
        && generic::is_told_token(word)
        && (!hex || matches!(word.len(), 32 | 48 | 96 | 128) && !word.contains(&b'-'))
        && !word.contains(&b':')
        && !word.starts_with(b"sha")
}
