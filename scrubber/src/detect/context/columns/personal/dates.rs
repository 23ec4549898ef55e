//! Dates of birth: as people and programs write them, and as calls make them.

use crate::detect::personal::labelled;

/// Bytes of a date that is made by a call or told by its parts.
const MADE_MAX: usize = 64;

/// What makes a date behind the sign at `sign`: `date(1984, 3, 12)`, `new Date("1984-03-12")`, `{"year": 1984, "month": 3, "day": 12}`.
pub(super) fn made(text: &[u8], sign: usize) -> Option<(usize, usize)> {
    let rest = text.get(sign..text.len().min(sign + MADE_MAX))?;
    let maker = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic() || b"=: ._".contains(byte)).count();
    let close = match rest.get(maker)? {
        b'(' => b')',
        b'{' => b'}',
        _ => return None,
    };
    let inner = rest.get(maker + 1..)?;
    let inner = inner.get(..memchr::memchr(close, inner)?)?;
    let plain = |byte: &u8| byte.is_ascii_digit() || b"-/.".contains(byte);
    let parts: Vec<u8> = inner.iter().map(|byte| if plain(byte) { *byte } else { b' ' }).collect();
    let head = parts.len() - parts.trim_ascii_start().len();
    let date = parts.trim_ascii();
    let from = sign + maker + 1 + head;
    is_date(date).then_some((from, from + date.len()))
}

/// A date as people and programs write it, perhaps with a time.
pub(super) fn is_date(value: &[u8]) -> bool {
    let time = value.iter().position(|byte| b"T ".contains(byte)).filter(|at| *at >= 8 && value.contains(&b':'));
    let date = value.get(..time.unwrap_or(value.len())).unwrap_or_default();
    // `12.03.1984 г.`
    let date = date.strip_suffix(" г.".as_bytes()).unwrap_or(date);
    if labelled::is_date(date) {
        return true;
    }
    let mut groups = date.split(|byte| b"-/. ,".contains(byte)).filter(|group| !group.is_empty());
    let groups = [groups.next(), groups.next(), groups.next(), groups.next()];
    let number = |group: &[u8]| group.len() <= 4 && group.iter().all(u8::is_ascii_digit);
    let month = |group: &[u8]| group.len() >= 3 && group.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    let year = |group: &[u8]| group.len() == 4 && (group.starts_with(b"19") || group.starts_with(b"20"));
    match groups {
        [Some(one), None, None, None] => {
            one.len() == 8 && one.iter().all(u8::is_ascii_digit) && one.get(..4).is_some_and(year)
        }
        [Some(a), Some(b), Some(c), None] => {
            let short = is_short([a, b, c]) || date.contains(&b'/') && c.len() == 2 && a.len() <= 2 && b.len() <= 2;
            number(a) && number(b) && number(c) && (year(a) || year(c) || short)
                || year(c) && number(c) && (number(a) && month(b) || month(a) && number(b))
        }
        [Some(_) | None, ..] => false,
    }
}

/// `12.3.84`, and no version.
fn is_short(groups: [&[u8]; 3]) -> bool {
    groups.iter().all(|group| group.len() <= 2) && groups.iter().filter(|group| group.len() == 2).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_cells() {
        for date in [
            "1984-03-12",
            "12.03.1984",
            "3/12/84",
            "12/03/84",
            "19840312",
            "12 Mar 1984",
            "March 12, 1984",
            "1984/3/12",
            "1984-03-12 00:00:00",
            "1984-03-12T00:00:00Z",
            "12. M\u{e4}rz 1984",
            "7/4/71",
            "12.03.1984 г.",
            "1984年3月12日",
            "昭和61年2月27日",
        ] {
            assert!(is_date(date.as_bytes()), "{date}");
        }
        for other in [
            "",
            "DATE",
            "date",
            "1984",
            "12345678",
            "NOT NULL",
            "1.2.3",
            "10.0.0.1",
            "varchar(10)",
            "a b 1984",
            "1/2/3",
            "第3年",
        ] {
            assert!(!is_date(other.as_bytes()), "{other}");
        }
    }
}
