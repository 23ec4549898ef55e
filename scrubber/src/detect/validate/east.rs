//! Check digits of identity and tax numbers of central and eastern Europe, the Baltic and the Nordic countries.

use super::checksum::{digits, luhn_sum, mod_11_10, verhoeff, weighted};
use super::national::{compact, exactly, is_day, number};

/// Austrian social security number (<https://de.wikipedia.org/wiki/Sozialversicherungsnummer#Österreich>): the fourth digit
/// checks the others, which end with a date of birth.
pub(super) fn is_svnr(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| {
        weighted(&d, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == u32::from(d[3])
            && is_day(number(&d[6..8]) % 20, number(&d[4..6]))
    })
}

/// Czech and Slovak birth number (<https://cs.wikipedia.org/wiki/Rodné_číslo>): months of women count from 51; ten digits are a
/// multiple of eleven.
pub(super) fn is_rodne_cislo(value: &[u8]) -> bool {
    let Some(d) = digits(value).filter(|d| matches!(d.len(), 9 | 10)) else { return false };
    let month = number(&d[2..4]) % 50;
    let dated = is_day(if month > 20 { month - 20 } else { month }, number(&d[4..6]));
    // Until 1985 a remainder of ten was written as zero.
    let checked = d.len() == 9 || number(&d).is_multiple_of(11) || (number(&d[..9]) % 11 == 10 && d[9] == 0);
    dated && checked
}

/// Romanian personal code (<https://ro.wikipedia.org/wiki/Cod_numeric_personal>).
pub(super) fn is_cnp(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|d| {
        let rest = weighted(&d, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        d[0] != 0 && is_day(number(&d[3..5]), number(&d[5..7])) && u32::from(d[12]) == if rest == 10 { 1 } else { rest }
    })
}

/// Bulgarian citizen number (<https://bg.wikipedia.org/wiki/Единен_граждански_номер>): the month carries the century.
pub(super) fn is_egn(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| {
        is_day(number(&d[2..4]) % 20, number(&d[4..6]))
            && weighted(&d, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == u32::from(d[9])
    })
}

/// Croatian personal number (<https://hr.wikipedia.org/wiki/Osobni_identifikacijski_broj>): ISO 7064 MOD 11,10.
pub(super) fn is_oib(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        let [head @ .., check] = d;
        mod_11_10(&head) == check
    })
}

/// Citizen number of Serbia, Bosnia, Slovenia, North Macedonia and Montenegro
/// (<https://en.wikipedia.org/wiki/Unique_Master_Citizen_Number>).
pub(super) fn is_jmbg(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|d| {
        let check = (11 - weighted(&d, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        is_day(number(&d[2..4]), number(&d[..2])) && check % 10 == u32::from(d[12])
    })
}

/// Estonian and Lithuanian personal code (<https://et.wikipedia.org/wiki/Isikukood>): a second row of weights where the first
/// leaves ten.
pub(super) fn is_isikukood(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        let first = weighted(&d, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        let check = if first < 10 { first } else { weighted(&d, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 };
        matches!(d[0], 1..=8) && is_day(number(&d[3..5]), number(&d[5..7])) && check == u32::from(d[10])
    })
}

/// Latvian personal code (<https://lv.wikipedia.org/wiki/Personas_kods>): since 2017 it begins with 32 and holds no date.
pub(super) fn is_personas_kods(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        let check = (1101 - weighted(&d, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11 % 10;
        (d[0] == 3 && d[1] >= 2) || (is_day(number(&d[2..4]), number(&d[..2])) && check == u32::from(d[10]))
    })
}

/// Greek tax number (<https://el.wikipedia.org/wiki/Αριθμός_Φορολογικού_Μητρώου>).
pub(super) fn is_afm(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|d| {
        let sum: u32 = d.iter().take(8).zip((1..=8).rev()).map(|(digit, power)| u32::from(*digit) << power).sum();
        sum % 11 % 10 == u32::from(d[8])
    })
}

/// Greek social security number (<https://www.amka.gr>): a date of birth and a Luhn digit.
pub(super) fn is_amka(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| is_day(number(&d[2..4]), number(&d[..2])) && luhn_sum(&d).is_multiple_of(10))
}

/// Hungarian health number (<https://hu.wikipedia.org/wiki/TAJ-szám>): weights three and seven in turn.
pub(super) fn is_taj(value: &[u8]) -> bool {
    exactly::<9>(value).is_some_and(|d| weighted(&d, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == u32::from(d[8]))
}

/// Hungarian tax number of a person (<https://hu.wikipedia.org/wiki/Adóazonosító_jel>).
pub(super) fn is_adoazonosito(value: &[u8]) -> bool {
    exactly::<10>(value)
        .is_some_and(|d| d[0] == 8 && weighted(&d, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == u32::from(d[9]))
}

/// Icelandic identity number (<https://is.wikipedia.org/wiki/Kennitala>): a date, and a digit by eleven in the ninth place.
pub(super) fn is_kennitala(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| {
        is_day(number(&d[2..4]), number(&d[..2]) % 40)
            && matches!(d[9], 0 | 8 | 9)
            && weighted(&d, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Luxembourg's identity number (<https://guichet.public.lu>): a date, a Luhn digit and a Verhoeff digit.
pub(super) fn is_matricule(value: &[u8]) -> bool {
    exactly::<13>(value).is_some_and(|d| {
        let text: Vec<u8> = d.iter().take(11).chain(d.get(12)).map(|digit| digit + b'0').collect();
        is_day(number(&d[4..6]), number(&d[6..8])) && luhn_sum(&d[..12]).is_multiple_of(10) && verhoeff(&text)
    })
}

/// Ukrainian tax number (<https://uk.wikipedia.org/wiki/РНОКПП>).
pub(super) fn is_rnokpp(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| {
        let sum = i32::try_from(weighted(&d[1..], &[5, 7, 9, 4, 6, 10, 5, 7])).unwrap_or(0) - i32::from(d[0]);
        sum.rem_euclid(11) % 10 == i32::from(d[9])
    })
}

/// Russian insurance number (<https://ru.wikipedia.org/wiki/СНИЛС>).
pub(super) fn is_snils(value: &[u8]) -> bool {
    exactly::<11>(value).is_some_and(|d| {
        let sum = weighted(&d, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
        u64::from(sum % 100) == number(&d[9..])
    })
}

/// Russian tax number of a person (<https://ru.wikipedia.org/wiki/ИНН>).
pub(super) fn is_inn(value: &[u8]) -> bool {
    exactly::<12>(value).is_some_and(|d| {
        weighted(&d, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == u32::from(d[10])
            && weighted(&d, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == u32::from(d[11])
    })
}

/// Kazakh identity number (<https://adilet.zan.kz>): a second row of weights where the first leaves ten.
pub(super) fn is_iin(value: &[u8]) -> bool {
    exactly::<12>(value).is_some_and(|d| {
        let first = weighted(&d, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
        let check = if first < 10 { first } else { weighted(&d, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 };
        is_day(number(&d[2..4]), number(&d[4..6])) && check == u32::from(d[11])
    })
}

/// Polish tax number (<https://pl.wikipedia.org/wiki/NIP>).
pub(super) fn is_nip(value: &[u8]) -> bool {
    exactly::<10>(value).is_some_and(|d| weighted(&d, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == u32::from(d[9]))
}

/// Irish personal public service number (<https://en.wikipedia.org/wiki/Personal_Public_Service_Number>): a letter by 23.
pub(super) fn is_ppsn(value: &[u8]) -> bool {
    let value = compact(value);
    let Some((head, letters)) = value.split_at_checked(7) else { return false };
    let Some(d) = digits(head) else { return false };
    let [check, rest @ ..] = letters else { return false };
    let extra = match rest {
        [] | [b'W'] => 0,
        [letter @ b'A'..=b'I'] => u32::from(letter - b'A') + 1,
        _ => return false,
    };
    let sum = weighted(&d, &[8, 7, 6, 5, 4, 3, 2]) + 9 * extra;
    b"WABCDEFGHIJKLMNOPQRSTUV".get(usize::try_from(sum % 23).unwrap_or(0)) == Some(check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_check_character_is_caught() {
        use super::super::national::tests::check;
        check(is_svnr, &["1237 01", "0180"]);
        check(is_rodne_cislo, &["780123/", "3540"]);
        check(is_cnp, &["18001014", "01237"]);
        check(is_egn, &["75231", "69263"]);
        check(is_oib, &["694351", "51530"]);
        check(is_jmbg, &["0101006", "500006"]);
        check(is_isikukood, &["376050", "30299"]);
        check(is_afm, &["0940", "14201"]);
        check(is_amka, &["010180", "00008"]);
        check(is_taj, &["1234", "56788"]);
        // The last digit of this one is the century.
        assert!(is_kennitala(b"120174-3399") && !is_kennitala(b"120174-3389"));
        check(is_rnokpp, &["17530", "19180"]);
        check(is_snils, &["112-233-4", "45 95"]);
        check(is_inn, &["500100", "732259"]);
        check(is_nip, &["12345", "63218"]);
        check(is_ppsn, &["12345", "67T"]);
    }
}
