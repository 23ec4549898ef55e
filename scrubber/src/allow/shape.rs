//! The shapes that a kept value must have. Each is narrow enough that no secret or text fits it.

use crate::json::{Kind, Node};

/// The shape of a value that ships as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A whole number of at most 15 digits, which may be negative: a code that some system gives out.
    Integer,
    /// As many of something: a whole number of at most 15 digits, not negative.
    Count,
    /// A duration: a number of at most 24 characters, not negative.
    Duration,
    Boolean,
    /// RFC 3339 in UTC with at most nine digits of a second.
    Timestamp,
    /// A version number: up to four numbers, perhaps a word of letters and a number behind them.
    Version,
    /// A model's name, made of known words and numbers.
    Model,
    /// One of the words of a list.
    Enum(u8),
}

impl Shape {
    /// Whether a value has the shape; `in_list` says whether a word is in the list of a place.
    pub(crate) fn fits(self, node: &Node, bytes: &[u8], in_list: impl Fn(u8, &[u8]) -> bool) -> bool {
        let value = node.span.of(bytes);
        match self {
            Self::Integer => node.kind == Kind::Number && is_integer(value),
            Self::Count => node.kind == Kind::Number && is_count(value),
            Self::Duration => node.kind == Kind::Number && is_duration(value),
            Self::Boolean => node.kind == Kind::Bool,
            Self::Timestamp => node.kind == Kind::String && is_timestamp(value),
            Self::Version => node.kind == Kind::String && is_version(value),
            Self::Model => node.kind == Kind::String && is_model(value),
            Self::Enum(list) => node.kind == Kind::String && in_list(list, value),
        }
    }
}

pub(crate) fn is_integer(value: &[u8]) -> bool {
    is_count(value.strip_prefix(b"-").unwrap_or(value))
}

/// Of 15 digits every reader knows each: beyond 2^53 numbers of JSON are rounded by some.
pub(crate) fn is_count(digits: &[u8]) -> bool {
    (1..=15).contains(&digits.len()) && all_digits(digits) && (digits.len() == 1 || digits.first() != Some(&b'0'))
}

pub(crate) fn is_duration(value: &[u8]) -> bool {
    if value.len() > 24 {
        return false;
    }
    let (mantissa, fraction) = match value.iter().position(|&byte| byte == b'.') {
        Some(dot) => (value.get(..dot).unwrap_or_default(), value.get(dot + 1..).unwrap_or_default()),
        None => (value, &b"0"[..]),
    };
    is_count(mantissa) && !fraction.is_empty() && all_digits(fraction)
}

fn all_digits(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(u8::is_ascii_digit)
}

/// `2026-01-02T03:04:05[.123]Z`, and a time that exists: what queries over events read fails on any other. Leap seconds do not count.
pub(crate) fn is_timestamp(value: &[u8]) -> bool {
    let Some((head, tail)) = value.split_at_checked(19) else { return false };
    let matches = |pattern: &[u8], value: &[u8]| {
        pattern.len() == value.len()
            && pattern.iter().zip(value).all(|(&want, &is)| if want == b'0' { is.is_ascii_digit() } else { want == is })
    };
    if !matches(b"0000-00-00T00:00:00", head) {
        return false;
    }
    if !exists(head) {
        return false;
    }
    let Some(rest) = tail.strip_suffix(b"Z") else { return false };
    rest.is_empty() || rest.strip_prefix(b".").is_some_and(|digits| digits.len() <= 9 && all_digits(digits))
}

/// Whether the calendar and the clock have the time of which `digits` has the digits.
fn exists(digits: &[u8]) -> bool {
    let number = |from: usize, to: usize| {
        let digits = digits.get(from..to).unwrap_or_default();
        digits.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit.saturating_sub(b'0')))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let date = year > 0 && (1..=12).contains(&month) && (1..=days).contains(&day);
    date && number(11, 13) < 24 && number(14, 16) < 60 && number(17, 19) < 60
}

fn is_version(value: &[u8]) -> bool {
    let dash = value.iter().position(|&byte| byte == b'-');
    let (numbers, suffix) = match dash.and_then(|dash| value.split_at_checked(dash)) {
        Some((numbers, suffix)) => (numbers, suffix.get(1..)),
        None => (value, None),
    };
    let number = |part: &[u8]| part.len() <= 5 && all_digits(part);
    let word = |part: &[u8]| [&b"alpha"[..], b"beta", b"rc", b"dev", b"next", b"canary", b"nightly"].contains(&part);
    let is_dot = |byte: &u8| *byte == b'.';
    let mut numbers = numbers.split(is_dot);
    let count = numbers.clone().count();
    (2..=4).contains(&count)
        && numbers.all(number)
        && suffix.is_none_or(|suffix| suffix.split(is_dot).all(|part| word(part) || number(part)))
}

/// Words of model names at Anthropic, Amazon Bedrock and Google Vertex AI (public model lists, checked 2026-11-24).
const MODEL_WORDS: &[&str] = &[
    "claude",
    "anthropic",
    "opus",
    "sonnet",
    "haiku",
    "instant",
    "latest",
    "thinking",
    "fast",
    "mythos",
    "fable",
    "us",
    "eu",
    "apac",
    "jp",
    "au",
    "global",
    "default",
    "preview",
    "synthetic",
];

fn is_model(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let text = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    let number = |part: &str| {
        let digits = part.strip_prefix('v').unwrap_or(part);
        (1..=8).contains(&digits.len()) && all_digits(digits.as_bytes())
    };
    (3..=80).contains(&text.len())
        && text.split(['-', '.', ':', '@', '/']).all(|part| number(part) || MODEL_WORDS.contains(&part))
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Prefixes of ids that Claude Code and the Anthropic API give out (seen in 146 versions of Claude Code).
const ID_PREFIXES: &[&str] =
    &["msg_", "msg_bdrk_", "msg_vrtx_", "req_", "req_vrtx_", "toolu_", "toolu_bdrk_", "toolu_vrtx_", "srvtoolu_"];

/// Whether a value is an id that holds no content: a uuid, or one of the API's prefixed ids. These go on with two digits, or are hex
/// digits as gateways make them: words would say something.
pub(crate) fn is_id(value: &[u8]) -> bool {
    if is_uuid(value) {
        return true;
    }
    ID_PREFIXES.iter().filter_map(|prefix| value.strip_prefix(prefix.as_bytes())).any(|rest| {
        let made = all_digits(rest.get(..2).unwrap_or_default()) || rest.iter().all(u8::is_ascii_hexdigit);
        (16..=36).contains(&rest.len()) && made && rest.iter().all(u8::is_ascii_alphanumeric)
    })
}

/// Whether a value is a uuid in lower or upper case.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether a key reads like the name of a parameter and so may ship as it stands (DESIGN: no long digit runs).
pub(crate) fn is_parameter_name(key: &[u8]) -> bool {
    let longest_digits = key.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).max().unwrap_or(0);
    (1..=32).contains(&key.len())
        && key.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && longest_digits <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fits: fn(&[u8]) -> bool, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(fits(text.as_bytes()), "{text} should fit");
        }
        for text in no {
            assert!(!fits(text.as_bytes()), "{text} should not fit");
        }
    }

    #[test]
    fn values_fit_their_shape_and_nothing_else_does() {
        check(is_integer, &["0", "-1", "123456789012345"], &["", "01", "1.0", "1e5", "1234567890123456", "x"]);
        check(is_count, &["0", "123456789012345"], &["", "-1", "-0", "01", "1.0", "1e5", "1234567890123456", "x"]);
        check(
            is_duration,
            &["0.5", "1120.7907991475688", "3"],
            &["1e9", ".5", "5.", "1.2.3", "-0.5", "1234567890.12345678901234567"],
        );
        check(
            is_timestamp,
            &["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z", "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z"],
            &[
                "2026-01-02",
                "2026-01-02T03:04:05",
                "2026-01-02T03:04:05.1x3Z",
                "2026-01-02T03:04:05.Z",
                "2026-02-30T03:04:05Z",
                "2100-02-29T03:04:05Z",
                "2026-13-01T03:04:05Z",
                "2026-00-01T03:04:05Z",
                "2026-04-31T03:04:05Z",
                "2026-01-00T03:04:05Z",
                "2026-01-02T24:00:00Z",
                "2026-01-02T03:60:00Z",
                "2026-01-02T03:04:60Z",
                "0000-01-02T03:04:05Z",
            ],
        );
        check(
            is_version,
            &["2.1.132", "1.0.0", "2.0.0-beta.3"],
            &["2", "2.1.132-hunter2", "1.2.3.4.5", "v1.2", "123456.1", "2.1.132-"],
        );
        check(
            is_model,
            &[
                "claude-sonnet-4-5-20250929",
                "<synthetic>",
                "us.anthropic.claude-opus-4-20250514-v1:0",
                "claude-3-5-haiku@20241022",
            ],
            &["gpt-secret", "my-password", "123", "claude-alice", ""],
        );
        check(
            is_id,
            &["msg_01Y0JLXtRaxav4YRooL3Vmzp", "msg_2eae9270e2643903ba1fe371", "036e8e79-bd02-47ac-aafb-ddd3b2a69e7a"],
            &["msg_short", "msg_HydraMergerWithAcmeInMarch", "msg_01Y0JLXtRaxav4YR/oL3Vmzp", "call_abc"],
        );
        check(is_parameter_name, &["file_path", "maxResults", "_x1"], &["", "1a", "a b", "user@x", "id_12345", "a-b"]);
    }
}
