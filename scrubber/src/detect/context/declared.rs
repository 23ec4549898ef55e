//! Tells names of types from values where a type stands beside a name that announces a secret.

use std::sync::LazyLock;

use crate::detect::search::byte_at;
use crate::detect::sets::lexicon::List;

/// Words that declare the name behind them.
const KEYWORDS: &str = "pub const static let var val mut readonly public private protected final override";
/// The longest of them.
const KEYWORD_MAX: usize = 12;
/// A qualified name before its last part is no longer.
const PATH_MAX: usize = 96;

/// Whether the name `text[start..end]` is declared with a type, so that a bare word behind its colon is that type:
/// `pub const AUTH_PSK: AUTH_KIND = 7`, `pub ExportKey: ExportKeyFn,`.
pub(in crate::detect) fn declares_a_type(text: &[u8], start: usize, end: usize) -> bool {
    static WORDS: LazyLock<List> = LazyLock::new(|| List::new(KEYWORDS));
    if let Some(returned) = text.get(end..).and_then(|rest| rest.strip_prefix(b"(): ")) {
        return begins_with_type(returned);
    }
    if byte_at(text, end) != b':' || byte_at(text, end + 1) != b' ' {
        return false;
    }
    let before = text.get(start.saturating_sub(KEYWORD_MAX)..start).unwrap_or_default();
    let Some(before) = before.strip_suffix(b" ") else { return false };
    let length = before.iter().rev().take_while(|byte| byte.is_ascii_lowercase()).count();
    let (head, word) = before.split_at(before.len() - length);
    // The letter of an escape is none of the word.
    let word = if head.ends_with(b"\\") { word.get(1..).unwrap_or_default() } else { word };
    WORDS.holds(word)
}

/// Whether the name `text[start..end]` is the last part of a type's name in quotes, of which nobody has the secret beside it:
/// `"AWS::KMS::ReplicaKey": "6d69…"`. Settings are named in small letters, constants in capitals.
pub(in crate::detect) fn is_type(text: &[u8], start: usize, end: usize) -> bool {
    let name = text.get(start..end).unwrap_or_default();
    let before = text.get(start.saturating_sub(PATH_MAX)..start).unwrap_or_default();
    let Some(path) = before.strip_suffix(b"::").filter(|_| b"\"'`\\".contains(&byte_at(text, end))) else {
        return false;
    };
    let length = path.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
    let (head, path) = path.split_at(path.len() - length);
    let is_part = |part: &[u8]| part.first().is_some_and(u8::is_ascii_uppercase);
    let mut parts = 0;
    let capital = path.split(|byte| *byte == b':').filter(|part| !part.is_empty()).all(|part| {
        parts += 1;
        is_part(part)
    });
    let camel = is_part(name) && name.iter().any(u8::is_ascii_lowercase) && name.iter().all(u8::is_ascii_alphanumeric);
    capital && parts >= 2 && camel && head.last().is_some_and(|byte| b"\"'`".contains(byte))
}

/// Whether the word `text[start..end]` stands where code has a type or a module: `SharedSecret<X25519>`, `<X25519 as Kem>`,
/// `ml_kem768_x25519::SecretKey`.
pub(in crate::detect) fn is_in_type(text: &[u8], start: usize, end: usize) -> bool {
    let word = text.get(start..end).unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default();
    if !word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return false;
    }
    let before = text.get(..start).unwrap_or_default();
    if let Some(outer) = before.strip_suffix(b"<") {
        let length = outer.iter().rev().take(64).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let outer = outer.get(outer.len() - length..).unwrap_or_default();
        let generic = outer.first().is_some_and(u8::is_ascii_uppercase) && outer.iter().any(u8::is_ascii_lowercase);
        let title = word.first().is_some_and(u8::is_ascii_uppercase);
        return title && (generic && rest.starts_with(b">") || rest.starts_with(b" as "));
    }
    let module = word.first().is_some_and(u8::is_ascii_lowercase)
        && word.contains(&b'_')
        && !word.iter().any(u8::is_ascii_uppercase);
    module && rest.starts_with(b"::") && byte_at(rest, 2).is_ascii_alphabetic()
}

/// `TokenKind;`, `Promise<string> {`, `?string`: a type that a method returns, and the sign of a declaration behind it. What a log says that a method
/// returned has none.
fn begins_with_type(returned: &[u8]) -> bool {
    const NAME_MAX: usize = 64;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.".contains(byte);
    let optional = returned.starts_with(b"?");
    let returned = returned.get(usize::from(optional)..).unwrap_or_default();
    let length = returned.iter().take(NAME_MAX).take_while(is_name).count();
    let (name, rest) = returned.split_at(length);
    let declares = match rest.trim_ascii_start() {
        [b'{' | b'|' | b'&', ..] => rest.first() == Some(&b' '),
        [b'=', b'>', ..] => true,
        _ => optional || matches!(rest, [b';' | b'<' | b'[', ..]),
    };
    declares && !name.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of the word that stands between two bars.
    fn marked(text: &str) -> (String, usize, usize) {
        let mut parts = text.split('|');
        let [before, word, after] = [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
        ([before, word, after].concat(), before.len(), before.len() + word.len())
    }

    fn check(holds: fn(&[u8], usize, usize) -> bool, text: &str, expected: bool) {
        let (text, start, end) = marked(text);
        assert_eq!(holds(text.as_bytes(), start, end), expected, "{text}");
    }

    #[test]
    fn a_declared_name_has_a_type_behind_its_colon() {
        for text in [
            "    scan|Token|(): SyntaxKind;",
            "  read|Token|(): Promise<string> {",
            "  read|Token|(): ts.Token[];",
            "  function get|Password|(): ?string",
            "pub const |PSK|: KIND",
            "\\nlet |token|: Token",
            "    pub |ExportKey|: Fn,",
        ] {
            check(declares_a_type, text, true);
        }
        for text in [
            "  |token|: x",
            "const |token| = x",
            "let|token|: x",
            "get|Token|(): q7Zp4Xw2",
            "get|Password|(): Harbor!Kettle",
            "get|Password|(): harborkettle",
            "export |TOKEN|: x",
            "const |token|:x",
        ] {
            check(declares_a_type, text, false);
        }
    }

    #[test]
    fn qualified_names_of_types_are_told_from_those_of_settings() {
        for text in ["\"AWS::KMS::|ReplicaKey|\": ", "\\\"AWS::IAM::|AccessKey|\\\": "] {
            check(is_type, text, true);
        }
        for text in [
            "\"acme::db::|password|\": ",
            "AWS::IAM::|AccessKey| = ",
            "\"Acme::|ApiKey|\" => ",
            "\"Acme::Config::|API_KEY|\" => ",
        ] {
            check(is_type, text, false);
        }
    }

    #[test]
    fn words_within_types_are_seen() {
        for text in ["SharedSecret<|X25519HkdfSha256|>", "<|X25519Kem768| as Kem>", "= |ml_kem768_x25519|::SecretKey"] {
            check(is_in_type, text, true);
        }
        for text in ["token<|aB3x9Kq2|>", "Token <|AB3x9Kq2|>", "= |aB3x_9Kq2Lr9|::x", "<|AB3x9Kq2|/token>"] {
            check(is_in_type, text, false);
        }
    }
}
