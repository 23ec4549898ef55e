//! The other forms in which a found value is written again: a short password as Base64, what a value is the Base64 of, the
//! password of a pair, and hex digits in the other case. Longer Base64 needs nothing here: a search looks into it by itself.

use crate::detect::reading::decode;

/// A search looks into Base64 of values that are longer.
const ENCODED_MAX: usize = 17;
/// Hex digits of a value, as many as a UUID or a digest has.
const HEX_MIN: usize = 32;
/// Bytes of a value that is worth decoding.
const DECODED_MIN: usize = 8;
const DECODED_MAX: usize = 256;

/// Gives `also` what a found value is written as elsewhere.
pub(in crate::detect) fn each(value: &[u8], also: &mut dyn FnMut(&[u8])) {
    if value.len() <= ENCODED_MAX {
        // Many commands end what they encode with a line end.
        for end in [b"".as_slice(), b"\n"] {
            let encoded = base64([value, end].concat().as_slice());
            let in_address: Vec<u8> = encoded.iter().map(url_sign).collect();
            if in_address != encoded {
                also(&in_address);
            }
            also(&encoded);
        }
    }
    let hex = value.len() >= HEX_MIN && value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    if hex && value.iter().any(u8::is_ascii_lowercase) {
        also(&value.to_ascii_uppercase());
    } else if hex && value.iter().any(u8::is_ascii_uppercase) {
        also(&value.to_ascii_lowercase());
    }
    if let Some(decoded) = decoded(value) {
        also(&decoded);
        password_of(&decoded).into_iter().for_each(also);
    }
}

/// The password of `account:password`.
pub(in crate::detect) fn password_of(pair: &[u8]) -> Option<&[u8]> {
    let sign = memchr::memchr(b':', pair).filter(|sign| *sign > 0)?;
    pair.get(sign + 1..).filter(|password| !password.is_empty())
}

/// What a value is the Base64 of, where that is one word of text.
fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    if value.len() > DECODED_MAX || !value.iter().all(is_base64) {
        return None;
    }
    let mut text = Vec::new();
    let whole = decode::base64(value, &mut text);
    let word = text.trim_ascii_end();
    (whole && word.len() >= DECODED_MIN && word.iter().all(u8::is_ascii_graphic)).then(|| word.to_vec())
}

/// Base64 without its padding, which some leave out.
fn base64(text: &[u8]) -> Vec<u8> {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = Vec::with_capacity(text.len() * 4 / 3 + 1);
    for three in text.chunks(3) {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let signs = (0..=three.len()).map(|place| SIGNS[(bits >> (18 - 6 * place) & 63) as usize]);
        encoded.extend(signs);
    }
    encoded
}

fn url_sign(byte: &u8) -> u8 {
    match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => *other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(value: &str) -> Vec<String> {
        let mut forms = Vec::new();
        each(value.as_bytes(), &mut |form| forms.push(String::from_utf8_lossy(form).into_owned()));
        forms
    }

    #[test]
    fn base64_is_written_as_everybody_writes_it() {
        for (text, expected) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("\u{ff}\u{fe}~", "w7/Dvn4")]
        {
            assert_eq!(base64(text.as_bytes()), expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn short_values_are_encoded_and_words_in_base64_decoded() {
        let password = ["Rosen7", "garten"].concat();
        let encoded = ["Um9zZW43", "Z2FydGVu"].concat();
        assert_eq!(forms(&password), [encoded.clone(), format!("{encoded}Cg")]);
        assert!(forms(&encoded).contains(&password));
        assert!(forms(&format!("{encoded}Cg==")).contains(&password));
        let pair = ["YW5uOlJv", "c2VuN2dh", "cnRlbg=="].concat();
        assert_eq!(forms(&pair), [format!("ann:{password}"), password]);
        let (small, capital) =
            (["e3e57a639f709a96", "5fb7c0d2a4e8b1f3"].concat(), ["E3E57A639F709A96", "5FB7C0D2A4E8B1F3"].concat());
        assert!(forms(&small).contains(&capital) && forms(&capital).contains(&small));
        assert!(forms("e3e57a639f709a96").iter().all(|form| form != "E3E57A639F709A96"), "a short one may be a commit");
        // No text, and one that is too long to be looked for.
        assert_eq!(forms("q7Zp4Xw2Lr9Tb6Nk1mV8").len(), 0);
        assert_eq!(forms("hunter2-Gr33n-fields").len(), 0);
    }
}
