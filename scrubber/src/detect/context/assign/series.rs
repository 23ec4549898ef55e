//! Further secrets behind the first one of a list: `API_KEYS=a,b`, `passwords: a, b`.

use crate::detect::judge::{generic, striking, value};

/// A password or token in a list is no longer.
const LENGTH_MAX: usize = 256;

/// The word that a comma, or a sign that may stand for it, parts from the secret at `start..end`, if it is one of the same kind.
pub(in crate::detect) fn next(text: &[u8], start: usize, end: usize, password: bool) -> Option<(usize, usize)> {
    // What pads Base64 may have been left out of the first one.
    let padding = text.get(end..)?.iter().take(2).take_while(|byte| **byte == b'=').count();
    let sign = end + padding;
    let blank = match text.get(sign..)? {
        [b',' | b';', b' ', ..] => 1,
        [b',' | b';' | b'|', ..] => 0,
        _ => return None,
    };
    let from = sign + 1 + blank;
    let rest = text.get(from..text.len().min(from + LENGTH_MAX))?;
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b",;|\"'`)]}<>".contains(byte);
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    let (first, word) = (text.get(start..end)?, rest.get(..length)?);
    let like = if password { is_password(word) } else { is_like(first, word) };
    (like && !value::is_placeholder(word)).then_some((from, from + length))
}

fn is_password(word: &[u8]) -> bool {
    striking::is_striking(word) || striking::is_made_up(word) || striking::is_mixed_up(word)
}

/// Whether a machine made the second as it made the first: of names with their values, digests and ids none is like it.
fn is_like(first: &[u8], word: &[u8]) -> bool {
    let bare = word.trim_ascii_end();
    let padding = bare.iter().rev().take_while(|byte| **byte == b'=').count();
    let bare = bare.get(..bare.len() - padding).unwrap_or_default();
    let hex = |word: &[u8]| value::shape(word).is_hex(word);
    let made = generic::is_machine_made(bare) || striking::is_mixed_up(bare);
    let alike =
        if hex(first) || hex(bare) { hex(first) && first.len() == bare.len() } else { bare.len() * 2 >= first.len() };
    made && alike && !bare.iter().any(|byte| b"=:".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn what_follows_a_secret_in_a_list_is_one_if_it_looks_like_it() {
        let (one, two) = (["Kx92jfLa", "0sQw8jJ2"].concat(), ["Pq83nVb6", "tRe1Zx0L"].concat());
        let hex = ["9f86d081", "884c7d65", "9a2feaa0", "c55ad015"].concat();
        for (text, password, expected) in [
            (format!("{one},{two}"), false, true),
            (format!("{one}=={two}"), false, false),
            (format!("{one}==, {two}=="), false, true),
            (format!("{one},{hex}"), false, false),
            (format!("{one},trace={two}"), false, false),
            (format!("{one}, and more"), false, false),
            (format!("{one}, Harbor29?!"), true, true),
            (format!("{one}, then log in"), true, false),
        ] {
            assert_eq!(next(text.as_bytes(), 0, one.len(), password).is_some(), expected, "{text}");
        }
        assert!(next(format!("{hex},{hex}").as_bytes(), 0, hex.len(), false).is_some());
    }
}
