//! What the line that a name stands in says about the value: a flag, a setting, a call that sets something.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::member::VALUE_TAGS;
use super::{Joint, Value, blank, until};
use crate::detect::judge::value;
use crate::detect::reading::views;

/// As much of a line before a name is looked at.
const LINE_MAX: usize = 96;

/// Signs that listings put before a line.
const LISTED: &[u8] = b" \t|+>";
/// Signs of listings, differences, comments and quotations.
pub(super) const MARKS: &[u8] = b" \t|+->#/:;*";

/// The line before `at`, its origin, number and indentation and these marks left out. A string of JSON begins a line.
pub(super) fn before<'a>(text: &'a [u8], at: usize, marks: &[u8]) -> &'a [u8] {
    let part = text.get(at.saturating_sub(LINE_MAX)..at).unwrap_or_default();
    let line = part.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.get(begin_of_string(line)..).unwrap_or_default();
    let line = line.get(origin(line)..).unwrap_or_default();
    let is_mark = |byte: &u8| byte.is_ascii_digit() || marks.contains(byte) || !byte.is_ascii();
    let marks = line.iter().take_while(|byte| is_mark(byte)).count();
    // A dash right before the name makes it a flag.
    let flag = line.get(..marks).unwrap_or_default().iter().rev().take_while(|byte| **byte == b'-').count();
    line.get(marks - if marks == line.len() { flag } else { 0 }..).unwrap_or_default()
}

/// The length of what says where or when the line is from: `src/a.py:12:` of a search, `api-1  | ` of containers' logs.
fn origin(line: &[u8]) -> usize {
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let rest = line.get(name..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
    let container = name > 0 && blanks > 0 && rest.get(blanks..).is_some_and(|rest| rest.starts_with(b"| "));
    match views::grepped(line) {
        _ if container => name + blanks + 2,
        0 => listed(line),
        grepped => grepped,
    }
}

/// The length of the number, the file or the time that a search or a log puts before a line: `12:`, `/etc/a.conf:`,
/// `2024-05-02T10:11:12.123Z `.
fn listed(line: &[u8]) -> usize {
    const STAMP_MIN: usize = 8;
    let count = |is_part: fn(&u8) -> bool| line.iter().take_while(|byte| is_part(byte)).count();
    let next = |at: usize| line.get(at).copied().unwrap_or(b' ');
    let digits = count(u8::is_ascii_digit);
    if digits > 0 {
        let stamp = count(|byte| byte.is_ascii_digit() || b"-:.,TZ+".contains(byte));
        let timed = stamp >= STAMP_MIN && line.get(stamp) == Some(&b' ');
        let numbered = next(digits) == b':' && !next(digits + 1).is_ascii_digit();
        return if timed { stamp + 1 } else { usize::from(numbered) * (digits + 1) };
    }
    if line.first() == Some(&b'<') {
        return opened(line);
    }
    let path = count(|byte| byte.is_ascii_alphanumeric() || b"_-./~+@".contains(byte));
    let named = line.get(..path).is_some_and(|path| path.iter().any(|byte| b"/.".contains(byte)));
    if named && next(path) == b':' && next(path + 1) != b'/' { path + 1 } else { 0 }
}

/// The length of the tags without attributes that begin a line: `<pre><code>`.
fn opened(line: &[u8]) -> usize {
    const TAGS_MAX: usize = 3;
    (0..TAGS_MAX).fold(0, |at, _| {
        let tag = line.get(at..).and_then(|rest| rest.strip_prefix(b"<")).unwrap_or_default();
        let name = tag.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
        if name > 0 && tag.get(name) == Some(&b'>') { at + name + 2 } else { at }
    })
}

/// Where the string begins that is open at the end of `line`; 0 where none is.
fn begin_of_string(line: &[u8]) -> usize {
    let open = memchr::memrchr2(b'"', b'\'', line).filter(|quote| {
        let before = line.get(..*quote).unwrap_or_default().trim_ascii_end();
        before.last().is_none_or(|byte| b":,[(".contains(byte))
    });
    open.map_or(0, |quote| quote + 1)
}

/// Whether a string in data ends at `at`.
pub(in crate::detect) fn ends_string(text: &[u8], at: usize) -> bool {
    if !matches!(text.get(at), Some(b'"' | b'\'')) {
        return false;
    }
    let rest = text.get(at + 1..).unwrap_or_default();
    let blanks = rest.iter().take(8).take_while(|byte| b" \t\r\n".contains(byte)).count();
    rest.get(blanks).is_none_or(|byte| b",})]".contains(byte))
}

/// A line without what stands behind the end of the string that holds it: `sesame", "exit": 0}`.
pub(in crate::detect) fn within_string(line: &[u8]) -> &[u8] {
    let end = memchr::memchr_iter(b'"', line).find(|quote| ends_string(line, *quote));
    end.and_then(|end| line.get(..end)).unwrap_or(line)
}

/// Whether the name is that of an element whose tag ends before `after`.
pub(super) fn is_element(text: &[u8], start: usize, after: usize) -> bool {
    let opened = |text: &[u8]| VALUE_TAGS.iter().any(|tag| text.ends_with(tag.as_bytes()));
    if text.get(..after).is_some_and(opened) {
        return true;
    }
    let before = text.get(start.saturating_sub(48)..start).unwrap_or_default();
    before.iter().rev().find(|byte| !(byte.is_ascii_alphanumeric() || b"_-.:".contains(byte))) == Some(&b'<')
}

/// Whether the name is the value of an attribute that names its element: `<property name="token">`, `<string name="token">`.
pub(super) fn is_attribute(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(LINE_MAX)..start).unwrap_or_default();
    let Some((quote, before)) = before.split_last() else { return false };
    let named =
        ["name=", "key=", "id=", "class=", "Name=", "Key="].iter().any(|word| before.ends_with(word.as_bytes()));
    let open = before.iter().rposition(|byte| b"<>".contains(byte)).and_then(|at| before.get(at));
    b"\"'".contains(quote) && named && open == Some(&b'<')
}

/// Whether nothing but marks of listings stands before the name in its line.
pub(super) fn begins_line(text: &[u8], start: usize) -> bool {
    before(text, start, MARKS).trim_ascii().is_empty()
}

/// The value that fills the line after that of its name, deeper indented: only one that no nested key and no sentence can be.
pub(super) fn alone_on_next(text: &[u8], start: usize, after: usize, at: usize) -> Option<Value> {
    let gap = text.get(after..at)?;
    let indent = gap.iter().rev().take_while(|byte| b" \t".contains(byte)).count();
    let lines = gap.iter().filter(|byte| **byte == b'\n').count();
    let own = text.get(start.saturating_sub(LINE_MAX)..start).unwrap_or_default();
    let own = own.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let own = own.iter().take_while(|byte| b" \t".contains(byte)).count();
    let end = until(text, at, |byte| byte.is_ascii_whitespace() || b"\"'`,;(){}<>".contains(&byte));
    let word = text.get(at..end)?;
    let other = || indent == own && text.get(after.wrapping_sub(1)) == Some(&b'=') && is_assignment(unmarked(word));
    let key = word.last().is_some_and(|byte| b":=".contains(byte)) || other();
    let whole = ends_line(text, end) && !key && !word.is_empty() && lines <= 2;
    (whole && (indent >= own || lines == 2)).then_some(Value {
        start: at,
        end,
        joint: Joint::Said,
        quoted: false,
        literal: false,
    })
}

/// A line without the mark of a difference.
fn unmarked(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"+").or_else(|| line.strip_prefix(b"-")).unwrap_or(line)
}

/// `REDIS_HOST=127.0.0.1`, `spring.jpa.show-sql=true`: a line that sets another name, behind one that is set to nothing. The name is
/// made of words, and what pads Base64 sets nothing.
fn is_assignment(line: &[u8]) -> bool {
    const NAME_MIN: usize = 3;
    let Some((name, value)) = memchr::memchr(b'=', line).and_then(|sign| line.split_at_checked(sign)) else {
        return false;
    };
    let part = |part: &[u8]| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, number) = part.split_at(letters);
        let tail = word.get(1..).unwrap_or_default();
        let humps = tail.windows(2).filter(|two| two.iter().all(u8::is_ascii_uppercase)).count();
        let cased = word.iter().all(u8::is_ascii_uppercase) || humps == 0;
        letters > 0 && cased && number.len() <= 2 && number.iter().all(u8::is_ascii_digit)
    };
    let joined = name.iter().any(|byte| b"_.-".contains(byte));
    let one_case = name.iter().all(u8::is_ascii_lowercase) || name.iter().all(u8::is_ascii_uppercase);
    name.len() >= NAME_MIN
        && matches!(value, [_, first, ..] if *first != b'=')
        && (joined || one_case)
        && !value::is_jumbled(name)
        && name.split(|byte| b"_.-".contains(byte)).all(part)
}

/// `--token`, `-token`.
pub(super) fn is_flag(text: &[u8], start: usize) -> bool {
    start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'-') || text.get(start) == Some(&b'-')
}

/// Whether the word at `at` is what a flag is given: `--token=x9`, or `--token "x9"`.
pub(in crate::detect) fn is_given_to_flag(text: &[u8], at: usize) -> bool {
    const NAME_MAX: usize = 40;
    let before = text.get(at.saturating_sub(NAME_MAX)..at).unwrap_or_default();
    let quoted = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).and_then(|before| before.strip_suffix(b" "));
    let Some(before) = before.strip_suffix(b"=").or(quoted) else { return false };
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let name = before.iter().rev().take_while(is_name).count();
    let (head, name) = before.split_at(before.len() - name);
    name.starts_with(b"--") && head.last().is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`[(".contains(byte))
}

/// Whether the name and one word at `at` fill a line: `.netrc` and its like, `ENV TOKEN x`, `setenv TOKEN x`.
pub(super) fn is_alone(text: &[u8], start: usize, at: usize) -> bool {
    const SETTERS: &[&[u8]] = &[b"set", b"export"];
    // What no sentence says, so that a log may have them: `Step 3/9 : ENV TOKEN x`.
    const ONLY_SETTERS: &[&[u8]] = &[
        b"ENV",
        b"ARG",
        b"setenv",
        b"SetEnv",
        b"fastcgi_param",
        b"setx",
        b"set -x",
        b"set -gx",
        b"set -Ux",
        b"set -g",
    ];
    let line = before(text, start, LISTED).trim_ascii_end();
    let prompt = line.strip_prefix(b"$ ".as_slice()).unwrap_or_else(|| before(text, start, MARKS).trim_ascii_end());
    // `C:\app> `
    let prompt = memchr::memmem::find(prompt, b"> ").and_then(|at| prompt.get(at + 2..)).unwrap_or(prompt);
    let word = until(text, at, |byte| byte.is_ascii_whitespace());
    // `"requirepass x9"`: both fill a literal.
    let quote = text.get(start.wrapping_sub(1)).filter(|byte| b"\"'`".contains(byte));
    let closed = until(text, at, |byte| byte.is_ascii_whitespace() || Some(&byte) == quote);
    if quote.is_some() && closed > at && text.get(closed) == quote {
        return true;
    }
    let only = || {
        let word = ONLY_SETTERS.iter().find(|word| prompt.ends_with(word));
        let before = word.and_then(|word| prompt.get(..prompt.len() - word.len()));
        before.is_some_and(|before| before.last().is_none_or(|byte| *byte == b' '))
    };
    let alone = line.is_empty()
        || SETTERS.contains(&prompt)
        || only()
        || line.ends_with(b"CONFIG SET")
        || line.ends_with(b"config set")
        || is_store(prompt);
    let login = || {
        let line = before(text, start, MARKS).trim_ascii_end();
        // A search or a log puts the file, the time or the program before the line.
        let marked = line.last().is_some_and(|byte| b":|-\t".contains(byte));
        (line.is_empty() || marked) && follows_login(text, start)
    };
    // `pulumi config set dbPassword x9 --plaintext`
    let flagged = || is_store(prompt) && text.get(word..).is_some_and(|rest| rest.starts_with(b" -"));
    let ends = is_last_word(text, at) || flagged() || line.is_empty() && is_cell(text, start, at, word);
    (alone || login()) && word > at && ends
}

/// `${DB PASSWORD}    x9`, `    Input Text    id:password    x9`: a variable of Robot Framework, or the field that a step fills, and one
/// word behind several blanks that ends the line.
pub(super) fn is_variable(text: &[u8], start: usize, end: usize, at: usize) -> bool {
    const GAP: &[u8] = b"  ";
    const LOCATORS: [&[u8]; 4] = [b"  id:", b"  name:", b"  id=", b"  name="];
    let before = text.get(start.saturating_sub(LINE_MAX)..start).unwrap_or_default();
    let gap = text.get(at.saturating_sub(GAP.len())..at) == Some(GAP);
    if !gap || !is_last_word(text, at) {
        return false;
    }
    if text.get(end) == Some(&b'}') {
        let words = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b" _".contains(byte)).count();
        let head = before.get(..before.len() - words).unwrap_or_default();
        return head.ends_with(b"${") && begins_line(text, start - words - 2);
    }
    LOCATORS.iter().any(|locator| before.ends_with(locator))
}

/// `aws configure set`, `consul kv put app/`, `chamber write app`: a command that keeps what it is given under a name.
fn is_store(command: &[u8]) -> bool {
    const COMMANDS: &[&str] = &[
        "aws configure set",
        "npm config set",
        "yarn config set",
        "pnpm config set",
        "pulumi config set",
        "consul kv put",
        "etcdctl put",
        "chamber write",
        "git config",
        "gcloud config set",
        "vault write",
        "poetry config",
        "dvc remote modify",
        "mc admin config set",
        "netlify env:set",
        "doppler secrets set",
        "dotnet user-secrets set",
    ];
    COMMANDS.iter().any(|name| command.starts_with(name.as_bytes()))
}

/// Whether the name at `start`, in capitals, and the value `text[at..end]` are cells of a listing: several blanks stand on both
/// sides of the value.
fn is_cell(text: &[u8], start: usize, at: usize, end: usize) -> bool {
    let name = text.get(start..at).unwrap_or_default();
    let gap = |at: usize| text.get(at..at + 2) == Some(b"  ");
    name.ends_with(b"  ") && is_constant(name.trim_ascii_end()) && gap(end)
}

/// `DB_PASSWORD`
pub(in crate::detect) fn is_constant(name: &[u8]) -> bool {
    name.contains(&b'_') && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

/// `DB_PASSWORD,x9`, a row of an export: the name, in capitals, and one value fill the line, perhaps in quotes.
pub(super) fn is_export(text: &[u8], start: usize, end: usize) -> bool {
    let begins = start.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|byte| *byte == b'\n');
    let close = || match text.get(end + 1) {
        Some(b'"') => until(text, end + 2, |byte| b"\"\n".contains(&byte)) + 1,
        _ => until(text, end + 1, |byte| byte.is_ascii_whitespace() || b",;\"'`".contains(&byte)),
    };
    begins && text.get(end) == Some(&b',') && text.get(start..end).is_some_and(is_constant) && ends_line(text, close())
}

/// Whether a login stands close before the name, or a word that sets it.
fn follows_login(text: &[u8], start: usize) -> bool {
    const SETTERS: [&str; 10] =
        ["login ", "machine ", "setx ", "ENV ", "ARG ", "fastcgi_param ", "setenv ", "SetEnv ", "set -", "username "];
    static FINDERS: LazyLock<[Finder; SETTERS.len()]> = LazyLock::new(|| SETTERS.map(Finder::new));
    let near = text.get(start.saturating_sub(LINE_MAX + 24)..start).unwrap_or_default();
    FINDERS.iter().any(|word| word.find(near).is_some())
}

/// Whether nothing follows the word at `at` in its line or its string.
pub(super) fn is_last_word(text: &[u8], at: usize) -> bool {
    let word = until(text, at, |byte| byte.is_ascii_whitespace());
    let tag = memchr::memmem::find(text.get(at..word).unwrap_or_default(), b"</");
    let word = tag.map_or(word, |tag| at + tag);
    let quoted = || until(text, at, |byte| byte.is_ascii_whitespace() || b"\"'".contains(&byte));
    ends_line(text, word) || ends_string(text, quoted())
}

/// Whether nothing stands between `at` and the end of its line or its string.
pub(super) fn ends_line(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(rest.iter().take(64).take_while(|byte| b" \t\r".contains(byte)).count()..).unwrap_or_default();
    // The element that the line stands in may be closed there.
    rest.first().is_none_or(|byte| *byte == b'\n') || rest.starts_with(b"</") || ends_string(text, at)
}

/// Whether the literal that starts before `start` is an argument of a call that sets or reads a value with a default:
/// `setProperty("token", …)`, `define('TOKEN', …)`, `os.getenv("TOKEN", …)`.
pub(super) fn is_setter(text: &[u8], start: usize) -> bool {
    const CALLS: &[&str] = &["set", "put", "define", "env", "add", "insert", "store", "with", "header", "append"];
    let before = text.get(start.saturating_sub(40)..start).unwrap_or_default();
    let Some((_, before)) = before.split_last() else { return false };
    let Some(call) = before.trim_ascii_end().strip_suffix(b"(") else { return false };
    let name = call.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let name = call.get(call.len() - name..).unwrap_or_default();
    CALLS.iter().any(|word| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

/// Whether the name is a symbol of Ruby or Elixir that is set: `set :password`, `set(:password`, `config :app, :password`.
pub(super) fn is_setting(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(LINE_MAX)..start).unwrap_or_default();
    let line = || before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let configured = || before.ends_with(b", :") && memchr::memmem::find(line(), b"config :").is_some();
    [b"set :".as_slice(), b"set(:"].iter().any(|sign| before.ends_with(sign)) || configured()
}

/// Whether the name stands in a row of a table, as Markdown and database shells draw it.
pub(super) fn is_row(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(LINE_MAX)..start).unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.get(origin(line)..).unwrap_or_default();
    line.iter().find(|byte| !(byte.is_ascii_digit() || b" \t+->:#*".contains(byte))) == Some(&b'|')
}

/// `{token, "…"}`, as Erlang writes it.
pub(super) fn is_tuple(text: &[u8], start: usize, end: usize, at: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    at == end && (before.ends_with(b"{") || before.ends_with(b"{:"))
}

/// `CREATE ROLE a WITH PASSWORD '…'`: the name is a word of a statement about an account.
pub(super) fn is_statement(text: &[u8], start: usize, end: usize) -> bool {
    let upper = text.get(start..end).is_some_and(|name| name == b"PASSWORD");
    let before = text.get(start.saturating_sub(LINE_MAX)..start).unwrap_or_default();
    upper && [b"USER ".as_slice(), b"ROLE ", b"LOGIN "].iter().any(|word| memchr::memmem::find(before, word).is_some())
}

/// Whether the setting whose name starts at `start` and whose value is `text[at..end]` fills a line by itself.
pub(super) fn fills_line(text: &[u8], start: usize, at: usize, end: usize) -> bool {
    let line = before(text, start, MARKS);
    let setter = matches!(line.trim_ascii(), b"" | b"export" | b"ENV" | b"set" | b"ARG" | b"$ export");
    let value = text.get(at..end).unwrap_or_default();
    // Code, a flow of settings, the body of a form.
    let code = value.iter().any(|byte| b"(){}[]<>".contains(byte))
        || value.windows(2).any(|two| matches!(two, b"&&" | b"||" | b";;"))
        || value.last().is_some_and(|byte| b",;".contains(byte))
        || value.iter().skip(1).any(|byte| *byte == b'=') && value.iter().any(|byte| b"&,;".contains(byte));
    setter && (!code || value::is_drawn(value)) && ends_line(text, end)
}

/// Whether the value without quotes that ends at `end` must be a literal: no variable can stand there, and no sentence.
pub(super) fn says_literal(text: &[u8], start: usize, after: usize, end: usize, joint: Joint) -> bool {
    let sign = after.checked_sub(1).and_then(|at| text.get(at)).copied();
    let tight = joint == Joint::Assigned && sign == Some(b'=') && !text.get(after).is_some_and(u8::is_ascii_whitespace);
    let spaces = text.get(end).is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'&;|".contains(byte));
    let flag = is_flag(text, start) && (tight || joint == Joint::Spaced) && ends_command(text, end);
    let listed = joint == Joint::Spaced && follows_login(text, start);
    (tight && spaces) || flag || listed
}

/// Nothing but flags follows in the command.
fn ends_command(text: &[u8], at: usize) -> bool {
    let next = blank(text, at);
    text.get(next).is_none_or(|byte| b"\n\r-|;&<>\"'`)\\".contains(byte))
        || text.get(at).is_none_or(|byte| *byte != b' ')
}

/// `#define DB_PASSWORD "…"`
pub(super) fn is_defined(text: &[u8], start: usize, end: usize) -> bool {
    text.get(..start).is_some_and(|before| before.ends_with(b"#define "))
        && text.get(start..end).is_some_and(|name| !name.iter().any(u8::is_ascii_lowercase))
}

/// Whether `text[start..end]` is the name of the next attribute, with its sign or before it: `v-model="form.password" :rules="…"`,
/// `types=wpa2-psk wpa2-pre-shared-key="…"`.
pub(super) fn is_next_attribute(text: &[u8], start: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default();
    let spaced = start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b' ');
    let name = match value.strip_suffix(b"=") {
        Some(name) => Some(name).filter(|_| matches!(rest, [b'"' | b'\'', ..])),
        None => Some(value).filter(|_| spaced && matches!(rest, [b'=', b'"' | b'\'', ..])),
    };
    name.is_some_and(|name| name.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-'))
}
