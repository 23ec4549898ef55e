//! What is done at a word that may end the name of a secret: what stands beside it is read, and judged.

use super::{AHEAD, BACK, Search, byte_at};
use crate::detect::builtin::Builtin;
use crate::detect::context::assign::{Joint, Value, series};
use crate::detect::context::keys::Key;
use crate::detect::context::{assign, keys};
use crate::detect::judge::generic::Named;
use crate::detect::judge::{generic, value};
use crate::detect::reading::{broken, window};
use crate::detect::sets::byteset::ByteSet;

/// The longest value without quotes that may be a secret.
const WORD_MAX: usize = 1024;
/// Further secrets in a list that are found with the first.
const SERIES_MAX: usize = 16;

/// Blanks between a name and its sign, where plans and listings align them: a column is as wide as its longest value.
const GAP_MAX: usize = 192;

/// What follows the word for a secret in a name is no longer.
pub(in super::super) const SUFFIX_MAX: usize = 24;

/// No longer value counts by a name that tells whose it is.
const OWNED_MAX: usize = 256;

static NAME: ByteSet = ByteSet::alphanumeric_and(b"_-.");

impl Search<'_> {
    /// A part of the word at `start` that may tell of a secret ends before the word does.
    #[inline(never)]
    pub(in super::super) fn part_of_name(&mut self, start: usize, part: usize) {
        let rest = self.text.get(part..self.text.len().min(part + SUFFIX_MAX + 1)).unwrap_or_default();
        let rest = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let suffix = self.text.get(part..part + rest).unwrap_or_default();
        if rest > SUFFIX_MAX {
            return;
        }
        if keys::may_follow(suffix) {
            self.end_of_name(start, part + rest);
        }
        self.end_with_owner(part + rest);
    }

    /// A name may go on behind the word that ends at `end`: `db-password-prod`, `app.password.2`.
    #[inline]
    pub(in super::super) fn suffix_of_name(&mut self, start: usize, end: usize) {
        if matches!(byte_at(self.text, end), b'-' | b'.') && byte_at(self.text, end + 1).is_ascii_alphanumeric() {
            self.part_of_name(start, end + 1);
        }
    }

    /// A word that may end a name like `password` ends at `end`.
    #[inline(never)]
    pub(in super::super) fn end_of_name(&mut self, start: usize, end: usize) {
        let text = self.text;
        if end.checked_sub(4).and_then(|at| text.get(at..end)).is_some_and(|word| word.eq_ignore_ascii_case(b"name")) {
            return self.field_of_name(end);
        }
        if start < self.names_from {
            return;
        }
        // Most words in prose and code end here: nothing that joins a value follows.
        let mut at = end;
        while byte_at(text, at) == b' ' && at - end < GAP_MAX {
            at += 1;
        }
        let next = byte_at(text, at);
        static BEHIND: ByteSet = ByteSet::of(b"=:\"'`\\>?|.+-<~&])}[{(*,;!\r\n\t\xc2\xe2\xe3\xef\x1b");
        static APART: ByteSet = ByteSet::of(b"=:\"'`\\?|.+-<~&*${,;!\t\xc2\xc3\xe2\xe3\xef\x1b");
        // `--password x9`, `<password a="b">`, `<wsse:Password a="b">`
        let flag = || b"-<:".contains(&byte_at(text, start.wrapping_sub(1)));
        let joined = if at == end {
            BEHIND.holds(next) || next == b'/' && text.get(..start).is_some_and(|before| before.ends_with(b"(/"))
        } else if next.is_ascii_alphanumeric() {
            at - end >= 2
                || flag()
                || followed_by_equals(text, at)
                || assign::may_say(text, start, at)
                || is_last_word(text, at) && !is_phrase(text, start, at)
        } else {
            APART.holds(next)
                || next.is_ascii_graphic() && flag()
                || is_last_word(text, at) && !is_phrase(text, start, at)
                || next == b'(' && assign::after_remark(text, at).is_some()
        };
        let told = joined || self.may_be_told(start);
        // The code of a colour ends with a letter, which is none of the name.
        let before = byte_at(text, start.wrapping_sub(1));
        let coloured = before == b'm' && window::byte_before(text, start).is_none();
        let apart = coloured || begins_behind_margin(text, start, before);
        let name = if apart { start } else { name_start(text, start) };
        // A word of a sentence, and no part of a name.
        let joined_word = !apart && name < start && is_joined_word(text.get(name..start).unwrap_or_default());
        let before = if joined_word { byte_at(text, name.wrapping_sub(1)) } else { before };
        let said = (name == start || joined_word)
            && b" ,.)!?'\\\r\n:\x1b".contains(&byte_at(text, end))
            && (apart || b" \"'`(*\\\n\tn".contains(&before))
            && text.get(start..end).is_some_and(|word| word.len() <= 24 && word.iter().all(u8::is_ascii_alphabetic));
        let bracket = next == b'(' && at == end + 1;
        if !told && !said && !bracket {
            return;
        }
        let key = self.names.classify(text.get(name..end).unwrap_or_default());
        let Some(key) = key.filter(|key| !key.is_of_somebody()) else { return };
        let found = self.found.len();
        if bracket {
            self.in_brackets(key, at);
        }
        if told {
            self.told(key, start, end);
        }
        if joined {
            self.named(key, end);
        }
        // A sentence that tells one password may tell what it was changed to.
        let more = self.found.len() == found || key == Key::Password && byte_at(self.text, end) == b' ';
        if said && more && (!joined_word || key == Key::Password) {
            self.mentioned(key, start, end);
        }
    }

    /// Looks for what stands beside the name `key` that ends at `end`.
    fn named(&mut self, key: Key, end: usize) {
        self.work += 1;
        self.open(end, AHEAD);
        let mut place = self.window.place(end);
        let bytes = self.window.bytes();
        let mut name = name_start(bytes, place);
        if name > 0
            && bytes.get(name - 1) == Some(&b'[')
            && generic::starts_with_marker(bytes.get(name - 1..).unwrap_or_default())
        {
            return;
        }
        let mut value = assign::value_after(&self.window, name, place);
        let runs_on = |value: &Value| !value.quoted && value.end == bytes.len();
        if value.as_ref().is_some_and(runs_on) && !self.window.reaches(self.text.len()) {
            // Longer than the window: whether longer than any secret has to be told.
            self.open(end, WORD_MAX + BACK);
            place = self.window.place(end);
            name = name_start(self.window.bytes(), place);
            value = assign::value_after(&self.window, name, place);
        }
        // No secret is that long without quotes; names inside it need not be tried each by itself.
        if let Some(value) = value.filter(|value| !value.quoted && value.end - value.start > WORD_MAX) {
            self.names_from = self.window.offset(value.end);
        } else if let Some(value) = value {
            // `the API key is …`, `Wi-Fi key: …`: a blank parts what other names join.
            let said = |both: &Key| value.joint == Joint::Said || *both == Key::Password;
            let both = with_word_before(self.window.bytes(), name, place, key);
            let key = both.filter(said).unwrap_or(key);
            if names_it_again(self.window.bytes(), name, place, value) {
                return;
            }
            self.judge(key, assign::second(self.window.bytes(), name, value));
            if let Some(value) = assign::changed_to(self.window.bytes(), value) {
                self.judge(key, value);
            }
        }
        if value.is_none() {
            self.below_label(key, name, place);
        } else if let Some(value) = value.filter(|_| key == Key::Hint) {
            self.offered(name, value);
        }
        self.list_of_name(key, end);
        if value.is_none_or(|value| value.joint != Joint::Assigned) {
            self.columns(key, name, place);
        }
        if value.is_none() {
            self.wiki_column(key, end);
        }
        self.margins_below(key, end);
        if byte_at(self.text, end - 1).eq_ignore_ascii_case(&b's') {
            self.open(end, AHEAD);
            let place = self.window.place(end);
            self.section(key, name_start(self.window.bytes(), place), place);
        }
    }

    /// A name ends at `end` with words that may tell whose secret it is: `PASSWORD_JENKINS`.
    fn end_with_owner(&mut self, end: usize) {
        if end <= self.names_from {
            return;
        }
        let text = self.text;
        let gap = text.get(end..).unwrap_or_default().iter().take(GAP_MAX).take_while(|byte| **byte == b' ').count();
        if !b"=:\"'`\\]>".contains(&byte_at(text, end + gap)) {
            return;
        }
        let name = text.get(name_start(text, end)..end).unwrap_or_default();
        let Some(key) = self.names.classify(name).filter(|key| key.is_of_somebody()) else { return };
        self.work += 1;
        self.open(end, AHEAD);
        let place = self.window.place(end);
        let name = name_start(self.window.bytes(), place);
        match assign::value_after(&self.window, name, place) {
            Some(value) if value.end - value.start <= OWNED_MAX => self.judge(key, value),
            // Names inside it need not be tried each by itself.
            Some(value) if !value.quoted => self.names_from = self.window.offset(value.end),
            Some(_) | None => {}
        }
    }

    /// Looks at the value of a name that says little where a person hands it over: `here's the key: …`.
    fn offered(&mut self, name: usize, value: Value) {
        const LEADS: [&str; 8] =
            ["ere's the ", "ere is the ", "ere's my ", "ere is my ", "se this ", "ith this ", "eres the ", "eres my "];
        let bytes = self.window.bytes();
        let before = bytes.get(..name).unwrap_or_default();
        let offered = before.ends_with(b" ") && LEADS.iter().any(|lead| before.ends_with(lead.as_bytes()));
        if offered && bytes.get(value.start..value.end).is_some_and(generic::is_told_token) {
            self.report_places(Builtin::GenericSecret, value.start, value.end);
        }
    }

    pub(in super::super) fn judge(&mut self, key: Key, place: Value) {
        let bytes = self.window.bytes();
        if key == Key::Hint && is_key_of_row(bytes, place.start, place.end) {
            return;
        }
        let key = if key == Key::Hint && is_cookie(bytes, place) { Key::Secret } else { key };
        let value = bytes.get(place.start..place.end).unwrap_or_default();
        let cut = value::cut_in_the_middle(value);
        let left = if cut.is_none() { value::cut_at_its_end(bytes, place.start, place.end) } else { None };
        let named = Named {
            key,
            value: cut.or(left).unwrap_or(value),
            place,
            // Where the text was cut, nothing follows.
            next: if left.is_some() { None } else { after_value(bytes, place) },
            previous: place.start.checked_sub(1).and_then(|at| bytes.get(at)).copied(),
            flag: assign::is_given_to_flag(bytes, place.start),
            setting: assign::setting(bytes, key, place),
        };
        if generic::is_secret(&named)
            && !is_resource_name(bytes, place.start)
            && !is_short_member(bytes, place)
            && !is_artifact(bytes, place.start, place.end)
            && !is_of_reference(bytes, place.start, place.end)
        {
            let password = matches!(key, Key::Password | Key::PasswordOf);
            let builtin = if password { Builtin::GenericPassword } else { Builtin::GenericSecret };
            let rest = if place.quoted { None } else { broken::wrapped(bytes, place.start, place.end) };
            let end = rest.unwrap_or_else(|| broken::over_gap(bytes, place.end));
            self.report_places(builtin, place.start, end);
            let mut last = (place.start, end);
            for _ in 0..SERIES_MAX {
                let Some(next) = series::next(self.window.bytes(), last.0, last.1, password) else { return };
                self.report_places(builtin, next.0, next.1);
                last = next;
            }
        }
    }
}

/// What stands after a value. Lines may end in two signs, and with the string that they are in: what a word in a string of one line
/// tells is mostly a message, `"password: required"`.
fn after_value(text: &[u8], place: Value) -> Option<u8> {
    let value = text.get(place.start..place.end).unwrap_or_default();
    match text.get(place.end) {
        Some(b'\r') => Some(b'\n'),
        // The element that holds the line is closed.
        Some(b'<') if !place.quoted && text.get(place.end + 1) == Some(&b'/') => Some(b'\n'),
        Some(b'"' | b'\'')
            if !place.quoted && value.iter().any(u8::is_ascii_digit) && assign::ends_string(text, place.end) =>
        {
            Some(b'\n')
        }
        next => next.copied(),
    }
}

/// Whether a value stands in a cookie, as headers, jars and programs write them.
fn is_cookie(text: &[u8], place: Value) -> bool {
    let before = text.get(place.start.saturating_sub(BACK)..place.start).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).and_then(|at| before.get(at..)).unwrap_or(before);
    let after = text.get(place.end..text.len().min(place.end + BACK)).unwrap_or_default();
    memchr::memmem::find(line, b"ookie").is_some()
        || [b"httpOnly".as_slice(), b"sameSite", b"HttpOnly", b"\"domain\""]
            .iter()
            .any(|word| memchr::memmem::find(after, word).is_some())
        || [b"\tTRUE\t".as_slice(), b"\tFALSE\t"].iter().any(|word| memchr::memmem::find(line, word).is_some())
}

/// Whether `text[start..end]` is an id as nanoid makes it by default (<https://github.com/ai/nanoid>), and all of its name is `key`:
/// `{ key: "…"`, `<li key="…"`. In the query of an address it may open an API, and a word before it says what the key is of.
pub(in super::super) fn is_key_of_row(text: &[u8], start: usize, end: usize) -> bool {
    const NANOID: usize = 21;
    let value = text.get(start..end).unwrap_or_default();
    let id = value.len() == NANOID && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    if !id {
        return false;
    }
    let before = text.get(start.saturating_sub(BACK)..start).unwrap_or_default();
    let joint = before.iter().rev().take_while(|byte| b"\"'`\\ {=:".contains(byte)).count();
    let Some(before) = before.get(..before.len() - joint).and_then(|before| before.strip_suffix(b"key")) else {
        return false;
    };
    let head = before.trim_ascii_end();
    let member = head.last().is_some_and(|byte| b"{(,".contains(byte))
        || head.len() == before.len() && head.last().is_some_and(|byte| b"\"'`".contains(byte));
    let tag = head.iter().rposition(|byte| b"<>".contains(byte)).and_then(|at| head.get(at..));
    member || head.len() < before.len() && matches!(tag, Some([b'<', first, ..]) if first.is_ascii_alphabetic())
}

/// `badge.svg?token=mDP3mQJNnn`: of the query of an address, shorter than most tokens, and with one digit like a name.
fn is_short_member(text: &[u8], place: Value) -> bool {
    const TOKEN_MIN: usize = 12;
    let before = text.get(place.start.saturating_sub(BACK)..place.start).unwrap_or_default();
    let Some(name) = before.strip_suffix(b"token=") else { return false };
    let digits =
        text.get(place.start..place.end).unwrap_or_default().iter().filter(|byte| byte.is_ascii_digit()).count();
    place.end - place.start < TOKEN_MIN && digits < 2 && name.last().is_some_and(|byte| b"?&".contains(byte))
}

/// Whether the value goes on the name of a resource, whose kind is its name: `arn:aws:secretsmanager:…:secret:…`.
pub(in super::super) fn is_resource_name(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(BACK)..at).unwrap_or_default();
    // What stands before it in a name: other signs part it from what it is given to.
    let part = |byte: &u8| !byte.is_ascii_alphanumeric() && !b":/_.*-".contains(byte);
    let from = before.iter().rposition(part).map_or(0, |at| at + 1);
    let word = before.get(from..).unwrap_or_default();
    let escape =
        from > 0 && before.get(from - 1) == Some(&b'\\') && word.first().is_some_and(|byte| b"nrt".contains(byte));
    let word = word.get(usize::from(escape)..).unwrap_or_default();
    // The number of a line may stand before it.
    let name = memchr::memmem::find(word, b"arn:");
    let number = |before: &[u8]| before.iter().all(|byte| byte.is_ascii_digit() || *byte == b':');
    name.is_some_and(|name| word.get(..name).is_some_and(number))
}

/// Whether `text[start..end]` is an artifact behind the group that publishes it, as Maven and Gradle write them:
/// `io.jsonwebtoken:jjwt-api:0.11.5`.
pub(in super::super) fn is_artifact(text: &[u8], start: usize, end: usize) -> bool {
    let lower = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(byte);
    let Some(group) = text.get(start.saturating_sub(BACK)..start).and_then(|before| before.strip_suffix(b":")) else {
        return false;
    };
    let length = group.iter().rev().take_while(|byte| lower(byte) || **byte == b':').count();
    let dot = group.iter().skip(group.len() - length).position(|byte| *byte == b'.');
    let value = text.get(start..end).unwrap_or_default();
    let mut parts = value.split(|byte| *byte == b':');
    let named =
        parts.next().is_some_and(|name| name.first().is_some_and(u8::is_ascii_lowercase) && name.iter().all(lower));
    let version = |part: &[u8]| matches!(part, [first, .., last] if first.is_ascii_digit() && part.contains(&b'.') && last.is_ascii_alphanumeric());
    // The first of its labels is that of a domain.
    dot.is_some_and(|dot| (2..=4).contains(&dot))
        && named
        && value.split(|byte| b":-".contains(byte)).skip(1).any(version)
}

/// Whether `text[start..end]` is the commit behind the name of a branch or a tag, as `git for-each-ref` lists them.
pub(in super::super) fn is_of_reference(text: &[u8], start: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or_default();
    if value.len() != 40 || !value::shape(value).is_hex(value) {
        return false;
    }
    let before = text.get(start.saturating_sub(BACK)..start).unwrap_or_default();
    let is_gap = |byte: &&u8| b" \t\\".contains(*byte);
    let before = if before.ends_with(b"\\t") { before.get(..before.len() - 2).unwrap_or_default() } else { before };
    let name = before.get(..before.len() - before.iter().rev().take_while(is_gap).count()).unwrap_or_default();
    let length = name.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"/_.-".contains(byte)).count();
    let name = name.get(name.len() - length..).unwrap_or_default();
    ["refs/", "origin/", "remotes/"]
        .iter()
        .any(|lead| memchr::memmem::find(name, lead.as_bytes()).is_some_and(|at| at < 2))
}

/// Whether a value says by its form that it is a name as well: `WEAK_PASSWORD: 'auth/weak-password'` has the words of its own, and
/// `nginx.ingress.kubernetes.io/auth-secret: basic-auth` is called so among the secrets of a cluster. So has the next one of a list.
fn names_it_again(text: &[u8], start: usize, end: usize, place: Value) -> bool {
    let name = text.get(start..end).unwrap_or_default();
    let value = text.get(place.start..place.end).unwrap_or_default();
    // `fields = ("password1", "password2")`
    if place.joint == Joint::Passed {
        return without_number(name).is_some_and(|head| without_number(value) == Some(head));
    }
    if place.joint != Joint::Assigned {
        return false;
    }
    if name.ends_with(b"-secret") {
        let domain = text.get(start.saturating_sub(32)..start).unwrap_or_default();
        let object = |byte: &u8| byte.is_ascii_lowercase() || b"-./".contains(byte);
        return domain.ends_with(b"kubernetes.io/") && value.iter().all(object);
    }
    let separate = |byte: &u8| b"./_-:".contains(byte);
    let plain = place.quoted && value.iter().all(|byte| byte.is_ascii_alphabetic() || separate(byte));
    if !plain || !assign::is_constant(name) || !value.iter().any(separate) {
        return false;
    }
    let name: Vec<u8> = name.iter().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase).collect();
    let own: Vec<u8> = value.iter().filter(|byte| !separate(byte)).map(u8::to_ascii_lowercase).collect();
    own.ends_with(&name)
}

fn without_number(word: &[u8]) -> Option<&[u8]> {
    word.split_last().filter(|(last, _)| last.is_ascii_digit()).map(|(_, head)| head)
}

/// The start of the name whose last word holds the byte before `end`.
pub(in super::super) fn name_start(text: &[u8], end: usize) -> usize {
    let from = end.saturating_sub(64);
    let before = text.get(from..end).unwrap_or_default();
    let length = NAME.at_end(before);
    let mut start = end - length;
    if start > 0 && byte_at(text, start - 1) == b'\\' && start < end {
        start += 1;
    }
    start
}

/// Whether nothing but a mark of a difference, or the number that a listing gives a line, stands before the word at `start`.
fn begins_behind_margin(text: &[u8], start: usize, before: u8) -> bool {
    let last = || start.checked_sub(2).map_or(b'\n', |at| byte_at(text, at));
    match before {
        b'+' | b'-' => last() == b'\n' || last() == b'n' && byte_at(text, start.wrapping_sub(3)) == b'\\',
        b':' => last().is_ascii_digit(),
        0x92 => text.get(..start).is_some_and(|head| head.ends_with("\u{2192}".as_bytes())),
        _ => false,
    }
}

/// What the name `text[start..end]` announces with the word before it: `the deploy key`.
pub(in super::super) fn of_two_words(text: &[u8], start: usize, end: usize) -> Option<Key> {
    let blank = start.checked_sub(1).filter(|at| byte_at(text, *at) == b' ')?;
    let first = name_start(text, blank);
    keys::classify(text.get(first..end)?).filter(|_| first < blank)
}

/// What the name announces with the word before it, where that says more: `the deploy key`, `the radius secret`, which is a password.
pub(in super::super) fn with_word_before(text: &[u8], start: usize, end: usize, key: Key) -> Option<Key> {
    let both = || of_two_words(text, start, end);
    match key {
        Key::Hint => both(),
        Key::Secret => both().filter(|both| *both == Key::Password),
        Key::Password | Key::Access | Key::PasswordOf | Key::SecretOf => None,
    }
}

/// One word and no more stands between `at` and the line's end, as far as the escapes tell.
fn is_last_word(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 64)).unwrap_or_default();
    let word = rest.iter().take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'\\' && **byte != b'"').count();
    matches!(rest.get(word), None | Some(b'\n' | b'\r' | b'\\')) || assign::ends_string(rest, word)
}

/// A name with a capital at `start` and one word that asks or tells what was done make up a literal, as pages show it: `"Passwort
/// vergessen?"`, `\"Password changed!\"`.
fn is_phrase(text: &[u8], start: usize, at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 64)).unwrap_or_default();
    let length = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || !byte.is_ascii()).count();
    let (word, rest) = rest.split_at(length);
    let asks = rest.starts_with(b"?");
    let rest = rest.strip_prefix(b"?").or_else(|| rest.strip_prefix(b"!")).unwrap_or(rest);
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    let opens = matches!(text.get(..=start), Some([.., b'"', capital]) if capital.is_ascii_uppercase());
    opens && (asks || word.ends_with(b"ed")) && rest.get(slashes) == Some(&b'"')
}

/// What stands before the last part of a word that hyphens join: `palavra-passe`, `Datenbank-Passwort`.
fn is_joined_word(head: &[u8]) -> bool {
    const SMALL: [&[u8]; 2] = [b"palavra-", b"mot-de-"];
    let capital = head.first().is_some_and(u8::is_ascii_uppercase);
    (capital || SMALL.contains(&head)) && head.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
}

/// A type may stand between a name and its sign: `var token string = …`, `token CONSTANT VARCHAR2(64) := …`.
fn followed_by_equals(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 32)).unwrap_or_default();
    let constant = rest.strip_prefix(b"CONSTANT ").or_else(|| rest.strip_prefix(b"constant "));
    let rest = constant.unwrap_or(rest.get(..rest.len().min(20)).unwrap_or_default());
    let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_*&[]()".contains(byte)).count();
    matches!(rest.get(word..word + 2), Some(b" =" | b"  " | b" :"))
}
