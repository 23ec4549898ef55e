//! What may stand next to a match: byte classes, boundaries, and keywords before a value.

/// A named set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ByteClass {
    /// `0-9`.
    Digit,
    /// `A-Z`.
    Upper,
    /// `A-Z` and a space: letters apart from the digits that they belong to.
    Capitals,
    /// `A-Z a-z`.
    Letter,
    /// `A-Z a-z 0-9`.
    Alnum,
    /// `A-Z a-z 0-9 _ -`.
    Token,
    /// `A-Z a-z 0-9 _ - .`.
    Dotted,
    /// `A-Z a-z 0-9 _ - + /`.
    Base64,
    /// `A-Z a-z 0-9 + . - :`: a URI's scheme, with the prefix that `jdbc:` and the like put before it.
    Scheme,
    /// What the part of an e-mail address before the `@` is made of in practice: `A-Z a-z 0-9 . _ % + ~ -` and the
    /// top half of bytes. RFC 5322 allows more, such as `=`, that far more often parts the address from a name.
    Local,
    /// What the part of an address before the `@` of its host is made of, RFC 3986: `A-Z a-z 0-9 - . _ ~ % ! $ & ( ) * + , ; = : # ^`, of
    /// which the last two should be encoded and mostly are not.
    Userinfo,
    /// `+ (`: what may stand before the first digit of a telephone number.
    Phone,
    /// `A-Z a-z 0-9 _ - . :` and a space: the cells of a row before another.
    Row,
}

impl ByteClass {
    /// Whether `byte` is in the set.
    pub fn holds(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Upper => byte.is_ascii_uppercase(),
            Self::Capitals => byte.is_ascii_uppercase() || byte == b' ',
            Self::Letter => byte.is_ascii_alphabetic(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Token => byte.is_ascii_alphanumeric() || b"_-".contains(&byte),
            Self::Dotted => byte.is_ascii_alphanumeric() || b"_-.".contains(&byte),
            Self::Base64 => byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte),
            Self::Scheme => byte.is_ascii_alphanumeric() || b"+.-:".contains(&byte),
            Self::Local => byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"._%+~-".contains(&byte),
            Self::Userinfo => byte.is_ascii_alphanumeric() || b"-._~%!$&()*+,;=:#^".contains(&byte),
            Self::Phone => b"+(".contains(&byte),
            Self::Row => byte.is_ascii_alphanumeric() || b"_-.: ".contains(&byte),
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "digit" => Self::Digit,
            "upper" => Self::Upper,
            "capitals" => Self::Capitals,
            "letter" => Self::Letter,
            "alnum" => Self::Alnum,
            "token" => Self::Token,
            "dotted" => Self::Dotted,
            "base64" => Self::Base64,
            "scheme" => Self::Scheme,
            "local" => Self::Local,
            "userinfo" => Self::Userinfo,
            "phone" => Self::Phone,
            "row" => Self::Row,
            _ => return None,
        })
    }
}

/// What must not stand directly beside a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Boundary {
    /// Anything may.
    None,
    /// No letter or digit.
    Alnum,
    /// No letter, digit or `_`.
    Word,
    /// No letter, digit, `_` or `-`.
    Token,
    /// No letter, digit, `_`, `-`, `+` or `/`.
    Base64,
    /// No letter, digit or `_`, and no `.`, `-` or `+` that joins the match to another letter or digit: the match is
    /// no piece of a longer number, version, date or identifier. A `,` joins only the thousands of one number, see
    /// [`joins_before`] and [`joins_after`]: rows of values have one between any two.
    Number,
    /// No letter, digit or `_`, and no `:`, `.` or `-` that joins the match to a further group of two hex digits or to
    /// a digit: the match is no piece of a fingerprint.
    HexGroup,
}

impl Boundary {
    /// Whether a match may begin at `start`.
    pub fn allows_before(self, text: &[u8], start: usize) -> bool {
        let Some(index) = start.checked_sub(1) else { return true };
        let Some(&last) = text.get(index) else { return false };
        let further = index.checked_sub(1).and_then(|index| text.get(index)).copied();
        match self {
            Self::None => true,
            Self::Alnum => !ByteClass::Alnum.holds(last) || ends_with_colour(text, start),
            Self::Word => !is_word(last) || ends_with_colour(text, start),
            Self::Token => !ByteClass::Token.holds(last) || ends_with_colour(text, start),
            Self::Base64 => !(ByteClass::Token.holds(last) || b"+/".contains(&last)) || ends_with_colour(text, start),
            Self::Number => {
                !(is_word(last)
                    || b".-+".contains(&last) && further.is_some_and(is_word)
                    || last == b',' && joins_before(text, index))
            }
            Self::HexGroup => !(is_word(last) || b":-.".contains(&last) && ends_with_hex_pair(text, index)),
        }
    }

    /// Whether a match that began at `start` may end at `end`.
    pub fn allows_after(self, text: &[u8], start: usize, end: usize) -> bool {
        let Some(&next) = text.get(end) else { return true };
        let further = text.get(end + 1).copied();
        match self {
            Self::None => true,
            Self::Alnum => !ByteClass::Alnum.holds(next),
            Self::Word => !is_word(next),
            Self::Token => !ByteClass::Token.holds(next),
            Self::Base64 => !(ByteClass::Token.holds(next) || b"+/".contains(&next)),
            Self::Number => {
                !(is_word(next)
                    || b".-".contains(&next) && further.is_some_and(is_word)
                    || next == b',' && joins_after(text, start, end))
            }
            Self::HexGroup => {
                !(is_word(next) || b":-.".contains(&next) && further.is_some_and(|byte| byte.is_ascii_hexdigit()))
            }
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "alnum" => Self::Alnum,
            "word" => Self::Word,
            "token" => Self::Token,
            "base64" => Self::Base64,
            "number" => Self::Number,
            "hex-group" => Self::HexGroup,
            _ => return None,
        })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How far a number is read on either side of a comma.
const NUMBER_MAX: usize = 24;

/// Digits of a group of thousands.
const THOUSANDS: usize = 3;

/// Whether the comma at `comma` makes what follows it a piece of the number before it: a group of thousands (`1,234`,
/// `1,234.56`), or a coordinate behind one with a fraction (`M12.5,93.184.216.34`: drawings leave out what parts numbers
/// wherever a dot does it).
fn joins_before(text: &[u8], comma: usize) -> bool {
    let before = text.get(comma.saturating_sub(NUMBER_MAX)..comma).unwrap_or_default();
    let after = text.get(comma + 1..text.len().min(comma + 1 + NUMBER_MAX)).unwrap_or_default();
    let digits = digits_at_start(after);
    let next = |place: usize| after.get(digits + place).copied().unwrap_or(b' ');
    let fraction = digits_at_end(before);
    if next(0) == b'.' && next(1).is_ascii_digit() && fraction > 0 && before.iter().rev().nth(fraction) == Some(&b'.') {
        return true;
    }
    let cents = digits_at_start(after.get(digits + 1..).unwrap_or_default());
    let goes_on = match next(0) {
        b'.' => matches!(next(1 + cents), b'.' | b'-' | b' ') && next(2 + cents).is_ascii_digit(),
        sign => b" -/()".contains(&sign) && next(1).is_ascii_digit(),
    };
    digits == THOUSANDS && !goes_on && !next(0).is_ascii_alphabetic() && ends_with_thousands(before)
}

/// Whether the comma at `end` makes what follows it a piece of the match `start..end`: a group of thousands. A match with
/// anything but digits and blanks in it is no such number.
fn joins_after(text: &[u8], start: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or_default();
    let after = text.get(end + 1..text.len().min(end + 2 + THOUSANDS)).unwrap_or_default();
    let group = digits_at_start(after) == THOUSANDS && !after.get(THOUSANDS).is_some_and(|next| is_word(*next));
    group && value.iter().all(|byte| byte.is_ascii_digit() || *byte == b' ') && ends_with_thousands(value)
}

/// Whether one to three digits end `text` that are the head of a number or a further group of its thousands.
fn ends_with_thousands(text: &[u8]) -> bool {
    let digits = digits_at_end(text);
    let before = text.len().checked_sub(digits + 1).and_then(|at| text.get(at)).copied();
    (1..=THOUSANDS).contains(&digits) && !before.is_some_and(|byte| is_word(byte) || b".-".contains(&byte))
}

fn digits_at_start(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn digits_at_end(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Whether a terminal colour code that lost its first character, `[32m`, ends at `end`.
fn ends_with_colour(text: &[u8], end: usize) -> bool {
    let before = text.get(end.saturating_sub(10)..end).unwrap_or_default();
    let Some((b'm', code)) = before.split_last() else { return false };
    let digits = code.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    digits > 0 && code.len().checked_sub(digits + 1).and_then(|at| code.get(at)) == Some(&b'[')
}

/// Whether two hex digits that are no part of a longer word end at `end`.
fn ends_with_hex_pair(text: &[u8], end: usize) -> bool {
    let Some(pair) = end.checked_sub(2).and_then(|start| text.get(start..end)) else { return false };
    let before = end.checked_sub(3).and_then(|index| text.get(index)).copied();
    pair.iter().all(u8::is_ascii_hexdigit) && !before.is_some_and(is_word)
}

/// Where in `text` the last occurrence of the lower-case `keyword` ends, if that is at most `distance` bytes before the
/// text's end.
pub(super) fn keyword_end(text: &[u8], keyword: &[u8], distance: usize) -> Option<usize> {
    let must_stand_alone = keyword.len() <= 4;
    let must_begin = keyword.len() <= 6;
    let first = *keyword.first()?;
    let nearest_start = text.len().saturating_sub(distance + keyword.len());
    let last_start = text.len().checked_sub(keyword.len())?;
    let starts = text.get(nearest_start..=last_start)?;
    memchr::memrchr2_iter(first, first.to_ascii_uppercase(), starts).find_map(|at| {
        let start = nearest_start + at;
        let end = start + keyword.len();
        let found = text.get(start..end)?.eq_ignore_ascii_case(keyword);
        let before = |back| start.checked_sub(back).and_then(|at| text.get(at));
        // `-Dsonar.login=`: the letter of a flag.
        let begins = || !must_begin || !joins(before(1), text.get(start)) || before(2) == Some(&b'-');
        (found && begins() && (!must_stand_alone || stands_alone(text, start, end))).then_some(end)
    })
}

/// Whether `gap`, the text between a keyword and a value, is the rest of a name and an assignment: `_ID = "`, `": "`.
pub(super) fn is_assignment(gap: &[u8]) -> bool {
    const NAME_REST_MAX_BYTES: usize = 20;
    let name_len = gap.iter().take_while(|byte| ByteClass::Dotted.holds(**byte) || **byte == b' ').count();
    let operator = gap.get(name_len..).unwrap_or_default();
    name_len <= NAME_REST_MAX_BYTES
        && operator.iter().any(|byte| b"=:>,|(".contains(byte))
        && operator.iter().all(|byte| b" \t\"'`=:>,|(?[{".contains(byte))
}

/// Whether the letters around `start..end` belong to other words: `my_ssn`, `ssnValue` and `SSN:`, not `lessness`.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|index| text.get(index));
    let last = end.checked_sub(1).and_then(|index| text.get(index));
    !joins(before, text.get(start)) && !joins(last, text.get(end))
}

/// Whether two neighbours are letters of one word.
fn joins(left: Option<&u8>, right: Option<&u8>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) if left.is_ascii_alphabetic() && right.is_ascii_alphabetic() => {
            !(left.is_ascii_lowercase() && right.is_ascii_uppercase())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_keyword_must_stand_by_itself() {
        for (text, expected) in [
            ("SSN: ", true),
            ("my_ssn=", true),
            ("ssnValue ", true),
            ("lessness ", false),
            ("assn: ", false),
            ("userSsn=", true),
        ] {
            assert_eq!(keyword_end(text.as_bytes(), b"ssn", 40).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn a_keyword_of_six_letters_must_begin_a_word() {
        for (text, expected) in [
            ("meraki: ", true),
            ("ciscoMeraki=", true),
            ("merakis ", true),
            ("-Dmeraki=", true),
            ("CameraKit: ", false),
        ] {
            assert_eq!(keyword_end(text.as_bytes(), b"meraki", 40).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn a_keyword_too_far_away_is_no_context() {
        assert_eq!(keyword_end(b"datadog: ", b"datadog", 2), Some(7));
        assert_eq!(keyword_end(b"datadog:  ", b"datadog", 2), None);
    }

    #[test]
    fn an_assignment_is_told_from_a_sentence() {
        for gap in [" = \"", "_api.id: '", "\": \"", " => `"] {
            assert!(is_assignment(gap.as_bytes()), "{gap}");
        }
        for gap in [" ", "@1.2 resolved to ", " uploads [commit] "] {
            assert!(!is_assignment(gap.as_bytes()), "{gap}");
        }
    }

    #[test]
    fn a_piece_of_a_number_has_no_number_boundary() {
        for (text, start, expected) in [("1.23", 2, false), (" .23", 2, true), ("a-23", 2, false), ("x 23", 2, true)] {
            assert_eq!(Boundary::Number.allows_before(text.as_bytes(), start), expected, "{text}");
        }
        for (text, end, expected) in [("23.", 2, true), ("23.5", 2, false), ("23-a", 2, false), ("23)", 2, true)] {
            assert_eq!(Boundary::Number.allows_after(text.as_bytes(), 0, end), expected, "{text}");
        }
    }

    #[test]
    fn a_comma_joins_thousands_and_parts_values() {
        for (text, expected) in [
            ("7,4539578763621486", true),
            ("7,DE89370400440532013000", true),
            ("17,93.184.216.34,GET", true),
            ("1,355-02-3551", true),
            ("7,030 1234567", true),
            ("1,234.567.8901", true),
            ("Anna,355-02-3551", true),
            ("2026,355", true),
            ("12.50,4539578763621486", true),
            ("1,234", false),
            ("1,234,567", false),
            ("12,345.67", false),
            ("$1,234 for", false),
            ("M12.5,93.184.216.34", false),
        ] {
            let start = text.find(',').unwrap_or(0) + 1;
            assert_eq!(Boundary::Number.allows_before(text.as_bytes(), start), expected, "{text}");
        }
        for (text, expected) in [
            ("4539578763621486,123", true),
            ("93.184.216.34,200", true),
            ("355-02-3551,b", true),
            ("345,b", true),
            ("345,67", true),
            ("345,6789", true),
            ("345,678", false),
            ("20 345,678.9", false),
        ] {
            let end = text.find(',').unwrap_or(0);
            assert_eq!(Boundary::Number.allows_after(text.as_bytes(), 0, end), expected, "{text}");
        }
    }

    #[test]
    fn a_colour_code_without_its_first_character_is_a_boundary() {
        for (text, expected) in
            [("[32m", true), ("[1;31m", true), ("[0m", true), ("32m", false), ("[m", false), ("am", false)]
        {
            assert_eq!(Boundary::Word.allows_before(text.as_bytes(), text.len()), expected, "{text}");
        }
    }

    #[test]
    fn a_piece_of_a_fingerprint_has_no_group_boundary() {
        assert!(!Boundary::HexGroup.allows_before(b"aa:bb", 3));
        assert!(Boundary::HexGroup.allows_before(b"mac:bb", 4));
        assert!(!Boundary::HexGroup.allows_after(b"aa:bb", 0, 2));
        assert!(Boundary::HexGroup.allows_after(b"aa: b", 0, 2));
    }
}
