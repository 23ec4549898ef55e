//! Encodings and check digits that planted values need.

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().enumerate().fold(0_u32, |sum, (at, byte)| sum | u32::from(*byte) << (16 - 8 * at));
        for digit in 0..4 {
            if digit <= chunk.len() {
                let index = usize::try_from(group >> (18 - 6 * digit) & 63).unwrap_or(0);
                out.push(char::from(BASE64[index]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Base64 for URLs, without padding.
pub(crate) fn base64_url(bytes: &[u8]) -> String {
    base64(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub(crate) fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// CRC-32 (IEEE 802.3) in six base-62 digits, as GitHub and npm append it to a token's random part.
/// Source: <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>,
/// checked 2026-11.
pub(crate) fn crc_base62(text: &str) -> String {
    let mut crc = u32::MAX;
    for byte in text.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let mut rest = usize::try_from(!crc).unwrap_or(0);
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[rest % 62];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// The digit that makes a card number pass the Luhn check.
pub(crate) fn luhn_digit(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let doubled = if at % 2 == 0 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

/// The two check digits of an IBAN (ISO 7064, mod 97-10).
pub(crate) fn iban_check(country: &str, account: &str) -> String {
    let rearranged = format!("{account}{country}00");
    let mut rest = 0_u32;
    for digit in rearranged.chars().filter_map(|letter| letter.to_digit(36)) {
        rest = if digit > 9 { (rest * 100 + digit) % 97 } else { (rest * 10 + digit) % 97 };
    }
    format!("{:02}", 98 - rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_of_the_encodings_hold() {
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
        assert_eq!(base64(b"fooba"), "Zm9vYmE=");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64_url(&[251, 255]), "-_8");
        assert_eq!(percent("a b@c/d"), "a%20b%40c%2Fd");
    }

    #[test]
    fn check_digits_agree_with_published_examples() {
        assert_eq!(luhn_digit("7992739871"), '3');
        assert_eq!(iban_check("GB", "WEST12345698765432"), "82");
        // CRC-32 of the nine digits is 0xCBF43926 = 3421780262.
        assert_eq!(crc_base62("123456789"), "3jZRME");
    }
}
