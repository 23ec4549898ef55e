//! The other part of a name, whose key says that of anything elsewhere: `"nom": "…"` beside `"prenom"`, `"nome"` beside `"cognome"`.

use super::{cue, is_cell};

/// Such keys.
const KEYS: &[&str] = &["nom", "nome", "ad", "jm\u{e9}no", "naam", "navn"];
/// Bytes between a value and the next key.
const GAP_MAX: usize = 16;
/// Bytes of a key and of what joins a value to it.
const KEY_MAX: usize = 24;

/// The value of such a key in the member of an object behind the one whose value ends at `to`, or before the one whose key ends at
/// `key_end`.
pub(super) fn other_part(bytes: &[u8], key_end: usize, to: usize) -> Option<(usize, usize)> {
    behind(bytes, to).or_else(|| before(bytes, key_end))
}

fn behind(bytes: &[u8], to: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(to..)?;
    let quote = *rest.first().filter(|byte| b"\"'".contains(byte))?;
    let gap = rest.iter().skip(1).take(GAP_MAX).take_while(|byte| b" ,\r\n\t".contains(byte)).count();
    let parted = rest.get(1) == Some(&b',') && rest.get(1 + gap) == Some(&quote);
    let key = rest.get(2 + gap..).filter(|_| parted)?;
    let length = key.iter().take(KEY_MAX).position(|byte| *byte == quote)?;
    let joint = key.get(length + 1..)?;
    let signs = joint.iter().take(3).take_while(|byte| b": ".contains(byte)).count();
    let from = to + 2 + gap + length + 1 + signs + 1;
    let opens = is_key(key.get(..length)?) && joint.first() == Some(&b':') && joint.get(signs) == Some(&quote);
    let value = bytes.get(from..).filter(|_| opens)?;
    let length = value.iter().take(64).position(|byte| *byte == quote)?;
    is_part(value.get(..length)?).then_some((from, from + length))
}

fn before(bytes: &[u8], key_end: usize) -> Option<(usize, usize)> {
    let quote = *bytes.get(key_end).filter(|byte| b"\"'".contains(byte))?;
    let open = bytes.get(..key_end)?.iter().rposition(|byte| *byte == quote)?;
    let head = bytes.get(..open)?;
    let gap = head.iter().rev().take(GAP_MAX).take_while(|byte| b" ,\r\n\t".contains(byte)).count();
    let head = head.get(..open - gap).filter(|_| gap > 0)?.strip_suffix(&[quote])?;
    let from = head.iter().rposition(|byte| *byte == quote)? + 1;
    let joint = head.get(..from - 1)?.trim_ascii_end().strip_suffix(b":")?.strip_suffix(&[quote])?;
    let key = joint.iter().rposition(|byte| *byte == quote)?;
    (is_key(joint.get(key + 1..)?) && is_part(head.get(from..)?)).then_some((from, head.len()))
}

fn is_key(key: &[u8]) -> bool {
    KEYS.iter().any(|known| key.eq_ignore_ascii_case(known.as_bytes()))
}

fn is_part(value: &[u8]) -> bool {
    !value.is_empty() && is_cell(value) && !cue::is_field(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_part_stands_behind_or_before() {
        for (text, expected) in [
            ("{\"prenom\":\"Anna\",\"nom\":\"Quelibar\"}", Some("Quelibar")),
            ("{\"nom\": \"Quelibar\", \"prenom\": \"Anna\"}", Some("Quelibar")),
            ("{'nome': 'Quelibar',\n 'prenom': 'Anna'}", Some("Quelibar")),
            ("{\"prenom\":\"Anna\",\"ville\":\"Quelibar\"}", None),
            ("{\"prenom\":\"Anna\",\"nom\":\"Nom\"}", None),
            ("{\"nom\": \"compteur\", \"prenom\": \"Anna\"}", None),
            ("{\"prenom\":\"Anna\"}", None),
        ] {
            let key = text.find("prenom").unwrap_or(0) + 6;
            let to = text.find("Anna").unwrap_or(0) + 4;
            let found = other_part(text.as_bytes(), key, to);
            assert_eq!(found.and_then(|(from, to)| text.get(from..to)), expected, "{text}");
        }
    }
}
