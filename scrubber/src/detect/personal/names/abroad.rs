//! Names in scripts other than Latin that stand in a text: a known given name beside a family name, and names beside a form of
//! address. What stands beside a label is read in `labelled`.
//!
//! Scripts with capitals show a name by them; the others need a list for both halves, or a form of address. A single name without
//! either stays.

use crate::detect::search::byte_at;

mod capitals;
mod east;
mod groups;
mod lists;

/// Where a name was found, as offsets.
type Place = (usize, usize);

/// No word of a name has more bytes.
const WORD_MAX: usize = 48;

/// Whether the character before `end` is of a script that is looked at here, or a sign that may stand behind one: `先生：`.
#[inline(always)]
pub(in crate::detect) fn may_be_abroad(text: &[u8], end: usize) -> bool {
    let [fourth, third, second] = [4, 3, 2].map(|back| byte_at(text, end.wrapping_sub(back)));
    (0xce..=0xdb).contains(&second)
        || matches!(third, 0xe0 | 0xe3..=0xed)
        || fourth >= 0x80 && matches!(third, 0xe2 | 0xef)
        || third >= 0x80 && second == 0xc2
}

/// The names that end with the characters beyond ASCII before `end`, or stand among them.
#[inline(never)]
pub(in crate::detect) fn abroad(text: &[u8], end: usize, report: &mut dyn FnMut(usize, usize)) {
    let end = before_signs(text, end);
    let found = match text.get(..end) {
        Some([.., 0xce | 0xcf, 0x80..=0xbf]) => capitals::greek(text, end),
        Some([.., 0xd0..=0xd3, 0x80..=0xbf]) => capitals::cyrillic(text, end),
        Some([.., 0xd7, 0x80..=0xbf]) => lists::hebrew(text, end),
        Some([.., 0xd8..=0xdb, 0x80..=0xbf]) => lists::arabic(text, end),
        Some([.., 0xe0, 0xa4 | 0xa5, _]) => lists::indian(text, end),
        Some([.., 0xe3..=0xe9, _, _]) => return east::chinese_or_japanese(text, end, report),
        Some([.., 0xea..=0xed, _, _]) => east::korean(text, end),
        _ => None,
    };
    if let Some((from, to)) = found {
        report(from, to);
    }
}

/// Where the letters end that signs of these scripts and of all others part from `end`.
fn before_signs(text: &[u8], mut end: usize) -> usize {
    loop {
        end -= match text.get(..end) {
            Some([.., 0xc2, 0xa0 | 0xab | 0xbb] | [.., 0xd8, 0x8c | 0x9b | 0x9f]) => 2,
            Some(
                [.., 0xe2, 0x80 | 0x81, _]
                | [.., 0xe0, 0xa5, 0xa4]
                | [.., 0xe3, 0x80, 0x80..=0x82 | 0x88..=0x9f]
                | [.., 0xef, 0xbc, 0x81..=0x8f | 0x9a..=0xa0]
                | [.., 0xef, 0xbd, 0x9b..=0xa5],
            ) => 3,
            _ => return end,
        };
    }
}

/// Whether all of `value` is a name of a person, by words that are known as names: what stands below `Имя` may be that of a setting.
pub(in crate::detect) fn is_person(value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else { return false };
    let words: Vec<&str> = value.split([' ', '\u{3000}', '・']).collect();
    value.len() <= 2 * WORD_MAX
        && words.len() <= 4
        && value.split(char::is_whitespace).all(|word| !word.is_empty())
        && (capitals::is_person(&words) || lists::is_person(&words) || east::is_person(&words.concat()))
}

/// The word that ends at `end`: the characters of as many bytes as its last one has, as far as no sign stands among them.
fn word_before(text: &[u8], end: usize) -> &str {
    let near = text.get(end.saturating_sub(WORD_MAX)..end).unwrap_or_default();
    let length = match near {
        [.., lead @ 0xc3..=0xdf, _] => {
            // Greek, Cyrillic, Hebrew or Arabic letters, and no sign of Arabic.
            let alike = |letter: &&[u8; 2]| letter[0] & 0xfc == lead & 0xfc && !matches!(letter, [0xd8, 0x80..=0x9f]);
            2 * near.as_rchunks::<2>().1.iter().rev().take_while(alike).count()
        }
        [.., lead, _, _] => {
            let alike = |letter: &&[u8; 3]| letter[0] == *lead || *lead >= 0xea && matches!(letter[0], 0xea..=0xed);
            3 * near.as_rchunks::<3>().1.iter().rev().take_while(alike).count()
        }
        _ => 0,
    };
    near.get(near.len() - length..).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default()
}

/// The word that begins at `at`.
fn word_at(text: &[u8], at: usize) -> &str {
    let near = text.get(at..text.len().min(at + WORD_MAX)).unwrap_or_default();
    let length = near.iter().position(u8::is_ascii).unwrap_or(near.len());
    let word = near.get(..length).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default();
    word.split(|letter: char| !is_letter(letter)).next().unwrap_or_default()
}

/// A letter, or a sign that belongs to one in the scripts of India.
fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() || letter == '\u{94d}'
}

/// The word that ends at `end` and the one behind it, where `is_pair` takes them for a name; it is given the word before them, too.
/// Most words are none that `begins` takes for the first of a name.
fn pair(
    text: &[u8],
    end: usize,
    begins: fn(&str) -> bool,
    is_pair: fn(before: &str, first: &str, second: &str) -> bool,
) -> Option<Place> {
    let first = word_before(text, end);
    if !begins(first) {
        return None;
    }
    let start = end - first.len();
    let before = if text.get(start.wrapping_sub(1)) == Some(&b' ') { word_before(text, start - 1) } else { "" };
    let second = if text.get(end) == Some(&b' ') { word_at(text, end + 1) } else { "" };
    if !is_pair(before, first, second) {
        return None;
    }
    // A form of address needs one word only.
    let stop = if second.is_empty() || !is_pair("", first, second) { end } else { end + 1 + second.len() };
    Some((start, stop))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with brackets around what is found.
    fn found(text: &str) -> String {
        let bytes = text.as_bytes();
        let is_end = |at: &usize| bytes.get(*at).is_none_or(u8::is_ascii) && may_be_abroad(bytes, *at);
        let mut places: Vec<Place> = Vec::new();
        (1..=bytes.len()).filter(is_end).for_each(|end| abroad(bytes, end, &mut |from, to| places.push((from, to))));
        places.sort_unstable();
        places.dedup_by(|next, first| next.0 < first.1);
        let mut shown = text.to_owned();
        for (from, to) in places.into_iter().rev() {
            shown.insert(to, ']');
            shown.insert(from, '[');
        }
        shown
    }

    #[test]
    fn names_are_found_in_sentences_of_other_scripts() {
        for text in [
            "Клиент [Иван Петров] просит вернуть деньги",
            "позвоните [Ивану Сергеевичу Петрову], он ждёт",
            "[Кузнецова Ольга] из бухгалтерии",
            "исправлено (Сковорода Никита Андреевич) вчера".replace("(", "([").replace(")", "])").as_str(),
            "Уважаемый [Дмитрий], заказ отправлен",
            "[Наталія Шевчук] пише",
            "Αγαπητέ κύριε [Παπαδόπουλος], η παραγγελία",
            "η [Μαρία Γεωργίου] τηλεφώνησε",
            "السيد [محمد الحسيني] المحترم",
            "שלום [דוד כהן], ההזמנה",
            "प्रिय [राजेश शर्मा] जी",
            "「[佐藤]様、ご注文",
            "担当の[鈴木一郎]さんに連絡",
            "尊敬的[王伟]先生：您好",
            "请联系[张秀英]女士。",
            "[김민수] 고객님, 주문",
            "[이서연]님 안녕하세요",
            // Behind signs of their own, and behind ASCII characters.
            "尊敬的[王伟]先生：\n您好",
            "尊敬的[张秀英]女士，\n",
            "请联系[张秀英]女士！",
            "“[王伟]先生……”",
            "担当の[鈴木一郎]さんへ！\n",
            "（[鈴木一郎]様）",
            "السيد [محمد]، مرحبا",
            "«Уважаемый [Дмитрий]»",
            "[राजेश शर्मा]।",
            "你好\n[王伟]先生",
            "お世話になっております。\n株式会社青木商店\n[田中太郎]様\nよろしく",
            "请尽快联系客户 [王伟]先生",
            // A family name alone.
            "[王]先生，您好",
            "尊敬的[马]老师",
            "请问，[方]老师",
            "[김민수] 대표",
            "السيد [عمر]",
            "[Χρήστος Γεωργίου]",
        ] {
            let plain = text.replace(['[', ']'], "");
            assert_eq!(found(&plain), text);
        }
    }

    #[test]
    fn words_that_look_alike_stay() {
        for text in [
            "Нижний Новгород и Красная Площадь",
            "роман Пушкина, Александр Пушкин",
            "Новая Версия Программы",
            "Уважаемый клиент, Роман написан",
            "Οδηγός Χρήσης της Εφαρμογής",
            "جامعة محمد الخامس",
            "السيد المدير العام",
            "שלום עולם, תודה",
            "お客様各位、皆様、仕様、様々な同様の",
            "ご担当者様、奥様、神様、王様",
            "氏名と田中氏名簿",
            "尊敬的客户，先生们女士们，任何老师",
            "如何先生",
            "关于老师，对于老师，由于老师，历史老师",
            "对方先生",
            "ο Χρήστης Εφαρμογής",
            "عمر المستخدم، وليد اليوم",
            "이메일 대표 주소",
            "전략팀 부장",
            "기술팀 팀장",
            "고객님 안녕하세요, 관리자님, 이용자님, 오늘날씨, 선생님, 소중한 고객님",
        ] {
            assert_eq!(found(text), text);
        }
    }

    #[test]
    fn a_key_called_name_holds_a_name_of_china_or_japan() {
        for (text, expected) in [
            (r#"{"name": "田中太郎"}"#, r#"{"name": "[田中太郎]"}"#),
            (r#"{"name":"刘志强"}"#, r#"{"name":"[刘志强]"}"#),
            (r#"{"name": "张量", "label": "山口駅前店"}"#, r#"{"name": "张量", "label": "山口駅前店"}"#),
            (r#"{"name": "刘海", "name": "王府井"}"#, r#"{"name": "刘海", "name": "王府井"}"#),
            (r#"{"name": "张家界", "name": "王室"}"#, r#"{"name": "张家界", "name": "王室"}"#),
            (r#"{"name": "王朝", "name": "陈设"}"#, r#"{"name": "王朝", "name": "陈设"}"#),
            (r#"{"name": "孙女", "name": "上野公園"}"#, r#"{"name": "孙女", "name": "上野公園"}"#),
            (r#"{"name": "松本空港", "name": "千葉大学"}"#, r#"{"name": "松本空港", "name": "千葉大学"}"#),
            (r#"{"name": "小林製薬", "name": "刘海波"}"#, r#"{"name": "小林製薬", "name": "[刘海波]"}"#),
            (r#"{"name": "张三"}"#, r#"{"name": "张三"}"#),
            (r#"{"type": "刘志强"}"#, r#"{"type": "刘志强"}"#),
        ] {
            assert_eq!(found(text), expected);
        }
    }

    #[test]
    fn all_of_a_long_run_is_read_and_each_character_once() {
        let long = format!("尊敬的王伟先生{}", "，您好吗".repeat(400));
        assert_eq!(found(&long), long.replace("王伟", "[王伟]"));
    }

    #[test]
    fn cells_that_are_names_are_told_from_those_of_reference_tables() {
        for name in
            ["田中 太郎", "田中", "王伟", "김민수", "Иван", "Анна Петрова", "Мария Георгиева", "दीपा शर्मा", "דוד כהן"]
        {
            assert!(is_person(name.as_bytes()), "{name}");
        }
        for other in
            ["注文番号", "タスク", "未定", "이메일", "Порт", "Зона", "число", "Имя", "שם", "رقم الطلب", "", "a b"]
        {
            assert!(!is_person(other.as_bytes()), "{other}");
        }
    }
}
