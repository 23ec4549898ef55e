//! Secrets in lists and blocks of which only a name before them tells what they are: the third column of `chap-secrets`, the
//! second literal in pgbouncer's `userlist.txt`, the keys in `wg show all dump`.

use super::{Found, LINE_MAX, kept};
use crate::detect::context::assign::within_string;
use crate::detect::judge::{generic, value};

/// The files, settings and commands that such a list or block belongs to.
pub(super) const NAMES: &[&str] = &[
    "chap-secrets",
    "pap-secrets",
    "userlist.txt",
    "lt-cred-mech",
    "rsyncd.secrets",
    "ntp.keys",
    "chrony.keys",
    "wg show",
    "klist",
    "tacacs server",
    "radius server",
    "Data ==",
];

/// Lines of a list that are looked at.
const LINES_MAX: usize = 24;
/// Bytes before the name in which lines of its block may stand.
const BACK_MAX: usize = 120;
/// A key of WireGuard in Base64.
const KEY_LENGTH: usize = 44;

/// Where a line has its secret.
type Read = fn(&[u8]) -> Option<(usize, usize)>;

/// The secrets in the lines beside the name at `at`, if one of [`NAMES`] stands there.
pub(super) fn secrets(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let rest = text.get(at..text.len().min(at + LINE_MAX)).unwrap_or_default();
    let Some((from, read)) = reader(text, at, rest) else { return found };
    let lines = text.get(from..at + rest.len()).unwrap_or_default().split(|byte| *byte == b'\n').take(LINES_MAX);
    let mut slots = found.iter_mut();
    let mut start = from;
    for line in lines {
        let place = read(line).filter(|(from, to)| line.get(*from..*to).is_some_and(|value| !value.starts_with(b"$")));
        if let Some((from, to)) = place
            && let Some(slot) = slots.next()
        {
            *slot = Some((start + from, start + to));
        }
        start += line.len() + 1;
    }
    found
}

/// Where the lines of the name at `at` begin, and how one is read.
fn reader(text: &[u8], at: usize, rest: &[u8]) -> Option<(usize, Read)> {
    let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let starts = |name: &str| rest.starts_with(name.as_bytes());
    let read: Read = match () {
        () if starts("chap-secrets") || starts("pap-secrets") => of_account,
        () if starts("userlist.txt") => second_literal,
        () if starts("rsyncd.secrets") => of_name,
        () if starts("ntp.keys") || starts("chrony.keys") => of_clock,
        () if starts("wg show") && memchr::memmem::find(rest.get(..line)?, b" dump").is_some() => of_tunnel,
        () if starts("klist") => of_principal,
        () if starts("Data ==") => of_entry,
        () if starts("tacacs server") || starts("radius server") => of_server,
        // The users of a TURN server, before the setting or after it.
        () if starts("lt-cred-mech") => {
            let low = at.saturating_sub(BACK_MAX);
            let from = memchr::memchr(b'\n', text.get(low..at)?).map_or(at, |end| low + end + 1);
            return Some((from, of_user));
        }
        () => return None,
    };
    Some((at + line + 1, read))
}

/// Where the fields of a line stand that blanks part.
fn fields(line: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = 0;
    line.split(u8::is_ascii_whitespace).filter_map(move |field| {
        let start = at;
        at += field.len() + 1;
        (!field.is_empty()).then_some((start, start + field.len()))
    })
}

/// Whether a field is the sign of a quotation or of a difference.
fn is_margin(line: &[u8], (start, end): (usize, usize)) -> bool {
    line.get(start..end).is_some_and(|field| field.iter().all(|byte| b">|+-".contains(byte)))
}

/// `client server secret addresses`, as `pppd` reads them.
fn of_account(line: &[u8]) -> Option<(usize, usize)> {
    let (start, end) = fields(line).filter(|field| !is_margin(line, *field)).nth(2)?;
    let field = line.get(start..end)?;
    let quoted = field.len() > 2 && field.starts_with(b"\"") && field.ends_with(b"\"");
    let (start, end) = if quoted { (start + 1, end - 1) } else { (start, end) };
    let note = line.trim_ascii_start().starts_with(b"#");
    (!note && end - start >= 4 && (quoted || generic::is_given_password(field))).then_some((start, end))
}

/// `"user" "password or its hash"`
fn second_literal(line: &[u8]) -> Option<(usize, usize)> {
    let mut quotes = memchr::memchr_iter(b'"', line);
    let places = [quotes.next()?, quotes.next()?, quotes.next()?, quotes.next()?];
    let [_, close, open, end] = places;
    let parted = line.get(close + 1..open)?.iter().all(u8::is_ascii_whitespace);
    // What the lines are a string of may end behind the last one.
    let alone = parted && line.get(end + 1..)?.trim_ascii_start().first().is_none_or(|byte| b"\"'}])".contains(byte));
    (alone && open > close + 1 && end - open > 4).then_some((open + 1, end))
}

/// `name:password`
fn of_name(line: &[u8]) -> Option<(usize, usize)> {
    let line = within_string(line);
    let end = line.trim_ascii_end().len();
    let start = memchr::memchr(b':', line.get(..end)?)? + 1;
    let name = line.get(..start - 1)?.trim_ascii();
    let named = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"@%._-".contains(byte));
    (named && generic::is_told_password(line.get(start..end)?, false)).then_some((start, end))
}

/// `1 SHA1 …`: the key of a clock, which two ends share.
fn of_clock(line: &[u8]) -> Option<(usize, usize)> {
    let mut fields = fields(line);
    let number = fields.next().and_then(|(from, to)| line.get(from..to))?.iter().all(u8::is_ascii_digit);
    let kind = fields.next().and_then(|(from, to)| line.get(from..to))?;
    let named = [b"MD5".as_slice(), b"SHA", b"AES", b"CMAC", b"M"].iter().any(|name| kind.starts_with(name));
    fields.next().filter(|(from, to)| number && named && to - from >= 4)
}

/// `user=name:password`
fn of_user(line: &[u8]) -> Option<(usize, usize)> {
    let at = memchr::memmem::find(line, b"user=")?;
    let end =
        at + line.get(at..)?.iter().take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'".contains(byte)).count();
    let start = at + memchr::memchr(b':', line.get(at..end)?)? + 1;
    (end - start >= 4).then_some((start, end))
}

/// The private key of an interface, which its public one and its port follow; the shared key of a peer, which stands behind
/// the peer's public one.
fn of_tunnel(line: &[u8]) -> Option<(usize, usize)> {
    let mut fields = fields(line);
    let is_key = |&(start, end): &(usize, usize)| end - start == KEY_LENGTH && line.get(end - 1) == Some(&b'=');
    let mut before = fields.next()?;
    while let Some(field) = fields.next() {
        if is_key(&before) && is_key(&field) {
            let (start, end) = fields.next()?;
            let port = line.get(start..end)?.iter().all(u8::is_ascii_digit);
            return Some(if port { before } else { field });
        }
        before = field;
    }
    None
}

/// `host/web@ACME.TEST (aes256-cts-hmac-sha1-96)  (0x…)`, as `klist -K` prints the keys of a keytab.
fn of_principal(line: &[u8]) -> Option<(usize, usize)> {
    let start = memchr::memmem::find(line, b"(0x")? + "(0x".len();
    let length = line.get(start..)?.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    (length >= 16 && line.get(start + length) == Some(&b')')).then_some((start, start + length))
}

/// ` key 7 …`: what a router shares with the server that the block is about.
fn of_server(line: &[u8]) -> Option<(usize, usize)> {
    let line = within_string(line);
    let end = line.trim_ascii_end().len();
    let start = memchr::memrchr(b' ', line.get(..end)?)? + 1;
    let named = line.get(..start)?.trim_ascii_start();
    let secret = line.get(start..end)?;
    let key = matches!(named, b"key " | b"key 0 " | b"key 6 " | b"key 7 ");
    (key && secret.len() >= 4 && !value::is_placeholder(secret)).then_some((start, end))
}

/// `main     …`, an entry of the table that Vault shows of what is kept in it. Accounts and addresses are kept there, too.
fn of_entry(line: &[u8]) -> Option<(usize, usize)> {
    let line = within_string(line);
    const GAP: &[u8] = b"   ";
    let end = line.trim_ascii_end().len();
    let start = memchr::memrchr(b' ', line.get(..end)?)? + 1;
    let value = line.get(start..end)?;
    let name = line.get(..start)?.strip_suffix(GAP)?.trim_ascii();
    let one = !name.is_empty() && !name.iter().any(u8::is_ascii_whitespace);
    let secret = generic::is_said_password(value) || generic::is_told_token(value) || value::is_jumbled(value);
    (one && value.len() >= 6 && secret && kept::may_name(name)).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_lists_stand_at_their_place() {
        let key = |sign: &str| format!("{}=", sign.repeat(KEY_LENGTH - 1));
        let interface = format!("wg show all dump\nwg0\t{}\t{}\t51820\toff\n", key("a"), key("b"));
        let peer = format!("wg show wg0 dump\n{}\t{}\t10.0.0.1:51820\t10.0.0.2/32\n", key("b"), key("a"));
        let listed = format!("wg show all\nwg0\t{}\t{}\t51820\toff\n", key("a"), key("b"));
        for (text, expected) in [
            ("chap-secrets\n# client server secret address\nann\t*\topen1x\t*\n", Some("open1x")),
            ("pap-secrets\n\"ann\" * \"open\" 10.0.0.1\n", Some("open")),
            ("chap-secrets\nfor each client there\n", None),
            ("userlist.txt\n\"app\" \"open\"\n", Some("open")),
            ("userlist.txt\nauth_query = \"a\" + \"open\"\n", None),
            ("lt-cred-mech\nuser=ann:open1\n", Some("open1")),
            ("lt-cred-mech\nuser=ann\n", None),
            ("rsyncd.secrets\nann:open-19x\n", Some("open-19x")),
            ("ntp.keys\n# id type key\n1 SHA1 0123456789abcdef\n", Some("0123456789abcdef")),
            ("ntp.keys\n1 of them is read\n", None),
            ("rsyncd.secrets\nnote: the file must not be read by others\n", None),
            ("klist -K\n 3 host/web (aes256-cts)  (0x0123456789abcdef)\n", Some("0123456789abcdef")),
            ("tacacs server ISE\n address ipv4 10.0.0.1\n key 7 open1\n", Some("open1")),
            ("tacacs server ISE\n single-connection\n", None),
            (interface.as_str(), Some(key("a").as_str())),
            (peer.as_str(), Some(key("a").as_str())),
            (listed.as_str(), None),
        ] {
            let found = secrets(text.as_bytes(), 0);
            assert_eq!(found[0].and_then(|(start, end)| text.get(start..end)), expected, "{text}");
        }
    }
}
