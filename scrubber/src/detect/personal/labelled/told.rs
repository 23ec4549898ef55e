//! Values of a fixed form behind a label in a script other than Latin, with or without a colon: dates of birth in words, plates,
//! numbers of passports, codes of towns. The form tells them, so that a sentence that goes on is left alone.

use std::sync::LazyLock;

use super::LABEL_MAX;
use crate::detect::builtin::Builtin;
use crate::detect::context::columns;
use crate::detect::context::foreign::PairSet;
use crate::detect::search::Search;

/// Bytes of such a value.
const VALUE_MAX: usize = 64;

/// What a label announces, and what it is called.
const LABELS: &[(Builtin, &[&str])] = &[
    (
        Builtin::BirthDate,
        &[
            "родился",
            "Родился",
            "родилась",
            "Родилась",
            "рождения",
            "Рождения",
            "народився",
            "Народився",
            "народилася",
            "Народилася",
            "народження",
            "Народження",
            "роден",
            "Роден",
            "родена",
            "Родена",
            "рождена",
            "Рождена",
            "γέννησης",
            "γεννήθηκε",
            "เกิด",
            "เกิดวันที่",
            "الميلاد",
            "مولود في",
            "مولودة في",
            "מולד",
            "נולד",
            "נולדה",
            "जन्म",
        ],
    ),
    (
        Builtin::Plate,
        &[
            "осномер",
            "гос. номер",
            "госномером",
            "ерж. номер",
            "ержномер",
            "номер авто",
            "номер_авто",
            "ег. номер",
            "номерной знак",
            "номерний знак",
            "πινακίδας",
            "πινακίδα",
            "车牌",
            "车牌号",
            "车牌号码",
            "車牌",
            "車牌號碼",
            "車両番号",
            "車両ナンバー",
            "ナンバープレート",
            "차량번호",
            "차량 번호",
            "번호판",
            "اللوحة",
            "ทะเบียนรถ",
            "ทะเบียน",
            "מספר רכב",
            "מספר רישוי",
        ],
    ),
    (Builtin::Passport, &["аспорт", "серії", "аспорт серія"]),
    (
        Builtin::StreetAddress,
        &[
            "邮编",
            "邮政编码",
            "郵便番号",
            "郵遞區號",
            "우편번호",
            "очтовый индекс",
            "оштовий індекс",
            "מיקוד",
            "الرمز البريدي",
        ],
    ),
];

impl Search<'_> {
    /// Characters beyond ASCII end at `end`: a label may, and its value stand behind a blank, a quote or a colon.
    pub(in crate::detect) fn told_behind(&mut self, end: usize) {
        static LAST: LazyLock<PairSet> = LazyLock::new(|| {
            PairSet::of_ends(LABELS.iter().flat_map(|(_, labels)| labels.iter().map(|label| label.as_bytes())))
        });
        let text = self.text;
        if !LAST.holds_end(text.get(..end).unwrap_or_default()) {
            return;
        }
        let rest = text.get(end..text.len().min(end + VALUE_MAX)).unwrap_or_default();
        let colon = if rest.starts_with("：".as_bytes()) { "：".len() } else { 0 };
        let gap = colon + rest.iter().skip(colon).take(4).take_while(|byte| b" :\"'".contains(byte)).count();
        let near = text.get(end.saturating_sub(LABEL_MAX)..end).unwrap_or_default();
        let named = LABELS.iter().find(|(_, labels)| labels.iter().any(|label| near.ends_with(label.as_bytes())));
        let Some((builtin, _)) = named.filter(|_| gap > 0) else { return };
        self.work += 1;
        let value = valid(rest.get(gap..).unwrap_or_default());
        let read = READERS.iter().find(|(known, _)| known == builtin).map_or(code as Reader, |(_, read)| *read);
        if let Some(length) = read(value) {
            self.report(*builtin, end + gap, end + gap + length);
        }
    }
}

/// Says how long the value is that a text begins with.
type Reader = fn(&str) -> Option<usize>;

/// How values of these kinds are read; others are postal codes.
const READERS: [(Builtin, Reader); 3] =
    [(Builtin::BirthDate, date_in_words), (Builtin::Plate, plate), (Builtin::Passport, series)];

/// The text that `bytes` begins with: its last character may be cut.
fn valid(bytes: &[u8]) -> &str {
    bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

/// `12 марта 1984`, `27 กุมภาพันธ์ 2529`: a day, the name of a month and a year, those of Thailand as well.
fn date_in_words(value: &str) -> Option<usize> {
    let mut parts = value.splitn(4, ' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    let dated = (1..=2).contains(&day.len())
        && day.bytes().all(|byte| byte.is_ascii_digit())
        && month.chars().count() >= 3
        && month.chars().all(|letter| !letter.is_ascii() || letter == '.')
        && digits == 4
        && ["19", "20", "25"].iter().any(|century| year.starts_with(century));
    dated.then_some(day.len() + 1 + month.len() + 1 + digits)
}

/// `А417КР69`, `浙A·K8417`, `品川 330 さ 44-17`, `ВС 4417 АА`: up to four groups, of which those without a digit are short.
fn plate(value: &str) -> Option<usize> {
    const GROUPS_MAX: usize = 4;
    const LETTERS_MAX: usize = 3;
    let inside = |letter: char| letter.is_alphanumeric() && !letter.is_ascii_lowercase() || "·-.".contains(letter);
    let (mut length, mut at) = (0, 0);
    for group in value.splitn(GROUPS_MAX + 1, ' ').take(GROUPS_MAX) {
        let taken: usize = group.chars().take_while(|letter| inside(*letter)).map(char::len_utf8).sum();
        let part = group.get(..taken)?;
        let numbered = part.bytes().any(|byte| byte.is_ascii_digit());
        if taken == 0 || part.chars().any(char::is_lowercase) || !numbered && part.chars().count() > LETTERS_MAX {
            break;
        }
        length = at + part.trim_end_matches(['.', '-']).len();
        at += taken + 1;
        if taken < group.len() {
            break;
        }
    }
    length.checked_sub(1)?;
    let plate = value.get(..length)?.as_bytes();
    // `441-88-207`: those of Israel are digits alone.
    let digits = plate.iter().filter(|byte| byte.is_ascii_digit()).count();
    let numbered = (7..=8).contains(&digits) && digits + 2 == length && plate.split(|byte| *byte == b'-').count() == 3;
    (numbered || columns::is_plate(plate)).then_some(length)
}

/// `КВ 441882`, `серії КВ № 441882`: two capitals of another script and six digits.
fn series(value: &str) -> Option<usize> {
    let letters: usize =
        value.chars().take(2).filter(|letter| letter.is_uppercase() && !letter.is_ascii()).map(char::len_utf8).sum();
    let rest = value.get(letters..)?;
    let number = rest.trim_start_matches([' ', '№']);
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (letters >= 4 && digits == 6).then_some(value.len() - number.len() + digits)
}

/// `310013`, `〒160-0022`: five to seven digits, of which a hyphen may part the first three.
fn code(value: &str) -> Option<usize> {
    let number = value.strip_prefix('〒').unwrap_or(value);
    let length = number.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
    let digits = number.bytes().take(length).filter(u8::is_ascii_digit).count();
    let parted = digits == length || digits == 7 && number.as_bytes().get(3) == Some(&b'-') && length == 8;
    ((5..=7).contains(&digits) && parted).then_some(value.len() - number.len() + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_behind_labels_are_told_by_their_form() {
        let check = |read: fn(&str) -> Option<usize>, text: &str, expected: &str| {
            assert_eq!(text.get(..read(text).unwrap_or(0)), Some(expected), "{text}");
        };
        check(date_in_words, "12 марта 1984 года", "12 марта 1984");
        check(date_in_words, "27 กุมภาพันธ์ 2529 ", "27 กุมภาพันธ์ 2529");
        check(date_in_words, "12 тысяч 3000", "");
        check(date_in_words, "в марте 1984", "");
        check(plate, "А417КР69, машина", "А417КР69");
        check(plate, "А417КР69 стоит", "А417КР69");
        check(plate, "浙A·K8417，银行", "浙A·K8417");
        check(plate, "ВС 4417 АА.", "ВС 4417 АА");
        check(plate, "品川 330 さ 44-17。", "品川 330 さ 44-17");
        check(plate, "أ ب ج 4417.", "أ ب ج 4417");
        check(plate, "441-88-207\n", "441-88-207");
        check(plate, "без рамки 12", "");
        check(plate, "2024", "");
        check(series, "КВ 441882, адреса", "КВ 441882");
        check(series, "КВ 44188", "");
        check(code, "〒160-0022 東京", "〒160-0022");
        check(code, "310013，护照", "310013");
        check(code, "12", "");
    }
}
