//! Numbers of persons, of their documents, vehicles and devices.

use super::dates::is_date;
use crate::detect::rule::Validator;

pub(super) fn is_passport(value: &[u8]) -> bool {
    // `4510 123456`: a series before the number.
    let series = matches!(value, [a, b, c, d, b' ', number @ ..] if number.len() == 6
        && [a, b, c, d].into_iter().chain(number).all(u8::is_ascii_digit));
    series
        || value.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && Validator::Passport.accepts(value, 0..value.len())
}

/// A telephone number of any country, with nothing but the signs that part its groups. Counts are shorter than a row of digits
/// alone, and fractions have one point.
pub(super) fn is_phone(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let dots = value.iter().filter(|byte| **byte == b'.').count();
    let plain = digits == value.len() || digits + dots == value.len() && dots == 1;
    value.iter().all(|byte| byte.is_ascii_digit() || b" +-./()".contains(byte))
        && value.first().is_some_and(|byte| byte.is_ascii_digit() || b"+(".contains(byte))
        && (!plain || dots == 0 && digits >= 8)
        && Validator::NamedPhone.accepts(value, 0..value.len())
}

/// The number of a person or of a person's document: no date, no hash and no number of a row.
pub(super) fn is_id(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let signs = value.iter().filter(|byte| b" ./-()+".contains(byte)).count();
    digits + letters + signs == value.len()
        && (8..=20).contains(&value.len())
        && (digits >= 8 || letters > 0)
        && signs <= 5
        && !is_date(value)
        && (Validator::NamedId.accepts(value, 0..value.len()) || is_medicare(value))
}

/// `1EG4TE5MK73`: the number of a beneficiary of Medicare, with fewer digits than others.
fn is_medicare(value: &[u8]) -> bool {
    const FORM: &[u8; 11] = b"1A*1A*1AA11";
    value.len() == FORM.len()
        && value.iter().zip(FORM).all(|(byte, form)| match form {
            b'1' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_alphanumeric(),
        })
}

/// The plate of a vehicle, perhaps with letters of another script: `M-AB 1234`, `А417КР69`, `12가 4417`.
pub(in crate::detect) fn is_plate(value: &[u8]) -> bool {
    const FOREIGN_MAX: usize = 24;
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let foreign = value.iter().filter(|byte| !byte.is_ascii()).count();
    let inside =
        |byte: &u8| !byte.is_ascii() || byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" -".contains(byte);
    let lettered = (2..=FOREIGN_MAX).contains(&foreign) && (2..=7).contains(&digits) && value.iter().all(inside);
    lettered && !is_date(value) && value.last().is_some_and(|last| *last >= 0x80 || last.is_ascii_alphanumeric())
        || Validator::Plate.accepts(value, 0..value.len())
}

/// Six bytes in hex, with any of the signs that part them or none.
pub(super) fn is_device(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    let signs = value.len() - digits.len();
    let sign = value.iter().find(|byte| !byte.is_ascii_hexdigit());
    let width = match (sign, signs) {
        (None, 0) => 12,
        (Some(b':' | b'-'), 5) => 2,
        (Some(b'.' | b'-' | b':'), 2) => 4,
        _ => return false,
    };
    let groups = || value.split(|byte| Some(byte) == sign);
    // Digits alone count something where nothing parts them.
    let lettered = signs > 0 || digits.iter().any(u8::is_ascii_alphabetic);
    let (pairs, _) = digits.as_chunks::<2>();
    let parted: Vec<&[u8]> = pairs.iter().map(<[u8; 2]>::as_slice).collect();
    lettered && groups().all(|group| group.len() == width) && Validator::DeviceMac.accepts(&parted.join(&b':'), 0..17)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_documents_are_told_from_other_cells() {
        assert!(is_passport(b"X1234567"));
        assert!(is_passport(b"533380006"));
        for other in ["", "yes", "VALID", "x1234567", "TEXT", "11111111", "X12"] {
            assert!(!is_passport(other.as_bytes()), "{other}");
        }
        assert!(is_passport(b"4510 123456") && !is_passport(b"4510 12345"));
        for id in ["263683072", "8434904M", "230566-2654", "722 775 0116", "NA 88 28 45 B", "1EG4TE5MK73"] {
            assert!(is_id(id.as_bytes()), "{id}");
        }
        for other in
            ["", "1041", "100234", "2024-03-02", "2024-03-02 10:11", "yes", "0f9e8d7c0f9e8d7c", "11111111", "TEXT"]
        {
            assert!(!is_id(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn telephones_plates_and_devices_are_told_from_other_cells() {
        for phone in ["605 392 897", "02/58276026", "(01) 711 4131", "9587 0087", "13866044069", "01.42.68.53.10"] {
            assert!(is_phone(phone.as_bytes()), "{phone}");
        }
        for other in
            ["", "1234567", "4155551.5", "0.12345678", "2024-03-02", "10.20.30.40", "n/a", "varchar(20)", "4000 kg"]
        {
            assert!(!is_phone(other.as_bytes()), "{other}");
        }
        for plate in [
            "M-AB 1234",
            "AB12 CDE",
            "7ABC123",
            "AB-123-CD",
            "KA 05 MG",
            "KA 05 MH 4417",
            "7-24418B",
            "А417КР69",
            "12가 4417",
            "品川 330 さ 44-17",
        ] {
            assert!(is_plate(plate.as_bytes()), "{plate}");
        }
        for other in
            ["", "tectonic", "96", "12345", "A1", "2024-03-02", "NONE", "Q3 2024 ", "24 NOV 2024", "12 марта 2024"]
        {
            assert!(!is_plate(other.as_bytes()), "{other}");
        }
        for device in ["3c22.fb9a.107e", "3C22FB9A107E", "3c:22:fb:9a:10:7e", "3c-22-fb-9a-10-7e", "3c22-fb9a-107e"] {
            assert!(is_device(device.as_bytes()), "{device}");
        }
        for other in ["", "123456789012", "3c22.fb9a", "ffff.ffff.ffff", "3c22fb9a107e11", "1.2.3", "ab:cd"] {
            assert!(!is_device(other.as_bytes()), "{other}");
        }
    }
}
