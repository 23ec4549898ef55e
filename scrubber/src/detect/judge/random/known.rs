//! Runs that are no secrets by their form alone: heads of files in Base64, public keys, hashes that address contents, mangled names.

use crate::detect::judge::{generic, value};

/// Files in Base64 by what they begin with, public keys, and names as compilers mangle them.
pub(super) fn is_known_form(run: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[
        b"H4sI", b"iVBOR", b"/9j/", b"R0lGOD", b"UEsDB", b"JVBERi", b"PHN2Zy", b"AAAA", b"T2dnUw", b"d09GR", b"MII",
        b"sha1-", b"sha256-", b"sha384-", b"sha512-", b"12D3Koo", b"bafy", b"bafk",
    ];
    STARTS.iter().any(|start| run.starts_with(start))
        || generic::is_public_key(run)
        || is_symbol(run)
        || is_content_id(run)
}

/// A name as compilers of Rust (`_R…`) or C++ mangle it.
pub(super) fn is_symbol(run: &[u8]) -> bool {
    [b"_ZN".as_slice(), b"_RN", b"_RI", b"_R0"].iter().any(|start| run.starts_with(start)) || is_mangled(run)
}

/// A name as compilers of C++ mangle it (Itanium ABI, section 5.1): `_ZTVN4node2fs10FileHandleE`, with a word and its length in it.
fn is_mangled(run: &[u8]) -> bool {
    const WORD_MIN: usize = 8;
    if is_typeinfo(run) {
        return true;
    }
    let Some(name) = run.strip_prefix(b"_Z") else { return false };
    let digit = |at: usize| name.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| usize::from(byte - b'0'));
    // The name before may end with a digit.
    (0..name.len()).any(|at| {
        let Some(first) = digit(at) else { return false };
        let (length, from) = digit(at + 1).map_or((first, at + 1), |second| (first * 10 + second, at + 2));
        let word = name.get(from..from + length).unwrap_or_default();
        word.len() >= WORD_MIN
            && word.first().is_some_and(u8::is_ascii_alphabetic)
            && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && value::is_wordlike(word)
    })
}

/// What is addressed by its own hash: SHA-256 in Base58 with its code and length before it (<https://docs.ipfs.tech/concepts/content-addressing/>,
/// checked 2026-11-28).
fn is_content_id(run: &[u8]) -> bool {
    let in_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() && !b"0OIl".contains(byte);
    run.len() == 46 && run.starts_with(b"Qm") && run.iter().all(in_alphabet)
}

/// Names in names, each with its length before it, as in that of a type: `N4llvm2cl3optIbLb0ENS0_6parserIbEEEE`.
fn is_typeinfo(run: &[u8]) -> bool {
    let head = [b"_ZTVN".as_slice(), b"_ZTSN", b"_ZTIN", b"_ZNK", b"_ZN", b"ZN", b"N"];
    let Some(mut rest) = head.iter().find_map(|head| run.strip_prefix(*head)).filter(|_| run.contains(&b'E')) else {
        return false;
    };
    let (mut names, mut letters) = (0, 0);
    loop {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let length = rest.iter().take(digits.min(2)).fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
        let name = rest.get(digits..digits + length).unwrap_or_default();
        let plain = name.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        if !(1..=2).contains(&digits) || name.is_empty() || !plain {
            break;
        }
        (names, letters) = (names + 1, letters + length);
        rest = rest.get(digits + length..).unwrap_or_default();
    }
    names >= 2 && letters >= 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mangled_names_hold_words_and_their_lengths() {
        for name in [
            "_ZTVN2v88internal19AsmJsCompilationJobE",
            "_ZTVN4llvm2cl3optIiLb0ENS0_6parserIiEEEE",
            "N4llvm2cl15OptionValueBaseIbLb0EEE",
        ] {
            assert!(is_mangled(name.as_bytes()), "{name}");
        }
        assert!(!is_mangled(b"N4llvX2cl15OptionValueBas") && !is_mangled(b"N4llvm7Zp4Xw2Lr9Tb6E"));
        let token = ["q7Zp4Xw2Lr9Tb6", "Nk1mV8cJd5sY3hGf"].concat();
        assert!(!is_mangled(format!("_Z{token}").as_bytes()) && !is_mangled(b"x12FileHandleXx"));
    }
}
