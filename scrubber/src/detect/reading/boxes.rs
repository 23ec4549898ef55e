//! Borders of boxes and tables as programs draw them: `│ … │`, `║ … ║`, `| … |`.

use super::views;

/// Upright lines.
pub(in crate::detect) const BORDERS: [&str; 6] = ["│", "┃", "║", "┆", "┊", "╎"];

/// Blanks between a token that was cut and the right border.
const INNER_MAX: usize = 2;
/// Bytes of a line that are looked at.
const LINE_MAX: usize = 400;

/// The length of an upright line that starts at `at`.
pub(in crate::detect) fn border_at(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if rest.first() != Some(&0xe2) {
        return None;
    }
    BORDERS.iter().find(|border| rest.starts_with(border.as_bytes())).map(|border| border.len())
}

/// Whether a border may end with this byte.
pub(in crate::detect) fn is_border_end(byte: u8) -> bool {
    matches!(byte, b'|' | 0x82 | 0x83 | 0x91 | 0x86 | 0x8a | 0x8e)
}

/// The line end after the place, when nothing but blanks and a border stand before it.
pub(in crate::detect) fn line_end_after(text: &[u8], at: usize) -> Option<usize> {
    let blanks = text.get(at..)?.iter().take(INNER_MAX).take_while(|byte| **byte == b' ').count();
    let border = length_at(text, at + blanks)?;
    Some(at + blanks + border)
}

/// What the right border of the line `text[line..end]` and the left one of the next line cut in two: from the end of what stands
/// before the one to the start of what stands behind the other. Both lines have these two borders, and no other one.
pub(in crate::detect) fn cut(text: &[u8], line: usize, end: usize) -> Option<(usize, usize)> {
    let first = text.get(line..end)?;
    let (left, right) = borders(first)?;
    let start = line + right.0 - blanks_before(first.get(..right.0)?);
    let length = views::line_end(text.get(end..text.len().min(end + 48))?);
    let next_line = end + length;
    let rest = text.get(next_line..text.len().min(next_line + LINE_MAX))?;
    let next_end = rest.iter().position(|byte| b"\n\r\\".contains(byte)).unwrap_or(rest.len());
    let next = rest.get(..next_end)?;
    let (next_left, next_right) = borders(next)?;
    let same = first.get(left.0..left.1) == next.get(next_left.0..next_left.1);
    let blanks = |text: &[u8]| text.iter().take_while(|byte| **byte == b' ').count();
    // What goes on stands where the line before began.
    let margin = blanks(first.get(left.1..)?);
    let next_margin = blanks(next.get(next_left.1..)?);
    let tight = start + INNER_MAX >= line + right.0;
    (length > 0
        && same
        && tight
        && margin == next_margin
        && columns(first) == columns(next)
        && next_right.0 > next_left.1)
        .then_some((start, next_line + next_left.1 + next_margin))
}

type Span = (usize, usize);

/// The first and the last border of a line, between which no other one stands and outside of which there are blanks alone.
fn borders(line: &[u8]) -> Option<(Span, Span)> {
    let at = line.iter().position(|byte| *byte != b' ')?;
    let left = (at, at + length_at(line, at)?);
    let last = line.trim_ascii_end();
    let sign = line.get(left.0..left.1)?;
    let inner = last.get(left.1..)?.strip_suffix(sign)?;
    let lone = memchr::memmem::find(inner, sign).is_none();
    lone.then_some((left, (last.len() - sign.len(), last.len())))
}

/// The length of a border that starts at `at`, of a plain bar too.
fn length_at(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at) == Some(&b'|') { Some(1) } else { border_at(text, at) }
}

fn blanks_before(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| **byte == b' ').count()
}

/// How many characters a line has.
fn columns(line: &[u8]) -> usize {
    line.trim_ascii_end().iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&str, &str)> {
        let end = text.find("\\n").or_else(|| text.find('\n'))?;
        let (start, next) = cut(text.as_bytes(), 0, end)?;
        Some((text.get(..start)?, text.get(next..)?))
    }

    #[test]
    fn a_box_cuts_what_fills_its_lines() {
        for sign in ["│", "║", "|"] {
            for end in ["\n", "\\n"] {
                let text = format!("{sign} key=a1b2 {sign}{end}{sign} c3d4     {sign}{end}");
                let (before, after) = (format!("{sign} key=a1b2"), format!("c3d4     {sign}{end}"));
                assert_eq!(parts(&text), Some((before.as_str(), after.as_str())), "{text}");
            }
        }
        for text in [
            "| a | b |\n| c | d |\n",
            "│ key=a1   │\n│ c3d4     │\n",
            "│ key=a1b2 │\n║ c3d4     ║\n",
            "│ key=a1b2 │\n│ c3d4 │\n",
            "│ key=a1b2 │\n│   c3d4   │\n",
            "│ key=a1b2 │\n╰──────────╯\n",
            "key=a1b2 │\n",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
