//! Logins that everybody knows, and names of entries in a password store.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::detect::judge::value;
use crate::detect::sets::lexicon::words;

/// Accounts whose password is the same word after an installation or in every example of one.
const ACCOUNTS: &str = "\
    postgres postgresql root guest mysql mariadb mongo mongodb redis rabbitmq default admin user test elastic neo4j clickhouse docker \
    dev app sa minioadmin";

/// This machine, and what services of a compose file are called: no other network knows these names.
const HOSTS: &str = "\
    localhost 127.0.0.1 [::1] 0.0.0.0 db database postgres postgresql mysql mariadb mongo mongodb redis rabbitmq rabbit broker queue cache";

/// No line of a command is longer, as far as it is looked at.
const LINE_MAX: usize = 160;

/// Whether the password `text[start..end]` in an address is that of its account by default, at a host of development.
pub(in crate::detect) fn is_default_login(text: &[u8], start: usize, end: usize) -> bool {
    let password = text.get(start..end).unwrap_or_default();
    let before = text.get(start.saturating_sub(password.len() + 3)..start).unwrap_or_default();
    let same = before.strip_suffix(b":").and_then(|rest| rest.strip_suffix(password)).is_some_and(|rest| rest == b"//");
    if !same || !words(ACCOUNTS).any(|account| account.as_bytes() == password) {
        return false;
    }
    let rest = text.get(end..text.len().min(end + 32)).unwrap_or_default();
    let Some(rest) = rest.strip_prefix(b"@") else { return false };
    words(HOSTS).filter_map(|host| rest.strip_prefix(host.as_bytes())).any(|rest| {
        // `localhost.acme.example` is another host, and a list may name one behind a comma.
        let port = rest.strip_prefix(b":").unwrap_or(rest);
        let port = port.iter().position(|byte| !byte.is_ascii_digit()).and_then(|at| port.get(at)).unwrap_or(&b' ');
        let next = rest.first().unwrap_or(&b' ');
        [next, port].iter().all(|next| !next.is_ascii_alphanumeric() && !b".-_%@,".contains(next))
    })
}

/// Whether `text[start..end]` names an entry of a password store: `pass work/jira`, `lpass show --password acme-db`.
pub(in crate::detect) fn names_an_entry(text: &[u8], start: usize, end: usize) -> bool {
    let before = text.get(start.saturating_sub(LINE_MAX)..start).unwrap_or_default();
    static STORE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("lpass "));
    if !before.ends_with(b"pass ") && STORE.find(before).is_none() {
        return false;
    }
    let (above, line) = before.split_at(line_start(before));
    let line = line.rsplit(|byte| b";|&(`$".contains(byte)).next().unwrap_or_default().trim_ascii_start();
    let asked = [b"lpass show ".as_slice(), b"lpass ls ", b"lpass edit ", b"lpass generate "];
    if asked.iter().any(|command| line.starts_with(command)) {
        return true;
    }
    let entry = text.get(start..end).unwrap_or_default();
    let is_part = |part: &[u8]| {
        !part.is_empty()
            && part.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.@".contains(byte))
            && part.iter().filter(|byte| byte.is_ascii_digit()).count() <= 4
            && (part.len() <= 4 || value::is_wordlike(part))
    };
    // Below an account the same two words are its password.
    line == b"pass " && entry.contains(&b'/') && entry.split(|byte| *byte == b'/').all(is_part) && !says_account(above)
}

/// Where the last line starts; escapes may end lines.
fn line_start(text: &[u8]) -> usize {
    let ends = |at: &usize| match text.get(*at) {
        Some(b'\n') => true,
        Some(b'n') => at.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'\\'),
        Some(_) | None => false,
    };
    (0..text.len()).rev().find(ends).map_or(0, |at| at + 1)
}

/// Whether the line above names an account.
fn says_account(above: &[u8]) -> bool {
    let is_end = |byte: &&u8| b"\n\\n".contains(byte);
    let above = above.get(..above.len() - above.iter().rev().take_while(is_end).count()).unwrap_or_default();
    let line = above.get(line_start(above)..).unwrap_or_default().trim_ascii_start().to_ascii_lowercase();
    [b"user".as_slice(), b"login", b"account", b"mail", b"email", b"host", b"machine"]
        .iter()
        .any(|word| line.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_default_logins_at_hosts_of_development_are_known_to_all() {
        let check = |account: &str, password: &str, host: &str, expected: bool| {
            let before = format!("postgres://{account}:");
            let text = format!("{before}{password}@{host}");
            let found = is_default_login(text.as_bytes(), before.len(), before.len() + password.len());
            assert_eq!(found, expected, "{text}");
        };
        for host in ["localhost:5432/app", "127.0.0.1/app", "db:5432", "postgres", "[::1]:5432/app", "localhost\\n"] {
            check("postgres", "postgres", host, true);
            check("root", "root", host, true);
            check("postgres", "root", host, false);
            check("acme", "acme", host, false);
            check("postgres", "postgres1", host, false);
        }
        for host in
            ["db.acme.example/app", "localhost.acme.example", "10.0.0.7/app", "db-1:5432", "localhost@db.acme.example"]
        {
            check("postgres", "postgres", host, false);
        }
    }

    #[test]
    fn entries_of_a_store_are_told_from_passwords() {
        let check = |before: &str, value: &str, expected: bool| {
            let text = format!("{before}{value}\n");
            assert_eq!(names_an_entry(text.as_bytes(), before.len(), before.len() + value.len()), expected, "{text}");
        };
        for before in ["pass ", "$ pass ", "export X=$(pass ", "a; pass "] {
            check(before, "work/jira", true);
            check(before, "mail/ann@acme.example", true);
        }
        check("lpass show --password ", "acme-prod-db2", true);
        check("X=$(lpass show -c --password ", "acme-db2", true);
        for (before, value) in [
            ("the pass ", "work/jira"),
            ("user ann\npass ", "work/jira"),
            ("pass ", "hunter2"),
            ("pass ", "aX9/kQ2v"),
            ("lpass login --password ", "acme-db2"),
            ("lpass show x; mysql --password ", "acme-db2"),
        ] {
            check(before, value, false);
        }
    }
}
