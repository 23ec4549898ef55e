//! Names in scripts other than Latin that stand in a text: a known given name beside a family name, and names beside a form of
//! address. What stands beside a label is read in `labelled`.
//!
//! Scripts with capitals show a name by them; the others need a list for both halves, or a form of address. A single name without
//! either stays.

use std::sync::LazyLock;

use crate::detect::search::byte_at;

/// Where a name was found, as offsets.
type Place = (usize, usize);

/// How given names of Russian, Ukrainian and Bulgarian begin; up to two letters of their cases follow.
static CYRILLIC: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "Александр Алексе Алекси Алина Алин Алис Анастаси Анатоли Ангелин Андре Андри Анн Антон Артём Артем Богдан Борис Вадим \
        Валенти Валентин Валери Варвар Васили Василь Вер Вероник Виктор Виктори Витали Владимир Владислав Володимир Вячеслав \
        Галин Геннади Георги Григори Дари Денис Дмитри Дмитро Евгени Екатерин Елен Елизавет Жанн Зо Иван Игор Ильи Иль Инн \
        Ирин Іван Ігор Ірин Катерин Кирилл Константин Ксени Ларис Леонид Людмил Маргарит Марин Мари Максим Микола Микол Михаил \
        Михайл Надежд Натали Наталь Никит Николай Никола Оксан Олег Олександр Олекси Олен Ольг Павел Павл Петр Пётр Полин \
        Роман Руслан Светлан Семён Семен Серге Сергі Софи Станислав Степан Тамар Тарас Татьян Тетян Тимофе Фёдор Федор Юли Юри \
        Юлі Юрі Яна Яросла Ярослав Марк Матве Глеб Егор Димитър Стоян Ива Цветан Наталі",
    )
});

/// How family names and patronymics end, in the cases that texts put them in.
static FAMILIES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "ов ова ову овым ове овой ев ева еву евым еве евой ёв ёва ин ина ину иным иной ын ына ский ская ского скому ским ской \
        скую цкий цкая цкого цкой ський ська цький цька енко чук чука щук юк як ян яна ич ича ичу ичем вна вны вне вну вной \
        ична ичны ичне швили дзе ска ски",
    )
});

/// People of history and of books, by the beginning of their family names.
static FAMOUS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "Пушкин Каренин Ленин Сталин Гагарин Путин Чайковск Достоевск Маяковск Ломоносов Чехов Некрасов Лермонтов Горбачев \
        Горбачёв",
    )
});

/// How Greek given names begin; up to three letters follow.
static GREEK: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "Αγγελ Αθανάσ Αικατερίν Αλέξαν Αλέξ Αναστασ Ανδρέα Άνν Αντών Βασίλ Βασιλικ Γεώργι Γεωργί Γιάνν Γιώργ Δέσποιν Δημήτρ \
        Δημήτρι Δήμητρ Ειρήν Ελέν Ευαγγελί Ηλία Θανάσ Θεόδωρ Θόδωρ Ιωάνν Κατερίν Κωνσταντίν Κώστα Μαρί Μιχάλ Νίκ Νικόλα \
        Παναγιώτ Παύλ Πέτρ Σοφί Σπύρ Στέλι Σωτήρ Φωτειν Χρήστ Χριστίν",
    )
});
/// How Greek family names end.
static GREEK_FAMILIES: LazyLock<Vec<&str>> =
    LazyLock::new(|| words("πουλος πούλου πουλο ίδης ίδη ίδου άδης άδη άδου άκης άκη άκου ίου έλης έλη άτος άτου"));

/// Arabic given names that are no ordinary words.
static ARABIC: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "محمد أحمد احمد محمود مصطفى فاطمة خالد عمر يوسف إبراهيم ابراهيم عبدالله عبدالرحمن خديجة عائشة مريم طارق ياسر هشام وليد \
        حسين عثمان سلمان فيصل ياسمين زينب حمزة أسامة رنا هدى ليلى سلمى عبدالعزيز",
    )
});
/// Arabic forms of address.
const ARABIC_TITLES: &[&str] =
    &["السيد", "السيدة", "الأستاذ", "الأستاذة", "الدكتور", "الدكتورة", "المهندس", "عزيزي", "عزيزتي"];
/// What is called after a person in Arabic: a university, a street, a mosque, a city.
const ARABIC_THINGS: &[&str] = &["جامعة", "شارع", "مسجد", "مدينة", "مستشفى", "مدرسة", "مطار"];

static HEBREW: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "דוד יוסף משה יעקב אברהם שרה רחל לאה מרים דניאל מיכל נועה תמר יצחק אסתר רבקה חנה אורי איתי עומר נועם יונתן מאיה שירה \
        עדי אלון גיל ערן רונית אבי יעל מאור שלמה חיים אליהו רועי",
    )
});
static HEBREW_FAMILIES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי כץ יוסף דוד עמר אוחיון חדד גבאי בן אדרי שפירא רוזנברג גולדברג \
        שוורץ לביא ברק אלון שרון רביבו סויסה אשכנזי",
    )
});

static INDIAN: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "शर्मा वर्मा गुप्ता यादव पटेल जोशी मिश्रा तिवारी पांडे पाण्डेय अग्रवाल चौधरी रेड्डी नायर मेहता मल्होत्रा कपूर खन्ना \
        चोपड़ा श्रीवास्तव त्रिपाठी द्विवेदी चतुर्वेदी शुक्ला सक्सेना देसाई ठाकुर बनर्जी मुखर्जी चटर्जी अय्यर",
    )
});

/// Family names of Japan, with more characters before those with fewer.
static JAPANESE: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "佐々木 長谷川 五十嵐 佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 山口 松本 井上 \
        木村 斎藤 斉藤 清水 山崎 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 藤田 後藤 近藤 村上 遠藤 \
        青木 坂本 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 \
        森田 上田 内田 柴田 酒井 宮崎 横山 高木 安藤 宮本 大野 谷口 工藤 今井 高田 増田 丸山 杉山 村田 大塚 \
        小島 平野 藤本 河野 上野 野口 武田 松井 千葉 菅原 岩崎 久保 木下 佐野 松尾 野村 菊地 菊池 杉本 市川 \
        古川 大西 島田 水野 桜井 高野 吉川 西田 林 森 原 関 岡",
    )
});
const JAPANESE_TITLES: &[&str] = &["様", "さん", "さま", "氏", "殿"];
/// What goes on otherwise behind a form of address: `様々`, `様式`, `氏名`.
const JAPANESE_OTHERS: &[&str] = &["々", "式", "子", "名", "方"];

/// Family names of China that few words begin with, and more that only count beside a form of address.
const CHINESE: &str = "王李张刘陈杨赵吴徐孙郭谢邓曹彭萧袁潘蔡蒋魏吕姚卢崔谭廖邹熊孟秦張劉陳楊趙吳孫謝鄧蕭蔣呂盧譚鄒";
const CHINESE_TITLED: &str = "黄黃周朱马馬胡林何高罗羅郑鄭梁宋唐许許韩韓冯馮曾田董余于杜叶葉程苏蘇丁沈任傅钟鍾姜范汪陆陸金石戴贾韦夏邱方侯薛尹段雷史龙陶贺顾毛郝龚邵万钱严覃武莫孔汤";
const CHINESE_TITLES: &[&str] = &["先生", "女士", "小姐", "老师", "老師"];
/// Words that begin like names.
static CHINESE_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "王国 王者 王子 王牌 王座 王冠 李子 张量 张力 张开 张贴 张三 李四 王五 王小明 陈列 陈述 陈旧 陈皮 \
        杨梅 杨树 吴语 徐州 徐汇 孙子 谢谢 彭州 潘多拉 熊猫 熊市 孟加拉 孟买 秦皇岛 秦始皇 秦岭 赵六 張三 \
        任何 如何 为何 几何 郭靖 曹操",
    )
});
/// What ends names of places and things.
const EAST_ASIAN_PLACES: &str = "県市区町村駅川山島店線部社省县镇路街局院国语";

const KOREAN: &str = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석선설마길연위표명기반";
const KOREAN_TITLES: &[&str] =
    &["고객님", "님", "씨", "선생님", "대리", "과장", "차장", "부장", "팀장", "대표", "교수"];
/// Words of three syllables that begin like names, and the last syllables of more such words.
static KOREAN_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words("조교수 정교수 이사장 안내원 주인공 강아지 고양이 오늘날 마음씨 소개팅 이모님 이벤트 서비스")
});
const KOREAN_ENDS: &str = "자사가한은는의인된할를을신";

fn words(list: &'static str) -> Vec<&'static str> {
    list.split_ascii_whitespace().collect()
}

/// No word of a name has more bytes.
const WORD_MAX: usize = 48;
/// Of a stretch of East Asian characters no more bytes are read.
const RUN_MAX: usize = 1200;

/// Whether the character before `end` is of a script that is looked at here: no sign, no letter with an accent.
#[inline(always)]
pub(in super::super) fn may_be_abroad(text: &[u8], end: usize) -> bool {
    let [third, second] = [3, 2].map(|back| byte_at(text, end.wrapping_sub(back)));
    (0xce..=0xdb).contains(&second) || matches!(third, 0xe0 | 0xe3..=0xed)
}

/// The names that end with the characters beyond ASCII before `end`, or stand among them.
#[inline(never)]
pub(in super::super) fn abroad(text: &[u8], end: usize, report: &mut dyn FnMut(usize, usize)) {
    let found = match text.get(..end) {
        Some([.., 0xce | 0xcf, 0x80..=0xbf]) => pair(text, end, is_greek_pair),
        Some([.., 0xd0..=0xd3, 0x80..=0xbf]) => cyrillic(text, end),
        Some([.., 0xd7, 0x80..=0xbf]) => pair(text, end, is_hebrew_pair),
        Some([.., 0xd8..=0xdb, 0x80..=0xbf]) => pair(text, end, is_arabic_pair),
        Some([.., 0xe0, 0xa4 | 0xa5, _]) => indian(text, end),
        Some([.., 0xe3..=0xe9, _, _]) => return east_asian(text, end, report),
        Some([.., 0xea..=0xed, _, _]) => korean(text, end),
        _ => None,
    };
    if let Some((from, to)) = found {
        report(from, to);
    }
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

fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// Whether one of `stems` begins `word`, and no more than `most` letters follow.
fn inflects(word: &str, stems: &[&str], most: usize) -> bool {
    stems.iter().any(|stem| word.strip_prefix(stem).is_some_and(|ending| ending.chars().count() <= most))
}

fn ends_as(word: &str, endings: &[&str], letters: usize) -> bool {
    word.chars().count() >= letters && endings.iter().any(|ending| word.ends_with(ending))
}

/// `Иван Петров`, `Петрова Анна Сергеевна`, and a given name alone behind a greeting. The first word ends at `end`.
fn cyrillic(text: &[u8], end: usize) -> Option<Place> {
    let near = text.get(end.saturating_sub(WORD_MAX)..end).unwrap_or_default();
    let letters = near.as_rchunks::<2>().1.iter().rev().take_while(|letter| matches!(letter[0], 0xd0..=0xd3));
    // Most words begin with a small letter.
    if !letters.last().is_some_and(|first| matches!(first, [0xd0, 0x81..=0xaf] | [0xd2, 0x90])) {
        return None;
    }
    let first = word_before(text, end);
    if !is_capitalised(first) {
        return None;
    }
    let start = end - first.len();
    let is_given = |word: &str| inflects(word, &CYRILLIC, 2) && word.chars().count() >= 3;
    let is_family = |word: &str| is_capitalised(word) && ends_as(word, &FAMILIES, 4) && !word.starts_with("Франц");
    let next = |at: usize| if text.get(at) == Some(&b' ') { word_at(text, at + 1) } else { "" };
    let second = next(end);
    let given = is_given(first);
    if given && is_greeted(text, start) && !is_capitalised(second) {
        return Some((start, end));
    }
    let whole = given && is_family(second) || is_family(first) && is_capitalised(second) && is_given(second);
    if !whole || FAMOUS.iter().any(|famous| first.starts_with(famous) || second.starts_with(famous)) {
        return None;
    }
    let stop = end + 1 + second.len();
    let third = next(stop);
    if is_family(third) {
        return Some((start, stop + 1 + third.len()));
    }
    // `(Сковорода Никита Андреевич)`: any word may be a family name.
    let family = if text.get(start.wrapping_sub(1)) == Some(&b' ') { word_before(text, start - 1) } else { "" };
    let from = start.saturating_sub(1 + family.len());
    let opens = from.checked_sub(1).is_some_and(|at| b"(\"'*,|;<[".contains(&byte_at(text, at)));
    let named = is_capitalised(family) && opens && ends_as(second, &["вич", "вна", "ична"], 6);
    Some((if named { from } else { start }, stop))
}

/// Whether a greeting in Russian or Ukrainian stands before `start`.
fn is_greeted(text: &[u8], start: usize) -> bool {
    const GREETINGS: &[&str] = &[
        "Уважаемый ",
        "Уважаемая ",
        "уважаемый ",
        "уважаемая ",
        "Дорогой ",
        "Дорогая ",
        "Привет, ",
        "Привет ",
        "Здравствуйте, ",
        "Добрый день, ",
        "Шановний ",
        "Шановна ",
        "Вітаю, ",
        "господин ",
        "госпожа ",
        "пане ",
        "пані ",
    ];
    text.get(..start).is_some_and(|head| GREETINGS.iter().any(|greeting| head.ends_with(greeting.as_bytes())))
}

/// The word that ends at `end` and the one behind it, where `is_pair` takes them for a name; it is given the word before them, too.
fn pair(text: &[u8], end: usize, is_pair: fn(before: &str, first: &str, second: &str) -> bool) -> Option<Place> {
    let first = word_before(text, end);
    let start = end - first.len();
    let before = if text.get(start.wrapping_sub(1)) == Some(&b' ') { word_before(text, start - 1) } else { "" };
    let second = if text.get(end) == Some(&b' ') { word_at(text, end + 1) } else { "" };
    if first.is_empty() || !is_pair(before, first, second) {
        return None;
    }
    // A form of address needs one word only.
    let stop = if second.is_empty() || !is_pair("", first, second) { end } else { end + 1 + second.len() };
    Some((start, stop))
}

fn is_greek_pair(before: &str, first: &str, second: &str) -> bool {
    const TITLES: &[&str] = &["κύριε", "κύριο", "κύριος", "κυρία", "Κύριε", "Κυρία", "Αγαπητέ", "Αγαπητή"];
    let is_given = |word: &str| inflects(word, &GREEK, 3);
    let is_family = |word: &str| is_capitalised(word) && ends_as(word, &GREEK_FAMILIES, 6);
    let titled = TITLES.contains(&before) && (is_given(first) || is_family(first));
    is_capitalised(first)
        && (titled
            || is_given(first) && is_capitalised(second) && second.chars().count() >= 5
            || is_capitalised(first) && first.chars().count() >= 4 && ends_as(second, &["πουλος", "πούλου"], 8))
}

fn is_hebrew_pair(before: &str, first: &str, second: &str) -> bool {
    const TITLES: &[&str] = &["שלום", "לכבוד", "היי"];
    let bare = first.strip_prefix(['ל', 'ו', 'מ', 'ש', 'ב', 'ה']).unwrap_or(first);
    let given = HEBREW.contains(&first) || HEBREW.contains(&bare);
    given && (HEBREW_FAMILIES.contains(&second) || TITLES.contains(&before))
}

fn is_arabic_pair(before: &str, first: &str, second: &str) -> bool {
    let given =
        |word: &str| ARABIC.contains(&word) || word.strip_prefix('و').is_some_and(|word| ARABIC.contains(&word));
    let family = |word: &str| given(word) || word.starts_with("ال") && word.chars().count() >= 5;
    given(first) && !ARABIC_THINGS.contains(&before) && (family(second) || ARABIC_TITLES.contains(&before))
}

/// A family name of India, and the word before it.
fn indian(text: &[u8], end: usize) -> Option<Place> {
    const NO_NAMES: &[&str] = &["श्री", "श्रीमती", "और", "डॉ", "कुमारी", "प्रिय", "प्रो"];
    let family = word_before(text, end);
    if !INDIAN.contains(&family) {
        return None;
    }
    let start = end - family.len();
    let given = if text.get(start.wrapping_sub(1)) == Some(&b' ') { word_before(text, start - 1) } else { "" };
    let whole = given.chars().count() >= 3 && !NO_NAMES.contains(&given);
    Some((if whole { start - 1 - given.len() } else { start }, end))
}

/// Names before Japanese and Chinese forms of address in the stretch of characters that ends at `end`, and a name that is all of the
/// string which a key called `name` has.
fn east_asian(text: &[u8], end: usize, report: &mut dyn FnMut(usize, usize)) {
    let near = text.get(end.saturating_sub(RUN_MAX)..end).unwrap_or_default();
    let (mut from, mut titled) = (end, false);
    for character in near.as_rchunks::<3>().1.iter().rev() {
        if !matches!(character, [0xe2..=0xef, _, _]) {
            break;
        }
        from -= 3;
        if begins_title(*character)
            && let Some(length) = named_before(near, near.len() - (end - from))
        {
            titled = true;
            report(from - length, from);
        }
    }
    let quoted = |at: usize| text.get(at).is_some_and(|byte| b"\"'\\".contains(byte));
    if !titled
        && quoted(end)
        && quoted(from.wrapping_sub(1))
        && end - from <= 15
        && text.get(from..end).and_then(|run| std::str::from_utf8(run).ok()).is_some_and(is_whole)
        && text.get(..from).is_some_and(|head| super::context::before(head) >= super::read::Context::Weak)
    {
        report(from, end);
    }
}

/// Whether a form of address may begin with this character: `様`, `さ`, `氏`, `殿`, `先`, `女`, `小`, `老`.
fn begins_title(character: [u8; 3]) -> bool {
    matches!(
        character,
        [0xe6, 0xa7, 0x98]
            | [0xe3, 0x81, 0x95]
            | [0xe6, 0xb0, 0x8f]
            | [0xe6, 0xae, 0xbf]
            | [0xe5, 0x85, 0x88]
            | [0xe5, 0xa5, 0xb3]
            | [0xe5, 0xb0, 0x8f]
            | [0xe8, 0x80, 0x81]
    )
}

/// The length of the name before the form of address that may stand at `at`.
fn named_before(text: &[u8], at: usize) -> Option<usize> {
    // Names take no more than five characters.
    let head = std::str::from_utf8(text.get(at - at.min(24) / 3 * 3..at)?).ok()?;
    let tail = std::str::from_utf8(text.get(at..text.len().min(at + 9))?).ok()?;
    let begins = |title: &&&str| tail.starts_with(**title);
    match JAPANESE_TITLES.iter().find(begins) {
        Some(title) => {
            let rest = tail.get(title.len()..)?;
            let other = JAPANESE_OTHERS.iter().any(|other| rest.starts_with(other));
            if other { None } else { japanese_before(head) }
        }
        None => {
            CHINESE_TITLES.iter().find(begins)?;
            japanese_before(head).or_else(|| chinese_before(head))
        }
    }
}

fn is_kanji(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '々')
}

/// The length of the Japanese name that `head` ends with: `株式会社青木商店の田中太郎`.
fn japanese_before(head: &str) -> Option<usize> {
    let start = head.char_indices().rev().take_while(|(_, letter)| is_kanji(*letter)).last().map(|(at, _)| at)?;
    let run = head.get(start..)?;
    if let Some(family) = JAPANESE.iter().find(|family| run.starts_with(**family)) {
        let given = run.get(family.len()..)?.chars().count();
        // `田中` in a longer word is found below.
        if given <= 3 {
            return Some(run.len());
        }
    }
    JAPANESE.iter().find(|family| family.chars().count() >= 2 && run.ends_with(**family)).map(|family| family.len())
}

/// The length of the Chinese name that `head` ends with: a family name, and a given name of one or two characters.
fn chinese_before(head: &str) -> Option<usize> {
    let mut last = head.chars().rev().take_while(|letter| is_kanji(*letter));
    let is_family = |letter: char| CHINESE.contains(letter) || CHINESE_TITLED.contains(letter);
    let (one, two, three) = (last.next()?, last.next(), last.next());
    let length = match (two, three) {
        (two, Some(three)) if is_family(three) && !two.is_some_and(is_family) => 9,
        (Some(two), _) if is_family(two) => 6,
        _ if is_family(one) => 3,
        _ => return None,
    };
    let name = head.get(head.len() - length..)?;
    let word = CHINESE_WORDS.iter().any(|word| head.ends_with(word) || name.starts_with(word));
    (!word).then_some(length)
}

/// Whether all of `value` is a name of Japan or China.
fn is_whole(value: &str) -> bool {
    let count = value.chars().count();
    if !value.chars().all(is_kanji) || value.chars().next_back().is_some_and(|last| EAST_ASIAN_PLACES.contains(last)) {
        return false;
    }
    let japanese = JAPANESE.iter().any(|family| family.chars().count() >= 2 && value.starts_with(family));
    let chinese = value.chars().next().is_some_and(|first| CHINESE.contains(first));
    let word = CHINESE_WORDS.iter().any(|word| value.starts_with(word));
    japanese && (4..=5).contains(&count) || chinese && !word && (2..=3).contains(&count)
}

/// A Korean name of three syllables before a form of address, in the same word or the next.
fn korean(text: &[u8], end: usize) -> Option<Place> {
    let near = text.get(end.saturating_sub(WORD_MAX)..end).unwrap_or_default();
    let count = near.as_rchunks::<3>().1.iter().rev().take_while(|letter| matches!(letter[0], 0xea..=0xed)).count();
    let start = end - 3 * count;
    let rest = match count {
        0..3 => return None,
        3 if text.get(end) == Some(&b' ') => text.get(end + 1..)?,
        _ => text.get(start + 9..end)?,
    };
    if !begins_korean_title(rest) || !KOREAN_TITLES.iter().any(|title| rest.starts_with(title.as_bytes())) {
        return None;
    }
    let name = std::str::from_utf8(text.get(start..start + 9)?).ok()?;
    let family = name.chars().next().is_some_and(|first| KOREAN.contains(first));
    let ordinary =
        name.chars().next_back().is_some_and(|last| KOREAN_ENDS.contains(last)) || KOREAN_WORDS.contains(&name);
    (family && !ordinary).then_some((start, start + 9))
}

/// Whether the text begins with `고`, `님`, `씨`, `선`, `대`, `과`, `차`, `부`, `팀` or `교`.
fn begins_korean_title(text: &[u8]) -> bool {
    matches!(
        text,
        [0xea, 0xb3, 0xa0 | 0xbc, ..]
            | [0xea, 0xb5, 0x90, ..]
            | [0xeb, 0x8b, 0x98, ..]
            | [0xeb, 0x8c, 0x80, ..]
            | [0xeb, 0xb6, 0x80, ..]
            | [0xec, 0x84, 0xa0, ..]
            | [0xec, 0x94, 0xa8, ..]
            | [0xec, 0xb0, 0xa8, ..]
            | [0xed, 0x8c, 0x80, ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with brackets around what is found.
    fn found(text: &str) -> String {
        let bytes = text.as_bytes();
        let is_end = |at: &usize| !bytes[at - 1].is_ascii() && bytes.get(*at).is_none_or(u8::is_ascii);
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
            (r#"{"name": "张三"}"#, r#"{"name": "张三"}"#),
            (r#"{"type": "刘志强"}"#, r#"{"type": "刘志强"}"#),
        ] {
            assert_eq!(found(text), expected);
        }
    }
}
