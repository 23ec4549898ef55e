//! Check digits of general use: Luhn, Verhoeff, ISO 7064, IBAN.

/// The digits of `value`; spaces, dots, hyphens and slashes between them are left out, anything else makes it none.
pub(super) fn digits(value: &[u8]) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(value.len());
    for byte in value {
        match byte {
            b'0'..=b'9' => digits.push(byte - b'0'),
            b' ' | b'-' | b'.' | b'/' => {}
            // The end of a line, and what begins the next one of a quotation or a comment.
            b'\n' | b'>' | b'#' | b'*' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// Luhn digit, ISO/IEC 7812-1 annex B (<https://en.wikipedia.org/wiki/Luhn_algorithm>).
pub(super) fn luhn(value: &[u8]) -> bool {
    digits(value).is_some_and(|digits| digits.len() > 1 && luhn_sum(&digits).is_multiple_of(10))
}

/// Recovery password of BitLocker: sixteen bits of the key in each of eight groups, times eleven
/// (<https://learn.microsoft.com/windows/win32/secprov/protectkeywithnumericalpassword-win32-encryptablevolume>, 2026-12-01).
pub(super) fn is_bitlocker(value: &[u8]) -> bool {
    const DIGITS: usize = 6;
    // Rules of others may have other forms.
    let group = |group: &[u8]| {
        let group = Some(group).filter(|group| group.len() == DIGITS)?;
        group.iter().try_fold(0u32, |sum, digit| Some(sum * 10 + char::from(*digit).to_digit(10)?))
    };
    let mut first = None;
    let mut varied = false;
    let valid = value.split(|byte| *byte == b'-').all(|part| {
        let number = group(part);
        varied |= first.replace(number).is_some_and(|last| last != number);
        number.is_some_and(|number| number.is_multiple_of(11) && number / 11 <= u32::from(u16::MAX))
    });
    valid && varied
}

pub(super) fn luhn_sum(digits: &[u8]) -> u32 {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    digits.iter().rev().enumerate().map(|(i, d)| u32::from(if i % 2 == 1 { doubled(*d) } else { *d })).sum()
}

/// Issuer ranges and lengths as the networks publish them
/// (<https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN)>).
pub(super) fn is_card(value: &[u8]) -> bool {
    let Some(digits) = digits(value) else { return false };
    let head = |count: usize| digits.iter().take(count).fold(0u32, |sum, digit| sum * 10 + u32::from(*digit));
    let (len, two, three, four, six) = (digits.len(), head(2), head(3), head(4), head(6));
    let issued = match len {
        13 => head(1) == 4,
        14 => matches!(three, 300..=305 | 309) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37) || matches!(four, 1800 | 2131),
        16 => {
            head(1) == 4
                || matches!(two, 51..=55 | 65 | 60 | 62 | 81 | 82)
                || matches!(three, 644..=649)
                || matches!(four, 2221..=2720 | 3528..=3589 | 6011 | 2200..=2204 | 5018 | 5020 | 5038 | 6304)
                || matches!(six, 508_500..=508_999 | 606_985..=607_984 | 636_368 | 438_935 | 504_175 | 451_416 | 636_297)
        }
        17..=19 => head(1) == 4 || two == 62 || matches!(two, 65 | 67 | 63),
        _ => false,
    };
    // Without spaces only the lengths that are usual tell a card from an id or an article: others need a name beside them.
    let grouped = value.len() > len;
    let common = grouped || matches!(len, 14..=16);
    issued && common && is_varied(&digits) && !are_codes(value) && luhn_sum(&digits).is_multiple_of(10)
}

/// `5534 5535 5536 5537`: groups of four that lie close to each other are codes of characters or numbers of lines.
pub(super) fn are_codes(value: &[u8]) -> bool {
    const APART_MAX: u32 = 64;
    let number =
        |group: &[u8]| group.iter().try_fold(0u32, |sum, digit| Some(sum * 10 + char::from(*digit).to_digit(10)?));
    let mut groups = value.split(|byte| *byte == b' ').map(|group| if group.len() == 4 { number(group) } else { None });
    let Some(Some(mut last)) = groups.next() else { return false };
    let close = |group: Option<u32>| {
        group.is_some_and(|group| group.abs_diff(std::mem::replace(&mut last, group)) <= APART_MAX)
    };
    value.contains(&b' ') && groups.all(close)
}

/// Payment card number that the text names as one: a length that is in use and the Luhn digit.
pub(super) fn is_named_card(value: &[u8]) -> bool {
    digits(value).is_some_and(|digits| {
        (12..=19).contains(&digits.len()) && is_varied(&digits) && luhn_sum(&digits).is_multiple_of(10)
    })
}

fn is_varied(digits: &[u8]) -> bool {
    let distinct = (0..10u8).filter(|digit| digits.contains(digit)).count();
    distinct > 1
}

/// Verhoeff digit (<https://en.wikipedia.org/wiki/Verhoeff_algorithm>): the dihedral group of order ten.
pub(super) fn verhoeff(value: &[u8]) -> bool {
    if are_codes(value) {
        return false;
    }
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let Some(digits) = digits(value) else { return false };
    let check = digits.iter().rev().enumerate().fold(0, |check, (index, digit)| {
        let permuted =
            (0..index % 8).fold(*digit, |digit, _| PERMUTATION.get(usize::from(digit)).copied().unwrap_or(0));
        product(check, permuted)
    });
    digits.len() > 1 && check == 0
}

/// ISO 7064 MOD 11,10 (<https://en.wikipedia.org/wiki/ISO/IEC_7064>): the check digit for `digits`.
pub(super) fn mod_11_10(digits: &[u8]) -> u8 {
    let product = digits.iter().fold(10u8, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// Remainder by 11 of the digits times their weights.
pub(super) fn weighted(digits: &[u8], weights: &[u8]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * u32::from(*weight)).sum()
}

/// IBAN, ISO 13616-1: length by country (SWIFT's IBAN registry, <https://www.swift.com/standards/data-standards/iban>)
/// and ISO 7064 MOD 97-10.
pub(super) fn is_iban(value: &[u8]) -> bool {
    let compact: Vec<u8> = value.iter().filter(|b| !b" -\n>#/*".contains(b)).map(u8::to_ascii_uppercase).collect();
    let Some((head, body)) = compact.split_at_checked(4) else { return false };
    if iban_length(head) != Some(compact.len()) {
        return false;
    }
    let remainder = body.iter().chain(head).try_fold(0u32, |remainder, byte| match byte {
        b'0'..=b'9' => Some((remainder * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((remainder * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    });
    remainder == Some(1) && body.iter().any(|byte| body.first() != Some(byte))
}

fn iban_length(head: &[u8]) -> Option<usize> {
    Some(match head.get(..2)? {
        b"NO" => 15,
        b"BE" | b"BI" => 16,
        b"DK" | b"FI" | b"FO" | b"GL" | b"NL" | b"SD" | b"FK" => 18,
        b"MK" | b"SI" => 19,
        b"AT" | b"BA" | b"EE" | b"KZ" | b"LT" | b"LU" | b"XK" | b"MN" => 20,
        b"CH" | b"CR" | b"HR" | b"LI" | b"LV" => 21,
        b"BG" | b"BH" | b"DE" | b"GB" | b"GE" | b"IE" | b"ME" | b"RS" | b"VA" => 22,
        b"AE" | b"GI" | b"IL" | b"IQ" | b"TL" | b"OM" | b"SO" => 23,
        b"AD" | b"CZ" | b"ES" | b"MD" | b"PK" | b"RO" | b"SA" | b"SE" | b"SK" | b"TN" | b"VG" => 24,
        b"LY" | b"PT" | b"ST" => 25,
        b"IS" | b"TR" => 26,
        b"BF" | b"FR" | b"GR" | b"IT" | b"MC" | b"MR" | b"SM" | b"DJ" => 27,
        b"AL" | b"AZ" | b"BY" | b"CY" | b"DO" | b"GT" | b"HU" | b"LB" | b"NI" | b"PL" | b"SV" | b"HN" => 28,
        b"BR" | b"EG" | b"PS" | b"QA" | b"UA" => 29,
        b"JO" | b"KW" | b"MU" | b"YE" => 30,
        b"MT" | b"SC" => 31,
        b"LC" => 32,
        b"RU" => 33,
        _ => return None,
    })
}

/// Bytes of a private key of Bitcoin: the network, the key, perhaps a mark, and the checksum.
const WIF_BYTES: usize = 38;

/// A private key in Bitcoin's wallet import format: Base58 with four bytes of the double SHA-256 at its end.
/// Source: <https://en.bitcoin.it/wiki/Wallet_import_format>, checked 2026-11-26.
pub(in super::super) fn is_wif(value: &[u8]) -> bool {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if !value.first().is_some_and(|first| b"5KLc9".contains(first)) {
        return false;
    }
    // The number, its last byte first.
    let mut number = [0u8; WIF_BYTES];
    for byte in value {
        let Some(digit) = ALPHABET.iter().position(|it| it == byte) else { return false };
        let mut carry = digit as u32;
        for place in &mut number {
            carry += u32::from(*place) * 58;
            *place = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    number.reverse();
    let short = usize::from(number[0] == 0);
    let (payload, checksum) = number.get(short..).unwrap_or_default().split_at(WIF_BYTES - short - 4);
    let once = ring::digest::digest(&ring::digest::SHA256, payload);
    let twice = ring::digest::digest(&ring::digest::SHA256, once.as_ref());
    matches!(payload.first(), Some(0x80 | 0xef)) && twice.as_ref().starts_with(checksum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_other_lengths_are_no_recovery_password() {
        assert!(is_bitlocker(b"717123-516186") && !is_bitlocker(b"717123-516187"));
        for other in ["99999999999-717123", "11-22", "717123", "717123-", ""] {
            assert!(!is_bitlocker(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn codes_close_to_each_other_are_no_number() {
        for codes in ["5534 5535 5536 5537", "5446 5443 5433 5448", "8121 8122 8123"] {
            assert!(are_codes(codes.as_bytes()), "{codes}");
        }
        for other in ["5425 2334 3010 9903", "5534-5535-5536-5537", "5534553555365537", "5534", ""] {
            assert!(!are_codes(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn luhn_catches_one_wrong_digit() {
        let good = ["7992", "7398", "713"].concat();
        assert!(luhn(good.as_bytes()));
        assert!(!luhn(good.replace("713", "714").as_bytes()));
    }

    #[test]
    fn a_card_needs_an_issuer_and_its_length() {
        let visa = ["4539", "5787", "6362", "1486"];
        assert!(is_card(visa.join("-").as_bytes()));
        assert!(!is_card([&visa.concat(), "0"].concat().as_bytes()));
        // Luhn holds, but nobody issues cards that begin with a zero.
        assert!(!is_card(["0000", "0000", "0000", "0000"].concat().as_bytes()));
    }

    #[test]
    fn verhoeff_catches_a_swap() {
        assert!(verhoeff(b"2363"));
        assert!(!verhoeff(b"3263"));
    }

    #[test]
    fn an_iban_needs_its_countrys_length() {
        let good = ["GB14", "LOYD", "3096", "3473", "1044", "12"];
        assert!(is_iban(good.join(" ").as_bytes()));
        assert!(!is_iban(good.concat().replace("GB", "DE").as_bytes()));
        assert!(!is_iban(good.concat().replace("3473", "4373").as_bytes()));
    }

    #[test]
    fn mod_11_10_gives_the_standards_digit() {
        // ISO 7064's own example: 0794 has the check digit 5.
        assert_eq!(mod_11_10(&[0, 7, 9, 4]), 5);
    }
}
