//! Words that no sentence and no code holds by chance, because somebody made them up: what a prompt or a chat calls a password is one.

use std::sync::LazyLock;

use super::{generic, value};
use crate::detect::sets::lexicon::{List, Words, words};
use crate::detect::shape::mnemonic;

/// Bytes of a striking word.
const LENGTH_MIN: usize = 8;
pub(in crate::detect) const LENGTH_MAX: usize = 64;

/// A word that no text holds by chance: made up with digits and a sign, or as a machine mixes letters and digits.
pub(in crate::detect) fn is_striking(word: &[u8]) -> bool {
    let form = value::shape(word);
    let plain = (LENGTH_MIN..=LENGTH_MAX).contains(&form.length)
        && (form.digit >= 2 || form.digit == 1 && value::is_scrambled(word))
        && form.letters() >= 3
        && (form.foreign == 0 || value::accented(word).is_some())
        && word.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"!#$%^&".contains(byte))
        && !word.starts_with(b"L$")
        && !is_fragment(word)
        && !word.iter().any(|byte| b"/\\=|,:\"'`".contains(byte))
        && (!word.iter().any(|byte| b"()[]{}<>;".contains(byte))
            || form.digit > 2 && value::is_scrambled(word) && !is_numbered_code(word));
    // `Kettle!Fog7`: one digit is enough where a sign parts two words.
    let parted = !word.iter().any(|byte| b"*#".contains(byte)) && generic::is_signed_amid(word);
    (plain || parted)
        && (parted
            || is_signed(word)
            || is_mixed(word)
            || is_worded(word)
            || value::is_two_words(word)
            || value::is_scrambled(word) && !value::is_members(word))
        && !names_a_form(word)
        && !generic::is_id(word)
        && !generic::is_marker(word)
        && !value::is_placeholder(word)
        && !value::is_code(word)
}

/// `#SHOP-3585`, `#issue-12345`, `#section-2024`, `#a1b2c3d4`: a ticket, a place in a page or a colour.
fn is_fragment(word: &[u8]) -> bool {
    let Some(rest) = word.strip_prefix(b"#") else { return false };
    let numbers = rest.iter().rev().take_while(|byte| byte.is_ascii_digit() || b"-_".contains(byte)).count();
    let name = rest.get(..rest.len() - numbers).unwrap_or_default();
    let one_case = |case: fn(&u8) -> bool| name.iter().all(|byte| case(byte) || b"-_".contains(byte));
    let colour = matches!(rest.len(), 3 | 4 | 6 | 8) && rest.iter().all(u8::is_ascii_hexdigit);
    // `#harbor2024` is none.
    let joined = rest.get(name.len()).is_some_and(|sign| b"-_".contains(sign));
    colour || joined && (one_case(u8::is_ascii_uppercase) || one_case(u8::is_ascii_lowercase))
}

/// `fn3<T1>(a2)`, `Self(31i32)`, `row[0x1f40]`: brackets around names that end with a number, and numbers as code writes them. In what a
/// machine mixes letters follow digits.
fn is_numbered_code(word: &[u8]) -> bool {
    const TYPES: &[u8] = b"iuf";
    let mixes = |two: &[u8]| matches!(two, [digit, letter] if digit.is_ascii_digit() && letter.is_ascii_alphabetic());
    word.split(|byte| !byte.is_ascii_alphanumeric()).all(|part| {
        let digits = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let typed = matches!(part.get(digits..), Some([first, size @ ..]) if digits > 0
            && TYPES.contains(first) && (size == b"size" || size.iter().all(u8::is_ascii_digit)));
        typed || part.starts_with(b"0x") || !part.windows(2).any(mixes)
    })
}

/// `Sommer2024!`, `Tr0ub4dor&3`: letters and digits, and a sign that neither names nor versions have.
fn is_signed(word: &[u8]) -> bool {
    let last = word.len() - 1;
    let signs = word.iter().enumerate().filter(|(_, byte)| b"!$%^&*~#@+".contains(byte));
    let (mut count, mut amid) = (0, 0);
    for (at, byte) in signs {
        count += 1;
        // `issue#1234`, `bcrypt@5.1`, `C++17`, `50%`: only at the end are these signs of a password.
        amid += usize::from((1..last).contains(&at) && b"#@+%".contains(byte) || at == 0 && b"@+".contains(byte));
    }
    let mail = word.contains(&b'@') && word.contains(&b'.');
    count > 0 && count > amid && count * 3 <= word.len() && !mail && value::shape(word).letters() >= 3
}

/// `Qx82hhPl`: both cases and digits, and pairs of letters that words seldom have.
fn is_mixed(word: &[u8]) -> bool {
    let form = value::shape(word);
    form.upper >= 2
        && form.lower >= 2
        && form.letters() + form.digit == form.length
        && !form.is_hex(word)
        && value::pieces(word) * if form.length >= 12 { 3 } else { 2 } >= form.length
        && !value::is_wordlike(word)
}

/// `CopperHarbor1275`, `Copper-Harbor-1275`, `S0mm3rZipper6888`: words with a number behind them that is no year, or with digits amid
/// their letters.
fn is_worded(word: &[u8]) -> bool {
    let form = value::shape(word);
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let number = word.get(word.len() - digits..).unwrap_or_default();
    let year = digits == 4 && (number.starts_with(b"19") || number.starts_with(b"20"));
    let head = word.get(..word.len() - digits).unwrap_or_default();
    let plain = word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
    let mut words = 0;
    let titled = head.split(|byte| b"-_.".contains(byte)).filter(|part| !part.is_empty()).all(|part| {
        let humps = part.split(u8::is_ascii_uppercase).skip(1);
        words += humps.clone().count();
        part.first().is_some_and(u8::is_ascii_uppercase)
            && humps.clone().all(|hump| hump.len() >= 3 && hump.iter().all(u8::is_ascii_lowercase))
    });
    let meets = word.windows(2).filter(|two| matches!(two, [a, b] if a.is_ascii_alphabetic() && b.is_ascii_digit() || a.is_ascii_digit() && b.is_ascii_alphabetic()));
    let broken = form.upper >= 1 && form.lower >= 3 && form.beyond_hex >= 3 && form.digit >= 4 && meets.count() >= 4;
    plain && (broken || titled && words == 2 && digits >= 3 && !year)
}

/// `sdOFJk37`, `Maple#Yak18`: short, in both cases and with digits, and no word and its year.
pub(in crate::detect) fn is_made_up(word: &[u8]) -> bool {
    let form = value::shape(word);
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let dated = letters + 4 == word.len() && matches!(word.get(letters..letters + 2), Some(b"19" | b"20"));
    form.upper > 0 && form.lower > 0 && !dated && !names_a_form(word) && generic::is_short_password(word)
}

/// `qzkNejH4LB`, `D%oR~I9+Op?e`: letters of both cases and a digit in such disorder that no name has it, signs among them or not.
pub(in crate::detect) fn is_mixed_up(word: &[u8]) -> bool {
    let form = value::shape(word);
    let signs = form.length - form.letters() - form.digit;
    let plain = word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&*+-=?@^_~.".contains(byte));
    let disorder = value::pieces(word) * 2 >= form.length || value::is_scrambled(word) || value::is_jumbled(word);
    (LENGTH_MIN..=LENGTH_MAX).contains(&form.length)
        && form.foreign == 0
        && plain
        && form.digit > 0
        && form.lower > 0
        && form.upper > 0
        && signs * 2 < form.length
        && disorder
        && (signs > 0 || !is_camel(word))
        && !value::is_wordlike(word)
        && !names_a_form(word)
        && !generic::is_id(word)
        && !value::is_placeholder(word)
        && !value::is_code(word)
}

/// `MyApp2Go`: small letters follow each capital, and none a number.
fn is_camel(word: &[u8]) -> bool {
    !word.windows(2).any(|two| match two {
        [first, next] if first.is_ascii_uppercase() => !next.is_ascii_lowercase(),
        [first, next] => first.is_ascii_digit() && next.is_ascii_lowercase(),
        _ => false,
    }) && !word.last().is_some_and(u8::is_ascii_uppercase)
}

/// `copper16358`, `willow-5102`, `tigerlake77`: a word, or two, and a number that is no year. Only what stands right beside the name, or
/// behind an account.
pub(in crate::detect) fn is_simple(word: &[u8]) -> bool {
    static NAMES: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "port user users issue ticket line step page error code version http https item host node server build test case \
             bug task room port table column row index rule chapter figure section release tag branch commit pull request build \
             ubuntu debian windows fedora centos utf base cve rfc iso din part event order invoice customer number username hostname \
             filename database keyboard timestamp workspace namespace localhost homepage",
        )
    });
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let sign = word.get(letters..).unwrap_or_default().iter().take(1).filter(|byte| b"-_.".contains(byte)).count();
    let (name, number) = (word.get(..letters).unwrap_or_default(), word.get(letters + sign..).unwrap_or_default());
    let small = name.iter().skip(1).all(u8::is_ascii_lowercase);
    let year = number.len() == 4 && (number.starts_with(b"19") || number.starts_with(b"20"));
    let long = (4..=12).contains(&letters) && (4..=6).contains(&number.len());
    (long || (2..=3).contains(&number.len()) && mnemonic::is_compound(name))
        && small
        && number.iter().all(u8::is_ascii_digit)
        && !year
        && !NAMES.holds(name)
}

/// `Welkom@4485`, `r1ver_2419`, `copper-harbor-127`, `Castle254dragon!`: words of which letters may be written as digits, and a number
/// that is no year, behind or between them. Only what a sentence joins to the name.
pub(in crate::detect) fn is_made_of_words(word: &[u8]) -> bool {
    static NAMES: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "port user users issue ticket line step page error code version http https item host node server build test case bug \
             task room table column row index rule chapter figure section release tag branch commit pull request status \
             ubuntu debian windows fedora centos base part event order invoice customer number latin python java node example",
        )
    });
    let ends = word.iter().rev().take(2).take_while(|byte| b"!?*#$".contains(byte)).count();
    let core = word.get(..word.len() - ends).unwrap_or_default();
    let digits = core.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (head, number) = core.split_at(core.len() - digits);
    let (head, number, tail) = if digits > 0 {
        (head, number, None)
    } else {
        // The number may stand between two words.
        let at = core.iter().position(u8::is_ascii_digit).unwrap_or(core.len());
        let (head, rest) = core.split_at(at);
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, tail) = rest.split_at(digits);
        (head, number, Some(tail))
    };
    let (head, sign) = match head.split_last() {
        Some((sign, head)) if b"-_@#$".contains(sign) => (head, true),
        _ => (head, false),
    };
    let year = number.len() == 4 && (number.starts_with(b"19") || number.starts_with(b"20"));
    let is_word = |part: &[u8]| {
        let letters = part.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        let plain = part.iter().all(|byte| byte.is_ascii_alphanumeric() || b"@$".contains(byte));
        let first = part.first().is_some_and(u8::is_ascii_alphabetic);
        plain && first && part.len() >= 4 && letters >= 3 && letters * 2 > part.len() && !NAMES.holds(part)
    };
    (8..=40).contains(&word.len())
        && (3..=6).contains(&number.len())
        && (!year || sign && ends > 0)
        && head.split(|byte| b"-_".contains(byte)).all(is_word)
        && tail
            .is_none_or(|tail| number.len() <= 4 && !sign && tail.iter().all(u8::is_ascii_alphabetic) && is_word(tail))
        && !generic::is_id(word)
        && !generic::is_marker(word)
        && !value::is_placeholder(word)
        && !value::is_code(word)
}

/// Whether the name of an algorithm, an encoding or a standard is part of a word.
pub(in crate::detect) fn names_a_form(word: &[u8]) -> bool {
    static KNOWN: LazyLock<Words> = LazyLock::new(|| {
        Words::new(words(
            "aes des3 sha1 sha2 sha3 sha5 md4 md5 hmac pbkdf rsa1 rsa2 rsa4 ecdsa ed25519 x25519 curve25 chacha20 poly1305 blake2 \
             argon2 scrypt base16 base32 base58 base64 utf8 utf16 utf-8 utf-16 x509 oauth rfc iso8601 tls1 http1 http2 win32 win64 \
             ipv4 ipv6 i18n l10n k8s log4j example",
        ))
    });
    KNOWN.occur_in(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn striking_words_are_told_from_names() {
        for word in [
            "Sommer2024!",
            "Kx7!vTq2pW",
            "Tr0ub4dor&3",
            "Qx82hhPl",
            "#Admin97#",
            "#Harbor-97x",
            "#harbor2024",
            "9qhtOQ[(m}98;hk5Vpt",
            "blue$Cactus77",
            "CopperHarbor1275",
            "Copper-Harbor-1275",
            "S0mm3rZipper6888",
        ] {
            assert!(is_striking(word.as_bytes()), "{word}");
        }
        for word in [
            "OAuth2Client",
            "AES256Gcm",
            "PBKDF2-HMAC-SHA256",
            "bcrypt@5.1.1",
            "issue#1234",
            "#SHOP-3585",
            "#issue-12345",
            "#section-2024",
            "#release-2024-11",
            "#a1b2c3d4",
            "fn3<T1>(a2",
            "K1;V2>(x3",
            "Self(31i32",
            "rows[0x1f40",
            "C++17",
            "React18",
            "db-1.internal",
            "v2beta1",
            "2024-11-02",
            "user1234",
            "ann12@acme.example",
            "src/app2.test1.ts",
            "README.md#step-12",
            "8-128",
            "100%",
            "f(x2,y2)",
            "ISO8601",
            "Password1",
            "step12!",
            "WindowsServer2022",
            "a1b2c3d4e5f6",
            "L$022good_key",
            "auth.Service.V2",
            "react-dom@18.2",
            "x86_64-linux",
            "sha-12ab34cd",
        ] {
            assert!(!is_striking(word.as_bytes()), "{word}");
        }
    }
}
