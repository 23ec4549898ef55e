//! Judges long runs of token characters: by a name that stands before them or begins them, or by their own looks alone.

mod before;
mod beside;
mod data;
mod form;
mod known;

use std::sync::LazyLock;

use super::generic::{self, Named};
use super::value::{self, Shape};
use crate::detect::builtin::Builtin;
use crate::detect::context::assign::{Joint, Value};
use crate::detect::context::declared;
use crate::detect::context::keys::{self, Key};
use crate::detect::reading::decode;
use crate::detect::search::{byte_at, is_artifact, is_key_of_row, is_of_reference, is_resource_name};
use crate::detect::sets::lexicon::Words;
use crate::detect::validate::is_packed;
use before::{key_before, name_before};
use data::{COUNTING, is_piece, is_prose, stands_alone};

pub(in crate::detect) use data::follows_data;

/// The least length of a value without a name.
const ALONE_MIN: usize = 20;

/// A run that was found out, and where the secret in it starts.
pub(in crate::detect) struct Judged {
    pub builtin: Builtin,
    pub start: usize,
}

/// Judges the run `text[start..end]` of the given bytes, which holds letters and digits.
pub(in crate::detect) fn judge(text: &[u8], start: usize, end: usize) -> Option<Judged> {
    let run = text.get(start..end)?;
    let shape = value::shape(run);
    if form::is_of_a_provider(run) {
        return Some(Judged { builtin: Builtin::RandomToken, start });
    }
    if let Some(start) = form::of_id_and_secret(text, start, end) {
        return Some(Judged { builtin: Builtin::GenericSecret, start });
    }
    if let Some(key) = key_before(text, start) {
        if key == Key::Hint && is_key_of_row(text, start, end)
            || is_resource_name(text, start)
            || is_of_reference(text, start, end)
            || is_artifact(text, start, end)
            || value::is_snake_case(run)
        {
            return None;
        }
        let quoted = b"\"'`".contains(&byte_at(text, start.wrapping_sub(1)));
        let declared = |(from, to)| declared::is_type(text, from, to) || declared::declares_a_type(text, from, to);
        if !quoted && declared::is_in_type(text, start, end) || name_before(text, start).is_some_and(declared) {
            return None;
        }
        let place = Value { start, end, joint: Joint::Spaced, quoted, literal: false };
        let key = if key == Key::Hint && beside::in_cookie(text, start) { Key::Access } else { key };
        let next = text.get(end).copied();
        let previous = start.checked_sub(1).and_then(|at| text.get(at)).copied();
        let builtin = if key == Key::Password { Builtin::GenericPassword } else { Builtin::GenericSecret };
        return generic::is_secret(&Named { key, value: run, place, next, previous, flag: false, setting: None })
            .then_some(Judged { builtin, start })
            .or_else(|| within(run, start))
            .or_else(|| if key == Key::Hint { granted(text, start, end, shape) } else { None });
    }
    within(run, start).or_else(|| granted(text, start, end, shape)).or_else(|| alone(text, start, end, run, shape))
}

/// `acme-secret-key-0024a2…`, `acmeTOKEN.abcd…`: a name that begins the run announces the rest of it.
fn within(run: &[u8], start: usize) -> Option<Judged> {
    let from = keys::value_within(run)?;
    let value = run.get(from..)?;
    let likely = generic::is_machine_made(value) && value::shape(value).is_mixed() && !value::is_placeholder(value);
    let likely = likely && !value::is_snake_case(value) && !known::is_symbol(run);
    likely.then_some(Judged { builtin: Builtin::GenericSecret, start: start + from })
}

/// Machine-made, and what stands around says that it grants something.
fn granted(text: &[u8], start: usize, end: usize, shape: Shape) -> Option<Judged> {
    let run = text.get(start..end)?;
    // What no machine makes is told by counts alone, in most runs.
    if shape.length < ALONE_MIN || shape.digit < 2 {
        return None;
    }
    let made = |value: &[u8]| (generic::is_machine_made(value) || generic::is_prefixed(value)) && !is_id_within(value);
    let granting = |value: &[u8]| made(value) && !value::is_placeholder(value) && !is_uuid(value);
    let last = |part: &usize| run.get(*part..).and_then(|rest| rest.rsplit(|byte| *byte == b'/').next());
    let part = beside::granting_part(run).filter(|part| last(part).is_some_and(granting));
    if let Some(part) = part {
        return Some(Judged { builtin: Builtin::GenericSecret, start: start + part });
    }
    let login_cookie = || {
        name_before(text, start)
            .is_some_and(|(from, to)| text.get(from..to).is_some_and(beside::lets_in) && beside::in_cookie(text, start))
    };
    let says = || {
        beside::is_granting(text, start)
            || beside::list_key(text, start, end).is_some()
            || beside::is_announced(text, start, end)
            || login_cookie()
            || byte_at(text, start.wrapping_sub(1)) == b'='
                && generic::is_random(run, 20)
                && beside::in_cookie(text, start)
    };
    // What costs most comes last.
    (made(run)
        && !known::is_known_form(run)
        && (!is_uuid(run) || beside::is_announced(text, start, end) || beside::is_granting(text, start))
        && says()
        && !value::is_placeholder(run))
    .then_some(Judged { builtin: Builtin::GenericSecret, start })
}

pub(in crate::detect) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36 && value.iter().filter(|byte| **byte == b'-').count() == 4
}

/// Without a name of its own a value has to be random by every measure.
fn alone(text: &[u8], start: usize, end: usize, run: &[u8], shape: Shape) -> Option<Judged> {
    let mixed = shape.length >= ALONE_MIN && shape.upper >= 2 && shape.lower >= 2 && shape.digit >= 2;
    if !mixed || !generic::is_random(run, ALONE_MIN) {
        return None;
    }
    if is_id_within(run) || value::is_placeholder(run) || is_piece(text, start, end) || known::is_known_form(run) {
        return None;
    }
    let line = text.get(start.saturating_sub(40)..start).unwrap_or_default();
    // The backslash of a quote parts nothing.
    let is_quote = |at: usize| line.get(at..).is_some_and(|rest| matches!(rest, [b'\\', b'\\' | b'"' | b'\'', ..]));
    let parts = (0..line.len()).rev().find(|at| b"\n\\,;{}()".contains(&byte_at(line, *at)) && !is_quote(*at));
    let line = parts.and_then(|at| line.get(at + 1..)).unwrap_or(line);
    if is_digest_context(line) {
        return None;
    }
    let name = name_before(text, start).and_then(|(from, to)| text.get(from..to)).unwrap_or_default();
    if keys::is_harmless(name)
        || DECLARING.contains(&name) && b":(<{=;".contains(&byte_at(text, end))
        || PUBLIC.contains(&name)
        || byte_at(text, end) == b'(' && value::is_callable(run)
    {
        return None;
    }
    if shape.digit * 8 >= shape.length && keys::mentions_secret(line) {
        return Some(Judged { builtin: Builtin::GenericSecret, start });
    }
    (is_clearly_random(run) && stands_alone(text, start, end) && !is_prose(run))
        .then_some(Judged { builtin: Builtin::RandomToken, start })
}

/// Whether a text is nothing but the run, with the padding of Base64, and who says only this hands over a token: it is random, and
/// no packed or encoded text.
pub(in crate::detect) fn is_token_by_itself(text: &[u8], start: usize, end: usize) -> bool {
    const LENGTH_MIN: usize = 24;
    const LENGTH_MAX: usize = 128;
    let around = |part: Option<&[u8]>| part.is_some_and(|part| part.iter().all(|byte| b" \n\r=".contains(byte)));
    let run = text.get(start..end).unwrap_or_default();
    let shape = value::shape(run);
    let mut decoded = Vec::new();
    (LENGTH_MIN..=LENGTH_MAX).contains(&shape.length)
        && value::pieces(run) * 10 >= shape.length * 3
        && digit_runs(run) >= 2
        && mixes_cases(run)
        // What is put together like a provider's token is that of its rule, or none.
        && !run.iter().any(|byte| b"_-".contains(byte))
        && around(text.get(..start))
        && around(text.get(end..))
        && generic::is_random(run, LENGTH_MIN)
        && value::entropy(run) >= 3.9
        && !is_id_within(run)
        && !value::is_placeholder(run)
        && !known::is_known_form(run)
        && !is_packed(run)
        && !decode::text_of(run, &mut decoded)
        && !run.windows(8).any(|part| COUNTING.contains(&part))
}

/// Names of the public parts of a JSON Web Key, and of ids of keys.
const PUBLIC: &[&[u8]] = &[b"accessor", b"x", b"y", b"n", b"kid", b"x5t", b"S256", b"x5c", b"CID", b"cid"];

/// Words behind which code declares a name.
const DECLARING: &[&[u8]] =
    &[b"const", b"static", b"let", b"fn", b"struct", b"enum", b"class", b"interface", b"def", b"func"];

/// An id, alone or behind words: `backup-toolu_…`.
fn is_id_within(run: &[u8]) -> bool {
    generic::is_id(run) || run.split(|byte| b"-.".contains(byte)).any(generic::is_id)
}

/// Random beyond doubt, with nothing around that says so.
fn is_clearly_random(value: &[u8]) -> bool {
    let shape = value::shape(value);
    let separators = shape.length - shape.letters() - shape.digit;
    shape.length >= 32
        && shape.length <= 200
        && shape.digit * 12 >= shape.length
        && shape.upper * 6 >= shape.length
        && shape.lower * 6 >= shape.length
        && separators * 10 <= shape.length
        && value::pieces(value) * 10 >= shape.length * 3
        && generic::is_random(value, 32)
        && value::entropy(value) >= 4.3
        && mixes_cases(value)
        && digit_runs(value) >= 2
}

/// Runs of digits: a name holds one of them, `X509` or `Utf8`.
fn digit_runs(value: &[u8]) -> usize {
    let first = usize::from(value.first().is_some_and(u8::is_ascii_digit));
    first + value.windows(2).filter(|two| matches!(two, [a, b] if !a.is_ascii_digit() && b.is_ascii_digit())).count()
}

/// Whether most of the value is made of parts that hold both cases: not `backup-01JQ….tar.gz`.
fn mixes_cases(value: &[u8]) -> bool {
    let mixed = value.split(|byte| b"-_.".contains(byte)).filter(|part| {
        let shape = value::shape(part);
        shape.lower > 0 && shape.upper > 0
    });
    mixed.map(<[u8]>::len).sum::<usize>() * 2 > value.len()
}

/// Whether the text before a value says that it is a digest or an id.
fn is_digest_context(before: &[u8]) -> bool {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        Words::exact([
            "sha512-",
            "sha384-",
            "sha256-",
            "sha1-",
            "h1:",
            "integrity",
            "base64,",
            "digest",
            "checksum",
            "hash",
            "public key",
            "sha256:",
            "SHA256:",
            "SHA512:",
            "SHA384:",
            "SHA1:",
            "sha256=",
            "sha512=",
            "sha384=",
            "sha1=",
            "md5=",
            "etag",
            "_id",
            "azp",
            "code_challenge",
            "codeChallenge",
            "site-verification",
            "continuation",
            "uuid",
            "signature",
            "id\":",
            "Id\":",
            "id:",
            "ID:",
            "-id\"",
            "-id-2",
            "toolu_",
            "msg_",
            "req_",
            "http",
            "/",
            "cid",
            "nonce",
            "fingerprint",
            "public",
            "Public",
            "version",
            "commit",
            "revision",
            "cursor",
            "ETag",
            "ETAG",
            "equestId",
            "Id = ",
            "ddress",
            "peer",
            "state=",
            "clid=",
        ])
    });
    WORDS.occur_in(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(before: &str, run: &[&str], after: &str) -> Option<String> {
        let run = run.concat();
        let text = format!("{before}{run}{after}");
        let judged = judge(text.as_bytes(), before.len(), before.len() + run.len())?;
        text.get(judged.start..before.len() + run.len()).map(str::to_owned)
    }

    #[test]
    fn a_name_of_one_or_two_words_announces_a_run() {
        let hex = ["8f7d6c5b", "4a392817", "06f5e4d3", "c2b1a098"];
        for before in ["secret key ", "acme access token: ", "the private key is ", "API key "] {
            if before.ends_with("is ") {
                continue;
            }
            assert_eq!(found(before, &hex, "\n"), Some(hex.concat()), "{before}");
        }
        for before in ["commit ", "cache key ", "the key ", "public key ", "sha256 ", ""] {
            assert_eq!(found(before, &hex, "\n"), None, "{before}");
        }
    }

    #[test]
    fn a_name_may_begin_the_run_itself() {
        let hex = ["8f7d6c5b", "4a392817", "06f5e4d3", "c2b1a098"].concat();
        for name in ["acme-secret-key-", "acmeTOKEN.", "my_api_key-"] {
            assert_eq!(found("", &[name, &hex], "\n"), Some(hex.clone()), "{name}");
        }
        for name in ["token-parser-", "build-", "key-", "cache-key-"] {
            assert_eq!(found("", &[name, &hex], "\n"), None, "{name}");
        }
    }

    #[test]
    fn words_in_base64_are_told_from_tokens() {
        let prose = ["VGhlc2UgYXJlbid0IHRoZSBk", "cm9pZHMgeW91J3JlIGxvb2tp", "bmcgZm9y"].concat();
        for from in 0..4 {
            assert!(is_prose(prose.as_bytes().get(from..).unwrap_or_default()), "{from}");
        }
        // One word alone may be a password, and most tokens hold no blank.
        for text in [["MWIwNTkwZmItMTE3MS00", "ZTc3LWJkZDEtNzRmODQw"], ["q7Zp4Xw2Lr9Tb6Nk1mV8", "cJd5sY3hGf0aQe4uWi2x"]]
        {
            assert!(!is_prose(text.concat().as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn a_token_that_fills_its_line_is_told_from_lines_of_data() {
        let token = ["q7Zp4Xw2Lr9Tb6Nk", "1mV8cJd5sY3hGf0a", "Qe4uWi2xP6oK9vB5", "nH1zD8tR3yM7jC4s"].concat();
        let line = token.replace('q', "Q").replace('Z', "z");
        for (before, after) in [
            ("", ""),
            ("", "\n"),
            ("$ cat it\n", "\n"),
            ("one\n", "\ntwo three\n"),
            ("     1\u{2192}", "\n     2\u{2192}"),
        ] {
            assert_eq!(found(before, &[&token], after), Some(token.clone()), "{before:?} {after:?}");
        }
        let more = |joint: &str| (format!("{line}{joint}"), format!("{joint}{line}\n"));
        for joint in ["\n", "\\n", "\n        ", "\\n\\\n            ", "\n     2\u{2192}", "\n# "] {
            let (before, after) = more(joint);
            assert_eq!(found("", &[&token], &after), None, "{after:?}");
            assert_eq!(found(&before, &[&token], "\n"), None, "{before:?}");
        }
        // `{"builder":"Acme","level":3,"steps":["one","two","three"],"ok":1}`
        let text =
            ["eyJidWlsZGVyIjoiQWNtZSIsImxldmVsIjozLCJzdGVwcyI6WyJvbmUiLCJ0d28i", "LCJ0aHJlZSJdLCJvayI6MX0x"].concat();
        assert_eq!(found("", &[&text], "\n"), None);
    }

    #[test]
    fn the_hash_of_a_content_is_told_from_a_token_and_the_head_of_a_quote_counts() {
        let hash = ["QmB7KGCZLs5Mi", "yMAeCiRz7mNqDB", "fkKgs1PBtcPYfkG8HMU"];
        assert_eq!(found("", &hash, "\n"), None);
        assert_eq!(found("", &["q7Zp4Xw2Lr9Tb6Nk1mV8", "cJd5sY3hGf0aQe4uWi2x"], "\n").map(|_| ()), Some(()));
        let tag = ["11c59-rfWjuGGmdpd", "RDpqwKWlJ6a36Gj4"];
        for before in ["ETag: W/\"", "{\\\"etag\\\": \\\"W/\\\\\\\""] {
            assert_eq!(found(before, &tag, "\n"), None, "{before}");
        }
    }

    #[test]
    fn names_digests_and_data_are_not_random() {
        for (before, run) in [
            ("Id ", "xmlSecGCryptTransformAes128CbcId"),
            ("a.py,sha256=", ["NE3CDTMpSvCvww", "esSgySL9R0kBb75wDzWeFlB4piYeU"].concat().as_str()),
            ("fun:", "_ZN2v88internal9Execution4CallEPNS0_7IsolateENS0_6HandleI"),
            ("", "_ZThn88_N4node15LibuvStreamWrap18CreateShutdownWrapEN2v85LocalINS1_6ObjectEEE"),
            ("", "_ZTVN4node2fs10FileHandle12TransferDataE"),
            ("", "_ZTVN6icu_7818ZoneIdMatchHandlerE5http218NgHttp2StreamWriteE"),
        ] {
            assert_eq!(found(before, &[run], "\n"), None, "{run}");
        }
    }
}
