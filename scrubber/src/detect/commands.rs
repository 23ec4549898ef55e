//! Passwords among the arguments of commands whose flags say little by themselves: `curl -u ann:pw`, `mysql -ppw`.

use super::window;

/// The commands that are looked for.
pub(super) const COMMANDS: &[&str] = &[
    "curl",
    "wget",
    "mysql",
    "mysqldump",
    "mysqladmin",
    "mariadb",
    "sshpass",
    "redis-cli",
    "docker",
    "podman",
    "ldapsearch",
    "smbclient",
    "mongo",
    "mongosh",
    "psexec",
    "htpasswd",
    "http",
    "IDENTIFIED",
    "identified",
    "machine",
];

/// Words of a command line that are looked at.
const WORDS_MAX: usize = 32;

/// Bytes of a command line that are looked at.
const LINE_MAX: usize = 768;

/// Whether the command at `at` of a text with escapes may have a flag before a password. `http` begins most addresses,
/// so that it pays to look for its flags and those of `curl` first.
pub(super) fn may_have_flag(text: &[u8], at: usize) -> bool {
    let line = text.get(at..text.len().min(at + 2 * LINE_MAX + 64)).unwrap_or_default();
    if !(line.starts_with(b"http") || line.starts_with(b"curl")) {
        return true;
    }
    memchr::memchr_iter(b'-', line).any(|dash| {
        let flag = matches!(line.get(dash + 1), Some(b'u' | b'U' | b'a' | b'-' | b'\\' | 0x1b));
        flag && window::byte_before(text, at + dash).is_none_or(|before| !before.is_ascii_alphanumeric())
    }) || hides_dash(line)
}

/// Whether a dash may be written as an escape.
fn hides_dash(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"2d").is_some() || memchr::memmem::find(line, b"2D").is_some()
}

/// The places of up to four passwords in the command line that starts at `at`.
pub(super) fn passwords(text: &[u8], at: usize) -> [Option<(usize, usize)>; 4] {
    let mut found = [None; 4];
    let mut count = 0;
    let line = text.get(at..text.len().min(at + LINE_MAX)).unwrap_or_default();
    let line = line.get(..line_end(line)).unwrap_or_default();
    let name = line.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'-')).next().unwrap_or_default();
    let mut words = Words { line, at: name.len() };
    for _ in 0..WORDS_MAX {
        let Some((start, end)) = words.next() else { break };
        let Some(word) = line.get(start..end) else { break };
        let place = match name {
            b"curl" | b"http" => match word {
                b"-u" | b"--user" | b"-U" | b"--proxy-user" | b"-a" => {
                    words.next().filter(|value| has_password(line, *value))
                }
                _ if word.starts_with(b"-u") && word.len() > 4 => {
                    Some((start + 2, end)).filter(|value| has_password(line, *value))
                }
                _ if word.starts_with(b"--user=") => Some((start + 7, end)).filter(|value| has_password(line, *value)),
                _ => None,
            },
            b"sshpass" | b"mysql" | b"mysqldump" | b"mysqladmin" | b"mariadb" => glued(word, start, end).or_else(
                || {
                    if word == b"-p" && name == b"sshpass" { words.next() } else { None }
                },
            ),
            b"redis-cli" => {
                if word == b"-a" {
                    words.next()
                } else {
                    None
                }
            }
            b"ldapsearch" => {
                if word == b"-w" {
                    words.next()
                } else {
                    None
                }
            }
            b"docker" | b"podman" => {
                let login = line.windows(6).any(|part| part == b"login ");
                if word == b"-p" && login { words.next() } else { None }
            }
            b"mongo" | b"mongosh" | b"psexec" => {
                if word == b"-p" {
                    words.next()
                } else {
                    None
                }
            }
            b"IDENTIFIED" | b"identified" if word.eq_ignore_ascii_case(b"by") => words
                .next()
                .filter(|(start, _)| line.get(start.wrapping_sub(1)).is_some_and(|byte| b"\"'".contains(byte))),
            b"machine" if word == b"password" => words.next(),
            _ => None,
        };
        if let (Some(place), Some(slot)) = (place, found.get_mut(count)) {
            *slot = Some((at + place.0, at + place.1));
            count += 1;
        }
    }
    found
}

/// The end of a command line. A line that starts with a flag goes on with the one before it.
fn line_end(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text)
        .find(|&at| {
            let next = text.get(at + 1..).unwrap_or_default().trim_ascii_start();
            next.first() != Some(&b'-')
        })
        .unwrap_or(text.len())
}

/// `-psecret`.
fn glued(word: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let value = word.strip_prefix(b"-p")?;
    let value_like = value.len() >= 3 && value.first() != Some(&b'=');
    value_like.then_some((start + 2, end))
}

/// Whether a word is `user:password`.
fn has_password(line: &[u8], (start, end): (usize, usize)) -> bool {
    let Some(word) = line.get(start..end) else { return false };
    memchr::memchr(b':', word).is_some_and(|colon| {
        let password = word.get(colon + 1..).unwrap_or_default();
        password.len() >= 3 && !super::value::is_placeholder(password) && !super::generic::is_marker(password)
    })
}

/// The words of a command line; quotes around one are left out.
struct Words<'a> {
    line: &'a [u8],
    at: usize,
}

impl Words<'_> {
    fn next(&mut self) -> Option<(usize, usize)> {
        while self.line.get(self.at).is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        let first = *self.line.get(self.at)?;
        if first == b'|' || first == b';' || first == b'#' {
            return None;
        }
        let quoted = b"\"'".contains(&first);
        let start = self.at + usize::from(quoted);
        let rest = self.line.get(start..)?;
        let length = rest.iter().position(|byte| {
            if quoted { *byte == first } else { byte.is_ascii_whitespace() || b"\"'`".contains(byte) }
        });
        let end = start + length.unwrap_or(rest.len());
        self.at = end + 1;
        Some((start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(line: &str) -> Option<&str> {
        let text = format!("$ {line}");
        passwords(text.as_bytes(), 2)[0]
            .map(|(start, end)| (start - 2, end - 2))
            .and_then(|(start, end)| line.get(start..end))
    }

    #[test]
    fn passwords_follow_the_flags_of_their_commands() {
        for (line, expected) in [
            ("curl -u ann:open1 https://x.test", Some("ann:open1")),
            ("curl -s --user 'ann:op en' https://x.test", Some("ann:op en")),
            ("curl -u ann https://x.test", None),
            ("mysql -uroot -popen1 db", Some("open1")),
            ("mysql -p db", None),
            ("sshpass -p open1 ssh host", Some("open1")),
            ("redis-cli -a open1 ping", Some("open1")),
            ("docker login -u ann -p open1 r.test", Some("open1")),
            ("docker run -p 80:80 x", None),
            ("curl https://x.test \\\n  -u ann:open1", Some("ann:open1")),
            ("IDENTIFIED BY 'open1';", Some("open1")),
            ("machine x.test login ann password open1", Some("open1")),
        ] {
            assert_eq!(first(line), expected, "{line}");
        }
    }
}
