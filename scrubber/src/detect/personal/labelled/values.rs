//! How far a name, an address and a date beside a label go.

use super::labels::{GIVEN, NAME_PARTS};
use super::said::{is_said, is_said_of_address};
use crate::detect::search::byte_at;

/// Characters of a name without a blank, and of both its parts.
const NAME_MAX: usize = 5;
const NAMES_MAX: usize = 9;
/// What addresses are made of: a street, a house, a ward, a town. Two of the first are needed, one of the others.
const PARTS: &[&str] = &[
    "号", "號", "路", "街", "巷", "弄", "区", "區", "市", "県", "省", "都", "府", "町", "村", "丁目", "番地", "시",
    "구", "동", "로", "길",
];
const STREETS: &[&str] = &[
    "ул.",
    "ул ",
    "лица ",
    "просп",
    "Просп",
    "пр-т",
    "пер.",
    "вул.",
    "д. ",
    "г. ",
    "ульвар",
    "оссе",
    "наб.",
    "пл.",
    "буд. ",
    "м. ",
    "οδός",
    "Οδός",
    "Λεωφ",
    "شارع",
    "طريق",
    "حي ",
    "רחוב",
    "शहर",
    "नगर",
    "मार्ग",
];

/// Blanks and opening quotes before a value.
pub(super) fn blanks(text: &[u8]) -> usize {
    let mut at = 0;
    while at < 12 {
        match text.get(at..) {
            Some([b' ' | b'"' | b'\'' | b'\\' | b'*' | b'`', ..]) if text.get(at + 1) != Some(&b'n') => at += 1,
            Some([0xe3, 0x80, 0x80, ..]) => at += 3,
            _ => break,
        }
    }
    at
}

/// The character of Chinese, Japanese or Korean writing that `text` begins with; no sign.
fn is_east_asian(text: &[u8]) -> bool {
    matches!(text, [0xe3, 0x81..=0x83 | 0x90..=0xbf, _, ..] | [0xe4..=0xe9 | 0xeb..=0xec, _, _, ..] | [0xea, 0xb0..=0xbf, _, ..] | [0xed, 0x80..=0x9e, _, ..])
}

/// How many bytes of characters of these scripts `text` begins with, `most` characters or more being too many.
fn east_asian(text: &[u8], most: usize) -> usize {
    let (characters, _) = text.as_chunks::<3>();
    3 * characters.iter().take(most + 1).take_while(|character| is_east_asian(*character)).count()
}

/// Whether nothing that belongs to the value follows.
fn ends(rest: &[u8]) -> bool {
    let sign = matches!(
        rest,
        [0xe3, 0x80, ..] | [0xef, 0xbc, ..] | [0xe2, 0x80, ..] | [0xd8, 0x8c | 0x9b, ..] | [0xe0, 0xa5, 0xa4, ..]
    );
    rest.first().is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()) || sign
}

pub(super) fn name(rest: &[u8]) -> Option<usize> {
    match rest {
        [0xd0, ..] => return name_in_cyrillic(rest).filter(|length| !is_said(rest.get(..*length).unwrap_or_default())),
        [0xce | 0xcf | 0xd7..=0xdb | 0xe0, ..] => {
            return name_of_words(rest).filter(|length| !is_said(rest.get(..*length).unwrap_or_default()));
        }
        _ => {}
    }
    let first = east_asian(rest, NAME_MAX);
    let gap = match rest.get(first..) {
        Some([b' ', ..]) => 1,
        Some([0xe3, 0x80, 0x80, ..] | [0xe3, 0x83, 0xbb, ..]) => 3,
        _ => 0,
    };
    let second = if gap > 0 { east_asian(rest.get(first + gap..)?, NAME_MAX) } else { 0 };
    let length = if second > 0 { first + gap + second } else { first };
    let value = rest.get(..length)?;
    // `林 健`: one character is a family name before a given name.
    let whole = first >= 6 || first == 3 && second > 0;
    (whole && first <= 3 * NAME_MAX && length <= 3 * NAMES_MAX && !is_said(value) && ends(rest.get(length..)?))
        .then_some(length)
}

/// Two to four words with capitals.
pub(super) fn name_in_cyrillic(rest: &[u8]) -> Option<usize> {
    let word = |text: &[u8]| {
        let capital = matches!(text, [0xd0, 0x81..=0xaf, ..] | [0xd2, 0x90, ..]);
        let (letters, _) = text.as_chunks::<2>();
        2 * letters.iter().take(24).take_while(|letter| capital && matches!(letter, [0xd0..=0xd2, _])).count()
    };
    let (mut length, mut words) = (word(rest), 1);
    while words < 4
        && let Some([b' ' | b'-', next @ ..]) = rest.get(length..)
        && word(next) >= 4
    {
        length += 1 + word(next);
        words += 1;
    }
    (words >= 2 && length >= 10).then_some(length)
}

/// Two to four words of letters of one script, Greek ones with capitals, that are all there is.
fn name_of_words(rest: &[u8]) -> Option<usize> {
    let line = rest.split(|byte| byte.is_ascii() && *byte != b' ').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let value = line.split(['،', '؛', '।']).next()?.trim_end_matches(' ');
    let script = |letter: char| u32::from(letter) >> 8;
    let first = value.chars().next()?;
    let is_word = |word: &str| {
        let count = word.chars().count();
        let alike = |letter: char| (letter.is_alphabetic() || letter == '\u{94d}') && script(letter) == script(first);
        let capital = !first.is_uppercase() || word.starts_with(char::is_uppercase);
        (2..=14).contains(&count) && capital && word.chars().all(alike)
    };
    let words = value.split(' ').count();
    let said = !first.is_uppercase() && matches!(first, '\u{370}'..='\u{3ff}');
    ((2..=4).contains(&words) && !said && value.split(' ').all(is_word) && ends(rest.get(value.len()..)?))
        .then_some(value.len())
}

/// Whether all of `value` is a family and a given name in Chinese or Japanese characters with a blank between them.
pub(in crate::detect) fn is_parted_name(value: &[u8]) -> bool {
    let blank = value.contains(&b' ') || memchr::memmem::find(value, "\u{3000}".as_bytes()).is_some();
    blank && value.first().is_some_and(|first| *first >= 0xe3) && name(value) == Some(value.len())
}

/// Whether all of `value` is an address, as [`address`] reads one.
pub(in crate::detect) fn is_address(value: &[u8]) -> bool {
    address(value) == Some(value.len())
}

/// Characters, digits and signs between them, with a digit among them.
pub(super) fn address(rest: &[u8]) -> Option<usize> {
    let (mut at, mut last) = (0, 0);
    while let Some(&byte) = rest.get(at) {
        if is_east_asian(rest.get(at..)?) || matches!(rest.get(at..)?, [0xe2, 0x88, 0x92, ..] | [0xe3, 0x80, 0x92, ..])
        {
            at += 3;
        } else if matches!(byte, 0xce..=0xd1 | 0xd7..=0xdb) {
            // An Arabic comma behind the number of a house.
            if rest.get(at..at + 2) == Some("،".as_bytes()) && is_numbered(rest.get(..last)?) {
                break;
            }
            at += 2;
        } else if byte == 0xe0 {
            at += 3;
        } else if byte == b'.' && is_numbered(rest.get(..at)?) && ends_a_sentence(rest.get(..at)?) {
            break;
        } else if byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" -.,/#".contains(&byte) && last > 0 {
            at += 1;
            if b" -.,/#".contains(&byte) {
                continue;
            }
        } else {
            break;
        }
        last = at.min(rest.len());
    }
    let value = rest.get(..last)?;
    let foreign = value.iter().filter(|byte| !byte.is_ascii()).count();
    if foreign < 8 || !value.iter().any(u8::is_ascii_digit) || is_said_of_address(value) {
        return None;
    }
    // `не более 100 символов`: towns and streets have capitals, or a short form before them.
    let capital = |pair: &[u8]| matches!(pair, [0xd0, 0x81..=0xaf]);
    let placed = match value.first() {
        Some(0xd0 | 0xd1) => value.windows(2).any(capital) || has_parts_of_address(value),
        // The word for an address is that for a title, too.
        Some(0xd8..=0xdb) => has_parts_of_address(value),
        Some(_) | None => true,
    };
    let hexadecimal = value.ends_with(b"0") && rest.get(last) == Some(&b'x');
    (placed && !hexadecimal).then_some(last)
}

fn is_numbered(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit)
}

/// Whether a digit or a word of four letters or more ends here: short forms, `кв.`, have fewer.
fn ends_a_sentence(value: &[u8]) -> bool {
    let letters = value.iter().rev().take_while(|byte| !byte.is_ascii()).count();
    letters >= 8 || value.last().is_some_and(u8::is_ascii_digit)
}

/// The word or words in quotes that a key of a part of a name holds.
pub(super) fn part_of_name(rest: &[u8]) -> Option<usize> {
    const LETTERS_MAX: usize = 24;
    let length = rest.iter().take(3 * LETTERS_MAX).position(|byte| b"\"'\\".contains(byte))?;
    let value = std::str::from_utf8(rest.get(..length)?).ok()?;
    let is_letter = |letter: char| !letter.is_ascii() && (letter.is_alphabetic() || letter == '\u{94d}');
    let is_inside = |letter: char| is_letter(letter) || matches!(letter, ' ' | '-' | '\'');
    let first = value.chars().next()?;
    let labels = || NAME_PARTS.iter().chain(GIVEN).any(|label| *label == value);
    let shown = is_letter(first) && !first.is_lowercase() && value.chars().all(is_inside) && !labels();
    (shown && value.chars().count() <= LETTERS_MAX && !is_said(value.as_bytes())).then_some(length)
}

/// Whether all of `value` is a date, as [`date`] reads one.
pub(in crate::detect) fn is_date(value: &[u8]) -> bool {
    date(value) == Some(value.len())
}

/// `1984年3月12日`, `昭和59年3月12日`, `1984년 3월 12일`.
pub(super) fn date(rest: &[u8]) -> Option<usize> {
    const ERAS: [&str; 6] = ["明治", "大正", "昭和", "平成", "令和", "民國"];
    let mut at = ERAS.iter().find(|era| rest.starts_with(era.as_bytes())).map_or(0, |era| era.len());
    for (most, signs) in [(4, ["年", "년"]), (2, ["月", "월"]), (2, ["日", "일"])] {
        at += usize::from(byte_at(rest, at) == b' ' && at > 0 && at < rest.len());
        let digits = rest.get(at..)?.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let after = rest.get(at + digits..)?;
        let sign = signs.iter().find(|sign| after.starts_with(sign.as_bytes()))?;
        at += if digits > 0 { digits + sign.len() } else { return None };
    }
    Some(at)
}

/// Whether a value that may be an address names parts of one.
pub(in crate::detect) fn has_parts_of_address(value: &[u8]) -> bool {
    let holds = |part: &&&str| memchr::memmem::find(value, part.as_bytes()).is_some();
    value.is_ascii()
        || STREETS.iter().any(|part| holds(&part))
        || PARTS.iter().filter(holds).take(2).count() == 2
        || is_numbered_house(value)
        || is_named_in_cyrillic(value)
}

/// `天河体育西191号`, and not `第12号`.
fn is_numbered_house(value: &[u8]) -> bool {
    let number = value.strip_suffix("号".as_bytes()).unwrap_or_default();
    let street = number.len() - number.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    street < number.len()
        && street >= 9
        && !number.get(..street).is_some_and(|street| street.ends_with("第".as_bytes()))
}

/// `Москва Тверская 12`: two words with capitals, and a number at the end.
fn is_named_in_cyrillic(value: &[u8]) -> bool {
    let capital = |word: &&[u8]| matches!(word, [0xd0, 0x81..=0xaf, ..]);
    value.split(|byte| b" ,".contains(byte)).filter(capital).take(2).count() == 2
        && value.last().is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beside_labels_are_told_from_what_forms_say() {
        for (text, expected) in [
            ("王小明\n", "王小明"),
            ("田中 太郎さん", "田中 太郎さん"),
            ("田中 太郎\n", "田中 太郎"),
            ("김민수,", "김민수"),
            ("请输入", ""),
            ("用户的真实姓名全称", ""),
            ("Иванов Сергей Петрович, 1984", "Иванов Сергей Петрович"),
            ("Не указано", ""),
            ("Μαρία Γεωργίου\n", "Μαρία Γεωργίου"),
            ("محمد الحسيني,", "محمد الحسيني"),
            ("דוד כהן\"", "דוד כהן"),
            ("राजेश शर्मा\n", "राजेश शर्मा"),
            ("Μη διαθέσιμο\n", ""),
            ("مطلوب\n", ""),
            ("غير متوفر\n", ""),
            ("اسم المستخدم\n", ""),
            ("לא ידוע\n", ""),
            ("שדה חובה\n", ""),
            ("उपलब्ध नहीं\n", ""),
            ("Имя Пользователя\n", ""),
            ("当前用户\n", ""),
            ("公司\n", ""),
            ("会社\n", ""),
            ("본인\n", ""),
            ("قاسم الحسيني,", "قاسم الحسيني"),
        ] {
            let length = name(text.as_bytes()).unwrap_or(0);
            assert_eq!(text.get(..length), Some(expected), "{text}");
        }
        assert_eq!(address("東京都渋谷区宇田川町3-7-2\n".as_bytes()), Some(35));
        assert_eq!(address("必填的字段\n".as_bytes()), None);
        assert_eq!(date("1984년 3월 12일".as_bytes()), Some(18));
        assert_eq!(date("1984年度".as_bytes()), None);
        assert_eq!(date("昭和59年3月12日生".as_bytes()), Some("昭和59年3月12日".len()));
    }
}
