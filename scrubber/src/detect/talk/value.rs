//! How much a word of a prompt looks like a password by itself.

use crate::detect::judge::{generic, striking, value};
use crate::detect::shape::mnemonic;

use super::words;

/// From no password at all to one that needs little beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    No,
    /// Letters alone, and two words or none: `saddleriver`, `qzkvbnwt`.
    Letters,
    /// A word and a number, or words and a sign: `mia9178`, `Vareniki_2`, `Tulp=57`.
    Plain,
    /// Letters, digits and a sign that no name has: `Sommer2024!`.
    Strong,
}

const LENGTH: std::ops::RangeInclusive<usize> = 6..=48;

/// The look of a word.
pub(super) fn look(word: &[u8]) -> Look {
    let form = value::shape(word);
    let plain = form.foreign == 0 || value::accented(word).is_some();
    if !LENGTH.contains(&form.length)
        || !plain
        || word.iter().any(|byte| b"\\()[]{}<>|;,\"'`/:".contains(byte))
        || generic::is_id(word)
        || generic::is_marker(word)
        || generic::is_algorithm(word)
        || value::is_placeholder(word)
        || names_a_thing(word)
        // A commit.
        || form.is_hex(word)
    {
        return Look::No;
    }
    if form.digit == 0 {
        return if is_made_of_letters(word) { Look::Letters } else { Look::No };
    }
    if striking::is_striking(word) || striking::is_mixed_up(word) || is_signed(word) {
        return Look::Strong;
    }
    let code = value::is_code(word) && !is_joined(word);
    let plain = is_joined(word) || is_numbered(word) || is_titled(word) || is_spelled(word);
    if !code && form.letters() >= 3 && plain { Look::Plain } else { Look::No }
}

/// Whether a line or an answer of nothing but this word is a password where one is told: digits, letters and signs that names seldom have.
pub(super) fn is_lone(word: &[u8]) -> bool {
    let form = value::shape(word);
    let signs = word.iter().filter(|byte| byte.is_ascii_punctuation() && !b"-_.".contains(byte)).count();
    (8..=64).contains(&form.length)
        && form.digit > 0
        && form.letters() >= 2
        && signs > 0
        && word.iter().all(u8::is_ascii_graphic)
        && !word.iter().any(|byte| b"\\()[]{}<>|;\"'`/:".contains(byte))
        && !generic::is_id(word)
        && !value::is_placeholder(word)
        && !names_a_thing(word)
}

/// `falconbiscuit`: letters that may be any word, and so count only where an account and the name of a password stand before them.
pub(super) fn is_any_word(word: &[u8]) -> bool {
    let text = std::str::from_utf8(word).unwrap_or_default();
    (8..=32).contains(&word.len())
        && word.iter().all(u8::is_ascii_lowercase)
        && !words::is_prose(text)
        && !value::is_placeholder(word)
        && !value::is_common_word(word)
}

/// `Sommer2024!`, `Haarlem1992=`, `Winte.BER63=`: a sign behind two digits; `blue!Harbor7`: one between words. `Node18+` is a version.
fn is_signed(word: &[u8]) -> bool {
    let form = value::shape(word);
    let signs = word.iter().filter(|byte| !byte.is_ascii_alphanumeric() && !b"-_.".contains(byte)).count();
    let ends = match word {
        [.., c, d, a, b, b'+'] => [c, d, a, b].iter().all(|byte| byte.is_ascii_digit()),
        [.., a, b, b'!' | b'$' | b'%' | b'&' | b'*' | b'=' | b'#' | b'^'] => a.is_ascii_digit() && b.is_ascii_digit(),
        _ => false,
    };
    let amid = word.windows(3).any(
        |three| matches!(three, [a, b'!' | b'^' | b'~', b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric()),
    );
    (1..=3).contains(&signs)
        && form.upper > 0
        && form.letters() >= 3
        && word.first().is_some_and(u8::is_ascii_alphanumeric)
        && (ends && !word.contains(&b'_') || amid && form.lower > 0)
}

/// `Perro-Luna18`, `Luna+Verano75`, `Tulp=57`, `92Ankara$elma`, `anka*Elma7`: words with a capital, a sign between or before them.
fn is_joined(word: &[u8]) -> bool {
    let form = value::shape(word);
    let signs = word.iter().filter(|byte| !byte.is_ascii_alphanumeric()).count();
    let parts = || word.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let capitals = parts().filter(|part| part.first().is_some_and(u8::is_ascii_uppercase)).count();
    let dashed = word.iter().any(|byte| b"-_.".contains(byte));
    let letters = parts().filter(|part| part.iter().filter(|byte| byte.is_ascii_alphabetic()).count() >= 3).count();
    (1..=3).contains(&signs)
        && (!dashed || form.upper >= 2 && form.lower >= 2 && capitals >= 2 && letters >= 2)
        && (capitals > 0 && form.lower > 0 || is_leet(word))
        && parts().count() <= 4
        && !word.contains(&b'@')
        && !word.ends_with(b"+")
}

/// `Leuchtturm_9`, `Rugbroed-2024`: a word with a capital and its number, behind a sign.
fn is_titled(word: &[u8]) -> bool {
    let Some(sign) = word.iter().position(|byte| b"-_.".contains(byte)) else { return false };
    let (name, number) = (word.get(..sign).unwrap_or_default(), word.get(sign + 1..).unwrap_or_default());
    let number = number.strip_suffix(b"!").unwrap_or(number);
    name.len() >= 4
        && name.first().is_some_and(u8::is_ascii_uppercase)
        && name.iter().skip(1).all(u8::is_ascii_lowercase)
        && (1..=6).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
        && !is_numbered_thing(name)
}

/// `Diam0ndPick`, `agent007build`: digits that stand for letters, or part two words.
fn is_spelled(word: &[u8]) -> bool {
    let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let first = word.iter().position(u8::is_ascii_digit).unwrap_or(0);
    let behind = word.get(first..).unwrap_or_default().iter().skip_while(|byte| byte.is_ascii_digit()).count();
    word.len() >= 10
        && letters >= 7
        && first >= 3
        && behind >= 3
        && word.iter().all(u8::is_ascii_alphanumeric)
        && word.iter().any(|byte| b"01345789".contains(byte))
        && !striking::names_a_form(word)
        && !is_numbered_thing(word.get(..first).unwrap_or_default())
}

/// `v1olin`: a digit amid letters.
fn is_leet(word: &[u8]) -> bool {
    word.windows(3).any(|three| matches!(three, [a, b, c] if a.is_ascii_digit() && b.is_ascii_alphabetic() && c.is_ascii_alphanumeric()))
}

/// `mia9178`, `Tom1997`, `52Copper`: letters in a row and two digits or more.
fn is_numbered(word: &[u8]) -> bool {
    let core =
        word.strip_suffix(b"!").or_else(|| word.strip_suffix(b"#")).or_else(|| word.strip_suffix(b"*")).unwrap_or(word);
    let starts = core.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let letters = core.iter().skip(starts).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let ends = core.len() - starts - letters;
    let name = core.get(starts..starts + letters).unwrap_or_default();
    letters >= 3
        && starts.max(ends) >= 2
        && starts.min(ends) == 0
        && core.iter().rev().take(ends).all(u8::is_ascii_digit)
        && !is_numbered_thing(name)
}

/// `port8080`, `ubuntu2204`: things that people number.
fn is_numbered_thing(name: &[u8]) -> bool {
    const THINGS: &str = "\
        port user issue ticket line step page error code version http https item host node server build test \
        case bug task room table column row index rule chapter figure section release tag branch commit pull \
        request ubuntu debian windows fedora centos utf base cve rfc iso din part event order invoice customer \
        number sha md aes rsa python java php win office gpio wpa ipv tls oauth es ecma api field sprint team \
        area level group phase option question answer build jira ticket apache release iteration aarch arch \
        loongarch armv int uint float nonzerou nonzeroi milestone topic model \
        postgres postgresql mysql mariadb redis mongo mongodb keycloak nginx bcrypt scrypt varchar char binary react angular vue \
        jest safari gradle kotlin auth web log neo route matrix bigint html crc staging prod worker backend db";
    let lower = name.to_ascii_lowercase();
    crate::detect::sets::lexicon::words(THINGS).any(|thing| thing.as_bytes() == lower)
}

/// A path, a file, a host, a version, an address, a date.
fn names_a_thing(word: &[u8]) -> bool {
    let dots = word.iter().filter(|byte| **byte == b'.').count();
    let last = word.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let host = dots > 0 && (2..=8).contains(&last.len()) && last.iter().all(u8::is_ascii_lowercase);
    let numbers = word.iter().filter(|byte| byte.is_ascii_digit() || b".-+x".contains(byte)).count();
    let flag = word.first() == Some(&b'-');
    // `0a8f4f0^`, `HEAD~3`
    let tail = word.iter().rev().take_while(|byte| b"^~.".contains(byte) || byte.is_ascii_digit()).count();
    let revision = word.iter().skip(word.len() - tail).any(|byte| b"^~".contains(byte));
    host || flag || revision || numbers == word.len() || word.contains(&b'@') && dots > 0 || generic::is_path(word)
}

/// `saddleriver`, `KAMALSURAJ`: two words of a list; `praiapraia`: one twice; `xkvbqzwt`: none.
fn is_made_of_letters(word: &[u8]) -> bool {
    let cased = word.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase);
    let lower = word.to_ascii_lowercase();
    let twice =
        lower.len() >= 8 && lower.len().is_multiple_of(2) && lower.chunks(lower.len() / 2).is_sorted_by(|a, b| a == b);
    let text = std::str::from_utf8(&lower).unwrap_or_default();
    let by_chance = lower.len() >= 8 && !value::is_wordlike(&lower) && lower.iter().all(u8::is_ascii_lowercase);
    cased && !words::is_prose(text) && (mnemonic::is_compound(&lower) || twice || by_chance) || value::is_jumbled(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_told_from_names_by_their_look() {
        for (word, expected) in [
            ("Rocket2015!", Look::Strong),
            ("Haarlem1992=", Look::Strong),
            ("Winte.BER63=", Look::Strong),
            ("blue!Harbor7", Look::Strong),
            ("Perro-Luna18", Look::Strong),
            ("Tulp=57", Look::Plain),
            ("Leuchtturm_9", Look::Plain),
            ("Diam0ndPick", Look::Plain),
            ("anka*Elma7", Look::Plain),
            ("v1olin=63", Look::Plain),
            ("mia9178", Look::Plain),
            ("saddleriver", Look::Letters),
            ("praiapraia", Look::Letters),
            ("brvlxkuqkzf", Look::Letters),
        ] {
            assert_eq!(look(word.as_bytes()), expected, "{word}");
        }
        for word in [
            "stg2.internal.example",
            "keycloak-0",
            "bcrypt-2b-12",
            "OPS-4417",
            "postgres16",
            "Node18+",
            "v1.31.2",
            "0007-auth.md",
            "Release-17",
            "X509Certificate",
            "0a8f4f0^",
            "AArch64",
            "port8080",
            "ubuntu2204",
            "user1234",
            "ERR_AUTH_017",
            "reason=15",
            "PBKDF2-HMAC-SHA256",
            "9f3c2ab",
            "required",
            "undefined",
            "encrypted",
            "obligatoire",
            "--otp=123456",
            "lab-01",
        ] {
            assert_eq!(look(word.as_bytes()), Look::No, "{word}");
        }
    }
}
