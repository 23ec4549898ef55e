//! What veils a text without any backslash: signs that HTML writes by a name, and the numbers that tools put before the lines of a
//! file which they show. What stands in two lines is one behind another once they are left out.

/// A part of a text, and the byte that it stands for: none for the number of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct Veil {
    pub start: usize,
    pub end: usize,
    pub content: Option<u8>,
}

/// What may stand before the number of a line: the end of the last one, or the quote of the string that holds them all.
pub(in crate::detect) const BEFORE: &[u8] = b"\n\"";

/// Signs by their names and numbers.
const ENTITIES: [(&[u8], u8); 16] = [
    // Written by a name twice.
    (b"amp;quot;", b'"'),
    (b"amp;#34;", b'"'),
    (b"amp;#39;", b'\''),
    (b"amp;amp;", b'&'),
    (b"quot;", b'"'),
    (b"apos;", b'\''),
    (b"lt;", b'<'),
    (b"gt;", b'>'),
    (b"amp;", b'&'),
    (b"#34;", b'"'),
    (b"#39;", b'\''),
    (b"#039;", b'\''),
    (b"#x27;", b'\''),
    (b"#x22;", b'"'),
    (b"#x2F;", b'/'),
    (b"#61;", b'='),
];

/// `cat -n` writes a number that wide, and a tab behind it.
const TABBED_WIDTH: usize = 6;

/// The place of the next byte from `at` on that every veil has one of; the end where there is none.
pub(in crate::detect) fn sign(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + memchr::memchr3(b'&', b'\t', ARROW[0], rest).unwrap_or(rest.len())
}

/// The first veil in `text`, which holds no backslash. `begins` says that a line begins where it does.
pub(in crate::detect) fn first(text: &[u8], begins: bool) -> Option<Veil> {
    memchr::memchr3_iter(b'&', b'\t', ARROW[0], text).find_map(|at| match text.get(at)? {
        b'&' => {
            let rest = text.get(at + 1..)?;
            let (name, byte) = ENTITIES.iter().find(|(name, _)| rest.starts_with(name))?;
            Some(Veil { start: at, end: at + 1 + name.len(), content: Some(*byte) })
        }
        b'\t' => number(text, at, begins).filter(|start| at - start == TABBED_WIDTH).map(|start| Veil {
            start,
            end: at + 1,
            content: None,
        }),
        _ if text.get(at..)?.starts_with(ARROW) => {
            number(text, at, begins).map(|start| Veil { start, end: at + ARROW.len(), content: None })
        }
        _ => None,
    })
}

/// Where the number of a line starts that `text` ends with, if a tab behind it parts it from the line.
pub(in crate::detect) fn tabbed(text: &[u8]) -> Option<usize> {
    number(text, text.len(), true).filter(|start| text.len() - start == TABBED_WIDTH)
}

/// The sign between the number of a line and the line.
const ARROW: &[u8] = "\u{2192}".as_bytes();
const DIGITS_MAX: usize = 7;

/// Where the number starts that ends at `at` and begins its line, blanks before it with it.
fn number(text: &[u8], at: usize, begins: bool) -> Option<usize> {
    let before = text.get(..at)?;
    let digits = before.iter().rev().take(DIGITS_MAX).take_while(|byte| byte.is_ascii_digit()).count();
    let indent = before.get(..at - digits)?;
    let start = indent.len() - indent.iter().rev().take(TABBED_WIDTH).take_while(|byte| **byte == b' ').count();
    let line = match start.checked_sub(1) {
        None => begins,
        Some(last) => text.get(last).is_some_and(|last| BEFORE.contains(last)),
    };
    (digits > 0 && line).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_lines_and_names_of_signs_are_seen() {
        for (text, expected) in [
            ("a&quot;b", Some((1, 7, Some(b'"')))),
            ("a &&lt;", Some((3, 7, Some(b'<')))),
            ("a\n    12\u{2192}b", Some((2, 11, None))),
            ("  7\u{2192}b", Some((0, 6, None))),
            ("\"     1\u{2192}b", Some((1, 10, None))),
            ("a\n    12\tb", Some((2, 9, None))),
            ("a & b &c; &quot", None),
            ("a\n12\tb", None),
            ("a 12\u{2192}b", None),
            ("a\n\u{2192} b", None),
        ] {
            let found = first(text.as_bytes(), true).map(|veil| (veil.start, veil.end, veil.content));
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(first("12\u{2192}b".as_bytes(), false), None);
    }
}
