//! The part of a search that looks at values which are broken: into literals in a row, over the end of a line that a backslash
//! continues, or at the column at which mail and `fold` break lines; and at tokens of which the end is missing.
//!
//! Only where a rule's literal stands and a break follows close behind; what the break leaves out is replaced with the value.

use std::sync::LazyLock;

use super::folded::begins_with_word;
use super::views;
use super::window::Window;
use crate::detect::RuleId;
use crate::detect::judge::{generic, public, random, value};
use crate::detect::rule::Class;
use crate::detect::search::{Search, byte_at};
use crate::detect::sets::byteset::ByteSet;
use crate::detect::sets::lexicon::List;
use crate::detect::sets::literals::Literal;

/// A piece of a value before a break is no longer.
const PIECE_MAX: usize = 256;
/// What is left of a token that was cut off is no shorter, without what it begins with.
const CUT_MIN: usize = 8;
/// The same where other names begin like it.
const RANDOM_MIN: usize = 20;
/// The same where it has no digit.
const CUT_LETTERS_MIN: usize = 12;
/// The same of the last part of an address.
const PART_MIN: usize = 6;
/// A literal of so many letters that reads like a word is one, and no beginning of tokens.
const WORD_MIN: usize = 8;
/// Blanks between the end of what was cut and that of its line, and backslashes of a line end in strings in strings.
const BLANKS_MAX: usize = 2;
const SLASHES_MAX: usize = 16;
/// As much of data before a place is looked at.
const DATA_MAX: usize = 64;
/// A value has no more pieces.
const PIECES_MAX: usize = 64;
/// As much behind the longest match is put together, for what must not follow it.
const AFTER: usize = 32;
/// As much before a value is kept for the rule's context.
const BEFORE: usize = 96;
/// Columns at which tools break lines.
pub(in crate::detect) const WIDTHS: &[usize] = &[60, 64, 65, 70, 72, 75, 76, 77, 78, 79, 80, 100, 120];

static TOKEN: ByteSet = ByteSet::alphanumeric_and(b"_-.+/=~%:");
static BLANKS: ByteSet = ByteSet::of(b" \t");

impl Search<'_> {
    /// The rule has a literal at the word at `word` and does not match: a token may have been cut off there.
    pub(in crate::detect) fn cut_token(&mut self, index: u16, literal: &Literal, word: usize) {
        let rule = self.parts.rules.set.rules().get(usize::from(index));
        if rule.is_some_and(|rule| rule.class == Class::Secret && rule.back.is_none())
            && let length = self.token_length(word)
            && let Some(end) = cut_off(self.text, word, length, literal)
        {
            self.report_rule(RuleId(index), word - literal.before, over_gap(self.text, end));
        }
    }

    /// The rule has a literal at the word at `word`, and does not match there or not all that belongs to the value.
    pub(in crate::detect) fn broken_value(&mut self, index: u16, literal: &Literal, word: usize) {
        let Some(rule) = self.parts.rules.set.rules().get(usize::from(index)).filter(|rule| rule.back.is_none()) else {
            return;
        };
        let text = self.text;
        let length = self.token_length(word);
        if length < literal.bytes.len() - literal.before || !b"\"'`\\\n\r".contains(&byte_at(text, word + length)) {
            return;
        }
        // A line among lines of data is no value of its own.
        if random::follows_data(text, word) {
            return;
        }
        self.open(word, rule.window.max(PIECE_MAX));
        self.work += 1;
        let start = self.window.place(word).saturating_sub(literal.before);
        let Some(whole) = unbroken(&self.window, text, start, rule.longest() + AFTER) else { return };
        self.work += whole.bytes.len() as u64;
        let Some(hit) = rule.find_at(&whole.bytes, whole.start) else { return };
        let place = |at: usize| whole.places.get(at).map(|place| self.window.offset(*place));
        let last = hit.secret.end.checked_sub(1).and_then(|at| whole.places.get(at));
        if let (Some(from), Some(last)) = (place(hit.secret.start), last) {
            let to = self.window.offset(last + 1);
            self.report_rule(RuleId(index), from, to);
        }
    }

    /// Bytes of the token that the word at `word` begins or goes on, as far as a piece reaches. Many words of one token ask.
    fn token_length(&mut self, word: usize) -> usize {
        if !self.token.contains(&word) {
            let rest = self.text.get(word..).unwrap_or_default();
            self.token = word..word + TOKEN.at_start(rest);
        }
        (self.token.end - word).min(PIECE_MAX)
    }
}

/// The end of what goes on behind the dots that stand for the middle of a token; the end itself where nothing does.
pub(in crate::detect) fn over_gap(text: &[u8], end: usize) -> usize {
    let rest = text.get(end..text.len().min(end + PIECE_MAX)).unwrap_or_default();
    let dots = rest.iter().take(6).take_while(|byte| **byte == b'.').count();
    let gap = if rest.starts_with("\u{2026}".as_bytes()) { 3 } else { dots };
    let length = rest.get(gap..).unwrap_or_default().iter().take_while(|byte| is_name(**byte)).count();
    let mixed = rest.get(gap..gap + length).is_some_and(|part| value::shape(part).is_mixed());
    if gap >= 3 && length >= PART_MIN && mixed { end + gap + length } else { end }
}

/// Whether a token may have been cut off where it ends: the text or the line ends there, or dots follow.
fn may_be_cut(rest: &[u8]) -> bool {
    let rest = rest.get(rest.iter().take(BLANKS_MAX).take_while(|byte| **byte == b' ').count()..).unwrap_or_default();
    let slashes = rest.iter().take(SLASHES_MAX).take_while(|byte| **byte == b'\\').count();
    match rest.get(slashes..) {
        None | Some([]) => true,
        Some([b'\n' | b'\r' | 0xe2, ..]) => slashes == 0,
        Some([b'n' | b'r', ..] | [b'u', b'2', b'0', b'2', b'6', ..]) => slashes > 0,
        Some(_) => false,
    }
}

/// The address of a service whose paths are secrets, up to where it was cut off: enough of the last part has to be left.
fn cut_address(text: &[u8], word: usize, literal: &Literal) -> Option<usize> {
    let host = literal.bytes.get(literal.before..)?;
    let piece = text.get(word..text.len().min(word + PIECE_MAX))?;
    let length = piece.iter().take_while(|byte| is_token(**byte) || b"@?&".contains(byte)).count();
    let dots = piece.get(..length)?.iter().rev().take_while(|byte| **byte == b'.').count();
    let path = piece.get(host.len()..length - dots)?;
    let last = path.rsplit(|byte| b"/=?&:@".contains(byte)).next()?;
    let shape = value::shape(last);
    let random = shape.length >= PART_MIN && is_random_piece(last, shape);
    let cut = dots >= 2 || may_be_cut(text.get(word + length..)?);
    (cut && random && last.iter().all(|byte| is_name(*byte)) && !value::is_placeholder(path))
        .then_some(word + length - dots)
}

/// Whether random Base64 stands before the place and a sign of it joins both.
fn is_rest_of_data(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(DATA_MAX)..at).unwrap_or_default();
    let joins = before.last().copied().unwrap_or_default();
    if !b"+/".contains(&joins) {
        return false;
    }
    let is_data = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    let length = before.iter().rev().take_while(is_data).count();
    // Paths have slashes as well.
    joins == b'+' && length > RANDOM_MIN
        || generic::is_random(before.get(before.len() - length..).unwrap_or_default(), RANDOM_MIN)
}

/// Whether a short part of a token was made by a machine.
fn is_random_piece(text: &[u8], shape: value::Shape) -> bool {
    let mixed = shape.digit >= 2 && (shape.letters() >= 2 || shape.digit >= 16) && value::pieces(text) >= 4;
    let cased = shape.digit >= 1 && shape.upper >= 2 && shape.lower != 1 && value::pieces(text) >= 3;
    // Letters alone: names have few capitals, and those few begin words.
    let shuffled =
        shape.length >= CUT_LETTERS_MIN && shape.upper * 3 >= shape.length && shape.lower * 3 >= shape.length;
    (mixed || cased || shuffled)
        && shape.letters() + shape.digit + 4 >= shape.length
        && value::entropy(text) >= 2.5
        && !value::is_wordlike(text)
}

/// Where a token ends that begins like those of a rule and was cut off: what is left has to be random, the more so when other
/// names begin with the same words.
fn cut_off(text: &[u8], word: usize, length: usize, literal: &Literal) -> Option<usize> {
    static COMMON: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "api sdk key live test pat token secret access client app dev prod sk pk rk re st fc fw pa md as ak fp ops org pub sess \
             session file config http https web hook hooks com io net bot auth user service services admin release alpha beta run",
        )
    });
    // Within a longer name the same letters are chance; that of an escape is none of a name.
    let within = |at: usize| is_name(byte_at(text, at)) && byte_at(text, at.wrapping_sub(1)) != b'\\';
    if word.checked_sub(1 + literal.before).is_some_and(within) {
        return None;
    }
    let name = literal.bytes.get(literal.before..)?;
    if name.ends_with(b"/") && name.contains(&b'.') {
        return cut_address(text, word, literal);
    }
    // `AuthorizationV1beta1Api`: a long word leads to its rule, and begins names.
    let plain = name.iter().all(u8::is_ascii_alphanumeric);
    if plain && name.len() >= WORD_MIN && value::is_wordlike(name) {
        return None;
    }
    // A line among lines of data was not cut, nor was the rest of one.
    if plain && (random::follows_data(text, word) || is_rest_of_data(text, word)) {
        return None;
    }
    let token = text.get(word..word + length)?;
    let dots = token.iter().rev().take_while(|byte| **byte == b'.').count();
    if length < name.len() + CUT_MIN || dots < 3 && !may_be_cut(text.get(word + length..)?) {
        return None;
    }
    // A text that is nothing else was not cut.
    if word == literal.before && word + length == text.len() && dots < 3 {
        return None;
    }
    let end = word + length - dots;
    let tail = text.get(word + name.len()..end).filter(|tail| tail.len() >= CUT_MIN)?;
    // `uprv_aestrncpy_78`: no token of letters and digits alone goes on with such a sign.
    let named = plain && tail.starts_with(b"_") && !generic::is_random(tail, RANDOM_MIN);
    if generic::is_id(token)
        || generic::begins_public_key(token)
        || public::is_public_id(token)
        || public::is_site_key(token)
        || named
        || name.iter().any(|byte| b" :=\"'<>{}()/".contains(byte))
        || !tail.iter().all(|byte| is_name(*byte))
    {
        return None;
    }
    let distinct =
        name.len() >= 4 && name.split(|byte| b"-_.".contains(byte)).any(|it| !it.is_empty() && !COMMON.holds(it));
    let shape = value::shape(tail);
    let random = is_random_piece(tail, shape) && value::entropy(tail) >= 2.75;
    let signed = name.last().is_some_and(|last| b"-_".contains(last));
    let long = || generic::is_random(tail, RANDOM_MIN) || shape.digit == 0 && tail.len() >= CUT_LETTERS_MIN && random;
    ((distinct && random || signed && long()) && !value::is_placeholder(tail)).then_some(end)
}

/// A text without its breaks.
struct Unbroken {
    bytes: Vec<u8>,
    /// Where in the window each byte stands.
    places: Vec<usize>,
    /// Where the value starts.
    start: usize,
}

/// The value at `start` of the window with what stands before it; `None` when there is no break in it.
fn unbroken(window: &Window, raw: &[u8], start: usize, most: usize) -> Option<Unbroken> {
    let text = window.bytes();
    let piece = |at: usize| text.get(at..).map(|rest| TOKEN.at_start(rest.get(..PIECE_MAX).unwrap_or(rest)));
    let mut at = start + piece(start)?;
    let mut next = after_break(window, raw, at)?;
    let from = start.saturating_sub(BEFORE);
    let mut whole = Unbroken { bytes: text.get(from..at)?.to_vec(), places: (from..at).collect(), start: start - from };
    for _ in 0..PIECES_MAX {
        let length = piece(next)?;
        at = next + length;
        whole.bytes.extend_from_slice(text.get(next..at)?);
        whole.places.extend(next..at);
        match after_break(window, raw, at).filter(|_| length > 0 && whole.bytes.len() < whole.start + most) {
            Some(further) => next = further,
            None => break,
        }
    }
    // What ends the value is for the rule to see as well.
    whole.bytes.extend(text.get(at..at + 1)?);
    whole.places.push(at);
    Some(whole)
}

/// Where the value goes on after a break that stands at `at`.
fn after_break(window: &Window, raw: &[u8], at: usize) -> Option<usize> {
    let text = window.bytes();
    match text.get(at)? {
        b'\n' | b'\r' => {
            let next = views::after_gutter(text, after_line_end(text, at));
            let goes_on = is_continued(window, raw, at) || is_folded(text, at) && !begins_with_word(text, next);
            let other = public::begins_listing(text, next);
            (goes_on && text.get(next).copied().is_some_and(is_token) && !other).then_some(next)
        }
        b'\\' if matches!(text.get(at + 1), Some(b'\n' | b'\r')) => {
            Some(views::after_gutter(text, after_line_end(text, at + 1)))
        }
        b'"' | b'\'' | b'`' => after_literal(text, at),
        _ => None,
    }
}

/// Where the content of the next literal starts, when the one that is closed at `close` goes on in it.
fn after_literal(text: &[u8], close: usize) -> Option<usize> {
    const JOINERS: &[&[u8]] = &[b"++", b"..", b"<>", b"||", b"+", b".", b"&", b"~", b"\\"];
    let quote = text.get(close)?;
    let mut at = blanks(text, close + 1);
    let rest = text.get(at..)?;
    at += JOINERS.iter().find(|sign| rest.starts_with(sign)).map_or(0, |sign| sign.len());
    at = blanks(text, at);
    if at == close + 1 {
        return None;
    }
    let prefix = text.get(at..)?.iter().take(2).take_while(|byte| b"fbruL@$".contains(byte)).count();
    (text.get(at + prefix) == Some(quote)).then_some(at + prefix + 1)
}

/// The end of blanks and line ends, with what listings put before lines.
fn blanks(text: &[u8], mut at: usize) -> usize {
    for _ in 0..4 {
        at += BLANKS.at_start(text.get(at..text.len().min(at + 48)).unwrap_or_default());
        if !matches!(text.get(at), Some(b'\n' | b'\r')) {
            break;
        }
        at = views::after_gutter(text, after_line_end(text, at));
    }
    at
}

/// The end of one line end; a carriage return that is written as an escape reads as a line end of its own.
fn after_line_end(text: &[u8], at: usize) -> usize {
    let length = match text.get(at..) {
        Some([b'\r', b'\n' | b'\r', ..]) => 2,
        Some([b'\r' | b'\n', ..]) => 1,
        _ => 0,
    };
    at + length
}

/// Whether a backslash stands before the line end: each layer of strings doubles the backslashes of what it holds.
fn is_continued(window: &Window, raw: &[u8], at: usize) -> bool {
    let slashes = usize::from(window.depth(at));
    match raw.get(window.offset(at) + slashes) {
        Some(b'\n' | b'\r') => slashes == 1,
        Some(_) => slashes > 0 && slashes.is_multiple_of(3),
        None => false,
    }
}

/// Whether the line that ends at `at` is as long as tools make lines that they break.
fn is_folded(text: &[u8], at: usize) -> bool {
    let near = text.get(at.saturating_sub(144)..at).unwrap_or_default();
    let line = near.iter().rposition(|byte| *byte == b'\n').map_or(at - near.len(), |back| at - near.len() + back + 1);
    let bare = views::after_gutter(text, line).min(at);
    WIDTHS.contains(&(at - line)) || WIDTHS.contains(&(at - bare))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-".contains(&byte)
}

pub(in crate::detect) fn is_token(byte: u8) -> bool {
    TOKEN.holds(byte)
}
/// Where a value ends that a narrow terminal broke at the end of its line: the next line begins with what no word is, and no line near it
/// is longer than the broken one.
pub(in crate::detect) fn wrapped(text: &[u8], start: usize, end: usize) -> Option<usize> {
    const WIDTH_MIN: usize = 36;
    const NEAR: usize = 200;
    const PIECE_MIN: usize = 8;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+/=".contains(byte);
    let rest = text.get(end..text.len().min(end + NEAR))?.strip_prefix(b"\n")?;
    let piece = rest.get(..rest.iter().take_while(|byte| is_part(byte)).count())?;
    let near = text.get(start.saturating_sub(NEAR)..end)?;
    let mut lines = near.rsplit(|byte| *byte == b'\n');
    let width = lines.next()?.len();
    let random = generic::is_machine_made(piece)
        || value::shape(piece).is_mixed() && value::pieces(piece) * 3 >= piece.len() && !value::is_wordlike(piece);
    let ends = matches!(rest.get(piece.len()), None | Some(b'\n' | b'"' | b'\'' | b',' | b' '));
    let longest = lines.chain(rest.split(|byte| *byte == b'\n')).map(<[u8]>::len).max().unwrap_or(0);
    let own = || is_digest_below(text.get(start..end).unwrap_or_default(), piece);
    (width >= WIDTH_MIN && piece.len() >= PIECE_MIN && random && ends && longest <= width && !own())
        .then_some(end + 1 + piece.len())
}

/// Whether the line below a value begins with a commit, a digest or an id of its own: no token of many letters goes on with those of hex
/// alone, and one of hex is as long as both are together.
fn is_digest_below(value: &[u8], piece: &[u8]) -> bool {
    const LENGTHS: [usize; 6] = [32, 40, 48, 64, 96, 128];
    let is_hex = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    is_hex(piece)
        && (!is_hex(value) || LENGTHS.contains(&value.len()) || !LENGTHS.contains(&(value.len() + piece.len())))
}
