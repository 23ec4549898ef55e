//! Telephone numbers: how many digits they have, where they may begin, and what looks like them.

use super::called;

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
        && !is_position(value, before)
        && !is_far_date(value)
        && !is_one_number(value, digits.len())
        && !is_day(value)
        && !is_point(value, after)
        && !is_called_otherwise(before)
        && !is_decimals(before)
}

/// Of a country's code, a dot and the rest no number has more digits; `+57.29577951308232` is a term.
const DIGITS_MAX: usize = 15;

/// Whether a sign, digits and at most one point make up the value, and it has too many digits or a fraction: `+6073641856.9`,
/// `+345678.5432`. Registrars put a point behind the code of a country.
fn is_one_number(value: &[u8], digits: usize) -> bool {
    let Some(number) = value.strip_prefix(b"+") else { return false };
    let mut parts = number.split(|byte| *byte == b'.');
    let [whole, fraction] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    let plain = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    // `+4989.1234567`: behind an area's code more digits follow than fractions have.
    let fraction_of = (1..=4).contains(&fraction.len()) && whole.len() > 4;
    parts.next().is_none() && plain(whole) && plain(fraction) && (digits > DIGITS_MAX || fraction_of)
}

/// `+2026-11-27`, perhaps with the hour behind it: a line that a difference adds begins with a date.
fn is_day(value: &[u8]) -> bool {
    let two = |a: &u8, b: &u8| {
        if a.is_ascii_digit() && b.is_ascii_digit() { (a - b'0') * 10 + (b - b'0') } else { u8::MAX }
    };
    let Some([b'1', b'9', y, z, b'-', m, n, b'-', d, e] | [b'2', b'0', y, z, b'-', m, n, b'-', d, e]) =
        value.strip_prefix(b"+").and_then(|rest| rest.get(..10))
    else {
        return false;
    };
    two(y, z) < 100
        && (1..=12).contains(&two(m, n))
        && (1..=31).contains(&two(d, e))
        && value.get(11).is_none_or(|byte| *byte == b' ')
}

/// `267.764 1040` before a comma and a digit: two coordinates of a drawing.
fn is_point(value: &[u8], after: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b' ');
    let first = parts.next().unwrap_or_default();
    let is_decimal = first.iter().filter(|byte| **byte == b'.').count() == 1
        && first.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let plain = parts.next().is_some_and(|second| second.iter().all(u8::is_ascii_digit)) && parts.next().is_none();
    is_decimal && plain && matches!(after, [b',', next, ..] if next.is_ascii_digit())
}

/// `c0 .05.01.09.01.13`: fractions of a drawing. `Tel.` stands before numbers.
fn is_decimals(before: &[u8]) -> bool {
    before.ends_with(b".")
        && !before.iter().rev().nth(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
}

/// `+484531-0913718`, and `0210-07950` behind a sign: latitude and longitude in degrees, minutes and seconds (ISO 6709).
fn is_position(value: &[u8], before: &[u8]) -> bool {
    let signed = before.last().is_some_and(|byte| b"+-".contains(byte));
    let value = value.strip_prefix(b"+".as_slice()).or_else(|| signed.then_some(value)).unwrap_or_default();
    let Some(sign) = value.iter().position(|byte| b"+-".contains(byte)) else { return false };
    let (latitude, longitude) = (value.get(..sign).unwrap_or_default(), value.get(sign + 1..).unwrap_or_default());
    let is_angle = |digits: &[u8], degrees: usize, most: u32| {
        let number = |from: usize, to: usize| {
            digits.get(from..to).map_or(0, |part| part.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
        };
        digits.iter().all(u8::is_ascii_digit)
            && number(0, degrees) <= most
            && number(degrees, degrees + 2) < 60
            && number(degrees + 2, degrees + 4) < 60
    };
    matches!((latitude.len(), longitude.len()), (4, 5) | (6, 7))
        && is_angle(latitude, 2, 90)
        && is_angle(longitude, 3, 180)
}

/// `+262142-12-31`: a year that takes more than four digits has a sign. Numbers of Russia may be parted so.
fn is_far_date(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"+").filter(|rest| !rest.starts_with(b"7")) else { return false };
    let mut groups = rest.split(|byte| *byte == b'-');
    let [year, month, day] = [groups.next(), groups.next(), groups.next()].map(Option::unwrap_or_default);
    let two = |group: &[u8], most: &[u8]| group.len() == 2 && group.iter().all(u8::is_ascii_digit) && group <= most;
    (5..=7).contains(&year.len())
        && year.iter().all(u8::is_ascii_digit)
        && two(month, b"13")
        && two(day.get(..2).unwrap_or_default(), b"31")
        && day.get(2).is_none_or(|byte| *byte == b' ')
        && groups.next().is_none()
}

/// Whether the word before calls the number something else: a clause of a law (`DFARS 252.227-7013`), bytes (`hex!("09 03 …")`).
fn is_called_otherwise(before: &[u8]) -> bool {
    const CLAUSES: &[&[u8]] =
        &[b"far", b"dfar", b"dfars", b"cfr", b"c.f.r.", b"\xc2\xa7", b"\xc2\xa7\xc2\xa7", b"clause", b"clauses"];
    let word = before.trim_ascii_end().rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    let clause = CLAUSES.iter().any(|name| word.eq_ignore_ascii_case(name));
    let literal = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).and_then(|rest| {
        let rest = rest.strip_suffix(b"b").unwrap_or(rest);
        let rest = rest.strip_suffix(b"(")?;
        Some(rest.strip_suffix(b"!").unwrap_or(rest))
    });
    clause
        || word == b"<Buffer"
        || word == b"&#x3C;Buffer"
        || called::is_article(before)
        || literal.is_some_and(|call| {
            call.len() >= 3 && call.get(call.len() - 3..).is_some_and(|end| end.eq_ignore_ascii_case(b"hex"))
        })
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
        && !is_fraction(value)
        && !is_rate(value)
        && !is_decimals(before)
        && !are_decimals(value)
        && !are_versions(value)
        && (is_assigned(before) || !is_range(value))
        && !(value.iter().all(u8::is_ascii_digit) && called::is_id(before) && !says_whatsapp(before))
        && !(are_years(value) && names_an_author(before))
        && !value.windows(2).any(|two| two == b"..")
}

/// `38.3500000`: seven digits behind the point, and before it two that no network's or town's code begins with.
fn is_fraction(value: &[u8]) -> bool {
    let Some(dot) = memchr::memchr(b'.', value).filter(|dot| (1..=2).contains(dot)) else { return false };
    let parts = [value.get(..dot), value.get(dot + 1..)].map(Option::unwrap_or_default);
    let plain = parts.iter().all(|part| part.iter().all(u8::is_ascii_digit));
    plain && value.first() != Some(&b'0') && parts.last().is_some_and(|part| part.len() == 7)
}

/// `353207.547`: one point behind six digits or more, and three behind it or fewer.
fn is_rate(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'.');
    let [whole, fraction] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    let plain = [whole, fraction].iter().all(|part| part.iter().all(u8::is_ascii_digit));
    plain && parts.next().is_none() && whole.len() >= 6 && (1..=3).contains(&fraction.len()) && !whole.starts_with(b"0")
}

/// `32.0853 34.7818`: two numbers with three or more digits behind their points.
fn are_decimals(value: &[u8]) -> bool {
    let is_decimal = |part: &[u8]| {
        let mut parts = part.split(|byte| *byte == b'.');
        let [whole, fraction] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
        let digits = |part: &[u8], least: usize| part.len() >= least && part.iter().all(u8::is_ascii_digit);
        digits(whole, 1) && whole.len() <= 3 && digits(fraction, 3) && parts.next().is_none()
    };
    let mut parts = value.split(|byte| *byte == b' ');
    parts.next().is_some_and(is_decimal) && parts.next().is_some_and(is_decimal) && parts.next().is_none()
}

/// `0.14.0 0.5.2 0.6.0`: with blanks between them, each of three numbers or more with points.
fn are_versions(value: &[u8]) -> bool {
    let is_version = |part: &[u8]| part.iter().filter(|byte| **byte == b'.').count() >= 2;
    value.contains(&b' ') && value.split(|byte| *byte == b' ').all(is_version)
}

/// `2122-2125`, `3410/3430`: groups of the same length, each a little above the one before: lines of a file or models.
fn is_range(value: &[u8]) -> bool {
    const APART_MAX: u32 = 200;
    let number = |group: &[u8]| {
        let digit = |digit: &u8| char::from(*digit).to_digit(10);
        group.iter().try_fold(0u32, |sum, next| sum.checked_mul(10)?.checked_add(digit(next)?))
    };
    let groups: Vec<&[u8]> = value.split(|byte| b"-/".contains(byte)).collect();
    groups.len() > 1
        && groups.windows(2).all(|pair| {
            let [from, to] = pair else { return false };
            let apart = number(to).zip(number(from)).and_then(|(to, from)| to.checked_sub(from));
            from.len() == to.len() && from.len() <= 6 && apart.is_some_and(|apart| apart <= APART_MAX)
        })
}

/// `Tel: `, `"phone": "`, `Tel. `: nothing but a sign stands between the name and the number.
fn is_assigned(before: &[u8]) -> bool {
    let last = before.iter().rev().find(|byte| !b" \"'`\\".contains(byte));
    last.is_some_and(|sign| b":=.".contains(sign))
}

/// WhatsApp's ids are numbers of telephones.
fn says_whatsapp(before: &[u8]) -> bool {
    let lower = before.to_ascii_lowercase();
    [b"whatsapp".as_slice(), b"wa_id", b"wa id"].iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// `2017-2022`.
fn are_years(value: &[u8]) -> bool {
    let year = |part: &[u8]| part.iter().all(u8::is_ascii_digit) && matches!(part, [b'1', b'9', ..] | [b'2', b'0', ..]);
    matches!(value, [from @ .., b'-', _, _, _, _] if from.len() == 4 && year(from))
        && value.get(5..).is_some_and(|to| year(to) && Some(to) >= value.get(..4))
}

/// Whether a line with years for each holder of a copyright begins before the value: what names a telephone stands in another one.
fn names_an_author(before: &[u8]) -> bool {
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let begins = line.len() < before.len() && line.iter().all(|byte| b" \t*#/".contains(byte));
    begins || [b"opyright".as_slice(), b"(c)", b"(C)"].iter().any(|word| memchr::memmem::find(line, word).is_some())
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
    let national = digits.strip_prefix(b"001").or_else(|| digits.strip_prefix(b"1")).unwrap_or(digits);
    // Codes of areas begin with no zero there.
    let local = matches!(national.len(), 7 | 10) && national.first() != Some(&b'0');
    let last = national.len().checked_sub(7).and_then(|from| national.get(from..)).unwrap_or_default();
    !abroad && local && last.starts_with(b"55501")
}

/// Two stars are a power only behind what they raise; elsewhere they begin bold text, or end it: `**Phone:** 030 …`.
fn is_term(before: &[u8]) -> bool {
    let bold = before
        .strip_suffix(b"**")
        .is_some_and(|head| !head.last().is_some_and(|last| last.is_ascii_alphanumeric() || b"_)]*".contains(last)));
    let head = before.trim_ascii_end();
    let ends_bold = head.len() < before.len()
        && head.strip_suffix(b"**").is_some_and(|word| {
            let end = word.strip_suffix(b":").unwrap_or(word);
            end.last().is_some_and(|last| last.is_ascii_alphabetic() || b".)".contains(last) || *last >= 0x80)
        });
    !bold && !ends_bold && head.last().is_some_and(|byte| b"*/%^<>".contains(byte)) && !before.ends_with(b">")
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
        assert!(is_phone(["0532 5", "55 01 44"].concat().as_bytes(), b"", b""));
        assert!(!is_phone(["415 5", "55 01 44"].concat().as_bytes(), b"", b""));
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
    fn a_range_has_short_groups() {
        assert!(is_range(b"2122-2125") && !is_range(b"2125-2122"));
        let long = "5".repeat(24);
        assert!(!is_range(format!("{long}-{long}").as_bytes()));
    }

    #[test]
    fn positions_dates_clauses_and_bytes_are_no_phones() {
        for (before, value) in [
            ("US\t", ["+571035", "-1351807"]),
            ("EC\t-", ["0210", "-07950"]),
            ("\"", ["+262142-", "12-31"]),
            ("(\"", ["+5881580-", "07-11"]),
            ("DFARS ", ["252.227", "-7013"]),
            ("48 C.F.R. \u{a7} ", ["252.227", "-7014"]),
            ("hex!(\"", ["09 03 80", " 00 01"]),
            ("// Prints: <Buffer ", ["01 02 03", " 04 05"]),
            ("fromhex('", ["04 03 41", " 41 42"]),
            ("c0 .", ["05.01.09", ".01.13"]),
            ("\"", ["+57.2957", "7951308232"]),
            ("z ", ["+60736418", "56.9"]),
            ("\n", ["+2026-11-", "27 08"]),
            ("\n", ["+2026-11-", "27"]),
            ("\n", ["+45395787", "63621486"]),
        ] {
            assert!(!is_phone(value.concat().as_bytes(), before.as_bytes(), b""), "{before}{value:?}");
        }
        for (before, value) in [
            ("tel ", ["+491512", "-3456789"]),
            ("", ["+7495123", "-11-12"]),
            ("-", ["0511", "-79850"]),
            ("Tel.", ["06 12 34", " 56 79"]),
            ("\"", ["+49.3090", "182034"]),
            ("see ", ["252.227", "-7013"]),
            ("", ["+2010-12-", "345678"]),
            ("", ["+49.3090182", ".034"]),
        ] {
            let value = value.concat();
            assert!(is_phone(value.as_bytes(), before.as_bytes(), b""), "{before}{value}");
        }
    }

    #[test]
    fn rates_and_weights_are_no_phones() {
        for (before, value, expected) in [
            ("max cell rate:  ", ["353207", ".547"], false),
            ("# YI SYLLABLE FAX\nA0D3  ; [.", ["4534.0020", ".0002"], false),
            ("cell: ", ["030207", ".547"], true),
            ("fax ", ["4534.0020", ".0002"], true),
            ("Tel.", ["4534.0020", ".0002"], true),
        ] {
            assert_eq!(is_named_phone(value.concat().as_bytes(), before.as_bytes()), expected, "{before}");
        }
    }

    #[test]
    fn coordinates_and_years_are_no_phones() {
        let point = ["267.764", " 1040"].concat();
        assert!(!is_phone(point.as_bytes(), b"1035,", b",270.264"));
        assert!(is_phone(point.as_bytes(), b"call ", b", now"));
        assert!(!is_named_phone(["32.0853", " 34.7818"].concat().as_bytes(), b"tel aviv "));
        let years = ["2017", "-2022"].concat();
        for (before, expected) in
            [("Acme Mobile, Inc\n ", false), ("fax3.h\nCopyright: ", false), ("Tel: ", true), ("fax\nTel: ", true)]
        {
            assert_eq!(is_named_phone(years.as_bytes(), before.as_bytes()), expected, "{before}");
        }
    }

    #[test]
    fn ranges_and_ids_are_no_phones() {
        for (before, value) in [
            ("cell.rs.html#", "2122-2125"),
            ("Mobility Radeon HD ", "3410/3430"),
            ("Mobility HD ", "5430/5450/5470"),
            ("\"phone_id\": ", "4783920"),
            ("phoneId=", "4783920"),
        ] {
            assert!(!is_named_phone(value.as_bytes(), before.as_bytes()), "{before}{value}");
        }
        for (before, value) in
            [("cell ", "2122-9125"), ("cell ", "212-2125"), ("phone: ", "4783920"), ("wa_id=", "47839201")]
        {
            assert!(is_named_phone(value.as_bytes(), before.as_bytes()), "{before}{value}");
        }
    }

    #[test]
    fn what_is_called_a_number_may_still_be_a_date_or_an_address() {
        for text in ["2026-11-24 10:00", "24.11.2026", "93.184.216.34", "12345678", "38.3500000", "197520..198594"] {
            assert!(!is_named_phone(text.as_bytes(), b""), "{text}");
        }
        for text in [["976", "9316"], ["030/90", "18 2034"], ["001-397-910-", "3211x525"], ["(02)447", "-9789"]] {
            assert!(is_named_phone(text.concat().as_bytes(), b""), "{text:?}");
        }
    }
}
