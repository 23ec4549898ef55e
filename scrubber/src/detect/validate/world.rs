//! Check digits of identity and tax numbers of the Americas, Asia and Oceania, and of health numbers.

use super::checksum::{digits, luhn_sum, weighted};
use super::national::{compact, exactly, is_day, number};

/// Argentine CUIT and CUIL (<https://es.wikipedia.org/wiki/Clave_Única_de_Identificación_Tributaria>).
pub(super) fn is_cuit(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        let check = (11 - weighted(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        matches!(number(&d[..2]), 20 | 23 | 24 | 25 | 26 | 27 | 30 | 33 | 34) && check == u32::from(d[10])
    })
}

/// Chilean RUT (<https://es.wikipedia.org/wiki/Rol_Único_Tributario>): `K` stands for ten.
pub(super) fn is_rut(value: &[u8]) -> bool {
    let value = compact(value);
    let Some((check, head)) = value.split_last() else { return false };
    let Some(d) = digits(head).filter(|d| matches!(d.len(), 7 | 8)) else { return false };
    let sum: u32 = d.iter().rev().zip([2, 3, 4, 5, 6, 7, 2, 3]).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    };
    number(&d) > 1_000_000 && *check == expected
}

/// `Version: 20170116-3`, `0~20170116-3`, `(<< 1:20210110-0)`: a day in the place of a version, and a revision of the package behind it.
pub(super) fn is_dated_version(value: &[u8], before: &[u8]) -> bool {
    const NAMES: [&[u8]; 10] =
        [b"version: ", b"version ", b"~", b"+git", b"release-", b"(= ", b"(<< ", b"(>= ", b"(>> ", b"(<= "];
    let Some((date, revision)) = value.split_at_checked(8).filter(|(date, _)| date.iter().all(u8::is_ascii_digit))
    else {
        return false;
    };
    let in_range = |from: usize, least: &[u8], most: &[u8]| {
        date.get(from..from + 2).is_some_and(|two| (least..=most).contains(&two))
    };
    let day = in_range(0, b"19", b"20") && in_range(4, b"01", b"12") && in_range(6, b"01", b"31");
    let lower = before.to_ascii_lowercase();
    let goes_on = matches!(lower.as_slice(), [.., digit, b'~' | b'+' | b':' | b'-'] if digit.is_ascii_digit());
    revision.starts_with(b"-") && day && (goes_on || NAMES.iter().any(|name| lower.ends_with(name)))
}

/// Ecuadorian identity number (<https://es.wikipedia.org/wiki/Cédula_de_identidad_(Ecuador)>): a province and a Luhn digit.
pub(super) fn is_cedula(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| {
        let province = number(&d[..2]);
        matches!(province, 1..=24 | 30) && d[2] < 6 && luhn_sum(&d).is_multiple_of(10)
    })
}

/// Uruguayan identity number (<https://es.wikipedia.org/wiki/Cédula_de_Identidad_de_Uruguay>).
pub(super) fn is_uruguayan_ci(value: &[u8]) -> bool {
    exactly::<8>(value).is_some_and(|d| (10 - weighted(&d, &[2, 9, 8, 7, 6, 3, 4]) % 10) % 10 == u32::from(d[7]))
}

/// Mexican tax number of a person (<https://es.wikipedia.org/wiki/Registro_Federal_de_Contribuyentes_(México)>): letters, a date
/// and three characters.
pub(super) fn is_rfc(value: &[u8]) -> bool {
    let date = value.get(4..10).and_then(digits).filter(|date| date.len() == 6);
    date.is_some_and(|date| is_day(number(&date[2..4]), number(&date[4..6])))
}

/// Taiwanese identity number (<https://en.wikipedia.org/wiki/National_identification_card_(Taiwan)>).
pub(super) fn is_taiwan_id(value: &[u8]) -> bool {
    // The letters in the order of their numbers, from ten on.
    const LETTERS: &[u8; 26] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some((letter, rest)) = value.split_first() else { return false };
    let Some(d) = digits(rest).filter(|d| d.len() == 9) else { return false };
    let Some(place) = LETTERS.iter().position(|known| known == letter) else { return false };
    let code = u32::try_from(place).unwrap_or(0) + 10;
    let sum = code / 10 + code % 10 * 9 + weighted(&d, &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    matches!(d[0], 1 | 2 | 8 | 9) && sum.is_multiple_of(10)
}

/// Hong Kong identity card (<https://en.wikipedia.org/wiki/Hong_Kong_identity_card>): remainder by eleven, `A` stands for ten.
pub(super) fn is_hkid(value: &[u8]) -> bool {
    let value = compact(value);
    let letters = value.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let Some((check, body)) = value.split_last() else { return false };
    let Some(d) = body.get(letters..).and_then(digits).filter(|d| d.len() == 6) else { return false };
    let place = |byte: &u8| u32::from(byte - b'A') + 10;
    let head = match body.get(..letters) {
        Some([one]) => 36 * 9 + place(one) * 8,
        Some([one, two]) => place(one) * 9 + place(two) * 8,
        _ => return false,
    };
    let last = if *check == b'A' { 10 } else { u32::from(check.wrapping_sub(b'0')) };
    last <= 10 && (head + weighted(&d, &[7, 6, 5, 4, 3, 2]) + last).is_multiple_of(11)
}

/// Thai identity number (<https://en.wikipedia.org/wiki/Thai_identity_card>).
pub(super) fn is_thai_id(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|d| {
        d[0] != 0 && (11 - weighted(&d, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == u32::from(d[12])
    })
}

/// Malaysian identity number (<https://en.wikipedia.org/wiki/Malaysian_identity_card>): a date and a place of birth.
pub(super) fn is_mykad(value: &[u8]) -> bool {
    exactly::<12>(value).is_some_and(|d| {
        let place = number(&d[6..8]);
        is_day(number(&d[2..4]), number(&d[4..6]))
            && matches!(place, 1..=16 | 21..=59 | 60..=68 | 71..=79 | 82..=93 | 98 | 99)
    })
}

/// Indonesian identity number (<https://id.wikipedia.org/wiki/Nomor_Induk_Kependudukan>): a province and a date, day plus forty for
/// women.
pub(super) fn is_nik(value: &[u8]) -> bool {
    exactly::<16>(value).is_some_and(|d| {
        matches!(number(&d[..2]), 11..=99) && is_day(number(&d[8..10]), number(&d[6..8]) % 40) && number(&d[12..]) > 0
    })
}

/// Japanese individual number (<https://ja.wikipedia.org/wiki/個人番号>).
pub(super) fn is_my_number(value: &[u8]) -> bool {
    exactly::<12>(value).is_some_and(|d| {
        let rest = weighted(&d, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        u32::from(d[11]) == if rest <= 1 { 0 } else { 11 - rest }
    })
}

/// Emirates identity number (<https://u.ae>): 784 and a year of birth.
pub(super) fn is_emirates_id(value: &[u8]) -> bool {
    exactly::<15>(value).is_some_and(|d| number(&d[..3]) == 784 && (1900..=2030).contains(&number(&d[3..7])))
}

/// Iranian national code (<https://fa.wikipedia.org/wiki/کارت_شناسایی_ملی>).
pub(super) fn is_iranian_code(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| {
        let rest = weighted(&d, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        u32::from(d[9]) == if rest < 2 { rest } else { 11 - rest }
    })
}

/// Egyptian identity number (<https://en.wikipedia.org/wiki/Egyptian_National_Identity_Card>): a century and a date.
pub(super) fn is_egyptian_id(value: &[u8]) -> bool {
    exactly::<14>(value).is_some_and(|d| matches!(d[0], 2 | 3) && is_day(number(&d[3..5]), number(&d[5..7])))
}

/// New Zealand tax number (<https://www.ird.govt.nz>): a second row of weights where the first leaves ten.
pub(super) fn is_ird(value: &[u8]) -> bool {
    let Some(mut d) = digits(value).filter(|d| matches!(d.len(), 8 | 9)) else { return false };
    if d.len() == 8 {
        d.insert(0, 0);
    }
    let check = |weights: &[u8]| match weighted(&d, weights) % 11 {
        0 => 0,
        rest => 11 - rest,
    };
    let first = check(&[3, 2, 7, 6, 5, 4, 3, 2]);
    let last = d.last().map_or(10, |digit| u32::from(*digit));
    let second = if first == 10 { check(&[7, 4, 3, 2, 5, 2, 7, 6]) } else { first };
    (10_000_000..150_000_000).contains(&number(&d)) && second == last
}

/// Australian Medicare number (<https://en.wikipedia.org/wiki/Medicare_card_(Australia)>).
pub(super) fn is_medicare(value: &[u8]) -> bool {
    digits(value).filter(|d| matches!(d.len(), 10 | 11)).is_some_and(|d| {
        matches!(d.first(), Some(2..=6))
            && Some(weighted(&d, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10) == d.get(8).map(|c| u32::from(*c))
    })
}

/// US provider number (<https://www.cms.gov>): a Luhn digit with 80840 before the number.
pub(super) fn is_npi(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| {
        let whole: Vec<u8> = [8, 0, 8, 4, 0].into_iter().chain(d).collect();
        matches!(d[0], 1 | 2) && luhn_sum(&whole).is_multiple_of(10)
    })
}

/// US number of those who may prescribe (<https://en.wikipedia.org/wiki/DEA_number>).
pub(super) fn is_dea(value: &[u8]) -> bool {
    let Some(d) = value.get(2..).and_then(digits).filter(|d| d.len() == 7) else { return false };
    let sum = weighted(&d, &[1, 2, 1, 2, 1, 2]);
    sum % 10 == d.last().map_or(10, |digit| u32::from(*digit))
}

/// Number that the text calls one of identity, tax or insurance: enough digits, no date, not one digit over and over.
pub(super) fn is_named_id(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let varied = digits.iter().any(|digit| digits.first() != Some(digit));
    let counts_up = digits.windows(2).filter(|pair| matches!(pair, [a, b] if *b == a + 1)).count() + 2 >= digits.len();
    let is_date = matches!(value, [a, b, c, d, b'-' | b'/' | b'.', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
        && digits.len() == 8
        && (value.starts_with(b"19") || value.starts_with(b"20"));
    // `12.0.1.1.0`: countries group digits by points, but not by ones.
    let is_version = value.split(|byte| *byte == b'.').filter(|part| part.len() == 1).count() >= 2;
    digits.len() >= 6 && letters <= 10 && varied && !counts_up && !is_date && !is_version
}

/// Passport number: at least five digits, all of it in six to ten characters.
pub(super) fn is_passport(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    // Some countries mix digits with letters of which no word is made.
    let mixed =
        value.len() == 9 && digits >= 2 && value.iter().all(|byte| b"CFGHJKLMNPRTVWXYZ0123456789".contains(byte));
    (digits >= 5 || mixed) && (6..=10).contains(&value.len()) && value.iter().any(|byte| value.first() != Some(byte))
}

/// `pas č. 44182077. Faktura č. `: the number that the text named ends before a sign, and another one is named since.
pub(super) fn follows_number(before: &[u8]) -> bool {
    let ends = |pair: &[u8]| matches!(pair, [digit, b'.' | b',' | b';'] if digit.is_ascii_digit());
    let Some(at) = before.windows(2).rposition(ends) else { return false };
    let digits = before.get(..=at).unwrap_or_default().iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    digits >= 6
}

/// `passport-jwt  4.0.1  1234567`: what says passport before a number is the name of a library, and its version follows.
pub(super) fn names_a_library(before: &[u8]) -> bool {
    let Some(at) = memchr::memmem::rfind(before, b"passport") else { return false };
    let rest = before.get(at + b"passport".len()..).unwrap_or_default();
    let name =
        rest.iter().take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || **byte == b'-').count();
    let version = rest.get(name..).unwrap_or_default();
    let gap = version.iter().take_while(|byte| b" \t@^~\":".contains(byte)).count();
    let version = version.get(gap..).unwrap_or_default();
    let dots =
        version.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').filter(|byte| **byte == b'.').count();
    gap > 0 && dots == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_told_from_a_passport() {
        for before in ["passport-jwt  4.0.1  ", "passport-google-oauth20\t2.0.0\t", "passport@0.7.0 "] {
            assert!(names_a_library(before.as_bytes()), "{before}");
        }
        for before in ["Passport No: ", "passport: ", "passport-number 1. ", "passport-no\t", ""] {
            assert!(!names_a_library(before.as_bytes()), "{before}");
        }
    }

    #[test]
    fn a_changed_check_character_is_caught() {
        use super::super::national::tests::check;
        check(is_cuit, &["20-1234567", "8-6"]);
        check(is_rut, &["12.345.67", "8-5"]);
        check(is_cedula, &["17100", "34065"]);
        check(is_taiwan_id, &["A1234", "56789"]);
        check(is_hkid, &["A123", "4563"]);
        check(is_thai_id, &["1-2345-6789", "0-12-1"]);
        check(is_my_number, &["1234", "56789018"]);
        check(is_iranian_code, &["0084", "575948"]);
        check(is_ird, &["49-091-", "850"]);
        check(is_npi, &["12345", "67893"]);
        check(is_dea, &["AB1234", "563"]);
    }

    #[test]
    fn what_is_called_an_id_has_enough_different_digits() {
        for text in ["2026-11-24", "111111111", "ABC-12", "12345678"] {
            assert!(!is_named_id(text.as_bytes()), "{text}");
        }
        assert!(is_named_id(b"5369-04-399"));
    }
}
