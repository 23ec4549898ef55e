//! What tells random values from placeholders, code, identifiers and digests.

use std::sync::LazyLock;

use crate::detect::judge::{generic, value};
use crate::detect::sets::lexicon::Words;

/// Words that stand in samples and templates where a secret would.
static PLACEHOLDER_WORDS: LazyLock<Words> = LazyLock::new(|| {
    Words::exact([
        "example",
        "sample",
        "placeholder",
        "changeme",
        "change-me",
        "change_me",
        "your-",
        "your_",
        "yourkey",
        "yourtoken",
        "yoursecret",
        "yourapi",
        "yourpass",
        "redacted",
        "insert-",
        "insert_",
        "replace-",
        "replace_",
        "replaceme",
        "not-a-real",
        "notareal",
        "goes-here",
        "goes_here",
        "goeshere",
        "put-your",
        "put_your",
        "****",
        "....",
        "masked",
        "test-key",
        "test_key",
        "foobar",
        "undefined",
    ])
});

/// Such words that are too short to be told from chance inside of a long token: they must stand by themselves.
const PLACEHOLDER_PARTS: &[&[u8]] = &[b"dummy", b"todo", b"fake", b"mock"];

/// Whether the value only stands where a secret would: one character over and over, a counting sequence all through,
/// a template's variable, or one of the words that samples use.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let mut parts = lower.split(|byte| !byte.is_ascii_alphanumeric());
    is_template(value)
        || is_veil(value)
        || PLACEHOLDER_WORDS.occur_in(&lower)
        || value::is_masked(value)
        || parts.any(|part| PLACEHOLDER_PARTS.contains(&part))
        || is_monotonous(&lower)
}

/// Whether the value is one of the words that documentation writes in the place of a password.
pub(super) fn is_sample_password(value: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"password",
        b"passwd",
        b"pass",
        b"pwd",
        b"secret",
        b"pw",
        b"passw0rd",
        b"pass_word",
        b"password1",
        b"mypassword",
        b"userpassword",
        b"dbpassword",
        b"yourpassword",
        b"token",
        b"key",
        b"xyz",
        b"abc",
        b"123",
        b"foo",
        b"bar",
        b"xxx",
        b"pword",
    ];
    let lower = value.to_ascii_lowercase();
    WORDS.contains(&lower.as_slice())
}

/// `${X}`, `$X`, `$password`, `{{ x }}`, `{password}`, `__X__`, `<token>`, `%X%`, `[x]`.
fn is_template(value: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[b"pass", b"pwd", b"secret", b"token"];
    let pairs: [(&[u8], &[u8]); 8] = [
        (b"${", b""),
        (b"$(", b""),
        (b"{{", b""),
        (b"<", b">"),
        (b"%", b"%"),
        (b"%(", b")s"),
        (b"[", b"]"),
        (b"#{", b""),
    ];
    let paired = pairs.iter().any(|(open, close)| value.starts_with(open) && value.ends_with(close));
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || b"_.".contains(byte);
    let variable = value.strip_prefix(b"$").is_some_and(|name| {
        let constant = name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || byte.is_ascii_digit());
        // A password may begin with the sign: in small letters the name has to say what it stands for.
        let says = NAMES.iter().any(|word| memchr::memmem::find(&name.to_ascii_lowercase(), word).is_some());
        !name.is_empty() && (constant || says && name.iter().all(is_name))
    });
    let braced = value.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}"));
    // `__PASSWORD__`, `@@TOKEN@@`: what a tool fills in.
    let filled_in = [b"__".as_slice(), b"@@"].iter().any(|sign| {
        let name = value.strip_prefix(*sign).and_then(|rest| rest.strip_suffix(*sign)).unwrap_or_default();
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
    });
    paired || variable || filled_in || braced.is_some_and(|name| name.iter().all(is_name))
}

/// `***`, `...`, `\u{2026}`, `\u{2022}\u{2022}\u{2022}`: what stands where a value was left out.
fn is_veil(value: &[u8]) -> bool {
    let signs = ["*", ".", "-", "\u{2026}", "\u{2022}"];
    !value.is_empty() && signs.iter().any(|sign| value.chunks(sign.len()).all(|chunk| chunk == sign.as_bytes()))
}

/// Whether a value says almost nothing: fewer than four different characters in the longer ones, or most of it one
/// repeated character or one run that counts up or down. Many short runs, as in made-up samples, say too little to tell a
/// sample from a key; that such a value is replaced costs nobody anything.
fn is_monotonous(value: &[u8]) -> bool {
    if value.len() < 6 {
        return false;
    }
    let mut seen = [false; 256];
    for byte in value {
        if let Some(flag) = seen.get_mut(usize::from(*byte)) {
            *flag = true;
        }
    }
    let distinct = seen.iter().filter(|flag| **flag).count();
    let step = |pair: &[u8]| matches!(pair, [a, b] if a == b);
    let same = value.windows(2).filter(|pair| step(pair)).count();
    let most = (value.len() - 1) * 3 / 4;
    distinct < 4 || same > most || longest_count(value, 1) > most || longest_count(value, -1) > most
}

/// The steps of the longest run of bytes that count by `step`.
fn longest_count(value: &[u8], step: i16) -> usize {
    let (mut longest, mut present) = (0, 0);
    for pair in value.windows(2) {
        let counts = matches!(pair, [a, b] if i16::from(*b) - i16::from(*a) == step);
        present = if counts { present + 1 } else { 0 };
        longest = longest.max(present);
    }
    longest
}

/// Whether the value is hex digits of the length of a common digest.
pub(super) fn is_hex_digest(value: &[u8]) -> bool {
    matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128) && value.iter().all(u8::is_ascii_hexdigit)
}

/// Whether the value is a UUID with hyphens.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether the value has a letter and a digit; what a machine made may lack the digit by chance.
pub(super) fn has_letters_and_digits(value: &[u8]) -> bool {
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit) || value::is_jumbled(value)
}

/// Whether a row of digits says how many of something there are, or when something was.
pub(super) fn is_counted(value: &[u8], before: &[u8], after: &[u8]) -> bool {
    const BESIDE_MAX: usize = 16;
    const UNITS: &[&[u8]] = &[
        b"bit",
        b"bits",
        b"byte",
        b"bytes",
        b"characters",
        b"days",
        b"issues",
        b"lines",
        b"milliseconds",
        b"ms",
        b"minutes",
        b"requests",
        b"seconds",
        b"sec",
        b"times",
        b"attempts",
        b"users",
        b"words",
        b"kb",
        b"mb",
    ];
    // A setting of a time, unless a sentence says it; a code is as round once in a thousand times.
    let round = value.len() == 5 && value.ends_with(b"000") && !before.ends_with(b" is ");
    // A pin of a board, said right beside it: a program for boards may have a PIN as well.
    let beside = before.get(before.len().saturating_sub(BESIDE_MAX)..).unwrap_or_default();
    let of_board = [b"gpio".as_slice(), b"bcm "]
        .iter()
        .any(|word| beside.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)));
    let unit = after.strip_prefix(b" ").and_then(|rest| rest.split(|byte| !byte.is_ascii_alphabetic()).next());
    let this_age = value.starts_with(b"19") || value.starts_with(b"20");
    let dated = match value {
        [_, _, _, _] => [b",".as_slice(), b"(", b"code"].iter().any(|end| before.trim_ascii_end().ends_with(end)),
        [_, _, _, _, b'0', b'1'..=b'9', day @ ..] | [_, _, _, _, b'1', b'0'..=b'2', day @ ..] => {
            (b"01".as_slice()..=b"31").contains(&day)
        }
        _ => false,
    };
    round
        || of_board
        || this_age && dated
        || unit.is_some_and(|unit| UNITS.iter().any(|known| unit.eq_ignore_ascii_case(known)))
}

/// Whether `before` ends with the name of a public key and its sign.
pub(super) fn is_named_public(before: &[u8]) -> bool {
    let name: Vec<u8> = before.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    name.ends_with(b"publickey") || name.ends_with(b"pubkey")
}

/// How many of lower case, upper case, digits and other characters occur.
pub(super) fn class_count(value: &[u8]) -> usize {
    let classes: [fn(&u8) -> bool; 4] =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, |byte| !byte.is_ascii_alphanumeric()];
    classes.iter().filter(|class| value.iter().any(class)).count()
}

/// Whether the value is an expression rather than a literal: a call, a member access, an index or a well-known type.
/// `after` is what follows the value.
pub(super) fn is_code(value: &[u8], after: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"string",
        b"str",
        b"none",
        b"null",
        b"true",
        b"false",
        b"undefined",
        b"nil",
        b"bytes",
        b"optional",
        b"required",
    ];
    let called = after.starts_with(b"(") || value.windows(2).any(|pair| pair == b"()");
    let lower = value.to_ascii_lowercase();
    let member = value.split(|byte| *byte == b'.').count() > 1 && value.split(|byte| *byte == b'.').all(is_plain_name);
    called
        || member && !value::is_jumbled(value)
        || is_limit(value)
        || value.contains(&b'(')
        || WORDS.contains(&lower.as_slice())
}

/// `minLength=12`, `max_age=3600`: a name of two words or more and a number.
fn is_limit(value: &[u8]) -> bool {
    let Some(sign) = memchr::memchr(b'=', value) else { return false };
    let (name, number) = (value.get(..sign).unwrap_or_default(), value.get(sign + 1..).unwrap_or_default());
    let joined =
        |pair: &[u8]| matches!(pair, [a, b] if a.is_ascii_lowercase() && (b.is_ascii_uppercase() || *b == b'_'));
    name.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && name.first().is_some_and(u8::is_ascii_lowercase)
        && name.windows(2).any(joined)
        && (1..=6).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
}

/// A name as code has it: letters and `_`, with at most two digits, at its end.
fn is_plain_name(part: &[u8]) -> bool {
    let digits = part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let name = part.get(..part.len() - digits).unwrap_or_default();
    !name.is_empty() && digits <= 2 && name.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
}

/// Whether the value reads like words: letters in parts of one case each, parted by `_`, `-`, `.` or capitals.
pub(super) fn is_identifier(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let separators = value.iter().filter(|byte| b"_-.".contains(byte)).count();
    if letters + separators != value.len() {
        return false;
    }
    let capitals = value
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    let one_case = value.iter().all(|b| !b.is_ascii_uppercase()) || value.iter().all(|b| !b.is_ascii_lowercase());
    one_case || capitals * 5 <= letters
}

/// Whether the value is a file path or an address on the web without user information.
pub(super) fn is_path(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|byte| **byte == b'/').count();
    let url = value.starts_with(b"http://") || value.starts_with(b"https://") || value.starts_with(b"file://");
    let rooted = [b"/".as_slice(), b"./", b"../", b"~/"].iter().any(|start| value.starts_with(start));
    let parts = value.split(|byte| *byte == b'/');
    let short = |part: &[u8]| part.len() < 20;
    url || (rooted && slashes > 0 && parts.clone().all(short) && !is_random(value))
        || (slashes > 1 && parts.into_iter().all(is_identifier))
}

/// Letters of both cases and digits as in Base64, which may begin with a slash.
fn is_random(value: &[u8]) -> bool {
    let form = value::shape(value);
    form.upper >= 4 && form.lower >= 4 && form.digit >= 2 && value::pieces(value) * 3 >= form.length
}

/// Whether a value behind this text goes on the Base64 of a digest, or so much of other data that it is random.
pub(super) fn is_amid_data(before: &[u8]) -> bool {
    const DATA_MIN: usize = 20;
    let length = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/_-".contains(byte)).count();
    let (head, run) = before.split_at(before.len() - length);
    let digest = [b"sha1=".as_slice(), b"sha256=", b"sha384=", b"sha512="].iter().any(|name| head.ends_with(name));
    !run.is_empty() && (digest || generic::is_random(run, DATA_MIN))
}

/// Whether groups of digits go on before or after a value.
pub(super) fn is_in_row(before: &[u8], after: &[u8]) -> bool {
    let digits = |pair: Option<&[u8]>| matches!(pair, Some(&[b' ', digit]) if digit.is_ascii_digit());
    let left = before.strip_suffix(b" ").and_then(<[u8]>::last).is_some_and(u8::is_ascii_digit);
    left || digits(after.get(..2))
}

/// Whether a date is that of a file's making: ` Birth: 2026-01-02 03:04:05.000000006 +0000`, `birthtime: Mon, 10 Oct 2011 …`. Programs
/// print days of persons' births with a time as well, but no other than midnight.
pub(super) fn is_file_time(before: &[u8], after: &[u8]) -> bool {
    const MIDNIGHT: &[u8] = b" 00:00:00.000000000";
    let matches_form = |time: &[u8]| {
        time.iter().zip(MIDNIGHT).all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form })
    };
    let of_stat = before.ends_with(b" Birth: ")
        && after.split_at_checked(MIDNIGHT.len()).is_some_and(|(time, zone)| {
            time != MIDNIGHT
                && matches_form(time)
                && matches!(zone, [b' ', b'+' | b'-', digit, ..] if digit.is_ascii_digit())
        });
    // The next line of a log begins with its time.
    let begins = before.ends_with(b"\n") || before.ends_with(b"\\n");
    let (form, midnight) = (after.get(..9).unwrap_or_default(), MIDNIGHT.get(..9).unwrap_or_default());
    let of_log = begins && form.len() == midnight.len() && matches_form(form) && form != midnight;
    of_stat || of_log || before.windows(9).any(|word| word.eq_ignore_ascii_case(b"birthtime"))
}

/// Whether the line around a value is an offset in hex and bytes behind it: `00003720  05 00 00 41 89 fe`, `00000040: 2fa7 8bd5`.
pub(super) fn is_in_dump(before: &[u8], after: &[u8]) -> bool {
    /// Groups of bytes beside the value: the row of a table has fewer.
    const GROUPS_MIN: usize = 4;
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    // The number of a listing, or the mark of a difference.
    let line = line.rsplit(|byte| *byte >= 0x80).next().unwrap_or_default();
    let line = line.strip_prefix(b"+").or_else(|| line.strip_prefix(b"-")).unwrap_or(line).trim_ascii_start();
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let rest = line.get(digits..).unwrap_or_default();
    let parted = matches!(rest, [b':', b' ' | b'\t', ..] | [b' ', b' ', ..]);
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let groups = |text: &'_ [u8]| -> Vec<bool> {
        let is_group = |group: &[u8]| matches!(group.len(), 2 | 4 | 8) && group.iter().all(u8::is_ascii_hexdigit);
        text.split(|byte| b" \t".contains(byte)).filter(|group| !group.is_empty()).map(is_group).collect()
    };
    let (left, right) = (groups(rest), groups(after));
    let count = left.len() + right.iter().take_while(|is_group| **is_group).count();
    (4..=16).contains(&digits) && parted && left.iter().all(|is_group| *is_group) && count >= GROUPS_MIN
}

/// Whether a code of four or five digits in hex, one of them a letter, stands beside a value: `8214 8146 6311 6761 8FE2`.
pub(super) fn is_amid_codes(before: &[u8], after: &[u8]) -> bool {
    let is_code = |code: &[u8]| {
        matches!(code.len(), 4 | 5)
            && code.iter().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte))
            && code.iter().any(u8::is_ascii_digit)
            && code.iter().any(u8::is_ascii_uppercase)
    };
    let end = |byte: &u8| !byte.is_ascii_alphanumeric();
    let left = before.strip_suffix(b" ").and_then(|before| before.rsplit(end).next());
    let right = after.strip_prefix(b" ").and_then(|after| after.split(end).next());
    left.is_some_and(is_code) || right.is_some_and(is_code)
}

/// Whether rows of `A` stand in the value, as zero bytes are written in Base64: two rows of four, or one of eight.
pub(in crate::detect) fn is_packed(value: &[u8]) -> bool {
    let mut rows = value.split(|byte| *byte != b'A').map(<[u8]>::len).filter(|row| *row >= 4);
    let first = rows.next().unwrap_or_default();
    first >= 8 || rows.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_files_making_is_told_from_that_of_a_persons_birth() {
        for (before, after) in [
            (" Birth: ", " 13:36:04.123456789 +0000"),
            ("birthtimeMs: 1.1,\n  birthtime: Mon, ", " 23:24:11 GMT"),
            ("birthtime: ", "T10:00:00"),
        ] {
            assert!(is_file_time(before.as_bytes(), after.as_bytes()), "{before}{after}");
        }
        for (before, after) in [
            (" Birth: ", ""),
            (" Birth: ", " 00:00:00.000000000 +0000"),
            ("birthday: \"", " 13:36:04.123456789 +0000"),
            ("birth date, time: ", " 10:00:00"),
            ("dob = ", " 07:32:00.999999 +0000"),
        ] {
            assert!(!is_file_time(before.as_bytes(), after.as_bytes()), "{before}{after}");
        }
    }

    #[test]
    fn lines_of_bytes_are_told_from_lines_of_words() {
        for (before, after) in [
            ("a|\n00003720  ", " fe 48 89  d3 44"),
            ("00003050  00 00 e9 c9 fb ff ff c6  ", "  ed c6"),
            ("    12\u{2192}00000040: 2fa7 8bd5 ", " 6e37 bd32"),
            ("+00000040: ", " 2fa7 8bd5 6e37 bd32"),
            ("  401000:\t48 8b ", " 05 00"),
        ] {
            assert!(is_in_dump(before.as_bytes(), after.as_bytes()), "{before}{after}");
        }
        for (before, after) in [
            ("", ""),
            ("call ", " ed fe 05 06"),
            ("1001: ", ""),
            ("20170110  ", "  12 Lane"),
            ("decade: ", " be ad"),
            ("00003720  tel ", " 05 00 05 00"),
        ] {
            assert!(!is_in_dump(before.as_bytes(), after.as_bytes()), "{before}{after}");
        }
    }

    #[test]
    fn codes_beside_a_number_are_told_from_other_numbers() {
        assert!(
            is_amid_codes(b"751C 606C ", b" 8FE2 773A")
                && is_amid_codes(b"", b" 570B")
                && is_amid_codes(b"260A1 ", b"")
        );
        for (before, after) in
            [("paid ", ""), ("", " 27cf9d62"), ("", " 1225 123"), ("CAFE ", ""), ("x606C", ""), ("", " 12ab")]
        {
            assert!(!is_amid_codes(before.as_bytes(), after.as_bytes()), "{before}{after}");
        }
    }

    #[test]
    fn packed_data_has_rows_of_one_letter() {
        for value in ["q7ZpAAAAxw2LAAAA9T", "q7ZAAAAAAAAA9T"] {
            assert!(is_packed(value.as_bytes()), "{value}");
        }
        for value in ["AAAAq7Zp4Xw2Lr", "q7ZpAAAxw2LAAA9T", ""] {
            assert!(!is_packed(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn placeholders_are_seen() {
        for value in [
            "xxxxxxxxxx",
            "<token>",
            "${TOKEN}",
            "$API_KEY",
            "{{ secret }}",
            "your-key",
            "AKIAIOSFODNN7EXAMPLE",
            "0123456789",
            "aaaaaaaa",
            "fake-token-1",
            "$password",
            "$db_pass",
            "{password}",
            "%(password)s",
            "***",
            "\u{2022}\u{2022}\u{2022}",
            "abababab",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in [
            "Tr0ub4dor&3",
            "$summer",
            "{Tr0ub4dor}",
            "*.*",
            "k9Xv2LqPz7",
            "correct horse",
            "k9faKe2LqPz7",
            "01234567abcdef01234567abcdef",
        ] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn code_is_not_a_secret() {
        assert!(is_code(b"get_password", b"()"));
        assert!(is_code(b"process.env.PASSWORD", b""));
        assert!(is_code(b"None", b""));
        assert!(!is_code(b"s3cr3t.v4lue", b""));
    }

    #[test]
    fn words_are_identifiers_and_random_letters_are_not() {
        assert!(is_identifier(b"my_secret_name"));
        assert!(is_identifier(b"mySecretName"));
        assert!(!is_identifier(b"qXvBnTzKpWsRd"));
        assert!(!is_identifier(b"abc123"));
    }

    #[test]
    fn digests_uuids_and_paths_are_seen() {
        assert!(is_hex_digest(&[b'a'; 40]));
        assert!(!is_hex_digest(&[b'a'; 39]));
        assert!(is_uuid(b"123e4567-e89b-12d3-a456-426614174000"));
        assert!(is_path(b"/usr/local/bin"));
        assert!(is_path(b"https://example.com/x"));
        assert!(!is_path(b"abc/def+ghi=="));
    }
}
