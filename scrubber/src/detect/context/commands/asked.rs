//! Secrets that a debugger or an interpreter shows when it is asked for them by name: `(gdb) print api_key`, `> process.env.TOKEN`.

use super::{Found, printed};
use crate::detect::context::assign::within_string;
use crate::detect::context::keys::{self, Key};

/// What asks for a value, behind the first sign of a prompt.
pub(super) const NAMES: &[&str] = &[
    "gdb) print",
    "gdb) p",
    "lldb) print",
    "lldb) p",
    "dlv) print",
    "dlv) p",
    "Pdb) pp",
    "Pdb) p",
    "ipdb> p",
    "process.env",
    "os.environ",
    "os.getenv",
    "GET",
    "ENV[",
    "settings.",
];

/// Bytes of the line that asks, and of the one below that answers.
const LINE_MAX: usize = 160;
const ANSWER_MAX: usize = 4096;

/// Whether one of [`NAMES`] stands at `at`, behind a prompt. Escapes may stand in the text.
pub(super) fn may_ask(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(2)..at).unwrap_or_default();
    let prompt = before.ends_with(b"(") || before.ends_with(b"> ") || before.ends_with(b": ") || before.is_empty();
    let rest = text.get(at..).unwrap_or_default();
    (prompt || rest.starts_with(b"ipdb")) && NAMES.iter().any(|name| rest.starts_with(name.as_bytes()))
}

/// The value in the line below the one that asks for it at `at`.
pub(super) fn answer(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let rest = text.get(at..).unwrap_or_default();
    let Some(end) = memchr::memchr(b'\n', rest.get(..rest.len().min(LINE_MAX)).unwrap_or_default()) else {
        return found;
    };
    let Some(key) = asked_for(rest.get(..end).unwrap_or_default()) else { return found };
    let below = rest.get(end + 1..rest.len().min(end + 1 + ANSWER_MAX)).unwrap_or_default();
    let line = below.get(..memchr::memchr(b'\n', below).unwrap_or(below.len())).unwrap_or_default();
    // `=> "x9", "exit": 0`: the second quote ends the literal, another one the string that holds all.
    let literal = memchr::memchr(b'"', line).map_or(0, |quote| quote + 1);
    let close = line.get(literal..).and_then(|rest| memchr::memchr(b'"', rest)).map_or(0, |close| literal + close + 1);
    let line = line.get(..close + within_string(line.get(close..).unwrap_or_default()).len()).unwrap_or(line);
    let Some((from, to)) = shown(line) else { return found };
    let word = line.get(from..to).unwrap_or_default();
    let quoted = from > 0 && line.get(to).is_some();
    if printed::is_printed(word) || key == Key::Password && quoted && printed::is_plain_password(word) {
        found[0] = Some((at + end + 1 + from, at + end + 1 + to));
    }
    found
}

/// What the last name in a line announces: `print cfg.api_key`, `os.environ["API_KEY"]`.
fn asked_for(line: &[u8]) -> Option<Key> {
    let line = line.trim_ascii_end();
    let close = line.iter().rev().take(4).take_while(|byte| b"\"'])".contains(byte)).count();
    let line = line.get(..line.len() - close)?;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = line.iter().rev().take_while(is_name).count();
    keys::classify(line.get(line.len() - length..)?).filter(|key| *key != Key::Hint)
}

/// The literal in a line that shows a value, or all of it behind an arrow.
fn shown(line: &[u8]) -> Option<(usize, usize)> {
    let open = line.iter().position(|byte| b"\"'".contains(byte));
    if let Some(open) = open
        && let Some(close) = memchr::memrchr(*line.get(open)?, line).filter(|close| *close > open)
    {
        return Some((open + 1, close));
    }
    let arrow = if line.starts_with(b"=> ") { 3 } else { 0 };
    Some((arrow, line.trim_ascii_end().len())).filter(|(from, to)| from < to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_answers_a_question_for_a_secret_is_found() {
        for (text, expected) in [
            ("GET app:api_token\n\"op3n-s3same\"\n", Some("op3n-s3same")),
            ("gdb) print api_token\n$1 = 0x5555 \"op3n-s3same\"\n", Some("op3n-s3same")),
            ("Pdb) p self.password\n'sesame'\n", Some("sesame")),
            ("ENV['API_TOKEN']\n=> \"op3n-s3same\"\n", Some("op3n-s3same")),
            ("process.env.API_TOKEN\n'op3n-s3same'\n", Some("op3n-s3same")),
            ("settings.SECRET_KEY\nop3n-s3same\n", Some("op3n-s3same")),
            ("gdb) print count\n$1 = 0x5555 \"op3n-s3same\"\n", None),
            ("gdb) print api_token\nNo symbol \"api_token\" in current context.\n", None),
            ("process.env.API_TOKEN\nundefined\n", None),
        ] {
            let found = answer(text.as_bytes(), 0);
            assert_eq!(found[0].and_then(|(start, end)| text.get(start..end)), expected, "{text}");
        }
    }
}
