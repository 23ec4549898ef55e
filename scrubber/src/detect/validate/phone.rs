//! Telephone numbers: how many digits they have, where they may begin, and what looks like them.

/// Telephone number that its form gives away. `before` is the text in front of it.
///
/// Eight to fifteen digits (ITU-T E.164), not nearly all alike, no US number kept for fiction (555-0100 to 555-0199,
/// <https://nationalnanpa.com>), no term of a calculation; with a `+` or two zeros a country's code and at least ten digits, no part of a longer row of groups.
pub(super) fn is_phone(value: &[u8], before: &[u8], after: &[u8]) -> bool {
    let digits = digits(value);
    let number = digits.strip_prefix(b"00").unwrap_or(&digits);
    let international = value.first() == Some(&b'+') || value.starts_with(b"(+") || digits.starts_with(b"00");
    let long_enough = if international { number.len() >= 10 && has_country_code(number) } else { digits.len() >= 8 };
    long_enough
        && digits.len() <= 17
        && is_varied(&digits)
        && !is_fiction(value, &digits)
        && (!is_term(before) || before.ends_with(b"<") && after.starts_with(b">"))
        && !is_row(before, after)
        && !is_codes(value)
}

/// `0031 2044 0034`: characters' codes, all of four digits.
fn is_codes(value: &[u8]) -> bool {
    value.starts_with(b"00") && value.split(|byte| *byte == b' ').all(|group| group.len() == 4)
}

/// Whether the groups of digits go on to the left or the right: a row of bytes or of characters' codes.
fn is_row(before: &[u8], after: &[u8]) -> bool {
    let is_group = |group: &[u8]| {
        // A longer one is a digest.
        (2..=8).contains(&group.len())
            && group.iter().all(u8::is_ascii_hexdigit)
            && group.iter().any(u8::is_ascii_digit)
    };
    let left = before
        .strip_suffix(b" ")
        .map(|rest| rest.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default());
    let right = after
        .strip_prefix(b" ")
        .map(|rest| rest.split(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default());
    left.is_some_and(is_group) || right.is_some_and(is_group)
}

/// Telephone number that the text names as one: seven digits are enough, but a date, an address or a moment is none.
pub(super) fn is_named_phone(value: &[u8], before: &[u8]) -> bool {
    let digits = digits(value);
    (7..=17).contains(&digits.len())
        && is_varied(&digits)
        && !is_fiction(value, &digits)
        && !is_term(before)
        && !is_date(value)
        && !is_dotted_quad(value)
        && !value.windows(2).any(|pair| pair == b"..")
}

fn digits(value: &[u8]) -> Vec<u8> {
    // What follows `x` or `ext` is the number of a desk.
    let end = value.iter().position(|byte| byte.is_ascii_alphabetic()).unwrap_or(value.len());
    value.iter().take(end).copied().filter(u8::is_ascii_digit).collect()
}

/// Neither nearly all one digit nor counting up or down.
fn is_varied(digits: &[u8]) -> bool {
    let most = (b'0'..=b'9').map(|wanted| digits.iter().filter(|digit| **digit == wanted).count()).max().unwrap_or(0);
    let steps = |step: i16| {
        let same = |pair: &&[u8]| matches!(pair, [a, b] if i16::from(*b) - i16::from(*a) == step);
        digits.windows(2).filter(same).count()
    };
    most * 3 < digits.len() * 2 && steps(1) + 2 < digits.len() && steps(-1) + 2 < digits.len()
}

/// Only North America keeps these.
fn is_fiction(value: &[u8], digits: &[u8]) -> bool {
    let abroad = value.trim_ascii_start().starts_with(b"+") && digits.first() != Some(&b'1');
    if abroad {
        return false;
    }
    let last = digits.len().checked_sub(7).and_then(|from| digits.get(from..)).unwrap_or_default();
    last.starts_with(b"55501")
}

/// Two stars are a power only behind what they raise; elsewhere they begin bold text.
fn is_term(before: &[u8]) -> bool {
    let bold = before
        .strip_suffix(b"**")
        .is_some_and(|head| !head.last().is_some_and(|last| last.is_ascii_alphanumeric() || b"_)]*".contains(last)));
    !bold && before.trim_ascii_end().last().is_some_and(|byte| b"*/%^<>".contains(byte)) && !before.ends_with(b">")
}

/// `2026-11-24`, `24.11.2026`, `24/11/26`, perhaps with a time after it.
fn is_date(value: &[u8]) -> bool {
    let groups: Vec<&[u8]> = value.split(|byte| !byte.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let number = |group: &[u8]| group.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let is_year = |group: &[u8]| group.len() == 4 && (1900..=2100).contains(&number(group));
    match groups.as_slice() {
        [a, b, c, ..] if is_year(a) => b.len() <= 2 && number(b) <= 12 && c.len() <= 2 && number(c) <= 31,
        [a, b, c, ..] if is_year(c) => a.len() <= 2 && b.len() <= 2 && number(a) <= 31 && number(b) <= 31,
        _ => false,
    }
}

/// Four groups of digits up to 255 with dots between them: an address or a version.
fn is_dotted_quad(value: &[u8]) -> bool {
    let mut groups = value.split(|byte| *byte == b'.');
    groups.clone().count() == 4
        && groups.all(|group| std::str::from_utf8(group).is_ok_and(|text| text.parse::<u8>().is_ok()))
}

/// Country codes that are in use (ITU-T E.164, list of assigned codes, <https://www.itu.int/pub/T-SP-E.164D>).
fn has_country_code(digits: &[u8]) -> bool {
    let head = |count: usize| digits.iter().take(count).fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    let (one, two, three) = (head(1), head(2), head(3));
    // North American numbers have ten digits after the code, Russian and Kazakh ones as well.
    if matches!(one, 1 | 7) {
        return digits.len() == 11;
    }
    matches!(two, 20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86 | 90..=95 | 98)
        || matches!(three, 211..=213 | 216 | 218 | 220..=258 | 260..=269 | 290 | 291 | 297..=299 | 350..=359 | 370..=383)
        || matches!(three, 385..=387 | 389 | 420 | 421 | 423 | 500..=509 | 590..=599 | 670 | 672..=692 | 800 | 808 | 850)
        || matches!(three, 852 | 853 | 855 | 856 | 870 | 878 | 880..=883 | 886 | 888 | 960..=968 | 970..=977 | 992..=996 | 998)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_fiction_survive() {
        assert!(is_phone(["+1 415 ", "867 5309"].concat().as_bytes(), b"", b""));
        assert!(is_phone(["06 12 ", "34 56 79"].concat().as_bytes(), b"tel ", b" or"));
        assert!(is_phone(["+49 167 2", "555 0168"].concat().as_bytes(), b"", b" 1b9f2c4d5e6f7a8b"));
        assert!(!is_phone(["06 12 ", "34 56 79"].concat().as_bytes(), b"0a ", b""));
        for (before, after, expected) in [
            ("call **", "** now", true),
            ("<", ">", true),
            ("x**", "", false),
            ("a <", " b", false),
            ("2 * ", "", false),
        ] {
            let number = ["+49 171 ", "2345679"].concat();
            assert_eq!(is_phone(number.as_bytes(), before.as_bytes(), after.as_bytes()), expected, "{before}");
        }
        assert!(!is_phone(["06 12 ", "34 56 79"].concat().as_bytes(), b"", b" 1f"));
        for text in
            ["+1 415 555 0123", "+1 111 111 1111", "12345", "+44 1234567", "+214 748 3647 11", "+1 415 867 53091"]
        {
            assert!(!is_phone(text.as_bytes(), b"", b""), "{text}");
        }
    }

    #[test]
    fn what_is_called_a_number_may_still_be_a_date_or_an_address() {
        for text in ["2026-11-24 10:00", "24.11.2026", "93.184.216.34", "12345678", "197520..198594"] {
            assert!(!is_named_phone(text.as_bytes(), b""), "{text}");
        }
        for text in [["976", "9316"], ["030/90", "18 2034"], ["001-397-910-", "3211x525"], ["(02)447", "-9789"]] {
            assert!(is_named_phone(text.concat().as_bytes(), b""), "{text:?}");
        }
    }
}
