//! Whether a command may have a password at all, by the bytes as they stand: cheap, and sure only when it says no.

use std::sync::LazyLock;

use crate::detect::reading::window;

use super::row::Place;
use super::starts::{OneOf, Starts};
use super::table::{self, Command};
use super::{ECHO_MAX, LINE_MAX, NEAR_MAX, SENTENCE_MAX, asked, behind, blocks, is_echo, listed, near, printed};

/// What names the command which tells a password, a flag or a setting, and how far before it that may stand.
const FEEDERS: [&[u8]; 2] = [b"password-command", b"assCmd"];
const FEEDER_MAX: usize = 24;

/// Bytes of a line with its escapes that are looked at.
const RAW_MAX: usize = 2 * LINE_MAX + 64;

/// Whether the command at `at` of a text with escapes may have a password: a test of the bytes as they stand, before escapes
/// are removed. Most names of commands are common words.
pub(in crate::detect) fn may_have_password(text: &[u8], at: usize) -> bool {
    static TAKERS: LazyLock<OneOf> = LazyLock::new(|| OneOf::new(near::TAKERS));
    static HOLDERS: LazyLock<OneOf> = LazyLock::new(|| OneOf::new(near::HOLDERS));
    static KEPT: LazyLock<OneOf> = LazyLock::new(|| OneOf::new(near::KEPT));
    static NAMED: LazyLock<OneOf> = LazyLock::new(|| OneOf::new(near::NAMED_FORMATS));
    static BESIDE: LazyLock<Starts<()>> =
        LazyLock::new(|| Starts::new(behind::NAMES.iter().chain(listed::NAMES).map(|name| (*name, ()))));
    let line = text.get(at..text.len().min(at + RAW_MAX)).unwrap_or_default();
    if line.starts_with(b"data") || line.starts_with(b"stringData") {
        return blocks::may_start(text, at);
    }
    if is_echo(line) {
        let line = line.get(..line.len().min(ECHO_MAX)).unwrap_or_default();
        let before = text.get(at.saturating_sub(FEEDER_MAX)..at).unwrap_or_default();
        let fed =
            before.ends_with(b"<(") || FEEDERS.iter().any(|feeder| memchr::memmem::find(before, feeder).is_some());
        let written = || line.contains(&b'>') || memchr::memmem::find(line, b"| tee ").is_some();
        return fed
            || line.contains(&b'$')
            || NAMED.stands_in(line)
            || TAKERS.stands_in(line)
            || HOLDERS.stands_in(line)
            || KEPT.stands_in(line) && written();
    }
    if line.starts_with(b"http:") || line.starts_with(b"https") && line.get(5) != Some(&b' ') {
        return false;
    }
    if line.starts_with(b"httpBasic") {
        return true;
    }
    if line.starts_with(b"http") && !line.starts_with(b"http_auth") || line.starts_with(b"curl") {
        return may_have_flag(text, at, line);
    }
    line.starts_with(b"chpasswd")
        || asked::may_ask(text, at)
        || BESIDE.of(line).next().is_some()
        || table::rows(line).any(|command| may_be_of_row(text, at, line, command))
        || printed::is_printer(line) && printed::may_print(first_line(line)).is_some()
        || holds_odd_escape(line)
}

/// Whether `line`, which stands at `at`, has a flag that may introduce an account and its password.
fn may_have_flag(text: &[u8], at: usize, line: &[u8]) -> bool {
    memchr::memchr_iter(b'-', line).any(|dash| {
        let flags = line.get(dash + 1..dash + 5).unwrap_or_default();
        let bundled = flags.windows(2).any(|two| matches!(two, [b'u', b' ' | b'"' | b'\'']));
        let flag = bundled || matches!(flags.first(), Some(b'u' | b'U' | b'a' | b'-' | b'\\' | 0x1b));
        flag && window::byte_before(text, at + dash).is_none_or(|before| !before.is_ascii_alphanumeric())
    }) || hides_dash(line)
}

/// Whether what a row asks for may stand near its name at `at`, as far as no odd escape hides it.
fn may_be_of_row(text: &[u8], at: usize, line: &[u8], command: &Command) -> bool {
    let row = command.row;
    let after = line.get(row.name.len()..).unwrap_or_default();
    let placed = match row.place {
        // Words of which most texts are full: without digits nothing near them is striking.
        Place::Sentence => {
            let near = after.get(..after.len().min(SENTENCE_MAX + 32)).unwrap_or_default();
            near.iter().filter(|byte| byte.is_ascii_digit()).nth(1).is_some()
        }
        Place::Login => match after {
            [b'@' | b':' | b'/' | b'\\' | 0x1b, ..] => true,
            [b' ', rest @ ..] => {
                let arrow = matches!(rest, [b'-' | b'=', b'>', ..] | [0xe2, 0x86, 0x92, ..]);
                arrow || rest.iter().take(2).any(|byte| b":/\\\x1b".contains(byte))
            }
            _ => false,
        },
        Place::Argument(_) => row.name.ends_with(['(', '[', '{']) || matches!(after, [b'(' | b'[' | b'\\' | 0x1b, ..]),
        Place::Flags
        | Place::Statement
        | Place::Word(_)
        | Place::Token(_)
        | Place::Between(..)
        | Place::Pair(_)
        | Place::Set
        | Place::Replaced
        | Place::Here
        | Place::Bare
        | Place::Last
        | Place::Written
        | Place::Behind(_) => true,
    };
    let near = || text.get(at.saturating_sub(2 * NEAR_MAX)..text.len().min(at + 2 * NEAR_MAX)).unwrap_or_default();
    placed && command.needs.stands_in(line) && command.near.stands_in(near())
}

/// Whether an escape stands near the start of `line` that may be any sign: words are not told from the bytes as they stand then.
/// Those of line ends and quotes part no word.
fn holds_odd_escape(line: &[u8]) -> bool {
    let line = line.get(..line.len().min(SENTENCE_MAX)).unwrap_or_default();
    let odd = |at: usize| line.get(at + 1).is_some_and(|next| b"ux0e/".contains(next));
    memchr::memchr(0x1b, line).is_some() || memchr::memchr_iter(b'\\', line).any(odd)
}

/// What stands before the first line end, which may be an escape.
fn first_line(text: &[u8]) -> &[u8] {
    let escape = memchr::memmem::find(text, b"\\n").unwrap_or(text.len());
    let end = memchr::memchr(b'\n', text).map_or(escape, |end| end.min(escape));
    let line = text.get(..end).unwrap_or_default();
    // Of an escape within an escape the first signs are left.
    line.get(..line.len() - line.iter().rev().take_while(|byte| **byte == b'\\').count()).unwrap_or_default()
}

/// Whether a dash may be written as an escape.
fn hides_dash(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"2d").is_some() || memchr::memmem::find(line, b"2D").is_some()
}
