//! What a value looks like: made by a machine, chosen by a person, a placeholder, or a piece of code.

mod code;
mod placeholder;
mod words;

pub(in crate::detect) use code::{
    is_callable, is_chain_of_calls, is_code, is_drawn, is_joined_by_a_sign, is_members, is_name_of_key, is_pattern,
    is_qualified, is_reference, is_scrambled, is_signed_phrase, is_snake_case, is_store, is_three_words, is_two_words,
};
pub(in crate::detect) use placeholder::{
    cut_at_its_end, cut_in_the_middle, ends_like_a_password, is_common_word, is_masked, is_noise, is_placeholder,
};
use words::has_rare_pairs;
pub(in crate::detect) use words::{
    are_words_of_passphrase, is_drawn_from_signs, is_hyphenated, is_jumbled, is_passphrase, is_phrase_with_digits,
    is_wordlike, pieces,
};

/// Counts over the bytes of a value.
#[derive(Debug, Default, Clone, Copy)]
pub(in crate::detect) struct Shape {
    /// Bytes.
    pub length: usize,
    /// `a-z`.
    pub lower: usize,
    /// `A-Z`.
    pub upper: usize,
    /// `0-9`.
    pub digit: usize,
    /// Letters above `f`.
    pub beyond_hex: usize,
    /// Bytes above 127 and control characters.
    pub foreign: usize,
}

/// For each byte what it adds to the counts of a [`Shape`], twelve bits for each.
static COUNTED: [u64; 256] = {
    let mut counted = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        counted[at] = byte.is_ascii_lowercase() as u64
            | (byte.is_ascii_uppercase() as u64) << 12
            | (byte.is_ascii_digit() as u64) << 24
            | ((byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit()) as u64) << 36
            | ((byte < 0x20 || byte >= 0x7f) as u64) << 48;
        at += 1;
    }
    counted
};

/// Counts the bytes of `value`.
pub(in crate::detect) fn shape(value: &[u8]) -> Shape {
    let mut shape = Shape { length: value.len(), ..Shape::default() };
    // As many as twelve bits can count.
    for part in value.chunks(0xfff) {
        let sum = part.iter().fold(0, |sum, byte| sum + COUNTED.get(usize::from(*byte)).copied().unwrap_or(0));
        let count = |place: u32| (sum >> place & 0xfff) as usize;
        shape.lower += count(0);
        shape.upper += count(12);
        shape.digit += count(24);
        shape.beyond_hex += count(36);
        shape.foreign += count(48);
    }
    shape
}

impl Shape {
    /// Letters of either case.
    pub(in crate::detect) fn letters(&self) -> usize {
        self.lower + self.upper
    }

    /// Only hex digits, and hyphens or colons between them: digests, UUIDs, addresses.
    pub(in crate::detect) fn is_hex(&self, value: &[u8]) -> bool {
        self.beyond_hex == 0 && value.iter().all(|byte| byte.is_ascii_hexdigit() || b"-:".contains(byte))
    }

    /// Letters and digits both.
    pub(in crate::detect) fn is_mixed(&self) -> bool {
        self.digit > 0 && self.letters() > 0
    }
}

/// Letters of both cases and digits as a machine mixes them, perhaps with signs: amid them signs of code and of formats are chance.
fn is_mixed(value: &[u8]) -> bool {
    let form = shape(value);
    let cased = form.digit > 0 && form.upper > 1 && form.lower > 1;
    let pieces = pieces(value);
    let many = pieces * 2 >= form.length || pieces * 4 >= form.length && !is_wordlike(value);
    form.length > 13 && cased && (many || has_rare_pairs(value))
}

/// An id that begins with the time it was made at (<https://github.com/ulid/spec>, checked 2026-11-29): until September 2039 it begins with
/// `01`. Like a UUID it is a secret only where its name says so.
pub(in crate::detect) fn is_ulid(text: &[u8]) -> bool {
    let in_alphabet = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() && !b"ILOU".contains(byte);
    text.len() == 26 && text.starts_with(b"01") && text.iter().all(in_alphabet)
}

/// How many characters beyond ASCII a text has, if all of them are letters of Latin alphabets: `ü`, `ñ`, `ł`.
pub(in crate::detect) fn accented(text: &[u8]) -> Option<usize> {
    let (mut count, mut at) = (0, 0);
    while let Some(&byte) = text.get(at) {
        let wide = !byte.is_ascii();
        if wide && !is_accented(text.get(at..).unwrap_or_default()) || byte.is_ascii_control() {
            return None;
        }
        count += usize::from(wide);
        at += 1 + usize::from(wide);
    }
    Some(count)
}

/// Whether a text begins with such a letter, which takes two bytes.
pub(in crate::detect) fn is_accented(text: &[u8]) -> bool {
    matches!(text, [0xc3, 0x80..=0x96 | 0x98..=0xb6 | 0xb8..=0xbf, ..] | [0xc4 | 0xc5, 0x80..=0xbf, ..])
}

/// Shannon entropy in bits per byte.
pub(in crate::detect) fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0u16; 256];
    let value = value.get(..value.len().min(1024)).unwrap_or_default();
    for &byte in value {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = value.len().max(1) as f32;
    // What the bytes give together: the logarithm of their number, less those of the counts as often as they count.
    let mut sum = 0.0;
    for &byte in value {
        let count = counts.get_mut(usize::from(byte)).map(std::mem::take).map_or(0.0, f32::from);
        if count > 1.0 {
            sum += count * count.log2();
        }
    }
    length.log2() - sum / length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accented_letters_are_told_from_other_characters() {
        for (text, expected) in [
            ("abc", Some(0)),
            ("Grün3Wald", Some(1)),
            ("żółw44", Some(3)),
            ("a×b", None),
            ("a“b", None),
            ("密码", None),
            ("a\u{1}b", None),
        ] {
            assert_eq!(accented(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn entropy_counts_bits_per_byte() {
        for (text, expected) in [("aaaa", 0.0), ("abcdabcd", 2.0), ("", 0.0)] {
            assert!((entropy(text.as_bytes()) - expected).abs() < 1e-6, "{text}");
        }
    }

    #[test]
    fn signs_among_drawn_letters_are_told_from_code() {
        for (head, tail) in
            [("GSnz7", "bazM{"), ("&obXz", "fP3fL"), ("hcf7z", "XdTl>"), ("cCS7C", "FH2zUp:"), ("]0CtI", "qGmBo")]
        {
            assert!(is_drawn([head, tail].concat().as_bytes()), "{head}{tail}");
        }
        for text in [
            "GpgNoSecKey,",
            "fmt(UserID9)",
            "fn(UserID9);",
            "get_user2(",
            "isValidPassword2(",
            "List<Token2>",
            "a1B2(",
            "$Kx92jfLa0",
            "Kx92jfLa0sQw",
        ] {
            assert!(!is_drawn(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn brackets_of_a_password_are_told_from_those_of_code() {
        for text in ["DZ;pBfMNGEh?qYet", "N|MA[nqPdgWU", "ENPf9LH67QEA(*zX", "B]RXv]mFwW", "7Lk(wQ9z]x2"] {
            assert!(is_scrambled(text.as_bytes()) && !is_code(text.as_bytes()), "{text}");
        }
        for text in
            ["hmac.HMAC(", "items[0].Token2", "getPassword(user,", "e;return", "A|B", "List<String>", "fmt(UserID9)"]
        {
            assert!(is_code(text.as_bytes()), "{text}");
        }
        assert!(!is_code(["!kLmWougbHPec", "UEVofTSJtw7"].concat().as_bytes()));
        assert!(is_code(b"!isValidPasswordFor2") && is_code(b"&rootCertPool"));
        assert!(is_pattern(b"(?:[^\\[\\]%:/?#]|%[a-fA-F0-9]{2})*"));
    }

    #[test]
    fn placeholders_and_code_are_no_values() {
        for text in [
            "<token>",
            "${X}",
            "changeme",
            "xxxxxxxx",
            "None",
            "string",
            "{{ secret }}",
            "$PASSWORD",
            "aaaaaa",
            "%PASS%",
            "%sPassword",
            "pass-%d",
        ] {
            assert!(is_placeholder(text.as_bytes()), "{text}");
        }
        for text in [
            "process.env.X",
            "/etc/app/token.txt",
            "get_password()",
            "user.password",
            "cfg.Auth.Token",
            "args[0]",
            "Secret::new",
            "&token",
            "**key",
            "width*height+offset",
            "!hasX11Forwarding",
            "*listV2Head",
            "utf8Decode(buf[12])",
            "getSecretV2(Id)",
            "Map<String,Vec2>",
            "{name:X1}",
            "rows[i].Key2",
        ] {
            assert!(is_code(text.as_bytes()), "{text}");
        }
        for text in [
            "hunter2",
            "open_sesame",
            "s3cr3t!",
            "p@ss.w0rd",
            "C9%Rt!PdLxi%dXM2x7",
            "Wb%vsUUgAcEymrQ7",
            "/aVzh9UGFla4Hxp7I",
            "**aB3x9+Kq2",
            "!P6pFsCRoFGgaSsx7",
            "&aB3x9Kq2",
            "/aVz7hUG4FlaH9xp",
            "AN+DmzLBxpP*jwnaX*Xw7",
            "Dc+fS+RqW+ivpi+x7",
            "!hjKstgMozzbSBQ7",
            "j%d*sXiPpEMPoN+y!Zw7",
            "!!ZwNSAVfRAJEFHFBZSEw7",
            "*KYeXLjTJBLWKSx7",
            "aB3x(Kd9fQ2",
            "aB3x[Kd9fQ2",
            "aB3x<Kd9>fQ2z",
            "q}7Rk{Z2m|w",
            "Zt_EvY.YnNM2klRA",
            "kQ.XvTzRwLpNm",
        ] {
            assert!(!is_placeholder(text.as_bytes()) && !is_code(text.as_bytes()), "{text}");
        }
    }
}
