//! Check digits of national identity, tax and health numbers. Each function takes the number with or without the
//! separators that people write in it.

use super::checksum::{digits, luhn_sum, mod_11_10, weighted};

/// Digits of `value`, when there are exactly `N` and they are not all alike.
pub(super) fn exactly<const N: usize>(value: &[u8]) -> Option<[u8; N]> {
    let digits: [u8; N] = digits(value)?.try_into().ok()?;
    digits.iter().any(|digit| digits.first() != Some(digit)).then_some(digits)
}

/// The digits as a number.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

/// Letters in upper case and digits, separators left out.
pub(super) fn compact(value: &[u8]) -> Vec<u8> {
    value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect()
}

pub(super) fn is_day(month: u64, day: u64) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// US social security number (<https://www.ssa.gov/employer/randomization.html>): no area 000, 666 or 900 to 999, no
/// group 00, no serial 0000; 078-05-1120 and 219-09-9999 stood in advertisements.
pub(super) fn is_ssn(value: &[u8]) -> bool {
    let Some(digits) = exactly::<9>(value) else { return false };
    let number = number(&digits);
    let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    // `111-22-3333`
    let sample = area.is_multiple_of(111) && group.is_multiple_of(11) && serial.is_multiple_of(1111);
    area != 0
        && !sample
        && area != 666
        && area < 900
        && group != 0
        && serial != 0
        && !matches!(number, 78_051_120 | 219_099_999 | 123_456_789 | 987_654_321)
}

/// UK national insurance number (<https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110>).
pub(super) fn is_nino(value: &[u8]) -> bool {
    let value = compact(value);
    let [first, second, rest @ ..] = value.as_slice() else { return false };
    let [middle @ .., suffix] = rest else { return false };
    let prefix = [*first, *second];
    let reserved = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&prefix);
    middle.len() == 6
        && middle.iter().all(u8::is_ascii_digit)
        && middle != b"123456"
        && (b'A'..=b'D').contains(suffix)
        && prefix.iter().all(u8::is_ascii_uppercase)
        && !b"DFIQUV".contains(first)
        && !b"DFIQUVO".contains(second)
        && !reserved
}

/// NHS number (<https://www.datadictionary.nhs.uk/attributes/nhs_number.html>).
pub(super) fn is_nhs_number(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| weighted(&d, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

/// German tax id (<https://de.wikipedia.org/wiki/Steuerliche_Identifikationsnummer>): among the first ten digits one
/// occurs two or three times, and the last is the ISO 7064 MOD 11,10 digit.
pub(super) fn is_steuer_id(value: &[u8]) -> bool {
    let Some(digits) = exactly::<11>(value) else { return false };
    let [head @ .., check] = digits;
    let most = (0..10u8).map(|wanted| head.iter().filter(|digit| **digit == wanted).count()).max().unwrap_or(0);
    digits[0] != 0 && (2..=3).contains(&most) && mod_11_10(&head) == check
}

/// French social security number (<https://fr.wikipedia.org/wiki/Numéro_de_sécurité_sociale_en_France>): key is 97 less
/// the remainder by 97; Corsica's `2A` and `2B` count as 19 and 18.
pub(super) fn is_nir(value: &[u8]) -> bool {
    let mut text = compact(value);
    if let Some(department) = text.get_mut(5..7) {
        match &*department {
            b"2A" => department.copy_from_slice(b"19"),
            b"2B" => department.copy_from_slice(b"18"),
            _ => {}
        }
    }
    let Some(digits) = exactly::<15>(&text) else { return false };
    let (head, key) = digits.split_at(13);
    matches!(digits[0], 1 | 2) && number(&digits[3..5]) > 0 && 97 - number(head) % 97 == number(key)
}

/// Spanish DNI and NIE (<https://www.interior.gob.es/opencms/es/servicios-al-ciudadano/tramites-y-gestiones/dni/calculo-del-digito-de-control-del-nif-nie/>).
pub(super) fn is_dni(value: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let value = compact(value);
    let Some((letter, head)) = value.split_last() else { return false };
    let head: Vec<u8> = match head {
        [foreign @ b'X'..=b'Z', rest @ ..] => [&[b'0' + (foreign - b'X')], rest].concat(),
        head => head.to_vec(),
    };
    let Some(digits) = digits(&head).filter(|digits| digits.len() == 8) else { return false };
    let index = usize::try_from(number(&digits) % 23).unwrap_or(0);
    number(&digits) > 1000 && number(&digits) != 12_345_678 && LETTERS.get(index) == Some(letter)
}

/// Italian codice fiscale (<https://it.wikipedia.org/wiki/Codice_fiscale#Carattere_di_controllo>).
pub(super) fn is_codice_fiscale(value: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = compact(value);
    let Some((check, head)) = value.split_last() else { return false };
    let sum: u32 = head
        .iter()
        .enumerate()
        .map(|(index, byte)| {
            let place = if byte.is_ascii_digit() { byte - b'0' } else { byte.wrapping_sub(b'A') };
            if index % 2 == 0 { ODD.get(usize::from(place)).copied().unwrap_or(0) } else { u32::from(place) }
        })
        .sum();
    head.len() == 15 && u32::from(check.wrapping_sub(b'A')) == sum % 26
}

/// Dutch BSN (<https://nl.wikipedia.org/wiki/Burgerservicenummer#11-proef>).
pub(super) fn is_bsn(value: &[u8]) -> bool {
    exactly::<9>(value)
        .is_some_and(|d| (weighted(&d, &[9, 8, 7, 6, 5, 4, 3, 2]) + 10 * u32::from(d[8])).is_multiple_of(11))
}

/// Belgian national number (<https://nl.wikipedia.org/wiki/Rijksregisternummer>): key by 97, with a leading 2 for those
/// born from 2000.
pub(super) fn is_rijksregister(value: &[u8]) -> bool {
    let Some(digits) = exactly::<11>(value) else { return false };
    let (head, key) = (number(&digits[..9]), number(&digits[9..]));
    let dated = number(&digits[2..4]) <= 12 && number(&digits[4..6]) <= 31;
    dated && (97 - head % 97 == key || 97 - (2_000_000_000 + head) % 97 == key)
}

/// Polish PESEL (<https://www.gov.pl/web/gov/czym-jest-numer-pesel>): the month carries the century in its tens.
pub(super) fn is_pesel(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        is_day(number(&d[2..4]) % 20, number(&d[4..6]))
            && weighted(&d, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
    })
}

/// Finnish personal identity code (<https://dvv.fi/en/personal-identity-code>): `DDMMYYCZZZQ`.
pub(super) fn is_hetu(value: &[u8]) -> bool {
    const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let upper = value.to_ascii_uppercase();
    let (Some(date), Some(serial), Some(check)) = (upper.get(..6), upper.get(7..10), upper.get(10)) else {
        return false;
    };
    let Some(all) = digits(&[date, serial].concat()).filter(|all| all.len() == 9) else { return false };
    let index = usize::try_from(number(&all) % 31).unwrap_or(0);
    upper.len() == 11 && is_day(number(&all[2..4]), number(&all[..2])) && CHECKS.get(index) == Some(check)
}

/// Norwegian birth number (<https://www.skatteetaten.no/en/person/national-registry/identitetsnummer/>): two digits by 11.
pub(super) fn is_fodselsnummer(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        is_day(number(&d[2..4]), number(&d[..2]) % 40)
            && weighted(&d, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
            && weighted(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Swedish personal number (<https://www.skatteverket.se>, SKV 704): a date, day plus 60 in coordination numbers, and a
/// Luhn digit over the last ten digits.
pub(super) fn is_personnummer(value: &[u8]) -> bool {
    let plain: Vec<u8> = value.iter().copied().filter(|byte| *byte != b'+').collect();
    let Some(all) = digits(&plain).filter(|all| matches!(all.len(), 10 | 12)) else { return false };
    let Some(short) = all.len().checked_sub(10).and_then(|start| all.get(start..)) else { return false };
    let century = all.len() == 10 || matches!(number(&all[..2]), 18..=20);
    century && is_day(number(&short[2..4]), number(&short[4..6]) % 60) && luhn_sum(short).is_multiple_of(10)
}

/// Swiss AHV number (<https://www.zas.admin.ch>): 756 and an EAN-13 digit.
pub(super) fn is_ahv(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|d| {
        number(&d[..3]) == 756 && weighted(&d, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
    })
}

/// Portuguese NIF (<https://pt.wikipedia.org/wiki/Número_de_identificação_fiscal>).
pub(super) fn is_nif(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|d| {
        let check = (11 - weighted(&d, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
        matches!(d[0], 1 | 2 | 3 | 5 | 6 | 8 | 9) && check == u32::from(d[8])
    })
}

/// Brazilian CPF (<https://pt.wikipedia.org/wiki/Cadastro_de_Pessoas_Físicas>): two digits by 11.
pub(super) fn is_cpf(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        let check = |weights: &[u8]| weighted(&d, weights) * 10 % 11 % 10;
        check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]) == u32::from(d[9])
            && check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) == u32::from(d[10])
    })
}

/// Brazilian CNPJ, numeric form (<https://pt.wikipedia.org/wiki/Cadastro_Nacional_da_Pessoa_Jurídica>): two digits by 11.
pub(super) fn is_cnpj(value: &[u8]) -> bool {
    exactly::<14>(value).is_some_and(|d| {
        let check = |weights: &[u8]| match weighted(&d, weights) % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        check(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == u32::from(d[12])
            && check(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == u32::from(d[13])
    })
}

/// Chinese resident identity number, GB 11643-1999: a date and ISO 7064 MOD 11-2, with `X` for ten.
pub(super) fn is_resident_id(value: &[u8]) -> bool {
    let Some((check, head)) = value.split_last() else { return false };
    let Some(digits) = digits(head).filter(|digits| digits.len() == 17) else { return false };
    let sum = digits.iter().fold(0u32, |sum, digit| (sum + u32::from(*digit)) * 2 % 11);
    let expected = match (12 - sum) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    };
    let year = number(&digits[6..10]);
    (1900..=2099).contains(&year)
        && is_day(number(&digits[10..12]), number(&digits[12..14]))
        && matches!(digits[0], 1..=8)
        && check.to_ascii_uppercase() == expected
}

/// Korean resident registration number (<https://en.wikipedia.org/wiki/Resident_registration_number>). Numbers given out
/// since October 2020 carry no check digit, so a wrong one alone does not acquit; the date and the century digit decide.
pub(super) fn is_rrn(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|d| {
        let check = (11 - weighted(&d, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
        let recent = matches!(d[6], 3 | 4 | 7 | 8) && number(&d[..2]) >= 20;
        is_day(number(&d[2..4]), number(&d[4..6])) && d[6] != 0 && (recent || check == u32::from(d[12]))
    })
}

/// Singapore NRIC and FIN (<https://en.wikipedia.org/wiki/National_Registration_Identity_Card>).
pub(super) fn is_nric(value: &[u8]) -> bool {
    let upper = value.to_ascii_uppercase();
    let [series, body @ .., check] = upper.as_slice() else { return false };
    let Some(digits) = digits(body).filter(|digits| digits.len() == 7) else { return false };
    let sum = weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]);
    let (offset, letters): (u32, &[u8; 11]) = match series {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    let index = usize::try_from((sum + offset) % 11).unwrap_or(0);
    // Series M counts its letters from the other end.
    let index = if *series == b'M' { 10 - index } else { index };
    let letters = if *series == b'M' { b"KLJNPQRTUWX" } else { letters };
    letters.get(index) == Some(check)
}

/// Australian tax file number (<https://en.wikipedia.org/wiki/Tax_file_number>).
pub(super) fn is_tfn(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|d| weighted(&d, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11))
}

/// Turkish identity number (<https://tr.wikipedia.org/wiki/T.C._kimlik_numarası>).
pub(super) fn is_tckn(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        let odd: i32 = d[..9].iter().step_by(2).map(|digit| i32::from(*digit)).sum();
        let even: i32 = d[1..8].iter().step_by(2).map(|digit| i32::from(*digit)).sum();
        let all: i32 = d[..10].iter().map(|digit| i32::from(*digit)).sum();
        d[0] != 0 && (odd * 7 - even).rem_euclid(10) == i32::from(d[9]) && all % 10 == i32::from(d[10])
    })
}

/// Israeli identity number (<https://en.wikipedia.org/wiki/Israeli_identity_card>): Luhn over nine digits, counted from
/// the left.
pub(super) fn is_teudat_zehut(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|d| luhn_sum(&d).is_multiple_of(10))
}

/// South African identity number (<https://en.wikipedia.org/wiki/South_African_identity_card>).
pub(super) fn is_south_african_id(value: &[u8]) -> bool {
    exactly::<13>(value)
        .is_some_and(|d| is_day(number(&d[2..4]), number(&d[4..6])) && d[10] <= 2 && luhn_sum(&d).is_multiple_of(10))
}

/// Mexican CURP (<https://es.wikipedia.org/wiki/Clave_Única_de_Registro_de_Población>): weights fall from 18, and the
/// letter after N has the place of Ñ before it.
pub(super) fn is_curp(value: &[u8]) -> bool {
    let upper = value.to_ascii_uppercase();
    let Some((check, head)) = upper.split_last() else { return false };
    if head.len() != 17 || !check.is_ascii_digit() {
        return false;
    }
    let place = |byte: &u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        b'O'..=b'Z' => u32::from(byte - b'A') + 11,
        _ => 0,
    };
    let sum: u32 = head.iter().zip((2..=18).rev()).map(|(byte, weight)| place(byte) * weight).sum();
    let dated = digits(&head[4..10]).is_some_and(|date| is_day(number(&date[2..4]), number(&date[4..6])));
    dated && u32::from(check - b'0') == (10 - sum % 10) % 10
}

/// Plate of a vehicle, in the form of any country: one to five letters and one to eight digits, in up to four groups.
pub(super) fn is_plate(value: &[u8]) -> bool {
    /// Words that numbers stand behind in other places, and the months.
    const NO_GROUPS: [&[u8]; 36] = [
        b"USB", b"HDMI", b"ISO", b"DIN", b"EN", b"RFC", b"IEC", b"IEEE", b"AM", b"PM", b"UTC", b"GMT", b"USD", b"EUR",
        b"GBP", b"PX", b"MM", b"CM", b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT",
        b"NOV", b"DEC", b"RTX", b"GTX", b"ESP32", b"CAN", b"SAE", b"PCI",
    ];
    let count = |of: fn(&u8) -> bool| value.iter().filter(|byte| of(byte)).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase));
    let signs = value.iter().filter(|byte| !byte.is_ascii_alphanumeric());
    let groups = || value.split(|byte| !byte.is_ascii_alphanumeric()).filter(|group| !group.is_empty());
    // `EP1234567`: of a patent.
    let document = groups().count() == 1 && digits >= 7 && value.iter().rev().take(digits).all(u8::is_ascii_digit);
    let quarter = groups().any(|group| matches!(group, [b'Q', b'1'..=b'4'])) && groups().any(|group| group.len() == 4);
    (1..=8).contains(&digits)
        && (1..=5).contains(&letters)
        && (5..=10).contains(&(digits + letters))
        && signs.clone().all(|byte| b" -.\xc2\xb7".contains(byte))
        && groups().count() <= 4
        && !quarter
        && !document
        && !groups().any(|group| NO_GROUPS.contains(&group))
        && [value.first(), value.last()].iter().flatten().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The first form passes; with its last character changed it does not.
    pub(in super::super) fn check(accepts: fn(&[u8]) -> bool, parts: &[&str]) {
        let good = parts.concat();
        assert!(accepts(good.as_bytes()), "{good}");
        let mut bad = good.clone().into_bytes();
        let last = bad.len() - 1;
        bad[last] = match bad[last] {
            b'9' => b'0',
            b'Z' => b'A',
            b'X' => b'1',
            byte => byte + 1,
        };
        assert!(!accepts(&bad), "{good} with another last character");
    }

    #[test]
    fn a_changed_check_character_is_caught() {
        check(is_nhs_number, &["943 476 ", "5919"]);
        check(is_steuer_id, &["8609574", "2719"]);
        check(is_nir, &["2 55 08 14 ", "168 025 38"]);
        check(is_dni, &["1234", "5679", "S"]);
        check(is_dni, &["X123", "4567", "L"]);
        check(is_codice_fiscale, &["RSSMRA85", "T10A562S"]);
        check(is_bsn, &["1112", "22333"]);
        check(is_rijksregister, &["85.07.30-", "033.28"]);
        check(is_pesel, &["440514", "01359"]);
        check(is_hetu, &["131052", "-308T"]);
        check(is_personnummer, &["811218", "-9876"]);
        check(is_ahv, &["756.9217.", "0769.85"]);
        check(is_cpf, &["111.444.", "777-35"]);
        check(is_cnpj, &["11.222.333", "/0001-81"]);
        check(is_resident_id, &["11010519", "491231002X"]);
        check(is_nric, &["S1234", "567D"]);
        check(is_tfn, &["123 456 ", "782"]);
        check(is_tckn, &["100000", "00146"]);
        check(is_south_african_id, &["800101", "5009087"]);
    }

    #[test]
    fn numbers_that_are_not_issued_are_refused() {
        for parts in
            [["000-12-", "3456"], ["666-12-", "3456"], ["900-12-", "3456"], ["123-00-", "4567"], ["123-45-", "0000"]]
        {
            assert!(!is_ssn(parts.concat().as_bytes()), "{parts:?}");
        }
        assert!(is_ssn(["536-90-", "4399"].concat().as_bytes()));
        assert!(is_nino(["AB 12 34 ", "57 C"].concat().as_bytes()));
        for parts in [["BG12", "3457C"], ["DA12", "3457C"], ["AB12", "3457E"]] {
            assert!(!is_nino(parts.concat().as_bytes()), "{parts:?}");
        }
    }
}
